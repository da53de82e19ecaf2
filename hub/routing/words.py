"""How the coded value of a fact is said in a sentence, and how a sentence shows that its rule is not certain."""

from collections.abc import Mapping
from datetime import date

from hub.codes import Confidence, DeclineCode
from hub.i18n import Language, translate

Pair = tuple[str, str]
"""Dutch, English."""

_DECLINES: Mapping[str, Pair] = {
    DeclineCode.NOT_OUR_AREA: ("het valt buiten het eigen gebied", "it is outside their area"),
    DeclineCode.NOT_OUR_TASK: ("het hoort niet bij de eigen taak", "it is not their task"),
    DeclineCode.NO_CAPACITY: ("er is op dit moment geen ruimte", "they have no capacity now"),
    DeclineCode.NOT_ELIGIBLE: ("de leerling komt niet in aanmerking", "the pupil is not eligible"),
    DeclineCode.ALREADY_KNOWN: ("de leerling is daar al bekend", "they already know the pupil"),
    DeclineCode.INCOMPLETE: ("de gegevens zijn niet volledig", "the data are incomplete"),
    DeclineCode.OTHER: ("om een andere reden", "for another reason"),
}
_SECTORS: Mapping[str, Pair] = {
    "po": ("het primair onderwijs", "primary education"),
    "vo": ("het voortgezet onderwijs", "secondary education"),
}
_COUNTRIES: Mapping[str, Pair] = {
    "other": ("", ""),
    "BE": (", in België", ", in Belgium"),
    "DE": (", in Duitsland", ", in Germany"),
}
_PURPOSES: Mapping[str, Pair] = {
    "safety": ("de veiligheid van het kind", "the safety of the child"),
    "supervision_order": ("een ondertoezichtstelling", "a supervision order"),
    "vital_interest": ("een vitaal belang", "a vital interest"),
}
_ASKERS: Mapping[str, Pair] = {
    "swv": ("een ander samenwerkingsverband", "another partnership"),
    "municipality": ("een gemeente", "a municipality"),
    "parents": ("ouders", "parents"),
    "other": ("een andere partij", "another party"),
}
_POSTCODES: Mapping[str, Pair] = {"-": ("(niet bekend)", "(not known)")}
_TOLD: Mapping[str, Mapping[str, Pair]] = {
    "decline": _DECLINES,
    "sector": _SECTORS,
    "country": _COUNTRIES,
    "purpose": _PURPOSES,
    "asker": _ASKERS,
    "postcode": _POSTCODES,
}
_DAYS = frozenset({"until", "earliest", "moved_on", "since", "again_from"})
"""Facts that are days: kept as ISO dates, told as people write them."""

_UNCERTAINTY: Mapping[Confidence, Pair] = {
    Confidence.LIKELY: (
        "Let op: dit is waarschijnlijk zo, maar niet zeker.",
        "Note: this is likely, but not certain.",
    ),
    Confidence.REGIONAL: (
        "Let op: dit is een werkafspraak of gewoonte, geen wet.",
        "Note: this is a working agreement or custom, not law.",
    ),
    Confidence.UNCONFIRMED: (
        "Let op: het is niet bevestigd dat dit nu geldt.",
        "Note: it is not confirmed that this holds now.",
    ),
}


def spoken(name: str, value: str, language: Language) -> str:
    """The value of a fact in words; names, codes and postcodes are said as they are."""
    if name == "doubt":
        return translate(value, language)
    if name in _DAYS:
        return date.fromisoformat(value).strftime("%d-%m-%Y") if value[:1].isdigit() else value
    pair = _TOLD.get(name, {}).get(value)
    return value if pair is None else pair[language == "en"]


def uncertainty(confidence: Confidence, language: Language) -> str:
    """The warning that follows every sentence of a rule that is not certain; empty for one that is."""
    pair = _UNCERTAINTY.get(confidence)
    return "" if pair is None else pair[language == "en"]
