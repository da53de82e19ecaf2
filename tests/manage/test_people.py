"""`hub person` and `hub provider`: people and where they sign in, as the operator writes them down."""

from pathlib import Path

import pytest
from sqlalchemy import text

from hub.errors import Conflict, InvalidInput, NotFound
from hub.privacy.master_keys import make_master_keys
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.people import Town

TEAM = "GM0106-ST"
NOBODY = "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
PROVIDER = ("--issuer", "https://login.assen.example", "--client-id", "samenspel", "--name", "Gemeente Assen")


@pytest.fixture(autouse=True)
def _master_key(tmp_path: Path) -> None:
    """The vault's key, where the commands look for it."""
    make_master_keys(tmp_path / "master.key")


def test_a_person_is_added_with_a_role_and_an_invitation(command: Command, answer: Answer, sessions: Sessions) -> None:
    """The invitation is shown once; the list shows who there are, the database does not."""
    made = answer("person", "add", TEAM.lower(), "team_worker", "--name", "Noor Bakker", "--email", "n@team.example")
    assert made["address"].endswith("/invitation")
    [row] = answer("person", "list")
    assert (row["id"], row["name"], row["email"], row["state"]) == (
        made["person"],
        "Noor Bakker",
        "n@team.example",
        "valid",
    )
    assert [(role["organisation"], role["role"], role["state"]) for role in row["roles"]] == [
        (TEAM, "team_worker", "valid")
    ]
    assert made["invitation"] not in command("person", "list").stdout
    assert "Noor Bakker: team_worker bij GM0106-ST" in command("person", "list", TEAM).stdout
    assert answer("person", "list", "PO2201") == []
    with sessions() as session:
        assert "Noor" not in str(session.execute(text("SELECT p::text FROM people p")).all())
    assert answer("person", "invite", made["person"])["invitation"] != made["invitation"]


def test_roles_are_given_by_day(answer: Answer) -> None:
    """Dutch days, the last one included; also in another organisation, and of the hub itself."""
    made = answer("person", "add", "PO2201", "swv_staff", "--name", "Karin Luinge", "--until", "2099-12-31")
    answer("person", "role", made["person"], "VO2201", "swv_staff", "--from", "2099-07-01", "--until", "2099-07-31")
    answer("person", "role", made["person"], "HUB", "operator")
    [row] = answer("person", "list", "VO2201")
    told = {role["organisation"]: role for role in row["roles"]}
    assert told["PO2201"]["until"].startswith("2099-12-31 23:00")
    assert (told["VO2201"]["from"], told["VO2201"]["until"]) == (
        "2099-06-30 22:00:00+00:00",
        "2099-07-31 22:00:00+00:00",
    )
    assert (told["VO2201"]["state"], told["HUB"]["state"]) == ("to come", "valid")
    answer("person", "withdraw", made["person"], "--organisation", "VO2201")
    [row] = answer("person", "list", "VO2201")
    assert {role["organisation"]: role["state"] for role in row["roles"]}["VO2201"] == "over"


def test_what_cannot_be_is_refused(command: Command, answer: Answer) -> None:
    """Nobody unknown, nowhere unknown, nothing twice."""
    made = answer("person", "add", TEAM, "team_worker", "--name", "Noor")
    with pytest.raises(InvalidInput, match="directory does not know"):
        command("person", "add", "GM9999-ST", "team_worker", "--name", "Noor")
    with pytest.raises(Conflict):
        command("person", "role", made["person"], TEAM, "team_worker")
    for words in (("invite", NOBODY), ("role", NOBODY, TEAM, "team_lead"), ("withdraw", NOBODY)):
        with pytest.raises(NotFound):
            command("person", *words)
    with pytest.raises(InvalidInput):
        command("person", "withdraw", made["person"], "--role", "team_worker")
    assert command("person", "role", made["person"], TEAM, "headmaster").exit_code == 2
    assert len(answer("person", "list")) == 1


@pytest.mark.parametrize(
    ("organisation", "role", "instead"),
    [
        ("GM0106-ST", "coordinator", "team_worker, team_lead, agenda_reader"),
        ("PO2201", "team_worker", "swv_staff, swv_administrator, agenda_reader"),
        ("B00001", "swv_staff", "coordinator, school_administrator, agenda_reader"),
        ("GM0106", "team_lead", "agenda_reader"),
        ("GM0106-ST", "operator", "team_worker, team_lead, agenda_reader"),
    ],
)
def test_a_role_that_the_organisation_does_not_have(
    command: Command, answer: Answer, organisation: str, role: str, instead: str
) -> None:
    """Refused with the roles that it has, for a new person and for one who is there already."""
    made = answer("person", "add", TEAM, "team_worker", "--name", "Noor")["person"]
    for words in (("add", organisation, role, "--name", "Bas"), ("role", made, organisation, role)):
        with pytest.raises(InvalidInput) as refusal:
            command("person", *words)
        assert refusal.value.parameters == {"role": role, "roles": instead}
    [row] = answer("person", "list")
    assert [held["role"] for held in row["roles"]] == ["team_worker"]


