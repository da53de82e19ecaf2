"""A reason as the API gives it: the rule, its sentence in the reader's language, where it stands, how certain it is."""

from hub.api.wire import Answer
from hub.i18n import Language
from hub.routing.decision import Reason


class ReasonGiven(Answer):
    """A rule that was used, or one that people might expect and that does not hold here (`applies` false)."""

    rule: str
    applies: bool
    sentence: str
    source: str
    confidence: str


def reason_given(reason: Reason, language: Language) -> ReasonGiven:
    """The reason in a language."""
    return ReasonGiven(
        rule=reason.rule,
        applies=reason.applies,
        sentence=reason.sentence(language),
        source=reason.source,
        confidence=reason.confidence.value,
    )
