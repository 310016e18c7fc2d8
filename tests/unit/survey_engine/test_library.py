"""The surveys that ship: they load, every page can be reached, and they read as a child reads."""

from __future__ import annotations

import itertools
import re
from importlib import resources

import pytest

from survey_engine import journey
from survey_engine.answers import Answer, AnswerState
from survey_engine.authoring import read_notices, read_yaml, write_yaml
from survey_engine.consent import About, Notice, Purpose
from survey_engine.definition import CHOICE, Audience, Question, Survey, Voice
from survey_engine.expressions import Value, names
from survey_engine.languages import gaps, texts

LIBRARY = resources.files("survey_engine") / "library"
SURVEYS = {
    "children_8_11": Audience.CHILD,
    "young_people_12_17": Audience.YOUNG_PERSON,
    "parents_carers": Audience.PARENT_CARER,
    "observation": Audience.PRACTITIONER,
}
LONGEST_SENTENCE = {Audience.CHILD: 15, Audience.YOUNG_PERSON: 22, Audience.PARENT_CARER: 25, Audience.PRACTITIONER: 25}
JARGON = re.compile(r"\b(placement|contact with|LAC|sibling|CIN|IRO|intervention|stakeholder|utilise)\b", re.IGNORECASE)


def survey(name: str) -> Survey:
    result = read_yaml((LIBRARY / f"{name}.yaml").read_bytes())
    assert isinstance(result, Survey), result
    return result


def notices() -> dict[Audience, Notice]:
    result = read_notices((LIBRARY / "notice.yaml").read_bytes())
    assert isinstance(result, dict), result
    return result


@pytest.mark.parametrize("name", SURVEYS)
def test_a_survey_is_whole(name: str) -> None:
    read = survey(name)
    assert read.audience is SURVEYS[name]
    assert 8 <= len(read.questions) <= 12
    assert 2 <= sum(question.holds_free_text for question in read.questions)
    assert any(question.relevant is not None for question in read.questions)
    assert read_yaml(write_yaml(read).encode()) == read


@pytest.mark.parametrize("name", SURVEYS)
def test_every_page_can_be_reached(name: str) -> None:
    read = survey(name)
    looked_at = sorted(set().union(*(names(question.relevant) for question in read.questions if question.relevant)))
    reached: set[str] = set()
    for combination in itertools.product(*(_possible(read.question_by_name[other]) for other in looked_at)):
        answers = {
            name: Answer(AnswerState.ANSWERED, value)
            for name, value in zip(looked_at, combination, strict=True)
            if value is not None
        }
        reached |= {question.name for question in journey.visible(read, answers)}
    assert reached == set(read.place)


def _possible(question: Question) -> list[Value]:
    options = [choice.name for choice in question.choices]
    if not options:
        return [None, 1 if question.kind not in CHOICE else "x"]
    several = [(option,) for option in options] if question.kind.value == "multiple_choice" else list(options)
    return [None, *several]


@pytest.mark.parametrize("name", [name for name, audience in SURVEYS.items() if audience is not Audience.PRACTITIONER])
def test_nobody_has_to_say_anything(name: str) -> None:
    assert all(question.may_decline for question in survey(name).questions)
    assert sum(question.required for question in survey(name).questions) <= 1


def test_five_faces_have_five_words() -> None:
    faces = [q for name in SURVEYS for q in survey(name).questions if q.appearance == "faces"]
    assert faces
    assert all(len(question.choices) == 5 for question in faces)


def test_an_observation_keeps_the_childs_words_apart() -> None:
    voices = {question.name: question.voice for question in survey("observation").questions if question.holds_free_text}
    assert voices.pop("child_words") is Voice.CHILD
    assert set(voices.values()) == {Voice.PRACTITIONER}


@pytest.mark.parametrize("name", SURVEYS)
def test_sentences_are_short_and_free_of_jargon(name: str) -> None:
    read = survey(name)
    said = [*read.title.values(), *read.introduction.values()]
    for question in read.questions:
        said += [*question.label.values(), *question.hint.values(), *question.constraint_message.values()]
        said += [words for choice in question.choices for words in choice.label.values()]
    _read_easily(said, read.audience)


@pytest.mark.parametrize("audience", Audience)
def test_a_notice_says_everything_in_short_sentences(audience: Audience) -> None:
    notice = notices()[audience]
    said = [words for section in notice.sections for text in section.paragraphs for words in text.values()]
    said += [
        words for asked in notice.purposes for text in (asked.question, asked.explanation) for words in text.values()
    ]
    _read_easily(said, audience)
    assert notice.sections[0].about is About.LIMITS
    told = " ".join(said)
    assert "999" in told
    assert "0800 1111" in told
    if audience is not Audience.PRACTITIONER:
        assert [asked.purpose for asked in notice.purposes] == list(Purpose)
        assert "three" in told
        assert "two years" in told


EASY = "en-x-easy"
CONTRACTION = re.compile(r"\w['’](t|s|m|re|ll|ve|d)\b", re.IGNORECASE)
HARD = re.compile(r"[;:()–—]|\b(which|whose|although|however|unless|might|would have)\b", re.IGNORECASE)


def test_every_survey_that_ships_has_every_text_in_every_language_it_offers() -> None:
    shipped = [read_yaml(file.read_bytes()) for file in LIBRARY.iterdir() if file.name not in ("notice.yaml",)]
    assert len(shipped) >= len(SURVEYS)
    assert [gap.message for read in shipped if isinstance(read, Survey) for gap in gaps(read)] == []


def test_the_easy_read_version_says_one_thing_at_a_time_in_short_sentences_without_contractions() -> None:
    read, notice = survey("children_8_11"), notices()[Audience.CHILD]
    assert read.languages == ("en", EASY)
    said = [text[EASY] for _, text in texts(read)]
    said += [text[EASY] for section in notice.sections for text in (section.heading, *section.paragraphs)]
    said += [text[EASY] for asked in notice.purposes for text in (asked.question, asked.explanation)]
    assert len(said) > 80
    for words in said:
        assert not CONTRACTION.search(words), words
        assert not HARD.search(words), words
        for sentence in re.split(r"(?<=[.!?])\s+", words):
            assert len(sentence.split()) <= 15, sentence
            assert sentence.count(",") <= 1, sentence


def test_easy_read_keeps_every_number_to_ring() -> None:
    notice = notices()[Audience.CHILD]
    for language in ("en", EASY):
        told = " ".join(text[language] for section in notice.sections for text in section.paragraphs)
        assert all(number in told for number in ("999", "0800 1111", "two years", "three"))


@pytest.mark.parametrize("name", SURVEYS)
def test_not_knowing_is_never_counted_as_an_opinion(name: str) -> None:
    for question in survey(name).questions:
        for choice in question.choices:
            unsure = re.match("(I don.t know|I.m not sure|I am not sure)", choice.label["en"])
            assert (choice.means == "dont_know") is bool(unsure), choice.name


def _read_easily(said: list[str], audience: Audience) -> None:
    for words in said:
        assert not JARGON.search(words), words
        for sentence in re.split(r"(?<=[.!?:])\s+", words):
            assert len(sentence.split()) <= LONGEST_SENTENCE[audience], sentence
