"""Drafts of an administrator are read exactly, or refused with the place that is wrong."""

from datetime import date
from pathlib import Path

import pytest

from hub.codes import Confidence, Sector
from hub.directory.entries import START, Agreement, AreaCorrection, Contents
from hub.errors import InvalidInput
from hub.manage.drafts import read_directory, read_rules

CSV = """postcode;sector;organisation;validFrom;validUntil;source
1241;;GM0402;2027-01-01;;merger of 2027
9471;vo;VO2201;2027-08-01;2028-08-01;draft
"""
JSON = """{
  "corrections": [{"postcode": "1241", "organisation": "GM0402", "validFrom": "2027-01-01"}],
  "agreements": [{"id": "a", "kind": "desk", "parties": ["PO2201"], "validFrom": "2027-01-01",
                  "scope": {"swv": "PO2201", "name": "Loket Noord", "postcodes": ["9471"]}}],
  "coverage": [{"organisation": "GM0106-ST", "municipality": "GM0106", "validFrom": "2027-01-01",
                "postcodes": ["9401"], "themes": ["home"]}]
}"""


def written(folder: Path, name: str, text: str) -> Path:
    """A draft in a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_corrections_come_from_a_table(tmp_path: Path) -> None:
    """An empty field says nothing: no sector means the municipality, no end means none known."""
    contents = read_directory(written(tmp_path, "draft.csv", CSV)).over(Contents())
    municipality, swv = contents.corrections
    assert municipality == AreaCorrection(
        municipality.organisation, None, municipality.pc4, date(2027, 1, 1), None, "merger of 2027"
    )
    assert (swv.sector, swv.valid_until) == (Sector.VO, date(2028, 8, 1))


def test_a_draft_counts_before_what_is_stored(tmp_path: Path) -> None:
    """An agreement with the same id is replaced, and nothing else is lost."""
    stored = [Agreement(name, "desk", frozenset(), {}, START, None, "stored") for name in ("a", "b")]
    contents = read_directory(written(tmp_path, "draft.json", JSON)).over(Contents(agreements=stored))
    assert [(one.id, one.source) for one in contents.agreements] == [("a", "draft"), ("b", "stored")]
    assert [sorted(one.pc4s or ()) for one in contents.coverage] == [["9401"]]


def test_a_draft_of_rules_is_read(tmp_path: Path) -> None:
    """Dates, confidence, switched off."""
    text = '{"A5b": {"confidence": "sure"}, "HUB5": {"switchedOff": true}, "D3b": {"validFrom": "2027-01-01"}}'
    changes = read_rules(written(tmp_path, "rules.json", text)).changes
    assert changes["A5b"].confidence is Confidence.SURE
    assert changes["HUB5"].switched_off
    assert changes["D3b"].valid_from == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("draft.json", "{"),
        ("draft.json", '{"corrections": [{"postcode": "12", "organisation": "GM0402", "validFrom": "2027-01-01"}]}'),
        ("draft.json", '{"mistake": []}'),
        ("draft.csv", "postcode;organisation\n1241;GM0402\n"),
    ],
)
def test_what_is_no_draft_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """A misspelt or missing field is not passed over."""
    with pytest.raises(InvalidInput):
        read_directory(written(tmp_path, name, text))


@pytest.mark.parametrize("text", ['{"Z9": {}}', '{"A1": {"confidence": "perhaps"}}', "[]"])
def test_a_rule_that_does_not_exist_is_refused(tmp_path: Path, text: str) -> None:
    """A draft that changes nothing by a typing error would be believed."""
    with pytest.raises(InvalidInput):
        read_rules(written(tmp_path, "rules.json", text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the name of the file."""
    with pytest.raises(InvalidInput):
        read_directory(tmp_path / "nothing.json")
