"""Partnerships settle who leads and who pays: who may say what, what the others learn, and when the case moves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import insert
from sqlalchemy.exc import ProgrammingError

from hub.cases.tables import Party
from hub.codes import OrganisationCode
from hub.directory.entries import START, Agreement
from hub.errors import Conflict, Gone, HubError, InvalidInput, NotAllowed, NotFound
from hub.privacy.visibility import Ground, Visible
from hub.routing.agreements import need_readable
from hub.store.engine import acting_for
from tests.borders.talking import (
    ARBITER,
    ASSEN,
    OUTSIDE_SCHOOL,
    STEENWIJK,
    STRANGER,
    agrees,
    calls,
    decides,
    hears,
    invites,
    proposes,
    refuses,
    said,
    talk,
    terms,
)
from tests.support.moves import answers, closes, redirects
from tests.support.small_hub import BOARD, NOW, SmallHub, cloudevent, withdrawal

REASONED: dict[str, Any] = {"reasoning": "Onze regio heeft deze plek zelf niet.", "withoutHealthData": True}


def test_an_agreement_moves_the_case(hub: SmallHub, case: UUID) -> None:
    """The holder stays the holder until both agree; then the other one leads, and the first still knows of it."""
    before = hub.case(case).due_on
    invites(hub, case)
    proposes(hub, case, ASSEN)
    assert hub.case(case).holder == ASSEN
    agrees(hub, case, STEENWIJK)
    row = hub.case(case)
    assert (row.holder, row.lead_swv, row.state, row.due_on) == (STEENWIJK, STEENWIJK, "accepted", before)
    assert hub.parties(case) == {
        BOARD: ("sender", "sender"),
        ASSEN: ("named", "named"),
        STEENWIJK: ("holder", "accepted"),
    }
    assert said(hub, case) == ["border.invited", "border.proposed", "border.agreed"]
    settled = hub.events(case)[-1].data
    assert (settled["leads"], settled["pays"], settled["share"], settled["endsOn"]) == (
        STEENWIJK, STEENWIJK, 60, "2027-07-31",
    )  # fmt: skip


def test_who_leads_already_goes_on(hub: SmallHub, case: UUID) -> None:
    """An agreement about the costs alone changes no holder."""
    invites(hub, case)
    proposes(hub, case, STEENWIJK, leads=ASSEN)
    agrees(hub, case, ASSEN)
    assert hub.parties(case)[ASSEN] == ("holder", "offered")
    assert hub.parties(case)[STEENWIJK] == ("named", "named")


def test_the_other_side_sees_the_question_and_never_the_child(hub: SmallHub, case: UUID) -> None:
    """Question, rules and terms, and what the two write to each other; the school reads that too."""
    with pytest.raises(NotFound):
        hub.view(case, STEENWIJK)
    invites(hub, case)
    proposes(hub, case, ASSEN, **REASONED)
    seen = hub.view(case, STEENWIJK)
    assert seen.shown == Visible(frozenset({"question", "reasoning"}), Ground.QUESTION_ONLY)
    texts: dict[str, Any] = {}
    for moment in seen.moments:
        texts |= moment.personal
    assert texts == {"question": "Welke hulp past hier, en wie betaalt die?", "reasoning": REASONED["reasoning"]}
    assert {"support.requested", "referral.offered", "border.invited", "border.proposed"} <= {
        moment.event.type for moment in seen.moments
    }
    assert not seen.is_inside
    assert seen.shows_terms
    assert any("reasoning" in moment.personal for moment in hub.view(case, BOARD).moments)


def test_whoever_leads_by_agreement_sees_the_child_only_with_consent(hub: SmallHub, case: UUID) -> None:
    """What a partnership knows goes to no other one: the content comes from the school, if consent names who leads."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    agrees(hub, case, STEENWIJK)
    assert hub.view(case, STEENWIJK).shown.fields == {"question", "contact", "reasoning"}
    consent = {"givenBy": "parents", "on": "2026-11-18"}
    for receivers, sees in ((None, False), ([ASSEN], False), ([STEENWIJK], True)):
        said = consent | ({"receivers": receivers} if receivers else {})
        hub.publish(cloudevent("consent.given", {"consent": said}, subject=str(case)))
        hub.read()
        assert ("pupil" in hub.view(case, STEENWIJK).shown.fields) is sees
    assert hub.view(case, STEENWIJK).shown.ground is Ground.CONSENT
    assert "pupil" not in hub.view(case, ASSEN).shown.fields
    hub.publish(withdrawal("consent.withdrawn", case))
    hub.read()
    assert "pupil" not in hub.view(case, STEENWIJK).shown.fields


