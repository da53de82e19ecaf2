"""Making a database fit for use: migrations, row security, empty log and ledger, the readers' checkpoints.

Safe to repeat.
"""

from hub import clock
from hub.access import tables as _access  # noqa: F401 - these and the readers below bring all tables
from hub.borders import tables as _borders  # noqa: F401
from hub.declarations import tables as _declarations  # noqa: F401
from hub.events import readers
from hub.events.log import start_log
from hub.privacy.ledger import start_ledger
from hub.reactions import readers as all_readers
from hub.replies import tables as _replies  # noqa: F401
from hub.runtime import no_directory
from hub.settings import Settings
from hub.store.base import Base
from hub.store.engine import make_engine, make_sessions
from hub.store.migrate import alone, migrate
from hub.store.row_security import secure

ALL_TABLES = tuple(
    sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: str(model.__tablename__))
)
"""Every table of the hub: the imports above bring them all, and a test compares them with the database."""


def prepare(settings: Settings, database_url: str) -> None:
    """Bring the database at `database_url` to the level of this version."""
    engine = make_engine(settings, database_url, pool_size=1)
    migrate(engine)
    with alone(engine) as connection:
        secure(connection, ALL_TABLES)
    with make_sessions(engine).begin() as session:
        start_log(session.connection())
        start_ledger(session.connection())
        readers.register(session, all_readers(no_directory), now=clock.now())
    engine.dispose()