def test_roles_and_people_are_withdrawn(command: Command, answer: Answer) -> None:
    """One role, all of an organisation, or the person; where there is nothing, the exit code says so."""
    made = answer("person", "add", TEAM, "team_worker", "--name", "Noor")["person"]
    answer("person", "role", made, TEAM, "team_lead")
    where = ("--organisation", TEAM)
    assert answer("person", "withdraw", made, *where, "--role", "team_lead")["roles"] == 1
    assert answer("person", "withdraw", made, *where)["roles"] == 1
    assert command("person", "withdraw", made, *where).exit_code == 1
    assert answer("person", "withdraw", made)["sessions"] == 0
    assert [row["state"] for row in answer("person", "list")] == ["withdrawn"]
    with pytest.raises(NotFound):
        command("person", "invite", made)


def test_a_provider_is_added(command: Command, answer: Answer, sessions: Sessions) -> None:
    """What is to be registered there is shown; what was agreed can be seen, but no secret."""
    levels = ("--level", "low", "--level", "high", "--least-level", "low", "--second-factor-level", "high")
    made = answer("provider", "add", "assen", *PROVIDER, *levels, "--organisation", TEAM.lower())
    assert made["redirect_uris"].endswith("/sign-in/assen/callback")
    assert made["jwks_uri"].endswith("/sign-in/assen/jwks")
    [row] = answer("provider", "list")
    assert (row["code"], row["organisations"], row["levels"], row["state"]) == (
        "assen",
        [TEAM],
        ["low", "high"],
        "valid",
    )
    assert "Gemeente Assen" in command("provider", "list").stdout
    with sessions() as session:
        dump = str(session.execute(text("SELECT p::text FROM providers p")).all())
    assert "client_keys" not in dump
    assert b"client_keys".hex() not in dump


def test_a_provider_that_knows_the_hub_by_a_secret(answer: Answer, sessions: Sessions, tmp_path: Path) -> None:
    """The secret comes out of a file, and goes into the vault."""
    (tmp_path / "secret").write_text("geheim van de hub\n")
    secret = ("--client-auth", "client_secret_basic", "--secret-file", str(tmp_path / "secret"))
    answer("provider", "add", "assen", *PROVIDER, *secret)
    with sessions() as session:
        dump = str(session.execute(text("SELECT p::text FROM providers p")).all())
    assert b"geheim".hex() not in dump
    assert "geheim" not in dump


@pytest.mark.parametrize(
    "words",
    [
        ("Assen", *PROVIDER),
        ("a", *PROVIDER),
        ("assen", "--issuer", "http://login.assen.example", *PROVIDER[2:]),
        ("assen", "--issuer", "https://login.assen.example?x=y", *PROVIDER[2:]),
        ("assen", *PROVIDER[:2], "--client-id", " ", *PROVIDER[4:]),
        ("assen", *PROVIDER, "--least-level", "high"),
    ],
)
def test_a_provider_that_cannot_be(command: Command, words: tuple[str, ...]) -> None:
    """A code that fits in an address, an issuer over https, levels that are in the list."""
    with pytest.raises(InvalidInput):
        command("provider", "add", *words)


def test_each_provider_once(command: Command, answer: Answer) -> None:
    """Neither its code nor its issuer twice, also after it was withdrawn: people are known by them."""
    answer("provider", "add", "assen", *PROVIDER)
    for words in (("assen", "--issuer", "https://other.example", *PROVIDER[2:]), ("other", *PROVIDER)):
        with pytest.raises(Conflict):
            command("provider", "add", *words)
    assert answer("provider", "withdraw", "assen") == {"code": "assen", "sessions": 0}
    assert [row["state"] for row in answer("provider", "list")] == ["withdrawn"]
    with pytest.raises(NotFound):
        command("provider", "withdraw", "assen")
    with pytest.raises(Conflict):
        command("provider", "add", "assen", *PROVIDER)


def test_a_key_is_renewed(command: Command, answer: Answer, tmp_path: Path) -> None:
    """The new one first, the one before beside it, older ones gone; a secret is no key."""
    answer("provider", "add", "assen", *PROVIDER)
    first = answer("provider", "renew-key", "assen")["keys"]
    second = answer("provider", "renew-key", "assen")["keys"]
    assert len(set(first + second)) == 3
    assert second[1] == first[0]
    (tmp_path / "secret").write_text("geheim")
    secret = ("--client-auth", "client_secret_post", "--secret-file", str(tmp_path / "secret"))
    answer("provider", "add", "other", "--issuer", "https://other.example", *PROVIDER[2:], *secret)
    with pytest.raises(InvalidInput):
        command("provider", "renew-key", "other")


def test_a_provider_is_checked(command: Command, answer: Answer, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sign-in would find; exit code 1, and why, when it would find nothing."""
    monkeypatch.setenv("HUB_WEBHOOKS_TO_LOOPBACK", "true")
    answer("provider", "add", "assen", "--issuer", town.assen.issuer, *PROVIDER[2:])
    found = answer("provider", "check", "assen")
    assert (found["issuer"], found["signs out"], found["proof of the hub"]) == (town.assen.issuer, True, "PS256")
    town.crook.will(metadata={"issuer": "https://elsewhere.example"})
    answer("provider", "add", "crook", "--issuer", town.crook.issuer, *PROVIDER[2:])
    refused = command("provider", "check", "crook")
    assert refused.exit_code == 1
    assert "another issuer" in refused.stderr