def test_everyone_at_the_table_is_told_and_nobody_else(hub: SmallHub, case: UUID) -> None:
    """The school too; the arbiter from the moment it is called."""

    def told(who: str) -> list[str]:
        return [e.type for e in hub.feed(who) if e.case_id == case and e.type.startswith("border.")]

    invites(hub, case)
    refuses(hub, case, STEENWIJK)
    proposes(hub, case, ASSEN)
    refuses(hub, case, STEENWIJK)
    assert told(ARBITER) == []
    calls(hub, case, ASSEN)
    decides(hub, case)
    everything = said(hub, case)
    assert everything[-2:] == ["border.arbiter.called", "border.arbitrated"]
    assert told(BOARD) == everything
    assert told(STEENWIJK) == ["border.invited", "border.proposed", "border.arbiter.called", "border.arbitrated"]
    assert told(ASSEN) == ["border.refused", "border.refused", "border.arbitrated"]
    assert told(ARBITER) == ["border.arbiter.called"]


def test_the_arbiter_decides_as_if_they_agreed(hub: SmallHub, case: UUID) -> None:
    """It sees the question and what was proposed, and never the child; its word moves the case."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    refuses(hub, case, STEENWIJK)
    with pytest.raises(Conflict):
        calls(hub, case, ASSEN)
    with pytest.raises(NotFound):
        hub.view(case, ARBITER)
    proposes(hub, case, ASSEN, share=40)
    refuses(hub, case, STEENWIJK)
    calls(hub, case, ASSEN)
    assert hub.view(case, ARBITER).shown.fields == {"question", "reasoning"}
    with pytest.raises(NotAllowed):
        decides(hub, case, STEENWIJK)
    decides(hub, case, share=50)
    assert hub.case(case).holder == STEENWIJK
    seen = talk(hub, case, ARBITER)
    assert [(row.number, row.made_by, row.share) for row in seen.proposals] == [
        (1, ASSEN, 60), (2, ASSEN, 40), (3, ARBITER, 50),
    ]  # fmt: skip


def test_the_arbiter_can_be_called_when_the_time_is_over(hub: SmallHub, case: UUID) -> None:
    """Ten working days, without any answer."""
    invites(hub, case)
    with pytest.raises(Conflict):
        calls(hub, case, STEENWIJK, NOW + timedelta(days=14))
    calls(hub, case, STEENWIJK, NOW + timedelta(days=15))
    assert talk(hub, case).talk.stage == "with_arbiter"


def test_a_counter_proposal_replaces_what_lay_there(hub: SmallHub, case: UUID) -> None:
    """Nobody agrees with a proposal that is no longer the last, nor with its own."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    proposes(hub, case, STEENWIJK, leads=ASSEN, pays=ASSEN)
    assert said(hub, case)[-1] == "border.countered"
    for who, number in ((ASSEN, 1), (STEENWIJK, 2)):
        with pytest.raises(Conflict):
            agrees(hub, case, who, number)
    agrees(hub, case, ASSEN, 2)
    assert hub.events(case)[-1].data["pays"] == ASSEN


def test_the_same_again_changes_nothing(hub: SmallHub, case: UUID) -> None:
    """Each move twice, each said once."""
    for _ in range(2):
        invites(hub, case)
    for _ in range(2):
        proposes(hub, case, ASSEN, **REASONED)
    for _ in range(2):
        refuses(hub, case, STEENWIJK)
    proposes(hub, case, STEENWIJK, share=10)
    for _ in range(2):
        refuses(hub, case, ASSEN, "period")
    for _ in range(2):
        calls(hub, case, ASSEN)
    for _ in range(2):
        decides(hub, case)
    assert said(hub, case) == [
        "border.invited", "border.proposed", "border.refused", "border.proposed", "border.refused",
        "border.arbiter.called", "border.arbitrated",
    ]  # fmt: skip


