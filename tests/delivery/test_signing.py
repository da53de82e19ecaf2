"""Our signatures, judged by the reference library of Standard Webhooks."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from hub.codes import new_id
from hub.delivery.signing import message_id, new_secret, signed_headers, written

BODY = b'{"id":"1","type":"nl.samenspel.referral.offered.v1"}'


def test_the_reference_library_accepts_a_signature() -> None:
    """A receiver that follows the standard verifies a message with the secret as it was shown."""
    secret = new_secret()
    headers = signed_headers(secret, message_id(new_id(), 7), BODY, at=datetime.now(UTC))
    assert Webhook(written(secret)).verify(BODY, headers) == {"id": "1", "type": "nl.samenspel.referral.offered.v1"}


@pytest.mark.parametrize(
    "change", [{"webhook-id": "other"}, {"webhook-signature": "v1,AAAA"}, {"webhook-timestamp": "1700000000"}]
)
def test_a_changed_message_is_not_accepted(change: dict[str, str]) -> None:
    """The signature covers id, time and body."""
    secret = new_secret()
    headers = signed_headers(secret, message_id(new_id(), 7), BODY, at=datetime.now(UTC))
    with pytest.raises(WebhookVerificationError):
        Webhook(written(secret)).verify(BODY, headers | change)
    with pytest.raises(WebhookVerificationError):
        Webhook(written(secret)).verify(BODY + b" ", headers)


def test_a_known_example() -> None:
    """The value that any HMAC-SHA256 gives for these bytes, worked out with openssl."""
    headers = signed_headers(b"k" * 32, "msg", b"{}", at=datetime.fromtimestamp(1_700_000_000, UTC))
    assert headers == {
        "webhook-id": "msg",
        "webhook-timestamp": "1700000000",
        "webhook-signature": "v1,XTlAHnC58BIsKHxU9T+SqEv4HWj5J4xjqEDIL9nQMm0=",
    }


def test_secrets_have_the_agreed_form() -> None:
    """`whsec_` and base64 of 24 to 64 random bytes, never the same twice."""
    prefix, _, encoded = written(new_secret()).partition("_")
    assert prefix == "whsec"
    assert 24 <= len(base64.b64decode(encoded)) <= 64
    assert new_secret() != new_secret()


def test_message_ids_are_stable_and_hold_no_full_stop() -> None:
    """The full stop separates what is signed; the id is the same at every try."""
    subscription = UUID("0199a000-0000-7000-8000-000000000001")
    assert message_id(subscription, 12) == "0199a000000070008000000000000001-12"
