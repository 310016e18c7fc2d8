"""Permission by an adult who may give it: who can open what, what stands, and what nobody ever learns."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from api.models import AuditEvent, Invitation, InvitationPair, PermissionEvent, Response, Wave
from api.models.columns import sa_table
from survey_engine.consent import notice_hash
from survey_engine.definition import Audience
from tests.people import PURPOSES, Pair, Phone, open_pairs, small_survey

WHY = "The children in this survey are under ten."
YES = {f"purpose_{name}": "yes" for name in PURPOSES}


def rows(deployment: Any, table: Any) -> list[Any]:
    with deployment.main.reading() as session:
        return list(session.execute(select(*sa_table(table).c)).all())


@pytest.fixture
def asking(deployment: Any, a_wave: Any) -> Any:
    """A wave that needs permission, with one sheet; ``own=True``: the adult is offered a survey for parents, too."""

    def make(count: int = 1, *, own: bool = False, **changes: Any) -> Any:
        survey = small_survey(name="theirs", title={"en": "For parents"}, audience=Audience.PARENT_CARER)
        adults = a_wave(survey=survey) if own else None
        wave = a_wave(survey=small_survey(audience=Audience.CHILD), **changes)
        sheets = open_pairs(
            deployment, wave.id, count, why=WHY, adults_wave_id=adults and adults.id, expires_on=date(2026, 12, 5)
        )
        return wave, sheets, adults

    return make


def say(phone: Phone, pair: Pair, yes: bool = True, capacity: str = "parent") -> Any:
    """Open the adult's link and say it."""
    assert phone.get(f"/s/{pair.adult.token}").url.path == "/permission", phone.page
    return phone.post("/permission", {"capacity": capacity, "permission": "yes" if yes else "no"})


def main_part(page: str) -> str:
    """A page without the token of its form and the address one comes back to from the settings."""
    return re.sub(r'name="csrf" value="[^"]*"|back=[^"]*"', "", page)


def answered(child: Phone) -> None:
    child.post("/agree", YES)
    child.answer("settled", "yes")
    for name in ("homes", "helpers", "say"):
        child.answer(name, action="skip")
    child.send()


# -- the way


def test_the_childs_code_opens_after_a_yes_and_the_child_still_decides(
    deployment: Any, phone: Any, asking: Any
) -> None:
    _wave, (pair,), _ = asking()
    child, adult = phone(), phone()
    before = child.get(f"/s/{pair.child.token}")
    assert before.status_code == 409
    assert "A grown-up has to say yes first" in before.text
    assert not child.client.cookies, "nothing is kept before somebody may be asked"
    page = adult.get(f"/s/{pair.adult.token}")
    assert page.url.path == "/permission"
    assert WHY in page.text
    assert "checked" not in page.text
    said = adult.post("/permission", {"capacity": "parent", "permission": "yes"})
    assert said.url.path == "/permission/said"
    assert "You said yes" in said.text
    assert child.get(f"/s/{pair.child.token}").url.path == "/agree"
    assert child.post("/agree", YES | {"purpose_take_part": "no"}).url.path == "/declined"
    assert rows(deployment, Response) == [], "a child's no stands over an adult's yes"
    child.get("/agree")
    answered(child)
    assert len(child.receipt().split()) == 3


def test_after_a_no_the_child_reads_the_very_same_page(phone: Any, asking: Any) -> None:
    _wave, (first, second, third), _ = asking(3)
    say(phone(), second, yes=False)
    adult = phone()
    say(adult, third)
    adult.get("/permission")
    adult.post("/permission", {"capacity": "parent", "permission": "no"})
    pages = [phone().get(f"/s/{pair.child.token}") for pair in (first, second, third)]
    by_code = phone()
    by_code.get("/")
    pages.append(by_code.post("/", {"code": second.child.code}))
    assert {page.status_code for page in pages} == {409}
    assert len({main_part(page.text) for page in pages}) == 1


