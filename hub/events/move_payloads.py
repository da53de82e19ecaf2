"""Payloads about a pupil who moves house or school while a case runs."""

from typing import Self

from pydantic import model_validator

from hub.codes import Residence
from hub.events.payloads import Day, Payload, YesOrNo
from hub.events.situation import LivingSituation, Postcode, SiteCode


class MoveNotified(Payload):
    """The pupil moves house or school, on a day, while a case runs; `subject` of the envelope is the case.

    `living` is how the child lives from then on, when that changes too; the rest is as it was.
    """

    moved_on: Day
    home_postcode: Postcode | None = None
    new_school: SiteCode | None = None
    living: LivingSituation | None = None

    @model_validator(mode="after")
    def _moves_somewhere(self) -> Self:
        if self.home_postcode is None and self.new_school is None and self.living is None:
            raise ValueError("Say to where: homePostcode, newSchool, or living.")
        if self.living is not None and self.living.residence is Residence.SECRET and self.home_postcode is not None:
            raise ValueError("The register keeps this address secret: leave out homePostcode.")
        return self


class MoveConfirmed(Payload):
    """Whether an authority agrees with who is responsible after a move."""

    agrees: YesOrNo
