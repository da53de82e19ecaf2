"""From primary to secondary education in Zuidlaren: the borders of the two differ there."""

from tests.journeys.words import signal
from tests.support.callers import happenings, rules
from tests.support.hub import RunningHub

ZUIDLAREN, IN_ZUIDLAREN, IN_VRIES = "99DA00", "9471", "9481"


def test_a_change_of_sector_goes_to_the_secondary_partnership_of_home(hub: RunningHub) -> None:
    """Zuidlaren belongs to Groningen in secondary education, although it belongs to Assen in primary."""
    board = hub.organisation("B00001")
    data = signal(ZUIDLAREN, IN_ZUIDLAREN, theme="transition", about="education")
    offered = board.sees(board.publish("signal.raised", data), "offered", "VO2001")
    assert "HUB5" in rules(happenings(offered, "referral.offered")[0])
    assert offered["leadSwv"] == "VO2001"


def test_a_class_mate_from_vries_goes_elsewhere(hub: RunningHub) -> None:
    """The same school and municipality, another postcode: Vries belongs to Drenthe in both sectors."""
    board = hub.organisation("B00001")
    data = signal(ZUIDLAREN, IN_VRIES, theme="transition", about="education")
    board.sees(board.publish("signal.raised", data), "offered", "VO2201")


def test_another_question_of_the_same_school_stays_in_primary_education(hub: RunningHub) -> None:
    """Only the change of sector looks ahead."""
    board = hub.organisation("B00001")
    data = signal(ZUIDLAREN, IN_ZUIDLAREN, theme="behaviour", about="education")
    board.sees(board.publish("signal.raised", data), "offered", "PO2201")
