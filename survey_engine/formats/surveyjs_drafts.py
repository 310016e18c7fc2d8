"""What a SurveyJS form is read into before its conditions are: drafts of questions and groups, words, names, losses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from survey_engine.definition import LONGEST_REPEATED_NAME, Kind
from survey_engine.expressions import Node
from survey_engine.formats.account import ImportProblem, Loss
from survey_engine.formats.surveyjs_expressions import Sort
from survey_engine.formats.xlsform_words import language_code
from survey_engine.words import Text

DEEPEST_JSON = 200
DEEPEST_GROUP = 20
MOST_LOSSES = 2_000
MOST_OPTIONS = 2_000
LONGEST_WORDS = 20_000
MOST_LANGUAGES = 60
ELEMENTS = ("elements", "questions")

Into = Literal[
    "relevant", "required_if", "read_only_if", "constraint", "calculation", "default", "choice_filter", "count"
]
"""What of a question or group an expression says."""

GONE: dict[str, str] = {
    "relevant": "the condition is left out: it is asked of everybody",
    "required_if": "the condition is left out: the question is not required",
    "read_only_if": "the condition is left out: it can be answered",
    "constraint": "the rule is left out: the answer is not checked by it",
    "calculation": "nothing is worked out",
    "default": "no value is filled in",
    "choice_filter": "the condition is left out: every option is offered",
    "count": "respondents are asked how many",
}
"""What it means for a respondent that one could not come along."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An expression to read once every name is known; ``option`` where it is about one option only."""

    into: Into
    written_in: str
    said: str
    message: Text = field(default_factory=dict)
    option: str | None = None
    place: int = -1


@dataclass(frozen=True, slots=True)
class Here:
    """Where an element stands: its place in the file, and the repeated groups it is in, innermost last.

    ``columns`` are those of the matrix row it is in, by their names there.
    """

    path: str
    page: str
    repeats: tuple[str, ...] = ()
    columns: Mapping[str, str] | None = None
    inside: str = ""
    depth: int = 0

    def at(self, path: str) -> Here:
        """The same at another place in the file."""
        return Here(path, self.page, self.repeats, self.columns, self.inside, self.depth)


@dataclass(slots=True, eq=False)
class Draft:
    """A question or group being made; ``items`` is None for a question."""

    name: str
    where: str
    here: Here
    fields: dict[str, Any] = field(default_factory=dict)
    items: list[Draft] | None = None
    waiting: list[Waiting] = field(default_factory=list)
    constraints: list[Node | None] = field(default_factory=list)
    repeat: dict[str, Any] | None = None
    yes_no: bool = False
    sort: Sort | None = None
    filters: dict[str, Node] = field(default_factory=dict)


