"""Making docs/model-card.md and nlp/measured.json from the sentences in ``nlp.model_card`` and the blocks of docs/benchmarks.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nlp.model_card import EVERYWHERE, MEASURED_FILE, PARTS

PROJECT = Path(__file__).resolve().parents[1]
CARD = PROJECT / "docs" / "model-card.md"
BENCHMARKS = PROJECT / "docs" / "benchmarks.md"
HEAD = """# Model card: what the computer does with words, and what it cannot

Made by `python -m tests.checks card --write` from `nlp/model_card.py` and [the benchmarks](benchmarks.md): the figures are theirs.
Staff see the same at `/models`. For themes see the [analysis card](analysis-card.md), too.
"""


def block(name: str, document: str) -> str:
    """What stands between the two marks of a measurement; empty where it was never measured."""
    _, _, rest = document.partition(f"<!-- {name} -->\n")
    found, _, _ = rest.partition(f"\n<!-- /{name} -->")
    return found.strip()


def tables(text: str) -> list[dict[str, Any]]:
    """The tables of a block, cells as plain text."""
    found: list[dict[str, Any]] = []
    for lines in re.findall(r"(?:^\|.*\|\n?)+", text, flags=re.MULTILINE):
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.strip().splitlines()]
        found.append({"head": cells[0], "rows": cells[2:]})
    return found


def made() -> dict[Path, str]:
    """Both files as they ought to be."""
    document = BENCHMARKS.read_text(encoding="utf-8")
    names = dict.fromkeys(name for part in PARTS for name in part.blocks)
    blocks = {name: found for name in names if (found := block(name, document))}
    measured = {name: {"stamp": found.partition("\n")[0], "tables": tables(found)} for name, found in blocks.items()}
    return {
        MEASURED_FILE: json.dumps(measured, ensure_ascii=False, indent=1) + "\n",
        CARD: _card(blocks),
    }


def stale() -> list[str]:
    """Which of the files differ from what they ought to be."""
    return [
        f"{file.relative_to(PROJECT)} does not say what the benchmarks say"
        for file, text in made().items()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    ]


def write() -> None:
    """Make both files anew."""
    for file, text in made().items():
        file.write_text(text, encoding="utf-8")


def _card(blocks: dict[str, str]) -> str:
    lines = [HEAD, *(f"- {sentence}" for sentence in EVERYWHERE), ""]
    for part in PARTS:
        lines += [f"## {part.title}", "", part.does, "", f"**Made of.** {part.made_of}", "", "**It can**", ""]
        lines += [f"- {sentence}" for sentence in part.can]
        lines += ["", "**It cannot**", "", *(f"- {sentence}" for sentence in part.cannot)]
        lines += ["", "**It may serve worse**", "", *(f"- {sentence}" for sentence in part.weaker_for)]
        lines += ["", f"**How it was measured.** {part.measured}", ""]
        for name in part.blocks:
            if name in blocks:
                lines += [f"From the benchmark “{name}”:", "", blocks[name], ""]
    return "\n".join(lines).rstrip() + "\n"
