"""Which answers a person must see soon, and which only sound like it. All sentences are invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.screen import REASONS, TIERS, screen
from tests.conftest import SHARED_DATA

URGENT = {"red", "amber"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("my step dad punched me on sunday", "hurt_now"),
        ("she always slaps my little brother when he cries", "hurt_now"),
        ("sometimes i dont want to be here any more", "suicide"),
        ("i think everyone is better off without me", "suicide"),
        ("i cut my arms when its bad", "self_harm"),
        ("he touches me when mum is asleep", "sexual_harm"),
        ("a man online wants pictures of me", "online_harm"),
        ("they give me vapes and now they want something back", "exploitation"),
        ("im going to run away on friday", "running_away"),
        ("theres no food in the house most weekends", "hunger_or_neglect"),
        ("i am scared of my uncle", "fear"),
        ("he told me not to tell anyone", "secret"),
        ("my brother said he will stab me", "weapon_or_threat"),
        ("dad hits mum", "home_violence"),
        ("mum leaves us on our own all night", "alone"),
        ("they are making me marry my cousin", "forced_or_honour"),
        ("sometimes i stand on the bridge at night", "suicide"),
        ("she put my hand on the radiator", "hurt_now"),
        ("mum said the others get theirs and they feed the others first", "hunger_or_neglect"),
        ("she told me to say im fine", "secret"),
        ("i put the drawers against my door", "fear"),
        ("they laugh when i cry", "emotional_harm"),
        ("dad was on the sofa and wouldnt wake up, there was a bottle", "drink_or_drugs"),
        ("we had a brick through the window, they put bricks through our window", "weapon_or_threat"),
    ],
)
def test_what_must_be_read_soon_is_found_with_its_reason(text, reason):
    result = screen(text)
    assert result.tier in URGENT
    assert reason in result.reasons


@pytest.mark.parametrize(
    "text", ["he hirts me", "i wana die", "i want to kms", "im scard of my step dad", "he tuches me at nite in bed"]
)
def test_misspelling_does_not_hide_it(text):
    assert screen(text).tier in URGENT


@pytest.mark.parametrize(
    "text",
    [
        "this game kills me",
        "i hit the ball over the fence",
        "i was starving after football",
        "we beat them 3 nil",
        "my nan died last year and i miss her",
        "i love my carers and my room",
        "the film was scary",
        "i want to be an artist when i grow up",
        "more trips please",
        "i feel like the odd one out",
        "private rent is impossible",
        "the letters were rude to my mum",
        "stuff goes missing here",
        "the peas are frozen",
        "we walk the dog to the bridge and look at the fish under the bridge",
        "he put my hand on the bike and showed me the brake",
        "mum wouldnt wake up for her alarm",
        "they told me to say cheese for the photo",
        "dont let the cat in the kitchen",
    ],
)
def test_what_only_sounds_like_it_is_left(text):
    assert screen(text).tier not in URGENT


def test_a_negation_lowers_the_tier_and_keeps_the_reason():
    plain, denied = screen("he hits me"), screen("nobody says that he hits me")
    assert plain.tier == "red"
    assert denied.tier == "amber"
    assert "hurt_now" in denied.reasons


@pytest.mark.parametrize(
    "text",
    [
        "my step dad used to hit me but that was years ago and he is long gone",
        "we did a poster about grooming in pshe",
        "Past self-harm, no thoughts now",
    ],
)
def test_what_is_over_or_was_only_taught_goes_to_the_lowest_tier_and_keeps_its_reason(text):
    result = screen(text)
    assert result.tier == "green"
    assert result.reasons


@pytest.mark.parametrize(
    "text", ["he used to hit me and he still does", "we did a poster about grooming and that happened to me"]
)
def test_what_goes_on_is_not_over(text):
    assert screen(text).tier in ("red", "amber")


def test_laughing_does_not_make_it_harmless():
    assert screen("my dad hits me lol 😂").tier == "red"


@pytest.mark.parametrize(
    ("text", "language"), [("on mnie bije", "pl"), ("он меня бьёт", "en"), ("everything ok 我很害怕", "en")]
)
def test_what_cannot_be_read_here_is_at_least_amber(text, language):
    result = screen(text, language)
    assert result.tier in URGENT
    assert "other_language" in result.reasons


def test_the_worst_of_several_sentences_counts_and_comes_first():
    result = screen("I feel sad. My food is nice. He hits me. i want to die")
    assert result.tier == "red"
    assert "unhappy" in result.reasons
    assert result.reasons[-1] == "unhappy"


def test_every_reason_has_a_sentence_for_the_reader():
    assert all(sentence.endswith(".") for sentence in REASONS.values())


@pytest.mark.parametrize("text", ["", "  ", "🙂", "\u200b", "\x00"])
def test_nothing_to_read_is_nothing(text):
    assert screen(text).tier == "none"


def test_a_cry_at_the_end_of_a_very_long_text_is_heard():
    words = " ".join(f"word{n}" for n in range(6000))
    assert screen(words + " and he hits me").tier == "red"


def test_reaches_what_was_measured_on_the_shared_set():
    file = SHARED_DATA / "safeguarding" / "dev.jsonl"
    if not file.is_file():
        pytest.skip(f"no shared data at {file}")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    alerts = [(row["label"] == "concern", screen(row["text"]).tier in URGENT) for row in rows]
    assert sum(alert for concern, alert in alerts if concern) / sum(concern for concern, _ in alerts) >= 0.95
    assert sum(alert for concern, alert in alerts if not concern) / sum(not concern for concern, _ in alerts) <= 0.1


@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                [
                    "he hits me",
                    "\u202ehe hits me",
                    "<b>",
                    "'; DROP TABLE x",
                    "\x00",
                    "🔪",
                    "\ud800",
                    "я боюсь",
                    "ha " * 50,
                ]
            ),
        ),
        max_size=8,
    )
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_has_a_tier_and_reasons_that_are_known(pieces):
    result = screen(" ".join(pieces))
    assert result.tier in TIERS
    assert set(result.reasons) <= REASONS.keys()
    assert (result.tier == "none") == (not result.reasons)