class Notes:
    """The form being read, with what was noted on the way: languages, names taken, losses, problems."""

    def __init__(self, form: dict[str, Any]) -> None:
        self._form = form
        self._loss: dict[Loss, None] = {}
        self._problems: list[ImportProblem] = []
        self._languages: dict[str, int] = {}
        self._default = self._default_language()
        self._taken: dict[str, str] = {}
        self._written: dict[str, int] = {}
        self._drafts: dict[str, Draft] = {}
        self._by_path: dict[str, Draft] = {}
        self._columns: dict[str, dict[str, Draft]] = {}
        self._count_names(form, 0)

    # --- languages and words

    def _default_language(self) -> str:
        """The language of what is written without one: what the form says, English, or the only one it has."""
        counted: dict[str, int] = {}
        _count_languages(self._form, counted, 0)
        said = self._form.get("locale")
        locale = said if isinstance(said, str) else ""
        if "default" not in counted and counted:
            return language_code(max(counted, key=lambda key: counted[key]).replace("_", "-")[:40])
        if not locale or locale in counted:
            return "en"
        return language_code(locale.replace("_", "-")[:40])

    def _text(self, value: Any, where: str, property_: str) -> Text:
        """A text in its languages; {} where there is none."""
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            value = {"default": value}
        if not isinstance(value, dict):
            if value is not None:
                self._lose(where, property_, "it is no text: left out")
            return {}
        text: Text = {}
        for key, words in list(value.items())[:100]:
            plain = clean(words)
            if not plain:
                continue
            if len(plain) > LONGEST_WORDS:
                self._lose(where, property_, f"the text is cut at {LONGEST_WORDS} characters")
                plain = plain[:LONGEST_WORDS].strip()
            language = self._default if key == "default" else language_code(str(key).replace("_", "-")[:40])
            if language not in self._languages and len(self._languages) >= MOST_LANGUAGES:
                self._lose("", "languages", f"only the first {MOST_LANGUAGES} languages are kept")
                continue
            text.setdefault(language, plain)
            self._languages[language] = self._languages.get(language, 0) + 1
        return text

    def _in_default(self, text: Text, where: str) -> Text:
        if text and self._default not in text:
            other, words = next(iter(text.items()))
            self._lose(
                where, f"no words in {self._default}", f"the words in {other} stand in until they are translated"
            )
            return {self._default: words, **text}
        return text

    def _label(self, element: dict[str, Any], name: str, where: str, property_: str = "title") -> Text:
        text = self._text(element.get(property_), where, property_)
        return self._in_default(text, where) or {self._default: name}

    # --- names

    def _count_names(self, value: Any, depth: int) -> None:
        """How often each name is used anywhere, so that only those used once go without their group's."""
        if depth > DEEPEST_JSON:
            return
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "name" and isinstance(inner, str):
                    self._written[inner] = self._written.get(inner, 0) + 1
                if key == "rows" and isinstance(inner, list):
                    for row in inner[:MOST_OPTIONS]:
                        said = option_value(row.get("value") if isinstance(row, dict) else row)
                        self._written[said] = self._written.get(said, 0) + 1
                self._count_names(inner, depth + 1)
        elif isinstance(value, list):
            for inner in value:
                self._count_names(inner, depth + 1)

    def _named(self, wanted: Any, where: str, *, short: str = "", repeated: bool = False) -> str:
        """A name of our own for what the form calls ``wanted``; ``short`` is taken instead where that is unique."""
        said = str(wanted) if isinstance(wanted, str | int | float) else ""
        if short and self._written.get(short, 0) <= 1 and _NAME.fullmatch(short) and short not in self._taken:
            said = short
        name = re.sub(r"[^A-Za-z0-9_.\-]+", "_", said).strip("_") if not _NAME.fullmatch(said) else said
        if not name or not re.match(r"[A-Za-z_]", name):
            name = f"q_{name}".rstrip("_") if name else "question"
        longest = LONGEST_REPEATED_NAME if repeated else 95
        base = name = name[:longest] if len(name) > longest or not _NAME.fullmatch(name) else name
        number = 2
        while name in self._taken:
            name = f"{base[: longest - 5]}_{number}"
            number += 1
        if name != said and said:
            again = base == said and "~" not in base
            self._lose(where, f"the name “{said[:60]}”{' again' if again else ''}", f"renamed to {name}")
        self._taken[name] = where
        return name

    # --- what is told

    def _lose(self, where: str, feature: str, what_happens: str) -> None:
        if len(self._loss) < MOST_LOSSES:
            self._loss[Loss(clean(where)[:300], clean(feature)[:200], what_happens)] = None

    def _problem(self, page: str, path: str, message: str) -> None:
        self._problems.append(ImportProblem(clean(page), None, clean(path)[:300], clean(message)))


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,94}")


def clean(value: Any) -> str:
    """A text without what no file or database can hold, and without outer spaces."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return re.sub(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", str(value).replace("\r\n", "\n")
    ).strip()


def option_value(value: Any) -> str:
    """An option's value as a name: numbers as they are read, spaces single."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return " ".join(clean(value)[:1_000].split())


def number_of(value: Any) -> int | float | None:
    """A number, also where it is written as a text; None for what is none, and beyond ±1,000,000,000,000."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e12:
        return None
    return int(value) if float(value).is_integer() else value


def options_of(draft: Draft) -> tuple[str, ...]:
    """The names of a question's options, in order."""
    if draft.fields.get("kind") is Kind.ACKNOWLEDGE:
        return ("OK",)
    return tuple(choice.name for choice in draft.fields.get("choices", ()))


def within(draft: Draft) -> list[Draft]:
    """A draft and everything in it."""
    return [draft, *(one for inner in draft.items or () for one in within(inner))]


def joined(inside: str, name: str) -> str:
    """A name inside of another, as SurveyJS writes it: ``likes.art``."""
    return f"{inside}.{name}" if inside else name


def _count_languages(value: Any, counted: dict[str, int], depth: int) -> None:
    """How many of the form's words are in each language, ``default`` for those that name none."""
    if depth > DEEPEST_JSON:
        return
    if isinstance(value, list):
        for inner in value:
            _count_languages(inner, counted, depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in ("title", "text", "html", "description") and isinstance(inner, str | dict):
                for language in inner if isinstance(inner, dict) else ("default",):
                    counted[str(language)] = counted.get(str(language), 0) + 1
            else:
                _count_languages(inner, counted, depth + 1)
