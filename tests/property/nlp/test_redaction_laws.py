"""Laws of redaction that hold for any text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.redact import redact
from nlp.screen import TIERS, screen
from nlp.text import fold

PIECES = st.sampled_from(
    "Grace hope Will Zofia zofia O'Rourke Ng and said my the friend at School Primary Lane 12 4 LS1 4AP . , ! ? ' \u200b \u202e \x00 é ł Ł 🙂 [PERSON_1] [ ] _ @ab_c1 "
    "07700 900456 is called in Leeds United 张伟 مريم <b> dob 01/02/2013 K . and B".split(" ")
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=10).map("".join), st.text(max_size=60)
)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_redacting_twice_changes_nothing(text):
    once = redact(text, ["Zofia Ng"]).text
    assert redact(once, ["Zofia Ng"]).text == once


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_spans_lie_in_the_original_in_order_and_explain_the_result(text):
    result = redact(text)
    rebuilt, end = "", 0
    for span in result.spans:
        assert end <= span.start < span.end <= len(text)
        surrogate_at = len(rebuilt) + span.start - end
        assert result.text[surrogate_at:].startswith(f"[{span.type}_")
        rebuilt = result.text[: result.text.index("]", surrogate_at) + 1]
        end = span.end
    assert rebuilt + text[end:] == result.text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_known_rare_name_never_survives(before, after):
    result = redact(f"{before} Quillfeather {after}", ["Quillfeather"])
    assert "Quillfeather" not in result.text


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_folding_keeps_every_place(text):
    folded = fold(text)
    assert len(folded.places) == len(folded.text) + 1
    assert list(folded.places) == sorted(folded.places)
    assert folded.places[-1] == len(text)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_screening_answers_for_any_text(text):
    result = screen(text)
    assert result.tier in TIERS
    assert (result.tier == "none") == (not result.reasons)
