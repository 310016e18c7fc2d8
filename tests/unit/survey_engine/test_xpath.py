"""XPath of other programs' forms: read into our conditions, written back, refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_engine.expression_parser import parse
from survey_engine.expressions import ExpressionError, print_expression
from survey_engine.formats.xpath import Form, read_xpath, write_xpath

FORM = Form(
    {
        ("age",): "age", ("school",): "school", ("helps",): "helps", ("div",): "div", ("town",): "town",
        ("visit",): "visit", ("visit", "zone"): "zone", ("pet",): "pet", ("pet", "name"): "name",
        ("pet", "kind"): "kind",
    },
    frozenset({"pet"}),
    {"towns": "town"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("xpath", "here", "readable"),
    [
        ("${age}>5 and ${ school }='yes'", "town", 'age > 5 and school = "yes"'),
        (".>=0 and .<=100", "age", ". >= 0 and . <= 100"),
        ("selected(${helps}, 'a') or (${age} or ${school}) and ${town}", "town", 'selected(helps, "a") or (age or school) and town'),
        ("${div} = \"it's\"", "town", '${div} = "it\'s"'),
        ("string-length(.)<10", "town", "string-length(.) < 10"),
        ("../age = 1", "town", "age = 1"),
        ("/data/visit/zone = 'x'", "town", 'zone = "x"'),
        ("../../age + 1", "visit/zone", "age + 1"),
        ("if(${age} > 3, 1, null)", "town", 'if(age > 3, 1, "")'),
        ("sum(${kind}) > count(${pet})", "town", "sum(kind) > count(pet)"),
        ("position(..) = 1", "pet/name", "position(pet) = 1"),
        ("../kind = 'cat'", "pet/name", 'kind = "cat"'),
        ("${pet}[position() = 2]/name", "town", "among(name, position(pet) = 2)"),
        ("${pet}[1]/name", "town", "among(name, position(pet) = 1)"),
        ("count(${pet}[kind = 'cat'])", "town", 'count(among(pet, kind = "cat"))'),
        ("indexed-repeat(${name}, ${pet}, ${age})", "town", "among(name, position(pet) = age)"),
        ("${pet}[position() = position(current()/..) - 1]/name", "pet/kind", "among(name, position(pet) = current(position(pet)) - 1)"),
        ("instance('towns')/root/item[name = ${town}]/county", "age", 'lookup(town, "county", choice("name") = town)'),
        ("jr:choice-name(${town}, '${town}')", "age", "choice-label(town, town)"),
        ("once(today())", "town", "once(today())"),
        ("regex(., '^[\\w-\\.]+@([\\w-]+\\.)+[a-z]{2,}$')", "town", 'regex(., "^[\\w-\\.]+@([\\w-]+\\.)+[a-z]{2,}$")'),
        ("-3 + -${age}", "town", "-3 + -age"),
        ("12*365.25", "town", "12 * 365.25"),
    ],
)  # fmt: skip
def test_xpath_reads_like_our_own_words_and_back(xpath: str, here: str, readable: str) -> None:
    place = tuple(here.split("/"))
    condition = read_xpath(xpath, FORM, place)
    assert print_expression(condition) == readable
    assert parse(readable) == condition
    assert read_xpath(write_xpath(condition, FORM, place), FORM, place) == condition


def test_a_bare_name_in_a_choice_filter_is_a_column() -> None:
    condition = read_xpath("county = ${town} and open=yes", FORM, ("age",), of_choices=True)
    assert print_expression(condition) == 'choice("county") = town and choice("open") = choice("yes")'
    assert write_xpath(condition, FORM, ("age",)) == "county = ${town} and open = yes"


@pytest.mark.parametrize(
    "text",
    [
        "pulldata('f', 'a', 'b', ${age})", "uuid()", "area(${age})", "launch(1)", "jr:unknown(1)", "${age} | ${town}",
        "instance('other')/root/item/name", "/data/nowhere = 1", "regex(., '(?=a)')", "position()",
    ],
)  # fmt: skip
def test_what_is_right_but_not_for_a_survey_is_named(text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        read_xpath(text, FORM, ("town",))
    assert refused.value.unsupported


@pytest.mark.parametrize(
    "text",
    ["", "if(${age}<1,0,1", "${age} >", "((1)", "'open", "${nobody} = 1", "(" * 200 + "1" + ")" * 200, "1" * 6_000],
)
def test_a_mistake_is_a_mistake(text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        read_xpath(text, FORM, ("town",))
    assert not refused.value.unsupported
    assert refused.value.message.endswith(".")


@settings(deadline=None, max_examples=300)
@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            "( ) [ ] / .. . and or not( if( ${age} ${pet} 1 -1 'x' , = < div - * $ | position( jr: { }".split()
        )
    ).map(" ".join)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        condition = read_xpath(text, FORM, ("town",))
    except ExpressionError:
        return
    assert parse(print_expression(condition)) == condition
