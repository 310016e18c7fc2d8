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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey_engine.disclosure import Cell, Policy, protect_list, protected_share, rounded


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
    standing = {
        name: _Seen((), 1) if cell.symbol else _Seen((separate[name],), 0) for name, cell in cells.items()
    }  # fmt: skip
    # Whether people may be in no group: then one hidden group alone is not what is left of the total.
    others = total != sum(separate.values())
    for into, parts in joins.items():
        count = counts[into]
        inside = _together(standing.pop(part) for part in parts)
        outside = _together([*standing.values(), _Seen((count,), 0)])
        if (
            not policy.hides(count)
            and protected_share(count, total, policy).symbol != "c"
            and all(not 0 < count - part < policy.threshold for part in inside.shown)
            and _hides(inside, count, policy, total, alone=False)
            and (sum(outside.shown) > total or _hides(outside, total, policy, total, alone=others))
        ):
            cells[into], standing[into] = Cell(count), _Seen((count,), 0)
        else:
            cells[into] = Cell(None, "c", "primary" if policy.hides(count) else "complementary")
            standing[into] = inside
    return cells


def _together(groups: Iterable[_Seen]) -> _Seen:
    found = tuple(groups)
    return _Seen(tuple(size for one in found for size in one.shown), sum(one.hidden for one in found))


def _hides(inside: _Seen, whole: int, policy: Policy, total: int, *, alone: bool) -> bool:
    """Whether the hidden groups inside a published ``whole`` stay unknown; ``alone``: even if there is only one."""
    if not inside.hidden:
        return True
    left = whole - sum(inside.shown)
    if left < policy.threshold or (inside.hidden == 1 and not alone):
        return False
    # Who knows that zeros are shown knows that each hidden group has somebody in it.
    zeros_shown = not policy.zero_discloses and total >= policy.whole_group
    return not zeros_shown or left - inside.hidden >= policy.threshold - 2
