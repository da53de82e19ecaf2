"""A hub with one situation in it, in which every part that an organisation can have in a case is taken.

For each part there is a case that is over, so that no move can change it, and one that runs, so that lists hold it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right, fits, rights_of, rights_of_machines
from hub.access.roles import Role
from hub.access.tokens import make_token
from hub.cases.parts import MAY, May, Part
from hub.clock import dutch_date
from hub.codes import OrganisationCode, OrganisationKind
from hub.delivery.actions import Wish, subscribe
from hub.events.envelope import full_type
from hub.events.readers import advance
from hub.privacy.vault import Vault
from hub.replies.actions import Wording, add
from hub.runtime import Runtime, make_runtime
from tests.journeys.words import absence
from tests.support.callers import SOURCE, Json, Organisation, an_event
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in

SCHOOL, HOME = "99CA00", "7902"
"""In Beilen, and in Hoogeveen."""

UNKNOWN_SCHOOL = "88ZZ00"
SENDER, NAMED = OrganisationCode("B00001"), OrganisationCode("PO2203")
OFFICE, TEAM, DESK = OrganisationCode("GM0118-LP"), OrganisationCode("GM0118-ST"), OrganisationCode("PO2201")
OUTSIDER = OrganisationCode("GM1680-ST")
AN_ANSWER: Json = {"outcome": "advice_given", "text": "Wij denken mee."}


class Relation(StrEnum):
    """How the caller's organisation stands to what an address names."""

    SENDER = "sender"
    HOLDER = "holder"
    ASKED = "asked"
    NAMED = "named"
    FORMER = "former"
    FOREIGN = "foreign"  # it exists, and belongs to others
    MISSING = "missing"  # it never was

    @property
    def may(self) -> May:
        """What the hub's table says of it."""
        return MAY[Part.NONE if self in ELSEWHERE else Part(self.value)]


ELSEWHERE = frozenset({Relation.FOREIGN, Relation.MISSING})

ACTING: dict[Relation, OrganisationCode] = {
    Relation.SENDER: SENDER,
    Relation.HOLDER: TEAM,
    Relation.ASKED: OFFICE,
    Relation.NAMED: NAMED,
    Relation.FORMER: OFFICE,
    Relation.FOREIGN: OUTSIDER,
    Relation.MISSING: OUTSIDER,
}


class Row(NamedTuple):
    """Somebody with exactly these rights: a person in one role, or a system with all that its kind may have.

    Rights and parts are two questions, so each is asked with each, also where no such person could be there.
    """

    name: str
    rights: frozenset[Right]


def _in_a_fitting_kind(role: Role) -> frozenset[Right]:
    return rights_of([role], next(kind for kind in OrganisationKind if fits(role, kind)))


ROWS = (
    *(Row(role.value, _in_a_fitting_kind(role)) for role in Role),
    *(
        Row(f"system of a {kind.value}", rights_of_machines(kind))
        for kind in (OrganisationKind.SCHOOL_BOARD, OrganisationKind.SOCIAL_TEAM, OrganisationKind.MUNICIPALITY)
    ),
    Row("every right", frozenset(Right)),
    Row("no right", frozenset()),
)


class Member(Organisation):
    """Somebody of an organisation, with these rights."""

    def __init__(self, client: httpx.Client, code: str, token: str, rights: frozenset[Right]) -> None:
        super().__init__(client, code, token)
        self.rights = rights


@dataclass
class Situation:
    """The hub with its cases, and every row of the matrix with a token for each organisation."""

    hub: RunningHub
    runtime: Runtime
    over: dict[Relation, str] = field(default_factory=dict)
    running: dict[Relation, str] = field(default_factory=dict)
    event: Json = field(default_factory=lambda: an_event("absence.reported", absence(SCHOOL, HOME)))
    webhooks: dict[OrganisationCode, str] = field(default_factory=dict)
    replies: dict[OrganisationCode, str] = field(default_factory=dict)
    _tokens: dict[tuple[Row, OrganisationCode], str] = field(default_factory=dict)

    def route(self) -> None:
        """Let the hub do what follows from what was said."""
        for reader in self.runtime.readers:
            advance(self.hub.sessions, reader, clock.now)

    def as_(self, row: Row, organisation: OrganisationCode) -> Member:
        """Somebody of an organisation."""
        key = (row, organisation)
        if key not in self._tokens:
            self._tokens[key] = self.token(row.rights, organisation, row.name)
        return Member(self.hub.client, organisation, self._tokens[key], row.rights)

    def token(self, rights: frozenset[Right], organisation: OrganisationCode, label: str, hours: float = 1) -> str:
        """A token with exactly these rights."""
        caller = Caller(organisation, rights, frozenset({SOURCE}), label)
        with self.hub.sessions.begin() as session:
            return make_token(session, caller, valid_for=timedelta(hours=hours), now=clock.now())

    def webhook_of(self, organisation: OrganisationCode) -> str:
        """A new subscription of an organisation; its id."""
        wish = Wish(organisation, "https://team.example/hook")
        with self.hub.sessions.begin() as session:
            return str(subscribe(session, self.vault, wish, to_loopback=False, now=clock.now()).subscription.id)

    def reply_of(self, organisation: OrganisationCode) -> str:
        """A new standard reply of an organisation; its id."""
        wording = Wording(uuid4().hex, "Wij bellen u.")
        with self.hub.sessions.begin() as session:
            return str(add(session, organisation, wording, now=clock.now()).id)

    @property
    def vault(self) -> Vault:
        """The hub's vault."""
        return self.runtime.vault


