"""From a template and its values to the HTML of a page, in the reader's language.

Everything the templates need beside a feature's own values is here: the addresses of the
built style sheets and scripts, the direction of writing, the words of a survey with their
``lang`` where they fall back to another language, the error summary and the translations
of the interface. Templates hold no inline script or style, so that a strict
content-security policy can stay strict.

    pages = Pages(static_dir, templates_dir, locales_dir, service_name="Earshot")
    page = pages.page(language="en", csrf=token, help_lines=lines)
    html = pages.render("collect/question.html", language="en", page=page, question=question, …)

English is the language of the templates themselves. A page speaks another language only as
far as a person has checked it (``signed_off``, decision 0024): a sentence nobody checked is
said in English, marked as such. What there is to translate is in ``catalogues``.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.support import NullTranslations
from jinja2 import Environment
from markupsafe import Markup, escape

from api import catalogues, templates
from api.brand import Brand
from api.catalogues import FRONTEND_DIR, SOURCE_LANGUAGE
from api.look import CHOICES, Look
from api.received_files import ACCEPT
from survey_engine.collection import Mode
from survey_engine.definition import Choice, Question
from survey_engine.evaluation import text
from survey_engine.languages import EASY_READ, own_name
from survey_engine.words import Media, Text, words

FACES = 5
"""How many faces are drawn (components/faces.html): 1 is very unhappy, 5 is very happy."""

Direction = Literal["ltr", "rtl"]
SignedOff = Mapping[str, frozenset[str]]
"""Each language a person has checked, with the digests of the sentences they checked (``catalogues.Sentence``)."""


@dataclass(frozen=True)
class Summary:
    """One line of an error summary: the id of the field it is about, and what to do about it."""

    field: str
    sentence: str


@dataclass(frozen=True)
class HelpLine:
    """A council's own place to ring, shown after 999 and Childline on each survey page; the day somebody rang it to check."""

    name: str
    number: str
    note: str = ""
    last_checked: date | None = None


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
    and help can be shown: the source language where nobody has checked a translation yet.
    ``unchecked``: staff look at a translation nobody has checked.
    """

    language: str
    interface_language: str
    direction: Direction
    service_name: str
    csrf: str
    help_lines: tuple[HelpLine, ...] = ()
    assets: Mapping[str, str] | None = None
    staff: StaffMember | None = None
    unchecked: bool = False
    media: Mapping[str, str] = field(default_factory=dict)
    """The survey's pictures and recordings: the name of each with the SHA-256 of its content, its address."""
    council_name: str = ""
    brand: Brand = field(default_factory=Brand)
    look: Look = field(default_factory=Look)
    here: str = ""
    """The path the settings lead back to; "" on pages without settings, such as those of staff."""
    mode: Mode = Mode.WEB
    """How a respondent's page is used: their own device, a tablet for many, or staff who type in a paper form."""

    @property
    def kiosk(self) -> bool:
        """Whether the page is on a tablet for many: nothing may stay on the device."""
        return self.mode is Mode.KIOSK

    @property
    def paper(self) -> bool:
        """Whether staff type in a form that was filled in on paper."""
        return self.mode is Mode.PAPER

    @property
    def help_checked(self) -> str:
        """The day since which all local numbers are known to be right, in words; "" where one was never checked."""
        days = [line.last_checked for line in self.help_lines]
        checked = [day for day in days if day is not None]
        return day_in_words(min(checked), self.interface_language) if checked and len(checked) == len(days) else ""

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
        signed_off: Callable[[], SignedOff] = dict,
    ) -> None:
        self._static_dir = static_dir
        self._templates_dir = templates_dir
        self.locales_dir = locales_dir
        self._static_url = static_url.rstrip("/")
        self._auto_reload = auto_reload
        self._signed_off = signed_off
        self._edition = 0
        self._seen: SignedOff = {}
        self._shown = _Shown(self, {})
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
        page: Page | None = context.get("page")
        if page is not None:
            environment = self._now.environment(page.interface_language, unchecked=page.unchecked)
        else:
            environment = self._now.environment(self.interface_language(language))
        return environment.get_template(template).render(context)

    def page(
        self,
        language: str = SOURCE_LANGUAGE,
        *,
        csrf: str = "",
        help_lines: Iterable[HelpLine] = (),
        staff: StaffMember | None = None,
        media: Mapping[str, str] | None = None,
        even_unchecked: bool = False,
        mode: Mode = Mode.WEB,
    ) -> Page:
        """The ``page`` value that each template takes; ``even_unchecked`` is for staff who look at a translation."""
        shown = self.interface_language(language, even_unchecked=even_unchecked)
        return Page(
            language=language,
            interface_language=shown,
            unchecked=even_unchecked and shown not in self.languages,
            direction=direction(language),
            service_name=self.service_name,
            csrf=csrf,
            help_lines=tuple(help_lines),
            assets=self.assets,
            staff=staff,
            media=media or {},
            mode=mode,
            council_name=self.council_name,
            brand=self.brand,
            look=self.look,
            here=self._here,
        )

    def translator(self, language: str, *, even_unchecked: bool = False) -> Callable[[str], str]:
        """What turns a sentence marked with ``_`` in the code (the catalogue of problems) into this language."""
        shown = self.interface_language(language, even_unchecked=even_unchecked)
        translations = self._now.translations(shown, unchecked=shown not in self.languages)
        return lambda sentence: translations.gettext(sentence) if sentence else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the interface is offered in, the source language first: those a person has checked."""
        return self._now.languages

    @cached_property
    def translated(self) -> tuple[str, ...]:
        """The languages that have a catalogue, checked or not."""
        return catalogues.languages(self.locales_dir)

    def interface_language(self, language: str, *, even_unchecked: bool = False) -> str:
        """The nearest language on offer: itself, then without its variants, then the source."""
        known = {*self.languages, *self.translated} if even_unchecked else self.languages
        wanted = language
        while wanted not in known:
            wanted, separator, _ = wanted.rpartition("-")
            if not separator:
                return SOURCE_LANGUAGE
        return wanted

    def translation(self, language: str) -> catalogues.Translation:
        """A catalogue beside what there is to translate, for those who check it."""
        return catalogues.translation(language, self.locales_dir)

    def code_words(self, language: str) -> tuple[str, ...]:
        """A language's own words for codes, in their order; none where no person has checked just these."""
        return self._now.code_words.get(language.partition("-")[0], ())

    @property
    def edition(self) -> int:
        """Another number each time a language was signed off or taken back: what was rendered before may differ now."""
        _ = self._now
        return self._edition

    @property
    def _now(self) -> _Shown:
        # The same mapping comes back until somebody signs a language off, so this costs one comparison a page.
        signed_off = self._signed_off()
        if signed_off != self._seen:
            self._shown, self._seen = _Shown(self, signed_off), signed_off
            self._edition += 1
        return self._shown

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

    def new_environment(self, translations: NullTranslations, language: str) -> Environment:
        """What compiles the templates into one language."""
        environment = templates.environment(self._templates_dir, translations, language, auto_reload=self._auto_reload)
        environment.globals.update(asset=self.asset, telephone=telephone, ltr=ltr, language_name=language_name)
        environment.globals.update(day_in_words=day_in_words, direction_of=direction)
        environment.globals.update(said=said, with_faces=with_faces, are_numbers=are_numbers)
        environment.globals.update(media_url=media_url, steps=steps, files_accepted=files_accepted, figures=text)
        environment.globals.update(look_choices=CHOICES)
        return environment


