"""The source itself: what may stand in no file of it, and how long its files and functions may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.project import ROOT, tracked_files

LONGEST_FILE = 300
LONGEST_TEST_FILE = 400  # a list of examples reads easily
LONGEST_FUNCTION = 50

# Put together here, so that this file does not find itself.
PLACES_OF_ONE_MACHINE = ("/wo" + "rk/", "/ro" + "ot/", "/home" + "/", "/Us" + "ers/", "/opt/py" + "pi")
PLACES_OF_PACKAGES = (
    "py" + "pi.org",
    "python" + "hosted",
    "registry." + "npmjs",
    "index" + "-url =",
    '"resol' + 'ved":',
)
SECRETS = ("-----BEGIN " + "PRIVATE", "-----BEGIN RSA " + "PRIVATE")


def _texts() -> Iterator[tuple[Path, str]]:
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT), content.decode()


@pytest.mark.parametrize("banned", [*PLACES_OF_ONE_MACHINE, *PLACES_OF_PACKAGES, *SECRETS])
def test_no_file_names_a_machine_or_a_package_index(banned: str) -> None:
    """The source is the same wherever it is checked out and wherever its libraries come from."""
    assert [str(path) for path, text in _texts() if banned in text] == []


def test_every_text_is_unicode_and_ends_in_one_newline() -> None:
    """Every file can be read and joined anywhere."""
    wrong = [str(path) for path, text in _texts() if text and (not text.endswith("\n") or "\r" in text)]
    assert wrong == []


def test_no_file_is_too_long_to_read() -> None:
    """A Python file that outgrows 300 lines is two subjects; generated migrations are lists."""
    too_long = [
        str(path)
        for path, text in _texts()
        if path.suffix == ".py" and "migrations" not in path.parts
        if text.count("\n") > (LONGEST_TEST_FILE if path.parts[0] == "tests" else LONGEST_FILE)
    ]
    assert too_long == []


def test_no_function_is_too_long_to_read() -> None:
    """A function above 50 lines does more than one thing; generated migrations are lists."""
    too_long = [
        f"{path}: {node.name}"
        for path, text in _texts()
        if path.suffix == ".py" and "migrations" not in path.parts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []
