"""Every usual kind of question that a school asks, about pupils all over the country."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bench.nation import ON, Pupil, pupils
from hub.codes import (
    About,
    ConsentBy,
    Country,
    DeclarationStep,
    DeclineCode,
    HelpForm,
    OrganisationCode,
    Residence,
    SchoolType,
    Standing,
    Theme,
)
from hub.routing.facts import Declaration, Declined, Facts, Living, Permission, Request

Asking = Callable[[Pupil], Facts]
_PARENTS, _PUPIL, _BOTH = (Permission(by) for by in (ConsentBy.PARENTS, ConsentBy.PUPIL, ConsentBy.PARENTS_AND_PUPIL))
_LAST_SUMMER, _NEXT_SUMMER = date(2026, 8, 1), date(2027, 7, 31)


def of_every_kind(number: int) -> dict[str, list[Facts]]:
    """So many questions of each kind."""
    return {kind: [ask(pupil) for pupil in pupils(number, school)] for kind, (school, ask) in _KINDS.items()}


def _asked(request: Request, **more: Any) -> Asking:
    """A question whose facts are the same for every pupil, but for school and home."""
    return lambda pupil: Facts(request, ON, pupil.site, pupil.home, **more)


def _declared(kind: SchoolType, **more: Any) -> Asking:
    return _asked(Request.ADMISSION, admission=kind, **more)


def _from_primary(kind: SchoolType) -> Asking:
    """Registered at the school that is sought, and coming from a primary school."""
    return lambda pupil: Facts(
        Request.ADMISSION, ON, pupil.site, pupil.home, Standing.REGISTERED, admission=kind, previous_site=pupil.before
    )


def _in_care(request: Request) -> Asking:
    """Registered with a foster family, and before that in another municipality."""

    def ask(pupil: Pupil) -> Facts:
        stay = Living(Residence.STAY, pupil.home, pupil.elsewhere, help_form=HelpForm.FOSTER)
        return Facts(request, ON, pupil.site, pupil.home, age_group="0-11", living=stay, permission=_PARENTS)

    return ask


def _from_abroad(pupil: Pupil) -> Facts:
    living = Living(Residence.ABROAD, stay_postcode=pupil.home, country=Country.BELGIUM)
    return Facts(Request.REFERRAL, ON, pupil.site, age_group="0-11", living=living, permission=_PARENTS)


def _crossing_border(pupil: Pupil) -> Facts:
    living = Living(Residence.ABROAD, country=Country.GERMANY)
    return Facts(
        Request.ADMISSION, ON, pupil.site, standing=Standing.REGISTERED, admission=SchoolType.SO, living=living
    )


def _passed_on(pupil: Pupil) -> Facts:
    codes = (DeclineCode.NO_CAPACITY, DeclineCode.NOT_OUR_TASK)
    declined = tuple(Declined(OrganisationCode(f"{pupil.elsewhere}-ST"), code) for code in codes)
    return Facts(Request.SIGNAL, ON, pupil.site, pupil.home, about=About.HOME, declined=declined)


_CHANGES, _RENEWS, _RETURNS = (
    Declaration(step, issued_by="PO2201", runs_until=_NEXT_SUMMER)
    for step in (DeclarationStep.SCHOOL_CHANGE, DeclarationStep.RENEWAL, DeclarationStep.RETURN)
)
_GROWN = Living(help_before_18=True)
_MOVED = Living(moved_on=_LAST_SUMMER)

_KINDS: Mapping[str, tuple[SchoolType, Asking]] = {
    "signal about education": (SchoolType.BAO, _asked(Request.SIGNAL, theme=Theme.DEVELOPMENT)),
    "signal about the change of school": (SchoolType.BAO, _asked(Request.SIGNAL, theme=Theme.TRANSITION)),
    "signal about home": (SchoolType.BAO, _asked(Request.SIGNAL, about=About.HOME, theme=Theme.WELLBEING)),
    "signal passed on twice": (SchoolType.BAO, _passed_on),
    "referral, under 12": (SchoolType.BAO, _asked(Request.REFERRAL, age_group="0-11", permission=_PARENTS)),
    "referral, 12 to 15": (SchoolType.VO, _asked(Request.REFERRAL, age_group="12-15", permission=_PARENTS)),
    "referral, 16 and 17": (SchoolType.VO, _asked(Request.REFERRAL, age_group="16-17", permission=_PUPIL)),
    "referral, from 18": (
        SchoolType.VO,
        _asked(Request.REFERRAL, age_group="18-22", permission=_PUPIL, living=_GROWN),
    ),
    "referral, foster care": (SchoolType.BAO, _in_care(Request.REFERRAL)),
    "referral, from abroad": (SchoolType.BAO, _from_abroad),
    "referral, moved house": (SchoolType.BAO, _asked(Request.REFERRAL, permission=_BOTH, living=_MOVED)),
    "referral without consent": (SchoolType.BAO, _asked(Request.REFERRAL)),
    "support, primary": (SchoolType.BAO, _asked(Request.SUPPORT)),
    "support, secondary": (SchoolType.VO, _asked(Request.SUPPORT)),
    "absence": (SchoolType.VO, _asked(Request.ABSENCE, age_group="12-15")),
    "absence, foster care": (SchoolType.BAO, _in_care(Request.ABSENCE)),
    "absence, not enrolled": (SchoolType.VO, _asked(Request.ABSENCE, standing=Standing.NOT_ENROLLED)),
    "absence, from 18": (SchoolType.VO, _asked(Request.ABSENCE, age_group="18-22")),
    "so, enrolled": (SchoolType.BAO, _declared(SchoolType.SO)),
    "so, first school": (SchoolType.SO, _declared(SchoolType.SO, standing=Standing.REGISTERED)),
    "so, across the border": (SchoolType.SO, _crossing_border),
    "sbo, from a primary school": (SchoolType.SBO, _from_primary(SchoolType.SBO)),
    "vso, leaves primary": (SchoolType.BAO, _declared(SchoolType.VSO)),
    "vso, enrolled in secondary": (SchoolType.VO, _declared(SchoolType.VSO)),
    "practical education": (SchoolType.PRO, _from_primary(SchoolType.PRO)),
    "declaration runs, another school": (SchoolType.VSO, _declared(SchoolType.VSO, declaration=_CHANGES)),
    "declaration renewed": (SchoolType.SO, _declared(SchoolType.SO, declaration=_RENEWS)),
    "return to mainstream": (SchoolType.BAO, _declared(SchoolType.SO, declaration=_RETURNS)),
}
"""What is asked, and from which kind of school."""
