"""The encoder built from the installed weights says what the weights say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp.embed import HashingEmbedder, MiniLM, ModelMissing, SentenceModel
from nlp.minilm_graph import HEADS, LAYERS, build, package_file


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    build(folder, "fp32")
    build(folder, "int8")
    return folder


def _by_hand(text: str) -> Any:
    """The same network written out with numpy, step by step."""
    from math import erf

    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    w = {
        name.removeprefix("bert."): value.astype(np.float64)
        for name, value in load_file(package_file("model.safetensors")).items()
        if value.dtype.kind == "f"
    }
    tokenizer = Tokenizer.from_file(str(package_file("tokenizer.json")))
    tokenizer.no_padding()
    ids = tokenizer.encode(text).ids

    def norm(x: Any, at: str) -> Any:
        spread = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return spread * w[at + ".weight"] + w[at + ".bias"]

    def dense(x: Any, at: str) -> Any:
        return x @ w[at + ".weight"].T + w[at + ".bias"]

    x = (
        w["embeddings.word_embeddings.weight"][ids]
        + w["embeddings.position_embeddings.weight"][: len(ids)]
        + w["embeddings.token_type_embeddings.weight"][0]
    )
    x = norm(x, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        q, k, v = (
            dense(x, f"{at}attention.self.{part}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = (weights @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(dense(mixed, at + "attention.output.dense") + x, at + "attention.output.LayerNorm")
        wide = dense(x, at + "intermediate.dense")
        wide = wide * 0.5 * (1 + np.vectorize(erf)(wide / np.sqrt(2)))
        x = norm(dense(wide, at + "output.dense") + x, at + "output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def test_the_full_graph_equals_the_network_written_by_hand(models):
    text = "my room at the new house is really cosy"
    assert float(MiniLM(models, "fp32").embed([text])[0] @ _by_hand(text)) > 0.999


def test_the_small_graph_stays_near_the_full_one(models):
    texts = [
        "nobody asked me about the plan",
        "the bus is too far",
        "i love swimming",
        "Why do meetings start so early?",
    ]
    near = (MiniLM(models, "fp32").embed(texts) * MiniLM(models, "int8").embed(texts)).sum(axis=1)
    assert near.min() > 0.9


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_same_meaning_is_nearer_than_another(models, precision):
    a, b, c = MiniLM(models, precision).embed(
        ["my worker listens to me", "she hears what i say to her", "pizza is the best food"]
    )
    assert a @ b > a @ c + 0.2


def test_vectors_come_in_the_order_of_the_texts_whatever_their_length(models):
    encoder = MiniLM(models, "fp32")
    texts = ["a long answer about many things " * 9, "ok", "", "🙂", "ok", "\x00\u200b", "x" * 50_000]
    together = encoder.embed(texts)
    assert together.shape == (7, 384)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(together[1], together[4])
    for row, text in enumerate(texts):
        np.testing.assert_allclose(together[row], encoder.embed([text])[0], atol=1e-4)


def test_no_texts_are_no_vectors(models):
    assert MiniLM(models, "int8").embed([]).shape == (0, 384)


def test_a_missing_or_broken_model_names_the_command_that_makes_it(tmp_path):
    with pytest.raises(ModelMissing, match="earshot model build"):
        MiniLM(tmp_path, "int8")
    (tmp_path / "minilm-int8.onnx").write_bytes(b"not a graph")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelMissing, match="earshot model build"):
        MiniLM(tmp_path, "int8")


def test_the_stand_in_is_the_same_in_every_run():
    first, second = HashingEmbedder().embed(["room and bed"]), HashingEmbedder().embed(["room and bed"])
    np.testing.assert_array_equal(first, second)
    assert HashingEmbedder().embed(["", "x"]).shape == (2, 128)


# -- another model, by its folder


def a_sentence_model(folder: Path, *, output: str = "token_embeddings", inputs: Sequence[str] = ("input_ids", "attention_mask")) -> Path:  # fmt: skip
    """A folder as sentence-transformers exports it: three words, each a direction of its own."""
    from onnx import TensorProto, helper, numpy_helper, save
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "kot": 1, "pies": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = numpy_helper.from_array(np.eye(3, 4, dtype=np.float32), "table")
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], [output])],
        "words",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "words"]) for name in inputs],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["texts", "words", 4])],
        initializer=[table],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    save(model, str(folder / "model.onnx"))
    return folder


def test_another_model_is_read_from_its_folder_and_takes_the_mean_over_the_words(tmp_path):
    model = SentenceModel(a_sentence_model(tmp_path / "multilingual"))
    vectors = model.embed(["kot", "kot pies", "kot kot kot pies pies pies", ""])
    np.testing.assert_allclose(vectors[0], [0, 1, 0, 0])
    np.testing.assert_allclose(vectors[1], np.array([0, 1, 1, 0]) / 2**0.5, atol=1e-6)
    np.testing.assert_allclose(vectors[2], vectors[1], atol=1e-6)
    np.testing.assert_allclose(vectors[3], 0)


def test_vectors_of_two_models_or_of_two_versions_never_have_one_name(tmp_path):
    one = SentenceModel(a_sentence_model(tmp_path / "a" / "model"))
    same = SentenceModel(a_sentence_model(tmp_path / "b" / "model"))
    other = SentenceModel(a_sentence_model(tmp_path / "c" / "model", output="last_hidden_state"))
    assert one.name == same.name != other.name
    assert len(SentenceModel(a_sentence_model(tmp_path / ("x" * 200))).name) <= 60


@pytest.mark.parametrize("broken", ["nothing", "no graph", "no words", "damaged graph", "damaged words", "damaged pooling", "pooling", "inputs"])  # fmt: skip
def test_another_model_that_cannot_be_used_says_which_setting_to_look_at(tmp_path, broken):
    folder = tmp_path / "model"
    if broken != "nothing":
        a_sentence_model(folder, inputs=("input_ids", "pixels") if broken == "inputs" else ("input_ids",))
    if broken.startswith("no "):
        (folder / {"no graph": "model.onnx", "no words": "tokenizer.json"}[broken]).unlink()
    if broken in ("damaged graph", "damaged words"):
        (folder / {"damaged graph": "model.onnx", "damaged words": "tokenizer.json"}[broken]).write_bytes(b"\x00not")
    if "pooling" in broken:
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text(
            "{" if "damaged" in broken else '{"pooling_mode_cls_token": true}'
        )
    with pytest.raises(ModelMissing, match="EARSHOT_EMBEDDING_MODEL"):
        SentenceModel(folder)


def test_many_texts_are_taken_apart_in_parts_and_told_of(models):
    told: list[float] = []
    texts = [f"answer number {number}" for number in range(2100)]
    vectors = MiniLM(models, "int8").embed(texts, told.append)
    assert told == [pytest.approx(2048 / 2100), 1.0]
    assert (np.linalg.norm(vectors, axis=1) > 0.99).all()
