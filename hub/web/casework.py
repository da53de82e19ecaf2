"""The daily work: what waits for a receiver, what a school sent, one case, and what is done with it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from hub.access.rights import Right
from hub.cases import actions, queries, talking, teamwork
from hub.cases.acting import Acting
from hub.cases.actions import Contesting, HandingOn
from hub.cases.lifecycle import Move
from hub.cases.queries import CaseView
from hub.cases.reading import note_reading, note_refusal
from hub.cases.viewing import Looking
from hub.codes import ContestCode, DeclineCode, OrganisationCode, OrganisationKind, Outcome
from hub.directory.snapshot import Snapshot
from hub.errors import HubError, InvalidInput, NotFound, Problem
from hub.hints import AFTER_A_MOVE
from hub.privacy.identifiers import forbidden
from hub.privacy.ledger import Viewer
from hub.privacy.purposes import Purpose
from hub.store.engine import acting_for
from hub.web import case_page, lists, words
from hub.web.front import Front, InFront
from hub.web.lists import Filter
from hub.web.menu import is_school
from hub.web.pages import page, reader_language
from hub.web.signal_form import LONGEST_TEXT
from hub.web.visitors import Visitor, holding

router = APIRouter()

Reader = Annotated[Visitor, holding(Right.READ_CASES)]
Receiver = Annotated[Visitor, holding(Right.ANSWER_CASES)]
CaseId = Annotated[UUID, Path()]


async def _form(request: Request) -> Mapping[str, str]:
    return {name: value.strip() for name, value in (await request.form()).items() if isinstance(value, str)}


TheForm = Annotated[Mapping[str, str], Depends(_form)]


@router.api_route("/inbox", methods=["GET", "HEAD"])
def inbox(request: Request, front: InFront, visitor: Reader, show: Annotated[Filter, Query()] = Filter.ALL) -> Response:
    """What waits for one's organisation, the first due first; the counters are filters."""
    with acting_for(front.runtime.sessions, visitor.caller.organisation) as session:
        found = lists.waiting(session, visitor.caller.organisation, front.runtime.snapshot(session), front.now())
    return page(
        request,
        "inbox.html",
        section="/inbox",
        counters=lists.counted(found),
        entries=[entry for entry in found if lists.passes(entry, show)],
        total=len(found),
        is_full=len(found) >= lists.MOST,
        show=show,
        words=words,
    )


@router.api_route("/sent", methods=["GET", "HEAD"])
def sent(request: Request, front: InFront, visitor: Reader) -> Response:
    """What one's school sent, what changed last first, and what waits for the school itself."""
    organisation = visitor.caller.organisation
    with acting_for(front.runtime.sessions, organisation) as session:
        snapshot = front.runtime.snapshot(session)
        waiting = lists.waiting(session, organisation, snapshot, front.now())
        own = lists.sent(session, organisation, snapshot, front.today())
    return page(request, "sent.html", section="/sent", waiting=waiting, entries=own, words=words)


@router.api_route("/cases/{case_id}", methods=["GET", "HEAD"])
def read_case(
    request: Request,
    front: InFront,
    visitor: Reader,
    case_id: CaseId,
    purpose: Annotated[Purpose | None, Query()] = None,
) -> Response:
    """A case as one's organisation may see it. That it was opened is written in the ledger before it is shown."""
    return _show(request, front, visitor, case_id, purpose)


class Refusal(NamedTuple):
    """A move that was not made: which form it came from, what was typed in it, and why not."""

    move: str
    form: Mapping[str, str]
    error: HubError


def _show(
    request: Request,
    front: Front,
    visitor: Visitor,
    case_id: UUID,
    purpose: Purpose | None = None,
    refusal: Refusal | None = None,
) -> Response:
    view, snapshot = _opened(front, visitor, case_id, purpose, is_shown=request.method != "HEAD")
    return page(
        request,
        "case.html",
        200 if refusal is None else refusal.error.status,
        section="/sent" if is_school(visitor) else "/inbox",
        case=case_page.told(view, snapshot, front.today(), reader_language(request)),
        moves=set(view.moves) if visitor.caller.may(Right.ANSWER_CASES) else set(),
        Move=Move,
        receivers=_receivers(snapshot, visitor, front),
        refusal=refusal,
        longest=LONGEST_TEXT,
        words=words,
    )


def _opened(
    front: Front, visitor: Visitor, case_id: UUID, purpose: Purpose | None, *, is_shown: bool
) -> tuple[CaseView, Snapshot]:
    """The case, noted in the ledger as the API notes it. Raises NotFound, which is noted too."""
    runtime, caller, began_at = front.runtime, visitor.caller, front.now()
    viewer = Viewer(caller.organisation, caller.label)
    assert visitor.acting is not None, "who reads a case acts for an organisation"
    try:
        with acting_for(runtime.sessions, caller.organisation) as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            snapshot = runtime.snapshot(session)
            looking = Looking(caller.organisation, visitor.acting.kind, purpose)
            view = queries.case_view(session, runtime.vault, case_id, looking, now=began_at)
    except NotFound:
        with runtime.sessions.begin() as session:  # the hub itself: only it knows that there is such a case
            note_refusal(session, case_id, viewer, began_at=began_at, now=front.now())
        raise
    if is_shown:
        with _acting(front, visitor) as acting:
            note_reading(acting, view, viewer, began_at=began_at)
    return view, snapshot


