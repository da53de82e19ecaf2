"""The newest snapshot of a process."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import event

from hub.directory.actions import load_demo
from hub.directory.current import SnapshotHolder, build_snapshot
from hub.store.engine import Sessions

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_snapshot_is_replaced_when_the_directory_changed(sessions: Sessions) -> None:
    """Within two seconds of a change the old one is still given, after that the new one; the old one never changes."""
    holder = SnapshotHolder()
    with sessions() as session:
        before = holder.current(session, NOW)
    with sessions.begin() as session:
        load_demo(session, NOW)
    with sessions() as session:
        assert holder.current(session, NOW + timedelta(seconds=1)) is before
        after = holder.current(session, NOW + timedelta(seconds=2))
    assert after is not before
    assert before.site("99AA00", NOW.date()) is None
    assert after.site("99AA00", NOW.date()) is not None
    assert after.version > before.version


def test_who_decides_has_what_was_changed_before(sessions: Sessions) -> None:
    """A case that comes after a change of the directory is never decided by the one before it."""
    holder = SnapshotHolder()
    with sessions() as session:
        before = holder.newest(session, NOW)
        assert holder.newest(session, NOW) is before
    with sessions.begin() as session:
        load_demo(session, NOW)
    with sessions() as session:
        assert holder.current(session, NOW) is before
        assert holder.newest(session, NOW).site("99AA00", NOW.date()) is not None


def test_an_unchanged_directory_costs_one_small_query_now_and_then(sessions: Sessions) -> None:
    """The first look builds; after that the version alone is read, and not more often than every two seconds."""
    statements: list[str] = []
    with sessions() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    holder = SnapshotHolder()
    with sessions() as session:
        first = holder.current(session, NOW)
        statements.clear()
        found = [holder.current(session, NOW + timedelta(milliseconds=100 * step)) for step in range(61)]
    assert all(snapshot is first for snapshot in found)
    assert len(statements) == 3
    assert all("directory_version" in statement for statement in statements)


def test_a_clock_that_goes_back_does_not_freeze_the_snapshot(sessions: Sessions) -> None:
    """A look in the past of the last one is a look."""
    holder = SnapshotHolder()
    with sessions() as session:
        holder.current(session, NOW)
    with sessions.begin() as session:
        load_demo(session, NOW)
    with sessions() as session:
        assert holder.current(session, NOW - timedelta(hours=1)).site("99AA00", NOW.date()) is not None


def test_the_stored_directory_comes_back_whole(sessions: Sessions) -> None:
    """Every site of the demo is in the snapshot with its types, board and cluster."""
    with sessions.begin() as session:
        load_demo(session, NOW)
        snapshot = build_snapshot(session)
    site = snapshot.site("99AE00", NOW.date())
    assert site is not None
    assert (sorted(site.types), site.cluster, site.pc4, site.municipality) == (["so", "vso"], "3", "9405", "GM0106")
    party = snapshot.organisation("99AE00", NOW.date())
    assert party is not None
    assert party.phone is not None
    assert party.phone.startswith("000 ")
