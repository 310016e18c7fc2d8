"""Themes by groups of people: which of these counts may be shown beside the sizes that are shown already.

A person belongs to one group (of age, of how they answered) and to any number of themes. The
sizes of groups are always shown: small groups are joined until none is left (``joined_small``).
The sizes of themes come from elsewhere, and whatever the table hides must not be worked out from
them; a theme whose size is hidden is not broken down.

>>> groups = {"8-11": 40, "12-14": 60}
>>> counts = {("moving", "8-11"): 25, ("moving", "12-14"): 30, ("food", "8-11"): 12, ("food", "12-14"): 3}
>>> table = protect_breakdown(counts, {"moving": 55, "food": 15}, {"moving", "food"}, groups, {}, Policy())
>>> [(key, cell.count) for key, cell in table.items()]  # doctest: +NORMALIZE_WHITESPACE
[(('moving', '8-11'), 25), (('moving', '12-14'), 30), (('food', '8-11'), None), (('food', '12-14'), None)]
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from survey_engine.disclosure import TOTAL, Cell, Key, Policy, protect_sums
from survey_engine.joining import safe_to_show

LARGEST = 250
"""Counts in one table, joined themes too, up to which protecting it takes a second or two; twice as many can take a minute."""

_NOBODY = ""
"""The theme of those who spoke of none: published nowhere."""


def joined_small(sizes: Mapping[str, int], policy: Policy) -> frozenset[str]:
    """The groups that are seen as one because they are too small to be seen alone; empty where none is.

    The next smallest joins them where all small ones together are still too few.

    >>> sorted(joined_small({"a": 40, "b": 12, "c": 4, "d": 30, "e": 0}, Policy()))
    ['b', 'c']
    >>> joined_small({"a": 40, "b": 12}, Policy())
    frozenset()
    """
    ordered = sorted((name for name, size in sizes.items() if size), key=lambda name: (sizes[name], name))
    joined = [name for name in ordered if sizes[name] < policy.threshold]
    for name in ordered[len(joined) :]:
        if not joined or (len(joined) > 1 and sum(sizes[one] for one in joined) >= policy.threshold):
            break
        joined.append(name)
    return frozenset(joined)


def protect_breakdown(
    counts: Mapping[tuple[str, str], int],
    sizes: Mapping[str, int],
    shown: Collection[str],
    groups: Mapping[str, int],
    joins: Mapping[str, Sequence[str]],
    policy: Policy,
) -> dict[tuple[str, str], Cell]:
    """For each theme (first part of the key) and group how many people, as it may be shown.

    ``counts`` are missing where nobody is; ``sizes`` are people by theme, ``shown`` the themes whose size is told,
    ``groups`` people by group, all of them told and at least the threshold. ``joins`` says of a theme which others it was
    made of (``joining``): it can be looked at before and after. Hidden besides the small: a count that nearly
    all of its group are in, and so many more that no hidden one has fewer possible values than the threshold.
    """
    inner = {(theme, group): counts.get((theme, group), 0) for theme in sizes for group in groups}
    everything: dict[Key, int] = {}
    everything.update((place, count) for place, count in inner.items())
    everything |= {(theme, TOTAL): size for theme, size in sizes.items()}
    everything |= {(TOTAL, group): size for group, size in groups.items()}
    everything[TOTAL, TOTAL] = sum(groups.values())
    sums: list[tuple[tuple[Key, ...], Key]] = [
        (tuple((theme, group) for group in groups), (theme, TOTAL)) for theme in sizes
    ]
    separate = [theme for theme in sizes if theme not in joins]
    unpublished: list[Key] = []
    overlapping: list[str] = []
    for group in (*groups, TOTAL):
        rest = everything[TOTAL, group] - sum(everything[theme, group] for theme in separate)
        if rest >= 0:  # else people are in several themes, and nothing adds up
            everything[_NOBODY, group] = rest
            unpublished.append((_NOBODY, group))
            sums.append((tuple((theme, group) for theme in (*separate, _NOBODY)), (TOTAL, group)))
        for into, parts in joins.items():
            if everything[into, group] == sum(everything[part, group] for part in parts):
                sums.append((tuple((part, group) for part in parts), (into, group)))
            elif group != TOTAL and group not in overlapping:
                overlapping.append(group)
    hidden = {key for key in inner if key[0] not in shown or groups[key[1]] - inner[key] < policy.threshold}
    told = {(theme, TOTAL) for theme in shown} | {(TOTAL, group) for group in (*groups, TOTAL)}
    hidden_sizes = {(theme, TOTAL) for theme in sizes if theme not in shown}
    while True:
        cells = protect_sums(everything, sums, hidden | hidden_sizes, policy, unpublished=unpublished, kept=told)
        if cells is None:
            return {key: Cell(None, "c", "complementary") for key in inner}
        # Where people are in several themes the sums do not hold, but an attacker may take them to.
        more: set[tuple[str, str]] = set()
        for group in overlapping:
            here = {theme: everything[theme, group] for theme in sizes}
            unseen = {theme for theme in sizes if cells[theme, group].symbol}
            safe = safe_to_show(here, joins, unseen, groups[group], policy, 0)
            more |= {(into, group) for into in joins if into not in safe and into not in unseen}
        if not more:
            return {key: cells[key] for key in inner}
        hidden |= more
