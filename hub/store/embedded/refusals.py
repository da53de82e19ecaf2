"""What stands in the way of the embedded database, in words the person at the keyboard can act on."""

from hub.errors import Unavailable


class EmbeddedDatabaseUnusable(Unavailable):
    """The private PostgreSQL cannot be found, started or reached; the message says what is in the way."""

    code = "embedded-database"
    title = "The embedded database cannot be used"
    next_step = "Put this right and start again, or give an existing database with HUB_DATABASE_URL."
