"""Why a sign-in is refused: for the log as a word, for the person in a sentence with what to do next.

What the person reads says no more than helps: somebody who tries a door learns nothing from how it stays shut.
"""

from enum import StrEnum

from hub.errors import HubError


class Reason(StrEnum):
    """What was wrong, as the log says it."""

    NO_STATE = "no_state"
    UNKNOWN_STATE = "unknown_state"
    OTHER_BROWSER = "other_browser"
    TOO_LATE = "too_late"
    OTHER_PROVIDER = "other_provider"
    OTHER_ISSUER = "other_issuer"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    NO_CODE = "no_code"
    CODE_NOT_TAKEN = "code_not_taken"
    NO_ID_TOKEN = "no_id_token"  # noqa: S105  # a word for the log
    ID_TOKEN_WRONG = "id_token_wrong"  # noqa: S105  # the same
    LEVEL_TOO_LOW = "level_too_low"
    UNKNOWN_PERSON = "unknown_person"
    INVITATION_WORTHLESS = "invitation_worthless"
    ALREADY_LINKED = "already_linked"
    PERSON_WITHDRAWN = "person_withdrawn"
    NO_ROLE = "no_role"


_NOT_HERE = (
    "This sign-in was not started in this browser, or it took too long.",
    "Begin again: choose your organisation and sign in.",
)
_NOT_TRUSTED = (
    "The answer of your organisation's sign-in cannot be trusted, so you are not signed in.",
    "Begin again. If it happens once more, call the administrator of your organisation.",
)
_NOT_KNOWN = (
    "Samenspel does not know you yet.",
    "Ask the administrator of your organisation for an invitation, and use its code the first time you sign in.",
)
_MESSAGES: dict[Reason, tuple[str, str]] = {
    Reason.NO_STATE: _NOT_HERE,
    Reason.UNKNOWN_STATE: _NOT_HERE,
    Reason.OTHER_BROWSER: _NOT_HERE,
    Reason.TOO_LATE: _NOT_HERE,
    Reason.REFUSED_BY_PROVIDER: (
        "Your organisation's sign-in did not let you through, or you stopped halfway.",
        "Begin again. If it happens once more, call the administrator of your organisation.",
    ),
    Reason.LEVEL_TOO_LOW: (
        "You signed in without a second factor, and your role asks for one.",
        "Begin again and use a second factor. If you have none, ask the administrator of your organisation.",
    ),
    Reason.UNKNOWN_PERSON: _NOT_KNOWN,
    Reason.INVITATION_WORTHLESS: (
        "This invitation is not valid: it was used before, has expired, or belongs to another organisation.",
        "Look whether you typed the whole code. Otherwise ask the administrator of your organisation for a new one.",
    ),
    Reason.ALREADY_LINKED: (
        "You already use this account in Samenspel, under another invitation.",
        "Sign in without an invitation.",
    ),
    Reason.PERSON_WITHDRAWN: _NOT_KNOWN,
    Reason.NO_ROLE: (
        "You have no role in Samenspel at this moment.",
        "Ask the administrator of your organisation to give you a role.",
    ),
}


class SignInRefused(HubError):
    """A sign-in that is not let through. `reason` and `detail` are for the log: words and codes, never a secret."""

    status = 403
    code = "sign-in-refused"
    title = "Signing in did not work"

    def __init__(self, reason: Reason, detail: str = "") -> None:
        message, next_step = _MESSAGES.get(reason, _NOT_TRUSTED)
        super().__init__(message, next_step=next_step)
        self.reason = reason
        self.detail = detail


class ProviderAway(HubError):
    """An identity provider does not answer, or not as the standard says. `detail` is for the log."""

    status = 503
    code = "provider-away"
    title = "The sign-in of your organisation does not answer"
    next_step = "Try again in a few minutes. If it stays, call the administrator of your organisation."

    def __init__(self, *, detail: str) -> None:
        super().__init__("Samenspel cannot reach the sign-in of your organisation at this moment.")
        self.detail = detail
