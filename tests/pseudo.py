"""Languages nobody speaks, made for tests: English with longer words, and the same from right to left.

A sentence that was not translated stands out, because every other one is ⟦in brackets⟧; and
two fifths more letters show where longer words do not fit.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from api.catalogues import CHECKED_BY, LOCALES_DIR, source_catalogue, translation
from api.pages import Pages
from survey_engine.consent import Notice
from survey_engine.definition import Survey

PSEUDO, TURNED = "en-x-pseudo", "ar-x-pseudo"
_KEPT = re.compile(r"(%\(\w+\)s|\$?\{[^}]*\})")
_ACCENTS = str.maketrans("aeiouyncAEIOUYNC", "áéíöúýñçÁÉÍÖÚÝÑÇ")
_ARABIC = str.maketrans(
    {letter: "ابتثجحخدذرزسشصضطظعغفقكلمنو"["abcdefghijklmnopqrstuvwxyz".index(letter.lower())]
     for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)  # fmt: skip


def said_in(language: str, sentence: str) -> str:
    """A sentence in one of the two, longer by two fifths; what is filled in stays.

    >>> said_in(PSEUDO, "Ring %(number)s")
    '⟦Ríñg %(number)s ··⟧'
    """
    table = _ARABIC if language == TURNED else _ACCENTS
    letters = "".join(part if _KEPT.fullmatch(part) else part.translate(table) for part in _KEPT.split(sentence))
    more = len(_KEPT.sub("", sentence)) * 2 // 5
    padding = " ".join("·" * min(8, more - start) for start in range(0, more, 8))
    return f"⟦{letters} {padding}⟧" if padding else f"⟦{letters}⟧"


def write_locales(folder: Path, *languages: str) -> Path:
    """Catalogues in which every sentence is translated."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "respondent.pot").write_bytes((LOCALES_DIR / "respondent.pot").read_bytes())
    for language in languages or (PSEUDO, TURNED):
        lines = [f'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"{CHECKED_BY}: \\n"\n']
        for message in source_catalogue("respondent"):
            if message.id:
                forms = (message.id,) if isinstance(message.id, str) else tuple(message.id)
                lines.append(f"msgid {_quoted(forms[0])}")
                if len(forms) > 1:
                    lines.append(f"msgid_plural {_quoted(forms[1])}")
                for number, form in enumerate(forms):
                    which = f"[{number}]" if len(forms) > 1 else ""
                    lines.append(f"msgstr{which} {_quoted(said_in(language, form))}")
                lines.append("")
        place = folder / language / "LC_MESSAGES"
        place.mkdir(parents=True)
        (place / "respondent.po").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _quoted(sentence: str) -> str:
    return '"' + sentence.replace("\\", "\\\\").replace('"', '\\"') + '"'


def pages(folder: Path, *languages: str, checked: bool = True, **wishes: Any) -> Pages:
    """Pages that speak these languages, all of it checked."""
    locales = write_locales(folder, *languages)
    signed_off = {code: translation(code, locales).digests for code in languages or (PSEUDO, TURNED)}
    return Pages(locales_dir=locales, signed_off=lambda: signed_off if checked else {}, **wishes)


def survey_in(language: str, survey: Survey) -> Survey:
    """A survey with all its words in one of the two."""
    return Survey.model_validate(_said(language, survey.model_dump(mode="json")) | {"languages": [language]})


def notice_in(language: str, notice: Notice) -> Notice:
    """The same of a notice."""
    return Notice.model_validate(_said(language, notice.model_dump(mode="json")))


def _said(language: str, value: Any) -> Any:
    if isinstance(value, dict):
        if "en" in value:
            said = value["en"]
            return {language: said if re.search(r"\.(png|mp3)$", said) else said_in(language, said)}
        return {name: _said(language, inside) for name, inside in value.items()}
    return [_said(language, inside) for inside in value] if isinstance(value, list) else value


class Spoken(HTMLParser):
    """What a page says, to eyes and to a screen reader, outside the brackets; and the languages it names."""

    SAYS = ("alt", "aria-label", "title", "placeholder", "data-")
    ADDRESS = "data-script"
    """What to fetch on a tap: nothing that is read to anybody."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html_tag: dict[str, str | None] = {}
        self.languages: set[tuple[str | None, str | None]] = set()
        self._quiet = 0
        self._said: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)

    @property
    def untranslated(self) -> list[str]:
        """Words outside brackets."""
        whole = re.sub(r"⟦[^⟦⟧]*(?:⟦[^⟧]*⟧[^⟦⟧]*)*⟧", " ", "\n".join(self._said))
        return re.findall(r"[A-Za-z]{2,}[^\n]*", whole)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.html_tag = given
        if "lang" in given:
            self.languages.add((given["lang"], given.get("dir")))
        quiet = given.get("translate") == "no" or "hreflang" in given or tag in ("script", "style")
        if not (self._quiet or quiet):
            said = [value for name, value in attrs if value and name.startswith(self.SAYS) and name != self.ADDRESS]
            self._said += [value for value in said if re.search(r"[ ⟦.:]", value)]
        if tag not in ("meta", "link", "input", "br", "img", "progress", "path", "circle"):
            self._open.append((tag, quiet))
            self._quiet += quiet

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, quiet = self._open.pop()
            self._quiet -= quiet
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self._said.append(data.strip())
