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
