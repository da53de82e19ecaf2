"""Documents that can be wrong are tested: settings, commands, events, addresses, and links between pages."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from hub.api.app import make_api
from hub.cases.document import document as lifecycle_document
from hub.events.document import document as events_document
from hub.manage.command_line import app
from hub.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")])


def test_events_page_says_what_the_code_says() -> None:
    """docs/events.md is made out of the payload models, and fresh."""
    assert (ROOT / "docs/events.md").read_text() == events_document()


def test_the_life_of_a_case_is_drawn_from_the_code() -> None:
    """docs/lifecycle.md is made out of the table of moves, and fresh."""
    assert (ROOT / "docs/lifecycle.md").read_text() == lifecycle_document()


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_documented(field: str) -> None:
    """Every setting stands in docs/operations.md."""
    assert f"`HUB_{field.upper()}`" in (ROOT / "docs/operations.md").read_text()


@pytest.mark.parametrize("command", sorted(get_command(app).commands))  # type: ignore[attr-defined]  # it is a group
def test_every_command_is_documented(command: str) -> None:
    """Every command stands in docs/operations.md."""
    assert f"`hub {command}" in (ROOT / "docs/operations.md").read_text()


def test_every_address_in_the_guide_exists() -> None:
    """The guide for integrators names no address that the API does not have."""
    guide = (ROOT / "docs/integrators-guide.md").read_text()
    paths = make_api("http://127.0.0.1:8000").openapi()["paths"]
    known = {re.sub(r"\{\w+\}", "{id}", path) for path in paths}
    named = set(re.findall(r"(?:GET|POST) /v1(/[a-z/{}-]+)", guide))
    assert named
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link in a page leads to a file or folder of the project."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def test_readme_names_the_two_commands_that_exist() -> None:
    """`make up` and `make test` stand in the README and in the Makefile."""
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for target in ("up", "test"):
        assert f"make {target} " in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
