"""The statement as a PDF to hand over: tagged, with title and language (PDF/UA-1, ISO 14289-1), to be archived (PDF/A).

Made by Typst out of `statement.typ`; the texts travel beside the template as data, so nothing in them is markup.
"""

from datetime import datetime
from importlib.resources import files

import orjson
import typst

from hub.privacy.statement.content import Document

_TEMPLATE = files("hub.privacy.statement").joinpath("statement.typ").read_bytes()


def pdf(document: Document, made_at: datetime) -> bytes:
    """The whole file. The same document and moment give the same bytes. Only the fonts of the library are used."""
    made: bytes = typst.compile(
        _TEMPLATE,
        sys_inputs={"document": orjson.dumps(document.as_data()).decode()},
        pdf_standards=["ua-1", "a-2a"],
        ignore_system_fonts=True,
        timestamp=made_at.replace(microsecond=0),
    )
    return made
