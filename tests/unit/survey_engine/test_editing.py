"""Changing a survey that is being written: what follows by itself, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.definition import Audience, Choice, Group, Kind, Provenance, Question, Repeat, Survey
from survey_engine.editing import (
    Add,
    AddLanguage,
    Attach,
    Delete,
    Detach,
    Duplicate,
    Edited,
    Include,
    Move,
    RemoveLanguage,
    Replace,
    edit,
    free_name,
)
from survey_engine.expression_parser import parse
from survey_engine.expressions import print_expression
from survey_engine.faults import faults
from survey_engine.scales import Scale, ScaleItem


def question(name: str, **changes: Any) -> Question:
    return Question(**({"name": name, "kind": Kind.TEXT, "label": {"en": f"{name}?"}} | changes))


def yes_no(name: str, **changes: Any) -> Question:
    choices = (Choice(name="yes", label={"en": "Yes"}), Choice(name="no", label={"en": "No"}))
    return question(name, kind=Kind.SINGLE_CHOICE, choices=choices, **changes)


def survey(*items: Question | Group, **changes: Any) -> Survey:
    values = {"name": "s", "title": {"en": "S"}, "audience": Audience.CHILD, "languages": ("en",), "items": items}
    return Survey(**(values | changes))


HOME = survey(
    yes_no("settled", constraint=parse('. = "yes" or . = "no"')),
    Group(
        name="help", label={"en": "Help"}, relevant=parse('settled = "no"'),
        items=(
            question("who", label={"en": "Who helps? You said ${settled}."}),
            question("why", relevant=parse('selected(settled, "no") and answered(who)')),
        ),
    ),
    question("end"),
    scales=(Scale(name="calm", title={"en": "Calm"}, items=(ScaleItem(question="settled", values={"yes": 1, "no": 0}),)),),
)  # fmt: skip


def names(changed: Any) -> list[str]:
    assert isinstance(changed, Edited), changed
    return [item.name for item in changed.survey.all_items]


def done(of: Survey, *operations: Any) -> Survey:
    for operation in operations:
        changed = edit(of, operation)
        assert isinstance(changed, Edited), changed
        of = changed.survey
    return of


def refused(of: Survey, operation: Any) -> str:
    """The code of the first problem."""
    problems = edit(of, operation)
    assert not isinstance(problems, Edited)
    return problems[0].code


def test_a_new_name_is_followed_in_conditions_repeated_words_and_scales():
    settled = HOME.question_by_name["settled"]
    changed = done(HOME, Replace("settled", settled.model_copy(update={"name": "calm_there"})))
    group = changed.items[1]
    assert isinstance(group, Group)
    assert group.relevant is not None
    assert print_expression(group.relevant) == 'calm_there = "no"'
    assert changed.question_by_name["who"].label["en"] == "Who helps? You said ${calm_there}."
    assert changed.scales[0].items[0].question == "calm_there"
    assert faults(changed) == ()


def test_a_new_name_of_an_option_is_followed_where_that_question_is_meant():
    settled = HOME.question_by_name["settled"]
    choices = (settled.choices[0], settled.choices[1].model_copy(update={"name": "not_yet"}))
    changed = done(HOME, Replace("settled", settled.model_copy(update={"choices": choices}), {"no": "not_yet"}))
    printed = [print_expression(e) for e in (changed.items[1].relevant, changed.question_by_name["why"].relevant) if e]
    assert printed == ['settled = "not_yet"', 'selected(settled, "not_yet") and answered(who)']
    rule = changed.question_by_name["settled"].constraint
    assert rule is not None
    assert print_expression(rule) == '. = "yes" or . = "not_yet"'
    assert changed.scales[0].items[0].values == {"yes": 1, "not_yet": 0}


def test_earlier_wordings_stay_what_they_were():
    told = Provenance(proposed_by="The Tuesday group", earlier=({"words": {"en": "Was ${a} there?"}},))
    of = survey(question("a"), question("b", provenance=told))
    changed = done(of, Replace("a", question("c")))
    assert changed.question_by_name["b"].provenance == told


def test_a_name_that_is_taken_is_refused():
    assert refused(HOME, Replace("end", question("who"))) == "not_a_survey"
    assert refused(HOME, Add(question("who"))) == "not_a_survey"


def test_what_others_look_at_is_not_deleted_without_asking():
    of = done(HOME, Replace("who", question("who")))
    problems = edit(of, Delete("settled"))
    assert not isinstance(problems, Edited)
    (problem,) = problems
    assert (problem.code, problem.names) == ("looked_at", ("help", "why"))
    left = done(of, Delete("settled", drop_conditions=True))
    assert [item.name for item in left.all_items if item.relevant] == []
    assert faults(left) == ()


def test_another_survey_is_taken_in_with_its_scales_and_its_credit():
    other = COUNTED.model_copy(update={"name": "two-questions", "credit": {"en": "By them", "cy": "Ganddyn nhw"}})
    made = done(survey(question("mine"), credit={"en": "By us"}), Include(other))
    assert [item.name for item in made.all_items] == ["mine", "two_questions", "both", "a", "b", "end"]
    assert made.scales == COUNTED.scales
    assert made.credit == {"en": "By us\n\nBy them"}
    assert refused(survey(question("end")), Include(other)) == "not_a_survey"


COUNTED = survey(
    Group(name="both", label={"en": "Both"}, items=(yes_no("a"), yes_no("b"))),
    question("end"),
    scales=(Scale(name="two", title={"en": "Two"}, items=tuple(ScaleItem(question=name, values={"yes": 1, "no": 0}) for name in "ab")),),
)  # fmt: skip


def test_a_scale_goes_with_the_last_of_its_questions_only():
    assert refused(COUNTED, Delete("a")) == "in_a_scale"
    left = done(COUNTED, Delete("both"))
    assert left.scales == ()
    assert [item.name for item in left.all_items] == ["end"]


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (survey(question("a"), question("b", label={"en": "Why ${ a }?"})), "repeated_in_words"),
        (COUNTED, "in_a_scale"),
        (survey(question("a")), "only_item"),
        (survey(question("b")), "unknown"),
    ],
)
def test_what_cannot_be_left_without_it_stops_the_deleting(of, code):
    problems = edit(of, Delete("a", drop_conditions=True))
    assert not isinstance(problems, Edited)
    assert code in {problem.code for problem in problems}


def test_moving_goes_up_down_into_the_section_before_and_out_again():
    assert names(edit(HOME, Move("end", "up"))) == ["settled", "end", "help", "who", "why"]
    inside = done(HOME, Move("end", "in"))
    assert isinstance(inside.items[1], Group)
    assert [item.name for item in inside.items[1].items] == ["who", "why", "end"]
    assert done(inside, Move("end", "out")) == HOME
    assert done(HOME, Move("who", "down"), Move("who", "up")) == HOME
    nowhere = (Move("settled", "up"), Move("end", "down"), Move("settled", "in"), Move("end", "out"))
    for move in nowhere:
        assert refused(HOME, move) == "no_further", move


def test_a_copied_section_looks_at_its_own_copies():
    copied = done(HOME, Duplicate("help"))
    assert [item.name for item in copied.all_items] == [
        "settled", "help", "who", "why", "help_2", "who_2", "why_2", "end",
    ]  # fmt: skip
    relevant = copied.question_by_name["why_2"].relevant
    assert relevant is not None
    assert print_expression(relevant) == 'selected(settled, "no") and answered(who_2)'


def test_something_new_goes_after_another_or_into_a_section():
    assert names(edit(HOME, Add(question("new"), after="who"))) == ["settled", "help", "who", "new", "why", "end"]
    assert names(edit(HOME, Add(question("new"), inside="help"))) == ["settled", "help", "who", "why", "new", "end"]
    assert names(edit(HOME, Add(question("new"))))[-1] == "new"
    assert refused(HOME, Add(question("new"), after="gone")) == "unknown"


def test_a_language_goes_with_all_its_words_and_the_first_one_stays():
    both = done(survey(question("a", hint={"en": "H", "cy": "H"}), languages=("en", "cy")), RemoveLanguage("cy"))
    assert both.question_by_name["a"].hint == {"en": "H"}
    assert refused(HOME, RemoveLanguage("en")) == "no_further"
    assert done(HOME, AddLanguage("cy")).languages == ("en", "cy")
    assert refused(HOME, AddLanguage("not a code")) == "not_a_survey"


def test_files_are_named_once_and_forgotten_with_their_last_use():
    first = done(HOME, Attach("who", "picture", "en", "house.png", "a" * 64))
    both = done(first, Attach("settled", "picture", "en", "house.png", "b" * 64, option="yes"))
    assert both.media == {"house.png": "a" * 64, "house-2.png": "b" * 64}
    assert both.question_by_name["settled"].choices[0].picture == {"en": "house-2.png"}
    left = done(both, Detach("settled", "picture", "en", option="yes"), Delete("who", drop_conditions=True))
    assert left.media == {}
    assert refused(HOME, Attach("who", "picture", "en", "house.png", "a" * 64, option="gone")) == "unknown"


def test_a_repeats_number_that_looks_at_a_question_is_asked_again_when_that_goes():
    group = Group(name="each", repeat=Repeat(count=parse("many")), items=(question("name"),))
    of = survey(question("many", kind=Kind.INTEGER), group)
    left = done(of, Delete("many", drop_conditions=True))
    assert isinstance(left.items[0], Group)
    assert left.items[0].repeat == Repeat()


def test_free_names_are_names():
    assert free_name(HOME, "Who?") == "who_2"
    assert free_name(HOME, "¿¿") == "question"
    assert free_name(HOME, "7 days") == "q_7_days"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_done_the_result_is_a_survey_and_a_renaming_can_be_taken_back(data):
    of = HOME
    for _ in range(6):
        name = data.draw(st.sampled_from([item.name for item in of.all_items]))
        where = data.draw(st.sampled_from(["up", "down", "in", "out"]))
        wish = data.draw(st.sampled_from([Move(name, where), Duplicate(name), Delete(name), Delete(name, True)]))
        changed = edit(of, wish)
        if isinstance(changed, Edited):
            of = changed.survey
            assert Survey.model_validate(of.model_dump(mode="json")) == of
    item = data.draw(st.sampled_from(of.all_items))
    renamed = done(of, Replace(item.name, item.model_copy(update={"name": "another_name"})))
    there = next(one for one in renamed.all_items if one.name == "another_name")
    assert done(renamed, Replace("another_name", there.model_copy(update={"name": item.name}))) == of
