"""Messages reach a real mail server, or wait, or stop: whatever it answers."""

import logging
from datetime import timedelta
from uuid import UUID

import pytest

from hub.mail.actions import note_bounce, resume
from hub.mail.answers import MOST_ATTEMPTS, Answer
from hub.mail.bounces import read_bounce
from hub.mail.claims import claim, drop, give_back, record
from hub.mail.moments import Pace, Wishes
from tests.mail.bounced import bounce_of
from tests.mail.people import PUBLIC_URL, Team
from tests.mail.post_office import PostOffice
from tests.support.ports import free_port
from tests.support.small_hub import A_SIGNAL, NOW
from tests.support.waiting import wait_until

NOOR = "noor@team.example"
LEASE = timedelta(minutes=5)


def ids(post: PostOffice) -> list[str]:
    """The Message-IDs of what arrived for Noor."""
    return [str(message["Message-ID"]) for message in post.messages_to(NOOR)]


def test_a_message_arrives_with_its_link(team: Team, post: PostOffice) -> None:
    """And then it is not known any more which case it was about."""
    team.person()
    case = team.hub.routed("signal.raised", A_SIGNAL)
    assert team.postman(post).deliver() == 1
    [message] = post.messages_to(NOOR)
    assert f"{PUBLIC_URL}/cases/{case}" in str(message)
    [mail] = team.mail()
    assert (mail.state, mail.case_ids, mail.attempts, mail.last_code) == ("sent", [], 1, 250)
    assert team.postman(post).deliver() == 0


def test_many_messages_go_in_one_conversation(team: Team, post: PostOffice) -> None:
    """Of twenty at a time."""
    for n in range(23):
        team.person(f"p{n}@team.example")
    team.hub.routed("signal.raised", A_SIGNAL)
    assert team.postman(post).deliver() == 23
    assert {to for to, _ in post.taken} == {f"p{n}@team.example" for n in range(23)}
    assert post.conversations == 2


def test_a_server_that_is_away_costs_a_try_of_all_that_were_due(
    team: Team, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """They wait, and go when it is back; the log names no address."""
    team.person()
    team.hub.routed("signal.raised", A_SIGNAL)
    with caplog.at_level(logging.INFO):
        team.postman(f"smtp://127.0.0.1:{free_port()}").deliver()
    [mail] = team.mail()
    assert (mail.state, mail.attempts, mail.last_error) == ("waiting", 1, "connection")
    assert "mail server is away" in caplog.text
    assert NOOR not in caplog.text
    team.now += timedelta(minutes=2)
    team.postman(post).deliver()
    assert len(post.messages_to(NOOR)) == 1


def test_what_happens_while_a_message_waits_to_be_tried_again_goes_with_it(team: Team, post: PostOffice) -> None:
    """A server that is away for hours is not met by a heap of messages."""
    person = team.person()
    first = team.hub.routed("signal.raised", A_SIGNAL)
    with team.hub.sessions.begin() as session:
        [under_way] = claim(session, 10, lease=LEASE, now=NOW)
    second = team.hub.routed("signal.raised", A_SIGNAL)
    assert len(team.mail("waiting")) == 2
    with team.hub.sessions.begin() as session:
        record(session, under_way, Answer(None, error="timeout"), now=NOW)
    [waiting] = team.mail("waiting")
    assert (waiting.person_id, sorted(waiting.case_ids), waiting.attempts) == (person, sorted([first, second]), 1)
    team.now += timedelta(minutes=2)
    team.postman(post).deliver()
    assert len(post.messages_to(NOOR)) == 1


def test_a_receiver_that_is_refused_for_good_is_suspended(
    team: Team, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """Aloud, without the address; others still get theirs, and this one gets no more until somebody resumes it."""
    noor = team.person()
    team.person("karin@team.example")
    post.refusals[NOOR] = f"550 5.1.1 <{NOOR}>: user unknown"
    team.hub.routed("signal.raised", A_SIGNAL)
    team.postman(post).deliver()
    assert len(post.messages_to("karin@team.example")) == 1
    assert team.suspended() == {noor: "refused 5.1.1"}
    assert f"nothing arrives at person {noor}" in caplog.text
    assert NOOR not in caplog.text
    assert sorted(one.state for one in team.mail()) == ["refused", "sent"]
    post.refusals.clear()
    team.now += timedelta(hours=1)
    team.hub.routed("signal.raised", A_SIGNAL, now=team.now)
    team.postman(post).deliver()
    assert post.messages_to(NOOR) == []
    with team.hub.sessions.begin() as session:
        resume(session, noor)
    team.hub.routed("signal.raised", A_SIGNAL, now=team.now)
    team.postman(post).deliver()
    assert len(post.messages_to(NOOR)) == 1


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        (NOOR, "450 4.2.0 come back later"),
        (NOOR, "554 5.7.1 relay access denied"),
        ("from", "550 5.1.8 sender not known"),
        ("data", "451 4.3.0 disk full"),
    ],
)
def test_what_is_not_about_the_address_is_tried_again(team: Team, post: PostOffice, whom: str, said: str) -> None:
    """A minute later, about; nobody is suspended for what is wrong with the hub or its server."""
    team.person()
    post.refusals[whom] = said
    team.hub.routed("signal.raised", A_SIGNAL)
    team.postman(post).deliver()
    [mail] = team.mail()
    assert (mail.state, mail.last_code) == ("waiting", int(said[:3]))
    assert timedelta(seconds=50) < mail.next_attempt_at - NOW < timedelta(seconds=70)
    assert team.suspended() == {}


