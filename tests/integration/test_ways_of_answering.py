"""A tablet for many, paper typed in by staff, and help from somebody: marked as such, and nothing left over."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from api.models import AgreementEvent, Answer, AuditEvent, Kiosk, Response
from api.models.columns import sa_table
from survey_engine.definition import Audience, Choice, Group, Kind, Question, Repeat, content_hash
from survey_engine.expression_parser import parse
from tests.people import PURPOSES, Phone, small_survey

SECRET = "zanzibar marmalade at Quillfeather Road"
YES = {f"purpose_{name}": "yes" for name in PURPOSES}


def rows(deployment: Any, table: Any) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(select(*sa_table(table).c)).all())


def kiosk_link(officer: Any, wave: Any, pin: str = "4711") -> str:
    """The path of the link that puts a new tablet into use."""
    officer.post(f"/manage/waves/{wave.id}/kiosks", {"label": "Westmoor hub", "pin": pin})
    link = re.search(r"http://testserver(/kiosk/open/[^<\s]+)", officer.page)
    assert link, officer.page
    return link[1]


def a_tablet(officer: Any, deployment: Any, wave: Any, pin: str = "4711") -> Phone:
    """A tablet put into use: it stands on its start page."""
    link = kiosk_link(officer, wave, pin)
    tablet = Phone(deployment.app)
    assert tablet.get(link).url.path == "/kiosk"
    assert "This tablet is ready" in tablet.page
    return tablet


def answer_all(phone: Any, say: str = SECRET) -> None:
    phone.answer("settled", "yes")
    phone.answer("homes", "2")
    phone.answer("helpers", "carer")
    phone.answer("say", say)


# -- a tablet for many


def test_each_person_at_a_tablet_starts_anew_and_their_answers_are_marked(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    tablet = a_tablet(staff("officer"), deployment, a_wave())
    for _ in range(2):
        assert tablet.post("/kiosk").url.path == "/agree"
        assert tablet.post("/agree", YES).url.path == "/q/settled"
        assert "checked" not in tablet.page
        answer_all(tablet)
        tablet.send()
        assert len(tablet.receipt().split()) == 3
        assert "ready for the next person" in tablet.page
        assert "Forget me on this phone" not in tablet.page
        assert tablet.get("/kiosk").url.path == "/kiosk"
        assert set(tablet.client.cookies) == {"earshot_kiosk"}
    assert [(row.mode, row.state) for row in rows(deployment, Response)] == [("kiosk", "submitted")] * 2


@pytest.mark.parametrize("way", ["/leave", "/finished", "/kiosk", "/"])
def test_whatever_way_somebody_leaves_a_tablet_their_draft_is_gone_at_once(
    deployment: Any, staff: Any, a_wave: Any, way: str
) -> None:
    tablet = a_tablet(staff("officer"), deployment, a_wave())
    tablet.client.cookies.set("earshot_look", "large", domain="testserver.local")
    tablet.post("/kiosk")
    tablet.post("/agree", YES)
    tablet.answer("settled", "yes")
    answer = tablet.get(way)
    assert answer.url.path == "/kiosk", "a tablet never goes to another site"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["clear-site-data"] == '"storage"'
    assert set(tablet.client.cookies) == {"earshot_kiosk"}
    (row,) = rows(deployment, Response)
    assert (row.state, row.draft_answers, row.draft_token_hash) == ("expired", None, None)
    assert tablet.get("/q/settled").url.path == "/kiosk", "back leads to the start"


def test_who_was_given_three_words_on_a_tablet_goes_on_with_them_on_their_own_phone(
    deployment: Any, staff: Any, phone: Any, a_wave: Any
) -> None:
    wave = a_wave()
    tablet = a_tablet(staff("officer"), deployment, wave)
    tablet.get("/kiosk")
    tablet.post("/kiosk")
    tablet.post("/agree", {f"purpose_{name}": "yes" for name in PURPOSES})
    tablet.get("/q/settled")
    tablet.post("/q/settled", {"answer": "yes", "action": "later"})
    words = tablet.receipt()
    tablet.get("/kiosk")  # the next person
    assert tablet.get("/q/homes").url.path == "/kiosk"
    own = phone()
    own.get("/receipt")
    assert own.post("/receipt", {"words": words}).url.path == "/back"
    page = own.get("/q/homes").text
    assert own.get("/q/homes").status_code == 200
    assert 'href="/leave"' in page, "it is no tablet for many any more"
    assert "data-of" in page, "and may be kept on their phone"


def test_the_link_opens_one_tablet_once_and_signs_staff_out_on_it(deployment: Any, staff: Any, a_wave: Any) -> None:
    officer, wave = staff("officer"), a_wave()
    link = kiosk_link(officer, wave, "123456")
    assert officer.client.get(link, headers={"sec-purpose": "prefetch"}).status_code == 204
    officer.get(link)
    assert officer.get("/staff").status_code == 401
    assert Phone(deployment.app).get(link).status_code == 410
    assert Phone(deployment.app).get("/kiosk/open/nonsense").status_code == 410


def test_only_the_pin_or_an_officer_ends_a_tablet(deployment: Any, staff: Any, a_wave: Any) -> None:
    officer, wave = staff("officer"), a_wave()
    tablet = a_tablet(officer, deployment, wave)
    tablet.get("/kiosk/close")
    assert tablet.post("/kiosk/close", {"pin": "4712"}).status_code == 422
    assert "4712" not in tablet.page
    tablet.get("/kiosk/close")
    assert "not in use" in tablet.post("/kiosk/close", {"pin": "4711"}).text
    assert not tablet.client.cookies

    other = a_tablet(officer, deployment, wave)
    assert "In use" in officer.get(f"/manage/waves/{wave.id}/kiosks").text
    (open_one,) = [row for row in rows(deployment, Kiosk) if not row.ended]
    officer.post(f"/manage/waves/{wave.id}/kiosks/{open_one.id}/end")
    assert "not in use" in other.get("/kiosk").text
    kinds = [row.kind for row in rows(deployment, AuditEvent) if row.kind.startswith("kiosk")]
    assert kinds == ["kiosk.made", "kiosk.opened", "kiosk.ended"] * 2


def test_guessing_the_pin_is_slowed_down(make_settings: Any, deployment: Any, staff: Any, a_wave: Any) -> None:
    from api import security

    tablet = a_tablet(staff("officer"), deployment, a_wave())
    attempts = security.Attempts(deployment.joined.keyring, 3)
    deployment.app.state.joined = type(deployment.joined)(
        **{name: getattr(deployment.joined, name) for name in deployment.joined.__slots__} | {"attempts": attempts}
    )
    tablet.get("/kiosk/close")
    given = [tablet.client.post("/kiosk/close", data=_pin(tablet, str(pin))).status_code for pin in range(5000, 5005)]
    assert given == [422, 422, 422, 429, 429]
    assert tablet.client.post("/kiosk/close", data=_pin(tablet, "4711")).status_code == 429


def _pin(tablet: Phone, pin: str) -> dict[str, str]:
    token = re.search(r'name="csrf" value="([^"]*)"', tablet.page)
    assert token
    return {"pin": pin, "csrf": token[1]}


def test_a_tablet_ends_with_its_wave_and_needs_one_that_is_open(deployment: Any, staff: Any, a_wave: Any) -> None:
    officer, wave = staff("officer"), a_wave(closes_on=date(2026, 11, 23))
    tablet = a_tablet(officer, deployment, wave)
    deployment.clock.forward(days=2)
    assert "not in use" in tablet.get("/kiosk").text
    other = staff("officer")
    assert other.post(f"/manage/waves/{wave.id}/kiosks", {"label": "Hub", "pin": "1234"}).status_code == 409


@pytest.mark.parametrize(("label", "pin"), [("", "1234"), ("Hub", "12"), ("Hub", "123456789"), ("Hub", "abcd")])
def test_a_tablet_needs_a_place_and_a_pin(deployment: Any, staff: Any, a_wave: Any, label: str, pin: str) -> None:
    answer = staff("officer").post(f"/manage/waves/{a_wave().id}/kiosks", {"label": label, "pin": pin})
    assert answer.status_code == 422
    assert not rows(deployment, Kiosk)


def test_every_page_on_a_tablet_says_when_it_starts_again_also_without_scripts(
    deployment: Any, staff: Any, a_wave: Any
) -> None:
    tablet = a_tablet(staff("officer"), deployment, a_wave())
    assert 'http-equiv="refresh"' not in tablet.page, "the start page waits for ever"
    tablet.post("/kiosk")
    for path, fields in (("/agree", None), ("/agree", YES), ("/nowhere", None)):
        tablet.get(path) if fields is None else tablet.post(path, fields)
        assert '<noscript><meta http-equiv="refresh" content="300; url=/kiosk"></noscript>' in tablet.page
        assert "Are you still there?" in tablet.page
        assert 'href="/leave"' not in tablet.page
    tablet.get("/q/settled")
    assert 'novalidate autocomplete="off"' in tablet.page, "a browser fills in nothing of the one before"


def test_a_kiosk_cookie_somebody_made_up_opens_nothing(deployment: Any) -> None:
    stranger = Phone(deployment.app)
    stranger.client.cookies.set("earshot_kiosk", "x" * 43)
    assert "not in use" in stranger.get("/kiosk").text
    assert stranger.post("/kiosk", {"csrf": "x"}).status_code == 403


# -- paper


def test_a_paper_form_is_typed_in_on_the_same_pages_and_marked(deployment: Any, staff: Any, a_wave: Any) -> None:
    officer, wave = staff("officer"), a_wave()
    assert officer.post(f"/type-in/{wave.id}").url.path == "/agree"
    assert "You are typing in a paper form" in officer.page
    typing = _typing(officer)
    assert typing.post("/agree", YES).url.path == "/q/settled"
    answer_all(typing)
    assert "You are typing in a paper form" in typing.page
    typing.send()
    assert len(typing.receipt().split()) == 3
    assert "hand it to whoever" in typing.page
    (response,) = rows(deployment, Response)
    assert (response.mode, response.state, response.logged_by) == ("paper", "submitted", None)
    assert {event.told_by for event in rows(deployment, AgreementEvent)} == {"paper"}
    (said,) = [row for row in rows(deployment, Answer) if row.question == "say"]
    assert (said.value, said.redaction) == (None, "pending"), "own words go the same way"
    (event,) = [row for row in rows(deployment, AuditEvent) if row.kind == "paper.typed_in"]
    assert (event.actor, event.subject, event.details) == (officer.staff_id, wave.id, {})
    assert SECRET not in str(rows(deployment, AuditEvent))
    again = re.search(r'action="(/type-in/[^"]+)"', typing.page)
    assert again
    assert officer.post(again[1]).url.path == "/agree"


def _typing(officer: Any) -> Any:
    """The same browser on respondents' pages, whose forms carry their own token."""
    typing = Phone(officer.client.app)
    typing.client = officer.client
    typing.page = officer.page
    return typing


