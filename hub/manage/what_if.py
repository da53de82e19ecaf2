"""What a change or a draft would do, in lines that an administrator can read: answers and decisions that change."""

from collections import Counter
from collections.abc import Mapping

from hub.directory.effect import Balance, Difference, Effect
from hub.routing.replay import Report, Shift, largest

SHOWN = 20
"""Lines of one kind on a screen; --json gives all."""

_REQUESTS = {
    "signal": "signaal",
    "referral": "aanvraag jeugdhulp",
    "support": "vraag aan loket",
    "admission": "aanvraag verklaring",
    "placement": "plek zoeken",
    "transition": "overstap",
    "absence": "verzuim",
}
_WHAT = {
    "outcome": "uitkomst",
    "holder": "houder",
    "lead": "leidt",
    "asked": "meegevraagd",
    "named": "genoemd",
    "payer": "betaalt",
    "until": "geldt tot",
    "desk": "loket",
}
_ASKED = {
    **_REQUESTS,
    **_WHAT,
    "municipality": "gemeente",
    "social_team": "sociaal team",
    "attendance_office": "leerplicht",
    "transition_point": "doorstroompunt",
    "name": "naam",
    "board": "bestuur",
    "kinds": "onderwijs",
    "phone": "telefoon",
    "parent": "hoort bij",
    "kind": "soort",
    "parties": "partijen",
    "scope": "waarover",
}


def lines_of(report: Report) -> list[str]:
    """How many decisions change, in what, from whom to whom, and which schools wrote."""
    return [
        f"{report.judged} besluiten opnieuw genomen; {report.changed} worden anders.",
        f"Na doorgeven of uitzoeken genomen: {report.later_judged}; daarvan worden {report.later_changed} anders.",
        *shortened([_line(shift, number) for shift, number in largest(report.shifts)]),
        *_counted("meer voor", report.gained),
        *_counted("minder voor", report.lost),
        *_counted("van school", report.schools),
    ]


def shortened(lines: list[str]) -> list[str]:
    """As many lines as fit a screen, and how many more there are."""
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"          en nog {more}; --json geeft ze alle"]


def _line(shift: Shift, number: int) -> str:
    return f"{number:>8}  {_REQUESTS[shift.request]:<20} {_WHAT[shift.what]:<12} {shift.before} -> {shift.after}"


def _counted(word: str, numbers: Counter[str]) -> list[str]:
    return shortened([f"{number:>8}  {word} {code}" for code, number in largest(numbers)])


def lines_of_effect(effect: Effect) -> list[str]:
    """Whom a change of the directory affects on a day: sites, postcodes, parties, agreements, and who gets how much."""
    groups = (
        ("vestiging", effect.sites),
        ("postcode", effect.postcodes),
        ("partij", effect.parties),
        ("afspraak", effect.agreements),
    )
    counts = ", ".join(f"{len({one.subject for one in found})} {word}" for word, found in groups)
    lines = [f"Op {effect.on} verandert het antwoord voor: {counts}."]
    for word, found in groups:
        lines += shortened([f"  {word:<10} {_difference(one, effect.names)}" for one in found])
    return [*lines, *shortened([f"  {_balance(one, effect.names)}" for one in effect.balances])]


def _difference(one: Difference, names: Mapping[str, str]) -> str:
    what, _, part = one.what.replace(".", ":").partition(":")
    words = _ASKED.get(what, what) + (f" ({_ASKED.get(part, part)})" if part else "")
    subject = f"{one.subject} {names[one.subject]}" if one.subject in names else one.subject
    return f"{subject}: {words} {one.before} -> {one.after}"


def _balance(one: Balance, names: Mapping[str, str]) -> str:
    gained = f"krijgt {one.postcodes_gained} postcodes en {one.sites_gained} vestigingen"
    lost = f"verliest {one.postcodes_lost} postcodes en {one.sites_lost} vestigingen"
    return f"{one.code} {names.get(one.code, '')}: {gained}, {lost}"
