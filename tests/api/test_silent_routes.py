"""Where nobody answers, over HTTP: all of it for the operator, the own area for a partnership, a count in health."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hub import clock
from hub.access.rights import Right
from hub.events.readers import advance
from hub.runtime import make_runtime
from tests.journeys.words import A_PUPIL, referral
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in

WATCHES = frozenset({Right.WATCH_ROUTES})


@pytest.fixture
def hub(empty_database_url: str, tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with one case, of which nobody has looked at for a month."""
    settings = settings_in(tmp_path, empty_database_url)
    with prepared(settings) as running, api_in_thread(settings):
        running.organisation("B00001").publish("referral.submitted", referral("99AA00", "9403"))
        runtime = make_runtime(settings, empty_database_url)
        for reader in runtime.readers:
            advance(running.sessions, reader, clock.now)
        runtime.close()
        with running.sessions.begin() as session:
            session.execute(text("UPDATE case_parties SET since = since - interval '30 days'"))
        yield running


def test_the_operator_sees_everything_and_a_partnership_its_area(hub: RunningHub) -> None:
    """Organisations and numbers; no case, and nobody."""
    operator = hub.system("HUB", rights=WATCHES).get("/silent-routes")
    seen = [(one["kind"], one["subject"], one["count"]) for one in operator.json()["routes"]]
    assert seen == [("never_opens", "GM0106-ST", 1), ("no_coordinator", "B00001", 1)]
    assert A_PUPIL not in operator.text
    near, far = (hub.system(code, rights=WATCHES).read("/silent-routes")["routes"] for code in ("VO2201", "PO3004"))
    assert [one["subject"] for one in near] == ["GM0106-ST"]
    assert far == []
    assert hub.organisation("GM0106-ST").get("/silent-routes").status_code == 403


def test_health_counts_them(hub: RunningHub) -> None:
    """Per kind; the hub itself is as ready as it was."""
    ready = hub.client.get("/v1/health/ready").json()
    assert ready["silentRoutes"] == {"never_opens": 1, "no_coordinator": 1}
    assert ready["status"] == "ready"
