"""Every text of the pages is there in Dutch."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import hub.web
from hub.access.refusals import Reason, SignInRefused
from hub.access.roles import Role
from hub.cases.lifecycle import Status
from hub.codes import Ask, ContestCode, DeclineCode, Outcome, PauseCode, Theme
from hub.events.catalogue import OPENING, PUBLISHED, WRITTEN_BY_HUB, WRITTEN_BY_RECEIVERS
from hub.events.situation import AgeGroup
from hub.i18n import translate
from hub.privacy.purposes import Purpose
from hub.web import words
from hub.web.pages import role_title
from hub.web.signal_form import FIELDS, STEPS

TEMPLATES = sorted((Path(hub.web.__path__[0]) / "templates").glob("*.[hj]*"))


def texts(template: Path) -> Iterator[str]:
    """Every text of a template that is to be translated."""
    with template.open("rb") as file:
        for _, found, _, _ in extract("jinja2.ext:babel_extract", file, options={"silent": "false"}):
            yield from [found] if isinstance(found, str) else [text for text in found if isinstance(text, str)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.stem)
def test_every_text_of_a_page_is_there_in_dutch(template: Path) -> None:
    """Nobody gets English without asking for it."""
    with files("hub").joinpath("locale", "nl.po").open("rb") as po:
        known = {str(message.id) for message in read_po(po, locale="nl")}
    found = set(texts(template))
    assert found
    assert found - known == set()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_name_in_both_languages(role: Role) -> None:
    """And not the same one."""
    assert role_title(role, "nl") != role_title(role, "en")


WORDS = {
    f"{name} {text}": text
    for name, table in vars(words).items()
    if name.isupper() and name != "SIGNS"
    for text in ([table] if isinstance(table, str) else table.values())
}


def test_every_word_for_a_code_is_there_in_dutch() -> None:
    """Whatever is called something on a page: themes, states, outcomes, what happened, what is wrong in a form."""
    with files("hub").joinpath("locale", "nl.po").open("rb") as po:
        known = {str(message.id) for message in read_po(po, locale="nl")}
    of_the_form = {*STEPS, *(field.mistake for field in FIELDS)}
    assert {*WORDS.values(), *of_the_form} - known == set()


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.THEMES, Theme),
        (words.THEME_HINTS, Theme),
        (words.ASKS, Ask),
        (words.STATUSES, Status),
        (words.DECLINES, DeclineCode),
        (words.PURPOSES, Purpose),
        (words.OUTCOMES, Outcome),
        (words.CONTESTS, ContestCode),
        (words.PAUSES, PauseCode),
        (words.KINDS, OPENING),
        (words.AGES, get_args(AgeGroup)),
    ],
)
def test_no_code_is_without_a_word(table: Mapping[str, str], codes: Iterable[str]) -> None:
    """A new code needs one before a page can show it."""
    assert set(table) == set(codes)


def test_whatever_happens_in_a_case_has_a_word() -> None:
    """All but what is told to the operator or to a subscriber, and stands in the course of no case."""
    elsewhere = {"delivery.abandoned", "subscription.ended", "directory.correction.proposed"}
    assert {*PUBLISHED, *WRITTEN_BY_HUB, *WRITTEN_BY_RECEIVERS} - elsewhere <= set(words.HAPPENINGS)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_says_what_to_do_next(reason: Reason) -> None:
    """In Dutch too, and without the word that the log uses."""
    refusal = SignInRefused(reason)
    for text in (refusal.message, refusal.next_step):
        assert text.endswith(".")
        assert translate(text, "nl") != text
        assert reason.value not in text
