"""The pictures beside words: our own drawings on a grid of 24, which need no request and no script of their own.

Each stands beside a word that says the same, so that nobody has to understand it.
"""

from markupsafe import Markup

_PATHS = {
    "inbox": "M4 5h16v14H4zM4 13h4l2 3h4l2-3h4",
    "send": "M21 3 10 14M21 3l-7 18-4-7-7-4z",
    "folder": "M3 6h6l2 3h10v10H3z",
    "guide": "M6 3h13v18H6zM6 7H4M6 12H4M6 17H4M10 16c1-2 4-2 5 0M12.5 9.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 1 0 0-3",
    "school": "M2 9l10-5 10 5-10 5zM6 11v5c3 3 9 3 12 0v-5M22 9v6",
    "team": "M12 11a2 2 0 1 0 0-4 2 2 0 1 0 0 4M8 19v-2a4 4 0 0 1 8 0v2M5 9.5a1.7 1.7 0 1 0 0-3.4"
    "M2.5 16a3 3 0 0 1 3-3.5M19 9.5a1.7 1.7 0 1 1 0-3.4M21.5 16a3 3 0 0 0-3-3.5",
    "home": "M4 11l8-7 8 7v9H4zM10 20v-6h4v6",
    "pupil": "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 1 0 0 7M5 20a7 7 0 0 1 14 0",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 1 0 0 18M12 7v5l3 2",
    "bell": "M6 17v-6a6 6 0 0 1 12 0v6l2 1H4zM10 21h4",
    "warning": "M12 4 2.5 20h19zM12 10v4M12 17v.5",
    "both": "M4 9h15M15 5l4 4-4 4M20 16H5M9 12l-4 4 4 4",
    "check": "M12 21a9 9 0 1 0 0-18 9 9 0 1 0 0 18M8 12l3 3 5-6",
    "cross": "M12 21a9 9 0 1 0 0-18 9 9 0 1 0 0 18M9 9l6 6M15 9l-6 6",
    "message": "M4 5h16v11H9l-5 4zM8 9h8M8 12h5",
    "forward": "M15 5l5 5-5 5M20 10H9a5 5 0 0 0-5 5v4",
    "route": "M6 21a2 2 0 1 0 0-4 2 2 0 1 0 0 4M18 7a2 2 0 1 0 0-4 2 2 0 1 0 0 4M8 19h7"
    "a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h7",
    "eye": "M2 12c4-8 16-8 20 0-4 8-16 8-20 0M12 15a3 3 0 1 0 0-6 3 3 0 1 0 0 6",
    "place": "M12 21s-7-6-7-11a7 7 0 0 1 14 0c0 5-7 11-7 11M12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 1 0 0 5",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 1 0 0 13M15.5 15.5 21 21",
    "lock": "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3",
    "leave": "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
    "edit": "M4 20l1-5L16 4l4 4L9 19zM13 7l4 4",
    "phone": "M5 3h4l2 5-3 2a12 12 0 0 0 6 6l2-3 5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2",
}


def icon(name: str) -> Markup:
    """The drawing as part of a page; nothing for who listens to it."""
    return Markup(  # noqa: S704  # our own drawings only
        f'<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        f'<path d="{_PATHS[name]}"></path></svg>'
    )
