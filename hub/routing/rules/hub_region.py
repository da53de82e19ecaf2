"""What a region agreed, and what triage found out: desks, shared offices, customs, answers. And the alarm."""

from typing import NamedTuple

from hub.codes import Confidence, OrganisationCode, OrganisationKind
from hub.directory.entries import Agreement
from hub.routing.rule import Applies, Contradiction, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import Concluded
from hub.routing.rules.hub_protocol import Choice
from hub.routing.rules.sources import REGIONAL_AGREEMENT, working_method, wvo
from hub.routing.situation import Situation

DESK = "desk"
"""Kind of agreement: a desk of a partnership (`swv`, `name`) for `sites`, `boards` or `postcodes`, or for all."""
SHARED_OFFICE = "shared_office"
"""Kind of agreement: partnerships (the parties) that share one office."""

_NARROWEST_FIRST = ("sites", "boards", "postcodes")


class Custom(NamedTuple):
    """A regional agreement that departs from a rule which is not sure; `party` is who acts instead, if anyone."""

    case: Situation
    rule: str
    agreement: Agreement
    party: OrganisationCode | None


class Failure(NamedTuple):
    """A rule that could not be judged, or rules that contradict each other."""

    rules: str


def desk_of(done: Concluded) -> Agreement | None:
    """The desk of a partnership for this case: the narrowest agreement. Raises Contradiction where two fit alike."""
    fitting: dict[int, list[Agreement]] = {}
    for agreement in done.case.snapshot.agreements_of(DESK, done.swv, done.case.on):
        width = _width(agreement, done.case)
        if width is not None and agreement.scope.get("swv") == done.swv:
            fitting.setdefault(width, []).append(agreement)
    narrowest = fitting[min(fitting)] if fitting else []
    if len(narrowest) > 1:
        raise Contradiction(", ".join(agreement.id for agreement in narrowest))
    return narrowest[0] if narrowest else None


def fits(agreement: Agreement, case: Situation) -> bool:
    """Whether an agreement is about this case: its school, its board or its home postcode; or about all."""
    return _width(agreement, case) is not None


def _width(agreement: Agreement, case: Situation) -> int | None:
    """0 for an agreement that names the school, up to 3 for one that names nothing; None when it is about others."""
    own = (case.site.code, case.site.board, case.facts.home_postcode)
    named = [agreement.scope.get(name) for name in _NARROWEST_FIRST]
    for width, (values, mine) in enumerate(zip(named, own, strict=True)):
        if values and mine in values:
            return width
    return None if any(named) else len(named)


@rule(
    "HUB8",
    "Een samenwerkingsverband kan meer loketten hebben",
    working_method("loketten"),
    REGIONAL_AGREEMENT,
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="Bij {swv_name} ({swv}) gaat deze vraag naar {desk} (afspraak {agreement}).",
        en="At {swv_name} ({swv}) this question goes to {desk} (agreement {agreement}).",
    ),
)
def desk(done: Concluded) -> Outcome | None:
    """The party stays the partnership; the desk says who opens its letter."""
    found = desk_of(done)
    if found is None:
        return None
    return Applies(done.case.party("swv", done.swv) | {"desk": found.scope["name"], "agreement": found.id})


@rule(
    "HUB9",
    "Een gedeeld bureau blijft twee partijen",
    working_method("loketten"),
    REGIONAL_AGREEMENT,
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="{swv_name} ({swv}) deelt een bureau met {others}. Het blijven aparte partijen: alleen {swv} krijgt deze "
        "vraag.",
        en="{swv_name} ({swv}) shares an office with {others}. They remain separate parties: only {swv} receives this "
        "question.",
    ),
)
def shared_office(done: Concluded) -> Outcome | None:
    """One letter box is not one party."""
    for agreement in done.case.snapshot.agreements_of(SHARED_OFFICE, done.swv, done.case.on):
        others = ", ".join(sorted(agreement.parties - {done.swv}))
        return Applies(done.case.party("swv", done.swv) | {"others": others})
    return None


@rule(
    "HUB10",
    "Een regio mag afwijken van een regel die niet zeker is",
    working_method("afspraken"),
    REGIONAL_AGREEMENT,
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="Regel {rule} is niet zeker, en de regio heeft iets anders afgesproken ({agreement}): {party_name}.",
        en="Rule {rule} is not certain, and the region agreed otherwise ({agreement}): {party_name}.",
    ),
    near_miss=Texts(
        nl="Regel {rule} is niet zeker, en de regio heeft afgesproken dat hij niet geldt ({agreement}).",
        en="Rule {rule} is not certain, and the region agreed that it does not hold ({agreement}).",
    ),
)
def agreed_otherwise(custom: Custom) -> Outcome | None:
    """Kind of agreement: `custom:` and the id of the rule; what the law says for sure cannot be agreed away."""
    told = {"rule": custom.rule, "agreement": custom.agreement.id}
    return NearMiss(told) if custom.party is None else Applies(told | custom.case.party("party", custom.party))


@rule(
    "HUB11",
    "Uitgezocht door wie de vraag kreeg",
    working_method("uitzoeken"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="{by_name} heeft uitgezocht wat ontbrak. De regels zijn daarmee opnieuw gevolgd.",
        en="{by_name} found out what was missing. The rules were followed again with it.",
    ),
)
def answered_by_triage(case: Situation) -> Outcome | None:
    """An answer of a person stands in the reasons as such."""
    by = case.facts.answers.by
    return None if by is None else Applies(case.party("by", by))


@rule(
    "HUB12",
    "Regels die falen of elkaar tegenspreken, slaan alarm",
    working_method("alarm"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De hub houdt deze zaak vast en waarschuwt de beheerder: {rules} kon niet worden beoordeeld, of spreekt een "
        "andere regel tegen.",
        en="The hub holds this case and alarms the operator: {rules} could not be judged, or contradicts another rule.",
    ),
)
def alarm(failure: Failure) -> Outcome | None:
    """Loud, and never a silent skip."""
    return Applies({"rules": failure.rules})


@rule(
    "H3b",
    "Wat een samenwerkingsverband opschreef, gaat niet mee naar een ander",
    wvo("art. 2.47 lid 16"),
    texts=Texts(
        nl="{by_name} geeft alleen de vraag van de school door. Wat {by_name} zelf over de leerling opschreef, gaat "
        "niet mee: dat mag alleen naar de school.",
        en="{by_name} passes on only the school's question. What {by_name} itself wrote about the pupil does not go "
        "along: that may only go to the school.",
    ),
)
def file_stays(choice: Choice) -> Outcome | None:
    """A partnership hands over a question, never a file."""
    by = choice.case.snapshot.organisation(choice.by, choice.case.on)
    is_swv = by is not None and by.kind is OrganisationKind.SWV
    return Applies(choice.case.party("by", choice.by)) if is_swv else None


RULES: tuple[Rule[Situation], ...] = (answered_by_triage,)
PARTY_RULES: tuple[Rule[Concluded], ...] = (desk, shared_office)
CUSTOM_RULES: tuple[Rule[Custom], ...] = (agreed_otherwise,)
FAILURE_RULES: tuple[Rule[Failure], ...] = (alarm,)
CHOICE_RULES: tuple[Rule[Choice], ...] = (file_stays,)
