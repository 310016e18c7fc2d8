"""The pages as a browser gets them: nothing typed becomes markup, every field says what it is and what is wrong."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.catalogues import FRONTEND_DIR
from api.pages import (
    FACES,
    HelpLine,
    Link,
    Pages,
    StaffMember,
    Summary,
    direction,
    with_faces,
)
from survey_engine.definition import CHOICE, UNSEEN, Choice, Kind, Question
from survey_engine.disclosure import Cell
from tests import pseudo

NASTY = "<script>alert('x')</script>\"' onfocus=x {{ 7*7 }} \u202e &amp; عربي"
CHOICES = tuple(Choice(name=name, label={"en": name}) for name in ("good", "middling", "bad"))
NOTICE = SimpleNamespace(
    title={"en": "Before you start"},
    sections=[SimpleNamespace(heading={"en": "Limits"}, paragraphs=[{"en": NASTY}])],
    purposes=[
        SimpleNamespace(purpose=purpose, question={"en": purpose}, explanation={"en": "…"})
        for purpose in ("take_part", "quotes")
    ],
)
SURVEY = SimpleNamespace(title={"en": "Where I live"}, introduction={}, minutes=4, credit={})
SHOWN = [kind for kind in Kind if kind not in UNSEEN]
VOID = {"meta", "link", "input", "br", "rect", "circle", "path", "hr", "img"}


class Seen(HTMLParser):
    """All elements of a page with their attributes, and whether each end tag fits its start tag."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]

    @property
    def ids(self) -> list[str | None]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages(static_dir=Path("nothing was built here"), service_name="Westmoor listens")


def question(kind: Kind, **more: Any) -> Question:
    given: dict[str, Any] = {"name": "q", "kind": kind, "label": {"en": "How is home?"}}
    given |= {"choices": CHOICES} if kind in CHOICE else {}
    given |= {"least": 0, "most": 10} if kind is Kind.RANGE else {}
    return Question(**given | more)


def shown(pages: Pages, asked: Question, language: str = "en", **more: Any) -> Seen:
    values: dict[str, Any] = {
        "question": asked, "value": [], "problem": None, "position": 3, "total": 9, "back_url": "/b",
        "action_url": "/q", "first_free_text": False,
    }  # fmt: skip
    page = pages.page(language, csrf="t", media=more.pop("media", None))
    return Seen(pages.render("collect/question.html", language, page=page, **values | more))


def agreement(pages: Pages, **more: Any) -> Seen:
    values: dict[str, Any] = {
        "survey": SURVEY,
        "notice": NOTICE,
        "chosen": {},
        "problems": [],
        "action_url": "/agree",
        "languages": ("en",),
        "changed_url": "",
    }
    return Seen(pages.render("collect/agreement.html", page=pages.page(csrf="t"), **values | more))


# --- nothing typed becomes markup


@pytest.mark.parametrize("kind", SHOWN)
def test_nothing_that_was_typed_or_written_in_a_survey_becomes_markup(pages: Pages, kind: Kind) -> None:
    choices = (Choice(name=NASTY[:90], label={"en": NASTY}), *CHOICES) if question(kind).choices else ()
    asked = question(kind, label={"en": NASTY}, hint={"en": NASTY}, guidance={"en": NASTY}, choices=choices)
    seen = shown(pages, asked, value=[NASTY, NASTY[:90]], problem=NASTY)
    assert seen.all("script") == []
    assert not [attributes for _, attributes in seen.elements if "onfocus" in attributes]
    assert NASTY in "".join(seen.text)
    assert "49" not in "".join(seen.text)


