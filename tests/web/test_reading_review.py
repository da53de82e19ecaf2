"""The review of reading: whoever leads sees who opened what, within the own organisation and with names only there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hub.access.roles import Role
from hub.codes import OrganisationCode
from hub.privacy.ledger import Action, Entry, Viewer, record
from hub.privacy.visibility import Visible
from tests.support.browser import Browser, Page
from tests.support.identity.provider import SECOND_FACTOR
from tests.support.people import OTHER_TEAM, TEAM, Somebody, Town, log_in

NOTHING = Visible(frozenset(), None)
LEADS, WORKS = ((TEAM, Role.TEAM_LEAD),), ((TEAM, Role.TEAM_WORKER),)


def opens(town: Town, organisation: OrganisationCode, caller: str, times: int = 1, role: str | None = "holder") -> None:
    """Somebody opens cases, at noon on the last working day."""
    noon = datetime.now(UTC).replace(hour=11) - timedelta(days=3)
    action = Action.READ if role else Action.REFUSED
    with town.sessions.begin() as session:
        for _ in range(times):
            entry = Entry(action, uuid4(), Viewer(organisation, caller), NOTHING, role, None, noon)
            record(session, entry, now=noon)


def enters(town: Town, browser: Browser, who: Somebody) -> Page:
    """Sign in with a second factor, which leads need."""
    choosing = town.first_sign_in(browser, who)
    onward = browser.submit(choosing, choosing.form("/sign-in/second-factor"))
    return log_in(browser, browser.visit(onward.links["onward"]), who.account, SECOND_FACTOR)


@pytest.fixture
def lead(town: Town) -> Iterator[Browser]:
    """The browser of somebody who leads the team."""
    with town.browser() as browser:
        enters(town, browser, town.somebody(*LEADS, name="Els Lead"))
        yield browser


def test_the_start_page_of_a_lead_leads_there(lead: Browser) -> None:
    """And says so in its language."""
    page = lead.visit("/")
    assert "/reading" in page.response.text
    assert "Inzage nakijken" in lead.visit("/reading").text


def test_what_is_unusual_is_shown_with_the_name_of_a_colleague(town: Town, lead: Browser) -> None:
    """Within the organisation the label of a person has a name; a name is never read as part of the page."""
    colleague = town.somebody(*WORKS, name="Bo <b>Veelzien</b>")
    opens(town, TEAM, f"person:{colleague.id}", 41)
    page = lead.visit("/reading")
    assert "Opende 41 dossiers op één dag" in page.response.text
    assert "Bo &lt;b&gt;Veelzien&lt;/b&gt;" in page.response.text
    theirs = lead.visit(f"/reading/person:{colleague.id}")
    assert theirs.response.text.count("<code>") == 41
    assert "behandelaar" in theirs.response.text


def test_who_was_refused_shows(town: Town, lead: Browser) -> None:
    """A system that asks for cases of others."""
    opens(town, TEAM, "systeem <x>", 3, role=None)
    assert "Vroeg 3 dossiers op" in lead.visit("/reading?days=7").response.text
    assert "geen: het is geweigerd" in lead.visit("/reading/systeem%20%3Cx%3E").response.text


def test_another_organisation_has_no_readers_here(town: Town, lead: Browser) -> None:
    """Neither on the page nor by its address."""
    opens(town, OTHER_TEAM, "somebody elsewhere", 60)
    assert "somebody elsewhere" not in lead.visit("/reading?days=90").response.text
    assert "In deze periode is niets geopend." in lead.visit("/reading/somebody%20elsewhere").response.text


def test_a_colleague_without_that_right_does_not_come_in(town: Town) -> None:
    """With a next step, and nothing on the start page."""
    with town.browser() as browser:
        start = town.first_sign_in(browser, town.somebody(*WORKS))
        assert "/reading" not in start.response.text
        for path in ("/reading", "/reading/person:x"):
            refused = browser.visit(path)
            assert refused.status == 403
            assert "Uw rol geeft geen toegang tot deze pagina." in refused.response.text


def test_nobody_else_does_either(town: Town) -> None:
    """Who is not signed in goes to the page for that."""
    with town.browser() as browser:
        assert browser.visit("/reading").response.url.path == "/sign-in"


def test_a_period_that_is_none_is_refused(lead: Browser) -> None:
    """As every form or address is that is wrong."""
    assert lead.visit("/reading?days=0").status == 400
    assert lead.visit("/reading?days=week").status == 400
