"""What schools say in the stories. Everybody in them is invented."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

A_PUPIL = "Sem Voorbeeld"
CONSENT = {"givenBy": "parents", "on": (datetime.now(UTC) - timedelta(days=1)).date().isoformat()}
CONTACT = {"name": "J. de Groot", "email": "j.degroot@school.example"}

Data = dict[str, Any]


def referral(school: str, postcode: str, **more: Any) -> Data:
    """A request for youth help, with consent and the parents' own words."""
    return {
        "school": school,
        "homePostcode": postcode,
        "theme": "wellbeing",
        "consent": CONSENT,
        "contact": CONTACT,
        "pupil": {"name": A_PUPIL, "birthDate": "2016-04-02", "group": "groep 6"},
        "question": "Sem is stil geworden. Hij slaapt slecht en huilt op school.",
        "parentsWords": "Wij maken ons ook zorgen en willen graag hulp.",
        **more,
    }


def signal(school: str, postcode: str, **more: Any) -> Data:
    """A concern, without the name of a pupil."""
    return {
        "school": school,
        "homePostcode": postcode,
        "theme": "home",
        "ask": "think_along",
        "contact": CONTACT,
        "question": "Thuis is er veel spanning door schulden.",
        **more,
    }


def support(school: str, postcode: str, **more: Any) -> Data:
    """A question to the desk of the samenwerkingsverband."""
    question = "Welke extra hulp kan Lotte in de klas krijgen bij rekenen?"
    return {"school": school, "homePostcode": postcode, "asksFor": "advice", "question": question, **more}


def admission(school: str, postcode: str, **more: Any) -> Data:
    """A request for a declaration of admissibility of a child that no school has yet."""
    return {
        "school": school,
        "homePostcode": postcode,
        "standing": "registered",
        "schoolType": "so",
        "question": "Aanmelding van een kleuter met een lichamelijke beperking.",
        **more,
    }


def absence(school: str, postcode: str, **more: Any) -> Data:
    """A pupil who is at home."""
    return {
        "school": school,
        "homePostcode": postcode,
        "since": "2026-10-01",
        "kind": "enrolled_absence",
        "reportedToDuo": True,
        "pupil": {"name": A_PUPIL},
        "question": "Sem komt al vier weken niet naar school.",
        **more,
    }


def placement(school: str, postcode: str, registered_on: date, **more: Any) -> Data:
    """A pupil who was registered at a school that cannot offer the place itself."""
    return {
        "school": school,
        "homePostcode": postcode,
        "registeredOn": registered_on.isoformat(),
        "question": "Wie heeft een plek voor een leerling die veel structuur nodig heeft?",
        **more,
    }
