"""The letter to a party outside the network: what is asked, by which rules, what is proposed, and until when.

It tells who asks and about which school, and never who the child is: the school tells that, with consent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.borders.actions import at_table
from hub.borders.reasoning import tells_of_child
from hub.borders.tables import BorderProposalRow, BorderTalk
from hub.cases.acting import Acting
from hub.cases.viewing import opening_of
from hub.clock import dutch_date
from hub.codes import OUTSIDE
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, NotAllowed
from hub.events import log
from hub.events.log import Event
from hub.i18n import Language, translate
from hub.privacy.statement.content import Block, Document
from hub.privacy.statement.words import at_moment, on_day
from hub.privacy.vault import letters_of
from hub.routing.decision import Reason

_BASIS_MESSAGES = {
    "law": "the law says so",
    "regional_agreement": "the regions agreed so",
    "practice": "this is how it is usually done",
    "pupils_interest": "this is best for the pupil",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed, with the names of the two sides."""

    leads: str
    pays: str
    share: int
    starts_on: date
    ends_on: date
    basis: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that the letter tells."""

    case_id: UUID
    writer: str
    writer_phone: str | None
    addressee: Sequence[str]
    school: str
    question: str | None
    reasons: Sequence[Reason]
    proposed: Proposed | None
    answer_by: date
    written_at: datetime


def facts_of(acting: Acting, snapshot: Snapshot, case_id: UUID) -> Letter:
    """What the letter of a talk tells. Raises NotAllowed for whoever did not begin it, Conflict for a party within.

    Raises Erased when the case was erased.
    """
    case, talk = at_table(acting, case_id)
    if talk.inviter != acting.organisation:
        raise NotAllowed("Only who began the talk writes the letter.", next_step="Ask the holder of the case.")
    if talk.invited != OUTSIDE:
        raise Conflict("The other side uses the hub and needs no letter.", next_step="Wait for its answer.")
    events, sealed = log.events_of_case(acting.session, case_id), letters_of(acting.session, acting.vault, case_id)
    invited = next(event for event in reversed(events) if event.type == "border.invited")
    opening = opening_of(events)
    assert invited.sealed_id is not None, "who is outside is sealed"
    assert opening.sealed_id is not None, "a question is sealed"
    addressee = sealed[invited.sealed_id].fields["outside"]
    names = _Names(snapshot, dutch_date(acting.now), addressee["name"])
    return Letter(
        case_id=case_id,
        writer=names.of(talk.inviter),
        writer_phone=names.phone(talk.inviter),
        addressee=[addressee["name"], *addressee.get("address", ())],
        school=names.of(case.school),
        question=_question(sealed[opening.sealed_id].fields),
        reasons=_reasons(events),
        proposed=_proposed(acting, talk, names),
        answer_by=talk.due_on,
        written_at=acting.now,
    )


def _question(said: Mapping[str, Any]) -> str | None:
    """The question as the school wrote it; nothing of it where it seems to tell of the child."""
    question, name = said.get("question"), said.get("pupil", {}).get("name", "")
    return None if question is None or tells_of_child(question, [name]) else str(question)


class _Names:
    """What organisations are called today; the one outside as the invitation calls it."""

    def __init__(self, snapshot: Snapshot, today: date, outside: str) -> None:
        self._snapshot = snapshot
        self._today = today
        self._outside = outside

    def of(self, code: str) -> str:
        """The name of an organisation; its code where the directory has none."""
        found = self._snapshot.organisation(code, self._today)
        return self._outside if code == OUTSIDE else found.name if found else code

    def phone(self, code: str) -> str | None:
        """Its telephone number, if the directory knows it."""
        found = self._snapshot.organisation(code, self._today)
        return found.phone if found else None


def _reasons(events: Sequence[Event]) -> list[Reason]:
    """The rules by which the case came to its holder."""
    told = next((event for event in reversed(events) if "reasons" in event.data), None)
    return [Reason.from_data(one) for one in told.data["reasons"]] if told else []


def _proposed(acting: Acting, talk: BorderTalk, names: _Names) -> Proposed | None:
    rows = select(BorderProposalRow).where(BorderProposalRow.talk_id == talk.id)
    row = acting.session.scalar(rows.order_by(BorderProposalRow.number.desc()).limit(1))
    if row is None:
        return None
    return Proposed(names.of(row.leads), names.of(row.pays), row.share, row.starts_on, row.ends_on, row.basis)


def document_of(letter: Letter, language: Language) -> Document:
    """The letter in words."""
    author = _Author(letter, language)
    blocks = (*author.heading(), *author.question(), *author.rules(), *author.proposal(), *author.answer())
    return Document(translate("A pupil between two regions", language), language, blocks)


class _Author:
    """Writes one letter in one language."""

    def __init__(self, letter: Letter, language: Language) -> None:
        self._letter = letter
        self._language = language

    def heading(self) -> Iterator[Block]:
        """To whom, from whom, on which day."""
        for line in self._letter.addressee:
            yield Block("paragraph", line)
        when = at_moment(self._letter.written_at, self._language)
        yield self._paragraph(
            self.translate("%(writer)s writes you this on %(when)s.", writer=self._letter.writer, when=when)
        )
        yield self._paragraph(self.translate("The number of this case is %(case)s.", case=str(self._letter.case_id)))

    def question(self) -> Iterator[Block]:
        """What it is about."""
        yield self._title(self.translate("What is it about?"))
        if self._letter.question is None:
            yield self._paragraph(
                self.translate("%(school)s has a question about a pupil.", school=self._letter.school)
            )
        else:
            yield self._paragraph(self.translate("%(school)s asks this about a pupil:", school=self._letter.school))
            yield Block("list", rows=((self._letter.question,),))
        yield self._paragraph(
            self.translate(
                "You do not read here who the pupil is. The school tells you that itself, if there is consent for it."
            )
        )

    def rules(self) -> Iterator[Block]:
        """Why the writer has the case."""
        if not self._letter.reasons:
            return
        yield self._title(self.translate("Which rules hold?"))
        rows = tuple((f"{one.sentence(self._language)} ({one.source})",) for one in self._letter.reasons)
        yield Block("list", rows=rows)

    def proposal(self) -> Iterator[Block]:
        """What the writer proposes."""
        proposed = self._letter.proposed
        if proposed is None:
            return
        yield self._title(self.translate("What do we propose?"))
        yield self._paragraph(
            self.translate(
                "From %(start)s up to and including %(end)s %(leads)s leads. "
                "%(pays)s pays %(share)s percent of the costs.",
                start=on_day(proposed.starts_on, self._language),
                end=on_day(proposed.ends_on, self._language),
                leads=proposed.leads,
                pays=proposed.pays,
                share=str(proposed.share),
            )
        )
        basis = translate(_BASIS_MESSAGES[proposed.basis], self._language)
        yield self._paragraph(self.translate("Why: %(basis)s.", basis=basis))

    def answer(self) -> Iterator[Block]:
        """Until when an answer is awaited, and where."""
        letter = self._letter
        yield self._title(self.translate("What do we ask of you?"))
        phone = f" ({letter.writer_phone})" if letter.writer_phone else ""
        yield self._paragraph(
            self.translate(
                "Tell %(writer)s%(phone)s before or on %(day)s whether you agree. Until then %(writer)s goes on.",
                writer=letter.writer,
                phone=phone,
                day=on_day(letter.answer_by, self._language),
            )
        )

    def translate(self, message: str, **parameters: str) -> str:
        """A sentence in the language of the letter."""
        return translate(message, self._language, parameters)

    def _title(self, text: str) -> Block:
        return Block("heading", text)

    def _paragraph(self, text: str) -> Block:
        return Block("paragraph", text)
