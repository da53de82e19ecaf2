"""Connections never wait for ever, and their errors tell nothing of what a statement carried."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError


def test_an_error_does_not_repeat_what_the_statement_carried(engine: Engine) -> None:
    """Errors end up in logs; names and texts of pupils must not."""
    with pytest.raises(DBAPIError) as error, engine.connect() as connection:
        connection.execute(text("SELECT :name FROM nowhere"), {"name": "Sem Voorbeeld"})
    assert "Sem" not in str(error.value)
