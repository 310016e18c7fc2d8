"""A small trained reader beside the rules of ``screen``: how like the texts somebody had to look at soon is this one.

MiniLM with low-rank changes to its upper layers and one layer on top, trained by
``nlp.screening_training`` on texts written for it (``nlp/screening_examples.jsonl``). It gives a number that
orders, and the kind of example a text is nearest to: a guess, never a finding. The changes
(``nlp/screening_reader.npz``) are part of the package; the network is built from them and the
packaged MiniLM by ``earshot model build``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp import minilm_graph
from nlp.embed import MiniLM, ModelMissing
from nlp.minilm_graph import Precision, Weights
from nlp.text import fold

PACKAGE_FILE = Path(__file__).parent / "screening_reader.npz"
EXAMPLES_FILE = Path(__file__).parent / "screening_examples.jsonl"
GRAPH = "screening-reader"
PRECISION: Precision = "fp32"
"""Quantised, it found five concerns in a hundred fewer at the same number of alerts."""
HARMLESS = ("lookalike", "ordinary")
"""Kinds of examples nobody has to see soon; every other kind is a reason of ``screen.REASONS``."""
FIRST_LAYER, RANK, SCALE = 2, 8, 2.0
"""Layers below ``FIRST_LAYER`` stay as packaged; a change is ``SCALE`` × A (n_in, RANK) × B (RANK, n_out)."""
PLACES = ("qkv", "attended", "widened", "narrowed")
"""The four multiplications of a layer that are changed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``score``: log-odds that a text reads like one to look at soon, any size; ``kind``: the nearest reason."""

    score: float
    kind: str


@dataclass(frozen=True, slots=True)
class Trained:
    """What ``screening_training`` leaves: the changes by name, the layer on top, where the tiers begin, what it was made of."""

    changes: dict[str, NDArray[np.float32]]
    top: NDArray[np.float32]
    bias: NDArray[np.float32]
    kinds: tuple[str, ...]
    about: dict[str, Any]

    @property
    def version(self) -> str:
        """Which reader this is: stored with what it said."""
        return f"reader {self.about['version']}"


def trained(file: Path = PACKAGE_FILE) -> Trained:
    """The trained parts; raises ``ModelMissing`` where the file is not there or cannot be read."""
    try:
        with np.load(file, allow_pickle=False) as held:
            about = json.loads(str(held["about"]))
            changes = {name: held[name].astype(np.float32) for name in held.files if name.startswith("layer.")}
            return Trained(
                changes, held["top"].astype(np.float32), held["bias"].astype(np.float32), tuple(about["kinds"]), about
            )
    except (OSError, KeyError, ValueError, EOFError) as fault:
        raise ModelMissing(
            f"The trained reader of screening cannot be read ({file.name}): "
            "install Earshot again, or train it with `python -m nlp.screening_training`."
        ) from fault
    except Exception as fault:  # zipfile and zlib have errors of their own for a damaged archive
        raise ModelMissing(
            f"The trained reader of screening is damaged ({file.name}): install Earshot again."
        ) from fault


def build(target: Path) -> Path:
    """Write the reader's network into the model folder; returns its path. Takes seconds, about 90 MB.

    Networks of readers that came before are removed.
    """
    parts, name = trained(), _graph_name()
    written = minilm_graph.build(target, PRECISION, name, lambda weights: changed(weights, parts.changes))
    for older in target.glob(f"{GRAPH}-*.onnx"):
        if older != written:
            older.unlink(missing_ok=True)
    return written


def _graph_name() -> str:
    """The network's name, with a few digits of what it is built from."""
    try:
        return f"{GRAPH}-{digest(PACKAGE_FILE)[:8]}"
    except OSError as fault:
        raise ModelMissing(f"The trained reader of screening is missing ({PACKAGE_FILE.name}).") from fault


def is_built(model_dir: Path) -> bool:
    """Whether the network of this very reader is in the model folder; one of another training does not count."""
    return minilm_graph.model_file(model_dir, PRECISION, _graph_name()).exists()


