"""What happens becomes figures for the regional development agenda; small numbers are hidden."""

from tests.journeys.words import signal
from tests.support.callers import Json, Organisation, an_event, document
from tests.support.hub import RunningHub
from tests.support.waiting import wait_until

STAPHORST, SCHOOL, BOARD, TEAM = "GM0180", "99KA00", "B00006", "GM0180-ST"
IN_THE_SAME_AREA, ACROSS_THE_BORDER = "7951", "7954"


def _raise(board: Organisation, theme: str, postcode: str, number: int) -> list[str]:
    batch = [an_event("signal.raised", signal(SCHOOL, postcode, theme=theme)) for _ in range(number)]
    taken = document(board.send(batch, "application/cloudevents-batch+json"), 202)
    return [event["case"] for event in taken["events"]]


def _table(reader: Organisation, by: str) -> Json:
    return reader.read("/agenda/indicators", by=by, municipality=STAPHORST)


def test_signals_become_figures_and_small_ones_stay_hidden(hub: RunningHub) -> None:
    """Fifty-one signals in one municipality: two themes can be told, the third is too small to show."""
    board, team, reader = hub.organisation(BOARD), hub.organisation(TEAM), hub.organisation("PO2203")
    _raise(board, "poverty", ACROSS_THE_BORDER, 10)
    answered = _raise(board, "poverty", IN_THE_SAME_AREA, 20)[:15]
    _raise(board, "attendance", IN_THE_SAME_AREA, 15)
    _raise(board, "care_need", IN_THE_SAME_AREA, 6)
    for case in answered:
        board.sees(case, "offered", TEAM)
        team.answers(case, "Wij denken mee.", outcome="advice_given")

    def counted() -> Json | None:
        table = _table(reader, "theme")
        return table if (table["total"]["raised"], table["total"]["answered"]) == (50, 15) else None

    table = wait_until(counted, seconds=20, what="figures of all signals and answers")
    assert table is not None
    rows = {row["key"]: row for row in table["rows"]}
    assert (table["threshold"], table["step"]) == (10, 5)
    assert rows["poverty"]["raised"] == 30
    assert rows["poverty"]["acrossBorderPercentage"] == 33
    assert table["total"]["answeredInTimePercentage"] == 95
    assert rows["care_need"]["raised"] is None
    assert "raised" in rows["care_need"]["hidden"]
    # Were this one shown, the small one would be what is left of the total.
    assert rows["attendance"]["raised"] is None

    by_sector = _table(reader, "sector")
    assert [(row["key"], row["raised"]) for row in by_sector["rows"]] == [("po", 50)]


def test_figures_are_for_those_who_make_the_agenda(hub: RunningHub) -> None:
    """A school's token has no right to them, and a period must make sense."""
    assert document(hub.organisation("B00001").get("/agenda/indicators"), 403)["code"] == "not-allowed"
    reader = hub.organisation("PO2203")
    refused = document(reader.get("/agenda/indicators", **{"from": "2026-11", "until": "2026-10"}), 400)
    assert refused["code"] == "invalid-input"
