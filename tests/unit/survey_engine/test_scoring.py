"""Scores: what is missing never counts, what is published is kept to, self and proxy stay apart."""

from __future__ import annotations

from importlib import resources
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from survey_engine.answers import DECLINED, SKIPPED, Answer, AnswerState
from survey_engine.authoring import read_yaml, write_yaml
from survey_engine.codebook import codebook, coded
from survey_engine.definition import Audience, Choice, Kind, Question, Survey
from survey_engine.expression_parser import parse
from survey_engine.faults import faults
from survey_engine.scales import (
    AgeFrom,
    AudienceWord,
    Band,
    Conversion,
    Licence,
    Scale,
    ScaleItem,
    Subscale,
    Validity,
)
from survey_engine.scoring import (
    MISSING_SCORES,
    REASONS,
    change,
    counted,
    scale_faults,
    score,
    score_all,
    score_columns,
    scored,
)

OPTIONS = (
    Choice(name="no", label={"en": "No"}),
    Choice(name="partly", label={"en": "Partly"}),
    Choice(name="yes", label={"en": "Yes"}),
    Choice(name="unsure", label={"en": "I don't know"}, means="dont_know"),
)
VALUES = {"no": 0, "partly": 1, "yes": 2}


def question(name: str, **changes: Any) -> Question:
    return Question(
        **{"name": name, "kind": Kind.SINGLE_CHOICE, "label": {"en": f"{name}?"}, "choices": OPTIONS} | changes
    )


def item(name: str, **changes: Any) -> ScaleItem:
    return ScaleItem(**{"question": name, "values": VALUES} | changes)


def scale(*items: ScaleItem, **changes: Any) -> Scale:
    return Scale(**{"name": "heard", "title": {"en": "Being heard"}, "items": items} | changes)


def survey(*scales: Scale, items: tuple[Question, ...] = (), **changes: Any) -> Survey:
    asked = items or tuple(question(name) for name in ("a", "b", "c"))
    made = {"name": "s", "title": {"en": "S"}, "audience": Audience.YOUNG_PERSON, "languages": ("en",)}
    return Survey(**made | {"items": asked, "scales": scales} | changes)


def said(**values: Any) -> dict[str, Answer]:
    return {name: Answer(AnswerState.ANSWERED, value) for name, value in values.items()}


THREE = scale(item("a"), item("b"), item("c", reversed=True))


def test_a_sum_turns_round_the_items_that_say_the_opposite() -> None:
    assert score(THREE, said(a="yes", b="partly", c="no")).value == 2 + 1 + 2
    assert score(THREE, said(a="no", b="no", c="yes")).value == 0


def test_weights_and_means_are_kept_to() -> None:
    weighted = scale(item("a", weight=3), item("b"), how="mean", decimals=2)
    assert score(weighted, said(a="yes", b="partly")).value == 1.75


@pytest.mark.parametrize("missing", [SKIPPED, DECLINED, Answer(AnswerState.ANSWERED, "unsure"), None])
def test_a_missing_answer_is_not_nought(missing: Answer | None) -> None:
    given = said(a="yes", b="yes") | ({} if missing is None else {"c": missing})
    found = score_all(survey(THREE), given)["heard"]
    assert (found.value, found.reason, found.answered, found.items) == (None, "too_few", 2, 3)


def test_a_sum_is_scaled_up_from_the_fewest_that_must_be_answered() -> None:
    patient = THREE.model_copy(update={"fewest_answered": 2})
    found = score(patient, said(a="yes", b="partly"))
    assert (found.value, found.prorated) == (4.5, True)
    assert score(patient, said(a="yes")).reason == "too_few"
    rounded = patient.model_copy(update={"decimals": 0})
    assert score(rounded, said(a="yes", b="partly")).value == 5, "halves go up, as in published scoring"


def test_a_hidden_question_counts_nothing_even_where_its_answer_is_still_kept() -> None:
    items = (question("a"), question("b"), question("c", relevant=parse('a = "yes"')))
    one = scale(item("c"))
    found = score_all(survey(one, items=items), said(a="no", c="yes"))["heard"]
    assert (found.value, found.reason) == (None, "not_asked")
    assert "c" not in counted(survey(one, items=items), said(a="no", c="yes"))


