"""Who must be read soon: rules alone, the trained reader alone, both; on held-out, training and, where it is there, shared texts."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nlp.gazetteer import Gazetteer, gazetteer
from nlp.language import other_language
from nlp.screen import screen, screen_many
from nlp.screening_check import checked
from nlp.screening_reader import EXAMPLES_FILE, HARMLESS, Reader, build, trained

TESTS = Path(__file__).resolve().parents[1]
HELD_OUT = TESTS / "screening_held_out.jsonl"
HELD_OUT_LATER = TESTS / "screening_held_out_later.jsonl"
"""Longer and more vivid, as councils' answers are; written after the first, its single faults never looked at either."""
LANGUAGES = TESTS / "spec" / "other_languages.txt"
SHARED = Path(os.environ.get("EARSHOT_SHARED_DATA", TESTS.parent.parent / "shared" / "data"))

Rows = list[dict[str, Any]]


def read(file: Path) -> Rows:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def table() -> str:
    """The measurement as tables of Markdown."""
    with TemporaryDirectory() as folder:
        build(Path(folder))
        reader = Reader(Path(folder))
        lines = [
            "| texts | what looks | recall | false alarms | alerts |",
            "|---|---|---|---|---|",
            "| the goal | | ≥ 0.95 | ≤ 0.25 | ≤ 0.05 |",
        ]
        held_out = read(HELD_OUT)
        sets: dict[str, Rows] = {"held out": held_out, "held out later": read(HELD_OUT_LATER)}
        shared = SHARED / "safeguarding" / "dev.jsonl"
        if shared.is_file():
            ordinary = [
                {"text": row["text"], "label": "none", "kind": "ordinary"}
                for row in read(SHARED / "voices" / "dev.jsonl")
            ]
            sets["shared (the rules were written with it in sight)"] = read(shared) + ordinary
        for name, rows in sets.items():
            scores = [reading.score for reading in reader.read([row["text"] for row in rows])]
            lines += _lines(f"{name}, {len(rows)}", rows, scores, reader.amber)
        outside = _outside()
        lines += _lines(f"training, {len(outside[0])} unseen", *outside, reader.amber)
        both = screen_many([row["text"] for row in held_out], ["en"] * len(held_out), reader)
        tiers = checked([row | {"tier": found.tier} for row, found in zip(held_out, both, strict=True)])
        lines += [
            "",
            "| tier, held out, both | concerns | sound alike | ordinary | share of concerns |",
            "|---|---|---|---|---|",
        ]
        for tier in ("red", "amber", "green", "none"):
            counts = [tiers["tiers"][group][tier] for group in ("concern", "lookalike", "ordinary")]
            lines.append(f"| {tier} | {counts[0]} | {counts[1]} | {counts[2]} | {_figure(tiers['precision'][tier])} |")
        texts = [row["text"] for row in held_out]
        long = " ".join(texts)[:12_500] * 4
        lines += [
            "", "| speed | processor seconds | texts per processor second |", "|---|---|---|",
            _speed(f"rules, {len(texts)} texts", len(texts), lambda: screen_many(texts, ["en"] * len(texts))),
            _speed(f"reader, {len(texts)} texts", len(texts), lambda: reader.read(texts)),
            _speed("both, one text of 50,000 characters", 1, lambda: screen(long, reader=reader)),
        ]  # fmt: skip
    lines += ["", *_languages()]
    if not shared.is_file():
        lines += ["", f"Without the shared texts: nothing at {shared}."]
    return "\n".join(lines)


def languages() -> list[tuple[str, str]]:
    """Short answers in other languages, and mixed ones: language, text."""
    lines = LANGUAGES.read_text(encoding="utf-8").splitlines()
    return [(name, text) for name, _, text in (line.partition("\t") for line in lines if not line.startswith("#"))]


def _languages() -> list[str]:
    """How surely another language is told, by what is given for it."""
    foreign = [text for language, text in languages() if language != "mixed"]
    mixed = [text for language, text in languages() if language == "mixed"]
    english = [row["text"] for row in read(EXAMPLES_FILE) + read(HELD_OUT)]
    lines = [
        "| another language told by | found, half read | half only measured | mixed | English taken for it |",
        "|---|---|---|---|---|",
    ]
    for what, lists in (("small words and marks", None), ("these and the word lists", gazetteer())):

        def share(texts: Sequence[str], lists: Gazetteer | None = lists) -> str:
            return f"{sum(other_language(text, lists) for text in texts) / len(texts):.3f}"

        wrong = sum(other_language(text, lists) for text in english)
        lines.append(
            f"| {what} | {share(foreign[::2])} | {share(foreign[1::2])} | {share(mixed)} | {wrong} of {len(english):,} |"
        )
    return lines


def _outside() -> tuple[Rows, list[float]]:
    """Training texts with the scores given by readers that had not seen them, as the training kept them."""
    rows, kept = read(EXAMPLES_FILE), trained().about["outside"]
    return [rows[place] for place in kept["places"]], kept["scores"]


def _lines(name: str, rows: Sequence[Mapping[str, Any]], scores: Sequence[float], amber: float) -> list[str]:
    rules = [found.tier for found in screen_many([row["text"] for row in rows], ["en"] * len(rows), lists=gazetteer())]
    reader = ["amber" if score >= amber else "none" for score in scores]
    both = [rule if rule in ("red", "amber") else read for rule, read in zip(rules, reader, strict=True)]
    found = []
    for what, tiers in (("rules", rules), ("reader", reader), ("both", both)):
        done = checked([{**row, "tier": tier} for row, tier in zip(rows, tiers, strict=True)])
        figures = " | ".join(_figure(done[key]) for key in ("recall", "false_alarms", "alerts"))
        found.append(f"| {name} | {what} | {figures} |")
    return found


def _figure(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}"


def _speed(name: str, texts: int, work: Callable[[], Any]) -> str:
    started = time.process_time()
    work()
    seconds = time.process_time() - started
    return f"| {name} | {seconds:.2f} | {texts / seconds:,.0f} |"


assert HARMLESS == ("lookalike", "ordinary")  # the kinds that ``checked`` knows by name
