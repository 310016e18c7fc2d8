"""Languages of the pages over HTTP: none before a person signed it off, what lapses, whose language a page is in."""

from __future__ import annotations

import dataclasses
import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from api import catalogues
from api.catalogues import Translation
from api.collect.words import listed
from api.language_checks import SECONDS_KEPT, Checks
from api.models import AuditEvent, LanguageCheck
from api.models.columns import sa_table
from api.pages import Pages
from survey_engine.definition import FILE, Kind, Question
from tests import people, pseudo
from tests.every_kind import ANSWERS, every_kind, posted
from tests.integration.test_designer import a_draft
from tests.integration.test_every_kind import send_file
from tests.people import PURPOSES, small_survey

BASE = "/design/languages/pl"
CHECKED = {"checked_by": "Ola Nowak", "checked_as": "interpreter, grew up with Polish", "read": "yes"}
POLISH = "Jaki jest twój kod?"


def sign_off(officer: Any, base: str = BASE, **changes: Any) -> Any:
    officer.get(base)
    state = re.search(r'name="state" value="(\w+)"', officer.page)
    return officer.post(f"{base}/check", CHECKED | {"state": state[1] if state else ""} | changes)


def events(deployment: Any, kind: str) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(select(AuditEvent).where(col(AuditEvent.kind) == kind)).scalars())


def in_polish(phone: Any, address: str = "/") -> str:
    return phone().client.get(address, headers={"accept-language": "pl-PL,pl;q=0.9,en;q=0.5"}).text


# -- signing off


def test_only_officers_see_and_sign_off_languages(deployment: Any, staff: Any, phone: Any) -> None:
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        somebody = staff(role)
        assert somebody.get("/design/languages").status_code == 403
        assert somebody.post(f"{BASE}/check", CHECKED).status_code == 403
    assert phone().get("/design/languages").status_code == 401
    officer = staff("officer")
    assert officer.get("/design/languages/xx").status_code == 404
    page = officer.get("/design/languages").text
    assert page.count("Not checked by a person") == 7
    assert "العربية" in page


def test_a_language_is_offered_only_between_its_sign_off_and_its_taking_back(
    deployment: Any, staff: Any, phone: Any
) -> None:
    assert POLISH not in in_polish(phone)
    officer = staff("officer")
    assert "Children can choose this language now." in sign_off(officer).text
    assert "Checked by Ola Nowak (interpreter, grew up with Polish)" in officer.get(BASE).text
    page = in_polish(phone)
    assert POLISH in page
    assert '<html lang="pl" dir="ltr">' in page
    assert "Polski" in phone().get("/").text
    (event,) = events(deployment, "language.checked")
    assert event.details["checked_by"] == "Ola Nowak"
    assert event.details["language"] == "pl"
    officer.get(BASE)
    assert "not offered this language any more" in officer.post(f"{BASE}/take-back").text
    officer.post(f"{BASE}/take-back")
    assert POLISH not in in_polish(phone)
    assert len(events(deployment, "language.check_ended")) == 1


@pytest.mark.parametrize(
    "left_out", [{"checked_by": ""}, {"checked_as": ""}, {"read": ""}, {"state": "another page's"}]
)
def test_a_sign_off_without_a_name_or_of_words_that_were_not_shown_is_refused(
    deployment: Any, staff: Any, left_out: dict[str, str]
) -> None:
    officer = staff("officer")
    assert sign_off(officer, **left_out).status_code == 422
    assert "Please look at this again" in officer.page
    with deployment.main.reading() as session:
        assert session.execute(select(func.count()).select_from(LanguageCheck)).scalar_one() == 0


