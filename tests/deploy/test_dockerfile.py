"""deploy/Dockerfile: what is in the image, who runs it, and where its libraries come from."""

import json
import re

import pytest

from tests.deploy.project import ROOT, parse_hub_command

TEXT = (ROOT / "deploy" / "Dockerfile").read_text()
LINES = [line for line in re.sub(r"\\\n\s*", "", TEXT).splitlines() if line.strip() and not line.startswith("#")]
INSTRUCTIONS = [(word, rest) for word, _, rest in (line.partition(" ") for line in LINES)]


def _all(word: str) -> list[str]:
    return [rest for found, rest in INSTRUCTIONS if found == word]


def test_what_builds_the_image_is_not_in_it() -> None:
    """Two stages; only the finished environment goes from the first to the second."""
    assert len(_all("FROM")) == 2
    last_stage = LINES[max(i for i, line in enumerate(LINES) if line.startswith("FROM")) :]
    copies = [line for line in last_stage if line.startswith("COPY")]
    assert copies == ["COPY --from=build /opt/samenspel /opt/samenspel"]
    assert all(":" in image and "latest" not in image for image in _all("FROM"))


def test_it_runs_as_a_user_without_rights() -> None:
    """The user is given by number, so that a platform can see that it is not root."""
    user, group = _all("USER")[-1].split(":")
    assert int(user) > 0
    assert int(group) > 0


@pytest.mark.parametrize("command", [rest for rest in _all("RUN") if "pip install" in rest])
def test_nothing_is_installed_that_the_locks_do_not_name(command: str) -> None:
    """Libraries come by hash; the hub itself comes from its own wheel, without an index."""
    assert "--require-hashes" in command or {"--no-deps", "--no-index"} <= set(command.split())


def test_what_is_copied_exists_and_is_let_through() -> None:
    """.dockerignore lets through exactly what the image is made of."""
    copied = {name for rest in _all("COPY") if "--from" not in rest for name in rest.split()[:-1]}
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied == {line[1:] for line in ignore if line.startswith("!")}
    assert "*" in ignore
    for name in copied:
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("instruction", ["CMD", "HEALTHCHECK"])
def test_what_it_runs_is_a_command_that_the_hub_knows(instruction: str) -> None:
    """Start and health check parse on the hub's own command line, without a shell between."""
    rest = _all(instruction)[-1]
    parse_hub_command(json.loads(rest[rest.index("[") :]))