def test_nothing_is_sent_as_paper_by_somebody_who_is_not_signed_in(deployment: Any, staff: Any, a_wave: Any) -> None:
    officer = staff("officer")
    officer.post(f"/type-in/{a_wave().id}")
    typing = _typing(officer)
    typing.post("/agree", YES)
    answer_all(typing)
    del officer.client.cookies["earshot_staff"]
    assert typing.send().status_code == 401
    assert [row.state for row in rows(deployment, Response)] == ["draft"]


def test_a_form_left_half_typed_is_gone(deployment: Any, staff: Any, a_wave: Any) -> None:
    officer = staff("officer")
    officer.post(f"/type-in/{a_wave().id}")
    typing = _typing(officer)
    typing.post("/agree", YES)
    typing.answer("settled", "yes")
    assert 'href="/type-in/stop"' in typing.page
    officer.get("/type-in/stop")
    assert [(row.state, row.draft_answers) for row in rows(deployment, Response)] == [("expired", None)]


@pytest.mark.parametrize("role", ["practitioner", "researcher", "safeguarding", "administrator"])
def test_only_officers_type_in_print_and_set_up_tablets(staff: Any, a_wave: Any, role: str) -> None:
    wave, somebody = a_wave(), staff(role)
    assert somebody.post(f"/type-in/{wave.id}").status_code == 403
    assert somebody.get(f"/manage/waves/{wave.id}/paper").status_code == 403
    assert somebody.get(f"/manage/waves/{wave.id}/kiosks").status_code == 403
    assert somebody.post(f"/manage/waves/{wave.id}/kiosks", {"label": "x", "pin": "1234"}).status_code == 403


