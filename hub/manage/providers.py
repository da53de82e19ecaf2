"""`hub provider`: the identity providers where people sign in."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from hub import clock
from hub.access.assurance import Assurance
from hub.access.providers import (
    ClientAuth,
    Registration,
    add_provider,
    all_providers,
    find_provider,
    renew_key,
    withdraw_provider,
)
from hub.access.refusals import ProviderAway
from hub.access.tables import Provider
from hub.codes import OrganisationCode
from hub.manage.office import Office, show
from hub.manage.token import AsJson
from hub.web.provider_calls import ProviderCalls
from hub.web.sign_in import addresses_of

providers = typer.Typer(help="Identity providers, where people sign in.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="A short word for the provider, which stands in its addresses.")]


@providers.command("add")
def add(
    context: typer.Context,
    code: Code,
    issuer: Annotated[str, typer.Option(help="Address of the provider, exactly as it writes it in iss.")],
    client_id: Annotated[str, typer.Option(help="Under which the provider knows the hub.")],
    name: Annotated[str, typer.Option(help="What people choose: the name of their organisation or federation.")],
    organisation: Annotated[
        list[str] | None, typer.Option(help="Only its people may come from there; repeat. All if left out.")
    ] = None,
    client_auth: Annotated[
        ClientAuth, typer.Option(help="How the hub proves itself there.")
    ] = ClientAuth.PRIVATE_KEY_JWT,
    secret_file: Annotated[
        Path | None, typer.Option(help="File with the client secret; asked for if it is needed and left out.")
    ] = None,
    level: Annotated[
        list[str] | None, typer.Option(help="Values of acr of this provider, the weakest first; repeat.")
    ] = None,
    least_level: Annotated[str | None, typer.Option(help="What everyone must reach.")] = None,
    second_factor_level: Annotated[str | None, typer.Option(help="From which on there was a second factor.")] = None,
    second_factor_method: Annotated[
        list[str] | None, typer.Option(help="Values of amr that tell of a second factor, such as mfa; repeat.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Trust a provider. The addresses that are shown are to be registered there."""
    office: Office = context.obj
    agreed = Registration(
        code,
        issuer,
        client_id,
        name,
        organisations=[OrganisationCode(one.upper()) for one in organisation] if organisation else None,
        client_auth=client_auth,
        client_secret=_secret(client_auth, secret_file),
        assurance=Assurance(
            tuple(level or ()), least_level, second_factor_level, frozenset(second_factor_method or ())
        ),
    )
    loopback = office.settings.webhooks_to_loopback
    with office.sessions() as sessions, sessions.begin() as session:
        add_provider(session, office.vault(), agreed, now=clock.now(), to_loopback=loopback)
    addresses = addresses_of(office.settings.public_url, code)
    lines = [f"{name}: {address}" for name, address in addresses.items()]
    show({"code": code, **addresses}, "\n".join(["Laat dit bij de provider vastleggen:", *lines]), as_json=as_json)


@providers.command("list")
def list_providers(context: typer.Context, as_json: AsJson = False) -> None:
    """Which providers there are, and what was agreed with them."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        rows = [_row(found) for found in all_providers(session)]
    lines = [f"{row['code']:<20} {row['state']:<9} {row['name']}  {row['issuer']}" for row in rows]
    show(rows, "\n".join(lines) or "Er zijn geen providers.", as_json=as_json)


@providers.command("check")
def check(context: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """Ask a provider what it can do, as a sign-in would; exit code 1 when a sign-in cannot work."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions() as session:
        provider = find_provider(session, code)
    calls = ProviderCalls(to_loopback=office.settings.webhooks_to_loopback)
    try:
        metadata = asyncio.run(calls.metadata(provider))
    except ProviderAway as error:
        typer.echo(f"Zo kan niemand inloggen: {error.detail}.", err=True)
        raise typer.Exit(1) from error
    found = {
        "issuer": metadata.issuer,
        "says its issuer on the way back": metadata.authorization_response_iss_parameter_supported,
        "says that it knows S256": metadata.code_challenge_methods_supported is not None,
        "signs out": metadata.end_session_endpoint is not None,
        "proof of the hub": metadata.client_signing if provider.client_auth == "private_key_jwt" else "secret",
    }
    show(found, "\n".join(f"{name}: {value}" for name, value in found.items()), as_json=as_json)


@providers.command("renew-key")
def renew(context: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """Prove the hub with a new key from now on; the one before stays published beside it."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        keys = renew_key(session, office.vault(), code).public_keys["keys"]
    show({"code": code, "keys": [key["kid"] for key in keys]}, f"{code} heeft een nieuwe sleutel.", as_json=as_json)


@providers.command("withdraw")
def withdraw(context: typer.Context, code: Code, as_json: AsJson = False) -> None:
    """Trust a provider no more. It works at once, also for people who are signed in now."""
    office: Office = context.obj
    with office.sessions() as sessions, sessions.begin() as session:
        ended = withdraw_provider(session, code, now=clock.now())
    text = f"{code} wordt niet meer vertrouwd; {ended} sessies beëindigd."
    show({"code": code, "sessions": ended}, text, as_json=as_json)


def _secret(client_auth: ClientAuth, file: Path | None) -> str | None:
    if file is not None:
        return file.read_text().strip()
    if client_auth is ClientAuth.PRIVATE_KEY_JWT:
        return None
    return str(typer.prompt("Geheim van de hub bij deze provider", hide_input=True))


def _row(provider: Provider) -> dict[str, Any]:
    return {
        "code": provider.code,
        "name": provider.name,
        "issuer": provider.issuer,
        "clientId": provider.client_id,
        "clientAuth": provider.client_auth,
        "organisations": provider.organisations,
        "levels": provider.levels,
        "leastLevel": provider.least_level,
        "secondFactorLevel": provider.second_factor_level,
        "secondFactorMethods": provider.second_factor_methods,
        "state": "valid" if provider.withdrawn_at is None else "withdrawn",
    }
