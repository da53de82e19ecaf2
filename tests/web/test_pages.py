"""What holds for every page: headers, forms from elsewhere, languages, addresses that are none."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from redis import Redis
from sqlalchemy import text

from hub import clock
from hub.access.roles import Role
from hub.errors import TooMany
from hub.privacy.master_keys import make_master_keys
from hub.runtime import make_runtime
from hub.settings import Settings
from hub.web.app import Pages
from hub.web.cookies import Cookies
from hub.web.front import Front
from tests.support.browser import Browser, Page
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in
from tests.support.people import PO, VO, Town
from tests.support.postgres import as_owner

ALWAYS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
BY_PROVIDERS = "/sign-in/{code}/back-channel-logout"


def is_dressed(answer: httpx.Response) -> None:
    """Every header once, and nothing that tells what made the answer."""
    for name, value in ALWAYS.items():
        assert answer.headers.get_list(name) == [value], f"{name} of {answer.request.url} {answer.status_code}"
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


def is_plain(answer: httpx.Response) -> None:
    """A page works under its own policy: no script, style or picture within, and nothing from elsewhere."""
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|<img|<iframe", answer.text)
    assert set(re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', answer.text)) == {
        *re.findall(r"/assets/[0-9a-f]{16}\.(?:css|svg)", answer.text)
    }


@contextmanager
def a_hub_alone(database_url: str, folder: Path, **settings: object) -> Iterator[RunningHub]:
    """A hub of one test, without providers."""
    made = settings_in(folder, database_url, **settings)
    with prepared(made) as hub, api_in_thread(made):
        yield hub


def test_every_page_is_dressed(town: Town, browser: Browser) -> None:
    """Good answers, redirects and refusals alike."""
    page = town.first_sign_in(browser, town.somebody((PO, Role.AGENDA_READER), (VO, Role.AGENDA_READER)))
    answers = [browser.step(path) for path in ("/", "/sign-in", "/invitation", "/organisation", "/signed-out")]
    answers += [browser.step("/sign-in/assen/callback?code=x"), browser.step("/sign-in/nobody/jwks")]
    answers += [browser.step("/nowhere"), browser.step("/organisation/"), browser.step("/sign-in/UPPER/jwks")]
    answers += [browser.client.post(town.hub.url + path) for path in ("/sign-in", "/organisation", "/")]
    answers += [browser.client.request("DELETE", town.hub.url + "/organisation"), page.response]
    answers.append(browser.send(page, page.form("/organisation"), {"organisation": PO}))
    assert {answer.status_code for answer in answers} == {200, 303, 400, 403, 404, 405}
    for answer in answers:
        is_dressed(answer)
        if "html" in answer.headers.get("content-type", ""):
            is_plain(answer)


def test_no_page_tells_of_a_person_in_its_address(town: Town, browser: Browser) -> None:
    """Nor what a browser would pass on to others: all addresses that were asked for, here and at the provider."""
    asked: list[str] = []
    browser.client.event_hooks["request"].append(lambda request: asked.append(str(request.url)))
    noor = town.somebody()
    page = town.first_sign_in(browser, noor)
    out = browser.submit(page, page.form("/sign-out"))
    browser.visit(out.links["onward"])
    assert len(asked) > 8
    for planted in (noor.name, "Noor", noor.account, noor.invitation, str(noor.id), "noor@team.example"):
        assert planted not in " ".join(asked)


FROM_ELSEWHERE: list[dict[str, str | None]] = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.samenspel.example"},
    {"Sec-Fetch-Site": "none", "Origin": None},
    {"Sec-Fetch-Site": "cross-site", "Origin": "OWN"},
    {"Sec-Fetch-Site": "", "Origin": "OWN"},
    {"Sec-Fetch-Site": None, "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": None, "Origin": "OWN.elsewhere.example"},
    {"Sec-Fetch-Site": None, "Origin": "null"},
    {"Sec-Fetch-Site": None, "Origin": None},
]


@pytest.mark.parametrize("said", FROM_ELSEWHERE)
def test_a_form_from_elsewhere_changes_nothing(
    town: Town, browser: Browser, said: dict[str, str | None], caplog: pytest.LogCaptureFixture
) -> None:
    """The cookie comes along, and is not enough."""
    page = town.first_sign_in(browser, town.somebody())
    headers = {name: value.replace("OWN", town.hub.url) for name, value in said.items() if value is not None}
    for path in ("/sign-out", "/sign-out/everywhere", "/organisation", "/sign-in", "/language", "/demo-sign-in"):
        answer = browser.client.post(town.hub.url + path, data={"organisation": VO, "language": "en"}, headers=headers)
        assert answer.status_code == 403, path
        assert "kwam niet van een pagina van Samenspel" in Page(answer).text
        is_dressed(answer)
    assert "form.refused reason=from-elsewhere" in caplog.text
    assert browser.visit("/").text == page.text


@pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "OWN"}])
def test_a_form_of_our_own_is_taken(town: Town, browser: Browser, said: dict[str, str]) -> None:
    """Also from a browser that does not know Sec-Fetch-Site yet."""
    headers = {name: value.replace("OWN", town.hub.url) for name, value in said.items()}
    answer = browser.client.post(f"{town.hub.url}/language", data={"language": "en", "back": "/"}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.filterwarnings("ignore:Duplicate Operation ID")  # of GET and HEAD; nobody publishes this document
def test_every_address_that_takes_a_form_is_guarded(town: Town) -> None:
    """However many there come to be; only what providers send needs no page of ours."""
    paths = Pages(Front.__new__(Front))._app.openapi()["paths"]
    forms = {path for path, methods in paths.items() if methods.keys() - {"get", "head"}}
    assert len(forms) > 6
    assert BY_PROVIDERS in forms
    for path in forms - {BY_PROVIDERS}:
        answer = httpx.post(town.hub.url + path.replace("{code}", "assen"), trust_env=False)
        assert (answer.status_code, path) == (403, path)


@pytest.mark.parametrize("path", ["/nowhere", "/sign-in/", "/organisation/x", "/assets/other.css", "/.env"])
def test_an_address_that_is_none(town: Town, browser: Browser, path: str) -> None:
    """A person reads a page, a program a problem document."""
    page = browser.visit(path)
    assert page.status == 404
    assert "Op dit adres is geen pagina" in page.text
    told = httpx.get(town.hub.url + "/nowhere", trust_env=False)
    assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("back", "goes_to"),
    [
        ("/organisation", "/organisation"),
        ("/", "/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("/sign-in\r\nX: y", "/"),
        ("", "/"),
    ],
)
def test_another_language_leads_back_and_nowhere_else(town: Town, browser: Browser, back: str, goes_to: str) -> None:
    """A form cannot be used to send people on to another site."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.client.post(f"{town.hub.url}/language", data={"language": "en", "back": back}, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, goes_to)


