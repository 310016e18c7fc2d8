"""Changing a survey that is being written: add, replace, move, duplicate, delete, and what has to follow.

A survey is a frozen value, so every operation gives another one, or says why not. What
follows a change by itself: a renamed question or option is renamed in every condition, in
every text that repeats its answer and in every scale; files nobody uses any more are
forgotten. What would break something is refused with the names of what looks at it.

Whether the result can be *answered* is not judged here (``faults``, ``checking``): half of
a survey is a survey, too.

>>> from survey_engine.definition import Audience, Kind
>>> from survey_engine.expression_parser import parse
>>> survey = Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(
...     Question(name="pet", kind=Kind.TEXT, label={"en": "Your pet?"}),
...     Question(name="food", kind=Kind.TEXT, label={"en": "What does ${pet} eat?"}, relevant=parse("answered(pet)")),
... ))
>>> changed = edit(survey, Replace("pet", survey.questions[0].model_copy(update={"name": "animal"})))
>>> print_expression(changed.survey.questions[1].relevant), changed.survey.questions[1].label["en"]
('answered(animal)', 'What does ${animal} eat?')
>>> edit(survey, Delete("pet"))[0].names
('food',)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from survey_engine.definition import Group, Item, Question, Survey
from survey_engine.expressions import Expression, Reference, nodes
from survey_engine.expressions import print_expression as print_expression  # for the example above
from survey_engine.words import Language

EXPRESSION_FIELDS = (
    "relevant", "constraint", "required_if", "read_only_if", "calculation", "default", "choice_filter", "shuffle_seed",
)  # fmt: skip
"""The fields of a question or group that hold a condition or a calculation (a repeat has ``count`` besides)."""

MEDIA_FIELDS = ("picture", "audio")

_ITEM: TypeAdapter[Question | Group] = TypeAdapter(Item)
_SURVEY = TypeAdapter(Survey)


# --- what can be done --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Add:
    """A new item: right after another one, or last in a group, or last of all."""

    item: Question | Group
    after: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Replace:
    """Another item in an item's place. A new name is followed everywhere; ``options`` maps old option names to new ones."""

    name: str
    item: Question | Group
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """One step: up or down among its neighbours, into the section before it, out of its section."""

    name: str
    where: Literal["up", "down", "in", "out"]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same item again right after it, under new names."""

    name: str


@dataclass(frozen=True, slots=True)
class Delete:
    """An item with all it holds, and the scales that count nothing else.

    ``drop_conditions`` also takes away the conditions of others that look at it.
    """

    name: str
    drop_conditions: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Fields of the survey itself (title, audience, minutes, …) by name."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AddLanguage:
    """One language more, without words yet."""

    code: str


@dataclass(frozen=True, slots=True)
class RemoveLanguage:
    """A language, with all words in it. The first one stays."""

    code: str


@dataclass(frozen=True, slots=True)
class Attach:
    """A picture or recording for a question or (``option``) one of its options, in a language."""

    name: str
    role: Literal["picture", "audio"]
    language: str
    file_name: str
    sha256: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class Detach:
    """The same taken away."""

    name: str
    role: Literal["picture", "audio"]
    language: str
    option: str = ""


@dataclass(frozen=True, slots=True)
class Include:
    """The questions and scales of another survey at the end of this one, with the credit they need."""

    survey: Survey


Operation: TypeAlias = (
    Add | Replace | Move | Duplicate | Delete | Facts | AddLanguage | RemoveLanguage | Attach | Detach | Include
)


@dataclass(frozen=True, slots=True)
class Edited:
    """The changed survey, and the item that somebody would want to see next ("" where it is the survey itself)."""

    survey: Survey
    name: str


@dataclass(frozen=True, slots=True)
class EditProblem:
    """Why a change was not made: a code, a sentence that says what to do, and the items it is about.

    Codes: ``unknown`` (no such item), ``looked_at`` (``names`` look at it; their conditions
    can be dropped), ``repeated_in_words`` and ``in_a_scale`` (must be mended by hand first),
    ``no_further``, ``only_item``, ``not_a_survey``.
    """

    code: str
    message: str
    names: tuple[str, ...] = ()


def edit(survey: Survey, operation: Operation) -> Edited | tuple[EditProblem, ...]:
    """The survey after one operation, or every reason against it."""
    try:
        return _EDITS[type(operation)](survey, operation)
    except _Stop as stop:
        return stop.problems
    except ValidationError as fault:
        return tuple(EditProblem("not_a_survey", sentence) for sentence in sentences(fault))


def sentences(fault: ValidationError) -> tuple[str, ...]:
    """What pydantic found wrong, as plain sentences, each once."""
    found = []
    for error in fault.errors(include_url=False, include_input=False):
        said = str(error["msg"]).removeprefix("Value error, ")
        where = next((str(part) for part in reversed(error["loc"]) if isinstance(part, str)), "")
        plain = said if error["type"] == "value_error" else f"{where.replace('_', ' ')}: {said}"
        found.append(plain[:1].upper() + plain[1:] + ("" if plain.endswith((".", "?")) else "."))
    return tuple(dict.fromkeys(found))


def free_name(survey: Survey, wish: str) -> str:
    """A name that nothing in the survey has yet: the wish itself, or with a number behind it."""
    return _free({item.name for item in survey.all_items}, wish)


def _free(taken: set[str], wish: str) -> str:
    wish = re.sub(r"[^a-z0-9_]+", "_", wish.lower()).strip("_")[:60] or "question"
    wish = wish if wish[0].isalpha() else f"q_{wish}"
    number, name = 2, wish
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return name


def lookers(survey: Survey, name: str) -> tuple[str, ...]:
    """The items outside of this one whose conditions look at it or at something inside of it, in reading order."""
    inside = _inside(survey, name)
    return tuple(
        item.name
        for item in survey.all_items
        if item.name not in inside and any(_refers(expression, inside) for expression in expressions(item))
    )


def expressions(item: Question | Group) -> Iterator[Expression]:
    """Every condition and calculation of an item."""
    for name in EXPRESSION_FIELDS:
        expression = getattr(item, name, None)
        if expression is not None:
            yield expression
    if isinstance(item, Group) and item.repeat is not None and item.repeat.count is not None:
        yield item.repeat.count


# --- how each is done --------------------------------------------------------------------


class _Stop(Exception):
    def __init__(self, *problems: EditProblem) -> None:
        super().__init__()
        self.problems = problems


Items: TypeAlias = tuple[Question | Group, ...]


def _add(survey: Survey, wish: Add) -> Edited:
    if wish.inside:
        group = _known(survey, wish.inside)
        if not isinstance(group, Group):
            raise _Stop(EditProblem("unknown", f"“{wish.inside}” is no section.", (wish.inside,)))
        grown = group.model_copy(update={"items": (*group.items, wish.item)})
        return _made(survey, _changed(survey.items, group.name, lambda _: (grown,)), wish.item.name)
    if wish.after:
        _known(survey, wish.after)
        return _made(survey, _changed(survey.items, wish.after, lambda item: (item, wish.item)), wish.item.name)
    return _made(survey, (*survey.items, wish.item), wish.item.name)


def _replace(survey: Survey, wish: Replace) -> Edited:
    _known(survey, wish.name)
    new = wish.item.name
    document = survey.model_dump(mode="json")
    renamed = {wish.name: new} if new != wish.name else {}
    options = {old: name for old, name in wish.options.items() if old != name}
    if renamed or options:
        if new != wish.name and any(item.name == new for item in survey.all_items):
            raise _Stop(EditProblem("not_a_survey", f"The name “{new}” is used twice.", (new,)))
        document = _followed(document, renamed, {wish.name: options})
        replacement = _followed(wish.item.model_dump(mode="json"), renamed, {wish.name: options})
    else:
        replacement = wish.item.model_dump(mode="json")
    document["items"] = _swapped(document["items"], new, replacement)
    return Edited(_tidy(_SURVEY.validate_python(document)), new)


def _move(survey: Survey, wish: Move) -> Edited:
    path = _path(survey.items, wish.name)
    if path is None:
        raise _Stop(_unknown(wish.name))
    *outer, (siblings, place) = path
    item = siblings[place]
    rest = siblings[:place] + siblings[place + 1 :]
    if wish.where in ("up", "down"):
        to = place + (1 if wish.where == "down" else -1)
        if not 0 <= to < len(siblings):
            raise _Stop(EditProblem("no_further", "It is already at the end of where it can go.", (wish.name,)))
        return _made(survey, _rebuilt(outer, (*rest[:to], item, *rest[to:])), wish.name)
    if wish.where == "in":
        before = siblings[place - 1] if place else None
        if not isinstance(before, Group):
            raise _Stop(EditProblem("no_further", "There is no section right before it to move into.", (wish.name,)))
        grown = before.model_copy(update={"items": (*before.items, item)})
        return _made(survey, _rebuilt(outer, (*rest[: place - 1], grown, *rest[place:])), wish.name)
    if not outer:
        raise _Stop(EditProblem("no_further", "It is in no section, so it cannot be moved out of one.", (wish.name,)))
    *further, (above, group_place) = outer
    group = above[group_place]
    assert isinstance(group, Group)
    left = group.model_copy(update={"items": rest})
    return _made(survey, _rebuilt(further, (*above[:group_place], left, item, *above[group_place + 1 :])), wish.name)


def _duplicate(survey: Survey, wish: Duplicate) -> Edited:
    item = _known(survey, wish.name)
    renamed: dict[str, str] = {}
    taken = {one.name for one in survey.all_items}
    for name in sorted(_inside(survey, item.name)):
        renamed[name] = _free(taken, re.sub(r"_\d+$", "", name) or name)
        taken.add(renamed[name])
    copy = _ITEM.validate_python(_followed(item.model_dump(mode="json"), renamed, {}))
    return _made(survey, _changed(survey.items, item.name, lambda old: (old, copy)), copy.name)


def _delete(survey: Survey, wish: Delete) -> Edited:
    item = _known(survey, wish.name)
    inside = _inside(survey, item.name)
    against: list[EditProblem] = []
    looking = lookers(survey, item.name)
    if looking and not wish.drop_conditions:
        listed = ", ".join(f"“{name}”" for name in looking)
        against.append(EditProblem("looked_at", f"It is looked at by the conditions of {listed}.", looking))
    against += _said_again(survey, inside)
    kept = tuple(scale for scale in survey.scales if not inside.issuperset(scale.questions))
    scales = tuple(scale.name for scale in kept if inside & _questions_of(scale.model_dump(mode="json")))
    if scales:
        listed = ", ".join(f"“{name}”" for name in scales)
        message = f"It counts in the scale {listed}, which stays. A scale goes when all of its questions go at once."
        against.append(EditProblem("in_a_scale", f"{message} Put them in one section and delete that.", scales))
    if len(survey.items) == 1 and survey.items[0].name == item.name:
        message = "It is all there is. Add something else before you delete it."
        against.append(EditProblem("only_item", message, (item.name,)))
    if against:
        raise _Stop(*against)
    order = [one.name for one in survey.all_items if one.name not in inside]
    place = next(index for index, one in enumerate(survey.all_items) if one.name == item.name)
    left = _changed(survey.items, item.name, lambda _: ())
    cleaned = tuple(_without_conditions(one, inside) for one in left)
    without = survey.model_copy(update={"scales": kept})
    return _made(without, cleaned, order[max(place - 1, 0)] if order else "")


def _facts(survey: Survey, wish: Facts) -> Edited:
    return Edited(_SURVEY.validate_python(survey.model_dump(mode="json") | dict(wish.changes)), "")


def _include(survey: Survey, wish: Include) -> Edited:
    other, items = wish.survey, wish.survey.items
    if not all(isinstance(item, Group) for item in items):
        items = (Group(name=free_name(survey, other.name), label=other.title, items=items),)
    credit = {
        language: "\n\n".join(filter(None, (survey.credit.get(language), other.credit.get(language))))
        for language in survey.languages
    }
    document = survey.model_dump(mode="json") | {
        "items": [item.model_dump(mode="json") for item in (*survey.items, *items)],
        "scales": [scale.model_dump(mode="json") for scale in (*survey.scales, *other.scales)],
        "media": dict(other.media) | dict(survey.media),
        "credit": {language: words for language, words in credit.items() if words},
    }
    return Edited(_tidy(_SURVEY.validate_python(document)), items[0].name)


def _add_language(survey: Survey, wish: AddLanguage) -> Edited:
    if wish.code in survey.languages:
        raise _Stop(EditProblem("no_further", f"The survey already has the language “{wish.code}”."))
    return _facts(survey, Facts({"languages": [*survey.languages, wish.code]}))


def _remove_language(survey: Survey, wish: RemoveLanguage) -> Edited:
    if wish.code == survey.languages[0]:
        raise _Stop(EditProblem("no_further", "The first language stays: every text must exist in it."))
    if wish.code not in survey.languages:
        raise _Stop(EditProblem("unknown", f"The survey has no language “{wish.code}”."))
    document = _without_language(survey.model_dump(mode="json"), wish.code)
    document["languages"] = [code for code in survey.languages if code != wish.code]
    return Edited(_tidy(_SURVEY.validate_python(document)), "")


def _attach(survey: Survey, wish: Attach) -> Edited:
    file_name = wish.file_name
    stem, _, ending = file_name.rpartition(".")
    number = 2
    while survey.media.get(file_name, wish.sha256) != wish.sha256:
        file_name, number = f"{stem}-{number}.{ending}", number + 1
    document = survey.model_dump(mode="json")
    document["media"] = dict(survey.media) | {file_name: wish.sha256}
    named = _SURVEY.validate_python(document)
    return _with_file(named, wish.name, wish.option, wish.role, lambda files: {**files, wish.language: file_name})


def _detach(survey: Survey, wish: Detach) -> Edited:
    def without(files: dict[str, str]) -> dict[str, str]:
        return {language: name for language, name in files.items() if language != wish.language}

    return _with_file(survey, wish.name, wish.option, wish.role, without)


def _with_file(
    survey: Survey, name: str, option: str, role: str, change: Callable[[dict[str, str]], dict[str, str]]
) -> Edited:
    question = _known(survey, name)
    if not isinstance(question, Question) or (option and option not in {choice.name for choice in question.choices}):
        raise _Stop(_unknown(option or name))
    if option:
        choices = tuple(
            choice.model_copy(update={role: change(getattr(choice, role))}) if choice.name == option else choice
            for choice in question.choices
        )
        changed = question.model_copy(update={"choices": choices})
    else:
        changed = question.model_copy(update={role: change(getattr(question, role))})
    return _made(survey, _changed(survey.items, name, lambda _: (changed,)), name)


_EDITS: dict[type, Callable[[Survey, Any], Edited]] = {
    Add: _add, Replace: _replace, Move: _move, Duplicate: _duplicate, Delete: _delete, Facts: _facts,
    AddLanguage: _add_language, RemoveLanguage: _remove_language, Attach: _attach, Detach: _detach, Include: _include,
}  # fmt: skip


# --- the tree ----------------------------------------------------------------------------


def _known(survey: Survey, name: str) -> Question | Group:
    item = next((item for item in survey.all_items if item.name == name), None)
    if item is None:
        raise _Stop(_unknown(name))
    return item


def _unknown(name: str) -> EditProblem:
    return EditProblem("unknown", f"There is no “{name}” in this survey any more.", (name,))


def _made(survey: Survey, items: Items, name: str) -> Edited:
    """The survey with other items, checked as a whole: a copy alone would not be."""
    document = survey.model_dump(mode="json") | {"items": [item.model_dump(mode="json") for item in items]}
    return Edited(_tidy(_SURVEY.validate_python(document)), name)


def _tidy(survey: Survey) -> Survey:
    """Without the files that nothing shows any more."""
    if not survey.media:
        return survey
    used: set[str] = set()
    for item in survey.all_items:
        for holder in (item, *(item.choices if isinstance(item, Question) else ())):
            for role in MEDIA_FIELDS:
                used |= set(getattr(holder, role, {}).values())
    if used.issuperset(survey.media):
        return survey
    return survey.model_copy(update={"media": {name: hash_ for name, hash_ in survey.media.items() if name in used}})


def _changed(items: Items, name: str, change: Callable[[Question | Group], Items]) -> Items:
    changed: list[Question | Group] = []
    for item in items:
        if item.name == name:
            changed.extend(change(item))
        elif isinstance(item, Group):
            changed.append(item.model_copy(update={"items": _changed(item.items, name, change)}))
        else:
            changed.append(item)
    return tuple(changed)


def _path(items: Items, name: str) -> tuple[tuple[Items, int], ...] | None:
    """For each level down to an item, what stands there and the place that leads on to it."""
    for place, item in enumerate(items):
        if item.name == name:
            return ((items, place),)
        if isinstance(item, Group):
            deeper = _path(item.items, name)
            if deeper is not None:
                return ((items, place), *deeper)
    return None


def _rebuilt(outer: Sequence[tuple[Items, int]], items: Items) -> Items:
    for siblings, place in reversed(outer):
        group = siblings[place]
        assert isinstance(group, Group)
        items = (*siblings[:place], group.model_copy(update={"items": items}), *siblings[place + 1 :])
    return items


def _inside(survey: Survey, name: str) -> frozenset[str]:
    path = _path(survey.items, name)
    assert path is not None
    found: list[str] = []
    waiting = [path[-1][0][path[-1][1]]]
    while waiting:
        item = waiting.pop()
        found.append(item.name)
        if isinstance(item, Group):
            waiting.extend(item.items)
    return frozenset(found)


# --- what looks at what ------------------------------------------------------------------

_AGAIN = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.\-]*)\s*\}")
"""How a text repeats an answer (``piping``)."""


def _refers(expression: Expression, names: frozenset[str]) -> bool:
    return any(isinstance(node, Reference) and node.name in names for node in nodes(expression))


def _said_again(survey: Survey, names: frozenset[str]) -> Iterator[EditProblem]:
    saying = []
    for item in survey.all_items:
        if item.name in names:
            continue
        document = item.model_dump(mode="json", exclude={"items", "provenance"})
        if any(found in names for said in _strings(document) for found in _AGAIN.findall(said)):
            saying.append(item.name)
    if saying:
        listed = ", ".join(f"“{name}”" for name in saying)
        message = f"The words of {listed} repeat its answer. Change those words first."
        yield EditProblem("repeated_in_words", message, tuple(saying))


def _strings(document: Any) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from _strings(value)
    elif isinstance(document, list):
        for value in document:
            yield from _strings(value)


def _questions_of(document: Any) -> set[str]:
    """The questions a scale's document names."""
    if isinstance(document, dict):
        own = {document["question"]} if isinstance(document.get("question"), str) else set()
        return own.union(*(_questions_of(value) for value in document.values()))
    if isinstance(document, list):
        return set().union(*(_questions_of(value) for value in document))
    return set()


