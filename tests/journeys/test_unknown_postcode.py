"""What no rule can place goes to a person, with the exact question; it is no error of the school."""

from tests.journeys.words import admission, signal
from tests.support.callers import happenings
from tests.support.hub import RunningHub


def test_a_postcode_without_partnership_is_put_to_a_person(hub: RunningHub) -> None:
    """The law names the postcode but gives it no partnership: the school's own one finds out."""
    board, triage = hub.organisation("B00005"), hub.organisation("PO2201")
    case = board.publish("admission.requested", admission("99AE00", "3197"))
    undecided = board.sees(case, "undecided", "PO2201")
    asked = happenings(undecided, "case.undecided")[0]
    assert any("3197" in question for question in asked["questions"])
    assert undecided["dueDate"] is not None

    triage.redirects(case, "PO2203", "other")
    board.sees(case, "offered", "PO2203")


def test_a_postcode_that_does_not_exist_is_put_to_a_person(hub: RunningHub) -> None:
    """Four digits that lead to no municipality stop nothing: the case has a holder and a term."""
    board = hub.organisation("B00001")
    case = board.publish("signal.raised", signal("99AA00", "1000"))
    undecided = board.sees(case, "undecided", "PO2201")
    assert happenings(undecided, "case.undecided")[0]["questions"]


def test_triage_may_answer_itself(hub: RunningHub) -> None:
    """Who looks first can give the school its answer at once."""
    board, triage = hub.organisation("B00001"), hub.organisation("PO2201")
    case = board.publish("signal.raised", signal("99AA00", "1000"))
    board.sees(case, "undecided")
    assert triage.case(case)["possibleMoves"] == ["clarification", "redirection", "question", "answer"]
    triage.answers(case, "Wij bellen u morgen.", outcome="advice_given")
    triage.closes(case)
    assert board.case(case)["state"] == "closed"


def test_what_has_no_partnership_comes_back_to_the_school(hub: RunningHub) -> None:
    """A school outside every partnership holds its own question, and names the receiver itself."""
    board = hub.organisation("B00005")
    case = board.publish("signal.raised", signal("99DD00", "1000"))
    undecided = board.sees(case, "undecided", "B00005")
    assert {"redirection", "answer"} <= set(undecided["possibleMoves"])
    board.redirects(case, "GM1730-ST", "other")
    board.sees(case, "offered", "GM1730-ST")
