"""Changing the directory, on a real database: what begins, what ends, what stays, and who sees it when."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, SchoolType, Sector, Theme
from hub.directory import actions
from hub.directory.current import build_snapshot, version_of
from hub.directory.entries import START, Agreement, AreaCorrection, Coverage, Registration
from hub.directory.registering import Effect, lock_directory, register
from hub.directory.snapshot import Snapshot
from hub.directory.tables import OrganisationRow
from hub.errors import InvalidInput, NotFound
from hub.store.engine import Sessions

TODAY, YESTERDAY = date(2026, 11, 21), date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SITE = OrganisationCode("99AA00")


def a_school(name: str = "De Zwerfkei", pc4: str = "8061", phone: str = "000 000 0001") -> Registration:
    """A primary school in Hasselt."""
    return Registration(
        code=SITE,
        kind=OrganisationKind.SCHOOL_SITE,
        name=name,
        source="test",
        types=frozenset({SchoolType.BAO}),
        pc4=Postcode4(pc4),
        phone=phone,
    )


def registered(sessions: Sessions, school: Registration, on: date = TODAY) -> Effect:
    """Register one school in a transaction of its own."""
    with sessions.begin() as session:
        lock_directory(session)
        return register(session, [school], on=on)[school.code]


def after(sessions: Sessions, change: Callable[[Session], None]) -> Snapshot:
    """The directory after a change in a transaction of its own."""
    with sessions.begin() as session:
        change(session)
    with sessions() as session:
        return build_snapshot(session)


def version(sessions: Sessions) -> int:
    """The version that a new transaction sees."""
    with sessions() as session:
        return version_of(session)


def swv(snapshot: Snapshot, on: date) -> str | None:
    """The partnership of the school."""
    area = snapshot.swv_of_site(SITE, Sector.PO, on)
    return area.swv if area else None


def test_an_empty_directory_is_the_facts(sessions: Sessions) -> None:
    """Without any row the law still answers; the version is 0."""
    with sessions() as session:
        snapshot = build_snapshot(session)
    assert snapshot.version == 0
    assert snapshot.area("8064", Sector.PO, TODAY) == Snapshot.from_facts().area("8064", Sector.PO, TODAY)


def test_a_new_school_counts_from_the_start(sessions: Sessions) -> None:
    """A register tells that a school exists, not since when: a question about last year finds it."""
    assert registered(sessions, a_school()) is Effect.NEW
    assert swv(after(sessions, lambda _: None), date(2025, 1, 1)) == "PO2305"


def test_a_school_that_moves_begins_a_new_period(sessions: Sessions) -> None:
    """From the day of the change the new postcode counts, before it the old one, for good."""
    registered(sessions, a_school())
    assert registered(sessions, a_school(pc4="8064")) is Effect.UPDATED
    snapshot = after(sessions, lambda _: None)
    assert (swv(snapshot, YESTERDAY), swv(snapshot, TODAY)) == ("PO2305", "PO2203")


def test_the_same_again_changes_nothing(sessions: Sessions) -> None:
    """No row, no version."""
    registered(sessions, a_school())
    before = version(sessions)
    assert registered(sessions, a_school(), on=date(2027, 1, 1)) is Effect.UNCHANGED
    assert version(sessions) == before


def test_a_second_change_on_one_day_replaces_the_first(sessions: Sessions) -> None:
    """A period never begins and ends on one day."""
    registered(sessions, a_school())
    registered(sessions, a_school(name="De Zwervkei"))
    registered(sessions, a_school(name="De Zwerfkei 2"))
    with sessions() as session:
        names = session.scalars(select(OrganisationRow.name).order_by(OrganisationRow.valid_from)).all()
    assert names == ["De Zwerfkei", "De Zwerfkei 2"]


def test_a_new_telephone_number_begins_no_period(sessions: Sessions) -> None:
    """Contact data is kept as it is now: nobody calls last year's number."""
    registered(sessions, a_school())
    assert registered(sessions, a_school(phone="000 000 0002")) is Effect.UPDATED
    with sessions() as session:
        rows = session.scalars(select(OrganisationRow)).all()
    assert [row.contact["phone"] for row in rows] == ["000 000 0002"]


