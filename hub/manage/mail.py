"""`hub mail`: who is told by e-mail and how, and addresses at which nothing arrives."""

import sys
from datetime import time
from typing import Annotated, Any
from uuid import UUID

import typer

from hub import clock
from hub.access.memberships import memberships_of
from hub.codes import OrganisationCode
from hub.errors import InvalidInput
from hub.i18n import Language
from hub.mail.actions import note_bounce, prefer, resume
from hub.mail.bounces import read_bounce
from hub.mail.moments import USUAL_QUIET_HOURS, Pace, QuietHours, Wishes
from hub.mail.queries import suspensions
from hub.manage.office import Office, show
from hub.manage.people import Code, PersonId
from hub.manage.token import AsJson

mail = typer.Typer(help="Messages to people.", no_args_is_help=True)

_LONGEST_BOUNCE_BYTES = 1_000_000
_NO_QUIET_HOURS = "none"


@mail.command("prefer")
def set_wishes(
    context: typer.Context,
    person: PersonId,
    organisation: Code,
    pace: Annotated[Pace, typer.Option(help="At once, one time a working day, or never.")] = Pace.AT_ONCE,
    quiet: Annotated[
        str, typer.Option(help="Hours without mail, such as 18:00-08:00; none for mail at any hour of any day.")
    ] = f"{USUAL_QUIET_HOURS.begin:%H:%M}-{USUAL_QUIET_HOURS.end:%H:%M}",
    english: Annotated[bool, typer.Option("--english", help="In English instead of Dutch.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say how a person wants to be told of what waits in an organisation."""
    office: Office = context.obj
    language: Language = "en" if english else "nl"
    wishes = Wishes(pace, _quiet_hours(quiet), language)
    code = OrganisationCode(organisation.upper())
    with office.sessions() as sessions, sessions.begin() as session:
        prefer(session, person, code, wishes, now=clock.now())
    answer = {"person": str(person), "organisation": code, "pace": pace.value, "quiet": quiet, "language": language}
    show(answer, f"{person} krijgt voor {code} mail: {pace.value}, stil {quiet}, taal {language}.", as_json=as_json)


@mail.command("suspended")
def list_suspended(context: typer.Context, as_json: AsJson = False) -> None:
    """To whom no mail is sent because none arrives, since when, and why; exit code 1 when there are any."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        found = suspensions(session)
        roles = memberships_of(session, [one.person_id for one in found])
    rows: list[dict[str, Any]] = [
        {
            "person": str(one.person_id),
            "since": one.since,
            "reason": one.reason,
            "organisations": sorted({role.organisation for role in roles[one.person_id]}),
        }
        for one in found
    ]
    show(rows, "\n".join(map(_line, rows)) or "Alle adressen werken.", as_json=as_json)
    raise typer.Exit(1 if rows else 0)


@mail.command("resume")
def send_again(context: typer.Context, person: PersonId, as_json: AsJson = False) -> None:
    """Send mail to a person again: the address is good now."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        resume(session, person)
    show({"person": str(person)}, f"{person} krijgt weer mail.", as_json=as_json)


@mail.command("bounce")
def take_bounce(context: typer.Context, as_json: AsJson = False) -> None:
    """Read a message that came back (RFC 3464) from standard input, and suspend the address it could not reach.

    The mail server gives each message for HUB_MAIL_FROM to this command. What is no notification changes nothing.
    """
    office: Office = context.obj
    bounce = read_bounce(sys.stdin.buffer.read(_LONGEST_BOUNCE_BYTES))
    person: UUID | None = None
    if bounce is not None:
        with office.sessions() as sessions, sessions.begin() as session:
            person = note_bounce(session, bounce, now=clock.now())
    answer = {"suspended": None if person is None else str(person), "status": bounce.status if bounce else None}
    show(answer, f"Geen mail meer aan {person}." if person else "Er verandert niets.", as_json=as_json)


def _quiet_hours(written: str) -> QuietHours | None:
    """Raises InvalidInput."""
    if written == _NO_QUIET_HOURS:
        return None
    begin, _, end = written.partition("-")
    try:
        return QuietHours(time.fromisoformat(begin), time.fromisoformat(end))
    except ValueError as error:
        raise InvalidInput("Write quiet hours as 18:00-08:00, or none.") from error


def _line(row: dict[str, Any]) -> str:
    return f"{row['person']}  sinds {row['since']:%d-%m-%Y}  {row['reason']}  {', '.join(row['organisations'])}"
