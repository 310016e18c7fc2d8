"""Counts in, a table that may be published out: what is hidden, why, and proof that it stays hidden.

Rule of thumb of this module: *a count of people between 1 and the threshold less one is
never published, and cannot be worked out from what is published beside it.* Hiding the
small cells (primary) is not enough, because totals are published too; so more cells are
hidden (complementary), and then an attacker is played: with every published figure he
computes the least and the largest value each hidden cell can have. As long as one
interval is too narrow, more is hidden.

The attacker knows every published cell, the policy, that counts are not negative, and
that a zero is only hidden where the policy says so. He does not know which hidden cell
was the small one: that alone can give it away (nine cells known to be "small and not
zero" under a hidden total known to be below ten are nine ones). So ``Cell.reason`` is for
the officer; :func:`to_json` and :func:`table_rows` say ``suppressed`` unless asked.
Not covered: an attacker who reruns the algorithm on every table that might have led to
the published one. Optimal suppression is NP-hard; a heuristic with an audit is accepted practice.

Sources: thresholds of ten from the ONS Secure Research Service and the UK LLC guidebook
("suppress two in each affected row and column; no value below ten derivable, also not
from two outputs"); the auditing by bounds from Fischetti and Salazar, *Solving the Cell
Suppression Problem on Tabular Data with Linear Constraints* (2001), and Gusfield/Kao
(arXiv cs/0101032); rounding with margins built from rounded cells as ACRO does; the
symbol ``c`` as in DfE's explore education statistics.

>>> ages = CountTable(("age",), {("8-11",): 4, ("12-14",): 31, ("15-17",): 12})
>>> safe = protect(ages, Policy())
>>> [(cell["age"], cell["count"], cell["symbol"]) for cell in table_rows(safe)]
[('12-14', '31', ''), ('15-17', '', 'c'), ('8-11', '', 'c'), ('Total', '47', '')]
>>> safe.audit.recoverable
0
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from survey_engine._bounds import Bounds

TOTAL = "Total"
"""The category of every margin, as in DfE's open data; no category of a table may be called so."""

LARGEST_TABLE = 5_000
"""Cells with margins of a table by one or two columns; a larger one is a mistake, not a table of one survey."""

LARGEST_CUBE = 250
"""The same by three or more columns, where the audit is slow (180 cells: about one second, 400: minutes)."""

Key = tuple[str, ...]
"""One category per dimension, ``TOTAL`` in a margin."""

Reason = Literal["", "primary", "complementary", "rounded", "suppressed"]


