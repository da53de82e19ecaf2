"""The questions that a person must answer before a case can be routed: exact, and answerable without this manual."""

from collections.abc import Mapping
from types import MappingProxyType

from hub.codes import DeclineCode
from hub.routing.next_steps import NEXT_STEPS
from hub.routing.rule import Texts

_AFTER_DECLINE = {
    DeclineCode.NOT_OUR_AREA: Texts(
        nl="{party_name} zegt: het valt buiten ons gebied. Welke partij is het dan, en moet de Wegwijzer worden "
        "verbeterd?",
        en="{party_name} says that it is outside their area. Which party is it then, and must the directory be "
        "corrected?",
    ),
    DeclineCode.NOT_OUR_TASK: Texts(
        nl="{party_name} zegt: het hoort niet bij onze taak. Gaat de vraag over onderwijs of over thuis, en wie pakt "
        "hem op?",
        en="{party_name} says that it is not their task. Is the question about education or about home, and who takes "
        "it?",
    ),
    DeclineCode.NO_CAPACITY: Texts(
        nl="{party_name} heeft nu geen ruimte, maar blijft verantwoordelijk. Wanneer kan {party_name} beginnen, en wie "
        "overbrugt?",
        en="{party_name} has no capacity now, but stays responsible. When can {party_name} start, and who bridges the "
        "gap?",
    ),
    DeclineCode.NOT_ELIGIBLE: Texts(
        nl="Volgens {party_name} komt de leerling niet in aanmerking. Wat heeft de leerling dan nodig, en van wie?",
        en="According to {party_name} the pupil is not eligible. What does the pupil need instead, and from whom?",
    ),
    DeclineCode.ALREADY_KNOWN: Texts(
        nl="{party_name} kent de leerling al. Bij wie loopt dat, en kan de school daar aansluiten?",
        en="{party_name} already knows the pupil. With whom is that, and can the school join in?",
    ),
    DeclineCode.INCOMPLETE: Texts(
        nl="{party_name} mist gegevens. Welke zijn dat, en kan de school ze aanvullen?",
        en="{party_name} misses data. Which are these, and can the school supply them?",
    ),
    DeclineCode.OTHER: Texts(
        nl="{party_name} heeft de vraag om een andere reden niet opgepakt. Wie pakt hem wel op?",
        en="{party_name} did not take the question for another reason. Who does take it?",
    ),
}


def after_decline(code: DeclineCode) -> str:
    """The id of the question that a decline leaves behind."""
    return f"declined_{code.value}"


