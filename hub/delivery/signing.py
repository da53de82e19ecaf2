"""Signatures of webhooks: Standard Webhooks 1.0, symmetric (`v1`, HMAC-SHA256)."""

import base64
import hmac
import secrets
from datetime import datetime
from uuid import UUID

_PREFIX = "whsec_"
_SECRET_BYTES = 32  # the standard asks for 24 to 64


def new_secret() -> bytes:
    """Fresh random bytes to sign with."""
    return secrets.token_bytes(_SECRET_BYTES)


def written(secret: bytes) -> str:
    """The secret as a receiver gets it: `whsec_` and base64."""
    return _PREFIX + base64.b64encode(secret).decode()


def message_id(subscription_id: UUID, position: int) -> str:
    """The `webhook-id`: the same at every try, different for every event and subscription, without a full stop."""
    return f"{subscription_id.hex}-{position}"


def signed_headers(secret: bytes, message: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers of one try, made at `at`."""
    timestamp = str(int(at.timestamp()))
    # Not hmac.digest: that lets go of the interpreter, and getting it back takes longer than the digest.
    digest = hmac.new(secret, f"{message}.{timestamp}.".encode() + body, "sha256").digest()
    return {
        "webhook-id": message,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
