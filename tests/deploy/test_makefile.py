"""make and .ci/run: one way to set up, to check and to start."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.deploy.project import ROOT

TARGETS = ("help", "setup", "up", "test", "check", "bench", "lock", "clean")


def _make(*arguments: str) -> str:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_make_alone_explains_every_target() -> None:
    """Whoever types `make` sees what there is."""
    explained = set(re.findall(r"^  make (\w+)", _make(), re.MULTILINE))
    assert set(TARGETS) <= explained


def test_the_build_runs_what_a_developer_runs() -> None:
    """.ci/run calls `make test`, and `make check` is the same."""
    script = ROOT / ".ci" / "run"
    text = script.read_text()
    assert text.splitlines()[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in text
    assert text.splitlines()[-1] == "make test"
    assert script.stat().st_mode & stat.S_IXUSR
    assert "check: test" in (ROOT / "Makefile").read_text()


def test_tests_are_the_last_word() -> None:
    """`make test` checks format, lint, types and floors first, and ends with pytest's own closing line."""
    steps = _make("--dry-run", "--always-make", "test").splitlines()
    order = [
        step
        for step in steps
        for tool in ("ruff format", "ruff check", "mypy", "lint-imports", "pytest")
        if tool in step
    ]
    assert len(order) >= 5
    assert "/pytest " in steps[-1]


@pytest.mark.parametrize("script", ["setup", "run"])
def test_scripts_are_valid_bash(script: str) -> None:
    """Both scripts are read without complaint."""
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / script)], check=True)


def test_a_machine_without_a_recent_python_is_told_what_to_do(tmp_path: Path) -> None:
    """The advice names the version and where to get it."""
    programs = tmp_path / "bin"
    (tmp_path / ".ci").mkdir()
    programs.mkdir()
    for tool in ("bash", "dirname"):
        (programs / tool).symlink_to(shutil.which(tool) or tool)
    script = shutil.copy(ROOT / ".ci" / "setup", tmp_path / ".ci")
    command = [programs / "bash", script, "requirements.lock"]
    answer = subprocess.run(command, env={"PATH": str(programs)}, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "Python 3.11 or newer" in answer.stderr
    assert "https://www.python.org/downloads/" in answer.stderr
