"""A real browser: Chromium of the machine, driven by Playwright, with axe to judge accessibility.

HUB_TEST_CHROMIUM names the program if it stands elsewhere; HUB_TEST_SHOTS a folder for pictures of every page.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.test_run import given

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS = (1280, 390, 320)
_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_SAID_BY_DESIGN = re.compile(r"status of (400|403|404|422)")  # a form with mistakes comes back as a refusal
_RUN_AXE = """async () => {
    const found = await axe.run({resultTypes: ["violations", "incomplete"]});
    const short = (rule) => rule.nodes.map((node) => rule.id + ": " + node.html.slice(0, 160));
    const unseen = (node) => node.any.some((check) => check.data && check.data.messageKey === "equalRatio");
    return [
        ...found.violations.flatMap(short),
        ...found.incomplete.filter((rule) => rule.nodes.some(unseen)).flatMap(short),
    ];
}"""
"""Text in the colour of its ground is no violation to axe, only something that it could not judge."""


class Window:
    """A window of the browser that notes whatever its console says."""

    def __init__(self, context: "BrowserContext", home: str) -> None:
        self.home = home
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self._note(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def visit(self, path: str) -> None:
        """Type an address of the hub."""
        self.page.goto(self.home + path)

    def sign_in(self, name: str) -> None:
        """Be somebody invented."""
        self.visit("/sign-in")
        self.page.get_by_role("button", name=name).click()

    def looks_good(self, name: str) -> None:
        """At every width: nothing for axe to say, nothing to scroll sideways, nothing on the console."""
        self.page.evaluate(_axe())
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate(_RUN_AXE) == [], f"{name} at {width}"
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            _shoot(self.page, f"{name}-{width}")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        assert self.said == [], name

    def _note(self, text: str) -> None:
        if not _SAID_BY_DESIGN.search(text):
            self.said.append(text)


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """The browser; without one the tests of it are skipped.

    It goes with the module: while it runs its event loop does too, and no other test of the process could have one.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not in this environment: make setup")
    program = given("HUB_TEST_CHROMIUM") or next(filter(shutil.which, _PLACES), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt install chromium, or name one in HUB_TEST_CHROMIUM")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def window(browser: "Browser", home: str, *, scripts: bool = True) -> Iterator[Window]:
    """A window with nothing in it yet: no cookies, Dutch preferred."""
    context = browser.new_context(locale="nl-NL", java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    try:
        yield Window(context, home)
    finally:
        context.close()


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def _shoot(page: "Page", name: str) -> None:
    folder = given("HUB_TEST_SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
