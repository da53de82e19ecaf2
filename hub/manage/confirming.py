"""How a command changes the directory: show whom it affects, have it confirmed, then write. Never in another order."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer

from hub.errors import HubError
from hub.manage.foreseeing import Foreseen, Proposal, foresee, write
from hub.manage.office import Office, show
from hub.manage.what_if import lines_of, lines_of_effect

T = TypeVar("T")
_YES = frozenset({"j", "ja", "y", "yes"})
Described = tuple[dict[str, Any], str]

Preview = Annotated[bool, typer.Option("--preview", help="Only show whom it affects; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Write it without asking; needed where nobody can be asked.")]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Show the effect on decisions from this day; a year back if absent."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON; asks nothing.")]


class NotConfirmed(HubError):
    """Nobody said that the change may be written."""

    code = "not-confirmed"
    next_step = "Look at whom it affects. Then give the command again with --yes; --preview only shows it."


@dataclass(frozen=True, slots=True)
class Way:
    """How a change is carried out: only shown, without asking, from when decisions count, printed for whom."""

    preview: bool
    yes: bool
    since: datetime | None
    as_json: bool


def carry_out(office: Office, proposal: Proposal[T], describe: Callable[[T], Described], way: Way) -> None:
    """Show the effect of a change, and write it if that is wanted.

    Raises NotConfirmed where nobody confirmed it, and whatever the change itself refuses; nothing is written then.
    """
    with office.sessions() as sessions:
        answer, foreseen = foresee(sessions, proposal, since=way.since.date() if way.since else None)
        said, text = describe(answer)
        if not way.as_json:
            typer.echo("\n".join([text, *_told(foreseen)]))
        wanted = foreseen.is_news and not way.preview
        confirmed = wanted and (way.yes or _is_confirmed(way))
        if confirmed:
            write(sessions, proposal, foreseen)
    data = {**said, "written": confirmed, "effect": foreseen.to_data()}
    show(data, _closing(foreseen, is_written=confirmed), as_json=way.as_json)
    if wanted and not confirmed:
        raise NotConfirmed("Nothing was written, because nobody confirmed it.")


def _is_confirmed(way: Way) -> bool:
    if way.as_json or not sys.stdin.isatty():
        return False
    said = typer.prompt("Schrijven? (ja/nee)", default="nee", show_default=False)
    return said.strip().lower() in _YES


def _told(foreseen: Foreseen) -> list[str]:
    if not foreseen.is_news:
        return []
    effects = [line for effect in foreseen.effects for line in lines_of_effect(effect)]
    nobody = ["Geen school, postcode of partij krijgt hierdoor een ander antwoord."]
    period = f"Besluiten van {foreseen.since} tot en met {foreseen.until}, alsof de zaken na de wijziging kwamen:"
    return [*(effects or nobody), period, *lines_of(foreseen.decisions)]


def _closing(foreseen: Foreseen, *, is_written: bool) -> str:
    if not foreseen.is_news:
        return "Zo staat het al in de Wegwijzer; er is niets geschreven."
    return "Geschreven." if is_written else "Er is niets geschreven."