def test_an_agreement_twice_is_said_once(hub: SmallHub, case: UUID) -> None:
    """Also after the case has moved."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    for _ in range(2):
        agrees(hub, case, STEENWIJK)
    assert said(hub, case).count("border.agreed") == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"leads": STRANGER}, "/leads"),
        ({"pays": ARBITER}, "/pays"),
        ({"leads": "outside"}, "/leads"),
        ({"rule": "Z9"}, "/rule"),
        ({"basis": "law", "rule": "A5"}, "/basis"),
        ({"startsOn": "2025-01-01", "endsOn": "2026-11-18"}, "/endsOn"),
        ({"endsOn": "2040-07-31"}, "/endsOn"),
        ({"reasoning": "De leerling heeft ADHD.", "withoutHealthData": True}, "/reasoning"),
        ({"reasoning": "Sem past hier niet.", "withoutHealthData": True}, "/reasoning"),
    ],
)
def test_what_cannot_be_proposed(hub: SmallHub, case: UUID, changes: dict[str, Any], pointer: str) -> None:
    """A side that is none, a rule that is none, a time that is over, and whatever tells of the child."""
    invites(hub, case)
    with pytest.raises(InvalidInput) as refused:
        proposes(hub, case, ASSEN, **changes)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    assert said(hub, case) == ["border.invited"]


@pytest.mark.parametrize(
    "changes",
    [
        {"reasoning": "Zonder verklaring."},
        {"reasoning": "x", "withoutHealthData": False},
        {"basis": "law"},
        {"endsOn": "2026-11-30"},
        {"share": 0},
        {"share": 101},
        {"share": "60"},
        {"startsOn": 5},
        {"leads": "GM0106-ST"},
    ],
)
def test_what_is_no_proposal(changes: dict[str, Any]) -> None:
    """Codes, days and a share, in their own form; a text only with the word that it is not about health."""
    with pytest.raises(ValidationError):
        terms(**changes)


def test_the_law_can_be_named_with_its_rule(hub: SmallHub, case: UUID) -> None:
    """A rule that is sure."""
    invites(hub, case)
    proposes(hub, case, ASSEN, basis="law", rule="A3a")
    assert talk(hub, case).proposals[0].rule == "A3a"


@pytest.mark.parametrize(
    ("who", "refusal"), [(STEENWIJK, NotFound), (BOARD, NotAllowed), (OrganisationCode("GM0106-ST"), NotFound)]
)
def test_only_the_holder_asks_to_the_table(hub: SmallHub, case: UUID, who: str, refusal: type[HubError]) -> None:
    """Not the school, and nobody who is not in the case."""
    with pytest.raises(refusal):
        invites(hub, case, who)


def test_only_partnerships_sit_at_the_table(hub: SmallHub, case: UUID) -> None:
    """A team that holds a case settles nothing between partnerships; nor is it invited."""
    redirects(hub, case, ASSEN, to="GM0106-ST")
    hub.read()
    with pytest.raises(NotAllowed):
        invites(hub, case, "GM0106-ST")
    with pytest.raises(NotAllowed):
        invites(hub, case, ASSEN)


@pytest.mark.parametrize(
    ("invitation", "pointer"),
    [
        ({"swv": "PO9999"}, "/swv"),
        ({"swv": ASSEN}, "/swv"),
        ({"swv": STEENWIJK, "arbiter": STEENWIJK}, "/arbiter"),
        ({"swv": STEENWIJK, "arbiter": ASSEN}, "/arbiter"),
        ({"swv": STEENWIJK, "arbiter": "PO9999"}, "/arbiter"),
    ],
)
def test_who_can_be_invited(hub: SmallHub, case: UUID, invitation: dict[str, Any], pointer: str) -> None:
    """Another partnership that is there, and an arbiter that is neither side."""
    with pytest.raises(InvalidInput) as refused:
        invites(hub, case, **invitation)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_a_second_talk_waits_for_the_first(hub: SmallHub, case: UUID) -> None:
    """And can begin once that was settled."""
    invites(hub, case)
    with pytest.raises(Conflict):
        invites(hub, case, swv=STRANGER)
    proposes(hub, case, ASSEN, leads=ASSEN)
    agrees(hub, case, STEENWIJK)
    invites(hub, case, swv=STRANGER)
    assert talk(hub, case, STRANGER).talk.invited == STRANGER
    assert talk(hub, case, STEENWIJK).talk.invited == STEENWIJK


def test_a_talk_ends_with_its_case(hub: SmallHub, case: UUID) -> None:
    """Closed, taken back or passed on: nothing more is settled about it."""
    invites(hub, case)
    answers(hub, case, ASSEN)
    closes(hub, case, ASSEN)
    with pytest.raises(Conflict):
        proposes(hub, case, ASSEN)
    other = hub.routed("support.requested", {"school": "99AA00", "asksFor": "advice", "question": "Wie helpt?"})
    invites(hub, other)
    hub.publish(withdrawal("signal.withdrawn", other))
    hub.read()
    with pytest.raises(Gone):
        proposes(hub, other, STEENWIJK)


def test_a_talk_ends_when_the_case_is_passed_on(hub: SmallHub, case: UUID) -> None:
    """The next holder begins its own; whoever passed it on can be asked to the table again."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    redirects(hub, case, ASSEN, to=STRANGER)
    hub.read()
    with pytest.raises(Conflict):
        agrees(hub, case, STEENWIJK)
    invites(hub, case, STRANGER, swv=ASSEN)
    assert hub.parties(case)[ASSEN] == ("named", "named")
    proposes(hub, case, ASSEN, leads=ASSEN, pays=ASSEN)
    agrees(hub, case, STRANGER)
    assert hub.case(case).holder == ASSEN