QUESTIONS: Mapping[str, Texts] = MappingProxyType(
    {
        "school": Texts(
            nl="Welke school stuurt dit bericht? De Wegwijzer kent op die dag geen school met de code {school}.",
            en="Which school sends this message? On that day the directory knows no school with the code {school}.",
        ),
        "registration": Texts(
            nl="Op welke school staat de leerling ingeschreven of schriftelijk aangemeld? Bij {school_name} is dat nog "
            "niet zo, of die school hoort bij geen samenwerkingsverband.",
            en="At which school is the pupil enrolled or registered in writing? At {school_name} that is not so yet, "
            "or that school belongs to no partnership.",
        ),
        "previous_school": Texts(
            nl="Op welke school met een samenwerkingsverband zat de leerling het laatst, of zat de leerling op geen "
            "enkele?",
            en="Which school within a partnership did the pupil attend last, or was there none?",
        ),
        "department": Texts(
            nl="Zit de leerling bij {school_name} op de afdeling so of op de afdeling vso?",
            en="Is the pupil at {school_name} in the primary (so) or in the secondary (vso) department?",
        ),
        "admission_kind": Texts(
            nl="Voor welke soort onderwijs vraagt de school een verklaring: so, sbo, vso of praktijkonderwijs?",
            en="For which kind of education does the school ask a declaration: so, sbo, vso or practical education?",
        ),
        "so_from_secondary": Texts(
            nl="{school_name} geeft voortgezet onderwijs. Vraagt de school toelating tot het vso in plaats van tot het "
            "so?",
            en="{school_name} gives secondary education. Does the school mean admission to vso instead of to so?",
        ),
        "sbo_school": Texts(
            nl="Om welke sbo-school gaat het? Het samenwerkingsverband van die school beslist.",
            en="Which sbo school is it about? The partnership of that school decides.",
        ),
        "pro_school": Texts(
            nl="Bij welke school voor voortgezet onderwijs is de leerling aangemeld? Die vraagt praktijkonderwijs aan.",
            en="At which secondary school has the pupil been registered? That school applies for practical education.",
        ),
        "outside_partnerships": Texts(
            nl="{school_name} hoort bij geen samenwerkingsverband. Wie kan deze vraag over onderwijs beantwoorden?",
            en="{school_name} belongs to no partnership. Who can answer this question about education?",
        ),
        "school_without_swv": Texts(
            nl="Bij welk samenwerkingsverband hoort {school_name} voor {sector}? De Wegwijzer kent er geen.",
            en="To which partnership does {school_name} belong for {sector}? The directory knows none.",
        ),
        "school_in_doubt": Texts(
            nl="Bij welk samenwerkingsverband hoort {school_name}? {doubt}",
            en="To which partnership does {school_name} belong? {doubt}",
        ),
        "home_postcode": Texts(
            nl="Wat zijn de vier cijfers van de postcode waar de leerling woont of staat ingeschreven?",
            en="What are the four digits of the postcode where the pupil lives or is registered?",
        ),
        "postcode_unknown": Texts(
            nl="Bij welk samenwerkingsverband hoort postcode {postcode} voor {sector}, of klopt de postcode niet? De "
            "wettelijke indeling noemt hem niet.",
            en="To which partnership does postcode {postcode} belong for {sector}, or is the postcode wrong? The "
            "statutory division does not name it.",
        ),
        "postcode_in_doubt": Texts(
            nl="Bij welk samenwerkingsverband hoort postcode {postcode} voor {sector}? {doubt}",
            en="To which partnership does postcode {postcode} belong for {sector}? {doubt}",
        ),
        "postcode_without_municipality": Texts(
            nl="In welke gemeente woont de leerling? De Wegwijzer kent postcode {postcode} op die dag niet.",
            en="In which municipality does the pupil live? The directory does not know postcode {postcode} on that "
            "day.",
        ),
        "municipality_choice": Texts(
            nl="In welke gemeente woont de leerling? Postcode {postcode} ligt in meer dan één: {municipalities}.",
            en="In which municipality does the pupil live? Postcode {postcode} lies in more than one: "
            "{municipalities}.",
        ),
        "municipality_denied": Texts(
            nl="In welke gemeente woont de leerling? Postcode {postcode} ligt in {municipalities}, maar daar zegt men "
            "dat de leerling er niet woont.",
            en="In which municipality does the pupil live? Postcode {postcode} lies in {municipalities}, but there "
            "they say that the pupil does not live there.",
        ),
        "social_team": Texts(
            nl="Welk sociaal team werkt voor de gemeente {municipality_name}? De Wegwijzer kent er geen.",
            en="Which social team works for the municipality of {municipality_name}? The directory knows none.",
        ),
        "attendance_office": Texts(
            nl="Welk bureau leerplicht werkt voor de gemeente {municipality_name}? De Wegwijzer kent er geen.",
            en="Which attendance office works for the municipality of {municipality_name}? The directory knows none.",
        ),
        "transition_point": Texts(
            nl="Welk Doorstroompunt werkt voor de gemeente {municipality_name}? De Wegwijzer kent er geen.",
            en="Which transition point works for the municipality of {municipality_name}? The directory knows none.",
        ),
        "youth_help_after_18": Texts(
            nl="Is jeugdhulp voor deze leerling vóór de 18e verjaardag begonnen of toegekend? Zo niet, welke hulp voor "
            "volwassenen past dan?",
            en="Was youth help for this pupil started or granted before the 18th birthday? If not, which help for "
            "adults fits?",
        ),
        "municipality_before_stay": Texts(
            nl="In welke gemeente stond het kind ingeschreven vlak voor het verblijf begon?",
            en="In which municipality was the child registered just before the stay began?",
        ),
        "actual_stay": Texts(
            nl="In welke gemeente verblijft het kind nu? Vraag alleen naar de gemeente; een geheim adres blijft "
            "geheim.",
            en="In which municipality does the child stay now? Ask for the municipality only; a secret address stays "
            "secret.",
        ),
        "home_swv_secret": Texts(
            nl="Bij welk samenwerkingsverband hoort de woonplaats? Het adres is geheim: vraag er niet naar, alleen "
            "naar het samenwerkingsverband.",
            en="To which partnership does the home belong? The address is secret: do not ask for it, only for the "
            "partnership.",
        ),
        "no_attendance_duty": Texts(
            nl="Wie helpt deze leerling? De leerling is niet leerplichtig en staat nergens ingeschreven.",
            en="Who helps this pupil? The pupil has no duty to attend and is not enrolled anywhere.",
        ),
        "absence_abroad": Texts(
            nl="Wie helpt deze leerling? De leerling woont in het buitenland en staat hier nergens ingeschreven.",
            en="Who helps this pupil? The pupil lives abroad and is not enrolled anywhere here.",
        ),
        "leaver_abroad": Texts(
            nl="Welk samenwerkingsverband beslist? De leerling verlaat een Nederlandse basisschool en woont in het "
            "buitenland; de wet noemt dat geval niet.",
            en="Which partnership decides? The pupil leaves a Dutch primary school and lives abroad; the law does not "
            "name that case.",
        ),
        "vso_without_school": Texts(
            nl="Welk samenwerkingsverband beslist? De leerling komt van geen school met een samenwerkingsverband; voor "
            "het vso noemt de wet dat geval niet.",
            en="Which partnership decides? The pupil comes from no school within a partnership; for vso the law does "
            "not name that case.",
        ),
        "declaration_end": Texts(
            nl="Tot wanneer moet de verklaring gelden? Zij eindigt op een 31 juli, en niet voor {earliest}.",
            en="Until when must the declaration hold? It ends on a 31 July, and not before {earliest}.",
        ),
        "running_until": Texts(
            nl="Tot en met welke dag loopt de verklaring die er al is?",
            en="Up to which day does the declaration that is already there run?",
        ),
        "issuing_swv": Texts(
            nl="Welk samenwerkingsverband gaf de verklaring af die er al is?",
            en="Which partnership issued the declaration that is already there?",
        ),
        "joint_talk": Texts(
            nl="Wie van de partijen pakt deze vraag op? Spreek dat af in één gesprek met de school.",
            en="Which of the parties takes this question? Agree on that in one talk with the school.",
        ),
        "no_rule": Texts(
            nl="Wie is verantwoordelijk? Op de datum van dit bericht gold geen regel die de hub kent.",
            en="Who is responsible? On the date of this message no rule that the hub knows was in force.",
        ),
        **{after_decline(code): texts for code, texts in _AFTER_DECLINE.items()},
        **NEXT_STEPS,
    }
)
