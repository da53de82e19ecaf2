"""A hub as `hub up` makes it, with the demo's invented people and a worker beside it, for the pages of daily work."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from hub import clock
from hub.cases.queries import standing_of
from hub.codes import OrganisationCode
from hub.demo.people import add_people
from hub.errors import NotFound
from hub.privacy.master_keys import read_master_keys
from hub.privacy.vault import Vault
from tests.support.browser import Browser, Page
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in, worker_beside
from tests.support.postgres import DatabaseServer
from tests.support.waiting import wait_until


@contextmanager
def a_demo_town(folder: Path, database_url: str) -> Iterator[RunningHub]:
    """The hub, running."""
    given = settings_in(folder, database_url, limit_of_questions="100000/minute")
    with prepared(given) as hub:
        vault = Vault(read_master_keys(given.master_key_path))
        with hub.sessions.begin() as session:
            add_people(session, vault, now=clock.now())
        made = given.model_copy(update={"database_url": None, "demo_sign_in": True})
        with api_in_thread(made, database_url), worker_beside(given):
            yield hub


def be(browser: Browser, name: str, organisation: str | None = None) -> Page:
    """Sign in as somebody invented, for one of their organisations if they have several."""
    page = browser.visit("/sign-in")
    person = next(value for _, value in page.form("/demo-sign-in").buttons if page.label_of(value).startswith(name))
    page = browser.submit(page, page.form("/demo-sign-in"), {"person": person})
    if organisation is not None and page.path == "/organisation":
        page = browser.submit(page, page.form("/organisation"), {"organisation": organisation})
    return page


def wait_for_state(hub: RunningHub, case_id: UUID, organisation: str, state: str) -> None:
    """Until a case has this state."""

    def is_there() -> bool:
        with hub.sessions() as session:
            try:
                return standing_of(session, case_id, OrganisationCode(organisation), now=clock.now()).state == state
            except NotFound:
                return False

    wait_until(is_there, what=f"the case to be {state}")


@pytest.fixture(scope="session")
def demo_town(database_server: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One for the whole run, so tests make cases of their own."""
    url = database_server.create()
    with a_demo_town(tmp_path_factory.mktemp("demo-town"), url) as hub:
        yield hub
    database_server.drop(url)
