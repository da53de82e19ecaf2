"""`hub person`: who may sign in, as what, and until when."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from hub import clock
from hub.access.invitations import VALID_FOR, invite
from hub.access.memberships import Appointment, give_role, memberships_of, withdraw_role
from hub.access.people import Particulars, add_person, particulars_of, people_of, withdraw_person
from hub.access.rights import need_fitting_role
from hub.access.roles import Role
from hub.access.tables import Membership, Person
from hub.codes import HUB_ORGANISATION, OrganisationCode, OrganisationKind
from hub.directory.current import build_snapshot
from hub.errors import InvalidInput
from hub.manage.office import Office, show
from hub.manage.token import AsJson
from hub.privacy.vault import Vault

people = typer.Typer(help="People who sign in: their roles and invitations.", no_args_is_help=True)

PersonId = Annotated[UUID, typer.Argument(help="Id of the person, as `hub person list` shows it.")]
Code = Annotated[str, typer.Argument(help="Code of the organisation, such as GM0106-ST or PO2201.")]
From = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; at once if it is left out.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day; without an end if it is left out.")
]


@people.command("add")
def add(
    context: typer.Context,
    organisation: Code,
    role: Annotated[Role, typer.Argument(help="What the person is there.")],
    name: Annotated[str, typer.Option(prompt="Naam", help="Name, as colleagues know it. Asked for if left out.")],
    email: Annotated[str | None, typer.Option(help="E-mail address at work.")] = None,
    since: From = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Add a person with a role, and make the invitation for the first sign-in. It is shown once."""
    office: Office = context.obj
    now = clock.now()
    given = _appointment(organisation, role, since, until, now)
    with office.sessions() as sessions, sessions.begin() as session:
        _need_fitting(session, given, now)
        person_id = add_person(session, office.vault(), Particulars(name, email), now=now)
        give_role(session, person_id, given, now=now)
        invitation = invite(session, person_id, now=now)
    _show_invitation(office, person_id, invitation, now, as_json=as_json)


@people.command("invite")
def invite_again(context: typer.Context, person: PersonId, as_json: AsJson = False) -> None:
    """Make a new invitation: the last one was lost or has expired, or the person changed to another provider."""
    office: Office = context.obj
    now = clock.now()
    with office.sessions() as sessions, sessions.begin() as session:
        invitation = invite(session, person, now=now)
    _show_invitation(office, person, invitation, now, as_json=as_json)


@people.command("role")
def give(
    context: typer.Context,
    person: PersonId,
    organisation: Code,
    role: Annotated[Role, typer.Argument(help="What the person is there.")],
    since: From = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Give a person another role, in the same organisation or in another one."""
    office: Office = context.obj
    now = clock.now()
    given = _appointment(organisation, role, since, until, now)
    with office.sessions() as sessions, sessions.begin() as session:
        _need_fitting(session, given, now)
        give_role(session, person, given, now=now)
    answer = {"person": str(person), "organisation": given.organisation, "role": role.value}
    show(answer, f"{person} is {role.value} bij {given.organisation}.", as_json=as_json)


@people.command("list")
def list_people(
    context: typer.Context,
    organisation: Annotated[str | None, typer.Argument(help="Code of the organisation; all if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Who there are, with their roles; also those of the past."""
    office: Office = context.obj
    now, vault = clock.now(), office.vault()
    with office.sessions() as sessions, sessions() as session:
        found = people_of(session, None if organisation is None else OrganisationCode(organisation.upper()))
        roles = memberships_of(session, [person.id for person in found])
        rows = [_row(vault, person, roles[person.id], now) for person in found]
    show(rows, "\n".join(map(_line, rows)) or "Er zijn geen personen.", as_json=as_json)


@people.command("withdraw")
def withdraw(
    context: typer.Context,
    person: PersonId,
    organisation: Annotated[str | None, typer.Option(help="Only the roles in this organisation.")] = None,
    role: Annotated[Role | None, typer.Option(help="Only this role there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a person in no more, or end roles. It works at once, also where the person is signed in now."""
    office: Office = context.obj
    now = clock.now()
    if role is not None and organisation is None:
        raise InvalidInput("Name the organisation in which the role is held.")
    with office.sessions() as sessions, sessions.begin() as session:
        if organisation is None:
            ended = {"sessions": withdraw_person(session, person, now=now)}
            text = f"{person} kan niet meer inloggen; {ended['sessions']} sessies beëindigd."
        else:
            code = OrganisationCode(organisation.upper())
            ended = {"roles": withdraw_role(session, person, code, role, now=now)}
            text = f"{ended['roles']} rollen beëindigd."
    show({"person": str(person), **ended}, text, as_json=as_json)
    raise typer.Exit(0 if organisation is None or ended["roles"] else 1)


def _appointment(
    organisation: str, role: Role, since: datetime | None, until: datetime | None, now: datetime
) -> Appointment:
    """Days are Dutch days, the last one included."""
    begins = now if since is None else _start_of(since.date())
    ends = None if until is None else _start_of(until.date() + timedelta(days=1))
    return Appointment(OrganisationCode(organisation.upper()), role, begins, ends)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), clock.DUTCH_TIME).astimezone(UTC)


def _need_fitting(session: Session, given: Appointment, now: datetime) -> None:
    """Raises InvalidInput for an organisation that is unknown, or that does not have the role."""
    need_fitting_role(given.role, _kind_of(session, given.organisation, now))


def _kind_of(session: Session, code: OrganisationCode, now: datetime) -> OrganisationKind:
    if code == HUB_ORGANISATION:
        return OrganisationKind.HUB
    found = build_snapshot(session).organisation(code, clock.dutch_date(now))
    if found is None:
        raise InvalidInput(
            "The directory does not know %(code)s.",
            next_step="Look the code up with: hub directory list.",
            code=code,
        )
    return found.kind


def _show_invitation(office: Office, person_id: UUID, invitation: str, now: datetime, *, as_json: bool) -> None:
    address = office.settings.public_url.rstrip("/") + "/invitation"
    until = now + VALID_FOR
    answer = {"person": str(person_id), "invitation": invitation, "until": until, "address": address}
    text = (
        f"Persoon {person_id}\nUitnodiging {invitation}\n"
        f"Geldig tot {until.astimezone(clock.DUTCH_TIME):%d-%m-%Y %H:%M}, één keer te gebruiken op {address}"
    )
    show(answer, text, as_json=as_json)


def _row(vault: Vault, person: Person, roles: list[Membership], now: datetime) -> dict[str, Any]:
    told = particulars_of(vault, person)
    return {
        "id": str(person.id),
        "name": told.name,
        "email": told.email,
        "state": "valid" if person.withdrawn_at is None else "withdrawn",
        "roles": [_role(role, now) for role in roles],
    }


def _role(role: Membership, now: datetime) -> dict[str, Any]:
    over = role.until is not None and role.until <= max(now, role.since)
    state = "over" if over else "valid" if role.since <= now else "to come"
    told = {"organisation": role.organisation, "role": role.role, "from": role.since, "until": role.until}
    return {**told, "state": state}


def _line(row: dict[str, Any]) -> str:
    held = [f"{role['role']} bij {role['organisation']}" for role in row["roles"] if role["state"] == "valid"]
    return f"{row['id']}  {row['state']:<9} {row['name']}: {', '.join(held) or 'geen rol'}"
