"""Every text of the pages is there in Dutch."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import hub.web
from hub.access.refusals import Reason, SignInRefused
from hub.access.roles import Role
from hub.i18n import translate
from hub.web.pages import role_title

TEMPLATES = sorted((Path(hub.web.__path__[0]) / "templates").glob("*.html"))


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


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_says_what_to_do_next(reason: Reason) -> None:
    """In Dutch too, and without the word that the log uses."""
    refusal = SignInRefused(reason)
    for text in (refusal.message, refusal.next_step):
        assert text.endswith(".")
        assert translate(text, "nl") != text
        assert reason.value not in text
