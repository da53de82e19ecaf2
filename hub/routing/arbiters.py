"""Who decides when two partnerships do not agree: whom they named in a dated agreement."""

from collections.abc import Collection
from datetime import date

from hub.codes import OrganisationCode
from hub.directory.snapshot import Snapshot

BORDER_ARBITER = "border_arbiter"
"""Kind of agreement: the partnership (`arbiter`) that decides when the parties do not agree about a pupil."""


def arbiter_between(snapshot: Snapshot, sides: Collection[str], on: date) -> OrganisationCode | None:
    """The arbiter of these partnerships on a day; None where they agreed on none, or on more than one."""
    agreed = [one for one in snapshot.agreements(BORDER_ARBITER, on) if one.parties >= set(sides)]
    arbiters = {OrganisationCode(one.scope["arbiter"]) for one in agreed}
    return arbiters.pop() if len(arbiters) == 1 else None
