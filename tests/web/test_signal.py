"""Giving a signal: four steps without a script, told where it goes before it is sent, and a receipt."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.support.browser import Browser, Page
from tests.support.demo_town import be, wait_for_state
from tests.support.hub import RunningHub

PUPIL = {"danger": "no", "school": "99CA00", "home_postcode": "7902", "age_group": "0-11"}
SEEN = {
    "theme": "home",
    "about": "home",
    "ask": "think_along",
    "question": "Thuis is er veel spanning.\nWij praatten al.",
}
PEOPLE = {"consent_by": "parents", "consent_on": "2026-01-05", "pupil_name": "Lotte Voorbeeld", "contact_phone": ""}


@pytest.fixture
def anouk(demo_town: RunningHub) -> Iterator[Browser]:
    """The browser of the care coordinator of a school board in Assen."""
    with Browser(demo_town.url) as browser:
        be(browser, "Anouk Veenstra")
        yield browser


def on(browser: Browser, page: Page, answers: dict[str, str], go: str = "next") -> Page:
    """Fill in a step and press a button."""
    return browser.submit(page, page.form("/signal"), {**answers, "go": go})


def filled_in(browser: Browser, **people: str) -> Page:
    """The last step, before sending."""
    page = on(browser, browser.visit("/signal"), PUPIL)
    return on(browser, on(browser, page, SEEN), {**PEOPLE, **people})


def case_at(page: Page) -> UUID:
    """The case of a receipt."""
    return UUID(page.path.rpartition("/")[2])


def test_from_the_first_question_to_the_receipt(demo_town: RunningHub, anouk: Browser) -> None:
    """It goes where the page said it would, and who receives it reads what the page said."""
    page = filled_in(anouk)
    assert "Sociaal team Hoogeveen" in page.text
    assert "krijgt dit signaal" in page.text
    assert "leest: wat u schrijft, de naam van de leerling, wie te bellen op school" in page.text
    receipt = on(anouk, page, {})
    assert receipt.status == 200
    assert "Uw signaal is verstuurd" in receipt.text
    case_id = case_at(receipt)
    wait_for_state(demo_town, case_id, "GM0118-ST", "offered")
    again = anouk.visit(receipt.path)
    assert "Het is naar Sociaal team Hoogeveen gegaan." in again.text
    assert "U krijgt uiterlijk" in again.text
    with Browser(demo_town.url) as other:
        be(other, "Femke Dijkstra")
        read = other.visit(f"/cases/{case_id}")
        assert "Lotte Voorbeeld" in read.text
        assert "Thuis is er veel spanning. Wij praatten al." in read.text


def test_the_way_is_told_while_the_form_is_filled_in(anouk: Browser) -> None:
    """First the two ways there are, then the one that the answers lead to, with the reasons."""
    page = on(anouk, anouk.visit("/signal"), PUPIL)
    assert "Sociaal team Hoogeveen als het over thuis gaat" in page.text
    assert "Samenwerkingsverband Noord- en Midden-Drenthe (PO) als het over onderwijs gaat" in page.text
    page = on(anouk, page, {**SEEN, "about": "education"})
    assert "Samenwerkingsverband Noord- en Midden-Drenthe (PO) krijgt dit signaal" in page.text
    assert "Waarom?" in page.text


def test_without_consent_there_is_no_name(anouk: Browser) -> None:
    """Neither may one be filled in, nor is one promised to the receiver."""
    page = filled_in(anouk, consent_by="none", consent_on="")
    assert page.status == 422
    assert page.text.count("Een naam kan alleen met toestemming.") == 2
    page = on(anouk, page, {"pupil_name": ""})
    assert page.status == 200
    assert "leest: wat u schrijft, wie te bellen op school" in page.text


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"danger": "no"}, "Kies de school van de leerling."),
        ({**PUPIL, "home_postcode": "79"}, "Vul alleen de vier cijfers van de postcode in"),
        ({**PUPIL, "age_group": "old"}, "Kies hoe oud de leerling is."),
        ({**PUPIL, "danger": ""}, "Zeg of er nu iemand in gevaar is."),
    ],
)
def test_what_is_wrong_is_told_at_once_and_nothing_is_lost(anouk: Browser, answers: dict[str, str], told: str) -> None:
    """Above the form and at the field; the other answers stay filled in."""
    page = on(anouk, anouk.visit("/signal"), answers)
    assert page.status == 422
    assert page.text.count(told) == 2
    form = page.form("/signal")
    assert {name: form.values.get(name, "") for name in answers if name != "age_group"} == {
        name: value for name, value in answers.items() if name != "age_group"
    }


def test_a_citizen_service_number_never_comes_in(anouk: Browser) -> None:
    """It is refused where it was typed."""
    page = on(anouk, on(anouk, anouk.visit("/signal"), PUPIL), {**SEEN, "question": "Zijn nummer is 111222333."})
    assert page.status == 422
    assert "burgerservicenummer (BSN)" in page.text


def test_under_sixteen_the_pupil_alone_cannot_agree(anouk: Browser) -> None:
    """The law as the event knows it, said at the question."""
    page = filled_in(anouk, consent_by="pupil")
    assert page.status == 422
    assert "Dit klopt nog niet" in page.text


def test_acute_danger_stops_everything(anouk: Browser) -> None:
    """The numbers to call, and nothing is kept."""
    page = on(anouk, anouk.visit("/signal"), {**PUPIL, "danger": "yes"})
    assert page.status == 422
    assert "Bel nu" in page.text
    assert "0800-2000" in page.text
    assert not page.has_form("/signal")


def test_back_and_on_again_keeps_what_was_typed(anouk: Browser) -> None:
    """To any earlier step, with the text as it was, its lines included."""
    page = on(anouk, filled_in(anouk), {}, go="2")
    assert page.form("/signal").values["question"] == SEEN["question"]
    page = on(anouk, page, {"question": "Iets anders."})
    page = on(anouk, page, {})
    assert "Iets anders." in page.text


def test_a_double_click_is_one_signal(anouk: Browser) -> None:
    """The same form is the same event; with other answers it is refused, and says so."""
    page = filled_in(anouk)
    first, second = on(anouk, page, {}), on(anouk, page, {})
    assert first.path == second.path
    changed = on(anouk, page, {"question": "Heel iets anders."})
    assert changed.status == 409
    assert "Dit signaal is al verstuurd" in changed.text


def test_only_who_may_publish_sees_the_form(demo_town: RunningHub) -> None:
    """A team takes signals and gives none; a school speaks for its own sites only."""
    with Browser(demo_town.url) as noor:
        start = be(noor, "Noor Bakker")
        assert "/signal" not in start.links
        assert noor.visit("/signal").status == 403


def test_a_school_of_others_is_not_spoken_for(anouk: Browser) -> None:
    """Even when its code is put into the form by hand."""
    page = on(anouk, anouk.visit("/signal"), {**PUPIL, "school": "99AC00"})
    page = on(anouk, on(anouk, page, SEEN), PEOPLE)
    assert on(anouk, page, {}).status == 403
