"""What is different between two versions of a survey, in sentences, and what it means for comparing their results.

Everything that differs is named: no difference means that the two are equal. Items are
known by their names; one that is gone and one that is new with the same words are one
that was renamed. What *might* have changed its meaning (new words beyond a slip of the
pen, other options, another condition) breaks the comparison until a person has judged it.

>>> from survey_engine.definition import Audience, Kind
>>> def version(label: str) -> Survey:
...     asked = Question(name="safe", kind=Kind.TEXT, label={"en": label})
...     return Survey(name="s", title={"en": "S"}, audience=Audience.CHILD, languages=("en",), items=(asked,))
>>> for found in differences(version("Do you feel safe"), version("Do you feel safe?")):
...     print(found.code, found.breaks_comparison, found.sentence)
reworded False The question “Do you feel safe?” has other words in “en”: “Do you feel safe” became “Do you feel safe?”.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ValidationError

from survey_engine.definition import Choice, Group, Kind, Question, Survey, words
from survey_engine.expressions import Expression, print_expression
from survey_engine.scales import Scale
from survey_engine.words import Text

Code: TypeAlias = Literal[
    "added", "removed", "moved", "renamed", "reworded", "words_added", "words_removed", "kind", "option_added",
    "option_removed", "option_renamed", "option_reworded", "option_changed", "options_reordered", "condition", "rule",
    "required", "setting", "repeat", "scale_added", "scale_removed", "scale_changed", "language_added",
    "language_removed", "first_language", "survey",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was.

    ``item`` is the name of the question, group or scale in the new version (in the old one
    for what was removed), "" for the survey as a whole. ``before`` and ``after`` are what it
    was and is, where that can be written down. ``breaks_comparison`` says that results of
    the two versions must not be compared before somebody has looked at it.
    """

    code: Code
    item: str
    sentence: str
    breaks_comparison: bool = False
    before: str = ""
    after: str = ""


def differences(old: Survey, new: Survey) -> tuple[Difference, ...]:
    """Everything that differs: of the survey first, then in the new version's reading order, then what is gone."""
    renames = _renames(old, new)
    as_named_now = _renamed(old, renames)
    if as_named_now is None:
        renames, as_named_now = {}, old
    found = list(_of_survey(as_named_now, new))
    before = {item.name: item for item in as_named_now.all_items}
    after = {item.name: item for item in new.all_items}
    named_before = {new_name: old_name for old_name, new_name in renames.items()}
    moved = dict(_moves(as_named_now, new))
    around_before, around_after = dict(_around(as_named_now.items)), dict(_around(new.items))
    for name, item in after.items():
        called = _called(item, new)
        if name in named_before:
            told = f"{called} is now named “{name}”; it was “{named_before[name]}”. Its results stand under both names."
            found.append(Difference("renamed", name, told, before=named_before[name], after=name))
        if name not in before:
            found.append(Difference("added", name, f"{called} is new.", breaks_comparison=False))
            continue
        if name in moved:
            told, breaks = f"{called} was moved: {moved[name]}.", around_before[name] != around_after[name]
            told += " Other conditions decide now who is asked." if breaks else ""
            found.append(Difference("moved", name, told, breaks))
        found += _of_item(before[name], item, called, new)
    for name, item in before.items():
        if name not in after:
            asks = _asks(item)
            told = f"{_called(item, as_named_now)} is {'not asked any more' if asks else 'gone'}."
            found.append(Difference("removed", name, told, breaks_comparison=asks))
    found += _of_scales(as_named_now.scales, new)
    return tuple(found)


# --- names and places --------------------------------------------------------------------


def _renames(old: Survey, new: Survey) -> dict[str, str]:
    """Old name -> new name, for what is the same but for its name; nothing where two could be meant."""
    before = {item.name: item for item in old.all_items}
    after = {item.name: item for item in new.all_items}
    gone = {name: _face(item) for name, item in before.items() if name not in after}
    come = {name: _face(item) for name, item in after.items() if name not in before}
    often = Counter(gone.values()) + Counter(come.values())
    return {
        old_name: new_name
        for old_name, face in gone.items()
        for new_name, other in come.items()
        if face == other and often[face] == 2
    }


