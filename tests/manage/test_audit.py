"""`hub audit`: what is unusual, and everything that one reader opened."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from hub import clock
from hub.privacy.ledger import Action, Entry, Viewer, record
from hub.privacy.purposes import Purpose
from hub.privacy.visibility import Ground, Visible
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command

SHOWN = Visible(frozenset({"question"}), Ground.CONSENT)


@pytest.fixture
def tried(sessions: Sessions) -> list[UUID]:
    """Four cases of others that a person asked for, and one of its own."""
    cases = [uuid4() for _ in range(5)]
    viewer, now = Viewer("GM0106-ST", "person:1"), clock.now() - timedelta(days=1)
    with sessions.begin() as session:
        for n, case in enumerate(cases):
            what = (Action.REFUSED, None) if n else (Action.READ, "holder")
            record(session, Entry(what[0], case, viewer, SHOWN, what[1], Purpose.HANDLE, now), now=now)
    return cases


def test_a_review_points_at_who_asks_for_the_cases_of_others(
    command: Command, answer: Answer, tried: list[UUID]
) -> None:
    """By organisation and opaque label, with how often."""
    found = [row for row in answer("audit", "review") if row["sign"] == "outside_own_cases"]
    assert [(row["organisation"], row["caller"], row["number"]) for row in found] == [("GM0106-ST", "person:1", 4)]
    assert "vroeg 4 dossiers op" in command("audit", "review").stdout
    assert str(tried[1]) not in command("audit", "review").stdout


def test_what_one_reader_opened_can_be_looked_into(answer: Answer, tried: list[UUID]) -> None:
    """Each case, with what was done."""
    rows = answer("audit", "reads", "gm0106-st", "person:1", "--days", "2")
    assert [(row["case_id"], row["action"]) for row in rows] == [
        (str(case), "refused" if n else "read") for n, case in enumerate(tried)
    ]
    assert answer("audit", "reads", "GM0106-ST", "person:2") == []


def test_nothing_unusual_is_an_answer(command: Command, answer: Answer) -> None:
    """An empty list, or a sentence."""
    assert answer("audit", "review") == []
    assert "Niets ongewoons" in command("audit", "review", "--days", "7").stdout
