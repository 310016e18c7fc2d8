"""The pages that children, young people, parents, carers and young advisers see, each in its states: one list for every rule.

A page is an address and the cookies of somebody who stands there. People come to their places over plain HTTP
(``people``), so that a browser, Lighthouse or a validator can open any page without walking to it.

To measure another page, add a ``PageState`` to ``PAGES`` (and to ``people`` somebody who sees it, if nobody there
does). To measure another way of seeing, add a ``Look`` to ``LOOKS``. Tests and ``./run bench pages`` follow.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser

from api.collect import drafts, service
from survey_engine.consent import Decision, Purpose
from survey_engine.definition import FILE, Kind
from tests.browser.everything import Everything
from tests.browser.visitors import DESK, PHONE, Visitor
from tests.every_kind import ANSWERS, every_kind, posted
from tests.people import PURPOSES

Cookies = Mapping[str, str]
People = Mapping[str, Cookies]
"""By the name of a place: the cookies of somebody who stands there."""

SURVEY = every_kind()
TOO_MANY_LETTERS = "long " * 900


@dataclass(frozen=True)
class PageState:
    """One page in one state."""

    name: str
    path: str
    """An address of the service; ``{link}``, ``{closed_link}``, ``{adviser_link}`` and ``{child_link}`` stand for those of the server."""
    who: str = "nobody"
    """Whose cookies (a key of ``People``)."""
    status: int = 200
    wrong: Mapping[str, str] | None = None
    """What is typed, by field, before the first button is pressed: the state is the page that answers, with 422."""

    @property
    def type(self) -> str:
        """What stays the same over the states of a page."""
        return self.name.partition(",")[0]


@dataclass(frozen=True)
class Look:
    """A way in which somebody sees pages."""

    name: str
    language: str = "en"
    size: tuple[int, int] = PHONE
    root_px: int = 16
    """The size of text that the browser is set to."""
    scripts: bool = True
    wishes: Mapping[str, Any] = field(default_factory=dict)
    """Options of the browser's context."""
    cookies: Cookies = field(default_factory=dict)
    """What the phone remembers of how somebody likes pages."""


LOOKS = (
    Look("phone"),
    Look("desk", size=DESK),
    Look("dark", wishes={"color_scheme": "dark"}),
    Look("forced colours", wishes={"forced_colors": "active"}),
    Look("forced colours, dark", wishes={"forced_colors": "active", "color_scheme": "dark"}),
    Look("text of 200 %", root_px=32),
    Look("zoom of 400 %", size=(320, 200), wishes={"device_scale_factor": 4}),
    Look("right to left", language="ar"),
    Look("Easy Read", language="en-x-easy"),
    Look("no scripts", scripts=False),
    Look("strong colours", cookies={"earshot_look": "colours:contrast"}),
    Look(
        "large and wide, more pictures", cookies={"earshot_look": "tone:pictures.size:200.colours:cream.spacing:wide"}
    ),
    Look("teenagers, dark", cookies={"earshot_look": "tone:teen.colours:dark.accent:berry"}),
)


def _questions() -> list[PageState]:
    wrong = {"story": {"answer": TOO_MANY_LETTERS}, "homes": {"answer": "many"}, "born": {"answer-day": "31"}}
    states = []
    for key in ANSWERS:
        question = SURVEY.asked(key)
        assert question is not None
        states.append(PageState(f"question {key}, empty", f"/q/{key}", f"at {key}"))
        if question.kind is Kind.NOTE:
            continue
        states.append(PageState(f"question {key}, saved", f"/q/{key}", "answered"))
        if key != "people":  # how many there are can always be left open
            states.append(PageState(f"question {key}, error", f"/q/{key}", f"must {key}", 422, wrong.get(key, {})))
    return states


