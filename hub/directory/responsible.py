"""Who is responsible for education at a school site, answered out of a snapshot with the reasons beside the answer.

The other half of the question, who is responsible at home, is answered in `hub.directory.queries.who`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hub.codes import Sector
from hub.directory.entries import Area, Organisation, Site
from hub.directory.queries import Sentence
from hub.directory.snapshot import Snapshot
from hub.errors import NotFound


@dataclass(frozen=True, slots=True)
class Partnership:
    """The partnership of a site in a sector; `area` None: the law does not say, `organisation` None: it has none."""

    sector: Sector
    area: Area | None
    organisation: Organisation | None

    @property
    def is_doubtful(self) -> bool:
        """Whether a person must look."""
        return self.area is None or self.area.doubt is not None


@dataclass(frozen=True, slots=True)
class AtSchool:
    """A site and its partnerships, one per sector of its education."""

    site: Site
    partnerships: tuple[Partnership, ...]

    @property
    def is_plain(self) -> bool:
        """Whether nobody needs to look."""
        return all(not one.is_doubtful for one in self.partnerships)

    def sentences(self) -> Iterator[Sentence]:
        """Per partnership why it is the one, or that a person must look."""
        return (_told_of(self.site, one) for one in self.partnerships)


def at_school(snapshot: Snapshot, code: str, sector: Sector | None, on: date) -> AtSchool:
    """The partnerships of a school site on a day, or the one of a sector. Raises NotFound for an unknown site."""
    site = snapshot.site(code, on)
    if site is None:
        raise NotFound(
            "The directory has no school site %(school)s on %(on)s.",
            next_step="Check the code: four characters of the BRIN and two of the site.",
            school=code,
            on=on,
        )
    sectors = sorted({kind.sector for kind in site.types if kind.sector}) or [Sector.PO]
    wanted = [one for one in sectors if sector in (None, one)]
    return AtSchool(site, tuple(_partnership(snapshot, site, each, on) for each in wanted))


def find_sites(snapshot: Snapshot, text: str, on: date, most: int) -> list[Site]:
    """The school sites whose name or code holds every word of `text`, at most so many, in order of their name."""
    words = text.casefold().split()
    found = (
        site for site in snapshot.sites(on) if all(word in f"{site.code} {site.name}".casefold() for word in words)
    )
    return sorted(found, key=lambda site: site.name)[:most] if words else []


def _partnership(snapshot: Snapshot, site: Site, sector: Sector, on: date) -> Partnership:
    area = snapshot.swv_of_site(site.code, sector, on)
    return Partnership(sector, area, snapshot.organisation(area.swv, on) if area and area.swv else None)


def _told_of(site: Site, one: Partnership) -> Sentence:
    if one.is_doubtful:
        return Sentence("The partnership of %(school)s is not certain: a person must look.", {"school": site.name})
    swv = one.area.swv if one.area else None
    if swv is None:
        return Sentence("%(school)s belongs to no partnership.", {"school": site.name})
    return Sentence(
        "For %(school)s the partnership is %(name)s (%(swv)s). It is the first to ask about education of an enrolled "
        "pupil.",
        {"school": site.name, "name": one.organisation.name if one.organisation else swv, "swv": swv},
    )
