"""ETag and If-Match: whoever moves a case that changed since it was read is told what changed, and nothing happens."""

import pytest

from tests.support.callers import Json, Organisation


def move(team: Organisation, case: str, seen: str | None, name: str = "answer") -> tuple[int, Json, str | None]:
    """Status, document and ETag of a move by somebody who saw a version."""
    body = {"outcome": "advice_given", "text": "Wij denken mee."} if name == "answer" else None
    answer = team.call("POST", f"/cases/{case}/{name}", json=body, headers={"If-Match": seen})
    return answer.status_code, answer.json(), answer.headers.get("etag")


def test_a_case_is_moved_on_the_version_that_was_read(team: Organisation, offered: str) -> None:
    """Each answer brings the next version, which is also what reading again says."""
    read = team.get(f"/cases/{offered}").headers["etag"]
    status, _, next_ = move(team, offered, read, "acceptance")
    assert status == 200
    assert next_ not in {read, None}
    assert team.get(f"/cases/{offered}").headers["etag"] == next_
    assert move(team, offered, next_)[0] == 200


def test_a_case_that_changed_is_not_moved(team: Organisation, board: Organisation, offered: str) -> None:
    """412 lists what changed, when and by whom, and holds nothing of what was sent."""
    read = team.get(f"/cases/{offered}").headers["etag"]
    board.moves("message", offered, text="Wij hebben vandaag met de ouders gebeld.")
    status, refused, _ = move(team, offered, read)
    assert (status, refused["code"]) == (412, "changed-meanwhile")
    [change] = refused["errors"]
    assert change["detail"].startswith("message.sent door B00001 om 20")
    assert "Wij denken mee" not in str(refused)
    assert team.case(offered)["state"] == "offered"
    assert move(team, offered, team.get(f"/cases/{offered}").headers["etag"])[0] == 200


def test_a_repeat_with_the_same_version_is_told_the_same(team: Organisation, offered: str) -> None:
    """Whoever's answer got lost may send it again as it was."""
    read = team.get(f"/cases/{offered}").headers["etag"]
    assert [move(team, offered, read)[0] for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("seen", ["*", None])
def test_who_does_not_ask_is_not_stopped(team: Organisation, board: Organisation, offered: str, seen: str) -> None:
    """Then only the table of moves decides."""
    board.moves("message", offered, text="Tot zo.")
    assert move(team, offered, seen)[0] == 200


@pytest.mark.parametrize("seen", ['"1"', 'W/"99999999"', '"abc"', '"9999999999999999999999"', '""'])
def test_a_version_of_another_time_does_not_match(team: Organisation, offered: str, seen: str) -> None:
    """An old one, a weak one, and one that the hub never gave."""
    assert move(team, offered, seen)[0] == 412


def test_one_of_several_versions_is_enough(team: Organisation, offered: str) -> None:
    """As the header allows."""
    read = team.get(f"/cases/{offered}").headers["etag"]
    assert move(team, offered, f'"1", {read}')[0] == 200


@pytest.mark.parametrize("seen", ["1", "abc", '"a" "b"', ","])
def test_what_is_not_an_etag_is_refused(team: Organisation, offered: str, seen: str) -> None:
    """400, and nothing happens."""
    status, refused, _ = move(team, offered, seen)
    assert status == 400
    assert [problem["pointer"] for problem in refused["errors"]] == ["/header/If-Match"]
    assert team.case(offered)["state"] == "offered"