def _without_conditions(item: Question | Group, names: frozenset[str]) -> Question | Group:
    changes: dict[str, Any] = {
        field: None
        for field in EXPRESSION_FIELDS
        if (expression := getattr(item, field, None)) is not None and _refers(expression, names)
    }
    if isinstance(item, Group):
        changes["items"] = tuple(_without_conditions(one, names) for one in item.items)
        if item.repeat is not None and item.repeat.count is not None and _refers(item.repeat.count, names):
            changes["repeat"] = item.repeat.model_copy(update={"count": None})
    return item.model_copy(update=changes) if changes else item


# --- what follows a new name -------------------------------------------------------------


def _followed(document: Any, names: Mapping[str, str], options: Mapping[str, Mapping[str, str]], own: str = "") -> Any:
    """A document with questions and options renamed: in conditions, repeated answers, scales, and where they stand.

    ``options`` is by the question's *old* name; ``own`` is the question a condition's dot
    means. Earlier wordings stay what they were.
    """
    if isinstance(document, str):
        return _AGAIN.sub(lambda found: "${" + names[found[1]] + "}" if found[1] in names else found[0], document)
    if isinstance(document, list):
        return [_followed(value, names, options, own) for value in document]
    if not isinstance(document, dict):
        return document
    if document.get("type") == "question":
        own = next((old for old, new in names.items() if new == document["name"]), document["name"])
    about = _compared_question(document, own)
    changed = {
        key: value if key == "provenance" else _followed(value, names, options, own) for key, value in document.items()
    }
    if document.get("op") == "answer" or document.get("type") in ("question", "group"):
        changed["name"] = names.get(document["name"], document["name"])
    if isinstance(document.get("question"), str):
        changed["question"] = names.get(document["question"], document["question"])
        for key in ("values", "years"):
            if isinstance(document.get(key), dict):
                renamed = options.get(document["question"], {})
                changed[key] = {renamed.get(option, option): value for option, value in document[key].items()}
    if about in options:
        for constant in _constants(changed):
            constant["value"] = options[about].get(constant["value"], constant["value"])
    return changed


