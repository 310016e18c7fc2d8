"""Co-production: refused first, then what works, then who may, then the trail; and words are nowhere but in the vault."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import insert, select, update
from sqlmodel import col

from api import audit
from api.advise import service, visits
from api.models import AdviserLink, AdviserRemark, AuditEvent, DraftStep, Job, SurveyDraft
from api.models.columns import new_id
from api.worker import Workshop, sweep
from survey_engine.definition import Survey
from tests.people import Phone, small_survey

PROPOSAL = "Zebrafinch asks: is your home calm?"
COMMENT = "Marmalade Wibblethorpe finds this boring"
WORDS = ("Zebrafinch", "Wibblethorpe")
QUESTION = "/advise/q/settled"


@pytest.fixture
def draft(deployment: Any) -> str:
    """A draft of the small survey; its id."""
    return make_draft(deployment, small_survey())


def make_draft(deployment: Any, survey: Survey) -> str:
    draft_id, now = new_id(), deployment.clock()
    with deployment.main.writing() as session:
        session.execute(
            insert(SurveyDraft).values(
                id=draft_id, name=survey.name, title=survey.title["en"], definition=survey.model_dump(mode="json"),
                revision=1, state="open", origin="blank", losses=[], checklist={}, created_at=now, updated_at=now,
            )
        )  # fmt: skip
    return draft_id


def page_of(draft: str) -> str:
    return f"/design/drafts/{draft}/coproduction"


def make_link(officer: Any, draft: str, label: str = "Thursday group", closes_on: str = "2026-12-20") -> str:
    """Make a link as an officer does; its path."""
    answer = officer.post(f"{page_of(draft)}/links", {"label": label, "closes_on": closes_on})
    assert answer.status_code == 200, answer.text
    found = re.search(r'href="http://testserver(/advise/[^"]+)"', answer.text)
    assert found
    return found.group(1)


def come(deployment: Any, link: str, credit: str = "nobody", first_name: str = "") -> Phone:
    """A young adviser who opened the link and chose how to be named."""
    phone = Phone(deployment.app)
    assert phone.get(link).status_code == 200
    answer = phone.post("/advise", {"credit": credit, "first_name": first_name})
    assert answer.status_code == 200, answer.text
    phone.get(QUESTION)
    return phone


def say(phone: Phone, action: str = "say", path: str = QUESTION, **typed: str) -> Any:
    """Send the form of a question's page, as it was opened last."""
    sheet = re.search(r'name="sheet" value="([^"]+)"', phone.page)
    assert sheet, "this is no page of a question"
    return phone.post(path, {"action": action, "sheet": sheet.group(1), **typed})


def read_in_queue(deployment: Any, staff: Any, decision: str = "no_concern") -> None:
    """Safeguarding reads all that waits."""
    lead = staff("safeguarding")
    for item in deployment.vault.waiting():
        lead.post(f"/safeguard/{item.id}/claim")
        lead.post(f"/safeguard/{item.id}/decide", {"decision": decision, "note": ""})


def remarks(deployment: Any) -> list[dict[str, Any]]:
    with deployment.main.reading() as session:
        return [one.model_dump() for one in session.execute(select(AdviserRemark)).scalars()]


def the_draft(deployment: Any, draft: str) -> visits.Draft:
    with deployment.main.reading() as session:
        return service.draft(session, draft)


