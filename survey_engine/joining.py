"""Groups of people that are joined step by step: which sizes may be shown when every step can be looked at.

Whoever sees three themes of a wave, then two broad ones, then one, sees all their sizes.
So a joined group's size is shown only where nothing follows from it together with every
other size, of whatever step: each hidden group inside it stays as unknown as it was. The
separate groups come first and are shown as they would be alone (``disclosure.protect_list``);
joining only ever adds what is safe to add.

Because groups are only ever joined, what is hidden inside a shown group and in no smaller
shown one adds up to one number, the shown size less those of its shown parts, and nothing
else is known about it. So the attacker's intervals can be written down, without a solver;
a test plays him with one.

>>> alone = {"moving": 30, "food": 4, "school": 25}
>>> cells = protect_joined(alone | {"home": 34}, {"home": ("moving", "food")}, 100, Policy())
>>> cells["moving"].count, cells["home"].symbol  # 34 less 30 would tell
(30, 'c')
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey_engine.disclosure import Cell, Policy, Reason, protect_list, protected_share, rounded


@dataclass(frozen=True)
class _Seen:
    """What is published of some groups: the largest shown ones in them, and how many hidden ones lie in none of these."""

    shown: tuple[int, ...]
    hidden: int


def protect_joined(
    counts: Mapping[str, int], joins: Mapping[str, Sequence[str]], total: int, policy: Policy
) -> dict[str, Cell]:
    """The sizes of separate and joined groups, each as it may be shown beside all others and the ``total``.

    ``counts`` are people by group, nobody twice in one; ``joins`` says of each joined group which
    groups it was made of, separate or joined before it, each used once. One person may be in
    several groups; where nobody is, an attacker may take every size as the sum of its parts.
    """
    if policy.round_to:
        return {name: Cell(rounded(count, policy), "", "rounded") for name, count in counts.items()}
    separate = {name: count for name, count in counts.items() if name not in joins}
    alone = protect_list(separate, total, policy).cells
    cells = {name: alone[name,] for name in separate}
    hidden = {name for name, cell in cells.items() if cell.symbol}
    hidden |= {
        into
        for into in joins
        if policy.hides(counts[into]) or protected_share(counts[into], total, policy).symbol == "c"
    }
    # Who knows that zeros are shown knows that each hidden group has somebody in it.
    least = 0 if policy.zero_discloses or total < policy.whole_group else 1
    safe = safe_to_show(counts, joins, hidden, total, policy, least)
    for into in joins:
        why: Reason = "primary" if policy.hides(counts[into]) else "complementary"
        cells[into] = Cell(counts[into]) if into in safe else Cell(None, "c", why)
    return cells


def safe_to_show(
    counts: Mapping[str, int], joins: Mapping[str, Sequence[str]], hidden: Collection[str], total: int, policy: Policy,
    least: int,
) -> frozenset[str]:  # fmt: skip
    """The joined groups whose size may be shown beside those that are not ``hidden`` and the ``total``, smaller ones first.

    ``least`` is how many people an attacker knows to be in each hidden group, 0 or 1.
    """
    separate = [name for name in counts if name not in joins]
    # Whether people may be in no group: then one hidden group alone is not what is left of the total.
    others = total != sum(counts[name] for name in separate)
    standing = {name: _Seen((), 1) if name in hidden else _Seen((counts[name],), 0) for name in separate}
    safe: set[str] = set()
    for into, parts in joins.items():
        count = counts[into]
        inside = _together(standing.pop(part) for part in parts)
        outside = _together([*standing.values(), _Seen((count,), 0)])
        if (
            into not in hidden
            and all(not 0 < count - part < policy.threshold for part in inside.shown)
            and _hides(inside, count, policy, least, alone=False)
            and (sum(outside.shown) > total or _hides(outside, total, policy, least, alone=others))
        ):
            safe.add(into)
            standing[into] = _Seen((count,), 0)
        else:
            standing[into] = inside
    return frozenset(safe)


def _together(groups: Iterable[_Seen]) -> _Seen:
    found = tuple(groups)
    return _Seen(tuple(size for one in found for size in one.shown), sum(one.hidden for one in found))


def _hides(inside: _Seen, whole: int, policy: Policy, least: int, *, alone: bool) -> bool:
    """Whether the hidden groups inside a published ``whole`` stay unknown; ``alone``: even if there is only one."""
    if not inside.hidden:
        return True
    left = whole - sum(inside.shown)
    if left < policy.threshold or (inside.hidden == 1 and not alone):
        return False
    return not least or left - inside.hidden >= policy.threshold - 2
