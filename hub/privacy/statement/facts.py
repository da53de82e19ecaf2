"""What a statement tells: codes, dates and names of organisations, as log and ledger hold them. No words yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.codes import WithoutConsent
from hub.privacy.consent import Consent
from hub.privacy.purposes import Purpose
from hub.privacy.visibility import Ground, Visible


@dataclass(frozen=True, slots=True)
class Shared:
    """A party of the case: since when, in which role, what it may see now and why, and until when."""

    organisation: str
    role: str
    since: datetime
    shown: Visible
    until: date | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry of the ledger in which something personal was shown; `position` is its place there."""

    position: int
    at: datetime
    organisation: str
    is_person: bool
    fields: tuple[str, ...]
    ground: Ground | None
    purpose: Purpose | None


@dataclass(frozen=True, slots=True)
class Source:
    """What the statement was made from: the last place in the log and in the ledger at that moment."""

    events: int
    entries: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that a statement tells."""

    case_id: UUID
    type: str
    school: str
    school_phone: str | None
    opened_at: datetime
    state: str
    consents: Sequence[Consent]
    consent_names: dict[str, str]  # names of the receivers that consent was given for
    without_consent: WithoutConsent | None
    shared: Sequence[Shared]
    readings: Sequence[Reading]
    kept_until: date | None
    erased_at: datetime | None
    source: Source
    made_at: datetime
