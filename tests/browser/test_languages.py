"""Longer words, and words from right to left, on a small phone: nothing scrolls sideways, everything stands on its side."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser
from sqlalchemy import insert

from api.catalogues import LOCALES_DIR, translation
from api.cli.running import migrate_databases
from api.collect.words import listed
from api.main import create_app
from api.models.drafts import SurveyMedia
from api.pages import Pages
from api.settings import Settings
from survey_engine.definition import Choice, Kind, Question
from tests import people, pseudo
from tests.browser.visitors import DESK, PHONE, Visitor
from tests.every_kind import HASH, PICTURE, every_kind
from tests.people import sign_in, small_survey

SHOTS = os.environ.get("EARSHOT_SHOTS", "")
"""A folder for a picture of each page, while working on them."""
REAL = ("ar", "ur")
ARABIC = small_survey(
    name="arabic", languages=("ar",), title={"ar": "أين أعيش"},
    items=(
        Question(
            name="settled", kind=Kind.SINGLE_CHOICE, label={"ar": "هل تشعر بالاستقرار في بيتك؟"}, appearance="faces",
            hint={"ar": "فكّر في هذا الأسبوع."},
            choices=tuple(Choice(name=name, label={"ar": label}) for name, label in
                          (("great", "ممتاز"), ("good", "جيد"), ("middling", "وسط"), ("bad", "سيئ"), ("awful", "سيئ جدًا"))),
        ),
        Question(name="points", kind=Kind.RANGE, label={"ar": "كم نقطة؟"}, least=0, most=10),
        Question(name="born", kind=Kind.DATE, label={"ar": "متى انتقلت إلى هنا؟"}),
        Question(name="say", kind=Kind.LONG_TEXT, label={"ar": "ماذا تريد أن تقول أيضًا؟"}),
    ),
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Spoken:
    """A running Earshot: its address, and the link of the survey in each language."""

    base: str
    links: dict[str, str]
    joined: Any
    officer: str
    """The cookie of an officer who is signed in."""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spoken]:
    """Pages in the two made-up languages and in Arabic and Urdu, as if somebody had checked them; in this process."""
    folder = tmp_path_factory.mktemp("spoken")
    settings = Settings(data_dir=folder, root_key="k7" * 24, log_level="error")
    migrate_databases(settings)
    app = create_app(settings)
    locales = pseudo.write_locales(folder / "locales")
    for language in REAL:
        (locales / language).symlink_to(LOCALES_DIR / language)
    checked = {code: translation(code, locales).digests for code in (pseudo.PSEUDO, pseudo.TURNED, *REAL)}
    joined = app.state.joined = dataclasses.replace(
        app.state.joined, pages=Pages(locales_dir=locales, signed_off=lambda: checked)
    )
    deployment = SimpleNamespace(main=joined.main, joined=joined, app=app, clock=lambda: datetime.now(UTC))
    with joined.main.writing() as session:
        session.execute(
            insert(SurveyMedia).values(
                sha256=HASH, media_type="image/png", content=PICTURE, file_name="place.png", added_at=deployment.clock()
            )
        )
    notice, links = people.small_notice(), {}
    with pytest.MonkeyPatch.context() as patch:
        for language in (pseudo.PSEUDO, pseudo.TURNED):
            survey = pseudo.survey_in(language, every_kind(name=f"every-{language}"))
            patch.setattr(
                people, "small_notice", lambda audience, language=language: pseudo.notice_in(language, notice)
            )
            links[language] = _open(deployment, survey.model_copy(update={"title": {"en": "All"} | survey.title}))
        links["ar"] = _open(deployment, ARABIC.model_copy(update={"title": {"en": "Home"} | ARABIC.title}))
    officer = sign_in(deployment, "officer").client.cookies["earshot_staff"]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield Spoken(base, {code: f"{base}/s/{token}" for code, token in links.items()}, joined, officer)
    server.should_exit = True
    thread.join(timeout=15)
    joined.main.dispose()
    app.state.vault.dispose()


def _open(deployment: Any, survey: Any) -> str:
    today = datetime.now(UTC).date()
    wave = people.open_wave(
        deployment, survey=survey, opens_on=date(2020, 1, 1), closes_on=today.replace(year=today.year + 1)
    )
    return str(wave.token)


@pytest.fixture
def come(chromium: Browser, spoken: Spoken) -> Iterator[Callable[..., Visitor]]:
    there: list[Visitor] = []

    def arrive(language: str, **wishes: Any) -> Visitor:
        somebody = Visitor(chromium, spoken.base, elsewhere=spoken.base, **wishes)
        somebody.context.add_cookies([{"name": "earshot_language", "value": language, "url": spoken.base}])
        there.append(somebody)
        return somebody

    yield arrive
    complaints = [complaint for one in there for complaint in one.leave()]
    assert not complaints, "\n".join(complaints)


def shoot(somebody: Visitor, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        somebody.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def begin(somebody: Visitor, link: str) -> None:
    somebody.open(link)
    for group in somebody.page.locator("fieldset.purpose").all():
        group.locator("label").first.click()
    somebody.page.locator("main form .buttons button").click()
    somebody.page.wait_for_url("**/q/*")


@pytest.mark.parametrize("language", [pseudo.PSEUDO, pseudo.TURNED])
def test_words_two_fifths_longer_fit_a_small_phone_in_either_direction(
    come: Callable[..., Visitor], spoken: Spoken, language: str
) -> None:
    somebody = come(language)
    for address in ("/", "/receipt", "/declined", "/deleted"):
        somebody.open(address)
        shoot(somebody, f"{language}{address.replace('/', '-')}")
        somebody.look(PHONE)
    somebody.open("/nowhere", 404)
    somebody.look(PHONE)
    begin(somebody, spoken.links[language])
    page = somebody.page
    for step in range(40):
        if somebody.path == "/check":
            break
        key = somebody.path.rpartition("/")[2]
        shoot(somebody, f"{language}-q-{key}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), key
        assert page.evaluate(_CUT) == [], key
        skip = page.locator("button[name=action][value=skip]")
        if skip.count():
            skip.click()
        else:
            page.locator("fieldset .choice label").first.click() if page.locator("fieldset .choice").count() else None
            page.locator(".button[value=next]").click()
        page.wait_for_load_state()
        assert step < 39
    shoot(somebody, f"{language}-check")
    somebody.look(PHONE)
    page.locator("main form .buttons button").click()
    page.wait_for_url("**/done")
    shoot(somebody, f"{language}-done")
    somebody.look(PHONE)


_CUT = """[...document.querySelectorAll("main *, nav *, footer *")]
  .filter(part => part.getClientRects().length && !part.closest(".visually-hidden, progress, svg, textarea, .skip-link"))
  .filter(part => { const box = part.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1; })
  .map(part => part.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("language", REAL)
def test_from_right_to_left_everything_stands_on_the_other_side(
    come: Callable[..., Visitor], spoken: Spoken, language: str
) -> None:
    somebody = come(language)
    page = somebody.page
    somebody.open("/")
    shoot(somebody, f"{language}-open")
    somebody.look(PHONE)
    assert page.locator("html").get_attribute("dir") == "rtl"
    leave = page.locator(".leave-link").bounding_box()
    assert leave is not None
    assert leave["x"] < 20
    assert "\u20660800 1111\u2069" in page.locator("a[href='tel:08001111']").inner_text()
    somebody.open("/nowhere", 404)
    shoot(somebody, f"{language}-nowhere")


def test_an_arabic_survey_is_arabic_from_the_first_page_to_the_three_words(
    come: Callable[..., Visitor], spoken: Spoken
) -> None:
    somebody = come("ar")
    page = somebody.page
    somebody.open(spoken.links["ar"])
    shoot(somebody, "ar-agree")
    somebody.look(PHONE)
    begin(somebody, spoken.links["ar"])
    for name in ("settled", "points", "born", "say"):
        assert somebody.path == f"/q/{name}"
        shoot(somebody, f"ar-{name}")
        somebody.look(PHONE)
        back, bar = page.locator(".progress"), page.locator("progress").bounding_box()
        assert bar is not None
        assert bar["x"] < 160, back.inner_text()
        page.locator("button[name=action][value=skip]").click()
        page.wait_for_load_state()
    shoot(somebody, "ar-check")
    somebody.look(PHONE)
    page.locator("main form .buttons button").click()
    page.wait_for_url("**/done")
    shoot(somebody, "ar-done")
    somebody.look(PHONE)
    words = page.locator(".receipt")
    assert words.get_attribute("dir") == "rtl"
    assert words.get_attribute("lang") == "ar"
    assert set(words.inner_text().split()) <= set(listed("ar"))
    assert page.locator(".figures").count() == 0
    typed = words.inner_text()
    somebody.open("/receipt")
    field = page.locator("#words")
    field.fill(typed)
    assert field.evaluate("field => getComputedStyle(field).direction") == "rtl"
    field.press("Enter")
    page.wait_for_url("**/mine")


def test_arabic_words_among_english_buttons_each_run_their_own_way(
    come: Callable[..., Visitor], spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = spoken.joined.pages
    monkeypatch.setattr(pages, "_signed_off", dict)
    somebody = come("ar")
    begin(somebody, spoken.links["ar"])
    page = somebody.page
    shoot(somebody, "ar-mixed")
    somebody.look(PHONE)
    somebody.open("/q/say") if somebody.path != "/q/say" else None
    shoot(somebody, "ar-mixed-first")
    help_ = page.locator("footer p")
    assert help_.evaluate("part => getComputedStyle(part).unicodeBidi") == "plaintext"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1 [lang=ar][dir=rtl]").count() == 1


def test_officers_read_and_sign_off_a_language_beside_its_english(come: Callable[..., Visitor], spoken: Spoken) -> None:
    somebody = come("en", size=DESK)
    somebody.context.add_cookies([{"name": "earshot_staff", "value": spoken.officer, "url": spoken.base}])
    somebody.open("/design/languages")
    shoot(somebody, "staff-languages")
    somebody.look(DESK, PHONE)
    somebody.page.locator("a[href='/design/languages/ar']").click()
    shoot(somebody, "staff-language")
    somebody.look(DESK, PHONE)
    page = somebody.page
    assert page.locator("td[lang=ar][dir=rtl]").count() > 200
    somebody.press("Sign off", status=422)
    somebody.look(DESK)
    page.locator("#checked_by").fill("Rana Haddad")
    page.locator("#checked_as").fill("interpreter, grew up with Arabic")
    page.locator("label[for=read]").click()
    somebody.press("Sign off")
    assert "Checked by Rana Haddad" in somebody.said
