"""How the rules of group A conclude: by the partnership of a school, or by that of the home postcode."""

from typing import NamedTuple

from hub.codes import OrganisationCode, Sector
from hub.directory.entries import Site
from hub.directory.snapshot import NATIONAL_SWV
from hub.routing.rule import Applies, Asks, NearMiss, Outcome
from hub.routing.situation import Situation, school, sector_at


class Concluded(NamedTuple):
    """A case and the partnership that will decide on its declaration: what follows from that is judged last."""

    case: Situation
    swv: OrganisationCode


_NATIONAL = frozenset(NATIONAL_SWV.values())


def sector_of(case: Situation, site: Site) -> Sector | Asks:
    """The sector of a pupil of `site`, or the question where so and vso share it and the age does not tell."""
    own = case.facts.answers.site_sector if site is case.site else None
    sector = own or sector_at(site, case.facts.age_group)
    return Asks("department", school(site)) if sector is None else sector


def decided_by_site(case: Situation, site: Site, sector: Sector) -> Outcome:
    """The partnership of `site` receives the case."""
    swv = case.swv_of_site(site, sector)
    if isinstance(swv, Asks):
        return swv
    facts = school(site) | case.party("swv", swv)
    return Applies(facts, receives=swv, ground=case.ground_of_site(site, sector, swv))


def decided_by_home(case: Situation, site: Site, sector: Sector) -> Outcome:
    """The partnership of the home postcode receives the case; `site` is the school that the rule starts from."""
    swv = case.swv_of_home(sector)
    if isinstance(swv, Asks):
        return swv
    facts = school(site) | case.home() | case.party("swv", swv)
    return Applies(facts, receives=swv, ground=case.ground_of_home(sector, swv))


def home_is_not_decisive(case: Situation, site: Site, sector: Sector) -> NearMiss | None:
    """Worth telling only when the home plainly lies in another partnership than `site`, which decides."""
    decides = case.swv_of_site(site, sector)
    other = None if isinstance(decides, Asks) else case.home_swv_if_other(sector, decides)
    return None if other is None else NearMiss(school(site) | case.home() | case.party("swv", other))


def applied_to_decides(done: Concluded, sector: Sector) -> NearMiss | None:
    """The same after the fact, where the school that was applied to decided; silent where a region agreed otherwise."""
    site = done.case.site
    return home_is_not_decisive(done.case, site, sector) if done.case.swv_of_site(site, sector) == done.swv else None


def registered_at_national(case: Situation) -> bool:
    """Whether the school that writes belongs, without doubt, to a nationwide partnership."""
    return case.school_swv in _NATIONAL
