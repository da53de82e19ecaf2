"""How many events per second come in, one per request and in batches, against an endpoint that stores nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench.figures import Figure, at_least, figure, ratio_at_least
from bench.ground import Ground, Hub, Server, free_port, running, wait_until
from bench.load import Load, apply
from bench.samples import of_board, samples

ONE_BOARD = "B00001"
_ROUNDS = 3


def measure(ground: Ground) -> Iterator[Figure]:
    """One by one through one process and through two, and in batches."""
    for processes in (1, 2):
        found = one_by_one(ground.hub(), processes)
        name = f"POST of one event, {processes} API process{'es' if processes > 1 else ''}"
        yield figure(name, found.hub, "events/s", ratio_at_least(0.5), limit=found.nothing, ratio=found.ratio)
    yield figure("POST of 100 in a batch", in_batches(ground.hub(), 2), "events/s", at_least(8_000))


@dataclass(frozen=True)
class Comparison:
    """Events per second through the hub, and requests per second through the endpoint that stores nothing."""

    hub: float
    nothing: float
    ratio: float


def one_by_one(hub: Hub, processes: int) -> Comparison:
    """One event per request, through so many processes of each; in turns, so that both meet the same machine."""
    with hub.serving(processes) as server, _serving_nothing(processes) as limit:
        rounds = [(_one_by_one(server, hub), _one_by_one(limit, hub)) for _ in range(_ROUNDS)]
    return Comparison(
        median(through for through, _ in rounds),
        median(nothing for _, nothing in rounds),
        median(through / nothing for through, nothing in rounds),
    )


def in_batches(hub: Hub, processes: int, size: int = 100) -> float:
    """Events per second, so many in each request."""
    with hub.serving(processes) as server:
        load = Load(server.port, of_board(ONE_BOARD), hub.tokens, batch=size, connections=4)
        return median(apply(load).per_second * size for _ in range(_ROUNDS))


def _one_by_one(server: Server, hub: Hub) -> float:
    return apply(Load(server.port, samples(), hub.tokens)).per_second


@contextmanager
def _serving_nothing(processes: int) -> Iterator[Server]:
    port = free_port()
    command = ("-m", "uvicorn", "bench.noop:app", "--port", str(port), "--workers", str(processes))
    quiet = ("--no-access-log", "--log-level", "error")
    with running((*command, *quiet)) as process:
        server = Server(port, process)
        wait_until(server.answers, "an answer of the endpoint that stores nothing")
        yield server
