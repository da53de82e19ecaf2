"""Whose rows a table holds: declared beside each table, as conditions on whoever acts.

PostgreSQL's policies (`hub.store.row_security`) and the filters of queries (`mine`) are both made of the declaration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, column, exists, false, func, literal, or_, table

Columns = Callable[[str], ColumnElement[Any]]
"""The columns of a table by their names."""

Acting = ColumnElement[str]
Condition = Callable[[Columns, Acting], ColumnElement[bool]]
"""Which rows of a table belong to whoever acts."""


def nobody(_: Columns, __: Acting) -> ColumnElement[bool]:
    """Only the hub itself."""
    return false()


def everybody(_: Columns, acting: Acting) -> ColumnElement[bool]:
    """Whoever acts for an organisation: what is public among them."""
    return acting != literal("")


def of(name: str) -> Condition:
    """The organisation in a column."""

    def condition(of_row: Columns, acting: Acting) -> ColumnElement[bool]:
        return of_row(name) == acting

    return condition


def saying(name: str, value: str) -> Condition:
    """Rows in which a column holds this word, whoever acts."""
    return lambda of_row, _: of_row(name) == literal(value)


_PARTIES = table("case_parties", column("case_id"), column("organisation")).alias("its_parties")
_EVENTS = table("events", column("case_id"), column("publisher")).alias("its_events")


def parties_of(name: str) -> Condition:
    """Whoever is in the case that a column names."""

    def condition(of_row: Columns, acting: Acting) -> ColumnElement[bool]:
        case_id = of_row(name)
        return exists().where(_PARTIES.c.case_id == case_id, _PARTIES.c.organisation == acting)

    return condition


def authors_of(name: str) -> Condition:
    """Whoever has said something in the case that a column names: also while no rule has placed it yet."""

    def condition(of_row: Columns, acting: Acting) -> ColumnElement[bool]:
        case_id = of_row(name)
        return exists().where(_EVENTS.c.case_id == case_id, _EVENTS.c.publisher == acting)

    return condition


def fellow_parties_of(name: str) -> Condition:
    """The same as `parties_of` for the table of parties itself, whose policy cannot ask that table."""

    def condition(of_row: Columns, acting: Acting) -> ColumnElement[bool]:
        return func.hub_is_party(of_row(name), acting)

    return condition


def sender_of(name: str) -> Condition:
    """Whoever sent the case that a column names; asked by a function for the same reason."""

    def condition(of_row: Columns, acting: Acting) -> ColumnElement[bool]:
        return func.hub_is_sender(of_row(name), acting)

    return condition


def owners_through(other: str, name: str, key: str = "id", owner: str = "organisation") -> Condition:
    """The organisation of the row of another table that a column points at."""
    others = table(other, column(key), column(owner)).alias("its_owner")

    def condition(of_row: Columns, acting: Acting) -> ColumnElement[bool]:
        return exists().where(others.c[key] == of_row(name), others.c[owner] == acting)

    return condition


def either(*conditions: Condition) -> Condition:
    """Any of these; the cheapest first."""
    return lambda of_row, acting: or_(*(condition(of_row, acting) for condition in conditions))


def both(*conditions: Condition) -> Condition:
    """All of these."""
    return lambda of_row, acting: and_(*(condition(of_row, acting) for condition in conditions))


@dataclass(frozen=True, slots=True)
class Rows:
    """Whose rows a table holds: who reads, adds, changes and removes which. `is_history`: never changed, by nobody."""

    read: Condition = nobody
    add: Condition = nobody
    change: Condition = nobody
    remove: Condition = nobody
    is_history: bool = False


HUB_ONLY = Rows()
PUBLIC = Rows(read=everybody)
