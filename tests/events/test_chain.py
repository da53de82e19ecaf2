"""Whatever is changed in an event, left out or put elsewhere changes its hash."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from hub.events.chain import GENESIS, canonical, content_digest, link
from hub.events.log import NewEvent

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SAID = NewEvent(
    source="urn:nld:oin:00000001003214345000:systeem:lvs",
    id="1",
    type="signal.raised",
    case_id=UUID(int=1),
    publisher="18CW00",
    time=NOON,
    data={"theme": "home"},
    sealed_id=UUID(int=2),
    commitment=b"c" * 32,
)
AUDIENCE = ("GM0106", "PO2201")

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def digest(recorded_at: datetime = NOON, audience: tuple[str, ...] = AUDIENCE, **changes: Any) -> bytes:
    """The digest of an event with some of it changed."""
    return content_digest(replace(SAID, **changes), recorded_at, audience)


@given(st.dictionaries(st.text(max_size=8), documents, max_size=5))
def test_the_order_of_fields_does_not_matter(document: dict[str, object]) -> None:
    """The same fields in another order are the same bytes."""
    assert canonical(document) == canonical(dict(reversed(document.items())))


@given(documents, documents)
def test_only_equal_values_are_alike(one: object, other: object) -> None:
    """Different values never give the same bytes; a yes is not a one."""
    assert (canonical(one) == canonical(other)) == (repr_of(one) == repr_of(other))


def repr_of(value: object) -> object:
    """A value that compares as JSON does: yes and one differ, the order of fields does not count."""
    if isinstance(value, dict):
        return ("object", frozenset((key, repr_of(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("list", tuple(map(repr_of, value)))
    return (type(value), value)


@pytest.mark.parametrize(
    "change",
    [
        {"source": "urn:nld:kvknr:12345678:systeem:lvs"},
        {"id": "2"},
        {"type": "signal.withdrawn"},
        {"case_id": UUID(int=3)},
        {"publisher": "18CW01"},
        {"time": NOON + timedelta(microseconds=1)},
        {"recorded_at": NOON + timedelta(microseconds=1)},
        {"data": {"theme": "poverty"}},
        {"data": {}},
        {"sealed_id": None},
        {"sealed_id": UUID(int=3)},
        {"commitment": None},
        {"commitment": b"d" * 32},
        {"traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"},
        {"audience": ()},
        {"audience": ("GM0106",)},
        {"audience": ("GM0106", "PO2203")},
        {"source": SAID.id, "id": SAID.source},
    ],
    ids=str,
)
def test_every_part_counts(change: dict[str, Any]) -> None:
    """A change of any part gives another digest."""
    assert digest(**change) != digest()


def test_how_it_is_written_does_not_count() -> None:
    """The same moment in another time zone and the same audience in another order are the same content."""
    summer = timezone(timedelta(hours=2))
    assert digest(time=NOON.astimezone(summer), recorded_at=NOON.astimezone(summer)) == digest()
    assert digest(audience=("PO2201", "GM0106", "PO2201")) == digest()


def test_a_link_is_what_the_documentation_says() -> None:
    """Anyone can recompute a link: SHA-256 of the previous hash, the position in eight bytes, and the digest."""
    expected = hashlib.sha256(GENESIS + (7).to_bytes(8, "big") + digest()).digest()
    assert link(GENESIS, 7, digest()) == expected


def test_a_link_depends_on_all_that_came_before() -> None:
    """Another predecessor, place or content gives another hash, so a swap or a gap shows in all that follows."""
    links = {
        link(GENESIS, 1, digest()),
        link(GENESIS, 2, digest()),
        link(GENESIS, 1, digest(id="2")),
        link(link(GENESIS, 1, digest()), 1, digest()),
    }
    assert len(links) == 4
    assert {len(hash_) for hash_ in links} == {32}


@given(st.permutations(range(4)))
def test_order_shows(order: list[int]) -> None:
    """The same events in another order end in another hash."""
    assert (chain(order) == chain([0, 1, 2, 3])) == (order == [0, 1, 2, 3])


def chain(ids: list[int]) -> bytes:
    """The hash at the end of a log of events with these ids."""
    hash_ = GENESIS
    for position, number in enumerate(ids, start=1):
        hash_ = link(hash_, position, digest(id=str(number)))
    return hash_
