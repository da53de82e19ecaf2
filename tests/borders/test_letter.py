"""The letter to a party outside the network: an accessible PDF that tells the question and never the child."""

import io
from datetime import timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID

import pytest
from pypdf import PdfReader

from hub.borders.letter import Letter, document_of, facts_of
from hub.errors import Conflict, NotAllowed
from hub.privacy.statement.content import Document
from hub.privacy.statement.pdf import pdf
from tests.borders.conftest import A_QUESTION
from tests.borders.talking import ASSEN, OUTSIDE_SCHOOL, STEENWIJK, calls, invites, proposes
from tests.support.small_hub import BOARD, NOW, SmallHub

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject


def letter(hub: SmallHub, case: UUID, who: str = ASSEN) -> Letter:
    """What the letter of a case tells."""
    with hub.acting(who) as acting:
        return facts_of(acting, hub.snapshot, case)


def words(document: Document) -> str:
    """All that a document says."""
    return "\n".join([document.title, *(b.text + " ".join(c for row in b.rows for c in row) for b in document.blocks)])


@pytest.fixture
def outside(hub: SmallHub, case: UUID) -> UUID:
    """A case about which a school in Belgium was invited, with a proposal on the table."""
    invites(hub, case, outside=OUTSIDE_SCHOOL)
    proposes(hub, case, ASSEN, leads="outside", pays=ASSEN)
    return case


def test_the_letter_tells_what_is_asked_and_until_when(hub: SmallHub, outside: UUID) -> None:
    """To whom, by whom, the question, the rules, the proposal, and the last day for an answer: ten working days."""
    text = words(document_of(letter(hub, outside), "nl"))
    for part in (
        "Basisschool De Linde", "3900 Pelt", "Basisschool De Zwerfkei", "Welke hulp past hier, en wie betaalt die?",
        "Van 1 december 2026 tot en met 31 juli 2027", "60 procent", "uiterlijk op 3 december 2026", str(outside),
    ):  # fmt: skip
        assert part in text, part
    assert "PO2201" in text


def test_the_letter_never_tells_the_child(hub: SmallHub, outside: UUID) -> None:
    """Nor the question where it names the pupil, or seems to be about health."""
    assert "Sem" not in words(document_of(letter(hub, outside), "nl"))
    for question in ("Sem heeft hulp nodig.", "Een leerling met autisme."):
        other = hub.routed("support.requested", {**A_QUESTION, "question": question})
        invites(hub, other, outside=OUTSIDE_SCHOOL)
        text = words(document_of(letter(hub, other), "nl"))
        assert question not in text
        assert "Basisschool De Zwerfkei heeft een vraag over een leerling." in text


def test_the_letter_can_be_read_aloud(hub: SmallHub, outside: UUID) -> None:
    """Tagged, with title and language, and the same bytes for the same moment."""
    document = document_of(letter(hub, outside), "nl")
    made = pdf(document, NOW)
    assert made == pdf(document, NOW)
    assert made != pdf(document, NOW + timedelta(days=1))
    catalogue = cast("DictionaryObject", PdfReader(io.BytesIO(made)).trailer["/Root"])
    assert str(catalogue["/Lang"]) == "nl"
    assert str(cast("DictionaryObject", catalogue["/MarkInfo"])["/Marked"]) == "True"
    assert "A pupil between two regions" in words(document_of(letter(hub, outside), "en"))


def test_only_who_asked_writes_and_only_outside(hub: SmallHub, outside: UUID) -> None:
    """The school reads what is said, and writes no letter; a partnership of the hub needs none."""
    with pytest.raises(NotAllowed):
        letter(hub, outside, BOARD)
    other = hub.routed("support.requested", A_QUESTION)
    invites(hub, other)
    with pytest.raises(Conflict):
        letter(hub, other)
    with pytest.raises(NotAllowed):
        letter(hub, other, STEENWIJK)


def test_outside_there_is_no_arbiter(hub: SmallHub, outside: UUID) -> None:
    """Unless one was named; the clock alone calls nobody."""
    with pytest.raises(Conflict, match="No arbiter"):
        calls(hub, outside, ASSEN, NOW + timedelta(days=30))
