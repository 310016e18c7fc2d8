"""The sentences of the pages and their translations: what there is to translate, how much is, and what is broken.

Two catalogues, because they have different readers: ``respondent`` (children, young
people, parents, advisers) is translated; ``staff`` is written in English only. A sentence
said to both belongs to the first. Beside a catalogue may lie the words that codes are said
with in that language; they are checked with it. What is *not* here: which translations
somebody has checked (``language_checks``), rendering (``pages``), and what a code is
(``collect.receipts``).

A catalogue is read from its ``.po`` file; there is no build step and no ``.mo`` file.
English is the language of the templates themselves. A missing sentence is no fault: the
page says it in English. A broken one (a lost placeholder, a wrong count of plural forms) is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations

from api.errors import CATALOGUE

SOURCE_LANGUAGE = "en"
CODE_DIR = Path(__file__).resolve().parent
FRONTEND_DIR = CODE_DIR.parent / "frontend"
TEMPLATES_DIR = FRONTEND_DIR / "templates"
LOCALES_DIR = FRONTEND_DIR / "locales"

Readers = Literal["respondent", "staff"]
READERS: tuple[Readers, ...] = ("respondent", "staff")

STAFF_ONLY = re.compile(
    r"templates/((design|export|manage|metrics|observe|review|safeguard|security|errors)/.*|layouts/staff\.html"
    r"|advise/(link|remark)\.html|components/(badge|bars|empty|figure|flash|form_field|pagination|table)\.html)"
    r"|api/((design|export|manage|metrics|observe|review|safeguard|cli|demo)/.*|advise/service\.py|wiring\.py)"
)
"""Where only staff are spoken to. What is not named here is translated, so that no new page is forgotten."""

CHECKED_BY = "X-Earshot-Checked-By"
"""Header of a ``.po`` file: empty as long as no person who speaks the language has read it."""
MOST_WORDS_EASY_READ = 15
EASY_READ = "en-x-easy"

CODE_WORDS_FILE = "code_words.txt"
"""Beside a language's catalogue: the words a code is said with, one place a line. The first word is shown; those
behind it were shown at this place before and still open. No word ever moves to another place (decision 0034)."""
CODE_WORDS = (
    "The words that codes are made of. Each is one that a child of eight knows, can say and cannot mistake for another. "
    "None is rude, frightening or has a second meaning, alone or beside another."
)
"""What a person who checks a language says about its list; read by officers, so it is not translated."""


# -- what there is to translate


def source_catalogue(readers: Readers, templates_dir: Path = TEMPLATES_DIR, code_dir: Path = CODE_DIR) -> Catalog:
    """All sentences for these readers, of the templates and of the code: what their ``.pot`` must hold."""
    catalogue = Catalog(fuzzy=False)
    staff = Catalog(fuzzy=False)
    to_staff = _said_by_staff_errors()
    for folder, files, method in ((templates_dir, "**.html", "jinja2"), (code_dir, "**.py", "python")):
        found = extract_from_dir(folder, [(files, method)], {files: {"trimmed": "true"}})
        for name, _line, message, comments, context in sorted(found, key=lambda hit: (hit[0], hit[1])):
            place = f"{folder.name}/{name}"
            only_staff = STAFF_ONLY.fullmatch(place) or (place == "api/errors.py" and message in to_staff)
            (staff if only_staff else catalogue).add(
                message, locations=[(place, 1)], auto_comments=comments, context=context
            )
    if readers == "respondent":
        return catalogue
    for said in list(catalogue):
        if said.id:
            staff.delete(said.id, said.context)
    return staff


def _said_by_staff_errors() -> frozenset[str]:
    both: dict[bool, set[str]] = {True: set(), False: set()}
    for kind in CATALOGUE.values():
        both[kind.for_staff] |= {kind.title, kind.sentence, kind.next_label}
    return frozenset(both[True] - both[False])


def write_source_catalogues(locales_dir: Path = LOCALES_DIR) -> None:
    """Write the ``.pot`` files anew; without dates and line numbers, so that they change only when a sentence does."""
    for readers in READERS:
        with (locales_dir / f"{readers}.pot").open("wb") as file:
            write_po(file, source_catalogue(readers), omit_header=True, include_lineno=False, width=100)


# -- what is translated


@dataclass(frozen=True)
class Sentence:
    """One sentence with its translation; ``forms`` are empty where there is none, several for plurals."""

    english: tuple[str, ...]
    forms: tuple[str, ...]
    context: str | None = None

    @property
    def translated(self) -> bool:
        """Whether every form has words."""
        return bool(self.forms) and all(self.forms)

    @cached_property
    def digest(self) -> str:
        """What a person's check is bound to: the English and its translation, nothing else of the file."""
        plain = json.dumps([self.context, self.english, self.forms], ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()[:16]

    @property
    def is_code_words(self) -> bool:
        """Whether this is no sentence but the list of words that codes are made of."""
        return self.english == (CODE_WORDS,)


@dataclass(frozen=True)
class Translation:
    """What respondents read, in one language: every sentence there is today, in the order of the pages."""

    language: str
    sentences: tuple[Sentence, ...]

    @cached_property
    def translated(self) -> tuple[Sentence, ...]:
        """Those that have a translation."""
        return tuple(sentence for sentence in self.sentences if sentence.translated)

    @property
    def percent(self) -> int:
        """How much of all there is is translated; 100 only where nothing is missing."""
        return len(self.translated) * 100 // max(len(self.sentences), 1)

    @cached_property
    def digests(self) -> frozenset[str]:
        """All translations, as a check names them."""
        return frozenset(sentence.digest for sentence in self.translated)

    @property
    def digest(self) -> str:
        """All of them in one."""
        return hashlib.sha256("".join(sorted(self.digests)).encode()).hexdigest()


def languages(locales_dir: Path = LOCALES_DIR) -> tuple[str, ...]:
    """The languages that have a catalogue, whether complete and checked or not; without the source language."""
    return tuple(sorted(path.parent.parent.name for path in locales_dir.glob("*/LC_MESSAGES/respondent.po")))


def catalogue_path(language: str, locales_dir: Path = LOCALES_DIR) -> Path:
    """Where the translations into a language are kept."""
    return locales_dir / language / "LC_MESSAGES" / "respondent.po"


def translation(language: str, locales_dir: Path = LOCALES_DIR) -> Translation:
    """A language's catalogue beside what there is to translate."""
    catalogue = _read(catalogue_path(language, locales_dir))
    wanted = _read(locales_dir / "respondent.pot") if (locales_dir / "respondent.pot").is_file() else catalogue
    sentences = [
        Sentence(_forms(message.id), _translated(catalogue.get(message.id, message.context)), message.context)
        for message in wanted
        if message.id
    ]
    words = code_words(language, locales_dir)
    return Translation(language, (*sentences, code_words_sentence(words)) if words else tuple(sentences))


def languages_with_code_words(locales_dir: Path = LOCALES_DIR) -> tuple[str, ...]:
    """The languages that have words of their own for codes, whether checked or not."""
    return tuple(sorted(path.parent.name for path in locales_dir.glob(f"*/{CODE_WORDS_FILE}")))


def code_words(language: str, locales_dir: Path = LOCALES_DIR) -> tuple[tuple[str, ...], ...]:
    """The words codes are said with, place by place: the one that is shown, then those it replaced; () without a list."""
    path = locales_dir / language / CODE_WORDS_FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return tuple(tuple(line.split()) for line in lines)


def code_words_sentence(words: tuple[tuple[str, ...], ...]) -> Sentence:
    """The shown words as one thing to check: a list that changes is as unchecked as a sentence that does."""
    return Sentence((CODE_WORDS,), tuple(place[0] for place in words))


def checked_translations(
    language: str, digests: frozenset[str] | None, locales_dir: Path = LOCALES_DIR
) -> NullTranslations:
    """What turns English into a language: only translations that ``digests`` names; all of them for None."""
    path = catalogue_path(language, locales_dir)
    if not path.is_file():
        return NullTranslations()
    catalogue = _read(path)
    for message in list(catalogue):
        if message.id:
            sentence = Sentence(_forms(message.id), _translated(message), message.context)
            if not sentence.translated or (digests is not None and sentence.digest not in digests):
                catalogue.delete(message.id, message.context)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _forms(said: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())


def _translated(message: Message | None) -> tuple[str, ...]:
    return () if message is None or message.fuzzy else tuple(form or "" for form in _forms(message.string))


# -- what is missing, and what is broken


def missing(locales_dir: Path = LOCALES_DIR) -> list[str]:
    """How many sentences each language lacks, one line for each that lacks any. Pages say those in English."""
    found = [translation(language, locales_dir) for language in languages(locales_dir)]
    return [
        f"{one.language}: {len(one.sentences) - len(one.translated)} of {len(one.sentences)} sentences are not translated."
        for one in found
        if len(one.translated) < len(one.sentences)
    ]


def broken(
    templates_dir: Path = TEMPLATES_DIR, locales_dir: Path = LOCALES_DIR, code_dir: Path = CODE_DIR
) -> list[str]:
    """What must be mended before anything is shown: one sentence each, empty when nothing is."""
    found = []
    for readers in READERS:
        file = locales_dir / f"{readers}.pot"
        listed = {message.id for message in _read(file)} if file.is_file() else set()
        if {message.id for message in source_catalogue(readers, templates_dir, code_dir)} != listed:
            found.append(f"frontend/locales/{readers}.pot is behind the sentences of the pages: run ./run fix.")
    for language in languages(locales_dir):
        found += broken_entries(language, catalogue_path(language, locales_dir))
    return found


def broken_entries(language: str, path: Path) -> Iterator[str]:
    """What is wrong inside one ``.po`` file; a sentence that is missing is not."""
    try:
        locale = Locale.parse(language.partition("-x-")[0], sep="-")
    except (ValueError, UnknownLocaleError):
        yield f"{language}: nobody knows this language."
        return
    catalogue = _read(path)
    if f'"{CHECKED_BY}:' not in path.read_text(encoding="utf-8"):
        yield f"{language}: the header {CHECKED_BY} is missing; leave it empty until a person has checked."
    forms = {str(locale.plural_form(number)) for number in range(1000)}
    if catalogue.num_plurals < len(forms):
        yield f"{language}: it needs {len(forms)} plural forms, and Plural-Forms says {catalogue.num_plurals}."
    for message in catalogue:
        if not message.id:
            continue
        english = _forms(message.id)
        called = f"{language}: the translation of “{english[0]}”"
        if message.fuzzy:
            yield f"{called} is marked fuzzy; correct it, or take it out."
            continue
        said = _translated(message)
        if not any(said):
            continue
        if message.pluralizable and (len(said) != catalogue.num_plurals or not all(said)):
            yield f"{called} needs {catalogue.num_plurals} plural forms."
        # Languages say “one” and “two” without a figure, so a plural form may leave parts out, but the last.
        kept = [placeholders(form) for form in said]
        whole = placeholders(english[-1])
        if kept[-1] != whole or any(not set(parts) <= set(whole) or len(parts) > len(whole) for parts in kept):
            yield f"{called} has lost or changed a part in %( ) or {{ }}."
        if any(re.search(r"[<>]", form) for form in said):
            yield f"{called} holds markup."
        if locale.text_direction == "rtl" and any(
            re.search(r"\d{3} \d{3}", re.sub("\u2066[^\u2069]*\u2069", "", form)) for form in said
        ):
            # Not so a day: its parts are read from the right, as its fields stand.
            yield f"{called} turns a number around; put U+2066 before and U+2069 after it."
        if language == EASY_READ:
            yield from (f"{called} {problem}" for form in said for problem in easy_read_problems(form))


def placeholders(sentence: str) -> list[str]:
    """The parts of a sentence that are filled in.

    >>> placeholders("%(number)s of {most}")
    ['%(number)s', '{most}']
    """
    return sorted(re.findall(r"%\(\w+\)s|\{\w+\}", sentence))


def easy_read_problems(said: str) -> Iterator[str]:
    """Against the rules of Easy Read: fifteen words a sentence at most, no brackets.

    >>> list(easy_read_problems("Short (and good)."))
    ['has brackets.']
    """
    if re.search(r"[()\[\]]", re.sub(r"%\(\w+\)s", "x", said)):
        yield "has brackets."
    for sentence in re.split(r"(?<=[.?!:])\s+", said):
        if len(sentence.split()) > MOST_WORDS_EASY_READ:
            yield f"has a sentence of more than {MOST_WORDS_EASY_READ} words: “{sentence}”"