def test_an_older_state_does_not_undo_a_newer_one(sessions: Sessions) -> None:
    """A list of before the last change is outdated, and stays out."""
    registered(sessions, a_school())
    registered(sessions, a_school(pc4="8064"))
    assert registered(sessions, a_school(), on=YESTERDAY) is Effect.OUTDATED
    assert swv(after(sessions, lambda _: None), TODAY) == "PO2203"


def test_a_school_that_ended_can_begin_again(sessions: Sessions) -> None:
    """Between its end and its new beginning it does not exist."""
    registered(sessions, a_school())
    after(sessions, lambda session: actions.end(session, SITE, on=YESTERDAY))
    assert registered(sessions, a_school(), on=TODAY) is Effect.NEW
    snapshot = after(sessions, lambda _: None)
    days = (date(2026, 11, 19), YESTERDAY, TODAY)
    assert [snapshot.site(SITE, on) is not None for on in days] == [True, False, True]


def test_what_does_not_exist_cannot_end(sessions: Sessions) -> None:
    """The refusal names the code and the day."""
    with pytest.raises(NotFound) as refusal, sessions.begin() as session:
        actions.end(session, SITE, on=TODAY)
    assert refusal.value.parameters == {"code": SITE, "on": TODAY}


def test_a_school_is_assigned_to_the_nationwide_partnership(sessions: Sessions) -> None:
    """From its day, whatever the postcode says; a later register of addresses does not undo it."""
    registered(sessions, a_school())
    assignment = {Sector.PO: OrganisationCode("PO0001")}
    after(sessions, lambda session: actions.assign_school(session, SITE, assignment, on=YESTERDAY))
    registered(sessions, a_school(name="De Nieuwe Zwerfkei"))
    snapshot = after(sessions, lambda _: None)
    assert [swv(snapshot, on) for on in (date(2026, 11, 19), YESTERDAY, TODAY)] == ["PO2305", "PO0001", "PO0001"]
    lifted = after(sessions, lambda session: actions.assign_school(session, SITE, {}, on=TODAY))
    assert swv(lifted, TODAY) == "PO2305"


def test_an_assignment_needs_a_known_school_and_partnership(sessions: Sessions) -> None:
    """Neither a typing error in the site nor one in the partnership gets in."""
    with pytest.raises(NotFound), sessions.begin() as session:
        actions.assign_school(session, SITE, {}, on=TODAY)
    registered(sessions, a_school())
    with pytest.raises(InvalidInput) as refusal, sessions.begin() as session:
        actions.assign_school(session, SITE, {Sector.PO: OrganisationCode("PO9999")}, on=TODAY)
    assert refusal.value.parameters["codes"] == "PO9999"


@pytest.mark.parametrize(("sector", "organisation"), [(Sector.PO, "PO2305"), (None, "GM0193")])
def test_a_correction_is_stored_once(sessions: Sessions, sector: Sector | None, organisation: str) -> None:
    """The same correction again raises no version; another one from the same day replaces it."""
    entry = AreaCorrection(OrganisationCode(organisation), sector, Postcode4("8064"), TODAY, None, "Stcrt. 2026, 1")
    after(sessions, lambda session: actions.correct_area(session, entry))
    first = version(sessions)
    snapshot = after(sessions, lambda session: actions.correct_area(session, entry))
    assert version(sessions) == first
    area = snapshot.area("8064", Sector.PO, TODAY)
    assert area is not None
    assert organisation in {area.swv, *snapshot.municipalities("8064", TODAY)}


def test_coverage_is_stored_and_read(sessions: Sessions) -> None:
    """A team for one village and one theme comes back as it was written."""
    team = Registration(OrganisationCode("GM1896-ST"), OrganisationKind.SOCIAL_TEAM, "Sociaal team", "test")
    registered(sessions, team)
    villages, themes = frozenset({Postcode4("8064")}), frozenset({Theme.POVERTY})
    entry = Coverage(team.code, OrganisationCode("GM1896"), villages, themes, START, None)
    snapshot = after(sessions, lambda session: actions.cover(session, entry))
    found = snapshot.social_team("GM1896", TODAY, pc4="8064", theme=Theme.POVERTY)
    assert found is not None
    assert found.code == team.code
    assert snapshot.social_team("GM1896", TODAY, pc4="8064", theme=Theme.HOME) is None


