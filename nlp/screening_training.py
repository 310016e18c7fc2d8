"""Training the reader of ``screening_reader`` from its examples: ``python -m nlp.screening_training``.

The packaged MiniLM is kept as it is; small low-rank matrices beside the weights of its upper
layers (LoRA, arXiv 2106.09685) and one layer on top are learnt, by plain numpy, since the
project has no torch. That is done more than once, from one beginning and with other examples or another order, and the
mean of what was learnt is kept (arXiv 2203.05482): it reads better than any one of them and costs no more. The same
examples, seed and libraries give the same reader up to the rounding of another processor. Takes eight to nine minutes of
processor time for each course with one thread, and goes on where it was stopped; nothing at run time imports this.

The examples were written for this project, by its makers, as different people might write.
None is anybody's answer. Those in ``tests/screening_held_out*.jsonl`` are never read here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.minilm_graph import EPSILON, HEADS, LAYERS, WIDTH, Weights, package_file
from nlp.screening_reader import (
    EXAMPLES_FILE,
    FIRST_LAYER,
    HARMLESS,
    PACKAGE_FILE,
    PLACES,
    RANK,
    SCALE,
    Trained,
    digest,
    odds,
    plain,
    trained,
)

Floats = NDArray[Any]
"""Numbers in single precision."""

SEED = 7
COURSES = ((7_800, 0, 7), (12_000, 0, 6))
"""Of each course: from how many examples it learns at most, the first ones; in which order; in how many rounds.
Courses that differ have the better mean: the first knows only what was written first."""
STEP = 1.5e-3
BATCH = 32
DROPPED = 0.1
"""Share of the mean vector's numbers left out at each step, so that no single one is relied on."""
MISSPELT = 0.08
"""Share of longer words that get a slip of the hand at each reading: children's spelling."""
DECAY = 0.01
AVERAGED = 0.015
"""Weight of each step in the mean of the last ones (about 70 steps), which is what is kept."""
SMOOTHED = 0.05
"""How far the two sides are moved from 0 and 1: a label is one person's judgement."""
MOST_TOKENS = 64
OUTSIDE = 6
"""Every sixth example is not learnt from: on these the borders of the tiers are chosen."""
VERSION = 4
MOST_ALERTS = 0.06
MOST_FALSE = 0.2
"""Shares of ordinary answers and of look-alikes that may be called; rules call some more look-alikes, the goal is 0.25."""
LEANS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
"""By how much likeness to ordinary answers may count more than likeness to look-alikes: tried on examples not learnt from."""


@dataclass(frozen=True, slots=True)
class Example:
    """One written text: ``kind`` is a reason of ``screen.REASONS`` or one of ``HARMLESS``."""

    text: str
    kind: str


