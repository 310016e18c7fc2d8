"""From one run to the next: which theme is which again, what split, what merged, what is new and what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_ENOUGH = 0.3  # of a theme's known texts: less is a few answers that moved, not a split or a merger


@dataclass(frozen=True, slots=True)
class Matched:
    """For each new label its lasting id and what became of it; and the old ids of which nothing is left."""

    ids: Mapping[int, int]
    histories: Mapping[int, str]
    gone: tuple[int, ...]


def match(before: Mapping[str, int], after: Mapping[str, int]) -> Matched:
    """Follow themes by the texts both runs know: text id to old theme id, text id to new label.

    A label takes the id of the old theme it shares most texts with, each id once; other labels get
    numbers never used before.

    >>> match({"a": 3, "b": 3, "c": 5}, {"a": 0, "b": 0, "c": 1, "d": 2}).histories
    {0: 'kept', 1: 'kept', 2: 'new'}
    """
    shared = Counter((before[text], label) for text, label in after.items() if text in before)
    ids: dict[int, int] = {}
    for (old, label), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if label not in ids and old not in ids.values():
            ids[label] = old
    unused = max(before.values(), default=-1) + 1
    labels = sorted(set(after.values()))
    for label in labels:
        if label not in ids:
            ids[label] = unused
            unused += 1
    return Matched(
        ids,
        {label: _became(label, ids[label], shared) for label in labels},
        tuple(sorted(set(before.values()) - set(ids.values()))),
    )


def _became(label: int, lasting: int, shared: Counter[tuple[int, int]]) -> str:
    from_old = {old: count for (old, to), count in shared.items() if to == label}
    known = sum(from_old.values())
    if not known:
        return "new"
    sources = sorted(old for old, count in from_old.items() if count >= _ENOUGH * _size(old, shared))
    others = [old for old in sources if old != lasting]
    if lasting not in from_old:
        most = max(from_old, key=lambda old: (from_old[old], -old))
        return f"split from {most}"
    return f"merged from {', '.join(map(str, [lasting, *others]))}" if others else "kept"


def _size(old: int, shared: Counter[tuple[int, int]]) -> int:
    return sum(count for (source, _), count in shared.items() if source == old)
