"""A standing code frame: what people have agreed to look for, with definitions and examples. Read here, applied elsewhere.

Councils bring theirs as JSON or YAML. Nothing here knows a model or a text; nothing elsewhere
in ``nlp`` knows a certain frame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

MAX_BYTES = 2_000_000
MOST_CODES = 300
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class FrameProblem:
    """What whoever wrote the frame must mend: ``where`` is a path such as ``codes[3].definition``, empty for the whole file."""

    where: str
    message: str


class _Part(BaseModel):
    # More fields may stand in a council's frame than we read: they are no reason to refuse it.
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Code(_Part):
    """One code: ``include`` and ``exclude`` are sentences, ``examples`` invented answers; ``exclude`` may name other codes in brackets.

    ``sentiment_allowed`` is ``positive``, ``negative`` or ``both``.
    """

    id: str
    family: str = ""
    name_young_person: str = ""
    name_professional: str = ""
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    sentiment_allowed: str = "both"

    @field_validator("id")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not _ID.fullmatch(value):
            raise ValueError("An id is letters, digits, dots, dashes or underscores, 80 at most.")
        return value

    @field_validator("include", "exclude", "examples", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value or ()

    @model_validator(mode="after")
    def _says_something(self) -> Code:
        if not (self.definition or self.examples or self.include):
            raise ValueError("A code needs a definition or examples: without them nothing can be found by it.")
        return self

    @property
    def name(self) -> str:
        """What a person calls the code: the young person's name first."""
        return self.name_young_person or self.name_professional or self.id.replace("-", " ").replace("_", " ")


class Family(_Part):
    """Codes that belong together on a page."""

    id: str
    name_young_person: str = ""
    name_professional: str = ""
    codes: tuple[str, ...] = ()


class Frame(_Part):
    """A whole frame; ``questions`` are the wordings of the questions it was written for, by their id, and may be empty."""

    # A cached property needs a place to be kept in.
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, ignored_types=(cached_property,))

    id: str
    version: str = "1"
    language: str = "en-GB"
    note: str = ""
    questions: dict[str, str] = {}
    families: tuple[Family, ...] = ()
    codes: tuple[Code, ...]

    @model_validator(mode="after")
    def _whole(self) -> Frame:
        if not self.codes:
            raise ValueError("A frame needs at least one code.")
        if len(self.codes) > MOST_CODES:
            raise ValueError(f"A frame holds at most {MOST_CODES} codes: nobody can keep more apart.")
        seen: set[str] = set()
        for code in self.codes:
            if code.id in seen:
                raise ValueError(f"Two codes are called “{code.id}”. Give each an id of its own.")
            seen.add(code.id)
        for family in self.families:
            for unknown in [code for code in family.codes if code not in seen]:
                raise ValueError(f"The family “{family.id}” names a code that is not there: “{unknown}”.")
        return self

    @cached_property
    def by_id(self) -> dict[str, Code]:
        """The codes by their id."""
        return {code.id: code for code in self.codes}


def read_frame(data: bytes) -> Frame | tuple[FrameProblem, ...]:
    """The frame in a JSON or YAML file, or everything that must be mended in it."""
    if len(data) > MAX_BYTES:
        return (FrameProblem("", "The file is larger than 2 MB. A code frame is much shorter: is it the right file?"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (FrameProblem("", "The file is not text in UTF-8. Save it as UTF-8 and try again."),)
    try:
        # An alias may make a small file grow without end; a frame needs none.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            return (FrameProblem("", "The file uses YAML aliases (*name). Write the text out instead."),)
        # _Loader is SafeLoader, or the same in C: the rule cannot see that through the name. JSON is YAML, too.
        tree = yaml.load(text, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" near line {mark.line + 1}" if mark else ""
        return (
            FrameProblem(
                "", f"This is neither JSON nor YAML: it cannot be read{line}. Check the brackets, spaces and quotes."
            ),
        )
    if not isinstance(tree, dict):
        return (FrameProblem("", "A code frame is a group of fields: id, version, families, codes."),)
    try:
        return Frame.model_validate(tree)
    except ValidationError as error:
        return tuple(_problem(found) for found in error.errors(include_url=False, include_input=False))


def _problem(found: Mapping[str, Any]) -> FrameProblem:
    where = ""
    for step in found["loc"]:
        where += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if where else str(step)
    message = {
        "missing": "This is missing. Write it.",
        "string_type": "This must be text.",
        "tuple_type": "This must be a list.",
        "model_type": "This must be a group of fields.",
        "dict_type": "This must be a group of fields.",
    }.get(found["type"], found["msg"].removeprefix("Value error, "))
    return FrameProblem(where, message)