def kinds(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        assert audit.verify(session) is None
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


def all_cells(database: Any) -> Iterator[str]:
    """Everything in a database, cell by cell, as text."""
    with database.engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')):
                yield from (f"{table}: {cell!r}" for cell in row)


# -- coming in


def test_an_unknown_link_is_told_and_guessing_has_an_end(make_settings: Any):
    from api.main import create_app
    from tests.conftest import Clock

    phone = Phone(create_app(make_settings(code_attempts_per_minute=2), clock=Clock()))
    assert [phone.get(f"/advise/{'x' * 43}").status_code for _ in range(3)] == [404, 404, 429]


def test_no_page_of_advisers_opens_without_a_link(deployment: Any, draft: str):
    phone = Phone(deployment.app)
    phone.client.cookies.set("earshot_adviser", "bm9uc2Vuc2U")
    for path in ("/advise", "/advise/end", QUESTION):
        assert phone.get(path).status_code == 409, path
    assert phone.post("/advise", {"credit": "nobody"}).status_code == 403


def test_a_link_is_kept_as_a_fingerprint_and_leaves_the_address_at_once(deployment: Any, staff: Any, draft: str):
    link = make_link(staff("officer"), draft)
    token = link.rpartition("/")[2]
    assert not [cell for database in (deployment.main, deployment.vault.database) for cell in all_cells(database)
                if token in cell]  # fmt: skip
    answer = Phone(deployment.app).client.get(link, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/advise")
    assert token not in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "Max-Age" not in answer.headers["set-cookie"], "the visit ends with the browser"


@pytest.mark.parametrize("end", ["day", "staff", "published"])
def test_a_link_that_ended_lets_nobody_in_and_takes_nothing_more(deployment: Any, staff: Any, draft: str, end: str):
    officer = staff("officer")
    link = make_link(officer, draft)
    phone = come(deployment, link)
    if end == "day":
        deployment.clock.forward(days=60)
    elif end == "staff":
        link_id = re.search(r"links/([0-9a-f-]{36})/close", officer.get(page_of(draft)).text)
        assert link_id
        officer.post(f"{page_of(draft)}/links/{link_id.group(1)}/close")
    else:
        with deployment.main.writing() as session:
            session.execute(update(SurveyDraft).values(state="published"))
    answer = say(phone, "good", comment=COMMENT)
    assert answer.status_code == 410
    late = Phone(deployment.app).get(link)
    assert late.status_code == 410
    assert "This link is closed" in late.text
    assert remarks(deployment) == []


def test_the_page_before_says_who_reads_it_and_what_cannot_stay_secret_before_anything_is_asked(
    deployment: Any, staff: Any, draft: str
):
    phone = Phone(deployment.app)
    page = phone.get(make_link(staff("officer"), draft)).text
    assert page.index("When we cannot keep it private") < page.index('name="credit"')
    assert "Marlshire" in page
    assert "checked" not in page, "nothing is chosen for anybody"
    assert phone.get(QUESTION).url.path == "/advise", "no question before they chose how to be named"
    assert remarks(deployment) == []


def test_a_full_name_or_no_choice_comes_back_with_what_to_do(deployment: Any, staff: Any, draft: str):
    phone = Phone(deployment.app)
    phone.get(make_link(staff("officer"), draft))
    for credit, first_name in (("", ""), ("first_name", ""), ("first_name", "Amber Shields"), ("all", "Amber")):
        answer = phone.post("/advise", {"credit": credit, "first_name": first_name})
        assert answer.status_code == 422, (credit, first_name)
        assert "error-summary" in answer.text
    assert phone.get(QUESTION).url.path == "/advise"


# -- voting and writing


def test_one_visitor_has_one_vote_for_a_wording_and_may_change_it(deployment: Any, staff: Any, draft: str):
    link = make_link(staff("officer"), draft)
    first, second = come(deployment, link), come(deployment, link)
    for phone, action in ((first, "good"), (first, "change_it"), (first, "change_it"), (second, "not_sure")):
        assert say(phone, action).status_code == 200
    assert "Your vote: Change it" in first.page
    assert sorted(remark["vote"] for remark in remarks(deployment)) == [-1, 0]
    first.get(link)  # the same browser opens the link again
    first.get(QUESTION)
    say(first, "good")
    assert sorted(remark["vote"] for remark in remarks(deployment)) == [0, 1]


def test_a_vote_never_costs_what_was_typed_and_next_leads_on(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft))
    say(phone, "good", proposal=PROPOSAL)
    assert PROPOSAL in phone.page
    answer = say(phone, "next", comment=COMMENT)
    assert answer.url.path == "/advise/q/why_not"
    assert sorted(remark["kind"] for remark in remarks(deployment)) == ["comment", "proposal", "vote"]


def test_words_are_in_the_vault_and_its_queue_and_nowhere_else(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft), "first_name", "Amber")
    say(phone, "good", proposal=PROPOSAL, comment=COMMENT)
    for database in (deployment.main, deployment.vault.database):
        cells = list(all_cells(database))
        assert not [cell for cell in cells if any(word in cell for word in WORDS)]
    items = deployment.vault.waiting()
    assert {(item.draft_id, item.wave_id, item.screened) for item in items} == {(draft, None, False)}
    texts = {remark["id"]: remark["kind"] for remark in remarks(deployment) if remark["kind"] != "vote"}
    assert {item.response_id for item in items} == set(texts)
    kept = {text.text for response_id in texts for text in deployment.vault.words(response_id)}
    assert kept == {PROPOSAL, COMMENT}


