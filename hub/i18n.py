"""The reader's language: Dutch unless the reader asks for English.

Texts stand in the code as English message ids with named parameters (`%(school)s`); `hub/locale/nl.po` holds the Dutch.
The catalogue is read from the .po itself, so no compiled file can lag behind it.
"""

import gettext
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["nl", "en"]
DEFAULT: Language = "nl"

_LANGUAGES: dict[str, Language] = {"nl": "nl", "en": "en"}
_PREFERENCE = re.compile(r"\s*(?P<tag>[A-Za-z0-9-]+)\s*(?:;\s*[Qq]=(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?")


@lru_cache(maxsize=2)
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    with files("hub").joinpath("locale", f"{language}.po").open("rb") as po:
        catalogue = read_po(po, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def translate(message: str, language: Language, parameters: Mapping[str, object] | None = None) -> str:
    """The text of `message` in `language`, its named parameters filled in. An unknown message comes back as it is."""
    text = _catalogue(language).gettext(message) if message else ""  # an empty one would give the catalogue's header
    return text % parameters if parameters else text


def language_of(accept_language: str | None) -> Language:
    """The language a reader prefers, out of an Accept-Language header (RFC 9110, 12.5.4); Dutch without one."""
    weighed = map(_weighed, (accept_language or "").split(","))
    for tag, weight in sorted(weighed, key=lambda pair: -pair[1]):
        language = _LANGUAGES.get(tag.partition("-")[0])
        if language and weight > 0:
            return language
    return DEFAULT


def _weighed(item: str) -> tuple[str, float]:
    """A language tag in lower case and how much it is wanted; what is not well-formed is not wanted."""
    match = _PREFERENCE.fullmatch(item)
    return (match["tag"].lower(), float(match["weight"] or 1)) if match else ("", 0.0)
