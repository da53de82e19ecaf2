"""The texts that the rules were read in. A reading older than the present text is said beside the article."""

from hub.routing.rule import Source

_READ_2017 = "een consolidatie van 2017; de huidige tekst is nog na te lezen"
_READ_WVO = "de consolidatie van 1 januari 2026"
_READ_AREAS = "de stand van 9 februari 2022"

OWN_METHOD = "Werkwijze van Samenspel,"
"""What stands where a law would: this rule is the hub's own, and no law."""
REGIONAL_AGREEMENT = Source("Regionale afspraak", "", "de Wegwijzer van deze hub")
"""A dated agreement of parties of a region, which stands in the directory. No law either."""


def wpo(article: str) -> Source:
    """An article of the Wet op het primair onderwijs."""
    return Source("WPO", article, _READ_2017)


def wec(article: str) -> Source:
    """An article of the Wet op de expertisecentra."""
    return Source("WEC", article, _READ_2017)


def lpw(article: str) -> Source:
    """An article of the Leerplichtwet 1969."""
    return Source("Leerplichtwet 1969", article, _READ_2017)


def jeugdwet(article: str) -> Source:
    """An article of the Jeugdwet."""
    return Source("Jeugdwet", article, _READ_2017)


def wvo(article: str, note: str = "") -> Source:
    """An article of the Wet voortgezet onderwijs 2020."""
    return Source("WVO 2020", article, _READ_WVO, note)


def areas(article: str) -> Source:
    """The statutory division of the country over partnerships, by four-digit postcode."""
    return Source("Regeling regio-indeling samenwerkingsverbanden (BWBR0032324)", article, _READ_AREAS)


def explained(subject: str, where: str) -> Source:
    """An explanation by a body that applies the law, where the law itself was not read."""
    return Source(subject, "", where)


def working_method(about: str) -> Source:
    """What this hub does by agreement of its users, not by law."""
    return Source(OWN_METHOD, about, "de afspraken van deze hub")
