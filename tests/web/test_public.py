"""The pages for everybody: who helps this child, the words, privacy and accessibility."""

from collections.abc import Iterator

import pytest

from hub.i18n import translate
from hub.web.glossary import WORDS
from tests.support.browser import Browser
from tests.support.hub import RunningHub
from tests.support.people import Town


@pytest.fixture
def anybody(demo_town: RunningHub) -> Iterator[Browser]:
    """Somebody who is not signed in."""
    with Browser(demo_town.url) as browser:
        yield browser


def test_education_and_home_stand_side_by_side(anybody: Browser) -> None:
    """A school in Beilen, home in Hoogeveen: each has its own answer, with the reasons and the telephone."""
    page = anybody.visit("/wie-helpt?school=99CA00&postcode=7902")
    assert page.status == 200
    assert "Voor onderwijs: Samenwerkingsverband Noord- en Midden-Drenthe (PO)" in page.text
    assert "Voor thuis: Sociaal team Hoogeveen" in page.text
    assert "Over de grens" in page.text
    assert page.text.count("Bron:") == 2
    assert "Jeugdwet" in page.text
    assert any(link.startswith("tel:") for link in page.links)


def test_it_says_what_the_api_says(demo_town: RunningHub, anybody: Browser) -> None:
    """One answer to one question, whoever asks."""
    asked = {"school": "99CA00", "postcode": "7902"}
    told = demo_town.client.get("/v1/responsible", params=asked, headers={"Accept-Language": "nl"}).json()
    page = anybody.visit("/wie-helpt?school=99CA00&postcode=7902")
    for sentence in told["school"]["reasons"]:
        assert sentence in page.text
    assert told["home"]["municipalities"][0]["social_team"]["name"] in page.text


def test_a_form_without_a_script(anybody: Browser) -> None:
    """Typed in words, chosen out of several, answered; what was found stands in the field."""
    page = anybody.visit("/wie-helpt")
    choice = anybody.submit(page, page.form("/wie-helpt"), {"school": "basisschool", "postcode": "9403 ab"})
    assert "Welke school bedoelt u?" in choice.text
    assert len([link for link in choice.links if "school=99" in link]) == 20
    assert "Er zijn er meer" in choice.text
    choice = anybody.submit(page, page.form("/wie-helpt"), {"school": "basisschool ke", "postcode": "9403"})
    answer = anybody.visit(next(link for link in choice.links if "school=99AA00" in link))
    assert "Voor thuis: Sociaal team Assen" in answer.text
    assert "Over de grens" not in answer.text
    form = answer.form("/wie-helpt")
    assert form.values["school"] == "99AA00 Basisschool De Zwerfkei"
    assert form.values["postcode"] == "9403"
    assert "Voor thuis: Sociaal team Assen" in anybody.submit(answer, form).text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("school=xyzzy&postcode=9403", "Wij kennen geen school met deze naam."),
        ("school=99AA00&postcode=12", "Vul de vier cijfers van de postcode in"),
        ("school=99AA00", "Vul de vier cijfers van de postcode in"),
        ("postcode=9403", "Vul de naam van de school in."),
        ("school=99AA00&postcode=0999", "Vul de vier cijfers van de postcode in"),
    ],
)
def test_what_is_wrong_is_told_twice(anybody: Browser, asked: str, told: str) -> None:
    """Once above the form, with a link, and once at the field; what was typed stays."""
    page = anybody.visit(f"/wie-helpt?{asked}")
    assert page.text.count(told) == 2
    assert "Dit klopt nog niet" in page.text
    assert "Uitkomst" not in page.text


def test_what_nobody_knows_goes_to_a_person(anybody: Browser) -> None:
    """A postcode that lies nowhere gets no answer that looks like one."""
    assert "Voor thuis: iemand moet dit uitzoeken" in anybody.visit("/wie-helpt?school=99AA00&postcode=1000").text


def test_nobody_asks_too_often(town: Town) -> None:
    """The same limit as that of the API; an empty page is not counted."""
    with town.browser() as browser:
        answers = [browser.step("/wie-helpt?school=99AA00&postcode=9403") for _ in range(61)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert browser.step("/wie-helpt").status_code == 200


def test_who_is_signed_in_sees_the_menu_there(demo_town: RunningHub) -> None:
    """And who is not sees the way to signing in."""
    with Browser(demo_town.url) as browser:
        assert "/sign-in" in browser.visit("/wie-helpt").links


@pytest.mark.parametrize("path", ["/begrippen", "/privacy", "/toegankelijkheid"])
def test_at_the_foot_of_every_page(anybody: Browser, path: str) -> None:
    """In both languages, and not the same in both."""
    assert path in anybody.visit("/sign-in").links
    dutch = anybody.visit(path)
    with Browser(anybody.home, "en") as english:
        assert english.visit(path).text != dutch.text
    assert dutch.status == 200


def test_every_word_is_explained_in_dutch() -> None:
    """And none twice."""
    assert len({word for word, _ in WORDS}) == len(WORDS)
    for _, meaning in WORDS:
        assert translate(meaning, "nl") != meaning
