"""`hub directory change`: what an administrator writes into the directory, always with the day from which it holds.

Every command shows whom it affects before it writes (hub/manage/confirming.py).
"""

import json
import re
from datetime import date, datetime
from typing import Annotated, Any

import typer

from hub.codes import OrganisationCode, OrganisationKind, Postcode4, Sector, Theme
from hub.directory import actions
from hub.directory.entries import Agreement, AreaCorrection, Coverage, Registration
from hub.errors import InvalidInput
from hub.manage.confirming import AsJson, Described, Preview, Since, Way, Yes, carry_out
from hub.manage.foreseeing import Proposal
from hub.routing.agreements import need_readable

change = typer.Typer(
    help="Write a party, its coverage, an agreement, a correction, an assignment, a merger or an end.",
    no_args_is_help=True,
)

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}", re.ASCII)
_OF_A_MUNICIPALITY = frozenset({OrganisationKind.SOCIAL_TEAM, OrganisationKind.ATTENDANCE_OFFICE})
_FROM_ELSEWHERE = frozenset({OrganisationKind.SCHOOL_SITE, OrganisationKind.HUB})

From = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="First day on which it holds.")]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="First day on which it holds no more.")
]
Source = Annotated[str, typer.Option(help="On what ground: regulation, decision, agreement.")]


@change.command()
def area(
    context: typer.Context,
    postcode: Annotated[str, typer.Argument(help="The four digits.")],
    organisation: Annotated[str, typer.Argument(help="Code of the partnership, or of the municipality.")],
    on: From,
    source: Source,
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Give a postcode another partnership (PO2203, VO2305: for that sector) or another municipality (GM0106)."""
    code = OrganisationCode(organisation.upper())
    entry = AreaCorrection(code, _sector_of(code), four_digits(postcode), on.date(), None, source)
    answer = {"postcode": entry.pc4, "organisation": code, "on": on.date()}
    text = f"Vanaf {on.date()} hoort postcode {entry.pc4} bij {code}."
    proposal = Proposal(lambda session: actions.correct_area(session, entry), on.date())
    carry_out(context.obj, proposal, lambda _: (answer, text), Way(preview, yes, since, as_json))


@change.command()
def school(
    context: typer.Context,
    site: Annotated[str, typer.Argument(help="Code of the school site.")],
    partnerships: Annotated[
        list[str] | None, typer.Argument(help="PO and VO codes; none: as the postcode says.")
    ] = None,
    *,
    on: From,
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Assign a school site to a partnership, whatever its postcode says: the nationwide one, or one a list names."""
    codes = [OrganisationCode(code.upper()) for code in partnerships or ()]
    by_sector = {_need_sector(code): code for code in codes}
    own_code = OrganisationCode(site.upper())
    answer = {"school": own_code, "partnerships": codes, "on": on.date()}
    text = f"Vanaf {on.date()} hoort {own_code} bij {', '.join(codes) or 'het gebied van zijn postcode'}."
    proposal = Proposal(
        lambda session: actions.assign_school(session, own_code, by_sector, on=on.date()),
        on.date(),
    )
    carry_out(context.obj, proposal, lambda _: (answer, text), Way(preview, yes, since, as_json))


@change.command()
def merge(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="Code of the municipality that ends.")],
    into: Annotated[str, typer.Argument(help="Code of the municipality that takes it over.")],
    on: From,
    source: Source,
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Merge a municipality into another. Its postcodes move, their partnerships stay."""
    codes = OrganisationCode(old.upper()), OrganisationCode(into.upper())
    proposal = Proposal(
        lambda session: actions.merge_municipality(session, *codes, on=on.date(), source=source), on.date()
    )

    def described(moved: tuple[Postcode4, ...]) -> Described:
        answer = {"old": codes[0], "into": codes[1], "on": on.date(), "postcodes": moved}
        return answer, f"Vanaf {on.date()} liggen {len(moved)} postcodes van {codes[0]} in {codes[1]}."

    carry_out(context.obj, proposal, described, Way(preview, yes, since, as_json))


@change.command()
def end(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Code of the organisation.")],
    on: From,
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """End an organisation: `--on` is the first day on which it is no more."""
    own_code = OrganisationCode(code.upper())
    answer, text = {"code": own_code, "on": on.date()}, f"{own_code} bestaat vanaf {on.date()} niet meer."
    proposal = Proposal(lambda session: actions.end(session, own_code, on=on.date()), on.date())
    carry_out(context.obj, proposal, lambda _: (answer, text), Way(preview, yes, since, as_json))


@change.command()
def organisation(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="Its code, such as GM0106-ST, GM0106-LP, PO2201 or B41234.")],
    kind: Annotated[OrganisationKind, typer.Option(help="What it is.")],
    name: Annotated[str, typer.Option(help="Its name, as people know it.")],
    on: From,
    source: Source,
    municipality: Annotated[str | None, typer.Option(help="Of a team or office: for which municipality.")] = None,
    phone: Annotated[str | None, typer.Option(help="Of the office, never of a person.")] = None,
    web: Annotated[str | None, typer.Option(help="Address of its pages.")] = None,
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Enter a team, office, partnership or board, or change what is said of it. Schools come from DUO's files."""
    home = OrganisationCode(municipality.upper()) if municipality else None
    own_code = _well_formed(code, kind, home)
    entry = Registration(own_code, kind, name, source, parent=home, municipality=home, phone=phone, web=web)
    answer = {"code": own_code, "kind": kind.value, "name": name, "municipality": home, "on": on.date()}
    text = f"Vanaf {on.date()} is {own_code} {name}."
    proposal = Proposal(lambda session: actions.enter(session, entry, on=on.date()), on.date())
    carry_out(context.obj, proposal, lambda _: (answer, text), Way(preview, yes, since, as_json))


