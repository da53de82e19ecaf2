"""`hub token` makes a token for an organisation's system; `hub tokens` lists them and withdraws them."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right, need_rights_for_machine
from hub.access.tables import Token
from hub.access.tokens import make_token, tokens_of, withdraw, withdraw_one
from hub.codes import OrganisationCode
from hub.directory.current import build_snapshot
from hub.errors import InvalidInput
from hub.manage.office import Office, show

tokens = typer.Typer(help="The tokens that were made: see them, withdraw them.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def token(
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(help="Code of the organisation, such as GM0106-ST or PO2201.")],
    source: Annotated[
        list[str] | None, typer.Option(help="Source under which a school's system may publish; repeat for more.")
    ] = None,
    right: Annotated[list[Right] | None, typer.Option(help="Only these rights; otherwise those of its kind.")] = None,
    label: Annotated[
        str, typer.Option(help="Name of the system that will use it; stands in the ledger.")
    ] = "hub token",
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is valid.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a token for an organisation. It is shown once: the hub keeps only a hash of it."""
    office: Office = context.obj
    if not office.settings.opaque_tokens:
        raise InvalidInput(
            "This hub does not take tokens of this kind: HUB_OPAQUE_TOKENS is off.",
            next_step="Make a client instead, which signs in with a key: hub client add.",
        )
    now = clock.now()
    with office.sessions() as sessions, sessions.begin() as session:
        found = build_snapshot(session).organisation(organisation, clock.dutch_date(now))
        if found is None:
            raise InvalidInput(
                "The directory does not know %(code)s.",
                next_step="Look the code up with: hub directory list.",
                code=organisation,
            )
        rights = need_rights_for_machine(right or (), found.kind)
        caller = Caller(OrganisationCode(organisation), rights, frozenset(source or ()), label)
        secret = make_token(session, caller, valid_for=timedelta(days=days), now=now)
    show({"organisation": organisation, "token": secret, "days": days}, secret, as_json=as_json)


@tokens.command("list")
def list_tokens(
    context: typer.Context,
    organisation: Annotated[str | None, typer.Argument(help="Code of the organisation; all if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Which tokens there are, for whom and until when. The tokens themselves are not kept, so not shown."""
    office: Office = context.obj
    now = clock.now()
    with office.sessions() as sessions, sessions() as session:
        rows = [_row(found, now) for found in tokens_of(session, _code(organisation))]
    lines = [f"{r['id']}  {r['organisation']:<18} {r['state']:<11} {r['expires']:%Y-%m-%d}  {r['label']}" for r in rows]
    show(rows, "\n".join(lines) or "Er zijn geen tokens.", as_json=as_json)


@tokens.command("withdraw")
def withdraw_tokens(
    context: typer.Context,
    token_id: Annotated[UUID | None, typer.Argument(help="Id of a token, as `hub tokens list` shows it.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Instead of an id: with --label, all of a system.")] = None,
    label: Annotated[str | None, typer.Option(help="Name of the system that uses them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a token, or all tokens of a system of an organisation. Within seconds they are worth nothing."""
    office: Office = context.obj
    code, now = _code(organisation), clock.now()
    with office.sessions() as sessions, sessions.begin() as session:
        if token_id is not None and code is None and label is None:
            number = int(withdraw_one(session, token_id, now=now))
        elif token_id is None and code is not None and label is not None:
            number = withdraw(session, code, label, now=now)
        else:
            raise InvalidInput("Name one token by its id, or a system by --organisation and --label.")
    show({"withdrawn": number}, f"{number} tokens ingetrokken.", as_json=as_json)
    raise typer.Exit(0 if number else 1)


def _code(organisation: str | None) -> OrganisationCode | None:
    return None if organisation is None else OrganisationCode(organisation.upper())


def _row(token: Token, now: datetime) -> dict[str, Any]:
    running = "valid" if token.expires_at > now else "expired"
    return {
        "id": str(token.id),
        "organisation": token.organisation,
        "label": token.label,
        "rights": token.rights,
        "sources": token.sources,
        "made": token.made_at,
        "expires": token.expires_at,
        "state": running if token.withdrawn_at is None else "withdrawn",
    }
