"""A pupil of a school in Beilen who lives in Hoogeveen: each question has its own answer."""

from tests.journeys.words import signal, support
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub

BEILEN, IN_HOOGEVEEN = "99CA00", "7902"


def test_a_concern_about_home_goes_to_the_team_of_home(hub: RunningHub) -> None:
    """Hoogeveen gets it, although the school lies in Midden-Drenthe: the residence of the child decides."""
    board = hub.organisation("B00001")
    case = board.publish("signal.raised", signal(BEILEN, IN_HOOGEVEEN))
    offered = board.sees(case, "offered", "GM0118-ST")
    assert "C1" in rules(happenings(offered, "referral.offered")[0])
    assert hub.organisation("GM0118-ST").has_waiting(case) is not None


def test_the_team_of_the_school_does_not_learn_of_it(hub: RunningHub) -> None:
    """For the team where the school lies, the case does not exist."""
    board = hub.organisation("B00001")
    case = board.publish("signal.raised", signal(BEILEN, IN_HOOGEVEEN))
    board.sees(case, "offered")
    elsewhere = hub.organisation("GM1731-ST")
    assert elsewhere.get(f"/cases/{case}").status_code == 404
    assert elsewhere.has_waiting(case) is None
    assert elsewhere.was_told(case) == []


def test_a_question_about_education_goes_to_the_partnership_of_the_school(hub: RunningHub) -> None:
    """An enrolled pupil belongs to the samenwerkingsverband of the school, wherever home is."""
    board, desk = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("support.requested", support(BEILEN, IN_HOOGEVEEN))
    offered = board.sees(case, "offered", "PO2201")
    assert "A1" in rules(happenings(offered, "referral.offered")[0])
    assert offered["leadSwv"] == "PO2201"
    assert desk.case(case)["ground"] == "swv_task"


def test_a_municipality_may_have_a_team_for_a_part_of_it(hub: RunningHub) -> None:
    """A child in Bovensmilde gets the team of the three villages, not the one of the whole municipality."""
    board = hub.organisation("B00001")
    case = board.publish("signal.raised", signal("99CC00", "9421"))
    board.sees(case, "offered", "GM1731-ST-SMILDE")