def test_a_number_is_taken_as_answered_and_only_within_its_bounds() -> None:
    ladder = scale(ScaleItem(question="a", least=0, most=10))
    assert score(ladder, said(a=7)).value == 7
    assert score(ladder, said(a="7")).value == 7
    assert [score(ladder, said(a=odd)).reason for odd in (11, -1, "seven", ("1", "2"))] == ["too_few"] * 4
    recoded = scale(ScaleItem(question="a", values={"0": 5, "1": 1}))
    assert score(recoded, said(a=0.0)).value == 5


def test_a_published_table_turns_sums_into_scores_and_has_no_others() -> None:
    table = (Conversion(raw=0, score=7), Conversion(raw=1, score=9.51))
    looked_up = scale(item("a"), conversion=table)
    assert (score(looked_up, said(a="partly")).raw, score(looked_up, said(a="partly")).value) == (1, 9.51)
    found = score(looked_up, said(a="yes"))
    assert (found.raw, found.value, found.reason) == (2, None, "not_in_table")


def test_bands_depend_on_age_audience_and_edition() -> None:
    def band(name: str, least: float, **changes: Any) -> Band:
        return Band(**{"name": name, "label": {"en": name}, "least": least, "most": 2} | changes)

    banded = scale(
        item("a"), edition="2026",
        bands=(
            band("young", 1, to_age=12), band("older", 1, from_age=13), band("old_edition", 0, edition="2010"),
            band("parents", 1, audience="parent_carer"),
        ),
    )  # fmt: skip

    def found(**known: Any) -> str | None:
        band = score(banded, said(a="yes"), **known).band
        return band.name if band else None

    assert (found(age=12), found(age=13), found()) == ("young", "older", None)
    assert found(age=13, audience=Audience.PARENT_CARER) == "parents"
    assert score(banded, said(a="no"), age=12).band is None


def test_a_scale_for_some_ages_gives_no_score_outside_or_where_the_age_is_unknown() -> None:
    older = scale(item("a"), from_age=16, age=AgeFrom(question="age", years={"under": 12, "over": 16}))
    reasons = [score(older, said(a="yes", age=age)).reason for age in ("under", "over", "other")]
    assert reasons == ["wrong_age", None, "age_unknown"]
    assert score(older, said(a="yes")).reason == "age_unknown"
    assert score(older, said(a="yes"), age=17).value == 2


def test_a_total_of_sub_scales_needs_each_that_counts() -> None:
    def part(name: str, *items: ScaleItem, **changes: Any) -> Subscale:
        return Subscale(**{"name": name, "title": {"en": name}, "items": items} | changes)

    total = scale(
        subscales=(
            part("one", item("a"), item("b"), fewest_answered=1, decimals=0),
            part("two", item("c")),
            part("aside", item("d"), counts=False),
        )
    )
    found = score(total, said(a="yes", c="partly"))
    assert (found.value, found.prorated, [one.value for one in found.subscales]) == (5, True, [4, 1, None])
    assert score(total, said(a="yes", b="no", d="yes")).reason == "too_few"
    assert total.bounds == (0, 6)


@pytest.mark.parametrize("withholds", [False, True])
def test_answers_that_want_to_please_are_flagged_or_withheld(withholds: bool) -> None:
    check = Validity(
        name="please", title={"en": "Wish to please"}, items=(item("b"),), caution_at_least=2,
        meaning={"en": "May have answered to please."}, withholds=withholds,
    )  # fmt: skip
    checked = scale(item("a"), validity=check)
    found = score(checked, said(a="yes", b="yes"))
    assert found.caution == {"en": "May have answered to please."}
    assert (found.value, found.reason) == ((None, "validity") if withholds else (2, None))
    assert score(checked, said(a="yes", b="partly")).caution is None
    assert scored(survey(checked), said(a="yes"))["caution_heard"] == "-9"


def test_only_a_change_as_large_as_published_is_called_reliable() -> None:
    published = scale(item("a"), item("b"), item("c"), reliable_change=3)
    before, little, much = (score(published, said(a=a, b=b, c=c)) for a, b, c in (
        ("no", "no", "no"), ("yes", "no", "no"), ("yes", "partly", "no")
    ))  # fmt: skip
    assert (change(published, before, little).difference, change(published, before, little).reliable) == (2, False)
    assert change(published, much, before).reliable is True
    assert change(THREE, before, much).reliable is None, "nothing is published, so nothing is claimed"


