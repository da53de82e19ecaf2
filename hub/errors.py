"""Expected refusals: what the hub says no to, in words a reader can act on.

A `HubError` is an answer, not a fault: it is never logged as an error and it never carries personal data. Its class
decides the HTTP status; its texts are English message ids with named parameters, translated where they are shown
(see `hub.i18n`). Everything else that is raised is a defect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where (`pointer`, RFC 6901), what, and what to do about it."""

    pointer: str
    message: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    index: int | None = None  # place in a batch, counted from 0


def pointer_part(name: object) -> str:
    """A name as it stands in a JSON pointer (RFC 6901, section 3)."""
    return str(name).replace("~", "~0").replace("/", "~1")


class HubError(Exception):
    """A refusal with a reason (`message`) and the next step for the person who reads it (`next_step`)."""

    status = 400
    code = "refused"
    title = "The hub cannot do this"
    next_step = "Correct the request and send it again."

    def __init__(
        self,
        message: str,
        *,
        next_step: str | None = None,
        problems: tuple[Problem, ...] = (),
        retry_after_seconds: int | None = None,
        **parameters: object,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.parameters = parameters
        self.problems = problems
        self.retry_after_seconds = retry_after_seconds
        if next_step is not None:
            self.next_step = next_step


class InvalidInput(HubError):
    """The request does not have the form or the values that were agreed."""

    code = "invalid-input"
    title = "The input is not valid"


class NotSignedIn(HubError):
    """No token, or one that is unknown, expired or withdrawn."""

    status = 401
    code = "not-signed-in"
    title = "You are not signed in"
    next_step = "Send a valid token in the Authorization header."


class NotAllowed(HubError):
    """The caller is known, but has no right to this."""

    status = 403
    code = "not-allowed"
    title = "You may not do this"
    next_step = "Ask the administrator of your organisation for the right to do this."


class NotFound(HubError):
    """The object does not exist, or is not the caller's to know of: both answer alike."""

    status = 404
    code = "not-found"
    title = "Not found"
    next_step = "Check the address. You only see cases of your own organisation."


class Conflict(HubError):
    """The request does not fit what has already happened."""

    status = 409
    code = "conflict"
    title = "This does not fit what has already happened"
    next_step = "Fetch the case again and choose one of the moves that are possible now."


class Gone(HubError):
    """What was asked for existed once, and is no longer kept."""

    status = 410
    code = "gone"
    title = "This is no longer available"


class TooLarge(HubError):
    """The request is larger than was agreed."""

    status = 413
    code = "too-large"
    title = "The request is too large"


class TooMany(HubError):
    """The caller asks more often than was agreed; `retry_after_seconds` says when it may ask again."""

    status = 429
    code = "too-many"
    title = "Too many questions in a short time"
    next_step = "Wait until the time in Retry-After has passed, and ask again."


class WrongMediaType(HubError):
    """The content type of the request is not one the hub reads."""

    status = 415
    code = "wrong-media-type"
    title = "This content type is not supported"


class NotAcceptable(HubError):
    """The caller asks for an answer in a form the hub does not write."""

    status = 406
    code = "not-acceptable"
    title = "The hub cannot answer in that form"


class AcuteDanger(HubError):
    """A child may be in danger now: the hub never queues that (domain rule E3)."""

    status = 422
    code = "acute-danger"
    title = "Call now: the hub does not handle acute danger"


class Unavailable(HubError):
    """A part the hub cannot do without is away for the moment; sending the same again is safe."""

    status = 503
    code = "unavailable"
    title = "The hub is away for a moment"
    next_step = "Send the same request again later: with the same source and id it is handled once."
