"""Who is responsible: before a school sends anything, and as a public question that needs no token."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from hub import clock
from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import InContext
from hub.api.needs import needs
from hub.api.reasons import ReasonGiven, reason_given
from hub.api.terms import TermRead, term_read
from hub.api.wire import Answer, RequestBody, reads, refusals
from hub.cases.preview import preview
from hub.codes import Sector
from hub.directory import queries
from hub.directory.responsible import at_school
from hub.directory.snapshot import Snapshot
from hub.errors import InvalidInput
from hub.i18n import Language, language_of
from hub.routing.decision import Decision, Held, Refused, Undecided

router = APIRouter(tags=["routing"])

Publisher = Annotated[Caller, needs(Right.PUBLISH)]


class PreviewAsked(RequestBody):
    """An opening event as far as it is known: its type and the plain part of its data, without personal fields."""

    type: Annotated[str, Field(max_length=200)]
    data: dict[str, Any]
    on: date | None = None


class PartyTold(Answer):
    """A party in a decision; `desk` is where within a partnership the case would be opened."""

    organisation: str
    name: str | None
    role: Literal["holder", "asked", "named"]
    desk: str | None = None


class Previewed(Answer):
    """What the rules say. Undecided and held cases carry the questions that come first."""

    outcome: Literal["decided", "undecided", "held", "refused"]
    parties: list[PartyTold] = Field(default_factory=list)
    lead_swv: str | None = None
    payer: str | None = None
    declaration_until: date | None = None
    answer_within_working_days: int | None = None
    questions: list[str] = Field(default_factory=list)
    reasons: list[ReasonGiven]
    terms: list[TermRead] = Field(default_factory=list)


class Responsible(Answer):
    """Who helps a child: by the postcode of its home, by its school, or both. `plain` false: a person must look."""

    on: date
    home: dict[str, Any] | None = None
    school: dict[str, Any] | None = None


@router.post(
    "/routing/preview",
    operation_id="previewRouting",
    responses=refusals(400, 401, 403, 406, 415, 503),
)
async def preview_routing(body: PreviewAsked, request: Request, caller: Publisher, parts: InContext) -> Previewed:
    """The decision on an event that was not sent yet. Nothing is stored; a form may ask while people type."""
    on = body.on or clock.dutch_date(clock.now())
    snapshot = await parts.snapshot()
    answer, terms = preview(body.type, body.data, on, caller, snapshot)
    language = language_of(request.headers.get("accept-language"))
    previewed = _previewed(answer, snapshot, on, language)
    return previewed.model_copy(update={"terms": [term_read(term, language) for term in terms]})


async def _within_limit(request: Request, parts: InContext) -> None:
    """Raises TooMany for an address that asks too often."""
    await parts.limits.question(request)


@reads(
    router,
    "/responsible",
    operation_id="findResponsible",
    responses=refusals(400, 404, 406, 429, 503),
    dependencies=[Depends(_within_limit)],
)
async def find_responsible(
    request: Request,
    parts: InContext,
    postcode: Annotated[str | None, Query(pattern=r"^[1-9][0-9]{3}$", description="four digits")] = None,
    sector: Sector | None = None,
    school: Annotated[str | None, Query(pattern=r"^[0-9]{2}[A-Z]{2}[0-9A-Z]{2}$", description="site code")] = None,
    on: date | None = None,
) -> Responsible:
    """Who helps this child? By the postcode of the home, by the school, or both; without login or personal data."""
    if postcode is None and school is None:
        raise InvalidInput("Ask with a postcode of four digits, or with the code of a school site.")
    snapshot, day = await parts.snapshot(), on or clock.dutch_date(clock.now())
    language = language_of(request.headers.get("accept-language"))
    home = None if postcode is None else _home(snapshot, postcode, sector, day, language)
    return Responsible(
        on=day, home=home, school=None if school is None else _school(snapshot, school, sector, day, language)
    )


def _home(snapshot: Snapshot, postcode: str, sector: Sector | None, on: date, language: Language) -> dict[str, Any]:
    told = queries.as_json(queries.who(snapshot, postcode, sector, on), snapshot)
    return {**told, "reasons": told["reasons"][language]}


def _school(snapshot: Snapshot, code: str, sector: Sector | None, on: date, language: Language) -> dict[str, Any]:
    found = at_school(snapshot, code, sector, on)
    return {
        "code": found.site.code,
        "name": found.site.name,
        "plain": found.is_plain,
        "areas": {one.sector.value: one.area.swv if one.area else None for one in found.partnerships},
        "reasons": [sentence.text(language) for sentence in found.sentences()],
    }


def _previewed(answer: Decision | Undecided | Refused, snapshot: Snapshot, on: date, language: Language) -> Previewed:
    reasons = [reason_given(reason, language) for reason in answer.reasons]
    if isinstance(answer, Refused):
        return Previewed(outcome="refused", reasons=reasons)
    if isinstance(answer, Undecided):
        outcome: Literal["held", "undecided"] = "held" if isinstance(answer, Held) else "undecided"
        questions = [question.sentence(language) for question in answer.missing]
        return Previewed(outcome=outcome, lead_swv=answer.triage, questions=questions, reasons=reasons)
    return Previewed(
        outcome="decided",
        parties=list(_parties(answer, snapshot, on)),
        lead_swv=answer.lead_swv,
        payer=answer.payer,
        declaration_until=answer.declaration_until,
        answer_within_working_days=answer.answer_within_working_days,
        reasons=reasons,
    )


def _parties(decision: Decision, snapshot: Snapshot, on: date) -> Iterator[PartyTold]:
    def name(code: str) -> str | None:
        party = snapshot.organisation(code, on)
        return None if party is None else party.name

    for one in decision.receivers:
        role: Literal["holder", "asked"] = "holder" if one.role == "holder" else "asked"
        yield PartyTold(organisation=one.organisation, name=name(one.organisation), role=role, desk=one.desk)
    for named in decision.named:
        yield PartyTold(organisation=named.organisation, name=name(named.organisation), role="named")
