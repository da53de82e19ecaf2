"""A report of decisions that were taken again, in lines that an administrator can read."""

from collections import Counter

from hub.routing.replay import Report, Shift, largest

SHOWN = 20
"""Lines of one kind on a screen; --json gives all."""

_REQUESTS = {
    "signal": "signaal",
    "referral": "aanvraag jeugdhulp",
    "support": "vraag aan loket",
    "admission": "aanvraag verklaring",
    "absence": "verzuim",
}
_WHAT = {
    "outcome": "uitkomst",
    "holder": "houder",
    "lead": "leidt",
    "asked": "meegevraagd",
    "named": "genoemd",
    "payer": "betaalt",
    "desk": "loket",
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
