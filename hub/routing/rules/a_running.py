"""Group A, third part: what a declaration does once it is there. Who pays, how long, and when none is needed."""

from hub.codes import Confidence, DeclarationStep, OrganisationCode, SchoolType, Sector, Setting
from hub.routing.rule import Applies, Asks, Holds, NearMiss, Outcome, Rule, Texts, rule
from hub.routing.rules.conclusions import Concluded
from hub.routing.rules.sources import explained, wec, wpo
from hub.routing.schoolyears import earliest_end, is_last_day
from hub.routing.situation import Situation

_SPECIAL = frozenset({SchoolType.SO, SchoolType.VSO})
_MOVES = frozenset({DeclarationStep.SCHOOL_CHANGE, DeclarationStep.HOUSE_MOVE})
_RUNS = Texts(
    nl="Er loopt al een verklaring, afgegeven door {swv_name} ({swv}), tot en met {until}. Een andere school of een "
    "verhuizing maakt geen nieuwe nodig.",
    en="A declaration runs already, issued by {swv_name} ({swv}), up to and including {until}. Another school or a "
    "house move makes no new one necessary.",
)


@rule(
    "A7",
    "Wie de verklaring afgaf, betaalt; een verhuizing verandert dat niet",
    wpo("art. 118 lid 10 en 132 lid 4"),
    explained("Teldatum 1 februari", "onderwijs-banen.nl, 20 april 2022"),
    texts=Texts(
        nl="{swv_name} ({swv}) geeft de verklaring af en betaalt ook. Een verhuizing of een andere school verandert "
        "dat niet.",
        en="{swv_name} ({swv}) issues the declaration and also pays. A house move or another school does not change "
        "that.",
    ),
)
def issuer_pays(done: Concluded) -> Outcome | None:
    """So and vso: DUO takes the costs from whoever issued the declaration."""
    if done.case.facts.admission not in _SPECIAL:
        return None
    return Applies(done.case.party("swv", done.swv), pays=done.swv)


@rule(
    "A8",
    "Een verklaring geldt de rest van het schooljaar en minstens één vol schooljaar",
    wec("art. 40 lid 15"),
    texts=Texts(
        nl="De verklaring geldt minstens tot en met {earliest}: de rest van dit schooljaar en een vol schooljaar "
        "daarna.",
        en="The declaration holds at least up to and including {earliest}: the rest of this school year and a full "
        "one after it.",
    ),
)
def long_enough(done: Concluded) -> Outcome | None:
    """The end that the school asks for must be a 31 July, and not too early."""
    wanted = done.case.facts.declaration
    if done.case.facts.admission not in _SPECIAL or wanted.asked_until is None:
        return None
    earliest = earliest_end(wanted.starts_on or done.case.on)
    told = {"earliest": earliest.isoformat()}
    fits = wanted.asked_until >= earliest and is_last_day(wanted.asked_until)
    return Applies(told, asks=None if fits else "declaration_end", until=earliest)


@rule("A8b", "Vso: bij een andere school loopt de verklaring door", wec("art. 40 lid 14"), texts=_RUNS)
def vso_runs_on(case: Situation) -> Outcome | None:
    """No new declaration on a change of vso school."""
    return _runs_on(case, SchoolType.VSO)


@rule(
    "A8c",
    "So: bij een andere school loopt de verklaring door",
    wec("art. 40 lid 14"),
    confidence=Confidence.LIKELY,
    texts=_RUNS,
)
def so_runs_on(case: Situation) -> Outcome | None:
    """The clause names vso; so is treated alike."""
    return _runs_on(case, SchoolType.SO)


@rule(
    "A8d",
    "Verlenging: wie de verklaring afgaf, beslist opnieuw",
    wec("art. 40 lid 15"),
    confidence=Confidence.LIKELY,
    texts=Texts(
        nl="De school vraagt verlenging. Daarover beslist het samenwerkingsverband dat de verklaring afgaf: {swv_name} "
        "({swv}).",
        en="The school asks for renewal. The partnership that issued the declaration decides on it: {swv_name} "
        "({swv}).",
    ),
    near_miss=Texts(
        nl="De school vraagt verlenging, maar de leerling gaat naar een andere school. Dat is een nieuwe aanvraag.",
        en="The school asks for renewal, but the pupil goes to another school. That is a new application.",
    ),
)
def renewed_by_issuer(case: Situation) -> Outcome | None:
    """At the same school the first issuer renews, wherever the child lives by now."""
    if case.facts.declaration.step is not DeclarationStep.RENEWAL:
        return None
    if case.facts.previous_site not in (None, case.facts.site):
        return NearMiss({})
    issuer = _issuer(case)
    return issuer if isinstance(issuer, Asks) else Applies(case.party("swv", issuer), receives=issuer)


