"""Any frame is applied to any texts: several codes or none, corrections learnt, agreement told, nothing tied to one frame."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from nlp.agreement import agreement
from nlp.coding import Coder, Labelled, UnknownCodes
from nlp.embed import HashingEmbedder
from nlp.feeling import tendency
from nlp.field import Field
from nlp.frame_gaps import gaps
from nlp.frame_library import library
from nlp.frames import Code, Frame

FRAME = Frame(
    id="garden",
    questions={"better": "What would you change about it?"},
    codes=(
        Code(id="swings", definition="Swings and slides", examples=("the swings are broken", "more slides please")),
        Code(id="bins", definition="Bins and litter", examples=("bins are overflowing", "litter on the grass")),
    ),
)


@pytest.fixture(scope="module")
def field() -> Field:
    return Field(HashingEmbedder())


def test_codes_are_best_first_and_a_text_may_have_several_or_none(field: Field) -> None:
    both, one, none = Coder(FRAME, field).code(
        ["the swings are broken and the bins are overflowing", "litter on the grass", "zzz"]
    )
    assert {code for code, _ in both.codes} == {"swings", "bins"}
    assert [code for code, _ in one.codes] == ["bins"]
    assert none.codes == ()
    assert [confidence for _, confidence in both.codes] == sorted((c for _, c in both.codes), reverse=True)
    assert all(0 <= confidence <= 1 for _, confidence in both.codes)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "🙂", "\u200b\u202e", "?!", "\x00", "Ω≈ç", "привіт як справи", "<script>x</script>", "bins " * 10_000],
)
def test_every_text_has_a_defined_outcome(field: Field, text: str) -> None:
    coded = Coder(FRAME, field).code([text])[0]
    assert coded.sentiment in {"positive", "negative", "neutral", "mixed"}
    if not any(letter.isalnum() for letter in text):
        assert (coded.codes, coded.sentiment) == ((), "neutral")


def test_order_of_answers_and_company_below_forty_do_not_matter(field: Field) -> None:
    coder = Coder(FRAME, field)
    texts = ["the swings are broken", "litter on the grass", "nothing"]
    assert coder.code(texts) == [coder.code([text])[0] for text in texts]
    assert coder.code(texts)[::-1] == coder.code(texts[::-1])


def test_no_answers_no_codes(field: Field) -> None:
    assert Coder(FRAME, field).code([]) == []
    assert Coder(FRAME, field).most_instructive([]) == []


def test_ten_thousand_identical_answers_are_reckoned_once(field: Field) -> None:
    coder = Coder(FRAME, field)
    started = time.process_time()
    coded = coder.code(["the swings are broken"] * 10_000)
    assert time.process_time() - started < 2
    assert set(coded) == {coded[0]}
    assert coded[0].codes[0][0] == "swings"


def test_a_frame_of_one_code_and_one_in_another_language_work(field: Field) -> None:
    one = Frame(
        id="one", language="cy", codes=(Code(id="bws", definition="Y bws i'r ysgol", examples=("mae'r bws yn hwyr",)),)
    )
    late, other = Coder(one, field).code(["mae'r bws yn hwyr", "nothing"])
    assert [code for code, _ in late.codes] == ["bws"]
    assert other.codes == ()


def test_a_correction_changes_what_is_said_of_answers_like_it(field: Field) -> None:
    text = "the wibbly gate squeaks"
    assert "bins" not in {code for code, _ in Coder(FRAME, field).code([text])[0].codes}
    learnt = Coder(FRAME, field, [Labelled(text, ("bins",)) for _ in range(8)])
    assert learnt.code([text])[0].codes[0][0] == "bins"
    nothing = Coder(FRAME, field, [Labelled("litter on the grass", ()) for _ in range(12)])
    before = dict(Coder(FRAME, field).code(["litter on the grass"])[0].codes)["bins"]
    assert dict(nothing.code(["litter on the grass"])[0].codes).get("bins", 0) < before


def test_corrections_of_another_frame_are_refused_with_their_codes(field: Field) -> None:
    with pytest.raises(UnknownCodes, match="not in the frame “garden”: tram"):
        Coder(FRAME, field, [Labelled("x", ("tram", "bins"))])


def test_what_a_question_asks_for_is_told_by_its_wording(field: Field) -> None:
    assert tendency("Is there anything you worry about?") == -1
    assert tendency("What has helped you most?") == 1
    coder = Coder(FRAME, field)
    assert coder.code(["the swings"], ["better"])[0].sentiment == "negative"
    assert coder.code(["the swings"], ["What is best about it?"])[0].sentiment == "positive"
    # An id without a wording leads nowhere.
    assert coder.code(["the swings"], ["q7"]) == coder.code(["the swings"])


def test_the_answers_to_ask_about_are_different_ones(field: Field) -> None:
    texts = ["the swings are broken"] * 5 + ["a muddy path", "", "who knows"]
    asked = Coder(FRAME, field).most_instructive(texts, n=3)
    assert len(asked) == 3
    assert sum(texts[place] == texts[0] for place in asked) <= 1
    assert 6 not in asked


def test_what_no_code_holds_is_suggested_from_five_people_on(field: Field) -> None:
    texts = [
        "my dog sleeps on my bed",
        "i miss my dog",
        "walking the dog",
        "our dog had puppies",
        "the dog and the cat",
    ]
    coded = Coder(FRAME, field).code(texts)
    found = gaps(field, texts, ["a", "b", "c", "d", "e"], coded)
    assert [gap.topic for gap in found] in ([], ["pets"])
    assert gaps(field, texts, ["a", "b", "c", "d", "d"], coded) == []


def test_agreement_is_that_of_the_textbooks() -> None:
    # Krippendorff, "Computing Krippendorff's alpha-reliability", two observers, ten units, two values: 0.095.
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    two = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    frame = Frame(id="f", codes=(Code(id="c", definition="x"), Code(id="d", definition="y")))
    found = agreement(frame, [{"c"} if x else set() for x in one], [{"c"} if x else set() for x in two])
    c = found.codes[0]
    assert c.alpha == pytest.approx(0.095, abs=0.0005)
    assert c.kappa == pytest.approx(cohen_kappa_score(one, two))
    assert c.precision == pytest.approx(1 / 4)
    assert c.recall == pytest.approx(1 / 2)
    assert found.unused == ("d",)
    assert "alpha" in found.table()
    assert found.codes[1].alpha is None


def test_codes_taken_for_each_other_are_named() -> None:
    frame = Frame(id="f", codes=(Code(id="c", definition="x"), Code(id="d", definition="y")))
    assert agreement(frame, [{"c"}] * 3, [{"d"}] * 3).mixed_up == (("c", "d", 3),)
    assert agreement(frame, [], []).whole.f1 is None


def test_the_library_is_large_and_each_topic_has_examples_and_feelings() -> None:
    shelf = library()
    counts = {topic.id: sum(topic.id in answer.topics for answer in shelf.answers) for topic in shelf.topics}
    assert len(shelf.answers) > 3000
    assert min(counts.values()) >= 10, counts
    assert {answer.sentiment for answer in shelf.answers} == {"positive", "negative", "neutral", "mixed"}
    assert all(answer.text for answer in shelf.answers)


def test_kept_vectors_are_read_again_and_broken_ones_written_anew(tmp_path: Path) -> None:
    calls: list[int] = []

    class Counting(HashingEmbedder):
        def embed(self, texts, progress=None):
            calls.append(len(texts))
            return super().embed(texts, progress)

    first, second = Field(Counting(), tmp_path), Field(Counting(), tmp_path)
    assert len(calls) == 1
    something = np.ones((len(first.rows), 1), dtype=np.float32)
    for kept in sorted(tmp_path.iterdir()):
        kept.write_bytes(b"cut short")
        again = Field(Counting(), tmp_path)
        np.testing.assert_allclose(again.solve(something), first.solve(something), atol=1e-4)
        np.testing.assert_allclose(again.solve(something), second.solve(something), atol=1e-4)
        assert again.feelings(something.T) == pytest.approx(first.feelings(something.T), abs=1e-4)
    assert len({file.name for file in tmp_path.iterdir()}) == 4