@contextmanager
def a_situation(folder: Path, database_url: str) -> Iterator[Situation]:
    """All of it, running."""
    settings = settings_in(folder, database_url)
    with ExitStack() as stack:
        hub = stack.enter_context(prepared(settings))
        stack.enter_context(api_in_thread(settings))
        runtime = make_runtime(settings, database_url)
        stack.callback(runtime.close)
        found = Situation(hub, runtime)
        _raise_cases(found, found.over, ends=True)
        _raise_cases(found, found.running, ends=False)
        found.replies = {code: found.reply_of(code) for code in sorted({*ACTING.values(), DESK})}
        found.webhooks = {code: found.webhook_of(code) for code in sorted({*ACTING.values(), DESK})}
        yield found


def _raise_cases(situation: Situation, cases: dict[Relation, str], *, ends: bool) -> None:
    """One child that no school has: the office passes it on to the team, a partnership is named beside it.

    And one that a school has: the partnership holds it, the office is asked.
    """
    everyone = Row("who tells the story", frozenset(Right))
    board, office, team, desk = (situation.as_(everyone, code) for code in (SENDER, OFFICE, TEAM, DESK))
    passed_on = board.publish("absence.reported", absence(SCHOOL, HOME, standing="not_enrolled"))
    shared = board.publish("absence.reported", absence(SCHOOL, HOME))
    situation.route()
    office.redirects(passed_on, TEAM, "not_our_task")
    situation.route()
    if ends:
        team.answers(passed_on, **_in_words(AN_ANSWER))
        team.closes(passed_on)
        office.answers(shared, **_in_words(AN_ANSWER))
        desk.answers(shared, **_in_words(AN_ANSWER))
        desk.closes(shared)
    situation.route()
    cases |= dict.fromkeys(Relation, passed_on) | {Relation.ASKED: shared, Relation.MISSING: str(uuid4())}
    roles = {party["organisation"]: party["role"] for party in board.case(passed_on)["parties"]}
    assert roles == {SENDER: "sender", TEAM: "holder", NAMED: "named", OFFICE: "former"}
    assert {party["organisation"]: party["role"] for party in board.case(shared)["parties"]}[OFFICE] == "asked"


def _in_words(answer: Json) -> dict[str, str]:
    return {"text": answer["text"], "outcome": answer["outcome"]}


class Operation(NamedTuple):
    """An operation of the document."""

    id: str
    method: str
    path: str


A_WEEK = timedelta(days=7)

