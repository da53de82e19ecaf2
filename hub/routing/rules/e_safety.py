"""Group E: acute danger. It is never queued, never stored, never routed: the answer is a telephone number."""

from hub.codes import Confidence
from hub.routing.facts import Facts
from hub.routing.rule import ALWAYS, Applies, Outcome, Rule, Source, Texts, rule
from hub.routing.rules.sources import working_method

EMERGENCY = "112"
SAFE_AT_HOME = "0800-2000"


@rule(
    "E2",
    "Acuut of structureel gevaar: Veilig Thuis",
    Source("Wmo 2015", "art. 5.2.6", "een overzicht; het artikel zelf is nog na te lezen"),
    valid_from=ALWAYS,
    texts=Texts(
        nl="Is er levensgevaar? Bel eerst {emergency}. Bel bij acuut of structureel gevaar Veilig Thuis: "
        "{safe_at_home}, dag en nacht. U mag daarvoor gegevens delen zonder toestemming.",
        en="Is a life in danger? Call {emergency} first. In acute or structural danger call Veilig Thuis: "
        "{safe_at_home}, day and night. You may share data for this without consent.",
    ),
)
def call_now(facts: Facts) -> Outcome | None:
    """Who to call, and that consent is not needed for it."""
    return Applies({"emergency": EMERGENCY, "safe_at_home": SAFE_AT_HOME}) if facts.acute_danger else None


@rule(
    "E3",
    "De hub neemt geen melding van acuut gevaar aan",
    working_method("veiligheid"),
    confidence=Confidence.SURE,  # no law, and its sentence says whose it is: who is in danger reads no reservations
    valid_from=ALWAYS,
    texts=Texts(
        nl="Samenspel neemt dit bericht niet aan en bewaart er niets van: bij acuut gevaar mag niemand op een postvak "
        "wachten.",
        en="Samenspel does not take this message and keeps nothing of it: in acute danger nobody may wait for an "
        "inbox.",
    ),
)
def never_queued(facts: Facts) -> Outcome | None:
    """Refused at once, so that nobody believes that help is on its way."""
    return Applies({}) if facts.acute_danger else None


RULES: tuple[Rule[Facts], ...] = (call_now, never_queued)
