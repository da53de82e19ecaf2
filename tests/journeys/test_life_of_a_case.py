"""What goes wrong in other systems: no answer, the wrong person away, an answer that is none, two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.journeys.words import absence, referral
from tests.support.callers import document, happenings
from tests.support.hub import RunningHub


def test_a_question_back_to_the_school(hub: RunningHub) -> None:
    """The team misses something, asks, and everybody sees that it waits for the school; then it goes on."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered", "GM0106-ST")
    team.moves("question", case, text="Weten beide ouders hiervan?")

    waiting = board.case(case)
    assert (waiting["status"], waiting["technicalStatus"], waiting["possibleMoves"]) == (
        "waits_for_school",
        "placed",
        ["reply"],
    )
    assert happenings(waiting, "question.asked")[0]["texts"] == {"message": "Weten beide ouders hiervan?"}
    assert [sent["waitsForYou"] for sent in board.read("/sent")["cases"] if sent["case"] == case] == [True]
    entry = team.has_waiting(case)
    assert entry is not None
    assert entry["status"] == "waits_for_school"

    board.moves("reply", case, text="Ja, wij spraken hen samen.")
    assert happenings(team.case(case), "question.answered")[0]["texts"] == {"message": "Ja, wij spraken hen samen."}
    assert team.case(case)["status"] == "waits_for_receiver"
    team.accepts(case)
    team.answers(case, "Wij komen langs.")
    team.moves("closure", case, outcome="help_finished")
    assert happenings(board.case(case), "case.closed")[0]["data"] == {"outcome": "help_finished"}


def test_a_contested_answer(hub: RunningHub) -> None:
    """The school does not agree with a closed case: the team owes it another answer, within a new term."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered", "GM0106-ST")
    team.answers(case, "Dit is besproken.", outcome="other")
    team.closes(case)
    assert team.has_waiting(case) is None

    board.moves("contestation", case, code="nothing_happened", explanation="Het gezin hoorde niets.")
    entry = team.has_waiting(case)
    assert entry is not None
    assert (entry["state"], entry["isLate"]) == ("contested", False)
    assert entry["dueDate"] > datetime.now(UTC).date().isoformat()
    assert document(team.try_to("closure", case), 409)["nextStep"]
    team.moves("reopening", case)
    team.answers(case, "Wij gaan morgen langs bij het gezin.")
    team.closes(case)
    board.will_be_told(
        case,
        *("referral.offered", "outcome.reported", "case.closed", "case.reopened", "outcome.reported", "case.closed"),
    )


def test_a_sick_colleague(hub: RunningHub) -> None:
    """A case that one colleague took is answered by another one; the school knows teams, and no persons."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    colleague = hub.system("GM0106-ST", label="colleague")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered", "GM0106-ST")
    ill, well = str(uuid4()), str(uuid4())
    team.accepts(case)
    team.moves("assignment", case, to=ill)
    until = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
    team.moves("pause", case, code="waiting_list", untilDate=until)
    team.moves("note", case, text="Eerst bellen met de huisarts.")
    assert board.case(case)["status"] == "paused"

    view = colleague.case(case)
    assert (view["assignee"], happenings(view, "note.added")[0]["texts"]) == (
        ill,
        {"note": "Eerst bellen met de huisarts."},
    )
    colleague.moves("assignment", case, to=well)
    colleague.moves("resumption", case)
    colleague.answers(case, "Wij zijn begonnen.")
    seen = board.get(f"/cases/{case}").text
    assert not any(hidden in seen for hidden in (ill, well, "huisarts", "note.added", "case.assigned"))
    told = ["referral.accepted", "case.paused", "referral.opened", "case.resumed", "outcome.reported"]
    board.will_be_told(case, "referral.offered", *told)


def test_two_receivers_of_one_question(hub: RunningHub) -> None:
    """The partnership holds it and attendance is asked beside it: each answers, one closes."""
    board, swv, office = map(hub.organisation, ("B00001", "PO2201", "GM0118-LP"))
    case = board.publish("absence.reported", absence("99CA00", "7902"))
    board.sees(case, "offered", "PO2201")
    office.moves("question", case, text="Is het gemeld bij DUO?")
    swv.accepts(case)
    board.moves("reply", case, to="GM0118-LP", text="Ja, vorige week.")
    assert "vorige week" not in swv.get(f"/cases/{case}").text
    office.answers(case, "Wij nodigen de ouders uit.", outcome="advice_given")
    assert document(office.try_to("closure", case), 409)
    swv.answers(case, "Wij zoeken een passende plek.")
    swv.closes(case)
    view = board.case(case)
    assert {given["organisation"] for given in happenings(view, "outcome.reported")} == {"PO2201", "GM0118-LP"}
    assert (view["state"], view["holder"]) == ("closed", "PO2201")


def test_two_who_accept_at_once(hub: RunningHub) -> None:
    """One gets it; the other is told by whom it was taken, and can go on with it all the same."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    colleague = hub.system("GM0106-ST", label="colleague")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered", "GM0106-ST")
    with ThreadPoolExecutor(2) as together:
        both = [together.submit(one.try_to, "acceptance", case) for one in (team, colleague)]
        answers = [one.result() for one in both]
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    by = team.case(case)["acceptedBy"]
    assert by in next(answer.json()["detail"] for answer in answers if answer.status_code == 409)
    loser = next(one for one, answer in zip((team, colleague), answers, strict=True) if answer.status_code == 409)
    loser.answers(case, "Wij helpen.")
    assert board.was_told(case).count("referral.accepted") == 1


def test_an_acceptance_that_was_a_mistake(hub: RunningHub) -> None:
    """It is taken back, and the case can be declined after all."""
    board, team = hub.organisation("B00001"), hub.organisation("GM0106-ST")
    case = board.publish("referral.submitted", referral("99AA00", "9403"))
    board.sees(case, "offered", "GM0106-ST")
    team.accepts(case)
    assert "retraction" in team.case(case)["possibleMoves"]
    team.moves("retraction", case)
    team.declines(case, "not_our_area")
    board.sees(case, "undecided", "PO2201")