def examples(file: Path = EXAMPLES_FILE) -> list[Example]:
    """The texts of a file of JSON lines with ``text``, ``label``, ``kind`` and ``writer``."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Example(row["text"], row["kind"]) for row in rows]


# -- the network, forwards and backwards; arrays are (texts, words, width) unless said


@dataclass(slots=True)
class _Changed:
    """A multiplication of the packaged network with its low-rank change; gradients in ``slope_*``."""

    weight: Floats
    bias: Floats
    a: Floats | None = None
    b: Floats | None = None
    slope_a: Floats | None = None
    slope_b: Floats | None = None

    def forward(self, x: Floats) -> tuple[Floats, tuple[Floats, Floats | None]]:
        flat = x.reshape(-1, x.shape[-1])  # one large multiplication is half as long as many small ones
        y = flat @ self.weight
        y += self.bias
        narrow = None
        if self.a is not None and self.b is not None:
            narrow = flat @ self.a
            y += (narrow @ self.b) * np.float32(SCALE)
        return y.reshape(*x.shape[:-1], -1), (flat, narrow)

    def backward(self, slope: Floats, kept: tuple[Floats, Floats | None]) -> Floats:
        x, narrow = kept
        flat = slope.reshape(-1, slope.shape[-1])
        back: Floats = flat @ self.weight.T
        if self.a is not None and self.b is not None and narrow is not None:
            narrow_slope = (flat @ self.b.T) * np.float32(SCALE)
            self.slope_a = x.T @ narrow_slope
            self.slope_b = (narrow.T @ flat) * np.float32(SCALE)
            back += narrow_slope @ self.a.T
        return back.reshape(*slope.shape[:-1], -1)


@dataclass(frozen=True, slots=True)
class _Norm:
    """Layer normalisation as packaged."""

    scale: Floats
    shift: Floats

    def forward(self, x: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
        centred = x - x.mean(-1, keepdims=True)
        inverse = 1 / np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(EPSILON))
        standard = centred * inverse
        return standard * self.scale + self.shift, (standard, inverse)

    def backward(self, slope: Floats, kept: tuple[Floats, Floats]) -> Floats:
        standard, inverse = kept
        d = slope * self.scale
        back: Floats = inverse * (d - d.mean(-1, keepdims=True) - standard * (d * standard).mean(-1, keepdims=True))
        return back


@dataclass(slots=True)
class _Layer:
    qkv: _Changed
    attended: _Changed
    widened: _Changed
    narrowed: _Changed
    first: _Norm
    second: _Norm


@dataclass(slots=True)
class Network:
    """MiniLM with changes to learn and a layer on top: token ids in, one number per kind out."""

    layers: list[_Layer]
    words: Floats
    places: Floats
    norm: _Norm
    top: Floats
    bias: Floats
    slope_top: Floats | None = None
    slope_bias: Floats | None = None
    kept: list[Any] = field(default_factory=list)

    def forward(self, ids: NDArray[np.int64], mask: Floats, dropped: Floats | None = None) -> Floats:
        """Numbers ``(n_texts, n_kinds)``; ``dropped`` (n_texts, width) multiplies the mean vector in training."""
        from scipy.special import erf

        texts, length = ids.shape
        depth = WIDTH // HEADS
        x, _ = self.norm.forward(self.words[ids] + self.places[:length])
        unseen = ((1 - mask) * np.float32(-1e4))[:, None, None, :]
        self.kept = []
        for layer in self.layers:
            together, from_qkv = layer.qkv.forward(x)
            query, key, value = together.reshape(texts, length, 3, HEADS, depth).transpose(2, 0, 3, 1, 4)
            weight = query @ key.transpose(0, 1, 3, 2) * np.float32(1 / math.sqrt(depth)) + unseen
            weight -= weight.max(-1, keepdims=True)
            np.exp(weight, out=weight)
            weight /= weight.sum(-1, keepdims=True)
            mixed = (weight @ value).transpose(0, 2, 1, 3).reshape(texts, length, WIDTH)
            attended, from_attended = layer.attended.forward(mixed)
            middle, from_first = layer.first.forward(attended + x)
            wide, from_widened = layer.widened.forward(middle)
            share = np.float32(0.5) * (1 + erf(wide / np.sqrt(np.float32(2))))
            narrow, from_narrowed = layer.narrowed.forward(wide * share)
            x, from_second = layer.second.forward(narrow + middle)
            self.kept.append(
                (from_qkv, query, key, value, weight, from_attended, from_first, from_widened, wide, share,
                 from_narrowed, from_second)
            )  # fmt: skip
        count = mask.sum(1, keepdims=True)
        mean = (x * mask[:, :, None]).sum(1) / count
        mean = mean if dropped is None else mean * dropped
        self.kept.append((mask, count, mean, dropped))
        numbers: Floats = mean @ self.top + self.bias
        return numbers

    def backward(self, slope: Floats) -> None:
        """Leave the gradients of all that is learnt, for the texts of the last ``forward``."""
        mask, count, mean, dropped = self.kept.pop()
        texts, length = mask.shape
        depth = WIDTH // HEADS
        self.slope_top, self.slope_bias = mean.T @ slope, slope.sum(0)
        back = slope @ self.top.T
        back = back if dropped is None else back * dropped
        x = (back / count)[:, None, :] * mask[:, :, None]
        for layer in reversed(self.layers[FIRST_LAYER:]):
            (
                from_qkv, query, key, value, weight, from_attended, from_first, from_widened, wide, share,
                from_narrowed, from_second,
            ) = self.kept.pop()  # fmt: skip
            outer = layer.second.backward(x, from_second)
            gate = layer.narrowed.backward(outer, from_narrowed) * (
                share + wide * np.exp(-wide * wide / 2) * np.float32(1 / math.sqrt(2 * math.pi))
            )
            inner = layer.first.backward(outer + layer.widened.backward(gate, from_widened), from_first)
            mixed = layer.attended.backward(inner, from_attended)
            mixed = mixed.reshape(texts, length, HEADS, depth).transpose(0, 2, 1, 3)
            of_value = weight.transpose(0, 1, 3, 2) @ mixed
            of_weight = mixed @ value.transpose(0, 1, 3, 2)
            of_score = weight * (of_weight - (of_weight * weight).sum(-1, keepdims=True))
            of_score *= np.float32(1 / math.sqrt(depth))
            parts = np.stack([of_score @ key, of_score.transpose(0, 1, 3, 2) @ query, of_value])
            together = np.ascontiguousarray(parts.transpose(1, 3, 0, 2, 4).reshape(texts, length, 3 * WIDTH))
            x = inner + layer.qkv.backward(together, from_qkv)

    def learnt(self) -> list[tuple[Any, str]]:
        """Where everything that is learnt is kept, in one order."""
        found: list[tuple[Any, str]] = []
        for layer in self.layers[FIRST_LAYER:]:
            for place in PLACES:
                found += [(getattr(layer, place), "a"), (getattr(layer, place), "b")]
        return [*found, (self, "top"), (self, "bias")]


def packaged() -> Weights:
    """The weights of the packaged MiniLM: 90 MB, so that who trains twice loads once."""
    from safetensors.numpy import load_file

    found: Weights = load_file(package_file("model.safetensors"))
    return found


def network(weights: Weights, kinds: int, seed: int = SEED) -> Network:
    """The packaged network with changes that change nothing yet, and a small random layer on top."""
    w = {name.removeprefix("bert."): value.astype(np.float32, copy=False) for name, value in weights.items()}
    random = np.random.default_rng(seed)

    def norm(at: str) -> _Norm:
        return _Norm(w[f"{at}LayerNorm.weight"], w[f"{at}LayerNorm.bias"])

    def changed(names: Sequence[str], learns: bool) -> _Changed:
        weight = np.ascontiguousarray(np.concatenate([w[f"{name}.weight"].T for name in names], axis=1))
        bias = np.concatenate([w[f"{name}.bias"] for name in names])
        if not learns:
            return _Changed(weight, bias)
        a = (random.standard_normal((weight.shape[0], RANK)) / np.sqrt(weight.shape[0])).astype(np.float32)
        return _Changed(weight, bias, a, np.zeros((RANK, weight.shape[1]), np.float32))

    layers = []
    for number in range(LAYERS):
        at, learns = f"encoder.layer.{number}.", number >= FIRST_LAYER
        layers.append(
            _Layer(
                qkv=changed([f"{at}attention.self.{part}" for part in ("query", "key", "value")], learns),
                attended=changed([f"{at}attention.output.dense"], learns),
                widened=changed([f"{at}intermediate.dense"], learns),
                narrowed=changed([f"{at}output.dense"], learns),
                first=norm(f"{at}attention.output."),
                second=norm(f"{at}output."),
            )
        )
    return Network(
        layers,
        words=w["embeddings.word_embeddings.weight"],
        places=w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0],
        norm=norm("embeddings."),
        top=(random.standard_normal((WIDTH, kinds)) * 0.02).astype(np.float32),
        bias=np.zeros(kinds, np.float32),
    )


# -- training


def train(
    rows: Sequence[Example], kinds: Sequence[str], *, weights: Weights | None = None, seed: int = SEED,
    order: int = 0, epochs: int = 6, kept: Path | None = None, say: Callable[[str], None] = lambda line: None,
) -> Network:  # fmt: skip
    """A network trained on the examples; the same for the same examples, seed and ``order`` in which they come.

    ``weights``: those of ``packaged``, where they are loaded already. ``kept``: a file written after every round,
    from which a training of the same examples that was stopped goes on.
    """
    random = np.random.default_rng(seed + order)
    net = network(packaged() if weights is None else weights, len(kinds), seed)
    course = _Course(net.learnt())
    answers = np.array([kinds.index(row.kind) for row in rows])
    worrying = np.array([kind not in HARMLESS for kind in kinds])
    steps = epochs * math.ceil(len(rows) / BATCH)
    of = hashlib.sha256(repr((rows, tuple(kinds), seed, order, epochs, STEP, BATCH, RANK)).encode()).hexdigest()
    started = 0 if kept is None else course.resume(kept, of, random)
    for epoch in range(started, epochs):
        texts = [_misspelt(plain(row.text), random) for row in rows]
        lost = 0.0
        for chosen, ids, mask in _batches(texts, random):
            dropped = ((random.random((len(chosen), WIDTH)) > DROPPED) / (1 - DROPPED)).astype(np.float32)
            slope, loss = _slope(net.forward(ids, mask, dropped), answers[chosen], worrying)
            lost += loss
            net.backward(slope)
            passed = (course.step + 1) / steps
            course.move(STEP * min(1.0, passed / 0.1) * (1 - passed) + 1e-6)
        if kept is not None:
            course.keep(kept, of, epoch + 1, random)
        say(f"round {epoch + 1} of {epochs}: loss {lost / len(rows):.3f}, {time.process_time():.0f} processor seconds")
    course.settle()
    return net


def scores(net: Network, texts: Sequence[str], kinds: Sequence[str]) -> Floats:
    """Log-odds ``(n_texts,)`` that each text is one to look at soon."""
    return odds(logits(net, texts, len(kinds)), np.array([kind not in HARMLESS for kind in kinds]))


def logits(net: Network, texts: Sequence[str], kinds: int) -> Floats:
    """What the network says of each text, ``(n_texts, kinds)``, without slips of the hand."""
    found = np.zeros((len(texts), kinds), np.float32)
    for chosen, ids, mask in _batches([plain(text) for text in texts]):
        found[chosen] = net.forward(ids, mask)
    return found


def _slope(numbers: Floats, answers: NDArray[np.int64], worrying: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Gradient and loss: half for the right kind, whole for the right side of the border."""
    share = np.exp(numbers - numbers.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    right = np.zeros_like(share)
    right[np.arange(len(answers)), answers] = 1
    side = worrying[answers].astype(np.float32)
    believed = np.clip(share[:, worrying].sum(1), 1e-6, 1 - 1e-6)
    wanted = side * (1 - 2 * SMOOTHED) + SMOOTHED
    pull = (believed - wanted) / (believed * (1 - believed))
    slope = 0.5 * (share - right) + pull[:, None] * share * (worrying[None, :] - believed[:, None])
    loss = float(-np.log(np.where(side > 0, believed, 1 - believed)).sum())
    return (slope / len(answers)).astype(np.float32), loss


class _Course:
    """Adam over everything that is learnt, with gradients cut to length one; can be kept and taken up again."""

    def __init__(self, places: list[tuple[Any, str]]) -> None:
        self.places, self.step = places, 0
        self.first = [np.zeros_like(getattr(owner, name)) for owner, name in places]
        self.second = [np.zeros_like(held) for held in self.first]
        self.mean = [np.zeros_like(held) for held in self.first]

    def move(self, rate: float) -> None:
        """One step along the gradients that ``Network.backward`` left."""
        self.step += 1
        slopes = [getattr(owner, f"slope_{name}") for owner, name in self.places]
        length = math.sqrt(sum(float((slope * slope).sum()) for slope in slopes))
        cut = min(1.0, 1 / (length + 1e-9))
        for (owner, name), slope, m, v in zip(self.places, slopes, self.first, self.second, strict=True):
            g = slope * cut
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * g * g
            held = getattr(owner, name)
            held -= rate * ((m / (1 - 0.9**self.step)) / (np.sqrt(v / (1 - 0.999**self.step)) + 1e-8) + DECAY * held)
        for mean, (owner, name) in zip(self.mean, self.places, strict=True):
            mean += np.float32(max(AVERAGED, 1 / self.step)) * (getattr(owner, name) - mean)

    def settle(self) -> None:
        """End with the mean of the last steps: steadier than where the very last one landed."""
        for mean, (owner, name) in zip(self.mean, self.places, strict=True):
            getattr(owner, name)[...] = mean

    def keep(self, file: Path, of: str, epoch: int, random: np.random.Generator) -> None:
        """Write where the course stands after ``epoch`` rounds; ``of`` names what is trained on."""
        about = {"of": of, "epoch": epoch, "step": self.step, "random": random.bit_generator.state}
        held = {"learnt": [getattr(owner, name) for owner, name in self.places], "mean": self.mean}
        held |= {"m": self.first, "v": self.second}
        arrays = {f"{what} {place}": found for what, many in held.items() for place, found in enumerate(many)}
        part = file.with_suffix(".part.npz")
        np.savez(part, about=json.dumps(about), **arrays)
        part.replace(file)

    def resume(self, file: Path, of: str, random: np.random.Generator) -> int:
        """Go to where ``keep`` left a course of the same things; returns the rounds done, 0 where there is none."""
        if not file.exists():
            return 0
        with np.load(file, allow_pickle=False) as held:
            about = json.loads(str(held["about"]))
            if about["of"] != of:
                return 0
            for place, (owner, name) in enumerate(self.places):
                getattr(owner, name)[...] = held[f"learnt {place}"]
                self.first[place][...] = held[f"m {place}"]
                self.second[place][...] = held[f"v {place}"]
                self.mean[place][...] = held[f"mean {place}"]
        self.step, random.bit_generator.state = about["step"], about["random"]
        return int(about["epoch"])


def _misspelt(text: str, random: np.random.Generator) -> str:
    """A text with a letter lost, swapped or doubled in some of its longer words."""
    found = []
    for word in text.split():
        if len(word) > 3 and random.random() < MISSPELT:
            at, slip = int(random.integers(1, len(word) - 1)), int(random.integers(3))
            changed = (
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at] + word[at:],
            )
            word = changed[slip]
        found.append(word)
    return " ".join(found)


