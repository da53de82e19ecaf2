"""Group E: acute danger is refused at once."""

from datetime import date

import pytest

from hub.directory.snapshot import Snapshot
from hub.routing.decide import decide
from hub.routing.decision import Refused
from hub.routing.facts import Facts, Request


@pytest.mark.parametrize("request_kind", list(Request))
@pytest.mark.parametrize("site", ["bao-assen", "no-such-school"])
@pytest.mark.parametrize("on", [date(2026, 11, 21), date(1990, 1, 1)])
def test_acute_danger_is_refused_with_the_numbers_to_call(
    region: Snapshot, request_kind: Request, site: str, on: date
) -> None:
    """E2, E3: whatever is asked, by whom and when, the answer is who to call now."""
    refused = decide(Facts(request_kind, on, site, acute_danger=True), region)
    assert isinstance(refused, Refused)
    assert refused.rule == "E3"
    for language in ("nl", "en"):
        assert "112" in refused.sentence(language)
        assert "0800-2000" in refused.sentence(language)