def test_self_and_proxy_are_never_set_against_each_other() -> None:
    own, proxy = scale(item("a")), scale(item("a"), respondent="proxy")
    found = change(own, score(own, said(a="no")), score(proxy, said(a="yes")))
    assert (found.difference, found.reason) == (None, "another_respondent")
    newer = scale(item("a"), edition="2026")
    assert change(own, score(own, said(a="no")), score(newer, said(a="yes"))).reason == "another_edition"
    assert change(own, score(own, {}), score(own, said(a="yes"))).reason == "no_score"


def test_every_column_of_scores_is_described_and_every_cell_filled() -> None:
    banded = THREE.model_copy(
        update={"bands": (Band(name="low", label={"en": "Low"}, least=0, most=2),), "source": "own words"}
    )
    whole = survey(banded)
    names = [variable.name for variable in score_columns(whole)]
    assert names == ["score_heard", "answered_heard", "band_heard"]
    assert score_columns(whole)[0].label == "Being heard: score, from 0 to 6. Source: own words."
    assert scored(whole, said(a="no", b="no", c="yes")) == dict(zip(names, ("0", "3", "low"), strict=True))
    assert scored(whole, {}) == dict(zip(names, ("-9", "0", "-9"), strict=True))
    for variable in score_columns(whole):
        cell = scored(whole, said(a="yes", b="yes", c="no"))[variable.name]
        assert cell in variable.missing or cell in variable.values or cell.isdigit()
    assert not {variable.name for variable in codebook(whole)} & set(names)
    assert not set(coded(whole, {})) & set(names)


def test_each_reason_has_a_code_and_a_sentence() -> None:
    older = scale(item("a"), from_age=16)
    assert scored(survey(older), said(a="yes"))["score_heard"] in MISSING_SCORES
    assert all(not sentence.endswith(".") for sentence in REASONS.values())


def test_a_licensed_scale_has_no_column() -> None:
    licence = Licence(kind="licensed", holder="Anyshire", number="7", expires="2030-01-01")
    whole = survey(scale(item("a"), licence=licence))
    assert score_columns(whole) == ()
    assert scored(whole, said(a="yes")) == {}


@pytest.mark.parametrize(
    ("items", "changes", "code"),
    [
        ((item("zzz"),), {}, "unknown_question"),
        ((item("words"),), {}, "no_number"),
        ((item("a", values={"no": 0, "partly": 1, "yes": 2, "maybe": 1}),), {}, "unknown_option"),
        ((item("a", values={"no": 0, "yes": 1}),), {}, "option_not_counted"),
        ((item("a", values=VALUES | {"unsure": 1}),), {}, "no_opinion_counted"),
        ((ScaleItem(question="ladder", least=0, most=5),), {}, "bounds_differ"),
        ((item("a"),), {"title": {"cy": "Cael gwrandawiad"}}, "words_missing"),
        ((ScaleItem(question="ladder", least=-9, most=10),), {}, "looks_missing"),
        ((item("a"),), {"name": "x"}, "column_taken"),
        ((item("a"),), {"age": AgeFrom(question="zzz")}, "unknown_question"),
        (
            (item("a"),),
            {"age": AgeFrom(question="b", years={"no": 1, "partly": 2, "yes": 3, "old": 4})},
            "unknown_option",
        ),
        ((item("a"),), {"age": AgeFrom(question="b", years={"no": 12})}, "option_not_counted"),
        ((item("a"),), {"conversion": (Conversion(raw=0, score=1), Conversion(raw=2, score=9))}, "table_gaps"),
        (
            (item("a"), item("b")),
            {"conversion": tuple(Conversion(raw=raw, score=raw) for raw in range(5)), "fewest_answered": 1},
            "table_gaps",
        ),
    ],
)
def test_what_a_scale_and_its_survey_have_wrong_is_said(
    items: tuple[ScaleItem, ...], changes: dict[str, Any], code: str
) -> None:
    asked = (
        question("a"), question("b"), question("words", kind=Kind.TEXT, choices=()), question("score_x"),
        question("ladder", kind=Kind.RANGE, choices=(), least=0, most=10),
    )  # fmt: skip
    assert code in [fault.code for fault in scale_faults(survey(scale(*items, **changes), items=asked))]


