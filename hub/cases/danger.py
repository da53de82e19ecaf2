"""Acute danger at the door: such an event is never stored, its sender is told to call (domain rules E2, E3)."""

from collections.abc import Sequence

from hub.errors import AcuteDanger
from hub.events.payloads import AboutAPupil, Payload

_YES = frozenset({"true", "yes", "ja", "waar", "1"})


def refuse_acute_danger(bodies: Sequence[object], payloads: Sequence[Payload]) -> None:
    """Raises AcuteDanger when an event tells of it, in `bodies` as they came or in the `payloads` read from them.

    Even an event with mistakes in it gets the telephone numbers: those are what counts now.
    """
    understood = any(isinstance(payload, AboutAPupil) and payload.acute_danger for payload in payloads)
    if understood or any(_tells_of_danger(body) for body in bodies):
        raise AcuteDanger(
            "The hub does not handle acute danger and has stored nothing.",
            next_step="Call 112 when a life is in danger. Otherwise call Veilig Thuis: 0800-2000, day and night, free.",
        )


def _tells_of_danger(body: object) -> bool:
    """Also when the field or its "yes" is written in another way than the hub asks for."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        return False
    written = (value for name, value in data.items() if name.lower().replace("_", "") == "acutedanger")
    return any(str(value).strip().lower() in _YES for value in written)
