"""What is measured, as it is printed and kept: a figure, its limit in the same run, the goal, and whether it is met."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

_HEADS = ("what", "figure", "unit", "limit", "ratio", "goal", "met")
_WIDTHS = (58, 10, 10, 10, 6, 14, 4)


@dataclass(frozen=True)
class Goal:
    """What was promised: a bound for the figure itself, or for its ratio to the limit."""

    number: float
    is_floor: bool = True
    of_ratio: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.is_floor else '≤'} {_short(self.number)}{' of limit' if self.of_ratio else ''}"

    def is_met(self, figure: float, ratio: float | None) -> bool:
        """Whether the promise is kept."""
        value = ratio if self.of_ratio else figure
        assert value is not None, "a goal for a ratio needs a limit"
        return value >= self.number if self.is_floor else value <= self.number


@dataclass(frozen=True)
class Figure:
    """One line of the table; `limit` is the best that this machine could do in the same run, where there is such."""

    name: str
    figure: float
    unit: str
    limit: float | None
    ratio: float | None
    goal: str
    met: bool

    def line(self) -> str:
        """The line of the table."""
        limit = "" if self.limit is None else _short(self.limit)
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return _columns(self.name, _short(self.figure), self.unit, limit, ratio, self.goal, "yes" if self.met else "NO")


def figure(  # noqa: PLR0913  # a line has this many cells, and half of them go by name
    name: str, value: float, unit: str, goal: Goal, *, limit: float | None = None, ratio: float | None = None
) -> Figure:
    """The line for a measured value; `ratio` where it is better known than by division."""
    if limit is not None and ratio is None:
        ratio = value / limit
    return Figure(name, _rounded(value), unit, _rounded(limit), _rounded(ratio), str(goal), goal.is_met(value, ratio))


def at_least(number: float) -> Goal:
    """The figure is at least this."""
    return Goal(number)


def at_most(number: float) -> Goal:
    """The figure is at most this."""
    return Goal(number, is_floor=False)


def ratio_at_least(number: float) -> Goal:
    """The figure is at least this part of its limit."""
    return Goal(number, of_ratio=True)


def heading() -> str:
    """The head of the table."""
    return _columns(*_HEADS) + "\n" + "-" * (sum(_WIDTHS) + len(_WIDTHS) - 1)


def keep(figures: Iterable[Figure], path: Path) -> None:
    """Write the figures as JSON."""
    path.write_bytes(orjson.dumps([asdict(one) for one in figures], option=orjson.OPT_INDENT_2) + b"\n")


def _columns(*cells: str) -> str:
    name, *rest = (f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
    numbers = [f"{cell.strip():>{width}}" for cell, width in zip(rest, _WIDTHS[1:], strict=True)]
    return " ".join([name, *numbers])


def _rounded(value: Any) -> Any:
    return None if value is None else float(f"{value:.3g}")


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:g}"
