r"""The words of a piece of HTML, and words as HTML. Nothing but words comes through, either way.

>>> plain_text("<h3>Hello</h3><p>One &amp; two<br>three</p><script>no()</script>")
('Hello', 'One & two\nthree')
>>> as_html("One & two", "Well?")
'<h3>One &amp; two</h3><p>Well?</p>'
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Any


def as_html(label: str, more: str = "") -> str:
    """A label as a paragraph, or as a heading where more words follow."""
    return f"<h3>{_escaped(label)}</h3>{_paragraphs(more)}" if more else _paragraphs(label)


def plain_text(markup: str) -> tuple[str, str]:
    """The heading a piece of HTML begins with, and the other words."""
    parser = _Words()
    parser.feed(markup)
    parser.close()
    return parser.words()


def _escaped(words: str) -> str:
    return escape(words, quote=False).replace("\n", "<br>")


def _paragraphs(words: str) -> str:
    return "".join(f"<p>{_escaped(part)}</p>" for part in words.split("\n\n"))


class _Words(HTMLParser):
    r"""The words of a piece of HTML, its paragraphs apart; a heading at the start by itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heading: list[str] = []
        self.rest: list[str] = []
        self._into = self.rest
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif re.fullmatch("h[1-6]", tag) and not self._said(self.rest) and not self.heading:
            self._into = self.heading
        elif tag == "br":
            self._into.append("\n")
        elif tag in ("p", "div", "li", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"):
            self._into.append("\f")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif re.fullmatch("h[1-6]", tag):
            self._into = self.rest
        elif tag in ("p", "div", "li"):
            self._into.append("\f")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._into.append(re.sub(r"[ \t\r\n]+", " ", data))

    @staticmethod
    def _said(parts: list[str]) -> str:
        joined = re.sub(r" *\n *", "\n", re.sub(r"[ \n]*\f[ \f\n]*", "\n\n", "".join(parts)))
        return joined.replace("\xa0", " ").strip()

    def words(self) -> tuple[str, str]:
        return self._said(self.heading), self._said(self.rest)
