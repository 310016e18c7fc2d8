"""Code frames and codes over HTTP: what is brought is checked, what the computer says stays apart from what people decide."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, func, insert, select, update
from sqlmodel import col

from api import intake
from api.models import (
    Answer,
    AnswerVector,
    AuditEvent,
    CodeFrame,
    CodingRun,
    DecidedCodes,
    Response,
    SuggestedCodes,
)
from api.models.columns import new_id
from api.review import coding, fitting
from nlp.embed import HashingEmbedder
from nlp.field import field_of
from tests.integration.test_review import requested, respond_directly, themes_of

FRAME: dict[str, Any] = {
    "id": "garden",
    "version": "2026",
    "families": [{"id": "things", "name_young_person": "Things to play on", "codes": ["swings"]}],
    "codes": [
        {
            "id": "swings", "family": "things", "name_young_person": "Swings", "definition": "Swings and slides",
            "include": ["waiting for a turn"], "exclude": ["ball games"],
            "examples": ["the swings are broken", "more slides please"],
        },
        {"id": "bins", "definition": "Bins and litter", "examples": ["bins are overflowing", "litter on the grass"]},
    ],
}  # fmt: skip


def upload(officer: Any, content: bytes | str | dict[str, Any]) -> Any:
    """Bring a file on the page of frames."""
    officer.get("/review/frames")
    data = json.dumps(content) if isinstance(content, dict) else content
    return officer.post("/review/frames/upload", files={"file": ("frame.json", data)})


def kinds(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


def count(deployment: Any, table: Any) -> int:
    with deployment.main.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


# -- frames


def test_only_officers_come_to_the_frames(phone: Any, staff: Any) -> None:
    one = f"/review/frames/{new_id()}"
    pages, posts = ("/review/frames", one, f"{one}/file"), ("/review/frames/upload", f"{one}/use")
    stranger = phone()
    assert {stranger.get(path).status_code for path in pages} == {401}
    assert {stranger.post(path).status_code for path in posts} == {401}
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        person = staff(role)
        assert {person.get(path).status_code for path in pages} == {403}, role
        assert {person.post(path).status_code for path in posts} == {403}, role
    officer = staff("officer")
    assert [officer.get(path).status_code for path in pages] == [200, 404, 404]
    assert "No code frame yet" in officer.get("/review/frames").text
    assert {officer.post(path, csrf=None).status_code for path in posts} == {403}


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_frame_is_kept_shown_and_given_back_as_it_came(deployment: Any, staff: Any, write: Any) -> None:
    officer = staff("officer")
    assert upload(officer, write(FRAME)).status_code == 200
    page = officer.page
    for words in ("garden", "Things to play on", "Swings and slides", "waiting for a turn", "ball games", "In use"):
        assert words in page
    (link,) = re.findall(r'href="(/review/frames/[^"]+/file)"', page)
    file = officer.get(link)
    assert "attachment" in file.headers["content-disposition"]
    given = file.json()
    assert [code["examples"] for code in given["codes"]] == [code["examples"] for code in FRAME["codes"]]
    deployment.clock.forward(minutes=1)
    upload(officer, file.content)  # what was given back is what is there: no new version
    assert count(deployment, CodeFrame) == 1
    assert kinds(deployment) == ["frame.added"]


def test_themes_follow_the_frame_in_use(deployment: Any, staff: Any, a_wave: Any) -> None:
    wave, officer = a_wave(), staff("officer")
    upload(officer, FRAME)
    for text in ("the swings are broken", "bins are overflowing with litter"):
        respond_directly(deployment, wave, [f"{text} {number}" for number in range(12)])
    run_id = requested(deployment, wave, officer)
    fitting.fit(deployment.main, run_id, HashingEmbedder(), now=deployment.clock)
    assert {(theme.code, theme.label) for theme in themes_of(deployment, run_id)} == {
        ("swings", "Swings"),
        ("bins", "bins"),
    }
    assert "Swings" in officer.get(f"/review/waves/{wave.id}").text


def test_a_new_upload_is_a_new_version_and_an_older_one_can_be_used_again(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    first = upload(officer, FRAME).url.path
    deployment.clock.forward(minutes=1)
    second = upload(officer, FRAME | {"note": "changed"}).url.path
    assert "version 2" in officer.get("/review/frames").text
    in_use = r'href="(/review/frames/[^"]+)">(?:(?!</li>).)*?In use<'
    assert re.findall(in_use, officer.page, re.DOTALL)[0] == second
    deployment.clock.forward(minutes=1)
    officer.get(first)
    officer.post(f"{first}/use")
    officer.get("/review/frames")
    assert re.findall(in_use, officer.page, re.DOTALL)[0] == first
    assert kinds(deployment) == ["frame.added", "frame.added", "frame.used"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "group of fields"),
        (b"\xff\xfe", "UTF-8"),
        (b"{", "neither JSON nor YAML"),
        (b"a: &x [1]\nb: *x", "aliases"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (b'{"id": "a", "codes": [{"id": "b"}]}', "codes[1]"),
        (b'{"id": "a", "codes": [{"definition": "no id"}]}', "codes[1].id"),
        (b'{"id": "", "codes": [{"id": "b", "definition": "c"}]}', "1 to 80 letters"),
        (b'{"id": "a", "codes": [{"id": "b", "definition": "\\u0000"}]}', "NUL"),
        (b'{"id": "a", "codes": [{"id": "b", "definition": "\\ud800"}]}', "codes"),
        (b'{"id": "<script>", "codes": [{"id": "<b>", "definition": "c"}]}', "letters, digits"),
    ],
)
def test_what_must_be_mended_is_told_with_its_place_and_nothing_is_kept(
    deployment: Any, staff: Any, content: bytes, told: str
) -> None:
    officer = staff("officer")
    assert upload(officer, content).status_code == 422
    assert told in officer.page
    assert "Nothing was kept" in officer.page
    assert (count(deployment, CodeFrame), kinds(deployment)) == (0, [])


def test_no_file_is_told_and_hostile_names_are_shown_as_text(staff: Any) -> None:
    officer = staff("officer")
    officer.get("/review/frames")
    assert officer.post("/review/frames/upload", files={"other": ("x", b"")}).status_code == 422
    assert "Choose one file" in officer.page
    hostile = {"id": "<script>alert(1)</script>", "codes": [{"id": "b", "definition": "<img src=x onerror=y>"}]}
    assert upload(officer, hostile).status_code == 200
    assert "<script>alert" not in officer.page
    assert "<img src=x" not in officer.page


# -- coding


SWINGS, BINS = "the swings are broken", "bins are overflowing with litter"


@pytest.fixture(scope="session")
def embedder() -> Any:
    """One for all tests, so that the coder's library is reckoned once."""
    from nlp.embed import HashingEmbedder

    return HashingEmbedder()