def changed(weights: Weights, changes: dict[str, NDArray[np.float32]]) -> Weights:
    """The packaged weights with the low-rank changes added; those of the package stay as they were."""
    found = {name.removeprefix("bert."): value for name, value in weights.items()}
    for layer in range(FIRST_LAYER, minilm_graph.LAYERS):
        at = f"encoder.layer.{layer}."
        names = {
            "qkv": [f"{at}attention.self.{part}.weight" for part in ("query", "key", "value")],
            "attended": [f"{at}attention.output.dense.weight"],
            "widened": [f"{at}intermediate.dense.weight"],
            "narrowed": [f"{at}output.dense.weight"],
        }
        for place in PLACES:
            delta = SCALE * changes[f"layer.{layer}.{place}.A"] @ changes[f"layer.{layer}.{place}.B"]
            for name, part in zip(names[place], np.split(delta, len(names[place]), axis=1), strict=True):
                found[name] = (found[name] + part.T).astype(np.float32)
    return found


class Reader:
    """The trained reader from a folder where ``build`` wrote its network."""

    def __init__(self, model_dir: Path, threads: int = 1) -> None:
        self._parts = trained()
        self._network = MiniLM(model_dir, PRECISION, threads, _graph_name())
        self.version = self._parts.version
        self.amber: float = self._parts.about["amber"]
        self.red: float = self._parts.about["red"]
        self._worrying = np.array([kind not in HARMLESS for kind in self._parts.kinds])

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """What each text reads like, in their order; the most worrying of its sentences counts for a long one."""
        pieces = [_pieces(text) for text in texts]
        flat = [piece for found in pieces for piece in found]
        if not flat:
            return [Reading(-np.inf, "") for _ in texts]
        logits = self._network.embed(flat, normalised=False) @ self._parts.top + self._parts.bias
        scores = odds(logits, self._worrying)
        nearest = np.where(self._worrying, logits, -np.inf).argmax(axis=1)
        found, start = [], 0
        for own in pieces:
            rows = np.arange(start, start := start + len(own))
            if not len(rows):
                found.append(Reading(-np.inf, ""))
                continue
            worst = rows[int(scores[rows].argmax())]
            found.append(Reading(float(scores[worst]), self._parts.kinds[nearest[worst]]))
        return found


def odds(logits: NDArray[np.float32], worrying: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Log-odds ``(n_texts,)`` of all worrying kinds together against all harmless ones."""

    def total(part: NDArray[np.float32]) -> NDArray[np.float32]:
        top = part.max(axis=1, keepdims=True)
        summed: NDArray[np.float32] = (top + np.log(np.exp(part - top).sum(axis=1, keepdims=True)))[:, 0]
        return summed

    return total(logits[:, worrying]) - total(logits[:, ~worrying])


def plain(text: str) -> str:
    """A text as the reader sees it: plain letters, lower case, no apostrophes, single spaces."""
    return " ".join(fold(text).text.lower().replace("'", "").split())


def digest(file: Path = EXAMPLES_FILE) -> str:
    """What the examples were, as 16 hexadecimal digits; a reader trained on others has another."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_SHORT, _WINDOW, _STEP = 30, 40, 30


def _pieces(text: str) -> list[str]:
    """A short text whole; a longer one by sentences, those that never end in overlapping windows of words."""
    whole = plain(text)
    if not any(character.isalnum() for character in whole):
        return []
    if len(whole.split()) <= _SHORT:
        return [whole]
    pieces: list[str] = []
    for sentence in _SENTENCES.split(text):
        words = plain(sentence).split()
        last = max(1, len(words) - _WINDOW + _STEP) if len(words) > _WINDOW else 1
        pieces += [" ".join(words[start : start + _WINDOW]) for start in range(0, last, _STEP)]
    return [piece for piece in dict.fromkeys(pieces) if piece]
