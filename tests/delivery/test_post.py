"""One try at real receivers with all kinds of manners: what comes of it, and what it can never do."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook
from yarl import URL

from hub.delivery import post
from hub.delivery.backoff import Answer
from hub.delivery.post import Target
from hub.delivery.signing import written
from tests.delivery.receivers import Answer as ReceiverAnswer, Receive, drips, hangs, hangs_up, never_ends, says
from tests.support.ports import free_port

SECRET = b"s" * 32
BODY = b'{"specversion":"1.0"}'


def now() -> datetime:
    """The real present, because receivers check the time of a signature."""
    return datetime.now(UTC)


def try_once(url: str, *, to_loopback: bool = True, seconds: float = 10, times: int = 1) -> Answer:
    """The answer to the last of so many tries in one session."""

    async def work() -> Answer:
        async with post.open_session(to_loopback=to_loopback, deadline=timedelta(seconds=seconds)) as session:
            target = Target(URL(url), SECRET)
            return [await post.post(session, target, "message-1", BODY, now) for _ in range(times)][-1]

    return asyncio.run(work())


def test_a_message_arrives_signed_and_complete(receive: Receive) -> None:
    """A receiver sees a CloudEvent in structured mode whose signature the reference library accepts."""
    receiver = receive()
    assert try_once(receiver.url) == Answer(204)
    [arrival] = receiver.arrivals
    assert arrival.headers["Content-Type"] == "application/cloudevents+json"
    assert arrival.headers["User-Agent"].startswith("Samenspel/")
    assert arrival.message == "message-1"
    Webhook(written(SECRET)).verify(arrival.body, dict(arrival.headers))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (says(200, body=b"ok"), Answer(200)),
        (says(500), Answer(500)),
        (says(410), Answer(410)),
        (says(415), Answer(415)),
        (says(429, {"Retry-After": "17"}), Answer(429, retry_after=timedelta(seconds=17))),
        (says(503, {"Retry-After": "x"}), Answer(503)),
        (says(200, {"Content-Encoding": "gzip"}, b"not gzip at all"), Answer(200)),
        (hangs_up, Answer(None, "connection")),
    ],
)
def test_answers_come_back_as_they_are(receive: Receive, answer: ReceiverAnswer, outcome: Answer) -> None:
    """The status decides, whatever the body is."""
    assert try_once(receive(answer).url) == outcome


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receive: Receive, status: int) -> None:
    """A receiver cannot send a message on to another address."""
    elsewhere = receive()
    receiver = receive(says(status, {"Location": elsewhere.url}))
    assert try_once(receiver.url) == Answer(status)
    assert elsewhere.arrivals == []


def test_a_receiver_that_hangs_is_left_at_the_deadline(receive: Receive) -> None:
    """No answer within the time that one try may take is a failure."""
    assert try_once(receive(hangs).url, seconds=0.3) == Answer(None, "timeout")


@pytest.mark.parametrize("answer", [drips, never_ends])
def test_the_body_of_an_answer_does_not_hold_up_its_status(receive: Receive, answer: ReceiverAnswer) -> None:
    """A receiver that said yes has the message, however long it goes on talking; the hub hangs up on it."""
    assert try_once(receive(answer).url) == Answer(200)


def test_a_quiet_port_is_a_failed_connection() -> None:
    """Nobody there is told apart from somebody who does not answer."""
    assert try_once(f"http://127.0.0.1:{free_port()}/") == Answer(None, "connection")


def test_a_name_that_does_not_exist_is_told() -> None:
    """A name under `.invalid` never resolves (RFC 6761)."""
    assert try_once("https://receiver.invalid/").error in {"name", "timeout"}


def test_a_name_that_no_address_can_be_made_of_is_a_failure() -> None:
    """A label that is too long for any name server is an answer, not a crash."""
    assert try_once(f"https://{'a' * 70}.nl/").error is not None


def test_a_certificate_that_nobody_signed_is_refused(receive: Receive, self_signed: ssl.SSLContext) -> None:
    """TLS is verified: nothing is sent to who cannot prove its name."""
    receiver = receive(tls=self_signed)
    assert try_once(receiver.url) == Answer(None, "tls")
    assert receiver.arrivals == []


def test_plain_http_behind_an_https_address_is_a_failure(receive: Receive) -> None:
    """A receiver that does not speak TLS gets nothing."""
    receiver = receive()
    assert try_once(receiver.url.replace("http:", "https:")).status is None
    assert receiver.arrivals == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_closed_address_is_not_dialled(receive: Receive, host: str) -> None:
    """In production a name that leads to this machine, or its number, gets no connection."""
    receiver = receive()
    url = receiver.url.replace("localhost", host)
    assert try_once(url, to_loopback=False) == Answer(None, "address refused")
    assert receiver.arrivals == []


def test_proxies_of_the_environment_are_not_used(receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would dial an address that the hub has not judged."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert try_once(receive().url) == Answer(204)


def test_cookies_are_not_kept(receive: Receive) -> None:
    """Nothing that a receiver sets comes back to it."""
    receiver = receive(says(200, {"Set-Cookie": "a=b; Path=/"}))
    try_once(receiver.url, times=2)
    assert all("Cookie" not in arrival.headers for arrival in receiver.arrivals)


def test_short_answers_keep_the_connection(receive: Receive) -> None:
    """Messages to one receiver share a connection."""
    receiver = receive(says(200, body=b"thank you"))
    assert try_once(receiver.url, times=5) == Answer(200)
    assert len({arrival.peer for arrival in receiver.arrivals}) == 1


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """The server's side of TLS, with a certificate that it made itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
