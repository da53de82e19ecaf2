"""The authorisation matrix: every operation of the document, for everyone who could call it, about whatever it names.

What must be answered follows from the hub's own tables (`hub/access/rights.py`, `hub/cases/parts.py`); what is answered
is asked over HTTP. Only which right belongs to which operation stands here once more, so that none is lost unseen.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple
from uuid import UUID

import httpx
import pytest

from hub import clock
from hub.access.clients import withdraw_client
from hub.access.rights import CLIENT_RIGHTS, Right, rights_of
from hub.access.roles import Role
from hub.access.tokens import withdraw
from hub.api.app import make_api
from hub.cases.lifecycle import MOVES_OF_SCHOOL, Move
from hub.codes import OrganisationCode, OrganisationKind
from tests.api.authorisation import (
    ACTING,
    AN_ANSWER,
    DESK,
    ELSEWHERE,
    HOME,
    OFFICE,
    OUTSIDER,
    ROWS,
    SCHOOL,
    SENDER,
    TEAM,
    Operation,
    Relation,
    Row,
    Situation,
    a_situation,
    ask,
)
from tests.journeys.words import absence, referral
from tests.support.callers import Organisation, an_event, document
from tests.support.machines import register

RIGHTS = {
    "publishEvents": Right.PUBLISH,
    "previewRouting": Right.PUBLISH,
    "readCase": Right.READ_CASES,
    "readInbox": Right.READ_CASES,
    "readSent": Right.READ_CASES,
    "readStatement": Right.READ_STATEMENT,
    "acceptCase": Right.ANSWER_CASES,
    "declineCase": Right.ANSWER_CASES,
    "redirectCase": Right.ANSWER_CASES,
    "clarifyCase": Right.ANSWER_CASES,
    "answerCase": Right.ANSWER_CASES,
    "closeCase": Right.ANSWER_CASES,
    "recordMilestone": Right.ANSWER_CASES,
    "retractAcceptance": Right.ANSWER_CASES,
    "askSchool": Right.ANSWER_CASES,
    "replyAsSchool": Right.ANSWER_CASES,
    "sendMessage": Right.ANSWER_CASES,
    "addNote": Right.ANSWER_CASES,
    "assignCase": Right.ANSWER_CASES,
    "pauseCase": Right.ANSWER_CASES,
    "resumeCase": Right.ANSWER_CASES,
    "contestAnswer": Right.ANSWER_CASES,
    "reopenCase": Right.ANSWER_CASES,
    "findOpenCases": Right.PUBLISH,
    "readBorderTalks": Right.READ_CASES,
    "inviteToBorderTalk": Right.ANSWER_CASES,
    "proposeAtBorder": Right.ANSWER_CASES,
    "refuseAtBorder": Right.ANSWER_CASES,
    "agreeAtBorder": Right.ANSWER_CASES,
    "callArbiter": Right.ANSWER_CASES,
    "decideAtBorder": Right.ANSWER_CASES,
    "recordOutsideReply": Right.ANSWER_CASES,
    "writeBorderLetter": Right.ANSWER_CASES,
    "confirmResponsibility": Right.ANSWER_CASES,
    "readDeclaration": Right.READ_CASES,
    "recordHearing": Right.ANSWER_CASES,
    "recordAdvice": Right.ANSWER_CASES,
    "agreeToPay": Right.ANSWER_CASES,
    "issueDeclaration": Right.ANSWER_CASES,
    "refuseDeclaration": Right.ANSWER_CASES,
    "readFeed": Right.READ_FEED,
    "subscribe": Right.MANAGE_SUBSCRIPTIONS,
    "listSubscriptions": Right.MANAGE_SUBSCRIPTIONS,
    "unsubscribe": Right.MANAGE_SUBSCRIPTIONS,
    "listDeliveries": Right.MANAGE_SUBSCRIPTIONS,
    "readIndicators": Right.READ_AGENDA,
    "readSilentRoutes": Right.WATCH_ROUTES,
    "listReplies": Right.ANSWER_CASES,
    "addReply": Right.ANSWER_CASES,
    "changeReply": Right.ANSWER_CASES,
    "removeReply": Right.ANSWER_CASES,
    "readTeamCalendar": Right.READ_CASES,
    "keepTeamCalendar": Right.MANAGE_CALENDAR,
}
PUBLIC = {"findResponsible", "readLiveness", "readReadiness"}

MOVES = {
    "acceptCase": Move.ACCEPT,
    "declineCase": Move.DECLINE,
    "redirectCase": Move.REDIRECT,
    "clarifyCase": Move.CLARIFY,
    "answerCase": Move.ANSWER,
    "closeCase": Move.CLOSE,
    "retractAcceptance": Move.RETRACT,
    "askSchool": Move.ASK,
    "replyAsSchool": Move.REPLY,
    "pauseCase": Move.PAUSE,
    "resumeCase": Move.RESUME,
    "contestAnswer": Move.CONTEST,
    "reopenCase": Move.REOPEN,
}
WRITING = {"sendMessage", "addNote"}
"""What everybody does who is inside a case, whatever state it is in."""


def _operations() -> Iterator[Operation]:
    for path, methods in make_api("https://hub.example").openapi()["paths"].items():
        for method, said in methods.items():
            yield Operation(said["operationId"], method.upper(), path)


OPERATIONS = [operation for operation in _operations() if operation.id not in PUBLIC]
CELLS = list(product(OPERATIONS, ROWS, Relation))


@pytest.fixture(scope="module")
def situation(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Situation]:
    """Built once: nothing that the matrix asks changes it."""
    with a_situation(tmp_path_factory.mktemp("matrix"), module_database_url) as found:
        yield found


def test_every_operation_has_its_place_here() -> None:
    """A new one is either public, and says so, or asks for a right."""
    found = {operation.id for operation in _operations()}
    assert found == RIGHTS.keys() | PUBLIC
    assert not RIGHTS.keys() & PUBLIC
    assert len(CELLS) > 1_000


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_who_may_do_it_and_with_what(situation: Situation, operation: Operation) -> None:
    """For each role and each kind of system, in each relation."""
    wrong = []
    for row, relation in product(ROWS, Relation):
        caller = situation.as_(row, ACTING[relation])
        answer = ask(situation, operation, caller, relation)
        expected = _expected(operation, row, relation)
        if not expected(Asked(situation, operation, caller, relation), answer):
            wrong.append((row.name, relation.value, expected.__name__, answer.status_code, answer.text[:200]))
    assert wrong == []


class Asked(NamedTuple):
    """Who asked for what."""

    situation: Situation
    operation: Operation
    caller: Organisation
    relation: Relation


Judge = Callable[[Asked, httpx.Response], bool]
"""Whether an answer is as it must be."""


def _expected(operation: Operation, row: Row, relation: Relation) -> Judge:
    if RIGHTS[operation.id] not in row.rights:
        return lacks_the_right
    if operation.id in {"publishEvents", "previewRouting"}:
        return speaks_for_its_school
    if operation.path.startswith("/cases/"):
        return _expected_of_case(operation, relation)
    if "{" in operation.path:
        return is_as_if_it_never_was if relation in ELSEWHERE else is_let_through
    return is_about_its_own_team if operation.path == "/team/calendar" else holds_what_is_its_own


def _expected_of_case(operation: Operation, relation: Relation) -> Judge:
    may = relation.may
    if not may.reads or operation.id == "readDeclaration":  # these cases ask for none
        return is_as_if_it_never_was
    if operation.id in {"readCase", "readBorderTalks"}:
        return is_let_through
    if operation.id == "readStatement":
        return is_let_through if may.gives_statement else is_not_for_its_part
    move = MOVES.get(operation.id)
    if move is None:
        return _expected_beside_moves(operation, relation)
    return _expected_of_move(move, relation)


def _expected_of_move(move: Move, relation: Relation) -> Judge:
    if move in relation.may.moves:
        return is_let_through
    if move in MOVES_OF_SCHOOL:
        return is_not_for_its_part
    return is_too_late if relation.may.receives or relation is Relation.FORMER else is_not_for_its_part


_BETWEEN_AUTHORITIES = ("/border/", "/declaration/", "/move/")
"""In these cases nobody sits at a table, asked for a declaration, or moved."""


def _expected_beside_moves(operation: Operation, relation: Relation) -> Judge:
    if any(part in operation.path for part in _BETWEEN_AUTHORITIES):
        return is_not_for_its_part
    if operation.id in WRITING and relation.may.is_inside:
        return is_let_through
    if operation.id == "assignCase" and relation.may.receives:
        return is_let_through
    if operation.id in WRITING | {"assignCase"}:
        return is_too_late if relation is Relation.FORMER else is_not_for_its_part
    # recordMilestone, of an absence: that the pupil is back, which the school sees
    if relation is Relation.SENDER:
        return is_let_through
    return is_too_late if relation is Relation.FORMER else is_not_for_its_part


def lacks_the_right(asked: Asked, answer: httpx.Response) -> bool:
    """403, with the scope that would do, whatever the address names."""
    scope = f'error="insufficient_scope", scope="{RIGHTS[asked.operation.id]}"'
    return answer.status_code == 403 and scope in answer.headers["WWW-Authenticate"]


def is_as_if_it_never_was(asked: Asked, answer: httpx.Response) -> bool:
    """404, the same to the last byte for what is another's and for what nobody has."""
    missing = ask(*asked[:3], Relation.MISSING)
    alike = (answer.content, _headers(answer)) == (missing.content, _headers(missing))
    return answer.status_code == 404 and alike


