"""Whether what triage found out can be true on the day of the case, and answers what was asked. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from hub.cases.known import Clarified, Course
from hub.codes import OrganisationKind, Sector
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput, Problem
from hub.routing.decide import decide
from hub.routing.decision import Undecided
from hub.routing.residence import in_force_or_merged


class Correction(NamedTuple):
    """A proposal: the partnership (with a sector) or the municipality (without) that a postcode belongs to."""

    pc4: str
    organisation: str
    sector: Sector | None = None


_MUNICIPALITY_MESSAGE = "There was no municipality %(code)s on %(on)s. Give the one that the place lay in on that day."
_SWV_MESSAGE = "There was no partnership %(code)s on %(on)s. Give the one that was responsible on that day."
_SITE_MESSAGE = "The directory knows no school site %(code)s on %(on)s. Give the code of the site on that day."
_POSTCODE_MESSAGE = (
    "The directory knows no postcode %(code)s on %(on)s. Give the municipality or the partnership of the home instead, "
    "and propose a correction."
)
_DEPARTMENT_MESSAGE = "The school gives no education in sector %(code)s. Give the sector of the pupil's department."
_SECTOR_MESSAGE = "The school gives no education in the sector of %(code)s. Give the partnership for its own sector."
_CORRECTION_MESSAGE = (
    "A correction names the partnership of a postcode with its sector, or its municipality without one; today %(code)s "
    "is neither."
)


def need_true_and_useful(
    course: Course, clarified: Clarified, asked: list[Mapping[str, Any]], snapshot: Snapshot
) -> None:
    """Raises InvalidInput for answers that the directory contradicts, or after which the same would be asked again.

    `asked` is what is missing now, as the log has it.
    """
    on = course.facts().on
    problems = tuple(_contradicted(clarified.answers, course, snapshot, on))
    if problems:
        raise InvalidInput(
            "The directory contradicts these answers: nothing has been changed.",
            next_step="Correct each answer that is named, and send them again.",
            problems=problems,
        )
    answer = decide(course.with_answers(clarified).facts(), snapshot)
    if isinstance(answer, Undecided) and [question.to_data() for question in answer.missing] == asked:
        raise InvalidInput(
            "These answers leave the same question open: nothing has been changed.",
            next_step="Answer what the case asks, or hand the case to the party that must take it.",
            problems=(Problem("/answers", "This does not answer what was asked."),),
        )


def need_sensible(correction: Correction, snapshot: Snapshot, today: date) -> None:
    """Raises InvalidInput for a proposal that names no party that a postcode can belong to."""
    party = snapshot.organisation(correction.organisation, today)
    if correction.sector is None:
        fits = party is not None and party.kind is OrganisationKind.MUNICIPALITY
    else:
        is_swv = party is not None and party.kind is OrganisationKind.SWV
        fits = is_swv and correction.organisation.startswith(correction.sector.value.upper())
    if not fits:
        problem = Problem("/correction/organisation", _CORRECTION_MESSAGE, {"code": correction.organisation})
        raise InvalidInput("The correction does not fit the directory: nothing has been changed.", problems=(problem,))


def _contradicted(said: Mapping[str, Any], course: Course, snapshot: Snapshot, on: date) -> Iterator[Problem]:
    for path, message, holds in _checks(course, snapshot, on):
        code = _at(said, path)
        if code is not None and not holds(code):
            yield Problem("/answers/" + "/".join(path), message, {"code": code, "on": on.isoformat()})
    postcode = said.get("homePostcode")
    if postcode is not None and not {"municipality", "homeSwv"} & said.keys() and not _is_known(snapshot, postcode, on):
        yield Problem("/answers/homePostcode", _POSTCODE_MESSAGE, {"code": postcode, "on": on.isoformat()})


_Check = tuple[tuple[str, ...], str, Callable[[str], bool]]


def _checks(course: Course, snapshot: Snapshot, on: date) -> tuple[_Check, ...]:
    """Where an answer stands, what is said where it cannot be, and when it can."""
    site = snapshot.site(course.opening.data["school"], on)
    sectors = {kind.sector for kind in site.types if kind.sector} if site else set(Sector)

    def is_swv(code: str) -> bool:
        return _is(OrganisationKind.SWV, code, snapshot, on)

    def merged(code: str) -> bool:
        return in_force_or_merged(snapshot, code, on) is not None

    return (
        (("municipality",), _MUNICIPALITY_MESSAGE, lambda code: _is(OrganisationKind.MUNICIPALITY, code, snapshot, on)),
        (("living", "municipalityBeforeStay"), _MUNICIPALITY_MESSAGE, merged),
        (("living", "municipalityAtBirth"), _MUNICIPALITY_MESSAGE, merged),
        (("living", "stayPostcode"), _POSTCODE_MESSAGE, lambda code: _is_known(snapshot, code, on)),
        (("homeSwv",), _SWV_MESSAGE, is_swv),
        (("schoolSwv",), _SWV_MESSAGE, is_swv),
        (("schoolSwv",), _SECTOR_MESSAGE, lambda code: not is_swv(code) or code[:2].lower() in sectors),
        (("declaration", "issuedBy"), _SWV_MESSAGE, is_swv),
        (("previousSchool",), _SITE_MESSAGE, lambda code: snapshot.site(code, on) is not None),
        (("department",), _DEPARTMENT_MESSAGE, lambda code: code in sectors),
    )


def _is(kind: OrganisationKind, code: str, snapshot: Snapshot, on: date) -> bool:
    party = snapshot.organisation(code, on)
    return party is not None and party.kind is kind


def _is_known(snapshot: Snapshot, pc4: str, on: date) -> bool:
    return bool(snapshot.municipalities(pc4, on)) or any(snapshot.area(pc4, sector, on) for sector in Sector)


def _at(said: Mapping[str, Any], path: tuple[str, ...]) -> str | None:
    found: Any = said
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None
