"""Stopping half-way and coming back: on any phone, to the same answers, by nobody who only guesses."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from api.collect import receipts, ways
from api.collect.drafts import way_in
from api.collect.words import listed, own_languages
from api.models import AgreementEvent, Answer, DraftWords, Response
from api.models.columns import sa_table
from api.models.responses import ResponseState
from survey_engine.definition import Kind, Question
from tests.people import Phone, respond, small_survey

SECRET = "zanzibar marmalade at Quillfeather Road"


def rows(deployment: Any, *columns: Any) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(select(*columns)).all())


def begun(child: Phone, wave: Any, say: str = SECRET) -> str:
    """Answer one question, type into the next and stop; the three words."""
    child.agree(wave.token)
    child.answer("settled", "no")
    assert child.answer("why_not", say, action="later").url.path == "/later"
    return child.receipt()


def typing(child: Phone, words: str) -> Any:
    child.get("/receipt")
    return child.post("/receipt", {"words": words})


def finished(child: Phone) -> str:
    for name in ("homes", "helpers", "say"):
        child.answer(name, action="skip")
    child.send()
    return child.receipt()


# -- the way


def test_three_words_carry_the_answers_to_another_phone_and_stay_the_same_after_sending(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    words = begun(phone(), a_wave())
    other = phone()
    assert typing(other, words).url.path == "/back"
    assert "2 of 5" in other.page
    assert 'href="/q/homes"' in other.page
    assert SECRET in other.get("/q/why_not").text
    assert finished(other) == words
    assert typing(phone(), words).url.path == "/mine"
    assert rows(deployment, col(DraftWords.response_id)) == []
    assert len(rows(deployment, col(Response.id))) == 1


def test_two_phones_write_one_draft_and_lose_and_double_nothing(deployment: Any, phone: Any, a_wave: Any) -> None:
    first, second = phone(), phone()
    typing(second, begun(first, a_wave()))
    first.answer("homes", "2")
    second.answer("helpers", "friend")
    first.answer("say", "from the first phone")
    assert "2" in second.get("/check").text
    assert "from the first phone" in second.page
    second.send()
    assert first.get("/check").status_code == 409
    assert first.get("/done").status_code == 200
    assert first.receipt() == second.receipt()
    assert {question for (question,) in rows(deployment, col(Answer.question))} == {
        "settled", "why_not", "homes", "helpers", "say",
    }  # fmt: skip


def test_stopping_keeps_what_fits_and_says_when_something_did_not(phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    child.answer("settled", "yes")
    child.answer("homes", "many", action="later")
    assert "could not save the last thing" in child.page
    assert 'href="/q/homes"' in child.page
    child.answer("homes", action="later")
    assert "could not save" not in child.page
    assert 'href="/q/homes"' in child.page, "stopping on an empty page skips nothing"
    child.get("/check")
    child.get("/q/homes")
    assert child.post("/later").url.path == "/later"


def test_nothing_is_stored_for_words_before_somebody_asks(deployment: Any, phone: Any, a_wave: Any) -> None:
    child = phone()
    child.agree(a_wave().token)
    child.answer("settled", "no")
    assert child.get("/later").url.path == "/q/why_not"
    assert rows(deployment, col(DraftWords.response_id)) == []


def test_asking_twice_gives_the_same_words_and_the_page_says_until_when(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    child = phone()
    words = begun(child, a_wave())
    child.get("/check")
    child.get("/q/homes")
    child.post("/later")
    assert child.receipt() == words
    assert "They work until 6 December 2026" in child.page
    assert "testserver/receipt" in child.page
    assert len(rows(deployment, col(DraftWords.response_id))) == 1


def test_a_slip_of_a_finger_and_the_figures_open_it_too(phone: Any, a_wave: Any) -> None:
    words = begun(phone(), a_wave())
    slipped = " ".join(word + word[-1] for word in words.split())
    assert typing(phone(), slipped).url.path == "/back"
    assert typing(phone(), receipts.shown(words, "uk").figures).url.path == "/back"


@pytest.mark.parametrize("language", own_languages())
def test_the_words_of_any_language_open_it_even_where_nobody_has_checked_them(
    phone: Any, a_wave: Any, language: str
) -> None:
    words = receipts.shown(begun(phone(), a_wave()), language, listed(language)).words
    assert typing(phone(), words.upper()).url.path == "/back"


def test_words_on_a_phone_with_somebody_elses_answers_take_its_place_only_when_asked(phone: Any, a_wave: Any) -> None:
    wave, sister = a_wave(), phone()
    words = begun(phone(), wave)
    begun(sister, wave, say="my own")
    typing(sister, words)
    assert "Somebody else" in sister.page
    assert SECRET not in sister.page
    opened = re.search(r'name="opened" value="([^"]+)"', sister.page)
    assert opened
    kept = sister.page
    assert "my own" in sister.get("/q/why_not").text
    sister.page = kept
    assert sister.post("/receipt/here", {"opened": opened.group(1)}).url.path == "/back"
    assert SECRET in sister.get("/q/why_not").text


def test_stopping_on_a_page_for_a_picture_keeps_the_picture(deployment: Any, phone: Any, a_wave: Any) -> None:
    picture = Question(name="draw", kind=Kind.DRAWING, label={"en": "Draw your week"})
    child = phone()
    child.agree(a_wave(survey=small_survey(items=(picture,))).token)
    child.get("/q/draw")
    token = re.search(r'name="csrf" value="([^"]*)"', child.page)
    assert token
    sent = {"csrf": token.group(1), "action": "later"}
    child.page = child.client.post("/upload/draw", data=sent, files={"answer": ("a.png", _png(), "image/png")}).text
    other = phone()
    typing(other, child.receipt())
    assert other.get("/upload/draw").headers["content-type"].startswith("image/")
    other.send()
    typing(other, child.receipt())
    assert 'src="/mine/file/draw"' in other.page
    assert other.get("/mine/file/draw").content.startswith(b"\x89PNG")
    assert "data:image/png;base64," in other.get("/mine/my-answers.html").text
    kept = other.get("/mine/my-answers.json").json()["answers"][0]
    assert base64.b64decode(kept["base64"]).startswith(b"\x89PNG")
    assert phone().get("/mine/file/draw").status_code == 409


def _png() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


# -- deleting, running out


def test_deleting_what_there_is_so_far_deletes_it_on_every_phone_at_once(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    wave, first, second = a_wave(single_use=True), phone(), phone()
    words = begun(first, wave)
    typing(second, words)
    second.get("/later/delete")
    assert second.post("/later/delete").url.path == "/deleted"
    assert first.get("/q/homes").status_code == 409
    assert typing(phone(), words).status_code == 422
    assert rows(deployment, col(DraftWords.response_id)) == []
    row = rows(deployment, *sa_table(Response).c)[0]
    assert (row.state, row.draft_answers, row.draft_token_hash, row.invitation_id) == ("expired", None, None, None)
    assert {"withdrawn"} <= {decision for (decision,) in rows(deployment, col(AgreementEvent.decision))}
    assert phone().agree(wave.token).url.path == "/q/settled", "a link that works once works again"


def test_words_stop_working_when_the_draft_runs_out_also_before_the_worker_came(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    from api import worker

    words = begun(phone(), a_wave())
    deployment.clock.forward(days=14)
    assert typing(phone(), words).url.path == "/back"
    deployment.clock.forward(days=1)
    assert typing(phone(), words).status_code == 422
    worker.sweep(worker.Workshop(deployment.main, deployment.vault, clock=deployment.clock))
    assert rows(deployment, col(DraftWords.response_id)) == []
    assert rows(deployment, col(Response.state)) == [("expired",)]


# -- guessing, stealing


def test_wrong_words_cannot_be_told_from_words_of_another_kind_by_page_or_by_work(
    deployment: Any, phone: Any, a_wave: Any, monkeypatch: Any
) -> None:
    stretched: list[str] = []
    real = ways.stretch

    def counted(keyring: Any, code: str) -> ways.Stretched:
        stretched.append(code)
        return real(keyring, code)

    monkeypatch.setattr(ways, "stretch", counted)
    wave = a_wave()
    words = begun(phone(), wave)
    withdrawn = begun(other := phone(), wave)
    other.get("/later/delete")
    other.post("/later/delete")
    near = " ".join([*words.split()[:2], "zebra"])
    stretched.clear()
    child, pages = phone(), set()
    tried = (
        near, withdrawn, "acorn acre acronym", "what is this", "one", "", "0001 0002 0003", "9999 9999 9999",
        " ".join(listed("pl")[:4]), " ".join(listed("ar")[-4:]), "four words of nobody",
    )  # fmt: skip
    for typed in tried:
        answer = typing(child, typed)
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(pages) == 1
    assert len(stretched) == len(tried), "each try costs one stretch"
    stretched.clear()
    typing(phone(), words)
    assert stretched == [words], "and so does a right one"


def test_who_has_only_the_databases_opens_nothing_even_with_the_words(deployment: Any, phone: Any, a_wave: Any) -> None:
    from api.keyring import Keyring

    words = begun(phone(), a_wave())
    with deployment.main.reading() as session:
        row = session.execute(select(sa_table(DraftWords))).one()
        for key in (b"\0" * 32, b"earshot" * 6, row.salt * 2):
            thief = Keyring(key)
            stretched = ways.stretch(thief, words)
            assert ways.find(session, thief, stretched) is None
            # the row found all the same, say by its place: the seal does not open either
            forced = ways.Stretched(row.fingerprint, stretched.half)
            assert ways.find(session, thief, forced) is None
        assert not any(word in str(tuple(row)) for word in words.split())


def test_who_has_the_databases_and_the_key_but_not_the_words_opens_nothing_at_once(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    words = begun(phone(), a_wave())
    keyring = deployment.joined.keyring
    with deployment.main.reading() as session:
        row = session.execute(select(sa_table(DraftWords))).one()
        wrong = ways.stretch(keyring, "acorn acre acronym")
        assert ways.find(session, keyring, ways.Stretched(row.fingerprint, wrong.half)) is None
        assert ways.find(session, keyring, ways.stretch(keyring, words)) is not None
    # nothing that can be tried without the slow step is stored: no quick fingerprint of the words
    stored = [
        str(value) for table in (Response, DraftWords) for row in rows(deployment, *sa_table(table).c) for value in row
    ]
    assert receipts.fingerprint(keyring, words) not in stored


def test_a_seal_moved_to_another_row_opens_nothing(deployment: Any, phone: Any, a_wave: Any) -> None:
    wave = a_wave()
    first, second = begun(phone(), wave), begun(phone(), wave, say="another")
    with deployment.main.writing() as session:
        one, two = session.execute(select(sa_table(DraftWords))).all()
        session.execute(
            update(DraftWords)
            .where(col(DraftWords.response_id) == one.response_id)
            .values(seal=two.seal, salt=two.salt)
        )
    answers = {typing(phone(), words).status_code for words in (first, second)}
    assert answers == {200, 422}


def test_a_code_that_is_taken_is_given_to_nobody_else(deployment: Any, phone: Any, a_wave: Any) -> None:
    wave, keyring = a_wave(), deployment.joined.keyring
    child = phone()
    child.agree(wave.token)
    child.answer("settled", "yes")
    way = way_in(child.client.cookies.get("earshot"))
    assert way is not None
    first, second, third, _ = receipts.candidates(way.secret)
    other = respond(phone(), wave)
    with deployment.main.writing() as session:
        # somebody sent with the first, somebody else has a draft under the second
        session.execute(
            update(Response)
            .where(col(Response.state) == ResponseState.SUBMITTED)
            .values(receipt_hash=receipts.fingerprint(keyring, first))
        )
    begun(phone(), wave)
    with deployment.main.writing() as session:
        session.execute(update(DraftWords).values(fingerprint=ways.stretch(keyring, second).fingerprint))
    assert finished(child) == third
    assert other


def test_three_wrong_tries_too_many_have_to_wait_also_for_right_words(
    make_settings: Any, deployment: Any, phone: Any, a_wave: Any
) -> None:
    from api.main import create_app

    words = begun(phone(), a_wave())
    child = Phone(create_app(make_settings(code_attempts_per_minute=3), clock=deployment.clock))
    statuses = [typing(child, typed).status_code for typed in (words, "a b c", "a b c", words, "a b c", words)]
    assert statuses == [200, 422, 422, 200, 422, 429]


# -- receipts of before


def test_words_given_out_before_todays_list_still_open_delete_and_show(
    deployment: Any, phone: Any, a_wave: Any
) -> None:
    child = phone()
    respond(child, a_wave(), say=SECRET)
    way = way_in(child.client.cookies.get("earshot"))
    assert way is not None
    code = receipts.former(way.secret)[0]
    with deployment.main.writing() as session:
        session.execute(update(Response).values(receipt_hash=receipts.fingerprint(deployment.joined.keyring, code)))
    child.get("/done")
    assert child.receipt() == code
    assert SECRET in typing(phone(), code.upper()).text


# -- taking out


def test_what_was_sent_can_be_taken_out_to_read_and_for_computers(phone: Any, a_wave: Any) -> None:
    child = phone()
    typing(child, respond(child, a_wave(), say=SECRET + " <b>\U0001f49b</b>", settled="yes"))
    page = child.get("/mine/my-answers.html")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-disposition"] == 'attachment; filename="my-answers.html"'
    assert SECRET in page.text
    assert "<b>" not in page.text
    assert not re.search(r"(src|href)=|https?:|url\(", page.text)
    answer = child.get("/mine/my-answers.json")
    assert answer.headers["cache-control"] == "no-store"
    taken = answer.json()
    assert (taken["format"], taken["version"], taken["reply"]) == ("earshot-my-answers", 1, None)
    by_name = {line["question"]: line for line in taken["answers"]}
    assert by_name["settled"]["value"] == "yes"
    assert by_name["settled"]["in_words"] == ["Yes"]
    assert by_name["helpers"]["value"] == ["carer", "friend"]
    assert json.dumps(taken).count("marmalade") == 2


@pytest.mark.parametrize("path", ["/mine/my-answers.html", "/mine/my-answers.json", "/mine/file/say"])
def test_nobody_takes_out_anything_without_the_words(phone: Any, a_wave: Any, path: str) -> None:
    child = phone()
    respond(child, a_wave())
    assert child.get(path).status_code == 409


def test_a_language_without_a_list_shows_the_code_in_figures_too(phone: Any, a_wave: Any) -> None:
    survey = small_survey(languages=("en", "uk"))
    child = phone()
    child.get(f"/s/{a_wave(survey=survey).token}")
    child.post("/agree", {"language": "uk"} | {f"purpose_{name}": "yes" for name in _purposes()})
    child.answer("settled", "yes", action="later")
    figures = re.search(r'class="figures"[^>]*>([\d ]+)<', child.page)
    assert figures
    assert typing(phone(), figures.group(1)).url.path == "/back"


def _purposes() -> tuple[str, ...]:
    from tests.people import PURPOSES

    return PURPOSES


def test_the_draft_words_know_no_moment_and_lie_in_no_order(deployment: Any, phone: Any, a_wave: Any) -> None:
    wave = a_wave()
    for number in range(6):
        begun(phone(), wave, say=f"text {number}")
    found = rows(deployment, col(DraftWords.response_id), col(DraftWords.variant))
    assert {number for _, number in found} == {0}
    with deployment.main.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            ids = [row[0] for row in session.execute(select(sa_table(DraftWords).c.response_id))]
            assert ids == sorted(ids)
        assert session.execute(select(func.count()).select_from(DraftWords)).scalar_one() == 6
