"""Every kind of question over HTTP: the way through, what is stored, pictures and recordings from phone to deletion."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlmodel import col

from api.models import Answer, AuditEvent, Response
from api.vault.files import KeptFile
from api.vault.tables import ReadingItem
from survey_engine.definition import FILE, Group, Question
from tests.every_kind import ANSWERS, every_kind, options, posted, question
from tests.people import PURPOSES

VOICE = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm" + b"quillfeather" * 20
UPLOAD = "/upload/{}"


def photo(colour: str = "red") -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "QuillfeatherCam"
    Image.new("RGB", (40, 30), colour).save(file, "JPEG", exif=exif)
    return file.getvalue()


FILES = {"drawing": photo("blue"), "photo": photo(), "voice": VOICE}


def send_file(child: Any, name: str, data: bytes, action: str = "next") -> Any:
    child.get(f"/q/{name}")
    token = re.search(r'name="csrf" value="([^"]*)"', child.page)
    assert token
    fields = {"csrf": token[1], "action": action}
    files = {"answer": ("any.name", data, "image/jpeg")} if data else {"none": ("", b"")}
    return child._keep(child.client.post(UPLOAD.format(name), data=fields, files=files))


def walk(child: Any, survey: Any, answers: dict[str, Any] = ANSWERS) -> None:
    """Answer page after page; each leads to the next."""
    for key, value in answers.items():
        assert f'/{key}"' in child.page or f"/q/{key}" in child.page, f"not at {key}"
        asked = survey.asked(key)
        if asked.kind in FILE:
            send_file(child, key, FILES[key])
        else:
            child.post(f"/q/{key}", posted(asked, value) | {"action": "next"})


def kept_files(deployment: Any) -> list[Any]:
    with deployment.vault.database.reading() as session:
        return list(session.execute(select(KeptFile)).scalars())


def reading_items(deployment: Any) -> dict[str, Any]:
    with deployment.vault.database.reading() as session:
        return {item.question: item for item in session.execute(select(ReadingItem)).scalars()}


def stored(deployment: Any) -> dict[str, Any]:
    with deployment.main.reading() as session:
        rows = session.execute(select(col(Answer.question), col(Answer.state), col(Answer.value))).all()
    return {row.question: row.value if row.state == "a" else row.state for row in rows}


@pytest.fixture
def child(phone: Any, a_wave: Any) -> Any:
    somebody = phone()
    somebody.agree(a_wave(survey=every_kind()).token)
    return somebody


def test_each_kind_is_asked_in_turn_and_stored_as_it_was_answered(deployment: Any, child: Any) -> None:
    survey = every_kind()
    walk(child, survey)
    child.send()
    words = {"name", "story", "other", "person~1", "person~2"}
    values = stored(deployment)
    for key, value in ANSWERS.items():
        if key in words:
            assert values[key] is None
        elif key in FILES:
            assert re.fullmatch(r"[0-9a-f-]{36}", values[key])
        elif value is not None:
            assert values[key] == (list(value) if isinstance(value, tuple) else value)
    assert (values["sum"], values["secret"]) == ("4", "x")
    with deployment.main.reading() as session:
        response_id = session.execute(select(col(Response.id))).scalar_one()
    assert {one.question: one.text for one in deployment.vault.words(response_id)} == {
        key: ANSWERS[key] for key in words
    }


def test_the_answers_read_in_words_before_and_after_sending(child: Any) -> None:
    walk(child, every_kind())
    before = child.get("/check").text
    child.send()
    words = child.receipt()
    child.get("/receipt")
    after = child.post("/receipt", {"words": words}).text
    for page in (before, after):
        for line in ("29 February 2024", "September 2025", "20:30", "1. Family", "2. School", "A drawing you made",
                     "A photo you sent", "A recording of your voice", "I don’t know", "Person, 2 of 2", "Is Mo kind?",
                     "What is home like, Bo &lt;b&gt;?"):  # fmt: skip
            assert line in page, line
        assert "<b>" not in page
        assert "Secret" not in page


def test_an_earlier_answer_stands_in_later_words_and_never_as_markup(child: Any) -> None:
    child.post("/q/hello", {"action": "next"})
    child.post("/q/name", {"answer": "<script>alert(1)</script> ${name}", "action": "next"})
    assert "What is home like, &lt;script&gt;alert(1)&lt;/script&gt; ${name}?" in child.page
    child.get("/q/name")
    child.post("/q/name", {"action": "decline"})
    assert "What is home like, …?" in child.page


@pytest.mark.parametrize(
    "key", ["person~9", "person~0", "person", "nobody", "kind~1~1", "kind~x", "~", "sum", "secret", "%00", "people~1"]
)
def test_a_page_that_is_not_there_leads_politely_to_one_that_is(child: Any, key: str) -> None:
    answer = child.get(f"/q/{key}")
    assert answer.status_code == 200
    assert answer.url.path in ("/q/settled", "/q/drawing"), "the first that must be answered, or what comes next"
    child.get("/q/name")
    assert child.post(f"/q/{key}", {"answer": "x"}).status_code == 200
    assert child.client.get(f"/upload/{key}").status_code == 404
    assert child._keep(child.client.post(f"/upload/{key}", data={"csrf": "x"})).status_code in (403, 409)


@pytest.mark.parametrize(
    ("key", "fields", "told"),
    [
        ("born", {"answer-day": "31", "answer-month": "6", "answer-year": "2024"}, "Write a day that exists"),
        ("born", {"answer-day": "", "answer-month": "6", "answer-year": "2024"}, "Write a day that exists"),
        ("born", {"answer": "soon"}, "Write a day that exists"),
        ("since", {"answer-month": "13", "answer-year": "2024"}, "Write a month and a year"),
        ("bed", {"answer": "25:00"}, "Write a time"),
        ("year", {"answer": "1066"}, "too big or too small"),
        ("ladder", {"answer": "11"}, "too big or too small"),
        ("points", {"answer": "1.2"}, "not one of those on this page"),
        ("order", {"answer": ["1:school", "1:family", "2:friends"]}, "Two of them have the same place"),
        ("order", {"answer": ["1:school", "", ""]}, "You gave 1 of 3 a place"),
        ("order", {"answer": ["1:school", "2:money"]}, "Choose one of the answers on this page"),
        ("ok", {"answer": "no"}, "Choose one of the answers on this page"),
    ],
)
def test_what_is_no_answer_is_said_kindly_and_what_was_typed_stays(
    child: Any, key: str, fields: dict[str, Any], told: str
) -> None:
    child.post("/q/hello", {"action": "next"})
    child.answer("settled", "yes")
    child.get(f"/q/{key}")
    answer = child.post(f"/q/{key}", fields | {"action": "next"})
    assert answer.status_code == 422
    assert told in answer.text
    if "answer-month" in fields:
        assert f'value="{fields["answer-month"]}" aria-invalid' in answer.text


def test_an_iso_day_in_one_field_is_understood_too(deployment: Any, child: Any) -> None:
    child.answer("born", "2024-02-29")
    child.get("/q/born")
    assert re.findall(r'name="answer-\w+"[^>]* value="(\d+)"', child.page) == ["29", "2", "2024"]


# -- pictures and recordings


def test_nobody_here_can_open_a_file_before_it_is_sent_and_nothing_of_the_phone_stays(
    deployment: Any, child: Any, phone: Any
) -> None:
    child.answer("settled", "yes")
    send_file(child, "photo", FILES["photo"])
    (file,) = kept_files(deployment)
    assert file.on_its_way
    assert b"JFIF" not in file.content
    assert deployment.vault.files.sent(file.response_id, "photo") is None
    own = child.client.get("/upload/photo")
    assert own.headers["content-type"] == "image/jpeg"
    assert own.headers["cache-control"] == "no-store"
    assert b"Quillfeather" not in own.content
    assert phone().client.get("/upload/photo").status_code == 409
    assert reading_items(deployment) == {}


def test_a_new_file_replaces_the_old_next_keeps_it_and_skip_takes_it_away(deployment: Any, child: Any) -> None:
    child.answer("settled", "yes")
    send_file(child, "photo", FILES["photo"])
    first = kept_files(deployment)[0].id
    send_file(child, "photo", b"")
    assert [file.id for file in kept_files(deployment)] == [first]
    send_file(child, "photo", FILES["drawing"])
    assert [file.id for file in kept_files(deployment)] != [first]
    assert 'src="/upload/photo"' in child.get("/q/photo").text
    send_file(child, "photo", FILES["photo"], action="skip")
    assert kept_files(deployment) == []


@pytest.mark.parametrize(
    ("key", "data", "told"),
    [
        ("photo", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "We can only take a picture"),
        ("photo", b"<script>alert(1)</script>", "We can only take a picture"),
        ("drawing", bytes(2_000_001), "too big to send"),
        ("photo", bytes(8_000_001), "too big to send"),
        ("voice", photo(), "We can only take a sound recording"),
    ],
)
def test_a_file_that_is_not_what_was_asked_for_is_refused_kindly(
    deployment: Any, child: Any, key: str, data: bytes, told: str
) -> None:
    child.answer("settled", "yes")
    answer = send_file(child, key, data)
    assert answer.status_code == 422
    assert told in answer.text
    assert kept_files(deployment) == []


def test_a_body_beyond_all_bounds_never_reaches_the_page(child: Any) -> None:
    assert send_file(child, "photo", bytes(12_500_000)).status_code == 413
    assert child.client.post("/q/name", data={"answer": "x" * 250_000}).status_code == 413


def test_no_file_can_be_named_that_was_not_sent(deployment: Any, child: Any) -> None:
    child.answer("settled", "yes")
    child.get("/q/photo")
    child.post("/q/photo", {"answer": "somebody-elses-file", "action": "next"})
    assert "somebody-elses" not in child.get("/check").text


def test_what_was_sent_waits_for_a_person_who_may_look_and_leaves_a_trail(
    deployment: Any, child: Any, staff: Any
) -> None:
    walk(child, every_kind())
    child.send()
    items = reading_items(deployment)
    assert {key: items[key].reasons for key in FILES} == {
        "drawing": ["picture"], "photo": ["picture"], "voice": ["recording"],
    }  # fmt: skip
    lead, other = staff("safeguarding"), staff("safeguarding")
    path = f"/safeguard/{items['photo'].id}"
    assert "only a person can" in lead.get(path).text
    assert lead.client.get(f"{path}/file").status_code == 409, "nobody sees it before they have claimed it"
    lead.post(f"{path}/claim")
    assert f'src="{path}/file"' in lead.page
    seen = lead.client.get(f"{path}/file")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(seen.content)).size == (40, 30)
    assert other.client.get(f"{path}/file").status_code == 409
    assert staff("officer").client.get(f"{path}/file").status_code == 403
    lead.post(f"/safeguard/{items['voice'].id}/claim")
    assert lead.client.get(f"/safeguard/{items['voice'].id}/file").content == VOICE
    with deployment.main.reading() as session:
        read = select(func.count()).where(
            col(AuditEvent.kind) == "original.read", col(AuditEvent.subject) == items["photo"].id
        )
        assert session.execute(read).scalar_one() >= 2


def test_a_sending_that_failed_half_way_and_comes_again_undoes_nothing_a_person_did(deployment: Any) -> None:
    from datetime import timedelta

    vault = deployment.vault
    vault.files.keep("r", "photo", "image/jpeg", b"seen", secret="s" * 43)

    def send() -> None:
        vault.files.send(
            "r",
            {"photo": "picture"},
            "s" * 43,
            wave_id="w",
            tier="amber",
            due_in=timedelta(hours=8),
            now=deployment.clock(),
        )

    send()
    send()
    item = reading_items(deployment)["photo"]
    assert vault.claim(item.id, "somebody")
    send()
    assert [(one.id, one.state) for one in reading_items(deployment).values()] == [(item.id, "claimed")]
    file = vault.files.sent("r", "photo")
    assert file is not None
    assert file.data == b"seen"


def test_withdrawing_and_forgotten_drafts_take_their_files_with_them(deployment: Any, child: Any, phone: Any) -> None:
    walk(child, every_kind())
    child.send()
    words = child.receipt()
    assert len(kept_files(deployment)) == 3
    child.get("/receipt")
    child.post("/receipt", {"words": words})
    child.get("/mine/delete")
    child.post("/mine/delete")
    assert kept_files(deployment) == []
    assert not set(FILES) & set(reading_items(deployment))


def test_a_draft_that_runs_out_takes_its_files_with_it(deployment: Any, child: Any) -> None:
    from api.worker import Workshop, sweep

    child.answer("settled", "yes")
    send_file(child, "photo", FILES["photo"])
    deployment.clock.forward(days=20)
    sweep(Workshop(deployment.main, deployment.vault, clock=deployment.clock))
    assert kept_files(deployment) == []


def test_a_file_behind_a_question_that_went_away_is_not_kept(deployment: Any, phone: Any, a_wave: Any) -> None:
    from survey_engine.expression_parser import parse

    asked = every_kind(items=(
        every_kind().question_by_name["settled"],
        question("photo", every_kind().question_by_name["photo"].kind, "Photo?", relevant=parse('settled = "yes"')),
    ))  # fmt: skip
    child = phone()
    child.agree(a_wave(survey=asked).token)
    child.answer("settled", "yes")
    send_file(child, "photo", FILES["photo"])
    child.answer("settled", "no")
    child.send()
    assert kept_files(deployment) == []
    assert reading_items(deployment) == {}


# -- orders


def test_orders_are_the_same_on_every_page_of_a_response_and_differ_between_responses(phone: Any, a_wave: Any) -> None:
    many = options(*(f"option_{letter}" for letter in "abcdefgh"))
    survey = every_kind(items=(
        Group(name="all", shuffle=True, items=tuple(
            question(f"q{n}", every_kind().question_by_name["settled"].kind, "Q?", choices=many, shuffle=True)
            for n in range(6)
        )),
    ))  # fmt: skip
    token = a_wave(survey=survey).token

    def journey() -> list[str]:
        child, met = phone(), []
        child.agree(token)
        for _ in range(6):
            (path,) = set(re.findall(r'action="(/q/q\d)"', child.page))
            order = re.findall(r'value="(option_\w)"', child.page)
            assert order == re.findall(r'value="(option_\w)"', child.get(path).text)
            met.append(path + "".join(order))
            child.post(path, {"answer": order[0], "action": "next"})
        return met

    first, second = journey(), journey()
    assert len({page[:5] for page in first}) == 6
    assert first != second


# -- the observation form


def test_the_observation_form_takes_every_kind(deployment: Any, staff: Any, a_wave: Any) -> None:
    survey = every_kind(audience="practitioner")
    wave, person = a_wave(survey=survey), staff("practitioner")
    person.post("/manage/cases", {"reference": "ML 1", "names": "Tova Quill"})
    path = re.findall(rf"/observe/{wave.id}/[0-9a-f-]+", person.get("/observe").text)[0]
    page = person.get(path).text
    assert 'enctype="multipart/form-data"' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    fields: dict[str, Any] = {f"purpose_{purpose}": "yes" for purpose in PURPOSES}
    fields |= {"form": re.search(r'name="form" value="([^"]+)"', page)[1], "csrf": person.csrf}  # type: ignore[index]
    for key, value in ANSWERS.items():
        asked = survey.asked(key)
        assert isinstance(asked, Question)
        if asked.kind not in FILE:
            fields |= {
                name.replace("answer", f"answer_{key}", 1): given for name, given in posted(asked, value).items()
            }
    files = {f"answer_{key}": (key, data, "x/y") for key, data in FILES.items()}
    wrong = person.client.post(
        path, data=fields | {"answer_person~3": "Zed"}, files=files | {"answer_photo": ("p", b"<svg/>", "x")}
    )
    assert wrong.status_code == 422
    assert "We can only take a picture" in wrong.text
    assert "hangs on an answer above" in wrong.text
    assert kept_files(deployment) == []
    done = person.client.post(path, data=fields, files=files)
    assert done.url.path == "/observe", re.findall('class="error"[^>]*>.*', done.text)
    values = stored(deployment)
    assert values["order"] == ["family", "school", "friends"]
    assert (values["born"], values["points"], values["kind~2"], values["ok"]) == ("2024-02-29", 2.5, "sometimes", "OK")
    assert {file.question for file in kept_files(deployment)} == set(FILES)
    assert not any(file.on_its_way for file in kept_files(deployment))
    assert set(FILES) <= set(reading_items(deployment))