def test_a_sentence_that_changed_after_the_check_goes_back_to_english_alone(
    deployment: Any, staff: Any, phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = staff("officer")
    whole = Translation.digests.func  # type: ignore[attr-defined]  # a cached property keeps its function there
    question = "What is your code?"
    monkeypatch.setattr(
        Translation, "digests",
        property(lambda self: whole(self) - {one.digest for one in self.translated if one.english == (question,)}),
    )  # fmt: skip
    sign_off(officer)
    monkeypatch.undo()
    deployment.joined.checks.changed()
    page = in_polish(phone)
    assert f'<span lang="en" dir="ltr">{question}</span>' in page
    assert "Zacznij" in page
    told = officer.get(BASE).text
    assert "1 sentence is new or changed" in told
    sign_off(officer)
    assert POLISH in in_polish(phone)
    with deployment.main.reading() as session:
        ended = session.execute(select(col(LanguageCheck.ended_at)).order_by(col(LanguageCheck.checked_at))).scalars()
        assert sorted(one is None for one in ended) == [False, True]


def test_the_files_for_a_translator_hold_every_sentence(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    table = officer.get("/design/languages/ar/sentences.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="earshot-ar.csv"'
    assert "In danger now?,هل أنت في خطر الآن؟" in table.text
    assert all(f"\r\n,{word}\r\n" in table.text for word in listed("ar")), "and each word that codes are made of"
    assert 'msgid "In danger now?"' in officer.get("/design/languages/ar/respondent.po").text


# -- other processes, and no database


def test_what_another_process_signed_off_is_seen_after_a_minute_and_asked_once(deployment: Any, staff: Any) -> None:
    now = SimpleNamespace(seconds=0.0)
    elsewhere = Checks(deployment.main, monotonic=lambda: now.seconds)
    assert elsewhere() == {}
    sign_off(staff("officer"))
    now.seconds = SECONDS_KEPT - 1
    assert elsewhere() == {}
    now.seconds = SECONDS_KEPT
    assert set(elsewhere()) == {"pl"}
    assert elsewhere() is elsewhere()


def test_a_page_about_a_lost_database_needs_no_database(deployment: Any) -> None:
    checks = Checks(deployment.main)
    with deployment.main.writing() as session:
        sa_table(LanguageCheck).drop(session.connection())
    assert checks() == {}


# -- whose language


def test_what_was_chosen_is_kept_and_forgotten_with_the_rest(deployment: Any, staff: Any, phone: Any) -> None:
    sign_off(staff("officer"))
    somebody = phone()
    assert POLISH in somebody.get("/?language=pl").text
    assert "Jakie są słowa twojego kodu?" in somebody.get("/receipt").text
    somebody.post("/receipt", {"words": "no such words"})
    assert "Te słowa" in somebody.page or "Sprawdź pisownię" in somebody.page
    assert "Tej strony tu nie ma" in somebody.get("/nowhere").text
    assert POLISH in somebody.get("/?language=xx").text
    somebody.get("/finished")
    assert POLISH not in somebody.get("/").text


@pytest.mark.parametrize(
    ("header", "polish"),
    [("pl", True), ("de, pl-PL;q=0.8, en;q=0.7", True), ("en-GB, pl;q=0.9", False), ("pl;q=0", False), ("\x00;;q=,,", False),
     ("", False)],
)  # fmt: skip
def test_the_phones_own_language_is_taken_where_it_is_on_offer(
    deployment: Any, staff: Any, phone: Any, header: str, polish: bool
) -> None:
    sign_off(staff("officer"))
    page = phone().client.get("/", headers={"accept-language": header.replace("\x00", "?")}).text
    assert (POLISH in page) is polish


def test_a_survey_is_shown_in_the_language_of_the_phone_or_as_chosen_and_ends_in_it(
    deployment: Any, staff: Any, phone: Any, a_wave: Any
) -> None:
    item = Question(name="q", kind=Kind.TEXT, label={"en": "How are you?", "pl": "Co u ciebie?"})
    survey = small_survey(languages=("en", "pl"), items=(item,), title={"en": "Week", "pl": "Tydzień"})
    wave = a_wave(survey=survey)
    somebody = phone()
    somebody.client.get(f"/s/{wave.token}", headers={"accept-language": "pl"})
    page = somebody.client.get("/agree", headers={"accept-language": "pl"}).text
    assert 'name="language" value="pl"' in page
    assert '<html lang="en" dir="ltr">' in page
    assert '<span lang="pl" dir="ltr">Tydzień</span>' in page
    sign_off(staff("officer"))
    somebody.get("/agree?language=pl")
    assert '<html lang="pl" dir="ltr">' in somebody.page
    somebody.post("/agree", {f"purpose_{purpose}": "yes" for purpose in PURPOSES} | {"language": "pl"})
    assert "Co u ciebie?" in somebody.page
    assert "Pytanie 1 z 1" in somebody.page
    somebody.post("/q/q", {"answer": "dobrze", "action": "next"})
    somebody.post("/send")
    assert "Słowa twojego kodu" in somebody.get("/done").text


def test_a_code_is_said_in_a_languages_own_words_only_between_their_sign_off_and_taking_back(
    deployment: Any, staff: Any, phone: Any, a_wave: Any
) -> None:
    item = Question(name="q", kind=Kind.TEXT, label={"en": "How are you?", "pl": "Co u ciebie?"})
    wave = a_wave(survey=small_survey(languages=("en", "pl"), items=(item,), title={"en": "Week", "pl": "Tydzień"}))
    child, officer = phone(), staff("officer")
    child.get(f"/s/{wave.token}")
    child.post("/agree", {f"purpose_{purpose}": "yes" for purpose in PURPOSES} | {"language": "pl"})
    child.post("/q/q", {"answer": "dobrze", "action": "later"})

    def kept_at(address: str) -> tuple[str, bool]:
        child.get(address)
        return child.receipt(), 'class="figures"' in child.page

    english, figures = kept_at("/later")
    assert (len(english.split()), figures) == (3, True)
    sign_off(officer)
    own, figures = kept_at("/later")
    assert (len(own.split()), figures) == (4, False)
    assert set(own.split()) < set(listed("pl"))
    assert '<p class="receipt" translate="no" lang="pl" dir="ltr">' in child.page
    child.send()
    assert kept_at("/done") == (own, False)
    officer.get(BASE)
    officer.post(f"{BASE}/take-back")
    assert kept_at("/done") == (english, True)
    for words in (own, english):
        assert phone().post("/receipt", {"words": words}).url.path == "/mine"


def test_a_list_that_changed_after_its_check_is_shown_no_more_and_the_sentences_stay(
    deployment: Any, staff: Any, phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, pages = staff("officer"), deployment.joined.pages
    sign_off(officer)
    assert pages.code_words("pl") == listed("pl")
    assert pages.code_words("pl-x-easy") == listed("pl")
    assert pages.code_words("uk") == ()
    another = (("hipopotam", *catalogues.code_words("pl")[0]), *catalogues.code_words("pl")[1:])
    monkeypatch.setattr(catalogues, "code_words", lambda language, folder: another if language == "pl" else ())
    deployment.app.state.joined = joined = dataclasses.replace(
        deployment.joined, pages=Pages(signed_off=deployment.joined.checks)
    )
    assert joined.pages.code_words("pl") == ()
    assert POLISH in in_polish(phone)
    told = officer.get(BASE).text
    assert "hipopotam" in told
    assert "1 sentence is new or changed" in told
    sign_off(officer)
    assert joined.pages.code_words("pl")[0] == "hipopotam"


def test_in_the_preview_officers_see_what_nobody_checked_and_are_told(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    draft = a_draft(deployment, officer, small_survey(languages=("en", "pl")))
    page = officer.get(f"{draft}/preview/homes?language=pl").text
    assert "Pomiń to pytanie" in page
    assert "Not checked by a person" in page
    sign_off(officer)
    assert "Not checked by a person" not in officer.get(f"{draft}/preview/homes?language=pl").text


# -- no word is forgotten


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", [pseudo.PSEUDO, pseudo.TURNED])
def test_no_page_of_a_respondent_holds_a_word_that_was_not_translated(
    deployment: Any, a_wave: Any, phone: Any, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = deployment.joined
    settings = joined.settings.model_copy(update={"base_url": "http://⟦here⟧", "help_lines": ()})
    deployment.app.state.joined = dataclasses.replace(
        joined, settings=settings, pages=pseudo.pages(tmp_path / "locales", language, service_name="⟦Ours⟧")
    )
    notice = people.small_notice()
    monkeypatch.setattr(people, "small_notice", lambda audience: pseudo.notice_in(language, notice))
    survey = pseudo.survey_in(language, every_kind())
    monkeypatch.setattr(people, "small_survey", lambda: survey)
    wave = a_wave(survey=survey.model_copy(update={"title": {"en": "Everything"} | survey.title}))
    somebody = phone()
    somebody.client.cookies.set("earshot_language", language)
    seen: list[str] = []

    def look() -> None:
        # Days are written by Babel, which knows each real language's names of the months, and for this one English.
        spoken = pseudo.Spoken(re.sub(r"\b(February|September|March) 20", "20", somebody.page))
        assert spoken.untranslated == [], (seen, spoken.untranslated)
        way = "rtl" if language == pseudo.TURNED else "ltr"
        assert spoken.html_tag == {"lang": language, "dir": way}
        seen.append(language)

    for address in ("/", "/receipt", "/nowhere", "/q/hello", "/declined", "/deleted", "/s/unknown", "/agree", "/mine"):
        somebody.get(address)
        look()
    somebody.post("/", {"code": "what"})
    look()
    somebody.post("/receipt", {"words": "what"})
    look()
    somebody.get(f"/s/{wave.token}")
    look()
    somebody.post("/agree", {"language": language})
    look()
    somebody.post("/agree", {f"purpose_{purpose}": "yes" for purpose in PURPOSES} | {"language": language})
    for key, value in ANSWERS.items():
        somebody.get(f"/q/{key}")
        look()
        asked = survey.asked(key)
        assert asked is not None
        if asked.kind is not Kind.NOTE and asked.kind not in FILE:
            somebody.post(f"/q/{key}", {"answer": "⟦?⟧", "action": "what"})
            look()
        if asked.kind in FILE:
            send_file(somebody, key, picture() if asked.kind is not Kind.VOICE else b"no recording")
            look()
            somebody.get(f"/q/{key}")
            look()
            somebody.post(f"/q/{key}", {"action": "skip"})
        else:
            said = posted(asked, value)
            if asked.kind in (Kind.TEXT, Kind.LONG_TEXT):
                said = {"answer": "⟦words⟧"}
            somebody.post(f"/q/{key}", said | {"action": "next"})
    somebody.get(f"/s/{wave.token}")
    look()
    somebody.get("/check")
    look()
    somebody.post("/send")
    look()
    words = re.search(r'class="receipt"[^>]*>([^<]+)<', somebody.page)
    assert words
    somebody.post("/receipt", {"words": words[1]})
    look()
    somebody.get("/mine/delete")
    look()
    somebody.post("/mine/delete")
    look()
    assert len(seen) > 60


def picture() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(file, "JPEG")
    return file.getvalue()
