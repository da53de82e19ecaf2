"""Answers that no honest sign-in gives: each is refused, opens nothing, and is logged with its reason and no secret."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.support.browser import Browser, Page
from tests.support.identity.provider import LEVELS
from tests.support.people import Somebody, Town, log_in, on_the_way_back


@pytest.fixture
def noor(town: Town) -> Somebody:
    """Somebody the hub knows, by an account at Assen and one at Hoogeveen that has the same name."""
    noor = town.somebody()
    with town.browser() as browser:
        town.first_sign_in(browser, noor)
    return noor


@pytest.fixture(autouse=True)
def _log_without_secrets(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does: no code, token, state or name in a line of the hub's."""
    caplog.set_level("DEBUG", logger="hub")
    yield
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("hub"))
    assert not re.search(r"[A-Za-z0-9_-]{40,}", lines), lines
    assert not re.search(r"Noor|Bakker|account-|a-code|eyJ|somebody", lines), lines


def refused(page: Page, reason: str, caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the page refuses, and the log says why."""
    assert page.status == 403, page.text
    assert "Inloggen is niet gelukt" in page.text
    return f"sign_in.refused reason={reason}" in caplog.text


def nobody_is_signed_in(browser: Browser) -> bool:
    """Whether the browser has no session."""
    return browser.visit("/").path == "/sign-in"


def changed(address: str, **parameters: str | None) -> str:
    """An address with other parameters; None leaves one out."""
    parts = urlsplit(address)
    said = {name: value for name, value in (dict(parse_qsl(parts.query)) | parameters).items() if value is not None}
    return parts._replace(query=urlencode(said)).geturl()


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"state": None}, "no_state"),
        ({"state": ""}, "no_state"),
        ({"state": "x" * 43}, "unknown_state"),
        ({"iss": None}, "other_issuer"),
        ({"iss": "https://elsewhere.example"}, "other_issuer"),
        ({"code": None}, "no_code"),
        ({"code": "x" * 43}, "code_not_taken"),
        ({"code": None, "error": "access_denied"}, "refused_by_provider"),
        ({"error": "<script>"}, "refused_by_provider"),
    ],
)
def test_an_answer_that_was_changed_on_the_way(
    browser: Browser,
    noor: Somebody,
    parameters: dict[str, str | None],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Something is missing, or is not what was asked for."""
    back = on_the_way_back(browser, noor)
    assert refused(browser.visit(changed(back, **parameters)), reason, caplog)
    assert nobody_is_signed_in(browser)


def test_an_answer_counts_once(town: Town, browser: Browser, noor: Somebody, caplog: pytest.LogCaptureFixture) -> None:
    """The same address once more opens nothing: not in the same browser, and not in another one."""
    back = on_the_way_back(browser, noor)
    cookies = dict(browser.client.cookies)
    assert "Welkom" in browser.visit(back).text
    with town.browser() as another:
        another.client.cookies.update(cookies)
        assert refused(another.visit(back), "unknown_state", caplog)
        assert nobody_is_signed_in(another)


def test_an_answer_to_another_browser(
    town: Town, browser: Browser, noor: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """An attacker lets a victim visit the address of the attacker's own sign-in: the victim is not signed in as him.

    It makes no difference whether the victim's browser was on its way to sign in too.
    """
    back = on_the_way_back(browser, noor)
    with town.browser() as victim:
        assert refused(victim.visit(back), "other_browser", caplog)
        on_the_way_back(victim, town.somebody())
        caplog.clear()
        assert refused(victim.visit(back), "other_browser", caplog)
        assert nobody_is_signed_in(victim)
    assert "Welkom" in browser.visit(back).text


def test_a_code_of_somebody_else(
    town: Town, browser: Browser, noor: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """A stolen code put into an answer of one's own: the provider sees that the verifier is another (PKCE)."""
    stolen = dict(parse_qsl(urlsplit(on_the_way_back(browser, noor)).query))["code"]
    with town.browser() as thief:
        back = on_the_way_back(thief, town.somebody())
        assert refused(thief.visit(changed(back, code=stolen)), "code_not_taken", caplog)
        assert nobody_is_signed_in(thief)


def test_two_sign_ins_at_once_in_one_browser(browser: Browser, noor: Somebody) -> None:
    """Somebody opens two tabs: both ways back are open; the session of the second takes the place of the first."""
    first = on_the_way_back(browser, noor)
    onward = browser.press("/sign-in", "/sign-in", provider="assen").links["onward"]
    assert "Welkom" in browser.visit(onward).text
    assert "Welkom" in browser.visit(first).text


def test_an_answer_that_took_too_long(
    town: Town, browser: Browser, noor: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """After ten minutes one begins again."""
    back = on_the_way_back(browser, noor)
    town.clock.turn(minutes=10)
    assert refused(browser.visit(back), "too_late", caplog)
    assert nobody_is_signed_in(browser)


def test_mix_up_by_the_redirect_address(
    town: Town, browser: Browser, noor: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """A lying provider sends the browser on to an honest one, which answers at its own address: not where it began."""
    started = browser.press("/sign-in", "/sign-in", provider="crook").links["onward"]
    asked = dict(parse_qsl(urlsplit(started).query))
    asked["redirect_uri"] = f"{town.hub.url}/sign-in/assen/callback"
    form = browser.visit(f"{town.assen.metadata['authorization_endpoint']}?{urlencode(asked)}")
    assert refused(log_in(browser, form, noor.account), "other_provider", caplog)
    assert nobody_is_signed_in(browser)


def test_mix_up_by_the_issuer(town: Town, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """The answer of an honest provider at the address of a lying one: it says whose it is (RFC 9207)."""
    town.crook.will(answer={"iss": town.assen.issuer})
    onward = browser.press("/sign-in", "/sign-in", provider="crook").links["onward"]
    assert refused(browser.visit(onward), "other_issuer", caplog)
    assert "token" not in town.crook.saw
    assert nobody_is_signed_in(browser)


def test_a_code_of_another_issuer(
    town: Town, browser: Browser, noor: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    """A code of Hoogeveen in an answer of Assen: Assen does not know it, and Hoogeveen is not asked."""
    with town.browser() as other:
        code = dict(parse_qsl(urlsplit(on_the_way_back(other, noor, "hoogeveen")).query))["code"]
    back = on_the_way_back(browser, noor)
    assert refused(browser.visit(changed(back, code=code)), "code_not_taken", caplog)
    assert nobody_is_signed_in(browser)


def test_somebody_stops_halfway(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """With the button of the provider."""
    form = browser.visit(browser.press("/sign-in", "/sign-in", provider="assen").links["onward"])
    stopped = browser.submit(form, form.form("/abort"))
    assert refused(stopped, "refused_by_provider", caplog)
    assert "detail=access_denied" in caplog.text


HOUR = 3600
LIES: dict[str, tuple[dict[str, Any], str]] = {
    "other issuer": ({"claims": {"iss": "https://elsewhere.example"}}, "id_token_wrong detail=iss"),
    "other audience": ({"claims": {"aud": "another client"}}, "id_token_wrong detail=aud"),
    "one more audience": ({"claims": {"aud": ["samenspel", "another client"]}}, "id_token_wrong detail=aud"),
    "other authorised party": ({"claims": {"azp": "another client"}}, "id_token_wrong detail=azp"),
    "wrong nonce": ({"claims": {"nonce": "of another sign-in"}}, "id_token_wrong detail=nonce"),
    "no nonce": ({"claims": {"nonce": None}}, "id_token_wrong detail=nonce"),
    "expired": ({"claims": {"exp": int(time.time()) - HOUR}}, "id_token_wrong detail=exp"),
    "no end": ({"claims": {"exp": None}}, "id_token_wrong detail=exp"),
    "end that is no time": ({"claims": {"exp": "tomorrow"}}, "id_token_wrong detail=exp"),
    "from the future": ({"claims": {"iat": int(time.time()) + HOUR}}, "id_token_wrong detail=iat"),
    "made long ago": ({"claims": {"iat": int(time.time()) - HOUR}}, "id_token_wrong detail=iat"),
    "nobody": ({"claims": {"sub": None}}, "id_token_wrong detail=sub"),
    "empty subject": ({"claims": {"sub": ""}}, "id_token_wrong detail=sub"),
    "subject that is no text": ({"claims": {"sub": 7}}, "id_token_wrong detail=sub"),
    "very long subject": ({"claims": {"sub": "s" * 256}}, "id_token_wrong detail=sub"),
    "no signature": ({"sign": "none"}, "id_token_wrong detail=algorithm"),
    "public key as a secret": ({"sign": "secret"}, "id_token_wrong detail=algorithm"),
    "other key": ({"sign": "other key"}, "id_token_wrong detail=signature"),
    "level too low": ({"claims": {"acr": "urn:test:nothing"}}, "level_too_low"),
    "no level": ({"claims": {"acr": None}}, "level_too_low"),
    "level that is no text": ({"claims": {"acr": [LEVELS[0]]}}, "id_token_wrong detail=acr"),
    "methods that are no list": ({"claims": {"amr": "pwd"}}, "id_token_wrong detail=amr"),
    "no token": ({"token": {"access_token": "x"}}, "no_id_token"),
    "token that is none": ({"token": {"id_token": "not.a.token"}}, "id_token_wrong detail=malformed"),
    "token that is no text": ({"token": {"id_token": {"sub": "somebody"}}}, "no_id_token"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_provider(town: Town, browser: Browser, lie: str, caplog: pytest.LogCaptureFixture) -> None:
    """What must be true of an ID token, one by one; the real provider refuses to make these."""
    misdeed, reason = LIES[lie]
    town.crook.will(**misdeed)
    onward = browser.press("/sign-in", "/sign-in", provider="crook").links["onward"]
    assert refused(browser.visit(onward), reason, caplog), caplog.text
    assert nobody_is_signed_in(browser)


def test_the_crook_is_believed_when_it_behaves(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    """So the tests above refuse what they say they refuse: an honest token gets as far as an unknown person."""
    onward = browser.press("/sign-in", "/sign-in", provider="crook").links["onward"]
    assert refused(browser.visit(onward), "unknown_person", caplog)
