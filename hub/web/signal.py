"""Giving a signal, in four steps that need no script, and the receipt."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.cases.intake import KeyReused, judge, write
from hub.cases.queries import standing_of
from hub.cases.tables import Case
from hub.directory.entries import Site
from hub.directory.snapshot import Snapshot
from hub.errors import AcuteDanger, Conflict, HubError, NotFound
from hub.hints import AFTER_PUBLISHING
from hub.store.engine import acting_for
from hub.web import words
from hub.web.foretelling import foretell
from hub.web.front import Front, InFront
from hub.web.pages import page, reader_language
from hub.web.references import reference_of
from hub.web.signal_form import FIELDS, LAST_STEP, LONGEST_TEXT, STEPS, Draft, Mistake, draft_in, mistakes_on, new_draft
from hub.web.visitors import Visitor, holding, source_of_pages

router = APIRouter()

Sender = Annotated[Visitor, holding(Right.PUBLISH)]


class AlreadySent(Conflict):
    """The form was sent before, and changed since."""

    title = "This signal was sent already"
    next_step = "Look at it under My signals. What you changed since was not sent: begin a new signal for it."


async def _form(request: Request) -> Mapping[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


@router.api_route("/signal", methods=["GET", "HEAD"])
def begin(request: Request, front: InFront, visitor: Sender) -> Response:
    """An empty form."""
    sites = _sites(front.snapshot(), visitor.caller, front.today())
    known = {"school": sites[0].code} if len(sites) == 1 else {}
    return _show(request, front, visitor, 1, new_draft(contact_name=visitor.name, **known))


@router.post("/signal")
def go_on(
    request: Request, front: InFront, visitor: Sender, form: Annotated[Mapping[str, str], Depends(_form)]
) -> Response:
    """The next step, an earlier one, or, from the last one, into the hub."""
    draft, step, go = draft_in(form), _step(form.get("step", "1")), form.get("go", "next")
    if draft.tells_of_danger:
        return _stop(request)
    if go.isdecimal():
        return _show(request, front, visitor, max(1, min(_step(go), step - 1)), draft)
    for checked in range(1, step + 1):
        mistakes = mistakes_on(checked, draft, source_of_pages(visitor.caller.organisation))
        if mistakes:
            return _show(request, front, visitor, checked, draft, mistakes)
    if step < LAST_STEP:
        return _show(request, front, visitor, step + 1, draft)
    return RedirectResponse(f"/signal/{_send(front, visitor.caller, draft)}", 303)


@router.api_route("/signal/{case_id}", methods=["GET", "HEAD"])
def receipt(request: Request, front: InFront, visitor: Sender, case_id: Annotated[UUID, Path()]) -> Response:
    """That it came in: its reference, who has it, and until when they may take to answer."""
    organisation = visitor.caller.organisation
    with acting_for(front.runtime.sessions, organisation) as session:
        case = session.get(Case, case_id)
        if case is not None:
            standing_of(session, case_id, organisation, now=front.now())  # raises NotFound for one that is not theirs
        holder = front.runtime.snapshot(session).organisation(case.holder, front.today()) if case else None
    return page(
        request,
        "signal_sent.html",
        section="/signal",
        reference=reference_of(case_id),
        case_id=case_id,
        holder=holder.name if holder else None,
        due_on=case.due_on if case else None,
    )


def _send(front: Front, caller: Caller, draft: Draft) -> UUID:
    """Publish the event of a draft as the API does; the id of its case. Raises what the door says, and AlreadySent."""
    submission = judge([draft.event(source_of_pages(caller.organisation))], caller, front.snapshot())
    [outcome] = write(front.runtime.sessions, front.runtime.vault, [submission], front.now)
    if isinstance(outcome, KeyReused):
        raise AlreadySent("You sent this form before, with other answers.")
    if isinstance(outcome, HubError):
        raise outcome
    front.give_hints(*AFTER_PUBLISHING)
    return outcome[0].case_id


def _show(
    request: Request,
    front: Front,
    visitor: Visitor,
    step: int,
    draft: Draft,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    snapshot, today = front.snapshot(), front.today()
    language = reader_language(request)
    sites = _sites(snapshot, visitor.caller, today)
    foretold = foretell(draft, visitor.caller, snapshot, today) if step > 1 else None
    return page(
        request,
        f"signal_{step}.html",
        422 if mistakes else 200,
        section="/signal",
        step=step,
        steps=STEPS,
        draft=draft,
        carried=[field.name for field in FIELDS if field.step != step],
        mistakes={mistake.field: mistake for mistake in mistakes},
        sites=sites,
        school=next((site.name for site in sites if site.code == draft["school"]), ""),
        foretold=foretold,
        reasons=[reason.sentence(language) for reason in foretold.reasons] if foretold else [],
        questions=[question.sentence(language) for question in foretold.questions] if foretold else [],
        today=today,
        consent_day=date.fromisoformat(draft["consent_on"]) if step == LAST_STEP and draft.has_consent else None,
        longest=LONGEST_TEXT,
        words=words,
    )


def _stop(request: Request) -> Response:
    """Acute danger: nothing is kept, and the numbers are there at once (domain rule E3)."""
    return page(request, "signal_danger.html", AcuteDanger.status, section="/signal")


def _sites(snapshot: Snapshot, caller: Caller, on: date) -> list[Site]:
    """The schools that the caller may speak for, by name."""
    own = (site for site in snapshot.sites(on) if caller.organisation in {site.code, site.board})
    return sorted(own, key=lambda site: site.name)


def _step(said: str) -> int:
    """Raises NotFound for a step that there is not."""
    if not said.isdecimal() or not 1 <= int(said) <= LAST_STEP:
        raise NotFound("There is no page at this address.")
    return int(said)
