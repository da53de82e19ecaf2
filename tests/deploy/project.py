"""The project's own files, as the tests of this folder read them."""

import subprocess
from pathlib import Path

from typer.testing import CliRunner

from hub.manage.command_line import app

ROOT = Path(__file__).parents[2]


def tracked_files() -> list[Path]:
    """Every file that belongs to the source; those of the folder where there is no repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def parse_hub_command(words: list[str]) -> None:
    """Let the command line read `hub …` without running it; fails on a command or an option that it does not know."""
    assert words[0] == "hub"
    answer = CliRunner().invoke(app, [*words[1:], "--help"])
    assert answer.exit_code == 0, answer.output
