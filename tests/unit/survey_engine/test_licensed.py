"""Licensed instruments come in only with a licence, and their words never go out."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from survey_engine.answers import Answer, AnswerState
from survey_engine.authoring import write_yaml
from survey_engine.codebook import codebook
from survey_engine.definition import (
    Audience,
    Choice,
    EarlierWording,
    Group,
    Kind,
    Provenance,
    Question,
    Repeat,
    Survey,
    content_hash,
)
from survey_engine.expression_parser import parse
from survey_engine.formats.xlsform_writer import write_xlsform
from survey_engine.licensed import (
    NOT_EXPORTED,
    Instrument,
    add_licensed,
    expired,
    licensed_questions,
    may_leave,
    read_licensed,
    without_licensed,
)
from survey_engine.scales import Band, Conversion, Licence, Scale, ScaleItem, Subscale, Validity
from survey_engine.scoring import score_all, score_columns
from survey_engine.words import Media, Text

TODAY = date(2026, 3, 1)
LICENCE = Licence(kind="licensed", holder="Anyshire", number="AS-7", expires=date(2026, 12, 31))
SECRET = "zebra"
"""Stands in every word that must not get out; all of this instrument is invented."""


def secret(words: str) -> dict[str, str]:
    return {"en": f"{words} {SECRET} en", "cy": f"{words} {SECRET} cy"}


def licensed_survey(**changes: Any) -> Survey:
    options = tuple(
        Choice(name=str(number), label=secret(f"Option {number} is"), columns={"k": f"a {SECRET} b"}, picture={"en": f"{SECRET}{number}.png"})
        for number in range(3)
    )  # fmt: skip
    items = tuple(
        Question(
            name=f"z{number}", kind=Kind.SINGLE_CHOICE, label=secret(f"My {number} stripes are"), hint=secret("Hint"),
            guidance=secret("Guidance"), constraint=parse(f'. != "some {SECRET} words"'), constraint_message=secret("No"),
            required_message=secret("Say"), read_as=secret("Read"), picture={"en": f"{SECRET}.png"},
            picture_says=secret("Picture"), audio={"en": f"{SECRET}.mp3"}, choices=options,
            provenance=Provenance(earlier=(EarlierWording(words=secret("Before"), why="x"),)),
        )
        for number in range(3)
    )  # fmt: skip
    note = Question(name="how", kind=Kind.NOTE, label=secret("Think of the last month"))
    group = Group(name="stripes", label=secret("Stripes"), hint=secret("All"), items=(note, *items))
    counted = tuple(ScaleItem(question=f"z{number}", values={"0": 0, "1": 1, "2": 2}) for number in range(3))
    scale = Scale(
        name="stripes_scale", title=secret("Scale"), items=counted, licence=LICENCE,
        conversion=tuple(Conversion(raw=raw, score=raw * 3.217) for raw in range(7)),
        bands=(Band(name="low", label=secret("Low"), least=0, most=6),),
        subscales=(Subscale(name="part", title=secret("Part"), items=counted[:2]),),
        validity=Validity(
            name="please", title=secret("Please"), items=counted[2:], caution_at_least=2, meaning=secret("May")
        ),
    )  # fmt: skip
    made = {
        "name": "zebra-free", "title": secret("About"), "audience": Audience.YOUNG_PERSON, "languages": ("en", "cy"),
        "introduction": secret("Welcome to all"), "items": (group,), "scales": (scale,),
        "media": {f"{SECRET}.png": "a" * 64, f"{SECRET}.mp3": "b" * 64},
    }  # fmt: skip
    return Survey(**made | {"name": "stripes-survey"} | changes)


def instrument() -> Instrument:
    read = read_licensed(licensed_survey().model_dump_json().encode(), TODAY)
    assert isinstance(read, Instrument), read
    return read


def own_survey() -> Survey:
    own = Question(
        name="own", kind=Kind.TEXT, label={"en": "What is good?", "cy": "Beth sy'n dda?"}, picture={"en": "dog.png"},
        hint={"en": f"Some say: my 0 STRIPES  are {SECRET} en"},
    )  # fmt: skip
    return Survey(
        name="own", title={"en": "Ours", "cy": "Ein un ni"}, audience=Audience.YOUNG_PERSON, languages=("en", "cy"),
        items=(own,), media={"dog.png": "c" * 64},
    )  # fmt: skip


def mixed() -> Survey:
    made = add_licensed(own_survey(), instrument(), TODAY)
    assert isinstance(made, Survey), made
    return made


@pytest.mark.parametrize("survey", [licensed_survey(), mixed()], ids=["alone", "in a survey"])
def test_no_licensed_word_survives_anywhere(survey: Survey) -> None:
    shown, told = without_licensed(survey)
    for written in (shown.model_dump_json(), write_yaml(shown), repr(shown), repr(codebook(shown)), str(told)):
        assert SECRET not in written
    assert "3.217" not in shown.model_dump_json(), "the key and the table are licensed, too"
    assert "Anyshire" in told[0]


def test_no_kind_of_words_a_question_or_option_can_have_is_forgotten() -> None:
    """Whatever field of words is added to them one day, this fails until it is taken out here, too."""

    def every(kind: type[BaseModel]) -> dict[str, Any]:
        fields = {name: field.annotation for name, field in kind.model_fields.items()}
        texts = {name: secret("Some words of") for name, kind in fields.items() if kind == Text}
        return texts | {name: {"en": f"{SECRET}.png"} for name, kind in fields.items() if kind == Media}

    option = Choice(**every(Choice) | {"name": "0"})
    asked = Question(**every(Question) | {"name": "q", "kind": Kind.SINGLE_CHOICE, "choices": (option,)})
    group = Group(**every(Group) | {"name": "g", "items": (asked,), "repeat": Repeat(**every(Repeat))})
    plain = asked.model_copy(update={"name": "p"})
    counted = (ScaleItem(question="q", values={"0": 0}), ScaleItem(question="p", values={"0": 0}))
    scale = Scale(name="s", title=secret("S"), items=counted, licence=LICENCE)
    made = licensed_survey(items=(group, plain), scales=(scale,), media={})
    assert SECRET in made.model_dump_json()
    assert SECRET not in without_licensed(made)[0].model_dump_json()


def test_no_licensed_word_is_in_a_spreadsheet_for_other_programs() -> None:
    shown, _ = without_licensed(mixed())
    with zipfile.ZipFile(io.BytesIO(write_xlsform(shown).data)) as packed:
        inside = b"".join(packed.read(name) for name in packed.namelist())
    assert SECRET.encode() not in inside
    assert NOT_EXPORTED.encode() in inside


def test_what_is_ones_own_and_the_shape_stay() -> None:
    before, (shown, _) = mixed(), without_licensed(mixed())
    assert [question.name for question in shown.questions] == [question.name for question in before.questions]
    assert [c.name for c in shown.question_by_name["z0"].choices] == ["0", "1", "2"]
    assert shown.question_by_name["z0"].label == {"en": NOT_EXPORTED, "cy": NOT_EXPORTED}
    assert shown.question_by_name["own"].label == own_survey().question_by_name["own"].label
    assert shown.question_by_name["own"].hint == {"en": NOT_EXPORTED}, "it quoted the instrument"
    assert (shown.title, shown.media) == (own_survey().title, own_survey().media)
    assert (may_leave(before), may_leave(shown), shown.scales) == (False, True, ())
    assert without_licensed(shown) == (shown, ())


def test_a_survey_without_anything_licensed_comes_back_as_it_is() -> None:
    assert without_licensed(own_survey())[0] is not None
    assert content_hash(without_licensed(own_survey())[0]) == content_hash(own_survey())
    assert may_leave(own_survey())


def test_an_instrument_is_asked_and_scored_like_any_other_but_has_no_column() -> None:
    answers = {f"z{number}": Answer(AnswerState.ANSWERED, "1") for number in range(3)}
    found = score_all(mixed(), answers)["stripes_scale"]
    assert (found.raw, found.value) == (3, 3 * 3.217)
    assert licensed_questions(mixed()) == {"z0", "z1", "z2"}
    assert score_columns(mixed()) == ()


def test_a_licence_that_has_ended_lets_nothing_in_and_is_told_of() -> None:
    late = date(2027, 1, 1)
    problems = read_licensed(licensed_survey().model_dump_json().encode(), late)
    assert not isinstance(problems, Instrument)
    assert "ended on 31 December 2026" in problems[0].message
    assert not isinstance(add_licensed(own_survey(), instrument(), late), Survey)
    assert (len(expired(mixed(), late)), expired(mixed(), date(2026, 12, 31))) == (1, ())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda file: file["scales"].clear(), "no scale"),
        (lambda file: file["scales"][0].update(licence={}), "does not name its licence"),
        (lambda file: file["scales"][0]["licence"].update(expires=None), "last day"),
        (lambda file: file["items"][0]["items"][1]["choices"][0].update(name="Not true"), "short names"),
        (lambda file: file["items"][0]["items"][1].update(name="i_feel_striped_all_day"), "longer than 20"),
        (lambda file: file["scales"][0]["items"][0].update(question="nobody"), "no question of that name"),
        (lambda file: file.update(extra="x"), "extra"),
    ],
)
def test_a_file_without_a_whole_licence_is_refused_with_a_sentence(spoil: Any, message: str) -> None:
    file = json.loads(licensed_survey().model_dump_json())
    spoil(file)
    problems = read_licensed(json.dumps(file).encode(), TODAY)
    assert not isinstance(problems, Instrument)
    assert any(message in problem.message for problem in problems), problems
    assert SECRET not in repr(problems)


@pytest.mark.parametrize("data", [b"", b"{", b"{}", b"[]", b"\xff", b'{"name": 1}', b"{" * 3000, b"survey: x"])
def test_no_file_makes_it_fall_over(data: bytes) -> None:
    assert isinstance(read_licensed(data, TODAY), tuple)


def test_an_instrument_is_not_added_where_its_names_or_languages_do_not_fit() -> None:
    twice = add_licensed(mixed(), instrument(), TODAY)
    assert not isinstance(twice, Survey)
    assert "used twice" in twice.message
    spanish = own_survey().model_copy(update={"languages": ("en", "es")})
    other = add_licensed(spanish, instrument(), TODAY)
    assert not isinstance(other, Survey)
    assert "“es”" in other.message
