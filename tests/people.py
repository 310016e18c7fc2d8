"""The people in tests: somebody with a phone, somebody on the staff, and a small survey to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert
from starlette.testclient import TestClient

from api import audit, pairs, published, security
from api.design import ready_made
from api.manage import service as manage
from api.models import Invitation, Staff, SurveyVersion, Wave
from api.models.columns import new_id
from survey_engine.consent import About, Notice, Purpose, PurposeQuestion, Section, notice_hash
from survey_engine.definition import Audience, Choice, Kind, Question, Survey, content_hash
from survey_engine.expression_parser import parse

PURPOSES = tuple(purpose.value for purpose in Purpose)
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')


def small_survey(**changes: Any) -> Survey:
    """Home, a branch, a number, several people, and two texts of their own."""
    values: dict[str, Any] = {
        "name": "small",
        "title": {"en": "Where I live"},
        "audience": Audience.YOUNG_PERSON,
        "languages": ("en",),
        "items": (
            Question(
                name="settled", kind=Kind.SINGLE_CHOICE, label={"en": "Do you feel settled?"}, required=True,
                choices=(Choice(name="yes", label={"en": "Yes"}), Choice(name="no", label={"en": "No"})),
            ),
            Question(
                name="why_not", kind=Kind.LONG_TEXT, label={"en": "What would help?"}, relevant=parse('settled = "no"')
            ),
            Question(name="homes", kind=Kind.INTEGER, label={"en": "How many homes this year?"}),
            Question(
                name="helpers", kind=Kind.MULTIPLE_CHOICE, label={"en": "Who helps you?"},
                choices=(Choice(name="carer", label={"en": "My carer"}), Choice(name="friend", label={"en": "A friend"})),
            ),
            Question(name="say", kind=Kind.LONG_TEXT, label={"en": "What else should people know?"}),
        ),
    }  # fmt: skip
    return Survey(**(values | changes))


def small_notice(audience: Audience = Audience.YOUNG_PERSON) -> Notice:
    """The shortest notice that says all it must."""
    sections = tuple(
        Section(about=about, heading={"en": about.value}, paragraphs=({"en": f"About {about.value}."},))
        for about in About
    )
    purposes = tuple(
        PurposeQuestion(purpose=purpose, question={"en": f"{purpose.value}?"}, explanation={"en": "What it means."})
        for purpose in Purpose
    )
    return Notice(
        version="1", audience=audience, controller={"en": "Marlshire"}, title={"en": "Before you start"},
        sections=sections, purposes=purposes,
    )  # fmt: skip


@dataclass(frozen=True)
class OpenWave:
    """An open wave and one way into it."""

    id: str
    version_id: str
    token: str
    code: str
    survey: Survey


def open_wave(
    deployment: Any, *, opens_on: date, closes_on: date, survey: Survey | None = None, single_use: bool = False,
    state: str = "open", label: str = "2026", expires_on: date | None = None,
) -> OpenWave:  # fmt: skip
    """Publish a survey straight into the database, with one invitation."""
    survey = survey or small_survey()
    notice = small_notice(survey.audience)
    keyring = deployment.joined.keyring
    wave = OpenWave(new_id(), new_id(), security.new_token(), security.new_code(), survey)
    with deployment.main.writing() as session:
        session.execute(
            insert(SurveyVersion).values(
                id=wave.version_id,
                name=survey.name,
                version=1,
                title=survey.title["en"],
                audience=survey.audience.value,
                definition=survey.model_dump(mode="json"),
                content_hash=content_hash(survey),
                notice=notice.model_dump(mode="json"),
                notice_version=notice.version,
                notice_hash=notice_hash(notice),
                published_at=deployment.clock(),
            )
        )
        session.execute(
            insert(Wave).values(
                id=wave.id,
                survey_version_id=wave.version_id,
                label=label,
                area_code="E10009999",
                area_name="Marlshire",
                opens_on=opens_on,
                closes_on=closes_on,
                state=state,
            )
        )
        session.execute(
            insert(Invitation).values(
                id=new_id(),
                wave_id=wave.id,
                token_hash=keyring.fingerprint("invitation token", wave.token),
                code_hash=keyring.fingerprint("invitation code", wave.code),
                single_use=single_use,
                used=False,
                expires_on=expires_on or closes_on,
            )
        )
    return wave  # fmt: skip


@dataclass(frozen=True)
class Half:
    """One half of a sheet."""

    token: str
    code: str


@dataclass(frozen=True)
class Pair:
    """The two halves of a sheet for a wave that needs permission."""

    child: Half
    adult: Half


def open_pairs(
    deployment: Any, wave_id: str, count: int = 1, *, why: str = "They are young.", adults_wave_id: str | None = None,
    expires_on: date | None = None,
) -> tuple[Pair, ...]:  # fmt: skip
    """Mark an open wave as needing permission and make its sheets."""
    with deployment.main.writing() as session:
        wave = published.wave(session, wave_id)
        assert wave is not None
        notice = ready_made.permission_notice("Marlshire")
        pairs.need(session, wave_id, notice, why=why, language="en", adults_wave_id=adults_wave_id)
        made = manage.make_pairs(
            session, deployment.joined.keyring, wave_id, count=count, expires_on=expires_on or wave.closes_on,
            closes_on=wave.closes_on, created_by=audit.COMMAND_LINE, now=deployment.clock(),
        )  # fmt: skip
    return tuple(Pair(*(Half(half.token, half.code) for half in (pair.child, pair.adult))) for pair in made)


class Phone:
    """A respondent's browser without JavaScript: it keeps cookies, reads forms, follows redirects."""

    def __init__(self, app: Any) -> None:
        self.client = TestClient(app, base_url="http://testserver", raise_server_exceptions=False)
        self.page = ""
        self.at = ""
        """The path of the page that is open."""

    def get(self, path: str) -> Any:
        """Open a page."""
        return self._keep(self.client.get(path))

    def post(self, path: str, fields: dict[str, Any] | None = None, **changes: Any) -> Any:
        """Send the form of the page that is open; ``csrf=None`` leaves the token out."""
        sent = dict(fields or {})
        token = _CSRF.search(self.page)
        if changes.pop("csrf", "") is None:
            sent.pop("csrf", None)
        elif token:
            sent.setdefault("csrf", token.group(1))
        return self._keep(self.client.post(path, data=sent, **changes))

    def _keep(self, answer: Any) -> Any:
        self.page = answer.text
        self.at = answer.url.path
        return answer

    def agree(self, token: str, **choices: str) -> Any:
        """Open the link and say yes to everything but what ``choices`` say otherwise."""
        self.get(f"/s/{token}")
        said = {f"purpose_{name}": choices.get(name, "yes") for name in PURPOSES}
        return self.post("/agree", said)

    def answer(self, name: str, *values: str, action: str = "next") -> Any:
        """Answer one question on its page."""
        self.get(f"/q/{name}")
        return self.post(f"/q/{name}", {"answer": list(values), "action": action})

    def send(self) -> Any:
        """Check the answers and send them."""
        self.get("/check")
        return self.post("/send")

    def receipt(self) -> str:
        """The three words on the last page."""
        found = re.search(r'class="receipt"[^>]*>([^<]+)<', self.page)
        assert found, "no receipt code on this page"
        return found.group(1).strip()


