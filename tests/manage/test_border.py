"""What two partnerships settled about one pupil can become an agreement of the region, seen before it is written."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.borders import actions
from hub.cases.known import facts_in
from hub.directory.current import build_snapshot
from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, InvalidInput, NotFound
from hub.events.border_payloads import BorderInvitation, BorderProposal
from hub.routing.decide import decide
from hub.routing.decision import Decision
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.small_hub import SmallHub, cloudevent

NOW = datetime.now(UTC)
FIRST = NOW.date() + timedelta(days=10)
LAST = FIRST + timedelta(days=300)
SBO: dict[str, Any] = {
    "school": "99AD00",
    "homePostcode": "8331",
    "standing": "registered",
    "schoolType": "sbo",
    "declaration": {"cameFrom": "direct_entry"},
    "question": "Aanmelding voor het sbo.",
}


@pytest.fixture
def hub(sessions: Sessions, demo_region: Snapshot) -> SmallHub:
    """A hub of today."""
    return SmallHub(sessions, demo_region)


def asks(hub: SmallHub) -> UUID:
    """A school for sbo in Assen asks for a declaration; its own partnership decides (A5)."""
    [receipt] = hub.publish(cloudevent("admission.requested", SBO, time=NOW.isoformat()), now=NOW)
    hub.read(NOW)
    return receipt.case_id


def settled(hub: SmallHub, **changes: Any) -> UUID:
    """A case about which Assen and Steenwijk settled that Steenwijk leads."""
    case = asks(hub)
    said = {
        "leads": "PO2203", "pays": "PO2203", "startsOn": FIRST.isoformat(), "endsOn": LAST.isoformat(),
        "basis": "practice", "rule": "A5", **changes,
    }  # fmt: skip
    with hub.acting("PO2201", NOW) as acting:
        actions.invite(acting, hub.snapshot, case, BorderInvitation.model_validate({"swv": "PO2203"}))
    with hub.acting("PO2201", NOW) as acting:
        actions.propose(acting, case, BorderProposal.model_validate(said))
    with hub.acting("PO2203", NOW) as acting:
        actions.agree(acting, case, 1)
    return case


def test_an_agreement_is_shown_before_it_is_written(hub: SmallHub, answer: Answer, command: Command) -> None:
    """The preview writes nothing, and tells which school gets another answer."""
    case = settled(hub)
    before = answer("directory", "version")["version"]
    shown = answer("border", "agreement", str(case), "sbo-assen", "--preview")
    assert (shown["kind"], shown["parties"], shown["scope"], shown["written"]) == (
        "custom:A5", ["PO2201", "PO2203"], {"party": "PO2203", "sites": ["99AD00"]}, False,
    )  # fmt: skip
    assert "99AD00" in {row["subject"] for day in shown["effect"]["days"] for row in day["sites"]}
    assert answer("directory", "version")["version"] == before
    assert str(case) not in command("directory", "list").stdout + shown["source"]


def test_routing_follows_it_for_the_days_that_were_agreed_on(hub: SmallHub, answer: Answer, sessions: Sessions) -> None:
    """From the first day up to and including the last, and with the agreement as the reason."""
    assert answer("border", "agreement", str(settled(hub)), "sbo-assen", "--yes")["written"]
    with sessions() as session:
        snapshot = build_snapshot(session)
    found = []
    for day in (FIRST - timedelta(days=1), FIRST, LAST, LAST + timedelta(days=1)):
        decision = decide(facts_in("admission.requested", SBO, day), snapshot)
        assert isinstance(decision, Decision)
        found.append((decision.holder, any(reason.rule == "HUB10" for reason in decision.reasons)))
    assert found == [("PO2201", False), ("PO2203", True), ("PO2203", True), ("PO2201", False)]


def test_it_can_hold_for_every_school(hub: SmallHub, answer: Answer) -> None:
    """When the operator says so."""
    shown = answer("border", "agreement", str(settled(hub)), "sbo-assen", "--for-all", "--preview")
    assert shown["scope"] == {"party": "PO2203"}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"rule": "A3a", "basis": "law"}, InvalidInput), ({"rule": None}, Conflict)],
)
def test_what_is_no_departure_from_a_rule_is_refused(
    hub: SmallHub, command: Command, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    """The law cannot be agreed away, and without a rule there is nothing that routing could follow."""
    case = settled(hub, **changes)
    with pytest.raises(refusal):
        command("border", "agreement", str(case), "x", "--yes")


def test_what_was_not_settled_is_no_agreement(hub: SmallHub, command: Command) -> None:
    """Nor is a case that is not there."""
    for case in (asks(hub), uuid4()):
        with pytest.raises(NotFound):
            command("border", "agreement", str(case), "x", "--yes")
