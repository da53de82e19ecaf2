"""Health: what a load balancer and an operator read, without login."""

from pathlib import Path

from sqlalchemy import text

from tests.support.callers import document
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in
from tests.support.postgres import as_owner


def test_a_process_goes_on_after_the_database_has_moved_on(empty_database_url: str, tmp_path: Path) -> None:
    """In a rolling update the version before is not sent away by load balancers; on an older database it is."""
    settings = settings_in(tmp_path, empty_database_url)
    with prepared(settings) as hub, api_in_thread(settings):
        assert _readiness(hub) == (200, "ready")
        _set_level(hub, "9999")
        assert _readiness(hub) == (200, "ready")
        with hub.sessions.begin() as session:
            as_owner(session)
            session.execute(text("DELETE FROM alembic_version"))
        refused = document(hub.client.get("/v1/health/ready"), 503)
        assert refused["code"] == "not-ready"
        assert "hub migrate" in refused["nextStep"]


def test_a_step_that_nobody_takes_is_seen(empty_database_url: str, tmp_path: Path) -> None:
    """With no worker there, reminders wait: health says since when, and is degraded after a quarter of an hour."""
    settings = settings_in(tmp_path, empty_database_url)
    with prepared(settings) as hub, api_in_thread(settings):
        assert document(hub.client.get("/v1/health/ready"), 200)["oldestDueStep"] is None
        for minutes, status in ((5, "ready"), (20, "degraded")):
            with hub.sessions.begin() as session:
                session.execute(text(_WAITING), {"minutes": minutes})
            assert _readiness(hub) == (200, status)
        assert document(hub.client.get("/v1/health/ready"), 200)["oldestDueStep"] is not None


_WAITING = """
INSERT INTO deadlines (case_id, organisation, kind, sender, state, days, counts_from, days_left, next_step, next_at)
VALUES (gen_random_uuid(), 'GM0106-ST', 'open', 'B00001', 'running', 2, current_date, 2, 'remind',
        now() - make_interval(mins => :minutes))
"""


def _readiness(hub: RunningHub) -> tuple[int, str]:
    answer = hub.client.get("/v1/health/ready")
    return answer.status_code, answer.json()["status"]


def _set_level(hub: RunningHub, level: str) -> None:
    with hub.sessions.begin() as session:
        as_owner(session)
        session.execute(text("UPDATE alembic_version SET version_num = :level"), {"level": level})
