"""What triage proposes is found by the operator, with the command that writes it, until the directory says so."""

import shlex

from hub.cases import actions
from hub.cases.clarifying import Correction
from hub.codes import DeclineCode, Sector
from hub.directory.snapshot import Snapshot
from hub.events.situation import Clarification
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.moves import SWV, declines
from tests.support.small_hub import A_REFERRAL, TEAM, SmallHub

UNKNOWN = {**A_REFERRAL, "homePostcode": "9400"}


def test_a_proposal_is_listed_until_it_is_written(
    command: Command, answer: Answer, sessions: Sessions, demo_region: Snapshot
) -> None:
    """Two of them: the command that was listed writes one, and only the other remains."""
    hub = SmallHub(sessions, demo_region)
    for correction in (Correction("9400", "GM0106"), Correction("9400", "PO2201", Sector.PO)):
        case = hub.routed("referral.submitted", UNKNOWN)
        with hub.acting(SWV) as acting:
            found = Clarification.model_validate({"municipality": "GM0106"})
            actions.clarify(acting, hub.snapshot, case, found, correction)
        hub.read()
    listed = answer("directory", "proposals")
    assert [(row["pc4"], row["organisation"], row["by"]) for row in listed] == [
        ("9400", "GM0106", SWV),
        ("9400", "PO2201", SWV),
    ]
    _, *words = shlex.split(listed[0]["command"])
    command(*words, "--yes")
    assert [row["organisation"] for row in answer("directory", "proposals")] == ["PO2201"]
    assert "hub directory change area 9400 PO2201" in command("directory", "proposals").stdout


def test_a_receiver_that_says_not_ours_is_listed_until_the_rules_choose_another(
    command: Command, answer: Answer, sessions: Sessions, demo_region: Snapshot
) -> None:
    """With the case as evidence; a directory that is put right settles it."""
    hub = SmallHub(sessions, demo_region)
    case = hub.routed("referral.submitted", A_REFERRAL)
    declines(hub, case, code=DeclineCode.NOT_OUR_AREA)
    hub.read()
    [listed] = answer("directory", "proposals")
    assert (listed["by"], listed["code"], listed["case"], listed["pc4"]) == (TEAM, "not_our_area", str(case), "9403")
    assert "buiten het eigen gebied" in command("directory", "proposals").stdout
    _, *words = shlex.split(listed["command"])
    assert command(*words).exit_code == 0
    command("directory", "change", "area", "9403", "GM1680", "--on", "2026-01-01", "--source", "toets", "--yes")
    assert answer("directory", "proposals") == []


def test_without_a_proposal_the_list_says_so(command: Command) -> None:
    """In words."""
    assert "geen voorstel" in command("directory", "proposals").stdout
