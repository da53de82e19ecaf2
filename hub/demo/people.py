"""The people that one can be in the demo. All of them are invented."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.access.memberships import Appointment, give_role
from hub.access.people import Particulars, Sealing, add_person, invented_people
from hub.access.roles import Role
from hub.codes import HUB_ORGANISATION, OrganisationCode

CAST: dict[str, dict[str, Role]] = {
    "Anouk Veenstra": {"B00001": Role.COORDINATOR},
    "Bas Hollander": {"B00001": Role.SCHOOL_ADMINISTRATOR},
    "Noor Bakker": {"GM0106-ST": Role.TEAM_WORKER},
    "Youssef Haddad": {"GM0106-ST": Role.TEAM_LEAD},
    "Femke Dijkstra": {"GM0118-ST": Role.TEAM_WORKER},
    "Karin Luinge": {"PO2201": Role.SWV_STAFF, "VO2201": Role.SWV_STAFF},
    "Henk ter Veen": {"PO2201": Role.SWV_ADMINISTRATOR},
    "Marit Postma": {"GM0106": Role.AGENDA_READER},
    "Sander de Wit": {HUB_ORGANISATION: Role.OPERATOR},
}


def add_people(session: Session, sealing: Sealing, *, now: datetime) -> None:
    """Let the people of the demo exist; nothing happens when they do."""
    if invented_people(session):
        return
    for name, posts in CAST.items():
        person_id = add_person(session, sealing, Particulars(name), now=now, invented=True)
        for organisation, role in posts.items():
            give_role(session, person_id, Appointment(OrganisationCode(organisation), role, now), now=now)