def test_nothing_that_is_kept_says_more_than_the_day(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft))
    say(phone, "good", proposal=PROPOSAL)
    columns = AdviserRemark.__table__.columns  # type: ignore[attr-defined]
    assert not [column.name for column in columns if str(column.type).upper().startswith(("DATETIME", "TIMESTAMP"))]
    assert {remark["day"] for remark in remarks(deployment)} == {date(2026, 11, 22)}
    if deployment.dsns.main.startswith("sqlite"):
        with sqlite3.connect(deployment.dsns.main.removeprefix("sqlite:///")) as file:
            made = file.execute("SELECT sql FROM sqlite_master WHERE name = 'adviser_remarks'").fetchone()[0]
        assert "WITHOUT ROWID" in made, "the order of rows would tell who spoke first"


def test_the_worker_tells_the_queue_how_urgent_it_is_and_safeguarding_sees_where_it_came_from(
    deployment: Any, staff: Any, draft: str
):
    phone = come(deployment, make_link(staff("officer"), draft), "first_name", "Amber")
    say(phone, comment="He hits me and I want to kill myself")
    deployment.work()
    (item,) = deployment.vault.waiting()
    assert (item.screened, item.tier) == (True, "red")
    page = staff("safeguarding").get("/safeguard").text
    assert "Young advisers: Thursday group, Amber" in page
    assert small_survey().question_by_name["settled"].label["en"] in page
    with deployment.main.reading() as session:
        assert session.execute(select(Job)).first() is None


def test_the_same_page_sent_twice_is_kept_once(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft))
    sheet = re.search(r'name="sheet" value="([^"]+)"', phone.page)
    csrf = re.search(r'name="csrf" value="([^"]+)"', phone.page)
    assert sheet
    assert csrf
    for _ in range(2):
        sent = {"action": "say", "comment": COMMENT, "sheet": sheet.group(1), "csrf": csrf.group(1)}
        phone.client.post(QUESTION, data=sent)
    assert len(remarks(deployment)) == len(deployment.vault.waiting()) == 1


def test_nobody_can_overwrite_what_somebody_else_wrote_by_guessing(deployment: Any, staff: Any, draft: str):
    link = make_link(staff("officer"), draft)
    first, second = come(deployment, link), come(deployment, link)
    for phone, words in ((first, COMMENT), (second, PROPOSAL)):
        phone.post(QUESTION, {"action": "say", "sheet": "the same", "comment": words})
    kept = [deployment.vault.words(remark["id"])[0].text for remark in remarks(deployment)]
    assert sorted(kept) == sorted([COMMENT, PROPOSAL])


def test_too_long_or_too_much_comes_back_with_what_was_typed(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft))
    answer = say(phone, proposal="long " * 200, comment=COMMENT)
    assert answer.status_code == 422
    assert "long long" in answer.text
    assert [remark["kind"] for remark in remarks(deployment)] == ["comment"], "what fits is kept"
    for _ in range(visits.MOST_TEXTS_ON_A_QUESTION - 1):
        assert say(phone, comment="more").status_code == 200
    assert say(phone, comment="one too many").status_code == 422
    assert len(deployment.vault.waiting()) == visits.MOST_TEXTS_ON_A_QUESTION