def respond(
    phone: Phone, wave: OpenWave, *, say: str = "", settled: str = "yes", agreement: dict[str, str] | None = None
) -> str:
    """Answer the small survey once, all the way; the three words."""
    phone.agree(wave.token, **(agreement or {}))
    phone.answer("settled", settled)
    if settled == "no":
        phone.answer("why_not", action="skip")
    phone.answer("homes", "2")
    phone.answer("helpers", "carer", "friend")
    phone.answer("say", say, action="next" if say else "skip")
    phone.send()
    return phone.receipt()


class StaffBrowser(Phone):
    """A signed-in member of staff."""

    def __init__(self, app: Any, staff_id: str, token: str, csrf: str) -> None:
        super().__init__(app)
        self.staff_id = staff_id
        self.csrf = csrf
        self.client.cookies.set("earshot_staff", token)

    def post(self, path: str, fields: dict[str, Any] | None = None, **changes: Any) -> Any:
        """Send a form with the session's token."""
        sent = dict(fields or {})
        if changes.pop("csrf", "") is not None:
            sent.setdefault("csrf", self.csrf)
        return self._keep(self.client.post(path, data=sent, **changes))


def sign_in(deployment: Any, role: str) -> StaffBrowser:
    """A new member of staff with this role, signed in."""
    staff_id = new_id()
    keyring = deployment.joined.keyring
    with deployment.main.writing() as session:
        session.execute(
            insert(Staff).values(
                id=staff_id,
                email=f"{staff_id}@example.org",
                display_name=f"A {role}",
                role=role,
                active=True,
                created_at=deployment.clock(),
            )
        )
        token = security.open_session(session, keyring, staff_id, hours=8, now=deployment.clock())
    return StaffBrowser(deployment.app, staff_id, token, security.csrf_token(keyring, token))  # fmt: skip
