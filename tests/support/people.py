"""A hub where people sign in: its pages, two real identity providers beside it, one that lies, and a clock to turn."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from hub import clock
from hub.access.assurance import Assurance
from hub.access.invitations import invite
from hub.access.memberships import Appointment, give_role
from hub.access.people import Particulars, add_person
from hub.access.providers import ClientAuth, Registration, add_provider
from hub.access.roles import Role
from hub.codes import OrganisationCode
from hub.directory.current import build_snapshot
from hub.directory.snapshot import Snapshot
from hub.privacy.master_keys import read_master_keys
from hub.privacy.vault import Vault
from hub.store.engine import Sessions
from tests.support.browser import Browser, Page
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in
from tests.support.identity.provider import (
    LEVELS,
    PASSWORD,
    Crook,
    IdentityProvider,
    crooked_provider,
    real_provider,
)
from tests.support.ports import free_port
from tests.support.postgres import DatabaseServer

TEAM, OTHER_TEAM = OrganisationCode("GM0106-ST"), OrganisationCode("GM0118-ST")
PO, VO = OrganisationCode("PO2201"), OrganisationCode("VO2201")
SECRET = "a secret with + and % and : in it"
_ACCOUNTS = [f"account-{number}" for number in range(200)]


class TurnableClock:
    """The hub's clock, some time ahead of the machine's."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """What time the hub thinks it is."""
        return clock.now() + self.ahead

    def turn(self, **ahead: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(**ahead)


@dataclass(frozen=True)
class Somebody:
    """A person with an account at a provider, and the code of the invitation that ties the two together."""

    id: UUID
    name: str
    account: str
    invitation: str


@dataclass(frozen=True)
class Town:
    """The hub, and the providers it trusts: `assen` serves everyone, `hoogeveen` only its own team, `crook` lies."""

    hub: RunningHub
    clock: TurnableClock
    vault: Vault
    assen: IdentityProvider
    hoogeveen: IdentityProvider
    crook: Crook
    _accounts: Iterator[int] = field(default_factory=count)

    @property
    def sessions(self) -> Sessions:
        """The hub's database."""
        return self.hub.sessions

    @property
    def snapshot(self) -> Snapshot:
        """The hub's directory."""
        with self.sessions() as session:
            return build_snapshot(session)

    def browser(self, language: str = "nl") -> Browser:
        """A new browser."""
        return Browser(self.hub.url, language)

    def somebody(self, *roles: tuple[OrganisationCode, Role], name: str = "Noor Bakker") -> Somebody:
        """Somebody with these roles who has not signed in yet."""
        now = clock.now() - timedelta(days=1)
        with self.sessions.begin() as session:
            person = add_person(session, self.vault, Particulars(name, "noor@team.example"), now=now)
            for organisation, role in roles or ((TEAM, Role.TEAM_WORKER),):
                give_role(session, person, Appointment(organisation, role, now), now=now)
            invitation = invite(session, person, now=clock.now())
        return Somebody(person, name, _ACCOUNTS[next(self._accounts)], invitation)

    def first_sign_in(self, browser: Browser, who: Somebody, provider: str = "assen") -> Page:
        """Sign in with an invitation, with a password only; the page that it ends on."""
        onward = browser.press("/invitation", "/sign-in", provider=provider, invitation=who.invitation)
        return log_in(browser, browser.visit(onward.links["onward"]), who.account)

    def sign_in(self, browser: Browser, who: Somebody, provider: str = "assen", code: str = "") -> Page:
        """Sign in as somebody the hub knows already; the page that it ends on."""
        onward = browser.press("/sign-in", "/sign-in", provider=provider)
        return log_in(browser, browser.visit(onward.links["onward"]), who.account, code)

    def sign_in_again(self, browser: Browser, provider: str = "assen") -> Page:
        """Sign in where the session at the provider still runs: it shows no form. The page that it ends on."""
        return browser.visit(browser.press("/sign-in", "/sign-in", provider=provider).links["onward"])


