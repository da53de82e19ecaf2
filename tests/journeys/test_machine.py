"""A supplier connects a system: a key pair, a client, a token, an event. With the very program of the guide."""

import json
import re
import textwrap
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc.jwk import RSAKey
from typer.testing import CliRunner

from hub.manage.command_line import app
from tests.api.events import a_signal, is_stored
from tests.support.callers import SOURCE, Organisation, document
from tests.support.hub import RunningHub
from tests.support.machines import rsa_key
from tests.support.waiting import wait_until

GUIDE = Path(__file__).parents[2] / "docs/integrators-guide.md"


def the_program_in_the_guide() -> str:
    """The only piece of Python in it."""
    [program] = re.findall(r"^ *```python\n(.*?)^ *```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    return textwrap.dedent(program)


@pytest.fixture
def office(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a command with --json on the machine of that hub; what it answers."""
    monkeypatch.setenv("HUB_DATABASE_URL", str(hub.settings.database_url))
    monkeypatch.setenv("HUB_DATA_DIR", str(hub.settings.data_dir))
    monkeypatch.setenv("HUB_PUBLIC_URL", hub.url)

    def ask(*arguments: str) -> Any:
        return json.loads(CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False).stdout)

    return ask


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder with a key pair, as openssl makes it."""
    (tmp_path / "private.pem").write_bytes(rsa_key(30).as_pem(private=True))
    (tmp_path / "public.pem").write_bytes(rsa_key(30).as_pem(private=False))
    return tmp_path


def test_a_system_gets_in_with_its_key_and_publishes(
    hub: RunningHub, office: Any, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From `hub client add` to an event that a team answers; and to the end, when the client is withdrawn."""
    made = office("client", "add", "B00001", "--label", "LAS", "--source", SOURCE, "--key", str(keys / "public.pem"))
    for name, value in {"HUB": hub.url, "CLIENT_ID": made["client"], "PRIVATE_KEY": str(keys / "private.pem")}.items():
        monkeypatch.setenv(name, value)
    system: dict[str, Any] = {}
    exec(compile(the_program_in_the_guide(), GUIDE, "exec"), system)

    school, event = Organisation(hub.client, "B00001", system["TOKEN"]), a_signal()
    case = document(school.send(event), 202)["case"]
    assert UUID(case)
    assert is_stored(hub, event)
    school.sees(case, "offered", "GM0106-ST")
    hub.organisation("GM0106-ST").accepts(case)
    school.sees(case, "accepted", "GM0106-ST")

    narrow, _ = system["fetch_token"]("cases:read")
    assert document(Organisation(hub.client, "B00001", narrow).send(a_signal()), 403)["code"] == "not-allowed"

    assert office("client", "withdraw", made["client"]) == {"withdrawn": 1}
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        system["fetch_token"]()
    wait_until(lambda: school.send(a_signal()).status_code == 401, seconds=5, what="the end of the token")


def test_a_system_changes_its_key_without_a_pause(
    hub: RunningHub, office: Any, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new key is added, then used, then the old one is withdrawn."""
    made = office("client", "add", "B00001", "--label", "LAS", "--source", SOURCE, "--key", str(keys / "public.pem"))
    for name, value in {"HUB": hub.url, "CLIENT_ID": made["client"], "PRIVATE_KEY": str(keys / "private.pem")}.items():
        monkeypatch.setenv(name, value)
    system: dict[str, Any] = {}
    exec(compile(the_program_in_the_guide(), GUIDE, "exec"), system)

    (keys / "new.pem").write_bytes(rsa_key(31).as_pem(private=False))
    office("client", "key", "add", made["client"], str(keys / "new.pem"))
    system["KEY"] = RSAKey.import_key(rsa_key(31).as_pem(private=True))
    token, valid_until = system["fetch_token"]()
    assert office("client", "key", "withdraw", made["client"], made["keys"][0]) == {"withdrawn": 1}
    document(Organisation(hub.client, "B00001", token).send(a_signal()), 202)
    assert valid_until > system["VALID_UNTIL"] - 60
    old = Organisation(hub.client, "B00001", system["TOKEN"])
    document(old.get("/sent"), 401)
