"""`python -m tests.support.talkative serve|worker`: a process of the hub that logs all it can, requests too."""

import logging
import sys

import uvicorn

from hub.main import app_from_environment
from hub.settings import Settings
from hub.telemetry import set_up_logging
from hub.workers.run import run_worker


def _serve(settings: Settings) -> None:
    app = app_from_environment()
    _say_everything(settings)
    uvicorn.run(app, host=settings.host, port=settings.port, log_config=None, access_log=True)


def _work(settings: Settings) -> None:
    _say_everything(settings)
    run_worker(settings, str(settings.database_url), concurrency=2)


def _say_everything(settings: Settings) -> None:
    set_up_logging(settings.log_format, "DEBUG")
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)


if __name__ == "__main__":
    {"serve": _serve, "worker": _work}[sys.argv[1]](Settings())