@rule(
    "A8e",
    "Terugplaatsing: het samenwerkingsverband dat de verklaring afgaf, regelt de weg terug",
    explained("Terugplaatsing", "de domeinregels; een gewoonte van samenwerkingsverbanden"),
    confidence=Confidence.REGIONAL,
    texts=Texts(
        nl="De leerling gaat terug naar het regulier onderwijs. Daar is geen verklaring voor nodig; {swv_name} ({swv}) "
        "gaf de lopende verklaring af en denkt mee over de ondersteuning.",
        en="The pupil goes back to mainstream education. That needs no declaration; {swv_name} ({swv}) issued the "
        "running one and thinks along about support.",
    ),
)
def returned_to_mainstream(case: Situation) -> Outcome | None:
    """Back from so, vso or sbo: the issuer stops paying and helps the school that takes the pupil."""
    if case.facts.declaration.setting is not None:
        return None
    issuer = _issuer(case)
    return issuer if isinstance(issuer, Asks) else Applies(case.party("swv", issuer), receives=issuer)


@rule(
    "A10",
    "Residentieel of gesloten: de plaatsing telt als verklaring",
    wec("art. 40 lid 16 en art. 71c"),
    texts=Texts(
        nl="De leerling is residentieel of gesloten geplaatst. Zolang dat duurt, telt de plaatsing als verklaring.",
        en="The pupil was placed in residential or secure care. As long as that lasts, the placement counts as a "
        "declaration.",
    ),
)
def placement_counts(case: Situation) -> Outcome | None:
    """No declaration for the time of the placement."""
    return Holds({}, "no_declaration_needed") if case.facts.declaration.setting else None


@rule(
    "A10b",
    "Residentieel: het vorige samenwerkingsverband betaalt",
    wpo("art. 118 lid 11"),
    texts=Texts(
        nl="De kosten van de residentiële plaats zijn voor het samenwerkingsverband van de vorige school, en zonder "
        "vorige school voor dat van de woonplaats: {swv_name} ({swv}).",
        en="The costs of the residential place are for the partnership of the previous school, and without one for "
        "that of the home: {swv_name} ({swv}).",
    ),
)
def residential_costs(case: Situation) -> Outcome | None:
    """The previous school's partnership, otherwise that of the home."""
    if case.facts.declaration.setting is not Setting.RESIDENTIAL:
        return None
    swv = _previous_or_home(case)
    return None if isinstance(swv, Asks) else Applies(case.party("swv", swv), pays=swv)


@rule(
    "A10c",
    "Gesloten: de plaats wordt rechtstreeks bekostigd",
    wec("art. 71c"),
    texts=Texts(
        nl="Een gesloten plaats of een plaats in een justitiële inrichting wordt per plaats bekostigd. Geen "
        "samenwerkingsverband betaalt.",
        en="A secure place, or one in a judicial institution, is funded per place. No partnership pays.",
    ),
)
def closed_costs(case: Situation) -> Outcome | None:
    """Funded by the place."""
    return Applies({}) if case.facts.declaration.setting is Setting.CLOSED else None


@rule(
    "A10d",
    "Terug na een plaatsing: afspraken met het vorige samenwerkingsverband",
    wec("art. 71c"),
    texts=Texts(
        nl="De leerling komt terug na een residentiële of gesloten plaatsing. De terugkeer wordt afgesproken met het "
        "vorige samenwerkingsverband: {swv_name} ({swv}).",
        en="The pupil comes back after a residential or secure placement. The return is agreed with the previous "
        "partnership: {swv_name} ({swv}).",
    ),
)
def back_from_placement(case: Situation) -> Outcome | None:
    """Whoever had the pupil before the placement prepares the return."""
    if case.facts.declaration.setting is None:
        return None
    swv = _previous_or_home(case)
    return swv if isinstance(swv, Asks) else Applies(case.party("swv", swv), receives=swv)


def _runs_on(case: Situation, kind: SchoolType) -> Outcome | None:
    running = case.facts.declaration
    if case.facts.admission is not kind or running.step not in _MOVES:
        return None
    if running.runs_until is None:
        return Asks("running_until", {})
    if running.runs_until < case.on:
        return None
    issuer = _issuer(case)
    if isinstance(issuer, Asks):
        return issuer
    return Holds(case.party("swv", issuer) | {"until": running.runs_until.isoformat()}, "declaration_runs")


def _issuer(case: Situation) -> OrganisationCode | Asks:
    """Who issued the running declaration, if the directory still has that partnership."""
    code = case.facts.declaration.issued_by
    found = case.snapshot.organisation(code, case.on) if code else None
    return Asks("issuing_swv", {}) if found is None else found.code


def _previous_or_home(case: Situation) -> OrganisationCode | Asks:
    sector = case.sector or Sector.VO
    previous = case.previous_site
    if previous is not None and case.outside(previous) is None:
        return case.swv_of_site(previous, sector)
    return case.swv_of_home(sector)


RULES: tuple[Rule[Situation], ...] = (
    vso_runs_on,
    so_runs_on,
    renewed_by_issuer,
    returned_to_mainstream,
    placement_counts,
    residential_costs,
    closed_costs,
    back_from_placement,
)
CLOSING_RULES: tuple[Rule[Concluded], ...] = (issuer_pays, long_enough)
