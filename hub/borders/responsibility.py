"""Who is responsible after a move: the rules decide at the new facts, beside whom people would think of. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hub.cases.known import Course
from hub.codes import DeclarationStep, OrganisationCode, OrganisationKind, Sector
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Decision, Question, Reason, Refused
from hub.routing.facts import Declaration, Facts


@dataclass(frozen=True, slots=True)
class Issued:
    """The declaration that was issued in the case: by whom, and up to and including which day it holds."""

    by: OrganisationCode
    until: date


@dataclass(frozen=True, slots=True)
class Matter:
    """One task in the case: who has it now, the other authority, and which of the two the rules name."""

    now: OrganisationCode
    other: OrganisationCode
    responsible: OrganisationCode

    def to_data(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"now": self.now, "other": self.other, "responsible": self.responsible}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Matter":
        """The matter that `to_data` wrote."""
        return cls(*(OrganisationCode(data[name]) for name in ("now", "other", "responsible")))


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the rules say after a move; `matters` are those in which another authority than the present one comes up."""

    matters: tuple[Matter, ...]
    reasons: tuple[Reason, ...]
    questions: tuple[Question, ...] = ()


def weigh(
    course: Course,
    move: Mapping[str, Any],
    receivers: Iterable[OrganisationCode],
    snapshot: Snapshot,
    issued: Issued | None = None,
) -> Weighed:
    """Decide again at the facts of after the move, for each of those who have the case now.

    What earlier receivers answered was about the old place, and does not count here. Where the rules cannot decide, or
    say that nothing new is needed, whoever has the case stays responsible.
    """
    facts = _facts(course, move, issued)
    answer = decide(facts, snapshot)
    assert not isinstance(answer, Refused), "a move is no message about danger"
    decided = {receiver.organisation for receiver in answer.receivers} if isinstance(answer, Decision) else set()
    by_kind = {_kind(code, snapshot, facts.on): code for code in decided}
    matters = tuple(_matters(facts, receivers, by_kind, snapshot))
    return Weighed(matters, answer.reasons, () if isinstance(answer, Decision) else answer.missing)


def _facts(course: Course, move: Mapping[str, Any], issued: Issued | None) -> Facts:
    facts = course.facts()
    facts = replace(facts, on=max(facts.on, date.fromisoformat(move["movedOn"])), declined=())
    if issued is None:
        return facts
    step = DeclarationStep.SCHOOL_CHANGE if "newSchool" in move else DeclarationStep.HOUSE_MOVE
    return replace(facts, declaration=Declaration(step=step, issued_by=issued.by, runs_until=issued.until))


def _matters(
    facts: Facts,
    receivers: Iterable[OrganisationCode],
    decided: Mapping[OrganisationKind | None, OrganisationCode],
    snapshot: Snapshot,
) -> Iterator[Matter]:
    for now in receivers:
        kind = _kind(now, snapshot, facts.on)
        responsible = decided.get(kind, now)
        other = responsible if responsible != now else _authority_there(kind, now, facts, snapshot)
        if other is not None and other != now:
            yield Matter(now, other, responsible)


def _authority_there(
    kind: OrganisationKind | None, now: OrganisationCode, facts: Facts, snapshot: Snapshot
) -> OrganisationCode | None:
    """Whom people would think of: the authority of this kind at the new school or the new home."""
    if kind is OrganisationKind.SWV:
        return _partnership_there(Sector(now[:2].lower()), facts, snapshot)
    home = facts.living.stay_postcode or facts.home_postcode
    municipalities = snapshot.municipalities(home, facts.on) if home else ()
    if len(municipalities) != 1:
        return None
    [municipality] = municipalities
    found = {
        OrganisationKind.SOCIAL_TEAM: lambda: snapshot.social_team(municipality, facts.on, pc4=home, theme=facts.theme),
        OrganisationKind.ATTENDANCE_OFFICE: lambda: snapshot.attendance_office(municipality, facts.on),
        OrganisationKind.TRANSITION_POINT: lambda: snapshot.transition_point(municipality, facts.on),
    }
    authority = found[kind]() if kind in found else None
    return authority.code if authority else None


def _partnership_there(sector: Sector, facts: Facts, snapshot: Snapshot) -> OrganisationCode | None:
    """That of the home comes up first: people think of it when a child moves."""
    areas = [snapshot.area(facts.home_postcode, sector, facts.on)] if facts.home_postcode else []
    areas.append(snapshot.swv_of_site(facts.site, sector, facts.on))
    return next((area.swv for area in areas if area and area.swv and area.doubt is None), None)


def _kind(code: OrganisationCode, snapshot: Snapshot, on: date) -> OrganisationKind | None:
    found = snapshot.organisation(code, on)
    return found.kind if found else None
