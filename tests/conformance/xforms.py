"""Agreement with an independent XForms engine over real forms, counted by form.

``python -m tests.conformance.xforms [folder]`` prints the table. What is not counted:
values that name a moment, identifiers, and the nodes that the converter of the other side
adds to a form (labels of a table list, entities).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from survey_engine.formats.xlsform import read_xlsform
from survey_engine.walk import walk

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?|uuid:.*|[0-9a-f-]{36}")


@dataclass
class Agreement:
    """Node states compared and those that agree, by what was compared."""

    file: str
    compared: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    differing: list[tuple[str, str, str, Any, Any]] = field(default_factory=list)
    refused: str = ""

    def count(self, round_: str, path: str, what: str, ours: Any, theirs: Any) -> None:
        self.compared[what] += 1
        if ours == theirs:
            self.agreed[what] += 1
        else:
            self.differing.append((round_, path, what, ours, theirs))

    def share(self, *what: str) -> float:
        compared = sum(self.compared[name] for name in what)
        return sum(self.agreed[name] for name in what) / compared if compared else 1.0


STATES = ("relevant", "required", "readonly", "options", "violation")


def agreement(folder: Path, expected: dict[str, Any]) -> Agreement:
    """Our walk over one form against what the other engine showed."""
    result = Agreement(expected["file"])
    path = folder / expected["file"]
    imported = read_xlsform(path.read_bytes(), path.name)
    if imported.survey is None:
        result.refused = imported.problems[0].message
        if expected["status"] == "success":
            result.count("", "", "relevant", "refused", "read")
        return result
    rounds = (("after", expected["steps"][: expected["steps2start"]]), ("after2", expected["steps"]))
    for name, steps in rounds:
        walked = walk(imported.survey, [(step[0], step[1]) for step in steps], today=date.today())
        _compare(result, name, walked["after"], expected[name])
        if name == "after":
            _compare(result, "initial", walked["initial"], expected["initial"])
    return result


def _compare(result: Agreement, round_: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for path, node in theirs.items():
        if "generated_table_list" in path or "reserved_name_for_field_list" in path or "/meta/" in path:
            continue
        state = ours.get(path)
        if state is None:
            result.count(round_, path, "relevant", None, node["rel"])
            continue
        result.count(round_, path, "relevant", state["relevant"], node["rel"])
        if node["t"] not in ("root", "group", "repeat-instance") and not node["t"].startswith("repeat"):
            result.count(round_, path, "required", state["required"], node["req"])
            result.count(round_, path, "violation", state["violation"], node.get("viol"))
        result.count(round_, path, "readonly", state["readonly"], node["ro"])
        if node.get("opts") is not None:
            result.count(round_, path, "options", state["options"], node["opts"])
        if node["t"] == "model-value" and not _MOMENT.fullmatch(str(node.get("v", ""))):
            result.count(round_, path, "value", state["value"] or "", node.get("v", ""))


def table(folder: Path) -> list[Agreement]:
    """The agreement over every form of a folder with ``expected.json``."""
    return [agreement(folder, form) for form in json.loads((folder / "expected.json").read_text())]


def main() -> None:
    shared = Path(os.environ.get("EARSHOT_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "xlsform"
    results = table(folder)
    print(f"{'form':52} {'states':>7} {'agree':>7} {'values':>7} {'agree':>7}")
    for result in results:
        states = sum(result.compared[name] for name in STATES)
        name = result.file.split("/")[-1]
        if result.refused:
            print(f"{name:52} refused: {result.refused[:80]}")
            continue
        print(
            f"{name:52} {states:7} {result.share(*STATES):7.2%} {result.compared['value']:7} {result.share('value'):7.2%}"
        )
    for names, title in ((STATES, "states"), (("value",), "values")):
        compared = sum(result.compared[name] for result in results for name in names)
        agreed = sum(result.agreed[name] for result in results for name in names)
        print(f"{title}: {agreed} of {compared} agree ({agreed / max(compared, 1):.2%})")
    if "--differences" in sys.argv:
        for result in results:
            for difference in result.differing:
                print(result.file.split("/")[-1], *difference)


if __name__ == "__main__":
    main()