def test_outside_the_network_the_holder_goes_on(hub: SmallHub, case: UUID) -> None:
    """The reply is written down by who asked; a school in Belgium cannot hold a case of the hub."""
    invites(hub, case, outside=OUTSIDE_SCHOOL)
    proposes(hub, case, ASSEN, leads="outside", pays=ASSEN)
    hears(hub, case, "refused", "no_place")
    proposes(hub, case, ASSEN, leads="outside", pays=ASSEN, share=100)
    for _ in range(2):
        hears(hub, case, "agreed")
    assert hub.events(case)[-1].data["onBehalfOf"] == "outside"
    assert hub.case(case).holder == ASSEN
    assert said(hub, case)[-2:] == ["border.proposed", "border.agreed"]
    assert "Linde" not in str([event.data for event in hub.events(case)])


def test_nobody_answers_for_a_partnership_of_the_hub(hub: SmallHub, case: UUID) -> None:
    """It speaks for itself."""
    invites(hub, case)
    proposes(hub, case, ASSEN)
    with pytest.raises(Conflict):
        hears(hub, case, "agreed")


def test_an_arbiter_that_was_agreed_on_counts(hub: SmallHub, case: UUID) -> None:
    """Two regions that named their arbiter have no other."""
    agreed = Agreement(
        "arbiter", "border_arbiter", frozenset({ASSEN, STEENWIJK}), {"arbiter": STRANGER}, START, None, "-"
    )
    need_readable(agreed)
    region = hub.with_agreement(agreed)
    with pytest.raises(InvalidInput):
        invites(region, case)
    invites(region, case, swv=STEENWIJK)
    assert talk(region, case).talk.arbiter == STRANGER


def test_a_party_only_names_another(hub: SmallHub, case: UUID) -> None:
    """Any role but that is given by the hub itself, as the database keeps it."""
    row = {"case_id": case, "organisation": STRANGER, "role": "asked", "state": "offered", "since": NOW}
    with acting_for(hub.sessions, ASSEN) as session, pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(insert(Party).values(row))
    named = {**row, "role": "named", "state": "named"}
    with acting_for(hub.sessions, STEENWIJK) as session, pytest.raises(ProgrammingError, match="row-level security"):
        session.execute(insert(Party).values(named))
    with acting_for(hub.sessions, ASSEN) as session:
        session.execute(insert(Party).values(named))
        session.rollback()
