"""Agreement: absence is never a yes, order of arrival does not matter, a notice is never incomplete."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from survey_engine.answers import Problem
from survey_engine.consent import (
    About,
    AgreementEvent,
    Decision,
    Notice,
    Permitted,
    Purpose,
    notice_hash,
    permitted,
    read_choices,
)

TAKE_PART, QUOTES, RESEARCH, CONTACT = Purpose
AGREED, DECLINED, WITHDRAWN = Decision


def event(purpose: Purpose, decision: Decision, sequence: int) -> AgreementEvent:
    return AgreementEvent(purpose, decision, date(2026, 3, 1), "1", "hash", sequence)


def notice(**changes: Any) -> Notice:
    words = {"en": "Words."}
    made: dict[str, Any] = {
        "version": "1",
        "audience": "child",
        "controller": words,
        "title": words,
        "sections": [{"about": about, "heading": words, "paragraphs": [words]} for about in About],
        "purposes": [{"purpose": purpose, "question": words, "explanation": words} for purpose in Purpose],
    }
    return Notice.model_validate(made | changes)


@pytest.mark.parametrize(
    ("events", "allowed"),
    [
        ([], Permitted()),
        ([(QUOTES, AGREED)], Permitted()),
        ([(TAKE_PART, DECLINED), (QUOTES, AGREED)], Permitted()),
        ([(TAKE_PART, AGREED)], Permitted(collect=True, analyse=True)),
        ([(TAKE_PART, AGREED), (QUOTES, AGREED)], Permitted(collect=True, analyse=True, quote=True)),
        ([(TAKE_PART, AGREED), (QUOTES, AGREED), (QUOTES, WITHDRAWN)], Permitted(collect=True, analyse=True)),
        ([(TAKE_PART, AGREED), (QUOTES, AGREED), (TAKE_PART, WITHDRAWN)], Permitted()),
        ([(TAKE_PART, WITHDRAWN), (TAKE_PART, AGREED)], Permitted(collect=True, analyse=True)),
        ([(purpose, AGREED) for purpose in Purpose], Permitted(True, True, True, True, True)),
    ],
)
def test_what_is_permitted_follows_from_the_latest_event_of_each_purpose(
    events: list[tuple[Purpose, Decision]], allowed: Permitted
) -> None:
    numbered = [event(purpose, decision, number) for number, (purpose, decision) in enumerate(events)]
    for order in itertools.permutations(numbered):
        assert permitted(order) == allowed


def test_two_events_with_one_sequence_permit_the_lesser() -> None:
    both = [event(TAKE_PART, AGREED, 1), event(TAKE_PART, WITHDRAWN, 1)]
    assert permitted(both) == permitted(both[::-1]) == Permitted()


def test_every_purpose_needs_its_own_yes_or_no() -> None:
    problems = read_choices(notice(), {"purpose_take_part": ["yes"], "purpose_quotes": ["maybe"]})
    assert isinstance(problems, tuple)
    assert [(problem.question, problem.code) for problem in problems] == [
        ("purpose_quotes", "unknown_option"),
        ("purpose_research", "required"),
        ("purpose_contact_again", "required"),
    ]


def test_a_no_to_taking_part_declines_everything_without_asking() -> None:
    said = {"purpose_take_part": ["no"], "purpose_quotes": ["yes"]}
    assert read_choices(notice(), said) == dict.fromkeys(Purpose, DECLINED)


@pytest.mark.parametrize(
    "said", [{}, {"purpose_take_part": ["yes", "no"]}, {"purpose_take_part": ["on"]}, {"x": ["no"]}]
)
def test_nothing_else_is_taken_for_a_yes(said: dict[str, list[str]]) -> None:
    problems = read_choices(notice(purposes=notice().purposes[:1]), said)
    assert isinstance(problems, tuple)
    assert all(isinstance(problem, Problem) for problem in problems)
    assert problems


def test_purposes_the_notice_does_not_name_are_not_decided() -> None:
    assert read_choices(notice(purposes=notice().purposes[:1]), {"purpose_take_part": ["yes"]}) == {TAKE_PART: AGREED}


@pytest.mark.parametrize("about", About)
def test_a_notice_that_leaves_something_out_cannot_be_made(about: About) -> None:
    with pytest.raises(ValidationError):
        notice(sections=[section for section in notice().sections if section.about is not about])


def test_a_notice_starts_with_what_cannot_be_kept_private_and_asks_about_taking_part_first() -> None:
    with pytest.raises(ValidationError):
        notice(sections=notice().sections[::-1])
    with pytest.raises(ValidationError):
        notice(purposes=notice().purposes[::-1])


def test_any_change_of_words_changes_the_hash() -> None:
    assert notice_hash(notice()) == notice_hash(notice())
    assert notice_hash(notice()) != notice_hash(notice(title={"en": "Words!"}))
