"""`python -m tests.support.identity.crook PORT`: an identity provider that lies as it is told to.

PUT /misdeed with a JSON object, all parts of which may be left out:
  claims      what the ID token says instead; null leaves a claim out
  sign        "none", "other key", "secret" (the public key as a shared secret) or, as it should, "key"
  answer      what the way back says instead; null leaves a parameter out
  metadata    what the discovery document says instead
  token       what the token endpoint answers instead of an ID token
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey


class Crook:
    """What it was told, and what it saw."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key, self.other_key = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
        self.misdeed: dict[str, Any] = {}
        self.seen: dict[str, dict[str, str]] = {}

    def metadata(self) -> dict[str, Any]:
        """The discovery document."""
        honest = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return _instead(honest, self.misdeed.get("metadata", {}))

    def way_back(self, asked: dict[str, str]) -> str:
        """Where the browser is sent after signing in, which here is at once."""
        honest = {"code": "a-code", "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(_instead(honest, self.misdeed.get('answer', {})))}"

    def id_token(self) -> str:
        """What it says of who signed in."""
        now, asked = int(time.time()), self.seen["auth"]
        honest = {
            "iss": self.issuer,
            "sub": "somebody",
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "acr": "urn:test:password",
        }
        return self._signed(_instead(honest, self.misdeed.get("claims", {})))

    def _signed(self, claims: dict[str, Any]) -> str:
        match self.misdeed.get("sign", "key"):
            case "none":
                return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
            case "secret":
                body = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
                mac = hmac.digest(self.key.as_pem(private=False), body.encode(), hashlib.sha256)
                return f"{body}.{_encoded(mac)}"
            case "other key":
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.other_key)
            case _:
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)


def _instead(honest: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (honest | said).items() if value is not None}


def _part(document: dict[str, Any]) -> str:
    return _encoded(json.dumps(document).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def make_app(crook: Crook) -> FastAPI:
    """Its endpoints."""
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        return crook.metadata()

    @app.get("/jwks")
    def keys() -> dict[str, Any]:
        return dict(KeySet([crook.key]).as_dict(private=False))

    @app.get("/auth")
    def authorize(request: Request) -> Response:
        crook.seen["auth"] = dict(request.query_params)
        return RedirectResponse(crook.way_back(crook.seen["auth"]), 303)

    @app.post("/token")
    async def token(request: Request) -> Response:
        crook.seen["token"] = dict(parse_qsl((await request.body()).decode()))
        return JSONResponse(crook.misdeed.get("token") or {"id_token": crook.id_token(), "token_type": "Bearer"})

    @app.post("/logout-token")
    async def logout_token(request: Request) -> Response:
        """A logout token as this provider would sign it: the claims that are given, and nothing more."""
        return Response(crook._signed(await request.json()))

    @app.put("/misdeed")
    async def misdeed(request: Request) -> None:
        crook.misdeed = await request.json()
        crook.seen.clear()

    @app.get("/seen")
    def seen() -> dict[str, dict[str, str]]:
        return crook.seen

    return app


if __name__ == "__main__":
    port = int(sys.argv[1])
    uvicorn.run(make_app(Crook(f"http://127.0.0.1:{port}")), host="127.0.0.1", port=port, log_level="warning")
