"""What one partnership may not write to another: who the child is, and anything about its health (rule H3). Pure.

A list of words is no proof that a text is clean. It stops what is plainly about health, beside the writer's own word
that there is nothing of the kind; codes and rules say the rest.
"""

import re
from collections.abc import Iterable

from hub.errors import InvalidInput, Problem

_STEMS = (
    "adhd", "angststoornis", "anorexia", "arts", "asperger", "autis", "bipolair", "burn-out", "depress", "diabet",
    "diagnos", "dyscalcul", "dyslex", "epilep", "gedragsstoornis", "ggz", "handicap", "hechtingsstoornis", "huisarts",
    "kinderpsych", "medicat", "medicij", "medisch", "pdd-nos", "pillen", "psychiat", "psycholo", "ritalin", "suicid",
    "suïcid", "syndroom", "therap", "trauma", "verslav", "verstandelijk", "ziek",
)  # fmt: skip
_ABOUT_HEALTH = re.compile(r"\b(?:" + "|".join(map(re.escape, _STEMS)) + ")", re.IGNORECASE)
_WORD = re.compile(r"\w{3,}")
_SMALL_WORDS = frozenset({"van", "der", "den", "het", "ter", "ten", "the"})

_HEALTH_MESSAGE = "This text seems to be about health. A partnership may tell that to nobody but the school."
_NAME_MESSAGE = "This text names the pupil. The other side must not learn who it is from you."


def need_no_child_in(text: str | None, names: Iterable[str]) -> None:
    """Raises InvalidInput for a text about health, or one that holds a word of these names."""
    if text is not None and _is_about_health(text):
        raise _refused(_HEALTH_MESSAGE)
    if text is not None and _names_somebody(text, names):
        raise _refused(_NAME_MESSAGE)


def tells_of_child(text: str, names: Iterable[str]) -> bool:
    """Whether a text seems to be about health, or holds a word of these names."""
    return _is_about_health(text) or _names_somebody(text, names)


def _is_about_health(text: str) -> bool:
    return _ABOUT_HEALTH.search(text) is not None


def _names_somebody(text: str, names: Iterable[str]) -> bool:
    return bool(_words(" ".join(names)) & _words(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text)) - _SMALL_WORDS


def _refused(message: str) -> InvalidInput:
    return InvalidInput(
        message,
        next_step="Leave it out: the school itself tells the other side what it needs, with consent.",
        problems=(Problem("/reasoning", message),),
    )