def test_each_yes_and_no_is_an_event_bound_to_what_was_read_and_kept_without_a_name(
    deployment: Any, phone: Any, asking: Any
) -> None:
    wave, (pair,), _ = asking()
    adult = phone()
    for yes, capacity in (
        (True, "parent"),
        (True, "parent"),
        (False, "parent"),
        (False, "special_guardian"),
        (True, "authority"),
    ):
        say(adult, pair, yes, capacity)
    events = sorted(rows(deployment, PermissionEvent), key=lambda event: event.sequence)
    assert [(event.capacity, event.decision, event.sequence) for event in events] == [
        ("parent", "agreed", 1), ("parent", "withdrawn", 2), ("special_guardian", "declined", 3), ("authority", "agreed", 4),
    ]  # fmt: skip
    from api import pairs

    with deployment.main.reading() as session:
        needed = pairs.needed(session, wave.id)
    assert needed is not None
    assert {event.notice_hash for event in events} == {notice_hash(needed.notice)}
    assert {event.day for event in events} == {deployment.clock().date()}
    assert WHY in str(needed.notice)
    trail = [event for event in rows(deployment, AuditEvent) if event.kind == "permission.said"]
    assert [(event.actor, event.subject, event.details, event.at.hour, event.at.minute) for event in trail] == [
        ("respondent", wave.id, {}, 0, 0)
    ] * 4


@pytest.mark.parametrize("verb", ["UPDATE permission_events SET decision = 'agreed'", "DELETE FROM permission_events"])
def test_what_adults_said_cannot_be_changed_or_deleted_even_by_a_bug(
    deployment: Any, phone: Any, asking: Any, verb: str
) -> None:
    _wave, (pair,), _ = asking()
    say(phone(), pair, yes=False)
    with pytest.raises(DatabaseError, match="append-only"), deployment.main.writing() as session:
        session.connection().exec_driver_sql(verb)


# -- who may


def test_who_may_not_give_permission_is_told_who_may_and_nothing_is_kept(
    deployment: Any, phone: Any, asking: Any
) -> None:
    _wave, (pair,), _ = asking()
    carer = phone()
    told = say(carer, pair, capacity="other")
    assert told.url.path == "/permission/who-may"
    assert "special guardian" in told.text
    assert rows(deployment, PermissionEvent) == []
    assert phone().get(f"/s/{pair.child.token}").status_code == 409


@pytest.mark.parametrize(
    "form",
    [{}, {"capacity": "parent"}, {"permission": "yes"}, {"capacity": "aunt", "permission": "yes"},
     {"capacity": ["parent", "authority"], "permission": "yes"}, {"capacity": "parent", "permission": ["yes", "no"]},
     {"capacity": "parent", "permission": "YES"}, {"capacity": "other\x00", "permission": "yes"}],
)  # fmt: skip
def test_a_form_that_leaves_something_open_is_never_a_yes(deployment: Any, phone: Any, asking: Any, form: Any) -> None:
    _wave, (pair,), _ = asking()
    adult = phone()
    adult.get(f"/s/{pair.adult.token}")
    answer = adult.post("/permission", form)
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert rows(deployment, PermissionEvent) == []


def test_a_form_without_its_token_or_of_another_phone_says_nothing(deployment: Any, phone: Any, asking: Any) -> None:
    _wave, (pair, other), _ = asking(2)
    adult, stranger = phone(), phone()
    adult.get(f"/s/{pair.adult.token}")
    form = {"capacity": "parent", "permission": "yes"}
    assert adult.post("/permission", form, csrf=None).status_code == 403
    stranger.get(f"/s/{other.adult.token}")
    stranger.client.cookies.set("earshot_adult", adult.client.cookies["earshot_adult"], domain="testserver.local")
    assert stranger.post("/permission", form).status_code == 403
    assert rows(deployment, PermissionEvent) == []


# -- one half does not open the other


@pytest.mark.parametrize("path", ["/agree", "/q/settled", "/check", "/done", "/mine", "/with", "/back"])
def test_the_adults_half_opens_no_page_of_a_child(phone: Any, asking: Any, path: str) -> None:
    _wave, (pair,), _ = asking()
    adult = phone()
    say(adult, pair)
    answer = adult.get(path)
    assert answer.status_code == 409 or answer.url.path == "/", "there is no place of a child to be at"
    assert "Do you feel settled?" not in adult.page


