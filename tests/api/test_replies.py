"""Standard replies: each organisation has its own, under codes of its own, and nobody's number in them."""

from uuid import uuid4

import pytest

from hub.access.rights import Right
from hub.replies.actions import MOST_REPLIES
from tests.privacy import planted
from tests.support.callers import Json, Organisation, document
from tests.support.hub import RunningHub

CALL = {"code": "wij-bellen", "text": "Wij bellen u binnen twee dagen."}


@pytest.fixture
def team(hub_in_one_process: RunningHub) -> Organisation:
    """A team without standard replies."""
    found = hub_in_one_process.organisation("GM1701-ST")
    for reply in replies(found):
        assert found.call("DELETE", f"/team/replies/{reply['id']}").status_code == 204
    return found


def replies(organisation: Organisation) -> list[Json]:
    """What there is."""
    return list(organisation.read("/team/replies")["replies"])


def add(organisation: Organisation, wording: Json = CALL) -> Json:
    """A new one, that must be taken."""
    return document(organisation.call("POST", "/team/replies", json=wording), 201)


def test_a_team_keeps_its_texts(team: Organisation) -> None:
    """Added, listed by code, changed, removed."""
    made = add(team)
    add(team, {"code": "advies", "text": "Ons advies vindt u hieronder."})
    assert [reply["code"] for reply in replies(team)] == ["advies", "wij-bellen"]
    better = {"code": "wij-bellen-u", "text": "Wij bellen u\nvandaag."}
    changed = document(team.call("PUT", f"/team/replies/{made['id']}", json=better), 200)
    assert {name: changed[name] for name in better} == better
    assert replies(team)[1] == changed
    assert team.call("DELETE", f"/team/replies/{made['id']}").status_code == 204
    assert [reply["code"] for reply in replies(team)] == ["advies"]


def test_a_code_is_given_once(team: Organisation) -> None:
    """In an organisation; another one has its own."""
    add(team)
    other = add(team, CALL | {"code": "advies"})
    assert document(team.call("POST", "/team/replies", json=CALL), 409)["code"] == "conflict"
    assert team.call("PUT", f"/team/replies/{other['id']}", json=CALL).status_code == 409
    assert team.call("PUT", f"/team/replies/{other['id']}", json=CALL | {"code": "advies"}).status_code == 200


def test_nobody_finds_those_of_another(hub_in_one_process: RunningHub, team: Organisation) -> None:
    """They answer as one that never was."""
    theirs, other = add(team), hub_in_one_process.organisation("GM1690-ST")
    assert theirs["id"] not in str(replies(other))
    for id_ in (theirs["id"], str(uuid4())):
        for answer in (
            other.call("PUT", f"/team/replies/{id_}", json=CALL),
            other.call("DELETE", f"/team/replies/{id_}"),
        ):
            assert answer.status_code == 404
    assert replies(team) == [theirs]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Wij bellen"},
        {"code": ""},
        {"code": "-"},
        {"text": ""},
        {"text": "x" * 4_001},
        {"text": f"BSN {planted.BSN}"},
        {"title": "te veel"},
    ],
)
def test_what_is_no_standard_reply_is_refused(team: Organisation, wrong: Json) -> None:
    """Also one with the number of a person, which the answer does not repeat."""
    answer = team.call("POST", "/team/replies", json=CALL | wrong)
    assert answer.status_code == 400
    assert planted.BSN not in answer.text
    assert replies(team) == []


def test_there_is_an_end_to_it(team: Organisation) -> None:
    """A list of hundreds is no help to anybody."""
    for n in range(MOST_REPLIES):
        add(team, CALL | {"code": f"c{n}"})
    assert team.call("POST", "/team/replies", json=CALL).status_code == 409


def test_who_only_reads_does_not_answer(hub_in_one_process: RunningHub) -> None:
    """The right is that of answering."""
    reader = hub_in_one_process.system("GM1701-ST", rights=frozenset({Right.READ_CASES}))
    assert reader.get("/team/replies").status_code == 403
