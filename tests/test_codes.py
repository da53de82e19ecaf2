"""Identifiers are UUIDv7, and each kind of school knows its sector."""

import time
from uuid import RFC_4122, UUID

import pytest

from hub.codes import SchoolType, Sector, new_id


def milliseconds_in(value: UUID) -> int:
    """The time that an identifier carries (RFC 9562, 5.7)."""
    return value.int >> 80


def test_an_id_is_a_uuid_of_version_seven() -> None:
    """Version and variant are where RFC 9562 puts them."""
    value = new_id()
    assert (value.version, value.variant) == (7, RFC_4122)


def test_an_id_carries_the_time_it_was_made() -> None:
    """The first 48 bits are the time in milliseconds, so ids sort by time."""
    before = time.time_ns() // 1_000_000
    value = new_id()
    assert before <= milliseconds_in(value) <= time.time_ns() // 1_000_000


def test_ids_of_one_moment_differ_in_every_random_bit() -> None:
    """Over many ids, each of the 74 random bits is sometimes set and sometimes not."""
    values = [new_id().int for _ in range(200)]
    set_somewhere, set_everywhere = 0, -1
    for value in values:
        set_somewhere |= value
        set_everywhere &= value
    random_bits = ((1 << 12) - 1) << 64 | (1 << 62) - 1
    assert len(set(values)) == len(values)
    assert set_somewhere & random_bits == random_bits
    assert set_everywhere & random_bits == 0


@pytest.mark.parametrize(
    ("kinds", "sector"), [("bao sbo so", Sector.PO), ("vo vso pro", Sector.VO), ("mbo private", None)]
)
def test_the_sector_of_a_kind_of_school(kinds: str, sector: Sector | None) -> None:
    """Primary and secondary education have a sector each; mbo and private schools have none."""
    assert {SchoolType(kind).sector for kind in kinds.split()} == {sector}


def test_every_kind_of_school_was_thought_of() -> None:
    """Only mbo and private schools lie outside the two sectors."""
    assert {kind for kind in SchoolType if kind.sector is None} == {SchoolType.MBO, SchoolType.PRIVATE}