@change.command()
def coverage(
    context: typer.Context,
    team: Annotated[str, typer.Argument(help="Code of the social team or attendance office.")],
    municipality: Annotated[str, typer.Argument(help="Code of the municipality it works in.")],
    on: From,
    until: Until = None,
    postcode: Annotated[list[str] | None, typer.Option(help="Only this postcode; repeat for more.")] = None,
    theme: Annotated[list[Theme] | None, typer.Option(help="Only this theme; repeat for more.")] = None,
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Say where a team or office works. Without it, it works in the whole of its own municipality."""
    entry = Coverage(
        OrganisationCode(team.upper()),
        OrganisationCode(municipality.upper()),
        frozenset(map(four_digits, postcode)) if postcode else None,
        frozenset(theme) if theme else None,
        *_period(on, until),
    )
    where = ", ".join(sorted(entry.pc4s)) if entry.pc4s else "heel"
    answer = {
        "organisation": entry.organisation,
        "municipality": entry.municipality,
        "postcodes": postcode or None,
        "themes": theme or None,
        "on": on.date(),
        "until": entry.valid_until,
    }
    text = f"Vanaf {on.date()} werkt {entry.organisation} in {entry.municipality}: {where}."
    proposal = Proposal(lambda session: actions.cover(session, entry), on.date(), entry.valid_until)
    carry_out(context.obj, proposal, lambda _: (answer, text), Way(preview, yes, since, as_json))


@change.command()
def agreement(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name of its own; the same name again replaces it.")],
    kind: Annotated[str, typer.Argument(help="What kind of agreement it is, as the rule that reads it calls it.")],
    parties: Annotated[list[str], typer.Argument(help="Codes of those who agreed.")],
    on: From,
    source: Source,
    until: Until = None,
    scope: Annotated[str, typer.Option(help="What it is about, as a JSON object.")] = "{}",
    preview: Preview = False,
    yes: Yes = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Write down a regional agreement, with the day from which it holds: a kind and a scope that the rules can read."""
    codes = [OrganisationCode(code.upper()) for code in parties]
    entry = Agreement(name, kind, frozenset(codes), _object(scope), *_period(on, until), source)
    need_readable(entry)
    answer = {
        "id": name,
        "kind": kind,
        "parties": codes,
        "scope": entry.scope,
        "on": on.date(),
        "until": entry.valid_until,
    }
    text = f"Vanaf {on.date()} geldt afspraak {name} tussen {', '.join(codes)}."
    proposal = Proposal(lambda session: actions.conclude(session, entry), on.date(), entry.valid_until)
    carry_out(context.obj, proposal, lambda _: (answer, text), Way(preview, yes, since, as_json))


def four_digits(postcode: str) -> Postcode4:
    """A postcode as it was typed. Raises InvalidInput when it is not four digits."""
    digits = postcode.strip()
    if len(digits) == 4 and digits.isascii() and digits.isdecimal() and digits >= "1000":
        return Postcode4(digits)
    raise InvalidInput(
        "A postcode is four digits, 1000 to 9999: without the letters.", next_step="Give the first four digits only."
    )


def _well_formed(code: str, kind: OrganisationKind, municipality: OrganisationCode | None) -> OrganisationCode:
    if kind in _FROM_ELSEWHERE:
        raise InvalidInput("An organisation of this kind is not entered by hand.")
    if kind in _OF_A_MUNICIPALITY and municipality is None:
        raise InvalidInput("A team or office works for a municipality: name it with --municipality.")
    if not _CODE.fullmatch(code.upper()):
        raise InvalidInput("A code is 3 to 40 letters, digits and hyphens, such as GM0106-ST.")
    return OrganisationCode(code.upper())


def _period(on: datetime, until: datetime | None) -> tuple[date, date | None]:
    if until is not None and until <= on:
        raise InvalidInput("The end must come after the first day.")
    return on.date(), until.date() if until else None


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise InvalidInput('The scope must be a JSON object, such as {"pc4": ["8064"]}.')
    return read


def _sector_of(code: OrganisationCode) -> Sector | None:
    return next((sector for sector in Sector if code.startswith(sector.upper())), None)


def _need_sector(code: OrganisationCode) -> Sector:
    sector = _sector_of(code)
    if sector is None:
        raise InvalidInput("%(code)s is not the code of a partnership.", code=code)
    return sector
