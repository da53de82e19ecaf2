"""The life of a case against an independent model of it: whatever people do in whatever order, the two agree.

Everybody tries everything, the router runs when it likes, days pass, and any step may crash before its commit or be
repeated after it. `CASE_LIVES` and `CASE_STEPS` make it as long as wanted; `make test` plays a few lives.
"""

import os
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.cases import actions, talking, teamwork
from hub.cases.acting import Acting
from hub.cases.actions import Contesting, HandingOn
from hub.codes import ContestCode, DeclineCode, OrganisationCode, Outcome, PauseCode
from hub.events.log import Event
from hub.events.readers import Reader, advance
from hub.events.tables import EventAudience
from tests.cases.card import FOR_THE_OWN, OVER, SCHOOL, Card, Did, Entry, Part
from tests.support.moves import OFFICE, OTHER_TEAM, SWV
from tests.support.small_hub import A_REFERRAL, AN_ABSENCE, NOW, TEAM, SmallHub, withdrawal

LIVES = int(os.environ.get("CASE_LIVES", "14"))
STEPS = int(os.environ.get("CASE_STEPS", "40"))
"""How many lives are played, half of each kind, and how many steps each has."""

FAR_TEAM = "GM0118-ST"
PEOPLE = (SCHOOL, TEAM, OTHER_TEAM, FAR_TEAM, SWV, OFFICE)
COLLEAGUES = ("person:one", "person:two")
ONE, OTHER = "019ab000-0000-7000-8000-00000000c011", "019ab000-0000-7000-8000-00000000c012"

Does = Callable[[SmallHub, Acting, UUID, dict[str, Any]], None]


def _code(said: dict[str, Any], name: str = "of") -> OrganisationCode | None:
    return OrganisationCode(said[name]) if said[name] else None


DOES: dict[str, Does] = {
    "accept": lambda _, acting, case, __: actions.accept(acting, case),
    "retract": lambda _, acting, case, __: actions.retract(acting, case),
    "decline": lambda _, acting, case, said: actions.decline(acting, case, DeclineCode(said["code"]), "Niet bij ons."),
    "redirect": lambda hub, acting, case, said: actions.redirect(
        acting, hub.snapshot, case, HandingOn(OrganisationCode(said["to"]), DeclineCode(said["code"]), "Daar.")
    ),
    "ask": lambda _, acting, case, said: talking.ask(acting, case, said["text"]),
    "reply": lambda _, acting, case, said: talking.reply(acting, case, _code(said), said["text"]),
    "message": lambda _, acting, case, said: talking.send_message(acting, case, _code(said), said["text"]),
    "note": lambda _, acting, case, said: talking.add_note(acting, case, said["text"]),
    "assign": lambda _, acting, case, said: teamwork.assign(acting, case, UUID(said["to"]) if said["to"] else None),
    "pause": lambda _, acting, case, said: teamwork.pause(
        acting, case, PauseCode(said["code"]), date.fromisoformat(said["until"])
    ),
    "resume": lambda _, acting, case, __: teamwork.resume(acting, case),
    "answer": lambda _, acting, case, said: actions.answer(acting, case, Outcome(said["outcome"]), said["text"]),
    "close": lambda _, acting, case, said: actions.close(
        acting, case, Outcome(said["outcome"]) if "outcome" in said else None
    ),
    "contest": lambda _, acting, case, said: actions.contest(
        acting, case, Contesting(ContestCode(said["code"]), "Er is niemand geweest.", _code(said))
    ),
    "reopen": lambda _, acting, case, __: actions.reopen(acting, case),
}

SAYS: dict[str, Callable[[Random, datetime], dict[str, str]]] = {
    "decline": lambda dice, _: {"code": dice.choice(["no_capacity", "not_our_task"])},
    "redirect": lambda dice, _: {"to": dice.choice(PEOPLE[1:]), "code": dice.choice(["other", "not_our_task"])},
    "ask": lambda dice, _: {"text": dice.choice(["Wie?", "Wat?"])},
    "reply": lambda dice, _: {"of": dice.choice(["", "", "", *PEOPLE]), "text": dice.choice(["Dit.", "Dat."])},
    "message": lambda dice, _: {"of": dice.choice(["", "", *PEOPLE]), "text": dice.choice(["Dag.", "Tot zo."])},
    "note": lambda dice, _: {"text": dice.choice(["Let op.", "Gebeld."])},
    "assign": lambda dice, _: {"to": dice.choice(["", ONE, OTHER])},
    "pause": lambda dice, now: {
        "code": dice.choice(["other", "absent"]),
        "until": (now.date() + timedelta(days=dice.choice([-1, 0, 1, 5, 91, 92]))).isoformat(),
    },
    "answer": lambda dice, _: {"outcome": dice.choice(["help_started", "other"]), "text": dice.choice(["Ja.", "Nee."])},
    "close": lambda dice, _: dice.choice([{}, {"outcome": "other"}]),
    "contest": lambda dice, _: {"of": dice.choice(["", "", *PEOPLE]), "code": dice.choice(["disagree", "other"])},
}
"""What is said with a move; asking the same again is a repeat."""


