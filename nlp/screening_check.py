"""How well screening did on labelled texts: what was found, and what was called in vain. Counts only, no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ALERTS = frozenset({"red", "amber"})
"""The tiers that ask for a person the same day."""
TIERS_SHOWN = ("red", "amber", "green", "none")


def checked(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Counts and shares over rows with ``label`` ("concern" or "none"), ``tier`` and maybe ``kind``.

    ``recall``: share of concerns that are red or amber. ``false_alarms``: share of red or amber among
    harmless texts that sound alike, ``alerts`` among ordinary ones (``kind`` "ordinary"). ``tiers``: counts of
    each tier by label, ``precision`` the share of concerns in each. A share of nothing is None.

    >>> checked([{"label": "concern", "tier": "red"}, {"label": "none", "tier": "none"}])["recall"]
    1.0
    """
    groups: dict[str, list[str]] = {"concern": [], "lookalike": [], "ordinary": []}
    for row in rows:
        if row["label"] == "concern":
            groups["concern"].append(row["tier"])
        else:
            groups["ordinary" if row.get("kind") == "ordinary" else "lookalike"].append(row["tier"])
    tiers = {group: {tier: found.count(tier) for tier in TIERS_SHOWN} for group, found in groups.items()}
    return {
        "counts": {group: len(found) for group, found in groups.items()},
        "recall": _share(groups["concern"]),
        "false_alarms": _share(groups["lookalike"]),
        "alerts": _share(groups["ordinary"]),
        "tiers": tiers,
        "precision": {
            tier: _part(tiers["concern"][tier], sum(counts[tier] for counts in tiers.values())) for tier in TIERS_SHOWN
        },
    }


def _share(tiers: Sequence[str]) -> float | None:
    return _part(sum(tier in ALERTS for tier in tiers), len(tiers))


def _part(some: int, of_all: int) -> float | None:
    return round(some / of_all, 3) if of_all else None