def test_the_childs_half_opens_no_page_of_the_adult(deployment: Any, phone: Any, asking: Any) -> None:
    _wave, (pair,), _ = asking()
    say(phone(), pair)
    child = phone()
    child.get(f"/s/{pair.child.token}")
    for path in ("/permission", "/permission/said", "/permission/who-may", "/permission/questions"):
        assert child.get(path).status_code == 409, path
    for cookie in (child.client.cookies["earshot"], child.client.cookies["earshot"].replace("i.", "a.", 1)):
        child.client.cookies.set("earshot_adult", cookie, domain="testserver.local")
        assert child.get("/permission").status_code == 409, "a sealed way in is good for one thing only"


def test_on_one_phone_neither_finds_what_the_other_had_open(phone: Any, asking: Any) -> None:
    _wave, (pair,), _ = asking()
    shared = phone()
    say(shared, pair)
    assert shared.get(f"/s/{pair.child.token}").url.path == "/agree"
    assert shared.get("/permission").status_code == 409, "a child cannot say yes in the adult's place"
    shared.get("/agree")
    answered(shared)
    words = shared.receipt()
    shared.get("/receipt")
    shared.post("/receipt", {"words": words})
    assert shared.get("/mine").status_code == 200
    shared.get(f"/s/{pair.adult.token}")
    assert set(shared.client.cookies) == {"earshot_adult"}
    for path in ("/done", "/check", "/mine", "/q/settled"):
        assert words not in shared.get(path).text, path
        assert "Do you feel settled?" not in shared.page


# -- nobody learns whether the child answered


def test_the_adults_pages_and_the_officers_are_the_same_whatever_the_child_did(
    deployment: Any, phone: Any, staff: Any, asking: Any
) -> None:
    wave, (pair,), _ = asking()
    adult, officer = phone(), staff("officer")
    say(adult, pair)
    address = f"/manage/waves/{wave.id}/invitations"

    def seen() -> list[str]:
        pages = [adult.get(path).text for path in ("/permission", "/permission/said", "/permission/questions")]
        return [main_part(page) for page in (*pages, officer.get(address).text)]

    before = seen()
    child = phone()
    child.get(f"/s/{pair.child.token}")
    child.post("/agree", YES)
    assert seen() == before, "while the child answers"
    child.get("/agree")
    answered_by = phone()
    answered_by.get(f"/s/{pair.child.token}")
    answered(answered_by)
    assert seen() == before, "after the child has sent"
    again = phone().get(f"/s/{pair.child.token}")
    assert again.url.path == "/agree", "the child's code does not tell either: it is never used up"


def test_a_wrong_code_looks_the_same_and_is_counted_whichever_half_was_meant(
    deployment: Any, phone: Any, asking: Any
) -> None:
    from api import security

    _wave, (pair,), _ = asking()
    deployment.joined.attempts._per_minute = type(deployment.joined.attempts._per_minute)(4)
    stranger = phone()
    stranger.get("/")
    wrong = {stranger.post("/", {"code": security.new_code()}).text for _ in range(4)}
    assert len(wrong) == 1
    assert stranger.post("/", {"code": pair.adult.code}).status_code == 429, "no try goes through beside the brake"
    deployment.joined.attempts._per_minute = type(deployment.joined.attempts._per_minute)(1000)
    adult = phone()
    adult.get("/")
    assert adult.post("/", {"code": pair.adult.code.lower()}).url.path == "/permission"


# -- a change of mind


def test_taking_permission_back_closes_a_draft_and_leaves_what_was_sent(
    deployment: Any, phone: Any, asking: Any
) -> None:
    _wave, (pair,), _ = asking()
    adult, child, sender = phone(), phone(), phone()
    say(adult, pair)
    sender.get(f"/s/{pair.child.token}")
    answered(sender)
    words = sender.receipt()
    child.get(f"/s/{pair.child.token}")
    child.post("/agree", YES)
    child.answer("settled", "no")
    assert "before stay" in say(adult, pair, yes=False).text
    for path in ("/q/settled", "/check", "/with", "/later"):
        page = child.get(path)
        assert page.status_code == 409, path
        assert "You cannot go on right now" in page.text
    child.get("/agree")
    assert child.post("/send").status_code in (403, 409)
    assert {row.state for row in rows(deployment, Response)} == {"draft", "submitted"}
    reader = phone()
    reader.get("/receipt")
    assert reader.post("/receipt", {"words": words}).url.path == "/mine", "what was sent stays the child's"
    say(adult, pair)
    assert child.get("/q/why_not").status_code == 200, "with a yes again, nothing was lost"


