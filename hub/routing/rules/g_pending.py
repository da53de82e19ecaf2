"""Group G: law that is not (or not yet) in force, and changes with a date. Nothing unconfirmed ever decides here."""

from datetime import date

from hub.codes import Confidence, OrganisationCode
from hub.routing import residence
from hub.routing.rule import Applies, Outcome, Rule, Texts, rule
from hub.routing.rules.sources import explained
from hub.routing.situation import Situation

_WIJDEMEREN = OrganisationCode("GM1696")


@rule(
    "G1",
    "Hoorrecht van de leerling (wetsvoorstel 36443)",
    explained("Wetsvoorstel 36443", "berseba.nl en netwerkmetandereogen.nl; inwerkingtreding niet bevestigd"),
    confidence=Confidence.UNCONFIRMED,
    valid_from=date(2025, 8, 1),
    texts=Texts(
        nl="De leerling is nog niet gehoord. Een wetsvoorstel geeft elke leerling het recht om gehoord te worden "
        "voordat er over ondersteuning wordt beslist.",
        en="The pupil has not been heard yet. A bill gives every pupil the right to be heard before a decision on "
        "support.",
    ),
)
def right_to_be_heard(case: Situation) -> Outcome | None:
    """Planned for 1 August 2025; whether it entered into force was not confirmed."""
    return Applies({}) if case.facts.declaration.heard is False else None


@rule(
    "G2",
    "Hilversum en Wijdemeren vormen één gemeente",
    explained("Herindeling per 1 januari 2027", "rijksoverheid.nl, 21 november 2025"),
    confidence=Confidence.UNCONFIRMED,
    valid_from=date(2027, 1, 1),
    texts=Texts(
        nl="Volgens de plannen hoort {municipality_name} sinds 1 januari 2027 bij Hilversum, en neemt het team van "
        "Hilversum vragen over. Het samenwerkingsverband verandert daardoor niet. De Wegwijzer is nog niet bijgewerkt.",
        en="According to the plans {municipality_name} belongs to Hilversum since 1 January 2027, and the team of "
        "Hilversum takes its questions. The partnership does not change by that. The directory is not updated yet.",
    ),
)
def planned_merger(case: Situation) -> Outcome | None:
    """Told as long as the directory still has the old municipality; the directory itself decides who receives."""
    home = residence.of_youth_help(case)
    return Applies(case.party("municipality", _WIJDEMEREN)) if home == _WIJDEMEREN else None


RULES: tuple[Rule[Situation], ...] = (right_to_be_heard, planned_merger)
