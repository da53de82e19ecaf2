"""A school hears that it has a case open about a pupil already: about its own pupils, and nobody else's."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from hub.cases.already_open import Sought, already_open
from hub.codes import OrganisationCode
from hub.privacy.erasure import destroy
from tests.support.moves import answers, closes, contests
from tests.support.small_hub import A_REFERRAL, A_SIGNAL, BOARD, NOW, OTHER_BOARD, SmallHub, withdrawal

BORN = date(2016, 4, 2)
SCHOOL = "99AA00"


@pytest.fixture
def hub(small_hub: SmallHub) -> SmallHub:
    """A hub in which nobody else has a case."""
    return small_hub


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """An open case about Sem Voorbeeld, born on 2 April 2016."""
    return hub.routed("referral.submitted", A_REFERRAL)


def found(hub: SmallHub, name: str, born: date | None = BORN, **who: Any) -> list[tuple[UUID, bool]]:
    """Which open cases there are about a pupil, and whether they surely are."""
    sender, school = OrganisationCode(who.get("sender", BOARD)), who.get("school", SCHOOL)
    with hub.sessions() as session:
        hits = already_open(session, hub.vault, sender, school, Sought(name, born))
        return [(hit.case.id, hit.is_sure) for hit in hits]


@pytest.mark.parametrize("name", ["Sem Voorbeeld", "voorbeeld, SEM", " Sém  Voorbeeld ", "Sem-Voorbeeld"])
def test_the_same_pupil_is_found_however_it_is_written(hub: SmallHub, case: UUID, name: str) -> None:
    """In another order, with or without accents, capitals and signs."""
    assert found(hub, name) == [(case, True)]


def test_without_a_birth_date_it_is_not_sure(hub: SmallHub, case: UUID) -> None:
    """On either side; another birth date is another pupil."""
    assert found(hub, "Sem Voorbeeld", None) == [(case, False)]
    assert found(hub, "Sem Voorbeeld", date(2016, 4, 3)) == []
    unborn = hub.routed("referral.submitted", {**A_REFERRAL, "pupil": {"name": "Sem Voorbeeld"}})
    assert sorted(found(hub, "Sem Voorbeeld")) == sorted([(case, True), (unborn, False)])


@pytest.mark.parametrize("name", ["Sem", "Sem Voorbeelden", "Anna Voorbeeld", "-"])
def test_another_name_is_another_pupil(hub: SmallHub, case: UUID, name: str) -> None:
    """A part of a name is not enough."""
    assert hub.case(case).state == "offered"
    assert found(hub, name) == []


def test_nobody_asks_about_the_pupils_of_others(hub: SmallHub, case: UUID) -> None:
    """Not another board, not a receiver, and not for another school of the same board."""
    assert found(hub, "Sem Voorbeeld", sender=OTHER_BOARD) == []
    assert found(hub, "Sem Voorbeeld", sender=hub.case(case).holder) == []
    assert found(hub, "Sem Voorbeeld", school="99AB00") == []


def test_what_is_over_is_not_open(hub: SmallHub, case: UUID) -> None:
    """Closed is over until it is contested; taken back and erased are so for good."""
    answers(hub, case)
    closes(hub, case)
    assert found(hub, "Sem Voorbeeld") == []
    contests(hub, case)
    assert found(hub, "Sem Voorbeeld") == [(case, True)]
    with hub.sessions.begin() as session:
        destroy(session, [case], now=NOW)
    assert found(hub, "Sem Voorbeeld") == []
    other = hub.routed("referral.submitted", A_REFERRAL)
    hub.publish(withdrawal("signal.withdrawn", other))
    hub.read()
    assert found(hub, "Sem Voorbeeld") == []


def test_a_case_that_names_nobody_is_about_nobody(hub: SmallHub, case: UUID) -> None:
    """It is passed over, and the others are found."""
    hub.routed("signal.raised", A_SIGNAL)
    assert found(hub, "Sem Voorbeeld") == [(case, True)]
