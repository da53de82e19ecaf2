"""`hub client`: machine clients, which get access tokens at the token endpoint by proving that they hold a key."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import TypeAdapter, ValidationError

from hub import clock
from hub.access import clients
from hub.access.callers import Caller
from hub.access.clients import Card
from hub.access.jose import Jwk, public_key_given
from hub.access.rights import Right, need_rights_for_machine
from hub.codes import OrganisationCode
from hub.directory.current import build_snapshot
from hub.errors import InvalidInput
from hub.events.envelope import Source
from hub.manage.office import Office, show
from hub.settings import Settings

client = typer.Typer(
    help="Systems of organisations that sign in with a key: make, list, withdraw.", no_args_is_help=True
)
key = typer.Typer(help="Public keys of a client.", no_args_is_help=True)
identity = typer.Typer(help="Who a client is at another authorization server.", no_args_is_help=True)
client.add_typer(key, name="key")
client.add_typer(identity, name="identity")

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
ClientId = Annotated[UUID, typer.Argument(help="Id of the client, as `hub client list` shows it.")]
KeyFile = Annotated[Path, typer.Argument(help="Public key as a JWK, a PEM or a certificate.", exists=True)]
_SOURCE: TypeAdapter[str] = TypeAdapter(Source)


@client.command()
def add(
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(help="Code of the organisation, such as GM0106-ST or B00001.")],
    label: Annotated[str, typer.Option(help="Name of the system, for whoever reads the list.")],
    key_file: Annotated[
        list[Path] | None,
        typer.Option("--key", help="Public key: JWK, PEM or certificate; repeat for more.", exists=True),
    ] = None,
    source: Annotated[list[str] | None, typer.Option(help="Source it may publish under; repeat for more.")] = None,
    right: Annotated[list[Right] | None, typer.Option(help="Only these rights; otherwise those of its kind.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a client for a system of an organisation. The private key stays with its owner, the hub never sees it."""
    office: Office = context.obj
    now, jwks = clock.now(), [_read_key(path) for path in key_file or ()]
    with office.sessions() as sessions, sessions.begin() as session:
        found = build_snapshot(session).organisation(organisation.upper(), clock.dutch_date(now))
        if found is None:
            raise InvalidInput(
                "The directory does not know %(code)s.",
                next_step="Look the code up with: hub directory list.",
                code=organisation,
            )
        rights = need_rights_for_machine(right or (), found.kind)
        made = clients.add_client(
            session, Caller(OrganisationCode(found.code), rights, _need_sources(source, rights), label), now=now
        )
        kids = [clients.add_key(session, made.id, jwk, now=now) for jwk in jwks]
    answer = {
        "client": str(made.id),
        "organisation": found.code,
        "rights": made.rights,
        "sources": made.sources,
        "keys": kids,
        **_where(office.settings),
    }
    text = (
        f"Client gemaakt: {made.id}\n"
        f"Sleutels: {', '.join(kids) or 'nog geen; voeg er een toe met: hub client key add'}\n"
        f"Tokens haalt het systeem op bij {answer['tokenEndpoint']}; in de assertion is aud {answer['issuer']}"
    )
    show(answer, text, as_json=as_json)


