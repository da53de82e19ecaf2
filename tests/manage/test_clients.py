"""`hub client`: made for an organisation, listed, given other keys, withdrawn."""

import json
from pathlib import Path
from uuid import uuid4

import orjson
import pytest

from hub import clock
from hub.access.assertions import prove
from hub.access.jose import public_jwk
from hub.access.token_refusals import TokenRefused
from hub.errors import Conflict, InvalidInput, NotFound
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.callers import SOURCE
from tests.support.machines import Machine, rsa_key, signed

TEAM, BOARD, HUB = "GM0106-ST", "B00001", "http://127.0.0.1:8000"
ISSUER = "https://login.example"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The public key of a supplier's system, as a PEM."""
    return _write(tmp_path / "public.pem", rsa_key().as_pem(private=False))


@pytest.fixture
def _issuer_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [{"issuer": ISSUER, "audience": "hub", "jwks_url": f"{ISSUER}/keys"}]
    monkeypatch.setenv("HUB_ISSUERS", json.dumps(known))


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def proves_itself(sessions: Sessions, client_id: str, number: int = 0, kid: str | None = None) -> bool:
    """Whether the hub believes a system that holds this private key."""
    claims = Machine(client_id, HUB, rsa_key(number)).claims()
    assertion = signed(claims, rsa_key(number), kid=kid or rsa_key(number).kid)
    with sessions.begin() as session:
        try:
            prove(session, assertion, issuer=HUB, now=clock.now())
        except TokenRefused:
            return False
    return True


def test_a_client_is_made_with_the_rights_of_its_kind(answer: Answer, sessions: Sessions, key_file: Path) -> None:
    """The answer tells its owner all that is needed, and the key works."""
    made = answer("client", "add", TEAM.lower(), "--label", "zaaksysteem", "--key", str(key_file))
    assert made["organisation"] == TEAM
    assert "cases:answer" in made["rights"]
    assert "events:publish" not in made["rights"]
    assert (made["issuer"], made["tokenEndpoint"]) == (HUB, f"{HUB}/oauth/token")
    assert proves_itself(sessions, made["client"], kid=made["keys"][0])


def test_a_client_that_publishes_is_tied_to_its_sources(answer: Answer, command: Command) -> None:
    """Without one it could publish nothing, so it is not made."""
    made = answer("client", "add", BOARD, "--label", "LAS", "--source", SOURCE)
    assert made["sources"] == [SOURCE]
    with pytest.raises(InvalidInput, match="needs a source"):
        command("client", "add", BOARD, "--label", "LAS")
    for wrong in ("https://las.example", "urn:nld:oin:1:systeem:las", SOURCE.upper()):
        with pytest.raises(InvalidInput, match="urn:nld"):
            command("client", "add", BOARD, "--label", "LAS", "--source", wrong)
    read_only = answer("client", "add", BOARD, "--label", "LAS", "--right", "cases:read")
    assert (read_only["rights"], read_only["sources"]) == (["cases:read"], [])


def test_no_client_gets_a_right_that_is_not_for_its_kind(command: Command) -> None:
    """A team does not publish."""
    with pytest.raises(InvalidInput) as refusal:
        command("client", "add", TEAM, "--label", "x", "--right", "events:publish", "--source", SOURCE)
    assert refusal.value.parameters == {"right": "events:publish"}


def test_an_organisation_that_nobody_knows_gets_no_client(command: Command) -> None:
    """The refusal says where codes can be looked up."""
    with pytest.raises(InvalidInput, match="does not know"):
        command("client", "add", "GM9999-ST", "--label", "x")


def test_a_private_key_makes_no_client(command: Command, answer: Answer, tmp_path: Path) -> None:
    """Nothing is made, and its owner hears that the key is lost."""
    private = _write(tmp_path / "private.pem", rsa_key().as_pem(private=True))
    with pytest.raises(InvalidInput, match="private key"):
        command("client", "add", TEAM, "--label", "x", "--key", str(private))
    assert answer("client", "list") == []
    assert "geen clients" in command("client", "list").stdout


def test_clients_are_listed(command: Command, answer: Answer, key_file: Path) -> None:
    """For whom, with which keys; for one organisation or for all."""
    first = answer("client", "add", TEAM, "--label", "zaaksysteem", "--key", str(key_file))
    answer("client", "add", BOARD, "--label", "LAS", "--source", SOURCE)
    [mine] = answer("client", "list", TEAM.lower())
    assert (mine["client"], mine["label"], mine["state"]) == (first["client"], "zaaksysteem", "valid")
    assert mine["keys"] == [{"kid": first["keys"][0], "state": "valid"}]
    assert {each["organisation"] for each in answer("client", "list")} == {TEAM, BOARD}
    assert first["client"] in command("client", "list").stdout