def test_a_message_that_comes_back_suspends_its_address(team: Team, post: PostOffice) -> None:
    """Known by its id, for as long as the hub keeps it."""
    noor = team.person()
    team.hub.routed("signal.raised", A_SIGNAL)
    team.postman(post).deliver()
    mail_id = UUID(ids(post)[0][1:33])
    for status, known in (("5.7.1", None), ("5.1.1", noor)):
        bounce = read_bounce(bounce_of(mail_id, status=status))
        assert bounce is not None
        with team.hub.sessions.begin() as session:
            assert note_bounce(session, bounce, now=NOW) == known
    stranger = read_bounce(bounce_of(UUID(int=1)))
    assert stranger is not None
    with team.hub.sessions.begin() as session:
        assert note_bounce(session, stranger, now=NOW) is None
    assert team.suspended() == {noor: "bounced 5.1.1"}


def test_rights_and_wishes_are_looked_at_again_when_it_goes(team: Team, post: PostOffice) -> None:
    """Who left the team, or wants no mail since, gets none; nor does who has no address."""
    left, unwilling = team.person("left@team.example"), team.person("unwilling@team.example")
    team.person(None)
    team.hub.routed("signal.raised", A_SIGNAL)
    assert len(team.mail("waiting")) == 3
    team.leaves(left)
    team.wants(unwilling, Wishes(Pace.NONE))
    assert team.postman(post).deliver() == 0
    assert [one.state for one in team.mail()] == ["cancelled"] * 3
    assert post.taken == []


def test_an_address_that_is_none_is_suspended(team: Team, post: PostOffice) -> None:
    """It would fail for ever."""
    noor = team.person("noor@")
    team.hub.routed("signal.raised", A_SIGNAL)
    team.postman(post).deliver()
    assert team.suspended() == {noor: "address unusable"}
    assert [one.state for one in team.mail()] == ["cancelled"]


def test_a_message_that_never_goes_is_given_up(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    """After the last try, and said aloud."""
    team.person()
    team.hub.routed("signal.raised", A_SIGNAL)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with team.hub.sessions.begin() as session:
            [claimed] = claim(session, 1, lease=LEASE, now=team.now)
            assert claimed.attempt == attempt
            record(session, claimed, Answer(451, "4.3.0"), now=team.now)
        team.now += timedelta(days=2)
    [mail] = team.mail()
    assert (mail.state, mail.case_ids) == ("abandoned", [])
    assert "mail given up" in caplog.text


def test_a_claim_that_ran_out_changes_nothing(team: Team) -> None:
    """Whoever claimed it next is the one to record it: a message counts as sent once."""
    team.person()
    team.hub.routed("signal.raised", A_SIGNAL)
    with team.hub.sessions.begin() as session:
        [slow] = claim(session, 1, lease=LEASE, now=NOW)
        assert claim(session, 1, lease=LEASE, now=NOW + LEASE - timedelta(seconds=1)) == []
        [quick] = claim(session, 1, lease=LEASE, now=NOW + LEASE)
    with team.hub.sessions.begin() as session:
        record(session, slow, Answer(550, "5.1.1"), now=NOW)
        give_back(session, slow)
        drop(session, slow, now=NOW)
    assert [(one.state, one.claim) for one in team.mail()] == [("waiting", quick.claim)]
    assert team.suspended() == {}
    with team.hub.sessions.begin() as session:
        record(session, quick, Answer(250), now=NOW)
    assert [one.state for one in team.mail()] == ["sent"]


def test_what_was_not_tried_is_not_counted(team: Team, post: PostOffice) -> None:
    """A postman that has to stop gives back what it holds."""
    team.person()
    team.hub.routed("signal.raised", A_SIGNAL)
    with team.hub.sessions.begin() as session:
        [claimed] = claim(session, 1, lease=LEASE, now=NOW)
        give_back(session, claimed)
    assert [(one.attempts, one.claim) for one in team.mail()] == [(0, None)]
    team.now += LEASE
    assert team.postman(post).deliver() == 1


def test_a_postman_works_beside_its_process_until_it_is_stopped(team: Team, post: PostOffice) -> None:
    """Woken many times it does its round; stopped, it does none."""
    team.person()
    team.hub.routed("signal.raised", A_SIGNAL)
    postman = team.postman(post)
    for _ in range(3):
        postman.wake()
    wait_until(lambda: post.taken, what="a message")
    postman.stop(10)
    team.now += timedelta(hours=1)
    team.hub.routed("signal.raised", A_SIGNAL, now=team.now)
    postman.wake()
    assert postman.deliver() == 0
    assert len(post.taken) == 1
