"""From a municipality to its social team: by neighbourhood and theme, and by age where the region agreed so."""

from hub.codes import OrganisationCode
from hub.directory.entries import Agreement
from hub.routing.rule import Applies, Asks, Contradiction, Outcome
from hub.routing.situation import Situation

TEAM_BY_AGE = "team_by_age"
"""Kind of agreement: which team of a municipality works for which ages (`municipality`, `team`, `ages`)."""


def team_of(case: Situation, municipality: OrganisationCode | Asks, pc4: str | None) -> Outcome:
    """The team of a municipality receives the case, or what must be known before."""
    if isinstance(municipality, Asks):
        return municipality
    facts = case.party("municipality", municipality)
    team = _team_for_age(case, municipality) or _team_by_directory(case, municipality, pc4)
    if team is None:
        return Asks("social_team", facts)
    return Applies(facts | case.party("team", team), receives=team)


def agreed_for_age(case: Situation, municipality: OrganisationCode) -> Agreement | None:
    """The agreement on a team for the pupil's age. Raises Contradiction where two name different teams."""
    found = [
        agreement
        for agreement in case.snapshot.agreements(TEAM_BY_AGE, case.on)
        if agreement.scope.get("municipality") == municipality
        and case.facts.age_group in agreement.scope.get("ages", ())
    ]
    if len({agreement.scope["team"] for agreement in found}) > 1:
        raise Contradiction(", ".join(agreement.id for agreement in found))
    return found[0] if found else None


def _team_for_age(case: Situation, municipality: OrganisationCode) -> OrganisationCode | None:
    agreement = agreed_for_age(case, municipality) if case.facts.age_group else None
    return OrganisationCode(agreement.scope["team"]) if agreement else None


def _team_by_directory(case: Situation, municipality: OrganisationCode, pc4: str | None) -> OrganisationCode | None:
    team = case.snapshot.social_team(municipality, case.on, pc4=pc4, theme=case.facts.theme)
    return None if team is None else team.code
