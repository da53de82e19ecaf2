"""Who gets a message, when, and that there is never more than one on its way to somebody."""

from datetime import timedelta

from hub.access.memberships import Appointment, give_role
from hub.access.people import withdraw_person
from hub.access.roles import Role
from hub.codes import OrganisationCode
from hub.events import log
from hub.mail.actions import KEPT, forget, plan, suspend
from hub.mail.moments import Pace, Wishes
from tests.mail.people import Team
from tests.mail.post_office import PostOffice
from tests.support.moves import answers
from tests.support.small_hub import A_QUESTION, A_REFERRAL, A_SIGNAL, BOARD, NOW, cloudevent, withdrawal

DIGEST = Wishes(Pace.DIGEST)


def test_everybody_who_can_open_the_case_is_told(team: Team) -> None:
    """In the organisation that is asked; not its reader of the agenda, nor whose role is over, nor another team."""
    lead, worker = team.person(role=Role.TEAM_LEAD), team.person()
    team.person(role=Role.AGENDA_READER)
    team.person(until=NOW - timedelta(days=1))
    team.person(organisation=OrganisationCode("GM1680-ST"))
    gone = team.person()
    with team.hub.sessions.begin() as session:
        withdraw_person(session, gone, now=NOW)
    case = team.hub.routed("referral.submitted", A_REFERRAL)
    found = team.mail()
    assert {one.person_id for one in found} == {lead, worker}
    assert {(one.organisation, *one.case_ids, one.next_attempt_at) for one in found} == {("GM0106-ST", case, NOW)}


def test_two_roles_are_one_message(team: Team) -> None:
    """A person is told once for an organisation, whatever they are there."""
    person = team.person()
    with team.hub.sessions.begin() as session:
        give_role(session, person, Appointment(OrganisationCode("GM0106-ST"), Role.TEAM_LEAD, NOW), now=NOW)
    team.hub.routed("referral.submitted", A_REFERRAL)
    assert len(team.mail()) == 1


def test_the_school_is_told_of_its_answer(team: Team) -> None:
    """And not of what it said itself."""
    coordinator = team.person("ib@school.example", BOARD, Role.COORDINATOR)
    case = team.hub.routed("referral.submitted", A_REFERRAL)
    assert team.mail() == []
    answers(team.hub, case)
    team.tell()
    assert [(one.person_id, one.case_ids) for one in team.mail()] == [(coordinator, [case])]


def test_what_happens_meanwhile_goes_into_the_same_message(team: Team) -> None:
    """As long as nobody has begun to send it."""
    team.person(wishes=DIGEST)
    cases = [team.hub.routed("signal.raised", A_SIGNAL) for _ in range(3)]
    [mail] = team.mail()
    assert sorted(mail.case_ids) == sorted(cases)
    assert mail.next_attempt_at == NOW.replace(day=20, hour=7, minute=30)


def test_who_has_just_been_told_is_told_again_after_a_pause(team: Team, post: PostOffice) -> None:
    """So a busy hour is a few messages."""
    team.person()
    team.hub.routed("signal.raised", A_SIGNAL)
    assert team.postman(post).deliver() == 1
    team.now += timedelta(minutes=1)
    team.hub.routed("signal.raised", A_SIGNAL, now=team.now)
    [waiting] = team.mail("waiting")
    assert waiting.next_attempt_at == NOW + timedelta(minutes=15)


def test_who_wants_none_and_who_cannot_be_reached_gets_none(team: Team) -> None:
    """Nor is anything kept for later."""
    team.person(wishes=Wishes(Pace.NONE))
    unreachable = team.person()
    with team.hub.sessions.begin() as session:
        suspend(session, unreachable, "refused 550", now=NOW)
    team.hub.routed("signal.raised", A_SIGNAL)
    assert team.mail() == []


def test_a_case_that_is_taken_back_is_not_told_of(team: Team) -> None:
    """The message is cancelled, or goes on without it."""
    team.person(wishes=DIGEST)
    first = team.hub.routed("signal.raised", A_SIGNAL)
    team.hub.publish(withdrawal("signal.withdrawn", first))
    team.tell()
    assert [(one.state, one.case_ids) for one in team.mail()] == [("cancelled", [])]
    second, third = (team.hub.routed("signal.raised", A_SIGNAL) for _ in range(2))
    team.hub.publish(withdrawal("signal.withdrawn", second))
    team.tell()
    assert [one.case_ids for one in team.mail("waiting")] == [[third]]


def test_consent_that_is_withdrawn_stops_what_was_not_yet_sent(team: Team) -> None:
    """At the school's own word, before the case is blocked."""
    team.person(wishes=DIGEST)
    case = team.hub.routed("referral.submitted", A_REFERRAL)
    team.hub.publish(withdrawal("consent.withdrawn", case))
    team.tell()
    assert team.mail("waiting") == []


def test_without_a_mail_server_nothing_is_kept(team: Team) -> None:
    """What nobody waits for any more is not sent on the day that there is one."""
    team.person()
    team.hub.readers = tuple(reader for reader in team.hub.readers if reader.name != "postman")
    case = team.hub.routed("support.requested", A_QUESTION)
    assert team.happened(case) == ["support.requested", "referral.offered"]
    assert team.mail() == []


def test_planning_again_adds_nothing(team: Team) -> None:
    """A reader that does a batch twice, after a crash, tells nobody twice."""
    team.person(wishes=DIGEST)
    case = team.hub.routed("signal.raised", A_SIGNAL)
    with team.hub.sessions.begin() as session:
        plan(session, log.events_of_case(session, case), team.hub.snapshot, now=NOW)
    [mail] = team.mail()
    assert mail.case_ids == [case]


def test_what_was_sent_is_forgotten_after_a_while(team: Team, post: PostOffice) -> None:
    """And not before a message can have come back."""
    team.person()
    team.hub.publish(cloudevent("signal.raised", A_SIGNAL))
    team.tell()
    team.postman(post).deliver()
    for later, forgotten in ((KEPT, 0), (KEPT + timedelta(seconds=1), 1)):
        with team.hub.sessions.begin() as session:
            assert forget(session, now=NOW + later) == forgotten
