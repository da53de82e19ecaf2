"""Table of standard replies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.store.base import Base
from hub.store.rows import Rows, of

_OWN = of("organisation")


class StandardReply(Base):
    """A text of an organisation, under a code that its people know it by."""

    __tablename__ = "standard_replies"
    rows = Rows(read=_OWN, add=_OWN, change=_OWN, remove=_OWN)
    __table_args__ = (UniqueConstraint("organisation", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    code: Mapped[str]
    text: Mapped[str]
    changed_at: Mapped[datetime]
