"""One test run, whatever number of processes it has: its folder for servers, and how its tests are spread."""

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from hub.store.embedded import postmaster

# The same examples in every run, so that what passes once passes again. To look further than those:
# `make test ARGS="--hypothesis-profile=far --hypothesis-seed=1234 tests/routing"`.
settings.register_profile("repeatable", derandomize=True, database=None)
settings.register_profile("far", max_examples=1_000, database=None, deadline=None)
settings.load_profile("repeatable")

_FOLDER = "SAMENSPEL_TEST_RUN"  # inherited by the run's worker processes, like all that follows
_GIVEN = "SAMENSPEL_TEST_"
_IN_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 4 * 2**30


def run_folder() -> Path:
    """The folder of this run, passable for the account that a server runs as; removed when the run ends."""
    return Path(os.environ[_FOLDER])


def given(setting: str) -> str | None:
    """A server that the caller wants the tests to use ("HUB_DATABASE_URL"), or None for a private one."""
    return os.environ.get(_GIVEN + setting)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of several that the run was spread over."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder, once, and put the caller's settings aside: no test depends on them by accident."""
    if is_worker(config):
        return
    folder = Path(tempfile.mkdtemp(prefix="samenspel-tests-", dir=_fast_place()))
    folder.chmod(0o711)
    os.environ[_FOLDER] = str(folder)
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        os.environ[_GIVEN + name] = os.environ.pop(name)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's database server and remove what the run made; its other processes have ended by now."""
    if is_worker(config):
        return
    home = (run_folder() / "postgres").resolve()
    postmaster.stop(home / "data")
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(run_folder())


def _fast_place() -> Path | None:
    """A disk in memory with room for throw-away databases, if the machine has one and nobody chose TMPDIR."""
    roomy = _IN_MEMORY.exists() and shutil.disk_usage(_IN_MEMORY).free > _ENOUGH_BYTES
    return _IN_MEMORY if roomy and "TMPDIR" not in os.environ else None


class SlowTestsTogether(LoadScopeScheduling):  # type: ignore[misc]  # the library is not typed
    """Spreads the tests over processes: all slow ones on one, lest they slow each other down, others by module."""

    def _split_scope(self, nodeid: str) -> str:
        return "slow" if nodeid in _slow_tests() else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SlowTestsTogether:
    """How the tests are spread when there are several processes: in the order in which they were collected."""
    config.option.loadscopereorder = False
    return SlowTestsTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first: what takes longest has to begin first."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave word of the slow tests, for the process that spreads them and sees only names."""
    slow = [item.nodeid for item in session.items if item.get_closest_marker("slow")]
    if is_worker(session.config):
        (run_folder() / "slow-tests").write_text("\n".join(slow))


@cache
def _slow_tests() -> frozenset[str]:
    return frozenset((run_folder() / "slow-tests").read_text().splitlines())
