"""Our own figures about an area, as they may be shown: small ones hidden, the published ones left as they are.

Indicators of one return share their children: the base of one is the numerator of
another, and the bases of two age groups add up to a third. So where any figure of a
source is hidden, the counts behind the others of that source are not shown either, only
their shares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from api.indicators import Measure
from survey_engine.disclosure import Policy, protected_share, rounded


def protect_measures(measures: Iterable[Measure], policy: Policy) -> tuple[Measure, ...]:
    """The same measures with small figures as ``c`` and without the counts that would give them away.

    Shares by ``protected_share``; means where fewer than the threshold have a score;
    numbers of children where they are small. Measures that were published by DfE pass
    unchanged. ``own`` of the result is False: these may be stored and shown.
    """
    given = list(measures)
    shown = [_protected(measure, policy) if measure.own else measure for measure in given]
    hidden = {after.source for before, after in zip(given, shown, strict=True) if before.own and after.symbol == "c"}
    return tuple(
        replace(after, numerator=None, denominator=None) if before.own and before.source in hidden else after
        for before, after in zip(given, shown, strict=True)
    )


def _protected(measure: Measure, policy: Policy) -> Measure:
    """One measure by itself; what is not a share of people keeps no numerator (the sum of scores is nobody's count)."""
    numerator = 0 if measure.numerator is None else int(measure.numerator)
    if measure.denominator is None:
        if policy.hides(numerator):
            return replace(measure, numerator=None, value=None, symbol="c", own=False)
        count = Decimal(rounded(numerator, policy))
        return replace(measure, numerator=count, value=count, own=False)
    base = int(measure.denominator)
    if measure.unit != "%":
        if 0 < base < policy.threshold:
            return replace(measure, numerator=None, denominator=None, value=None, symbol="c", own=False)
        return replace(measure, numerator=None, denominator=Decimal(rounded(base, policy)), own=False)
    share = protected_share(numerator, base, policy)
    if share.symbol == "c":
        return replace(measure, numerator=None, denominator=None, value=None, symbol="c", own=False)
    return replace(
        measure,
        numerator=Decimal(rounded(numerator, policy)),
        denominator=Decimal(rounded(base, policy)),
        value=share.value,
        symbol=share.symbol,
        own=False,
    )
