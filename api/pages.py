"""From a template and its values to the HTML of a page, in the reader's language.

Everything the templates need beside a feature's own values is here: the addresses of the
built style sheets and scripts, the direction of writing, the words of a survey with their
``lang`` where they fall back to another language, the error summary and the translations
of the interface. Templates hold no inline script or style, so that a strict
content-security policy can stay strict.

    pages = Pages(static_dir, templates_dir, locales_dir, service_name="Earshot")
    page = pages.page(language="en", csrf=token, help_lines=lines)
    html = pages.render("collect/question.html", language="en", page=page, question=question, …)

A catalogue is read from its ``.po`` file at the first page in that language; there is no
build step and no ``.mo`` file. English is the language of the templates themselves.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.ext import InternationalizationExtension
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from api.brand import Brand
from api.look import CHOICES, Look
from api.received_files import ACCEPT
from survey_engine.definition import Choice, Question
from survey_engine.evaluation import text
from survey_engine.words import Media, Text, words

SOURCE_LANGUAGE = "en"
CODE_DIR = Path(__file__).resolve().parent
FRONTEND_DIR = CODE_DIR.parent / "frontend"
FACES = 5
"""How many faces are drawn (components/faces.html): 1 is very unhappy, 5 is very happy."""

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Summary:
    """One line of an error summary: the id of the field it is about, and what to do about it."""

    field: str
    sentence: str


@dataclass(frozen=True)
class HelpLine:
    """A council's own place to ring, shown after 999 and Childline on each survey page."""

    name: str
    number: str
    note: str = ""


@dataclass(frozen=True)
class Link:
    """One entry of the staff navigation."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class StaffMember:
    """Who is signed in, as the header of a staff page shows it."""

    name: str
    role: str
    navigation: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Page:
    """What each page needs, whatever it is about.

    ``language`` is the one asked for, ``interface_language`` the one in which the buttons
    and help can be shown: the source language where no catalogue has been translated yet.
    """

    language: str
    interface_language: str
    direction: Direction
    service_name: str
    csrf: str
    help_lines: tuple[HelpLine, ...] = ()
    assets: Mapping[str, str] | None = None
    staff: StaffMember | None = None
    media: Mapping[str, str] = field(default_factory=dict)
    """The survey's pictures and recordings: the name of each with the SHA-256 of its content, its address."""
    council_name: str = ""
    brand: Brand = field(default_factory=Brand)
    look: Look = field(default_factory=Look)
    here: str = ""
    """The path the settings lead back to; "" on pages without settings, such as those of staff."""

    @property
    def is_easy_read(self) -> bool:
        """Whether the words are Easy Read: pictures stand beside them and are large."""
        return self.language.endswith("-x-easy")


