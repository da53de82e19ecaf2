"""Upkeep is done once a day whatever number of workers there is, made up for afterwards, and never stops the rest."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from hub.access.people import Particulars, add_person
from hub.borders.actions import invite
from hub.clock import now
from hub.codes import OrganisationCode, new_id
from hub.declarations.actions import issue
from hub.events.admission_payloads import AdmissionIssued
from hub.events.border_payloads import BorderInvitation
from hub.mail.tables import Mail
from hub.privacy.checkpoints import files_in
from hub.privacy.retention_runs import begin_run, runs
from hub.privacy.tables import RetentionRun
from hub.runtime import Runtime, make_runtime
from hub.workers.upkeep import Upkeep
from tests.support.hub import settings_in
from tests.support.moves import answers, closes
from tests.support.small_hub import A_QUESTION, A_REFERRAL, A_TRANSITION, NOW, SmallHub

LATER = NOW + timedelta(days=3 * 365)


class Clock:
    """A clock that the test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """What time it is."""
        return self.at


@pytest.fixture
def clock() -> Clock:
    """Three years after everything happened."""
    return Clock(LATER)


@pytest.fixture
def runtime(database_url: str, small_hub: SmallHub, tmp_path: Path) -> Iterator[Runtime]:
    """The parts of a worker, on the database of the small hub."""
    assert small_hub
    made = make_runtime(settings_in(tmp_path, database_url), database_url)
    yield made
    made.close()


@pytest.fixture
def upkeep(runtime: Runtime, clock: Clock) -> Upkeep:
    """The upkeep of one worker."""
    return Upkeep(runtime, clock)


