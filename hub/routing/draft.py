"""A decision in the making: what the rules have said so far, and what follows from it."""

import logging
from datetime import date
from typing import Any, TypeVar

from hub.codes import Confidence, OrganisationCode, OrganisationKind
from hub.directory.entries import Agreement
from hub.routing.answer_terms import answer_terms
from hub.routing.decision import Decision, Held, Named, PartyRole, Question, Reason, Receiver, Undecided
from hub.routing.questions import QUESTIONS, after_decline
from hub.routing.routes import GROUND_RULES, LISTED_RULES, Route
from hub.routing.rule import Applies, Asks, Contradiction, Ground, Holds, NearMiss, Outcome, Rule, Used
from hub.routing.rules import RULES, hub_protocol, hub_region
from hub.routing.rules.b_area import Place
from hub.routing.rules.conclusions import Concluded
from hub.routing.rules.f_care_duty import Candidate
from hub.routing.rules.hub_region import Custom
from hub.routing.ruleset import RuleSet
from hub.routing.situation import Situation

S = TypeVar("S")

logger = logging.getLogger(__name__)
_CUSTOM = {identity: f"custom:{identity}" for identity in RULES}


class Draft:
    """What the rules have said so far about one case."""

    __slots__ = (
        "_alarm",
        "_case",
        "_held",
        "_missing",
        "_most",
        "_named",
        "_payer",
        "_reasons",
        "_receivers",
        "_refusers",
        "_rules",
        "_until",
    )
    _until: date | None  # up to which day a declaration holds

    def __init__(self, case: Situation, rules: RuleSet) -> None:
        self._case = case
        self._rules = rules
        self._reasons: list[Reason] = []
        self._receivers: list[tuple[OrganisationCode, str]] = []
        self._named: list[Named] = []
        self._missing: dict[str, Question] = {}
        self._refusers = {row.organisation: row.code for row in case.facts.declined}
        self._payer: OrganisationCode | None = None
        self._until = None
        self._held: str | None = None
        self._alarm = False
        self._most = 1

    def recall(self) -> None:
        """Begin with what earlier receivers answered, and what triage found out."""
        for declined in self._case.facts.declined:
            self.put(hub_protocol.declined_before, hub_protocol.HandOver(self._case, declined))
        if self._case.facts.answers.by is not None:
            self.consider(hub_region.answered_by_triage)

    def follow(self, route: Route) -> None:
        """Put the rules of a route to the case, until one of them holds it; then those about its conclusion."""
        self._most = route.receivers
        for entry in route.rules:
            self.consider(entry)
            if self._held:
                return
        self._check_agreement()
        holder = self._receivers[0][0] if self._receivers else None
        if holder is None or holder in self._refusers:
            return
        for closing in route.closing:
            self.put(closing, Concluded(self._case, holder))
        for site in self._case.facts.seeking.candidates if route.candidates else ():
            for about in route.candidates:
                self.put(about, Candidate(self._case, holder, site))

    def consider(self, entry: Rule[Situation]) -> bool:
        """Put one rule to the case; whether it had anything to say."""
        return self.put(entry, self._case)

    def put(self, entry: Rule[S], judged: S) -> bool:
        """Put one rule to what it judges. A rule that fails holds the case and alarms; it is never skipped."""
        if not self._rules.in_force(entry, self._case.on):
            return False
        try:
            found = entry.judge(judged)
            if found is not None:
                self._weigh(entry, found)
        except Contradiction:
            self._raise_alarm(entry.id)
            return True
        except Exception:  # whatever it is: the case waits for a person, and the trace says where the defect lies
            logger.exception("rule %s failed", entry.id)
            self._raise_alarm(entry.id)
            return True
        return found is not None

    def ask(self, question: str, facts: Used | None = None) -> None:
        """Add a question, once, with those of the facts that it tells."""
        if question not in self._missing:
            told = QUESTIONS[question].facts
            kept = {name: value for name, value in (facts or {}).items() if name in told or f"{name}_name" in told}
            self._missing[question] = Question(question, kept)

    def joint_talk(self) -> Undecided:
        """The end of passing on."""
        self.ask("joint_talk")
        return Undecided(self._case.school_swv, tuple(self._missing.values()), tuple(self._reasons))

    def handed_to(self, chosen: OrganisationCode) -> Decision | Undecided:
        """The decision that the holder made itself."""
        self._receivers = [(chosen, hub_protocol.chosen_by_holder.id)]
        return self._decision()

    def settled(self) -> Decision | Undecided:
        """The decision, the questions that stand in its way, or what holds it at the school."""
        if self._held:
            return self._held_case(self._held)
        self._heed_declines()
        if not self._receivers and not self._missing:
            self.ask("no_rule")
        if self._missing:
            self.consider(hub_protocol.triage)
            return Undecided(self._case.school_swv, tuple(self._missing.values()), tuple(self._reasons))
        return self._decision()

    def _decision(self) -> Decision | Undecided:
        receivers = tuple(self._receiver(place, code, why) for place, (code, why) in enumerate(self._receivers))
        self.consider(hub_protocol.answer_term)
        if self._held:
            return self._held_case(self._held)
        within = answer_terms(self._case)
        return Decision(
            lead_swv=self._lead(),
            receivers=receivers,
            named=tuple(self._named),
            answer_within_working_days=within.answered,
            open_within_working_days=within.opened,
            reasons=tuple(self._reasons),
            payer=self._payer,
            declaration_until=self._until,
        )

    def _receiver(self, place: int, code: OrganisationCode, why: str) -> Receiver:
        role = PartyRole.ASKED if place else PartyRole.HOLDER
        if self._kind_of(code) is not OrganisationKind.SWV:
            return Receiver(code, role, why)
        done = Concluded(self._case, code)
        told = len(self._reasons)
        self.put(hub_region.desk, done)
        desk = next((reason.facts.get("desk") for reason in self._reasons[told:]), None)
        self.put(hub_region.shared_office, done)
        return Receiver(code, role, why, desk)

    def _held_case(self, rule: str) -> Held:
        return Held(None, tuple(self._missing.values()), tuple(self._reasons), rule, self._alarm)

    def _raise_alarm(self, rules: str) -> None:
        logger.error("alarm: %s failed or contradict each other; the case is held", rules)
        failure = {"rules": rules}
        self._held, self._alarm = hub_region.alarm.id, True
        self._missing = {"rules_failed": Question("rules_failed", failure)}
        self._reasons.append(Reason(hub_region.alarm.id, failure))

    def _check_agreement(self) -> None:
        """More receivers than the route knows means that two rules name two parties for one task."""
        parties = {code for code, _ in self._receivers}
        if len(parties) > self._most:
            self._raise_alarm(", ".join(rule for _, rule in self._receivers))

    def _weigh(self, entry: Rule[Any], found: Outcome) -> None:
        """Take what a rule says; a rule that is not sure gives way to an agreement, an unconfirmed one only tells."""
        confidence = self._rules.confidence(entry)
        if confidence is Confidence.SURE:
            self._take(entry, found)
        elif confidence is Confidence.UNCONFIRMED:
            if isinstance(found, (Applies, NearMiss)):
                self._reasons.append(Reason(entry.id, found.facts, isinstance(found, Applies)))
        else:
            agreement = self._agreed(entry.id) if isinstance(found, (Applies, Holds)) else None
            self._take(entry, found) if agreement is None else self._take_custom(entry.id, found, agreement)

    def _agreed(self, rule: str) -> Agreement | None:
        """The agreement of the region that departs from a rule. Raises Contradiction where there are two."""
        found = [
            agreement
            for agreement in self._case.snapshot.agreements(_CUSTOM[rule], self._case.on)
            if ("party" in agreement.scope or agreement.scope.get("holds") is False)
            and agreement.parties & self._parties_of_region()
            and hub_region.fits(agreement, self._case)
        ]
        if len(found) > 1:
            raise Contradiction(rule)
        return found[0] if found else None

    def _parties_of_region(self) -> frozenset[str | None]:
        case = self._case
        return frozenset({case.school_swv, case.site.municipality, case.site.board, *case.municipalities})

    def _take_custom(self, rule: str, found: Outcome, agreement: Agreement) -> None:
        code = agreement.scope.get("party")
        party = None if code is None else OrganisationCode(code)
        self.put(hub_region.agreed_otherwise, Custom(self._case, rule, agreement, party))
        if party is None or not isinstance(found, Applies):
            return
        if found.receives is not None:
            self._receivers.append((party, rule))
        if found.names is not None:
            self._named.append(Named(party, rule))
        if found.pays is not None:
            self._payer = party

    def _take(self, entry: Rule[Any], found: Outcome) -> None:
        match found:
            case Applies():
                self._take_conclusion(entry.id, found)
            case NearMiss(facts):
                self._reasons.append(Reason(entry.id, facts, applies=False))
            case Holds(facts, question):
                self._reasons.append(Reason(entry.id, facts))
                self._held, self._missing = entry.id, {}
                self.ask(question, facts)
            case Asks(question, facts, because):
                self.ask(question, facts)
                if because is not None and all(reason.rule != because for reason in self._reasons):
                    self.put(RULES[because], facts)

    def _take_conclusion(self, rule: str, found: Applies) -> None:
        self._reasons.append(Reason(rule, found.facts))
        if found.receives is not None:
            self._receivers.append((found.receives, rule))
        if found.names is not None and all(party.organisation != found.names for party in self._named):
            self._named.append(Named(found.names, rule))
        if found.pays is not None:
            self._payer = found.pays
        if found.until is not None:
            self._until = found.until
        if found.asks is not None:
            self.ask(found.asks, found.facts)
        if found.ground is not None:
            self._explain(found.ground)

    def _explain(self, ground: Ground) -> None:
        place = Place(self._case, ground)
        for entry in LISTED_RULES if ground.listed else GROUND_RULES:
            self.put(entry, place)

    def _heed_declines(self) -> None:
        """Nobody is asked twice. When the holder itself declined, a person decides what comes next."""
        if not self._refusers or not self._receivers:
            return
        holder = self._receivers[0][0]
        if holder in self._refusers:
            self.ask(after_decline(self._refusers[holder]), self._case.party("party", holder))
        self._receivers = [(code, why) for code, why in self._receivers if code not in self._refusers]

    def _lead(self) -> OrganisationCode | None:
        holder = self._receivers[0][0]
        return holder if self._kind_of(holder) is OrganisationKind.SWV else self._case.school_swv

    def _kind_of(self, code: OrganisationCode) -> OrganisationKind | None:
        party = self._case.snapshot.organisation(code, self._case.on)
        return None if party is None else party.kind
