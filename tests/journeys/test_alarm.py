"""A broken rule: its case is held, the operator sees it at once, everybody else goes on, and a mend sets it free."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.codes import OrganisationCode
from hub.directory.actions import conclude
from hub.directory.entries import START, Agreement
from hub.manage.command_line import app
from tests.journeys.words import referral
from tests.support.hub import RunningHub, answers, prepared, settings_in, spread
from tests.support.waiting import wait_until


@pytest.fixture
def hub(empty_database_url: str, tmp_path: Path) -> Iterator[RunningHub]:
    """A hub of its own: an alarm is there for all who look."""
    settings = settings_in(tmp_path, empty_database_url)
    with ExitStack() as stack:
        running = stack.enter_context(prepared(settings))
        stack.enter_context(spread(settings))
        wait_until(lambda: answers(settings.public_url), seconds=60, what="the hub")
        yield running


def agree(hub: RunningHub, **more: Any) -> None:
    """Write the agreement on the team for the youngest of Assen; without a team the rule that reads it raises."""
    assen = OrganisationCode("GM0106")
    scope = {"municipality": assen, "ages": ["0-11"], **more}
    with hub.sessions.begin() as session:
        conclude(session, Agreement("by-age", "team_by_age", frozenset({assen}), scope, START, None, "test"))


def command(hub: RunningHub, *words: str) -> tuple[int, str]:
    """The exit code and the output of a command of the operator."""
    result = CliRunner().invoke(app, words, env={"HUB_DATABASE_URL": str(hub.settings.database_url)})
    return result.exit_code, result.output


@pytest.mark.slow
def test_a_broken_rule_is_loud_and_harms_one_case_only(hub: RunningHub) -> None:
    """From the defect to the mend, over HTTP and on the command line."""
    board = hub.organisation("B00001")
    assert hub.client.get("/v1/health/ready").json()["alarms"] == 0
    agree(hub)
    broken = board.publish("referral.submitted", referral("99AA00", "9403"))
    sound = board.publish("referral.submitted", referral("99CA00", "7902"))
    wait_until(lambda: board.case(sound)["state"] == "offered", seconds=60, what="the start of the worker")
    assert board.case(sound)["holder"] == "GM0118-ST"
    view = board.sees(broken, "undecided", "B00001")
    assert any("beheerder" in question for moment in view["timeline"] for question in moment["questions"])
    ready = hub.client.get("/v1/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["alarms"]) == (200, "degraded", 1)
    code, listed = command(hub, "cases", "held")
    assert code == 1
    assert (broken in listed, "ALARM  C1" in listed, sound in listed) == (True, True, False)
    agree(hub, team="GM0106-ST")
    assert command(hub, "cases", "release", broken)[0] == 0
    board.sees(broken, "offered", "GM0106-ST")
    assert command(hub, "cases", "held") == (0, "Er wacht geen zaak op de beheerder.\n")
    assert hub.client.get("/v1/health/ready").json()["status"] == "ready"
