"""Data folders of embedded databases."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.store.private_server import server
from tests.support.test_run import run_folder


@pytest.fixture(scope="module")
def made_cluster() -> Iterator[Path]:
    """The data folder of a hub that has been up and is down."""
    folder = run_folder() / uuid4().hex[:8]
    folder.mkdir(mode=0o711)
    with server(folder / "hub"):
        pass
    yield folder / "hub"
    shutil.rmtree(folder)


@pytest.fixture
def made_data_dir(made_cluster: Path, hub_data_dir: Path) -> Path:
    """A copy of it, which one test may spoil; a first start takes most of a second."""
    subprocess.run(["cp", "-a", made_cluster, hub_data_dir], check=True)
    return hub_data_dir
