"""The whole document with invented input, by an independent tool: no defect, and no answer that is not documented."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.hub import RunningHub

_EXAMPLES = "3"  # for each operation and run, beside those that the tool derives from the limits in the document
_SECONDS = 240

# What a document cannot say, such as that a webhook must lead to a public host, is refused with 400: that is no fault.
_NOT_A_FAULT = "positive_data_acceptance"


@pytest.fixture(autouse=True)
def _open_again(hub: RunningHub) -> Iterator[None]:
    """Afterwards no team of a hub that others use is closed."""
    yield
    with hub.sessions.begin() as session:
        session.execute(text("DELETE FROM closures"))
        session.execute(text("DELETE FROM opening_hours"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "organisation", "phases"),
    [
        (1, "PO2201", "examples,coverage,fuzzing"),
        (2, "B00001", "examples,fuzzing"),
        (3, "PO2201", "fuzzing"),
        (4, "GM0106-ST", "fuzzing"),
        (5, "B00001", "fuzzing,stateful"),
    ],
)
def test_no_input_meets_a_defect_or_an_undocumented_answer(
    hub: RunningHub, tmp_path: Path, seed: int, organisation: str, phases: str
) -> None:
    """Valid and invalid input for every operation, as a school, a team and a partnership."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{hub.url}/v1/openapi.json", "--no-color"),
            *("--seed", str(seed), "--max-examples", _EXAMPLES, "--phases", phases),
            *("--exclude-checks", _NOT_A_FAULT, "--warnings", "off", "--generation-database", "none"),
            *("--header", f"Authorization: Bearer {hub.organisation(organisation).token}"),
            *("--request-timeout", "40"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-12_000:] + run.stderr[-2_000:]
