"""Numbers that may never enter the hub: the BSN (and PGN), and the ECK iD of the learning-materials chain.

Sources: WPO art. 178a, Jeugdwet art. 7.2.1 (domain rule H4); the ECK iD agreement. The value is never repeated.
"""

import re
import unicodedata
from collections.abc import Iterator

from hub.errors import Problem, pointer_part

_AT_ALL = re.compile(r"[0-9](?<![0-9].)(?:[ .-]?[0-9]){8}(?![0-9])")  # few texts have nine digits: seen quickly
_NOT_AFTER_A_TRUNK_ZERO = r"(?<!\(0\))(?<!\(0\) )"  # +31 (0)6...: a telephone number
_TOGETHER = re.compile(
    r"(?:(?<![0-9A-Za-z])(?<![0-9]\.)"  # neither the end of a longer word nor the fraction of a second
    r"(?<!\+[0-9]{2}[ .-])(?<!00[0-9]{2}[ .-])"  # nor a telephone number after the code of its country
    + _NOT_AFTER_A_TRUNK_ZERO
    + r"|(?<=[Bb][Ss][Nn])|(?<=[Pp][Gg][Nn]))[0-9]{9}(?![0-9A-Za-z])"
)
_APART = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][ .-])"
    + _NOT_AFTER_A_TRUNK_ZERO
    + r"(?![0-9]{9})[0-9](?:[ .-]?[0-9]){8}(?![0-9A-Za-z])(?![ .-][0-9])"
)
_SEPARATORS = str.maketrans("", "", " .-")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_SHORTEST = 9
_ECK_ID = "ketenid.nl"

BSN_MESSAGE = "This field holds a number that could be a citizen service number (BSN). The hub never takes those."
ECK_MESSAGE = "This field holds an ECK iD. That number may only be used for learning materials."


def is_bsn(digits: str) -> bool:
    """Whether nine digits pass the check of a BSN: the weighted sum is a multiple of eleven."""
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


def forbidden(value: object, pointer: str = "") -> Iterator[Problem]:
    """Each place in a JSON value where such a number stands, as a key or as a value."""
    if _is_suspect("\0".join(_texts(value))):  # hardly ever, so the places are only looked for then
        yield from _places(value, pointer)


def _texts(value: object) -> Iterator[str]:
    """Every key and value in a JSON value, as text."""
    left = [value]
    for one in left:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += one
            left += one.values()
        elif isinstance(one, list):
            left += one
        elif isinstance(one, int):
            yield str(one)


def _places(value: object, pointer: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if _judge(key):
                yield Problem(pointer, BSN_MESSAGE)
            else:
                yield from _places(inner, f"{pointer}/{pointer_part(key)}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _places(inner, f"{pointer}/{place}")
    elif isinstance(value, (str, int)) and (message := _judge(str(value))):
        yield Problem(pointer, message)


def _judge(text: str) -> str | None:
    if len(text) < _SHORTEST or not _is_suspect(text):
        return None
    if _ECK_ID in text.lower():
        return ECK_MESSAGE
    plain = _plain(text)
    candidates = (
        match[0].translate(_SEPARATORS) for pattern in (_TOGETHER, _APART) for match in pattern.finditer(plain)
    )
    return BSN_MESSAGE if any(map(is_bsn, candidates)) else None


def _is_suspect(text: str) -> bool:
    """Whether the text has to be looked at closely. Of texts joined by a NUL: whether one of them has to."""
    return _ECK_ID in text.lower() or _AT_ALL.search(_plain(text)) is not None


def _plain(text: str) -> str:
    """The text with digits, spaces and dashes in their ASCII form: word processors write others."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_DASHES)
