"""Which right an operation asks for: said once, where it takes its caller, and told in the document of the API."""

from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from hub.access.callers import Caller
from hub.access.rights import Right
from hub.api.context import TheCaller

About = Literal["case", "own", "none"]
"""What an address names: a case, another thing of the caller's organisation, or neither."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The caller, who must have a right."""

    right: Right

    async def __call__(self, caller: TheCaller) -> Caller:
        """Who calls. Raises NotSignedIn, TooMany and MissingRight."""
        caller.need(self.right)
        return caller


def needs(right: Right) -> Any:
    """A dependency that gives the caller, and refuses one without `right`."""
    return Depends(Needs(right))


def right_of(route: APIRoute) -> Right | None:
    """The right that an operation asks for; None for one that anybody may use."""
    return next((call.right for call in _calls_of(route.dependant) if isinstance(call, Needs)), None)


def about(path: str) -> About:
    """What an address names, as a template in braces."""
    if "{caseId}" in path:
        return "case"
    return "own" if "{" in path else "none"


def _calls_of(dependant: Dependant) -> list[Any]:
    return [dependant.call, *(call for below in dependant.dependencies for call in _calls_of(below))]