def is_not_for_its_part(_: Asked, answer: httpx.Response) -> bool:
    """403 because of the part in the case: no scope would help."""
    return answer.status_code == 403 and "WWW-Authenticate" not in answer.headers


def is_too_late(_: Asked, answer: httpx.Response) -> bool:
    """409: it is in the case, but the move belongs to the holder."""
    return answer.status_code == 409


def is_let_through(_: Asked, answer: httpx.Response) -> bool:
    """Done, or refused because the case is over; never for want of a right."""
    return answer.status_code in {200, 204, 409}


def speaks_for_its_school(asked: Asked, answer: httpx.Response) -> bool:
    """A board for its own school; a school that is not there is nobody's."""
    if asked.relation is Relation.MISSING:
        return answer.status_code == 400
    if asked.relation is Relation.SENDER:
        return answer.status_code in {200, 202}
    return answer.status_code == 403 and "WWW-Authenticate" not in answer.headers


def holds_what_is_its_own(asked: Asked, answer: httpx.Response) -> bool:
    """A list has the case, or the webhook, for whom it is there, and for nobody else."""
    situation, operation, caller, relation = asked
    case = situation.running[relation]
    match operation.id:
        case "readInbox":
            return _holds(answer, case) is relation.may.receives
        case "readSent":
            return _holds(answer, case) is (relation is Relation.SENDER)
        case "readFeed":
            return _holds(answer, case) is relation.may.reads
        case "listSubscriptions" | "listReplies":
            there = situation.webhooks if operation.id == "listSubscriptions" else situation.replies
            listed = {code for code, own in there.items() if own in answer.text}
            return answer.status_code == 200 and listed == {caller.code}
        case "subscribe" | "addReply":
            return answer.status_code == 400
    return answer.status_code == 200