def test_a_paper_form_has_everything_a_phone_would_ask(staff: Any, a_wave: Any) -> None:
    wave = a_wave(survey=small_survey(asks_who_helps=True))
    page = html.unescape(staff("officer").get(f"/manage/waves/{wave.id}/paper?hand_in=Room 4").text)
    for question in wave.survey.questions:
        assert question.label["en"] in page
        assert all(choice.label["en"] in page for choice in question.choices)
    assert "Only if you said “No” at question 1." in page
    assert all(f"{purpose}?" in page for purpose in PURPOSES)
    for sentence in (
        "You may leave any question out", "Hand it in here: Room 4", "Is someone with you?", "I don’t want to say",
        "Ring 01632 960001", "Ring 0800 1111", "three words",
    ):  # fmt: skip
        assert sentence in page


def test_a_paper_form_comes_in_each_language_and_direction(staff: Any, a_wave: Any) -> None:
    yes_no = (Choice(name="y", label={"en": "Yes", "ar": "نعم"}), Choice(name="n", label={"en": "No", "ar": "لا"}))
    survey = small_survey(
        languages=("en", "ar"), title={"en": "Home", "ar": "البيت"},
        items=(Question(name="a", kind=Kind.SINGLE_CHOICE, label={"en": "Well?", "ar": "بخير؟"}, choices=yes_no),),
    )  # fmt: skip
    officer, wave = staff("officer"), a_wave(survey=survey)
    page = officer.get(f"/manage/waves/{wave.id}/paper?language=ar").text
    assert 'dir="rtl"' in page
    assert "بخير؟" in page
    assert 'dir="ltr"' in officer.get(f"/manage/waves/{wave.id}/paper?language=xx").text