def test_a_form_that_is_too_large(town: Town, browser: Browser) -> None:
    """Is not read to its end."""
    answer = browser.client.post(
        f"{town.hub.url}/sign-in", data={"provider": "x" * 70_000}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 413
    is_dressed(answer)


def test_the_stylesheet_may_be_kept(town: Town, browser: Browser) -> None:
    """It has an address of its own for each version."""
    [address] = set(re.findall(r"/assets/[0-9a-f]+\.css", browser.visit("/sign-in").response.text))
    answer = browser.step(address)
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers.get_list("cache-control") == ["public, max-age=31536000, immutable"]
    assert all(found.startswith("/assets/") for found in re.findall(r"url\(([^)]*)\)", answer.text))
    assert "@import" not in answer.text
    assert town.hub.url not in answer.text


def test_too_many_beginnings_from_one_address(database_url: str, tmp_path: Path) -> None:
    """So that nobody fills the table of sign-ins under way."""
    with a_hub_alone(database_url, tmp_path, limit_of_sign_ins="3/hour") as hub, Browser(hub.url) as browser:
        headers = {"Sec-Fetch-Site": "same-origin"}
        begun = [
            browser.client.post(f"{hub.url}/sign-in", data={"provider": "nobody"}, headers=headers) for _ in range(5)
        ]
    assert [answer.status_code for answer in begun] == [404, 404, 404, 429, 429]
    assert 1 <= int(begun[-1].headers["retry-after"]) <= 3600
    is_dressed(begun[-1])


def test_beginnings_are_counted_over_all_processes(database_url: str, redis_url: str, tmp_path: Path) -> None:
    """Two processes with Redis between them let no more through than one; no address stands in Redis."""
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": database_url,
            "redis_url": redis_url,
            "limit_of_sign_ins": "3/hour",
        }
    )
    make_master_keys(settings.master_key_path)
    runtime = make_runtime(settings, database_url)
    processes = [Front(runtime, clock.now) for _ in range(2)]

    async def begin() -> list[bool]:
        let_in = []
        for number in range(8):
            try:
                await processes[number % 2].let_begin("192.0.2.81")
            except TooMany:
                let_in.append(False)
            else:
                let_in.append(True)
        return let_in

    assert asyncio.run(begin()) == [True] * 3 + [False] * 5
    runtime.close()
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        assert not [name for name in redis.scan_iter() if "192.0.2" in name]


def test_cookies_over_https() -> None:
    """For this host alone, over TLS alone; on the embedded default they have other names."""
    secure, plain = Cookies.at("https://hub.example.nl"), Cookies.at("http://127.0.0.1:8000")
    for cookie in (secure.session, secure.browser, secure.language):
        assert cookie.name.startswith("__Host-samenspel-")
        assert cookie.secure
    assert not plain.session.secure
    assert plain.session.name == "samenspel-session"


def test_a_defect_tells_no_more_than_that_it_is_ours(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """500 as a page with all headers; what went wrong stands in the log and not on the page."""
    with a_hub_alone(database_url, tmp_path) as hub, Browser(hub.url) as browser:
        assert browser.visit("/sign-in").status == 200
        with hub.sessions.begin() as session:
            as_owner(session)
            session.execute(text("ALTER TABLE providers RENAME TO elsewhere"))
        broken = browser.visit("/sign-in")
        assert broken.status == 500
        is_dressed(broken.response)
        assert "providers" not in broken.response.text
        assert "select" not in broken.response.text.lower()
        assert "providers" in caplog.text
