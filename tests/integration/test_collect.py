"""A respondent's way over HTTP: it works, it stores only what it may, and nothing thrown at it breaks it."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from api import logs
from api.models import AgreementEvent, Answer, AuditEvent, Invitation, Job, Response
from api.models.columns import sa_table
from tests.people import PURPOSES, respond

SECRET = "zanzibar marmalade at Quillfeather Road"


def count(deployment: Any, table: Any) -> int:
    with deployment.main.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def rows(deployment: Any, *columns: Any) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(select(*columns)).all())


# -- the way


def test_a_young_person_answers_from_link_to_three_words(deployment: Any, phone: Any, a_wave: Any) -> None:
    words = respond(phone(), a_wave(), say=SECRET, settled="no")
    assert len(words.split()) == 3
    stored = {row.question: row for row in rows(deployment, *sa_table(Answer).c)}
    assert stored["settled"].value == "no"
    assert stored["homes"].value == 2
    assert stored["helpers"].value == ["carer", "friend"]
    assert stored["why_not"].state == "s"
    assert (stored["say"].value, stored["say"].redaction) == (None, "pending")


def test_the_typed_code_opens_the_same_questions(phone: Any, a_wave: Any) -> None:
    wave, child = a_wave(), phone()
    child.get("/")
    answer = child.post("/", {"code": f" {wave.code[:3].lower()}-{wave.code[3:]} "})
    assert answer.url.path == "/agree"


def test_going_back_and_changing_an_answer_drops_what_it_hides(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    child.answer("settled", "no")
    child.answer("why_not", SECRET)
    child.answer("settled", "yes")
    child.answer("homes", action="skip")
    child.answer("helpers", action="decline")
    child.answer("say", action="skip")
    child.send()
    assert "why_not" not in {row.question for row in rows(deployment, col(Answer.question))}
    with deployment.vault.database.reading() as session:
        from api.vault.tables import Original

        assert session.execute(select(func.count()).select_from(Original)).scalar_one() == 0


def test_declining_and_skipping_are_stored_as_different_things(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    child.answer("settled", action="decline")
    child.answer("homes", action="skip")
    child.answer("helpers", action="decline")
    child.answer("say", action="skip")
    child.send()
    states = dict(rows(deployment, col(Answer.question), col(Answer.state)))
    assert states == {"settled": "d", "homes": "s", "helpers": "d", "say": "s"}


# -- agreement


def test_nothing_is_ticked_and_nothing_is_stored_before_a_yes(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    child.get(f"/s/{a_wave().token}")
    assert " checked" not in child.page
    child.get("/agree")
    assert count(deployment, Response) == 0


def test_no_to_taking_part_stores_nothing(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    answer = child.agree(a_wave().token, take_part="no")
    assert answer.url.path == "/declined"
    assert count(deployment, Response) == count(deployment, AgreementEvent) == 0


@pytest.mark.parametrize("missing", PURPOSES)
def test_each_purpose_needs_its_own_yes_or_no(deployment: Any, phone: Any, a_wave: Any, missing: str) -> None:
    child = phone()
    child.get(f"/s/{a_wave().token}")
    answer = child.post("/agree", {f"purpose_{name}": "yes" for name in PURPOSES if name != missing})
    assert answer.status_code == 422
    assert 'class="error-summary"' in child.page
    assert count(deployment, Response) == 0


def test_each_decision_is_an_event_bound_to_the_notice_that_was_read(deployment: Any, phone: Any, a_wave: Any) -> None:
    phone().agree(a_wave().token, quotes="no", research="no")
    events = rows(
        deployment, col(AgreementEvent.purpose), col(AgreementEvent.decision), col(AgreementEvent.notice_hash)
    )
    assert {(purpose, decision) for purpose, decision, _ in events} == {
        ("take_part", "agreed"), ("quotes", "declined"), ("research", "declined"), ("contact_again", "agreed"),
    }  # fmt: skip
    assert all(len(notice) == 64 for *_, notice in events)


def test_agreement_events_cannot_be_changed_or_deleted_even_by_a_bug(deployment: Any, phone: Any, a_wave: Any) -> None:
    from sqlalchemy.exc import DBAPIError

    phone().agree(a_wave().token)
    for statement in ("UPDATE agreement_events SET decision = 'agreed'", "DELETE FROM agreement_events"):
        with pytest.raises(DBAPIError), deployment.main.writing() as session:
            session.connection().exec_driver_sql(statement)


# -- pseudonymity


def test_neither_the_words_nor_when_they_came_are_in_the_main_database(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    deployment.clock.forward(hours=3, minutes=17)
    respond(phone(), a_wave(), say=SECRET)
    with deployment.main.reading() as session:
        for table in (Response, Answer, AgreementEvent, Invitation, AuditEvent):
            for row in session.execute(select(sa_table(table))).all():
                text = " ".join(str(value) for value in row)
                assert "marmalade" not in text
                assert "13:17" not in text
                assert "testclient" not in text
        assert session.execute(select(col(Response.invitation_id))).scalars().all() == [None]
        # the job that is still waiting is the only thing that knows the moment; it goes when it is done
        assert session.execute(select(func.count()).select_from(Job)).scalar_one() == 1


def test_a_draft_cannot_be_read_with_the_databases_and_all_keys_of_the_service(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    from api.keyring import Unreadable

    child = phone()
    child.agree(a_wave().token)
    child.answer("settled", "no")
    child.answer("why_not", SECRET)
    with deployment.main.reading() as session:
        row = session.execute(select(col(Response.id), col(Response.draft_answers))).one()
    assert b"marmalade" not in row.draft_answers
    for label in ("vault", "cookie", "draft"):
        with pytest.raises(Unreadable):
            deployment.joined.keyring.open(label, row.draft_answers, context=row.id)


def test_the_log_of_a_full_journey_holds_no_answer_no_token_and_no_name(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    written = io.StringIO()
    logs.configure("debug", written)
    wave, child = a_wave(), phone()
    words = respond(child, wave, say=SECRET, settled="no")
    child.get("/receipt")
    child.post("/receipt", {"words": words})
    child.get("/mine/delete")
    child.post("/mine/delete")
    cookie = child.client.cookies.get("earshot") or "(none)"
    log = written.getvalue()
    logs.configure("error")
    assert log.count('"event": "request"') > 20
    assert '"route": "/s/{token}"' in log
    for secret in (wave.token, wave.code, cookie, words, "marmalade", "Quillfeather", '"no"'):
        assert secret not in log


# -- sending twice, out of order, too late


def test_sending_twice_is_sending_once_and_shows_the_same_words(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    words = respond(child, a_wave(), say=SECRET)
    again = child.client.get("/done").text
    assert words in again
    child.get("/check")
    assert child.page.count("already") or "sent" in child.page.lower()
    child.client.post("/send", data={"csrf": _csrf(deployment, child)})
    assert words in child.get("/done").text
    assert count(deployment, Response) == 1


def test_a_page_posted_twice_keeps_one_answer(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    for _ in range(2):
        child.answer("settled", "yes")
    child.answer("homes", "1")
    child.answer("helpers", action="skip")
    child.answer("say", action="skip")
    child.send()
    assert len(rows(deployment, col(Answer.question))) == 4


def test_a_page_out_of_order_leads_to_the_one_that_comes_first(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    assert child.get("/q/say").url.path == "/q/settled"
    assert child.post("/q/say", {"answer": "early", "action": "next"}).url.path == "/q/settled"
    assert child.get("/check").url.path == "/q/settled"
    assert child.post("/send").url.path == "/q/settled"


def test_a_single_use_invitation_sends_once(phone: Any, a_wave: Any) -> None:
    wave = a_wave(single_use=True)
    first, second = phone(), phone()
    second.agree(wave.token)
    respond(first, wave)
    for name in ("settled", "homes", "helpers", "say"):
        second.answer(name, action="decline")
    second.get("/check")
    assert second.post("/send").status_code == 410
    assert phone().get(f"/s/{wave.token}").status_code == 410


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"state": "closed"}, 410),
        ({"closes_on": date(2026, 11, 1)}, 410),
        ({"opens_on": date(2026, 12, 1)}, 409),
        ({"expires_on": date(2026, 11, 1)}, 410),
    ],
)
def test_closed_and_expired_ways_in_say_so(phone: Any, a_wave: Any, change: dict[str, Any], status: int) -> None:
    child = phone()
    answer = child.get(f"/s/{a_wave(**change).token}")
    assert answer.status_code == status
    assert "<h1>" in child.page


def test_unknown_and_mistyped_codes_are_told_apart(phone: Any, a_wave: Any) -> None:
    from api import security

    wave, child = a_wave(), phone()
    slip = ("2" if wave.code[0] != "2" else "3") + wave.code[1:]
    assert child.post("/", {"code": slip}).status_code == 422
    assert child.post("/", {"code": ""}).status_code == 422
    assert child.post("/", {"code": security.new_code()}).status_code == 404
    assert child.get("/s/" + "x" * 43).status_code == 404


def test_a_draft_older_than_its_days_is_deleted_and_the_page_says_so(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    deployment.clock.forward(days=15)
    assert child.get("/q/settled").status_code == 410
    from api.collect import drafts

    with deployment.main.writing() as session:
        gone = drafts.purge(
            session, today=deployment.clock().date(), lifetime=deployment.joined.settings.draft_lifetime
        )
    assert len(gone) == 1
    assert child.get("/q/settled").status_code == 409


def test_opening_the_link_again_keeps_the_answers_and_shows_them_to_nobody_unasked(phone: Any, a_wave: Any) -> None:
    wave, child = a_wave(), phone()
    child.agree(wave.token)
    child.answer("settled", "no")
    child.answer("why_not", SECRET)
    child.get(f"/s/{wave.token}")
    assert "carry on" in child.page
    assert SECRET not in child.page
    assert 'href="/q/homes"' in child.page
    assert SECRET in child.get("/q/why_not").text
    child.get(f"/s/{wave.token}")
    carried = re.search(r'name="invitation" value="([^"]+)"', child.page)
    assert carried
    assert child.post("/start-again", {"invitation": carried.group(1)}).url.path == "/agree"
    assert child.get("/q/why_not").status_code == 409


def test_looking_at_old_answers_does_not_lose_the_ones_in_hand(phone: Any, a_wave: Any) -> None:
    wave, child = a_wave(), phone()
    words = respond(phone(), wave, say=SECRET)
    child.agree(wave.token)
    child.answer("settled", "yes")
    child.get("/receipt")
    child.post("/receipt", {"words": words})
    assert SECRET in child.page
    assert child.get("/q/homes").status_code == 200


def test_who_is_finished_leaves_nothing_on_a_shared_phone(phone: Any, a_wave: Any) -> None:
    child = phone()
    words = respond(child, a_wave(), say=SECRET)
    child.get("/receipt")
    child.post("/receipt", {"words": words})
    child.get("/finished")
    assert words not in child.get("/done").text
    assert child.get("/mine").status_code == 409


def test_pressing_send_twice_at_once_leads_both_to_the_words(deployment: Any, phone: Any, a_wave: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    child = phone()
    child.agree(a_wave().token)
    for name in ("settled", "homes", "helpers", "say"):
        child.answer(name, action="decline")
    child.get("/check")
    token, cookie = _csrf(deployment, child), child.client.cookies.get("earshot")

    def press(_: int) -> str:
        other = phone()
        other.client.cookies.set("earshot", cookie)
        return other.client.post("/send", data={"csrf": token}, follow_redirects=False).headers["location"]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {"/done"}
    assert count(deployment, Response) == 1


def test_a_whole_class_may_type_its_code_on_one_address(make_settings: Any, deployment: Any, a_wave: Any) -> None:
    from api.main import create_app
    from tests.people import Phone

    wave = a_wave()
    app = create_app(make_settings(code_attempts_per_minute=3), clock=deployment.clock)
    assert {Phone(app).post("/", {"code": wave.code}).status_code for _ in range(12)} == {200}


# -- nonsense


NONSENSE = {
    "a megabyte": ("x" * 1_000_000, 413),
    "too long for the question": ("x" * 4_001, 422),
    "a NUL byte": ("a\x00b", 303),
    "emoji and right-to-left": ("🙂 شكرا", 303),
    "markup": ("<script>alert(1)</script>", 303),
    "a lone surrogate": ("\udcff", 303),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_any_text_is_stored_whole_or_refused_with_a_page(deployment: Any, phone: Any, a_wave: Any, name: str) -> None:
    text, expected = NONSENSE[name]
    child = phone()
    child.agree(a_wave().token)
    child.answer("settled", "no")
    child.get("/q/why_not")
    sent = text.encode("utf-8", "surrogatepass").decode("latin-1") if "surrogate" in name else text
    answer = child.post("/q/why_not", {"answer": sent, "action": "next"}, follow_redirects=False)
    assert answer.status_code == expected
    if expected == 303:
        assert "<script>alert" not in child.get("/q/why_not").text


def test_an_option_that_does_not_exist_is_refused_at_the_field(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    answer = child.answer("settled", "perhaps")
    assert answer.status_code == 422
    assert "aria-invalid" in child.page or 'class="error"' in child.page


@pytest.mark.parametrize("path", ["/agree", "/q/settled", "/send"])
def test_a_form_without_its_token_is_refused(deployment: Any, phone: Any, a_wave: Any, path: str) -> None:
    child = phone()
    child.agree(a_wave().token)
    assert child.post(path, {"answer": "yes", "action": "next"}, csrf=None).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_post_from_another_site_is_refused(phone: Any, a_wave: Any, headers: dict[str, str]) -> None:
    child = phone()
    child.agree(a_wave().token)
    child.get("/q/settled")
    assert child.post("/q/settled", {"answer": "yes", "action": "next"}, headers=headers).status_code == 403


def test_another_phones_cookie_opens_nothing(phone: Any, a_wave: Any) -> None:
    first, thief = phone(), phone()
    first.agree(a_wave().token)
    way = first.client.cookies.get("earshot")
    thief.client.cookies.set("earshot", way[:-4] + "AAAA")
    assert thief.get("/q/settled").status_code == 409
    thief.client.cookies.set("earshot", "d." + "x" * 36 + "." + "y" * 43)
    assert thief.get("/q/settled").status_code == 409
    thief.client.cookies.set("earshot", "i." + way)
    assert thief.get("/agree").status_code == 409


@pytest.mark.parametrize(
    "path", ["/nowhere", "/q/%00", "/q/../../etc", "/mine", "/done", "/agree", "/s/", "/q/nothing"]
)
def test_no_address_ends_in_a_fault(phone: Any, path: str) -> None:
    answer = phone().get(path)
    assert answer.status_code in (200, 404, 409)
    assert "<h1" in answer.text


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 5000, b'{"json": true}'])
def test_a_body_that_is_no_form_is_refused(phone: Any, body: bytes) -> None:
    answer = phone().client.post("/", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code in (400, 422)


def test_too_many_tries_have_to_wait(make_settings: Any, deployment: Any) -> None:
    from api.main import create_app
    from tests.people import Phone

    child = Phone(create_app(make_settings(code_attempts_per_minute=3), clock=deployment.clock))
    statuses = [child.post("/receipt", {"words": "one two three"}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 429, 429]


# -- coming back


def test_the_three_words_show_the_answers_and_delete_them_everywhere(deployment: Any, phone: Any, a_wave: Any) -> None:
    words = respond(phone(), a_wave(), say=SECRET)
    other = phone()
    other.get("/receipt")
    other.post("/receipt", {"words": f"  {words.upper().replace(' ', ', ')} "})
    assert SECRET in other.page
    other.get("/mine/delete")
    assert other.post("/mine/delete").url.path == "/deleted"
    assert count(deployment, Answer) == 0
    response = rows(deployment, col(Response.state), col(Response.receipt_hash))
    assert response == [("withdrawn", None)]
    decisions = rows(deployment, col(AgreementEvent.decision))
    assert decisions.count(("withdrawn",)) == len(PURPOSES)
    assert other.post("/receipt", {"words": words}).status_code == 422
    with deployment.vault.database.reading() as session:
        from api.vault.tables import Original, ReadingItem

        assert session.execute(select(func.count()).select_from(Original)).scalar_one() == 0
        assert session.execute(select(func.count()).select_from(ReadingItem)).scalar_one() == 0


def test_wrong_words_all_get_the_same_sentence(phone: Any, a_wave: Any) -> None:
    respond(phone(), a_wave())
    child = phone()
    pages = set()
    for typed in ("apple river stone", "one", "", "a b c d"):
        child.get("/receipt")
        answer = child.post("/receipt", {"words": typed})
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(pages) == 1


def test_answers_are_deleted_when_the_promised_time_is_over(deployment: Any, phone: Any, a_wave: Any) -> None:
    from api import worker

    wave = a_wave()
    words = respond(phone(), wave, say=SECRET)
    deployment.work()
    shop = worker.Workshop(deployment.main, deployment.vault, clock=deployment.clock)
    deployment.clock.forward(days=730)
    worker.sweep(shop)
    assert count(deployment, Answer) == 4
    deployment.clock.forward(days=1)
    worker.sweep(shop)
    assert count(deployment, Answer) == 0
    assert rows(deployment, col(Response.state), col(Response.receipt_hash)) == [("expired", None)]
    assert deployment.vault.waiting() == ()
    assert phone().post("/receipt", {"words": words}).status_code == 422


# -- storage that fails


def test_when_the_vault_cannot_be_written_nothing_is_half_stored(
    deployment: Any, phone: Any, a_wave: Any, monkeypatch: Any
) -> None:
    from sqlalchemy.exc import OperationalError

    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    child = phone()
    child.agree(a_wave().token)
    for name in ("settled", "homes", "helpers"):
        child.answer(name, action="decline")
    child.answer("say", SECRET)
    child.get("/check")
    with monkeypatch.context() as broken:
        broken.setattr(deployment.vault, "keep", full)
        assert child.post("/send").status_code == 503
    assert count(deployment, Answer) == 0
    child.get("/check")
    assert child.post("/send").url.path == "/done"
    assert count(deployment, Answer) == 4


def _csrf(deployment: Any, child: Any) -> str:
    from api import security

    return security.csrf_token(deployment.joined.keyring, child.client.cookies.get("earshot"))
