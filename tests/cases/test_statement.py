"""The statement for parents: made from log and ledger, in plain Dutch, the same on the page and on paper."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from hub.cases.erasing import erase
from hub.cases.reading import note_reading
from hub.cases.statement import Making, statement_for, statement_of
from hub.codes import OrganisationCode
from hub.errors import NotAllowed, NotFound
from hub.privacy.ledger import Viewer, disclosures_of
from hub.privacy.purposes import Purpose
from hub.privacy.retention import read_terms
from hub.privacy.statement.content import Document, document_of
from hub.privacy.statement.facts import Statement
from hub.privacy.statement.page import page
from hub.privacy.statement.pdf import pdf
from tests.support.moves import OTHER_TEAM, accepts, answers, redirects
from tests.support.small_hub import A_REFERRAL, A_SIGNAL, BOARD, NOW, TEAM, SmallHub, withdrawal

TERMS = read_terms()
LATER = datetime(2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC)
PERSON = "person:0d9488e0-0000-7000-8000-000000000001"
TEAM_NAME, OTHER_NAME = "Sociaal team Assen", "Sociaal team Aa en Hunze"


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub with an empty log."""
    return small_hub


def reads(hub: SmallHub, case: UUID, who: str, label: str, at: datetime, purpose: Purpose | None = None) -> None:
    """Somebody opens the case, and that is written down."""
    view = hub.view(case, who, purpose)
    with hub.acting(who, at) as acting:
        note_reading(acting, view, Viewer(who, label), began_at=at)


def made(hub: SmallHub, case: UUID, at: datetime = LATER) -> Statement:
    """The statement at a moment."""
    with hub.sessions() as session:
        return statement_of(Making(session, TERMS, hub.snapshot, at), case)


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """A referral that the team read, the next team took over and answered, and the school read."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    reads(hub, case, TEAM, PERSON, NOW + timedelta(minutes=5))
    redirects(hub, case)
    hub.read()
    accepts(hub, case, OTHER_TEAM)
    reads(hub, case, OTHER_TEAM, "client:zorgsysteem", NOW + timedelta(minutes=9), Purpose.COMPLAINT)
    answers(hub, case, OTHER_TEAM)
    hub.read()
    reads(hub, case, BOARD, PERSON, NOW + timedelta(days=2))
    return case


def text_of(document: Document) -> str:
    """Every word of it."""
    words = [document.title]
    for block in document.blocks:
        words += [block.text, *block.headers, *(cell for row in block.rows for cell in row)]
    return " ".join(words)


def test_it_tells_every_reading_that_the_ledger_has(hub: SmallHub, case: UUID) -> None:
    """Who, when, what, on what ground and for what; with the number in the register."""
    with hub.sessions() as session:
        entries = disclosures_of(session, case)
    told = text_of(document_of(made(hub, case), "nl"))
    assert len(entries) == 3
    who = (f"{TEAM_NAME}, een medewerker", f"{OTHER_NAME}, het computersysteem", "een medewerker")
    for entry, name in zip(entries, who, strict=True):
        assert f"(nr. {entry.position})" in told
        assert name in told
    for phrase in (
        "19 november 2026, 10:35",
        "21 november 2026, 10:30",
        "er is toestemming voor (AVG artikel 6 lid 1 onder a)",
        "om een klacht of een bezwaar te behandelen",
        "om de vraag te behandelen",
        "de vraag van de school, naam, geboortedatum en groep van de leerling",
    ):
        assert phrase in told, phrase


def test_it_tells_with_whom_and_until_when(hub: SmallHub, case: UUID) -> None:
    """Each party with what it may see now; who passed it on sees nothing; help that began is kept twenty years."""
    statement = made(hub, case)
    assert [(one.organisation, one.role) for one in statement.shared][-1] == (TEAM_NAME, "former")
    by_name = {one.organisation: one for one in statement.shared}
    assert by_name[TEAM_NAME].shown.fields == frozenset()
    assert by_name[OTHER_NAME].shown.fields == {"pupil", "contact", "question", "parents_words"}
    assert by_name[OTHER_NAME].until == statement.kept_until
    told = text_of(document_of(statement, "nl"))
    assert "20 november 2028" in told  # the school
    assert "20 november 2046" in told  # the team that helps
    assert "heeft de vraag doorgegeven en ziet er niets meer van" in told


def test_it_tells_of_consent_and_its_end(hub: SmallHub) -> None:
    """By whom, when, for whom, and when it was taken back."""
    consent = {"givenBy": "parents", "on": "2026-11-18", "receivers": [TEAM, "transition_point"], "purposes": ["help"]}
    case = hub.routed("referral.submitted", A_REFERRAL | {"consent": consent})
    hub.publish(withdrawal("consent.withdrawn", case))
    hub.read()
    told = text_of(document_of(made(hub, case), "nl"))
    assert f"toestemming van de ouders, gegeven op 18 november 2026, om te delen met {TEAM_NAME} en elk Doorst" in told
    assert "Alleen voor hulp aan de leerling of het gezin." in told
    assert "De toestemming is ingetrokken op 19 november 2026, 10:30." in told


@pytest.mark.parametrize(
    ("lawful", "law"),
    [
        ("safety", "Wmo 2015 artikel 5.2.6"),
        ("supervision_order", "Jeugdwet artikel 7.3.11 lid 4"),
        ("vital_interest", "AVG artikel 6 lid 1 onder d"),
    ],
)
def test_it_tells_why_there_was_no_consent(hub: SmallHub, lawful: str, law: str) -> None:
    """In plain words, with the law."""
    case = hub.routed("signal.raised", A_SIGNAL | {"withoutConsent": lawful})
    told = text_of(document_of(made(hub, case), "nl"))
    assert "De school deelt zonder toestemming" in told
    assert law in told


def test_it_tells_that_it_was_erased(hub: SmallHub, case: UUID) -> None:
    """And still who read it before: that is no secret of the child."""
    with hub.sessions.begin() as session:
        erase(session, case, even_if_running=True, now=LATER)
    statement = made(hub, case, LATER + timedelta(days=1))
    told = text_of(document_of(statement, "nl"))
    assert "Op 1 december 2026, 10:00 is alles wat persoonlijk is, gewist." in told
    assert all(not one.shown.fields for one in statement.shared)
    assert len(statement.readings) == 3


def test_it_holds_nothing_personal(hub: SmallHub, case: UUID) -> None:
    """Whoever finds it learns no name."""
    told = text_of(document_of(made(hub, case), "nl"))
    for secret in ("Sem", "Voorbeeld", "2016", "Groot", "stil geworden", PERSON, "zorgsysteem"):
        assert secret not in told


def test_only_the_sender_gives_it(hub: SmallHub, case: UUID) -> None:
    """A receiver refers to the school; to others there is no such case."""
    with hub.sessions() as session:
        making = Making(session, TERMS, hub.snapshot, LATER)
        assert statement_for(making, case, BOARD).case_id == case
        with pytest.raises(NotAllowed, match="school"):
            statement_for(making, case, OTHER_TEAM)
        for stranger, which in ((OrganisationCode("B00002"), case), (BOARD, UUID(int=1))):
            with pytest.raises(NotFound):
                statement_for(making, which, stranger)


def test_before_it_is_routed_there_is_little_to_tell(hub: SmallHub) -> None:
    """Nobody has it yet, and nobody has read it."""
    [receipt] = hub.publish({**withdrawal("signal.withdrawn", UUID(int=0)), **_opening()})
    told = text_of(document_of(made(hub, receipt.case_id), "nl"))
    assert "Nog met niemand." in told
    assert "Niemand heeft het dossier nog geopend." in told


def _opening() -> dict[str, Any]:
    return {"type": "nl.samenspel.signal.raised.v1", "data": A_SIGNAL, "subject": None}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_is_in_one_language(hub: SmallHub, case: UUID, language: Any) -> None:
    """No English in the Dutch one, and the other way round."""
    told = text_of(document_of(made(hub, case), language)).lower().split()
    foreign = {"nl": {"the", "and", "what", "who", "consent"}, "en": {"het", "een", "wat", "wie"}}
    assert foreign[language] & set(told) == set()


class _Words(HTMLParser):
    """The texts of a page, and the elements around them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # not ours
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_says_what_the_document_says(hub: SmallHub, case: UUID) -> None:
    """With a language, a title, headings, and headers on every table; and it prints."""
    document = document_of(made(hub, case), "nl")
    html = page(document)
    words = _Words()
    words.feed(html)
    shown = set(words.texts)
    for block in document.blocks:
        for said in (block.text, *block.headers, *(cell for row in block.rows for cell in row)):
            assert not said or said in shown
    assert html.startswith('<!DOCTYPE html>\n<html lang="nl">')
    assert "@media print" in html
    assert words.tags.count("h1") == 1
    assert words.tags.count("th") == 5 + 5 + 2 + sum(len(b.rows) for b in document.blocks if b.kind == "table")
    assert "script" not in words.tags


