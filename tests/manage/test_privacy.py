"""`hub privacy`: the operator sees what is due, erases, gives access and makes the statement; the ledger knows it."""

import json
import stat
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from hub.directory.snapshot import Snapshot
from hub.errors import Conflict, InvalidInput, NotFound
from hub.privacy.key_files import KeyRing, replace_key_file
from hub.privacy.ledger import disclosures_of
from hub.store.engine import Sessions
from tests.manage.conftest import Answer, Command
from tests.support.moves import accepts, answers, closes
from tests.support.small_hub import A_REFERRAL, TEAM, SmallHub

KEYS = KeyRing("toets", {"toets": bytes(range(32))})  # those of the small hub


@pytest.fixture
def hub(sessions: Sessions, demo_region: Snapshot, tmp_path: Path) -> SmallHub:
    """A hub on the database of the commands, with the same master key."""
    replace_key_file(tmp_path / "master.key", KEYS)
    return SmallHub(sessions, demo_region)


@pytest.fixture
def case(hub: SmallHub) -> UUID:
    """A referral that the team has answered and closed."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    accepts(hub, case)
    answers(hub, case)
    closes(hub, case)
    return case


def actions(hub: SmallHub, case: UUID) -> list[tuple[str, str | None]]:
    """What the ledger tells of a case: what was done, and on what ground."""
    with hub.sessions() as session:
        return [(entry.action, entry.ground) for entry in disclosures_of(session, case)]


def test_everything_about_a_case_for_who_asks(hub: SmallHub, answer: Answer, case: UUID, tmp_path: Path) -> None:
    """All texts, all events, all readers; in a file for the operator alone, and in the ledger that it was given."""
    file = tmp_path / "all.json"
    assert answer("privacy", "export", str(case), "--to", str(file)) == {"case": str(case), "file": str(file)}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = json.loads(file.read_text())
    assert told["case"]["id"] == str(case)
    [opening] = [event for event in told["events"] if event["type"] == "nl.samenspel.referral.submitted.v1"]
    assert opening["personal"]["pupil"] == {"name": "Sem Voorbeeld", "birthDate": "2016-04-02"}
    assert opening["personal"]["parentsWords"] == "Wij willen graag hulp."
    assert any(event["personal"] == {"answer": "Er is hulp."} for event in told["events"])
    assert told["consents"][0]["given_by"] == "parents"
    assert set(told["kept_until"]) == {"case", "B00001", TEAM}
    assert {"parties", "readings", "messages", "erased_at"} <= set(told)
    assert actions(hub, case) == [("export", "right_of_access")]
    second = json.loads(_printed(answer, case))
    assert [entry["action"] for entry in second["readings"]] == ["export"]
    assert second["readings"][0]["caller"].startswith("command:")


def _printed(answer: Answer, case: UUID) -> str:
    return json.dumps(answer("privacy", "export", str(case)))


def test_after_erasure_what_remains_names_nobody(hub: SmallHub, answer: Answer, case: UUID) -> None:
    """The events are there still, without a person in them."""
    assert answer("privacy", "erase", str(case)) == {"case": str(case), "erased": True}
    assert answer("privacy", "erase", str(case)) == {"case": str(case), "erased": False}
    told = _printed(answer, case)
    assert "Sem" not in told
    assert "nl.samenspel.case.erased.v1" in told
    view = hub.view(case, "B00001")
    assert view.is_erased
    assert [moment for moment in view.moments if moment.personal] == []


def test_a_running_case_is_not_erased_by_mistake(hub: SmallHub, command: Command, answer: Answer) -> None:
    """It needs a word more; an unknown id destroys nothing."""
    case = hub.routed("referral.submitted", A_REFERRAL)
    with pytest.raises(Conflict):
        command("privacy", "erase", str(case))
    assert answer("privacy", "erase", str(case), "--even-if-running")["erased"] is True
    for name in ("erase", "export"):
        with pytest.raises(NotFound):
            command("privacy", name, str(UUID(int=1)))


@pytest.mark.usefixtures("case")
def test_what_is_due_is_listed(hub: SmallHub, answer: Answer, command: Command) -> None:
    """Also what will be, and what still runs although its term has passed."""
    running = hub.routed("referral.submitted", A_REFERRAL)
    assert answer("privacy", "due") == {"cases": [], "runs": []}
    with hub.sessions.begin() as session:
        older = text("UPDATE cases SET changed_at = changed_at - interval '3 years' WHERE id = :id")
        session.execute(older, {"id": running})
    [found] = answer("privacy", "due")["cases"]
    assert (found["case"], found["running"]) == (str(running), True)
    soon = answer("privacy", "due", "--within", "3660")["cases"]
    assert [row["case"] for row in soon] == [str(running)]  # where help began it takes twenty years
    assert "loopt nog" in command("privacy", "due").stdout


def test_the_terms_in_force_are_shown(
    command: Command, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the operator's own lines, and where each comes from."""
    assert all(row["source"] for row in answer("privacy", "terms"))
    own = tmp_path / "terms.toml"
    own.write_text('[[term]]\ncase = "any"\nparty = "school"\nmonths = 3\nsource = "Afspraak regio"\n')
    monkeypatch.setenv("HUB_TERMS_FILE", str(own))
    assert "Afspraak regio" in command("privacy", "terms").stdout


@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_a_statement_to_hand_over(hub: SmallHub, answer: Answer, case: UUID, tmp_path: Path, ending: str) -> None:
    """As a file, in either form; that it was made is in the ledger."""
    file = tmp_path / f"overzicht.{ending}"
    answer("privacy", "statement", str(case), "--to", str(file))
    if ending == "pdf":
        assert "Wat er over uw kind is gedeeld" in PdfReader(file).pages[0].extract_text()
    else:
        assert "<h1>Wat er over uw kind is gedeeld</h1>" in file.read_text()
    assert actions(hub, case) == [("statement", None)]


def test_a_statement_in_another_form_is_refused(command: Command, hub: SmallHub, case: UUID, tmp_path: Path) -> None:
    """Nothing is written then."""
    with pytest.raises(InvalidInput, match=r"\.pdf or \.html"):
        command("privacy", "statement", str(case), "--to", str(tmp_path / "overzicht.docx"))
    assert actions(hub, case) == []
