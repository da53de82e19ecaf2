"""A case as the rules look at it: its facts, and what the directory says about them on the day of the case."""

from functools import lru_cache

from hub.codes import (
    About,
    DeclineCode,
    OrganisationCode,
    OrganisationKind,
    Postcode4,
    Residence,
    SchoolType,
    Sector,
    Standing,
    Theme,
)
from hub.directory.entries import Area, Site
from hub.directory.snapshot import OUTSIDE_BY_CLUSTER, OUTSIDE_BY_TYPE, Snapshot
from hub.routing.facts import Facts, Request
from hub.routing.rule import Asks, Ground

ADULT = frozenset({"18-22", "23+"})
_ONLY_VSO = frozenset({"16-17"}) | ADULT  # nobody of that age is in special primary education


class Situation:
    """One case on one day. Every answer is a look-up; nothing here concludes who is responsible.

    What most rules ask is looked up once, at the start: this is the hot path of the router.

    sector: where the pupil goes to school; None for mbo, private, and a site of both sectors where age does not tell.
    school_area: the partnership of the writing school as the directory answers it, doubt included.
    school_swv: the same where it is plain; it leads the talk and does triage.
    municipalities: those of the home postcode, without the ones that said that the child is not theirs.
    """

    __slots__ = (
        "_home_areas",
        "adult",
        "facts",
        "municipalities",
        "on",
        "school_area",
        "school_swv",
        "sector",
        "site",
        "snapshot",
    )

    def __init__(self, facts: Facts, snapshot: Snapshot, site: Site) -> None:
        self.facts = facts
        self.snapshot = snapshot
        self.site = site
        self.on = facts.on
        self.adult = facts.age_group in ADULT
        self.sector = facts.answers.site_sector or sector_at(site, facts.age_group)
        self.school_area = self.area_of_site(site, self.sector or _likelier_sector(facts.age_group))
        self.school_swv = _plain(self.school_area)
        self.municipalities = self._municipalities_left()
        self._home_areas: dict[Sector, OrganisationCode | Asks] = {}

    @classmethod
    def of(cls, facts: Facts, snapshot: Snapshot) -> "Situation | None":
        """The situation of a case; None when the directory does not know the school that writes."""
        site = snapshot.site(facts.site, facts.on)
        return None if site is None else cls(facts, snapshot, site)

    @property
    def leaves_primary(self) -> bool:
        """Whether a primary school raises a question about the change to secondary education."""
        facts = self.facts
        about = facts.request is Request.SIGNAL and facts.about is About.EDUCATION and facts.theme is Theme.TRANSITION
        return about and self.sector is Sector.PO

    @property
    def previous_site(self) -> Site | None:
        """The school that a pupil who is only registered comes from, if the directory knows it."""
        return self.snapshot.site(self.facts.previous_site, self.on) if self.facts.previous_site else None

    @property
    def origin(self) -> Site | None:
        """The school within a partnership where the pupil is enrolled, or was until now; None when there is none."""
        enrolled = self.facts.standing is Standing.ENROLLED
        site = self.site if enrolled else self.previous_site
        nowhere = not enrolled and self.facts.declaration.came_from is not None
        return None if site is None or nowhere or self.outside(site) else site

    @property
    def abroad(self) -> bool:
        """Whether the child lives in another country."""
        return self.facts.living.residence is Residence.ABROAD

    def outside(self, site: Site) -> Area | None:
        """The area that says why a site belongs to no partnership (A9, A11); None for a site that does belong."""
        own = site is self.site
        area = self.school_area if own else self.area_of_site(site, sector_at(site, None) or Sector.PO)
        return area if area is OUTSIDE_BY_CLUSTER or area is OUTSIDE_BY_TYPE else None

    def area_of_site(self, site: Site, sector: Sector) -> Area | None:
        """The partnership that a site belongs to in a sector (A1), as the directory answers it."""
        return self.snapshot.swv_of_site(site.code, sector, self.on)

    def swv_of_site(self, site: Site, sector: Sector) -> OrganisationCode | Asks:
        """The partnership of a site in a sector, or the question that must be answered first."""
        own = site is self.site and sector is self.sector
        area = self.school_area if own else self.area_of_site(site, sector)
        swv = _plain(area) or (self._answered(self.facts.answers.school_swv, sector) if site is self.site else None)
        if swv is not None:
            return swv
        if area is None or area.doubt is None:
            return Asks("school_without_swv", school(site) | {"sector": sector.value})
        return Asks("school_in_doubt", school(site) | {"doubt": area.doubt.value})

    def swv_of_home(self, sector: Sector) -> OrganisationCode | Asks:
        """The partnership of the home postcode in a sector (B1), or the question that must be answered first."""
        found = self._home_areas.get(sector)
        if found is None:
            found = self._home_areas[sector] = self._look_up_home(sector)
        return found

    def home_swv_if_other(self, sector: Sector, than: OrganisationCode) -> OrganisationCode | None:
        """The partnership of the home when it is plainly another one: what people often think is responsible.

        None for who lives abroad: a postcode that was filled in all the same is no home.
        """
        if self.abroad:
            return None
        swv = self.swv_of_home(sector)
        return None if isinstance(swv, Asks) or swv == than else swv

    def home_municipality(self) -> OrganisationCode | Asks:
        """The municipality of the home, or the question that must be answered first."""
        if len(self.municipalities) == 1:
            return self.municipalities[0]
        pc4 = self.facts.home_postcode
        if pc4 is None:
            return Asks("home_postcode", {})
        known = self.snapshot.municipalities(pc4, self.on)
        if not known:
            return Asks("postcode_without_municipality", {"postcode": pc4})
        names = ", ".join(sorted(map(self.name, self.municipalities or known)))
        question = "municipality_choice" if self.municipalities else "municipality_denied"
        return Asks(question, {"postcode": pc4, "municipalities": names})

    def is_municipality(self, code: str) -> bool:
        """Whether a municipality with this code is in force on the day of the case."""
        party = self.snapshot.organisation(code, self.on)
        return party is not None and party.kind is OrganisationKind.MUNICIPALITY

    def ground_of_home(self, sector: Sector, swv: OrganisationCode) -> Ground | None:
        """The home postcode as the place that a partnership was read from; None when a person said it instead."""
        pc4 = self.facts.home_postcode
        if pc4 is None or _plain(self.snapshot.area(pc4, sector, self.on)) != swv:
            return None
        municipality = self.municipalities[0] if len(self.municipalities) == 1 else None
        return Ground(Postcode4(pc4), municipality, sector, swv, of_home=True)

    def ground_of_site(self, site: Site, sector: Sector, swv: OrganisationCode) -> Ground | None:
        """The site's own postcode as that place, also where a list names another; None when a person said it."""
        of_postcode = _plain(self.snapshot.area(site.pc4, sector, self.on)) if site.pc4 else None
        listed = site.swv_override is not None and sector in site.swv_override
        if site.pc4 is None or of_postcode is None or (of_postcode != swv and not listed):
            return None
        instead = swv if of_postcode != swv else None
        return Ground(site.pc4, site.municipality, sector, of_postcode, of_home=False, listed=instead)

    def name(self, code: str) -> str:
        """The name of a party on the day of the case; its code where the directory has none."""
        party = self.snapshot.organisation(code, self.on)
        return code if party is None else party.name

    def party(self, key: str, code: OrganisationCode) -> dict[str, str]:
        """A party as facts: code and name, so that a sentence needs no directory later."""
        return {key: code, f"{key}_name": self.name(code)}

    def home(self) -> dict[str, str]:
        """The home postcode as a fact; a dash where nobody may or can say it."""
        return {"postcode": self.facts.home_postcode or "-"}

    def _look_up_home(self, sector: Sector) -> OrganisationCode | Asks:
        pc4 = self.facts.home_postcode
        if pc4 is None:
            return self._answered(self.facts.answers.home_swv, sector) or Asks(self._missing_home(), {})
        area = self.snapshot.area(pc4, sector, self.on)
        swv = _plain(area) or self._answered(self.facts.answers.home_swv, sector)
        if swv is not None:
            return swv
        place = {"postcode": pc4, "sector": sector.value}
        if area is None or area.doubt is None:
            return Asks("postcode_unknown", place, because="B6")
        return Asks("postcode_in_doubt", place | {"doubt": area.doubt.value}, because="B6")

    def _missing_home(self) -> str:
        """Where the register keeps the address secret, nobody asks for it."""
        return "home_swv_secret" if self.facts.living.residence is Residence.SECRET else "home_postcode"

    def _answered(self, code: OrganisationCode | None, sector: Sector) -> OrganisationCode | None:
        """The partnership that triage found, when it is one of the sector that is asked about."""
        party = self.snapshot.organisation(code, self.on) if code else None
        fits = party is not None and party.kind is OrganisationKind.SWV and party.code.startswith(sector.value.upper())
        return code if fits else None

    def _municipalities_left(self) -> tuple[OrganisationCode, ...]:
        answered = self.facts.answers.municipality
        if answered is not None and self.is_municipality(answered):
            return (answered,)
        known = self.snapshot.municipalities(self.facts.home_postcode, self.on) if self.facts.home_postcode else ()
        if not self.facts.declined:
            return known
        codes = (row.organisation for row in self.facts.declined if row.code is DeclineCode.NOT_OUR_AREA)
        parties = (self.snapshot.organisation(code, self.on) for code in codes)
        denied = {party.municipality for party in parties if party is not None}
        return tuple(code for code in known if code not in denied)


def school(site: Site) -> dict[str, str]:
    """A school site as facts."""
    return {"school": site.code, "school_name": site.name}


def sector_at(site: Site, age_group: str | None) -> Sector | None:
    """The sector of a pupil of a site; where so and vso share a site, only a clear age decides."""
    sectors = sectors_of(site.types)
    if len(sectors) < 2:
        return next(iter(sectors), None)
    if age_group == "0-11":
        return Sector.PO
    return Sector.VO if age_group in _ONLY_VSO else None


@lru_cache(maxsize=256)
def sectors_of(types: frozenset[SchoolType]) -> frozenset[Sector]:
    """The sectors that the kinds of education at a site belong to; there are few combinations."""
    return frozenset(kind.sector for kind in types if kind.sector is not None)


def _likelier_sector(age_group: str | None) -> Sector:
    """For a site of so and vso both: it belongs to two partnerships, and one of them must do triage."""
    return Sector.VO if age_group == "12-15" else Sector.PO


def _plain(area: Area | None) -> OrganisationCode | None:
    return None if area is None or area.doubt is not None else area.swv