class _Shown:
    """What is made of the catalogues for one state of the checks; made anew when somebody signs a language off."""

    def __init__(self, pages: Pages, signed_off: SignedOff) -> None:
        self._pages = pages
        self._signed_off = signed_off
        self._environments: dict[tuple[str, bool], Environment] = {}
        self._translations: dict[tuple[str, bool], NullTranslations] = {}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The source language, and each of which at least one sentence that is shown today was checked."""
        checked = (
            language
            for language in self._pages.translated
            if (digests := self._signed_off.get(language))  # a catalogue is read only where somebody checked it
            and not digests.isdisjoint(self._pages.translation(language).digests)
        )
        return (SOURCE_LANGUAGE, *checked)

    @cached_property
    def code_words(self) -> dict[str, tuple[str, ...]]:
        """The words that codes are said with, of each language whose list was checked as it is today."""
        lists = {language: catalogues.code_words(language, self._pages.locales_dir) for language in self._signed_off}
        sentences = {language: catalogues.code_words_sentence(words) for language, words in lists.items() if words}
        return {
            language: sentence.forms
            for language, sentence in sentences.items()
            if sentence.digest in self._signed_off[language]
        }

    def translations(self, language: str, *, unchecked: bool = False) -> NullTranslations:
        """The translations that may be shown."""
        if (language, unchecked) not in self._translations:
            digests = None if unchecked else self._signed_off.get(language, frozenset())
            self._translations[language, unchecked] = catalogues.checked_translations(
                language, digests, self._pages.locales_dir
            )
        return self._translations[language, unchecked]

    def environment(self, language: str, *, unchecked: bool = False) -> Environment:
        """The templates in one language."""
        # One environment for each language, because a template's gettext is a global of its
        # environment; compiling the few templates again costs less than one query a page.
        if (language, unchecked) not in self._environments:
            translations = self.translations(language, unchecked=unchecked)
            self._environments[language, unchecked] = self._pages.new_environment(translations, language)
        return self._environments[language, unchecked]


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
    if not found or language.partition("-x-")[0] == page.interface_language.partition("-x-")[0]:
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
def day_in_words(day: date, language: str = SOURCE_LANGUAGE) -> str:
    """A day as people write it in a language.

    >>> day_in_words(date(2026, 3, 3)), day_in_words(date(2026, 3, 3), "cy")
    ('3 March 2026', '3 Mawrth 2026')
    """
    plain = language.partition("-x-")[0]
    try:
        return format_date(day, "long", locale=Locale.parse("en_GB" if plain == "en" else plain.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return format_date(day, "long", locale="en_GB")


@cache
def language_name(language: str) -> str:
    """A language's name in that language, for somebody who looks for their own.

    >>> language_name("cy"), language_name("en-x-easy")
    ('Cymraeg', 'Easy Read')
    """
    _, _, private = language.partition("-x-")
    if private == EASY_READ:
        return "Easy Read"
    return f"{own_name(language)} – {private}" if private else own_name(language)


def are_numbers(choices: Iterable[Choice]) -> bool:
    """Whether all labels are plain numbers (a ladder from 0 to 10), which fit side by side on a phone."""
    return all(label.isdigit() for choice in choices for label in choice.label.values())


def ltr(value: str) -> Markup:
    """A number to ring, an address or a code that runs from left to right in every language.

    Without it ``0800 1111`` would be read as 1111 0800 among Arabic words.
    """
    return Markup('<bdi dir="ltr">{}</bdi>').format(value)


def telephone(number: str) -> str:
    """A telephone number as a link needs it: ``0800 1111`` becomes ``tel:08001111``."""
    return "tel:" + re.sub(r"[^0-9+]", "", number)