def test_what_was_typed_comes_back_unchanged(pages: Pages) -> None:
    typed = "\nA line\r\n</textarea> and \u202e more \N{PILE OF POO}"
    html = pages.render(
        "collect/question.html", page=pages.page(), question=question(Kind.LONG_TEXT), value=[typed], problem=None,
        position=1, total=1, back_url=None, action_url="/q", first_free_text=False,
    )  # fmt: skip
    # A browser drops exactly one line break after <textarea>: ours, not the child's.
    inside = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
    assert inside is not None
    assert inside[1] == typed.replace("<", "&lt;").replace(">", "&gt;")
    assert shown(pages, question(Kind.TEXT), value=[NASTY]).all("input", type="text")[0]["value"] == NASTY


# --- every state is wired for those who hear the page


@pytest.mark.parametrize("kind", [kind for kind in SHOWN if kind is not Kind.NOTE])
def test_a_problem_is_said_in_the_summary_at_the_field_and_in_the_title(pages: Pages, kind: Kind) -> None:
    seen = shown(pages, question(kind, hint={"en": "This week."}), problem="Try again.", first_free_text=True)
    assert seen.all("div", role="alert", tabindex="-1")
    assert seen.all("a", href="#answer")
    assert "answer" in seen.ids
    described = [attributes for _, attributes in seen.elements if "aria-describedby" in attributes]
    assert len(described) == 1
    parts = (described[0]["aria-describedby"] or "").split()
    assert {"answer-hint", "answer-error"} <= set(parts) <= set(seen.ids)
    assert "".join(seen.text).strip().startswith("Problem: ")


@pytest.mark.parametrize("kind", SHOWN)
def test_each_page_has_one_heading_and_no_id_twice(pages: Pages, kind: Kind) -> None:
    seen = shown(pages, question(kind), problem="Try again.")
    assert len(seen.all("h1")) == 1
    assert len(seen.ids) == len(set(seen.ids))
    labelled = {label["for"] for label in seen.all("label")}
    fields = [field for field in seen.all("input") if field.get("type") != "hidden"]
    assert {field["id"] for field in fields + seen.all("textarea") + seen.all("select")} == labelled


def test_leaving_is_the_first_link_and_help_is_on_every_page(pages: Pages) -> None:
    lines = [HelpLine("Night team", "01632 960 001"), HelpLine("Childline", "0800 1111")]
    page = pages.page(csrf="t", help_lines=lines)
    for name in ("declined", "deleted"):
        seen = Seen(pages.render(f"collect/{name}.html", page=page, start_url=None))
        assert seen.all("a")[0]["href"] == "/leave"
        numbers = [link["href"] for link in seen.all("a") if (link["href"] or "").startswith("tel:")]
        assert numbers == ["tel:999", "tel:08001111", "tel:01632960001"]


def test_there_is_always_a_way_not_to_answer_and_next_comes_first(pages: Pages) -> None:
    def actions(asked: Question) -> list[str | None]:
        buttons = shown(pages, asked).all("button", name="action")
        assert buttons[0]["value"] == "next", "what the Enter key presses"
        return [button["value"] for button in buttons if "aria-hidden" not in button]

    assert actions(question(Kind.TEXT)) == ["back", "next", "skip", "decline", "later", "contact"]
    assert actions(question(Kind.TEXT, required=True)) == ["back", "next", "decline", "later", "contact"]
    assert actions(question(Kind.TEXT, required=True, may_decline=False)) == ["back", "next", "later", "contact"]
    assert actions(question(Kind.NOTE)) == ["back", "next", "later", "contact"]


def test_who_reads_the_words_is_said_before_the_first_box_only(pages: Pages) -> None:
    first = shown(pages, question(Kind.LONG_TEXT), first_free_text=True)
    assert "answer-private" in first.ids
    assert "answer-private" in (first.all("textarea")[0]["aria-describedby"] or "")
    assert "answer-private" not in shown(pages, question(Kind.LONG_TEXT)).ids


# --- agreement


def test_nothing_is_ticked_for_anybody(pages: Pages) -> None:
    fresh = agreement(pages).all("input", type="radio")
    assert [(field["name"], field["value"]) for field in fresh] == [
        ("purpose_take_part", "yes"), ("purpose_take_part", "no"), ("purpose_quotes", "yes"), ("purpose_quotes", "no"),
    ]  # fmt: skip
    assert not [field for field in fresh if "checked" in field]


