"""Every page in a real browser, at three widths: nothing for axe to say, no sideways scroll, a quiet console."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import Window, window
from tests.support.hub import RunningHub

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def visitor(chromium: "Browser", demo_town: RunningHub) -> Iterator[Window]:
    """A window on the demo region, of nobody yet."""
    with window(chromium, demo_town.url) as opened:
        yield opened


def test_pages_for_everybody(visitor: Window) -> None:
    """The signpost in all its states, and what stands at the foot of every page."""
    for name, path in {
        "wie-helpt": "/wie-helpt",
        "wie-helpt-fouten": "/wie-helpt?school=xyzzy&postcode=12",
        "wie-helpt-keuze": "/wie-helpt?school=basisschool&postcode=9403",
        "wie-helpt-uitkomst": "/wie-helpt?school=99CA00&postcode=7902",
        "begrippen": "/begrippen",
        "privacy": "/privacy",
        "toegankelijkheid": "/toegankelijkheid",
        "inloggen": "/sign-in",
    }.items():
        visitor.visit(path)
        visitor.looks_good(name)


def test_focus_is_on_what_is_wrong(visitor: Window) -> None:
    """A link in the summary leads to the field."""
    visitor.visit("/wie-helpt?school=xyzzy&postcode=12")
    assert "Dit klopt nog niet" in visitor.page.evaluate("document.activeElement.innerText")
    visitor.page.get_by_role("link", name="Vul de vier cijfers").click()
    assert visitor.page.evaluate("document.activeElement.id") == "postcode"


def a_signal(at: Window, question: str, picture: str | None = None) -> None:
    """Give a signal, step by step, as a person does; with a picture of every step if asked."""

    def look(step: str) -> None:
        if picture is not None:
            at.looks_good(f"{picture}-{step}")

    page = at.page
    at.visit("/signal")
    page.get_by_role("button", name="Verder naar stap 2").click()
    look("1-fouten")
    page.get_by_label("Nee", exact=True).check()
    page.get_by_label("Op welke school").select_option("99CA00")
    page.get_by_label("Postcode van thuis").fill("7902")
    page.get_by_label("Jonger dan 12").check()
    look("1")
    page.get_by_role("button", name="Verder naar stap 2").click()
    page.get_by_label("Thuissituatie").check()
    page.get_by_label("Thuis", exact=False).and_(page.locator("#about")).check()
    page.get_by_label("Wat ziet u, en wat").fill(question)
    page.get_by_label("Meedenken").check()
    look("2")
    page.get_by_role("button", name="Verder naar stap 3").click()
    page.get_by_label("Ja, de ouders").check()
    page.get_by_label("Op welke dag").fill("2026-01-05")
    page.get_by_label("Naam van de leerling").fill("Lotte Voorbeeld")
    page.get_by_label("Groep of klas").fill("groep 7")
    look("3")
    page.get_by_role("button", name="Verder naar stap 4").click()
    look("4")
    page.get_by_role("button", name="Signaal versturen").click()
    page.get_by_role("heading", name="Uw signaal is verstuurd").wait_for()


def until_it_came(at: Window) -> str:
    """Look at the receipt until the receiver is known; the address of the case."""
    while not at.page.get_by_text("Het is naar").count():
        at.page.reload()
    return at.page.get_by_role("link", name="Bekijk dit signaal").get_attribute("href") or ""


QUESTION = (
    "Lotte is sinds de herfstvakantie elf keer ziek gemeld. Op school valt zij soms in slaap. Met moeder gesproken: "
    "er zijn schulden en spanningen thuis.\nDe school heeft de ochtendopvang aangeboden."
)


def test_from_signal_to_answer(chromium: "Browser", demo_town: RunningHub) -> None:
    """A coordinator asks, a team answers, the coordinator reads it; every page on the way is looked at."""
    with window(chromium, demo_town.url) as school, window(chromium, demo_town.url) as team:
        school.sign_in("Anouk Veenstra")
        school.looks_good("start")
        a_signal(school, QUESTION, "signaal")
        case = until_it_came(school)
        school.looks_good("signaal-ontvangst")
        team.sign_in("Femke Dijkstra")
        team.visit("/inbox")
        team.looks_good("postvak")
        team.visit(case)
        team.looks_good("dossier")
        team.page.get_by_text("Waarom kwam dit hier terecht?").click()
        team.page.get_by_text("Oppakken", exact=True).click()
        team.looks_good("dossier-waarom")
        team.page.get_by_text("Niet oppakken", exact=True).click()
        team.page.get_by_role("button", name="Signaal niet oppakken").click()
        team.looks_good("dossier-fout")
        team.page.get_by_text("De school antwoorden").click()
        team.page.get_by_label("Wat is de uitkomst?").select_option("help_started")
        team.page.get_by_label("Uw antwoord").fill("Wij spreken het gezin donderdag. Daarna bellen wij u.")
        team.page.get_by_role("button", name="Antwoord versturen").click()
        team.page.get_by_text("Nu: de school heeft antwoord").wait_for()
        team.looks_good("dossier-beantwoord")
        team.visit("/inbox")
        team.looks_good("postvak-beantwoord")
        school.visit(case)
        school.looks_good("signaal-dossier")
        school.visit("/sent")
        school.looks_good("mijn-signalen")


def test_the_emergency_stop(chromium: "Browser", demo_town: RunningHub) -> None:
    """The numbers stand on the first screen of a telephone too."""
    with window(chromium, demo_town.url) as school:
        school.sign_in("Anouk Veenstra")
        school.visit("/signal")
        school.page.get_by_label("Ja, of misschien").check()
        school.page.get_by_role("button", name="Verder naar stap 2").click()
        school.looks_good("nood")


def test_a_signal_without_scripts(chromium: "Browser", demo_town: RunningHub) -> None:
    """Everything works with JavaScript switched off."""
    with window(chromium, demo_town.url, scripts=False) as school:
        school.sign_in("Anouk Veenstra")
        a_signal(school, "Zonder script.")