def _face(item: Question | Group) -> str:
    """What makes an item the same to a reader whatever its name: its words, its kind and its options."""
    if isinstance(item, Group):
        return json.dumps(["group", item.label, [] if item.label else [inner.name for inner in item.items]])
    seen = [item.kind.value, item.label, [choice.label for choice in item.choices]]
    return json.dumps(seen if item.label else [*seen, item.name], sort_keys=True)


def _renamed(survey: Survey, renames: Mapping[str, str]) -> Survey | None:
    """The survey with other names, also where conditions, words and scales name them; None where that is no survey."""
    if not renames:
        return survey

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            renamed = {inner: walk(found, inner) for inner, found in value.items()}
            if value.get("type") in ("question", "group") or value.get("op") == "answer":
                renamed["name"] = renames.get(value["name"], value["name"])
            return renamed
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        if isinstance(value, str):
            if key == "question":
                return renames.get(value, value)
            return re.sub(r"\$\{([^{}]+)\}", lambda said: f"${{{renames.get(said[1], said[1])}}}", value)
        return value

    try:
        return Survey.model_validate(walk(survey.model_dump(mode="json")))
    except ValidationError:  # the new name means something else in the old version: then nothing is called renamed
        return None


def _called(item: Question | Group, survey: Survey) -> str:
    what = "The note" if isinstance(item, Question) and item.kind is Kind.NOTE else "The question"
    if isinstance(item, Group):
        what = "The group"
    said = words(item.label, *survey.languages)[0] or item.name
    return f"{what} “{_short(said)}”"


def _moves(old: Survey, new: Survey) -> Iterator[tuple[str, str]]:
    """The fewest items that must be taken and put elsewhere, and where they are now."""
    before, after = dict(_children(old)), dict(_children(new))
    home = {name: parent for parent, children in before.items() for name in children}
    known = {item.name: item for item in new.all_items}
    for parent, children in after.items():
        here = [name for name in children if home.get(name, ...) == parent]
        place = {name: index for index, name in enumerate(before.get(parent, []))}
        staying = _longest_rising([place[name] for name in here])
        for index, name in enumerate(children):
            stays = name in home and home[name] == parent and place[name] in staying
            if name not in home or stays:
                continue
            inside = known.get(parent)
            group = f" in {_called(inside, new).replace('The', 'the', 1)}" if inside is not None else ""
            behind = known[children[index - 1]] if index else None
            where = f"comes after {_called(behind, new).replace('The', 'the', 1)}" if behind else "comes first"
            yield name, f"it now {where}{group}"


def _around(
    items: Sequence[Question | Group], outer: tuple[Expression, ...] = ()
) -> Iterator[tuple[str, tuple[Expression, ...]]]:
    """The conditions of the groups around each item, outermost first."""
    for item in items:
        yield item.name, outer
        if isinstance(item, Group):
            yield from _around(item.items, outer if item.relevant is None else (*outer, item.relevant))


def _children(survey: Survey) -> Iterator[tuple[str, list[str]]]:
    yield "", [item.name for item in survey.items]
    for item in survey.all_items:
        if isinstance(item, Group):
            yield item.name, [inner.name for inner in item.items]


def _longest_rising(places: Sequence[int]) -> frozenset[int]:
    """A longest selection of the numbers that rises as it stands: those that did not have to move."""
    ends: list[int] = []
    came_from: dict[int, int | None] = {}
    for place in places:
        index = bisect_left(ends, place)
        came_from[place] = ends[index - 1] if index else None
        ends[index : index + 1] = [place]
    chosen: set[int] = set()
    last: int | None = ends[-1] if ends else None
    while last is not None:
        chosen.add(last)
        last = came_from[last]
    return frozenset(chosen)


# --- the survey as a whole ---------------------------------------------------------------


