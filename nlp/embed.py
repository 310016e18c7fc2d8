"""Texts to unit vectors: the packaged MiniLM on onnxruntime, and a hashing stand-in for tests.

A vector is a function of its text alone, so each different text is embedded once and callers
may keep vectors (and must delete them with the answer).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.minilm_graph import WIDTH, Precision, model_file
from nlp.text import fold

Vectors = NDArray[np.float32]

_BATCH = 32
_MOST_TOKENS = 128  # longer answers add little; the model was trained on as many
_MOST_CHARACTERS = 4000  # the tokenizer need not read what the model will not see


class ModelMissing(Exception):
    """The encoder's files are not there or cannot be read; the message says how to make them."""


class Embedder(Protocol):
    """Texts in, one unit vector each out: float32 ``(n_texts, dimensions)``."""

    @property
    def name(self) -> str:
        """What made a vector: stored with a run, because vectors of two models cannot be compared."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    def embed(self, texts: Sequence[str], progress: Callable[[float], None] | None = None) -> Vectors:
        """The texts' vectors in their order; ``progress`` is told the share done, 0 to 1."""
        ...


class MiniLM:
    """all-MiniLM-L6-v2 from a folder written by ``minilm_graph.build``."""

    def __init__(self, model_dir: Path, precision: Precision = "int8", threads: int = 2, graph: str = "minilm") -> None:
        self.name = f"all-MiniLM-L6-v2/{precision}"
        self.dimensions = WIDTH
        self._tokenizer, self._session = _open(model_dir, precision, threads, graph)

    def embed(
        self, texts: Sequence[str], progress: Callable[[float], None] | None = None, *, normalised: bool = True
    ) -> Vectors:
        """Unit vectors ``(n_texts, 384)``; texts of like length go together, so little is padded.

        Not ``normalised``, a vector keeps the length the network gave it.
        """
        different = list(dict.fromkeys(texts))
        encoded = self._tokenizer.encode_batch([text[:_MOST_CHARACTERS] for text in different])
        order = sorted(range(len(different)), key=lambda i: len(encoded[i].ids))
        vectors = np.zeros((len(different), self.dimensions), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            longest = max(len(encoded[row].ids) for row in rows)
            ids = np.zeros((len(rows), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for place, row in enumerate(rows):
                ids[place, : len(encoded[row].ids)] = encoded[row].ids
                mask[place, : len(encoded[row].ids)] = 1
            vectors[rows] = self._session.run(None, {"ids": ids, "mask": mask})[0]
            if progress is not None:
                progress(min(1.0, (start + _BATCH) / len(order)))
        where = {text: row for row, text in enumerate(different)}
        vectors = unit(vectors) if normalised else vectors
        return (
            vectors[[where[text] for text in texts]] if len(texts) else np.zeros((0, self.dimensions), dtype=np.float32)
        )


class HashingEmbedder:
    """A stand-in for tests: counts of hashed letter triples. Texts that share words are near; meaning is not known."""

    def __init__(self, dimensions: int = 128) -> None:
        self.name = f"hashed-letters/{dimensions}"
        self.dimensions = dimensions

    def embed(self, texts: Sequence[str], progress: Callable[[float], None] | None = None) -> Vectors:
        """Unit vectors ``(n_texts, dimensions)``, the same on every machine and in every run."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in fold(text[:_MOST_CHARACTERS]).text.lower().split():
                padded = f" {word} "
                for start in range(len(padded) - 2):
                    digest = hashlib.blake2b(
                        padded[start : start + 3].encode("utf-8", "replace"), digest_size=4
                    ).digest()
                    vectors[row, int.from_bytes(digest, "big") % self.dimensions] += 1
        if progress is not None:
            progress(1.0)
        return unit(vectors)


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length one; a row of zeros stays so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def _open(model_dir: Path, precision: Precision, threads: int, name: str) -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    graph, words = model_file(model_dir, precision, name), model_dir / "tokenizer.json"
    for file in (graph, words):
        if not file.is_file():
            raise ModelMissing(
                f"The language model is not there yet ({file.name} is missing): run `earshot model build` once."
            )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        tokenizer = Tokenizer.from_file(str(words))
        tokenizer.enable_truncation(_MOST_TOKENS)
        tokenizer.no_padding()
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # both libraries raise bare Exceptions of their own for a file they cannot read
        raise ModelMissing(
            f"The language model's files cannot be read ({graph.name}): run `earshot model build` to write them again."
        ) from error
    return tokenizer, session
