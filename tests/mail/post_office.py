"""A real mail server (aiosmtpd), which takes messages, or refuses them as a test wants."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session as Conversation

from tests.support.ports import free_port


@dataclass
class PostOffice:
    """What arrived, and what it says to whom it is told to refuse."""

    port: int = field(default_factory=free_port)
    taken: list[tuple[str, bytes]] = field(default_factory=list)  # receiver, message
    refusals: dict[str, str] = field(default_factory=dict)  # by receiver; "from" and "data" refuse all
    conversations: int = 0

    @property
    def url(self) -> str:
        """As the setting wants it."""
        return f"smtp://127.0.0.1:{self.port}"

    def messages_to(self, receiver: str) -> list[EmailMessage]:
        """What arrived at an address, in order."""
        return [_read(content) for to, content in self.taken if to == receiver]

    @property
    def everything(self) -> list[bytes]:
        """Every message, as it came over the wire and as its reader sees it."""
        contents = [content for _, content in self.taken]
        parts = (part for content in contents for part in _read(content).walk() if not part.is_multipart())
        return [*contents, *(str(part.get_content()).encode() for part in parts if isinstance(part, EmailMessage))]

    async def handle_EHLO(  # noqa: N802  # its name is aiosmtpd's
        self, server: SMTP, session: Conversation, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Somebody begins to speak."""
        del server, envelope
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Conversation, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Who sends."""
        del server, session, options
        if "from" in self.refusals:
            return self.refusals["from"]
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Conversation, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """To whom."""
        del server, session, options
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Conversation, envelope: Envelope) -> str:  # noqa: N802
        """What."""
        del server, session
        if "data" in self.refusals:
            return self.refusals["data"]
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken += [(receiver, content) for receiver in envelope.rcpt_tos]
        return "250 2.0.0 OK"


def _read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@contextmanager
def post_office(*, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    """A mail server on a port of this machine; with TLS from the start, or offered, or not at all."""
    office = PostOffice()
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=office.port,
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        ident="test",
        server_hostname="mx.test",
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