def _batches(
    texts: Sequence[str], random: np.random.Generator | None = None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Floats]]:
    """Texts of like length together: their places, token ids and which of these are words."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(package_file("tokenizer.json")))
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.no_padding()
    encoded = [found.ids for found in tokenizer.encode_batch(list(texts))]
    lengths = np.array([len(ids) for ids in encoded], dtype=np.float64)
    order = np.argsort(lengths if random is None else lengths + 2 * random.random(len(encoded)), kind="stable")
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    if random is not None:
        random.shuffle(batches)
    for chosen in batches:
        longest = max(len(encoded[row]) for row in chosen)
        ids = np.zeros((len(chosen), longest), np.int64)
        mask = np.zeros((len(chosen), longest), np.float32)
        for place, row in enumerate(chosen):
            ids[place, : len(encoded[row])] = encoded[row]
            mask[place, : len(encoded[row])] = 1
        yield chosen, ids, mask


# -- where the tiers begin


def split(rows: Sequence[Example]) -> tuple[list[int], list[int]]:
    """The places of the examples that are learnt from, and of those that stay outside."""
    places = range(len(rows))
    return [place for place in places if place % OUTSIDE], [place for place in places if not place % OUTSIDE]


def borders(kinds: Sequence[str], scored: Floats) -> dict[str, Any]:
    """From which score on the reader says amber or red, from examples it has not seen (``kinds`` in their order).

    Amber is the lowest score at which at most ``MOST_ALERTS`` of ordinary answers and
    ``MOST_FALSE`` of look-alikes are called; red where at most one look-alike in a hundred is.
    """
    ordinary = scored[[kind == "ordinary" for kind in kinds]]
    alike = scored[[kind == "lookalike" for kind in kinds]]
    amber = max(float(np.quantile(ordinary, 1 - MOST_ALERTS)), float(np.quantile(alike, 1 - MOST_FALSE)))
    red = max(amber, float(np.quantile(np.concatenate([ordinary, alike]), 0.99)))
    return {"amber": round(amber, 3), "red": round(red, 3)}


def lean(net: Network, kinds: Sequence[str], rows: Sequence[Example]) -> None:
    """Move the bias of ordinary answers so that the most concerns among ``rows`` stay above the border of ``borders``.

    Many look-alikes may be called and few ordinary answers, so the two must not count the same.
    """
    found, ordinary = logits(net, [row.text for row in rows], len(kinds)), kinds.index("ordinary")
    worrying = np.array([kind not in HARMLESS for kind in kinds])
    concern = np.array([row.kind not in HARMLESS for row in rows])

    def recall(by: float) -> float:
        moved = found.copy()
        moved[:, ordinary] += np.float32(by)
        scored = odds(moved, worrying)
        return float((scored[concern] >= borders([row.kind for row in rows], scored)["amber"]).mean())

    net.bias[ordinary] += np.float32(max(LEANS, key=lambda by: (recall(by), -abs(by))))


def save(file: Path, net: Network, kinds: Sequence[str], about: dict[str, Any]) -> None:
    """Write the reader: changes and top layer in half precision, and what it was made of; no pickle."""
    changes = {
        f"layer.{number}.{place}.{part.upper()}": getattr(getattr(net.layers[number], place), part).astype(np.float16)
        for number in range(FIRST_LAYER, LAYERS)
        for place in PLACES
        for part in ("a", "b")
    }
    described = {"version": VERSION, "seed": SEED, "kinds": list(kinds), **about}
    np.savez_compressed(file, about=json.dumps(described), top=net.top, bias=net.bias, **changes)


def mean(parts: Sequence[Trained], weights: Weights) -> Network:
    """The network whose changes are the mean of those of ``parts``, which began alike: their kinds are the same."""
    net = network(weights, len(parts[0].kinds))
    for number in range(FIRST_LAYER, LAYERS):
        for place in PLACES:
            at, changed = f"layer.{number}.{place}", getattr(net.layers[number], place)
            # Side by side, the narrow matrices multiply to the sum of the products.
            changed.a = np.concatenate([part.changes[f"{at}.A"] for part in parts], axis=1)
            changed.b = np.concatenate([part.changes[f"{at}.B"] / np.float32(len(parts)) for part in parts], axis=0)
    net.top = np.mean([part.top for part in parts], axis=0)
    net.bias = np.mean([part.bias for part in parts], axis=0)
    return net


def main() -> None:
    """Train the readers, take their mean, choose its borders on the examples that stayed outside, write it into the package."""
    parser = argparse.ArgumentParser(prog="python -m nlp.screening_training")
    parser.add_argument("-o", "--output", type=Path, default=PACKAGE_FILE)
    parser.add_argument(
        "--course", type=int, choices=range(len(COURSES)), help="only this one: several can run side by side"
    )
    chosen = parser.parse_args()

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    rows = examples()
    made_of = digest()
    kinds = tuple(sorted({row.kind for row in rows}))
    files = [chosen.output.with_suffix(f".course-{number}.npz") for number in range(len(COURSES))]
    for number, (file, (most, order, rounds)) in enumerate(zip(files, COURSES, strict=True)):
        if chosen.course not in (None, number) or (file.exists() and trained(file).about["examples"] == made_of):
            continue
        say(f"course {number + 1} of {len(COURSES)}")
        kept = file.with_suffix(".rounds.npz")
        inside, outside = ([rows[place] for place in places] for places in split(rows[:most]))
        net = train(inside, kinds, order=order, epochs=rounds, kept=kept, say=say)
        lean(net, kinds, outside)
        save(file, net, kinds, {"examples": made_of})
        kept.unlink()
    if chosen.course is not None:
        return
    outside = [rows[place] for place in split(rows)[1]]
    net = mean([trained(file) for file in files], packaged())
    lean(net, kinds, outside)
    scored = scores(net, [row.text for row in outside], kinds)
    about = borders([row.kind for row in outside], scored)
    seen_by_none = {"places": split(rows)[1], "scores": [round(float(score), 3) for score in scored]}
    save(chosen.output, net, kinds, {"examples": made_of, **about, "outside": seen_by_none})
    for file in files:
        file.unlink()
    say(f"{chosen.output.name}: amber from {about['amber']}, red from {about['red']}")


if __name__ == "__main__":
    main()
