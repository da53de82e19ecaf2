"""The life of a case as a document: `python -m hub.cases.document > docs/lifecycle.md`.

Drawn from the table that the moves themselves go by, so it cannot promise a move that the hub refuses.
"""

import sys
from collections.abc import Iterator

from hub.cases.lifecycle import (
    AFTER,
    BOTH_STATUSES,
    BY_HUB,
    MOVES_OF_SCHOOL,
    ONLY_OF_HOLDER,
    TAKEN_BACK,
    Move,
    State,
)
from hub.cases.teamwork import LONGEST_PAUSE
from hub.codes import ContestCode, DeclineCode, Outcome, PauseCode
from hub.routing.answer_terms import ANSWER_AGAIN_WORKING_DAYS

_INTRODUCTION = """# The life of a case

Drawn from the code (`python -m hub.cases.document`). A name on an arrow is the address of the move under
`/v1/cases/{id}`; the hub itself makes those in brackets.
"""

_TAKEN_BACK = """\
From every state before `closed` a case comes to `blocked` when the consent that it rests on is taken back, and to
`withdrawn` when the school takes its question back.
"""

_STATUSES = """\
`technicalStatus` tells what the hub does with a case, `status` for what or whom it waits. Before the first decision
they are `received` and `searching`; after its data was destroyed, `technicalStatus` is `erased`. While a question to
the school is open `status` is `waits_for_school`, and while the holder lets the case rest it is `paused`.
"""

_BESIDE = """\
Beside these, whoever is inside a case can at any time send a `message` (to the school, or as the school to a
receiver), and add a `note` that only the own organisation ever sees. A team can say in `assignment` who goes on with
it, which nobody else sees either. A question, its reply and a message are read by the one party they are meant for.
"""

_CONDITIONS = {
    Move.RETRACT: "within a day of the acceptance",
    Move.ASK: "while no other question of this receiver is open",
    Move.REPLY: "while a question of the receiver is open",
    Move.PAUSE: f"to a day at most {LONGEST_PAUSE.days} days ahead",
    Move.RESUME: "while the case rests",
    Move.REOPEN: "whoever closed it too early, or whose answer was contested",
    Move.CONTEST: f"gives the receiver a new term of {ANSWER_AGAIN_WORKING_DAYS} working days",
}

_GUARANTEES = """## What always holds

Each of these is an invariant or a rule of `tests/cases/test_state_machine.py`, which plays random lives of cases on a
real database against an independent model, with a crash or a repeat of any step.

1. A case has exactly one holder; a change of holder is one event.
2. It never closes without an answer that the school can read, nor after a contest without another answer.
3. The third time that it is passed on, the hub stops: a joint talk, led by the school's partnership. What the talk
   agrees on is followed, and the counting begins anew.
4. "Not our area" and "not our task" of a receiver that the rules chose is told to the operator, with the case as
   evidence (`hub directory proposals`).
5. Teams answer, not persons: everybody in the team can act, whoever it is assigned to.
6. The same move again changes nothing. Two that exclude each other have one winner, and the other hears who that was.
7. With `If-Match`, a move on a case that changed meanwhile is `412`: nothing of it is stored, and the answer lists what
   changed, when and by whom.
8. Nothing is shared after consent or the question was taken back.

A move is made under a lock on the case and in one transaction with its event: after a crash it was made, or it was not.

`CASE_LIVES=2000 CASE_STEPS=100 .venv/bin/pytest tests/cases/test_state_machine.py` plays the full number of lives;
`make test` plays fewer.
"""


def document() -> str:
    """The whole document, Markdown, ending in one newline."""
    parts = [_INTRODUCTION, *_diagram(), *_statuses(), *_moves(), _BESIDE, *_codes(), _GUARANTEES]
    return "\n".join(parts).rstrip() + "\n"


def _diagram() -> Iterator[str]:
    yield "```mermaid\nstateDiagram-v2"
    yield f"    [*] --> {State.ROUTING}"
    for state, before in BY_HUB.items():
        yield f"    {before} --> {state}: ({'offer' if state is State.OFFERED else 'rules'})"
    for before in State:
        for after in State:
            names = [move.value for (from_, move), to in AFTER.items() if (from_, to) == (before, after)]
            if names:
                yield f"    {before} --> {after}: {', '.join(names)}"
    yield from (f"    {state} --> [*]" for state in (State.CLOSED, *sorted(TAKEN_BACK)))
    yield "```\n"
    yield _TAKEN_BACK


def _statuses() -> Iterator[str]:
    yield "## Two kinds of status\n"
    yield _STATUSES
    yield "| state | technicalStatus | status |"
    yield "| --- | --- | --- |"
    for state, (technical, status) in BOTH_STATUSES.items():
        yield f"| `{state}` | `{technical}` | `{status}` |"
    yield ""


def _moves() -> Iterator[str]:
    yield "## Moves\n"
    yield "| move | by | in | only |"
    yield "| --- | --- | --- | --- |"
    for move in Move:
        states = ", ".join(f"`{state}`" for state, possible in AFTER if possible is move)
        yield f"| `{move}` | {_by(move)} | {states} | {_CONDITIONS.get(move, '')} |"
    yield ""


def _by(move: Move) -> str:
    if move in MOVES_OF_SCHOOL:
        return "school"
    return "holder" if move in ONLY_OF_HOLDER else "holder, asked"


def _codes() -> Iterator[str]:
    yield "## Codes\n"
    for name, codes in (
        ("declination, redirection", DeclineCode),
        ("answer, closure", Outcome),
        ("pause", PauseCode),
        ("contestation", ContestCode),
    ):
        yield f"- {name}: {', '.join(f'`{code.value}`' for code in codes)}"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(document())