def test_a_link_takes_only_so_many_texts_a_day(
    deployment: Any, staff: Any, draft: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(visits, "MOST_TEXTS_A_DAY", 2)
    link = make_link(staff("officer"), draft)
    statuses = [say(come(deployment, link), comment="words").status_code for _ in range(3)]
    assert statuses == [200, 200, 422]
    deployment.clock.forward(days=1)
    assert say(come(deployment, link), comment="words").status_code == 200


def test_what_somebody_wrote_can_be_taken_back_in_the_visit_by_them_alone(deployment: Any, staff: Any, draft: str):
    link = make_link(staff("officer"), draft)
    first, second = come(deployment, link), come(deployment, link)
    say(first, comment=COMMENT)
    (remark,) = remarks(deployment)
    assert COMMENT not in second.get(QUESTION).text
    second.post(f"{QUESTION}/take-back/{remark['id']}")
    assert len(remarks(deployment)) == 1
    assert COMMENT in first.get(QUESTION).text
    for _ in range(2):
        assert first.post(f"{QUESTION}/take-back/{remark['id']}").status_code == 200
    assert remarks(deployment) == []
    assert deployment.vault.words(remark["id"]) == ()
    assert deployment.vault.waiting() == ()
    with deployment.main.reading() as session:
        (event,) = session.execute(select(AuditEvent).where(col(AuditEvent.kind) == "remark.withdrawn")).scalars()
    assert (event.subject, event.at.hour, event.details) == (draft, 0, {})


def test_who_becomes_nobody_is_nobody_in_what_they_said_before(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft), "first_name", "Quillon")
    say(phone, comment=COMMENT)
    phone.get("/advise")
    phone.post("/advise", {"credit": "nobody", "first_name": "Quillon"})
    assert not [cell for cell in all_cells(deployment.main) if "Quillon" in cell]


def test_forms_of_advisers_need_their_own_pages_token(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft))
    for path, sent in (("/advise", {"credit": "group"}), (QUESTION, {"action": "good"})):
        assert phone.client.post(path, data=sent).status_code == 403, path
    stranger = come(deployment, make_link(staff("officer"), draft, "Other group"))
    other = re.search(r'name="csrf" value="([^"]+)"', stranger.page)
    assert other
    assert phone.client.post(QUESTION, data={"action": "good", "csrf": other.group(1)}).status_code == 403
    assert remarks(deployment) == []


def test_leaving_forgets_the_visit(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft))
    phone.client.get("/leave", follow_redirects=False)
    assert phone.get(QUESTION).status_code == 409


# -- the officer's side


def test_only_who_designs_surveys_sees_or_does_anything_here(deployment: Any, staff: Any, draft: str):
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        person = staff(role)
        assert person.get(page_of(draft)).status_code == 403
        assert person.get(f"{page_of(draft)}/remarks/{new_id()}").status_code == 403
        assert person.post(f"{page_of(draft)}/links", {"label": "Our group"}).status_code == 403
        assert person.post(f"{page_of(draft)}/remarks/{new_id()}", {"decision": "refuse"}).status_code == 403


def test_a_link_needs_a_groups_name_and_a_day_to_come(deployment: Any, staff: Any, draft: str):
    officer = staff("officer")
    for label, closes_on in (
        ("", "2026-12-20"), ("Amber Shields", "2026-12-20"), ("Our group", "2026-11-21"), ("Our group", "x"),
    ):  # fmt: skip
        answer = officer.post(f"{page_of(draft)}/links", {"label": label, "closes_on": closes_on})
        assert answer.status_code == 422, (label, closes_on)
    with deployment.main.reading() as session:
        assert session.execute(select(AdviserLink)).first() is None


def test_words_are_shown_to_an_officer_only_after_a_person_read_them_without_concern(
    deployment: Any, staff: Any, draft: str
):
    officer = staff("officer")
    phone = come(deployment, make_link(officer, draft))
    say(phone, "change_it", comment=COMMENT)
    deployment.work()
    (remark,) = [one for one in remarks(deployment) if one["kind"] == "comment"]
    address = f"{page_of(draft)}/remarks/{remark['id']}"
    page = officer.get(page_of(draft)).text
    assert "Change it: <strong>1</strong>" in page, "votes are seen at once"
    assert COMMENT not in page + officer.get(address).text
    assert officer.post(address, {"decision": "refuse", "reply": "No.", "revision": "1"}).status_code == 409
    assert "remarks.read" not in kinds(deployment)
    read_in_queue(deployment, staff)
    assert COMMENT in officer.get(page_of(draft)).text
    assert kinds(deployment)[-1] == "remarks.read"


