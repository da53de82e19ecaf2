"""What a message says. Pure, and short on purpose: who can read the mail of a reader learns nothing of a case from it.

A message holds no name, of nobody, and nothing of what happened. Its link is an address of the hub, which shows
something only to who signs in and may see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from urllib.parse import urlsplit
from uuid import UUID

from hub.i18n import Language, translate

SENDER_NAME = "Samenspel"
_PLAIN = SMTP.clone(cte_type="7bit")  # no server on the way has to know more


class AddressUnusable(ValueError):
    """No message can be addressed to this. The text names no address."""

    def __init__(self) -> None:
        super().__init__("the address cannot stand in a message")


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes: the e-mail address of the hub, and the address at which its pages are reached."""

    sender: str
    public_url: str

    def link(self, case_ids: Sequence[UUID]) -> str:
        """Where the reader goes on: to the one case, or to the first page when there are more."""
        path = f"cases/{case_ids[0]}" if len(case_ids) == 1 else ""
        return f"{self.public_url.rstrip('/')}/{path}"

    def message_id(self, mail_id: UUID) -> str:
        """The Message-ID (RFC 5322, 3.6.4), by which a message that comes back is known."""
        return f"<{mail_id.hex}@{urlsplit(self.public_url).hostname}>"


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """A message to be: to which address, in which language, about which cases. No repr: it holds an address."""

    mail_id: UUID
    address: str
    language: Language
    case_ids: tuple[UUID, ...]


def compose(office: Office, letter: Letter, *, now: datetime) -> EmailMessage:
    """The message, as text and as HTML. Raises AddressUnusable."""
    link, language = office.link(letter.case_ids), letter.language
    subject = translate("Something is waiting for you in Samenspel", language)
    lines = (
        translate("Something is waiting for you. Sign in to see what:", language),
        translate("To protect pupils this message says no more than that. Nobody reads an answer to it.", language),
        translate("The administrator of your organisation can change when you get these messages.", language),
    )
    message = EmailMessage(policy=_PLAIN)
    message["From"] = Address(SENDER_NAME, addr_spec=office.sender)
    message["To"] = _address(letter.address)
    message["Subject"] = subject
    message["Date"] = now
    message["Message-ID"] = office.message_id(letter.mail_id)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is to answer it
    message.set_content("\n\n".join((lines[0], link, *lines[1:])) + "\n")
    message.add_alternative(_html(language, subject, link, lines), subtype="html")
    message["Content-Language"] = language  # after the parts, which take headers of content for their own
    return message


def _address(written: str) -> Address:
    try:
        found = Address(addr_spec=written)
        found.addr_spec.encode("ascii")  # the hub does not ask servers for SMTPUTF8
    except (MessageError, ValueError, IndexError) as error:
        raise AddressUnusable from error
    return found


def _html(language: Language, subject: str, link: str, lines: Sequence[str]) -> str:
    first, *others = (f"<p>{escape(line)}</p>" for line in lines)
    way = f'<p><a href="{escape(link)}">{escape(link)}</a></p>'
    head = f'<head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
    return f'<!doctype html>\n<html lang="{language}">{head}<body>{first}{way}{"".join(others)}</body></html>\n'