def _of_survey(old: Survey, new: Survey) -> Iterator[Difference]:
    for language in new.languages:
        if language not in old.languages:
            yield Difference("language_added", "", f"The survey can now be read in “{language}”.", after=language)
    for language in old.languages:
        if language not in new.languages:
            told = f"The survey cannot be read in “{language}” any more."
            yield Difference("language_removed", "", told, before=language)
    if (set(old.languages) == set(new.languages) and old.languages != new.languages) or old.languages[
        0
    ] != new.languages[0]:
        told = f"The languages come in another order; the first is “{new.languages[0]}”."
        yield Difference("first_language", "", told, before=", ".join(old.languages), after=", ".join(new.languages))
    for name in Survey.model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after or name in ("languages", "items", "scales"):
            continue
        called = f"The survey's {_SURVEY_FIELDS.get(name, name.replace('_', ' '))}"
        if name in ("title", "introduction", "credit"):
            yield from _of_text(before, after, "", called, may_break=False)
        else:
            yield _setting("survey", "", called, before, after, breaks=name == "audience")


_SURVEY_FIELDS = {
    "minutes": "number of minutes",
    "media": "pictures and recordings",
    "asks_who_helps": "question who is there",
}


def _of_scales(old: Sequence[Scale], new: Survey) -> Iterator[Difference]:
    before, after = _by_name(old), _by_name(new.scales)
    for key, scale in after.items():
        called = f"The scale “{words(scale.title, *new.languages)[0] or scale.name}”"
        if key not in before:
            yield Difference("scale_added", scale.name, f"{called} is new.")
        elif parts := [name for name in Scale.model_fields if getattr(before[key], name) != getattr(scale, name)]:
            listed = ", ".join(name.replace("_", " ") for name in parts)
            told = f"{called} is different in: {listed}."
            yield Difference(
                "scale_changed", scale.name, told, breaks_comparison=bool(set(parts) - _HARMLESS_IN_SCALES)
            )
    for key, scale in before.items():
        if key not in after:
            called = f"The scale “{words(scale.title, *new.languages)[0] or scale.name}”"
            yield Difference("scale_removed", scale.name, f"{called} is not worked out any more.", True)
    if list(before) != list(after) and set(before) == set(after):
        yield Difference("scale_changed", "", "The scales come in another order.")


_HARMLESS_IN_SCALES = frozenset({"title", "source", "citation", "licence", "reliable_change"})


def _by_name(scales: Sequence[Scale]) -> dict[tuple[str, int], Scale]:
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Scale] = {}
    for scale in scales:
        found[scale.name, seen[scale.name]] = scale
        seen[scale.name] += 1
    return found


# --- one question or group ---------------------------------------------------------------


def _of_item(old: Question | Group, new: Question | Group, called: str, survey: Survey) -> Iterator[Difference]:
    if type(old) is not type(new):
        told = f"{called} was a {old.type} and is now a {new.type}."
        yield Difference("kind", new.name, told, breaks_comparison=True, before=old.type, after=new.type)
        return
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after or name in ("name", "items", "type"):
            continue
        yield from _of_field(name, before, after, called, new, survey)


def _of_field(
    name: str, before: Any, after: Any, called: str, item: Question | Group, survey: Survey
) -> Iterator[Difference]:
    if name == "label":
        yield from _of_text(before, after, item.name, called, may_break=_asks(item))
    elif name in _OTHER_WORDS:
        yield from _of_text(before, after, item.name, f"{_OTHER_WORDS[name]} of {_lower(called)}", may_break=False)
    elif name == "choices":
        yield from _of_options(before, after, called, item.name, survey)
    elif name == "kind":
        told = f"{called} is answered in another way: {_said(before)} became {_said(after)}."
        yield Difference("kind", item.name, told, True, _said(before), _said(after))
    elif name == "repeat":
        yield from _of_repeat(before, after, called, item.name)
    else:
        code, said, breaks = _SETTINGS.get(name, ("setting", f"The setting “{name.replace('_', ' ')}”", False))
        yield _setting(code, item.name, f"{said} of {_lower(called)}", before, after, breaks)


_OTHER_WORDS = {
    "hint": "The hint",
    "guidance": "The note for people who help",
    "constraint_message": "What is said when an answer does not fit, at the rule",
    "required_message": "What is said when an answer is missing,",
    "picture_says": "What the picture shows, in words,",
    "read_as": "What is read aloud",
}

