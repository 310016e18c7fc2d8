"""The trained reader of screening: that it is what its examples make, that it fails towards being read, and what it is for."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from nlp import screening_reader, screening_training
from nlp.embed import ModelMissing
from nlp.screen import REASONS, TIERS, screen, screen_many
from nlp.screening_check import checked
from nlp.screening_reader import EXAMPLES_FILE, HARMLESS, Reader, build, digest, trained
from nlp.screening_training import Example, examples, network, packaged, scores, train
from tests.benchmarks.screening import HELD_OUT, HELD_OUT_LATER, read


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reader")
    build(folder)
    return Reader(folder)


@pytest.fixture(scope="module")
def weights():
    return packaged()


# -- what it was made of


def test_the_reader_in_the_package_was_trained_on_the_examples_in_the_package():
    about = trained().about
    assert about["examples"] == digest()
    assert set(about["kinds"]) == {row.kind for row in examples()}
    assert about["seed"] == screening_training.SEED


def test_the_borders_are_what_the_kept_scores_give():
    about, rows = trained().about, examples()
    kept = about["outside"]
    found = screening_training.borders([rows[place].kind for place in kept["places"]], np.array(kept["scores"]))
    assert found == pytest.approx({"amber": about["amber"], "red": about["red"]}, abs=0.002)


def test_training_twice_gives_the_same_reader(weights):
    rows = [Example("dad hits me", "hurt_now"), Example("i like dogs", "ordinary"), Example("we won", "lookalike")] * 3
    kinds = ("hurt_now", "lookalike", "ordinary")
    first, second = (train(rows, kinds, weights=weights, epochs=2) for _ in range(2))
    assert np.array_equal(first.top, second.top)
    assert np.array_equal(scores(first, ["dad hits me"], kinds), scores(second, ["dad hits me"], kinds))


def test_a_training_that_was_stopped_goes_on_where_it_was(weights, tmp_path):
    rows = [Example("dad hits me", "hurt_now"), Example("i like dogs", "ordinary"), Example("we won", "lookalike")]
    kinds, kept = ("hurt_now", "lookalike", "ordinary"), tmp_path / "rounds.npz"
    whole = train(rows, kinds, weights=weights, epochs=3)

    def stop(line):
        if line.startswith("round 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(rows, kinds, weights=weights, epochs=3, kept=kept, say=stop)
    said: list[str] = []
    again = train(rows, kinds, weights=weights, epochs=3, kept=kept, say=said.append)
    assert [line.split(":")[0] for line in said] == ["round 3 of 3"]
    assert np.array_equal(whole.top, again.top)
    others = train(rows[:2], kinds, weights=weights, epochs=1, kept=kept)
    assert not np.array_equal(whole.top, others.top)


def test_training_learns_what_it_is_shown(weights):
    rows = [Example("he hurts me", "hurt_now"), Example("i like my new bike", "ordinary")] * 16
    kinds = ("hurt_now", "lookalike", "ordinary")
    worse, better = scores(train(rows, kinds, weights=weights, epochs=8), ["i like my new bike", "he hurts me"], kinds)
    assert better > worse + 1


def test_gradients_are_those_of_small_steps(weights):
    net = network(weights, 3)
    random = np.random.default_rng(1)
    for owner, name in net.learnt():
        held = getattr(owner, name)
        held += random.standard_normal(held.shape).astype(np.float32) * np.float32(0.02)
    ids = random.integers(1000, 20_000, (2, 6))
    mask = np.array([[1] * 6, [1] * 4 + [0] * 2], dtype=np.float32)
    pull = random.standard_normal((2, 3)).astype(np.float32)
    net.forward(ids, mask)
    net.backward(pull)
    for owner, name in net.learnt()[::5]:
        slope = getattr(owner, f"slope_{name}")
        place = np.unravel_index(int(np.abs(slope).argmax()), slope.shape)
        held, step = getattr(owner, name), np.float32(0.01)
        held[place] += step
        above = float((net.forward(ids, mask) * pull).sum())
        held[place] -= 2 * step
        below = float((net.forward(ids, mask) * pull).sum())
        held[place] += step
        assert (above - below) / (2 * float(step)) == pytest.approx(float(slope[place]), rel=0.1, abs=2e-3)


def test_examples_name_reasons_a_person_can_read_and_none_is_held_out():
    rows = read(EXAMPLES_FILE)
    for row in rows:
        assert (row["label"] == "none") == (row["kind"] in HARMLESS)
        assert row["kind"] in HARMLESS or {row["kind"], f"like_{row['kind']}"} <= REASONS.keys()
    texts = [row["text"].lower() for row in rows]
    assert len(texts) == len(set(texts)) >= 600
    assert not {row["text"].lower() for row in read(HELD_OUT) + read(HELD_OUT_LATER)} & set(texts)


# -- what it does


def test_it_reaches_on_held_out_texts_what_the_model_card_says(reader):
    rows = read(HELD_OUT)
    found = screen_many([row["text"] for row in rows], ["en"] * len(rows), reader)
    done = checked([row | {"tier": one.tier} for row, one in zip(rows, found, strict=True)])
    assert done["recall"] >= RECALL
    assert done["false_alarms"] <= 0.25
    assert done["alerts"] <= ALERTS


RECALL, ALERTS = 0.94, 0.05
"""A little below what was measured: a guard against losing it."""


def test_it_never_lowers_a_tier(reader):
    texts = [row["text"] for row in read(HELD_OUT)]
    alone = screen_many(texts, ["en"] * len(texts))
    both = screen_many(texts, ["en"] * len(texts), reader)
    assert all(
        TIERS.index(with_reader.tier) >= TIERS.index(rules.tier) and set(rules.reasons) <= set(with_reader.reasons)
        for rules, with_reader in zip(alone, both, strict=True)
    )


def test_where_only_the_reader_speaks_the_reason_says_so(reader):
    said = [
        found
        for found in screen_many([row["text"] for row in read(HELD_OUT)], ["en"] * len(read(HELD_OUT)), reader)
        if found.reasons and found.reasons[0].startswith("like_")
    ]
    assert said
    assert all("no rule says why" in REASONS[found.reasons[0]] for found in said)


def test_a_text_is_read_the_same_alone_and_among_others(reader):
    texts = ["i had a lovely day", "he comes in my room and i pretend to sleep", "x " * 400, ""]
    together = [reading.score for reading in reader.read(texts)]
    assert together == pytest.approx(
        [reader.read([text])[0].score for text in texts], abs=0.35
    )  # int8 scales per batch


def test_one_sentence_in_a_long_text_is_heard(reader):
    long = "We went to the park and had chips. " * 60 + "My step dad touches me at night. " + "It was sunny. " * 60
    assert reader.read([long])[0].score >= reader.amber


@pytest.mark.parametrize("text", ["", " ", "🙂", "\u200b\u200f", "\x00", "...", "<b></b>"])
def test_nothing_to_read_is_nothing(reader, text):
    assert screen(text, reader=reader).tier == "none"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 50_000,
        "ha " * 16_000,
        "'; DROP TABLE answers; --",
        "<script>x</script> fine",
        "\u202ei am fine\u202c",
        "\ud800",
    ],
)
def test_bad_input_has_an_outcome(reader, text):
    assert screen(text, reader=reader).tier in TIERS


def test_time_grows_with_the_length_and_not_faster(reader):
    def seconds(words: int) -> float:
        text = " ".join(f"word{number} and then" for number in range(words))
        started = time.process_time()
        screen(text, reader=reader)
        return time.process_time() - started

    seconds(50)
    short, long = seconds(500), seconds(4000)
    assert long < 8 * short * 2.5 + 0.2


# -- when it is not there


def test_without_the_reader_that_should_be_there_everything_is_to_be_read_soon():
    found = screen("we had pizza", reader_missing=True)
    assert found.tier == "amber"
    assert found.reasons == ("reader_missing",)
    assert screen("he hits me", reader_missing=True).tier == "red"


def test_a_missing_network_is_refused_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(ModelMissing, match="earshot model build"):
        Reader(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 cut off"])
def test_damaged_training_is_refused_in_a_sentence(tmp_path, content):
    file = tmp_path / "reader.npz"
    file.write_bytes(content)
    with pytest.raises(ModelMissing, match="reader"):
        trained(file)


def test_another_training_asks_for_another_network(tmp_path, monkeypatch):
    other = tmp_path / "other.npz"
    other.write_bytes(screening_reader.PACKAGE_FILE.read_bytes() + b"\0")
    (tmp_path / "models").mkdir()
    name = screening_reader._graph_name()
    (tmp_path / "models" / f"{name}-fp32.onnx").write_bytes(b"x")
    assert screening_reader.is_built(tmp_path / "models")
    monkeypatch.setattr(screening_reader, "PACKAGE_FILE", other)
    assert not screening_reader.is_built(tmp_path / "models")


def test_the_reader_is_small_and_holds_no_pickle():
    assert screening_reader.PACKAGE_FILE.stat().st_size < 5_000_000
    with np.load(screening_reader.PACKAGE_FILE, allow_pickle=False) as held:
        assert json.loads(str(held["about"]))["kinds"]
