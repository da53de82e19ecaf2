"""Where nobody answers: many silent cases say together what no single one says."""

from datetime import timedelta
from uuid import UUID

from hub.access.memberships import Appointment, give_role, withdraw_role
from hub.access.people import Particulars, add_person
from hub.access.roles import Role
from hub.codes import OrganisationCode, new_id
from hub.delivery.tables import Subscription
from hub.mail.actions import suspend
from hub.silent_routes import Kind, Silent, Watch, in_area_of, silent_organisations, unused_rules
from tests.support.moves import opens
from tests.support.small_hub import A_REFERRAL, A_SIGNAL, BOARD, NOW, TEAM, SmallHub

DAY = timedelta(days=1)
LONG_AGO = NOW - 30 * DAY
OTHER_TEAM = OrganisationCode("GM0118-ST")


def silent(hub: SmallHub, kind: Kind) -> list[Silent]:
    """What is silent in this way."""
    with hub.sessions() as session:
        return [one for one in silent_organisations(session, hub.snapshot, now=NOW) if one.kind is kind]


def person(hub: SmallHub, organisation: OrganisationCode, role: Role) -> UUID:
    """Somebody with a role there."""
    with hub.sessions.begin() as session:
        made = add_person(session, hub.vault, Particulars("Noor Bakker", "noor@team.example"), now=LONG_AGO)
        give_role(session, made, Appointment(organisation, role, LONG_AGO), now=LONG_AGO)
    return made


def test_a_team_that_never_opens_is_found(small_hub: SmallHub) -> None:
    """None of its cases; one that it did open, and it is not silent any more."""
    cases = [small_hub.routed("referral.submitted", A_REFERRAL, now=LONG_AGO + n * DAY) for n in range(2)]
    [found] = silent(small_hub, Kind.NEVER_OPENS)
    assert (found.subject, found.since, found.count) == (TEAM, LONG_AGO, 2)
    opens(small_hub, cases[0])
    assert silent(small_hub, Kind.NEVER_OPENS) == []


def test_what_came_lately_or_long_ago_says_nothing(small_hub: SmallHub) -> None:
    """A team has two weeks; and what was three months ago is another time."""
    for days in (0, 13, 91):
        small_hub.routed("signal.raised", A_SIGNAL, now=NOW - days * DAY)
    assert silent(small_hub, Kind.NEVER_OPENS) == []


def test_an_organisation_at_which_nothing_arrives_is_found(small_hub: SmallHub) -> None:
    """By an address that is suspended, as long as its owner works there, or by a webhook whose receiver is gone."""
    noor = person(small_hub, TEAM, Role.TEAM_WORKER)
    with small_hub.sessions.begin() as session:
        suspend(session, noor, "refused 550", now=LONG_AGO)
        gone = {"url": "https://x.example", "secret": b"", "made_at": LONG_AGO, "after_position": 0}
        ended = {"ended_at": NOW - DAY, "end_reason": "gone"}
        session.add(Subscription(id=new_id(), organisation=OTHER_TEAM, **gone, **ended))
    found = silent(small_hub, Kind.NOTHING_ARRIVES)
    assert [(one.subject, one.since, one.count) for one in found] == [(TEAM, LONG_AGO, 1), (OTHER_TEAM, NOW - DAY, 1)]
    with small_hub.sessions.begin() as session:
        session.add(Subscription(id=new_id(), organisation=OTHER_TEAM, **gone))
        withdraw_role(session, noor, TEAM, now=NOW - DAY)
    assert silent(small_hub, Kind.NOTHING_ARRIVES) == []


def test_a_school_where_nobody_reads_an_answer_is_found(small_hub: SmallHub) -> None:
    """It sends, and has no coordinator now; who is something else there does not count."""
    small_hub.routed("signal.raised", A_SIGNAL)
    person(small_hub, BOARD, Role.SCHOOL_ADMINISTRATOR)
    [found] = silent(small_hub, Kind.NO_COORDINATOR)
    assert (found.subject, found.since, found.count) == (BOARD, None, 1)
    person(small_hub, BOARD, Role.COORDINATOR)
    assert silent(small_hub, Kind.NO_COORDINATOR) == []


def test_a_partnership_sees_its_own_area(small_hub: SmallHub) -> None:
    """Of a team that of its municipality, of a board those of its schools, of itself itself."""
    small_hub.routed("referral.submitted", A_REFERRAL, now=LONG_AGO)
    with small_hub.sessions() as session:
        found = silent_organisations(session, small_hub.snapshot, now=NOW)
    assert {(one.kind, one.subject) for one in found} == {(Kind.NEVER_OPENS, TEAM), (Kind.NO_COORDINATOR, BOARD)}
    assert in_area_of(found, "PO2201") == found
    assert [one.subject for one in in_area_of(found, "VO2201")] == [TEAM]
    assert in_area_of(found, "PO3004") == []


def test_rules_that_decided_nothing_for_a_year_are_found(small_hub: SmallHub) -> None:
    """Not in a young hub, where none has had the time."""
    small_hub.routed("referral.submitted", A_REFERRAL, now=NOW - 300 * DAY)
    small_hub.routed("referral.submitted", A_REFERRAL)
    with small_hub.sessions() as session:
        assert unused_rules(session, now=NOW) == []
        later = {one.subject for one in unused_rules(session, now=NOW + 66 * DAY)}
        much_later = {one.subject for one in unused_rules(session, now=NOW + 400 * DAY)}
    assert {"A3a", "D1", "HUB20"} <= later
    assert "C1" not in later
    assert later < much_later
    assert "C1" in much_later
    assert "E2" not in much_later  # it refuses, and so leaves nothing behind


def test_counting_is_done_now_and_then(small_hub: SmallHub) -> None:
    """Health is asked all the time; the answer is at most some minutes old."""
    watch = Watch()
    small_hub.routed("signal.raised", A_SIGNAL)
    with small_hub.sessions() as session:
        assert watch.counts(session, small_hub.snapshot, now=NOW) == {Kind.NO_COORDINATOR: 1}
        person(small_hub, BOARD, Role.COORDINATOR)
        assert watch.counts(session, small_hub.snapshot, now=NOW) == {Kind.NO_COORDINATOR: 1}
        assert Watch().counts(session, small_hub.snapshot, now=NOW) == {}
