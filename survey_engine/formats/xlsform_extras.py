"""The sheet ``earshot`` of our own exports: what XLSForm has no column for, applied when it is read back.

A row names an item, a field, a fingerprint of what the plain sheets said of that field
when it was written, and the value. It counts only while the form still says so: whoever
changes the form in a spreadsheet has the last word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from survey_engine.definition import Survey
from survey_engine.formats.spreadsheet import Row

Lose = Callable[[str, str, str], None]


def fingerprint(value: Any) -> str:
    """Twelve signs that stand for what a field said."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def with_extras(survey: Survey, rows: tuple[Row, ...], lose: Lose) -> Survey:
    """The survey with what the rows say beyond XLSForm; rows that do not fit any more are told to ``lose``."""
    if not rows:
        return survey
    whole = survey.model_dump(mode="json")
    places = dict(_places(whole["items"]))
    changes: list[tuple[dict[str, Any], str, Any]] = []
    for number, cells in rows:
        item, field, standing = (*cells, "", "", "")[:3]
        target, key = _target(whole if item == "" else places.get(item), field)
        try:
            value = json.loads("".join(cells[3:])) if cells[3:] else _NOTHING
        except ValueError:
            target = None
            value = _NOTHING
        if target is None or fingerprint(target.get(key)) != standing:
            lose(
                f"earshot row {number}",
                f"{item} {field}".strip()[:80],
                "the form says otherwise by now: the form counts",
            )
        else:
            changes.append((target, key, value))
    for target, key, value in changes:
        if value is _NOTHING:
            target.pop(key, None)
        else:
            target[key] = value
    try:
        return Survey.model_validate(whole)
    except ValidationError:
        lose("sheet earshot", "earshot", "does not fit the form any more: the form counts")
        return survey


_NOTHING = object()


def _places(items: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in items:
        yield item["name"], item
        yield from _places(item.get("items", []))


def _target(item: dict[str, Any] | None, field: str) -> tuple[dict[str, Any] | None, str]:
    """The part of a definition that a field is in, and its name there."""
    if item is None or not field:
        return None, ""
    if not field.startswith("choices/"):
        return item, field
    _, _, rest = field.partition("/")
    option, _, key = rest.rpartition("/")
    return next((choice for choice in item.get("choices", []) if choice["name"] == option), None), key
