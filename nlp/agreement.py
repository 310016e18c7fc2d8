"""How far two ways of coding the same answers agree: precision, recall, F1, Cohen's kappa and Krippendorff's alpha per code.

Also what a frame's owner should look at: codes nobody uses, and codes taken for each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nlp.frames import Frame


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """One code: how many answers a person gave it to, how many the computer did, and how well they agree.

    Measures are None where there is nothing to divide by.
    """

    code: str
    given: int
    suggested: int
    both: int
    answers: int

    @property
    def precision(self) -> float | None:
        """Of the suggested, how many a person gave too."""
        return self.both / self.suggested if self.suggested else None

    @property
    def recall(self) -> float | None:
        """Of those a person gave, how many were suggested."""
        return self.both / self.given if self.given else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        total = self.given + self.suggested
        return 2 * self.both / total if total else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa of "has the code or not", 1 = always agree, 0 = as by chance."""
        n = self.answers
        if not n:
            return None
        agreed = (n - self.given - self.suggested + 2 * self.both) / n
        chance = (self.given * self.suggested + (n - self.given) * (n - self.suggested)) / n**2
        return (agreed - chance) / (1 - chance) if chance < 1 else None

    @property
    def alpha(self) -> float | None:
        """Krippendorff's alpha for two raters, nominal, nothing missing: 1 less observed over expected disagreement."""
        n = 2 * self.answers
        ones = self.given + self.suggested
        expected = ones * (n - ones)
        if not expected:
            return None
        disagreed = self.given + self.suggested - 2 * self.both
        return 1 - (n - 1) * disagreed / expected


@dataclass(frozen=True, slots=True)
class Agreement:
    """All codes of a frame, the whole, and what its owner should look at."""

    codes: tuple[CodeAgreement, ...]
    answers: int
    unused: tuple[str, ...]
    mixed_up: tuple[tuple[str, str, int], ...]  # given, suggested instead, how often; from three times

    @property
    def whole(self) -> CodeAgreement:
        """Every code of every answer as one decision each."""
        return CodeAgreement(
            "all",
            *(sum(getattr(code, part) for code in self.codes) for part in ("given", "suggested", "both", "answers")),
        )

    def table(self) -> str:
        """The measures as lines of text, one code a line."""
        head = f"{'code':30} {'given':>6} {'found':>6} {'prec.':>6} {'recall':>6} {'F1':>6} {'kappa':>6} {'alpha':>6}"
        lines = [f"{self.answers} answers", head]
        for row in (*self.codes, self.whole):
            measures = (row.precision, row.recall, row.f1, row.kappa, row.alpha)
            shown = " ".join("     –" if value is None else f"{value:6.2f}" for value in measures)
            lines.append(f"{row.code[:30]:30} {row.given:6} {row.suggested:6} {shown}")
        if self.unused:
            lines.append(f"Used for no answer: {', '.join(self.unused)}.")
        lines += [f"“{given}” is taken for “{other}” {count} times." for given, other, count in self.mixed_up]
        return "\n".join(lines)


def agreement(frame: Frame, given: Sequence[Collection[str]], suggested: Sequence[Collection[str]]) -> Agreement:
    """Compare two codings of the same answers in the same order; codes outside the frame are not counted."""
    n = len(given)
    rows = []
    swaps: Counter[tuple[str, str]] = Counter()
    for one, two in zip(given, suggested, strict=True):
        swaps.update((missed, wrong) for missed in set(one) - set(two) for wrong in set(two) - set(one))
    for code in frame.codes:
        by_person = [code.id in codes for codes in given]
        by_computer = [code.id in codes for codes in suggested]
        both = sum(a and b for a, b in zip(by_person, by_computer, strict=True))
        rows.append(CodeAgreement(code.id, sum(by_person), sum(by_computer), both, n))
    unused = tuple(row.code for row in rows if n and not row.given and not row.suggested)
    mixed = tuple((a, b, count) for (a, b), count in swaps.most_common(10) if count >= 3)
    return Agreement(tuple(rows), n, unused, mixed)
