"""Terms: each line has its source, the most precise one counts, and an operator's file is judged before it is used."""

from datetime import date
from pathlib import Path

import pytest

from hub.codes import OrganisationKind as Kind
from hub.events.catalogue import OPENING
from hub.privacy.retention import CountsFrom, Kept, KeptBy, Term, Terms, TermsUnusable, read_terms

CHANGED, ANSWERED = date(2026, 11, 19), date(2026, 3, 1)
SCHOOL, TEAM = KeptBy("B00001", Kind.SCHOOL_BOARD), KeptBy("GM0106-ST", Kind.SOCIAL_TEAM)
HELPING = KeptBy("GM0106-ST", Kind.SOCIAL_TEAM, has_helped=True)
SWV, OFFICE = KeptBy("PO2201", Kind.SWV), KeptBy("GM0106-LP", Kind.ATTENDANCE_OFFICE)
POINT = KeptBy("RMC07", Kind.TRANSITION_POINT)


def kept(type_: str, *parties: KeptBy, answered_on: date | None = ANSWERED) -> Kept:
    """A case of this type with these parties."""
    return Kept(type_, CHANGED, answered_on, parties)


@pytest.fixture(scope="module")
def terms() -> Terms:
    """The terms of the package."""
    return read_terms()


@pytest.mark.parametrize(
    ("type_", "party", "end"),
    [
        ("signal.raised", SCHOOL, date(2028, 11, 19)),  # H6: the pupil's file, 2 years
        ("signal.raised", TEAM, date(2028, 11, 19)),
        ("referral.submitted", TEAM, date(2028, 11, 19)),  # no help began: there is no file of youth help
        ("referral.submitted", HELPING, date(2046, 11, 19)),  # H6: 20 years after the last change
        ("signal.raised", HELPING, date(2046, 11, 19)),
        ("absence.reported", SCHOOL, date(2031, 11, 19)),  # H6: attendance, 5 years
        ("absence.reported", OFFICE, date(2031, 11, 19)),
        ("absence.reported", POINT, date(2031, 11, 19)),
        ("admission.requested", SCHOOL, date(2029, 11, 19)),  # H6: referral to so, 3 years
        ("admission.requested", SWV, date(2029, 3, 1)),  # H3: 3 years after the decision
        ("support.requested", SWV, date(2029, 3, 1)),
        ("support.requested", POINT, date(2028, 11, 19)),
        ("support.requested", KeptBy("GM0106", Kind.MUNICIPALITY), date(2028, 11, 19)),
        ("support.requested", KeptBy("XX", None), date(2028, 11, 19)),
    ],
)
def test_the_terms_of_the_law(terms: Terms, type_: str, party: KeptBy, end: date) -> None:
    """Domain rules H3 and H6, from the last change or from the answer."""
    assert terms.end_for(kept(type_, party), party) == end


def test_without_an_answer_the_last_change_counts(terms: Terms) -> None:
    """A decision that was never told began no term."""
    assert terms.end_for(kept("admission.requested", SWV, answered_on=None), SWV) == date(2029, 11, 19)


def test_a_case_ends_with_the_last_of_its_parties(terms: Terms) -> None:
    """Until then its key is needed; with nobody in it, after the shortest general term."""
    assert terms.end_of(kept("referral.submitted", SCHOOL, HELPING)) == date(2046, 11, 19)
    assert terms.end_of(kept("admission.requested", SCHOOL, SWV)) == date(2029, 11, 19)
    assert terms.end_of(kept("signal.raised")) == date(2028, 11, 19)


def test_every_line_says_where_it_comes_from(terms: Terms) -> None:
    """By rule, and there is a line for every kind of case and party."""
    assert all(line.source.startswith(("H3: ", "H6: ")) for line in terms.lines)
    for type_ in OPENING:
        for kind in Kind:
            assert terms.of(type_, KeptBy("x", kind, has_helped=True)).years >= 2


@pytest.mark.parametrize(
    ("years", "months", "day", "end"),
    [
        (1, 0, date(2024, 2, 29), date(2025, 2, 28)),
        (4, 0, date(2024, 2, 29), date(2028, 2, 29)),
        (0, 1, date(2026, 1, 31), date(2026, 2, 28)),
        (0, 11, date(2026, 12, 31), date(2027, 11, 30)),
        (2, 1, date(2026, 12, 31), date(2029, 1, 31)),
        (0, 1, date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_a_term_counts_by_the_calendar(years: int, months: int, day: date, end: date) -> None:
    """To the same day of a later month, or its last day where it has no such day."""
    assert Term(case="any", party="any", years=years, months=months, source="toets").after(day) == end


def given(tmp_path: Path, text: str) -> Path:
    """A file of the operator."""
    path = tmp_path / "terms.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_of_the_operator_go_before(tmp_path: Path) -> None:
    """For what they are about; the rest stays."""
    path = given(
        tmp_path,
        """
        [[term]]
        case = "any"
        party = "social_team"
        when = "help_started"
        months = 6
        source = "Afspraak regio Drenthe: teams houden hun eigen dossier"

        [[term]]
        case = "support.requested"
        party = "swv"
        years = 1
        counts_from = "answer"
        source = "Afspraak regio Drenthe"
        """,
    )
    terms = read_terms(path)
    assert terms.end_for(kept("referral.submitted", HELPING), HELPING) == date(2027, 5, 19)
    assert terms.end_for(kept("support.requested", SWV), SWV) == date(2027, 3, 1)
    assert terms.end_for(kept("admission.requested", SWV), SWV) == date(2029, 3, 1)
    assert (terms.shortest.years, terms.shortest.months) == (0, 6)
    assert terms.of("support.requested", SWV).counts_from is CountsFrom.ANSWER


LINE = '[[term]]\ncase = "any"\nparty = "any"\nyears = 1\nsource = "toets toets"\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        "[term]\n",
        "years = 1\n",
        LINE + "other = 1\n",
        LINE.replace("years = 1", "years = 0"),
        LINE.replace("years = 1", "years = -1"),
        LINE.replace("years = 1", "years = 31"),
        LINE.replace("years = 1", "months = 12"),
        LINE.replace("years = 1", 'years = "veel"'),
        LINE.replace('case = "any"', 'case = "signal.withdrawn"'),
        LINE.replace('case = "any"', 'case = "something"'),
        LINE.replace('party = "any"', 'party = "ouders"'),
        LINE.replace('source = "toets toets"', 'source = ""'),
        LINE.replace('source = "toets toets"\n', ""),
        LINE + LINE,
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    """Before anything is destroyed by it."""
    with pytest.raises(TermsUnusable) as refusal:
        read_terms(given(tmp_path, text))
    assert refusal.value.parameters["what"]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A misspelt name does not mean: the usual terms."""
    with pytest.raises(TermsUnusable):
        read_terms(tmp_path / "none.toml")
