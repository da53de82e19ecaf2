"""What an identity provider says of itself (OpenID Connect Discovery 1.0), read with suspicion."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.access.refusals import ProviderAway

WELL_KNOWN = "/.well-known/openid-configuration"

_CLIENT_SIGNING = ("PS256", "RS256")
_LONGEST = 2_000
_Address = Annotated[str, Field(max_length=_LONGEST)]


class Metadata(BaseModel):
    """The part of a discovery document that the hub works with."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: _Address
    authorization_endpoint: _Address
    token_endpoint: _Address
    jwks_uri: _Address
    end_session_endpoint: _Address | None = None
    response_types_supported: list[str] = ["code"]
    code_challenge_methods_supported: list[str] | None = None
    token_endpoint_auth_signing_alg_values_supported: list[str] | None = None
    authorization_response_iss_parameter_supported: bool = False

    @property
    def client_signing(self) -> str:
        """The algorithm with which the hub proves itself: the better one if the provider says that it knows it."""
        known = self.token_endpoint_auth_signing_alg_values_supported or []
        return next((name for name in _CLIENT_SIGNING if name in known), "RS256")


def read_metadata(issuer: str, document: bytes, *, to_loopback: bool) -> Metadata:
    """The metadata of `issuer`. Raises ProviderAway when it is another's, or lacks what the hub cannot do without."""
    try:
        read = Metadata.model_validate_json(document)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        raise ProviderAway(detail=f"discovery: {wrong or 'not JSON'}") from error
    if read.issuer != issuer:
        raise ProviderAway(detail="discovery: another issuer")
    if "code" not in read.response_types_supported:
        raise ProviderAway(detail="discovery: no code flow")
    if read.code_challenge_methods_supported is not None and "S256" not in read.code_challenge_methods_supported:
        raise ProviderAway(detail="discovery: no S256")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"):
        address = getattr(read, name)
        if address is not None and not is_safe_address(address, to_loopback=to_loopback):
            raise ProviderAway(detail=f"discovery: {name} is not https")
    return read


def is_safe_address(address: str, *, to_loopback: bool) -> bool:
    """Whether people and secrets may be sent there: https, or with `to_loopback` http on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.username is not None or parts.fragment or not host or not address.isprintable() or " " in address:
        return False
    return parts.scheme == "https" or (to_loopback and parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
