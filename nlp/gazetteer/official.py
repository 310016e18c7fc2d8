"""A council's own lists: names, places and schools read from official files, recognised by their columns.

What comes out is one JSON document (``to_json``) that ``with_more`` adds to our lists. Files are
given as text; nothing here reads or writes any. Known are: counts of first names and of surnames
(ONS), places (OS Open Names, or a table with name and type), schools (GIAS), local authorities,
and names by country.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlp.gazetteer import Gazetteer
from nlp.text import fold

FORMAT = "earshot-gazetteer-1"
KINDS = ("first", "last", "places", "schools")
RAREST = 3  # a name borne by fewer is in no published table
MOST_ENTRIES = 500_000

_OPEN_NAMES_COLUMNS = 34  # OS Open Names as published: no header, NAME1 third, TYPE seventh
_PLACE_TYPES = re.compile(r"city|town|village|hamlet|suburb|settlement|populated", re.I)
_A_NAME = re.compile(r"[^\W\d_][^\W\d_'. -]*(?:[' .-]{1,2}[^\W\d_]+)*\.?")


class NotAList(ValueError):
    """A file that is none of the known lists; the text is a sentence for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one file held: its kind (of ``KINDS``) and the entries, as written."""

    kind: str
    entries: tuple[str, ...]


def read(text: str, lists: Gazetteer) -> Found:
    """The entries of one official file.

    ``lists`` tell first names from surnames where a file has two columns and no header.
    Raises ``NotAList`` for a file that is none of the known ones, or holds nothing.
    """
    text = text.removeprefix("\ufeff")
    head = text[:20_000].partition("\n")[0]
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    if not rows:
        raise NotAList("the file is empty.")
    kind, entries = _entries(rows, lists)
    names = tuple(dict.fromkeys(name for name in (entry.strip() for entry in entries) if _is_entry(name, kind)))
    if not names:
        raise NotAList(f"it looks like a list of {kind}, but no row holds a name.")
    if len(names) > MOST_ENTRIES:
        raise NotAList(f"it holds more than {MOST_ENTRIES:,} names. Leave out what is far away.")
    return Found(kind, names)


def _entries(rows: Sequence[Sequence[str]], lists: Gazetteer) -> tuple[str, Iterable[str]]:
    header = {cell.strip().lower(): place for place, cell in enumerate(rows[0])}

    def column(name: str) -> Iterator[str]:
        return (row[header[name]] for row in rows[1:] if len(row) > header[name])

    if "establishmentname" in header:
        return "schools", column("establishmentname")
    if {"name", "school-type"} <= header.keys():
        return "schools", column("name")
    if {"name", "official-name"} <= header.keys():
        return "places", column("name")
    if "romanized name" in header:
        return ("first" if "gender" in header else "last"), column("romanized name")
    if {"name", "type"} <= header.keys() or {"name1", "local_type"} <= header.keys():
        name, sort = ("name", "type") if "name" in header else ("name1", "local_type")
        return "places", (
            row[header[name]] for row in rows[1:] if len(row) > max(header[name], header[sort]) and _PLACE_TYPES.search(row[header[sort]])
        )  # fmt: skip
    if len(rows[0]) >= _OPEN_NAMES_COLUMNS and any(row[6] == "populatedPlace" for row in rows[:500] if len(row) > 6):
        return "places", (row[2] for row in rows if len(row) > 6 and row[6] == "populatedPlace")
    counted = _counted(rows)
    if counted is None:
        raise NotAList(
            "it is none of the known lists: counted names (two columns, name and number), OS Open Names or a table with the columns name and type, "
            "schools (name and school-type, or EstablishmentName), names by country. Its first row is: "
            + ", ".join(cell.strip()[:30] for cell in rows[0][:8])
            + "."
        )
    names = [fold(name).text.lower() for name in counted[:300]]
    first, last = sum(name in lists.first for name in names), sum(name in lists.last for name in names)
    return ("first" if first >= last else "last"), counted


def _counted(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The names of a table of two columns, name and number, in either order, commonest first; None for another table."""
    found: list[tuple[int, str]] = []
    for place, row in enumerate(rows):
        cells = [cell.strip() for cell in row]
        numbers = [cell for cell in cells if cell.replace(",", "").isdigit()]
        names = [cell for cell in cells if _A_NAME.fullmatch(cell)]
        if len(cells) != 2 or len(numbers) != 1 or len(names) != 1:
            if place == 0 and len(cells) == 2:
                continue  # a header
            return None
        found.append((int(numbers[0].replace(",", "")), names[0]))
    return [name for count, name in sorted(found, key=lambda one: -one[0]) if count >= RAREST] or None


def _is_entry(name: str, kind: str) -> bool:
    if not 2 <= len(name) <= 100:
        return False
    if kind in ("first", "last"):
        return bool(_A_NAME.fullmatch(name)) and len(name) > 2
    return name[0].isalnum() or name[0] in "'‘’"


def build(found: Iterable[Found], made_from: Sequence[str]) -> dict[str, Any]:
    """The document for all files together: sorted, each entry once."""
    entries: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for one in found:
        entries[one.kind] |= {" ".join(fold(entry).text.lower().split()) for entry in one.entries}
    return {"format": FORMAT, "made_from": list(made_from)} | {kind: sorted(entries[kind]) for kind in KINDS}


def with_more(lists: Gazetteer, document: Mapping[str, Any]) -> Gazetteer:
    """Our lists and a council's. Raises ``ValueError`` where the document is not one ``build`` made.

    Names that are English words stay gated by what stands around them; phrases of everyday
    words alone count with capitals only.
    """
    kinds = [document.get(kind) for kind in KINDS]
    if document.get("format") != FORMAT or not all(
        isinstance(kind, list) and all(isinstance(entry, str) for entry in kind) for kind in kinds
    ):
        raise ValueError("not a gazetteer made by `earshot text gazetteer build`")
    first, last, places, schools = ([entry for entry in kind or () if entry] for kind in kinds)
    return replace(
        lists,
        first=lists.first | {name for name in first if " " not in name},
        last=lists.last | {name for name in last if " " not in name},
        places=lists.places | {name for name in places if " " not in name and len(name) > 2},
        place_phrases=lists.place_phrases | {tuple(name.split()) for name in places if " " in name},
        schools=lists.schools | {tuple(name.removeprefix("the ").split()) for name in schools if " " in name},
    )


def from_json(text: str) -> Mapping[str, Any]:
    """The document read again. Raises ``ValueError`` where it is none."""
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("not a gazetteer made by `earshot text gazetteer build`")
    return document
