"""Texts to unit vectors: the packaged MiniLM on onnxruntime, and a hashing stand-in for tests.

A vector is a function of its text alone, so each different text is embedded once and callers
may keep vectors (and must delete them with the answer).
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.minilm_graph import WIDTH, Precision, model_file
from nlp.text import fold

Vectors = NDArray[np.float32]
Tokens = NDArray[np.int64]

_BATCH = 32
_TOKENISED_AT_ONCE = 2048  # texts: all of a large set would need gigabytes
_LONGEST = 512  # tokens, whatever a model says of itself
_MOST_TOKENS = 128  # longer answers add little; the model was trained on as many
_MOST_CHARACTERS = 4000  # the tokenizer need not read what the model will not see


_BUILD = "Run `earshot model build` once: it writes its files anew."
_SETTING = "EARSHOT_EMBEDDING_MODEL (or --model) names a folder with model.onnx and tokenizer.json as sentence-transformers exports them; {folder} was looked at."


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


class _Network(ABC):
    """Texts through a tokenizer and a graph; what ``MiniLM`` and ``SentenceModel`` have in common."""

    name: str
    dimensions: int
    _tokenizer: Any

    @abstractmethod
    def _run(self, ids: Tokens, mask: Tokens) -> Vectors:
        """A vector for each row of token numbers (n_texts, n_tokens); ``mask`` is 1 where there is a token."""

    def embed(
        self, texts: Sequence[str], progress: Callable[[float], None] | None = None, *, normalised: bool = True
    ) -> Vectors:
        """Unit vectors ``(n_texts, dimensions)``; each different text once, those of like length together, so little is padded.

        Not ``normalised``, a vector keeps the length the network gave it.
        """
        different = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        vectors = np.zeros((len(different), self.dimensions), dtype=np.float32)
        by_length = sorted(different.items(), key=lambda one: len(one[0]))
        for start in range(0, len(by_length), _TOKENISED_AT_ONCE):
            part = by_length[start : start + _TOKENISED_AT_ONCE]
            self._embed_part([text for text, _ in part], np.array([row for _, row in part]), vectors)
            if progress is not None:
                progress(min(1.0, (start + _TOKENISED_AT_ONCE) / len(by_length)))
        vectors = unit(vectors) if normalised else vectors
        return vectors if len(different) == len(texts) else vectors[[different[text] for text in texts]]

    def _embed_part(self, texts: Sequence[str], places: NDArray[np.int64], vectors: Vectors) -> None:
        encoded = self._tokenizer.encode_batch_fast([text[:_MOST_CHARACTERS] for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            longest = len(encoded[rows[-1]].ids)
            ids = np.zeros((len(rows), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for place, row in enumerate(rows):
                ids[place, : len(encoded[row].ids)] = encoded[row].ids
                mask[place, : len(encoded[row].ids)] = 1
            vectors[places[rows]] = self._run(ids, mask)


class MiniLM(_Network):
    """all-MiniLM-L6-v2 from a folder written by ``minilm_graph.build``."""

    def __init__(self, model_dir: Path, precision: Precision = "int8", threads: int = 2, graph: str = "minilm") -> None:
        self.name = f"all-MiniLM-L6-v2/{precision}"
        self.dimensions = WIDTH
        self._tokenizer, self._session = _open(
            model_file(model_dir, precision, graph), model_dir / "tokenizer.json", threads, _MOST_TOKENS, _BUILD
        )

    def _run(self, ids: Tokens, mask: Tokens) -> Vectors:
        found: Vectors = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return found


class SentenceModel(_Network):
    """Another sentence model, from a folder in the layout of sentence-transformers with an ONNX graph; the mean over the words.

    Its ``name`` holds a hash of its files, so that vectors of two models, or of two versions of one, are never compared.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        graph = next((file for file in (folder / "model.onnx", folder / "onnx" / "model.onnx") if file.is_file()), None)
        words, mend = folder / "tokenizer.json", _SETTING.format(folder=folder)
        if graph is None or not words.is_file():
            raise ModelMissing(f"There is no {'tokenizer.json' if graph else 'model.onnx'} in {folder}. {mend}")
        _refuse_other_pooling(folder, mend)
        most = _read_json(folder / "sentence_bert_config.json", mend).get("max_seq_length")
        self._tokenizer, self._session = _open(graph, words, threads, min(int(most or _MOST_TOKENS), _LONGEST), mend)
        self._wanted = {given.name for given in self._session.get_inputs()}
        unknown = self._wanted - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown or "input_ids" not in self._wanted:
            raise ModelMissing(
                f"{graph.name} in {folder} wants other inputs than a sentence model: {', '.join(sorted(self._wanted))}. {mend}"
            )
        outputs = [given.name for given in self._session.get_outputs()]
        self._output = "sentence_embedding" if "sentence_embedding" in outputs else outputs[0]
        self.name = f"{folder.resolve().name[:40]}/{_content_hash(graph, words)}"
        try:
            self.dimensions = self._run(np.ones((1, 2), dtype=np.int64), np.ones((1, 2), dtype=np.int64)).shape[1]
        except Exception as error:  # whatever the graph is, it is none of sentences
            raise ModelMissing(f"{graph.name} in {folder} does not give one vector for each text. {mend}") from error

    def _run(self, ids: Tokens, mask: Tokens) -> Vectors:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found: Vectors = self._session.run([self._output], {name: given[name] for name in self._wanted})[0]
        if found.ndim == 3:
            seen = mask[:, :, None].astype(np.float32)
            found = (found * seen).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
        if found.ndim != 2 or len(found) != len(ids):
            raise ValueError("not one vector for each text")
        return found.astype(np.float32, copy=False)


def open_embedder(model_dir: Path, other: str = "", threads: int = 2) -> MiniLM | SentenceModel:
    """The packaged model, or the ``other`` one where a folder is named. Raises ``ModelMissing``."""
    return SentenceModel(Path(other), threads) if other else MiniLM(model_dir, threads=threads)


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


def _open(graph: Path, words: Path, threads: int, most_tokens: int, mend: str) -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    for file in (graph, words):
        if not file.is_file():
            raise ModelMissing(f"The language model is not there yet ({file.name} is missing). {mend}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that wait by turning round cost processor time that others on the machine could use.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        tokenizer = Tokenizer.from_file(str(words))
        tokenizer.enable_truncation(most_tokens)
        tokenizer.no_padding()
        session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # both libraries raise bare Exceptions of their own for a file they cannot read
        raise ModelMissing(
            f"The language model's files cannot be read ({graph.name} or {words.name}). {mend}"
        ) from error
    return tokenizer, session


def _refuse_other_pooling(folder: Path, mend: str) -> None:
    pooling = _read_json(folder / "1_Pooling" / "config.json", mend)
    if pooling and not pooling.get("pooling_mode_mean_tokens"):
        raise ModelMissing(
            f"The model in {folder} does not take the mean over its words, the only way that is known here. {mend}"
        )


def _read_json(file: Path, mend: str) -> dict[str, Any]:
    """A model's small settings file; nothing where there is none."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelMissing(f"{file} cannot be read. {mend}") from error
    return found if isinstance(found, dict) else {}


def _content_hash(*files: Path) -> str:
    together = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            together.update(hashlib.file_digest(stream, "sha256").digest())
    return together.hexdigest()[:12]
