"""A case as a person would keep it on a card: a model of its life that knows nothing of tables, events or rules.

It says what must happen to a referral in Assen and to an absence, of which the routing is known: whoever declines, the
school's partnership looks next; whoever chooses, is followed, until the case has been passed on three times. Written
apart from hub/cases/lifecycle.py on purpose: the two must agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from hub.cases.moving import ChangedMeanwhile
from hub.errors import Conflict, Gone, HubError, InvalidInput, NotAllowed, NotFound

Did = tuple[str, Mapping[str, str]]
"""A move and what is said with it."""

SCHOOL, LOOKS = "B00001", "PO2201"
MOST_HAND_OVERS = 3
OVER = {"closed", "blocked", "withdrawn"}
TAKEN_BACK = {"blocked", "withdrawn"}
ENDS = {"consent.withdrawn": "blocked", "signal.withdrawn": "withdrawn"}
FOR_THE_OWN = {"note.added", "case.assigned"}

MOVES = {
    "offered": {"accept", "decline", "redirect", "ask", "answer"},
    "accepted": {"retract", "redirect", "ask", "pause", "resume", "answer"},
    "undecided": {"redirect", "ask", "answer"},
    "joint_talk": {"redirect", "answer"},
    "answered": {"answer", "close", "contest"},
    "contested": {"reopen", "redirect", "answer"},
    "closed": {"reopen", "contest"},
}
LEADS_TO = {
    "accept": "accepted",
    "retract": "offered",
    "decline": "declined",
    "redirect": "redirected",
    "answer": "answered",
    "close": "closed",
    "reopen": "accepted",
    "contest": "contested",
}
SAID = {
    "accept": "referral.accepted",
    "retract": "acceptance.retracted",
    "decline": "referral.declined",
    "redirect": "referral.redirected",
    "ask": "question.asked",
    "reply": "question.answered",
    "message": "message.sent",
    "note": "note.added",
    "assign": "case.assigned",
    "pause": "case.paused",
    "resume": "case.resumed",
    "answer": "outcome.reported",
    "close": "case.closed",
    "reopen": "case.reopened",
    "contest": "case.contested",
}
OF_THE_SCHOOL = {"reply", "contest"}
OF_ANYBODY = {"message", "note"}


@dataclass
class Part:
    """What is written on the card of one party."""

    role: str
    state: str
    asked: str | None = None
    pause: tuple[str, str] | None = None
    accepted: tuple[datetime, str] | None = None  # when, and by whom
    assignee: str | None = None

    def rest(self) -> None:
        """Strike out what ends with its state."""
        if self.state not in {"offered", "accepted", "undecided"}:
            self.asked = None
        if self.state != "accepted":
            self.pause = self.accepted = None


@dataclass
class Entry:
    """A line of what happened: what, by whom, and what was said."""

    type: str
    by: str
    said: Mapping[str, str] = field(default_factory=dict)


class News(NamedTuple):
    """What the router has not read yet: a move, or a word of the school; and to whom the case was sent."""

    type: str
    by: str
    to: str = ""
    is_by_holder: bool = False
    is_doubt: bool = False


@dataclass
class Card:
    """The case."""

    parts: dict[str, Part]
    now: datetime
    log: list[Entry]
    state: str = "offered"
    passed_on: int = 0
    is_answered: bool = False  # since it was last contested or opened again
    rests_on_consent: bool = True
    chosen_by_rules: dict[str, bool] = field(default_factory=dict)
    news: list[News] = field(default_factory=list)

    @property
    def holder(self) -> str:
        """Who holds the case; there is always exactly one."""
        [name] = [name for name, part in self.parts.items() if part.role == "holder"]
        return name

    def refusal(self, who: str, did: Did, label: str, seen: int | None = None) -> type[HubError] | None:
        """How the hub must refuse a move; None when it must make it, or when it is a repeat.

        `seen` is how much of the log its maker knew of.
        """
        if who not in self.parts:
            return NotFound
        if did[0] in OF_ANYBODY:
            return self._refusal_of_words(who, did, seen)
        misfit = self._misfit(who, did)
        if misfit is not None:
            return misfit
        accepted = self.parts[who].accepted
        if did[0] == "accept" and accepted is not None and accepted[1] != label:
            return Conflict
        return None if self.is_repeat(who, did) else self._untimely(who, did, seen)

    def _misfit(self, who: str, did: Did) -> type[HubError] | None:
        """The refusal of who may not make this move, whenever that is."""
        if did[0] not in OF_THE_SCHOOL:
            return NotAllowed if self.parts[who].role in {"sender", "named"} else None
        if who != SCHOOL:
            return NotAllowed
        to = self.parts.get(did[1]["of"] or self.holder)
        return None if to is not None and to.role in {"holder", "asked"} else Conflict

    def _untimely(self, who: str, did: Did, seen: int | None) -> type[HubError] | None:
        """The refusal of a move that is not for now."""
        move, said = did
        part = self._part_of(who, did)
        if (move == "redirect" and said["to"] == who) or (move == "pause" and not self._is_day_ahead(said["until"])):
            return InvalidInput
        if self.state in TAKEN_BACK:
            return Gone
        if part.role == "former" or (part.role == "asked" and move in {"redirect", "close"}):
            return Conflict
        if self._changed_since(who, seen):
            return ChangedMeanwhile
        return None if move == "assign" or self._is_open(part, move) else Conflict

    def _part_of(self, who: str, did: Did) -> Part:
        """The part that a move is about: for the school that of a receiver."""
        return self.parts[(did[1]["of"] or self.holder) if did[0] in OF_THE_SCHOOL else who]

    def is_repeat(self, who: str, did: Did) -> bool:  # noqa: PLR0911  # each move has its own way to be the same again
        """Whether somebody asks for what stands on the card already."""
        move, said = did
        part = self._part_of(who, did)
        match move:
            case "accept":
                return part.state == "accepted"
            case "ask":
                return part.asked == said["text"]
            case "reply":
                last = self._last(who, "question.answered")
                to = said.get("of") or self.holder
                return part.asked is None and last is not None and (last["of"], last["text"]) == (to, said["text"])
            case "message" | "note":
                own = [entry for entry in self.log if entry.by == who][-1:]
                return [(entry.type, entry.said) for entry in own] == [(SAID[move], self._meant(who, said))]
            case "assign":
                live = self.state not in TAKEN_BACK and part.role != "former"
                return live and part.assignee == (said["to"] or None)
            case "pause":
                return part.pause == (said["code"], said["until"])
            case "resume":
                return part.pause is None and self._last(who, "case.resumed") is not None
            case "close":
                last = self._last(who, "case.closed")
                outcomes = {None, last["outcome"]} if last else set()
                return part.state == "closed" and said.get("outcome") in outcomes
            case "contest":
                last = self._last(who, "case.contested")
                to = said.get("of") or self.holder
                return (
                    part.state == "contested" and last is not None and (last["of"], last["code"]) == (to, said["code"])
                )
        return part.state == LEADS_TO[move] and self._last(who, SAID[move]) == said

    def do(self, who: str, did: Did, label: str) -> bool:
        """Note a move that the hub made; whether it was news."""
        move, said = did
        if self.is_repeat(who, did):
            return False
        to = said.get("of") or self.holder
        part = self._part_of(who, did)
        before = part.state
        if move in LEADS_TO:
            self._lead(part, move, label)
        match move:
            case "ask":
                part.asked = said["text"]
            case "reply":
                part.asked = None
            case "assign":
                part.assignee = said["to"] or None
            case "pause":
                part.pause = said["code"], said["until"]
            case "resume":
                part.pause = None
            case "decline" | "redirect":
                self._pass_on(who, did, before)
        self._write(who, did, to)
        return True

    def read(self) -> None:
        """The router reads its news, in order, and takes what is alike together."""
        for what, run in groupby(self.news, key=lambda news: news.type):
            together = list(run)
            if what in ENDS:
                for _ in together:
                    self._end(what)
                continue
            doubts = [news for news in together if news.is_doubt and self.chosen_by_rules.get(news.by)]
            self.log += [Entry("directory.doubted", "HUB") for _ in doubts]
            for news in together:
                if news.is_by_holder and self.state == "routing":
                    self._hand_over(news.to)
        self.news.clear()

    def take_back(self, what: str) -> None:
        """The school takes back consent, or its question."""
        self.log.append(Entry(what, SCHOOL))
        self.news.append(News(what, SCHOOL))

    def is_paused(self, part: Part) -> bool:
        """Whether a party lets the case rest today."""
        return part.pause is not None and self.now.date() <= date.fromisoformat(part.pause[1])

    def _is_open(self, part: Part, move: str) -> bool:
        match move:
            case "reply":
                return part.asked is not None
            case "ask" if part.asked is not None:
                return False
            case "resume" if not self.is_paused(part):
                return False
            case "retract" if part.accepted is None or self.now - part.accepted[0] > timedelta(days=1):
                return False
        return move in MOVES.get(part.state, set())

    def _refusal_of_words(self, who: str, did: Did, seen: int | None) -> type[HubError] | None:
        role = self.parts[who].role
        if role in {"named", "former"}:
            return NotAllowed if role == "named" else Conflict
        if self.state in TAKEN_BACK:
            return Gone
        if did[0] == "message" and not self._has_reader(who, self._meant(who, did[1])["of"]):
            return InvalidInput
        if self.is_repeat(who, did):
            return None
        return ChangedMeanwhile if self._changed_since(who, seen) else None

    def _meant(self, who: str, said: Mapping[str, str]) -> Mapping[str, str]:
        """The same words, with their reader: a note has none."""
        if "of" not in said:
            return said
        return {**said, "of": said["of"] or (self.holder if who == SCHOOL else SCHOOL)}

    def _has_reader(self, who: str, to: str) -> bool:
        if who != SCHOOL:
            return to == SCHOOL
        return to in self.parts and self.parts[to].role in {"holder", "asked"}

    def _is_day_ahead(self, until: str) -> bool:
        ahead = date.fromisoformat(until) - self.now.date()
        return timedelta(0) < ahead <= timedelta(days=91)

    def _changed_since(self, who: str, seen: int | None) -> bool:
        later = self.log[seen:] if seen is not None else []
        return any(
            entry.by == who or (entry.type not in FOR_THE_OWN and entry.type != "directory.doubted") for entry in later
        )

    def _last(self, who: str, type_: str) -> Mapping[str, str] | None:
        said = [entry.said for entry in self.log if (entry.by, entry.type) == (who, type_)]
        return said[-1] if said else None

    def _lead(self, part: Part, move: str, label: str) -> None:
        part.state = LEADS_TO[move]
        part.rest()
        if move == "accept":
            part.accepted = self.now, label
        if part.role == "holder":
            self.state = "routing" if move in {"decline", "redirect"} else part.state
            self.is_answered = self.is_answered if move == "close" else move == "answer"

    def _pass_on(self, who: str, did: Did, before: str) -> None:
        """Who finds out for all who takes it does not pass it on; after a talk the counting begins anew."""
        move, said = did
        by_persons = before in {"undecided", "joint_talk"}
        is_by_holder = self.parts[who].role == "holder"
        is_doubt = said["code"] == "not_our_task" and not by_persons
        self.news.append(News(SAID[move], who, said.get("to", ""), is_by_holder, is_doubt))
        if is_by_holder:
            self.passed_on = 0 if before == "joint_talk" else self.passed_on + (not by_persons)

    def _hand_over(self, to: str) -> None:
        """A case that lies between two holders gets its next one."""
        old = self.parts[self.holder]
        self.parts[self.holder] = Part("former", old.state)
        is_stopped = self.passed_on >= MOST_HAND_OVERS
        chosen = LOOKS if is_stopped or not to else to
        self.state = "joint_talk" if is_stopped else "offered" if to else "undecided"
        self.parts[chosen] = Part("holder", self.state)
        if self.state == "offered":
            self.chosen_by_rules[chosen] = False
        self.log.append(Entry("referral.offered" if self.state == "offered" else "case.undecided", "HUB"))
        if is_stopped:
            self.log.append(Entry("joint_talk.called", "HUB"))

    def _end(self, what: str) -> None:
        """Consent or the question is taken back; absence does not rest on consent."""
        if self.state in OVER:
            return
        if what == "consent.withdrawn" and not self.rests_on_consent:
            self.log.append(Entry("consent.changed", "HUB"))
            return
        self.state = ENDS[what]
        for name, part in self.parts.items():
            if part.role in {"holder", "asked"}:
                self.parts[name] = Part(part.role, self.state)
        self.log.append(Entry(f"case.{self.state}", "HUB"))

    def _write(self, who: str, did: Did, to: str) -> None:
        move, said = did
        noted = {**self._meant(who, said)} if move in OF_ANYBODY else {**said}
        if move in OF_THE_SCHOOL:
            noted["of"] = to
        if move == "close":
            answer = self._last(who, "outcome.reported")
            assert answer is not None, "nobody closes without an answer"
            noted["outcome"] = said.get("outcome") or answer["outcome"]
        self.log.append(Entry(SAID[move], who, noted))
