"""The locks: everything by hash, nothing about the machine or index they were made on, nothing missing."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.deploy.project import ROOT

LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS: dict[str, list[Any]] = PROJECT["dependency-groups"]


def _pins(lock: str) -> dict[str, tuple[Version, int]]:
    """Per library its version and how many hashes it may have."""
    pins: dict[str, tuple[Version, int]] = {}
    for entry in re.split(r"\n(?=[a-zA-Z0-9])", (ROOT / lock).read_text()):
        requirement = Requirement(entry.split("\\")[0].strip())
        (only,) = requirement.specifier
        assert only.operator == "=="
        pins[canonicalize_name(requirement.name)] = (Version(only.version), entry.count("--hash=sha256:"))
    return pins


def _wanted(group: str | None) -> list[Requirement]:
    if group is None:
        return [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    texts = [text for text in GROUPS[group] if isinstance(text, str)]
    included = [name for entry in GROUPS[group] if not isinstance(entry, str) for name in entry.values()]
    return [Requirement(text) for text in texts] + [wanted for name in included for wanted in _wanted(name)]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_library_is_pinned_by_hash(lock: str) -> None:
    """Nothing can be installed but what was chosen."""
    pins = _pins(lock)
    assert pins
    assert [name for name, (_, hashes) in pins.items() if hashes == 0] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place(lock: str) -> None:
    """No index, no host, no path: where libraries come from is the machine's own affair."""
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(--(extra-)?index-url|--find-links|-i|-f|-e|/)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("lock", "group"),
    [("requirements.lock", None), ("requirements-build.lock", "build"), ("requirements-dev.lock", "dev")],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, group: str | None) -> None:
    """A dependency that was added or raised without `make lock` is found here."""
    pins = _pins(lock)
    for wanted in _wanted(group):
        version, _ = pins[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"{wanted} but {version} is locked"


def test_development_uses_the_libraries_that_are_delivered() -> None:
    """What is tested is what runs."""
    developed = _pins("requirements-dev.lock")
    for lock in ("requirements.lock", "requirements-build.lock"):
        for name, (version, _) in _pins(lock).items():
            assert developed[name][0] == version, name


def test_every_dependency_says_why_it_is_there() -> None:
    """Each line of pyproject.toml that names a library ends in a reason."""
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    libraries = [line for line in lines if re.match(r'^    "[A-Za-z][\w.-]*(\[.*\])?[<>=]', line)]
    assert len(libraries) > 20
    assert [line for line in libraries if "  # " not in line] == []
