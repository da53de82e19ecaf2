"""Who calls, and what they may do. A caller always acts for exactly one organisation."""

from dataclasses import dataclass

from hub.access.rights import MissingRight, Right
from hub.codes import OrganisationCode
from hub.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in machine or person: `label` names the token in the ledger, `sources` what it may publish under."""

    organisation: OrganisationCode
    rights: frozenset[Right]
    sources: frozenset[str]
    label: str

    def may(self, right: Right) -> bool:
        """Whether the caller has `right`."""
        return right in self.rights

    def need(self, right: Right) -> None:
        """Raises NotAllowed when the caller lacks `right`."""
        if not self.may(right):
            raise MissingRight("Your token does not have the right %(right)s.", right=right.value)

    def need_source(self, source: str) -> None:
        """Raises NotAllowed when the caller may not publish under `source`."""
        if source not in self.sources:
            raise NotAllowed(
                "Your token may not publish under this source.",
                next_step="Use the source that was agreed for your system, or ask the hub's administrator to add it.",
            )
