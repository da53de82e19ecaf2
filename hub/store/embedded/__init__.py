"""The embedded default: a private PostgreSQL under the hub's data folder, for a machine that has none to offer.

`server` is the way in; `cluster` knows the folders, `postmaster` the running process, `programs` where PostgreSQL is,
`account` as whom it runs.
"""

from hub.store.embedded.refusals import EmbeddedDatabaseUnusable
from hub.store.embedded.server import EmbeddedPostgres

__all__ = ["EmbeddedDatabaseUnusable", "EmbeddedPostgres"]
