"""The moves of a border talk, one verb each: they lock the case, move the talk on, and append what was said.

The holder of the case stays its holder until an agreement says otherwise (`hub.borders.following`). Repeating the last
move changes nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from hub.borders.beginning import arbiter_for, name_in_case, open_talk, taken_by_holder
from hub.borders.protocol import (
    SETTLED,
    Move,
    Stage,
    Standing,
    after,
    is_turning_down,
)
from hub.borders.reasoning import need_no_child_in
from hub.borders.tables import BorderProposalRow, BorderTalk
from hub.borders.terms import need_sensible
from hub.cases.acting import Acting
from hub.cases.moving import need_open, take_part
from hub.cases.tables import Case
from hub.cases.telling import Said, is_repeated, say
from hub.clock import dutch_date
from hub.codes import OUTSIDE, OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, NotAllowed
from hub.events import log
from hub.events.border_payloads import BorderInvitation, BorderProposal, BorderRefused, OutsideReply
from hub.events.log import Event
from hub.privacy.vault import Erased, letters_of

_PROPOSING = {Move.PROPOSE: "border.proposed", Move.COUNTER: "border.countered"}


def invite(acting: Acting, snapshot: Snapshot, case_id: UUID, invitation: BorderInvitation) -> None:
    """Ask another partnership to the table, or write to a party outside the network. Only the holder can.

    Raises NotAllowed for any other party, Conflict while a talk of the holder is open.
    """
    case, _ = taken_by_holder(acting, snapshot, case_id)
    arbiter = arbiter_for(acting, snapshot, invitation)
    talk = talk_at(acting, case_id)
    data = invitation.plain() | ({"arbiter": arbiter} if arbiter else {})
    said = Said("border.invited", data, invitation.personal())
    if talk is not None and _is_repeated(acting, talk, said):
        return
    if talk is not None and talk.inviter == acting.organisation and Stage(talk.stage) not in SETTLED:
        raise Conflict(
            "A talk about this case is open already, with %(invited)s.",
            next_step="Go on with that talk, or call the arbiter.",
            invited=talk.invited,
        )
    need_open(case)
    made = open_talk(acting, case, invitation.swv or OUTSIDE, arbiter)
    if invitation.swv is not None:
        name_in_case(acting, case_id, invitation.swv)
    _tell(acting, case, made, said)


def propose(acting: Acting, case_id: UUID, proposal: BorderProposal) -> None:
    """Say who leads, who pays, and for how long; on the table of another's proposal this is a counter-proposal."""
    case, talk = at_table(acting, case_id)
    saying = {move: Said(type_, proposal.plain(), proposal.personal()) for move, type_ in _PROPOSING.items()}
    if any(_is_repeated(acting, talk, said) for said in saying.values()):
        return
    move = Move.COUNTER if talk.stage == Stage.PROPOSED else Move.PROPOSE
    _step(acting, case, talk, move, acting.organisation)
    need_sensible(proposal, standing_of(talk).sides, dutch_date(acting.now))
    need_no_child_in(proposal.reasoning, _names(acting, case_id))
    _tell(acting, case, talk, _write_down(acting, talk, proposal, saying[move]))


def refuse(acting: Acting, case_id: UUID, refusal: BorderRefused) -> None:
    """Do not agree, on a ground; the other side may propose something else."""
    case, talk = at_table(acting, case_id)
    said = Said("border.refused", refusal.plain(), refusal.personal())
    if _is_repeated(acting, talk, said):
        return
    _step(acting, case, talk, Move.REFUSE, acting.organisation)
    need_no_child_in(refusal.reasoning, _names(acting, case_id))
    _tell(acting, case, talk, said)


def agree(acting: Acting, case_id: UUID, number: int) -> None:
    """Agree with the proposal that lies on the table. Raises Conflict when that is another one than `number`."""
    case, talk = at_table(acting, case_id)
    if talk.stage == Stage.AGREED and talk.spoke_last == acting.organisation and _last(acting, talk) == number:
        return
    _step(acting, case, talk, Move.AGREE, acting.organisation)
    _tell(acting, case, talk, Said("border.agreed", _settled(acting, talk, number)))


def call_arbiter(acting: Acting, case_id: UUID) -> None:
    """Lay the talk before the arbiter, who sees the question, the rules and what was proposed, and never the child."""
    case, talk = at_table(acting, case_id)
    if talk.stage == Stage.WITH_ARBITER and talk.spoke_last == acting.organisation:
        return
    _step(acting, case, talk, Move.CALL, acting.organisation)
    assert talk.arbiter is not None, "without an arbiter nobody can be called"
    name_in_case(acting, case_id, talk.arbiter)
    _tell(acting, case, talk, Said("border.arbiter.called", {}))


def decide(acting: Acting, case_id: UUID, decision: BorderProposal) -> None:
    """Decide as the arbiter: what it says holds as if the two sides had agreed on it."""
    case, talk = at_table(acting, case_id)
    said = Said("border.arbitrated", decision.plain(), decision.personal())
    if _is_repeated(acting, talk, said):
        return
    _step(acting, case, talk, Move.DECIDE, acting.organisation)
    need_sensible(decision, standing_of(talk).sides, dutch_date(acting.now))
    need_no_child_in(decision.reasoning, _names(acting, case_id))
    _tell(acting, case, talk, _write_down(acting, talk, decision, said))


