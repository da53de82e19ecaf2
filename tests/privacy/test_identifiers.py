"""Citizen service numbers and ECK iDs are found wherever they stand, and other numbers are left alone."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from hub.privacy.identifiers import BSN_MESSAGE, ECK_MESSAGE, forbidden, is_bsn

BSN = "111222333"


def nearest(number: int) -> str:
    """The first nine digits from `number` on that pass the check."""
    return next(digits for n in range(number, number + 100) if is_bsn(digits := f"{n:09}"))


MOBILE = nearest(612345678)

bsns = st.integers(0, 999_999_000).map(nearest)
words = st.text(st.characters(categories=["Ll", "Lu", "Zs", "Po"], exclude_characters="."), max_size=20)


@st.composite
def separated(draw: st.DrawFn) -> str:
    """A number that passes the check, with at most one separator between its digits."""
    digits = draw(bsns)
    separators = draw(st.lists(st.sampled_from(["", "", ".", "-", " ", "\u00a0", "\u2013"]), min_size=8, max_size=8))
    return "".join(digit + separator for digit, separator in zip(digits, [*separators, ""], strict=True))


def nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A list or an object in which `inner` stands among other things."""
    others = st.lists(st.none() | st.booleans() | st.sampled_from(["Noor", "bao", 12, "8064"]), max_size=3)
    return st.one_of(
        st.builds(lambda value, rest: [*rest, value], inner, others),
        st.builds(lambda value, rest, key: {key: value, "rest": rest}, inner, others, st.sampled_from(["a", "naam"])),
    )


def found(value: object) -> list[tuple[str, str]]:
    """The places that are not allowed, with what is said of them."""
    return [(problem.pointer, problem.message) for problem in forbidden(value)]


@pytest.mark.parametrize(
    ("digits", "valid"),
    [(BSN, True), ("123456782", True), ("000000012", True), ("111222334", False), ("123456789", False)],
)
def test_the_eleven_check(digits: str, valid: bool) -> None:
    """Nine digits are a possible number when their weighted sum is a multiple of eleven."""
    assert is_bsn(digits) is valid


@pytest.mark.parametrize(
    "text",
    [
        BSN,
        f"BSN: {BSN}",
        f"bsn{BSN}",
        f"PGN{BSN},",
        f"({BSN})",
        f"Noor,{BSN}.",
        "111.222.333",
        "111-222-333",
        "1112 22 333",
        "1 1 1 2 2 2 3 3 3",
        "111\u00a0222\u00a0333",
        "111\u2013222\u2013333",
        "１１１２２２３３３",  # noqa: RUF001  # digits of full width
        f"geboren 12-03-2014 {BSN}",
        f"{BSN} 12-03-2014",
        f"groep 7 {BSN} 8064",
        f"eerste regel\n{BSN}\n12",
        f"{BSN}-{BSN}",
        f"Het eerste nummer is 123456789, het tweede {BSN}",
    ],
)
def test_found_in_text(text: str) -> None:
    """A possible number is found in the middle of text, however it is written."""
    assert found({"question": text}) == [("/question", BSN_MESSAGE)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8064",
        "123456789",
        "0612345678",
        "06 12 34 56 78",
        "06-12345678",
        f"+31 {MOBILE}",
        f"+31-{MOBILE}",
        f"+31(0){MOBILE}",
        f"+31 (0) {MOBILE}",
        f"+31 (0){MOBILE[0]} {MOBILE[1:5]} {MOBILE[5:]}",
        f"0031 {MOBILE}",
        f"+32.{MOBILE}",
        "+31 6 12 34 56 82",
        "0800-2000",
        "00000001003214345000",
        "1112223334",
        "0111222333",
        "111 222 333 4",
        "12-03-2014",
        "2026-11-21T09:00:00.111222333Z",
        "NL91ABNA0417164300",
        "NL91 ABNA 0417 1643 00",
        "0199c0de-1112-7222-8333-111222333444",
        "a111222333b",
        "111222333e",
        "18CW00",
        "GM0106",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    """Telephone numbers, dates, organisation numbers, accounts and longer numbers are none of this."""
    assert found({"a": text}) == []


@given(st.uuids() | st.uuids(version=4))
def test_identifiers_of_events_are_left_alone(value: UUID) -> None:
    """A UUID may hold any digits."""
    assert found([str(value), f"urn:uuid:{value}"]) == []


@given(st.integers(10**9, 10**24))
def test_longer_numbers_are_left_alone(number: int) -> None:
    """Ten digits or more are another kind of number, whatever nine of them would say."""
    assert found([number, str(number), f"nummer {number}."]) == []


@given(separated(), words, words, st.data())
def test_every_possible_number_is_found_anywhere(number: str, before: str, after: str, data: st.DataObject) -> None:
    """Whatever the number, its separators, the words around it and the depth: it is found once, and not repeated."""
    text = f"{before} {number} {after}"
    value = data.draw(st.recursive(st.just(text), nested, max_leaves=3))
    problems = list(forbidden(value))
    assert problems
    assert {problem.message for problem in problems} == {BSN_MESSAGE}
    assert not any(number in str(problem) for problem in problems)


@given(st.integers(100_000_000, 999_999_000).map(nearest))
def test_a_number_is_found_as_a_number_too(digits: str) -> None:
    """A JSON number of nine digits counts like the same digits in quotes."""
    assert found({"a": [int(digits), {"b": -int(digits)}]}) == [("/a/0", BSN_MESSAGE), ("/a/1/b", BSN_MESSAGE)]


def test_each_place_is_told() -> None:
    """All places are told at once, each with its pointer."""
    value = {"data": {"pupil": {"name": BSN}, "notes": ["goed", BSN, {"deep": [BSN]}]}}
    assert [pointer for pointer, _ in found(value)] == ["/data/pupil/name", "/data/notes/1", "/data/notes/2/deep/0"]


def test_a_number_as_a_key_is_told_by_its_object() -> None:
    """The pointer of a key that is itself a number must not repeat it."""
    assert found({"data": {BSN: {"name": "Noor"}}}) == [("/data", BSN_MESSAGE)]


def test_pointers_are_escaped() -> None:
    """Slashes and tildes in a key are written as RFC 6901 wants them."""
    assert found({"a/b": {"c~d": BSN}}) == [("/a~1b/c~0d", BSN_MESSAGE)]


@pytest.mark.parametrize("text", ["https://ketenid.nl/201703/abc", "HTTPS://KETENID.NL/pilot/0123456789abcdef"])
def test_eck_ids_are_found(text: str) -> None:
    """The identifier of the learning-materials chain is refused with its own words."""
    assert found({"pupil": {"name": text}}) == [("/pupil/name", ECK_MESSAGE)]


def test_other_values_are_left_alone() -> None:
    """Nothing, yes and no, and fractions are no numbers of a person."""
    assert found([None, True, False, 1.5, {}, []]) == []
