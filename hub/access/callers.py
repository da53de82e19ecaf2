"""Who calls, and what they may do. A caller always acts for exactly one organisation."""

from dataclasses import dataclass
from enum import StrEnum

from hub.codes import OrganisationCode
from hub.errors import NotAllowed


class Right(StrEnum):
    """What a token may be used for; also the scopes of access tokens."""

    PUBLISH = "events:publish"
    READ_CASES = "cases:read"
    ANSWER_CASES = "cases:answer"
    READ_FEED = "feed:read"
    MANAGE_SUBSCRIPTIONS = "subscriptions:manage"
    READ_AGENDA = "agenda:read"
    MANAGE_PEOPLE = "people:manage"
    MANAGE_CLIENTS = "clients:manage"
    READ_STATEMENT = "cases:statement"
    REVIEW_READING = "reading:review"
    OPERATE = "hub:operate"


class MissingRight(NotAllowed):
    """The caller's token lacks the right that is named in `right`."""


SCHOOL_RIGHTS = frozenset(
    {
        Right.PUBLISH,
        Right.READ_CASES,
        Right.ANSWER_CASES,
        Right.READ_FEED,
        Right.MANAGE_SUBSCRIPTIONS,
        Right.READ_STATEMENT,
    }
)
"""A school answers too: what has no partnership comes back to it with a question, and it names the receiver itself."""

RECEIVER_RIGHTS = frozenset(
    {Right.READ_CASES, Right.ANSWER_CASES, Right.READ_FEED, Right.MANAGE_SUBSCRIPTIONS, Right.READ_AGENDA}
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in machine or person: `label` names the token in the ledger, `sources` what it may publish under."""

    organisation: OrganisationCode
    rights: frozenset[Right]
    sources: frozenset[str]
    label: str

    def need(self, right: Right) -> None:
        """Raises NotAllowed when the caller lacks `right`."""
        if right not in self.rights:
            raise MissingRight("Your token does not have the right %(right)s.", right=right.value)

    def need_source(self, source: str) -> None:
        """Raises NotAllowed when the caller may not publish under `source`."""
        if source not in self.sources:
            raise NotAllowed(
                "Your token may not publish under this source.",
                next_step="Use the source that was agreed for your system, or ask the hub's administrator to add it.",
            )