@contextmanager
def _acting(front: Front, visitor: Visitor) -> Iterator[Acting]:
    """Whoever looks, in a transaction; once it is committed, the workers are told that there is news."""
    organisation = visitor.caller.organisation
    with acting_for(front.runtime.sessions, organisation) as session, session.begin():
        yield Acting(session, front.runtime.vault, organisation, front.now(), visitor.caller.label)
    front.give_hints(*AFTER_A_MOVE)


@router.post("/cases/{case_id}/{move}")
def make_move(
    request: Request, front: InFront, visitor: Receiver, case_id: CaseId, move: Move, form: TheForm
) -> Response:
    """One move of a receiver, and then the case again; what could not be done is said beside what was typed."""
    if move not in _MOVES:
        raise NotFound("There is no page at this address.")
    try:
        _need_clean(form)
        with _acting(front, visitor) as acting:
            _MOVES[move](acting, front.runtime.snapshot(acting.session), case_id, form)
    except NotFound:
        raise
    except HubError as error:
        return _show(request, front, visitor, case_id, refusal=Refusal(move.value, form, error))
    return RedirectResponse(f"/cases/{case_id}", 303)


MakeMove = Callable[[Acting, Snapshot, UUID, Mapping[str, str]], None]


def _take_up(acting: Acting, _: Snapshot, case_id: UUID, __: Mapping[str, str]) -> None:
    actions.accept(acting, case_id)


def _decline(acting: Acting, _: Snapshot, case_id: UUID, form: Mapping[str, str]) -> None:
    actions.decline(acting, case_id, _code(form), form.get("explanation") or None)


def _pass_on(acting: Acting, snapshot: Snapshot, case_id: UUID, form: Mapping[str, str]) -> None:
    if not form.get("to"):
        raise InvalidInput("Choose to whom it goes.", next_step=_FILL_IN)
    handing = HandingOn(OrganisationCode(form["to"]), _code(form), form.get("explanation") or None)
    actions.redirect(acting, snapshot, case_id, handing)


def _answer(acting: Acting, _: Snapshot, case_id: UUID, form: Mapping[str, str]) -> None:
    if form.get("outcome") not in set(Outcome):
        raise InvalidInput("Choose what came of it.", next_step=_FILL_IN)
    actions.answer(acting, case_id, Outcome(form["outcome"]), _text(form, "Write an answer that the school can use."))


def _close(acting: Acting, _: Snapshot, case_id: UUID, __: Mapping[str, str]) -> None:
    actions.close(acting, case_id)


def _take_back(acting: Acting, _: Snapshot, case_id: UUID, __: Mapping[str, str]) -> None:
    actions.retract(acting, case_id)


def _reopen(acting: Acting, _: Snapshot, case_id: UUID, __: Mapping[str, str]) -> None:
    actions.reopen(acting, case_id)


def _resume(acting: Acting, _: Snapshot, case_id: UUID, __: Mapping[str, str]) -> None:
    teamwork.resume(acting, case_id)


def _ask(acting: Acting, _: Snapshot, case_id: UUID, form: Mapping[str, str]) -> None:
    talking.ask(acting, case_id, _text(form, "Write what you want to know."))


def _reply(acting: Acting, _: Snapshot, case_id: UUID, form: Mapping[str, str]) -> None:
    talking.reply(acting, case_id, None, _text(form, "Write your answer."))


def _contest(acting: Acting, _: Snapshot, case_id: UUID, form: Mapping[str, str]) -> None:
    if form.get("code") not in set(ContestCode):
        raise InvalidInput("Choose a reason.", next_step=_FILL_IN)
    actions.contest(acting, case_id, Contesting(ContestCode(form["code"]), form.get("explanation") or None))


_MOVES: Mapping[Move, MakeMove] = {
    Move.ACCEPT: _take_up,
    Move.RETRACT: _take_back,
    Move.ASK: _ask,
    Move.REPLY: _reply,
    Move.RESUME: _resume,
    Move.REOPEN: _reopen,
    Move.CONTEST: _contest,
    Move.DECLINE: _decline,
    Move.REDIRECT: _pass_on,
    Move.ANSWER: _answer,
    Move.CLOSE: _close,
}
_FILL_IN = "Fill this in and send it again: what you typed is still there."


def _code(form: Mapping[str, str]) -> DeclineCode:
    if form.get("code") not in set(DeclineCode):
        raise InvalidInput("Choose a reason.", next_step=_FILL_IN)
    return DeclineCode(form["code"])


def _text(form: Mapping[str, str], if_empty: str) -> str:
    if not form.get("text"):
        raise InvalidInput(if_empty, next_step=_FILL_IN)
    return form["text"]


def _need_clean(form: Mapping[str, str]) -> None:
    """Raises InvalidInput for a number that may never come in, and for a text that is too long."""
    for problem in forbidden(dict(form)):
        raise InvalidInput(problem.message, next_step=_FILL_IN, problems=(Problem("", problem.message),))
    if any(len(text) > LONGEST_TEXT for text in form.values()):
        raise InvalidInput("This text is too long: at most %(max_length)s characters.", max_length=LONGEST_TEXT)


def _receivers(snapshot: Snapshot, visitor: Visitor, front: Front) -> list[tuple[str, str]]:
    """To whom a case can be handed: code and name, the nearest kinds first."""
    today, own = front.today(), visitor.caller.organisation
    kinds = (OrganisationKind.SOCIAL_TEAM, OrganisationKind.SWV, OrganisationKind.ATTENDANCE_OFFICE)
    found = (one for kind in kinds for one in snapshot.organisations(kind, today) if one.code != own)
    return [(one.code, one.name) for one in found]
