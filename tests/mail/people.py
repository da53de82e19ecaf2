"""People of organisations of the demo region, and what the hub's postman has for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from hub.access.memberships import Appointment, give_role, withdraw_role
from hub.access.people import Particulars, add_person
from hub.access.roles import Role
from hub.codes import OrganisationCode
from hub.events import log
from hub.events.readers import advance
from hub.mail.actions import prefer
from hub.mail.composing import Office
from hub.mail.moments import Wishes
from hub.mail.postman import Bag, Postman
from hub.mail.server import MailServer
from hub.mail.tables import Mail, MailSuspension
from hub.reactions import readers
from tests.mail.post_office import PostOffice
from tests.support.small_hub import NOW, TEAM, SmallHub

PUBLIC_URL, SENDER = "https://hub.samenspel.example", "melding@samenspel.example"
LONG_AGO = NOW - timedelta(days=300)


class Team:
    """A hub with a mail server, and with people in its organisations. Its clock stands at `now`."""

    def __init__(self, hub: SmallHub) -> None:
        self.hub = hub
        self.now = NOW
        hub.readers = readers(lambda _session, _now: hub.snapshot, mails=True)

    def person(
        self,
        email: str | None = "noor@team.example",
        organisation: OrganisationCode = TEAM,
        role: Role = Role.TEAM_WORKER,
        *,
        wishes: Wishes | None = None,
        until: datetime | None = None,
    ) -> UUID:
        """Somebody with a role there."""
        with self.hub.sessions.begin() as session:
            person = add_person(session, self.hub.vault, Particulars("Noor Bakker", email), now=LONG_AGO)
            give_role(session, person, Appointment(organisation, role, LONG_AGO, until), now=LONG_AGO)
        if wishes:
            self.wants(person, wishes, organisation)
        return person

    def wants(self, person: UUID, wishes: Wishes, organisation: OrganisationCode = TEAM) -> None:
        """How a person wants to be told."""
        with self.hub.sessions.begin() as session:
            prefer(session, person, organisation, wishes, now=self.now)

    def leaves(self, person: UUID, organisation: OrganisationCode = TEAM) -> None:
        """A person has no role there any more."""
        with self.hub.sessions.begin() as session:
            withdraw_role(session, person, organisation, now=self.now)

    def tell(self) -> None:
        """Let the readers pass what happened."""
        for reader in self.hub.readers:
            advance(self.hub.sessions, reader, lambda: self.now)

    def postman(self, post: PostOffice | str) -> Postman:
        """The postman of a process, with a mail server."""
        url = post if isinstance(post, str) else post.url
        bag = Bag(self.hub.sessions, self.hub.vault, lambda _session, _now: self.hub.snapshot, lambda: self.now)
        return Postman(bag, Office(SENDER, PUBLIC_URL), MailServer(url))

    def mail(self, *states: str) -> Sequence[Mail]:
        """Messages in these states, or all, in the order in which they were made."""
        with self.hub.sessions() as session:
            found = session.scalars(select(Mail).order_by(Mail.id)).all()
        return [one for one in found if not states or one.state in states]

    def suspended(self) -> dict[UUID, str]:
        """To whom nothing is sent, and why."""
        with self.hub.sessions() as session:
            return {one.person_id: one.reason for one in session.scalars(select(MailSuspension))}

    def happened(self, case_id: UUID) -> list[str]:
        """What happened in a case."""
        with self.hub.sessions() as session:
            return [event.type for event in log.events_of_case(session, case_id)]
