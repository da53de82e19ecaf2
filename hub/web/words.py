"""What codes are called on the pages: English message ids, as all texts are."""

from collections.abc import Mapping

from hub.cases.lifecycle import Status
from hub.codes import About, Ask, ContestCode, DeclineCode, Outcome, PauseCode, Theme
from hub.privacy.purposes import Purpose

THEMES: Mapping[str, str] = {
    Theme.ATTENDANCE: "Absence or being at home",
    Theme.WELLBEING: "Wellbeing",
    Theme.BEHAVIOUR: "Behaviour",
    Theme.DEVELOPMENT: "Learning and development",
    Theme.HOME: "The situation at home",
    Theme.POVERTY: "Money worries",
    Theme.CARE_NEED: "Care or a disability",
    Theme.TRANSITION: "Going to another school",
}

THEME_HINTS: Mapping[str, str] = {
    Theme.ATTENDANCE: "Often ill, late, or not at school at all",
    Theme.WELLBEING: "Sad, anxious, tired or withdrawn",
    Theme.BEHAVIOUR: "Angry, restless or often in trouble",
    Theme.DEVELOPMENT: "Needs more than the school can give by itself",
    Theme.HOME: "Worries, tension or change at home",
    Theme.POVERTY: "No breakfast, debts, or no money for activities",
    Theme.CARE_NEED: "Help with what is needed because of an illness or disability",
    Theme.TRANSITION: "To secondary or special education, or another school",
}

ASKS: Mapping[str, str] = {
    Ask.THINK_ALONG: "Think along with us",
    Ask.HELP: "Help this child or family",
    Ask.KNOW: "Only know about it",
}

PLACES: Mapping[str, str] = {About.HOME: "At home", About.EDUCATION: "At school"}

PLACE_HINTS: Mapping[str, str] = {
    About.HOME: "The municipality helps",
    About.EDUCATION: "The samenwerkingsverband helps",
}

DANGERS: Mapping[str, str] = {"no": "No", "yes": "Yes, or perhaps"}

AGES: Mapping[str, str] = {
    "0-11": "Under 12",
    "12-15": "12 to 15",
    "16-17": "16 or 17",
    "18-22": "18 to 22",
    "23+": "23 or older",
}

CONSENTS: Mapping[str, str] = {
    "parents": "Yes, the parents agree",
    "pupil": "Yes, the pupil agrees",
    "parents_and_pupil": "Yes, parents and pupil agree",
    "none": "No, or not yet",
}

STATUSES: Mapping[str, str] = {
    Status.SEARCHING: "On its way",
    Status.WAITS_FOR_RECEIVER: "Waits for an answer",
    Status.IN_HAND: "Taken up",
    Status.WAITS_FOR_SCHOOL: "Waits for the school",
    Status.PAUSED: "Rests for now",
    Status.WAITS_FOR_TRIAGE: "Somebody must look",
    Status.JOINT_TALK: "The parties talk together",
    Status.ANSWERED: "Answered",
    Status.CONTESTED: "The school does not agree",
    Status.CLOSED: "Closed",
    Status.CONSENT_GONE: "Stopped: no consent",
    Status.WITHDRAWN: "Taken back",
}

DECLINES: Mapping[str, str] = {
    DeclineCode.NOT_OUR_AREA: "Not our area",
    DeclineCode.NOT_OUR_TASK: "Not our task",
    DeclineCode.NO_CAPACITY: "No room now",
    DeclineCode.NOT_ELIGIBLE: "Does not meet the conditions",
    DeclineCode.ALREADY_KNOWN: "Already known to us",
    DeclineCode.INCOMPLETE: "Too little information",
    DeclineCode.OTHER: "Another reason",
}

OUTCOMES: Mapping[str, str] = {
    Outcome.HELP_STARTED: "Help has started",
    Outcome.HELP_FINISHED: "Help is finished",
    Outcome.ADVICE_GIVEN: "Advice was given",
    Outcome.DECLARATION_ISSUED: "A declaration was issued",
    Outcome.NO_HELP_NEEDED: "No help is needed",
    Outcome.HELP_REFUSED: "Parents or pupil do not want help",
    Outcome.ALREADY_IN_CARE: "There is help already",
    Outcome.OTHER: "Something else",
}

CONTESTS: Mapping[str, str] = {
    ContestCode.NOT_ANSWERED: "Our question was not answered",
    ContestCode.NOTHING_HAPPENED: "Nothing happened",
    ContestCode.SITUATION_CHANGED: "The situation has changed",
    ContestCode.DISAGREE: "We do not agree",
    ContestCode.OTHER: "Another reason",
}

PAUSES: Mapping[str, str] = {
    PauseCode.WAITING_LIST: "There is a waiting list",
    PauseCode.FAMILY_DECIDES: "The family is deciding",
    PauseCode.OTHER_HELP_FIRST: "Other help comes first",
    PauseCode.ABSENT: "Somebody is absent",
    PauseCode.OTHER: "Another reason",
}

KINDS: Mapping[str, str] = {
    "signal.raised": "Signal",
    "referral.submitted": "Request for youth help",
    "support.requested": "Question about support",
    "admission.requested": "Request for a declaration",
    "placement.sought": "A place is sought",
    "absence.reported": "Absence",
    "transition.announced": "Handover to another school",
}