PAGES: tuple[PageState, ...] = (
    PageState("code, empty", "/"),
    PageState("code, error", "/", status=422, wrong={"code": "not a code!"}),
    PageState("agreement, empty", "/agree", "invited"),
    PageState("agreement, error", "/agree", "invited", 422, {}),
    PageState("declined", "/declined", "invited"),
    PageState("started", "{link}", "answered"),
    *_questions(),
    PageState("check", "/check", "answered"),
    PageState("done", "/done", "sent"),
    PageState("receipt, empty", "/receipt"),
    PageState("receipt, error", "/receipt", status=422, wrong={"words": "no such words"}),
    PageState("mine", "/mine", "reading"),
    PageState("delete", "/mine/delete", "reading"),
    PageState("deleted", "/deleted"),
    PageState("later", "/later", "stopped"),
    PageState("back", "/back", "stopped"),
    PageState("delete unsent", "/later/delete", "stopped"),
    PageState("who reads", "/who", "answered"),
    PageState("contact, empty", "/contact"),
    PageState("contact, error", "/contact", status=422, wrong={}),
    PageState("settings", "/settings?back=/"),
    PageState("message, unknown link", "/s/no-such-link", status=404),
    PageState("message, not found", "/no-such-page", status=404),
    PageState("message, lost place", "/q/settled", status=409),
    PageState("message, words needed", "/mine", status=409),
    PageState("message, already sent", "/q/settled", "sent", 409),
    PageState("message, closed", "{closed_link}", status=410),
    PageState("message, grown-up first", "{child_link}", status=409),
    PageState("permission, empty", "/permission", "adult"),
    PageState("permission, error", "/permission", "adult", 422, {}),
    PageState("permission, saved", "/permission", "adult who said yes"),
    PageState("permission said", "/permission/said", "adult who said yes"),
    PageState("permission who may", "/permission/who-may", "adult"),
    PageState("permission questions", "/permission/questions", "adult"),
    PageState("adviser start, empty", "/advise", "adviser invited"),
    PageState("adviser start, error", "/advise", "adviser invited", 422, {}),
    PageState("adviser question, empty", "/advise/q/settled", "adviser"),
    PageState("adviser question, error", "/advise/q/settled", "adviser", 422, {"comment": TOO_MANY_LETTERS}),
    PageState("adviser end", "/advise/end", "adviser"),
)

ONE_OF_EACH_MAKE = (
    "agreement, error", "question story, error", "question mood, saved", "question place, empty", "question order, saved",
    "question drawing, empty", "check",
)  # fmt: skip
"""The states whose parts make up all others: where time is short, each look is tried on these."""


FIRST_BYTES, FIRST_REQUESTS, NEXT_BYTES, SCRIPT_BYTES = 20_000, 6, 5_000, 8_000
MAY_ADD = dict.fromkeys(("question drawing", "question photo", "question voice"), 6_000)
"""Bytes by which a page that draws or records may be heavier, for the script that does it."""


def named(name: str) -> PageState:
    """The state with this name."""
    return next(state for state in PAGES if state.name == name)


# -- people, over plain HTTP


