"""What a school says when a pupil goes on: the payload of `transition.announced`."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import model_validator

from hub.codes import Standing, Theme
from hub.events.payloads import AboutAPupil, FreeText, Payload, Personal
from hub.events.situation import SiteCode


class TalkProposal(Payload):
    """When, and in which form, a school proposes to talk a pupil over with the next one."""

    on: date
    form: Literal["at_school", "online", "phone"]


class TransitionAnnounced(AboutAPupil):
    """A pupil who goes on to another school, or leaves school for work: a warm handover.

    `receiving_school` is left out for a pupil who leaves school. The pupil's file itself goes from school to school as
    the law has it; this says that it must be talked over, and when.
    """

    standing: Literal[Standing.ENROLLED] = Standing.ENROLLED
    receiving_school: SiteCode | None = None
    starts_on: date
    talk: TalkProposal | None = None
    theme: Theme = Theme.TRANSITION
    question: Annotated[FreeText, Personal]

    @model_validator(mode="after")
    def _goes_elsewhere(self) -> Self:
        if self.receiving_school == self.school:
            raise ValueError("A pupil goes on to another school than the one that writes.")
        if self.talk is not None and self.talk.on > self.starts_on:
            raise ValueError("The talk comes before the first day at the new place.")
        return self
