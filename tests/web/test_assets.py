"""What pages are dressed with: our own style, and a font that is fetched when the hub is built."""

import json
import re

import pytest

from hub.web.pages import assets, has_own_font
from tests.deploy.project import ROOT
from tests.support.browser import Browser
from tests.support.hub import RunningHub

SOURCE = ROOT / "tools" / "assets"


@pytest.mark.skipif(not has_own_font(), reason="the font was not built in here: make setup, with npm and its registry")
def test_the_font_comes_from_the_hub_itself(demo_town: RunningHub) -> None:
    """At addresses that change with it, so browsers keep it; its licence lies beside it."""
    with Browser(demo_town.url) as browser:
        page = browser.visit("/sign-in")
        style = browser.step(re.findall(r'rel="stylesheet" href="([^"]+)"', page.response.text)[0])
        fonts = re.findall(r"url\(([^)]+)\)", style.text)
        assert len(fonts) == 2
        for address in fonts:
            font = browser.step(address)
            assert font.headers["content-type"] == "font/woff2"
            assert "immutable" in font.headers["cache-control"]
            assert font.content[:4] == b"wOF2"
    licence = ROOT / "hub" / "web" / "static" / "built" / "LICENSE-public-sans.txt"
    assert "SIL OPEN FONT LICENSE" in licence.read_text("utf-8").upper()


def test_the_style_asks_for_nothing_from_elsewhere() -> None:
    """Whether or not the font was built in."""
    for content, media_type in assets().values():
        if media_type == "text/css":
            assert set(re.findall(rb"url\(([^)]*)\)", content)) <= {path.encode() for path in assets()}
            assert b"@import" not in content


def test_a_first_visit_is_light() -> None:
    """The style without the font stays far below the 60 kB that a page may weigh."""
    styles = [content for content, media_type in assets().values() if media_type == "text/css"]
    assert sum(map(len, styles)) < 40_000


def test_the_lock_names_hashes_and_no_place() -> None:
    """Every package is checked by its hash, from whichever registry a machine uses, and runs nothing."""
    packages = json.loads((SOURCE / "package-lock.json").read_text("utf-8"))["packages"]
    asked = json.loads((SOURCE / "package.json").read_text("utf-8"))["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    for name, package in packages.items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
    assert "ignore-scripts=true" in (SOURCE / ".npmrc").read_text("utf-8")
