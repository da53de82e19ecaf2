"""What partnerships do at the table in tests: each move in a transaction of its own, followed by the readers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.borders import actions
from hub.borders.queries import TalkView, talks_of
from hub.clock import dutch_date
from hub.codes import OrganisationCode
from hub.events.border_payloads import BorderInvitation, BorderProposal, BorderRefused, OutsideReply
from tests.support.small_hub import NOW, SmallHub

ASSEN, STEENWIJK = OrganisationCode("PO2201"), OrganisationCode("PO2203")
ARBITER, STRANGER = OrganisationCode("PO2305"), OrganisationCode("PO2001")
TERMS: dict[str, Any] = {
    "leads": STEENWIJK,
    "pays": STEENWIJK,
    "share": 60,
    "startsOn": "2026-12-01",
    "endsOn": "2027-07-31",
    "basis": "pupils_interest",
}
OUTSIDE_SCHOOL = {"name": "Basisschool De Linde", "address": ["Dorpsstraat 1", "3900 Pelt"], "country": "BE"}


def terms(**changes: Any) -> BorderProposal:
    """A proposal in which Steenwijk leads and pays, with some of it changed."""
    return BorderProposal.model_validate({**TERMS, **changes})


def invites(hub: SmallHub, case: UUID, who: str = ASSEN, at: datetime = NOW, **more: Any) -> None:
    """The holder asks Steenwijk to the table, with an arbiter; or somebody else."""
    said = more or {"swv": STEENWIJK, "arbiter": ARBITER}
    with hub.acting(who, at) as acting:
        actions.invite(acting, hub.snapshot, case, BorderInvitation.model_validate(said))
    hub.read(at)


def proposes(hub: SmallHub, case: UUID, who: str, at: datetime = NOW, **changes: Any) -> None:
    """One side proposes."""
    with hub.acting(who, at) as acting:
        actions.propose(acting, case, terms(**changes))
    hub.read(at)


def refuses(hub: SmallHub, case: UUID, who: str, ground: str = "not_our_cost", **more: Any) -> None:
    """One side does not agree."""
    with hub.acting(who) as acting:
        actions.refuse(acting, case, BorderRefused.model_validate({"ground": ground, **more}))
    hub.read()


def agrees(hub: SmallHub, case: UUID, who: str, number: int = 1) -> None:
    """One side agrees with a proposal."""
    with hub.acting(who) as acting:
        actions.agree(acting, case, number)
    hub.read()


def calls(hub: SmallHub, case: UUID, who: str, at: datetime = NOW) -> None:
    """One side calls the arbiter."""
    with hub.acting(who, at) as acting:
        actions.call_arbiter(acting, case)
    hub.read(at)


def decides(hub: SmallHub, case: UUID, who: str = ARBITER, **changes: Any) -> None:
    """The arbiter decides."""
    with hub.acting(who) as acting:
        actions.decide(acting, case, terms(**changes))
    hub.read()


def hears(hub: SmallHub, case: UUID, reply: str, ground: str | None = None, on: str = "2026-11-18") -> None:
    """The holder writes down what a party outside answered."""
    said = {"reply": reply, "on": on} | ({"ground": ground} if ground else {})
    with hub.acting(ASSEN) as acting:
        actions.record_reply(acting, case, OutsideReply.model_validate(said))
    hub.read()


def talk(hub: SmallHub, case: UUID, who: str = ASSEN, on: date | None = None) -> TalkView:
    """The last talk as somebody reads it."""
    with hub.sessions() as session:
        return talks_of(session, case, OrganisationCode(who), on=on or dutch_date(NOW))[0]


def said(hub: SmallHub, case: UUID) -> list[str]:
    """What was said at the table."""
    return [type_ for type_ in hub.types(case) if type_.startswith("border.")]
