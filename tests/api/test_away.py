"""Parts of the hub away: the database, and Redis. What can be said then, and that all goes on without a restart."""

from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.api.events import BATCH, a_signal, is_stored
from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in
from tests.support.ports import free_port
from tests.support.postgres import PrivatePostgres
from tests.support.redis import PrivateRedis
from tests.support.waiting import wait_until


def _is_away(answer: httpx.Response) -> None:
    refused = document(answer, 503)
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert refused["code"] == "unavailable"
    assert refused["title"] == "De hub is er even niet"


def _refuses_what_needs_it(hub: RunningHub, board: Organisation, team: Organisation) -> None:
    event = a_signal()
    for answer in (board.send(event), board.send([event], BATCH), team.get("/inbox"), team.get("/feed")):
        _is_away(answer)
    _is_away(team.try_to("acceptance", "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"))
    _is_away(hub.stranger("hub_" + "x" * 43).get("/inbox"))


def _says_what_it_can(hub: RunningHub) -> None:
    assert document(hub.client.get("/v1/health/ready"), 503)["code"] == "not-ready"
    assert hub.client.get("/health/ready").status_code == 503
    assert document(hub.client.get("/v1/health/live"), 200) == {"status": "live"}
    assert hub.client.get("/v1/openapi.json").status_code == 200


def test_without_its_database_the_hub_says_so_and_comes_back(private_postgres: PrivatePostgres, tmp_path: Path) -> None:
    """503 with Retry-After for whatever needs it; afterwards the same event is taken, once, by the same process."""
    settings = settings_in(tmp_path, private_postgres.start())
    with ExitStack() as stack:
        hub = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
        for leave in (PrivatePostgres.stop, PrivatePostgres.kill):
            before, during = a_signal(), a_signal()
            case = document(board.send(before), 202)["case"]
            document(team.get("/inbox"), 200)

            leave(private_postgres)
            _is_away(board.send(during))
            _refuses_what_needs_it(hub, board, team)
            _says_what_it_can(hub)

            private_postgres.start()
            assert wait_until(lambda: board.send(during).status_code == 202, what="recovery")  # noqa: B023  # used at once
            assert document(board.send(before), 202)["case"] == case
            assert is_stored(hub, during)
            assert document(hub.client.get("/v1/health/ready"), 200)["status"] == "ready"


def test_without_redis_the_hub_is_slower_and_not_dead(
    private_redis: PrivateRedis, database_url: str, tmp_path: Path
) -> None:
    """Degraded, with everything still taken; ready again when Redis is back."""
    settings = settings_in(tmp_path, database_url, redis_url=private_redis.url)
    with ExitStack() as stack:
        hub = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        board = hub.organisation("B00001")

        def health() -> tuple[str, str]:
            ready = document(hub.client.get("/v1/health/ready"), 200)
            return ready["status"], ready["broker"]

        assert health() == ("ready", "up")
        private_redis.kill()
        assert health() == ("degraded", "away")
        document(board.send(a_signal()), 202)
        private_redis.start()
        assert health() == ("ready", "up")
        document(board.send(a_signal()), 202)


def test_a_redis_that_never_was_holds_up_no_request(database_url: str, tmp_path: Path) -> None:
    """Hints are sent beside the requests: publishing does not wait for a broker."""
    settings = settings_in(tmp_path, database_url, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    with ExitStack() as stack:
        hub = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        board = hub.organisation("B00001")
        document(board.send(a_signal()), 202)
        took = [board.send(a_signal()).elapsed.total_seconds() for _ in range(10)]
        assert sorted(took)[5] < 0.5


def test_ready_tells_how_far_the_readers_are(hub: RunningHub) -> None:
    """The lag of each reader, what is parked, and what waits to be delivered: numbers, and nothing of a case."""
    ready = document(hub.client.get("/v1/health/ready"), 200)
    assert ready["status"] == "ready"
    assert set(ready["lag"]) == {"router", "dispatcher", "agenda", "clock", "postman"}
    assert (ready["database"], ready["migrated"], ready["broker"]) == (True, True, "in_memory")
    assert ready["parked"] == 0
