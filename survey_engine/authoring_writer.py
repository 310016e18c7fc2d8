"""A survey as YAML that is pleasant to read: only what differs from what holds anyway, in words.

How fields and values are called is in ``authoring_words``; reading is ``authoring``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml
from pydantic import BaseModel

from survey_engine.authoring_words import Shape, keys, shape, words_of
from survey_engine.definition import UNSEEN, Choice, Question, Survey
from survey_engine.expressions import print_expression

ALWAYS = frozenset({(Survey, "languages"), (Survey, "minutes")})
"""What is written even where it is the usual."""

LOOKS_LIKE_A_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+")


def write_yaml(survey: Survey) -> str:
    """The survey as text; reading it gives an equal survey."""
    written = _Writer(survey.languages[0]).fields(survey)
    return yaml.dump(written, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Quoted(str):
    """A text that would be taken for a number without its quotation marks."""

    __slots__ = ()


class _Writer:
    def __init__(self, language: str) -> None:
        self._language = language

    def fields(self, value: BaseModel) -> dict[str, Any]:
        kind = type(value)
        written: dict[str, Any] = {}
        for key, name in keys(kind).items():
            field, said = kind.model_fields[name], getattr(value, name)
            usual = field.get_default(call_default_factory=True)
            if said is None or (said == usual and not field.is_required() and (kind, name) not in ALWAYS):
                continue
            if isinstance(value, Question) and name == "label" and value.kind in UNSEEN and not said:
                continue
            written[key] = self._value(said, shape(field.annotation))
        if isinstance(value, Choice):
            return self._choice(value, written)
        return written

    def _choice(self, choice: Choice, written: dict[str, Any]) -> dict[str, Any]:
        """``aunt: My aunt``, or name and label apart where the name is a word that means something here."""
        if choice.name in keys(Choice):
            return written
        del written["name"]
        return {choice.name: written.pop("label"), **written}

    def _value(self, value: Any, shaped: Shape) -> Any:
        match shaped.what:
            case "text" | "media":
                return value[self._language] if list(value) == [self._language] else dict(value)
            case "condition":
                return print_expression(value)
            case "model":
                return self.fields(value)
            case "list":
                entries = sorted(value) if isinstance(value, frozenset | set) else value
                kinds = shaped.inner if len(shaped.inner) > 1 else shaped.inner * len(entries)
                return [self._value(entry, shape(kind)) for entry, kind in zip(entries, kinds, strict=False)]
            case "mapping":
                kinds = shaped.inner
                return {
                    str(self._value(key, shape(kinds[0]))): self._value(said, shape(kinds[1]))
                    for key, said in value.items()
                }
            case "words":
                return next(word for word, meant in (words_of(shaped.inner[0]) or {}).items() if meant == value)
            case "truth":
                return "yes" if value else "no"
        if isinstance(value, str) and {int, float}.intersection(shaped.inner) and LOOKS_LIKE_A_NUMBER.fullmatch(value):
            return _Quoted(value)
        return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    """A number as people write it: 3, 0.5, never 1e-7."""
    plain = format(Decimal(repr(value)), "f")
    return plain.removesuffix(".0")


class _Dumper(yaml.SafeDumper):
    """Writes every scalar plainly, as the reader takes every scalar as text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # set on the class, as yaml does; its stubs refuse ClassVar

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)  # lists are set in under their key

    def ignore_aliases(self, data: Any) -> bool:
        return True  # the reader refuses them


def _write_words(dumper: _Dumper, words: str) -> yaml.Node:
    style = "|" if "\n" in words else None
    if not words or isinstance(words, _Quoted):
        style = "'"
    if not words.replace("\n", "").isprintable():
        style = '"'  # the only one that writes odd characters so that they come back
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(words), style=style)


_Dumper.add_representer(str, _write_words)
_Dumper.add_representer(_Quoted, _write_words)
