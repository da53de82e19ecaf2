"""The demo sign-in: be anyone who was invented, on the embedded default, and nowhere else."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from hub import clock
from hub.access.memberships import Appointment, give_role
from hub.access.people import Particulars, add_person, people_of
from hub.access.roles import Role
from hub.codes import OrganisationCode
from hub.demo.people import CAST, add_people
from hub.privacy.master_keys import make_master_keys, read_master_keys
from hub.privacy.vault import Vault
from hub.runtime import UnsafeSettings, make_runtime
from hub.settings import Settings
from tests.support.browser import Browser
from tests.support.hub import RunningHub, api_in_thread, prepared, settings_in

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def demo(database_url: str, tmp_path: Path) -> Iterator[RunningHub]:
    """A hub as `hub up` makes it: its settings name no database, and the demo sign-in is on."""
    given = settings_in(tmp_path, database_url)
    with prepared(given) as hub:
        vault = Vault(read_master_keys(given.master_key_path))
        with hub.sessions.begin() as session:
            for _ in range(2):
                add_people(session, vault, now=clock.now())
            real = add_person(session, vault, Particulars("Echt Bestaand"), now=clock.now())
            given_role = Appointment(OrganisationCode("GM0106-ST"), Role.TEAM_WORKER, clock.now())
            give_role(session, real, given_role, now=clock.now())
        made = given.model_copy(update={"database_url": None, "demo_sign_in": True})
        with api_in_thread(made, database_url):
            yield hub


def test_be_anyone(demo: RunningHub) -> None:
    """Everybody invented is there once, and nobody real; whom one chooses, one is."""
    with Browser(demo.url) as browser:
        page = browser.visit("/")
        assert page.path == "/sign-in"
        assert "Wie wilt u zijn?" in page.text
        form = page.form("/demo-sign-in")
        assert len(form.buttons) == len(CAST)
        for name in CAST:
            assert page.text.count(name) == 1
        assert "Echt Bestaand" not in page.text
        seen = set()
        for _, person in form.buttons:
            page = browser.press("/sign-in", "/demo-sign-in", person=person)
            if page.path == "/organisation":
                page = browser.submit(page, page.form("/organisation"), dict([page.form("/organisation").buttons[0]]))
            assert page.path == "/", page.text
            seen.add(next(name for name in CAST if f"Welkom, {name}" in page.text))
        assert seen == set(CAST)
        assert "U bent uitgelogd" in browser.submit(page, page.form("/sign-out")).text
        assert browser.visit("/").path == "/sign-in"


def test_nobody_real_can_be_chosen(demo: RunningHub) -> None:
    """Whatever is sent instead of a button."""
    with demo.sessions() as session, Browser(demo.url) as browser:
        [real] = [person.id for person in people_of(session) if not person.invented]
        for person in (real, uuid4()):
            url = f"{demo.url}/demo-sign-in"
            assert browser.client.post(url, data={"person": str(person)}, headers=SAME_ORIGIN).status_code == 404
        assert browser.visit("/").path == "/sign-in"


def test_where_there_is_no_demo_nobody_can_be_chosen(database_url: str, tmp_path: Path) -> None:
    """Also when people of a demo are left in the database."""
    made = settings_in(tmp_path, database_url)
    with prepared(made) as hub, api_in_thread(made), Browser(hub.url) as browser:
        with hub.sessions.begin() as session:
            vault = Vault(read_master_keys(made.master_key_path))
            person = add_person(session, vault, Particulars("Noor"), now=clock.now(), invented=True)
        assert "Wie wilt u zijn?" not in browser.visit("/sign-in").text
        answer = browser.client.post(f"{hub.url}/demo-sign-in", data={"person": str(person)}, headers=SAME_ORIGIN)
        assert answer.status_code == 404


LOCAL = {"public_url": "http://127.0.0.1:8000"}
PUBLIC = {"public_url": "https://hub.example.nl"}
DATABASE = {"database_url": "postgresql://hub@db/hub"}


@pytest.mark.parametrize(
    ("said", "unsafe"),
    [
        (LOCAL | {"demo_sign_in": True}, set()),
        (LOCAL | {"demo_sign_in": True, "host": "0.0.0.0"}, {"demo_sign_in"}),
        (LOCAL | {"demo_sign_in": True} | DATABASE, {"demo_sign_in"}),
        (PUBLIC | {"demo_sign_in": True}, {"demo_sign_in"}),
        (LOCAL | {"webhooks_to_loopback": True} | DATABASE, set()),
        (PUBLIC | DATABASE, set()),
        (PUBLIC | DATABASE | {"smtp_url": "smtp://mx.example.nl"}, {"mail_from"}),
        (PUBLIC | DATABASE | {"mail_from": "hub@example.nl"}, {"smtp_url"}),
        (PUBLIC | DATABASE | {"smtp_url": "smtp://mx.example.nl", "mail_from": "hub@example.nl"}, set()),
        ({"public_url": "http://hub.example.nl"}, {"public_url"}),
        (
            {
                "public_url": "http://hub.example.nl",
                "demo_sign_in": True,
                "webhooks_to_loopback": True,
                "second_factor_roles": ["operator", "administrator"],
            },
            {"public_url", "demo_sign_in", "webhooks_to_loopback", "second_factor_roles"},
        ),
    ],
)
def test_settings_that_are_not_safe_are_all_told_at_once(
    said: dict[str, object], unsafe: set[str], tmp_path: Path
) -> None:
    """The hub does not start, and says everything that is wrong."""
    make_master_keys(tmp_path / "master.key")
    settings = Settings.model_validate({"data_dir": tmp_path, **said})
    if not unsafe:
        make_runtime(settings, "postgresql://hub@db/hub").close()
        return
    with pytest.raises(UnsafeSettings) as refusal:
        make_runtime(settings, "postgresql://hub@db/hub")
    assert {problem.pointer for problem in refusal.value.problems} == {f"HUB_{name}".upper() for name in unsafe}


def test_second_factors_are_asked_of_those_who_see_much() -> None:
    """Administrators, leads who manage people, the operator and the staff of a partnership."""
    asked = {Role.SCHOOL_ADMINISTRATOR, Role.TEAM_LEAD, Role.SWV_ADMINISTRATOR, Role.SWV_STAFF, Role.OPERATOR}
    assert set(Settings().second_factor_roles) == asked
