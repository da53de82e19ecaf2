"""/.well-known/security.txt: where to tell of a hole (RFC 9116)."""

from datetime import timedelta

from fastapi import APIRouter, Response

from hub import clock
from hub.api.context import InContext

ADDRESS = "/.well-known/security.txt"
_VALID_FOR = timedelta(days=180)  # the standard asks for less than a year

router = APIRouter()


@router.get(ADDRESS, include_in_schema=False)
@router.head(ADDRESS, include_in_schema=False)
def security_contact(parts: InContext) -> Response:
    """Contact, languages and until when this holds, for anybody."""
    settings = parts.runtime.settings
    expires = (clock.now() + _VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.security_contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.public_url}{ADDRESS}",
    )
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")