def test_a_missing_choice_keeps_the_others_and_leads_to_its_own_fieldset(pages: Pages) -> None:
    seen = agreement(pages, chosen={"take_part": "no"}, problems=[Summary("purpose_quotes", "Choose yes or no.")])
    assert [field["id"] for field in seen.all("input", type="radio") if "checked" in field] == ["purpose_take_part-no"]
    assert seen.all("a", href="#purpose_quotes")
    assert [one["aria-describedby"] for one in seen.all("fieldset")] == [
        "purpose_take_part-hint", "purpose_quotes-hint purpose_quotes-error",
    ]  # fmt: skip


# --- looks


def test_a_ladder_is_climbed_from_below_and_read_in_the_order_it_is_seen(pages: Pages) -> None:
    seen = shown(pages, question(Kind.RANGE, appearance="ladder"))
    assert [field["value"] for field in seen.all("input", type="radio")] == [str(rung) for rung in range(10, -1, -1)]


def test_a_number_with_many_steps_is_typed_and_one_with_few_is_chosen(pages: Pages) -> None:
    assert shown(pages, question(Kind.RANGE, most=100)).all("input", id="answer", type="text")
    halves = shown(pages, question(Kind.RANGE, least=-1, most=0.5, step=0.5)).all("input", type="radio")
    assert [field["value"] for field in halves] == ["-1", "-0.5", "0", "0.5"]


@pytest.mark.parametrize("appearance", ["plain", "faces", "happiness", "scale", "agree", "ladder", "pictures"])
def test_options_that_are_no_answer_stand_last_and_apart_in_every_look(pages: Pages, appearance: str) -> None:
    choices = (Choice(name="no_idea", label={"en": "I don't know"}, means="dont_know"), *CHOICES)
    seen = shown(pages, question(Kind.SINGLE_CHOICE, choices=choices, appearance=appearance))
    assert seen.all("input", type="radio")[-1]["value"] == "no_idea"
    assert seen.all("div", **{"class": "choices choices-apart"})
    assert len(seen.all("svg")) == (3 if appearance in ("faces", "happiness") else 0)


def test_a_picture_is_said_in_words_and_an_options_picture_is_silent(pages: Pages) -> None:
    choices = tuple(choice.model_copy(update={"picture": {"en": "home.png"}}) for choice in CHOICES)
    asked = question(Kind.SINGLE_CHOICE, choices=choices, picture={"en": "home.png"}, picture_says={"en": NASTY},
                     audio={"en": "home.mp3", "cy": "cartref.mp3"}, appearance="pictures")  # fmt: skip
    seen = shown(pages, asked, "cy", media={"home.png": "a" * 64, "cartref.mp3": "b" * 64})
    assert {image["src"] for image in seen.all("img")} == {"/media/" + "a" * 64}
    assert [" ".join((image["alt"] or "").split()) for image in seen.all("img")] == [
        " ".join(NASTY.split()),
        "",
        "",
        "",
    ]
    assert [sound["src"] for sound in seen.all("audio", preload="none")] == ["/media/" + "b" * 64]


def test_a_ranking_asks_for_a_place_for_each_and_shows_those_given(pages: Pages) -> None:
    seen = shown(pages, question(Kind.RANKING), value=["1:bad", "2:good"])
    assert len(seen.all("select", name="answer")) == 3
    assert [option["value"] for option in seen.all("option") if "selected" in option] == ["2:good", "1:bad"]


def test_a_day_is_asked_in_three_fields_that_keep_what_was_typed(pages: Pages) -> None:
    seen = shown(pages, question(Kind.DATE), value=["31", NASTY, ""], problem="Again.")
    fields = seen.all("input", inputmode="numeric")
    assert [field["name"] for field in fields] == ["answer-day", "answer-month", "answer-year"]
    assert [field["value"] for field in fields] == ["31", NASTY, ""]
    assert all(field["aria-invalid"] == "true" for field in fields)