class _Phone:
    """A phone that keeps cookies and reads forms."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, follow_redirects=True, timeout=60, verify=False)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, page: str, fields: Mapping[str, Any], to: str = "", files: Any = None) -> httpx.Response:
        """Send the form of a page; refused when it does not lead on."""
        html = self.client.get(page).text
        token = re.search(r'name="csrf" value="([^"]*)"', html)
        assert token, f"{page} has no form"
        answer = self.client.post(to or page, data={"csrf": token.group(1), **fields}, files=files)
        assert answer.status_code == 200, f"{page} answered {answer.status_code}: {answer.text[-2000:]}"
        return answer

    @property
    def cookies(self) -> Cookies:
        return dict(self.client.cookies)


def people(everything: Everything, language: str = "en") -> People:
    """Somebody at each place from which a page is seen, with the survey in this language."""
    phone = _Phone(everything.base)
    there: dict[str, Cookies] = {"nobody": {}}

    for place in ("answered", "sent"):
        phone = _Phone(everything.base)
        phone.get(everything.link)
        there["invited"] = phone.cookies
        phone.post("/agree", {"language": language, **{f"purpose_{purpose}": "yes" for purpose in PURPOSES}})
        for key in ANSWERS:
            _answer(phone, key)
        there[place] = phone.cookies
    stopped = _Phone(everything.base)
    stopped.get(everything.link)
    stopped.post("/agree", {"language": language, **{f"purpose_{purpose}": "yes" for purpose in PURPOSES}})
    stopped.post("/q/hello", {}, to="/later")
    there["stopped"] = stopped.cookies
    there |= _on_the_way(everything, there["answered"]["earshot"], language)
    phone.post("/check", {}, to="/send")
    words = re.search(r'class="receipt"[^>]*>([^<]+)<', phone.get("/done").text)
    assert words, "no words after sending"
    reader = _Phone(everything.base)
    reader.post("/receipt", {"words": words.group(1)})
    there["reading"] = reader.cookies
    for place, link in zip(("adult", "adult who said yes"), everything.adult_links, strict=True):
        adult = _Phone(everything.base)
        adult.get(link)
        if place != "adult":
            adult.post("/permission", {"capacity": "parent", "permission": "yes"})
        there[place] = {**adult.cookies, **({"earshot_language": language} if language != "en" else {})}
    adviser = _Phone(everything.base)
    adviser.get(everything.adviser_link)
    there["adviser invited"] = adviser.cookies
    adviser.post("/advise", {"credit": "nobody"})
    there["adviser"] = adviser.cookies
    return there


def _on_the_way(everything: Everything, cookie: str, language: str) -> dict[str, Cookies]:
    """Somebody ``at`` each question who answered all before it; and who ``must`` answer it. They have no files."""
    way, today = drafts.way_in(cookie), datetime.now(UTC).date()
    fingerprint = everything.keyring.fingerprint("invitation token", everything.strict_token)
    there: dict[str, Cookies] = {}
    with everything.main.writing() as session:
        draft = drafts.find(session, everything.keyring, way) if way else None
        assert draft is not None
        strict = service.invited(session, today=today, by="token", fingerprint=fingerprint)
        for name, wave in (("at", draft.wave), ("must", strict.wave)):
            begun: dict[str, Any] = {}
            for key in ANSWERS:
                new = drafts.start(
                    session, everything.keyring, wave, strict.invitation_id, language,
                    dict.fromkeys(Purpose, Decision.AGREED), today=today, begun=begun,
                )  # fmt: skip
                there[f"{name} {key}"] = {"earshot": new.cookie}
                begun = begun | {key: draft.answers[key]}
    return there


def _answer(phone: _Phone, key: str) -> None:
    question, path = SURVEY.asked(key), f"/q/{key}"
    assert question is not None
    if question.kind in FILE:
        name, kind = ("v.webm", "audio/webm") if question.kind is Kind.VOICE else ("p.jpg", "image/jpeg")
        content = WEBM if question.kind is Kind.VOICE else photo()
        phone.post(path, {"action": "next"}, to=f"/upload/{key}", files={"answer": (name, content, kind)})
    else:
        phone.post(path, {"action": "next", **posted(question, ANSWERS[key])})


WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm" + bytes(200)


def photo() -> bytes:
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "JPEG")
    return file.getvalue()


def address(state: PageState, everything: Everything) -> str:
    """The whole address of a page."""
    links = {name: getattr(everything, name) for name in ("link", "closed_link", "adviser_link", "child_link")}
    path = state.path.format(**links)
    return path if "://" in path else everything.base + path


def html(state: PageState, everything: Everything, there: People) -> httpx.Response:
    """The page as the server sends it."""
    with httpx.Client(timeout=60, cookies=dict(there[state.who]), verify=False) as client:
        answer = client.get(address(state, everything), follow_redirects=False)
        if state.wrong is not None:
            fields = _fields(answer.text) | dict(state.wrong)
            action = re.search(r'<form [^>]*action="([^"]*)"', _form(answer.text))
            assert action, f"{state.name} has no form"
            multipart = 'enctype="multipart/form-data"' in answer.text
            answer = client.post(
                everything.base + action.group(1), data=fields, files={"none": ("", b"")} if multipart else None
            )
    assert answer.status_code == state.status, f"{state.name} answered {answer.status_code}"
    return answer


def _form(page: str) -> str:
    """A page from its own form on: how it should look is asked before, in a form of every page that asks it."""
    own = re.search(r'<form [^>]*data-module="once"', page)
    return page[own.start() if own else page.index("<form") :]


def _fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's first form, and its first button."""
    form = _form(page)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form))
    button = re.search(r'<button [^>]*name="([^"]*)" value="([^"]*)"', form)
    return fields | ({button.group(1): button.group(2)} if button else {})


