"""A pupil moves while a case runs: the rules say who is responsible, both authorities are asked, then it goes there."""

from typing import Any
from uuid import UUID

import pytest

from hub.borders.relocating import confirm
from hub.errors import Conflict, HubError, InvalidInput, NotAllowed, NotFound
from tests.borders.talking import ASSEN, STEENWIJK
from tests.support.moves import answers, closes
from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, BOARD, TEAM, SmallHub, cloudevent, withdrawal

OTHER_TEAM, STRANGER = "GM0118-ST", "GM1680-ST"
FOSTER = {"residence": "stay", "municipalityBeforeStay": "GM0106", "stayPostcode": "7902", "helpForm": "foster"}


def moves(hub: SmallHub, case: UUID, **where: Any) -> dict[str, Any]:
    """The school tells of a move; what the hub makes of it."""
    hub.publish(cloudevent("move.notified", {"movedOn": "2026-11-16", **where}, subject=str(case)))
    hub.read()
    return next((event.data for event in reversed(hub.events(case)) if event.type == "move.weighed"), {})


def confirms(hub: SmallHub, case: UUID, who: str, *, agrees: bool = True) -> None:
    """An authority answers."""
    with hub.acting(who) as acting:
        confirm(acting, case, agrees=agrees)
    hub.read()


def rules(weighed: dict[str, Any]) -> set[str]:
    """The rules that held."""
    return {reason["rule"] for reason in weighed["reasons"] if reason.get("applies", True)}


@pytest.fixture
def referral(hub: SmallHub) -> UUID:
    """A request for help in Assen."""
    return hub.routed("referral.submitted", A_REFERRAL)


def test_help_at_home_moves_along_once_both_agree(hub: SmallHub, referral: UUID) -> None:
    """C8: the team of the new municipality is responsible; until both said so, the first one goes on."""
    weighed = moves(hub, referral, homePostcode="7902")
    assert weighed["matters"] == [{"now": TEAM, "other": OTHER_TEAM, "responsible": OTHER_TEAM}]
    assert {"C1", "C8"} <= rules(weighed)
    confirms(hub, referral, OTHER_TEAM)
    assert hub.case(referral).holder == TEAM
    assert hub.view(referral, OTHER_TEAM).shown.fields == {"question"}
    confirms(hub, referral, TEAM)
    row = hub.case(referral)
    assert (row.holder, row.state, row.home_postcode) == (OTHER_TEAM, "accepted", "7902")
    assert hub.parties(referral)[TEAM] == ("former", "former")
    assert hub.types(referral)[-3:] == ["move.confirmed", "move.confirmed", "move.settled"]
    assert "pupil" in hub.view(referral, OTHER_TEAM).shown.fields


def test_a_foster_child_keeps_its_municipality(hub: SmallHub, referral: UUID) -> None:
    """C2: the municipality of before the stay; that of the foster home is asked, and reads why it is not its task."""
    weighed = moves(hub, referral, homePostcode="7902", living=FOSTER)
    assert weighed["matters"] == [{"now": TEAM, "other": OTHER_TEAM, "responsible": TEAM}]
    assert "C2" in rules(weighed)
    for who in (TEAM, OTHER_TEAM):
        confirms(hub, referral, who)
    assert hub.case(referral).holder == TEAM
    assert hub.types(referral)[-1] == "move.settled"


def test_each_task_has_its_own_answer(hub: SmallHub) -> None:
    """The partnership of the school stays, the attendance office changes with the home (D1)."""
    case = hub.routed("absence.reported", AN_ABSENCE)
    assert hub.parties(case)["GM0118-LP"] == ("asked", "offered")
    weighed = moves(hub, case, homePostcode="8331")
    found = {matter["now"]: (matter["other"], matter["responsible"]) for matter in weighed["matters"]}
    assert found[ASSEN] == (STEENWIJK, ASSEN)
    other, responsible = found["GM0118-LP"]
    assert other == responsible != "GM0118-LP"
    for who in ("GM0118-LP", other):
        confirms(hub, case, who)
    assert hub.parties(case)[other] == ("asked", "accepted")
    assert hub.case(case).holder == ASSEN


