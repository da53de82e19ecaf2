"""Cursors: what the hub gave comes back as it was, anything else is a plain refusal."""

import base64
import json
from datetime import date
from uuid import UUID

import pytest

from hub.api.wire import read_cursor, write_cursor
from hub.errors import InvalidInput

CASE = UUID("0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b")


def test_a_cursor_comes_back_as_it_was_given() -> None:
    """Its two parts, read again."""
    cursor = write_cursor(date(2026, 1, 1), CASE)
    assert read_cursor(cursor, date.fromisoformat, UUID) == (date(2026, 1, 1), CASE)


@pytest.mark.parametrize(
    "parts",
    [
        *(["2026-01-01", 5], [5, str(CASE)], ["2026-01-01", None], ["2026-01-01", {"int": 5}]),
        *(["2026-01-01"], ["2026-01-01", str(CASE), "more"], [], {}, {"0": 1}, 7, None, "text"),
    ],
)
def test_a_cursor_of_somebody_elses_making_is_refused(parts: object) -> None:
    """Whatever JSON is in it."""
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()
    with pytest.raises(InvalidInput):
        read_cursor(cursor, date.fromisoformat, UUID)


@pytest.mark.parametrize("number", [1e400, "1e400", "9" * 5_000])
def test_a_cursor_with_a_number_without_end_is_refused(number: object) -> None:
    """Also where a number is expected."""
    cursor = base64.urlsafe_b64encode(json.dumps([number, str(CASE)]).encode()).decode()
    with pytest.raises(InvalidInput):
        read_cursor(cursor, int, UUID)


@pytest.mark.parametrize("cursor", ["x", "%%%", "é", "AAAA", "=" * 9])
def test_what_is_no_cursor_at_all_is_refused(cursor: str) -> None:
    """Broken base64, or no JSON under it."""
    with pytest.raises(InvalidInput):
        read_cursor(cursor, date.fromisoformat, UUID)