@client.command("list")
def list_clients(
    context: typer.Context,
    organisation: Annotated[str | None, typer.Argument(help="Code of the organisation; all if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Which clients there are, for whom, with which keys."""
    office: Office = context.obj
    code = None if organisation is None else OrganisationCode(organisation.upper())
    with office.sessions() as sessions, sessions() as session:
        rows = [_row(card) for card in clients.clients(session, code)]
    lines = [f"{r['client']}  {r['organisation']:<18} {r['state']:<9}  {r['label']}" for r in rows]
    show(rows, "\n".join(lines) or "Er zijn geen clients.", as_json=as_json)


@client.command()
def withdraw(context: typer.Context, client_id: ClientId, as_json: AsJson = False) -> None:
    """Stop a client: it gets no more tokens, and those it has open nothing any more."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        done = clients.withdraw_client(session, client_id, now=clock.now())
    text = "Client ingetrokken." if done else "Er is geen client met dit id in gebruik."
    show({"withdrawn": int(done)}, text, as_json=as_json)
    raise typer.Exit(0 if done else 1)


@key.command("add")
def add_key(context: typer.Context, client_id: ClientId, file: KeyFile, as_json: AsJson = False) -> None:
    """Let a client sign with another key as well: the first step of changing keys without a pause."""
    office: Office = context.obj
    jwk = _read_key(file)
    with office.sessions() as sessions, sessions.begin() as session:
        kid = clients.add_key(session, client_id, jwk, now=clock.now())
    show({"client": str(client_id), "kid": kid}, f"Sleutel toegevoegd: {kid}", as_json=as_json)


@key.command("withdraw")
def withdraw_key(
    context: typer.Context,
    client_id: ClientId,
    kid: Annotated[str, typer.Argument(help="Id of the key, as `hub client list --json` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Stop taking a key of a client, and the tokens that were got with it."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        done = clients.withdraw_key(session, client_id, kid, now=clock.now())
    text = "Sleutel ingetrokken." if done else "Deze client heeft geen sleutel met dit id in gebruik."
    show({"withdrawn": int(done)}, text, as_json=as_json)
    raise typer.Exit(0 if done else 1)


@identity.command("add")
def add_identity(
    context: typer.Context,
    client_id: ClientId,
    issuer: Annotated[str, typer.Argument(help="The issuer, exactly as HUB_ISSUERS names it.")],
    subject: Annotated[str, typer.Argument(help="The subject (sub) in its tokens.")],
    as_json: AsJson = False,
) -> None:
    """Take tokens of another issuer about this subject for a client."""
    office: Office = context.obj
    if issuer not in {each.issuer for each in office.settings.issuers}:
        raise InvalidInput(
            "The settings do not name this issuer.",
            next_step="Add it to HUB_ISSUERS first, with where its keys are, and give exactly the same name here.",
        )
    with office.sessions() as sessions, sessions.begin() as session:
        clients.add_identity(session, client_id, issuer, subject, now=clock.now())
    answer = {"client": str(client_id), "issuer": issuer, "subject": subject}
    show(answer, f"Tokens van {issuer} over {subject} gelden nu voor deze client.", as_json=as_json)


@identity.command("remove")
def remove_identity(
    context: typer.Context,
    issuer: Annotated[str, typer.Argument(help="The issuer.")],
    subject: Annotated[str, typer.Argument(help="The subject (sub) in its tokens.")],
    as_json: AsJson = False,
) -> None:
    """Stop taking tokens of another issuer about this subject."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        done = clients.remove_identity(session, issuer, subject)
    text = "Deze tokens gelden niet meer." if done else "Dit onderwerp stond voor geen client."
    show({"removed": int(done)}, text, as_json=as_json)
    raise typer.Exit(0 if done else 1)


def _read_key(path: Path) -> Jwk:
    return public_key_given(path.read_bytes())


def _need_sources(given: list[str] | None, rights: frozenset[Right]) -> frozenset[str]:
    if Right.PUBLISH in rights and not given:
        raise InvalidInput(
            "A client that may publish needs a source.",
            next_step="Name the system with --source urn:nld:oin:<20 characters>:systeem:<name>.",
        )
    try:
        return frozenset(map(_SOURCE.validate_python, given or ()))
    except ValidationError as error:
        raise InvalidInput(
            "A source looks like urn:nld:oin:<20 characters>:systeem:<name>.",
            next_step="Name the organisation by its OIN and the system by a short name in small letters.",
        ) from error


def _row(card: Card) -> dict[str, Any]:
    made = card.client
    return {
        "client": str(made.id),
        "organisation": made.organisation,
        "label": made.label,
        "rights": made.rights,
        "sources": made.sources,
        "made": made.made_at,
        "state": "valid" if made.withdrawn_at is None else "withdrawn",
        "keys": [{"kid": key.kid, "state": "valid" if key.withdrawn_at is None else "withdrawn"} for key in card.keys],
        "identities": [{"issuer": one.issuer, "subject": one.subject} for one in card.identities],
    }


def _where(settings: Settings) -> dict[str, str]:
    """What the owner of a client must configure."""
    return {"issuer": settings.public_url, "tokenEndpoint": settings.token_endpoint}