def test_a_child_can_delete_what_waits_while_permission_is_taken_back(deployment: Any, phone: Any, asking: Any) -> None:
    _wave, (pair,), _ = asking()
    adult, child = phone(), phone()
    say(adult, pair)
    child.get(f"/s/{pair.child.token}")
    child.post("/agree", YES)
    say(adult, pair, yes=False)
    assert child.get("/later/delete").status_code == 200
    assert child.post("/later/delete").url.path == "/deleted"
    (row,) = rows(deployment, Response)
    assert (row.state, row.draft_answers) == ("expired", None)


def test_sending_waits_for_no_hole_between_the_look_and_the_send(deployment: Any, phone: Any, asking: Any) -> None:
    _wave, (pair,), _ = asking()
    adult, child = phone(), phone()
    say(adult, pair)
    child.get(f"/s/{pair.child.token}")
    child.post("/agree", YES)
    child.answer("settled", "yes")
    for name in ("homes", "helpers", "say"):
        child.answer(name, action="skip")
    child.get("/check")
    say(adult, pair, yes=False)
    assert child.post("/send").status_code == 409
    assert [row.state for row in rows(deployment, Response)] == ["draft"]


def test_what_waited_on_a_phone_is_not_taken_in_after_permission_was_taken_back(phone: Any, asking: Any) -> None:
    _wave, (pair,), _ = asking()
    adult, child = phone(), phone()
    say(adult, pair)
    child.get(f"/s/{pair.child.token}")
    child.post("/agree", YES)
    leave = child.client.get("/offline/answers").json()
    say(adult, pair, yes=False)
    away = phone()
    answer = away.client.post(
        "/q/settled", data={"csrf": leave["csrf"], "answer": "yes", "action": "next"},
        headers={"idempotency-key": "k" * 20, "earshot-waiting": leave["token"]},
    )  # fmt: skip
    assert answer.status_code == 409
    assert "location" not in answer.headers


# -- waves


def test_a_closed_wave_tells_the_adult_so_and_takes_no_decision(deployment: Any, phone: Any, asking: Any) -> None:
    wave, (pair,), _ = asking()
    adult = phone()
    adult.get(f"/s/{pair.adult.token}")
    with deployment.main.writing() as session:
        session.execute(update(Wave).where(sa_table(Wave).c.id == wave.id).values(state="closed"))
    assert adult.post("/permission", {"capacity": "parent", "permission": "yes"}).status_code == 410
    assert phone().get(f"/s/{pair.adult.token}").status_code == 410
    assert phone().get(f"/s/{pair.child.token}").status_code == 410
    assert rows(deployment, PermissionEvent) == []


def test_an_adult_can_say_yes_before_the_first_day_and_change_it_after_the_childs_half_ran_out(
    deployment: Any, phone: Any, asking: Any
) -> None:
    later = deployment.clock().date() + timedelta(days=3)
    _wave, (pair,), _ = asking(opens_on=later)
    assert phone().get(f"/s/{pair.child.token}").status_code == 409
    assert "You said yes" in say(phone(), pair).text
    deployment.clock.forward(days=3)
    assert phone().get(f"/s/{pair.child.token}").url.path == "/agree"
    deployment.clock.forward(days=12)
    assert phone().get(f"/s/{pair.child.token}").status_code == 410
    assert "You said no" in say(phone(), pair, yes=False).text


def test_a_wave_without_the_mark_is_as_before(phone: Any, a_wave: Any) -> None:
    wave = a_wave(survey=small_survey(audience=Audience.CHILD))
    assert phone().get(f"/s/{wave.token}").url.path == "/agree"


def test_an_invitation_without_a_pair_opens_nothing_where_permission_is_needed(phone: Any, asking: Any) -> None:
    wave, _pairs, _ = asking()
    assert phone().get(f"/s/{wave.token}").status_code == 409


# -- the adult's own survey


