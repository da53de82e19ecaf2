"""The catalogue of events as a document for integrators: `python -m hub.events.document > docs/events.md`.

Made out of the payload models themselves, so it cannot promise a field that the hub refuses.
"""

import sys
from collections.abc import Iterator
from typing import Any

from hub.events.catalogue import PUBLISHED, WRITTEN_BY_HUB, WRITTEN_BY_RECEIVERS, Published
from hub.events.envelope import full_type

_INTRODUCTION = """# Events

Made out of the code (`python -m hub.events.document`). Every event is a CloudEvent 1.0 in the NL GOV profile 1.1. In
`time` stands the moment of registration; what happened in the world and when stands in `data`. Unknown fields are
refused, so a misspelt one is never lost.

A field marked **sealed** says something about a person. It goes into the vault under the key of its case and is in no
log, message or address. All other fields are codes, dates and yes or no. Never send a citizen service number (BSN) or
an ECK iD: the hub refuses them wherever they stand.

## What a school publishes

`POST /v1/events`. Types that open a case have no `subject`; the others name a running case in it.
"""


_BAR = "\\|"
"""A bar inside a cell of a table."""


def document() -> str:
    """The whole document, Markdown, ending in one newline."""
    parts = [_INTRODUCTION, *map(_published, PUBLISHED), *_parts(), *_written()]
    return "\n".join(parts).rstrip() + "\n"


def _published(name: str) -> str:
    entry = PUBLISHED[name]
    opens = "Opens a case." if entry.opens_case else "`subject` is the id of a running case."
    return "\n".join([f"### `{full_type(name)}`\n", f"{entry.meaning} {opens}\n", *_table(entry), ""])


def _table(entry: Published) -> Iterator[str]:
    schema = entry.payload.model_json_schema(by_alias=True)
    sealed = {info.alias or name for name, info in entry.payload.model_fields.items() if name in _personal(entry)}
    yield "| field | form | required | sealed |"
    yield "| --- | --- | --- | --- |"
    for field, form in schema["properties"].items():
        required = "yes" if field in schema.get("required", ()) else ""
        yield f"| `{field}` | {_form(form).replace('|', _BAR)} | {required} | {'yes' if field in sealed else ''} |"


def _personal(entry: Published) -> frozenset[str]:
    return entry.payload.personal_fields


def _parts() -> Iterator[str]:
    """The objects inside payloads, each once."""
    found: dict[str, Any] = {}
    for entry in PUBLISHED.values():
        found |= entry.payload.model_json_schema(by_alias=True).get("$defs", {})
    yield "## Parts\n"
    for name, schema in sorted(found.items()):
        if "enum" in schema:
            yield f"- **{name}**: {', '.join(f'`{value}`' for value in schema['enum'])}"
        elif "properties" in schema:
            fields = ", ".join(f"`{field}` ({_form(form)})" for field, form in schema["properties"].items())
            yield f"- **{name}**: {fields}"
    yield ""


def _written() -> Iterator[str]:
    yield "## What you receive\n"
    yield "By feed and webhook, as thin events: ids and a `dataref`; fetch the case with your own token. News of"
    yield "failing webhooks (`delivery`, `subscription`) comes by feed only: it could not arrive where they fail.\n"
    yield "| type | meaning |"
    yield "| --- | --- |"
    for name, meaning in {**WRITTEN_BY_HUB, **WRITTEN_BY_RECEIVERS}.items():
        yield f"| `{full_type(name)}` | {meaning} |"


def _form(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"{schema['$ref'].rpartition('/')[2]}"
    if "anyOf" in schema:
        return " or ".join(_form(option) for option in schema["anyOf"] if option.get("type") != "null")
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "pattern" in schema and "maxLength" not in schema:
        return f"`{schema['pattern']}`"
    kind = _kind(schema)
    if schema.get("format") == "date":
        return "date"
    return f"{kind}, at most {schema['maxLength']}" if "maxLength" in schema else kind


def _kind(schema: dict[str, Any]) -> str:
    if "items" in schema:
        return f"list of {_form(schema['items'])}"
    return {"string": "text", "boolean": "true or false"}.get(schema.get("type", ""), "object")


if __name__ == "__main__":
    sys.stdout.write(document())
