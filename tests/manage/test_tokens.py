"""`hub token` and `hub tokens`: made once, seen without the secret, withdrawn for good."""

from datetime import timedelta
from uuid import uuid4

import pytest

from hub import clock
from hub.access.tokens import grant_of
from hub.errors import InvalidInput, NotSignedIn
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command

TEAM = "GM0106-ST"


def is_valid(sessions: Sessions, secret: str) -> bool:
    """Whether a token opens the door."""
    with sessions() as session:
        try:
            grant_of(session, secret, now=clock.now())
        except NotSignedIn:
            return False
        return True


def test_a_token_is_made_with_the_rights_of_its_kind(answer: Answer, sessions: Sessions) -> None:
    """A team may answer cases, a board may publish."""
    made = answer("token", TEAM, "--days", "3")
    assert (made["organisation"], made["days"]) == (TEAM, 3)
    with sessions() as session:
        grant = grant_of(session, made["token"], now=clock.now())
    assert "cases:answer" in grant.caller.rights
    assert "events:publish" not in grant.caller.rights
    assert grant.expires_at - clock.now() < timedelta(days=3)


def test_an_organisation_that_nobody_knows_gets_no_token(command: Command) -> None:
    """The refusal says where codes can be looked up."""
    with pytest.raises(InvalidInput, match="does not know") as refusal:
        command("token", "GM9999-ST")
    assert "hub directory list" in refusal.value.next_step
    assert refusal.value.parameters == {"code": "GM9999-ST"}


def test_tokens_are_listed_without_their_secret(command: Command, answer: Answer) -> None:
    """For whom, what for and until when; for one organisation or for all."""
    secret = answer("token", TEAM, "--label", "het zaaksysteem")["token"]
    answer("token", "B00001", "--source", "urn:nld:oin:00000099000000000001:systeem:demo")
    [mine] = answer("tokens", "list", TEAM.lower())
    assert (mine["organisation"], mine["label"], mine["state"]) == (TEAM, "het zaaksysteem", "valid")
    assert {one["organisation"] for one in answer("tokens", "list")} == {TEAM, "B00001"}
    shown = command("tokens", "list").stdout
    assert mine["id"] in shown
    assert secret not in shown + str(mine)
    assert "geen tokens" in command("tokens", "list", "PO2201").stdout


def test_a_token_is_withdrawn_by_its_id(command: Command, answer: Answer, sessions: Sessions) -> None:
    """That one and no other; a second time there is nothing left, and the exit code says so."""
    lost, kept = (answer("token", TEAM)["token"] for _ in range(2))
    newest, oldest = (one["id"] for one in answer("tokens", "list", TEAM))
    assert newest != oldest
    assert answer("tokens", "withdraw", oldest) == {"withdrawn": 1}
    assert (is_valid(sessions, lost), is_valid(sessions, kept)) == (False, True)
    assert [one["state"] for one in answer("tokens", "list", TEAM)] == ["valid", "withdrawn"]
    assert command("tokens", "withdraw", oldest).exit_code == 1
    assert command("tokens", "withdraw", str(uuid4())).exit_code == 1


def test_all_tokens_of_a_system_are_withdrawn(answer: Answer, sessions: Sessions) -> None:
    """By organisation and label; other systems go on."""
    lost = [answer("token", TEAM, "--label", "oud")["token"] for _ in range(2)]
    kept = answer("token", TEAM, "--label", "nieuw")["token"]
    assert answer("tokens", "withdraw", "--organisation", TEAM, "--label", "oud") == {"withdrawn": 2}
    assert [is_valid(sessions, secret) for secret in (*lost, kept)] == [False, False, True]


@pytest.mark.parametrize("said", [[], ["--label", "oud"], ["--organisation", TEAM], [str(uuid4()), "--label", "oud"]])
def test_what_to_withdraw_must_be_clear(command: Command, said: list[str]) -> None:
    """Half a name withdraws nothing."""
    with pytest.raises(InvalidInput):
        command("tokens", "withdraw", *said)