def closed(hub: SmallHub) -> None:
    """A case that is over."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    answers(hub, case, outcome="advice_given")
    closes(hub, case)


def test_reminders_go_by_the_clock_of_the_database(small_hub: SmallHub, runtime: Runtime) -> None:
    """Whatever a worker thinks that the time is: what was due last month goes out, what is due next month does not."""
    late, early = (
        small_hub.routed("referral.submitted", A_REFERRAL, now=now() + timedelta(days=days)) for days in (-30, 30)
    )
    for thinks in (now() - timedelta(days=365), now() + timedelta(days=365)):
        upkeep = Upkeep(runtime, Clock(thinks))
        upkeep.take_due_steps()
    assert small_hub.types(late).count("referral.reminded") == 2  # to open, and to answer
    assert "referral.reminded" not in small_hub.types(early)


def test_what_is_due_is_erased_once_a_day(small_hub: SmallHub, runtime: Runtime, clock: Clock) -> None:
    """The first worker of the day does it; the others find it done, until tomorrow."""
    closed(small_hub)
    one, other = Upkeep(runtime, clock), Upkeep(runtime, clock)
    assert [one.erase_what_is_due(), other.erase_what_is_due(), one.erase_what_is_due()] == [1, None, None]
    closed(small_hub)
    assert other.erase_what_is_due() is None
    clock.at += timedelta(days=1)
    assert [other.erase_what_is_due(), one.erase_what_is_due()] == [1, None]
    with small_hub.sessions() as session:
        assert [(run.day.isoformat(), run.erased) for run in runs(session, limit=9)] == [
            ("2029-11-19", 1),
            ("2029-11-18", 1),
        ]


def test_after_days_away_everything_is_made_up_for(small_hub: SmallHub, upkeep: Upkeep) -> None:
    """More cases than are looked at together, all due long ago, on the first look."""
    for _ in range(3):
        closed(small_hub)
    with small_hub.sessions.begin() as session:
        copies = "INSERT INTO case_keys SELECT gen_random_uuid(), wrapped, made_at, destroyed_at FROM case_keys, {}"
        session.execute(text(copies.format("generate_series(1, 140) AS n")))
    assert upkeep.erase_what_is_due() == 3 + 420


def test_a_run_that_was_cut_short_is_taken_up(small_hub: SmallHub, upkeep: Upkeep, clock: Clock) -> None:
    """A worker died in the middle of it: the next one finishes."""
    closed(small_hub)
    with small_hub.sessions.begin() as session:
        assert begin_run(session, clock.at.date(), now=clock.at)
    assert upkeep.erase_what_is_due() == 1
    with small_hub.sessions() as session:
        run = session.scalars(select(RetentionRun)).one()
        assert run.ended_at == clock.at


def test_a_case_that_still_runs_is_reported(
    small_hub: SmallHub, upkeep: Upkeep, caplog: pytest.LogCaptureFixture
) -> None:
    """Not erased, and not forgotten either."""
    small_hub.routed("referral.submitted", A_REFERRAL)
    with caplog.at_level(logging.WARNING):
        assert upkeep.erase_what_is_due() == 0
    assert "1 cases still run" in caplog.text


def test_a_checkpoint_is_signed_when_it_is_time_and_something_is_new(
    small_hub: SmallHub, runtime: Runtime, clock: Clock
) -> None:
    """Quarter by quarter, by whichever worker comes first."""
    closed(small_hub)
    one, other = Upkeep(runtime, clock), Upkeep(runtime, clock)
    assert [one.take_checkpoint(), other.take_checkpoint()] == [True, False]
    clock.at += timedelta(minutes=15)
    assert one.take_checkpoint() is False  # nothing is new
    closed(small_hub)
    assert [other.take_checkpoint(), one.take_checkpoint()] == [True, False]
    assert len(files_in(runtime.settings.checkpoint_folder)) == 2


def test_whose_time_is_over_is_reminded_once(small_hub: SmallHub, upkeep: Upkeep) -> None:
    """Partnerships that talk too long, and a declaration that is about to end."""
    talk = small_hub.routed("support.requested", A_QUESTION)
    with small_hub.acting("PO2201") as acting:
        invite(acting, small_hub.snapshot, talk, BorderInvitation.model_validate({"swv": "PO2203"}))
    asked = {**A_QUESTION, "schoolType": "so", "school": "99AF00", "standing": "registered", "homePostcode": "9403"}
    del asked["asksFor"]
    request = small_hub.routed("admission.requested", asked, organisation=OrganisationCode("B00005"))
    said = {
        "declarationNumber": "1",
        "category": 1,
        "startsOn": "2026-12-01",
        "endsOn": "2028-07-31",
        "on": "2026-11-19",
    }
    with small_hub.acting(small_hub.case(request).holder) as acting:
        issue(acting, small_hub.snapshot, request, AdmissionIssued.model_validate(said))
    for _ in range(2):
        upkeep.look()
    assert [small_hub.types(talk).count("border.reminded"), small_hub.types(request).count("admission.ending")] == [
        1,
        1,
    ]
    assert upkeep.remind() == 0


def test_trouble_is_logged_and_rested_from(
    small_hub: SmallHub, runtime: Runtime, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that cannot be written stops nobody, is said once a minute, and works again when it is mended."""
    closed(small_hub)
    runtime.settings.checkpoint_folder.write_text("in the way")
    upkeep = Upkeep(runtime, clock)
    for _ in range(5):
        upkeep.look()
    assert caplog.text.count("upkeep put off") == 1
    runtime.settings.checkpoint_folder.unlink()
    clock.at += timedelta(minutes=2)
    upkeep.look()
    assert len(files_in(runtime.settings.checkpoint_folder)) == 1


def test_what_was_mailed_is_forgotten(small_hub: SmallHub, upkeep: Upkeep) -> None:
    """A month after it went, with the day's other work."""
    with small_hub.sessions.begin() as session:
        person = add_person(session, small_hub.vault, Particulars("Noor Bakker"), now=LATER)
        for at in (NOW, LATER):
            sent: dict[str, Any] = {"person_id": person, "organisation": "GM0106-ST", "case_ids": [], "attempts": 1}
            session.add(Mail(id=new_id(), state="sent", next_attempt_at=at, finished_at=at, **sent))
    upkeep.erase_what_is_due()
    with small_hub.sessions() as session:
        assert session.scalars(select(Mail.finished_at)).all() == [LATER]


def test_a_transition_is_escalated_once_a_day_is_enough(
    small_hub: SmallHub, runtime: Runtime, upkeep: Upkeep, clock: Clock
) -> None:
    """By whichever worker looks first; the others find nothing left to do."""
    case = small_hub.routed("transition.announced", A_TRANSITION)
    assert [upkeep.escalate_transitions(), upkeep.escalate_transitions()] == [1, None]
    assert Upkeep(runtime, clock).escalate_transitions() == 0
    clock.at += timedelta(days=1)
    assert upkeep.escalate_transitions() == 0
    assert small_hub.types(case)[-1] == "transition.escalated"