def test_a_client_changes_its_keys_without_a_pause(
    command: Command, answer: Answer, sessions: Sessions, key_file: Path, tmp_path: Path
) -> None:
    """The new one is added, both work, the old one is withdrawn and never comes back."""
    made = answer("client", "add", TEAM, "--label", "x", "--key", str(key_file))
    client, [old] = made["client"], made["keys"]
    new_file = _write(tmp_path / "new.json", orjson.dumps(public_jwk(rsa_key(1))))
    assert answer("client", "key", "add", client, str(new_file))["kid"] == "key-1"
    assert proves_itself(sessions, client, 0, kid=old)
    assert proves_itself(sessions, client, 1)
    assert answer("client", "key", "withdraw", client, old) == {"withdrawn": 1}
    assert not proves_itself(sessions, client, 0, kid=old)
    assert proves_itself(sessions, client, 1)
    assert command("client", "key", "withdraw", client, old).exit_code == 1
    with pytest.raises(Conflict, match="has, or had"):
        command("client", "key", "add", client, str(key_file))


def test_a_client_has_a_handful_of_keys(command: Command, answer: Answer, tmp_path: Path) -> None:
    """More than that nobody keeps track of."""
    client = answer("client", "add", TEAM, "--label", "x")["client"]

    def file(number: int) -> str:
        jwk = public_jwk(rsa_key()) | {"kid": f"k{number}"}
        return str(_write(tmp_path / f"{number}.json", orjson.dumps(jwk)))

    for number in range(5):
        answer("client", "key", "add", client, file(number))
    with pytest.raises(Conflict, match="at most"):
        command("client", "key", "add", client, file(5))


def test_a_withdrawn_client_stays_in_the_list_and_does_nothing(
    command: Command, answer: Answer, sessions: Sessions, key_file: Path
) -> None:
    """A second time there is nothing left, and the exit code says so."""
    made = answer("client", "add", TEAM, "--label", "x", "--key", str(key_file))
    assert answer("client", "withdraw", made["client"]) == {"withdrawn": 1}
    assert not proves_itself(sessions, made["client"], kid=made["keys"][0])
    assert [each["state"] for each in answer("client", "list")] == ["withdrawn"]
    assert command("client", "withdraw", made["client"]).exit_code == 1
    assert command("client", "withdraw", str(uuid4())).exit_code == 1
    with pytest.raises(NotFound):
        command("client", "key", "add", made["client"], str(key_file))


@pytest.mark.usefixtures("_issuer_is_known")
def test_a_client_may_be_known_elsewhere(command: Command, answer: Answer) -> None:
    """By one subject of one issuer, which stands for one client at a time."""
    one, other = (answer("client", "add", TEAM, "--label", name)["client"] for name in ("een", "twee"))
    assert answer("client", "identity", "add", one, ISSUER, "system-7")["client"] == one
    with pytest.raises(Conflict):
        command("client", "identity", "add", other, ISSUER, "system-7")
    listed = {each["client"]: each["identities"] for each in answer("client", "list")}
    assert listed == {one: [{"issuer": ISSUER, "subject": "system-7"}], other: []}
    assert answer("client", "identity", "remove", ISSUER, "system-7") == {"removed": 1}
    assert command("client", "identity", "remove", ISSUER, "system-7").exit_code == 1
    answer("client", "identity", "add", other, ISSUER, "system-7")
    answer("client", "withdraw", other)
    assert answer("client", "identity", "add", one, ISSUER, "system-7")


def test_an_issuer_that_the_settings_do_not_name_is_refused(command: Command, answer: Answer) -> None:
    """Its tokens would never be taken."""
    client = answer("client", "add", TEAM, "--label", "x")["client"]
    with pytest.raises(InvalidInput, match="do not name"):
        command("client", "identity", "add", client, "https://evil.example", "system-7")


def test_signing_keys_are_seen_rotated_and_withdrawn(command: Command, answer: Answer, tmp_path: Path) -> None:
    """One waits, one signs; the private parts are nowhere to be seen."""
    assert "nog geen sleutels" in command("signing-key", "list").stdout
    command("key", "new", str(tmp_path / "master.key"))
    first = answer("signing-key", "rotate", "--minutes", "0")["kid"]
    second = answer("signing-key", "rotate")["kid"]
    states = {each["kid"]: each["state"] for each in answer("signing-key", "list")}
    assert states == {first: "signing", second: "waiting"}
    with pytest.raises(Conflict):
        command("signing-key", "rotate")
    assert answer("signing-key", "withdraw", second) == {"withdrawn": 1}
    assert command("signing-key", "withdraw", second).exit_code == 1
    assert {each["kid"]: each["state"] for each in answer("signing-key", "list")}[second] == "withdrawn"
    shown = command("signing-key", "list").stdout
    assert first in shown


def test_opaque_tokens_may_be_forbidden(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then none are made either, and the refusal says what to make instead."""
    monkeypatch.setenv("HUB_OPAQUE_TOKENS", "false")
    with pytest.raises(InvalidInput, match="HUB_OPAQUE_TOKENS") as refusal:
        command("token", TEAM)
    assert "hub client add" in refusal.value.next_step