def log_in(browser: Browser, form: Page, account: str, code: str = "") -> Page:
    """Fill in the form of a real provider; the page that it ends on."""
    return browser.submit(form, form.first_form, {"login": account, "password": PASSWORD, "code": code})


def on_the_way_back(browser: Browser, who: Somebody, provider: str = "assen") -> str:
    """Begin a sign-in and log in at the provider; the address it sends the browser back to, not yet visited."""
    onward = browser.press("/sign-in", "/sign-in", provider=provider)
    form = browser.visit(onward.links["onward"])
    said = {"login": who.account, "password": PASSWORD}
    response = browser.send(form, form.first_form, said)
    while not response.headers["location"].startswith(browser.home):
        response = browser.step(response.headers["location"])
    return response.headers["location"]


@contextmanager
def a_town(folder: Path, database_url: str, **settings: object) -> Iterator[Town]:
    """Everything together, running."""
    with ExitStack() as stack:
        made = settings_in(folder, database_url, limit_of_sign_ins="100000/minute", **settings)
        running = stack.enter_context(prepared(made))
        ports = (free_port(), free_port())
        assen = stack.enter_context(real_provider(folder, ports[0], _client_at_assen(made.public_url), _ACCOUNTS))
        hoogeveen = stack.enter_context(
            real_provider(folder, ports[1], _client_at_hoogeveen(made.public_url), _ACCOUNTS)
        )
        crook = stack.enter_context(crooked_provider(folder))
        vault = Vault(read_master_keys(made.master_key_path))
        town = Town(running, TurnableClock(), vault, assen, hoogeveen, crook)
        _trust_all(town)
        stack.enter_context(api_in_thread(made, now=town.clock))
        yield town


def _client_at_assen(hub: str) -> dict[str, object]:
    """What the administrator of that provider fills in for a client that proves itself with a key."""
    return {
        "client_id": "samenspel",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": f"{hub}/sign-in/assen/jwks",
        "redirect_uris": [f"{hub}/sign-in/assen/callback"],
        "post_logout_redirect_uris": [f"{hub}/signed-out"],
        "backchannel_logout_uri": f"{hub}/sign-in/assen/back-channel-logout",
        "backchannel_logout_session_required": True,
    }


def _client_at_hoogeveen(hub: str) -> dict[str, object]:
    """The same for a provider that knows no better than a shared secret."""
    return {
        "client_id": "samenspel:hoogeveen",
        "token_endpoint_auth_method": "client_secret_basic",
        "client_secret": SECRET,
        "redirect_uris": [f"{hub}/sign-in/hoogeveen/callback"],
    }


def _trust_all(town: Town) -> None:
    assurance = Assurance(LEVELS, least=LEVELS[0], second_factor=LEVELS[1])
    agreed = (
        Registration("assen", town.assen.issuer, "samenspel", "Gemeente Assen", assurance=assurance),
        Registration(
            "hoogeveen",
            town.hoogeveen.issuer,
            "samenspel:hoogeveen",
            "Gemeente Hoogeveen",
            organisations=[OTHER_TEAM],
            client_auth=ClientAuth.CLIENT_SECRET_BASIC,
            client_secret=SECRET,
        ),
        Registration("crook", town.crook.issuer, "samenspel", "Stichting Onbetrouwbaar", assurance=assurance),
    )
    with town.sessions.begin() as session:
        for registration in agreed:
            add_provider(session, town.vault, registration, now=clock.now(), to_loopback=True)


@pytest.fixture(scope="session")
def shared_town(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One for the whole run, so tests make people of their own."""
    url = database_server.create()
    with a_town(tmp_path_factory.mktemp("town"), url) as town:
        yield town
    database_server.drop(url)


@pytest.fixture
def town(shared_town: Town) -> Iterator[Town]:
    """Where people sign in; the clock is right and nobody lies, until the test says otherwise."""
    yield shared_town
    shared_town.clock.ahead = timedelta()
    shared_town.crook.will()


@pytest.fixture
def browser(town: Town) -> Iterator[Browser]:
    """A new browser."""
    with town.browser() as browser:
        yield browser
