"""The rule set as a document in Dutch, for the jurist who checks it line by line: `python -m hub.routing.document`.

Made out of the rules themselves, so it cannot say anything else than what the hub does.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from hub.codes import Confidence
from hub.routing.answer_terms import ANSWER_WITHIN_WORKING_DAYS, OPEN_WITHIN_WORKING_DAYS
from hub.routing.questions import QUESTIONS
from hub.routing.routes import GROUND_RULES, LISTED_RULES, ROUTES
from hub.routing.rule import ALWAYS, Rule
from hub.routing.rules import GROUPS
from hub.routing.rules.sources import OWN_METHOD
from hub.routing.terms.rules import TERM_RULES
from hub.routing.terms.term import Counting

_CONFIDENCE = {
    Confidence.SURE: "zeker",
    Confidence.LIKELY: "waarschijnlijk",
    Confidence.REGIONAL: "werkafspraak of gewoonte, geen wet",
    Confidence.UNCONFIRMED: "niet bevestigd",
}
_OWN = "werkwijze van de hub zelf, geen wet"
_COUNTING = {
    Counting.WEEKS: "kalenderweken, vakanties tellen mee",
    Counting.WEEKS_TO_A_WORKING_DAY: "kalenderweken; een einde op een vrije dag schuift op (Algemene termijnenwet)",
    Counting.WORKING_DAYS: "werkdagen",
    Counting.DATE: "een dag die de wet zelf noemt, of een datum die eruit volgt",
}
_REQUESTS = {
    "signal": "signaal",
    "referral": "aanvraag voor jeugdhulp",
    "support": "vraag aan het loket",
    "admission": "toelating (TLV)",
    "placement": "een plek zoeken (zorgplicht)",
    "transition": "overstap (warme overdracht)",
    "absence": "verzuim",
}
_INTRODUCTION = """# Routeren: de regels

Dit document is gemaakt uit de regels zelf (`python -m hub.routing.document`). Het zegt per regel wat de hub doet, waar
dat staat en hoe zeker het is. Woorden tussen accolades zijn de gegevens die de regel gebruikt.

Bij een wetsartikel staat in welke tekst het is gelezen. Is dat een oudere tekst, lees dan eerst het artikel van nu na.
Een regel die niet zeker is, zegt dat ook in elke uitleg aan de gebruiker. "Vanaf 01-08-2014" is de eerste dag waarover
de hub antwoord geeft, het begin van passend onderwijs; het artikel zelf kan ouder zijn.
"""


def document() -> str:
    """The whole document, Markdown, ending in one newline."""
    parts = [_INTRODUCTION, *_orders(), *_groups(), *_terms_of_law(), *_terms(), *_questions()]
    return "\n".join(parts).rstrip() + "\n"


def _orders() -> Iterator[str]:
    yield "## Welke regels, in welke volgorde\n"
    yield "De eerste partij die volgens een regel de vraag krijgt, houdt de vraag vast. Een tweede wordt meegevraagd.\n"
    for route in ROUTES:
        yield f"- {route.title}: {', '.join((*_ids(route.rules), *_ids(route.closing)))}"
    yield f"- Bij elk besluit dat op een postcode steunt: {', '.join(_ids(GROUND_RULES))}"
    yield f"- Bij een school die op de lijst van een ander staat dan haar postcode: {', '.join(_ids(LISTED_RULES))}"
    yield "- Vóór alles: E2, E3, H4, H3, A2b en E4. Bij een vraag die eerder is afgewezen: eerst HUB2 en HUB3.\n"


def _ids(rules: Iterable[Rule[Any]]) -> Iterator[str]:
    return (entry.id for entry in rules)


def _groups() -> Iterator[str]:
    for title, rules in GROUPS.items():
        yield f"## {title}\n"
        for entry in sorted(rules, key=_place):
            yield from _rule(entry)


def _place(entry: Rule[Any]) -> tuple[int, str]:
    """A3a stands before A11, as people count."""
    return int("".join(filter(str.isdigit, entry.id))), entry.id


def _rule(entry: Rule[Any]) -> Iterator[str]:
    yield f"### {entry.id}. {entry.title}\n"
    yield f"- Zegt: {entry.texts.nl}"
    if entry.near_miss is not None:
        yield f"- Geldt niet, en dan: {entry.near_miss.nl}"
    for source in entry.sources:
        yield f"- Bron: {source.citation()}"
    own = any(source.law == OWN_METHOD for source in entry.sources)
    yield f"- Zekerheid: {_OWN if own else _CONFIDENCE[entry.confidence]}"
    yield f"- Geldig: {_period(entry.valid_from, entry.valid_until)}\n"


def _period(start: date, end: date | None) -> str:
    since = "altijd" if start == ALWAYS else f"vanaf {start:%d-%m-%Y}"
    return since if end is None else f"{since} tot {end:%d-%m-%Y}"


def _terms_of_law() -> Iterator[str]:
    yield "## F. Termijnen van de wet\n"
    yield "Een school die vol is, of waarvan de ouders de grondslag niet respecteren, heeft geen zorgplicht (F4).\n"
    for entry in TERM_RULES:
        yield f"### {entry.id}. {entry.title}\n"
        yield f"- Zegt: {entry.texts.nl}"
        for source in entry.sources:
            yield f"- Bron: {source.citation()}"
        yield f"- Telt: {_COUNTING[entry.counting]}"
        yield f"- Zekerheid: {_CONFIDENCE[entry.confidence]}\n"


def _terms() -> Iterator[str]:
    yield "## Termijnen voor een antwoord (HUB1)\n"
    for request, days in ANSWER_WITHIN_WORKING_DAYS.items():
        yield f"- {_REQUESTS[request]}: {days} werkdagen"
    yield (
        f"\nDe ontvanger opent de zaak binnen {OPEN_WITHIN_WORKING_DAYS} werkdagen. Het zijn werkdagen van het team "
        "zelf. Een regio kan per soort vraag iets anders afspreken (`answer_terms`).\n"
    )


def _questions() -> Iterator[str]:
    yield "## Vragen die eerst beantwoord moeten worden\n"
    yield "Wat niet zeker is, gaat als vraag naar het samenwerkingsverband van de school (HUB6).\n"
    for identity, texts in QUESTIONS.items():
        yield f"- `{identity}`: {texts.nl}"


if __name__ == "__main__":
    sys.stdout.write(document())
