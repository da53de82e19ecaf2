"""Who acts in a case, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.codes import OrganisationCode
from hub.privacy.vault import Vault


@dataclass(frozen=True, slots=True)
class Acting:
    """One party at one moment, with what its moves need.

    `label` names the person or system that acts for it, without a name; `seen` is the version of the case that it
    looked at, if it wants to be warned of what happened since.
    """

    session: Session
    vault: Vault
    organisation: OrganisationCode
    now: datetime
    label: str = ""
    seen: int | None = None