def test_an_agreement_is_stored_and_read(sessions: Sessions) -> None:
    """With its parties and scope; the same id again replaces it."""
    parties = frozenset(map(OrganisationCode, ("PO2203", "PO2305")))
    entry = Agreement("zwartsluis", "border", parties, {"pc4": ["8064"]}, START, None, "OOGO 2026")
    after(sessions, lambda session: actions.conclude(session, entry))
    longer = Agreement("zwartsluis", "border", parties, {"pc4": ["8064", "8061"]}, START, None, "OOGO 2026")
    snapshot = after(sessions, lambda session: actions.conclude(session, longer))
    assert snapshot.agreements("border", TODAY) == (longer,)


def test_a_merger_that_the_facts_do_not_know(sessions: Sessions) -> None:
    """Wijdemeren into Hilversum: the receiver changes on the day, the partnership does not (rule B2)."""
    old, new, day = OrganisationCode("GM1696"), OrganisationCode("GM0402"), date(2027, 1, 1)
    with sessions.begin() as session:
        postcodes = actions.merge_municipality(session, old, new, on=day, source="Wijdemeren naar Hilversum")
    snapshot = after(sessions, lambda _: None)
    assert "1241" in postcodes
    assert snapshot.municipalities("1241", date(2026, 12, 31)) == (old,)
    assert snapshot.municipalities("1241", day) == (new,)
    assert snapshot.area("1241", Sector.PO, day) == snapshot.area("1241", Sector.PO, date(2026, 12, 31))
    assert [snapshot.organisation(old, on) is None for on in (date(2026, 12, 31), day)] == [False, True]
    assert snapshot.postcodes_of(old, day) == ()


@pytest.mark.parametrize(("old", "new"), [("GM0457", "GM0363"), ("GM0402", "GM9999"), ("PO2203", "GM0402")])
def test_only_municipalities_in_force_can_merge(sessions: Sessions, old: str, new: str) -> None:
    """Not one that ended, not an unknown code, not a partnership."""
    codes = map(OrganisationCode, (old, new))
    with pytest.raises(NotFound), sessions.begin() as session:
        actions.merge_municipality(session, *codes, on=TODAY, source="test")
    assert version(sessions) == 0


def test_the_demo_region_loads_once(sessions: Sessions) -> None:
    """The second load changes nothing, and what was corrected meanwhile stays."""
    after(sessions, lambda session: actions.load_demo(session, NOW))
    site = OrganisationCode("99LA00")
    assignment = {Sector.PO: OrganisationCode("PO2305")}
    after(sessions, lambda session: actions.assign_school(session, site, assignment, on=TODAY))
    before = version(sessions)
    snapshot = after(sessions, lambda session: actions.load_demo(session, NOW))
    assert version(sessions) == before
    area = snapshot.swv_of_site(site, Sector.PO, TODAY)
    assert area is not None
    assert area.swv == "PO2305"


def test_changes_wait_for_each_other(sessions: Sessions) -> None:
    """Eight changes at once each raise the version by one, and none is lost."""

    def change(number: int) -> None:
        code = OrganisationCode(f"99ZZ{number:02}")
        with sessions.begin() as session:
            lock_directory(session)
            register(session, [Registration(code, OrganisationKind.SCHOOL_SITE, code, "test")], on=TODAY)

    threads = [Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert version(sessions) == 8
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(OrganisationRow)) == 8


def test_the_database_itself_refuses_a_second_open_period(sessions: Sessions) -> None:
    """Whatever writes: an organisation is never two things on one day from now on."""
    registered(sessions, a_school())
    with pytest.raises(Exception, match="uq_organisations_one_open"), sessions.begin() as session:
        session.execute(
            text(
                "INSERT INTO organisations SELECT code, date '2026-11-21', null, kind, name, parent, municipality,"
                " types, pc4, cluster, swv_override, doubt, contact, source FROM organisations"
            )
        )
