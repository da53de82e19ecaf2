"""Signing in with a real identity provider, from the first page on."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from hub import clock
from hub.access.invitations import invite
from hub.access.memberships import withdraw_role
from hub.access.people import withdraw_person
from hub.access.roles import Role
from tests.support.browser import Browser
from tests.support.identity.provider import LEVELS, SECOND_FACTOR
from tests.support.people import OTHER_TEAM, PO, TEAM, VO, Town, log_in


def test_the_first_time_with_an_invitation_and_then_without(town: Town, browser: Browser) -> None:
    """Choose the organisation, log in there, be welcomed by name, organisation and role; the next time one is known."""
    noor = town.somebody((TEAM, Role.TEAM_WORKER))
    first = town.first_sign_in(browser, noor)
    assert (first.status, first.path) == (200, "/"), first.text
    for told in ("Welkom, Noor Bakker", "Sociaal team Assen", "Teamlid"):
        assert told in first.text
    with town.browser() as another:
        again = town.sign_in(another, noor)
        assert (again.status, again.path) == (200, "/"), again.text
        assert "Welkom, Noor Bakker" in again.text


def test_a_provider_that_knows_no_better_than_a_shared_secret(town: Town, browser: Browser) -> None:
    """Also with signs in it that mean something in a header."""
    femke = town.somebody((OTHER_TEAM, Role.TEAM_WORKER), name="Femke Dijkstra")
    page = town.first_sign_in(browser, femke, "hoogeveen")
    assert "Welkom, Femke Dijkstra" in page.text


def test_pages_speak_english_to_who_prefers_it(town: Town) -> None:
    """By the browser's preference, until the reader chooses otherwise."""
    with town.browser("en-GB,en;q=0.9") as browser:
        page = town.first_sign_in(browser, town.somebody())
        assert "Welcome, Noor Bakker" in page.text
        assert page.response.headers["content-language"] == "en"
        page = browser.submit(page, page.form("/language"))
        assert "Welkom, Noor Bakker" in page.text
        assert "Inloggen" in browser.visit("/sign-in").text


def test_what_is_asked_of_a_provider(town: Town, browser: Browser) -> None:
    """No more than who it is; with PKCE, and with state and nonce that nobody guesses, others each time."""
    states, nonces = set(), set()
    for _ in range(3):
        browser.visit(browser.press("/sign-in", "/sign-in", provider="crook").links["onward"])
        asked = town.crook.saw["auth"]
        assert asked["scope"] == "openid"
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert asked["redirect_uri"] == f"{town.hub.url}/sign-in/crook/callback"
        assert asked["acr_values"] == " ".join(LEVELS)
        states.add(asked["state"])
        nonces.add(asked["nonce"])
    assert len(states) == len(nonces) == 3
    assert all(len(value) * 6 >= 128 for value in states | nonces)