_SETTINGS: dict[str, tuple[Code, str, bool]] = {
    "relevant": ("condition", "The condition", True),
    "constraint": ("rule", "The rule for answers", False),
    "required": ("required", "Whether an answer is needed", False),
    "required_if": ("required", "When an answer is needed", False),
    "may_decline": ("required", "Whether one can say “I don't want to say”", False),
    "choice_filter": ("condition", "Which options are offered when", True),
    "calculation": ("rule", "The calculation", True),
    "default": ("setting", "What is filled in beforehand", True),
    "least": ("rule", "The least number", True),
    "most": ("rule", "The most number", True),
    "step": ("rule", "The step between numbers", True),
    "voice": ("setting", "Whose words the answer is", True),
    "appearance": ("setting", "The look", False),
    "max_length": ("rule", "How long an answer may be", False),
    "read_only": ("setting", "Whether it can only be read", True),
    "read_only_if": ("setting", "When it can only be read", True),
    "shuffle": ("setting", "Whether the order is random", False),
    "shuffle_seed": ("setting", "What decides the random order", False),
    "picture": ("setting", "The picture", False),
    "audio": ("setting", "The recording", False),
    "source": ("setting", "The source", False),
    "provenance": ("setting", "Who proposed it, and its history", False),
    "written_as": ("setting", "The name in the form it came from", False),
    "left_out": ("setting", "Why it is left out", False),
}


def _of_text(old: Text, new: Text, item: str, called: str, *, may_break: bool) -> Iterator[Difference]:
    for language in dict.fromkeys((*new, *old)):
        before, after = old.get(language, ""), new.get(language, "")
        if before == after:
            continue
        if not before:
            yield Difference(
                "words_added", item, f"{called} now has words in “{language}”: “{_short(after)}”.", after=after
            )
        elif not after:
            told = f"{called} has no words in “{language}” any more: “{_short(before)}” is gone."
            yield Difference("words_removed", item, told, before=before)
        else:
            told = f"{called} has other words in “{language}”: “{_short(before)}” became “{_short(after)}”."
            yield Difference("reworded", item, told, may_break and not _is_slip(before, after), before, after)


def _of_options(
    old: Sequence[Choice], new: Sequence[Choice], called: str, item: str, survey: Survey
) -> Iterator[Difference]:
    before, after = _numbered(old), _numbered(new)
    same = {key: key for key in before if key in after}
    gone, come = [key for key in before if key not in after], [key for key in after if key not in before]
    labels = Counter(_face_of_option(before[key]) for key in gone) + Counter(
        _face_of_option(after[key]) for key in come
    )
    for key in gone:
        for other in come:
            face = _face_of_option(before[key])
            if face == _face_of_option(after[other]) and labels[face] == 2:
                same[key] = other
                told = f"The option “{_option(after[other], survey)}” of {_lower(called)} is now named “{other[0]}”"
                told += f"; it was “{key[0]}”. Its results stand under both names."
                yield Difference("option_renamed", item, told, before=key[0], after=other[0])
    for key in come:
        if key not in same.values():
            told = f"{called} has a new option: “{_option(after[key], survey)}”."
            yield Difference("option_added", item, told, breaks_comparison=True, after=key[0])
    for key in gone:
        if key not in same:
            told = f"{called} has lost an option: “{_option(before[key], survey)}”."
            yield Difference("option_removed", item, told, breaks_comparison=True, before=key[0])
    for key, other in same.items():
        yield from _of_option(before[key], after[other], _option(after[other], survey), called, item)
    order = [same[key] for key in before if key in same]
    if order != [key for key in after if key in order]:
        listed = [", ".join(choice.name for choice in choices) for choices in (old, new)]
        told = f"The options of {_lower(called)} come in another order."
        yield Difference("options_reordered", item, told, False, *listed)


def _face_of_option(choice: Choice) -> str:
    return json.dumps(choice.label, sort_keys=True)


