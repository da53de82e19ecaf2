"""A batch comes in whole or not at all, and each error is told with the number of its event."""

from tests.api.events import BATCH, a_signal, is_stored
from tests.support.callers import Json, Organisation, an_event, document
from tests.support.hub import RunningHub


def test_a_batch_is_answered_in_its_order(hub: RunningHub, board: Organisation) -> None:
    """Each event gets its case, in the order in which they were sent."""
    batch = [a_signal() for _ in range(25)]
    taken = document(board.send(batch, BATCH), 202)["events"]
    assert [one["id"] for one in taken] == [event["id"] for event in batch]
    assert len({one["case"] for one in taken}) == 25
    assert all(one["address"] == f"/v1/cases/{one['case']}" for one in taken)
    assert is_stored(hub, *batch)


def test_each_error_has_the_index_of_its_event_and_nothing_is_stored(hub: RunningHub, board: Organisation) -> None:
    """Errors of all events come at once; the good ones among them are not stored either."""
    batch: list[Json] = [a_signal() for _ in range(12)]
    batch[2]["data"]["theme"] = "boredom"
    batch[7]["data"]["school"] = "99ZZ99"
    batch[7]["time"] = "yesterday"
    batch[11]["data"]["question"] = "BSN 123456782"
    refused = document(board.send(batch, BATCH), 400)
    assert [(error["index"], error["pointer"]) for error in refused["errors"]] == [
        (2, "/data/theme"),
        (7, "/time"),
        (11, "/data/question"),
    ]
    assert not is_stored(hub, *batch)


def test_schools_are_looked_up_once_all_events_can_be_read(hub: RunningHub, board: Organisation) -> None:
    """The second look names the events by their place in the whole batch."""
    batch = [a_signal() for _ in range(4)]
    batch[3]["data"]["school"] = "99ZZ99"
    refused = document(board.send(batch, BATCH), 400)
    assert [(error["index"], error["pointer"]) for error in refused["errors"]] == [(3, "/data/school")]
    assert not is_stored(hub, *batch)


def test_an_error_that_only_the_log_can_find_stops_the_batch_too(hub: RunningHub, board: Organisation) -> None:
    """A key that was used before, and a case that is not the sender's, are found while writing."""
    used = a_signal()
    document(board.send(used), 202)
    batch = [a_signal(), {**used, "data": {**used["data"], "theme": "home"}}]
    refused = document(board.send(batch, BATCH), 409)
    assert [(error["index"], error["pointer"]) for error in refused["errors"]] == [(1, "/id")]
    nobodys = an_event("signal.withdrawn", {"reason": "solved"}, subject="0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b")
    refused = document(board.send([batch[0], nobodys], BATCH), 400)
    assert [(error["index"], error["pointer"]) for error in refused["errors"]] == [(1, "/subject")]
    assert not is_stored(hub, batch[0], nobodys)


def test_the_same_event_twice_in_a_batch_is_one_event(board: Organisation) -> None:
    """Within a batch the key counts as it does between requests."""
    event = a_signal()
    first, second = document(board.send([event, event], BATCH), 202)["events"]
    assert first == second
    changed = a_signal()
    other = {**changed, "data": {**changed["data"], "theme": "home"}}
    refused = document(board.send([changed, other], BATCH), 409)
    assert refused["errors"][0]["index"] == 1


def test_a_batch_holds_at_most_a_thousand_events(hub: RunningHub, board: Organisation) -> None:
    """One more is too much, however small they are."""
    refused = document(board.send([{}] * 1_001, BATCH), 413)
    assert refused["code"] == "too-large"
    batch = [a_signal() for _ in range(1_000)]
    batch[999]["data"]["theme"] = "boredom"
    assert document(board.send(batch, BATCH), 400)["errors"][0]["index"] == 999
    assert not is_stored(hub, *batch)


def test_an_event_in_a_batch_has_the_limit_of_a_lone_event(hub: RunningHub, board: Organisation) -> None:
    """64 KiB each: a batch is no way around it."""
    batch = [a_signal(), a_signal(fill="x" * 70_000)]
    refused = document(board.send(batch, BATCH), 413)
    assert refused["code"] == "too-large"
    assert not is_stored(hub, *batch)


def test_a_batch_is_a_list_of_one_or_more(board: Organisation) -> None:
    """Neither an object, nor an empty list, nor a list of something else."""
    for nothing in (b"[]", b"{}", b'"text"', b"null"):
        document(board.send(nothing, BATCH), 400)
    refused = document(board.send([a_signal(), "text", 7, None], BATCH), 400)
    assert [error["index"] for error in refused["errors"]] == [1, 2, 3]


def test_a_lone_event_in_a_batch_is_still_a_batch(board: Organisation) -> None:
    """The answer has the form that the media type asked for, and an error its index."""
    assert len(document(board.send([a_signal()], BATCH), 202)["events"]) == 1
    for wrong in (a_signal({"theme": "boredom"}), a_signal({"school": "99ZZ99"}), "text"):
        assert document(board.send([wrong], BATCH), 400)["errors"][0]["index"] == 0