def test_a_practitioner_answers_for_somebody_else_and_a_good_scale_has_no_fault() -> None:
    assert scale_faults(survey(THREE)) == ()
    assert [fault.code for fault in scale_faults(survey(THREE, audience=Audience.PRACTITIONER))] == ["whose_answers"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: scale(), "needs items"),
        (lambda: scale(item("a"), item("a")), "twice"),
        (lambda: ScaleItem(question="a"), "least and most"),
        (lambda: scale(item("a"), item("b", values={"no": 0, "yes": 9}), fewest_answered=1), "different"),
        (lambda: scale(item("a"), fewest_answered=2), "more answers"),
        (lambda: Licence(kind="licensed", holder="Anyshire"), "number"),
        (lambda: Licence(kind="open"), "attribution"),
        (lambda: Band(name="b", label={"en": "B"}, least=2, most=1), "ends before"),
        (lambda: scale(item("a"), from_age=16, to_age=12), "end before"),
    ],
)
def test_a_scale_that_cannot_be_meant_is_refused_with_a_sentence(make: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make()


def test_two_bands_for_the_same_people_cannot_overlap() -> None:
    low, high = (Band(name=n, label={"en": n}, least=a, most=b) for n, a, b in (("low", 0, 4), ("high", 4, 6)))
    with pytest.raises(ValidationError, match="overlaps"):
        scale(item("a"), bands=(low, high))


def test_the_audiences_of_bands_are_those_of_surveys() -> None:
    assert set(get_args(AudienceWord)) == {audience.value for audience in Audience}


def shipped(file: str) -> Survey:
    read = read_yaml((resources.files("survey_engine") / "library" / f"{file}.yaml").read_bytes())
    assert isinstance(read, Survey), read
    return read


def test_what_ships_has_scales_without_faults_and_survives_being_written_down() -> None:
    for file in ("ons_wellbeing", "being_listened_to"):
        read = shipped(file)
        assert (scale_faults(read), faults(read)) == ((), ())
        assert read_yaml(write_yaml(read).encode()) == read
        assert {scale.licence.kind for scale in read.scales} <= {"open", "own"}, "nothing licensed ships"


def test_the_national_questions_keep_their_wording_and_their_attribution() -> None:
    ons = shipped("ons_wellbeing")
    assert [ons.question_by_name[name].label["en"] for name in ("ons_satisfied", "ons_worthwhile", "ons_happy")] == [
        "Overall, how satisfied are you with your life nowadays?",
        "Overall, to what extent do you feel that the things you do in your life are worthwhile?",
        "Overall, how happy did you feel yesterday?",
    ]
    assert ons.question_by_name["ons_anxious"].label["en"] == (
        "On a scale where 0 is “not at all anxious” and 10 is “completely anxious”, overall, how anxious did you feel "
        "yesterday?"
    )
    line = "Contains public sector information licensed under the Open Government Licence v3.0."
    assert line in ons.credit["en"]
    assert all(scale.licence.attribution["en"] == line for scale in ons.scales)


@pytest.mark.parametrize(("age", "asked"), [("13_15", False), ("16_17", True), ("not_said", False)])
def test_nobody_under_16_is_asked_how_anxious_they_are(age: str, asked: bool) -> None:
    answers = said(ons_age=age, ons_satisfied=9, ons_happy=6, ons_worthwhile=4, ons_anxious=4)
    found = score_all(shipped("ons_wellbeing"), answers)
    bands = {name: one.band.name for name, one in found.items() if one.band is not None}
    assert bands == {"life_satisfaction": "very_high", "worthwhile": "low", "happiness": "medium"} | (
        {"anxiety": "medium"} if asked else {}
    )
    assert (found["anxiety"].reason is None) is asked


def test_being_listened_to_needs_four_of_five_answers() -> None:
    listened = shipped("being_listened_to")
    names = listened.scales[0].questions
    answers = said(**dict.fromkeys(names[:4], "a_lot"), **{names[4]: "dont_know"})
    assert score_all(listened, answers)["listened_to"].value == 20
    assert score_all(listened, said(**dict.fromkeys(names[:3], "a_lot")))["listened_to"].reason == "too_few"
    assert listened.scales[0].bands == (), "no norm is claimed"
