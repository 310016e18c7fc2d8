"""Another engine and ours see the same in real forms; skipped where those forms are absent."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.xforms import STATES, table


def test_we_agree_with_another_engine_on_real_forms(shared_data: Path) -> None:
    results = table(shared_data / "xlsform")
    compared = sum(result.compared[name] for result in results for name in STATES)
    agreed = sum(result.agreed[name] for result in results for name in STATES)
    assert compared > 10_000
    assert agreed / compared >= 0.99
    values = sum(result.compared["value"] for result in results)
    assert sum(result.agreed["value"] for result in results) / values >= 0.97
