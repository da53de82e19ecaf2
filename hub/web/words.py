"""What codes are called on the pages: English message ids, as all texts are."""

from collections.abc import Mapping

from hub.cases.lifecycle import State
from hub.codes import About, Ask, DeclineCode, Theme
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

STATES: Mapping[str, str] = {
    State.ROUTING: "On its way",
    State.OFFERED: "Waits for an answer",
    State.ACCEPTED: "Taken up",
    State.UNDECIDED: "Somebody must look",
    State.ANSWERED: "Answered",
    State.CLOSED: "Closed",
    State.BLOCKED: "Stopped: no consent",
    State.WITHDRAWN: "Taken back",
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
    "help_started": "Help has started",
    "advice_given": "Advice was given",
    "declaration_issued": "A declaration was issued",
    "no_help_needed": "No help is needed",
    "already_in_care": "There is help already",
    "other": "Something else",
}

KINDS: Mapping[str, str] = {
    "signal.raised": "Signal",
    "referral.submitted": "Request for youth help",
    "support.requested": "Question about support",
    "admission.requested": "Request for a declaration",
    "placement.sought": "A place is sought",
    "absence.reported": "Absence",
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
    "milestone.recorded": "%(name)s recorded a day that counts",
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
}

TEXTS: Mapping[str, str] = {
    "question": "Question",
    "parentsWords": "In the words of the parents",
    "answer": "Answer to the school",
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