def test_what_safeguarding_kept_looks_to_an_officer_like_what_nobody_has_read(deployment: Any, staff: Any, draft: str):
    officer = staff("officer")
    link = make_link(officer, draft)
    for decision in ("passed_to_front_door", "passed_to_lado", "complaint", "advice_given", "duplicate"):
        say(come(deployment, link), comment=COMMENT)
        before = without_tokens(officer.get(page_of(draft)).text)
        read_in_queue(deployment, staff, decision)
        assert without_tokens(officer.get(page_of(draft)).text) == before, decision


def without_tokens(page: str) -> str:
    """A page without the tokens of its forms, which are others each time."""
    return re.sub(r'name="csrf" value="[0-9a-f]+"', "", page)


def decided(deployment: Any, staff: Any, draft: str, credit: str = "nobody", first_name: str = "") -> tuple[Any, ...]:
    """A proposal that may be decided: (officer, phone, address of the remark, link)."""
    officer = staff("officer")
    link = make_link(officer, draft)
    phone = come(deployment, link, credit, first_name)
    say(phone, proposal=PROPOSAL)
    read_in_queue(deployment, staff)
    return officer, phone, f"{page_of(draft)}/remarks/{remarks(deployment)[0]['id']}", link


def test_taking_up_rewords_the_question_and_keeps_what_it_was_who_and_why(deployment: Any, staff: Any, draft: str):
    officer, phone, address, _ = decided(deployment, staff, draft, "first_name", "Amber")
    old = the_draft(deployment, draft).survey.question_by_name["settled"]
    sent = {
        "decision": "take_up",
        "label": "Is your home calm?",
        "recorded": "",
        "reply": "Shorter words.",
        "revision": "1",
    }
    assert officer.post(address, sent).status_code == 200
    now = the_draft(deployment, draft)
    question = now.survey.question_by_name["settled"]
    assert question.label == {"en": "Is your home calm?"}
    assert question.provenance is not None
    assert question.provenance.proposed_by == "Amber"
    assert [(one.words, one.why) for one in question.provenance.earlier] == [(old.label, "Shorter words.")]
    assert now.revision == 2
    with deployment.main.reading() as session:
        (step,) = session.execute(select(DraftStep)).scalars()
    assert Survey.model_validate(step.definition).question_by_name["settled"] == old
    assert kinds(deployment)[-2:] == ["remark.taken_up", "remarks.read"]
    page = phone.get(QUESTION).text
    assert "We did it." in page
    assert "Shorter words." in page
    assert officer.post(address, sent).status_code == 409, "nothing is decided twice"


def test_a_credit_of_nobody_is_nowhere_in_the_draft_or_on_any_page(deployment: Any, staff: Any, draft: str):
    officer, phone, address, link = decided(deployment, staff, draft, "nobody", "Quillon")
    sent = {"decision": "take_up", "label": "Is your home calm?", "reply": "Shorter.", "revision": "1"}
    officer.post(address, sent)
    question = the_draft(deployment, draft).survey.question_by_name["settled"]
    assert question.provenance is not None
    assert question.provenance.proposed_by == ""
    pages = officer.get(page_of(draft)).text + phone.get("/advise/end").text + Phone(deployment.app).get(link).text
    assert "Quillon" not in pages + " ".join(all_cells(deployment.main))


def test_refusing_needs_a_reason_and_words_for_the_record_and_is_answered(deployment: Any, staff: Any, draft: str):
    officer, phone, address, _ = decided(deployment, staff, draft)
    for gap in ({"reply": ""}, {"recorded": ""}, {"decision": ""}):
        sent = {
            "decision": "refuse",
            "recorded": "Ask about calm",
            "reply": "It asks two things.",
            "revision": "1",
        } | gap
        assert officer.post(address, sent).status_code == 422, gap
    assert the_draft(deployment, draft).revision == 1
    sent = {"decision": "refuse", "recorded": "Ask about calm", "reply": "It asks two things.", "revision": "1"}
    assert officer.post(address, sent).status_code == 200
    provenance = the_draft(deployment, draft).survey.question_by_name["settled"].provenance
    assert provenance is not None
    assert [(one.proposal, one.why) for one in provenance.refused] == [("Ask about calm", "It asks two things.")]
    assert "remark.refused" in kinds(deployment)
    page = phone.get("/advise/end").text
    assert "Ask about calm" in page
    assert "It asks two things." in page
    assert not [cell for cell in all_cells(deployment.main) if "Zebrafinch" in cell], "only what the officer wrote"