def record_reply(acting: Acting, case_id: UUID, reply: OutsideReply) -> None:
    """Write down what a party outside the network answered to the letter. Only who wrote to it can."""
    case, talk = at_table(acting, case_id)
    if talk.invited != OUTSIDE:
        raise Conflict(
            "The other side uses the hub, and answers for itself.", next_step="Wait for its answer, or call it."
        )
    data: dict[str, Any] = {"onBehalfOf": OUTSIDE, "on": reply.on.isoformat()}
    if reply.ground is not None:
        data["ground"] = reply.ground.value
    type_ = "border.agreed" if reply.reply == "agreed" else "border.refused"
    if _is_repeated(acting, talk, Said(type_, data)):
        return
    _step(acting, case, talk, Move.AGREE if reply.reply == "agreed" else Move.REFUSE, OUTSIDE)
    settled = _settled(acting, talk, _last(acting, talk)) if type_ == "border.agreed" else {}
    _tell(acting, case, talk, Said(type_, settled | data))


def talk_at(acting: Acting, case_id: UUID) -> BorderTalk | None:
    """The last talk about a case in which the caller takes part."""
    own = (BorderTalk.inviter, BorderTalk.invited, BorderTalk.arbiter)
    mine = [column == acting.organisation for column in own]
    talks = select(BorderTalk).where(BorderTalk.case_id == case_id, mine[0] | mine[1] | mine[2])
    return acting.session.scalar(talks.order_by(BorderTalk.made_at.desc(), BorderTalk.id.desc()).limit(1))


def standing_of(talk: BorderTalk) -> Standing:
    """The talk as its table of moves knows it."""
    return Standing(
        Stage(talk.stage),
        OrganisationCode(talk.inviter),
        OrganisationCode(talk.invited),
        OrganisationCode(talk.arbiter) if talk.arbiter else None,
        OrganisationCode(talk.spoke_last),
        talk.turned_down,
        talk.due_on,
    )


def at_table(acting: Acting, case_id: UUID) -> tuple[Case, BorderTalk]:
    """The case, locked, and the talk at which the caller sits. Raises NotFound, NotAllowed."""
    case, _ = take_part(acting, case_id)
    talk = talk_at(acting, case_id)
    if talk is None:
        raise NotAllowed(
            "Your organisation takes no part in a talk about this case.",
            next_step="The partnership that holds the case asks the others to the table.",
        )
    return case, talk


def _step(acting: Acting, case: Case, talk: BorderTalk, move: Move, who: OrganisationCode) -> None:
    stage = after(standing_of(talk), move, who, dutch_date(acting.now))
    need_open(case)
    if case.holder != talk.inviter:
        raise Conflict(
            "The case has gone to another party since this talk began: the talk is over.",
            next_step="Fetch the case: it says who holds it now.",
        )
    talk.stage, talk.spoke_last, talk.changed_at = stage, who, acting.now
    talk.turned_down += is_turning_down(move)


def _tell(acting: Acting, case: Case, talk: BorderTalk, said: Said) -> None:
    """Tell the school and everyone at the table; the arbiter only once it was called."""
    called = talk.arbiter is not None and talk.stage in {Stage.WITH_ARBITER, Stage.ARBITRATED}
    arbiter = [talk.arbiter] if called and talk.arbiter else []
    between = [talk.inviter, talk.invited, *arbiter]
    data = {**said.plain, "between": between}
    say(acting, case.id, Said(said.type, data, said.personal), {case.sender, *between} - {OUTSIDE})


def _write_down(acting: Acting, talk: BorderTalk, proposal: BorderProposal, said: Said) -> Said:
    """Keep what was proposed, and say it with its number in the talk."""
    number = _last(acting, talk) + 1
    acting.session.add(
        BorderProposalRow(
            talk_id=talk.id,
            number=number,
            made_by=acting.organisation,
            made_at=acting.now,
            leads=proposal.leads,
            pays=proposal.pays,
            share=proposal.share,
            starts_on=proposal.starts_on,
            ends_on=proposal.ends_on,
            basis=proposal.basis,
            rule=proposal.rule,
        )
    )
    return replace(said, plain={**said.plain, "number": number})


def _last(acting: Acting, talk: BorderTalk) -> int:
    """The number of the last proposal; 0 before the first."""
    last = select(func.max(BorderProposalRow.number)).where(BorderProposalRow.talk_id == talk.id)
    return acting.session.scalar(last) or 0


def _settled(acting: Acting, talk: BorderTalk, number: int) -> dict[str, Any]:
    """What was agreed on, as the log tells it."""
    if number != _last(acting, talk):
        raise Conflict(
            "Proposal %(number)s is not the one that lies on the table now.",
            next_step="Fetch the talk again, and look at the last proposal.",
            number=number,
        )
    row = acting.session.get_one(BorderProposalRow, (talk.id, number))
    said = {"leads": row.leads, "pays": row.pays, "share": row.share, "basis": row.basis, "rule": row.rule}
    days = {"startsOn": row.starts_on.isoformat(), "endsOn": row.ends_on.isoformat()}
    return {**said, **days, "number": number}


def _is_repeated(acting: Acting, talk: BorderTalk, said: Said) -> bool:
    """Whether the last thing that was said in the talk is just this, by the caller. Raises Erased."""
    last = next((event for event in reversed(_history(acting, talk)) if event.type.startswith("border.")), None)
    return last is not None and is_repeated(acting, last, said)


def _history(acting: Acting, talk: BorderTalk) -> list[Event]:
    events = log.events_of_case(acting.session, talk.case_id)
    return [event for event in events if event.recorded_at >= talk.made_at]


def _names(acting: Acting, case_id: UUID) -> Iterator[str]:
    """What the pupil is called, as far as the school said so."""
    try:
        letters = letters_of(acting.session, acting.vault, case_id)
    except Erased:
        return
    for letter in letters.values():
        if "pupil" in letter.fields:
            yield str(letter.fields["pupil"].get("name", ""))
