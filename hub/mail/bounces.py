"""Messages that come back: what a delivery status notification says (RFC 3464). Pure.

Which message it was is known by the Message-ID that comes back with it: 74 random bits that only the hub and the mail
servers on the way have seen. So nobody can have an address suspended by inventing a notification.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import EmailMessage, Message
from email.policy import default
from uuid import UUID

from hub.mail.answers import is_about_address

_OURS = re.compile(r"<([0-9a-f]{32})@")
_STATUS = re.compile(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message of the hub that did not arrive; `status` is a code of RFC 3463."""

    mail_id: UUID
    status: str

    @property
    def condemns_address(self) -> bool:
        """Whether nothing will ever arrive there; false for a delay, and for a refusal of who sent it."""
        return is_about_address(self.status)


def read_bounce(written: bytes) -> Bounce | None:
    """What a notification says; None when it is none, or not about a message of the hub."""
    parts = list(message_from_bytes(written, policy=default).walk())
    ids = (found for part in parts if (found := _returned_id(part)))
    statuses = (found for part in parts for found in _failures(part))
    mail_id, status = next(ids, None), next(statuses, None)
    return None if mail_id is None or status is None else Bounce(mail_id, status)


def _failures(part: Message) -> Iterator[str]:
    """Of each receiver that was not reached, the status. The first block is about the message as a whole."""
    if part.get_content_type() != "message/delivery-status":
        return
    blocks = part.get_payload()
    for block in blocks[1:] if isinstance(blocks, list) else []:
        status = _STATUS.match(str(block.get("Status", "")))  # type: ignore[union-attr]  # blocks are messages
        if status and str(block.get("Action", "")).strip().lower() == "failed":  # type: ignore[union-attr]
            yield status[1]


def _returned_id(part: Message) -> UUID | None:
    kind = part.get_content_type()
    if kind == "text/rfc822-headers" and isinstance(part, EmailMessage):
        return _our_id(message_from_string(str(part.get_content()), policy=default))
    if kind == "message/rfc822":
        inside = part.get_payload()
        return _our_id(inside[0]) if isinstance(inside, list) and isinstance(inside[0], Message) else None
    return None


def _our_id(returned: Message) -> UUID | None:
    found = _OURS.match(str(returned.get("Message-ID", "")).strip())
    return UUID(found[1]) if found else None