def ask_for_codes(deployment: Any, officer: Any, wave: Any) -> str:
    """Press the button; the run's id."""
    officer.get(f"/review/waves/{wave.id}/codes")
    assert officer.post(f"/review/waves/{wave.id}/codes").status_code == 200
    with deployment.main.reading() as session:
        newest = select(col(CodingRun.id)).order_by(col(CodingRun.requested_at).desc()).limit(1)
        return str(session.execute(newest).scalar_one())


def coded_wave(deployment: Any, officer: Any, a_wave: Any, embedder: Any, texts: Any, **changes: Any) -> Any:
    """A wave whose answers the computer has coded; the wave and the ids of its answers."""
    wave = a_wave()
    answers = respond_directly(deployment, wave, texts, **changes)
    upload(officer, FRAME)
    ask_for_codes(deployment, officer, wave)
    deployment.work(embedder)
    return wave, answers


def suggestions(deployment: Any) -> dict[str, list[str]]:
    with deployment.main.reading() as session:
        rows = session.execute(select(col(SuggestedCodes.answer_id), col(SuggestedCodes.codes)))
        return {answer: [code for code, _ in codes] for answer, codes in rows}


def decide_on(deployment: Any, answers: Sequence[str], codes: list[str], *, by: Any = None, sequence: int = 1) -> None:
    """Decisions as the page would keep them, for many answers at once."""
    with deployment.main.writing() as session:
        frame = session.execute(select(col(CodeFrame.id))).scalar_one()
        session.execute(
            insert(DecidedCodes),
            [
                {
                    "id": new_id(), "answer_id": answer, "frame_id": frame, "sequence": sequence, "codes": codes,
                    "decided_by": by.staff_id if by else None,
                }
                for answer in answers
            ],
        )  # fmt: skip


