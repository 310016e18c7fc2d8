"""The attacker's arithmetic: how small and how large an unknown can be, given sums it is part of.

Linear programming in exact numbers (a simplex that reads its objective off the table,
with Bland's rule, so it always ends), because "the interval is a single value" must not
depend on rounding errors. For the sums of one- and two-way tables all steps stay in
whole numbers. Pure Python: the tables of a survey have tens of hidden cells.

>>> two = Bounds([({0: 1, 1: 1}, 25)], 2)     # x + y = 25
>>> two.width(0, 100)
25
"""

from __future__ import annotations

import math
from fractions import Fraction

Number = int | Fraction


class Bounds:
    """All non-negative solutions of some equations ``(coefficients by unknown, right side)``.

    Raises ``ValueError`` if there is none: published sums always have one, the truth.
    Each corner visited shows what every unknown can be, so later questions are mostly
    answered by corners already seen.
    """

    def __init__(self, equations: list[tuple[dict[int, int], int]], unknowns: int) -> None:
        self._rows: list[dict[int, Number]] = []
        self._right: list[Number] = []
        self._basis: list[int] = []
        self._unknowns = unknowns
        self._least: list[int | float | Fraction] = [math.inf] * unknowns
        self._most: list[int | float | Fraction] = [-math.inf] * unknowns
        for number, (coefficients, right) in enumerate(equations):
            sign = -1 if right < 0 else 1
            self._rows.append({unknown: sign * value for unknown, value in coefficients.items() if value})
            self._right.append(sign * right)
            self._basis.append(unknowns + number)
        self._find_a_corner()
        self._look()

    def width(self, unknown: int, enough: int) -> int | float:
        """Largest less smallest possible value of an unknown, rounded down; infinite where nothing bounds it.

        Stops as soon as the width is known to be ``enough``; below that it is exact.
        """
        if self._spread(unknown) < enough:
            self._climb(unknown, enough)
        if self._spread(unknown) < enough:
            self._descend(unknown, enough)
        spread = self._spread(unknown)
        return spread if isinstance(spread, float) else math.floor(spread)

    def _spread(self, unknown: int) -> int | float | Fraction:
        return self._most[unknown] - self._least[unknown]

    def _climb(self, unknown: int, enough: int) -> None:
        while self._spread(unknown) < enough:
            if unknown not in self._basis:
                entering: int | None = unknown
            else:
                row = self._rows[self._basis.index(unknown)]
                entering = min((other for other, value in row.items() if value < 0), default=None)
            if entering is None:
                return
            leaving = self._leaving(entering)
            if leaving is None:
                self._most[unknown] = math.inf
                return
            self._pivot(leaving, entering)
            self._look()

    def _descend(self, unknown: int, enough: int) -> None:
        while unknown in self._basis and self._spread(unknown) < enough:
            row = self._rows[self._basis.index(unknown)]
            entering = min((other for other, value in row.items() if value > 0 and other != unknown), default=None)
            if entering is None:
                return
            leaving = self._leaving(entering)
            if leaving is None:  # its own row bounds it
                raise AssertionError("a falling unknown is bounded by zero")
            self._pivot(leaving, entering)
            self._look()

    def _find_a_corner(self) -> None:
        """Phase one: every equation starts with a stand-in for its error; drive the errors to zero."""
        while True:
            wrong = [number for number, basic in enumerate(self._basis) if basic >= self._unknowns]
            gain: dict[int, Number] = {}
            for number in wrong:
                for unknown, value in self._rows[number].items():
                    gain[unknown] = gain.get(unknown, 0) + value
            entering = min((unknown for unknown, value in gain.items() if value > 0), default=None)
            if entering is None:
                break
            leaving = self._leaving(entering)
            if leaving is None:
                raise AssertionError("an error that falls is bounded by zero")
            self._pivot(leaving, entering)
        if any(self._right[number] for number in wrong):
            raise ValueError("the equations contradict each other")
        for number in wrong:  # at zero already: exchange, or drop an equation that said nothing new
            if self._rows[number]:
                self._pivot(number, min(self._rows[number]))
        kept = [number for number, basic in enumerate(self._basis) if basic < self._unknowns]
        self._rows = [self._rows[number] for number in kept]
        self._right = [self._right[number] for number in kept]
        self._basis = [self._basis[number] for number in kept]

    def _leaving(self, entering: int) -> int | None:
        """The row that first reaches zero when an unknown grows; None if none does."""
        found: tuple[Number, int] | None = None
        chosen = None
        for number, row in enumerate(self._rows):
            value = row.get(entering, 0)
            if value > 0:
                limit = self._right[number] if value == 1 else Fraction(self._right[number]) / value
                if found is None or (limit, self._basis[number]) < found:
                    found, chosen = (limit, self._basis[number]), number
        return chosen

    def _pivot(self, leaving: int, entering: int) -> None:
        """Exchange the basic unknown of a row; stand-ins that leave are forgotten (their columns are never kept)."""
        row = self._rows[leaving]
        by = row[entering]
        if by != 1:
            factor = -1 if by == -1 else Fraction(1) / by
            row = {unknown: value * factor for unknown, value in row.items()}
            self._right[leaving] *= factor
        self._rows[leaving] = row
        self._basis[leaving] = entering
        for number, other in enumerate(self._rows):
            times = other.get(entering, 0)
            if number == leaving or not times:
                continue
            for unknown, value in row.items():
                rest = other.get(unknown, 0) - times * value
                if rest:
                    other[unknown] = rest
                else:
                    other.pop(unknown, None)
            self._right[number] -= times * self._right[leaving]

    def _look(self) -> None:
        """Note what every unknown is at this corner."""
        corner: list[Number] = [0] * self._unknowns
        for number, basic in enumerate(self._basis):
            corner[basic] = self._right[number]
        for unknown, value in enumerate(corner):
            self._least[unknown] = min(self._least[unknown], value)
            self._most[unknown] = max(self._most[unknown], value)
