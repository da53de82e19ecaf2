"""The document for jurists is made out of the rules, and is never behind them."""

from pathlib import Path

from hub.routing.document import document
from hub.routing.rules import GROUPS, RULES
from hub.routing.terms.rules import TERM_RULES

PUBLISHED = Path(__file__).parents[2] / "docs" / "routing.md"


def test_the_published_document_is_fresh() -> None:
    """When this fails: `python -m hub.routing.document > docs/routing.md`."""
    assert PUBLISHED.read_text(encoding="utf-8") == document()


def test_the_document_lists_every_rule_once() -> None:
    """A rule that is not listed cannot be checked."""
    headings = [line.split(".")[0].removeprefix("### ") for line in document().splitlines() if line.startswith("### ")]
    assert sorted(headings) == sorted([*RULES, *(term.id for term in TERM_RULES)])


def test_no_two_rules_share_an_id() -> None:
    """An id in a stored reason always means one rule."""
    assert len(RULES) == sum(len(rules) for rules in GROUPS.values())
