"""GET /v1/agenda/indicators: figures for the regional development agenda, small numbers hidden."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from hub import clock
from hub.access.rights import Right
from hub.agenda import queries
from hub.agenda.figures import Row
from hub.agenda.indicators import Dimension, school_year_months
from hub.api.context import InSession
from hub.api.needs import needs
from hub.api.wire import Answer, reads, refusals

router = APIRouter(prefix="/agenda", tags=["agenda"])


class IndicatorRow(Answer):
    """The figures of one key; a hidden figure is absent and named in `hidden`."""

    key: str
    raised: int | None
    answered: int | None
    median_working_days: int | None
    answered_in_time_percentage: int | None
    across_border_percentage: int | None
    hidden: list[str]


class Indicators(Answer):
    """A table by one dimension. `threshold`: smaller numbers are hidden; `step`: numbers are rounded to it."""

    by: Dimension
    from_month: str
    until_month: str
    threshold: int
    step: int
    rows: list[IndicatorRow]
    total: IndicatorRow


_Code = Annotated[str | None, Query(max_length=12, pattern="^[A-Z0-9]+$")]
_Month = Annotated[str | None, Query(pattern=r"^[1-9]\d{3}-(0[1-9]|1[0-2])$", description="such as 2026-11")]


@reads(
    router,
    "/indicators",
    operation_id="readIndicators",
    responses=refusals(400, 401, 403, 406, 503),
    dependencies=[needs(Right.READ_AGENDA)],
)
def indicators(
    session: InSession,
    by: Dimension = Dimension.MONTH,
    first: Annotated[_Month, Query(alias="from")] = None,
    last: Annotated[_Month, Query(alias="until")] = None,
    swv: _Code = None,
    municipality: _Code = None,
    theme: Annotated[str | None, Query(max_length=20, pattern="^[a-z_]+$")] = None,
) -> Indicators:
    """Counts, days to the first answer, and the share that crosses a border; by default of this school year.

    Numbers under the threshold are hidden, and so is what would give one away.
    """
    begin, end = school_year_months(clock.dutch_date(clock.now()))
    query = queries.Query(
        date.fromisoformat(f"{first}-01") if first else begin,
        date.fromisoformat(f"{last}-01") if last else end,
        by,
        swv=swv,
        municipality=municipality,
        theme=theme,
    )
    table = queries.indicators(session, query)
    return Indicators(
        by=by,
        from_month=f"{table.query.from_month:%Y-%m}",
        until_month=f"{table.query.until_month:%Y-%m}",
        threshold=table.threshold,
        step=table.step,
        rows=[_row(row) for row in table.rows],
        total=_row(table.total),
    )


def _row(row: Row) -> IndicatorRow:
    return IndicatorRow(**asdict(row), hidden=list(row.hidden))
