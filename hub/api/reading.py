"""Reading a case: what the caller may see of it, with the reasons of every routing step."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import Context, InContext, TheViewer, kind_of
from hub.api.deadlines import DeadlineRead, deadlines_read
from hub.api.moves import CaseId, etag
from hub.api.needs import needs
from hub.api.reasons import ReasonGiven, reason_given
from hub.api.terms import TermRead, term_read
from hub.api.wire import Answer, reads, refusals
from hub.cases import queries
from hub.cases.acting import Acting
from hub.cases.lifecycle import Move, State, Status, Technical
from hub.cases.moving import stand_of
from hub.cases.parts import RECEIVING_ROLES
from hub.cases.queries import CaseView, Moment
from hub.cases.reading import note_reading, note_refusal
from hub.cases.tables import Party
from hub.cases.terms import terms_of_case
from hub.cases.viewing import Looking
from hub.codes import ConsentBy, OrganisationCode, PauseCode
from hub.directory.snapshot import Snapshot
from hub.errors import NotFound
from hub.events.envelope import full_type
from hub.hints import AFTER_A_MOVE
from hub.i18n import Language, language_of
from hub.privacy.consent import Consent
from hub.privacy.ledger import Viewer
from hub.privacy.purposes import Purpose
from hub.privacy.visibility import Ground
from hub.routing.decision import Question, Reason

router = APIRouter(prefix="/cases/{caseId}", tags=["cases"])


class PartyOfCase(Answer):
    """An organisation in the case: as sender, holder, asked beside the holder, only named, or formerly."""

    organisation: str
    name: str | None
    role: str
    state: str
    due_date: date | None
    waits_for_school: bool
    paused_until_date: date | None
    pause_code: PauseCode | None


class Happening(Answer):
    """Something that happened. `texts` holds what was written by people, as far as the reader may see it."""

    type: str
    at: datetime
    organisation: str
    name: str | None
    data: dict[str, Any]
    reasons: list[ReasonGiven] = Field(default_factory=list)
    questions: list[str] = Field(default_factory=list)
    texts: dict[str, Any] = Field(default_factory=dict)


class ConsentRead(Answer):
    """Consent that was given: for whom and for what (absent: every team that the case goes to, for what it asks).

    `is_in_force`: given by who may give it, and not taken back as a whole.
    """

    given_by: ConsentBy
    given_date: date
    receivers: list[str] | None
    purposes: list[str] | None
    is_in_force: bool
    withdrawn_at: datetime | None


class CaseRead(Answer):
    """A case as the caller may see it. While `state` is received, the hub is looking for the receiver.

    `technicalStatus` is what the hub does with the case, `status` for what or whom it waits. `assignee` and
    `acceptedBy` say who in the caller's own team goes on with it and who took it, by a code; nobody else sees them.

    `homePostcode` and `municipality` are the home area as it is known now: what triage found out counts before what the
    school wrote. Only the sender and the receivers see it. `ground` is the legal basis on which the caller sees the
    texts; `purpose` is the purpose that was written down for this reading. `terms` are those that run or ran, counted
    at this moment; whoever may not see the question sees none. `deadlines` are what the parties promised each other
    beside them; whoever is not inside the case sees only its own.
    """

    id: UUID
    type: str
    state: State | Literal["received"]
    status: Status
    technical_status: Technical
    school: str
    school_name: str | None
    theme: str | None
    home_postcode: str | None
    municipality: str | None
    holder: str | None
    holder_name: str | None
    lead_swv: str | None
    due_date: date | None
    ground: Ground | None
    purpose: Purpose
    consents: list[ConsentRead]
    is_erased: bool
    assignee: UUID | None
    accepted_by: str | None
    possible_moves: list[Move]
    parties: list[PartyOfCase]
    terms: list[TermRead]
    deadlines: list[DeadlineRead]
    timeline: list[Happening]


ThePurpose = Annotated[
    Purpose | None,
    Header(alias="Purpose", description="for what the case is opened; absent: what your part in the case says"),
]


@reads(router, "", operation_id="readCase", responses=refusals(400, 401, 403, 404, 406, 503))
def read_case(
    case_id: CaseId,
    request: Request,
    response: Response,
    caller: Annotated[Caller, needs(Right.READ_CASES)],
    viewer: TheViewer,
    parts: InContext,
    purpose: ThePurpose = None,
) -> CaseRead:
    """The case with its timeline, and the reasons of every routing step.

    That it was opened, for which purpose, and what was shown is written in the disclosure ledger; the first reading by
    a receiver is told to the school.
    """
    began_at = clock.now()
    try:
        with parts.at_one_moment(caller.organisation) as session:
            snapshot = parts.runtime.snapshot(session)
            kind = kind_of(caller, snapshot)
            looking = Looking(caller.organisation, kind, purpose)
            view = queries.case_view(session, parts.runtime.vault, case_id, looking, now=began_at)
            due = deadlines_read(session, case_id, _seen(view, caller.organisation))
    except NotFound:
        with parts.runtime.sessions.begin() as session:  # the hub itself: only it knows that there is such a case
            note_refusal(session, case_id, viewer, began_at=began_at, now=clock.now())
        raise
    if request.method == "GET":  # HEAD shows nothing to anybody
        _write_down(view, viewer, parts, began_at)
    response.headers["ETag"] = etag(view.version)
    read = _read(view, snapshot, language_of(request.headers.get("accept-language")), clock.now())
    return read.model_copy(update={"deadlines": due})


def _seen(view: CaseView, organisation: OrganisationCode) -> list[str]:
    """Whose deadlines the reader may know."""
    return [party.organisation for party in view.parties] if view.is_inside else [organisation]


def _write_down(view: CaseView, viewer: Viewer, parts: Context, began_at: datetime) -> None:
    """What was read, before the answer leaves."""
    with parts.acting_for(viewer.organisation) as session:
        acting = Acting(session, parts.runtime.vault, OrganisationCode(viewer.organisation), clock.now())
        note_reading(acting, view, viewer, began_at=began_at)
    if view.is_first_reading:
        parts.hints.give(*AFTER_A_MOVE)


def _read(view: CaseView, snapshot: Snapshot, language: Language, now: datetime) -> CaseRead:
    names = _names(view, snapshot, clock.dutch_date(now))
    case, data = view.case, view.opening.data
    holder = case.holder if case and view.is_inside else None
    return CaseRead(
        id=view.case_id,
        type=full_type(view.opening.type),
        state=State(case.state) if case else "received",
        status=view.status,
        technical_status=view.technical,
        school=data["school"],
        school_name=names.get(data["school"]),
        theme=data.get("theme"),
        home_postcode=case.home_postcode if case and view.is_inside else None,
        municipality=case.municipality if case and view.is_inside else None,
        holder=holder,
        holder_name=names.get(holder) if holder else None,
        lead_swv=case.lead_swv if case else None,
        due_date=case.due_on if case else None,
        ground=view.shown.ground,
        purpose=view.purpose,
        consents=[_consent(consent) for consent in view.consents] if view.is_inside else [],
        is_erased=view.is_erased,
        assignee=view.party.assignee if view.party else None,
        accepted_by=view.party.accepted_by if view.party else None,
        possible_moves=list(view.moves),
        parties=[_party(p, names, now) for p in view.parties if view.is_inside or p is view.party],
        terms=[term_read(term, language) for term in terms_of_case(view.course, case, snapshot)]
        if view.shows_terms
        else [],
        deadlines=[],
        timeline=[_happening(moment, names, language) for moment in view.moments],
    )


def _party(party: Party, names: Mapping[str, str], now: datetime) -> PartyOfCase:
    is_paused = party.role in RECEIVING_ROLES and stand_of(party, now).is_paused
    return PartyOfCase(
        organisation=party.organisation,
        name=names.get(party.organisation),
        role=party.role,
        state=party.state,
        due_date=party.due_on,
        waits_for_school=party.asked_at is not None,
        paused_until_date=party.paused_until if is_paused else None,
        pause_code=PauseCode(party.pause_code) if is_paused and party.pause_code else None,
    )


def _consent(consent: Consent) -> ConsentRead:
    scope = consent.scope
    return ConsentRead(
        given_by=consent.given_by,
        given_date=consent.on,
        receivers=None if scope.receivers is None else sorted(scope.receivers),
        purposes=None if scope.purposes is None else sorted(scope.purposes),
        is_in_force=consent.is_by_the_right_person and consent.withdrawn_at is None,
        withdrawn_at=consent.withdrawn_at,
    )


def _names(view: CaseView, snapshot: Snapshot, on: date) -> Mapping[str, str]:
    """What the organisations in the case are called today."""
    codes = {view.opening.data["school"], *(moment.event.publisher for moment in view.moments)}
    codes |= {party.organisation for party in view.parties}
    found = {code: snapshot.organisation(code, on) for code in codes}
    return {code: organisation.name for code, organisation in found.items() if organisation}


def _happening(moment: Moment, names: Mapping[str, str], language: Language) -> Happening:
    event = moment.event
    apart = {"reasons", "missing"}
    return Happening(
        type=full_type(event.type),
        at=event.time,
        organisation=event.publisher,
        name=names.get(event.publisher),
        data={name: value for name, value in event.data.items() if name not in apart},
        reasons=[reason_given(Reason.from_data(reason), language) for reason in event.data.get("reasons", ())],
        questions=[Question.from_data(missing).sentence(language) for missing in event.data.get("missing", ())],
        texts=dict(moment.personal),
    )
