"""The types of event, one line each: what it is, who writes it, and the model of its payload."""

from dataclasses import dataclass

from hub.events import payloads
from hub.events.handover import TransitionAnnounced
from hub.events.move_payloads import MoveNotified
from hub.events.payloads import Payload


@dataclass(frozen=True, slots=True)
class Published:
    """A type that a school publishes. `opens_case`: it begins a case; otherwise its subject is a running one."""

    payload: type[Payload]
    opens_case: bool
    meaning: str


PUBLISHED: dict[str, Published] = {
    "signal.raised": Published(payloads.SignalRaised, True, "A concern about a pupil."),
    "referral.submitted": Published(payloads.ReferralSubmitted, True, "A request for youth help, with consent."),
    "support.requested": Published(payloads.SupportRequested, True, "A question to the desk of the swv."),
    "admission.requested": Published(payloads.AdmissionRequested, True, "A request for a TLV."),
    "placement.sought": Published(
        payloads.PlacementSought, True, "The school seeks a place elsewhere for a pupil in its duty of care."
    ),
    "transition.announced": Published(
        TransitionAnnounced, True, "A pupil goes on to another school, or leaves school: a warm handover."
    ),
    "absence.reported": Published(payloads.AbsenceReported, True, "A pupil who is at home, or may soon be."),
    "consent.given": Published(payloads.ConsentGiven, False, "Consent for a running case, or for one receiver more."),
    "consent.withdrawn": Published(payloads.ConsentWithdrawn, False, "Consent for a running case is taken back."),
    "move.notified": Published(
        MoveNotified, False, "The pupil moves house or school; both authorities are asked who is responsible."
    ),
    "signal.withdrawn": Published(payloads.SignalWithdrawn, False, "The school takes back its question."),
}

WRITTEN_BY_HUB: dict[str, str] = {
    "referral.offered": "A receiver is asked to take the case; with the reasons.",
    "case.undecided": "No rule can place the case; a person must answer the questions.",
    "case.released": "The operator of the hub mended what held the case; the rules decide again.",
    "case.blocked": "Consent is gone: nothing more is shared.",
    "case.withdrawn": "The school took back its question.",
    "case.erased": "The personal data of the case has been destroyed: its term has passed, or somebody asked for it.",
    "border.reminded": "The time for talking is over: either side may call the arbiter.",
    "admission.ending": "A declaration is about to end: ask for a renewal in time.",
    "move.weighed": "By the rules: who is responsible after a move, with the reasons; both authorities are asked.",
    "move.settled": "Both authorities agree: who is responsible has the case from now on.",
    "consent.changed": "What a receiver may see has changed: consent was given, or taken back for some receivers.",
    "joint_talk.called": "The case was passed on too often: the parties agree in one talk who takes it.",
    "directory.doubted": "The rules chose a receiver, and it says that the case is not its area or task.",
    "referral.reminded": "The last day of a receiver to open a case, or to answer, has begun.",
    "referral.escalated": "A receiver let its last day pass: its lead is told, and later the partnership that leads.",
    "substitute.told": "A receiver is closed: who stands in for it is told of the case.",
    "transition.escalated": "Nobody acknowledged a transition in time: the partnership of the home is asked to act.",
    "delivery.abandoned": "A webhook was given up after its last attempt.",
    "subscription.ended": "A webhook ended, because its receiver answered that it is gone.",
}

WRITTEN_BY_RECEIVERS: dict[str, str] = {
    "referral.opened": "A receiver read the case for the first time.",
    "referral.accepted": "A receiver takes the case.",
    "acceptance.retracted": "A receiver takes back its acceptance, within a day.",
    "transition.acknowledged": "The receiving school knows of the pupil who comes, and takes the handover.",
    "referral.declined": "A receiver does not take the case; with a code.",
    "referral.redirected": "A receiver hands the case to another party.",
    "case.clarified": "Triage found out what was missing; the rules decide again with it.",
    "directory.correction.proposed": "Triage proposes a correction of the directory to the operator of the hub.",
    "question.asked": "A receiver asks the school something; the case waits for the school.",
    "case.assigned": "A team says who goes on with the case, by a code; only the team itself is told.",
    "case.paused": "A receiver lets the case rest, with a code and a last day.",
    "case.resumed": "A receiver goes on with a case that rested.",
    "outcome.reported": "The school has its answer.",
    "case.closed": "The case is closed; with the code of its outcome.",
    "case.reopened": "A receiver takes a case in hand again that was contested or closed.",
    "question.answered": "The school answers the question of a receiver.",
    "case.contested": "The school does not agree with an answer; with a code.",
    "message.sent": "The school and a receiver write to each other.",
    "note.added": "A party writes something down for itself; only that party is told.",
    "border.invited": "A partnership asks another, or a party outside the network, to settle who leads and who pays.",
    "border.proposed": "One side proposes who leads, who pays, and for how long.",
    "border.countered": "The other side proposes something else.",
    "border.refused": "One side does not agree; with a ground.",
    "border.agreed": "Both sides agree; the case goes to the side that leads.",
    "border.arbiter.called": "One side lays the talk before the arbiter.",
    "border.arbitrated": "The arbiter decided; the case goes to the side that leads.",
    "admission.heard": "The partnership heard the pupil, the parents or the school about a declaration.",
    "admission.advised": "An expert advised the partnership on a declaration.",
    "admission.agreed": "The partnership that pays says whether it agrees with the place.",
    "admission.issued": "A declaration of admissibility (TLV) is issued; the term for an objection begins.",
    "admission.refused": "No declaration is issued; with a ground; the term for an objection begins.",
    "move.confirmed": "An authority says whether it agrees with who is responsible after a move.",
    "milestone.recorded": "A receiver or the school recorded a day that terms count from; its terms are counted anew.",
}
"""What is written through the moves of a case: by its receivers, and where a line says so by the school."""

OPENING = frozenset(name for name, entry in PUBLISHED.items() if entry.opens_case)
"""Types that begin a case."""
