"""The settings form of a question, a section, the survey itself: from a value to its fields and back again.

What was posted is read into a new value, or every problem with it is told at its field;
the page then shows what was typed, not what is kept. Fields that a form did not have stay
as they were, so that a question's rarer parts (those of another program's form) survive.

A field of words is named with its language (``label:cy``), one of an option with its row
(``choice:2:label:cy``). Ids are the same as names, so that a problem leads to its field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from api.design import kinds
from api.pages import Summary
from api.wiring import Fields, one
from survey_engine.definition import CHOICE, RESERVED_OPTION_NAMES, UNASKED, Choice, Group, Kind, Question, Survey
from survey_engine.editing import sentences
from survey_engine.expression_parser import parse
from survey_engine.expressions import Expression, ExpressionError, print_expression
from survey_engine.words import Text

MOST_ROW_FIELDS = 250
"""Beyond this the options are one box of lines instead of a row of fields each: a posted form has its limits."""
SPARE_ROWS = 2
LONGEST_WORDS = 20_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")
_OPTION_NAME = re.compile(r"\S+( \S+)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

QUESTION_TEXTS = ("label", "hint", "constraint_message", "required_message", "picture_says", "read_as", "guidance")
GROUP_TEXTS = ("label", "hint")
SURVEY_TEXTS = ("title", "introduction", "credit")
QUESTION_CONDITIONS = (
    "relevant", "constraint", "required_if", "read_only_if", "choice_filter", "shuffle_seed", "calculation", "default",
)  # fmt: skip
GROUP_CONDITIONS = ("relevant", "read_only_if")
NUMBERS = ("least", "most", "step")


def _(text: str) -> str:
    """Mark for translation."""
    return text


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a form: a value exactly where there is no problem. ``options`` are old names to new ones."""

    item: Question | Group | None = None
    problems: tuple[Summary, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


Translate = Callable[[str], str]


# --- from a value to its fields ------------------------------------------------------------


def written(item: Question | Group, languages: Sequence[str]) -> dict[str, list[str]]:
    """The fields of an item as its form shows them first."""
    state: dict[str, str] = {"name": item.name, "relevant": _printed(item.relevant)}
    if isinstance(item, Group):
        repeat = item.repeat
        state |= {
            "appearance": item.appearance, "read_only_if": _printed(item.read_only_if),
            "repeat": "no" if repeat is None else "asked" if repeat.count is None else "counted",
            "repeat_count": _printed(repeat.count) if repeat else "", "repeat_most": str(repeat.most if repeat else 5),
        }  # fmt: skip
        state |= _spoken("repeat_ask", repeat.ask if repeat else {}, languages)
        texts: tuple[str, ...] = GROUP_TEXTS
        boxes = {"shuffle": item.shuffle}
    else:
        state |= {name: _printed(getattr(item, name)) for name in QUESTION_CONDITIONS}
        state |= {name: _number(getattr(item, name)) for name in NUMBERS}
        state |= {
            "kind": item.kind.value, "appearance": item.appearance, "max_length": str(item.max_length),
            "voice": item.voice.value, "source": item.source,
            "required": "if" if item.required_if is not None else "yes" if item.required else "no",
        }  # fmt: skip
        texts = QUESTION_TEXTS
        boxes = {"shuffle": item.shuffle, "may_decline": item.may_decline, "read_only": item.read_only}
        state |= _choices_written(item, languages)
    for name in texts:
        state |= _spoken(name, getattr(item, name), languages)
    state |= {name: "yes" for name, ticked in boxes.items() if ticked}
    return {name: [value] for name, value in state.items()}


def facts_written(survey: Survey) -> dict[str, list[str]]:
    """The fields of the survey itself."""
    state = {"name": survey.name, "audience": survey.audience.value, "minutes": str(survey.minutes)}
    for name in SURVEY_TEXTS:
        state |= _spoken(name, getattr(survey, name), survey.languages)
    if survey.asks_who_helps:
        state["asks_who_helps"] = "yes"
    return {name: [value] for name, value in state.items()}


def rows(state: Fields) -> list[int]:
    """The numbers of the option rows a form has, the spare ones included."""
    there = sorted({int(found[1]) for name in state if (found := re.fullmatch(r"choice:(\d{1,3}):name", name))})
    first = there[-1] + 1 if there else 0
    return there + [first + spare for spare in range(SPARE_ROWS)]


def _choices_written(question: Question, languages: Sequence[str]) -> dict[str, str]:
    state: dict[str, str] = {}
    if len(question.choices) * (5 + len(languages)) > MOST_ROW_FIELDS:
        for code in languages:
            lines = (f"{choice.name} = {choice.label.get(code, '')}" for choice in question.choices)
            state[f"list:{code}"] = "\n".join(lines)
        return state
    for number, choice in enumerate(question.choices):
        row = f"choice:{number}"
        state |= {f"{row}:was": choice.name, f"{row}:name": choice.name, f"{row}:means": choice.means}
        state[f"{row}:columns"] = ", ".join(f"{column} = {value}" for column, value in choice.columns.items())
        state |= _spoken(f"{row}:label", choice.label, languages)
        if choice.exclusive:
            state[f"{row}:exclusive"] = "yes"
    return state


def _spoken(name: str, text: Text, languages: Sequence[str]) -> dict[str, str]:
    return {f"{name}:{code}": text.get(code, "") for code in languages}


def _printed(expression: Expression | None) -> str:
    return "" if expression is None else print_expression(expression)


def _number(value: float | None) -> str:
    return "" if value is None else str(int(value)) if value == int(value) else str(value)


# --- and back --------------------------------------------------------------------------------


def read_item(fields: Fields, old: Question | Group, languages: Sequence[str], translate: Translate) -> Read:
    """The item as the form says it, built on what it was."""
    reader = _Reader(fields, languages, translate)
    changes = reader.group(old) if isinstance(old, Group) else reader.question(old)
    if reader.problems:
        return Read(problems=tuple(reader.problems))
    values = {name: getattr(old, name) for name in type(old).model_fields} | changes
    try:
        return Read(item=type(old)(**values), options=reader.options)
    except ValidationError as fault:
        return Read(problems=tuple(Summary("", sentence) for sentence in sentences(fault)))


def read_facts(fields: Fields, survey: Survey, translate: Translate) -> dict[str, Any] | tuple[Summary, ...]:
    """What changes about the survey itself; or the problems."""
    reader = _Reader(fields, survey.languages, translate)
    changes: dict[str, Any] = {name: reader.text(name, getattr(survey, name)) for name in SURVEY_TEXTS}
    if not changes["title"].get(survey.languages[0]):
        reader.tell(f"title:{survey.languages[0]}", _("Write a title."))
    name = one(fields, "name", limit=200)
    if not re.fullmatch(r"[a-z0-9][a-z0-9\-]{0,59}", name):
        reader.tell("name", _("Use small letters, digits and hyphens for the short name, such as my-week."))
    audience = one(fields, "audience", limit=20)
    if audience not in ("child", "young_person", "parent_carer", "practitioner"):
        reader.tell("audience", _("Choose for whom the survey is."))
    minutes = one(fields, "minutes", limit=10)
    if not minutes.isascii() or not minutes.isdigit() or not 1 <= int(minutes) <= 120:
        reader.tell("minutes", _("Write how many minutes it takes, from 1 to 120."))
    if reader.problems:
        return tuple(reader.problems)
    changes["asks_who_helps"] = reader.box("asks_who_helps", survey.asks_who_helps)
    return changes | {"name": name, "audience": audience, "minutes": int(minutes)}


def conditions_told(fields: Fields, translate: Translate) -> dict[str, str]:
    """For each condition in a form, what is wrong with it as it stands ("" where nothing is)."""
    reader = _Reader(fields, (), translate)
    for name in (*QUESTION_CONDITIONS, "repeat_count"):
        if name in fields:
            reader.condition(name, None)
    told = {problem.field: problem.sentence for problem in reader.problems}
    return {name: told.get(name, "") for name in (*QUESTION_CONDITIONS, "repeat_count") if name in fields}


class _Reader:
    """Reads the fields of one form and gathers what is wrong with them."""

    def __init__(self, fields: Fields, languages: Sequence[str], translate: Translate) -> None:
        self.fields, self.languages, self._translate = fields, languages, translate
        self.problems: list[Summary] = []
        self.options: dict[str, str] = {}

    def tell(self, field_: str, sentence: str, **details: object) -> None:
        """Note one problem, in the reader's language."""
        self.problems.append(Summary(field_, self._translate(sentence).format(**details)))

    # --- one field

    def text(self, name: str, old: Text) -> Text:
        """Words by language; a language the form did not have keeps its words."""
        said = dict(old)
        for code in self.languages:
            id_ = f"{name}:{code}"
            if id_ not in self.fields:
                continue
            words = one(self.fields, id_, limit=LONGEST_WORDS + 1).replace("\r\n", "\n")
            if len(words) > LONGEST_WORDS:
                self.tell(id_, _("That is too long. Make it shorter."))
            elif words:
                said[code] = words
            else:
                said.pop(code, None)
        return said

    def condition(self, name: str, old: Expression | None) -> Expression | None:
        """A condition in its readable form."""
        if name not in self.fields:
            return old
        typed = " ".join(one(self.fields, name, limit=6_000).split())
        if not typed:
            return None
        try:
            return parse(typed)
        except ExpressionError as fault:
            place, before = fault.position, typed[: fault.position][-12:]
            after = typed[place : place + 12]
            near = f"{'…' if place > 12 else ''}{before}▸{after}{'…' if len(typed) > place + 12 else ''}"
            self.tell(
                name, _("{message} Look at letter {place}: {near}"), message=fault.message, place=place + 1, near=near
            )
            return old

    def number(self, name: str, old: float | None) -> float | None:
        """A number, or nothing."""
        if name not in self.fields:
            return old
        typed = one(self.fields, name, limit=30)
        if not typed:
            return None
        if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", typed, re.ASCII):
            self.tell(name, _("Write a number, such as 3 or 0.5, or leave it empty."))
            return old
        return float(typed)

    def whole(self, name: str, old: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        if name not in self.fields:
            return old
        typed = one(self.fields, name, limit=10)
        if not (typed.isascii() and typed.isdigit() and least <= int(typed) <= most):
            self.tell(name, _("Write a whole number from {least} to {most}."), least=least, most=most)
            return old
        return int(typed)

    def box(self, name: str, old: bool) -> bool:
        """A tick; only where the form says that it had the box."""
        return name in self.fields if name in self.fields.get("boxes", ()) else old

    def choice(self, name: str, old: str, known: Sequence[str]) -> str:
        """One of a list."""
        typed = one(self.fields, name, limit=40)
        if name not in self.fields:
            return old
        if typed not in known:
            self.tell(name, _("Choose one of the list."))
            return old
        return typed

    def own_name(self, old: str) -> str:
        """The name of an item."""
        typed = one(self.fields, "name", limit=200) if "name" in self.fields else old
        if not _NAME.fullmatch(typed):
            self.tell("name", _("Use letters without accents, digits and _ for the name, and begin with a letter."))
            return old
        return typed

    # --- whole items

    def group(self, old: Group) -> dict[str, Any]:
        """What changes about a section."""
        changes: dict[str, Any] = {"name": self.own_name(old.name)}
        changes |= {name: self.text(name, getattr(old, name)) for name in GROUP_TEXTS}
        changes |= {name: self.condition(name, getattr(old, name)) for name in GROUP_CONDITIONS}
        changes["appearance"] = self.choice("appearance", old.appearance, ("plain", "grid"))
        changes["shuffle"] = self.box("shuffle", old.shuffle)
        how = self.choice("repeat", "", ("no", "asked", "counted"))
        if not how:
            return changes
        if how == "no":
            return changes | {"repeat": None}
        count = self.condition("repeat_count", None) if how == "counted" else None
        if how == "counted" and count is None and not any(problem.field == "repeat_count" for problem in self.problems):
            self.tell("repeat_count", _("Write how many turns there are, such as the name of a question."))
        changes["repeat"] = {
            "count": count, "ask": self.text("repeat_ask", old.repeat.ask if old.repeat else {}),
            "most": self.whole("repeat_most", 5, 1, 20),
        }  # fmt: skip
        return changes

    def question(self, old: Question) -> dict[str, Any]:
        """What changes about a question."""
        changes: dict[str, Any] = {"name": self.own_name(old.name)}
        changes |= {name: self.text(name, getattr(old, name)) for name in QUESTION_TEXTS}
        changes |= {name: self.condition(name, getattr(old, name)) for name in QUESTION_CONDITIONS}
        changes |= {name: self.number(name, getattr(old, name)) for name in NUMBERS}
        changes |= {name: self.box(name, getattr(old, name)) for name in ("may_decline", "shuffle", "read_only")}
        kind = Kind(self.choice("kind", old.kind.value, [kind.value for kind in Kind]))
        looks = [look for look, _words in kinds.APPEARANCES.get(kind, ())] or ["plain"]
        changes |= {
            "kind": kind,
            "appearance": self.choice("appearance", old.appearance, [*looks, old.appearance]),
            "max_length": self.whole("max_length", old.max_length, 1, 20_000),
            "voice": self.choice("voice", old.voice.value, [voice for voice, _words in kinds.VOICES]),
        }
        if "source" in self.fields:
            changes["source"] = one(self.fields, "source", limit=500)
        self._whether_required(changes)
        changes["choices"] = self._choices(old) if old.kind in CHOICE else old.choices
        if kind is not old.kind:
            self._become(changes, kind)
        elif kind in CHOICE and not changes["choices"] and not self.problems:
            self.tell("choice:0:name", _("Leave at least one option."))
        return changes

    def _whether_required(self, changes: dict[str, Any]) -> None:
        how = self.choice("required", "", ("no", "yes", "if"))
        if not how:
            changes.pop("required_if")
            return
        changes["required"] = how == "yes"
        if how != "if":
            changes["required_if"] = None
            self.problems = [problem for problem in self.problems if problem.field != "required_if"]
        elif changes["required_if"] is None and not any(problem.field == "required_if" for problem in self.problems):
            self.tell("required_if", _("Write when an answer is needed, such as age >= 12."))

    def _become(self, changes: dict[str, Any], kind: Kind) -> None:
        """Another kind of question: what belongs to the old kind only goes, what the new one needs comes."""
        begun = kinds.begun_fields(kind, self.languages[0])
        if kind not in CHOICE:
            changes |= {"choices": (), "choice_filter": None, "shuffle": False, "shuffle_seed": None}
        elif changes["choices"]:
            begun.pop("choices")
        if changes["least"] is not None and changes["most"] is not None:
            begun = {name: value for name, value in begun.items() if name not in NUMBERS}
        if kind in UNASKED:
            changes |= {"required": False, "required_if": None, "constraint": None}
        if changes["appearance"] not in [look for look, _words in kinds.APPEARANCES.get(kind, ())]:
            changes["appearance"] = "plain"
        changes |= begun

    # --- options

    def _choices(self, old: Question) -> tuple[Choice, ...]:
        known = {choice.name: choice for choice in old.choices}
        if any(name.startswith("list:") for name in self.fields):
            made = self._listed(known)
        elif any(name.startswith("choice:") for name in self.fields):
            made = self._rows(known)
        else:
            made = list(old.choices)
        taken = {choice.name for choice in made}
        for line in one(self.fields, "paste", limit=60_000).splitlines():
            if line.strip():
                name, words = _line(line)
                name = _free(taken, name or _slug(words))
                taken.add(name)
                made.append(self._choice("paste", name, {self.languages[0]: words}, Choice(name="x", label={})))
        return tuple(made)

    def _rows(self, known: Mapping[str, Choice]) -> list[Choice]:
        made: list[Choice] = []
        places: list[int] = []
        action, _colon, at = one(self.fields, "action", limit=30).partition(":")
        taken: set[str] = set()
        for number in rows(self.fields)[:-SPARE_ROWS]:
            row = f"choice:{number}"
            was = known.get(one(self.fields, f"{row}:was", limit=200))
            name = one(self.fields, f"{row}:name", limit=200)
            label = self.text(f"{row}:label", was.label if was else {})
            if (action == "remove" and at == str(number)) or not (name or label or was):
                continue
            name = name or (was.name if was else _free(taken, _slug(next(iter(label.values()), ""))))
            choice = self._choice(row, name, label, was or Choice(name="x", label={}))
            taken.add(name)
            if was is not None and name != was.name:
                self.options[was.name] = name
            made.append(choice)
            places.append(number)
        if action in ("up", "down") and at.isdigit() and int(at) in places:
            here = places.index(int(at))
            there = here + (1 if action == "down" else -1)
            if 0 <= there < len(made):
                made[here], made[there] = made[there], made[here]
        return made

    def _choice(self, row: str, name: str, label: Text, was: Choice) -> Choice:
        field_ = row if row == "paste" else f"{row}:name"
        if not _OPTION_NAME.fullmatch(name) or len(name) > 100:
            self.tell(field_, _("Write a name of up to 100 letters for the option, better without spaces."))
            return was
        if name in RESERVED_OPTION_NAMES:
            self.tell(field_, _("“{name}” stands for a missing answer in exports. Choose another name."), name=name)
            return was
        columns = dict(was.columns)
        if f"{row}:columns" in self.fields:
            columns = {}
            for part in one(self.fields, f"{row}:columns", limit=1_000).split(","):
                column, equals, value = part.partition("=")
                if equals and column.strip():
                    columns[column.strip()] = value.strip()
                elif part.strip():
                    self.tell(f"{row}:columns", _("Write columns as name = value, with commas between."))
        has_row = f"{row}:name" in self.fields
        return Choice(
            name=name, label=label, columns=columns, picture=was.picture, audio=was.audio,
            exclusive=f"{row}:exclusive" in self.fields if has_row else was.exclusive,
            means=self.choice(f"{row}:means", was.means, [means for means, _words in kinds.MEANINGS]),
        )  # fmt: skip

    def _listed(self, known: Mapping[str, Choice]) -> list[Choice]:
        """Options written as lines, one language a box; the first language's lines say which there are."""
        said: dict[str, Text] = {}
        first = self.languages[0]
        for code in self.languages:
            if f"list:{code}" not in self.fields:
                continue
            for place, line in enumerate(one(self.fields, f"list:{code}", limit=190_000).splitlines(), 1):
                if not line.strip():
                    continue
                name, words = _line(line)
                name = name or (_free(set(said), _slug(words)) if code == first else "")
                if not _OPTION_NAME.fullmatch(name) or name in RESERVED_OPTION_NAMES or len(name) > 100:
                    self.tell(f"list:{code}", _("Line {place}: write name = words."), place=place)
                elif code == first:
                    said[name] = {code: words} if words else {}
                elif name in said:
                    said[name] |= {code: words} if words else {}
                else:
                    self.tell(f"list:{code}", _("Line {place}: the first language has no such option."), place=place)
        return [
            known.get(name, Choice(name=name, label={})).model_copy(update={"label": label})
            for name, label in said.items()
        ]


def _line(line: str) -> tuple[str, str]:
    """The name and the words of ``name = words``; without a name where there is no equals sign."""
    name, equals, words = line.partition(" = ")
    return (name.strip(), words.strip()) if equals else ("", line.strip().removesuffix(" ="))


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:40] or "option"


def _free(taken: set[str], wish: str) -> str:
    number, name = 2, wish
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return name


def language_problem(code: str) -> str:
    """Why this is no language code, as a sentence; "" where it is one."""
    if _LANGUAGE.fullmatch(code) and len(code) <= 35:
        return ""
    return _("Choose a language, or write its code, such as cy for Welsh.")
