"""security.txt as RFC 9116 wants it."""

from datetime import UTC, datetime, timedelta

from tests.support.hub import RunningHub


def test_anybody_finds_where_to_tell_of_a_hole(hub: RunningHub) -> None:
    """A plain text with a contact, its own address and one date of expiry within a year."""
    answer = hub.client.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in answer.text.splitlines()]
    said = dict(fields)
    assert len(said) == len(fields)
    assert said["Contact"].startswith(("mailto:", "https://"))
    assert said["Canonical"] == f"{hub.url}/.well-known/security.txt"
    assert said["Preferred-Languages"] == "nl, en"
    left = datetime.fromisoformat(said["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)
    assert hub.client.head("/.well-known/security.txt").status_code == 200
