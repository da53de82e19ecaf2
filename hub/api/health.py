"""Whether this process lives, and whether the hub can do its work. No login, and nothing that tells of a case."""

from datetime import datetime, timedelta
from typing import Literal

from fastapi import APIRouter
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub import clock
from hub.api.context import Context, InContext
from hub.api.wire import Answer, reads, refusals
from hub.cases.alarms import count_alarms
from hub.deadlines.queries import oldest_step
from hub.delivery.queries import backlog
from hub.errors import Unavailable
from hub.events import readers
from hub.mail import queries as mail
from hub.runtime import Runtime
from hub.store.migrate import is_fit

_BROKER_SECONDS = 1.0
_RETRY_SECONDS = 5
_LAGGING_EVENTS = 10_000
_LATE = timedelta(minutes=15)

router = APIRouter(prefix="/health", tags=["health"])


class Live(Answer):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Answer):
    """The hub does its work. Degraded: slower, or something waits for the operator, but nothing is lost.

    `parked` counts events that could not be applied, `alarms` cases that are held because rules failed,
    `suspendedAddresses` people to whom no mail is sent because none arrives, `silentRoutes` organisations that do not
    answer, per kind (at most five minutes old). `lag`, `dueDeliveries` and `dueMail` are counted to 10,000.
    `oldestDueStep`: since when a reminder or escalation waits that is due.
    """

    status: Literal["ready", "degraded"]
    database: bool
    migrated: bool
    broker: Literal["up", "away", "in_memory"]
    lag: dict[str, int]
    parked: int
    alarms: int
    due_deliveries: int
    oldest_due_step: datetime | None
    due_mail: int
    suspended_addresses: int
    silent_routes: dict[str, int]


class NotReady(Unavailable):
    """The hub cannot do its work, and refuses what it cannot store."""

    code = "not-ready"


@reads(router, "/live", operation_id="readLiveness")
def live() -> Live:
    """Whether the process answers."""
    return Live()


@reads(router, "/ready", operation_id="readReadiness", responses=refusals(503))
def ready(parts: InContext) -> Ready:
    """Whether the hub can do its work: database, migrations, readers, broker."""
    try:
        _need_level(parts.runtime.engine)
        with parts.runtime.sessions() as session:
            return _state(session, parts)
    except SQLAlchemyError as error:
        raise NotReady("The hub's database is away.", retry_after_seconds=_RETRY_SECONDS) from error


def _need_level(engine: Engine) -> None:
    with engine.connect() as connection:
        fits = is_fit(connection)
    if not fits:
        raise NotReady(
            "The hub's database is not at the level of this version.",
            next_step="Run hub migrate with this version.",
            retry_after_seconds=_RETRY_SECONDS,
        )


def _state(session: Session, parts: Context) -> Ready:
    runtime = parts.runtime
    broker = _broker(runtime)
    lag = readers.lag(session, runtime.readers, up_to=_LAGGING_EVENTS)
    parked = session.scalar(text("SELECT count(*) FROM parked_events")) or 0
    alarms = count_alarms(session)
    now = clock.now()
    oldest = oldest_step(session, now=now)
    suspended = mail.count_suspended(session)
    is_late = oldest is not None and now - oldest > _LATE
    waits = is_late or max(parked, alarms, suspended) > 0
    degraded = broker == "away" or waits or max(lag.values()) >= _LAGGING_EVENTS
    return Ready(
        status="degraded" if degraded else "ready",
        database=True,
        migrated=True,
        broker=broker,
        lag=lag,
        parked=parked,
        alarms=alarms,
        due_deliveries=backlog(session, now=now).due,
        oldest_due_step=oldest,
        due_mail=mail.count_due(session, now=now),
        suspended_addresses=suspended,
        silent_routes=dict(parts.watch.counts(session, runtime.snapshot(session), now=clock.now())),
    )


def _broker(runtime: Runtime) -> Literal["up", "away", "in_memory"]:
    url = runtime.settings.redis_url
    if url is None:
        return "in_memory"
    try:
        with Redis.from_url(
            str(url), socket_connect_timeout=_BROKER_SECONDS, socket_timeout=_BROKER_SECONDS, retry=None
        ) as broker:
            broker.ping()
    except RedisError:
        return "away"
    return "up"