def undecided(deployment: Any, answers: Sequence[str]) -> list[str]:
    with deployment.main.reading() as session:
        decided = set(session.execute(select(col(DecidedCodes.answer_id))).scalars())
    return [answer for answer in answers if answer not in decided]


def withdraw(deployment: Any, answer: str) -> None:
    with deployment.main.writing() as session:
        gone = session.execute(select(col(Answer.response_id)).where(col(Answer.id) == answer)).scalar_one()
        assert intake.withdraw(session, deployment.vault, gone, today=deployment.joined.today, now=deployment.clock())


def test_only_officers_come_to_the_codes(deployment: Any, phone: Any, staff: Any, a_wave: Any) -> None:
    wave, one = f"/review/waves/{a_wave().id}/codes", f"/review/codes/{new_id()}"
    pages = (wave, f"{wave}/next", f"{wave}/agreement", f"{wave}/decided", one)
    posts = (wave, one, f"{one}/undo")
    stranger = phone()
    assert {stranger.get(path).status_code for path in pages} == {401}
    assert {stranger.post(path).status_code for path in posts} == {401}
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        person = staff(role)
        assert {person.get(path).status_code for path in pages} == {403}, role
        assert {person.post(path).status_code for path in posts} == {403}, role
    officer = staff("officer")
    assert [officer.get(path).status_code for path in pages] == [200, 200, 404, 404, 404]
    assert {officer.post(path, csrf=None).status_code for path in posts} == {403}
    officer.get(wave)
    assert "No code frame yet" in officer.page
    assert officer.post(wave).status_code == 409  # nothing to code by
    assert kinds(deployment) == []


