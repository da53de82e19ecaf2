"""docker-compose.yml: what it starts, in which order, with which rights and secrets."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.project import ROOT, parse_hub_command

FILLED_IN = {
    "POSTGRES_PASSWORD": "first",
    "HUB_DATABASE_PASSWORD": "second",
    "REDIS_PASSWORD": "third",
    "HUB_PUBLIC_URL": "https://hub.example.nl",
}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("api", "worker", "migrate")

each_service = pytest.mark.parametrize("name", SERVICES)
each_of_ours = pytest.mark.parametrize("name", OURS)


def _words(command: list[str]) -> list[str]:
    """A command with the defaults of its settings filled in: `${HUB_API_PROCESSES:-2}` is 2."""
    return [word.split(":-")[1].rstrip("}") if word.startswith("${") else word for word in command]


def test_it_starts_exactly_the_parts_of_the_hub() -> None:
    """API, worker, migrations, PostgreSQL and Redis, and nothing else."""
    assert set(SERVICES) == {*OURS, "postgres", "redis"}


@each_of_ours
def test_every_command_is_one_that_the_hub_knows(name: str) -> None:
    """The command line parses what a container is told to run, options and values included."""
    parse_hub_command(_words(SERVICES[name]["command"]))


def test_health_is_asked_with_a_command_that_the_hub_knows() -> None:
    """The health check of the API is the hub's own."""
    kind, *words = SERVICES["api"]["healthcheck"]["test"]
    assert kind == "CMD"
    parse_hub_command(words)


@each_service
def test_no_part_has_more_rights_than_it_needs(name: str) -> None:
    """A root file system that cannot be written, no capabilities, no way to gain any."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("user", "as the image says") != "root"
    assert "privileged" not in service


@each_service
def test_every_part_can_be_started_more_than_once(name: str) -> None:
    """No fixed container name, and a port on the host only for the API."""
    assert "container_name" not in SERVICES[name]
    assert "hostname" not in SERVICES[name]
    assert ("ports" in SERVICES[name]) == (name == "api")


@each_service
def test_every_image_has_a_fixed_version(name: str) -> None:
    """No image changes under a running installation."""
    _, _, tag = SERVICES[name]["image"].partition(":")
    assert tag
    assert "latest" not in tag


@pytest.mark.parametrize("name", ["api", "worker"])
def test_nothing_starts_before_the_database_is_at_its_level(name: str) -> None:
    """API and workers wait for the migrations; Redis is not waited for, because the hub works without it."""
    conditions = {part: wait["condition"] for part, wait in SERVICES[name]["depends_on"].items()}
    assert conditions == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "redis": "service_started",
    }


def test_every_service_that_listens_says_how_it_is() -> None:
    """A health check for each of them; a worker listens nowhere, and the migrations end."""
    checked = {name for name, service in SERVICES.items() if "test" in service.get("healthcheck", {})}
    assert checked == {"api", "postgres", "redis"}


def test_only_the_loopback_address_is_published_by_default() -> None:
    """Nobody puts a hub without TLS on a network by accident."""
    assert SERVICES["api"]["ports"] == ["${HUB_LISTEN:-127.0.0.1:8000}:8000"]


def test_database_and_broker_cannot_reach_the_outside() -> None:
    """They are on the internal network only, and so is what migrates."""
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis", "migrate"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_no_secret_stands_in_the_file() -> None:
    """Every password is asked from the environment and has no default; the master key comes as a file."""
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "AUTH" in name or name in {"HUB_DATABASE_URL", "HUB_REDIS_URL"}:
                assert ":?" in value
    for name in OURS:
        assert SERVICES[name]["secrets"] == ["master_key"]
        assert SERVICES[name]["environment"]["HUB_MASTER_KEY_FILE"] == "/run/secrets/master_key"


def test_the_example_names_every_setting_and_gives_no_password() -> None:
    """deploy/env.example and the compose file ask the same things."""
    text = (ROOT / "deploy" / "env.example").read_text()
    named = dict(line.lstrip("#").split("=", 1) for line in text.splitlines() if "=" in line and " " not in line)
    asked = {part.split(":")[0].split("}")[0] for part in (ROOT / "docker-compose.yml").read_text().split("${")[1:]}
    assert set(named) == asked
    assert all(value == "" for name, value in named.items() if "PASSWORD" in name)


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed here")
def test_docker_compose_accepts_the_file_when_it_is_filled_in(tmp_path: Path) -> None:
    """Every service comes out with its settings filled in, and a setting that is missing is asked for by name."""
    answer = _config(FILLED_IN, tmp_path)
    assert answer.returncode == 0, answer.stderr
    services = yaml.safe_load(answer.stdout)["services"]
    assert set(services) == set(SERVICES)
    assert services["worker"]["environment"]["HUB_DATABASE_URL"] == "postgresql://hub:second@postgres:5432/hub"
    for missing in FILLED_IN:
        refused = _config({name: value for name, value in FILLED_IN.items() if name != missing}, tmp_path)
        assert refused.returncode != 0
        assert f"${{{missing}:?" in refused.stderr


def _config(environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    nothing = folder / "no-settings"
    nothing.touch()
    file = ROOT / "docker-compose.yml"
    command: list[str | Path] = ["docker-compose", "--env-file", nothing, "--file", file, "config"]
    environment = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _commands_of_the_guide() -> list[str]:
    guide = (ROOT / "deploy" / "README.md").read_text()
    steps = [line for line in guide.splitlines() if line.startswith("    ")]
    return [
        found[1].strip() for line in steps if (found := re.search(r"[ /](hub (?!=)[a-z]+ [^#>\\]*|hub [a-z]+$)", line))
    ]


@pytest.mark.parametrize("command", _commands_of_the_guide())
def test_the_guide_gives_commands_that_the_hub_knows(command: str) -> None:
    """Whoever follows deploy/README.md meets no unknown command or option."""
    parse_hub_command([word for word in shlex.split(command) if word != "--help"])