class Pages:
    """Renders templates; made once, when the application starts."""

    def __init__(
        self,
        static_dir: Path = FRONTEND_DIR / "static",
        templates_dir: Path = FRONTEND_DIR / "templates",
        locales_dir: Path = FRONTEND_DIR / "locales",
        service_name: str = "Earshot",
        *,
        council_name: str = "",
        brand: Brand | None = None,
        static_url: str = "/static",
        auto_reload: bool = False,
    ) -> None:
        self._static_dir = static_dir
        self._templates_dir = templates_dir
        self._locales_dir = locales_dir
        self._static_url = static_url.rstrip("/")
        self._auto_reload = auto_reload
        self._environments: dict[str, Environment] = {}
        self._catalogues: dict[str, NullTranslations] = {}
        self.service_name = service_name
        self.council_name = council_name
        self.brand = brand or Brand()
        self.look, self._here = Look(), ""

    def as_seen(self, look: Look, here: str) -> Pages:
        """The same pages for one visit: as somebody wants them to look, with the way back from the settings."""
        _ = self.assets, self.languages  # worked out once, for all visits
        seen = copy.copy(self)
        seen.look, seen._here = look, here
        return seen

    def render(self, template: str, language: str = SOURCE_LANGUAGE, **context: Any) -> str:
        """The page as HTML. A value that the template needs and did not get is a bug, and raises."""
        return self._environment(self.interface_language(language)).get_template(template).render(context)

    def page(
        self,
        language: str = SOURCE_LANGUAGE,
        *,
        csrf: str = "",
        help_lines: Iterable[HelpLine] = (),
        staff: StaffMember | None = None,
        media: Mapping[str, str] | None = None,
    ) -> Page:
        """The ``page`` value that each template takes."""
        return Page(
            language=language,
            interface_language=self.interface_language(language),
            direction=direction(language),
            service_name=self.service_name,
            csrf=csrf,
            help_lines=tuple(help_lines),
            assets=self.assets,
            staff=staff,
            media=media or {},
            council_name=self.council_name,
            brand=self.brand,
            look=self.look,
            here=self._here,
        )

    def translator(self, language: str) -> Callable[[str], str]:
        """What turns a sentence marked with ``_`` in the code (the catalogue of problems) into this language."""
        translations = self._translations(self.interface_language(language))
        return lambda sentence: translations.gettext(sentence) if sentence else ""

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages the interface can be shown in, the source language first."""
        return (SOURCE_LANGUAGE, *_translated_languages(self._locales_dir))

    def interface_language(self, language: str) -> str:
        """The nearest language with a catalogue: itself, then without its variants, then the source."""
        wanted = language
        while wanted not in self.languages:
            wanted, separator, _ = wanted.rpartition("-")
            if not separator:
                return SOURCE_LANGUAGE
        return wanted

    def asset(self, name: str) -> str:
        """The address of a built file (``survey.css``), or "" where nothing was built: the page works without."""
        return self.assets.get(name, "")

    @cached_property
    def assets(self) -> Mapping[str, str]:
        """Plain name to address, read once from the manifest that ``npm run build`` writes."""
        manifest = self._static_dir / "manifest.json"
        if not manifest.is_file():
            return {}
        built: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
        return {name: f"{self._static_url}/{hashed}" for name, hashed in built.items()}

    def _environment(self, language: str) -> Environment:
        # One environment for each language, because a template's gettext is a global of its
        # environment; compiling the few templates again costs less than one query a page.
        if language not in self._environments:
            self._environments[language] = self._new_environment(language)
        return self._environments[language]

    def _new_environment(self, language: str) -> Environment:
        environment = _Environment(
            loader=FileSystemLoader(self._templates_dir),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=[InternationalizationExtension],
            auto_reload=self._auto_reload,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.translate = self._translations(language).gettext
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_translations(self._translations(language), newstyle=True)  # type: ignore[attr-defined]
        environment.globals.update(asset=self.asset, telephone=telephone, language_name=language_name)
        environment.globals.update(said=said, with_faces=with_faces, are_numbers=are_numbers)
        environment.globals.update(media_url=media_url, steps=steps, files_accepted=files_accepted, figures=text)
        environment.globals.update(look_choices=CHOICES)
        return environment

    def _translations(self, language: str) -> NullTranslations:
        if language not in self._catalogues:
            file = _catalogue_path(self._locales_dir, language)
            self._catalogues[language] = _translations(file) if file.is_file() else NullTranslations()
        return self._catalogues[language]


class _Environment(Environment):
    """Translates the sentences of a template once, when it is compiled, and not again for every page."""

    translate: Callable[[str], str]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _SentencesFirst(self.translate).visit(super()._parse(source, name, filename))  # type: ignore[no-any-return]  # Jinja leaves its visitor untyped


class _SentencesFirst(NodeTransformer):
    """Puts the translation in place of each ``_("…")`` that has nothing to fill in."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(sentence))], kwargs=[]):
                # Catalogues are ours: their sentences are as trusted as the template around them.
                return nodes.MarkSafe(nodes.Const(self._translate(sentence)), lineno=node.lineno)
        return self.generic_visit(node)


@cache
def direction(language: str) -> Direction:
    """The direction of writing, from the language code and never guessed from a text.

    >>> direction("ckb"), direction("en-x-easy"), direction("ar-x-pseudo")
    ('rtl', 'ltr', 'rtl')
    """
    try:
        return "rtl" if Locale.parse(language.partition("-x-")[0], sep="-").text_direction == "rtl" else "ltr"
    except (ValueError, UnknownLocaleError):
        return "ltr"


def said(text: Text, page: Page) -> Markup:
    """A survey's words in the page's language, or in the nearest there is, marked with that ``lang``.

    The mark lets a screen reader change its voice; it is left out where the words are in the
    language of the page itself.
    """
    found, language = words(text, page.language, page.language.partition("-")[0])
    if not found or language == page.interface_language:
        return escape(found)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(language, direction(language), found)


def media_url(media: Media, page: Page) -> str:
    """The address of a picture or recording in the page's language, or in the first there is; "" for none."""
    name = media.get(page.language) or media.get(page.language.partition("-")[0]) or next(iter(media.values()), "")
    content = page.media.get(name)
    return f"/media/{content}" if content else ""


MOST_STEPS = 21
"""A number is chosen among as many steps; above, it is typed."""


def steps(question: Question) -> list[Choice]:
    """The steps of a RANGE as options, the least first; none where there are too many to choose among."""
    least, most, step = question.least or 0, question.most or 0, question.step or 1
    count = int((most - least) / step + 1e-9) + 1
    if count > MOST_STEPS:
        return []
    shown = (text(round(least + place * step, 9)) for place in range(count))
    return [Choice(name=number, label={SOURCE_LANGUAGE: number}) for number in shown]


def files_accepted(question: Question) -> str:
    """What the field for a drawing, a photo or a voice offers to choose."""
    return ACCEPT[question.kind]


