"""Every setting of the hub, read once from the environment (prefix HUB_) and then handed on.

Nothing else in the package reads the environment. Without any setting the hub runs on its embedded default.
"""

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, PostgresDsn, RedisDsn, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _data_home() -> Path:
    """Root's home is closed to the account that PostgreSQL runs as; a user's home is its own."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return Path("/var/lib/samenspel") if is_root else Path.home() / ".local" / "share" / "samenspel"


TOKEN_PATH = "/oauth/token"  # noqa: S105  # an address, no secret
_FETCHED_SAFELY = re.compile(r"https://|http://(127\.0\.0\.1|\[::1\]|localhost)[:/]")

_MAIL_SERVER = re.compile(r"smtps?://([^\s/@:]+(:[^\s/@]*)?@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")

RateLimit = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}/(second|minute|hour)$")]
"""So many per second, minute or hour, as "600/minute"."""


class OutsideIssuer(BaseModel):
    """Somebody else's authorization server whose access tokens the hub takes, and where its public keys are found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Annotated[str, Field(min_length=1)]
    audience: Annotated[str, Field(min_length=1)]
    jwks_url: str | None = None
    jwks_file: Path | None = None

    @field_validator("jwks_url")
    @classmethod
    def _over_tls(cls, value: str | None) -> str | None:
        """Whoever could change the keys on their way could make tokens."""
        if value is not None and not _FETCHED_SAFELY.match(value):
            raise ValueError("The keys of an issuer are fetched over https.")
        return value

    @model_validator(mode="after")
    def _keys_in_one_place(self) -> Self:
        if (self.jwks_url is None) == (self.jwks_file is None):
            raise ValueError("Name either jwks_url or jwks_file.")
        return self


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own; of a name only `localhost`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_DEMO_MESSAGE = "The demo sign-in lets anyone be anyone: only `hub up` may turn it on, on its own database."
_HTTPS_MESSAGE = "The address at which others reach the hub must begin with https://."
_MAIL_MESSAGE = "Messages to people need both a mail server (smtp_url) and an address they come from (mail_from)."
_LOOPBACK_MESSAGE = "This opens programs on the hub's own machine to outgoing calls. It is for trying out only."


