"""The Celery application. Its tasks are thin: each says in a line what a station does.

Messages carry no data and may be lost, so they are acknowledged early and keep no results. What waits is a row in the
database, never an `eta`, `countdown` or `retry` of Celery.
"""

from celery import Celery

from hub.hints import Send
from hub.settings import Settings
from hub.workers.station import Station
from hub.workers.sweeper import sweeping

_BROKER_SECONDS = 1.0
_POLL_SECONDS = 0.005  # of the memory transport, which has no socket to wait on
_HINT_LIFE_SECONDS = 60.0
_TASKS_PER_CHILD = 10_000
_SOFT_SHUTDOWN_SECONDS = 10.0


def make_worker_app(settings: Settings, station: Station) -> Celery:
    """The application that workers run: tasks, and the sweeper beside them."""
    app = _make_app(settings)
    app.steps["worker"].add(sweeping(station, settings.sweep_seconds))

    @app.task(name="advance", shared=False)  # type: ignore[untyped-decorator]  # Celery has no types
    def advance(reader: str) -> None:
        station.advance(reader)

    @app.task(name="deliver", shared=False)  # type: ignore[untyped-decorator]
    def deliver() -> None:
        station.deliver()

    return app


def hint_sender(settings: Settings) -> Send:
    """How a process sends hints: short time-outs, no retries, and hints that nobody took are dropped after a minute."""
    app = _make_app(settings)
    if settings.redis_url is not None:
        app.conf.broker_transport_options = {
            "socket_connect_timeout": _BROKER_SECONDS,
            "socket_timeout": _BROKER_SECONDS,
            "retry_on_timeout": False,
        }

    def send(hint: str) -> None:
        task, _, argument = hint.partition(".")
        arguments = (argument,) if argument else ()
        app.send_task(task, arguments, expires=_HINT_LIFE_SECONDS, retry=False, ignore_result=True)

    return send


def _make_app(settings: Settings) -> Celery:
    app = Celery(
        "samenspel",
        broker=str(settings.redis_url) if settings.redis_url else "memory://localhost/",
        set_as_current=False,
    )
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        result_backend=None,
        task_acks_late=False,
        task_default_queue="samenspel",
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=_TASKS_PER_CHILD,
        worker_soft_shutdown_timeout=_SOFT_SHUTDOWN_SECONDS,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_heartbeat=0,
        broker_transport_options={} if settings.redis_url else {"polling_interval": _POLL_SECONDS},
        enable_utc=True,
    )
    return app
