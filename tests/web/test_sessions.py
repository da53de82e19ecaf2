"""Sessions: what a browser holds, when that ends, and what ends it at once."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from hub import clock
from hub.access.hashes import hash_of
from hub.access.memberships import Appointment, give_role, withdraw_role
from hub.access.people import withdraw_person
from hub.access.roles import Role
from hub.access.tables import SignInAttempt, WebSession
from tests.support.browser import Browser, Page
from tests.support.people import OTHER_TEAM, PO, TEAM, VO, Town, on_the_way_back

SESSION = "samenspel-session"
CHOICE = ((PO, Role.AGENDA_READER), (VO, Role.AGENDA_READER))


def secret_of(browser: Browser) -> str:
    """What the browser holds that opens the door."""
    return str(browser.client.cookies[SESSION])


def is_signed_in(browser: Browser) -> bool:
    """Whether the start page opens."""
    return browser.visit("/").path in {"/", "/organisation"} and browser.visit("/").status == 200


def with_secret(town: Town, secret: str) -> Browser:
    """A browser in which somebody put a secret."""
    browser = town.browser()
    browser.client.cookies.set(SESSION, secret)
    return browser


def test_what_the_browser_holds(town: Town, browser: Browser) -> None:
    """A random secret that no script reads and no other site sends, forgotten when the browser closes."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    with town.browser() as another:
        response = another.step(on_the_way_back(another, noor))
    [cookie] = [line for line in response.headers.get_list("set-cookie") if line.startswith(f"{SESSION}=")]
    value, *attributes = cookie.split("; ")
    assert len(value.partition("=")[2]) >= 43
    assert {attribute.lower() for attribute in attributes} == {"httponly", "path=/", "samesite=lax"}


def test_the_database_holds_no_secret(town: Town, browser: Browser) -> None:
    """Neither of a session nor of a sign-in under way: only hashes, and no word of who the account is."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    browser.press("/sign-in", "/sign-in", provider="assen")
    with town.sessions() as session:
        assert session.scalar(select(WebSession.person_id).where(WebSession.hash == hash_of(secret_of(browser))))
        planted = str(browser.client.cookies["samenspel-browser"])
        assert session.scalar(select(SignInAttempt.state).where(SignInAttempt.browser == hash_of(planted)))
        tables = ("web_sessions", "sign_in_attempts", "identities", "people", "invitations", "providers")
        dump = "".join(str(row) for table in tables for row in session.execute(text(f"SELECT t::text FROM {table} t")))
    for secret in (secret_of(browser), planted, noor.account, noor.name, noor.invitation, "noor@team.example"):
        assert secret not in dump
        assert secret.encode().hex() not in dump


def test_a_planted_session_is_worth_nothing_after_signing_in(
    town: Town, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """Session fixation: whatever the browser held before, it holds another secret afterwards, and the old one is dead.

    So for one that was made up, for one that was open before, and for the attacker's own session. Whoever shows a dead
    one stands in the log; whoever shows none is just not signed in.
    """
    noor = town.somebody()
    browser.client.cookies.set(SESSION, "planted-by-somebody-else", domain="127.0.0.1", path="/")
    town.first_sign_in(browser, noor)
    first = secret_of(browser)
    assert first != "planted-by-somebody-else"
    town.sign_in_again(browser)
    assert secret_of(browser) != first
    for dead in ("planted-by-somebody-else", first):
        caplog.clear()
        with with_secret(town, dead) as attacker:
            assert not is_signed_in(attacker)
        assert "session.refused reason=unknown" in caplog.text
        assert dead not in caplog.text
    assert is_signed_in(browser)
    caplog.clear()
    with town.browser() as stranger:
        assert not is_signed_in(stranger)
    assert "session.refused" not in caplog.text


def test_another_secret_for_another_organisation(town: Town, browser: Browser) -> None:
    """At every choice; the one before opens nothing."""
    town.first_sign_in(browser, town.somebody(*CHOICE))
    seen = [secret_of(browser)]
    for organisation in (PO, VO, PO):
        browser.press("/organisation", "/organisation", organisation=organisation)
        seen.append(secret_of(browser))
    assert len(set(seen)) == 4
    for dead in seen[:-1]:
        with with_secret(town, dead) as attacker:
            assert not is_signed_in(attacker)
    assert is_signed_in(browser)


def test_a_session_ends_when_nothing_happens(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """After half an hour without a sign of life; each page is one."""
    town.first_sign_in(browser, town.somebody())
    for _ in range(3):
        town.clock.turn(minutes=29)
        assert is_signed_in(browser)
    town.clock.turn(minutes=30)
    over = browser.visit("/")
    assert over.status == 401
    assert "Uw sessie is verlopen" in over.text
    assert "staat nog waar u het typte" in over.text
    assert "session.over reason=idle" in caplog.text
    assert browser.visit("/").path == "/sign-in"


def test_a_session_ends_anyhow(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """After ten hours, however busy somebody is."""
    town.first_sign_in(browser, town.somebody())
    for _ in range(29):
        town.clock.turn(minutes=20)
        assert is_signed_in(browser)
    town.clock.turn(minutes=20)
    assert browser.visit("/").status == 401
    assert "session.over reason=absolute" in caplog.text


def test_a_form_of_a_session_that_is_over_changes_nothing(town: Town, browser: Browser) -> None:
    """It says that what was typed is still there, and offers a new tab to sign in."""
    town.first_sign_in(browser, town.somebody(*CHOICE))
    page = browser.visit("/organisation")
    town.clock.turn(minutes=31)
    refused = browser.submit(page, page.form("/organisation"), {"organisation": VO})
    assert refused.status == 401
    assert "staat nog waar u het typte" in refused.text
    assert refused.links.get("/sign-in") == "/sign-in"


def test_signing_out_here(town: Town, browser: Browser) -> None:
    """This browser's session ends at once; another browser goes on. The provider asks whether to end its own too."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    with town.browser() as another:
        town.sign_in(another, noor)
        page, secret = browser.visit("/"), secret_of(browser)
        out = browser.submit(page, page.form("/sign-out"))
        assert "U bent uitgelogd" in out.text
        assert SESSION not in browser.client.cookies
        with with_secret(town, secret) as thief:
            assert not is_signed_in(thief)
        assert is_signed_in(another)
    assert _sign_out_at_provider(browser, out).path == "/signed-out"


