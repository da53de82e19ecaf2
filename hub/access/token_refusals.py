"""Why a token or an assertion is not believed. The reason is for the operator's log: the answer never tells it."""

from enum import StrEnum

from hub.errors import NotSignedIn


class Reason(StrEnum):
    """What is wrong with a token or an assertion."""

    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    TYPE = "type"
    UNKNOWN_KEY = "unknown_key"
    SIGNATURE = "signature"
    CLAIM_MISSING = "claim_missing"
    ISSUER = "issuer"
    SUBJECT = "subject"
    AUDIENCE = "audience"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    TOO_LONG = "too_long"
    JTI = "jti"
    REPLAYED = "replayed"
    UNKNOWN = "unknown"
    UNKNOWN_CLIENT = "unknown_client"
    WITHDRAWN = "withdrawn"
    NOT_TAKEN_HERE = "not_taken_here"
    KEYS_AWAY = "keys_away"


class TokenRefused(NotSignedIn):
    """A token or an assertion that is not believed. All answer alike; `reason` and `who` are for the log only."""

    def __init__(self, reason: Reason, *, who: str | None = None) -> None:
        super().__init__("This token is unknown, has expired or was withdrawn.")
        self.reason = reason
        self.who = who