def test_the_adult_is_offered_a_survey_of_their_own_with_its_own_agreement(
    deployment: Any, phone: Any, asking: Any
) -> None:
    _wave, (pair,), adults = asking(own=True)
    adult = phone()
    for yes in (True, False):
        say(adult, pair, yes)
        assert "See the questions for me" in adult.page
    assert adult.post("/permission/own").url.path == "/agree"
    assert "For parents" in adult.page
    adult.post("/agree", YES)
    adult.get(f"/s/{pair.adult.token}")
    adult.get("/permission/said")
    assert adult.post("/permission/own").url.path == "/back", "what they began for themselves is still there"
    adult.answer("settled", "yes")
    for name in ("homes", "helpers", "say"):
        adult.answer(name, action="skip")
    adult.send()
    assert len(adult.receipt().split()) == 3
    (sent,) = rows(deployment, Response)
    assert (sent.wave_id, sent.invitation_id) == (adults.id, None)
    other = phone()
    say(other, pair)
    assert "See the questions for me" not in other.page, "each adult answers once"
    other.get("/permission")
    assert other.post("/permission/own").status_code == 410


def test_where_no_survey_was_chosen_none_is_offered(phone: Any, asking: Any) -> None:
    _wave, (pair,), _ = asking()
    adult = phone()
    assert "See the questions for me" not in say(adult, pair).text
    adult.get("/permission")
    assert adult.post("/permission/own").status_code == 404


def test_no_row_joins_a_childs_answers_to_an_adults_not_even_while_they_answer(
    deployment: Any, phone: Any, asking: Any
) -> None:
    _wave, sheets, adults = asking(4, own=True)
    for pair in sheets:
        adult, child = phone(), phone()
        say(adult, pair)
        adult.post("/permission/own")
        adult.post("/agree", YES)
        child.get(f"/s/{pair.child.token}")
        child.post("/agree", YES)
    invitations = {row.id: row for row in rows(deployment, Invitation)}
    paired = {row.child_id for row in rows(deployment, InvitationPair)} | {
        row.adult_id for row in rows(deployment, InvitationPair)
    }
    drafts = rows(deployment, Response)
    of_adults = {row.invitation_id for row in drafts if row.wave_id == adults.id}
    assert len(of_adults) == 4
    assert not of_adults & paired, "the way into the adult's own survey is in no pair"
    for of_adult in of_adults:
        shared = {
            column for column in ("token_hash", "code_hash")
            for other in invitations.values()
            if other.id != of_adult and getattr(other, column) == getattr(invitations[of_adult], column)
        }  # fmt: skip
        assert not shared
    if "sqlite" in deployment.dsns.main:
        with deployment.main.reading() as session:
            batch = [
                row[0] for row in session.connection().exec_driver_sql("SELECT id FROM invitations ORDER BY rowid")
            ]
        made = [one for one in batch if one in paired | of_adults]
        assert made == sorted(made), "nor does the order in which they were written"


# -- officers


