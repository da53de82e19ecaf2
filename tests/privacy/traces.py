"""A run of a whole hub on Redis with personal data in every field, and all that any part of it kept or said.

Every process logs all it can, the broker and PostgreSQL tell every command, and things go wrong on purpose.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
from psycopg import sql
from redis import Redis
from redis.exceptions import ConnectionError as NotReachable
from sqlalchemy import make_url

from hub.settings import Settings
from tests.delivery.receivers import YES, Receiver, receiving
from tests.privacy import planted
from tests.support.callers import Json, Organisation, an_event, document
from tests.support.hub import RunningHub, answers, prepared, process, settings_in
from tests.support.postgres import PrivatePostgres, as_owner
from tests.support.redis import PrivateRedis
from tests.support.waiting import wait_until

CONSENT = {"givenBy": "parents", "on": "2026-11-01"}
PERSONAL: Json = {
    "pupil": {"name": planted.NAME, "birthDate": planted.BIRTH_DATE, "group": planted.GROUP},
    "contact": {"name": planted.CONTACT, "email": planted.EMAIL, "phone": planted.PHONE},
    "question": planted.QUESTION,
    "consent": CONSENT,
}
OTHERS: dict[str, Json] = {
    "signal.raised": {"theme": "home", "ask": "help"},
    "support.requested": {"asksFor": "advice"},
    "admission.requested": {"schoolType": "so", "standing": "registered"},
    "placement.sought": {"registeredOn": "2026-10-01", "candidateSchools": ["99CA00"]},
    "transition.announced": {"receivingSchool": "99AG00", "startsOn": "2027-08-23"},
    "absence.reported": {"since": "2026-10-01", "kind": "at_risk", "reportedToDuo": False},
}
FIRST, TRIAGE, SECOND = "GM0106-ST", "PO2201", "GM1680-ST"


@dataclass
class Traces:
    """Everything that a run left behind."""

    marker: str  # the id of an event: not personal, and kept
    case: str
    database_url: str
    postgres_folder: Path
    redis_said: bytes = b""
    webhooks: list[bytes] = field(default_factory=list)
    refusals: list[httpx.Response] = field(default_factory=list)
    lists: list[httpx.Response] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    logs: dict[str, bytes] = field(default_factory=dict)


def play(server: PrivatePostgres, folder: Path) -> Traces:
    """A whole run on `server`, which is started, with everything else beneath `folder`; the server runs on."""
    url = server.start()
    _let_postgres_tell_all(url)
    broker = PrivateRedis(folder / "redis")
    broker.start()
    settings = settings_in(folder, url, redis_url=broker.url, log_format="json")
    left = Traces(f"marker-{uuid4().hex}", "", url, (folder / "postgres").resolve())
    with ExitStack() as stack:
        heard = stack.enter_context(_listening(broker))
        stack.callback(broker.kill)
        hub = stack.enter_context(prepared(settings))
        receiver = stack.enter_context(receiving(YES))
        logs = [stack.enter_context(_talking(settings, what)) for what in ("serve", "worker")]
        wait_until(lambda: answers(settings.public_url), seconds=60, what="the start of the hub")
        _subscribe(hub, receiver)
        _live(hub, left)
        _stumble(hub, left)
        _look_around(hub, left)
        arrived = [arrival.event["subject"] for arrival in receiver.arrivals]
        wait_until(lambda: left.case in arrived or left.case in str(receiver.arrivals), what="a webhook")
    left.redis_said = "\n".join(heard).encode()
    left.webhooks = [arrival.body + str(dict(arrival.headers)).encode() for arrival in receiver.arrivals]
    left.logs = {log.stem: log.read_bytes() for log in logs}
    left.logs["postgres"] = (left.postgres_folder / "postgres.log").read_bytes()
    return left


def _let_postgres_tell_all(url: str) -> None:
    """Every statement with its values. These settings of the role go before those that the server was started with."""
    superuser = make_url(url).set(username="postgres").render_as_string(hide_password=False)
    told = {
        "log_statement": "all",
        "log_error_verbosity": "verbose",
        "log_min_error_statement": "error",
        "log_parameter_max_length_on_error": "-1",
    }
    with psycopg.connect(superuser, autocommit=True) as connection:
        for name, value in told.items():
            connection.execute(sql.SQL("ALTER ROLE hub SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))


def _talking(settings: Settings, what: str) -> AbstractContextManager[Path]:
    return process(settings, what, "-m", "tests.support.talkative", what)


@contextmanager
def _listening(broker: PrivateRedis) -> Iterator[list[str]]:
    """All commands that the broker gets, until it goes."""
    heard: list[str] = []
    listening = threading.Event()

    def listen() -> None:
        try:
            with Redis.from_url(broker.url, socket_timeout=None) as client, client.monitor() as monitor:
                listening.set()
                heard.extend(command["command"] for command in monitor.listen())
        except NotReachable:
            return

    thread = threading.Thread(target=listen, name="monitor")
    thread.start()
    assert listening.wait(10)
    yield heard
    thread.join()


def _subscribe(hub: RunningHub, receiver: Receiver) -> None:
    for code in (FIRST, SECOND, "B00001"):
        wish = {"url": receiver.url}
        document(hub.organisation(code).call("POST", "/subscriptions", json=wish), 201)


def _live(hub: RunningHub, left: Traces) -> None:
    """The life of a case with a text in every place where one can be, and one event of every other type."""
    board, first, triage, second = map(hub.organisation, ("B00001", FIRST, TRIAGE, SECOND))
    where = {"school": "99AA00", "homePostcode": "9403"}
    data = {**where, **PERSONAL, "theme": "wellbeing", "parentsWords": planted.PARENTS_WORDS}
    left.case = case = board.publish("referral.submitted", data, id=left.marker)
    board.sees(case, "offered", FIRST)
    left.seen.append(first.get(f"/cases/{case}").text)
    first.declines(case, "not_our_area", planted.EXPLANATION)
    board.sees(case, "undecided", TRIAGE)
    triage.redirects(case, SECOND, "not_our_task", planted.HANDING_ON)
    board.sees(case, "offered", SECOND)
    second.accepts(case)
    second.answers(case, planted.ANSWER)
    left.seen.append(board.get(f"/cases/{case}").text)
    for type_, more in OTHERS.items():
        board.sees(board.publish(type_, {**where, **PERSONAL, **more}), "offered")
    second.closes(case)


def _stumble(hub: RunningHub, left: Traces) -> None:
    """Everything that can go wrong with personal data in hand: refusals, conflicts, and a defect of the hub itself."""
    board, second = hub.organisation("B00001"), hub.organisation(SECOND)
    good = {"school": "99AA00", "homePostcode": "9403", "theme": "home", "ask": "help", **PERSONAL}
    wrong: list[Json] = [
        {"theme": planted.NAME},
        {"homePostcode": planted.PHONE},
        {"unknown": planted.QUESTION},
        {"question": planted.QUESTION * 200},
        {"question": f"BSN {planted.BSN}"},
        {"pupil": {"name": planted.NAME, "birthDate": f"{planted.BIRTH_DATE}T"}},
        {"contact": {"name": planted.CONTACT, "email": planted.NAME, "phone": planted.EMAIL}},
        {"acuteDanger": True},
        {"school": planted.NAME},
    ]
    left.refusals += [board.send(an_event("signal.raised", {**good, **more})) for more in wrong]
    left.refusals += [
        board.send(an_event("signal.raised", good, id=planted.NAME)),
        board.send(an_event("signal.raised", good, time=planted.BIRTH_DATE, source=planted.NAME)),
        board.send(an_event("signal.raised", good, id=left.marker)),
        board.send(an_event("signal.raised", good), "text/plain"),
        board.send(planted.QUESTION.encode()),
        board.send(('{"data": "' + planted.QUESTION).encode()),
        board.send((planted.QUESTION * 1_000).encode()),
        hub.organisation("B00002").send(an_event("signal.raised", good)),
        hub.stranger("hub_nobody").send(an_event("signal.raised", good)),
        second.try_to("answer", left.case, outcome=planted.NAME, text=planted.ANSWER),
        second.try_to("answer", left.case, outcome="other", text=f"{planted.ANSWER} {planted.BSN}"),
        second.try_to("declination", left.case, code="other", explanation=planted.EXPLANATION),
    ]
    left.refusals += _break_down(hub, good)
    assert all(answer.is_error for answer in left.refusals)


def _break_down(hub: RunningHub, good: Json) -> list[httpx.Response]:
    """A table is gone for a while: the API and the readers fall over their own feet, and tell so in their logs."""
    board, team = hub.organisation("B00001"), hub.organisation(FIRST)
    case = board.publish("signal.raised", good)
    board.sees(case, "offered", FIRST)
    with hub.sessions.begin() as session:
        as_owner(session)
        session.connection().exec_driver_sql("ALTER TABLE case_parties RENAME TO elsewhere")
    board.publish("signal.raised", good)
    failed = [team.try_to("answer", case, outcome="other", text=planted.ANSWER), board.get(f"/cases/{case}")]
    wait_until(lambda: hub.client.get("/v1/health/ready").json()["parked"] > 0, what="an event that is parked")
    with hub.sessions.begin() as session:
        as_owner(session)
        session.connection().exec_driver_sql("ALTER TABLE elsewhere RENAME TO case_parties")
    assert [answer.status_code for answer in failed] == [500, 500]
    return failed


def _look_around(hub: RunningHub, left: Traces) -> None:
    """Every list there is, for everyone who took part; and in the end consent is withdrawn."""
    board = hub.organisation("B00001")
    for organisation in map(hub.organisation, ("B00001", FIRST, TRIAGE, SECOND)):
        left.lists += [organisation.get(path) for path in ("/inbox", "/sent", "/feed", "/subscriptions")]
        left.lists += _deliveries(organisation)
    left.lists.append(hub.organisation(TRIAGE).get("/agenda/indicators", by="theme"))
    left.lists.append(hub.client.get("/v1/health/ready"))
    left.lists.append(board.get(f"/cases/{left.case}/statement", format="html"))
    data = {"school": "99AA00", "homePostcode": "9403", "theme": "home", "ask": "help", **PERSONAL}
    case = board.publish("signal.raised", data)
    board.sees(case, "offered", FIRST)
    board.publish("consent.withdrawn", {"withdrawnBy": "parents"}, subject=case)
    board.sees(case, "blocked")
    left.lists.append(hub.organisation(FIRST).get(f"/cases/{case}"))
    assert all(answer.is_success for answer in left.lists)


def _deliveries(organisation: Organisation) -> list[httpx.Response]:
    made = organisation.read("/subscriptions")["subscriptions"]
    return [organisation.get(f"/subscriptions/{one['id']}/deliveries") for one in made]