def _numbered(choices: Sequence[Choice]) -> dict[tuple[str, int], Choice]:
    """Options by name; filtered lists may have one name several times."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Choice] = {}
    for choice in choices:
        found[choice.name, seen[choice.name]] = choice
        seen[choice.name] += 1
    return found


def _of_option(old: Choice, new: Choice, said: str, called: str, item: str) -> Iterator[Difference]:
    where = f"The option “{_short(said)}” of {_lower(called)}"
    for found in _of_text(old.label, new.label, item, where, may_break=True):
        code: Code = "option_reworded" if found.code == "reworded" else found.code
        yield Difference(code, item, found.sentence, found.breaks_comparison, found.before, found.after)
    for name, told, breaks in (
        ("exclusive", "stands alone or no longer does", True),
        ("means", "means something else (an answer, not knowing, or not wanting to say)", True),
        ("columns", "has other columns for filters", False),
        ("picture", "has another picture", False),
        ("audio", "has another recording", False),
    ):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Difference("option_changed", item, f"{where} {told}.", breaks, _said(before), _said(after))


def _option(choice: Choice, survey: Survey) -> str:
    return words(choice.label, *survey.languages)[0] or choice.name


def _of_repeat(before: Any, after: Any, called: str, item: str) -> Iterator[Difference]:
    if before is None or after is None:
        told = f"{called} is {'asked several times now' if before is None else 'asked only once now'}."
        yield Difference("repeat", item, told, breaks_comparison=True)
        return
    if before.count != after.count:
        yield _setting("repeat", item, f"How often {_lower(called)} is asked", before.count, after.count, True)
    if before.most != after.most:
        yield _setting("repeat", item, f"How often {_lower(called)} can be asked", before.most, after.most, True)
    yield from _of_text(
        before.ask, after.ask, item, f"The question of how many, before {_lower(called)},", may_break=True
    )


def _setting(code: Code, item: str, called: str, before: Any, after: Any, breaks: bool) -> Difference:
    was, now = _said(before), _said(after)
    told = f"{called} is different: {_short(was) or 'nothing'} became {_short(now) or 'nothing'}."
    return Difference(code, item, told, breaks, was, now)


# --- words -------------------------------------------------------------------------------


def _asks(item: Question | Group) -> bool:
    return isinstance(item, Question) and item.kind is not Kind.NOTE


def _said(value: Any) -> str:
    """Any value of a definition as an officer can read it; "" for nothing."""
    for fits, say in _READABLE:
        if fits(value):
            return say(value)
    return str(value)


_READABLE: tuple[tuple[Callable[[Any], bool], Callable[[Any], str]], ...] = (
    (lambda value: value is None or value == {} or value == (), lambda value: ""),
    (lambda value: isinstance(value, bool), lambda value: "yes" if value else "no"),
    (lambda value: isinstance(value, Kind), lambda value: str(value.value).replace("_", " ")),
    (lambda value: isinstance(value, BaseModel) and hasattr(value, "op"), print_expression),
    (lambda value: isinstance(value, BaseModel), lambda value: str(value.model_dump_json(exclude_defaults=True))),
    (lambda value: isinstance(value, dict), lambda value: ", ".join(f"{key} {said}" for key, said in value.items())),
    (lambda value: isinstance(value, float), lambda value: f"{value:g}"),
)


def _lower(called: str) -> str:
    return called[:1].lower() + called[1:]


def _short(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= 200 else f"{said[:197]}…"


_WORD = re.compile(r"\w+")


def _is_slip(before: str, after: str) -> bool:
    """Whether only signs, spaces, capitals, or a letter in a longer word differ: a slip of the pen and no other meaning.

    "safe" and "unsafe", "can" and "can't" are no slips; where in doubt it is none.
    """
    old, new = (_WORD.findall(text.casefold().replace("'", "").replace("’", "")) for text in (before, after))
    if len(old) != len(new):
        return "".join(old) == "".join(new)
    return all(one == other or _one_letter_apart(one, other) for one, other in zip(old, new, strict=True))


def _one_letter_apart(one: str, other: str) -> bool:
    """One letter added, missing, wrong or changed places inside a word of five letters or more."""
    if min(len(one), len(other)) < 5 or one[0] != other[0] or any(map(str.isdigit, one + other)):
        return False
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2][::-1] == long[at : at + 2] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]