_TERMS: Json = {
    "leads": DESK, "pays": NAMED, "startsOn": "2026-12-01", "endsOn": "2030-07-31", "basis": "practice",
}  # fmt: skip
_BODIES: dict[str, Callable[[Situation, Relation], Json]] = {
    "declineCase": lambda *_: {"code": "no_capacity"},
    "redirectCase": lambda *_: {"to": OUTSIDER, "code": "not_our_area"},
    "clarifyCase": lambda *_: {"answers": {"municipality": "GM0118"}},
    "answerCase": lambda *_: AN_ANSWER,
    "askSchool": lambda *_: {"text": "Sinds wanneer?"},
    "replyAsSchool": lambda *_: {"text": "Sinds mei."},
    "sendMessage": lambda *_: {"text": "Belt u ons?"},
    "addNote": lambda *_: {"text": "Morgen bellen."},
    "assignCase": lambda *_: {"to": None},
    "pauseCase": lambda *_: {"code": "family_decides", "untilDate": f"{dutch_date(clock.now()) + A_WEEK}"},
    "contestAnswer": lambda *_: {"code": "disagree"},
    "findOpenCases": lambda _, relation: {"school": _school(relation), "pupil": {"name": "Niemand Hier"}},
    "recordMilestone": lambda *_: {"milestone": "back_at_school", "on": dutch_date(clock.now()).isoformat()},
    "inviteToBorderTalk": lambda *_: {"swv": NAMED},
    "proposeAtBorder": lambda *_: _TERMS,
    "refuseAtBorder": lambda *_: {"ground": "period"},
    "agreeAtBorder": lambda *_: {"number": 1},
    "decideAtBorder": lambda *_: _TERMS,
    "recordOutsideReply": lambda *_: {"reply": "agreed", "on": dutch_date(clock.now()).isoformat()},
    "addReply": lambda *_: {"code": "-", "text": "Wij bellen u."},  # refused in the same way
    "changeReply": lambda *_: {"code": uuid4().hex, "text": "Wij bellen u."},
    "confirmResponsibility": lambda *_: {"agrees": True},
    "keepTeamCalendar": lambda *_: {"openingHours": {"monday": {"opens": "09:00"}}},
    "recordHearing": lambda *_: {"who": ["pupil"], "on": "2026-11-19"},
    "recordAdvice": lambda *_: {"expert": "psychologist", "admits": True, "on": "2026-11-19"},
    "agreeToPay": lambda *_: {"agrees": True},
    "issueDeclaration": lambda *_: {"declarationNumber": "1", "startsOn": "2026-12-01", "on": "2026-11-19"},
    "refuseDeclaration": lambda *_: {"ground": "other", "explanation": "Het past niet.", "on": "2026-11-19"},
    "subscribe": lambda *_: {"url": "https://10.0.0.1/hook"},  # refused, but only to whom may subscribe
    "previewRouting": lambda _, relation: {"type": full_type("absence.reported"), "data": _plain(relation)},
    "publishEvents": lambda situation, relation: _event(situation.event, relation),
}
_QUERIES: dict[str, Json] = {"readInbox": {"limit": 200}, "readSent": {"limit": 200}, "readFeed": {"limit": 500}}


def _school(relation: Relation) -> str:
    return UNKNOWN_SCHOOL if relation is Relation.MISSING else SCHOOL


def _plain(relation: Relation) -> Json:
    said = absence(_school(relation), HOME)
    return {name: value for name, value in said.items() if name not in {"question", "pupil"}}


def _event(event: Json, relation: Relation) -> Json:
    return {**event, "data": {**event["data"], "school": _school(relation)}}


def ask(situation: Situation, operation: Operation, caller: Organisation, relation: Relation) -> httpx.Response:
    """Call an operation about what stands in this relation to the caller's organisation."""
    cases = situation.running if operation.method == "GET" else situation.over
    path = operation.path.replace("{caseId}", cases[relation])
    path = path.replace("{subscriptionId}", _webhook(situation, operation, caller, relation))
    path = path.replace("{replyId}", _reply(situation, operation, caller, relation))
    options: dict[str, Any] = {"params": _QUERIES.get(operation.id, {})}
    if operation.id in _BODIES:
        options["json"] = _BODIES[operation.id](situation, relation)
    options["headers"] = {} if caller.token else {"Authorization": None}
    if operation.id == "publishEvents":
        options["headers"]["Content-Type"] = "application/cloudevents+json"
    return caller.call(operation.method, path, **options)


def _webhook(situation: Situation, operation: Operation, caller: Organisation, relation: Relation) -> str:
    """Of others or of nobody, or one's own; one that may be ended is new each time."""
    if relation in ELSEWHERE:
        return situation.webhooks[DESK] if relation is Relation.FOREIGN else str(uuid4())
    organisation = OrganisationCode(caller.code)
    if operation.id == "unsubscribe" and isinstance(caller, Member) and Right.MANAGE_SUBSCRIPTIONS in caller.rights:
        return situation.webhook_of(organisation)
    return situation.webhooks[organisation]


def _reply(situation: Situation, operation: Operation, caller: Organisation, relation: Relation) -> str:
    """The same of standard replies."""
    if relation in ELSEWHERE:
        return situation.replies[DESK] if relation is Relation.FOREIGN else str(uuid4())
    organisation = OrganisationCode(caller.code)
    if operation.id == "removeReply" and isinstance(caller, Member) and Right.ANSWER_CASES in caller.rights:
        return situation.reply_of(organisation)
    return situation.replies[organisation]
