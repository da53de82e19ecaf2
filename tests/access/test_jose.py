"""Keys that clients hand over, and what may be taken for a signed token at all."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings, strategies as st
from joserfc.jwk import RSAKey

from hub.access.jose import key_of, new_key, public_jwk, public_key_given, read
from hub.access.token_refusals import TokenRefused
from hub.errors import InvalidInput
from tests.support.machines import ec_key, rsa_key, signed


def _pem(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _certificate() -> bytes:
    """A certificate over the key of `rsa_key()`; nobody vouches for it, and the hub asks for no voucher."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "system")])
    private = rsa_key().private_key
    assert private is not None
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return made.sign(private, hashes.SHA256()).public_bytes(Encoding.PEM)


GOOD: dict[str, Callable[[], bytes]] = {
    "JWK": lambda: orjson.dumps(public_jwk(rsa_key())),
    "JWK of a curve": lambda: orjson.dumps(public_jwk(ec_key())),
    "PEM": lambda: rsa_key().as_pem(private=False),
    "PEM of a curve": lambda: ec_key().as_pem(private=False),
    "certificate": _certificate,
}


@pytest.mark.parametrize("form", GOOD)
def test_a_public_key_is_taken_in_any_usual_form(form: str) -> None:
    """What is kept is a JWK with an id, without anything private, which is the same key."""
    jwk = public_key_given(GOOD[form]())
    original = ec_key() if "curve" in form else rsa_key()
    assert jwk["kid"]
    assert "d" not in jwk
    assert key_of(jwk).thumbprint() == original.thumbprint()


def test_a_key_without_an_id_gets_its_thumbprint() -> None:
    """RFC 7638: the same key has the same id wherever it is made."""
    assert public_key_given(rsa_key().as_pem(private=False))["kid"] == rsa_key().thumbprint()


@pytest.mark.parametrize("form", ["JWK", "PEM"])
def test_a_private_key_is_refused_and_called_lost(form: str) -> None:
    """Its owner is told to make a new one: this one was shown."""
    text = orjson.dumps(rsa_key().as_dict(private=True)) if form == "JWK" else rsa_key().as_pem(private=True)
    with pytest.raises(InvalidInput, match="private key") as refusal:
        public_key_given(text)
    assert "new pair" in refusal.value.next_step


BAD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "words": lambda: b"my key",
    "no JSON": lambda: b"{",
    "an empty JWK": lambda: b"{}",
    "a shared secret": lambda: b'{"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}',
    "half a JWK": lambda: orjson.dumps({"kty": "RSA", "n": "AQAB"}),
    "a JWK of numbers": lambda: orjson.dumps({"kty": "RSA", "n": 5, "e": 3}),
    "too short": lambda: _pem(rsa.generate_private_key(65537, 1024).public_key()),
    "too long": lambda: orjson.dumps({"kty": "RSA", "n": "_" * 2048, "e": "AQAB"}),
    "another curve": lambda: _pem(ec.generate_private_key(ec.SECP384R1()).public_key()),
    "another kind": lambda: _pem(ed25519.Ed25519PrivateKey.generate().public_key()),
    "a broken PEM": lambda: b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    "for encryption": lambda: orjson.dumps(public_jwk(rsa_key()) | {"use": "enc"}),
    "for another algorithm": lambda: orjson.dumps(public_jwk(rsa_key()) | {"alg": "RS512"}),
    "an endless id": lambda: orjson.dumps(public_jwk(rsa_key()) | {"kid": "k" * 201}),
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("what", BAD)
def test_what_is_no_key_to_sign_with_is_refused(what: str) -> None:
    """With what to give instead; nothing else is raised, whatever the file holds."""
    with pytest.raises(InvalidInput) as refusal:
        public_key_given(BAD[what]())
    assert refusal.value.next_step.endswith(".")


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.text('eyJhbGciOiJub25lIn0=-_{}[]":', max_size=40), min_size=3, max_size=3).map(".".join),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ).map(lambda header: f"{_b64(orjson.dumps(header, default=str))}.e30.AAAA" if _fits(header) else ""),
    )
)
def test_nothing_that_is_sent_is_more_than_refused(text: str) -> None:
    """Whatever stands where a token should stand: a refusal, never a defect."""
    with pytest.raises(TokenRefused):
        read(text)


def _fits(value: object) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True


def _b64(text: bytes) -> str:
    return urlsafe_b64encode(text).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header", [{"kid": 7}, {"typ": 7}, {"alg": 7}, {"alg": ["PS256"]}, {"crit": ["exp"], "exp": 1}]
)
def test_odd_headers_are_refused(header: dict[str, object]) -> None:
    """Also by who could sign: the types of the header are those of the standard."""
    good = signed({"iss": "x"}, rsa_key())
    odd = _b64(orjson.dumps({"alg": "PS256", "kid": "key-0", **header}))
    _, claims, signature = good.split(".")
    try:
        signed_oddly = read(f"{odd}.{claims}.{signature}")
    except TokenRefused:
        return
    assert signed_oddly.type is None
    with pytest.raises(TokenRefused):
        signed_oddly.need_signature([rsa_key()])


def test_a_token_nested_without_end_is_refused() -> None:
    """Reading stops long before the machine does."""
    with pytest.raises(TokenRefused):
        read(".".join((_b64(b'{"alg":"PS256"}'), _b64(b"[" * 5000), "AAAA")))


def test_no_id_of_a_key_is_taken_for_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """`hub signing-key withdraw -x…` would be read as an option: one key in sixty-four had such a thumbprint."""
    ids = iter(("-first", "-second", "third"))
    monkeypatch.setattr(RSAKey, "generate_key", lambda *_, **__: SimpleNamespace(kid=next(ids)))
    assert new_key().kid == "third"
