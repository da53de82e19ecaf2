"""Signed tokens and keys (RFC 7515, 7517, 7519): all that the hub does with them goes through this module.

Only three algorithms exist here, all with a public and a private key. So a token cannot choose `none`, and a public key
cannot be taken for a shared secret.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeyParameters, RSAKey

from hub.access.token_refusals import Reason, TokenRefused
from hub.errors import InvalidInput

Key = RSAKey | ECKey
Jwk = dict[str, Any]

ALGORITHMS = ("RS256", "PS256", "ES256")
"""NL GOV profile for OAuth: RS256 must be supported, PS256 should be; ES256 for those who prefer short signatures."""

OWN_ALGORITHM = "PS256"
_OWN_KEY_BITS = 3072
_FEWEST_BITS, _MOST_BITS = 2048, 4096
_CURVE = "P-256"
_LONGEST_TOKEN = 8 * 1024
_LONGEST_KID = 200
_REGISTRY = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
_NOT_UNDERSTOOD = {"crit", "b64"}  # extensions that a reader must know or refuse (RFC 7515, 4.1.11)


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """A signed token as it came in: nothing in it is true before `need_signature`. Never shown: there is no repr."""

    header: Mapping[str, Any]
    claims: dict[str, Any]
    _whole: jws.CompactSignature

    @property
    def kid(self) -> str | None:
        """The id of the key it says it was signed with."""
        kid: str | None = self.header.get("kid")
        return kid

    @property
    def type(self) -> str | None:
        """What it says it is, without the prefix that may be left out (RFC 7515, 4.1.9)."""
        said = self.header.get("typ")
        return said.lower().removeprefix("application/") if isinstance(said, str) else None

    def need_signature(self, keys: Iterable[Key]) -> None:
        """Raises TokenRefused unless one of `keys` made the signature."""
        if not any(self._is_signed_by(key) for key in keys):
            raise TokenRefused(Reason.SIGNATURE)

    def _is_signed_by(self, key: Key) -> bool:
        try:
            return jws.validate_compact(self._whole, key, registry=_REGISTRY)
        except (JoseError, ValueError):  # a key of another kind, or for another algorithm
            return False


def read(text: str) -> Signed:
    """A signed token, taken apart and not yet believed. Raises TokenRefused."""
    if len(text) > _LONGEST_TOKEN:
        raise TokenRefused(Reason.MALFORMED)
    try:
        whole = jws.extract_compact(text.encode("ascii"), registry=_REGISTRY)
        claims = orjson.loads(whole.payload)
    except (
        JoseError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:  # of odd headers, such as a list
        raise TokenRefused(Reason.MALFORMED) from error
    header = whole.headers()
    if not isinstance(claims, dict) or not isinstance(header.get("kid", ""), str) or _NOT_UNDERSTOOD & header.keys():
        raise TokenRefused(Reason.MALFORMED)
    if header["alg"] not in ALGORITHMS:
        raise TokenRefused(Reason.ALGORITHM)
    return Signed(header, claims, whole)


def sign(claims: Mapping[str, Any], key: Key, *, kid: str, type_: str, algorithm: str = OWN_ALGORITHM) -> str:
    """A signed token by one of the hub's own keys, with an algorithm that its reader knows."""
    header = {"alg": algorithm, "typ": type_, "kid": kid}
    return jwt.encode(header, dict(claims), key, registry=_REGISTRY)


def new_key(algorithm: str | None = OWN_ALGORITHM) -> Key:
    """A fresh RSA key for the hub to sign with, bound to an algorithm or not; `kid` is its thumbprint (RFC 7638)."""
    bound: KeyParameters = {"use": "sig"} if algorithm is None else {"use": "sig", "alg": algorithm}
    key = RSAKey.generate_key(_OWN_KEY_BITS, bound, auto_kid=True)
    while str(key.kid).startswith("-"):  # a command would take such an id for an option
        key = RSAKey.generate_key(_OWN_KEY_BITS, bound, auto_kid=True)
    return key


def private_jwk(key: Key) -> bytes:
    """The whole of a key, to be sealed."""
    return orjson.dumps(key.as_dict(private=True))


def public_jwk(key: Key) -> Jwk:
    """The part of a key that everybody may see."""
    return dict(key.as_dict(private=False))


def key_of(jwk: Jwk) -> Key:
    """The key of a JWK. Raises ValueError for what the hub cannot use: another kind or curve, too short, too long."""
    try:
        key: Key = (ECKey if jwk.get("kty") == "EC" else RSAKey).import_key(jwk)
    except (JoseError, UnsupportedAlgorithm, TypeError, AttributeError) as error:
        raise ValueError("not a key that is understood") from error
    _need_strength(key)
    return key


def public_key_given(text: bytes) -> Jwk:
    """The public key in a JWK, a PEM or a certificate that a client's owner handed over, with a `kid`.

    Raises InvalidInput, above all for a private key: its owner has then shown what nobody else may see.
    """
    try:
        key = key_of(orjson.loads(text)) if text.lstrip().startswith(b"{") else _out_of_pem(text)
    except (ValueError, UnsupportedAlgorithm, JoseError) as error:
        raise InvalidInput(
            "This is not a public key that the hub can use.",
            next_step="Give RSA of 2048 to 4096 bits or EC P-256, as a JWK, a PEM or a certificate.",
        ) from error
    if key.is_private:
        raise InvalidInput(
            "This is a private key: nobody but its owner may have it.",
            next_step="Make a new pair of keys, and hand over the public half only.",
        )
    if key.get("use", "sig") != "sig" or key.get("alg", ALGORITHMS[0]) not in ALGORITHMS:
        raise InvalidInput(
            "This key is meant for something else than signing with RS256, PS256 or ES256.",
            next_step="Make a pair of keys for signing, and hand over the public half.",
        )
    key.ensure_kid()
    if len(str(key.kid)) > _LONGEST_KID:
        raise InvalidInput(
            "The id of this key is too long.", next_step="Leave kid out: the hub then takes its thumbprint."
        )
    return public_jwk(key)


def _out_of_pem(text: bytes) -> Key:
    try:
        key: Key = RSAKey.import_key(text)
    except JoseError:  # a key, but not of RSA
        key = ECKey.import_key(text)
    _need_strength(key)
    return key


def _need_strength(key: Key) -> None:
    if isinstance(key, ECKey):
        if key.curve_name != _CURVE:
            raise ValueError("another curve than P-256")
    elif not _FEWEST_BITS <= key.public_key.key_size <= _MOST_BITS:
        raise ValueError("too short to be safe, or too long to be quick")