def test_a_draft_that_somebody_changed_meanwhile_is_looked_at_again_first(deployment: Any, staff: Any, draft: str):
    officer, _, address, _ = decided(deployment, staff, draft)
    with deployment.main.writing() as session:
        session.execute(update(SurveyDraft).values(revision=5))
    sent = {"decision": "take_up", "label": "Is your home calm?", "reply": "Shorter.", "revision": "1"}
    answer = officer.post(address, sent)
    assert answer.status_code == 422
    assert "Somebody changed this draft" in answer.text
    assert 'value="5"' in answer.text
    assert the_draft(deployment, draft).survey == small_survey()
    assert officer.post(address, sent | {"revision": "5"}).status_code == 200


def test_an_outcome_is_decided_once_and_can_no_longer_be_taken_back(deployment: Any, staff: Any, draft: str):
    officer, phone, address, _ = decided(deployment, staff, draft)
    officer.post(address, {"decision": "refuse", "recorded": "Ask about calm", "reply": "No.", "revision": "1"})
    remark_id = address.rpartition("/")[2]
    phone.post(f"{QUESTION}/take-back/{remark_id}")
    assert len(remarks(deployment)) == 1
    assert "Take it back" not in phone.get(QUESTION).text


def test_votes_stay_with_the_words_they_were_for(deployment: Any, staff: Any, draft: str):
    officer, phone, address, _ = decided(deployment, staff, draft)
    phone.get(QUESTION)
    say(phone, "change_it")
    sent = {"decision": "take_up", "label": "Is your home calm?", "reply": "Shorter.", "revision": "1"}
    officer.post(address, sent)
    page = officer.get(page_of(draft)).text
    assert "(0 good, 0 not sure, 1 change it)" in page
    assert "Your vote" not in phone.get(QUESTION).text, "these are other words"


def test_one_draft_cannot_be_reached_by_anothers_address(deployment: Any, staff: Any, draft: str):
    officer, _, address, _ = decided(deployment, staff, draft)
    other = make_draft(deployment, small_survey(name="other"))
    moved = f"{page_of(other)}/remarks/{address.rpartition('/')[2]}"
    assert officer.get(moved).status_code == 404
    sent = {"decision": "refuse", "recorded": "x", "reply": "No.", "revision": "1"}
    assert officer.post(moved, sent).status_code == 409


# -- the end


def test_words_go_after_the_time_that_was_promised_and_votes_lose_their_visit(deployment: Any, staff: Any, draft: str):
    phone = come(deployment, make_link(staff("officer"), draft))
    say(phone, "good", comment=COMMENT)
    shop = Workshop(deployment.main, deployment.vault, clock=deployment.clock)
    sweep(shop)
    assert len(remarks(deployment)) == 2
    deployment.clock.forward(days=731)
    sweep(shop)
    (left,) = remarks(deployment)
    assert (left["kind"], left["author"]) == ("vote", None)
    assert not [cell for cell in all_cells(deployment.vault.database) if cell.startswith("originals")]


def test_words_of_a_draft_that_was_deleted_go_within_a_day(deployment: Any, staff: Any, draft: str):
    say(come(deployment, make_link(staff("officer"), draft)), comment=COMMENT)
    with deployment.main.writing() as session:
        session.execute(sa.delete(SurveyDraft))
    assert remarks(deployment) == []
    deployment.clock.forward(days=timedelta(days=2).days)
    sweep(Workshop(deployment.main, deployment.vault, clock=deployment.clock))
    assert not [cell for cell in all_cells(deployment.vault.database) if cell.startswith("originals")]
    assert deployment.vault.waiting() == ()
