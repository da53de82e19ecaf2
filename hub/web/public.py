"""Pages for everybody, without signing in: who helps this child, the words, privacy and accessibility."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from hub.codes import OrganisationKind
from hub.directory import queries
from hub.directory.entries import Organisation, Site
from hub.directory.queries import Sentence, Who
from hub.directory.responsible import AtSchool, at_school, find_sites
from hub.directory.snapshot import Snapshot
from hub.i18n import Language
from hub.routing.rules import RULES
from hub.web.front import Front, InFront
from hub.web.glossary import WORDS
from hub.web.pages import page, reader_language
from hub.web.visitors import perhaps

_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*(?:[A-Za-z]{2})?")
_MOST_SITES = 20
_RESIDENCE = "C1"  # the rule that says which municipality helps at home

router = APIRouter(dependencies=[Depends(perhaps)])


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a field of a form, in English words."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked on the page: a school by name or code, the postcode of the home, and what is wrong with them."""

    school: str
    postcode: str
    sites: tuple[Site, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def site(self) -> Site | None:
        """The one school that is meant."""
        return self.sites[0] if len(self.sites) == 1 else None

    @property
    def school_in_full(self) -> str:
        """What to show in the field: once the school is known its code and name, which find it again."""
        return f"{self.site.code} {self.site.name}" if self.site else self.school


@router.api_route("/wie-helpt", methods=["GET", "HEAD"])
async def who_helps(
    request: Request,
    front: InFront,
    school: Annotated[str, Query(max_length=100)] = "",
    postcode: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Who helps this child: for education by its school, at home by its postcode. Asks no name of anybody."""
    if school or postcode:
        await front.let_ask(request.client.host if request.client else "")
    return _answer(request, front, school.strip(), postcode.strip())


@router.api_route("/begrippen", methods=["GET", "HEAD"])
def words(request: Request) -> Response:
    """The words of the trade, explained."""
    return page(request, "words.html", words=WORDS)


@router.api_route("/privacy", methods=["GET", "HEAD"])
def privacy(request: Request) -> Response:
    """Which data the hub holds, who sees them, and how long."""
    return page(request, "privacy.html")


@router.api_route("/toegankelijkheid", methods=["GET", "HEAD"])
def accessibility(request: Request) -> Response:
    """How accessible these pages are, as far as is known."""
    return page(request, "accessibility.html")


def _answer(request: Request, front: Front, school: str, postcode: str) -> Response:
    snapshot, today, language = front.snapshot(), front.today(), reader_language(request)
    asked = _read(snapshot, front, school, postcode)
    complete = asked.site is not None and not asked.mistakes
    education = at_school(snapshot, asked.site.code, None, today) if complete and asked.site else None
    home = queries.who(snapshot, asked.postcode, None, today) if complete else None
    return page(
        request,
        "who_helps.html",
        asked=asked,
        most_sites=_MOST_SITES,
        education=education,
        education_why=_texts(education.sentences(), language) if education else [],
        home=home,
        teams=_teams(home) if home else [],
        home_source="; ".join(source.citation() for source in RULES[_RESIDENCE].sources),
        home_why=_texts(_about_home(home), language) if home else [],
        crosses=bool(education and home and _crosses(education, home)),
    )


def _read(snapshot: Snapshot, front: Front, school: str, postcode: str) -> Asked:
    """What was typed, understood as far as it goes; an empty page is no mistake."""
    if not school and not postcode:
        return Asked("", "", (), ())
    mistakes = []
    sites = tuple(find_sites(snapshot, school, front.today(), _MOST_SITES))
    if not school:
        mistakes.append(Mistake("school", "Fill in the name of the school."))
    elif not sites:
        mistakes.append(Mistake("school", "We know no school with this name. Try one word of the name, or the code."))
    digits = _POSTCODE.fullmatch(postcode)
    if digits is None or not 1000 <= int(digits[1]) <= 9999:
        mistakes.append(Mistake("postcode", "Fill in the four digits of the postcode, such as 9403."))
    return Asked(school, digits[1] if digits else postcode, sites, tuple(mistakes))


def _teams(home: Who) -> list[tuple[str, Organisation | None]]:
    """Per municipality in which the child may live: its name and its social team."""
    return [(one.name, one.offices[OrganisationKind.SOCIAL_TEAM]) for one in home.homes]


def _about_home(home: Who) -> Iterator[Sentence]:
    """Of all that is known of a postcode, what says who helps at home: not the partnerships, which the school has."""
    yield from queries.about_homes(home.homes)


def _crosses(education: AtSchool, home: Who) -> bool:
    """Whether school and home lie in different municipalities."""
    return education.site.municipality not in {one.code for one in home.homes}


def _texts(sentences: Iterator[Sentence], language: Language) -> list[str]:
    return [sentence.text(language) for sentence in sentences]