def test_signing_out_everywhere(town: Town, browser: Browser) -> None:
    """All sessions of this person end, and of nobody else."""
    noor, bas = town.somebody(), town.somebody(name="Bas Hollander")
    town.first_sign_in(browser, noor)
    with town.browser() as telephone, town.browser() as of_bas:
        town.sign_in(telephone, noor)
        town.first_sign_in(of_bas, bas)
        page = browser.visit("/")
        out = browser.submit(page, page.form("/sign-out/everywhere"))
        assert "U bent uitgelogd" in out.text
        assert not is_signed_in(browser)
        assert not is_signed_in(telephone)
        assert is_signed_in(of_bas)


def test_signing_out_at_the_provider_needs_a_new_log_in(town: Town, browser: Browser) -> None:
    """As long as the session there runs, it lets one through without a form; afterwards it asks again."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    page = browser.visit("/")
    browser.submit(page, page.form("/sign-out"))
    assert "Welkom" in town.sign_in_again(browser).text
    page = browser.visit("/")
    out = browser.submit(page, page.form("/sign-out"))
    assert "client_id=samenspel" in out.links["onward"]
    assert "id_token" not in out.links["onward"]
    assert out.refresh == out.links["onward"]
    _sign_out_at_provider(browser, out)
    onward = browser.press("/sign-in", "/sign-in", provider="assen")
    assert browser.visit(onward.links["onward"]).form("").values.keys() == {"login", "password", "code"}


def test_the_provider_says_that_somebody_signed_out(town: Town, browser: Browser) -> None:
    """Back-channel logout: ending the session at the provider ends it here too, without this browser doing anything."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    with town.browser() as another:
        town.sign_in(another, noor)
        stranger = {"client_id": "samenspel", "post_logout_redirect_uri": f"{town.hub.url}/signed-out"}
        address = httpx.URL(town.assen.metadata["end_session_endpoint"], params=stranger)
        confirm = browser.visit(str(address))
        browser.submit(confirm, confirm.form("/session/end/confirm"), {"logout": "yes"})
        assert not is_signed_in(browser)
        assert is_signed_in(another)


def logout_claims(town: Town, **said: Any) -> dict[str, Any]:
    """What a logout token says."""
    now = int(clock.now().timestamp())
    events: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    honest = {"iss": town.crook.issuer, "aud": "samenspel", "iat": now, "exp": now + 120, "jti": "1", "events": events}
    return {name: value for name, value in (honest | {"sub": "somebody"} | said).items() if value is not None}


def tell_of_logout(town: Town, provider: str, claims: dict[str, Any], **misdeed: Any) -> httpx.Response:
    """Let the crook sign a logout token, and bring it to the hub."""
    town.crook.will(**misdeed)
    token = httpx.post(f"{town.crook.issuer}/logout-token", json=claims, trust_env=False).text
    address = f"{town.hub.url}/sign-in/{provider}/back-channel-logout"
    return httpx.post(address, data={"logout_token": token}, trust_env=False)


