"""What the rules about words find, measured on invented wordings, and what they let through."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine import contrast, wording
from survey_engine.identifying import asks_for
from survey_engine.plain_words import ABBREVIATIONS, TERMS, jargon
from tests.unit.survey_engine.labelled_wordings import MENDED, labelled, score

EASY_PAGES = [
    "Who helps you when you need it?\nChoose as many as you like.\nMy mum or dad\nMy foster carer\nA friend\nSomeone else",
    "How do you feel about the place where you live?\nI love it\nI like it\nIt's okay\nI don't like it much\nI hate it",
    "Do you see your brothers and sisters as much as you want?\nYes\nI want to see them more\nI want to see them less",
    "What is the best thing about your school?\nIt can be a big thing or a small thing. Spelling does not matter.",
    "When did your social worker last come to see you?\nThis week\nLast week\nA long time ago\nI don't know",
    "Is there a quiet place where you can do your homework?\nYes, in my room\nYes, but it is noisy\nNo\nI don't know",
    "You have a magic wand for one day. What would you change where you live? You can write or draw it.",
    "Some children like to talk about how they feel. Some do not. What about you?\nI like to talk\nI do not like to talk",
    "Did someone tell you why you moved?\nYes, and I understood\nYes, but I did not understand\nNo\nI don't know",
    "Have you got someone you can trust?\nThis is someone who listens and who you can tell things to.\nYes\nNo\nI'm not sure",
    "What do you do after school?\nPlay outside\nWatch TV\nSee my friends\nGo to a club\nSomething else",
    "How did you sleep last night?\nVery well\nWell\nNot so well\nBadly\nI do not want to say. That is fine too.",
]
HARD_PAGES = [
    "How satisfied are you with the arrangements for seeing members of your family?\nExtremely satisfied\nFairly satisfied"
    "\nNeither satisfied nor dissatisfied\nDissatisfied",
    "To what extent do professionals consider your opinions when making decisions?\nConsistently\nOccasionally\nRarely",
    "Following your most recent review meeting, were the recommendations explained to you in a way that you were able to "
    "understand?\nYes, completely\nPartially\nNot at all",
    "Please describe the qualities you consider most important in a social worker, and explain how these qualities have "
    "influenced your experience.",
    "Are you provided with sufficient information about your entitlements, including advocacy services?\nYes\nUncertain",
    "How would you evaluate the effectiveness of your current living arrangements in supporting your education and "
    "emotional development?\nVery effective\nEffective\nIneffective",
    "Has your personal education plan been discussed with you, and were your aspirations and priorities included within "
    "the document?\nYes\nNo\nNot applicable",
    "Which of the following organisations have provided assistance to you during the transition to secondary education?\n"
    "Youth service\nVoluntary organisation\nHealth professionals",
    "In general, how confident are you that concerns you raise regarding your safety will be investigated appropriately?"
    "\nConfident\nModerately confident\nNot confident",
    "Thinking about the accommodation in which you currently reside, please indicate your level of agreement that it is "
    "comfortable, private and adequately furnished.",
    "What additional opportunities for recreation would you appreciate in the community where you currently live?",
    "Do you participate in extracurricular activities organised by your school or by community organisations in your "
    "neighbourhood?\nRegularly\nOccasionally\nNever",
]


def is_hard(page: str) -> bool:
    reading = wording.read(page)
    return reading.is_older_than(9) or (reading.age is None and len(reading.hard_words) >= 3)


def test_every_wording_the_rules_were_mended_on_is_read_as_labelled() -> None:
    wrong = [
        (line.said, line.expected, line.found)
        for line in (*labelled()[::2], *labelled(MENDED))
        if line.expected != line.found
    ]
    assert not wrong


def test_wordings_the_rules_were_never_mended_on_are_read_well_too() -> None:
    precision, recall = score(labelled()[1::2])
    assert precision >= 0.95, precision
    assert recall >= 0.95, recall


def test_easy_and_hard_pages_are_told_apart() -> None:
    assert [page for page in EASY_PAGES if is_hard(page)] == []
    assert [page for page in HARD_PAGES if not is_hard(page)] == []


def test_a_short_label_has_no_reading_age() -> None:
    assert wording.read("Accommodation?").age is None
    assert not wording.read("Accommodation?").is_older_than(9)
    assert not wording.read("").is_older_than(9)


def test_options_do_not_hide_a_long_question() -> None:
    question = " ".join(["How do you feel about the things that people decide about you"] * 3) + "?"
    bare, listed = wording.read(question).age, wording.read(f"{question}\nYes\nNo\nGood\nBad\nSad").age
    assert bare is not None
    assert listed is not None
    assert listed > bare - 3


def test_syllables_are_those_that_are_heard() -> None:
    words = """house 1 meeting 2 officer 3 decision 3 education 4 tables 2 wanted 2 asked 1 visited 3 moved 1 noises 2
        lonely 2 safety 2 careful 2 mother's 2 boss's 2 radio 3 piano 3 language 2 million 2 religion 3 patient 2 material 4
        official 3 buying 2 seeing 2 carrying 3 homework 2 whenever 3 accommodation 5 responsibility 6 tired 1 poetry 3
        cruel 2 rhythm 2 breathe 1 great 1 reach 1 actually 4 voluntary 4 reviews 2 brother-in-law 4 2026 4""".split()
    heard = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    assert {word: wording.syllables(word) for word in heard} == heard


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Do you get help from CAMHS?", ["CAMHS"]),
        ("Two siblings, or one sibling?", ["siblings", "sibling"]),
        ("Placement, placement, PLACEMENT", ["Placement"]),
        ("Is your pathway plan ready?", ["pathway plan"]),
        ("Do you see your social worker’s office?", []),
        ("Can you contact us? Who can you contact?", []),
        ("How was your work placement?", []),
        ("You are in contact with us.", []),
        ("pa and cin are not PA and CIN", ["PA", "CIN"]),
        ("peer through the window", ["peer"]),  # a false alarm we live with
        ("Open the attachment file", []),
        ("", []),
    ],
)
def test_words_of_the_trade_are_found_whole_and_once(text: str, found: list[str]) -> None:
    assert [word.said for word in jargon(text)] == found


def test_the_list_of_trade_words_is_long_and_its_plain_words_are_plain() -> None:
    assert len(ABBREVIATIONS) + len(TERMS) >= 60
    for plain_words in (*ABBREVIATIONS.values(), *(instead for _, instead in TERMS)):
        assert wording.read(plain_words).longest <= 15


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(TERMS).flatmap(
        lambda term: st.from_regex(term[0], fullmatch=True, alphabet=st.characters(codec="ascii"))
    )
)
def test_no_trade_word_is_missed_for_want_of_a_closer_look(written: str) -> None:
    assert jargon(f"Tell us: {written}.") or "-" in written[:1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("You don’t have to.", "don't"),
        ("It's fine.", "It's"),
        ("Your mum's house", ""),
        ("Let's go", "Let's"),
        ("cannot", ""),
    ],
)
def test_a_contraction_is_no_possessive(text: str, said: str) -> None:
    assert wording.contraction(text) == said


def test_an_option_leans_as_people_read_it() -> None:
    said = [
        "Very good",
        "Not bad",
        "OK",
        "Not very good",
        "I don't like it",
        "I really hate it",
        "Tuesday",
        "I don't know",
    ]
    assert [wording.leaning(option) for option in said] == [2, 0, 0, -1, -1, -2, None, None]


@pytest.mark.parametrize(
    "harmless",
    [
        "What would you name the house?", "Do you know your postcode?", "Do not write your name. What do you like?",
        "Who knows where you live?", "Have you changed your school?", "How do you feel about your name?",
        "Is your address safe?", "Where do you feel safe?", "What is the phone like?", "What number of people is best?",
        "What time is your phone taken away?", "Which birthday was best?", "What do you call your carers?",
    ],
)  # fmt: skip
def test_talking_about_an_identifier_is_not_asking_for_it(harmless: str) -> None:
    assert asks_for(harmless) is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    wording.read(text)
    wording.remarks(text)
    wording.several_ideas(text)
    wording.abbreviation(text)
    jargon(text)
    asks_for(text)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast.contrast_ratio("#000", "#fff") == contrast.contrast_ratio("#FFFFFF", "#000000") == 21.0
    assert contrast.contrast_ratio("#777777", "#ffffff") == 4.47  # the standard's well-known near miss of 4.5
    assert contrast.contrast_ratio("#123456", "#123456") == 1.0
    with pytest.raises(ValueError, match="hexadecimal"):
        contrast.contrast_ratio("red", "#fff")


@pytest.mark.parametrize(
    ("accent", "passes"), [("#0b5257", True), ("#000", True), ("#1d70b8", False), ("#ffdd00", False)]
)
def test_an_accent_must_be_readable_on_every_paper(accent: str, passes: bool) -> None:
    assert (contrast.accent_fails(accent) == ()) is passes
    assert "#0b5257" in contrast.accent_fails("blue")[0]


@pytest.mark.parametrize(
    "hostile",
    ["name of " * 2_500, "and " * 5_000, "what is your " * 1_500, "n't" * 6_000, "a" * 20_000, "(" * 20_000, "e.g. " * 4_000,
     "our very " * 2_000, "how much does " * 1_400, "in the last " * 1_600, "[" * 20_000, "not " * 5_000],
)  # fmt: skip
def test_a_hostile_label_is_read_in_no_time(hostile: str) -> None:
    start = time.process_time()
    wording.read(hostile)
    wording.remarks(hostile)
    wording.several_ideas(hostile)
    jargon(hostile)
    asks_for(hostile)
    assert time.process_time() - start < 1
