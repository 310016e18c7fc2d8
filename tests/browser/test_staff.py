"""Staff at real browsers: each role's way from its link to what it is there for, and every page of it looked at."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Served
from tests.browser.journeys import ANSWERS, agree, card, send
from tests.browser.visitors import DESK, PHONE, Visitor

Come = Callable[..., Visitor]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
REREFERRALS = """\
time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,new_la_code,la_name,\
Referrals,Re_referrals,Re_referrals_percent
2016,Reporting year,National,E92000001,England,,,,,600000,135000,22.5
2016,Reporting year,Local authority,E92000001,England,E12009999,Mid Shires,E10009999,Marlshire,2000,500,25.0
"""


def look(somebody: Visitor) -> None:
    somebody.look(PHONE, DESK)


def flash(somebody: Visitor) -> str:
    return somebody.page.get_by_role("status").first.inner_text()


# -- practitioner


def test_a_practitioner_logs_an_observation_on_a_phone(colleague: Come, served: Served) -> None:
    practitioner = colleague("practitioner", size=PHONE)
    page = practitioner.page
    assert practitioner.path == "/observe"
    look(practitioner)
    first = page.locator(".cards .card").first
    before = first.inner_text()
    practitioner.press("What a child told us", within=first)
    look(practitioner)
    practitioner.press("Save observation", status=422)
    look(practitioner)
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.matches('input')")

    for group in page.locator("fieldset:has(input[name^=purpose_])").all():
        group.get_by_text("Yes", exact=True).click()
    page.get_by_role("group", name="Where were you?").get_by_text("School, nursery or college").click()
    page.get_by_role("group", name="How did the child tell you?").get_by_text("By talking").click()
    page.get_by_label("What did the child say, in their own words?").fill("I want to see my sister more.")
    page.get_by_role("group", name="Does the child know").locator(".choice label").first.click()
    page.get_by_role("group", name="Have you passed on").locator(".choice label").first.click()
    practitioner.press("Save observation")
    assert practitioner.path == "/observe"
    assert "The observation is saved" in flash(practitioner)
    assert page.locator(".cards .card").first.inner_text() != before, "the card counts what was logged"
    look(practitioner)


def test_a_childs_no_keeps_nothing(colleague: Come) -> None:
    practitioner = colleague("practitioner", size=PHONE)
    page = practitioner.page
    practitioner.press("What a child told us", within=page.locator(".cards .card").last)
    for group in page.locator("fieldset:has(input[name^=purpose_])").all():
        group.get_by_text("No", exact=True).click()
    practitioner.press("Save observation")
    assert "Nothing was kept" in practitioner.said
    look(practitioner)


def test_a_practitioner_puts_a_case_on_the_list(colleague: Come) -> None:
    practitioner = colleague("practitioner", size=PHONE)
    practitioner.press("Your cases")
    look(practitioner)
    practitioner.press("Put on the list", status=422)
    look(practitioner)
    practitioner.page.get_by_label("Case reference").fill("INVENTED/2041")
    practitioner.page.get_by_label("Names the record knows").fill("Wrenna Invented\nMallow House")
    practitioner.press("Put on the list")
    assert "The case is on the list as" in flash(practitioner)
    assert "2041" not in practitioner.said
    assert "Wrenna" not in practitioner.said
    look(practitioner)


def test_a_link_signs_in_once_and_no_role_sees_anothers_pages(colleague: Come, visitor: Come, served: Served) -> None:
    practitioner = colleague("practitioner")
    practitioner.open("/review", 403)
    look(practitioner)
    stranger = visitor()
    stranger.open(served.links["practitioner"], 410)
    look(stranger)
    stranger.open("/review", 401)
    look(stranger)


# -- participation officer


def _theme(officer: Visitor, place: int) -> tuple[Locator, str]:
    article = officer.page.locator("article.card").nth(place)
    return article, article.locator("h3").inner_text()


def test_an_officer_reviews_themes_beside_measures(colleague: Come) -> None:
    officer = colleague("officer", size=DESK)
    page = officer.page
    assert officer.path == "/review"
    look(officer)
    officer.press("See the themes", within=page.locator(".card", has_text="Where I live and who helps me"))
    look(officer)
    assert "A figure about an area says nothing about any child" in officer.said
    assert page.locator("article .quotes li").count() > 0
    assert re.search(r"\d{4}, Marlshire, (\d[\d,]* of \d|n = )", page.locator("article .key-figure").first.inner_text())

    article, name = _theme(officer, 0)
    article.get_by_label("Name of the theme").fill("")
    officer.press("Rename", within=article.locator("form[action$=rename]"), status=422)
    officer.look(PHONE)
    article, _ = _theme(officer, 0)
    article.get_by_label("Name of the theme").fill("Moving again and again")
    officer.press("Rename", within=article.locator("form[action$=rename]"))
    assert "new name" in flash(officer)
    article, renamed = _theme(officer, 0)
    assert renamed == "Moving again and again"
    assert name in article.inner_text(), "what the computer called it stays visible"

    officer.press("Approve", within=article)
    assert "approved" in flash(officer)
    article = page.get_by_role("article", name=renamed)
    officer.press("Undo approval", within=article)
    assert "open again" in flash(officer)

    themes = page.locator("article.card").count()
    article, rejected = _theme(officer, themes - 1)
    officer.press("Reject", within=article)
    assert page.locator("article.card").count() == themes - 1
    officer.press("Bring back", within=page.locator("li", has_text=rejected))
    assert page.locator("article.card").count() == themes

    article, merged = _theme(officer, 1)
    officer.unfold()
    article.get_by_label("Make it part of").select_option(label=renamed)
    officer.press("Merge", within=article)
    assert page.locator("article.card").count() == themes - 1
    assert merged in page.get_by_role("article", name=renamed).inner_text()
    officer.look(DESK)
    officer.press("Undo", within=page.locator("main > details li", has_text=merged))
    assert page.locator("article.card").count() == themes


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_officer_slides_from_many_themes_to_few_and_keeps_them(colleague: Come, scripts: bool) -> None:
    officer = colleague("officer", size=DESK, scripts=scripts)
    page = officer.page
    officer.press("See the themes", within=page.locator(".card", has_text="My week and my people"))
    themes = page.locator("article.card").count()
    slider = page.locator("#levels input[type=range]")
    assert slider.is_visible() == scripts
    if scripts:
        slider.focus()
        with page.expect_navigation():
            page.keyboard.press("ArrowLeft")
    else:
        officer.press("Fewer", within=page.locator("#levels"))
    assert page.locator("article.card").count() == themes - 1
    page.get_by_role("spinbutton", name="How many themes?").fill("2")
    officer.press("Show", within=page.locator("#levels"))
    assert page.locator("article.card").count() == 2
    assert "Nothing has been changed" in officer.said
    if scripts:
        look(officer)
    officer.press("Keep these 2 themes")
    assert "The themes are joined" in flash(officer)
    assert page.locator("article.card").count() == 2
    page.locator("summary", has_text="Merged themes").click()
    officer.press("Undo all merges")
    assert page.locator("article.card").count() == themes


def test_an_officer_sees_who_spoke_of_what_and_that_there_is_one_wave(colleague: Come) -> None:
    officer = colleague("officer", size=DESK)
    page = officer.page
    officer.press("See the themes", within=page.locator(".card", has_text="Where I live and who helps me"))
    officer.press("Who spoke of what")
    assert re.search(r"\d%, \d+ of \d+", officer.said)
    look(officer)
    page.get_by_label("By what?").select_option(label="Who do you live with right now?")
    page.get_by_label("How many themes?").fill("4")
    officer.press("Show")
    assert "Put together because each alone is too small" in officer.said
    look(officer)
    officer.press("Themes of this wave")
    officer.press("Over time and areas")
    assert "Only one wave so far" in officer.said
    look(officer)


@pytest.mark.parametrize("wishes", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced"])
def test_staff_pages_hold_in_other_colours(colleague: Come, wishes: dict[str, str]) -> None:
    officer = colleague("officer", size=DESK, **wishes)
    officer.look()
    for part in ("Surveys", "Measures", "Releases"):
        officer.press(part, within=officer.page.locator("nav"))
        officer.look()
    officer.open("/review")
    officer.press("See the themes", within=officer.page.locator(".card", has_text="My week and my people"))
    officer.look()
    lead = colleague("safeguarding", size=PHONE, **wishes)
    lead.look()


def test_an_officer_imports_open_data(colleague: Come) -> None:
    officer = colleague("officer", size=DESK)
    page = officer.page
    officer.press("Measures", within=page.locator("nav"))
    look(officer)
    officer.press("Import", within=page.locator("form[action='/metrics/import']"), status=422)
    look(officer)
    page.locator("#files").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": PNG})
    officer.press("Import", within=page.locator("form[action='/metrics/import']"), status=422)
    assert "Not imported" in officer.said
    look(officer)
    officer.press("See the measures")
    page.locator("#files").set_input_files(
        {"name": "again.csv", "mimeType": "text/csv", "buffer": REREFERRALS.encode()}
    )
    officer.press("Import", within=page.locator("form[action='/metrics/import']"))
    assert "new figures are stored" in officer.said
    look(officer)
    officer.press("See the measures")
    assert page.locator("table", has_text="again.csv").count() == 1


# -- designing: every kind of question, from the file to the phone

EVERY_KIND = """\
survey: every-kind
title: One of everything
audience: young_person
minutes: 3
questions:
  - {name: hello, type: note, label: Hello, hint: This page only says something.}
  - {name: word, type: text, label: What is your favourite word?, required: yes, longest: 20}
  - {name: story, type: long text, label: Tell us a story, required: yes, longest: 200}
  - {name: homes, type: whole number, label: How many homes have you had?, required: yes}
  - {name: hours, type: number, label: How many hours do you sleep?, hint: Such as 7.5, required: yes}
  - name: feel
    type: one choice
    label: How was today?
    looks like: faces
    required: yes
    choices: [{great: Great}, {good: Good}, {middle: Middling}, {not_good: Not good}, {awful: Awful}, {dont_know: I don't know}]
  - name: marks
    type: one choice
    label: How much out of ten?
    looks like: scale
    required: yes
    choices: [{n1: "1"}, {n2: "2"}, {n3: "3"}, {n4: "4"}, {n5: "5"}, {n6: "6"}, {n7: "7"}, {n8: "8"}, {n9: "9"}, {n10: "10"}]
  - name: helpers
    type: several choices
    label: Who helps you?
    required: yes
    choices: [{carer: My carer}, {friend: A friend}, {nobody: Nobody}]
"""
FILLED: dict[str, tuple[str, str]] = {
    "word": ("x" * 21, "plumvogel"),
    "story": ("y" * 201, "Once upon a time."),
    "homes": ("many", "3"),
    "hours": ("a lot", "7.5"),
    "feel": ("", "good"),
    "marks": ("", "n7"),
    "helpers": ("", "friend"),
}
"""By question: what is refused, and what is good."""


def test_what_an_officer_imports_and_publishes_is_answered_by_its_printed_code(colleague: Come, visitor: Come) -> None:
    officer = colleague("officer", size=DESK)
    page = officer.page
    officer.press("Surveys", within=page.locator("nav"))
    look(officer)
    officer.press("My week and my people", within=page.locator("main ul.cards"))
    look(officer)
    officer.open("/design/import")
    look(officer)
    broken = EVERY_KIND.replace("type: note", "type: nota")
    _choose_file(officer, broken, status=422)
    assert "What to mend in the file" in officer.said
    look(officer)
    _choose_file(officer, EVERY_KIND)
    look(officer)
    officer.press("Publish", status=422)
    look(officer)
    page.get_by_label("Name of the wave").fill("Tried in a browser")
    officer.press("Publish")
    assert "The survey is published" in flash(officer)
    look(officer)
    mine = page.locator("section.card", has_text="One of everything")
    officer.press("Invite", within=mine)
    look(officer)
    officer.press("Make invitations", status=422)
    look(officer)
    page.get_by_text("One link and code for many people").click()
    officer.press("Make invitations")
    look(officer)
    assert page.locator("img[alt^='QR code']").evaluate("picture => picture.complete && picture.naturalWidth") > 0
    code = page.locator(".card strong").inner_text()
    link = page.locator(".card a").inner_text()

    _answer_each_kind(visitor(), code)

    officer.open("/design")
    officer.press("Close", within=mine)
    assert "The wave is closed" in flash(officer)
    look(officer)
    late = visitor()
    late.open(link, 410)
    look(late)
    officer.press("Open again", within=mine)
    late.open(link)
    assert late.path == "/agree"


def _choose_file(officer: Visitor, text: str, status: int = 200) -> None:
    officer.page.get_by_label("File", exact=True).set_input_files(
        {"name": "every-kind.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    )
    officer.page.get_by_text("Young people, 12 and over").click()
    officer.press("Only check it", status=status)


def _answer_each_kind(young_person: Visitor, code: str) -> None:
    page = young_person.page
    young_person.open("/")
    page.get_by_label("What is your code?").fill(f" {code.lower()} ")
    young_person.press("Start")
    for group in page.locator("fieldset.purpose").all():
        group.get_by_text("Yes", exact=True).click()
    young_person.press("Next")
    assert young_person.path == "/q/hello"
    look(young_person)
    young_person.press("Next")
    for name, (refused, good) in FILLED.items():
        assert young_person.path == f"/q/{name}"
        look(young_person)
        if refused:
            page.locator("#answer").fill(refused)
        young_person.press("Next", status=422)
        look(young_person)
        if refused:
            page.locator("#answer").fill(good)
        else:
            page.locator(f'.choice:has(input[value="{good}"]) label').click()
        look(young_person)
        young_person.press("Next")
    assert young_person.path == "/check"
    young_person.press("Send my answers")
    assert young_person.path == "/done"


# -- research


def test_a_second_person_releases_what_a_researcher_downloads(colleague: Come) -> None:
    researcher, second = colleague("researcher", size=DESK), colleague("administrator", size=DESK)
    assert researcher.path == "/export"
    look(researcher)
    researcher.press("Ask for this data", status=422)
    look(researcher)
    # Of a survey that no other test answers: a few who joined or left between two releases would be singled out.
    purpose = "Invented study: how many young people feel settled, tried in a browser."
    researcher.page.get_by_label("Which wave?").select_option(label=_wave_named(researcher, "My week"))
    researcher.page.get_by_label("What do you need the data for?").fill(purpose)
    researcher.press("Ask for this data")
    assert "A second person has to release it" in flash(researcher)
    assert researcher.page.get_by_role("link", name="Download the file").count() == 0
    look(researcher)
    researcher.open(f"{researcher.path}/file", 409)
    look(researcher)
    researcher.page.go_back()

    second.press("Releases", within=second.page.locator("nav"))
    look(second)
    second.press("My week and my people", within=second.page.locator(".card", has_text=purpose))
    look(second)
    second.press("Refuse", status=422)
    look(second)
    second.page.get_by_label("Your reason").fill("Looked at each column; nothing points to a person.")
    second.press("Release", within=second.page.locator("form[action$=decide]"))
    assert "Released" in flash(second)
    look(second)

    researcher.page.reload()
    look(researcher)
    with researcher.page.expect_download() as started:
        researcher.page.get_by_role("link", name="Download the file").click()
    with zipfile.ZipFile(started.value.path()) as file:
        assert {"data.csv", "codebook.csv", "manifest.json"} <= set(file.namelist())
        rows = list(csv.DictReader(io.StringIO(file.read("data.csv").decode("utf-8-sig"))))
        described = {row["name"] for row in csv.DictReader(io.StringIO(file.read("codebook.csv").decode("utf-8-sig")))}
        json.loads(file.read("manifest.json"))
    assert len(rows) >= 10
    assert set(rows[0]) == described
    assert {row["home_wand"] for row in rows} <= {"-6", "-7", "-8", "-9", ""}, "own words were not asked for"

    second.press("End it now")
    assert "Ended" in flash(second)
    look(second)
    researcher.page.reload()
    look(researcher)


def _wave_named(researcher: Visitor, beginning: str) -> str:
    options = researcher.page.get_by_label("Which wave?").locator("option").all_inner_texts()
    # The county's own waves are called after the year; others are opened by other tests.
    year = str(date.today().year)
    return next(option for option in options if option.startswith(beginning) and year in option)


# -- safeguarding


def test_a_safeguarding_lead_claims_reads_and_decides(colleague: Come, visitor: Come, served: Served) -> None:
    _say(visitor(), served, "My stepdad hit me again last night and I am scared to go home.")
    lead = colleague("safeguarding", size=DESK)
    page = lead.page
    assert lead.path == "/safeguard"
    look(lead)
    said = page.locator(".card", has_text="If the people in charge changed one thing")
    mine = said.filter(has_text="Read within the hour").last  # the county may have others: ours came in last
    for _ in range(60):
        if not page.get_by_text("not looked at by the computer yet").count():
            break  # the worker has screened it
        page.wait_for_timeout(500)
        page.reload()
    urgent = page.locator(".card", has_text="Read within the hour").count()
    for place in range(urgent):
        assert "Read within the hour" in page.locator(".card").nth(place).inner_text(), "the most urgent come first"
    look(lead)
    mine.locator("h2 a").click()
    page.wait_for_load_state()
    assert page.locator("blockquote").count() == 0, "nobody reads it by accident"
    look(lead)
    lead.press("Take it and read it")
    assert not page.locator("blockquote").is_visible()
    page.locator("summary", has_text="Show the words").click()
    assert "scared to go home" in page.locator("blockquote").inner_text()
    look(lead)
    lead.press("Record the decision", status=422)
    look(lead)
    page.get_by_role("group", name="Your decision").locator(".choice label").first.click()
    page.get_by_label("Note (you may leave it empty)").fill("Rang the front door at once.")
    lead.press("Record the decision")
    assert "Your decision is recorded" in flash(lead)
    lead.press("Taken by me")
    look(lead)
    lead.press("Decided")
    look(lead)
    decided = page.locator(".card", has_text="Read within the hour").locator("h2 a").first
    decided.click()
    page.wait_for_load_state()
    look(lead)
    lead.press("Reopen it")
    assert "back among those to read" in flash(lead)


def _say(young_person: Visitor, served: Served, words: str) -> None:
    agree(young_person, served.links["young_person"])
    for name in ANSWERS:
        if name == "living":
            card(young_person.page, "parents").click()
            young_person.press("Next")
        elif name == "one_thing":
            young_person.page.locator("#answer").fill(words)
            young_person.press("Next")
        elif young_person.path == f"/q/{name}":
            young_person.press("Skip this question")
    send(young_person)


def test_a_safeguarding_lead_checks_a_redaction(colleague: Come) -> None:
    lead = colleague("safeguarding", size=DESK)
    page = lead.page
    lead.press("Redactions to check")
    waiting = page.locator(".cards .card").count()
    assert waiting > 1
    look(lead)
    page.locator(".card h2 a").first.click()
    page.wait_for_load_state()
    look(lead)
    # By keys alone: from the first hidden word to another, hide it, take that back, use the text and go on.
    words = page.locator(".masks input")
    hidden = page.locator(".masks input:checked").count()
    words.first.focus()
    page.keyboard.press("End")
    page.keyboard.press("Space")
    assert page.locator(".masks input:checked").count() != hidden
    page.keyboard.press("u")
    assert page.locator(".masks input:checked").count() == hidden
    page.keyboard.press("Enter")
    page.wait_for_url("**done=accepted**")
    assert "Only the text you accepted" in flash(lead)
    look(lead)
    lead.press("Undo: look again at the last one")
    page.get_by_text("Change the text itself").click()
    box = page.get_by_label("The text without names, places and anything else")
    box.fill("Ring me on 07700 900123")
    lead.press("Use this text", status=422)
    look(lead)
    box.fill("I would like to see [PERSON_1] more.")
    lead.press("Use this text")
    assert "Only the text you accepted" in flash(lead)
    assert page.locator(".cards .card").count() == waiting - 1
    lead.press("How well the computer masks")
    look(lead)
    page.go_back()
    lead.press("Take back a text in use")
    page.get_by_label("Words of the text").fill("would like to see [PERSON_1] more")
    lead.press("Look for it")
    look(lead)
    lead.press("Take it back")
    assert "used nowhere" in flash(lead)
    lead.press("Redactions to check")
    page.locator(".card h2 a").first.click()
    lead.press("Leave it out")
    assert "left out" in flash(lead)
    lead.press("Left out")
    assert page.locator(".cards .card").count() >= 1
    look(lead)


# -- administration


def test_an_administrator_lets_somebody_in(colleague: Come, visitor: Come) -> None:
    administrator = colleague("administrator", size=DESK)
    page = administrator.page
    assert administrator.path == "/manage/staff"
    look(administrator)
    administrator.press("Add and make a sign-in link", status=422)
    look(administrator)
    page.get_by_label("Name").fill("Ottoline Invented")
    page.get_by_label("Work e-mail").fill("ottoline@marlshire.example")
    page.get_by_role("group", name="Here as").get_by_text("Researcher").click()
    administrator.press("Add and make a sign-in link")
    look(administrator)
    link = page.get_by_label("Link", exact=True).input_value()

    newcomer = visitor(size=DESK)
    newcomer.open(link)
    assert newcomer.path == "/staff/password"
    look(newcomer)
    newcomer.press("Set password", status=422)
    look(newcomer)
    secret = "thimble orchard kestrel"
    newcomer.page.get_by_label("New password").fill(secret)
    newcomer.page.get_by_label("The same again").fill(secret)
    newcomer.press("Set password")
    look(newcomer)
    newcomer.press("Sign out")
    look(newcomer)
    newcomer.page.get_by_label("Work e-mail").fill("ottoline@marlshire.example")
    newcomer.page.get_by_label("Password").fill("something else entirely")
    newcomer.press("Sign in", within=newcomer.page.locator("main"), status=401)
    look(newcomer)
    newcomer.page.get_by_label("Password").fill(secret)
    newcomer.press("Sign in", within=newcomer.page.locator("main"))
    assert newcomer.path == "/export"
    assert "You have not asked for anything yet" in newcomer.said
    look(newcomer)

    administrator.open("/manage/cases")
    look(administrator)