def test_a_logout_token_ends_all_sessions_of_its_subject(town: Town, browser: Browser) -> None:
    """Without a session of the provider in it, all of the subject end; the same token again does no harm."""
    noor = town.somebody()
    subject = f"subject of {noor.account}"
    town.crook.will(claims={"sub": subject})
    onward = browser.press("/invitation", "/sign-in", provider="crook", invitation=noor.invitation)
    assert "Welkom" in browser.visit(onward.links["onward"]).text
    assert tell_of_logout(town, "crook", logout_claims(town, sub="another")).status_code == 200
    assert is_signed_in(browser)
    for _ in range(2):
        assert tell_of_logout(town, "crook", logout_claims(town, sub=subject)).status_code == 200
        assert not is_signed_in(browser)


@pytest.mark.parametrize(
    ("said", "misdeed", "detail"),
    [
        ({"iss": "https://elsewhere.example"}, {}, "iss"),
        ({"aud": "another client"}, {}, "aud"),
        ({"exp": 1}, {}, "exp"),
        ({"iat": 1}, {}, "iat"),
        ({"jti": None}, {}, "jti"),
        ({"events": None}, {}, "events"),
        ({"events": {}}, {}, "events"),
        ({"nonce": "an ID token has one"}, {}, "nonce"),
        ({"sub": None}, {}, "sub"),
        ({"sub": None, "sid": 7}, {}, "sid"),
        ({}, {"sign": "none"}, "algorithm"),
        ({}, {"sign": "other key"}, "signature"),
    ],
)
def test_a_logout_token_that_is_not_believed(
    town: Town, said: dict[str, Any], misdeed: dict[str, Any], detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Refused as the standard says, and logged."""
    answer = tell_of_logout(town, "crook", logout_claims(town, **said), **misdeed)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert answer.headers["cache-control"] == "no-store"
    assert f"logout_token.refused provider=crook detail={detail}" in caplog.text


def test_a_logout_token_of_one_provider_is_nothing_to_another(town: Town) -> None:
    """Each speaks for its own."""
    assert tell_of_logout(town, "assen", logout_claims(town)).status_code == 400
    assert tell_of_logout(town, "nobody", logout_claims(town)).status_code == 404


def test_a_role_that_is_withdrawn_meanwhile(town: Town, browser: Browser) -> None:
    """The very next page is without it: with another organisation one chooses again, without any one is told so."""
    karin = town.somebody(*CHOICE)
    town.first_sign_in(browser, karin)
    browser.press("/organisation", "/organisation", organisation=PO)
    page = browser.visit("/organisation")
    with town.sessions.begin() as session:
        withdraw_role(session, karin.id, PO, now=clock.now() - timedelta(seconds=1))
    assert browser.visit("/").path == "/organisation"
    assert browser.visit("/organisation").form("/organisation").buttons == [("organisation", VO)]
    assert browser.submit(page, page.form("/organisation"), {"organisation": PO}).status == 403
    with town.sessions.begin() as session:
        withdraw_role(session, karin.id, VO, now=clock.now() - timedelta(seconds=1))
    nothing = browser.visit("/")
    assert nothing.path == "/organisation"
    assert "U hebt op dit moment geen rol in Samenspel" in nothing.text


def test_a_role_begins_and_ends_on_its_day(town: Town, browser: Browser) -> None:
    """Without signing in anew."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    now = clock.now()
    later = Appointment(OTHER_TEAM, Role.TEAM_WORKER, now + timedelta(minutes=10), now + timedelta(minutes=20))
    with town.sessions.begin() as session:
        give_role(session, noor.id, later, now=now)
    for minutes, organisations in ((1, [TEAM]), (10, [TEAM, OTHER_TEAM]), (10, [TEAM])):
        town.clock.turn(minutes=minutes)
        buttons = browser.visit("/organisation").form("/organisation").buttons
        assert [value for _, value in buttons] == organisations


def test_a_person_who_is_withdrawn_meanwhile(town: Town, browser: Browser) -> None:
    """Is out at the very next page, in every browser."""
    noor = town.somebody()
    town.first_sign_in(browser, noor)
    with town.browser() as another:
        town.sign_in(another, noor)
        with town.sessions.begin() as session:
            assert withdraw_person(session, noor.id, now=clock.now()) == 2
        assert not is_signed_in(browser)
        assert not is_signed_in(another)


def _sign_out_at_provider(browser: Browser, out: Page) -> Page:
    confirm = browser.visit(out.links["onward"])
    return browser.submit(confirm, confirm.form("/session/end/confirm"), {"logout": "yes"})
