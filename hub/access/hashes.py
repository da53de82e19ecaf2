"""What is kept of a secret that opens a door: enough to know it again, too little to use it."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

_SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits, in characters that a cookie and an address can hold."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """A plain hash is enough: what `new_secret` makes has nothing in it to guess."""
    return hashlib.sha256(secret.encode()).digest()


def derived(secret: str, purpose: str) -> str:
    """A value of 256 bits that only the holder of `secret` can make, another one for each purpose."""
    made = hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def blind_index(key: bytes, kind: str, value: str) -> bytes:
    """Under which a value is looked up that could be guessed, such as an e-mail address; useless without the key."""
    return hmac.digest(key, f"{kind}\0{value}".encode(), hashlib.sha256)
