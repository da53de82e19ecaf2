"""The twelve errors that systems in this field often make, each shown not to happen here."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from functools import partial

import pytest

from hub.codes import (
    About,
    Asker,
    Carried,
    Confidence,
    ConsentBy,
    DeclarationStep,
    OrganisationCode,
    Postcode4,
    Residence,
    SchoolType,
    Sector,
    Standing,
    WithoutConsent,
)
from hub.directory.entries import START, AreaCorrection, Contents
from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Refused
from hub.routing.facts import Declaration, Facts, Living, Permission, Request, Sending
from hub.routing.rules import RULES

TODAY = date(2026, 11, 21)
REGISTERED = Standing.REGISTERED
AGREED = Permission(ConsentBy.PARENTS_AND_PUPIL)
admission = partial(Facts, Request.ADMISSION, TODAY)
referral = partial(Facts, Request.REFERRAL, TODAY, permission=AGREED)
Tell = Callable[[Facts], str]


def test_1_the_home_is_not_competent_for_an_enrolled_pupil(told: Tell) -> None:
    """A3a: a pupil from Hoogeveen at a school in Beilen belongs to PO2201, and the reasons say why not to PO2203."""
    assert told(admission("bao-beilen", "7901", admission=SchoolType.SO)) == "PO2201 $PO2201 | A2 A3a B1 !A3b"


def test_2_the_postcode_counts_and_each_sector_has_its_own_border(told: Tell, region: Snapshot) -> None:
    """B1: two villages of one municipality, and one village in two sectors, go to four different partnerships."""
    so = partial(admission, "so-hoogeveen", standing=REGISTERED, admission=SchoolType.SO)
    assert told(so("8064")).startswith("PO2203")
    assert told(so("8061")).startswith("PO2305")
    assert {region.area("9471", sector, TODAY).swv for sector in Sector} == {"PO2201", "VO2001"}  # type: ignore[union-attr]


def test_3_the_rule_for_so_is_not_applied_to_sbo(told: Tell) -> None:
    """A5: the same pupil of a school in Beilen is decided on by PO2203 for sbo in Hoogeveen."""
    assert told(
        admission("sbo-hoogeveen", "9411", REGISTERED, previous_site="bao-beilen", admission=SchoolType.SBO)
    ) == ("PO2203 ~PO2201 $PO2201 | A2 A5 B1 !A5f A5b A5e !A8f")


def test_4_payment_does_not_move_with_a_house_move(told: Tell) -> None:
    """A7: who issued the declaration renews it and goes on paying, though the child now lives elsewhere."""
    running = Declaration(DeclarationStep.RENEWAL, issued_by="PO2201")
    moved = Living(moved_on=date(2026, 9, 1))
    line = told(admission("so-assen", "7901", admission=SchoolType.SO, declaration=running, living=moved))
    assert line == "PO2201 $PO2201 | A2 A8d"


def test_5_a_merger_changes_the_team_and_not_the_partnership(
    contents: Contents, told_in: Callable[[Facts, Snapshot], str]
) -> None:
    """B2: from the day on which Assen takes over Hoogeveen, its team receives; the partnership stays PO2203."""
    merged = AreaCorrection(
        OrganisationCode("GM0106"), None, Postcode4("7901"), date(2027, 1, 1), None, "merger in this example"
    )
    after = Snapshot.from_facts(replace(contents, corrections=(merged,)))
    help_asked = partial(Facts, Request.REFERRAL, site="bao-assen", home_postcode="7901", permission=AGREED)
    so = partial(
        Facts, Request.ADMISSION, site="so-assen", home_postcode="7901", standing=REGISTERED, admission=SchoolType.SO
    )
    old, new = date(2026, 12, 31), date(2027, 1, 1)
    assert told_in(help_asked(on=old), after).startswith("GM0118-ST")
    assert told_in(help_asked(on=new), after).startswith("GM0106-ST")
    assert {told_in(so(on=day), after).split()[0] for day in (old, new)} == {"PO2203"}


def test_6_youth_help_and_attendance_are_judged_apart(told: Tell) -> None:
    """C1, C2, D1: a foster child from Hoogeveen that stays in Assen, at a school in Beilen."""
    foster = Living(Residence.STAY, before_stay="GM0118", stay_postcode="9401")
    assert told(referral("bao-beilen", "9401", living=foster)).startswith("GM0118-ST | !C1 C2")
    assert "+GM0106-LP" in told(Facts(Request.ABSENCE, TODAY, "bao-beilen", "9401", living=foster))


def test_7_no_file_goes_from_partnership_to_partnership(region: Snapshot) -> None:
    """H3: refused with the rule, and with the lawful way: through the school."""
    sending = Sending(Asker.SWV, frozenset({Carried.HEALTH_DATA}))
    refused = decide(Facts(Request.SUPPORT, TODAY, "bao-assen", sending=sending), region)
    assert isinstance(refused, Refused)
    assert refused.rule == "H3"


def test_8_no_bsn_in_events(region: Snapshot) -> None:
    """H4: refused; and no fact of a case could hold one."""
    refused = decide(
        Facts(Request.SIGNAL, TODAY, "bao-assen", sending=Sending(carries=frozenset({Carried.BSN}))), region
    )
    assert isinstance(refused, Refused)
    assert refused.rule == "H4"
    assert not {field.name for field in fields(Facts)} & {"bsn", "name", "birth_date", "number"}


def test_9_two_signatures_at_twelve_are_custom_and_parents_are_not_asked_at_sixteen(told: Tell) -> None:
    """H1: parents alone suffice at 12 to 15; from 16 the pupil alone does."""
    by_parents = replace(AGREED, given_by=ConsentBy.PARENTS)
    by_pupil = replace(AGREED, given_by=ConsentBy.PUPIL)
    assert told(referral("bao-assen", "9401", age_group="12-15", permission=by_parents)).startswith("GM0106-ST")
    assert told(referral("bao-assen", "9401", age_group="16-17", permission=by_pupil)).startswith("GM0106-ST")
    assert RULES["H1c"].confidence is Confidence.REGIONAL


@pytest.mark.parametrize("permission", [AGREED, Permission(), Permission(without=WithoutConsent.SAFETY)])
def test_10_danger_is_never_queued(told: Tell, permission: Permission) -> None:
    """E3: refused at once with the numbers, whatever consent there is."""
    assert told(referral("bao-assen", "9401", acute_danger=True, permission=permission)) == "refused by E3 | E2 E3"


@pytest.mark.parametrize(("site", "rule"), [("so-deaf-assen", "A9"), ("mbo-assen", "A11"), ("private-assen", "A11")])
def test_11_no_partnership_for_cluster_1_and_2_mbo_and_private_schools(told: Tell, site: str, rule: str) -> None:
    """A9, A11: a person says who can answer; no partnership of the address is drawn in."""
    assert told(Facts(Request.SUPPORT, TODAY, site, "9401")) == f"? operator: outside_partnerships | {rule} A2"


def test_12_a_partnership_is_not_an_agenda_region(region: Snapshot) -> None:
    """B7: Noordenveld takes part in the agenda of Drenthe, and its schools belong to the partnerships of Groningen."""
    answer = decide(Facts(Request.SUPPORT, TODAY, "bao-roden", "9301", about=About.EDUCATION), region)
    assert [one.organisation for one in getattr(answer, "receivers", ())] == ["PO2001"]
    assert region.area("9301", Sector.VO, START).swv == "VO2002"  # type: ignore[union-attr]
