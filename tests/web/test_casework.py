"""Inbox and case: what waits, what is done with it, who reads along, and that reading is written down."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from hub.privacy.tables import Disclosure
from tests.support.browser import Browser, Page
from tests.support.demo_town import be, wait_for_state
from tests.support.hub import RunningHub
from tests.support.small_hub import A_REFERRAL, A_SIGNAL

TEAM = "GM0106-ST"


@pytest.fixture
def noor(demo_town: RunningHub) -> Iterator[Browser]:
    """The browser of somebody of the social team of Assen."""
    with Browser(demo_town.url) as browser:
        be(browser, "Noor Bakker")
        yield browser


@pytest.fixture
def anouk(demo_town: RunningHub) -> Iterator[Browser]:
    """The browser of the care coordinator of the school."""
    with Browser(demo_town.url) as browser:
        be(browser, "Anouk Veenstra")
        yield browser


def a_case(hub: RunningHub, type_: str = "referral.submitted", holder: str = TEAM, **more: object) -> UUID:
    """A case that waits for its receiver."""
    given = A_REFERRAL if type_ == "referral.submitted" else A_SIGNAL
    data = {**given, **more}
    case_id = UUID(hub.organisation("B00001").publish(type_, data))
    wait_for_state(hub, case_id, holder, "offered")
    return case_id


def does(browser: Browser, case_id: UUID, move: str, **said: str) -> Page:
    """Open the case and send the form of a move."""
    page = browser.visit(f"/cases/{case_id}")
    return browser.submit(page, page.form(f"/{move}"), said)


def readings(hub: RunningHub, case_id: UUID) -> list[tuple[str, str, str | None]]:
    """Who opened a case, and for what."""
    with hub.sessions() as session:
        rows = session.scalars(select(Disclosure).where(Disclosure.case_id == case_id).order_by(Disclosure.position))
        return [(row.action, row.caller.partition(":")[0], row.purpose) for row in rows]


def test_from_new_to_finished(demo_town: RunningHub, noor: Browser, anouk: Browser) -> None:
    """Taken up, answered, closed; the school reads the answer and sees what it waits for."""
    case_id = a_case(demo_town)
    page = noor.visit("/inbox?show=new")
    assert f"/cases/{case_id}" in page.links
    page = does(noor, case_id, "acceptance")
    assert "Opgepakt" in page.text
    assert f"/cases/{case_id}" not in noor.visit("/inbox?show=new").links
    page = does(noor, case_id, "answer", outcome="advice_given", text="Wij bellen u <b>morgen</b>.")
    assert "Nu: de school heeft antwoord" in page.text
    assert f"/cases/{case_id}" in noor.visit("/inbox?show=waiting").links
    read = anouk.visit(f"/cases/{case_id}")
    assert "Wij bellen u &lt;b&gt;morgen&lt;/b&gt;." in read.response.text
    assert "Er is advies gegeven" in read.text
    page = does(noor, case_id, "closure")
    assert "Nu: afgerond" in page.text
    assert f"/cases/{case_id}" not in noor.visit("/inbox").links
    assert f"/cases/{case_id}" in anouk.visit("/sent").links


def test_why_it_came_here(demo_town: RunningHub, noor: Browser) -> None:
    """The rules that were used, each with its source, word for word as the API gives them."""
    case_id = a_case(demo_town)
    told = demo_town.organisation(TEAM).case(str(case_id))
    reasons = [one for step in told["timeline"] for one in step["reasons"]]
    page = noor.visit(f"/cases/{case_id}")
    assert "Waarom kwam dit hier terecht?" in page.text
    assert reasons
    for one in reasons:
        assert " ".join(one["sentence"].split()) in page.text
        assert one["source"] in page.text


def test_reading_is_written_down_before_it_is_shown(demo_town: RunningHub, noor: Browser) -> None:
    """By the person, for the purpose of the part or for the one that is said; and so is what was refused."""
    case_id = a_case(demo_town)
    noor.visit(f"/cases/{case_id}")
    noor.visit(f"/cases/{case_id}?purpose=complaint")
    assert readings(demo_town, case_id) == [("read", "person", "handle"), ("read", "person", "complaint")]
    assert noor.visit(f"/cases/{case_id}?purpose=follow").status == 400
    with Browser(demo_town.url) as other:
        be(other, "Femke Dijkstra")
        assert other.visit(f"/cases/{case_id}").status == 404
    assert readings(demo_town, case_id)[-1] == ("refused", "person", None)


def test_a_case_of_others_and_none_look_alike(demo_town: RunningHub) -> None:
    """Nothing tells that there is a case."""
    case_id = a_case(demo_town)
    with Browser(demo_town.url) as other:
        be(other, "Femke Dijkstra")
        foreign, none = other.visit(f"/cases/{case_id}"), other.visit(f"/cases/{uuid4()}")
        assert (foreign.status, foreign.text) == (none.status, none.text) == (404, foreign.text)
        page = other.visit("/inbox")
        answer = other.client.post(
            f"{demo_town.url}/cases/{case_id}/acceptance", headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.status_code == 404
        assert f"/cases/{case_id}" not in page.links


def test_without_consent_the_team_reads_no_name(demo_town: RunningHub, noor: Browser, anouk: Browser) -> None:
    """The server decides who may see it; the school sees what it wrote."""
    case_id = a_case(demo_town, "signal.raised")
    assert "zonder naam" in noor.visit(f"/cases/{case_id}").text
    with_name = a_case(demo_town)
    assert "Sem Voorbeeld" in noor.visit(f"/cases/{with_name}").text
    assert "Sem Voorbeeld" in anouk.visit(f"/cases/{with_name}").text


def test_not_taken_up_goes_on(demo_town: RunningHub, noor: Browser) -> None:
    """With a reason; without one nothing happens, and what was typed stays."""
    case_id = a_case(demo_town)
    refused = does(noor, case_id, "declination", explanation="Het gezin is verhuisd.")
    assert refused.status == 400
    assert "Kies een reden." in refused.text
    form = refused.form("/declination")
    assert form.values["explanation"] == "Het gezin is verhuisd."
    page = noor.submit(refused, form, {"code": "not_our_area"})
    assert "pakt dit niet op" in page.text
    assert "Niet ons gebied" in page.text


def test_passed_on_to_another_team(demo_town: RunningHub, noor: Browser) -> None:
    """To whom must be said; it then waits there."""
    case_id = a_case(demo_town)
    assert "Kies naar wie het gaat." in does(noor, case_id, "redirection", code="not_our_task").text
    page = does(noor, case_id, "redirection", to="GM0118-ST", code="not_our_task")
    assert "stuurde dit door naar Sociaal team Hoogeveen" in page.text
    wait_for_state(demo_town, case_id, "GM0118-ST", "offered")
    with Browser(demo_town.url) as femke:
        be(femke, "Femke Dijkstra")
        assert f"/cases/{case_id}" in femke.visit("/inbox").links


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"outcome": "advice_given", "text": ""}, "Schrijf een antwoord waar de school iets aan heeft."),
        ({"outcome": "magic", "text": "Ja."}, "Kies een uitkomst."),
        ({"outcome": "other", "text": "BSN 111222333"}, "burgerservicenummer (BSN)"),
    ],
)
def test_an_answer_that_is_none(demo_town: RunningHub, noor: Browser, said: dict[str, str], told: str) -> None:
    """Said above the form, which is open with what was typed."""
    page = does(noor, a_case(demo_town), "answer", **said)
    assert page.status == 400
    assert told in page.text
    assert page.form("/answer").values["text"] == said["text"]


def test_a_move_that_came_too_late_says_what_is_possible(demo_town: RunningHub, noor: Browser) -> None:
    """Two colleagues at once: the second sees how it stands, and loses nothing."""
    case_id = a_case(demo_town)
    first = noor.visit(f"/cases/{case_id}")
    does(noor, case_id, "answer", outcome="other", text="Klaar.")
    late = noor.submit(first, first.form("/declination"), {"code": "other", "explanation": "Toch niet."})
    assert late.status == 409
    assert "Dit kon niet" in late.text
    assert "Nu: de school heeft antwoord" in late.text


def test_the_sender_has_nothing_to_do_but_to_follow(demo_town: RunningHub, anouk: Browser) -> None:
    """No forms of a receiver, and who reads along."""
    page = anouk.visit(f"/cases/{a_case(demo_town)}")
    assert not page.has_form("/acceptance")
    assert "Sociaal team Assen heeft het dossier nu" in page.text


def test_who_has_no_part_in_cases_opens_none(demo_town: RunningHub) -> None:
    """The one who reads figures, and the one who gives out access."""
    for name in ("Marit Postma", "Bas Hollander"):
        with Browser(demo_town.url) as browser:
            start = be(browser, name)
            assert not {"/inbox", "/sent"} & start.links.keys()
            assert browser.visit("/inbox").status == 403
            assert browser.visit("/sent").status == 403


def test_counters_say_how_many(demo_town: RunningHub, noor: Browser) -> None:
    """And a filter with nothing in it says so."""
    a_case(demo_town)
    page = noor.visit("/inbox")
    assert "Open in totaal" in page.text
    assert "Er is niets van deze soort." in noor.visit("/inbox?show=late").text
    assert noor.visit("/inbox?show=old").status == 400


def test_a_question_to_the_school_and_its_answer(demo_town: RunningHub, noor: Browser, anouk: Browser) -> None:
    """It waits for the school, on both sides; the reply brings it back."""
    case_id = a_case(demo_town)
    assert "Schrijf op wat u wilt weten." in does(noor, case_id, "question", text="").text
    page = does(noor, case_id, "question", text="Sinds wanneer speelt dit?")
    assert "Nu: wacht op de school" in page.text
    assert f"/cases/{case_id}" in noor.visit("/inbox?show=waiting").links
    assert "Wacht op school" in anouk.visit("/sent").text
    page = does(anouk, case_id, "reply", text="Sinds de zomer.")
    assert "Sinds wanneer speelt dit?" in page.text
    assert "Sinds de zomer." in noor.visit(f"/cases/{case_id}").text
    assert f"/cases/{case_id}" not in noor.visit("/inbox?show=waiting").links


def test_an_answer_that_the_school_does_not_agree_with(demo_town: RunningHub, noor: Browser, anouk: Browser) -> None:
    """With a reason; the team opens the case again."""
    case_id = a_case(demo_town)
    does(noor, case_id, "answer", outcome="no_help_needed", text="Wij zien geen reden voor hulp.")
    assert "Kies een reden." in does(anouk, case_id, "contestation", explanation="Het gaat slechter.").text
    page = does(anouk, case_id, "contestation", code="disagree", explanation="Het gaat slechter.")
    assert "is het niet eens met het antwoord" in page.text
    assert "Opgepakt" in does(noor, case_id, "reopening").text


def test_taken_up_by_mistake(demo_town: RunningHub, noor: Browser) -> None:
    """Within a day that can be taken back."""
    case_id = a_case(demo_town)
    does(noor, case_id, "acceptance")
    assert "Wacht op een reactie" in does(noor, case_id, "retraction").text
