"""What the parties of a case say to each other: a question to the school and its answer, messages, internal notes.

What is written is sealed. It is read by whoever wrote it and by the one party it is meant for, never by the next
receiver; a note by the own organisation alone.
"""

from uuid import UUID

from hub.cases.acting import Acting
from hub.cases.lifecycle import Move
from hub.cases.moving import need_unchanged, step, take, take_as_school, take_inside
from hub.cases.parts import RECEIVING_ROLES
from hub.cases.tables import Case, Party
from hub.cases.telling import append, last_said, text_of
from hub.codes import OrganisationCode
from hub.errors import Conflict, InvalidInput, Problem
from hub.events import log


def ask(acting: Acting, case_id: UUID, text: str) -> None:
    """Ask the school a question: until it answers, the case visibly waits for the school."""
    case, party = take(acting, case_id)
    if case.sender == acting.organisation:
        raise Conflict("This is your own question: there is no school to ask.")
    said = last_said(acting, case_id, "question.asked")
    if party.asked_at is not None and said and text_of(acting, said, "message") == text:
        return
    step(acting, case, party, Move.ASK)
    party.asked_at = acting.now
    append(acting, case, "question.asked", {"to": case.sender}, {"message": text})


def reply(acting: Acting, case_id: UUID, to: OrganisationCode | None, text: str) -> None:
    """Answer the question of a receiver, as the school; without `to`, that of the holder."""
    case, party = take_as_school(acting, case_id, to)
    said = last_said(acting, case_id, "question.answered")
    was_said = said is not None and said.data["to"] == party.organisation and text_of(acting, said, "message") == text
    if party.asked_at is None and was_said:
        return
    step(acting, case, party, Move.REPLY)
    party.asked_at = None
    append(acting, case, "question.answered", {"to": party.organisation}, {"message": text})


def send_message(acting: Acting, case_id: UUID, to: OrganisationCode | None, text: str) -> None:
    """Tell another party something: a receiver the school, and the school a receiver; without `to`, the holder.

    Raises InvalidInput for a receiver that writes to another one: no file goes from party to party.
    """
    case = take_inside(acting, case_id)
    meant = _addressee(acting, case, to)
    if _was_just_said(acting, case_id, "message.sent", {"to": meant}, {"message": text}):
        return
    need_unchanged(acting, case)
    case.changed_at = acting.now
    append(acting, case, "message.sent", {"to": meant}, {"message": text})


def add_note(acting: Acting, case_id: UUID, text: str) -> None:
    """Write something down for the own organisation; nobody else ever sees it, nor hears that there is something."""
    case = take_inside(acting, case_id)
    if _was_just_said(acting, case_id, "note.added", {}, {"note": text}):
        return
    need_unchanged(acting, case)
    append(acting, case, "note.added", {}, {"note": text})


def _addressee(acting: Acting, case: Case, to: OrganisationCode | None) -> str:
    """Who reads a message."""
    is_school = case.sender == acting.organisation
    meant = to or (case.holder if is_school else case.sender)
    party = acting.session.get(Party, (case.id, meant)) if is_school else None
    receives = party is not None and party.role in RECEIVING_ROLES and meant != acting.organisation
    if receives or (not is_school and meant == case.sender):
        return meant
    message = "A receiver writes to the school, and the school to a receiver that has the case now."
    raise InvalidInput("This message has nobody to read it.", problems=(Problem("/to", message),))


def _was_just_said(acting: Acting, case_id: UUID, type_: str, data: dict[str, str], texts: dict[str, str]) -> bool:
    """Whether the caller's last word in the case was this very one: then it is sent again."""
    history = log.events_of_case(acting.session, case_id)
    last = [event for event in history if event.publisher == acting.organisation][-1:]
    if [(event.type, event.data) for event in last] != [(type_, data)]:
        return False
    return all(text_of(acting, last[0], name) == text for name, text in texts.items())