def test_how_the_hub_proves_itself(town: Town, browser: Browser) -> None:
    """By a statement for this provider alone, good for a minute and for one time, signed with a published key."""
    browser.visit(browser.press("/sign-in", "/sign-in", provider="crook").links["onward"])
    handed_in = town.crook.saw["token"]
    keys = KeySet.import_key_set(httpx.get(f"{town.hub.url}/sign-in/crook/jwks", trust_env=False).json())
    said = jwt.decode(handed_in["client_assertion"], keys, algorithms=["RS256"]).claims
    assert (said["iss"], said["sub"], said["aud"]) == ("samenspel", "samenspel", town.crook.issuer)
    assert said["exp"] - said["iat"] <= 60
    assert len(said["jti"]) * 6 >= 128
    assert handed_in["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert len(handed_in["code_verifier"]) >= 43


def test_published_keys_hold_nothing_private(town: Town) -> None:
    """Only what proves a signature; a provider that is not there has none."""
    [key] = httpx.get(f"{town.hub.url}/sign-in/assen/jwks", trust_env=False).json()["keys"]
    assert key.keys() == {"kty", "n", "e", "kid", "use"}
    assert httpx.get(f"{town.hub.url}/sign-in/hoogeveen/jwks", trust_env=False).json() == {"keys": []}
    assert httpx.get(f"{town.hub.url}/sign-in/nobody/jwks", trust_env=False).status_code == 404


def test_one_office_for_two_partnerships(town: Town, browser: Browser) -> None:
    """They choose, always see for whom they act, and can change."""
    karin = town.somebody((PO, Role.AGENDA_READER), (VO, Role.AGENDA_READER), name="Karin Luinge")
    choosing = town.first_sign_in(browser, karin)
    assert choosing.path == "/organisation"
    assert choosing.form("/organisation").buttons == [("organisation", PO), ("organisation", VO)]
    first = browser.submit(choosing, choosing.form("/organisation"), {"organisation": VO})
    assert first.path == "/"
    assert f"{_name(town, VO)}: Lezer van de agenda" in first.text
    assert _name(town, PO) not in first.text
    assert "/organisation" in first.links
    second = browser.press("/organisation", "/organisation", organisation=PO)
    assert f"{_name(town, PO)}: Lezer van de agenda" in second.text


@pytest.mark.parametrize("organisation", [TEAM, "HUB", "NOWHERE", ""])
def test_nobody_acts_for_an_organisation_that_is_not_theirs(town: Town, browser: Browser, organisation: str) -> None:
    """Whatever is sent instead of a button; the one that was chosen before stays."""
    town.first_sign_in(browser, town.somebody((PO, Role.AGENDA_READER), (VO, Role.AGENDA_READER)))
    browser.press("/organisation", "/organisation", organisation=PO)
    refused = browser.press("/organisation", "/organisation", organisation=organisation)
    assert refused.status in {400, 403}
    assert _name(town, PO) in browser.visit("/").text


def test_a_role_that_asks_for_a_second_factor(town: Town, browser: Browser) -> None:
    """A password opens nothing of it; signing in once more with a second factor does."""
    karin = town.somebody((PO, Role.SWV_STAFF), (TEAM, Role.TEAM_WORKER))
    assert "Teamlid" in town.first_sign_in(browser, karin).text
    choosing = browser.visit("/organisation")
    assert choosing.form("/organisation").buttons == [("organisation", TEAM)]
    assert browser.press("/organisation", "/organisation", organisation=PO).status == 403
    onward = browser.submit(choosing, choosing.form("/sign-in/second-factor"))
    asked = parse_qs(urlsplit(onward.links["onward"]).query)
    assert (asked["acr_values"], asked["prompt"]) == ([LEVELS[1]], ["login"])
    chosen = log_in(browser, browser.visit(onward.links["onward"]), karin.account, SECOND_FACTOR)
    assert chosen.form("/organisation").buttons == [("organisation", TEAM), ("organisation", PO)]
    assert "Medewerker" in browser.press("/organisation", "/organisation", organisation=PO).text


def test_a_step_up_without_a_second_factor_is_refused(
    town: Town, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """The level is judged by the hub: a provider may ignore what was asked. Who was signed in stays so."""
    karin = town.somebody((PO, Role.SWV_STAFF), (TEAM, Role.TEAM_WORKER))
    town.first_sign_in(browser, karin)
    choosing = browser.visit("/organisation")
    onward = browser.submit(choosing, choosing.form("/sign-in/second-factor"))
    refused = log_in(browser, browser.visit(onward.links["onward"]), karin.account)
    assert refused.status == 403
    assert "tweede stap" in refused.text
    assert "reason=level_too_low" in caplog.text
    assert "Teamlid" in browser.visit("/").text


def test_a_stranger_is_told_what_to_do(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """An account that no invitation was used with opens nothing, and a session is not made."""
    stranger = town.somebody()
    refused = town.sign_in(browser, stranger)
    assert refused.status == 403
    assert "Samenspel kent u nog niet" in refused.text
    assert "uitnodiging" in refused.text
    assert "reason=unknown_person" in caplog.text
    assert browser.visit("/").path == "/sign-in"


def test_an_invitation_is_good_for_one_account(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever finds it afterwards is too late, and is told before going anywhere."""
    noor, thief = town.somebody(), town.somebody()
    town.first_sign_in(browser, noor)
    with town.browser() as another:
        refused = another.press("/invitation", "/sign-in", provider="assen", invitation=noor.invitation)
        assert refused.status == 403
        assert "niet geldig" in refused.text
        assert "reason=invitation_worthless" in caplog.text
        assert town.sign_in(another, thief).status == 403


@pytest.mark.parametrize("typed", ["ABCD", "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567", "é" * 50])
def test_a_wrong_code_is_refused(browser: Browser, typed: str) -> None:
    """Before anybody goes anywhere."""
    assert browser.press("/invitation", "/sign-in", provider="assen", invitation=typed).status == 403


def test_an_invitation_may_be_typed_carelessly(town: Town, browser: Browser) -> None:
    """In small letters and with spaces."""
    noor = town.somebody()
    careless = noor.invitation.lower().replace("-", " ")
    onward = browser.press("/invitation", "/sign-in", provider="assen", invitation=f" {careless} ")
    assert "Welkom" in log_in(browser, browser.visit(onward.links["onward"]), noor.account).text


def test_an_invitation_ends(town: Town, browser: Browser) -> None:
    """After a week."""
    noor = town.somebody()
    town.clock.turn(days=7)
    assert browser.press("/invitation", "/sign-in", provider="assen", invitation=noor.invitation).status == 403


def test_no_provider_speaks_for_people_of_others(
    town: Town, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """With an invitation for the team of Assen one cannot come from Hoogeveen; the invitation is not used up."""
    noor = town.somebody((TEAM, Role.TEAM_WORKER))
    assert town.first_sign_in(browser, noor, "hoogeveen").status == 403
    assert "reason=invitation_worthless" in caplog.text
    assert "Welkom" in town.first_sign_in(browser, noor, "assen").text


def test_who_comes_from_a_provider_acts_for_its_organisations_only(town: Town, browser: Browser) -> None:
    """Somebody with roles in two teams, one of which that provider serves."""
    both = town.somebody((TEAM, Role.TEAM_WORKER), (OTHER_TEAM, Role.TEAM_WORKER))
    page = town.first_sign_in(browser, both, "hoogeveen")
    assert f"{_name(town, OTHER_TEAM)}: Teamlid" in page.text
    assert browser.visit("/organisation").form("/organisation").buttons == [("organisation", OTHER_TEAM)]
    assert browser.press("/organisation", "/organisation", organisation=TEAM).status == 403


def test_one_person_may_have_two_accounts(town: Town, browser: Browser) -> None:
    """A second invitation ties another account to the same person; the first goes on."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    with town.sessions.begin() as session:
        invitation = invite(session, noor.id, now=clock.now())
    other_account = town.somebody().account
    with town.browser() as another:
        onward = another.press("/invitation", "/sign-in", provider="assen", invitation=invitation)
        assert "Welkom, Noor" in log_in(another, another.visit(onward.links["onward"]), other_account).text
    with town.browser() as third:
        assert "Welkom, Noor" in town.sign_in(third, noor).text


def test_an_account_belongs_to_one_person(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """An account that is Noor's cannot become Bas as well; his invitation is not used up."""
    noor, bas = town.somebody(), town.somebody(name="Bas Hollander")
    town.first_sign_in(browser, noor)
    with town.browser() as another:
        onward = another.press("/invitation", "/sign-in", provider="assen", invitation=bas.invitation)
        assert log_in(another, another.visit(onward.links["onward"]), noor.account).status == 403
        assert "reason=already_linked" in caplog.text
    with town.browser() as third:
        assert "Welkom, Bas" in town.first_sign_in(third, bas).text


def test_who_was_withdrawn_does_not_come_back(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """With the right password; and the page says no more than to a stranger."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    with town.sessions.begin() as session:
        withdraw_person(session, noor.id, now=clock.now())
    with town.browser() as another:
        refused = town.sign_in(another, noor)
        assert refused.status == 403
        assert "Samenspel kent u nog niet" in refused.text
    assert "reason=person_withdrawn" in caplog.text


def test_who_has_no_role_is_told_so(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """Roles end; the person and the account stay."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    with town.sessions.begin() as session:
        withdraw_role(session, noor.id, TEAM, now=clock.now() - timedelta(seconds=1))
    with town.browser() as another:
        refused = town.sign_in(another, noor)
        assert refused.status == 403
        assert "geen rol" in refused.text
    assert "reason=no_role" in caplog.text


def _name(town: Town, code: str) -> str:
    organisation = town.snapshot.organisation(code, clock.dutch_date(clock.now()))
    assert organisation is not None
    return organisation.name
