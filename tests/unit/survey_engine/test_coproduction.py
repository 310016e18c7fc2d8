"""The record of how a survey was made: it only grows, votes belong to exact words, nobody stays nobody."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.coproduction import (
    CREDIT_PROBLEMS,
    HEADINGS,
    NOBODY,
    Credit,
    CreditKind,
    Reworded,
    TakenUp,
    Tally,
    TurnedDown,
    Vote,
    as_markdown,
    credit,
    group_problem,
    provenance_of,
    record,
    refused,
    remembering,
    reworded,
    rows,
    tallies,
    with_provenance,
    wording_hash,
)
from survey_engine.definition import Audience, Choice, Group, Kind, Question, Survey, content_hash

quickly = settings(max_examples=60, deadline=None)
SAID = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20).map(str.strip).filter(bool)
NAMES = st.sampled_from(["Amber", "Thursday group", "Sol", ""])
QUESTIONS = st.sampled_from(["home", "mood"])
decisions = st.lists(
    st.one_of(
        st.builds(Reworded, QUESTIONS, st.builds(lambda said: {"en": said}, SAID), SAID),
        st.builds(TakenUp, QUESTIONS, NAMES),
        st.builds(TurnedDown, QUESTIONS, SAID, SAID),
    ),
    max_size=8,
)


def asked(said: str = "Describe your mood.", **changes: Any) -> Question:
    return Question(**({"name": "mood", "kind": Kind.TEXT, "label": {"en": said}} | changes))


def survey(*items: Any, **changes: Any) -> Survey:
    values: dict[str, Any] = {
        "name": "made", "title": {"en": "Made together"}, "audience": Audience.CHILD, "languages": ("en",),
        "items": items or (asked(),),
    }  # fmt: skip
    return Survey(**(values | changes))


def everything(survey_: Survey, votes: dict[str, Tally] | None = None) -> str:
    """All that leaves: the table, the page to read and the definition."""
    entries = record(survey_, votes)
    return f"{rows(entries)}\n{as_markdown(survey_, entries)}\n{survey_.model_dump(mode='json')}"


# -- nothing is lost


@quickly
@given(st.lists(SAID, min_size=1, max_size=6), st.lists(SAID, min_size=1, max_size=6))
def test_every_rewording_keeps_all_older_wordings_with_their_reasons(wordings: list[str], reasons: list[str]):
    question = asked()
    had = []
    for said, why in zip(wordings, reasons, strict=False):
        if question.label["en"] != said:
            had.append((question.label, why))
        question = reworded(question, {"en": said}, why)
        kept = [(one.words, one.why) for one in question.provenance.earlier] if question.provenance else []
        assert kept == had
        assert question.label["en"] == said


@quickly
@given(decisions, st.randoms(use_true_random=False))
def test_in_whatever_order_decisions_are_applied_the_record_holds_the_same(made: list[Any], chance: Any):
    shuffled = list(made)
    chance.shuffle(shuffled)
    first, second = provenance_of(made), provenance_of(shuffled)
    assert set(first) == set(second)
    for name, one in first.items():
        other = second[name]
        assert sorted(one.earlier, key=repr) == sorted(other.earlier, key=repr)
        assert sorted(one.refused, key=repr) == sorted(other.refused, key=repr)
        assert set(one.proposed_by.split(", ")) == set(other.proposed_by.split(", "))


@quickly
@given(decisions, decisions)
def test_more_decisions_only_add_to_what_stands_there(before: list[Any], after: list[Any]):
    was = provenance_of(before)
    now = provenance_of(after, was)
    for name, one in was.items():
        assert now[name].earlier[: len(one.earlier)] == one.earlier
        assert now[name].refused[: len(one.refused)] == one.refused
        assert now[name].proposed_by.startswith(one.proposed_by)


@quickly
@given(decisions)
def test_everything_decided_is_in_the_table_and_on_the_page_to_read(made: list[Any]):
    whole = with_provenance(survey(asked(), asked(name="home")), provenance_of(made))
    table = "\n".join(cell for row in rows(record(whole)) for cell in row)
    page = as_markdown(whole, record(whole)).replace("\\", "")
    for decided in made:
        said = {
            Reworded: lambda d: [d.before["en"], d.why],
            TakenUp: lambda d: [d.credit],
            TurnedDown: lambda d: [d.proposal, d.why],
        }[type(decided)](decided)
        for words in said:
            assert words in table
            assert " ".join(words.replace("\\", "").split()) in page


def test_a_change_by_hand_that_forgot_the_record_gets_it_back_with_the_wording_it_replaced():
    old = survey(refused(reworded(asked(), {"en": "How are you?"}, "shorter", credit="Sol"), "Are you sad?", "leading"))
    by_hand = survey(asked("How do you feel?"))
    question = remembering(old, by_hand, "clearer").questions[0]
    assert question.provenance is not None
    assert [(one.words["en"], one.why) for one in question.provenance.earlier] == [
        ("Describe your mood.", "shorter"), ("How are you?", "clearer"),
    ]  # fmt: skip
    assert (question.provenance.proposed_by, len(question.provenance.refused)) == ("Sol", 1)


def test_a_change_that_remembers_is_not_remembered_twice():
    old = survey()
    new = survey(reworded(old.questions[0], {"en": "How are you?"}, "shorter"))
    assert remembering(old, new) == new
    assert remembering(new, new) == new


def test_provenance_reaches_questions_inside_groups_and_leaves_the_rest_as_it_is():
    nested = survey(Group(name="part", label={"en": "Part"}, items=(asked(),)), asked(name="other"))
    assert with_provenance(nested, provenance_of([TakenUp("gone", "Sol")])) == nested
    changed = with_provenance(nested, provenance_of([TakenUp("mood", "Sol")]))
    assert changed.question_by_name["mood"].provenance is not None
    assert changed.question_by_name["other"] == nested.question_by_name["other"]
    assert content_hash(changed) != content_hash(nested)


@pytest.mark.parametrize(("proposal", "why"), [("Are you sad?", " "), ("", "leading"), ("\n", "\n")])
def test_nothing_is_refused_without_what_it_was_and_why(proposal: str, why: str):
    with pytest.raises(ValueError, match="reason"):
        refused(asked(), proposal, why)


# -- who is named


@quickly
@given(SAID)
def test_where_somebody_wants_to_be_nobody_what_they_typed_is_nowhere(typed: str):
    chosen = credit("nobody", f"Zeberdee{typed}", "Thursday group")
    assert chosen == NOBODY
    made = survey(reworded(asked(), {"en": "How are you?"}, "shorter", credit=NOBODY.name))
    assert made.questions[0].provenance is not None
    assert made.questions[0].provenance.proposed_by == ""
    assert not {"Zeberdee", "Thursday"} & set(everything(made).split())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Amber", "Amber"), ("  Zoë ", "Zoë"), ("Mary-Kate", "Mary-Kate"), ("D’Arcy", "D’Arcy"), ("سارة", "سارة"),
        ("Amber Shields", "full_name"), ("amber shields", "full_name"), ("Amber_Shields", "full_name"),
        ("amber.shields", "full_name"), ("", "name_missing"), ("Amber1", "not_a_name"), ("@amber", "not_a_name"),
        ("x" * 41, "too_long"), ("<b>", "not_a_name"), ("A,B", "full_name"),
    ],
)  # fmt: skip
def test_a_credit_is_a_first_name_and_never_more(typed: str, said: str):
    chosen = credit("first_name", typed, "Thursday group")
    assert chosen == (said if said in CREDIT_PROBLEMS else Credit(CreditKind.FIRST_NAME, said))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Thursday group", ""), ("Marlshire Children in Care Council", ""), ("Shout", ""), ("Year 9", ""),
        ("Amber Shields", "full_name"), ("Mary Kate Shields", "full_name"), ("J. Shields", "full_name"),
        ("amber@example.org", "not_a_name"), ("group 07700900123", "not_a_name"), ("", "name_missing"),
    ],
)  # fmt: skip
def test_a_group_is_not_named_like_a_person(name: str, problem: str):
    assert group_problem(name) == problem


def test_two_who_had_a_part_are_both_named_and_nobody_twice():
    made = provenance_of(
        [TakenUp("mood", "Sol"), TakenUp("mood", ""), TakenUp("mood", "Amber"), TakenUp("mood", "Sol")]
    )
    assert made["mood"].proposed_by == "Sol, Amber"


# -- votes


@quickly
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(list(Vote)))))
def test_every_vote_counts_once_for_the_wording_it_was_about(votes: list[tuple[str, Vote]]):
    counted = tallies(votes)
    assert sum(tally.all for tally in counted.values()) == len(votes)
    for wording, tally in counted.items():
        assert tally.good == votes.count((wording, Vote.GOOD))
        assert tally.change_it == votes.count((wording, Vote.CHANGE_IT))


@pytest.mark.parametrize(
    "other",
    [
        {"label": {"en": "How do you feel?"}}, {"hint": {"en": "Today"}}, {"name": "other"},
        {"choices": (Choice(name="a", label={"en": "Great"}), Choice(name="b", label={"en": "Bad"}))},
    ],
)  # fmt: skip
def test_a_vote_belongs_to_everything_that_was_seen(other: dict[str, Any]):
    choices = (Choice(name="a", label={"en": "Good"}), Choice(name="b", label={"en": "Bad"}))
    seen = asked(kind=Kind.SINGLE_CHOICE, choices=choices)
    changed = seen.model_copy(update=other)
    assert wording_hash(seen, "en") != wording_hash(changed, "en")
    entry = record(survey(changed), {wording_hash(seen, "en"): Tally(good=3)})[0]
    assert entry.now.votes == Tally()


def test_a_translation_that_comes_later_takes_no_vote_away_and_votes_in_it_count_too():
    translated = asked(label={"en": "How are you?", "cy": "Sut wyt ti?"})
    votes = tallies([(wording_hash(asked("How are you?"), "en"), 1), (wording_hash(translated, "cy", "en"), -1)])
    entry = record(survey(translated, languages=("en", "cy")), votes)[0]
    assert entry.now.votes == Tally(good=1, change_it=1)


def test_votes_for_words_a_question_had_stay_with_those_words():
    first = asked()
    votes = tallies([(wording_hash(first, "en"), -1), (wording_hash(first, "en"), -1)])
    second = reworded(first, {"en": "How are you?"}, "shorter")
    votes |= tallies([(wording_hash(second, "en"), 1)])
    entry = record(survey(second), votes)[0]
    assert (entry.now.votes, entry.earlier[0].votes) == (Tally(good=1), Tally(change_it=2))
    assert "[0 good, 0 not sure, 2 change it]" in rows([entry])[0][HEADINGS.index("earlier_wordings")]


# -- the files


def test_the_record_is_one_line_for_each_question_that_can_be_seen():
    whole = survey(
        asked(), asked(name="note", kind=Kind.NOTE, label={"en": "Thank you"}),
        asked(name="sum", kind=Kind.HIDDEN, label={"en": "Sum"}),
    )  # fmt: skip
    table = rows(record(whole))
    assert [row[0] for row in table] == ["mood", "note"]
    assert all(len(row) == len(HEADINGS) for row in table)
    buffer = io.StringIO()
    csv.writer(buffer).writerows(table)
    assert list(csv.reader(io.StringIO(buffer.getvalue()))) == table


def test_words_cannot_become_formatting_of_the_page_to_read():
    evil = survey(refused(asked("# <b>Mood</b> | [x](http://y)"), "line\n# heading", "*so*"))
    page = as_markdown(evil, record(evil))
    assert "\n# heading" not in page
    assert "<b>" not in page
    assert "[x](" not in page
