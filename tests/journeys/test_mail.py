"""A worker of a team is told by e-mail that something waits; signed in, it is there."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from hub import clock
from hub.access.memberships import Appointment, give_role
from hub.access.people import Particulars, add_person
from hub.access.roles import Role
from hub.codes import OrganisationCode
from hub.mail.actions import note_bounce, prefer
from hub.mail.bounces import read_bounce
from hub.mail.moments import Pace, QuietHours, Wishes
from hub.mail.tables import Mail
from hub.privacy.master_keys import read_master_keys
from hub.privacy.vault import Vault
from tests.journeys.words import A_PUPIL, referral
from tests.mail.bounced import bounce_of
from tests.mail.post_office import PostOffice, post_office
from tests.privacy import planted
from tests.privacy.planted import found_in
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in, worker_beside
from tests.support.waiting import wait_until

TEAM, BOARD, ASSEN = "GM0106-ST", "B00001", "99AA00"
ANY_TIME = Wishes(quiet=None)


@dataclass(frozen=True)
class Place:
    """A running hub with a mail server beside it."""

    hub: RunningHub
    post: PostOffice

    def person(self, email: str, wishes: Wishes, code: str = TEAM, role: Role = Role.TEAM_WORKER) -> UUID:
        """Somebody of an organisation."""
        now, organisation = clock.now(), OrganisationCode(code)
        vault = Vault(read_master_keys(self.hub.settings.master_key_path))
        with self.hub.sessions.begin() as session:
            person = add_person(session, vault, Particulars("Noor Bakker", email), now=now)
            give_role(session, person, Appointment(organisation, role, now), now=now)
            prefer(session, person, organisation, wishes, now=now)
        return person

    def waits_for(self, person: UUID) -> list[Mail]:
        """What is to be sent to somebody."""
        with self.hub.sessions() as session:
            return list(session.scalars(select(Mail).where(Mail.person_id == person, Mail.state == "waiting")))

    def is_over(self, person: UUID) -> None:
        """The moment comes that somebody's message waits for."""
        with self.hub.sessions.begin() as session:
            session.execute(update(Mail).where(Mail.person_id == person).values(next_attempt_at=clock.now()))

    def arrives_at(self, email: str, count: int = 1) -> list[str]:
        """The texts of the messages at an address, as soon as there are so many."""
        wait_until(lambda: len(self.post.messages_to(email)) >= count, seconds=30, what=f"{count} messages")
        bodies = (message.get_body(("plain",)) for message in self.post.messages_to(email))
        return [str(body.get_content()) for body in bodies if body is not None]


