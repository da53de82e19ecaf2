"""The hub's schema on an empty database."""

from hub.preparing import prepare
from hub.settings import Settings


def lay_schema(url: str) -> None:
    """Make the database at `url` fit for use, as `hub migrate` does: tables, an empty log, readers at its start."""
    prepare(Settings(), url)