def test_five_degrees_of_happiness_have_faces_of_their_own_and_none_is_sad() -> None:
    rising = [Choice(name=str(number), label={"en": str(number)}) for number in range(1, 6)]
    assert [mood for _, mood in with_faces(rising)] == [1, 2, 3, 4, 5]


def test_a_page_without_a_question_to_answer_has_no_way_to_decline(pages: Pages) -> None:
    buttons = shown(pages, question(Kind.INTEGER, read_only=True)).all("button", name="action")
    assert {button["value"] for button in buttons} == {"back", "next", "later", "contact"}


# --- faces


def test_faces_go_from_happy_to_unhappy_and_not_knowing_has_none() -> None:
    names = ["great", "good", "middling", "bad", "awful", "dont_know"]
    given = with_faces(Choice(name=name, label={"en": name}) for name in names)
    assert [mood for _, mood in given] == [5, 4, 3, 2, 1, 0]
    assert [mood for _, mood in with_faces(CHOICES)] == [FACES, 3, 1]


def test_a_face_is_small_and_silent(pages: Pages) -> None:
    html = pages._now.environment("en").from_string(
        '{% from "components/faces.html" import face %}{% for mood in range(1, 6) %}{{ face(mood) }}{{ face(mood, True) }}{% endfor %}'
    )
    drawn = html.render().split("</svg>")[:-1]
    assert len({re.search(r'd="([^"]+)"', face)[1] for face in drawn}) == FACES * 2  # type: ignore[index]
    assert all(len(face) < 500 and 'aria-hidden="true"' in face for face in drawn)


# --- languages


def test_a_page_in_arabic_runs_from_right_to_left_and_words_that_fall_back_say_so(pages: Pages, tmp_path: Path) -> None:
    arabic = pseudo.pages(tmp_path, "ar")
    seen = shown(arabic, question(Kind.TEXT, label={"ar": "كيف البيت؟", "en": "How?"}, hint={"en": "Now."}), "ar")
    assert seen.all("html") == [{"lang": "ar", "dir": "rtl"}]
    assert seen.all("span", lang="en", dir="ltr")
    assert not seen.all("span", lang="ar")


def test_without_a_catalogue_the_page_says_that_its_buttons_are_english(pages: Pages) -> None:
    seen = shown(pages, question(Kind.TEXT, label={"ar": "كيف البيت؟"}), "ar")
    assert seen.all("html") == [{"lang": "en", "dir": "rtl"}]
    assert seen.all("span", lang="ar", dir="rtl")


def test_easy_read_falls_back_to_english_without_changing_the_voice(pages: Pages) -> None:
    assert pages.interface_language("en-x-easy") == "en"
    assert not shown(pages, question(Kind.TEXT), "en-x-easy").all("span", lang="en")


@pytest.mark.parametrize("nonsense", ["", "xx", "../../etc", "-x-", "e n", "en_GB", "zz-x-pseudo"])
def test_a_language_nobody_knows_is_shown_in_english(pages: Pages, nonsense: str) -> None:
    assert (pages.interface_language(nonsense), direction(nonsense)) == ("en", "ltr")


def test_a_sentence_nobody_checked_is_said_in_english_and_says_so(tmp_path: Path) -> None:
    both = pseudo.pages(tmp_path, "ar")
    said = both.translation("ar").sentences
    some = frozenset(sentence.digest for sentence in said if sentence.english != ("Skip this question",))
    partly = Pages(locales_dir=tmp_path, signed_off=lambda: {"ar": some})
    seen = shown(partly, question(Kind.TEXT, label={"ar": "كيف البيت؟"}), "ar", problem="⟦p⟧")
    assert seen.all("html") == [{"lang": "ar", "dir": "rtl"}]
    assert seen.all("span", lang="en", dir="ltr")
    assert "Skip this question" in seen.text
    assert not [attributes for _, attributes in seen.elements if "<span" in "".join(map(str, attributes.values()))]


