"""What a message says: that something waits, and where. Nothing else, in either language."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest

from hub.i18n import Language
from hub.mail.composing import AddressUnusable, Letter, Office, compose

OFFICE = Office("melding@samenspel.example", "https://hub.samenspel.example")
NOW = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
ID, CASE, OTHER = (UUID(int=n << 96 | 7) for n in (1, 2, 3))


def arrived(language: Language = "nl", cases: tuple[UUID, ...] = (CASE,)) -> EmailMessage:
    """A message as it comes out of the mail at the other end."""
    sent = compose(OFFICE, Letter(ID, "noor@team.example", language, cases), now=NOW).as_bytes()
    assert sent.isascii()
    message = message_from_bytes(sent, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str) -> str:
    """Its text, as plain text or as HTML."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_it_says_that_something_waits_and_where() -> None:
    """In Dutch, as text and as HTML; with the one case as the place."""
    message = arrived()
    assert message["Subject"] == "Er staat iets voor u klaar in Samenspel"
    assert (message["To"], message["From"]) == ("noor@team.example", "Samenspel <melding@samenspel.example>")
    for kind in ("plain", "html"):
        text = text_of(message, kind)
        assert "Er staat iets voor u klaar. Log in om te zien wat:" in text
        assert f"https://hub.samenspel.example/cases/{CASE}" in text
    assert '<html lang="nl">' in text_of(message, "html")


def test_it_speaks_the_language_of_its_reader() -> None:
    """Every line of it."""
    message = arrived("en")
    assert message["Subject"] == "Something is waiting for you in Samenspel"
    assert message["Content-Language"] == "en"
    for kind in ("plain", "html"):
        assert "Sign in to see what:" in text_of(message, kind)
        assert not re.search(r"\b(staat|leest|uw|niet)\b", text_of(message, kind))


def test_more_cases_are_one_message() -> None:
    """Which leads to the first page, and does not say how many."""
    text = text_of(arrived(cases=(CASE, OTHER)), "plain")
    assert "https://hub.samenspel.example/" in text.splitlines()
    assert str(CASE) not in text
    assert not re.search(r"[0-9]", text)


def test_no_machine_answers_it() -> None:
    """And a message that comes back is known by its id."""
    message = arrived()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{ID.hex}@hub.samenspel.example>"
    assert message["Date"].datetime == NOW


@pytest.mark.parametrize(
    "address", ["zonder apenstaart", "a@b, c@d.example", "a@", "zoë@team.example", "a@b\r\nBcc: x@y"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Before anything of it stands in a message; the refusal does not repeat it."""
    with pytest.raises(AddressUnusable) as refused:
        compose(OFFICE, Letter(ID, address, "nl", (CASE,)), now=NOW)
    assert address not in str(refused.value)


def test_a_letter_does_not_show_its_address() -> None:
    """Not where it would stand in a log by accident."""
    assert "noor" not in repr(Letter(ID, "noor@team.example", "nl", (CASE,)))
