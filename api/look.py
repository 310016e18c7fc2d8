"""How somebody wants their pages to look: what they may choose, and the one cookie on their device that holds it.

Only values and text; no request and no page. What is not known, not whole or not ours falls
to the default and is never a fault: anybody can write anything into a cookie. There is no
name and no identifier in it, and it is made only once somebody chooses.

>>> look = Look.from_cookie("size:150.colours:dark.tone:no such")
>>> look.size, look.colours, look.tone, look.cookie
('150', 'dark', 'plain', 'size:150.colours:dark')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, Self

COOKIE = "earshot_look"
COOKIE_SECONDS = 365 * 24 * 3600

CHOICES: dict[str, tuple[str, ...]] = {
    "tone": ("plain", "pictures", "teen"),
    "size": ("100", "125", "150", "200"),
    "colours": ("auto", "light", "dark", "contrast", "cream"),
    "accent": ("own", "blue", "plum", "berry", "moss", "rust"),
    "letters": ("system", "atkinson", "lexend", "opendyslexic"),
    "spacing": ("normal", "wide"),
    "pictures": ("on", "off"),
    "aloud": ("off", "on"),
    "motion": ("gentle", "less"),
}
"""Each thing that can be chosen with its values, the default first. The names are those of the fields of the form, of the
parts of the cookie and of the data attributes that the style sheets look at."""

LONGEST_COOKIE = 400
_PATH = re.compile(r"/(?:[A-Za-z0-9_~.-]+(?:/[A-Za-z0-9_~.-]+)*)?(?:\?language=[A-Za-z0-9-]{1,35})?")
_NOT_A_PLACE = ("/leave", "/finished", "/settings")
"""Addresses that do something when they are opened, or would lead round in a circle."""


@dataclass(frozen=True, slots=True)
class Look:
    """One value for each name of ``CHOICES``; always one of its values."""

    tone: str = "plain"
    size: str = "100"
    colours: str = "auto"
    accent: str = "own"
    letters: str = "system"
    spacing: str = "normal"
    pictures: str = "on"
    aloud: str = "off"
    motion: str = "gentle"

    @classmethod
    def from_cookie(cls, text: str) -> Self:
        """The look that a cookie holds; the default for each part that is missing or is none of ours."""
        parts = (part.partition(":") for part in text[:LONGEST_COOKIE].split("."))
        return cls().with_choices({name: value for name, _, value in parts})

    def with_choices(self, chosen: Mapping[str, str]) -> Self:
        """The same with what was chosen; a name or value that is not offered changes nothing."""
        known = {name: chosen.get(name, "") for name in CHOICES}
        return type(self)(**{
            name: value if value in CHOICES[name] else getattr(self, name) for name, value in known.items()
        })  # fmt: skip

    @property
    def attributes(self) -> tuple[tuple[str, str], ...]:
        """What differs from the default, as names and values of the page's data attributes."""
        values = ((one.name, str(getattr(self, one.name))) for one in fields(self))
        return tuple((name, value) for name, value in values if value != CHOICES[name][0])

    @property
    def cookie(self) -> str:
        """What the cookie says; "" where all is as it comes, and no cookie is needed."""
        return ".".join(f"{name}:{value}" for name, value in self.attributes)

    @property
    def scheme(self) -> Literal["light dark", "light", "dark"]:
        """For a browser to paint its own parts by before the style sheet is there."""
        if self.colours == "auto":
            return "light dark"
        return "dark" if self.colours in ("dark", "contrast") else "light"


def way_back(text: str) -> str:
    """A path of ours that somebody came from, or "/" for anything else: another host, a scheme, a way out.

    >>> way_back("/q/home~2"), way_back("//elsewhere.example"), way_back("/leave"), way_back("/agree?language=cy")
    ('/q/home~2', '/', '/', '/agree?language=cy')
    """
    if not _PATH.fullmatch(text) or ".." in text:
        return "/"
    return "/" if text.partition("?")[0] in _NOT_A_PLACE else text
