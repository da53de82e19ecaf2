"""A browser as far as sign-in needs one: cookies, redirects, forms, and headers that say where a request is from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

_MOST_REDIRECTS = 10


@dataclass
class Form:
    """A form on a page: where it goes, what it holds already, and the buttons with a value."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    method: str = "post"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.refresh: str | None = None
        self.words: list[str] = []
        self._area: str | None = None
        self._button: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a browser would act on."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert said.get("method") in {"post", "get"}
            self.forms.append(Form(said["action"], method=said["method"]))
        elif tag == "input" and self.forms:
            self._fill(said)
        elif tag == "textarea":
            self._area = said["name"]
            self.forms[-1].values[self._area] = ""
        elif tag == "select":
            self._select = said["name"]
        elif tag == "option" and ("selected" in said or self._select not in self.forms[-1].values):
            self.forms[-1].values[self._select] = said["value"]
        elif tag == "button" and "name" in said:
            self._button = said["value"]
            self.labels[self._button] = ""
            self.forms[-1].buttons.append((said["name"], said["value"]))
        elif tag == "a":
            self.links[said.get("id") or said["href"]] = said["href"]
        elif tag == "meta" and said.get("http-equiv") == "refresh":
            self.refresh = said["content"].partition("url=")[2]

    def handle_endtag(self, tag: str) -> None:
        """Note where a text to be sent ends."""
        if tag == "textarea" and self._area is not None:
            values = self.forms[-1].values
            values[self._area] = values[self._area].removeprefix("\n")
            self._area = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        """Note what a reader would read."""
        if self._area is not None:
            self.forms[-1].values[self._area] += data
            return
        if self._button is not None:
            self.labels[self._button] += data
        self.words.append(data)

    def _fill(self, said: dict[str, str]) -> None:
        if said.get("type") not in {"radio", "checkbox"} or "checked" in said:
            self.forms[-1].values[said["name"]] = said.get("value", "")


class Page:
    """What a browser shows."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._read = _Reader()
        self._read.feed(response.text)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.response.status_code

    @property
    def path(self) -> str:
        """Where it is."""
        return self.response.url.path

    @property
    def text(self) -> str:
        """All that can be read, with single spaces."""
        return " ".join(" ".join(self._read.words).split())

    @property
    def links(self) -> dict[str, str]:
        """Where links lead, by their id or else their address."""
        return self._read.links

    @property
    def refresh(self) -> str | None:
        """Where a browser goes by itself."""
        return self._read.refresh

    def label_of(self, value: str) -> str:
        """What stands on the button that sends this value."""
        return " ".join(self._read.labels[value].split())

    def form(self, action: str) -> Form:
        """The form that goes to this path."""
        return next(form for form in self._read.forms if urlsplit(form.action).path.endswith(action))

    def has_form(self, action: str) -> bool:
        """Whether there is such a form."""
        return any(urlsplit(form.action).path.endswith(action) for form in self._read.forms)

    @property
    def first_form(self) -> Form:
        """The first form on the page."""
        return self._read.forms[0]


class Browser:
    """A browser with nothing in it yet."""

    def __init__(self, home: str, language: str = "nl") -> None:
        self.home = home
        self.client = httpx.Client(
            timeout=30,
            trust_env=False,
            verify=False,  # nothing but this machine is called; to load certificates takes longer than a sign-in
            headers={"Accept": "text/html,*/*;q=0.8", "Accept-Language": language},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def visit(self, address: str) -> Page:
        """Type an address, or follow a link, and every redirect after it."""
        return self._arrive(self.step(urljoin(self.home, address)))

    def step(self, address: str) -> httpx.Response:
        """Ask for an address, and do not follow where it sends."""
        return self.client.get(urljoin(self.home, address))

    def submit(self, page: Page, form: Form, values: Mapping[str, str] | None = None) -> Page:
        """Send a form of a page, with what is filled in, and follow every redirect after it."""
        return self._arrive(self.send(page, form, values))

    def send(self, page: Page, form: Form, values: Mapping[str, str] | None = None) -> httpx.Response:
        """Send a form of a page as a browser does, and do not follow where it sends."""
        target = urljoin(str(page.response.url), form.action)
        origin, goal = _origin(str(page.response.url)), _origin(target)
        site = "same-origin" if origin == goal else "cross-site"
        headers = {"Origin": origin, "Sec-Fetch-Site": site}
        if form.method == "get":
            return self.client.get(target, params={**form.values, **(values or {})})
        return self.client.post(target, data={**form.values, **(values or {})}, headers=headers)

    def press(self, path: str, action: str, **values: str) -> Page:
        """Go to a page, fill in its form and send it."""
        page = self.visit(path)
        return self.submit(page, page.form(action), values)

    def follow(self, response: httpx.Response) -> Page:
        """Follow every redirect after an answer."""
        return self._arrive(response)

    def _arrive(self, response: httpx.Response) -> Page:
        for _ in range(_MOST_REDIRECTS):
            if not response.is_redirect:
                return Page(response)
            response = self.client.get(urljoin(str(response.url), response.headers["location"]))
        raise AssertionError(f"too many redirects, at last to {response.headers['location']}")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
