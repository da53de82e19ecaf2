"""Every text of the hub is there in Dutch, and each reader gets the language that was asked for."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import walk_packages

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import hub
from hub.errors import HubError, Problem
from hub.i18n import Language, language_of, translate

PACKAGE = Path(hub.__path__[0])
PARAMETER = re.compile(r"%\((\w+)\)s")
TABLES_OF_TEXTS = re.compile(r"_(MESSAGES?|FORMS|TITLES)$")


@cache
def catalogue() -> dict[str, Message]:
    """The Dutch catalogue, by English text."""
    with files("hub").joinpath("locale", "nl.po").open("rb") as po:
        return {str(message.id): message for message in read_po(po, locale="nl") if message.id}


@cache
def kinds() -> dict[str, type[HubError]]:
    """Every kind of refusal in the whole package, by name."""
    for module in walk_packages(hub.__path__, "hub."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            import_module(module.name)
    found: list[type[HubError]] = [HubError, *_below(HubError)]
    return {kind.__name__: kind for kind in found if kind.__module__.startswith("hub.")}


def _below(kind: type[HubError]) -> Iterator[type[HubError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


def texts() -> Iterator[tuple[str, str]]:
    """Every text that a refusal, a problem or a translation can show, with the place where it stands."""
    for kind in kinds().values():
        yield kind.title, kind.__qualname__
        yield kind.next_step, kind.__qualname__
    for path in sorted(PACKAGE.rglob("*.py")):
        for text, line in _texts_in(ast.parse(path.read_text("utf-8"))):
            yield text, f"{path.relative_to(PACKAGE.parent)}:{line}"


def _texts_in(module: ast.Module) -> Iterator[tuple[str, int]]:
    named = _texts_by_name(module)
    for node in ast.walk(module):
        for argument in _shown(node):
            yield from _constants(argument)
            if isinstance(argument, ast.Name):
                yield from named.get(argument.id, ())
    for name, found in named.items():
        if TABLES_OF_TEXTS.search(name):
            yield from found


def _shown(node: ast.AST) -> list[ast.expr]:
    """The expressions that end up before the eyes of a reader: in a call, or in what a validator raises."""
    if isinstance(node, ast.FunctionDef) and any("_validator" in ast.unparse(line) for line in node.decorator_list):
        calls = (below for below in ast.walk(node) if isinstance(below, ast.Call))
        return [call.args[0] for call in calls if _name(call.func) == ValueError.__name__]
    if not isinstance(node, ast.Call):
        return []
    if _name(node.func) == Problem.__name__:
        return node.args[1:2]
    if _name(node.func) in {translate.__name__, *kinds()}:
        return [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "next_step")]
    if isinstance(node.func, ast.Attribute) and TABLES_OF_TEXTS.search(_name(node.func.value)):
        return node.args[1:]  # what a table of texts gives for want of a better one
    return []


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _texts_by_name(module: ast.Module) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).extend(_constants(node.value))
    return found


def _constants(node: ast.expr) -> Iterator[tuple[str, int]]:
    """The sentences in an expression; codes and names have no space."""
    if isinstance(node, ast.Call):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.value, node.lineno
    for below in ast.iter_child_nodes(node):
        if isinstance(below, ast.expr):
            yield from _constants(below)


def test_every_text_is_there_in_dutch() -> None:
    """No reader gets English without asking for it."""
    missing = {text: where for text, where in texts() if text not in catalogue()}
    assert missing == {}


def test_the_search_finds_texts() -> None:
    """The test above looks at more than a handful of texts, in more than a handful of places."""
    found = list(texts())
    assert len({text for text, _ in found}) > 100
    assert len({where.partition(":")[0] for _, where in found}) > 20


def test_translations_are_whole() -> None:
    """Every entry has a translation that nobody marked as doubtful."""
    assert [text for text, message in catalogue().items() if not message.string or message.fuzzy] == []


def test_translations_use_the_same_parameters() -> None:
    """A translation fills in the very parameters of its original, or it could not be shown."""
    entries = ((text, str(message.string)) for text, message in catalogue().items())
    assert [text for text, dutch in entries if set(PARAMETER.findall(text)) != set(PARAMETER.findall(dutch))] == []


def test_no_text_is_translated_twice() -> None:
    """An entry stands in the catalogue once: of two, one would silently win."""
    ids = Counter(
        re.findall(r'^msgid "(.+)"$', files("hub").joinpath("locale", "nl.po").read_text("utf-8"), re.MULTILINE)
    )
    assert [text for text, times in ids.items() if times > 1] == []


def test_parameters_are_filled_in() -> None:
    """A text is shown with its parameters, in either language."""
    message, parameters = "Your token does not have the right %(right)s.", {"right": "cases:read"}
    assert translate(message, "en", parameters) == "Your token does not have the right cases:read."
    assert translate(message, "nl", parameters) == "Uw token heeft het recht cases:read niet."


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("text", ["No such text", "100% sure", ""])
def test_an_unknown_text_comes_back_as_it_is(text: str, language: Language) -> None:
    """A text that nobody translated is better than none."""
    assert translate(text, language) == text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "nl"),
        ("", "nl"),
        ("nl", "nl"),
        ("nl-BE", "nl"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us", "en"),
        ("en, nl;q=0.5", "en"),
        ("nl;q=0.5, en", "en"),
        ("en;q=0.4,nl;q=0.8", "nl"),
        ("en ; q=0.4 , nl ; q=0.8", "nl"),
        ("nl; q=0.2, en; q=0.9", "en"),
        ("de, en;q=0.8, nl;q=0.7", "en"),
        ("de, fr", "nl"),
        ("en;q=0", "nl"),
        ("en;q=0, nl", "nl"),
        ("*", "nl"),
        ("en;q=high", "nl"),
        ("en;q=nan, nl;q=0.1", "nl"),
        (";;;,,,", "nl"),
        ("\x00", "nl"),
    ],
)
def test_the_language_a_reader_prefers(header: str | None, language: Language) -> None:
    """The header is read as RFC 9110 says; Dutch is the answer to everything unclear."""
    assert language_of(header) == language