def test_a_hard_condition_and_a_section_for_several_are_told_simply(staff: Any, a_wave: Any) -> None:
    survey = small_survey(
        items=(
            Question(name="age", kind=Kind.INTEGER, label={"en": "How old?"}),
            Question(name="job", kind=Kind.TEXT, label={"en": "What job?"}, relevant=parse("age >= 16")),
            Group(
                name="pet", label={"en": "Pets"}, repeat=Repeat(ask={"en": "How many pets?"}),
                items=(Question(name="called", kind=Kind.TEXT, label={"en": "Its name?"}),),
            ),
        )
    )  # fmt: skip
    wave = a_wave(survey=survey)
    page = html.unescape(staff("officer").get(f"/manage/waves/{wave.id}/paper").text)
    assert "Only if this fits what you said before." in page
    assert "How many pets?" in page
    assert "There is room for one." in page


def test_practitioners_forms_are_not_put_on_paper_or_tablets(staff: Any, a_wave: Any) -> None:
    wave, officer = a_wave(survey=small_survey(audience=Audience.PRACTITIONER)), staff("officer")
    assert officer.get(f"/manage/waves/{wave.id}/paper").status_code == 404
    assert officer.get(f"/manage/waves/{wave.id}/kiosks").status_code == 404
    assert officer.post(f"/type-in/{wave.id}").status_code == 404


# -- help from somebody


def test_who_helps_is_kept_with_the_answers_shown_to_their_writer_and_goes_with_them(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    child = phone()
    assert child.agree(a_wave(survey=small_survey(asks_who_helps=True)).token).url.path == "/with"
    assert len(child.page.encode()) <= 5_000
    helped = child.post("/with", {"who": "worker", "what": ["reads", "writes"], "action": "next"})
    assert helped.url.path == "/helping"
    assert "Do not answer for them" in child.page
    assert 'href="/q/settled"' in child.page
    assert b"worker" not in rows(deployment, Response)[0].draft_answers, "sealed until it is sent"
    answer_all(child)
    child.get("/q/homes")
    assert 'value="helping"' in child.page
    child.get("/check")
    assert "A worker, like a social worker or a teacher" in child.page
    child.send()
    words = child.receipt()
    (row,) = rows(deployment, Response)
    assert (row.mode, row.helped_by, row.help_reads, row.help_writes) == ("web", "worker", True, True)
    assert {answer.question for answer in rows(deployment, Answer)} == {"settled", "homes", "helpers", "say"}
    later = phone()
    later.get("/receipt")
    assert "They help me read" in later.post("/receipt", {"words": words}).text
    later.get("/mine/delete")
    later.post("/mine/delete")
    (row,) = rows(deployment, Response)
    assert (row.state, row.helped_by, row.help_reads) == ("withdrawn", None, None)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"who": "alone", "what": "reads", "action": "next"}, ("alone", False)),
        ({"who": "declined", "action": "next"}, ("declined", False)),
        ({"who": "worker", "action": "skip"}, (None, None)),
        ({"action": "next"}, (None, None)),
        ({"who": "the mayor", "action": "next"}, (None, None)),
    ],
)
def test_nobody_has_to_say_who_is_there(
    deployment: Any, phone: Any, a_wave: Any, fields: dict[str, str], kept: tuple[Any, Any]
) -> None:
    child = phone()
    child.agree(a_wave(survey=small_survey(asks_who_helps=True)).token)
    assert child.post("/with", fields).url.path == "/q/settled"
    answer_all(child)
    child.send()
    (row,) = rows(deployment, Response)
    assert (row.helped_by, row.help_reads) == kept


def test_a_survey_that_does_not_ask_it_never_shows_it_and_keeps_its_hash(phone: Any, a_wave: Any) -> None:
    survey = small_survey()
    assert "asks_who_helps" not in survey.model_dump(mode="json")
    assert content_hash(survey) != content_hash(survey.model_copy(update={"asks_who_helps": True}))
    child = phone()
    assert child.agree(a_wave().token).url.path == "/q/settled"
    assert child.get("/with").url.path == "/q/settled"


# -- what officers see of it


def test_how_answers_came_is_counted_only_where_that_points_to_nobody(
    deployment: Any, staff: Any, phone: Any, a_wave: Any
) -> None:
    officer, wave = staff("officer"), a_wave()
    counted = officer.get("/api/v1/waves").json()[0]["answered_by_mode"]
    assert set(counted) == {"web", "kiosk", "paper"}
    for _ in range(3):
        tablet = phone()
        tablet.agree(wave.token)
        answer_all(tablet)
        tablet.send()
    told = officer.get("/api/v1/waves").json()[0]
    assert told["answered_by_mode"]["web"] == {"count": None, "symbol": "c"}
