"""Which municipality answers for a child: by the residence rule of youth help, and by attendance law. They can differ.

Both are look-ups on the facts of a case; the rules of groups C and D conclude with them.
"""

from datetime import date

from hub.codes import OrganisationCode, OrganisationKind, Residence
from hub.directory.snapshot import Snapshot
from hub.routing.rule import Asks
from hub.routing.situation import Situation

_WHERE_IT_STAYS = frozenset({Residence.ASYLUM, Residence.ABROAD})
_MERGERS = 4  # no municipality merged more often since 2014
_BY_MOTHER = frozenset({Residence.SECRET, Residence.UNKNOWN})


def of_youth_help(case: Situation) -> OrganisationCode | Asks:
    """The municipality that is responsible for youth help (C1 to C5), or the question that must be answered first."""
    living = case.facts.living
    if living.residence is Residence.HOME or case.facts.answers.municipality:
        return case.home_municipality()
    if living.residence is Residence.STAY:
        return named(case, living.before_stay) or Asks("municipality_before_stay", {})
    mother = named(case, living.at_birth) if living.residence in _BY_MOTHER else None
    return mother or of_stay(case)


def of_attendance(case: Situation) -> OrganisationCode | Asks:
    """The municipality where the pupil lives or stays (D1): where it really is, also during a stay elsewhere."""
    living = case.facts.living
    if case.facts.answers.municipality:
        return case.home_municipality()
    known = living.stay_postcode is not None
    if known or living.residence in _BY_MOTHER or living.residence in _WHERE_IT_STAYS:
        return of_stay(case)
    return case.home_municipality()


def of_stay(case: Situation) -> OrganisationCode | Asks:
    """The municipality of the place where the child really stays, or the question that must be answered first."""
    pc4 = case.facts.living.stay_postcode
    found = case.snapshot.municipalities(pc4, case.on) if pc4 else ()
    return found[0] if len(found) == 1 else Asks("actual_stay", {})


def named(case: Situation, code: str | None) -> OrganisationCode | None:
    """A municipality given by its code, or the one that it merged into since; None when that is not certain."""
    return None if code is None else in_force_or_merged(case.snapshot, code, case.on)


def in_force_or_merged(snapshot: Snapshot, code: str, on: date) -> OrganisationCode | None:
    """The municipality with this code on a day, or the one that it merged into; None when that is not certain."""
    known = OrganisationCode(code)
    for _ in range(_MERGERS):
        party = snapshot.organisation(known, on)
        if party is not None and party.kind is OrganisationKind.MUNICIPALITY:
            return known
        after = snapshot.successors(known, on)
        if len(after) != 1:
            return None
        known = after[0]
    return None
