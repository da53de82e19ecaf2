"""The mail server that the hub hands its messages to: SMTP (RFC 5321) over TLS, or without it on this machine only."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from hub.mail.answers import Answer
from hub.settings import is_loopback

SECONDS = 15.0
"""How long one step of the conversation may take."""

_SUBMISSION_PORTS = {"smtp": 587, "smtps": 465}


class ServerAway(Exception):
    """The server cannot be spoken with now. `word` says why, without anything that the server said."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class _Place(NamedTuple):
    """Where the server is, out of the setting `smtp_url`."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str

    @classmethod
    def of(cls, url: str) -> "_Place":
        """The parts of `smtp://user:password@host:port`; the settings have judged it."""
        parts = urlsplit(url)
        user = None if parts.username is None else unquote(parts.username)
        port = parts.port or _SUBMISSION_PORTS[parts.scheme]
        return cls(parts.scheme, parts.hostname or "", port, user, unquote(parts.password or ""))


class Connection:
    """A conversation with the server."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def hand_over(self, sender: str, receiver: str, message: EmailMessage) -> Answer:
        """Hand over one message. Raises ServerAway when the conversation has broken off."""
        try:
            self._smtp.sendmail(sender, [receiver], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as refused:
            return _answer(*next(iter(refused.recipients.values())))
        except smtplib.SMTPDataError as refused:
            return _answer(refused.smtp_code, refused.smtp_error)
        except smtplib.SMTPSenderRefused as refused:
            return _answer(refused.smtp_code, refused.smtp_error, is_about_receiver=False)
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(_word_for(error)) from None  # its text may hold an address
        return Answer(250)


class MailServer:
    """Where messages go. `tls`: whom to trust; None is whom the machine trusts."""

    def __init__(self, url: str, tls: ssl.SSLContext | None = None) -> None:
        self._place = _Place.of(url)
        self._tls = tls or ssl.create_default_context()

    @contextmanager
    def conversation(self) -> Iterator[Connection]:
        """Speak with the server. Raises ServerAway, also when it offers no TLS and is not on this machine."""
        try:
            smtp = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(_word_for(error)) from None
        try:
            yield Connection(smtp)
        finally:
            _leave(smtp)

    def _connect(self) -> smtplib.SMTP:
        place = self._place
        if place.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(place.host, place.port, timeout=SECONDS, context=self._tls)
        else:
            smtp = smtplib.SMTP(place.host, place.port, timeout=SECONDS)
        try:
            self._greet(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        """Protect the conversation, and say who sends: never a password, nor an address, in the open."""
        place = self._place
        smtp.ehlo_or_helo_if_needed()
        if place.scheme == "smtp" and not is_loopback(place.host):
            if not smtp.has_extn("starttls"):
                raise ServerAway("no TLS")
            smtp.starttls(context=self._tls)
        if place.user is not None:
            smtp.login(place.user, place.password)


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _answer(code: int, said: bytes | str, *, is_about_receiver: bool = True) -> Answer:
    """The code, and the status at the beginning of the text; the rest of it may repeat the address."""
    first = (said.decode("ascii", "replace") if isinstance(said, bytes) else said).partition(" ")[0]
    digits = first.split(".")
    is_status = len(digits) == 3 and all(part.isdecimal() for part in digits)
    return Answer(code, first if is_status else None, is_about_receiver=is_about_receiver)


def _word_for(error: Exception) -> str:
    """What went wrong, in a word that holds nothing of the server's."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "sign-in refused"
    if isinstance(error, smtplib.SMTPNotSupportedError):  # of what the hub asks for, only AUTH raises it
        return "sign-in not offered"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    return "connection"
