"""Levels of assurance, by example."""

import pytest

from hub.access.assurance import Assurance
from hub.errors import InvalidInput

LADDER = Assurance(("low", "substantial", "high"), least="low", second_factor="substantial")
BY_METHOD = Assurance(methods=frozenset({"mfa", "otp"}))


@pytest.mark.parametrize(
    ("assurance", "acr", "methods", "suffices", "two"),
    [
        (LADDER, "low", [], True, False),
        (LADDER, "substantial", [], True, True),
        (LADDER, "high", [], True, True),
        (LADDER, "LOW", [], False, False),
        (LADDER, "other", [], False, False),
        (LADDER, None, [], False, False),
        (LADDER, "low", ["mfa"], True, False),
        (BY_METHOD, None, [], True, False),
        (BY_METHOD, None, ["pwd"], True, False),
        (BY_METHOD, None, ["pwd", "otp"], True, True),
        (BY_METHOD, "high", [], True, False),
        (Assurance(), "high", ["mfa"], True, False),
    ],
)
def test_what_a_sign_in_reaches(
    assurance: Assurance, acr: str | None, methods: list[str], suffices: bool, two: bool
) -> None:
    """At least the least level for everyone; a second factor by level or by method, if the provider can tell at all."""
    assert assurance.suffices(acr, frozenset(methods), second_factor=False) is suffices
    assert assurance.suffices(acr, frozenset(methods), second_factor=True) is two
    assert assurance.has_second_factor(acr, frozenset(methods)) is two


def test_what_is_asked() -> None:
    """Every level that will do, the weakest first, so that nobody has to do more than is needed."""
    assert LADDER.asks(second_factor=False) == "low substantial high"
    assert LADDER.asks(second_factor=True) == "substantial high"
    assert BY_METHOD.asks(second_factor=True) is None


@pytest.mark.parametrize(
    "wrong",
    [
        Assurance(("low",), least="high"),
        Assurance(("low",), second_factor="high"),
        Assurance(("low", "low")),
        Assurance(("very low",)),
        Assurance(("",)),
        Assurance(least="low"),
    ],
)
def test_a_ladder_must_be_one(wrong: Assurance) -> None:
    """A level that is demanded stands in it, and each stands there once."""
    with pytest.raises(InvalidInput):
        wrong.check()
    LADDER.check()