def test_another_school_brings_another_partnership(hub: SmallHub, case: UUID) -> None:
    """A1: the partnership of the school where the pupil is now."""
    weighed = moves(hub, case, newSchool="99JA00")
    assert weighed["matters"] == [{"now": ASSEN, "other": STEENWIJK, "responsible": STEENWIJK}]
    for who in (ASSEN, STEENWIJK):
        confirms(hub, case, who)
    assert hub.case(case).holder == STEENWIJK


def test_within_the_same_borders_nobody_is_asked(hub: SmallHub, referral: UUID) -> None:
    """The rules are followed again, and everyone reads that nothing changes."""
    assert moves(hub, referral, homePostcode="9405")["matters"] == []
    with pytest.raises(NotAllowed):
        confirms(hub, referral, TEAM)


def test_where_the_rules_cannot_tell_nothing_moves(hub: SmallHub, referral: UUID) -> None:
    """A postcode in two municipalities: the question is told, and whoever has the case keeps it."""
    weighed = moves(hub, referral, homePostcode="9400")
    assert weighed["missing"]
    assert hub.case(referral).holder == TEAM


def test_who_does_not_agree_keeps_it_where_it_is(hub: SmallHub, referral: UUID) -> None:
    """And cannot say otherwise afterwards, nor say it twice."""
    moves(hub, referral, homePostcode="7902")
    for _ in range(2):
        confirms(hub, referral, TEAM, agrees=False)
    confirms(hub, referral, OTHER_TEAM)
    with pytest.raises(Conflict):
        confirms(hub, referral, TEAM)
    assert hub.case(referral).holder == TEAM
    assert hub.types(referral).count("move.confirmed") == 2
    assert "move.settled" not in hub.types(referral)


def test_the_next_move_asks_anew(hub: SmallHub, referral: UUID) -> None:
    """What was said about the one before no longer counts."""
    moves(hub, referral, homePostcode="7902")
    confirms(hub, referral, TEAM, agrees=False)
    moves(hub, referral, homePostcode="9461")
    for who in (TEAM, STRANGER):
        confirms(hub, referral, who)
    assert hub.case(referral).holder == STRANGER


def test_what_is_routed_later_knows_of_the_move(hub: SmallHub, referral: UUID) -> None:
    """The facts of the case are those of after it."""
    moves(hub, referral, homePostcode="7902")
    facts = hub.view(referral, BOARD).course.facts()
    assert (facts.home_postcode, str(facts.living.moved_on)) == ("7902", "2026-11-16")


@pytest.mark.parametrize(("who", "refusal"), [(BOARD, NotAllowed), (STRANGER, NotFound)])
def test_only_who_was_asked_answers(hub: SmallHub, referral: UUID, who: str, refusal: type[HubError]) -> None:
    """Not the school, and nobody from elsewhere."""
    moves(hub, referral, homePostcode="7902")
    with pytest.raises(refusal):
        confirms(hub, referral, who)


def test_a_case_that_is_over_moves_nowhere(hub: SmallHub, referral: UUID) -> None:
    """In a closed one all read who would be responsible; one that was taken back is left alone."""
    answers(hub, referral)
    closes(hub, referral)
    weighed = moves(hub, referral, homePostcode="7902")
    assert (weighed["matters"], "C1" in rules(weighed)) == ([], True)
    other = hub.routed("referral.submitted", A_REFERRAL)
    hub.publish(withdrawal("signal.withdrawn", other))
    hub.read()
    assert moves(hub, other, homePostcode="7902") == {}


@pytest.mark.parametrize(
    "where", [{}, {"newSchool": "88ZZ00"}, {"homePostcode": "7902", "living": {"residence": "secret"}}]
)
def test_a_move_leads_somewhere(hub: SmallHub, referral: UUID, where: dict[str, Any]) -> None:
    """To a school that is there, and never to an address that the register keeps secret."""
    with pytest.raises(InvalidInput):
        moves(hub, referral, **where)
