"""How well a standing frame is applied: layer by layer, with corrections at random and chosen, what is sure, feelings, speed.

Measured on a developers' set that is not part of the project (``EARSHOT_SHARED_DATA``, default ``../shared/data``);
the bar from which a code is shown is never chosen on the answers that are judged.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp import minilm_graph
from nlp.agreement import agreement
from nlp.coding import Coded, Coder, Labelled
from nlp.embed import MiniLM, unit
from nlp.field import Field
from nlp.frames import Frame, read_frame

ROOT = Path(__file__).resolve().parents[2]
CORRECTIONS = (50, 100, 200, 250)
INSTRUCTIVE = (50, 100, 200)
DRAWS = 1
INTENTS = 600
"""Texts of the frame that is about something else."""

BANK: dict[str, tuple[str, tuple[str, ...]]] = {
    "fees": ("Being charged a fee or an extra pound", ("charge", "_fee_")),
    "rates": ("Rates of foreign money and changing it", ("exchange", "currenc")),
    "cards-new": (
        "Ordering a card, or waiting until it comes by post",
        ("card_arrival", "card_delivery", "order_", "get_", "spare"),
    ),
    "cards-lost": (
        "A card or phone was lost, stolen or misused",
        ("lost_or_stolen", "compromised", "not_recognised", "swallowed"),
    ),
    "top-up": ("Putting money in", ("top_up", "topping_up")),
    "transfers": ("Sending money to somebody, or getting it", ("transfer", "beneficiary", "receiving")),
    "refused": ("Something was refused or did not go through", ("declined", "failed", "not_working")),
    "pending": ("Something is still waiting and not done", ("pending", "not_updated", "timing")),
    "secret": ("PIN and passcode", ("pin", "passcode")),
    "who-you-are": (
        "Proving who one is, age, details, closing an account",
        ("verify", "age_limit", "edit_", "terminate"),
    ),
    "refund": ("Getting money back from a shop", ("refund", "reverted")),
}
"""Codes written for this measurement: what each is about, and parts of the names of the intents it holds."""


def table() -> str:
    """The measurement as tables of Markdown."""
    voices = Path(os.environ.get("EARSHOT_SHARED_DATA", ROOT.parent / "shared" / "data")) / "voices"
    if not (voices / "dev.jsonl").is_file():
        return f"Left out: there is no labelled set at {voices}. Set EARSHOT_SHARED_DATA."
    frame = read_frame((voices / "codeframe.json").read_bytes())
    assert isinstance(frame, Frame)
    rows = [json.loads(line) for line in (voices / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    with TemporaryDirectory() as folder:
        minilm_graph.build(Path(folder))
        model = MiniLM(Path(folder))
        started = time.process_time()
        field = Field(model)
        field_s = time.process_time() - started
        return _measure(frame, rows, field, model, field_s) + "\n\n" + _other_frame(voices.parent, field)


def _measure(frame: Frame, rows: list[dict[str, Any]], field: Field, model: MiniLM, field_s: float) -> str:
    labelled = [Labelled(row["text"], tuple(row["codes"]), row["question"]) for row in rows]
    texts, questions = [row.text for row in labelled], [row.question for row in labelled]
    truth = _truth(frame, labelled)
    zero = Coder(frame, field)
    started = time.process_time()
    coded = zero.code(texts, questions)
    code_s = time.process_time() - started
    lines = [
        f"{len(rows)} answers, {len(frame.codes)} codes. F1 over all decisions (micro) and as the mean over codes (macro).",
        "",
        "| layer | micro-F1 | macro-F1 | sure: precision | sure: codes an answer |",
        "|---|---|---|---|---|",
        _row("nearest mean of the frame's own texts", truth, _nearest(frame, model, texts), None),
        _row("library and frame, questions unknown", truth, *_bits(frame, zero.code(texts))),
        _row("with the questions' wordings (no corrections)", truth, *_bits(frame, coded)),
    ]
    for chosen in ("random", "most instructive"):
        for count in CORRECTIONS if chosen == "random" else INSTRUCTIVE:
            lines.append(_row(f"{count} corrections, {chosen}", *_learnt(frame, field, labelled, truth, count, chosen)))
    right = np.mean([found.sentiment == row["sentiment"] for found, row in zip(coded, rows, strict=True)])
    whole = agreement(frame, [set(row.codes) for row in labelled], [{c for c, _ in found.codes} for found in coded])
    nothing = np.array([not row.codes for row in labelled])
    silent = np.array([not found.codes for found in coded])
    return "\n".join(
        [
            *lines,
            "",
            f"Feeling right: {right:.2f}. Without corrections: alpha {whole.whole.alpha:.2f}, kappa {whole.whole.kappa:.2f} over all "
            f"decisions; of {nothing.sum()} answers without a code {(nothing & silent).sum()} get none. Corrections: five folds, "
            f"{DRAWS} draw. Reading the library, once: {field_s:.1f} processor seconds; coding: "
            f"{len(texts) / code_s:,.0f} different answers a processor second, embedding included.",
        ]
    )


def _other_frame(shared: Path, field: Field) -> str:
    """The same on questions to a bank, grouped by what they are about: a frame of which the library knows nothing."""
    file = shared / "topics" / "banking77_train.csv"
    if not file.is_file():
        return f"The frame about something else was left out: there is no {file}."
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    places = np.random.default_rng(3).permutation(len(rows))[:INTENTS]
    frame = Frame.model_validate(
        {"id": "bank", "codes": [{"id": code, "definition": what} for code, (what, _) in BANK.items()]}
    )
    labelled = [
        Labelled(
            rows[place]["text"],
            tuple(c for c, (_, parts) in BANK.items() if any(part in rows[place]["category"] for part in parts)),
        )
        for place in places
    ]
    truth = _truth(frame, labelled)
    lines = [
        _row("definitions alone", truth, *_bits(frame, Coder(frame, field).code([row.text for row in labelled]))),
        *(
            _row(f"{count} corrections, random", *_learnt(frame, field, labelled, truth, count, "random"))
            for count in (50, 250)
        ),
    ]
    return "\n".join(
        [
            f"A frame of {len(BANK)} codes about something else (questions to a bank), {INTENTS} texts:",
            "",
            "| corrections | micro-F1 | macro-F1 | sure: precision | sure: codes an answer |",
            "|---|---|---|---|---|",
            *lines,
        ]
    )


Bits = NDArray[np.bool_]


def _truth(frame: Frame, labelled: Sequence[Labelled]) -> Bits:
    return np.array([[code.id in row.codes for code in frame.codes] for row in labelled])


def _bits(frame: Frame, coded: Sequence[Coded]) -> tuple[Bits, Bits]:
    shown = np.array([[code.id in {c for c, _ in found.codes} for code in frame.codes] for found in coded])
    return shown, np.array([[code.id in found.sure for code in frame.codes] for found in coded])


def _nearest(frame: Frame, model: MiniLM, texts: list[str]) -> Bits:
    means = unit(
        np.stack(
            [
                model.embed([*c.examples, c.definition, *c.include, c.name_young_person, c.name_professional]).mean(
                    axis=0
                )
                for c in frame.codes
            ]
        )
    )
    near = model.embed(texts) @ means.T
    return near >= np.sort(near.ravel())[-round(1.1 * len(texts))]


def _learnt(
    frame: Frame, field: Field, labelled: list[Labelled], truth: Bits, count: int, chosen: str
) -> tuple[Bits, Bits, Bits]:
    judged, shown, sure = [], [], []
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(len(labelled))
        for fold in range(5):
            test = order[fold::5]
            pool = [int(place) for place in np.setdiff1d(order, test)]
            np.random.default_rng(draw).shuffle(pool)
            picked = pool[:count]
            if chosen != "random":
                candidates = [labelled[place] for place in pool]
                places = Coder(frame, field).most_instructive(
                    [row.text for row in candidates], [row.question for row in candidates], count
                )
                picked = [pool[place] for place in places]
            coded = Coder(frame, field, [labelled[place] for place in picked]).code(
                [labelled[place].text for place in test], [labelled[place].question for place in test]
            )
            one, two = _bits(frame, coded)
            judged.append(truth[test])
            shown.append(one)
            sure.append(two)
    return np.vstack(judged), np.vstack(shown), np.vstack(sure)


def _row(name: str, truth: Bits, shown: Bits, sure: Bits | None) -> str:
    both = (truth & shown).sum(axis=0)
    either = truth.sum(axis=0) + shown.sum(axis=0)
    used = truth.any(axis=0)
    micro, macro = 2 * both.sum() / either.sum(), np.mean(2 * both[used] / either[used])
    if sure is None:
        return f"| {name} | {micro:.3f} | {macro:.3f} | – | – |"
    precision = (truth & sure).sum() / max(1, sure.sum())
    return f"| {name} | {micro:.3f} | {macro:.3f} | {precision:.2f} | {sure.sum() / len(truth):.2f} |"