class Policy(BaseModel):
    """How careful: agreed with the data owner, the same for every output of a survey.

    ``threshold``: the smallest count that may be shown (10 outside the service; an
    authority may go down to 5 for its own use, never lower). ``zero_discloses``: hide
    zeros as well, where "none of them" is itself sensitive. ``round_to``: instead of
    hiding, round every count to this base (0 = do not round).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: int = Field(default=10, ge=5, le=1000)
    zero_discloses: bool = False
    round_to: Literal[0, 5, 10] = 0

    @property
    def whole_group(self) -> int:
        """Below this many people, "all of them" and "none of them" are not said as a share: twice the threshold."""
        return 2 * self.threshold

    def hides(self, count: int) -> bool:
        """Whether a count may not be shown for its own sake (primary suppression)."""
        return 0 < count < self.threshold or (count == 0 and self.zero_discloses)


@dataclass(frozen=True)
class CountTable:
    """People counted by one or more dimensions; each person in exactly one cell, margins not included.

    Combinations that are missing are zero. Raises ``ValueError`` for negative counts,
    keys of the wrong length and categories called ``Total``: the caller's bugs.
    """

    dimensions: tuple[str, ...]
    counts: Mapping[Key, int]

    def __post_init__(self) -> None:
        if not self.dimensions or len(set(self.dimensions)) != len(self.dimensions):
            raise ValueError("a table needs dimensions with different names")
        for key, count in self.counts.items():
            if len(key) != len(self.dimensions) or TOTAL in key:
                raise ValueError(f"a cell needs one category per dimension, none of them {TOTAL!r}")
            if count < 0:
                raise ValueError("a count of people cannot be negative")

    def categories(self) -> list[list[str]]:
        """The categories of each dimension, sorted."""
        return [sorted({key[place] for key in self.counts}) for place in range(len(self.dimensions))]


@dataclass(frozen=True)
class Cell:
    """What is published of one count: ``count`` None and symbol ``c`` where hidden.

    ``reason`` tells the officer why; see the module's first paragraphs before publishing it.
    """

    count: int | None
    symbol: Literal["", "c"] = ""
    reason: Reason = ""


@dataclass(frozen=True)
class Audit:
    """How well the hidden cells are hidden.

    ``recoverable``: hidden cells with only one possible value (0, or ``protect`` has a
    bug). ``min_width``: the narrowest interval that was proven, largest less smallest
    possible value; at least threshold less one. None where nothing is hidden, or where
    nothing published bounds the hidden cells.
    """

    recoverable: int
    min_width: int | None


@dataclass(frozen=True)
class ProtectedTable:
    """A table as it may be published, margins included, sorted by key with totals last.

    ``additive`` False: a list whose counts need not add up to its total.
    """

    dimensions: tuple[str, ...]
    cells: Mapping[Key, Cell]
    policy: Policy
    audit: Audit
    additive: bool = True


@dataclass(frozen=True)
class Share:
    """A percentage (0 to 100) or the symbol instead: ``c`` confidential, ``z`` no base to take a share of."""

    value: Decimal | None
    symbol: Literal["", "c", "z"] = ""
    reason: str = ""


@dataclass(frozen=True)
class TableProblem:
    """A row of a count file that cannot be read: ``row`` as a spreadsheet numbers it (the headings are row 1)."""

    row: int | None
    column: str
    code: str
    message: str


@dataclass
class _Work:
    """A table being protected: all counts with margins, its lines, and what is hidden so far."""

    counts: dict[Key, int]
    lines: list[tuple[tuple[Key, ...], Key]]
    hidden: dict[Key, Reason]
    slack: frozenset[Key] = frozenset()  # never published and not audited, but unknown to the attacker
    kept: frozenset[Key] = frozenset()  # published elsewhere: cannot be hidden here
    through: dict[Key, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, (members, margin) in enumerate(self.lines):
            for key in (*members, margin):
                self.through.setdefault(key, []).append(number)


def protect(table: CountTable, policy: Policy) -> ProtectedTable:
    """The table as it may be published, with all its margins.

    A table without a small cell comes back as it was. The result depends on nothing but
    the counts: same table, same output.

    >>> all_large = CountTable(("home", "said"), {("A", "yes"): 20, ("A", "no"): 30, ("B", "yes"): 25, ("B", "no"): 11})
    >>> protect(all_large, Policy()).cells["Total", "Total"]
    Cell(count=86, symbol='', reason='')
    >>> protect(all_large, Policy(round_to=5)).cells["B", "no"]
    Cell(count=10, symbol='', reason='rounded')
    """
    categories = table.categories()
    if policy.round_to:
        return _rounded(table, categories, policy)
    counts = _with_margins(table.counts, categories)
    hidden: dict[Key, Reason] = {key: "primary" for key, count in counts.items() if policy.hides(count)}
    work = _Work(counts, lines_of(categories), hidden)
    audit = _audited(work, policy, floor=0 if policy.zero_discloses else 1)
    return _publish(table.dimensions, work, policy, audit)


def protect_list(
    counts: Mapping[str, int], total: int | None, policy: Policy, *, dimension: str = "theme"
) -> ProtectedTable:
    """A flat list of counts (themes of one survey) beside the number of people they are of, if that is published.

    One person may have several themes. Where the counts together do not exceed the
    total, they might be parts of a whole, and are protected as if they were, those
    without any theme being an unpublished rest. A theme nearly everybody named is hidden
    too, where those who did not would be too few. ``total`` None: no total is published.

    >>> shown = protect_list({"moving": 41, "school": 6, "family": 38}, 60, Policy())
    >>> [(key[0], cell.count) for key, cell in shown.cells.items()]
    [('family', 38), ('moving', 41), ('school', None), ('Total', 60)]
    """
    if any(count < 0 for count in counts.values()) or TOTAL in counts or (total is not None and total < 0):
        raise ValueError(f"counts of people, none of them negative or called {TOTAL!r}")
    if policy.round_to:
        shown: dict[Key, int] = {(name,): rounded(count, policy) for name, count in sorted(counts.items())}
        if total is not None:
            shown[TOTAL,] = rounded(total, policy)
        return replace(_all_rounded((dimension,), shown, policy), additive=False)
    full: dict[Key, int] = {(name,): count for name, count in counts.items()}
    hidden: dict[Key, Reason] = {key: "primary" for key, count in full.items() if policy.hides(count)}
    lines: list[tuple[tuple[Key, ...], Key]] = []
    slack: frozenset[Key] = frozenset()
    floor = 0 if policy.zero_discloses else 1
    if total is not None:
        hidden |= {key: "primary" for key, n in full.items() if protected_share(n, total, policy).symbol == "c"}
        floor = 0 if total < policy.whole_group else floor
        members = tuple(sorted(full))
        rest = total - sum(full.values())
        if members and rest >= 0:
            if rest:
                slack = frozenset({("",)})
                full["",] = rest
                hidden["",] = "complementary"
            lines.append(((*members, *slack), (TOTAL,)))
        full[TOTAL,] = total
        if policy.hides(total):
            hidden[TOTAL,] = "primary"
    work = _Work(full, lines, hidden, slack)
    return replace(_publish((dimension,), work, policy, _audited(work, policy, floor)), additive=False)


def protect_sums(
    counts: Mapping[Key, int], sums: Sequence[tuple[tuple[Key, ...], Key]], hidden: Collection[Key], policy: Policy,
    *, unpublished: Collection[Key] = (), kept: Collection[Key] = (),
) -> dict[Key, Cell] | None:  # fmt: skip
    """Counts that hold together by given sums (parts, total), for tables of another shape than ``protect`` and ``protect_list`` know.

    ``hidden`` are hidden whatever they are, and so are small counts and zeros: an attacker is not told that zeros are
    shown. ``unpublished`` are parts of sums that appear nowhere, so that nothing has to be kept from being worked out
    of them; ``kept`` are told elsewhere and cannot be hidden. None where that leaves no way to hide the rest.
    """
    fixed = frozenset(kept)
    first = {key for key, count in counts.items() if count < policy.threshold and key not in fixed}
    first |= set(hidden) | set(unpublished)
    reasons: dict[Key, Reason] = dict.fromkeys(sorted(first), "primary")
    work = _Work(dict(counts), list(sums), reasons, frozenset(unpublished), fixed)
    if _hide_until_safe(work, policy, floor=0) is None:
        return None
    return {
        key: Cell(None, "c", work.hidden[key]) if key in work.hidden else Cell(count)
        for key, count in counts.items()
        if key not in work.slack
    }


def protected_share(numerator: int, denominator: int, policy: Policy) -> Share:
    """What percentage ``numerator`` is of ``denominator``, from the unrounded counts; or why it is not said.

    Hidden where the numerator, the base or the remainder (base less numerator) is too
    small, and where all or none of a group of fewer than twice the threshold would be
    told ("all children of this home"), or of any group if zeros disclose. To one
    decimal; to whole percents where the policy rounds counts, so that a share cannot
    undo the rounding.

    >>> protected_share(31, 47, Policy()).value
    Decimal('66.0')
    >>> protected_share(3, 47, Policy()).symbol, protected_share(45, 47, Policy()).symbol
    ('c', 'c')
    >>> protected_share(0, 15, Policy()).symbol, protected_share(0, 60, Policy()).value, protected_share(0, 0, Policy())
    ('c', Decimal('0.0'), Share(value=None, symbol='z', reason='no base'))
    """
    if not 0 <= numerator <= denominator:
        raise ValueError("a share needs a numerator between 0 and its denominator")
    if denominator == 0:
        return Share(None, "z", "no base")
    if denominator < policy.threshold:
        return Share(None, "c", "small base")
    whole = numerator in (0, denominator)
    if whole and (policy.zero_discloses or denominator < policy.whole_group):
        return Share(None, "c", "whole group")
    if policy.hides(numerator) or policy.hides(denominator - numerator):
        return Share(None, "c", "small number")
    step = Decimal(1) if policy.round_to else Decimal("0.1")
    return Share((Decimal(100 * numerator) / denominator).quantize(step, ROUND_HALF_UP))


def rounded(count: int, policy: Policy) -> int:
    """A count rounded half up to the policy's base; unchanged where the policy does not round.

    >>> rounded(12, Policy(round_to=5)), rounded(13, Policy(round_to=5)), rounded(13, Policy())
    (10, 15, 13)
    """
    base = policy.round_to
    return (2 * count + base) // (2 * base) * base if base else count


def to_json(protected: ProtectedTable, *, internal: bool = False) -> dict[str, Any]:
    """The table for a file or another program; ``internal`` adds which cells were the small ones, for the officer."""
    return {
        "dimensions": list(protected.dimensions),
        "policy": protected.policy.model_dump(),
        "cells": [
            {"by": dict(zip(protected.dimensions, key, strict=True)), "count": cell.count, "symbol": cell.symbol}
            | {"reason": _told(cell, internal)}
            for key, cell in protected.cells.items()
        ],
        "additive": protected.additive,
        "audit": {"recoverable": protected.audit.recoverable, "min_width": protected.audit.min_width},
    }


def from_json(data: Mapping[str, Any]) -> ProtectedTable:
    """A table that :func:`to_json` wrote; raises ``ValueError`` for anything else."""
    try:
        dimensions = tuple(str(name) for name in data["dimensions"])
        cells = {
            tuple(str(item["by"][name]) for name in dimensions): Cell(item["count"], item["symbol"], item["reason"])
            for item in data["cells"]
        }
        whole = all(cell.count is None or type(cell.count) is int for cell in cells.values())
        audit = Audit(data["audit"]["recoverable"], data["audit"]["min_width"])
        policy = Policy.model_validate(data["policy"])
        additive = bool(data["additive"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a table written by `table protect`") from error
    if not whole or not dimensions:
        raise ValueError("not a table written by `table protect`")
    return ProtectedTable(dimensions, cells, policy, audit, additive)


def table_rows(protected: ProtectedTable, *, internal: bool = False) -> list[dict[str, str]]:
    """One row per cell for a CSV: the dimensions, ``count`` (empty where hidden), ``symbol``, ``reason``."""
    return [
        dict(zip(protected.dimensions, key, strict=True))
        | {"count": "" if cell.count is None else str(cell.count), "symbol": cell.symbol}
        | {"reason": _told(cell, internal)}
        for key, cell in protected.cells.items()
    ]


def read_count_table(
    rows: Iterable[Mapping[str, str]], by: Sequence[str], count: str
) -> CountTable | tuple[TableProblem, ...]:
    """The counts of a CSV (its rows as dictionaries), added up by the columns ``by``.

    Rows whose category is ``Total`` are the file's own margins: left out, if they agree
    with the rows they sum; margins are computed here.

    >>> read_count_table([{"age": "8-11", "n": "4"}, {"age": "12-14", "n": "12"}], ["age"], "n")
    CountTable(dimensions=('age',), counts={('8-11',): 4, ('12-14',): 12})
    >>> read_count_table([{"age": "8-11", "n": "c"}], ["age"], "n")[0].message
    'The count is not a whole number of people, 0 or more: give the true counts, this command hides what is small.'
    """
    if not by or len(set(by)) != len(by) or count in by or {"count", "symbol", "reason"} & set(by):
        return (_problem("columns", ",".join(by)),)
    counts: dict[Key, int] = {}
    margins: dict[Key, tuple[int, int]] = {}
    problems: list[TableProblem] = []
    for number, row in enumerate(rows, start=2):
        missing = [name for name in (*by, count) if row.get(name) is None]
        if missing:
            problems += [_problem("column_missing", name, number) for name in missing]
            if number == 2:  # the headings themselves are wrong: saying so for every row helps nobody
                break
            continue
        key = tuple(TOTAL if row[name].strip().casefold() == "total" else row[name].strip() for name in by)
        text = row[count].strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            problems.append(_problem("not_a_count", count, number))
        elif TOTAL in key:
            margins[key] = (number, margins.get(key, (0, 0))[1] + int(text))
        else:
            counts[key] = counts.get(key, 0) + int(text)
    if problems or not counts:
        return tuple(problems) or (_problem("no_rows", count),)
    table = CountTable(tuple(by), counts)
    categories = table.categories()
    largest = LARGEST_TABLE if len(by) < 3 else LARGEST_CUBE
    if math.prod(len(names) + 1 for names in categories) > largest:
        return (_problem("too_large", ",".join(by)),)
    full = _with_margins(counts, categories)
    wrong = [number for key, (number, given) in margins.items() if full.get(key) != given]
    return tuple(_problem("total_differs", count, number) for number in wrong) or table


_SENTENCES = {
    "columns": "Name at least one column to count by, each once, none of them the count itself, "
    "and none called count, symbol or reason.",
    "column_missing": "This row has no such column: check the headings and the number of commas.",
    "not_a_count": "The count is not a whole number of people, 0 or more: give the true counts, "
    "this command hides what is small.",
    "no_rows": "There are no rows to count: the file has headings or totals only.",
    "too_large": f"The table would have too many cells with its totals (at most {LARGEST_TABLE} by one or two columns, "
    f"{LARGEST_CUBE} by more): count by fewer columns, or merge categories.",
    "total_differs": "This total is not the sum of its rows: leave the totals out, or mend the rows.",
}


def _problem(code: str, column: str, row: int | None = None) -> TableProblem:
    return TableProblem(row, column, code, _SENTENCES[code])


# --- margins and lines


def _with_margins(counts: Mapping[Key, int], categories: list[list[str]]) -> dict[Key, int]:
    """All cells, zeros included, and all margins; sorted by key with totals last in each dimension."""
    full = dict.fromkeys(product(*[[*names, TOTAL] for names in categories]), 0)
    for key, count in counts.items():
        for margin in product(*[(category, TOTAL) for category in key]):
            full[margin] += count
    return full


def lines_of(categories: list[list[str]]) -> list[tuple[tuple[Key, ...], Key]]:
    """Every published sum of a table with these categories: the cells of one line, and the margin they add up to."""
    lines = []
    for place, names in enumerate(categories):
        others = [[*other, TOTAL] for other in (*categories[:place], *categories[place + 1 :])]
        for rest in product(*others):
            before, after = rest[:place], rest[place:]
            lines.append((tuple((*before, name, *after) for name in names), (*before, TOTAL, *after)))
    return lines


# --- hiding more until nothing can be worked out


def _audited(work: _Work, policy: Policy, floor: int) -> Audit:
    """Hide until it is safe, where everything may be hidden: then there is always a way."""
    audit = _hide_until_safe(work, policy, floor)
    assert audit is not None
    return audit


def _hide_until_safe(work: _Work, policy: Policy, floor: int) -> Audit | None:
    """Complementary suppression, then the attack; whatever the attack finds is closed, and both begin again.

    None where only what is kept is left to hide. Else it ends, because each turn hides one more cell that is not zero, and once none is left
    every hidden value can be scaled up together: no interval is bounded.
    """
    while True:
        _close_lines(work, policy)
        narrow, widths = _attack(work, policy, floor)
        if narrow is None:
            finite = [math.floor(width) for width in widths if width != math.inf]
            return Audit(sum(width <= 0 for width in finite), min(finite, default=None))
        extra = [key for number in work.through.get(narrow, ()) if (key := _candidate(work, number)) is not None]
        near = extra or (_around(work, narrow) if work.kept else [])
        anywhere = [key for key, count in work.counts.items() if count and not _settled(work, key)]
        if not (near or anywhere):
            return None
        work.hidden[min(near or anywhere, key=_cheapest(work))] = "complementary"


def _settled(work: _Work, key: Key) -> bool:
    return key in work.hidden or key in work.kept


def _around(work: _Work, narrow: Key) -> list[Key]:
    """What can be hidden nearest to a cell, going from line to line by what is hidden already."""
    reached, looked_at = {narrow}, set[int]()
    while lines := {number for key in reached for number in work.through.get(key, ())} - looked_at:
        looked_at |= lines
        found = [key for number in sorted(lines) if (key := _candidate(work, number)) is not None]
        if found:
            return found
        reached = {key for number in lines for key in (*work.lines[number][0], work.lines[number][1])} & set(
            work.hidden
        )
    return []


def _close_lines(work: _Work, policy: Policy) -> None:
    """No line with exactly one hidden cell; no visible total whose hidden parts add up to less than the threshold."""
    waiting = list(range(len(work.lines)))
    while waiting:
        number = waiting.pop(0)
        members, margin = work.lines[number]
        unknown = [key for key in (*members, margin) if key in work.hidden and key not in work.slack]
        if not unknown:
            continue
        parts = sum(work.counts[key] for key in members if key in work.hidden)
        alone = len(unknown) == 1 and not any(key in work.slack for key in members)
        if alone or (margin not in work.hidden and parts < policy.threshold):
            chosen = _candidate(work, number)
            if chosen is not None:
                work.hidden[chosen] = "complementary"
                waiting += [line for line in work.through[chosen] if line not in waiting]


def _candidate(work: _Work, number: int) -> Key | None:
    """The cell of a line to hide next: part before total, its other lines already touched, small, first by name."""
    members, margin = work.lines[number]
    visible = [key for key in members if work.counts[key] and not _settled(work, key)]
    if visible:
        return min(visible, key=_cheapest(work, number))
    return margin if work.counts[margin] and not _settled(work, margin) else None


def _cheapest(work: _Work, number: int | None = None) -> Callable[[Key], tuple[bool, bool, int, Key]]:
    def cost(key: Key) -> tuple[bool, bool, int, Key]:
        crossing = [line for line in work.through.get(key, ()) if line != number]
        touched = any(
            other in work.hidden for line in crossing for other in (*work.lines[line][0], work.lines[line][1])
        )
        return (TOTAL in key, not touched, work.counts[key], key)

    return cost


def _attack(work: _Work, policy: Policy, floor: int) -> tuple[Key | None, list[int | float]]:
    """The first hidden cell whose possible values are too few, or None and the widths of all intervals (counts ≥ 0).

    Twice: an attacker who only knows that counts are not negative must be left with an
    interval of threshold less one; one who also knows that zeros are shown (``floor`` 1)
    with one of threshold less two, that is any value from 1 to threshold less one.
    """
    widths: list[int | float] = []
    for least, needed in [(1, policy.threshold - 2), (0, policy.threshold - 1)][0 if floor else 1 :]:
        keys = sorted(work.hidden)
        index = {key: number for number, key in enumerate(keys)}
        floors = [0 if key in work.slack else least for key in keys]
        equations: list[tuple[dict[int, int], int]] = []
        for members, margin in work.lines:
            row = {index[key]: 1 for key in members if key in index} | ({index[margin]: -1} if margin in index else {})
            if row:
                equations.append((row, sum(sign * (work.counts[keys[n]] - floors[n]) for n, sign in row.items())))
        bounds = Bounds(equations, len(keys))
        widths = []
        for number, key in enumerate(keys):
            if key in work.slack:
                continue
            widths.append(bounds.width(number, needed))
            if widths[-1] < needed:
                return key, widths
    return None, widths


def _publish(dimensions: tuple[str, ...], work: _Work, policy: Policy, audit: Audit) -> ProtectedTable:
    ordered = sorted((key for key in work.counts if key not in work.slack), key=_totals_last)
    cells = {
        key: Cell(None, "c", work.hidden[key]) if key in work.hidden else Cell(work.counts[key]) for key in ordered
    }
    return ProtectedTable(dimensions, cells, policy, audit)


def _totals_last(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((category == TOTAL, category) for category in key)


# --- rounding instead


def _rounded(table: CountTable, categories: list[list[str]], policy: Policy) -> ProtectedTable:
    """Every cell rounded half up, every margin the sum of its rounded cells: no total says more than its parts."""
    inner = {key: rounded(count, policy) for key, count in table.counts.items()}
    return _all_rounded(table.dimensions, _with_margins(inner, categories), policy)


def _all_rounded(dimensions: tuple[str, ...], shown: dict[Key, int], policy: Policy) -> ProtectedTable:
    # A rounded 0 stands for 0 to just under half the base: the narrowest there is.
    widths = [policy.round_to - 1 if count else (policy.round_to - 1) // 2 for count in shown.values()]
    cells = {key: Cell(shown[key], "", "rounded") for key in sorted(shown, key=_totals_last)}
    return ProtectedTable(dimensions, cells, policy, Audit(0, min(widths, default=None)))


def _told(cell: Cell, internal: bool) -> str:
    return "suppressed" if cell.symbol and not internal else cell.reason