class Settings(BaseSettings):
    """Settings of one process. Every field is documented in docs/operations.md."""

    model_config = SettingsConfigDict(env_prefix="HUB_", frozen=True, extra="forbid")

    database_url: Annotated[PostgresDsn | None, Field(description="PostgreSQL 15 or newer; embedded when absent")] = (
        None
    )
    redis_url: Annotated[RedisDsn | None, Field(description="broker of the Celery workers; in memory when absent")] = (
        None
    )
    data_dir: Annotated[Path, Field(description="embedded database, master key, checkpoints")] = Field(
        default_factory=_data_home
    )
    master_key_file: Annotated[
        Path | None, Field(description="master keys of the vault; made in data_dir if absent")
    ] = None
    terms_file: Annotated[Path | None, Field(description="terms of the operator, before those of the package")] = None
    checkpoints: Annotated[
        Path | None, Field(description="folder for signed checkpoints; below data_dir if absent")
    ] = None
    checkpoint_key_file: Annotated[
        Path | None, Field(description="keys that sign checkpoints; made in data_dir if absent")
    ] = None
    checkpoint_minutes: Annotated[
        int, Field(ge=1, le=1440, description="longest that something new waits for a signed checkpoint")
    ] = 15
    processing_register_url: Annotated[
        str, Field(description="where the operator's article-30 register can be read")
    ] = "https://samenspel.example/processing-register"
    public_url: Annotated[str, Field(description="address at which others reach the hub, without /v1")] = (
        "http://127.0.0.1:8000"
    )
    host: Annotated[str, Field(description="address the server listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port the server listens on; 0 takes a free one")] = 8000
    proxies: Annotated[
        str, Field(description="addresses of proxies, with commas, that say truly from where a request comes")
    ] = "127.0.0.1"
    sweep_seconds: Annotated[float, Field(gt=0, le=60, description="longest a worker waits before it looks itself")] = (
        5.0
    )
    webhooks_to_loopback: Annotated[
        bool, Field(description="let webhooks and providers be on this machine, over http: tests, demo")
    ] = False
    demo_sign_in: Annotated[
        bool, Field(description="let anyone be anyone of the demo; only `hub up` on its own database turns it on")
    ] = False
    session_idle_minutes: Annotated[int, Field(ge=1, le=240, description="a session ends when nothing happens")] = 30
    session_hours: Annotated[int, Field(ge=1, le=24, description="a session ends anyhow")] = 10
    second_factor_roles: Annotated[
        tuple[str, ...], Field(description="roles that nobody takes on without a second factor")
    ] = ("school_administrator", "team_lead", "swv_staff", "swv_administrator", "operator")
    limit_of_sign_ins: Annotated[
        str,
        Field(pattern=r"^[1-9][0-9]{0,8}/(second|minute|hour)$", description="sign-ins begun from one address"),
    ] = "300/minute"
    statement_timeout_ms: Annotated[int, Field(ge=100, description="longest one database statement may take")] = 15_000
    lock_timeout_ms: Annotated[int, Field(ge=100, description="longest one database statement waits for a lock")] = (
        5_000
    )
    security_contact: Annotated[
        str, Field(pattern=r"^(mailto:|https://)\S+$", description="where to tell of a hole, for security.txt")
    ] = "mailto:beveiliging@samenspel.example"
    access_token_seconds: Annotated[
        int, Field(ge=60, le=3600, description="how long an access token of the hub's token endpoint is valid")
    ] = 900
    issuers: Annotated[
        tuple[OutsideIssuer, ...], Field(description="other authorization servers whose access tokens are taken")
    ] = ()
    opaque_tokens: Annotated[bool, Field(description="take the tokens that `hub token` makes")] = True
    limit_per_client: Annotated[RateLimit, Field(description="requests of one client or token")] = "60000/minute"
    limit_per_address: Annotated[
        RateLimit, Field(description="asking for tokens and showing wrong ones, from one address")
    ] = "3000/minute"
    limit_of_questions: Annotated[RateLimit, Field(description="public questions from one address")] = "60/minute"
    smtp_url: Annotated[
        str | None, Field(description="mail server for messages to people, over TLS; none are sent when absent")
    ] = None
    mail_from: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$", description="address that messages to people come from"),
    ] = None
    log_format: Annotated[str, Field(pattern="^(text|json)$", description="lines for people, or JSON lines")] = "text"

    @field_validator("smtp_url")
    @classmethod
    def _names_a_mail_server(cls, value: str | None) -> str | None:
        if value is not None and not _MAIL_SERVER.fullmatch(value):
            raise ValueError("A mail server is smtp://user:password@host:port, or smtps://.")
        return value

    @field_validator("issuers")
    @classmethod
    def _each_issuer_once(cls, value: tuple[OutsideIssuer, ...]) -> tuple[OutsideIssuer, ...]:
        if len({each.issuer for each in value}) < len(value):
            raise ValueError("An issuer is named once.")
        return value

    @property
    def audience(self) -> str:
        """What access tokens of the hub are for: its API (RFC 9068). The issuer is `public_url` itself."""
        return f"{self.public_url}/v1"

    @property
    def token_endpoint(self) -> str:
        """Where machines get access tokens."""
        return self.public_url + TOKEN_PATH

    @property
    def is_for_this_machine(self) -> bool:
        """Whether nobody but programs on this machine is told to find the hub: it is tried out or developed."""
        return is_loopback(urlsplit(self.public_url).hostname or "")

    @property
    def unsafe(self) -> dict[str, str]:
        """The settings that would harm a hub that others reach, each with what is wrong with it; all at once."""
        found = {}
        if self.demo_sign_in and not (
            self.is_for_this_machine and is_loopback(self.host) and self.database_url is None
        ):
            found["demo_sign_in"] = _DEMO_MESSAGE
        if (self.smtp_url is None) != (self.mail_from is None):
            found["mail_from" if self.mail_from is None else "smtp_url"] = _MAIL_MESSAGE
        if not self.is_for_this_machine:
            if urlsplit(self.public_url).scheme != "https":
                found["public_url"] = _HTTPS_MESSAGE
            if self.webhooks_to_loopback:
                found["webhooks_to_loopback"] = _LOOPBACK_MESSAGE
        return found

    @property
    def master_key_path(self) -> Path:
        """Where the vault's master keys are read from."""
        return self.master_key_file or self.data_dir / "master.key"

    @property
    def checkpoint_folder(self) -> Path:
        """Where signed checkpoints are written."""
        return self.checkpoints or self.data_dir / "checkpoints"

    @property
    def checkpoint_key_path(self) -> Path:
        """Where the keys that sign checkpoints are read from."""
        return self.checkpoint_key_file or self.data_dir / "checkpoint.key"
