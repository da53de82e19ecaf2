"""The list of parts of a release: every library of the lock, with its version and the hashes it may have."""

import json
import re
import subprocess

from tests.deploy.project import ROOT

_LOCKED = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", re.MULTILINE | re.IGNORECASE)


def test_every_locked_library_is_in_the_list_of_parts() -> None:
    """As CycloneDX, so that any scanner reads it."""
    subprocess.run(["make", "--silent", "sbom"], cwd=ROOT, check=True)
    made = json.loads((ROOT / "dist" / "sbom.json").read_text())
    locked = set(_LOCKED.findall((ROOT / "requirements.lock").read_text()))
    assert len(locked) > 50
    assert made["bomFormat"] == "CycloneDX"
    assert {(part["name"], part["version"]) for part in made["components"]} == locked
    assert made["metadata"]["component"]["name"] == "samenspel"