ROLES: Mapping[str, str] = {
    "sender": "asked this",
    "holder": "has the case now",
    "asked": "is asked beside it",
    "named": "knows that there is a question",
    "former": "had the case before",
}

FIELDS: Mapping[str, str] = {
    "question": "what you write",
    "pupil": "the name of the pupil",
    "contact": "whom to call at school",
}
"""The personal fields that a signal has, as one tells a school who reads what."""

HAPPENINGS: Mapping[str, str] = {
    **dict.fromkeys(KINDS, "%(name)s asked this"),
    "referral.offered": "Came to %(to)s",
    "case.undecided": "Somebody must look: %(to)s",
    "case.released": "The rules decide again",
    "case.blocked": "Stopped, because consent is gone",
    "case.withdrawn": "Taken back by the school",
    "case.erased": "Personal data was destroyed",
    "consent.given": "Consent was given",
    "consent.withdrawn": "Consent was taken back",
    "consent.changed": "What may be seen has changed",
    "signal.withdrawn": "%(name)s took the question back",
    "referral.opened": "Read by %(name)s",
    "referral.accepted": "%(name)s takes this up",
    "referral.declined": "%(name)s does not take this up",
    "referral.redirected": "%(name)s passed this on to %(to)s",
    "case.clarified": "%(name)s found out what was missing",
    "outcome.reported": "%(name)s answered",
    "case.closed": "%(name)s closed the case",
    "case.reopened": "%(name)s opened the case again",
    "case.contested": "%(name)s does not agree with the answer",
    "case.paused": "%(name)s lets the case rest",
    "case.resumed": "%(name)s goes on with the case",
    "case.assigned": "%(name)s said who goes on with it",
    "acceptance.retracted": "%(name)s takes the case back out of hand",
    "question.asked": "%(name)s asks the school something",
    "question.answered": "%(name)s answered the question",
    "message.sent": "%(name)s wrote a message",
    "note.added": "%(name)s made a note for itself",
    "joint_talk.called": "It was passed on too often: the parties talk together",
    "referral.reminded": "Reminder: the last day has begun",
    "referral.escalated": "The last day has passed: the lead was told",
    "substitute.told": "Who stands in was told",
    "directory.doubted": "The signpost may be wrong here",
    "milestone.recorded": "%(name)s recorded a day that counts",
    "transition.acknowledged": "%(name)s takes the handover",
    "transition.escalated": "Nobody took the handover in time",
    "move.notified": "%(name)s told that the pupil moves",
    "move.weighed": "Who is responsible after the move was worked out",
    "move.confirmed": "%(name)s said whether it agrees after the move",
    "move.settled": "It is agreed who is responsible after the move",
    "border.invited": "%(name)s wants to settle who leads and who pays",
    "border.proposed": "%(name)s made a proposal",
    "border.countered": "%(name)s made another proposal",
    "border.refused": "%(name)s does not agree with the proposal",
    "border.agreed": "It is agreed who leads and who pays",
    "border.reminded": "The time for talking is over",
    "border.arbiter.called": "%(name)s laid it before the arbiter",
    "border.arbitrated": "The arbiter decided",
    "admission.heard": "%(name)s heard the people whom it concerns",
    "admission.advised": "An expert gave advice",
    "admission.agreed": "%(name)s said whether it agrees with the place",
    "admission.issued": "%(name)s issued a declaration",
    "admission.refused": "%(name)s issued no declaration",
    "admission.ending": "A declaration is about to end",
}

OTHERWISE = "Something happened: %(type)s"
"""For what newer parts of the hub tell of and this table does not know yet."""

SIGNS: Mapping[str, str] = {
    **dict.fromkeys(KINDS, "send"),
    "referral.offered": "route",
    "case.undecided": "route",
    "referral.opened": "eye",
    "referral.accepted": "check",
    "referral.declined": "cross",
    "referral.redirected": "forward",
    "outcome.reported": "message",
    "case.closed": "check",
    "question.asked": "message",
    "question.answered": "message",
    "message.sent": "message",
    "note.added": "edit",
}

TEXTS: Mapping[str, str] = {
    "question": "Question",
    "parentsWords": "In the words of the parents",
    "answer": "Answer to the school",
    "message": "Message",
    "note": "Note for your own organisation",
    "explanation": "Explanation",
}

PURPOSES: Mapping[str, str] = {
    Purpose.FOLLOW: "follow what becomes of your question",
    Purpose.HANDLE: "judge, answer and help",
    Purpose.INVOLVEMENT: "see whether it concerns your region",
    Purpose.ACCOUNT: "look back at what you did",
    Purpose.ACCESS_REQUEST: "answer a parent or pupil who asks what is known",
    Purpose.COMPLAINT: "handle a complaint",
    Purpose.SAFETY: "protect the safety of the child",
    Purpose.SUPERVISION_ORDER: "carry out a supervision order",
    Purpose.VITAL_INTEREST: "protect a vital interest",
}
"""For what somebody opens a case, after "You read this to"."""