def publish_form(page: str, **changes: str) -> dict[str, str]:
    definition = re.search(r'<textarea name="definition"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert definition
    import html

    return {
        "definition": html.unescape(definition[1]), "label": "Spring", "opens_on": "2026-11-22", "closes_on": "2026-12-18",
        "permission": "yes", "why": WHY, "adults_wave": "",
    } | changes  # fmt: skip


def test_an_officer_marks_a_wave_and_makes_sheets_in_two_halves(
    deployment: Any, staff: Any, phone: Any, a_wave: Any
) -> None:
    officer = staff("officer")
    adults = a_wave(survey=small_survey(name="theirs", title={"en": "For parents"}, audience=Audience.PARENT_CARER))
    page = officer.get("/design/library/my-week-and-my-people").text
    assert "For parents – 2026" in page
    officer.post("/design/import/publish", publish_form(page, adults_wave=adults.id))
    assert "An adult says yes first" in officer.page
    (wave,) = [row for row in rows(deployment, Wave) if row.needs_permission]
    address = f"/manage/waves/{wave.id}/invitations"
    assert WHY in officer.get(address).text
    assert "For parents" in officer.page
    made = officer.post(address, {"count": "3", "expires_on": "2026-12-01", "kind": "open"}).text
    assert made.count("For the child or young person") == made.count("For the person who may say yes") == 3
    tokens = re.findall(r'href="http://testserver/s/([^"]+)"', made)
    assert len(set(tokens)) == 6
    assert phone().get(f"/s/{tokens[0]}").status_code == 409
    adult = phone()
    adult.get(f"/s/{tokens[1]}")
    assert adult.post("/permission", {"capacity": "parent", "permission": "yes"}).status_code == 200
    assert phone().get(f"/s/{tokens[0]}").url.path == "/agree"
    kept = str(rows(deployment, Invitation)) + str(rows(deployment, InvitationPair)) + str(rows(deployment, AuditEvent))
    assert not any(token in kept or token in officer.get(address).text for token in tokens)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"why": "  "}, "Say in one sentence"), ({"why": "x" * 301}, "Say in one sentence"),
     ({"adults_wave": "11111111-1111-4111-8111-111111111111"}, "Choose one of the surveys"), ({"adults_wave": "'"}, "Choose one of")],
)  # fmt: skip
def test_a_mark_without_its_reason_or_with_an_unknown_survey_opens_no_wave(
    deployment: Any, staff: Any, changes: dict[str, str], sentence: str
) -> None:
    officer = staff("officer")
    page = officer.get("/design/library/my-week-and-my-people").text
    answer = officer.post("/design/import/publish", publish_form(page, **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert rows(deployment, Wave) == []


def test_nobody_needs_permission_to_answer_for_themselves(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    surveys = re.findall(r'href="(/design/library/[^"]+)"', officer.get("/design").text)
    for address in surveys:
        page = officer.get(address).text
        if 'name="permission"' not in page and 'name="definition"' in page:
            answer = officer.post("/design/import/publish", publish_form(page))
            assert answer.status_code == 422, address
    assert rows(deployment, Wave) == []


def test_a_tablet_and_paper_are_not_offered_where_permission_is_needed(staff: Any, asking: Any) -> None:
    wave, _pairs, _ = asking()
    officer = staff("officer")
    page = officer.get(f"/manage/waves/{wave.id}/invitations").text
    assert "not offered here" in page
    assert "/kiosks" not in page
    assert officer.get(f"/manage/waves/{wave.id}/kiosks").status_code == 404
    assert officer.post(f"/manage/waves/{wave.id}/kiosks", {"label": "Hub", "pin": "4711"}).status_code == 404
    assert officer.get(f"/manage/waves/{wave.id}/paper").status_code == 404
    assert officer.post(f"/type-in/{wave.id}").status_code == 404


@pytest.mark.parametrize(("yes", "no", "waiting"), [(4, 0, 0), (12, 0, 0), (11, 1, 2), (0, 0, 14)])
def test_officers_see_no_count_that_tells_what_the_adult_of_one_child_said(
    phone: Any, staff: Any, asking: Any, yes: int, no: int, waiting: int
) -> None:
    wave, sheets, _ = asking(yes + no + waiting)
    for number, pair in enumerate(sheets[: yes + no]):
        say(phone(), pair, yes=number < yes)
    page = staff("officer").get(f"/manage/waves/{wave.id}/invitations").text
    shown = dict(re.findall(r"<dt>(Adults who said yes|Adults who said no|Not said yet)</dt><dd>(.*?)</dd>", page))
    assert len(shown) == 3
    numbers = {name: int(cell) for name, cell in shown.items() if cell.isdigit()}
    assert not numbers, "each of these could be worked out from the number of sheets"


def test_officers_see_large_counts(phone: Any, staff: Any, asking: Any) -> None:
    wave, sheets, _ = asking(33)
    for number, pair in enumerate(sheets[:22]):
        say(phone(), pair, yes=number < 11)
    page = staff("officer").get(f"/manage/waves/{wave.id}/invitations").text
    assert re.findall(r"<dd>(\d+)</dd>", page)[-4:] == ["33", "11", "11", "11"]


def test_two_presses_at_once_are_one_event(deployment: Any, phone: Any, asking: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    _wave, (pair,), _ = asking()
    adult = phone()
    adult.get(f"/s/{pair.adult.token}")
    token = re.search(r'name="csrf" value="([^"]*)"', adult.page)
    assert token
    form = {"csrf": token[1], "capacity": "parent", "permission": "yes"}

    def press(_: int) -> int:
        other = Phone(deployment.app)
        other.client.cookies.set("earshot_adult", adult.client.cookies["earshot_adult"], domain="testserver.local")
        return int(other.client.post("/permission", data=form, follow_redirects=False).status_code)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(8))) == {303}
    assert [(event.decision, event.sequence) for event in rows(deployment, PermissionEvent)] == [("agreed", 1)]
