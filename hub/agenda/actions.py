"""What the agenda writes: facts, summed into counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from hub.agenda.indicators import Fact
from hub.agenda.tables import Count
from hub.store.bulk import insert_rows

_DIMENSIONS = tuple(field.name for field in fields(Fact))
_ADD = (
    f"ON CONFLICT (partition, {', '.join(_DIMENSIONS)}) DO UPDATE SET number = agenda_counts.number + excluded.number"
)


def count(session: Session, facts: Sequence[tuple[int, Fact]]) -> None:
    """Add facts, each with the partition of the log that it comes from, to the counts.

    Partitions never share a row, and rows are written in one fixed order, so concurrent readers neither wait for one
    another nor block each other for good.
    """
    numbers = sorted(Counter(facts).items())
    rows = [_row(partition, fact, number) for (partition, fact), number in numbers]
    insert_rows(session.connection(), Count.__table__, rows, otherwise=_ADD)  # type: ignore[arg-type]


def _row(partition: int, fact: Fact, number: int) -> dict[str, Any]:
    return {"partition": partition, **{name: getattr(fact, name) for name in _DIMENSIONS}, "number": number}
