"""Making a page: template, language, and what stands on every page."""

import hashlib
import re
from datetime import date, datetime
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from hub.access.roles import Role
from hub.clock import DUTCH_TIME
from hub.i18n import Language, language_of, translate
from hub.web.icons import icon
from hub.web.menu import menu

_ROLE_TITLES = {
    Role.COORDINATOR: "Care coordinator",
    Role.SCHOOL_ADMINISTRATOR: "Administrator of the school",
    Role.TEAM_WORKER: "Team member",
    Role.TEAM_LEAD: "Team lead",
    Role.SWV_STAFF: "Staff of the partnership",
    Role.SWV_ADMINISTRATOR: "Administrator of the partnership",
    Role.AGENDA_READER: "Reader of the agenda",
    Role.OPERATOR: "Operator of Samenspel",
}
_ASSETS = {"samenspel.css": "text/css", "icon.svg": "image/svg+xml"}
_FONTS = "font/woff2"
_OWN_ADDRESS = re.compile(r"url\(([a-z0-9-]+\.woff2)\)")


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the reader's language. `values` are what the template shows; `section` the menu's line it is under."""
    language = reader_language(request)
    visitor = getattr(request.state, "visitor", None)
    shown = {"section": None} | values
    text = (
        _templates()
        .get_template(template)
        .render(
            language=language,
            other_language="en" if language == "nl" else "nl",
            place=request.url.path if _can_be_asked_again(request, status) else "/",
            visitor=visitor,
            menu=menu(visitor),
            is_sign_in=request.url.path == "/sign-in",
            **shown,
        )
    )
    return HTMLResponse(text, status, headers={"Content-Language": language})


def _can_be_asked_again(request: Request, status: int) -> bool:
    """Whether the same address gives the same page; the way back from a provider, for one, does not."""
    return request.method in {"GET", "HEAD"} and status == HTTPStatus.OK


def reader_language(request: Request) -> Language:
    """The language the reader chose, or else the one the browser prefers."""
    chosen = request.cookies.get(request.app.state.front.cookies.language.name)
    return language_of(chosen if chosen in {"nl", "en"} else request.headers.get("accept-language"))


def role_title(role: Role, language: Language) -> str:
    """What a role is called."""
    return translate(_ROLE_TITLES[role], language)


@cache
def assets() -> dict[str, tuple[bytes, str]]:
    """What pages are dressed with: content and media type, by address."""
    media_types = _ASSETS | dict.fromkeys(_fonts(), _FONTS)
    return {asset_path(name): (_content(name), media_type) for name, media_type in media_types.items()}


@cache
def has_own_font() -> bool:
    """Whether the font was built in (tools/build_assets.py); pages are readable without it."""
    return _built().joinpath("fonts.css").is_file()


@cache
def asset_path(name: str) -> str:
    """Where an asset is; another address whenever it changes, so browsers may keep it."""
    kind = name.rpartition(".")[2]
    return f"/assets/{hashlib.sha256(_content(name)).hexdigest()[:16]}.{kind}"


@cache
def _content(name: str) -> bytes:
    if name == "samenspel.css":
        return _font_rules() + _static().joinpath(name).read_bytes()
    return (_built() if name in _fonts() else _static()).joinpath(name).read_bytes()


def _font_rules() -> bytes:
    """Where browsers find the font, if it was built in."""
    if not has_own_font():
        return b""
    rules = _built().joinpath("fonts.css").read_text("utf-8")
    return _OWN_ADDRESS.sub(lambda named: f"url({asset_path(named[1])})", rules).encode()


@cache
def _fonts() -> frozenset[str]:
    if not has_own_font():
        return frozenset()
    return frozenset(file.name for file in _built().iterdir() if file.name.endswith(".woff2"))


def _static() -> Traversable:
    return files("hub.web").joinpath("static")


def _built() -> Traversable:
    return _static().joinpath("built")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("hub.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    made.filters["role"] = _role
    made.filters["day"] = _day
    made.filters["moment"] = _moment
    made.globals["asset"] = asset_path
    made.globals["icon"] = icon
    return made


@pass_context
def _gettext(context: Context, message: str) -> str:
    return translate(message, context["language"])


@pass_context
def _ngettext(context: Context, one: str, more: str, number: int) -> str:
    return translate(one if number == 1 else more, context["language"])


@pass_context
def _role(context: Context, role: Role) -> str:
    return role_title(role, context["language"])


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day_in_words(day: date, language: Language) -> str:
    """Such as "Tuesday 24 November", or "dinsdag 24 november"."""
    return f"{translate(_DAYS[day.weekday()], language)} {day.day} {translate(_MONTHS[day.month - 1], language)}"


@pass_context
def _day(context: Context, moment: date | datetime) -> str:
    day = moment.astimezone(DUTCH_TIME) if isinstance(moment, datetime) else moment
    return day_in_words(day, context["language"])


@pass_context
def _moment(context: Context, at: datetime) -> str:
    there = at.astimezone(DUTCH_TIME)
    return f"{day_in_words(there, context['language'])}, {there:%H:%M}"