class Crash(BaseException):
    """The process dies: nothing of what it did not commit is left."""


class LifeOfACase(RuleBasedStateMachine):
    """Everybody tries everything; the router runs when it likes."""

    hub: SmallHub
    is_shared: bool
    case: UUID
    card: Card
    now: datetime
    dice: Random
    read_before: dict[str, tuple[int, int]]

    @initialize(seed=st.integers(0, 2**63))
    def opened(self, seed: int) -> None:
        """A team that holds a referral alone, or a partnership with the attendance office asked beside it."""
        self.now, self.dice = NOW, Random(seed)
        self.read_before = {}
        if self.is_shared:
            self.case = self.hub.routed("absence.reported", AN_ABSENCE)
            parts: dict[str, Part] = {SWV: Part("holder", "offered"), OFFICE: Part("asked", "offered")}
        else:
            self.case = self.hub.routed("referral.submitted", A_REFERRAL)
            parts = {TEAM: Part("holder", "offered")}
        opening = "absence.reported" if self.is_shared else "referral.submitted"
        log = [Entry(opening, SCHOOL), *(Entry("referral.offered", "HUB") for _ in parts)]
        self.card = Card({SCHOOL: Part("sender", "sender"), **parts}, NOW, log)
        self.card.rests_on_consent = not self.is_shared
        self.card.chosen_by_rules = dict.fromkeys(parts, True)

    @rule()
    def something_happens(self) -> None:
        """One of the things below: all from the one seed, so that every life is another one and can be lived again."""
        happens = (
            (20, self.somebody_goes_on),
            (6, self.somebody_tries_what_comes_to_mind),
            (4, self.somebody_reads),
            (3, self.the_holder_passes_it_on),
            (3, self.route),
            (2, self.time_passes),
            (2, self.somebody_takes_it_back_later),
            (2, self.somebody_who_waits_for_the_school_gets_it_all),
            (0.3, self.something_is_taken_back),
        )
        weights, ways = zip(*happens, strict=True)
        self.dice.choices(ways, weights)[0]()

    def somebody_tries_what_comes_to_mind(self) -> None:
        """Mostly the wrong thing, or the same thing again."""
        for _ in range(4):
            self._try(self.dice.choice(PEOPLE), self._thought_of(self._some_move()))

    def somebody_goes_on(self) -> None:
        """Somebody does what it may do: else lives would be short."""
        for _ in range(40):
            who, did = self.dice.choice(list(self.card.parts)), self._thought_of(self._some_move())
            label = self.dice.choice(COLLEAGUES)
            if self.card.refusal(who, did, label) is None and not self.card.is_repeat(who, did):
                return self._try(who, did)
        return None

    def the_holder_passes_it_on(self) -> None:
        """And the router finds the next one: else no case would be passed on often."""
        did = self._thought_of("redirect")
        if self.card.refusal(self.card.holder, did, "") is None:
            self._try(self.card.holder, did)
            self.route()

    def somebody_takes_it_back_later(self) -> None:
        """An acceptance, just within a day or just after it."""
        hands = [name for name, part in self.card.parts.items() if part.accepted is not None]
        if hands:
            self._wait(self.dice.choice([1, 24, 25]))
            self._try(self.dice.choice(hands), ("retract", {}))

    def somebody_who_waits_for_the_school_gets_it_all(self) -> None:
        """Whoever was asked beside the holder, and asked something itself, becomes the holder."""
        waiting = [name for name, part in self.card.parts.items() if part.asked and part.role == "asked"]
        if waiting:
            self._try(self.card.holder, ("redirect", {"to": waiting[0], "code": "other"}))
            self.route()

    def somebody_reads(self) -> None:
        """And may move the case later on the version that it saw then."""
        inside = [name for name, part in self.card.parts.items() if part.role in {"sender", "holder", "asked"}]
        who = self.dice.choice(inside)
        self.read_before[who] = len(self.card.log), self.hub.view(self.case, who).version

    def something_is_taken_back(self) -> None:
        """Consent, or the question; rarely, else lives would be short."""
        what = self.dice.choice(["consent.withdrawn", "signal.withdrawn"])
        self.hub.publish(withdrawal(what, self.case), now=self.now)
        self.card.take_back(what)

    def time_passes(self) -> None:
        """An acceptance becomes final, and a pause ends."""
        self._wait(self.dice.choice([1, 7, 25, 24 * 6]))

    def route(self) -> None:
        """The router reads everything that is new; perhaps it dies first, and another one does it."""
        router = self.hub.readers[0]
        if self.dice.random() < 0.3:
            self._die_while_routing(router)
        self.card.read()
        advance(self.hub.sessions, router, lambda: self.now)

    @invariant()
    def the_case_is_as_the_card_says(self) -> None:
        """State, parties, what is open, and everything that happened; one holder; no close without an answer."""
        if not hasattr(self, "card"):
            return
        row, card = self.hub.case(self.case), self.card
        assert (row.state, row.holder) == (card.state, card.holder)
        assert self.hub.parties(self.case) == {name: (part.role, part.state) for name, part in card.parts.items()}
        assert [(event.type, event.publisher) for event in self.hub.events(self.case)] == [
            (entry.type, entry.by) for entry in card.log
        ]
        assert card.is_answered or card.state != "closed"
        for party in self.hub.view(self.case, SCHOOL).parties:
            part = card.parts[party.organisation]
            assert (party.asked_at is not None) == (part.asked is not None)
            assert (party.pause_code, str(party.paused_until)) == (part.pause or (None, "None"))
            assert party.assignee == (UUID(part.assignee) if part.assignee else None)
            assert (party.accepted_at, party.accepted_by) == (part.accepted or (None, None))

    def teardown(self) -> None:
        """Nobody was told of what is internal to another, nor read what was written to another."""
        if not hasattr(self, "card"):
            return
        with self.hub.sessions() as session:
            for event in self.hub.events(self.case):
                if event.type in FOR_THE_OWN:
                    assert _told(session, event) == {event.publisher}
        for who, part in self.card.parts.items():
            for moment in self.hub.view(self.case, who).moments:
                event = moment.event
                assert event.type not in FOR_THE_OWN or event.publisher == who
                if "message" in moment.personal:
                    assert who in {event.publisher, event.data["to"]}
                if self.card.state in OVER - {"closed"} and part.role != "sender":
                    assert not moment.personal

    def _wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.card.now = self.now

    def _some_move(self) -> str:
        """Mostly one that changes how the case stands: words and assignments are always possible."""
        return self.dice.choices(list(DOES), [1 if move in {"message", "note", "assign"} else 6 for move in DOES])[0]

    def _thought_of(self, move: str) -> Did:
        return move, SAYS[move](self.dice, self.now) if move in SAYS else {}

    def _try(self, who: str, did: Did) -> None:
        label = self.dice.choice(COLLEAGUES)
        known, version = self.read_before.get(who, (None, None)) if self.dice.random() < 0.3 else (None, None)
        refusal = self.card.refusal(who, did, label, known)
        if refusal is not None:
            with pytest.raises(refusal):
                self._do(who, did, label, version)
            return
        if self.dice.random() < 0.3:
            with pytest.raises(Crash):
                self._do(who, did, label, version, dies=True)
        self._do(who, did, label, version)
        self.card.do(who, did, label)
        if self.dice.random() < 0.3 and self.card.refusal(who, did, label) is None and self.card.is_repeat(who, did):
            self._do(who, did, label, version)

    def _do(self, who: str, did: Did, label: str, version: int | None, *, dies: bool = False) -> None:
        move, said = did
        with self.hub.acting(who, self.now, label=label, seen=version) as acting:
            DOES[move](self.hub, acting, self.case, dict(said))
            if dies:
                raise Crash

    def _die_while_routing(self, router: Reader) -> None:
        def apply(session: Session, events: Sequence[Event], now: datetime) -> None:
            router.apply(session, events, now)
            raise Crash

        if self.card.news:
            with pytest.raises(Crash):
                advance(self.hub.sessions, Reader("router", apply), lambda: self.now)


def _told(session: Session, event: Event) -> set[str]:
    meant = EventAudience.__table__.c
    return set(session.scalars(select(meant.organisation).where(meant.position == event.position)))


@pytest.mark.parametrize("shared", [False, True], ids=["one team", "an office asked beside the holder"])
def test_every_life_of_a_case_goes_as_the_card_says(shared_hub: SmallHub, shared: bool) -> None:
    """Random lives in a real database, with real actions and the real router."""

    class Here(LifeOfACase):
        hub = shared_hub
        is_shared = shared

    patiently = settings(
        max_examples=LIVES // 2,
        stateful_step_count=STEPS,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to make a failing life shorter would take minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(Here, settings=patiently)