# -- at a browser


class Looker(Visitor):
    """Somebody who sees pages in one way, and can be put in anybody's place."""

    def __init__(self, browser: Browser, everything: Everything, look: Look, there: People) -> None:
        # Without the worker behind the pages: what comes from it is not seen on the wire.
        super().__init__(
            browser, everything.base, elsewhere="blob:", size=look.size, service_workers="block", **look.wishes
        )
        self.everything, self.as_seen, self.people = everything, look, there
        if look.root_px != 16:
            sizes = {"standard": look.root_px, "fixed": round(look.root_px * 0.8)}
            self.context.new_cdp_session(self.page).send("Page.setFontSizes", {"fontSizes": sizes})
        if not look.scripts:  # a page whose scripts never come; switched off, axe could not run either
            self.context.route("**/*.js", lambda route: route.abort())

    def be(self, who: str) -> None:
        """Have this person's cookies, and no others."""
        self.context.clear_cookies()
        cookies = {**self.people[who], **self.as_seen.cookies}
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.everything.base} for name, value in cookies.items()]
        )

    def see(self, state: PageState) -> None:
        """Open a page in a state."""
        self.be(state.who)
        self.open(address(state, self.everything), 200 if state.wrong is not None else state.status)
        if self.as_seen.root_px != 16:
            size = self.page.evaluate("getComputedStyle(document.documentElement).fontSize")
            assert size == f"{self.as_seen.root_px}px", f"text is of {size}, whatever the browser was set to"
        if state.wrong is not None:
            self.get_it_wrong(state)

    def get_it_wrong(self, state: PageState) -> None:
        """On the page that is open: type what is wrong and press the first button."""
        for name, typed in (state.wrong or {}).items():
            self.page.locator(f'[name="{name}"]').fill(typed)
        with self.expecting(state.status):
            with self.page.expect_response(
                lambda answer: answer.request.is_navigation_request() and answer.status != 303
            ) as led:
                self.page.locator("main form .buttons button").first.click()
            self.page.wait_for_load_state()
        assert led.value.status == state.status, f"{state.name} answered {led.value.status}"
        assert self.page.locator(".error-summary").count(), f"{state.name} says nothing of what is wrong"


@dataclass(frozen=True)
class Weight:
    """What came over the wire for one page: all bytes with headers, and how many requests."""

    name: str
    bytes: int
    requests: int


class Scale:
    """Weighs pages in the order in which they are seen; files that the browser keeps come once."""

    def __init__(self, somebody: Looker) -> None:
        self._looker = somebody
        self._asked = 0
        self._bytes = 0.0
        wire = somebody.context.new_cdp_session(somebody.page)
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.loadingFinished", self._came)
        wire.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        self._asked += event["request"]["url"].startswith("http")
        self._bytes += event.get("redirectResponse", {}).get("encodedDataLength", 0)

    def _came(self, event: dict[str, Any]) -> None:
        self._bytes += event["encodedDataLength"]

    def weigh(self, state: PageState) -> Weight:
        """Open a page and say what it took, once nothing more comes."""
        page, wrong = self._looker.page, state.wrong
        if wrong is not None:  # only the answer to what was typed is weighed, not the page before
            before = PageState(state.name, state.path, state.who)
            self._looker.see(before)
            page.wait_for_load_state("networkidle")
        self._asked, self._bytes = 0, 0.0
        if wrong is None:
            self._looker.see(state)
        else:
            self._looker.get_it_wrong(state)
        page.wait_for_load_state("networkidle")
        return Weight(state.name, round(self._bytes), self._asked)
