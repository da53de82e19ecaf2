"""The cookies of the pages: one that says who is signed in, one that a sign-in is tied to, one for the language.

All are `__Host-` cookies: Secure, for this host and path / only, so that no other host can plant one (RFC 6265bis). On
the embedded default, which speaks plain http on this machine, browsers take no such cookie; there they have other
names, so that one of there is worth nothing elsewhere.
"""

from dataclasses import dataclass
from typing import Self

from fastapi import Response

_A_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie by name, for https or for plain http on this machine. A browser forgets it when it is closed."""

    name: str
    secure: bool
    max_age_seconds: int | None = None

    def put(self, response: Response, value: str) -> None:
        """Let the browser keep a value."""
        response.set_cookie(
            self.name,
            value,
            max_age=self.max_age_seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",  # strict would leave it out of the way back from an identity provider
        )

    def clear(self, response: Response) -> None:
        """Let the browser forget it."""
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of a hub."""

    session: Cookie
    browser: Cookie
    language: Cookie

    @classmethod
    def at(cls, public_url: str) -> Self:
        """Those of the hub at an address."""
        secure = public_url.startswith("https://")
        prefix = "__Host-samenspel" if secure else "samenspel"
        return cls(
            Cookie(f"{prefix}-session", secure),
            Cookie(f"{prefix}-browser", secure),
            Cookie(f"{prefix}-language", secure, _A_YEAR_SECONDS),
        )
