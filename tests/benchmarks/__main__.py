"""``./run bench [journeys] [--write]``: print the tables, or write them into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from tests import model_card
from tests.benchmarks import (
    codes,
    desk,
    journeys,
    language,
    large,
    memory,
    offline,
    pages,
    redaction,
    screening,
    surveys,
    themes,
)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument(
        "what",
        nargs="*",
        help="codes, desk, journeys, language, large, memory, offline, pages, redaction, screening, surveys, themes (all when left out)",
    )
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--journeys", type=int, default=64, help="journeys per row")
    parser.add_argument("--cuts", type=int, default=100, help="random cuts of offline")
    parser.add_argument("--write", action="store_true", help="replace the parts of docs/benchmarks.md")
    parser.add_argument(
        "--parts", default=",".join(pages.PARTS), help="of pages: what to measure (looks takes minutes)"
    )
    parser.add_argument(
        "--sizes", default=",".join(map(str, large.SIZES)), help="of large: how many answers (100,000 take minutes)"
    )
    chosen = parser.parse_args()
    parts: dict[str, Callable[[], str]] = {
        "codes": codes.table,
        "desk": desk.table,
        "journeys": lambda: journeys.table(tuple(chosen.databases.split(",")), chosen.journeys),
        "language": language.table,
        "large": lambda: large.table(tuple(int(size) for size in chosen.sizes.split(","))),
        "memory": memory.table,
        "redaction": redaction.table,
        "offline": lambda: offline.table(chosen.cuts),
        "screening": screening.table,
        "surveys": surveys.table,
        "themes": themes.table,
        "pages": lambda: pages.table(tuple(chosen.parts.split(","))),
    }
    for name in chosen.what or parts:
        measured = f"{stamp()}\n\n{parts[name]()}"
        print(measured)
        if chosen.write:
            replace(name, measured)
    if chosen.write:
        model_card.write()


def stamp() -> str:
    """Version, day and machine."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Earshot {version('earshot')}, {datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, "
        f"{psutil.cpu_count()} shared cores, {memory:.0f} GiB, Python {platform.python_version()}."
    )


def replace(name: str, measured: str) -> None:
    """Put a measurement between its two marks in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, _, rest = text.partition(start)
    _, _, tail = rest.partition(end)
    DOCUMENT.write_text(f"{head}{start}\n{measured}\n{end}{tail}", encoding="utf-8")


main()
