"""Permission: absence is never a yes, order of arrival does not matter, and what an adult reads hides nothing."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_engine.answers import Problem
from survey_engine.authoring import read_notices
from survey_engine.consent import About, Decision, Notice, Purpose, notice_hash
from survey_engine.definition import Audience
from survey_engine.permission import (
    SOMEBODY_ELSE,
    Capacity,
    PermissionEvent,
    Said,
    Standing,
    decision,
    read_said,
    standing,
    with_reason,
)
from survey_engine.wording import read

AGREED, DECLINED, WITHDRAWN = Decision


def event(what: Decision, sequence: int) -> PermissionEvent:
    return PermissionEvent(Capacity.PARENT, what, date(2026, 3, 1), "1", "hash", sequence)


def notice() -> Notice:
    read_ = read_notices((resources.files("survey_engine") / "notices" / "permission.yaml").read_bytes())
    assert isinstance(read_, dict), read_
    return read_[Audience.PARENT_CARER]


@pytest.mark.parametrize(
    ("events", "stands"),
    [
        ([], Standing.WAITING),
        ([AGREED], Standing.GIVEN),
        ([DECLINED], Standing.REFUSED),
        ([AGREED, WITHDRAWN], Standing.REFUSED),
        ([AGREED, WITHDRAWN, AGREED], Standing.GIVEN),
        ([DECLINED, AGREED], Standing.GIVEN),
    ],
)
def test_the_newest_word_holds(events: list[Decision], stands: Standing) -> None:
    said = [event(what, number) for number, what in enumerate(events)]
    assert standing(said) is standing(said[::-1]) is stands


@given(st.lists(st.tuples(st.sampled_from(Decision), st.integers(1, 4))))
def test_of_two_at_the_same_place_a_no_counts_in_whatever_order_they_come(said: list[tuple[Decision, int]]) -> None:
    events = [event(what, sequence) for what, sequence in said]
    last = max((sequence for _, sequence in said), default=0)
    newest = {what for what, sequence in said if sequence == last}
    expected = Standing.WAITING if not said else Standing.GIVEN if newest == {AGREED} else Standing.REFUSED
    assert standing(events) is standing(reversed(events)) is expected


def test_only_a_no_after_a_yes_takes_something_back() -> None:
    yes, no = event(AGREED, 1), event(DECLINED, 1)
    assert [decision(False, before) for before in ([], [no], [yes])] == [DECLINED, DECLINED, WITHDRAWN]
    assert {decision(True, before) for before in ([], [no], [yes])} == {AGREED}


@given(
    st.dictionaries(
        st.sampled_from(["capacity", "permission", "other"]),
        st.lists(st.sampled_from(["parent", "authority", SOMEBODY_ELSE, "yes", "no", "", "YES", "1"]), max_size=3),
    )
)
def test_only_an_explicit_yes_by_one_who_may_is_a_yes(fields: dict[str, list[str]]) -> None:
    said = read_said(fields)
    if isinstance(said, tuple):
        assert {type(one) for one in said} == {Problem}
        return
    assert said == Said(None) or (len(set(fields["capacity"])) == 1 and said.capacity in set(Capacity))
    assert said.yes == (said.capacity is not None and set(fields["permission"]) == {"yes"})


def test_what_an_adult_reads_says_all_that_they_never_see_and_is_easy() -> None:
    told = notice()
    assert [asked.purpose for asked in told.purposes] == [Purpose.TAKE_PART]
    for language in ("en", "en-x-easy"):
        said = [text[language] for section in told.sections for text in (section.heading, *section.paragraphs)]
        words = " ".join(said)
        assert all(number in words for number in ("999", "0800 1111", "two years", "three words"))
        assert "never see what the child says" in words
        assert re.search(r"do not tell you if they answered", words)
        assert re.search(r"before that stay", words)
        age = read("\n".join(said)).age
        assert age is not None
        assert age - 5 <= 4
        longest = 15 if language == "en-x-easy" else 25
        assert all(len(one.split()) <= longest for text in said for one in re.split(r"(?<=[.!?])\s+", text))


def test_the_officers_sentence_is_part_of_what_is_agreed_to() -> None:
    before = notice()
    after = with_reason(before, "They are under ten.", "en")
    (why,) = [section for section in after.sections if section.about is About.WHY]
    assert why.paragraphs[0] == {"en": "They are under ten."}
    assert notice_hash(after) != notice_hash(before)
    assert notice_hash(with_reason(before, "They are under nine.", "en")) != notice_hash(after)
