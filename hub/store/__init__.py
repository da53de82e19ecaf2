"""PostgreSQL: connections, tables, migrations, and the embedded server."""
