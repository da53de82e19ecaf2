"""Consent in a running case: for one receiver and not for the next, given later, and taken back for some or for all."""

from uuid import UUID

import pytest
from sqlalchemy import text

from hub.codes import OrganisationCode
from hub.delivery.actions import Wish, subscribe
from hub.privacy.purposes import Purpose
from hub.privacy.visibility import Ground
from tests.support.moves import OTHER_TEAM, redirects
from tests.support.small_hub import A_REFERRAL, A_SIGNAL, BOARD, NOW, TEAM, SmallHub, withdrawal

CHILD = {"pupil": {"name": "Sem Voorbeeld", "birthDate": "2016-04-02"}, "contact": {"name": "J. de Groot"}}
OF_THE_SCHOOL = {"pupil", "contact", "question", "parents_words"}
WITHOUT_CHILD = {"question", "contact"}
FOR_TEAM = A_REFERRAL | {"consent": {"givenBy": "parents", "on": "2026-11-18", "receivers": [TEAM]}}
ONE_OF_TWO = A_REFERRAL | {"consent": {"givenBy": "parents", "on": "2026-11-18", "bothParents": False}}


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub with an empty log, in which school and teams want to be told by webhook."""
    with small_hub.sessions.begin() as session:
        for name in (BOARD, TEAM, OTHER_TEAM):
            wish = Wish(OrganisationCode(name), f"http://127.0.0.1:9/{name}")
            subscribe(session, small_hub.vault, wish, to_loopback=True, now=NOW)
    return small_hub


def fields(hub: SmallHub, case: UUID, organisation: str) -> set[str]:
    """The personal fields that an organisation may see of a case."""
    return set(hub.view(case, organisation).shown.fields)


def says(hub: SmallHub, case: UUID, type_: str, **more: object) -> None:
    """The school publishes a word on the case, and the hub reads it."""
    hub.publish(withdrawal(type_, case, **more))
    hub.read()


def waiting(hub: SmallHub, case: UUID) -> set[tuple[str, str]]:
    """What is still to be delivered: to whom, and what."""
    query = text(
        "SELECT s.organisation, e.type FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id"
        " JOIN events e ON e.position = d.position WHERE d.case_id = :case AND d.state = 'waiting'"
    )
    with hub.sessions() as session:
        return {(row.organisation, row.type) for row in session.execute(query, {"case": case})}


def test_consent_for_one_team_does_not_open_the_child_to_the_next(hub: SmallHub) -> None:
    """The next team sees the question, until there is consent for it too."""
    case = hub.routed("referral.submitted", FOR_TEAM)
    assert fields(hub, case, TEAM) == OF_THE_SCHOOL
    redirects(hub, case)
    hub.read()
    assert fields(hub, case, OTHER_TEAM) == WITHOUT_CHILD
    says(hub, case, "consent.given", consent={"givenBy": "parents", "on": "2026-11-19", "receivers": [OTHER_TEAM]})
    assert fields(hub, case, OTHER_TEAM) == OF_THE_SCHOOL
    assert fields(hub, case, TEAM) == set()
    assert "consent.changed" in [event.type for event in hub.feed(OTHER_TEAM)]


def test_taken_back_for_who_holds_it_the_case_ends(hub: SmallHub) -> None:
    """Consent was all that it rested on."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    says(hub, case, "consent.withdrawn", receivers=[TEAM])
    assert hub.case(case).state == "blocked"
    assert fields(hub, case, TEAM) == set()
    assert {type_ for _, type_ in waiting(hub, case)} == {"case.blocked"}


def test_taken_back_for_another_the_case_goes_on_without_it(hub: SmallHub) -> None:
    """Who holds it sees what it saw; the other will see the question only; both hear that something changed."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    says(hub, case, "consent.withdrawn", receivers=[OTHER_TEAM])
    assert hub.case(case).state == "offered"
    assert fields(hub, case, TEAM) == OF_THE_SCHOOL
    assert (TEAM, "referral.offered") in waiting(hub, case)
    redirects(hub, case)
    hub.read()
    assert fields(hub, case, OTHER_TEAM) == set()


def test_what_is_taken_back_is_stopped_before_the_router_knows(hub: SmallHub) -> None:
    """The dispatcher alone is enough: nothing more is sent of what was written before."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    assert waiting(hub, case) == {(BOARD, "referral.offered"), (TEAM, "referral.offered")}
    hub.publish(withdrawal("consent.withdrawn", case))
    hub.read(NOW, "dispatcher")
    assert waiting(hub, case) == set()
    assert hub.case(case).state == "offered"


def test_a_case_that_waited_for_consent_goes_its_way(hub: SmallHub) -> None:
    """One parent was not enough; with both, the rules decide again."""
    case = hub.routed("referral.submitted", ONE_OF_TWO)
    assert (hub.case(case).state, hub.case(case).holder) == ("undecided", BOARD)
    says(hub, case, "consent.given", consent={"givenBy": "parents", "on": "2026-11-19", "bothParents": True})
    assert (hub.case(case).state, hub.case(case).holder) == ("offered", TEAM)
    assert fields(hub, case, TEAM) == OF_THE_SCHOOL


def test_how_consent_stands_is_shown(hub: SmallHub) -> None:
    """To everyone in the case: by whom, for whom, and that it was taken back."""
    case = hub.routed("referral.submitted", FOR_TEAM)
    [before] = hub.view(case, TEAM).consents
    assert (before.given_by, before.withdrawn_at) == ("parents", None)
    says(hub, case, "consent.withdrawn")
    [after] = hub.view(case, TEAM).consents
    assert after.withdrawn_at is not None


@pytest.mark.parametrize("lawful", ["safety", "supervision_order", "vital_interest"])
def test_without_consent_the_team_sees_the_child_for_the_lawful_purpose_only(hub: SmallHub, lawful: str) -> None:
    """H5: the purpose is the one that the school recorded; for another the child stays unseen."""
    case = hub.routed("signal.raised", A_SIGNAL | CHILD | {"about": "home", "withoutConsent": lawful})
    seen = hub.view(case, TEAM)
    assert (set(seen.shown.fields), seen.shown.ground) == ({"pupil", "contact", "question"}, Ground(lawful))
    assert seen.purpose == lawful
    other = hub.view(case, TEAM, Purpose.HANDLE)
    assert (set(other.shown.fields), other.shown.ground) == (WITHOUT_CHILD, Ground.QUESTION_ONLY)


def test_a_lawful_purpose_does_not_end_with_consent(hub: SmallHub) -> None:
    """Where there is no consent to take back, safety goes on; it does not pass to whoever gets the case without it."""
    case = hub.routed("signal.raised", A_SIGNAL | CHILD | {"about": "home", "withoutConsent": "safety"})
    says(hub, case, "consent.withdrawn")
    assert hub.case(case).state == "offered"
    assert "pupil" in fields(hub, case, TEAM)
    redirects(hub, case, to="PO2201")
    hub.read()
    assert fields(hub, case, "PO2201") == WITHOUT_CHILD


def test_a_claimed_purpose_opens_nothing_more(hub: SmallHub) -> None:
    """With consent the ground stays consent, whatever the case is opened for."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    for purpose in (None, Purpose.HANDLE, Purpose.ACCESS_REQUEST, Purpose.COMPLAINT):
        assert hub.view(case, TEAM, purpose).shown.ground is Ground.CONSENT