def test_agreed_redacted_answers_are_coded_and_nothing_else(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    wave = a_wave()
    coded = respond_directly(deployment, wave, [SWINGS, BINS, "zzz", "🙂"])
    respond_directly(deployment, wave, [SWINGS], take_part=False)
    respond_directly(deployment, wave, [SWINGS], redaction="needs_reading")
    respond_directly(deployment, wave, [SWINGS], voice="practitioner")
    officer = staff("officer")
    upload(officer, FRAME)
    run_id = ask_for_codes(deployment, officer, wave)
    assert "Waiting for the computer" in officer.page
    assert ask_for_codes(deployment, officer, wave) == run_id  # a second click is the same run
    deployment.work(embedder)
    assert suggestions(deployment) == dict(zip(coded, (["swings"], ["bins"], [], []), strict=True))
    with deployment.main.reading() as session:
        run = session.execute(select(CodingRun)).scalar_one()
        assert (run.state, run.config["frame_version"], run.versions["encoder"]) == ("done", 1, embedder.name)
        assert session.execute(select(func.count()).select_from(AnswerVector)).scalar_one() == 4
    assert kinds(deployment)[-2:] == ["codes.requested", "codes.suggested"]


def test_nothing_to_code_says_so(deployment: Any, staff: Any, a_wave: Any, embedder: Any) -> None:
    officer = staff("officer")
    wave, _ = coded_wave(deployment, officer, a_wave, embedder, [])
    officer.get(f"/review/waves/{wave.id}/codes")
    assert "There is no answer with words" in officer.page


def test_withdrawing_takes_suggestion_and_decision_along(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer = staff("officer")
    wave, _ = coded_wave(deployment, officer, a_wave, embedder, [SWINGS] * 12)
    officer.get(f"/review/waves/{wave.id}/codes/next")
    officer.post(officer.at, {"code": ["swings"], "revision": "0"})
    assert (count(deployment, SuggestedCodes), count(deployment, DecidedCodes)) == (12, 1)
    with deployment.main.reading() as session:
        decided = session.execute(select(col(DecidedCodes.answer_id))).scalar_one()
    withdraw(deployment, decided)
    assert (count(deployment, SuggestedCodes), count(deployment, DecidedCodes)) == (11, 0)
    assert count(deployment, AnswerVector) == 11


class Interrupting:
    """An embedder that lets something happen while the computer is busy."""

    def __init__(self, inner: Any, happens: Any) -> None:
        self._inner, self._happens = inner, happens
        self.name, self.dimensions = inner.name, inner.dimensions
        self.seen: list[str] = []

    def embed(self, texts: Any, progress: Any = None) -> Any:
        self.seen += texts
        self._happens()
        return self._inner.embed(texts, progress)


def test_what_is_withdrawn_meanwhile_gets_no_codes_and_a_killed_worker_loses_nothing(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer, wave = staff("officer"), a_wave()
    field_of(embedder)
    answers = respond_directly(deployment, wave, [SWINGS, BINS, SWINGS + " again"])
    upload(officer, FRAME)
    run_id = ask_for_codes(deployment, officer, wave)

    def killed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        coding.code(deployment.main, run_id, Interrupting(embedder, killed), kept_in=None, now=deployment.clock)
    assert (count(deployment, SuggestedCodes), count(deployment, AnswerVector)) == (0, 0)
    again = Interrupting(embedder, lambda: withdraw(deployment, answers[0]))
    coding.code(deployment.main, run_id, again, kept_in=None, now=deployment.clock)
    assert set(suggestions(deployment)) == set(answers[1:])
    coding.code(deployment.main, run_id, again, kept_in=None, now=deployment.clock)  # done already: changes nothing
    assert set(suggestions(deployment)) == set(answers[1:])


def test_a_second_run_embeds_only_what_is_new_and_decisions_stay(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer = staff("officer")
    wave, _ = coded_wave(deployment, officer, a_wave, embedder, [f"{SWINGS} {n}" for n in range(12)])
    officer.get(f"/review/waves/{wave.id}/codes/next")
    officer.post(officer.at, {"code": ["bins"], "revision": "0"})
    deployment.clock.forward(hours=1)
    respond_directly(deployment, wave, ["one more slide please"])
    watching = Interrupting(embedder, lambda: None)
    run_id = ask_for_codes(deployment, officer, wave)
    coding.code(deployment.main, run_id, watching, kept_in=None, now=deployment.clock)
    assert watching.seen == ["one more slide please"]
    assert count(deployment, SuggestedCodes) == 13
    officer.get(f"/review/waves/{wave.id}/codes")
    assert "1 of 13 answers" in officer.page


def test_what_officers_decided_is_learnt_but_stays_a_fair_test(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer = staff("officer")
    texts = [f"the gate squeaks in the {place}" for place in ("morning", "evening", "wind", "rain", "cold", "heat")] * 3
    wave, answers = coded_wave(deployment, officer, a_wave, embedder, texts)
    before = suggestions(deployment)
    decide_on(deployment, answers[:12], ["bins"])
    deployment.clock.forward(hours=1)
    run_id = ask_for_codes(deployment, officer, wave)
    deployment.work(embedder)
    after = suggestions(deployment)
    assert {key: after[key] for key in answers[:12]} == {key: before[key] for key in answers[:12]}
    assert all(after[key] == ["bins"] != before[key] for key in answers[12:])
    with deployment.main.reading() as session:
        config = session.execute(select(col(CodingRun.config)).where(col(CodingRun.id) == run_id)).scalar_one()
    assert config["decisions_learnt_from"] == 12


def test_a_run_that_failed_for_good_says_what_to_do(deployment: Any, staff: Any, a_wave: Any) -> None:
    officer, wave = staff("officer"), a_wave()
    upload(officer, FRAME)
    coding.failed(deployment.main, ask_for_codes(deployment, officer, wave))
    officer.get(f"/review/waves/{wave.id}/codes")
    assert "The answers could not be coded" in officer.page
    assert "Code the answers" in officer.page


# -- reviewing


def test_an_officer_confirms_adds_removes_and_undoes_and_suggestions_stay(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer = staff("officer")
    wave, _ = coded_wave(deployment, officer, a_wave, embedder, [SWINGS] * 11 + [BINS])
    before = suggestions(deployment)
    officer.get(f"/review/waves/{wave.id}/codes/next")
    first = officer.at
    assert "Suggested by computer" in officer.page
    officer.post(first, {"code": ["bins"], "revision": "0"})
    assert officer.at != first
    assert "1 of 12 decided" in officer.page
    undo = re.search(r'action="(/review/codes/[^"]+/undo)"', officer.page)
    assert undo
    assert undo.group(1) == f"{first}/undo"
    officer.post(undo.group(1))
    assert officer.at == first
    assert "Nobody has decided yet" in officer.page
    officer.post(first, {"revision": "0"})  # nothing ticked: none of the codes is in it
    officer.get(first)
    assert "Decided by a person" in officer.page
    assert "checked" not in officer.page
    assert officer.post(first, {"code": ["swings"], "revision": "0"}).status_code == 409  # an old page
    assert officer.post(first, {"code": ["other"], "revision": "1"}).status_code in (400, 422)
    assert suggestions(deployment) == before
    assert kinds(deployment)[-3:] == ["codes.reviewed", "codes.review_undone", "codes.reviewed"]
    with deployment.main.reading() as session:
        trail = str(session.execute(select(col(AuditEvent.details), col(AuditEvent.subject))).all())
        hidden = [
            *session.execute(select(col(Answer.id))).scalars(),
            *session.execute(select(col(Response.id))).scalars(),
        ]
    assert not [key for key in (*hidden, first.rpartition("/")[2], "swings") if key in trail]
    assert not [key for key in hidden if key in officer.page]


def test_an_officer_sees_what_they_decided_and_takes_it_back(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    one, other = staff("officer"), staff("officer")
    wave, answers = coded_wave(deployment, one, a_wave, embedder, [f"{SWINGS} <b>{n}</b>" for n in range(60)])
    mine = f"/review/waves/{wave.id}/codes/decided"
    assert "Nothing here" in one.get(mine).text
    places = []
    one.get(f"/review/waves/{wave.id}/codes/next")
    for ticked in ([], ["bins"], ["bins"]):
        places.append(one.at)
        one.post(one.at, {"code": ticked, "revision": "0"})
    decide_on(deployment, undecided(deployment, answers)[:50], ["bins"], by=one)
    assert one.get(mine).text.count("<blockquote") == 50
    assert "None of the codes is in it." in one.page
    assert "&lt;b&gt;" in one.page
    assert "<b>" not in one.page
    assert "decided?start=50" in one.page
    assert one.get(f"{mine}?start=50").text.count("<blockquote") == 3
    assert one.get(f"{mine}?start=-1").status_code == 404
    assert "Nothing here" in other.get(mine).text
    other.get(places[0])
    other.post(places[0], {"code": ["swings"], "revision": "1"})
    assert other.get(mine).text.count("<blockquote") == 1
    assert places[0] not in one.get(mine).text, "the last decision is another's"
    one.post(f"{places[1]}/undo")
    assert one.at == places[1]
    assert places[1] not in one.get(mine).text


def test_another_persons_decision_is_not_undone_or_written_over(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    one, other = staff("officer"), staff("officer")
    wave, _ = coded_wave(deployment, one, a_wave, embedder, [SWINGS] * 12)
    one.get(f"/review/waves/{wave.id}/codes/next")
    other.get(one.at)
    place = one.at
    one.post(place, {"code": ["swings"], "revision": "0"})
    assert other.post(place, {"code": ["bins"], "revision": "0"}).status_code == 409
    other.get(place)
    assert other.post(f"{place}/undo").status_code == 409


def test_only_words_of_people_who_agreed_to_be_quoted_are_shown_and_never_of_few(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer, wave = staff("officer"), a_wave()
    shy = respond_directly(deployment, wave, [f"shy {SWINGS} {n}" for n in range(15)], quotes=False)
    free = respond_directly(deployment, wave, [f"free {SWINGS} {n}" for n in range(9)])
    upload(officer, FRAME)
    ask_for_codes(deployment, officer, wave)
    deployment.work(embedder)
    officer.get(f"/review/waves/{wave.id}/codes/next")
    assert officer.at == f"/review/waves/{wave.id}/codes"  # nine are too few to be read one by one
    assert "Too few people agreed" in officer.page
    with deployment.main.reading() as session:
        ids = dict(session.execute(select(col(SuggestedCodes.answer_id), col(SuggestedCodes.id))).tuples().all())
    assert officer.get(f"/review/codes/{ids[free[0]]}").status_code == 404
    respond_directly(deployment, wave, ["free at last"])
    deployment.clock.forward(hours=1)
    ask_for_codes(deployment, officer, wave)
    deployment.work(embedder)
    with deployment.main.reading() as session:
        ids = dict(session.execute(select(col(SuggestedCodes.answer_id), col(SuggestedCodes.id))).tuples().all())
    assert {officer.get(f"/review/codes/{ids[key]}").status_code for key in shy} == {404}
    assert officer.get(f"/review/codes/{ids[free[0]]}").status_code == 200
    assert "free the swings" in officer.page


# -- figures


def test_a_code_of_few_people_is_hidden_and_a_decision_counts_before_the_computer(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer = staff("officer")
    wave, _ = coded_wave(deployment, officer, a_wave, embedder, [SWINGS] * 14 + ["we like it here"] * 20)

    def swings() -> str:
        officer.get(f"/review/waves/{wave.id}/codes")
        row = re.search(r'<th scope="row">Swings</th>.*?class="bar-value">([^<]*)<', officer.page, re.DOTALL)
        assert row
        return row.group(1)

    with deployment.main.reading() as session:
        rows = session.execute(select(col(SuggestedCodes.answer_id), col(SuggestedCodes.codes))).all()
    saying = [row.answer_id for row in rows if any(code == "swings" for code, _ in row.codes)]

    decide_on(deployment, saying, ["swings"])
    assert swings() == "14 people"
    decide_on(deployment, saying[:6], [], sequence=2)
    assert swings() == "hidden [c]"


def test_giving_a_code_until_a_hidden_number_shows_tells_nothing_about_those_who_may_not_be_read(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer, wave = staff("officer"), a_wave()
    shy = respond_directly(deployment, wave, [f"{SWINGS} {n}" for n in range(15)], quotes=False)
    free = respond_directly(deployment, wave, [f"we like it here {n}" for n in range(30)])
    upload(officer, FRAME)
    ask_for_codes(deployment, officer, wave)
    deployment.work(embedder)

    def pages(saying: int) -> list[str]:
        """What the page of codes shows while an officer gives the code to one readable answer after the other."""
        with deployment.main.writing() as session:
            session.execute(delete(DecidedCodes))
            for place, answer in enumerate(shy):
                codes = [["swings", 0.9]] if place < saying else []
                session.execute(
                    update(SuggestedCodes).where(col(SuggestedCodes.answer_id) == answer).values(codes=codes)
                )
        seen = []
        for answer in free[:14]:
            decide_on(deployment, [answer], ["swings"])
            seen.append(re.sub(r'name="csrf"[^>]*', "", officer.get(f"/review/waves/{wave.id}/codes").text))
        return seen

    assert pages(0) == pages(1) == pages(9)
    assert pages(10) != pages(0)


def test_agreement_is_told_from_fifty_reviewed_answers_on(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer = staff("officer")
    wave, answers = coded_wave(deployment, officer, a_wave, embedder, [SWINGS] * 30 + [BINS] * 20)
    officer.get(f"/review/waves/{wave.id}/codes/agreement")
    assert "Decide on 50 more answers" in officer.page
    decide_on(deployment, answers[:29], ["swings"])
    decide_on(deployment, answers[30:49], ["bins"])
    officer.get(f"/review/waves/{wave.id}/codes/agreement")
    assert "Decide on 2 more answers" in officer.page
    officer.get(f"/review/waves/{wave.id}/codes/next")
    for _ in range(2):
        ticked = ["swings"] if SWINGS in officer.page else ["bins"]
        officer.post(officer.at, {"code": ticked, "revision": "0"})
    assert "decided on every answer" in officer.page
    officer.get(f"/review/waves/{wave.id}/codes/agreement")
    assert "Agreement on 50 answers" in officer.page
    assert re.search(r'Swings</th>\s*<td class="number">1.00</td>', officer.page)


def test_what_the_frame_lacks_is_told_with_words_of_five_people_and_follows_withdrawal(
    deployment: Any, staff: Any, a_wave: Any, embedder: Any
) -> None:
    officer = staff("officer")
    wave, answers = coded_wave(deployment, officer, a_wave, embedder, ["quokka zebra"] * 12)
    with deployment.main.writing() as session:
        session.execute(update(SuggestedCodes).values(codes=[], subject="Animals", subject_words=["quokka", "zebra"]))
        session.execute(
            update(SuggestedCodes)
            .where(col(SuggestedCodes.answer_id).in_(answers[4:]))
            .values(subject_words=["quokka"])
        )
    page = f"/review/waves/{wave.id}/codes/agreement"
    assert "Animals" in officer.get(page).text
    assert "quokka" in officer.page
    assert "zebra" not in officer.page  # four people use it
    for answer in answers[4:]:
        withdraw(deployment, answer)
    assert "Animals" not in officer.get(page).text