def test_a_language_nobody_checked_is_english_for_respondents_and_shown_to_staff_who_look(tmp_path: Path) -> None:
    unchecked = pseudo.pages(tmp_path, "pl", checked=False)
    assert unchecked.languages == ("en",)
    assert unchecked.page("pl").interface_language == "en"
    assert not unchecked.page("pl").unchecked
    looked_at = unchecked.page("pl", even_unchecked=True)
    assert (looked_at.interface_language, looked_at.unchecked) == ("pl", True)
    assert unchecked.translator("pl")("Next") == "Next"
    assert unchecked.translator("pl", even_unchecked=True)("Next") == "⟦Ñéxt ·⟧"


def test_a_check_counts_from_the_next_page_on(tmp_path: Path) -> None:
    folder = pseudo.write_locales(tmp_path, "pl")
    checked: dict[str, frozenset[str]] = {}
    pages_ = Pages(locales_dir=folder, signed_off=lambda: dict(checked))
    assert pages_.page("pl").interface_language == "en"
    checked["pl"] = pages_.translation("pl").digests
    assert pages_.page("pl").interface_language == "pl"
    checked.clear()
    assert pages_.page("pl").interface_language == "en"


# --- what staff see


def test_a_hidden_figure_shows_neither_its_number_nor_a_bar(pages: Pages) -> None:
    rows = [{"label": "Moving", "value": Cell(None, "c"), "share": None, "text": "", "href": ""}]
    template = '{% from "components/bars.html" import bars %}{{ bars("Answers", rows, "Theme", "Answers") }}'
    seen = Seen(pages._now.environment("en").from_string(template).render(rows=rows))
    assert "fewer than 10" in "".join(seen.text)
    assert not seen.all("rect", **{"class": "bar-part"})


def test_no_figure_zero_and_hidden_are_three_different_things(pages: Pages) -> None:
    template = '{% from "components/table.html" import figure_cell %}{{ figure_cell(value) }}'
    cell = pages._now.environment("en").from_string(template)
    told = [
        "".join(Seen(cell.render(value=value)).text).strip() for value in (None, 0, Cell(0), Cell(None, "c"), "34 %")
    ]
    assert told == ["\N{EN DASH} no figure", "0", "0", "fewer than 10 [c]", "34 %"]


def test_the_staff_header_shows_who_is_signed_in_and_where_they_are(pages: Pages) -> None:
    member = StaffMember(NASTY, "Officer", (Link("Themes", "/review", current=True), Link("Surveys", "/design")))
    seen = Seen(
        pages.render("errors/problem.html", page=pages.page(staff=member, csrf="t"), title="No", sentence="Go back.",
                     details=[], link=None, reference="")
    )  # fmt: skip
    assert [link["href"] for link in seen.all("a", **{"aria-current": "page"})] == ["/review"]
    assert seen.all("form", action="/staff/sign-out", method="post")
    assert NASTY in "".join(seen.text)


# --- files


def test_without_a_build_the_page_is_plain_and_whole(pages: Pages) -> None:
    assert pages.asset("survey.css") == ""
    seen = shown(pages, question(Kind.TEXT))
    assert seen.all("link") + seen.all("script") == []
    assert seen.all("form", method="post", action="/q")


def test_a_built_file_is_linked_by_its_hashed_name(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"survey.css": "survey-AB12.css"}', "utf-8")
    built = Pages(static_dir=tmp_path)
    assert shown(built, question(Kind.TEXT)).all("link", rel="stylesheet")[0]["href"] == "/static/survey-AB12.css"


def test_no_template_needs_a_looser_content_security_policy() -> None:
    for path in FRONTEND_DIR.glob("templates/**/*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|\|\s*safe|<style|https?://(?!www\.w3\.org)", source), (
            path
        )
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source)), path
