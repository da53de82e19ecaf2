"""The life of a case against a small model of it: whatever people do in whatever order, the two agree.

The model knows nothing of tables, events or rules. It says what must happen to a referral in Assen and to an absence,
of which the routing is known: whoever declines, the school's partnership looks next; whoever chooses, is followed,
until the case has been passed on three times.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from hub.codes import DeclineCode
from hub.errors import Conflict, Gone, HubError, InvalidInput, NotAllowed, NotFound
from tests.support import moves
from tests.support.moves import OFFICE, OTHER_TEAM, SWV
from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, BOARD, NOW, TEAM, SmallHub, withdrawal

LOOKS = SWV  # who does triage for every school in these cases
FAR_TEAM = "GM0118-ST"
PEOPLE = (BOARD, TEAM, OTHER_TEAM, FAR_TEAM, SWV, OFFICE)
MOST_HAND_OVERS = 3
MOVES: dict[str, Callable[..., None]] = {
    "accept": moves.accepts,
    "decline": lambda hub, case, who, code: moves.declines(hub, case, who, code=code),
    "redirect": lambda hub, case, who, to: moves.redirects(hub, case, who, to=to),
    "answer": lambda hub, case, who, text: moves.answers(hub, case, who, text=text),
    "close": moves.closes,
}
DETAILS: dict[str, Sequence[str]] = {
    "decline": (DeclineCode.NO_CAPACITY, DeclineCode.OTHER),
    "redirect": (TEAM, OTHER_TEAM, FAR_TEAM, SWV, OFFICE),
    "answer": ("Er is hulp.", "Wij bellen."),
}
"""What is said with a move; asking the same again is a repeat."""

DICE = st.randoms(use_true_random=True)
ENDS = {"consent.withdrawn": "blocked", "signal.withdrawn": "withdrawn"}


@dataclass
class Part:
    """What the model knows of one party."""

    role: str
    state: str
    last: tuple[object, ...] = ()  # its last move, which it may repeat


@dataclass
class Model:
    """A case as a person would keep it on a card."""

    parts: dict[str, Part]
    state: str = "offered"
    passed_on: int = 0
    hand_overs: int = 0
    answers: int = 0
    rests_on_consent: bool = True
    news: list[tuple[str, str]] = field(default_factory=list)  # what the router has not read yet

    @property
    def holder(self) -> str:
        """Who holds the case; there is always exactly one."""
        [name] = [name for name, part in self.parts.items() if part.role == "holder"]
        return name

    def refusal(self, who: str, move: str, *detail: object) -> type[HubError] | None:
        """How the hub must refuse a move; None when it must do it, or when it is a repeat."""
        part = self.parts.get(who)
        if part is None:
            return NotFound
        if part.role in {"sender", "named"}:
            return NotAllowed
        if self.is_repeat(part, move, *detail):
            return None
        if move == "redirect" and detail[0] == who:
            return InvalidInput
        if self.state in {"blocked", "withdrawn"}:
            return Gone
        return None if move in self.possible(part) else Conflict

    @staticmethod
    def is_repeat(part: Part, move: str, *detail: object) -> bool:
        """Whether the party asks for what it did last."""
        done = {"accept": "accepted", "decline": "declined", "redirect": "redirected", "answer": "answered"}
        return part.state == {**done, "close": "closed"}[move] and part.last == (move, *detail)

    @staticmethod
    def possible(part: Part) -> set[str]:
        """What a party may do."""
        by_state = {
            "offered": {"accept", "decline", "redirect", "answer"},
            "accepted": {"redirect", "answer"},
            "undecided": {"redirect", "answer"},
            "answered": {"answer", "close"},
        }
        allowed = by_state.get(part.state, set()) if part.role in {"holder", "asked"} else set()
        return allowed - {"redirect", "close"} if part.role == "asked" else allowed

    def do(self, who: str, move: str, *detail: object) -> bool:
        """Note a move that the hub did; whether it was news."""
        part = self.parts[who]
        if self.is_repeat(part, move, *detail):
            return False
        is_triage = part.state == "undecided"
        part.last = (move, *detail)
        part.state = {
            "accept": "accepted",
            "decline": "declined",
            "redirect": "redirected",
            "answer": "answered",
            "close": "closed",
        }[move]
        self.answers += move == "answer"
        if part.role == "holder":
            self.state = "routing" if move in {"decline", "redirect"} else part.state
            if self.state == "routing":
                self.news.append((move, str(detail[0]) if move == "redirect" else ""))
                self.passed_on += not is_triage
        return True

    def read(self) -> None:
        """The router reads its news, in order."""
        for what, to in self.news:
            if what in ENDS:
                self.end(what)
            elif self.state == "routing":
                self.hand_over(to)
        self.news.clear()

    def hand_over(self, to: str) -> None:
        """A case that lies between two holders gets its next one."""
        self.parts[self.holder].role = "former"
        chosen = to if to and self.passed_on < MOST_HAND_OVERS else LOOKS
        self.state = "offered" if to and self.passed_on < MOST_HAND_OVERS else "undecided"
        self.parts[chosen] = Part("holder", self.state)
        self.hand_overs += 1

    def end(self, what: str) -> None:
        """Consent or the question is taken back; absence does not rest on consent."""
        if what == "consent.withdrawn" and not self.rests_on_consent:
            return
        if self.state in {"closed", "blocked", "withdrawn"}:
            return
        self.state = ENDS[what]
        for part in self.parts.values():
            if part.role in {"holder", "asked"}:
                part.state = self.state


class LifeOfACase(RuleBasedStateMachine):
    """Everybody tries everything; the router runs when it likes."""

    hub: SmallHub
    is_shared: bool
    case: UUID
    model: Model
    events: int

    @initialize()
    def opened(self) -> None:
        """A team that holds a referral alone, or a partnership with the attendance office asked beside it."""
        if self.is_shared:
            self.case = self.hub.routed("absence.reported", AN_ABSENCE)
            parts: dict[str, Part] = {SWV: Part("holder", "offered"), OFFICE: Part("asked", "offered")}
        else:
            self.case = self.hub.routed("referral.submitted", A_REFERRAL)
            parts = {TEAM: Part("holder", "offered")}
        self.model = Model({BOARD: Part("sender", "sender"), **parts}, rests_on_consent=not self.is_shared)
        self.events = len(self.hub.events(self.case))

    @rule(dice=DICE)
    def everybody_tries_what_is_not_possible(self, dice: Random) -> None:
        """All of them are refused, each in the right way."""
        for who, move in product([*self.model.parts, dice.choice(PEOPLE)], MOVES):
            detail = self._detail(move, dice)
            if self.model.refusal(who, move, *detail):
                self._try(who, move, detail)

    @rule(dice=DICE)
    def a_party_tries(self, dice: Random) -> None:
        """Somebody who is in the case tries anything: mostly the wrong thing, or the same thing again."""
        move = dice.choice(list(MOVES))
        self._try(dice.choice(list(self.model.parts)), move, self._detail(move, dice))

    @rule(dice=DICE)
    def a_party_goes_on(self, dice: Random) -> None:
        """Somebody does what it may do: else lives would be short."""
        can = [(who, move) for who, part in self.model.parts.items() for move in sorted(Model.possible(part))]
        if can:
            who, move = dice.choice(can)
            self._try(who, move, self._detail(move, dice))

    @rule(dice=DICE)
    def the_holder_passes_it_on(self, dice: Random) -> None:
        """And the router finds the next one: else no case would be passed on often."""
        if "redirect" in Model.possible(self.model.parts[self.model.holder]):
            self._try(self.model.holder, "redirect", self._detail("redirect", dice))
            self.route()

    @rule(dice=DICE)
    def take_back(self, dice: Random) -> None:
        """Consent, or the question, is taken back; rarely, else lives would be short."""
        if dice.random() < 0.1:
            what = dice.choice(list(ENDS))
            self.hub.publish(withdrawal(what, self.case))
            self.model.news.append((what, ""))
            self.events += 1

    @rule()
    def route(self) -> None:
        """The router reads everything that is new."""
        was_over = self.model.state in {"closed", "blocked", "withdrawn"}
        hand_overs = self.model.hand_overs
        self.model.read()
        self.hub.read(NOW, "router")
        ended = not was_over and self.model.state in {"blocked", "withdrawn"}
        self.events += self.model.hand_overs - hand_overs + ended

    @invariant()
    def the_case_is_as_the_model_says(self) -> None:
        """State, parties and the number of events agree; one party holds it; no close without an answer."""
        if not hasattr(self, "model"):
            return
        case, model = self.hub.case(self.case), self.model
        assert (case.state, case.holder) == (model.state, model.holder)
        assert self.hub.parties(self.case) == {name: (part.role, part.state) for name, part in model.parts.items()}
        assert (case.answered_on is not None) == (model.answers > 0)
        happened = self.hub.types(self.case)
        assert len(happened) == self.events
        if "case.closed" in happened:
            assert "outcome.reported" in happened[: happened.index("case.closed")]

    @staticmethod
    def _detail(move: str, dice: Random) -> tuple[str, ...]:
        return (dice.choice(DETAILS[move]),) if move in DETAILS else ()

    def _try(self, who: str, move: str, detail: tuple[str, ...]) -> None:
        refusal = self.model.refusal(who, move, *detail)
        if refusal is None:
            MOVES[move](self.hub, self.case, who, *detail)
            self.events += self.model.do(who, move, *detail)
        else:
            with pytest.raises(refusal):
                MOVES[move](self.hub, self.case, who, *detail)


@pytest.mark.parametrize("shared", [False, True], ids=["one team", "an office asked beside the holder"])
def test_every_life_of_a_case_goes_as_the_model_says(shared_hub: SmallHub, shared: bool) -> None:
    """Random lives in a real database, with real actions and the real router."""

    class Here(LifeOfACase):
        hub = shared_hub
        is_shared = shared

    patiently = settings(
        max_examples=8,
        stateful_step_count=30,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to make a failing life shorter would take minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(Here, settings=patiently)
