"""The entrance of routing: facts and a directory go in, one decision, question or refusal comes out."""

from collections.abc import Iterable
from typing import TypeVar

from hub.codes import OrganisationCode
from hub.directory.snapshot import Snapshot
from hub.routing.decision import Decision, Question, Reason, Refused, Undecided
from hub.routing.draft import Draft
from hub.routing.facts import Facts, Sending
from hub.routing.routes import route_of
from hub.routing.rule import Applies, Rule
from hub.routing.rules import e_safety, h_door, hub_protocol, hub_region
from hub.routing.rules.hub_protocol import Choice
from hub.routing.ruleset import CURRENT, RuleSet
from hub.routing.situation import Situation

S = TypeVar("S")
_ORDINARY = Sending()


def decide(facts: Facts, snapshot: Snapshot, rules: RuleSet = CURRENT) -> Decision | Undecided | Refused:
    """Who is responsible on the day of the case, and why.

    Total and deterministic: every valid input gives an answer; `Held` is the kind of `Undecided` that stays with the
    school. `snapshot` must be the directory that counts for the case; its entries are read on `facts.on`.
    """
    refused = _refused(facts) if facts.acute_danger or facts.sending != _ORDINARY else None
    if refused is not None:
        return refused
    case = Situation.of(facts, snapshot)
    if case is None:
        return _school_unknown(facts)
    draft = Draft(case, rules)
    draft.recall()
    if draft.consider(hub_protocol.brake):
        return draft.joint_talk()
    route = route_of(case)
    if route is None:
        draft.ask("admission_kind")
        return draft.settled()
    draft.follow(route)
    return draft.settled()


def follow_choice(
    facts: Facts, snapshot: Snapshot, by: OrganisationCode, chosen: OrganisationCode, rules: RuleSet = CURRENT
) -> Decision | Undecided:
    """The case goes where its holder `by` sends it, unless it has been passed on too often."""
    case = Situation.of(facts, snapshot)
    if case is None:
        return _school_unknown(facts)
    draft = Draft(case, rules)
    draft.recall()
    if draft.consider(hub_protocol.brake):
        return draft.joint_talk()
    choice = Choice(case, by, chosen)
    draft.put(hub_protocol.chosen_by_holder, choice)
    draft.put(hub_region.file_stays, choice)
    return draft.handed_to(chosen)


def _school_unknown(facts: Facts) -> Undecided:
    return Undecided(None, (Question("school", {"school": facts.site}),), (Reason(hub_protocol.triage.id, {}, False),))


def _refused(facts: Facts) -> Refused | None:
    """Danger first, then what may never come in, whatever it is about."""
    for group in (e_safety.RULES, *h_door.GROUPS):
        if reasons := _reasons_of(group, facts):
            return Refused(group[-1].id, reasons)
    return None


def _reasons_of(rules: Iterable[Rule[S]], judged: S) -> tuple[Reason, ...]:
    return tuple(Reason(entry.id, found.facts) for entry in rules if isinstance(found := entry.judge(judged), Applies))
