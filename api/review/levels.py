"""Few broad themes or many fine ones: the steps from an officer's own themes to one, along the tree of the run.

Computed from what is stored: the tree joins the computer's themes; what an officer has
merged is joined already, what they rejected is in none. Nothing here counts anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """Two themes, or what earlier steps made of some, are seen as one, called ``into``."""

    into: str
    parts: tuple[str, str]


def steps(tree: Sequence[Mapping[str, Any]], places: Mapping[int, str | None]) -> tuple[Step, ...]:
    """The steps from the themes that count to one.

    ``tree`` is the run's own (``nlp.documents.Merge`` as dictionaries), ``places`` says for the number of
    each of its themes which theme that counts it is part of now, None for a rejected one.

    >>> tree = [{"first": 0, "second": 1, "into": 3}, {"first": 3, "second": 2, "into": 4}]
    >>> steps(tree, {0: "a", 1: None, 2: "b"})
    (Step(into='joined-1', parts=('a', 'b')),)
    >>> steps(tree, {0: "a", 1: "b", 2: "a"})
    (Step(into='joined-1', parts=('a', 'b')),)
    """
    at = dict(places)
    became: dict[str, str] = {}

    def now(name: str) -> str:
        while name in became:
            name = became[name]
        return name

    found: list[Step] = []
    for merge in tree:
        one, other = at.get(merge["first"]), at.get(merge["second"])
        at[merge["into"]] = one or other
        if one and other and now(one) != now(other):
            step = Step(f"joined-{len(found) + 1}", (now(one), now(other)))
            found.append(step)
            became |= dict.fromkeys(step.parts, step.into)
    return tuple(found)


def groups(themes: Iterable[str], taken: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """What the themes are after these steps: each group by its name, with its themes in their order."""
    standing: dict[str, tuple[str, ...]] = {theme: (theme,) for theme in themes}
    for step in taken:
        standing[step.into] = tuple(theme for part in step.parts for theme in standing.pop(part))
    return standing


def seen(found: Iterable[Sequence[str]]) -> str:
    """A short mark of who is grouped with whom: whether a page still shows what would be done.

    >>> seen([("a", "b"), ("c",)]) == seen([("c",), ("b", "a")]) != seen([("a",), ("b", "c")])
    True
    """
    said = sorted(sorted(group) for group in found)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