def _compared_question(node: Mapping[str, Any], own: str) -> str:
    """The question whose options a comparison or selected() names; "" for any other part."""
    for side in _sides(node):
        if side.get("op") in ("answer", "this"):
            return str(side.get("name", own))
    return ""


def _constants(node: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for side in _sides(node):
        if side.get("op") == "value" and isinstance(side.get("value"), str):
            yield side


def _sides(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    if node.get("op") in ("=", "!="):
        return [node["left"], node["right"]]
    if node.get("op") == "call" and node.get("function") in ("selected", "choice-label"):
        return list(node["arguments"])
    return []


def _swapped(items: list[Any], name: str, replacement: Any) -> list[Any]:
    return [
        replacement
        if item["name"] == name
        else item | {"items": _swapped(item["items"], name, replacement)}
        if "items" in item
        else item
        for item in items
    ]


_TEXTS = frozenset({
    "title", "introduction", "credit", "label", "hint", "constraint_message", "required_message", "picture",
    "picture_says", "audio", "read_as", "guidance", "ask",
})  # fmt: skip
"""The fields that hold words, or files, by language."""


def _without_language(document: Any, code: Language) -> Any:
    if isinstance(document, list):
        return [_without_language(value, code) for value in document]
    if not isinstance(document, dict):
        return document
    return {
        key: {language: said for language, said in value.items() if language != code}
        if key in _TEXTS and isinstance(value, dict)
        else value
        if key in ("provenance", "scales")
        else _without_language(value, code)
        for key, value in document.items()
    }
