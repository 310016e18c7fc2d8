"""How everything is called in our YAML: each field of a definition its key, each value its word.

Reader and writer both look here, so that neither can know a key the other does not. A
field that is in no table is called by its own name with spaces (``may_decline`` would be
``may decline``), which is how scales come in without a line about them here.

>>> keys(Question)["show if"], keys(EarlierWording)["why"]
('relevant', 'why')
"""

from __future__ import annotations

from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from survey_engine.definition import Choice, EarlierWording, Group, Kind, Provenance, Question, Refused, Repeat, Survey
from survey_engine.expressions import EXPRESSION_PARTS
from survey_engine.words import Media, Text

KIND_WORDS: dict[str, Kind] = {
    "text": Kind.TEXT,
    "long text": Kind.LONG_TEXT,
    "whole number": Kind.INTEGER,
    "number": Kind.DECIMAL,
    "rating": Kind.RANGE,
    "one choice": Kind.SINGLE_CHOICE,
    "several choices": Kind.MULTIPLE_CHOICE,
    "ranking": Kind.RANKING,
    "age band": Kind.AGE_BAND,
    "tick": Kind.ACKNOWLEDGE,
    "date": Kind.DATE,
    "month": Kind.MONTH,
    "year": Kind.YEAR,
    "time": Kind.TIME,
    "drawing": Kind.DRAWING,
    "photo": Kind.PHOTO,
    "voice recording": Kind.VOICE,
    "note": Kind.NOTE,
    "calculated": Kind.CALCULATED,
    "hidden": Kind.HIDDEN,
    "left out": Kind.LEFT_OUT,
}
"""What an author writes after ``type:``."""

SAY_WHAT = "say what"
"""On an option: the words of a follow-up question for whoever chooses it."""

_MEANS_WORDS = {"an answer": "answer", "don't know": "dont_know", "don't want to say": "prefer_not"}

_KEYS: dict[type[BaseModel], dict[str, str]] = {
    Survey: {
        "survey": "name", "title": "title", "audience": "audience", "languages": "languages", "minutes": "minutes",
        "introduction": "introduction", "credit": "credit", "asks who helps": "asks_who_helps", "media": "media",
        "scales": "scales", "questions": "items",
    },
    Group: {
        "group": "name", "label": "label", "hint": "hint", "show if": "relevant", "repeat": "repeat",
        "looks like": "appearance", "shuffle": "shuffle", "read only if": "read_only_if", "written as": "written_as",
        "questions": "items",
    },
    Question: {
        "name": "name", "type": "kind", "label": "label", "hint": "hint", "guidance": "guidance",
        "required": "required", "required if": "required_if", "required says": "required_message",
        "may decline": "may_decline", "show if": "relevant", "rule": "constraint", "rule says": "constraint_message",
        "looks like": "appearance", "least": "least", "most": "most", "step": "step", "longest": "max_length",
        "voice": "voice", "read only": "read_only", "read only if": "read_only_if", "calculation": "calculation",
        "default": "default", "choice filter": "choice_filter", "shuffle": "shuffle", "shuffle seed": "shuffle_seed",
        "picture": "picture", "picture says": "picture_says", "audio": "audio", "read as": "read_as",
        "source": "source", "written as": "written_as", "provenance": "provenance", "left out": "left_out",
        "choices": "choices",
    },
    Choice: {
        "name": "name", "label": "label", "stands alone": "exclusive", "means": "means", "columns": "columns",
        "picture": "picture", "audio": "audio",
    },
    Repeat: {"count": "count", "ask": "ask", "most": "most"},
    Provenance: {"proposed by": "proposed_by", "earlier wordings": "earlier", "refused": "refused"},
    EarlierWording: {"words": "words", "why": "why"},
    Refused: {"proposal": "proposal", "why": "why"},
}  # fmt: skip
_NEVER_WRITTEN = {Question: "type", Group: "type"}
"""What tells a question from a group in JSON; in YAML the first key does."""


def keys(kind: type[BaseModel]) -> dict[str, str]:
    """Each key of a class's YAML and the field it means, in the order of writing."""
    named = _KEYS.get(kind, {})
    rest = {name.replace("_", " "): name for name in kind.model_fields if name not in named.values()}
    rest.pop(_NEVER_WRITTEN.get(kind, ""), None)
    return named | rest


class Shape(NamedTuple):
    """What may stand in a field: one of ``text media condition model list mapping words truth number plain``.

    ``inner`` are the types inside: of a list's entries, of a mapping's keys and values, the
    classes a model may be, the types a plain value may have.
    """

    what: str
    inner: tuple[Any, ...] = ()


def shape(annotation: Any) -> Shape:
    """What may stand in a field of this type; "or nothing" is left aside."""
    annotation = _bare(annotation)
    if annotation == Text:
        return Shape("text")
    if annotation == Media:
        return Shape("media")
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return _shape_of_union(tuple(_bare(part) for part in inner if part is not NoneType))
    if origin in (tuple, list, frozenset, set):
        return Shape("list", tuple(part for part in inner if part is not Ellipsis))
    if origin is dict:
        return Shape("mapping", inner)
    if words_of(annotation) is not None:
        return Shape("words", (annotation,))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("model", (annotation,))
    if annotation is bool:
        return Shape("truth")
    return Shape("number" if annotation in (int, float) else "plain", (annotation,))


def _shape_of_union(parts: tuple[Any, ...]) -> Shape:
    if set(EXPRESSION_PARTS).issuperset(parts):
        return Shape("condition")
    if len(parts) == 1:
        return shape(parts[0])
    if all(isinstance(part, type) and issubclass(part, BaseModel) for part in parts):
        return Shape("model", parts)
    return Shape("number" if {int, float}.issuperset(parts) else "plain", parts)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def words_of(annotation: Any) -> dict[str, Any] | None:
    """The word for each value there can be, where a type has only a few; None for other types."""
    if annotation is Kind:
        return dict(KIND_WORDS)
    if annotation == Choice.model_fields["means"].annotation:
        return dict(_MEANS_WORDS)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {str(member.value): member for member in annotation}
    if get_origin(annotation) is Literal:
        return {str(value): value for value in get_args(annotation)}
    return None