def is_about_its_own_team(asked: Asked, answer: httpx.Response) -> bool:
    """There is no way to name another."""
    return answer.status_code == 200 and answer.json()["organisation"] == asked.caller.code


def _holds(answer: httpx.Response, case: str) -> bool | None:
    return case in answer.text if answer.status_code == 200 else None


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_nobody_comes_in_without_a_good_token(situation: Situation, operation: Operation) -> None:
    """None, an invented one, one that has expired, one that was withdrawn: 401, and not a word on what is there."""
    everything = frozenset(Right)
    withdrawn = situation.token(everything, TEAM, f"withdrawn before {operation.id}")
    with situation.hub.sessions.begin() as session:
        assert withdraw(session, TEAM, f"withdrawn before {operation.id}", now=clock.now()) == 1
    expired = situation.token(everything, TEAM, "expired", hours=-1)
    for token in ("", "hub_" + "a" * 43, expired, withdrawn):
        stranger = Organisation(situation.hub.client, TEAM, token)
        answers = [ask(situation, operation, stranger, relation) for relation in (Relation.HOLDER, Relation.MISSING)]
        assert [answer.status_code for answer in answers] == [401, 401]
        assert answers[0].content == answers[1].content


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.method == "GET"], ids=lambda each: each.id)
def test_a_look_at_the_headers_needs_the_same_right(situation: Situation, operation: Operation) -> None:
    """HEAD stands in no document, and opens nothing either."""
    head = operation._replace(method="HEAD")
    stranger = Organisation(situation.hub.client, TEAM, "")
    unentitled = situation.as_(Row("no right", frozenset()), TEAM)
    assert ask(situation, head, stranger, Relation.HOLDER).status_code == 401
    assert ask(situation, head, unentitled, Relation.HOLDER).status_code == 403


