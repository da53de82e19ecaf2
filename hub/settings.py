"""Every setting of the hub, read once from the environment (prefix HUB_) and then handed on.

Nothing else in the package reads the environment. Without any setting the hub runs on its embedded default.
"""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, PostgresDsn, RedisDsn
from pydantic_settings import BaseSettings, SettingsConfigDict


def _data_home() -> Path:
    """Root's home is closed to the account that PostgreSQL runs as; a user's home is its own."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return Path("/var/lib/samenspel") if is_root else Path.home() / ".local" / "share" / "samenspel"


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
    public_url: Annotated[str, Field(description="address at which others reach the hub, without /v1")] = (
        "http://127.0.0.1:8000"
    )
    host: Annotated[str, Field(description="address the server listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port the server listens on; 0 takes a free one")] = 8000
    sweep_seconds: Annotated[float, Field(gt=0, le=60, description="longest a worker waits before it looks itself")] = (
        5.0
    )
    webhooks_to_loopback: Annotated[
        bool, Field(description="let webhooks go to this machine over http: tests, demo")
    ] = False
    statement_timeout_ms: Annotated[int, Field(ge=100, description="longest one database statement may take")] = 15_000
    lock_timeout_ms: Annotated[int, Field(ge=100, description="longest one database statement waits for a lock")] = (
        5_000
    )
    security_contact: Annotated[
        str, Field(pattern=r"^(mailto:|https://)\S+$", description="where to tell of a hole, for security.txt")
    ] = "mailto:beveiliging@samenspel.example"
    log_format: Annotated[str, Field(pattern="^(text|json)$", description="lines for people, or JSON lines")] = "text"

    @property
    def master_key_path(self) -> Path:
        """Where the vault's master keys are read from."""
        return self.master_key_file or self.data_dir / "master.key"
