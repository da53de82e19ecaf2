"""Speaking with the mail server: over TLS, or not at all outside this machine, and never a word of it in a log."""

import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.mail.answers import Answer
from hub.mail.server import MailServer, ServerAway
from tests.mail.post_office import PostOffice, post_office

SENDER, NOOR = "melding@samenspel.example", "noor@team.example"
ELSEWHERE = "127.1"  # leads to this machine, and is not known as it: a server on another one, for the hub


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for this machine under two names, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.DNSName(ELSEWHERE)]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mx.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + made.public_bytes(pem))
    return path


@pytest.fixture
def offered(certificate: Path) -> ssl.SSLContext:
    """What a server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    """Whom a hub trusts that knows this server."""
    return ssl.create_default_context(cafile=str(certificate))


def a_message() -> EmailMessage:
    """Something to send."""
    message = EmailMessage()
    message["To"] = NOOR
    message.set_content("Er staat iets voor u klaar.")
    return message


def hand_over(url: str, tls: ssl.SSLContext | None = None) -> Answer:
    """One message in one conversation."""
    with MailServer(url, tls).conversation() as connection:
        return connection.hand_over(SENDER, NOOR, a_message())


def test_a_server_on_this_machine_needs_no_tls(post: PostOffice) -> None:
    """What it takes, it has taken."""
    assert hand_over(post.url) == Answer(250)
    assert len(post.messages_to(NOOR)) == 1


def test_tls_from_the_first_byte(offered: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    """With a certificate of somebody the machine trusts."""
    with post_office(tls=offered) as post:
        assert hand_over(f"smtps://localhost:{post.port}", trusting) == Answer(250)
        with pytest.raises(ServerAway, match=r"^tls$"):
            hand_over(f"smtps://localhost:{post.port}")
        assert len(post.messages_to(NOOR)) == 1


def test_tls_is_begun_before_anything_is_said(offered: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    """To a server outside this machine that offers it (STARTTLS), and only if it is whom it says it is."""
    with post_office(starttls=offered) as post:
        url = f"smtp://{ELSEWHERE}:{post.port}"
        assert hand_over(url, trusting) == Answer(250)
        with pytest.raises(ServerAway, match=r"^tls$"):
            hand_over(url)
        assert len(post.messages_to(NOOR)) == 1


def test_outside_this_machine_nothing_goes_in_the_open(post: PostOffice) -> None:
    """No message, and no password either."""
    with pytest.raises(ServerAway, match=r"^no TLS$"):
        hand_over(f"smtp://hub:geheim@{ELSEWHERE}:{post.port}")
    assert post.taken == []


def test_a_refusal_is_a_code_and_a_status(post: PostOffice) -> None:
    """Its text may repeat the address, so nothing of that is kept."""
    post.refusals[NOOR] = f"550 5.1.1 <{NOOR}> unknown"
    assert hand_over(post.url) == Answer(550, "5.1.1")
    post.refusals[NOOR] = f"550 <{NOOR}> unknown"
    assert hand_over(post.url) == Answer(550)
    post.refusals = {"from": "553 5.1.8 no such domain"}
    assert hand_over(post.url) == Answer(553, "5.1.8", is_about_receiver=False)
    post.refusals = {"data": "552 5.3.4 too large"}
    assert hand_over(post.url) == Answer(552, "5.3.4")


def test_a_server_that_is_not_there_is_away() -> None:
    """Said in a word of the hub's own."""
    with pytest.raises(ServerAway, match=r"^connection$"):
        hand_over("smtp://127.0.0.1:1")


def test_a_server_that_wants_no_password_is_told_of(post: PostOffice) -> None:
    """The setting is wrong, and the log says in which way."""
    with pytest.raises(ServerAway, match=r"^sign-in not offered$"):
        hand_over(f"smtp://hub:geheim@127.0.0.1:{post.port}")