def test_a_name_is_never_markup(hub: SmallHub, case: UUID) -> None:
    """Whatever a directory holds is shown as it is."""
    statement = made(hub, case)
    nasty = '<script>alert("1")</script> #emph[x] $x$ @label'
    document = document_of(statement.__class__(**{**_fields(statement), "school": nasty}), "nl")
    assert "<script>" not in page(document)
    assert nasty in re.sub(r"\s+", " ", _text_of_pdf(pdf(document, LATER)))


def _fields(statement: Statement) -> dict[str, Any]:
    return {name: getattr(statement, name) for name in statement.__dataclass_fields__}


def _text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def _kinds(node: Any) -> Iterator[str]:
    """The kinds of elements in the structure tree of a PDF."""
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, ArrayObject):
        for inner in found:
            yield from _kinds(inner)
    elif isinstance(found, DictionaryObject):
        if "/S" in found:
            yield str(found["/S"])
        if "/K" in found:
            yield from _kinds(found["/K"])


def test_the_pdf_is_tagged_and_says_who_it_is(hub: SmallHub, case: UUID) -> None:
    """PDF/UA-1: tags, title, language; headings, lists and tables with header cells are marked as such."""
    document = document_of(made(hub, case), "nl")
    content = pdf(document, LATER)
    root: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert PdfReader(io.BytesIO(content)).metadata.title == "Wat er over uw kind is gedeeld"  # type: ignore[union-attr]
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    kinds = list(_kinds(root["/StructTreeRoot"]))
    tables = [block for block in document.blocks if block.kind == "table"]
    assert kinds.count("/Table") == len(tables)
    assert kinds.count("/TH") == sum(len(table.headers) for table in tables)
    assert kinds.count("/TD") == sum(len(row) for table in tables for row in table.rows)
    assert kinds.count("/H1") + kinds.count("/H2") >= sum(block.kind == "heading" for block in document.blocks)
    assert {"/L", "/LI", "/P"} <= set(kinds)


def test_the_pdf_holds_the_same_facts(hub: SmallHub, case: UUID) -> None:
    """Every word of the document, wherever the lines are broken."""
    document = document_of(made(hub, case), "nl")
    content = pdf(document, LATER)
    printed = re.sub(r"[\s\u00ad-]+", "", _text_of_pdf(content))
    for block in document.blocks:
        for said in (block.text, *block.headers, *(cell for row in block.rows for cell in row)):
            assert re.sub(r"[\s-]+", "", said) in printed, said
    assert pdf(document, LATER) == content