def with_faces(choices: Iterable[Choice]) -> list[tuple[Choice, int]]:
    """Each choice with its face, 1 (the unhappiest) to 5 (the happiest), or 0 for one without.

    The choices go from the happiest to the unhappiest, unless their names are rising
    numbers, and are spread over the five faces. One that says that somebody does not know,
    or does not want to say, is no feeling, so it gets no face.
    """
    listed = list(choices)
    feelings = [choice.name for choice in listed if not _is_no_feeling(choice)]
    rising = all(name.isdigit() for name in feelings) and sorted(feelings, key=int) == feelings
    last = max(len(feelings) - 1, 1)
    face = {
        name: FACES - round((last - place if rising else place) * (FACES - 1) / last)
        for place, name in enumerate(feelings)
    }
    return [(choice, face.get(choice.name, 0)) for choice in listed]


def _is_no_feeling(choice: Choice) -> bool:
    known = {"dont_know", "do_not_know", "not_sure", "unsure"}
    return choice.exclusive or choice.means != "answer" or choice.name in known


@cache
def language_name(language: str) -> str:
    """A language's name in that language, for somebody who looks for their own.

    >>> language_name("cy"), language_name("en-x-easy")
    ('Cymraeg', 'Easy Read')
    """
    if language.endswith("-x-easy"):
        return "Easy Read"
    try:
        return Locale.parse(language.partition("-x-")[0], sep="-").get_display_name() or language
    except (ValueError, UnknownLocaleError):
        return language


def are_numbers(choices: Iterable[Choice]) -> bool:
    """Whether all labels are plain numbers (a ladder from 0 to 10), which fit side by side on a phone."""
    return all(label.isdigit() for choice in choices for label in choice.label.values())


def telephone(number: str) -> str:
    """A telephone number as a link needs it: ``0800 1111`` becomes ``tel:08001111``."""
    return "tel:" + re.sub(r"[^0-9+]", "", number)


# --- translations ---------------------------------------------------------------------


def _catalogue_path(locales_dir: Path, language: str) -> Path:
    return locales_dir / language / "LC_MESSAGES" / "messages.po"


def _translated_languages(locales_dir: Path) -> tuple[str, ...]:
    return tuple(sorted(path.parent.parent.name for path in locales_dir.glob("*/LC_MESSAGES/messages.po")))


def _read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _translations(path: Path) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, _read_catalogue(path))
    compiled.seek(0)
    return Translations(compiled)


def source_catalogue(templates_dir: Path = FRONTEND_DIR / "templates", code_dir: Path = CODE_DIR) -> Catalog:
    """All sentences to be translated, of the templates and of the code: what ``messages.pot`` must hold."""
    catalogue = Catalog(fuzzy=False)
    for folder, files, method in ((templates_dir, "**.html", "jinja2"), (code_dir, "**.py", "python")):
        found = extract_from_dir(folder, [(files, method)], {files: {"trimmed": "true"}})
        for name, _line, message, comments, context in sorted(found, key=lambda hit: (hit[0], hit[1])):
            place = (f"{folder.name}/{name}", 1)
            catalogue.add(message, locations=[place], auto_comments=comments, context=context)
    return catalogue


def write_source_catalogue(locales_dir: Path = FRONTEND_DIR / "locales") -> None:
    """Write ``messages.pot`` anew; without dates and line numbers, so that it changes only when a sentence does."""
    with (locales_dir / "messages.pot").open("wb") as file:
        write_po(file, source_catalogue(), omit_header=True, include_lineno=False, width=100)


def missing_translations(
    templates_dir: Path = FRONTEND_DIR / "templates",
    locales_dir: Path = FRONTEND_DIR / "locales",
    code_dir: Path = CODE_DIR,
) -> list[str]:
    """What stands in the way of calling the translations complete: one sentence each, empty when nothing does."""
    wanted = source_catalogue(templates_dir, code_dir)
    file = locales_dir / "messages.pot"
    listed = {message.id for message in _read_catalogue(file)} if file.is_file() else set()
    if {message.id for message in wanted} != listed:
        return ["frontend/locales/messages.pot is behind the sentences of the pages: run python -m api.pages."]
    return [
        problem
        for language in _translated_languages(locales_dir)
        for problem in _incomplete(language, wanted, _read_catalogue(_catalogue_path(locales_dir, language)))
    ]


def _incomplete(language: str, wanted: Catalog, catalogue: Catalog) -> Iterator[str]:
    for message in wanted:
        if not message.id:
            continue
        first = message.id if isinstance(message.id, str) else message.id[0]
        translated = catalogue.get(first)
        if translated is None or translated.fuzzy or not _is_filled(translated.string):
            yield f"{language}: no checked translation of “{first}”."
        elif any(True for _ in translated.check(catalogue)):
            yield f"{language}: the translation of “{first}” has lost or changed a part in %( )."


def _is_filled(translation: str | Iterable[str] | None) -> bool:
    forms = (translation,) if isinstance(translation, str) or translation is None else tuple(translation)
    return bool(forms) and all(forms)


if __name__ == "__main__":
    write_source_catalogue()
