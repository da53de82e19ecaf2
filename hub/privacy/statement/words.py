"""The words of a statement: every code in a plain phrase, with the law behind it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from babel.dates import format_date, format_datetime

from hub.clock import DUTCH_TIME
from hub.i18n import Language, translate

FIELD_MESSAGES: Mapping[str, str] = {
    "pupil": "the pupil's name, birth date and group",
    "contact": "who to call at school",
    "question": "the school's question",
    "parents_words": "the parents' own words",
    "answer": "the answer to the school",
    "explanation": "why a party passed the question on, or the school did not agree with an answer",
    "message": "what the school and a party write to each other",
    "note": "a party's own notes",
    "reasoning": "why a partnership proposed or refused something",
    "declaration_number": "the number of the declaration (TLV)",
    "outside": "to which party outside Samenspel a letter was written",
}
GROUND_MESSAGES: Mapping[str, str] = {
    "own_data": "the school may see what it wrote itself, and the answer to it (the pupil's file)",
    "consent": "there is consent for it (AVG article 6 paragraph 1 under a)",
    "swv_task": "the partnership of schools has this task by law (WVO 2020 article 2.47, WPO article 18a)",
    "attendance_law": "the attendance officer has this task by law (Leerplichtwet articles 21 and 21a)",
    "question_only": "the question was shared without saying who the pupil is, so no consent is needed",
    "safety": "the child's safety is at stake, and then the law allows it without consent (Wmo 2015 article 5.2.6)",
    "supervision_order": "it is about a supervision order, and then the law allows it without consent "
    "(Jeugdwet article 7.3.11 paragraph 4)",
    "vital_interest": "somebody's life or health is at stake, and then the law allows it without consent "
    "(AVG article 6 paragraph 1 under d)",
    "right_of_access": "somebody asked what is known about the child (AVG article 15)",
}
PURPOSE_MESSAGES: Mapping[str, str] = {
    "follow": "to follow what becomes of the question",
    "handle": "to handle the question",
    "involvement": "to see whether the question is about its own region",
    "account": "to look back at what it did itself",
    "access_request": "to answer a request for access",
    "complaint": "to handle a complaint or an objection",
    "safety": "for the safety of the child",
    "supervision_order": "for a supervision order",
    "vital_interest": "because a life or health was at stake",
}
ROLE_MESSAGES: Mapping[str, str] = {
    "sender": "asked the question",
    "holder": "handles the question",
    "asked": "was asked to help as well",
    "named": "knows that there is a question",
    "former": "has passed the question on, and sees nothing of it any more",
}
TYPE_MESSAGES: Mapping[str, str] = {
    "signal.raised": "a concern that the school shares",
    "referral.submitted": "a request for youth help",
    "support.requested": "a question to the partnership of schools",
    "admission.requested": "a request for a declaration of admissibility (TLV)",
    "placement.sought": "a request to help find a place at a school",
    "transition.announced": "an announcement that the pupil goes on to another school, or leaves school",
    "absence.reported": "a report that a pupil is at home, or may soon be",
}
GIVER_MESSAGES: Mapping[str, str] = {
    "parents": "the parents",
    "pupil": "the pupil",
    "parents_and_pupil": "the parents and the pupil together",
}
RECEIVER_MESSAGES: Mapping[str, str] = {
    "social_team": "every social team",
    "transition_point": "every transition point (Doorstroompunt)",
}
ASK_MESSAGES: Mapping[str, str] = {
    "think_along": "thinking along",
    "help": "help to the pupil or the family",
    "know": "knowing of it",
}


def said(table: Mapping[str, str], code: str | None, language: Language) -> str:
    """A code in words; a code without words as it is."""
    if code is None:
        return ""
    return translate(table[code], language) if code in table else code


def listed(parts: Iterable[str], language: Language) -> str:
    """A list as people write it: "a, b and c"."""
    *most, last = list(parts) or [""]
    if not most:
        return last
    return translate("%(most)s and %(last)s", language, {"most": ", ".join(most), "last": last})


def on_day(day: date, language: Language) -> str:
    """A day in words: 19 November 2026."""
    return format_date(day, "d MMMM yyyy", locale=language)


def at_moment(moment: datetime, language: Language) -> str:
    """A moment in words, in Dutch time: 19 November 2026, 10:30."""
    return format_datetime(moment, "d MMMM yyyy, HH:mm", tzinfo=DUTCH_TIME, locale=language)
