"""One case as its page shows it: in short, who reads along, what happened, and why it came here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from hub.cases.lifecycle import OVER, State, Status
from hub.cases.queries import CaseView, Moment
from hub.cases.terms import terms_of_case
from hub.directory.snapshot import Snapshot
from hub.i18n import Language, translate
from hub.routing.decision import Question, Reason
from hub.web.references import reference_of
from hub.web.words import (
    CONTESTS,
    DECLINES,
    HAPPENINGS,
    KINDS,
    OTHERWISE,
    OUTCOMES,
    PAUSES,
    SIGNS,
    STATUSES,
    TEXTS,
    THEMES,
)


class Why(NamedTuple):
    """A rule that was used in a routing step, or one that does not hold here; in its own words, with its source."""

    sentence: str
    source: str
    applies: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, in words."""

    title: str
    icon: str
    at: datetime
    remark: str
    texts: tuple[tuple[str, str], ...]
    whys: tuple[Why, ...]
    questions: tuple[str, ...]


class Reader(NamedTuple):
    """Who is in the case, and as what."""

    name: str
    role: str
    due_on: date | None


class RunningTerm(NamedTuple):
    """A term of the law, in words."""

    title: str
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that the page shows of a case. It has no repr: texts of people are in it."""

    reference: str
    address: str
    title: str
    state: str
    status: Status
    theme: str | None
    school: str
    pupil: str | None
    home: str | None
    holder: str | None
    consent: date | None
    due_on: date | None
    is_late: bool
    is_over: bool
    is_erased: bool
    crosses_border: bool
    purpose: str
    readers: tuple[Reader, ...]
    happenings: tuple[Happening, ...]
    terms: tuple[RunningTerm, ...]

    def __repr__(self) -> str:
        return f"CasePage({self.reference})"


def told(view: CaseView, snapshot: Snapshot, today: date, language: Language) -> CasePage:
    """A view of a case, in words."""
    names = _Names(snapshot, today)
    case, data = view.case, view.opening.data
    state = case.state if case else State.ROUTING
    due_on = view.party.due_on if view.party and view.party.due_on else case.due_on if case else None
    is_open = state not in OVER and state != State.ANSWERED
    kind = translate(KINDS.get(view.opening.type, view.opening.type), language)
    theme = translate(THEMES[data["theme"]], language) if data.get("theme") in THEMES else None
    return CasePage(
        reference=reference_of(view.case_id),
        address=f"/cases/{view.case_id}",
        title=f"{kind}: {theme}" if theme else kind,
        state=translate(STATUSES[view.status], language),
        status=view.status,
        theme=theme,
        school=names[data["school"]],
        pupil=_pupil(view),
        home=_home(view, names),
        holder=names[case.holder] if case and view.is_inside else None,
        consent=next((one.on for one in view.consents if one.withdrawn_at is None), None) if view.is_inside else None,
        due_on=due_on if is_open else None,
        is_late=is_open and due_on is not None and due_on < today,
        is_over=state in OVER,
        is_erased=view.is_erased,
        crosses_border=bool(case and case.crosses_border),
        purpose=view.purpose,
        readers=tuple(_readers(view, names)),
        happenings=tuple(_happening(moment, names, language) for moment in view.moments),
        terms=tuple(_terms(view, snapshot, language)),
    )


class _Names:
    """What organisations are called today; a code that nobody knows stays as it is."""

    def __init__(self, snapshot: Snapshot, on: date) -> None:
        self._snapshot = snapshot
        self._on = on

    def __getitem__(self, code: str) -> str:
        found = self._snapshot.organisation(code, self._on)
        return found.name if found else code


def _pupil(view: CaseView) -> str | None:
    """The name and group as far as this reader sees them."""
    for moment in view.moments:
        pupil = moment.personal.get("pupil")
        if isinstance(pupil, Mapping):
            return ", ".join(str(pupil[part]) for part in ("name", "group") if pupil.get(part))
    return None


def _home(view: CaseView, names: _Names) -> str | None:
    if view.case is None or not view.is_inside:
        return None
    parts = (names[view.case.municipality] if view.case.municipality else None, view.case.home_postcode)
    return ", ".join(part for part in parts if part) or None


def _readers(view: CaseView, names: _Names) -> Iterator[Reader]:
    for party in view.parties:
        if view.is_inside or party is view.party:
            yield Reader(names[party.organisation], party.role, party.due_on)


def _terms(view: CaseView, snapshot: Snapshot, language: Language) -> Iterator[RunningTerm]:
    if view.shows_terms:
        for term in terms_of_case(view.course, view.case, snapshot):
            yield RunningTerm(term.rule.title, term.sentence(language), term.source)


def _happening(moment: Moment, names: _Names, language: Language) -> Happening:
    event = moment.event
    data = event.data
    reasons = (Reason.from_data(one) for one in data.get("reasons", ()))
    words = HAPPENINGS.get(event.type, OTHERWISE)
    parameters = {"name": names[event.publisher], "to": _to_whom(data, names), "type": event.type}
    return Happening(
        title=translate(words, language, parameters),
        icon=SIGNS.get(event.type, "clock"),
        at=event.time,
        remark=_remark(data, language),
        texts=tuple(_texts(moment.personal, language)),
        whys=tuple(Why(one.sentence(language), one.source, one.applies) for one in reasons),
        questions=tuple(Question.from_data(one).sentence(language) for one in data.get("missing", ())),
    )


def _to_whom(data: Mapping[str, Any], names: _Names) -> str:
    """Whoever got it, in what the hub or a receiver wrote."""
    code = data.get("to") or data.get("receiver") or data.get("triage")
    return names[code] if isinstance(code, str) else "?"


def _remark(data: Mapping[str, Any], language: Language) -> str:
    code, outcome = data.get("code"), data.get("outcome")
    said = DECLINES.get(str(code)) or CONTESTS.get(str(code)) or PAUSES.get(str(code)) or OUTCOMES.get(str(outcome))
    return translate(said, language) if said else ""


def _texts(personal: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    for name, label in TEXTS.items():
        if isinstance(personal.get(name), str):
            yield translate(label, language), personal[name]
    contact = personal.get("contact")
    if isinstance(contact, Mapping):
        told = ", ".join(str(contact[part]) for part in ("name", "phone", "email") if contact.get(part))
        yield translate("To call at school", language), told
