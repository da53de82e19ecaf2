"""docs/webhooks.md says what the code does."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.codes import new_id
from hub.delivery import actions, lanes, post
from hub.delivery.backoff import MOST_ATTEMPTS, Answer, wait_after
from hub.delivery.signing import message_id, new_secret, signed_headers, written

DOCUMENT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
UNITS = {"s": "seconds", "min": "minutes", "h": "hours"}


def test_the_table_of_tries_is_the_one_that_is_used() -> None:
    """Each wait in the table is the wait of the code."""
    rows = re.findall(r"^\| (\d+) \| (\d+) (s|min|h) \|$", DOCUMENT, re.MULTILINE)
    told = {int(attempt): timedelta(**{UNITS[unit]: int(number)}) for attempt, number, unit in rows}
    used = {n + 1: wait_after(n, Answer(500), lambda: 0.5) for n in range(1, MOST_ATTEMPTS)}
    assert told == used


def test_the_example_accepts_a_real_message_and_nothing_else() -> None:
    """The function for readers without a library works as it stands there."""
    found = re.search(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None
    names: dict[str, object] = {}
    exec(found[1], names)
    is_genuine = names["is_genuine"]
    assert callable(is_genuine)
    secret, body = new_secret(), b"{}"
    headers = signed_headers(secret, message_id(new_id(), 1), body, at=datetime.now(UTC))
    old = signed_headers(secret, message_id(new_id(), 1), body, at=datetime.now(UTC) - timedelta(minutes=6))
    assert is_genuine(written(secret), headers, body)
    assert not is_genuine(written(secret), headers, b"{ }")
    assert not is_genuine(written(new_secret()), headers, body)
    assert not is_genuine(written(secret), old, body)


def test_the_figures_are_those_of_the_code() -> None:
    """Limits that readers count on."""
    assert f"at most {actions.MOST_SUBSCRIPTIONS}\nwebhooks" in DOCUMENT
    assert f"You have {post.DEADLINE.total_seconds():.0f} seconds" in DOCUMENT
    assert f"At first it has {lanes.FIRST_WINDOW} messages under way, up\n  to {lanes.WIDEST_WINDOW}" in DOCUMENT
