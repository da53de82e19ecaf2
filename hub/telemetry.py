"""How the hub tells its operator what goes on: lines on standard error, for people or as JSON.

A line holds codes, ids and counts, never a text or a name of a case.
"""

import logging
import logging.config
from datetime import UTC, datetime

import orjson


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line).decode()


def tell(logger: logging.Logger, event: str, **facts: str | int | None) -> None:
    """Log something that an operator may want to count or to search for; a fact that is None is left out.

    In JSON each fact is a member of its own. A fact is a code, an id or a count: never what somebody sent.
    """
    known = {name: fact for name, fact in facts.items() if fact is not None}
    shown = " ".join(f"{name}={fact}" for name, fact in known.items())
    logger.warning("%s %s", event, shown, extra={"facts": {"event": event, **known}})


def set_up_logging(log_format: str, level: str = "INFO") -> None:
    """Send all logging of this process to standard error, in `text` or `json`."""
    formatter = {"()": "hub.telemetry.JsonLines"} if log_format == "json" else {"format": _TEXT}
    quiet = {name: {"level": "WARNING"} for name in ("httpx", "uvicorn.access", "celery.worker.strategy", "amqp")}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": level, "handlers": ["stderr"]},
            "loggers": quiet,
        }
    )


_TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
