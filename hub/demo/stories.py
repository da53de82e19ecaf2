"""The seven stories. All people in them are invented."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.demo.stage import Stage


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


_CONSENT = {"givenBy": "parents", "on": _days_ago(1)}
_CONTACT = {"name": "J. de Groot", "email": "j.degroot@school.example"}

ORGANISATIONS = (
    "B00001",
    "B00005",
    "GM0106-ST",
    "GM0118-ST",
    "GM1680-ST",
    "PO2201",
    "PO2203",
    "PO2305",
    "VO2001",
)
"""Everyone who plays a part."""


def play_all(stage: Stage) -> None:
    """Play the stories, one after the other."""
    for story in STORIES:
        story(stage)


def referral_in_assen(stage: Stage) -> None:
    """The plain way: asked, taken, answered, closed."""
    stage.title("1. Een school in Assen vraagt jeugdhulp")
    data = _referral("99AA00", "9403", "Sem is stil geworden. Hij slaapt slecht en huilt op school.")
    case = stage.publish("B00001", "vraagt jeugdhulp voor een leerling", "referral.submitted", data)
    stage.wait_for(case, "B00001", "offered", "GM0106-ST")
    _take_and_answer(stage, "GM0106-ST", case, "Wij spreken het gezin donderdag. Daarna belt Noor Bakker u.")
    stage.move("GM0106-ST", case, "sluit de vraag af", "closure")


def school_in_beilen_home_in_hoogeveen(stage: Stage) -> None:
    """Home and school lie apart: each question has its own answer."""
    stage.title("2. School in Beilen, thuis in Hoogeveen")
    home = _signal("99CA00", "7902", "home", "Thuis is er veel spanning door schulden.")
    case = stage.publish("B00001", "geeft een signaal over thuis", "signal.raised", home)
    stage.wait_for(case, "B00001", "offered", "GM0118-ST")
    support = {
        **_base("99CA00", "7902"),
        "asksFor": "advice",
        "question": "Welke extra hulp kan Lotte in de klas krijgen bij rekenen?",
    }
    asked = stage.publish("B00001", "vraagt het loket om advies over onderwijs", "support.requested", support)
    stage.wait_for(asked, "B00001", "offered", "PO2201")


def first_admission_from_zwartsluis_and_hasselt(stage: Stage) -> None:
    """One municipality, two partnerships: the postcode decides, not the name of the municipality."""
    stage.title("3. Voor het eerst naar het speciaal onderwijs: Zwartsluis en Hasselt")
    for place, postcode, swv in (("Zwartsluis", "8064", "PO2203"), ("Hasselt", "8061", "PO2305")):
        data = {
            **_base("99JE00", postcode),
            "standing": "registered",
            "schoolType": "so",
            "question": f"Aanmelding van een kleuter uit {place} met een lichamelijke beperking.",
        }
        case = stage.publish("B00005", f"vraagt een TLV so voor een kind uit {place}", "admission.requested", data)
        stage.wait_for(case, "B00005", "offered", swv)


def transition_from_zuidlaren(stage: Stage) -> None:
    """The borders of primary and secondary education differ."""
    stage.title("4. Van de basisschool in Zuidlaren naar het voortgezet onderwijs")
    question = "Milan gaat na de zomer naar de brugklas. Hij heeft veel structuur nodig."
    data = _signal("99DA00", "9471", "transition", question)
    case = stage.publish("B00001", "meldt een overstap", "signal.raised", {**data, "about": "education"})
    stage.wait_for(case, "B00001", "offered", "VO2001")


def declined_and_routed_on(stage: Stage) -> None:
    """A decline is not the end: somebody looks, and the case goes on with its history."""
    stage.title("5. Niet opgepakt, en toch geholpen")
    data = _referral("99AB00", "9401", "Fenna zorgt thuis voor haar zieke moeder en mist vaak school.")
    case = stage.publish("B00001", "vraagt jeugdhulp voor een leerling", "referral.submitted", data)
    stage.wait_for(case, "B00001", "offered", "GM0106-ST")
    stage.move("GM0106-ST", case, "pakt het niet op: het gezin is verhuisd", "declination", {"code": "not_our_area"})
    stage.wait_for(case, "B00001", "undecided", "PO2201")
    choice = {"to": "GM1680-ST", "code": "not_our_task", "explanation": "Het gezin woont sinds kort in Rolde."}
    stage.move("PO2201", case, "zoekt het uit en kiest het team van Aa en Hunze", "redirection", choice)
    stage.wait_for(case, "B00001", "offered", "GM1680-ST")
    _take_and_answer(stage, "GM1680-ST", case, "Wij zijn vandaag bij het gezin geweest. Er komt hulp in huis.")


def postcode_without_swv(stage: Stage) -> None:
    """What no rule can place goes to a person, with the exact question."""
    stage.title("6. Een postcode die bij geen samenwerkingsverband hoort")
    data = {
        **_base("99AE00", "3197"),
        "standing": "registered",
        "schoolType": "so",
        "question": "Aanmelding van een leerling die nog nergens staat ingeschreven.",
    }
    case = stage.publish("B00005", "vraagt een TLV so", "admission.requested", data)
    stage.wait_for(case, "B00005", "undecided")


def place_sought_in_assen(stage: Stage) -> None:
    """The clock of the duty of care: it runs, stands still for papers, and goes on."""
    stage.title("7. Een plek zoeken: de termijn van de zorgplicht")
    data = {
        **_base("99AA00", "9403"),
        "registeredOn": _days_ago(30),
        "candidateSchools": ["99JE00"],
        "question": "Wie heeft een plek voor een leerling die veel structuur nodig heeft?",
    }
    case = stage.publish("B00001", "zoekt een plek voor een aangemelde leerling", "placement.sought", data)
    stage.wait_for(case, "B00001", "offered", "PO2201")
    for what, milestone, days in (
        ("vraagt de ouders om gegevens", "papers_requested", 25),
        ("heeft de gegevens", "papers_received", 15),
    ):
        stage.move("B00001", case, what, "milestones", {"milestone": milestone, "on": _days_ago(days)})
        view = stage.read("PO2201", case, "bekijkt de termijnen")
        stage.say(next(term["sentence"] for term in view["terms"] if term["rule"] == "F1"))


STORIES = (
    referral_in_assen,
    school_in_beilen_home_in_hoogeveen,
    first_admission_from_zwartsluis_and_hasselt,
    transition_from_zuidlaren,
    declined_and_routed_on,
    postcode_without_swv,
    place_sought_in_assen,
)


def _take_and_answer(stage: Stage, team: str, case: str, text: str) -> None:
    stage.read(team, case, "opent de vraag")
    stage.move(team, case, "pakt de vraag op", "acceptance")
    stage.move(team, case, "geeft de school antwoord", "answer", {"outcome": "help_started", "text": text})
    view = stage.read("B00001", case, "leest het antwoord")
    answers = [text for happening in view["timeline"] if (text := happening["texts"].get("answer"))]
    stage.say(f"Antwoord: {answers[-1]}")


def _base(school: str, postcode: str) -> dict[str, Any]:
    return {"school": school, "homePostcode": postcode, "contact": _CONTACT}


def _signal(school: str, postcode: str, theme: str, question: str) -> Mapping[str, Any]:
    return {**_base(school, postcode), "theme": theme, "ask": "think_along", "question": question}


def _referral(school: str, postcode: str, question: str) -> Mapping[str, Any]:
    return {
        **_base(school, postcode),
        "theme": "wellbeing",
        "consent": _CONSENT,
        "pupil": {"name": "Sem Voorbeeld", "birthDate": "2016-04-02", "group": "groep 6"},
        "question": question,
        "parentsWords": "Wij maken ons ook zorgen en willen graag hulp.",
    }
