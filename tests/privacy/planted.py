"""Things that exist nowhere else, and looking for them in whatever shape they may have been written down."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

NAME = "Quirina Zoë van Wachtebeke"
BIRTH_DATE = "2012-02-29"
GROUP = "groep Zevenblad"
CONTACT = "Meester Onverdroten"
EMAIL = "onverdroten.zevenblad@school.example"
PHONE = "06-89274513"
NUMBER = "891734265"  # nine digits that fail the check of a citizen service number
BSN = "123456782"  # and nine that pass it
QUESTION = f"Het kind {NAME} (nummer {NUMBER}) durft Korrelbeitel niet meer voorbij."
PARENTS_WORDS = "Onze dochter Vlinderstruik slaapt slecht."
EXPLANATION = "Het gezin Haverklap woont hier niet meer."
HANDING_ON = "Bij Roodborstje thuis komt dit team al."
ANSWER = "Tante Heggemus gaat morgen op bezoek."

PERSONAL = (
    *(NAME, BIRTH_DATE, GROUP, CONTACT, EMAIL, PHONE, NUMBER, BSN),
    *("Wachtebeke", "Korrelbeitel", "Vlinderstruik", "Haverklap", "Roodborstje", "Heggemus"),
    *("29-02-2012", "89274513", "zevenblad"),
)
"""What must be found nowhere: whole values, and words out of texts in case those were cut."""


def found_in(places: Iterable[bytes], words: Iterable[str] = PERSONAL) -> set[str]:
    """Which of the words stand in any of the places, in any disguise."""
    disguised = [(word, disguise) for word in words for disguise in set(_disguises(word))]
    return {word for place in places for word, disguise in disguised if disguise in place}


def _disguises(word: str) -> Iterator[bytes]:
    plain = word.encode()
    yield plain
    yield plain.hex().encode()
    yield word.encode("utf-16-le")
    yield json.dumps(word)[1:-1].encode()
    yield json.dumps(json.dumps(word))[3:-3].encode()
    yield repr(word)[1:-1].encode("ascii", "backslashreplace")
    yield repr(plain)[2:-1].encode()
    yield quote(word).encode()
    yield quote_plus(word).encode()
    for shift in range(3):  # the end of one group of three bytes may be the beginning of the word
        written = base64.b64encode(b"\0" * shift + plain)
        yield written[4 * bool(shift) : len(written) // 4 * 4 - 4]
