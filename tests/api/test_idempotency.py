"""source and id are the key of an event, for ever: again is the first answer, another event under it is a conflict."""

from concurrent.futures import ThreadPoolExecutor

from tests.api.events import a_signal
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in


def test_the_same_event_again_gets_the_first_answer(board: Organisation) -> None:
    """However the body is written: what counts is what it says."""
    event = a_signal()
    first = document(board.send(event), 202)
    again = document(board.send(dict(reversed(event.items()))), 202)
    assert again == first


def test_another_event_under_the_same_key_is_a_conflict(board: Organisation) -> None:
    """It says which field to change, and nothing of the first event."""
    event = a_signal({"question": "De eerste vraag."})
    case = document(board.send(event), 202)["case"]
    refused = document(board.send({**event, "data": {**event["data"], "question": "Een andere vraag."}}), 409)
    assert refused["code"] == "key-reused"
    assert [problem["pointer"] for problem in refused["errors"]] == ["/id"]
    assert case not in str(refused)
    assert "eerste vraag" not in str(refused)


def test_the_envelope_counts_too(board: Organisation) -> None:
    """The same data at another time is another event."""
    event = a_signal(time="2026-11-20T10:00:00Z")
    document(board.send(event), 202)
    document(board.send({**event, "time": "2026-11-20T10:00:01Z"}), 409)


def test_twenty_times_at_once_is_once(board: Organisation) -> None:
    """All get the same answer, and there is one case."""
    event = a_signal()
    with ThreadPoolExecutor(20) as together:
        answers = list(together.map(lambda _: document(board.send(event), 202), range(20)))
    assert len({answer["case"] for answer in answers}) == 1
    listed = [case["case"] for case in _sent(board)]
    assert listed.count(answers[0]["case"]) <= 1


def test_two_processes_at_once_agree(hub: RunningHub) -> None:
    """Each has its own group commit; the database decides which was first, and both give its answer."""
    other_settings = settings_in(hub.settings.data_dir, str(hub.settings.database_url))
    with api_in_thread(other_settings), prepared(other_settings) as other:
        boards = [hub.organisation("B00001"), other.organisation("B00001")]
        for _ in range(10):
            event = a_signal()
            with ThreadPoolExecutor(8) as together:
                answers = list(together.map(lambda n: boards[n % 2].send(event), range(8)))  # noqa: B023  # used at once
            assert {answer.status_code for answer in answers} == {202}
            assert len({answer.json()["case"] for answer in answers}) == 1


def test_different_events_under_one_key_at_once_leave_one(board: Organisation) -> None:
    """One is taken, all others are conflicts."""
    event = a_signal()
    bodies = [{**event, "data": {**event["data"], "question": f"Vraag {n}"}} for n in range(12)]
    with ThreadPoolExecutor(12) as together:
        statuses = sorted(answer.status_code for answer in together.map(board.send, bodies))
    assert statuses == [202] + [409] * 11


def test_the_key_of_another_organisation_tells_nothing(hub: RunningHub, board: Organisation) -> None:
    """The same body and another one get the same refusal, in which nothing of the first event stands."""
    other = hub.organisation("B00002")
    event = a_signal()
    case = document(board.send(event), 202)["case"]
    mine = {**event, "data": {**event["data"], "school": "99AC00"}}
    refused = document(other.send(mine), 409)
    assert refused["code"] == "key-reused"
    assert case not in str(refused)
    assert "B00001" not in str(refused)


def _sent(board: Organisation) -> list[dict[str, str]]:
    cases: list[dict[str, str]] = board.read("/sent", limit=200)["cases"]
    return cases