@pytest.fixture(scope="module")
def place(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One for all stories."""
    with ExitStack() as stack:
        post = stack.enter_context(post_office())
        settings = settings_in(
            tmp_path_factory.mktemp("mail"),
            module_database_url,
            smtp_url=post.url,
            mail_from="melding@samenspel.example",
            sweep_seconds=0.2,
        )
        hub = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        stack.enter_context(worker_beside(settings))
        yield Place(hub, post)


def test_a_team_is_told_that_something_waits_and_the_school_of_its_answer(place: Place) -> None:
    """Each at once, with the case as the place to go; what it is about only who signs in learns."""
    place.person("noor@team.example", ANY_TIME)
    place.person("ib@school.example", Wishes(quiet=None, language="en"), BOARD, Role.COORDINATOR)
    board, team = place.hub.organisation(BOARD), place.hub.organisation(TEAM)
    case = board.publish("referral.submitted", referral(ASSEN, "9403"))
    [told] = place.arrives_at("noor@team.example")
    assert f"{place.hub.url}/cases/{case}" in told
    assert team.case(case)["state"] == "offered"
    assert place.post.messages_to("ib@school.example") == []
    team.answers(case, "Wij komen langs.")
    [answered] = place.arrives_at("ib@school.example")
    assert "Sign in to see what:" in answered
    assert f"/cases/{case}" in answered


def test_who_wants_one_message_a_day_gets_one(place: Place) -> None:
    """However many cases there were."""
    karin = place.person("karin@team.example", Wishes(Pace.DIGEST, None))
    board = place.hub.organisation(BOARD)
    cases = [board.publish("referral.submitted", referral(ASSEN, "9403")) for _ in range(3)]
    wait_until(lambda: [len(mail.case_ids) for mail in place.waits_for(karin)] == [3], what="what gathers")
    [mail] = place.waits_for(karin)
    assert mail.next_attempt_at > clock.now()
    place.is_over(karin)
    [told] = place.arrives_at("karin@team.example")
    assert not any(case in told for case in cases)
    assert f"{place.hub.url}/\r\n" in told


def test_in_quiet_hours_nobody_is_told(place: Place) -> None:
    """The message waits for their end; the case does not, and can be opened."""
    now = clock.now().astimezone(clock.DUTCH_TIME)
    around_now = QuietHours((now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time())
    ali = place.person("ali@team.example", Wishes(quiet=around_now))
    case = place.hub.organisation(BOARD).publish("referral.submitted", referral(ASSEN, "9403"))
    place.hub.organisation(BOARD).sees(case, "offered")
    wait_until(lambda: place.waits_for(ali), what="a message that waits")
    [mail] = place.waits_for(ali)
    assert mail.next_attempt_at > clock.now() + timedelta(minutes=50)
    assert place.post.messages_to("ali@team.example") == []
    place.is_over(ali)
    assert len(place.arrives_at("ali@team.example")) == 1


def test_an_address_at_which_nothing_arrives_is_an_alarm(place: Place) -> None:
    """Refused by the server, or back after days: health tells of it, and nothing more goes there."""
    place.post.refusals["weg@team.example"] = "550 5.1.1 unknown"
    place.person("weg@team.example", ANY_TIME)
    vera = place.person("vera@team.example", ANY_TIME)
    place.hub.organisation(BOARD).publish("referral.submitted", referral(ASSEN, "9403"))
    wait_until(lambda: _ready(place)["suspendedAddresses"] == 1, seconds=30, what="an alarm")
    assert _ready(place)["status"] == "degraded"
    place.arrives_at("vera@team.example")
    [message] = place.post.messages_to("vera@team.example")
    bounce = read_bounce(bounce_of(UUID(int=0), message_id=str(message["Message-ID"])))
    assert bounce is not None
    with place.hub.sessions.begin() as session:
        assert note_bounce(session, bounce, now=clock.now()) == vera
    assert _ready(place)["suspendedAddresses"] == 2


def _ready(place: Place) -> dict[str, object]:
    return dict(place.hub.client.get("/health/ready").json())


def test_no_message_says_anything_of_a_pupil(place: Place) -> None:
    """Whatever stood in the case: no name, no question, no answer, no school and no theme."""
    place.person("sara@team.example", ANY_TIME)
    place.person("meester@school.example", ANY_TIME, BOARD, Role.COORDINATOR)
    data = {
        "school": ASSEN,
        "homePostcode": "9403",
        "theme": "wellbeing",
        "pupil": {"name": planted.NAME, "birthDate": planted.BIRTH_DATE, "group": planted.GROUP},
        "contact": {"name": planted.CONTACT, "email": planted.EMAIL, "phone": planted.PHONE},
        "consent": {"givenBy": "parents", "on": "2026-11-01"},
        "question": planted.QUESTION,
        "parentsWords": planted.PARENTS_WORDS,
    }
    case = place.hub.organisation(BOARD).publish("referral.submitted", data)
    place.arrives_at("sara@team.example")
    place.hub.organisation(TEAM).answers(case, planted.ANSWER)
    place.arrives_at("meester@school.example")
    said = place.post.everything
    assert found_in(said, ["samenspel", case]) == {"samenspel", case}
    assert found_in(said, [*planted.PERSONAL, A_PUPIL, "Noor Bakker", "wellbeing", ASSEN]) == set()