@pytest.mark.parametrize("path", ["/responsible?postcode=9403", "/health/live", "/health/ready"])
def test_what_is_public_asks_for_nothing(situation: Situation, path: str) -> None:
    """The list of exceptions is this short."""
    assert situation.hub.client.get(f"/v1{path}").status_code == 200


@pytest.fixture
def coordinator(situation: Situation) -> Organisation:
    """Somebody of the board, with what a coordinator may and no more."""
    return _somebody(situation, Role.COORDINATOR, SENDER, OrganisationKind.SCHOOL_BOARD)


@pytest.fixture
def worker(situation: Situation) -> Organisation:
    """Somebody of the attendance office, in the same way."""
    return _somebody(situation, Role.TEAM_WORKER, OFFICE, OrganisationKind.ATTENDANCE_OFFICE)


def _somebody(situation: Situation, role: Role, organisation: OrganisationCode, kind: OrganisationKind) -> Organisation:
    return situation.as_(Row(f"{role.value} alone", rights_of([role], kind)), organisation)


def _new_case(situation: Situation, coordinator: Organisation) -> str:
    case = coordinator.publish("absence.reported", absence(SCHOOL, HOME, standing="not_enrolled"))
    situation.route()
    return case


def test_a_role_can_do_its_whole_work(situation: Situation, coordinator: Organisation, worker: Organisation) -> None:
    """Every operation that changes something succeeds for who needs it: the rights are enough."""
    document(coordinator.call("POST", "/routing/preview", json=_question()), 200)
    case = _new_case(situation, coordinator)
    worker.accepts(case)
    worker.answers(case, AN_ANSWER["text"])
    assert worker.closes(case)["state"] == "closed"
    assert coordinator.get(f"/cases/{case}/statement").status_code == 200
    assert worker.declines(_new_case(situation, coordinator), "no_capacity")["state"] == "routing"
    assert worker.redirects(_new_case(situation, coordinator), TEAM, "not_our_task")["state"] == "routing"


def _question() -> dict[str, object]:
    event = an_event("absence.reported", absence(SCHOOL, HOME))
    return {"type": event["type"], "data": {k: v for k, v in event["data"].items() if k not in {"question", "pupil"}}}


def test_staff_of_a_partnership_says_what_the_hub_could_not_find(
    situation: Situation, coordinator: Organisation
) -> None:
    """The last of the moves, which only triage makes."""
    staff = _somebody(situation, Role.SWV_STAFF, DESK, OrganisationKind.SWV)
    case = coordinator.publish("referral.submitted", referral(SCHOOL, "9400"))
    situation.route()
    found = document(staff.try_to("clarification", case, answers={"municipality": "GM0118"}), 200)
    assert found["state"] == "routing"


def test_a_lead_makes_and_ends_a_webhook(situation: Situation) -> None:
    """Without any right to a case beyond the team's own."""
    lead = _somebody(situation, Role.TEAM_LEAD, OUTSIDER, OrganisationKind.SOCIAL_TEAM)
    made = document(lead.call("POST", "/subscriptions", json={"url": "https://team.example/hook"}), 201)
    assert lead.get(f"/subscriptions/{made['id']}/deliveries").status_code == 200
    assert lead.call("DELETE", f"/subscriptions/{made['id']}").status_code == 204


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_a_system_that_is_withdrawn_is_nobody(situation: Situation, operation: Operation) -> None:
    """Its signed token was good for minutes still: at the next request it opens nothing, whatever it asks for."""
    machine = register(situation.hub.sessions, situation.hub.url, organisation=TEAM, rights=CLIENT_RIGHTS)
    system = Organisation(situation.hub.client, TEAM, machine.token(situation.hub.client))
    document(system.get("/inbox"), 200)
    with situation.hub.sessions.begin() as session:
        assert withdraw_client(session, UUID(machine.client_id), now=clock.now())
    assert ask(situation, operation, system, Relation.HOLDER).status_code == 401
