"""The statement as a page: plain HTML that any browser and any screen reader shows, and that prints well."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from hub.privacy.statement.content import Block, Document

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem }
h1 { font-size: 1.75rem; line-height: 1.2 } h2 { font-size: 1.25rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { border-bottom: 1px solid #767676; padding: .4rem .6rem .4rem 0; text-align: left; vertical-align: top }
thead { border-bottom: 2px solid #111 }
@media print { body { font-size: 10pt; margin: 0; max-width: none } h2 { break-after: avoid } tr { break-inside: avoid }
  thead { display: table-header-group } }
@page { size: A4; margin: 2cm }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; frame-ancestors 'none'; base-uri 'none'"
"""What this page may load: its own style, and nothing else at all."""


def page(document: Document) -> str:
    """The whole page. Every text is written as text, whatever is in it."""
    title = escape(document.title)
    body = "\n".join(part for block in document.blocks for part in _parts(block))
    return (
        f'<!DOCTYPE html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(block: Block) -> Iterator[str]:
    match block.kind:
        case "heading":
            yield f"<h2>{escape(block.text)}</h2>"
        case "paragraph":
            yield f"<p>{escape(block.text)}</p>"
        case "list":
            yield "<ul>" + "".join(f"<li>{escape(item)}</li>" for (item,) in block.rows) + "</ul>"
        case "table":
            yield from _table(block)


def _table(block: Block) -> Iterator[str]:
    """The first cell of a row says what the row is about."""
    yield "<table>\n<thead><tr>" + "".join(f'<th scope="col">{escape(h)}</th>' for h in block.headers)
    yield "</tr></thead>\n<tbody>"
    for first, *others in block.rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in others)
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>"
