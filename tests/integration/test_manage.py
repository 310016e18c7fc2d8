"""Signing in, accounts, ways into a wave, cases: refused first, then what works, then the trail."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from api import audit, security
from api.manage import service
from api.models import AuditEvent, CaseAssignment, Invitation, SignInLink, Staff, StaffSession
from api.models.columns import sa_table
from tests.people import Phone

PASSWORD = "three plain words"


@pytest.fixture
def somebody(deployment: Any) -> dict[str, str]:
    """An officer with a password and a fresh sign-in link."""
    with deployment.main.writing() as session:
        staff_id = service.add_staff(
            session, name="Jo Marl", email="Jo.Marl@Example.org ", role="officer", by=audit.COMMAND_LINE,
            now=deployment.clock(), password=PASSWORD,
        )  # fmt: skip
        assert isinstance(staff_id, str)
        link = security.make_sign_in_link(
            session, deployment.joined.keyring, staff_id, "/design", now=deployment.clock()
        )
    return {"id": staff_id, "link": f"/staff/link/{link}"}


def kinds(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        assert audit.verify(session) is None
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


def trail(deployment: Any) -> str:
    with deployment.main.reading() as session:
        return " ".join(str(event.model_dump()) for event in session.execute(select(AuditEvent)).scalars())


# -- signing in


def test_a_wrong_password_is_told_on_the_form_and_signs_nobody_in(deployment: Any, somebody: Any):
    phone = Phone(deployment.app)
    for password in ("", "wrong", PASSWORD + " ", "x" * 100_000, "\x00"):
        answer = phone.post("/staff/sign-in", {"email": "jo.marl@example.org", "password": password})
        assert answer.status_code == 401, password[:20]
        assert 'value="jo.marl@example.org"' in answer.text
        assert "earshot_staff" not in phone.client.cookies


def test_an_unknown_address_gets_the_same_page_as_a_wrong_password(deployment: Any, somebody: Any):
    pages = [
        Phone(deployment.app).post("/staff/sign-in", {"email": email, "password": "wrong"})
        for email in ("jo.marl@example.org", "no.body@example.org")
    ]
    assert pages[0].status_code == pages[1].status_code
    assert pages[0].text.replace("jo.marl", "no.body") == pages[1].text


def test_the_right_password_leads_to_the_roles_own_start(deployment: Any, somebody: Any):
    phone = Phone(deployment.app)
    answer = phone.client.post(
        "/staff/sign-in", data={"email": " JO.MARL@example.org", "password": PASSWORD}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert phone.client.get("/staff", follow_redirects=False).headers["location"] == "/review"
    assert kinds(deployment)[-1] == "staff.signed_in"


def test_too_many_tries_have_to_wait(make_settings: Any):
    from api.main import create_app
    from tests.conftest import Clock

    phone = Phone(create_app(make_settings(code_attempts_per_minute=2), clock=Clock()))
    statuses = [phone.post("/staff/sign-in", {"email": "a@b.c", "password": "x"}).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_a_post_from_another_site_cannot_sign_anybody_in(deployment: Any, somebody: Any):
    phone = Phone(deployment.app)
    form = {"email": "jo.marl@example.org", "password": PASSWORD}
    assert phone.post("/staff/sign-in", form, headers={"origin": "https://evil.example"}).status_code == 403


def test_a_sign_in_link_works_once_and_leads_where_it_says(deployment: Any, somebody: Any):
    phone = Phone(deployment.app)
    answer = phone.client.get(somebody["link"], follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/design")
    assert phone.get("/design").status_code == 200
    assert Phone(deployment.app).get(somebody["link"]).status_code == 410


def test_looking_ahead_at_a_link_does_not_use_it_up(deployment: Any, somebody: Any):
    phone = Phone(deployment.app)
    assert phone.client.head(somebody["link"]).status_code == 405
    assert phone.client.get(somebody["link"], headers={"sec-purpose": "prefetch"}).status_code == 204
    assert phone.client.get(somebody["link"], follow_redirects=False).status_code == 303


def test_a_link_that_ran_out_or_of_a_closed_account_signs_nobody_in(deployment: Any, somebody: Any):
    with deployment.main.writing() as session:
        session.execute(sa_table(Staff).update().values(active=False))
    assert Phone(deployment.app).get(somebody["link"]).status_code == 410
    deployment.clock.forward(days=3)
    assert Phone(deployment.app).get(somebody["link"]).status_code == 410


def test_signing_out_ends_the_session_everywhere_and_needs_the_own_page(deployment: Any, staff: Any):
    officer = staff("officer")
    assert officer.post("/staff/sign-out", csrf=None).status_code == 403
    token = officer.client.cookies["earshot_staff"]
    assert (
        officer.client.post("/staff/sign-out", data={"csrf": officer.csrf}, follow_redirects=False).status_code == 303
    )
    officer.client.cookies.set("earshot_staff", token)
    assert officer.get("/design").status_code == 401
    assert kinds(deployment)[-1] == "staff.signed_out"


def test_a_new_password_ends_every_other_session(deployment: Any, somebody: Any):
    first, second = Phone(deployment.app), Phone(deployment.app)
    for phone in (first, second):
        phone.post("/staff/sign-in", {"email": "jo.marl@example.org", "password": PASSWORD})
    first.get("/staff/password")
    assert first.post("/staff/password", {"password": "short", "repeated": "short"}).status_code == 422
    assert first.post("/staff/password", {"password": "a" * 12, "repeated": "b" * 12}).status_code == 422
    assert (
        first.post("/staff/password", {"password": "other plain words", "repeated": "other plain words"}).status_code
        == 200
    )
    assert first.get("/design").status_code == 200
    assert second.get("/design").status_code == 401
    with deployment.main.reading() as session:
        assert security.check_password(session, "jo.marl@example.org", "other plain words") == somebody["id"]


# -- accounts


def test_only_an_administrator_sees_and_changes_accounts(staff: Any):
    other = staff("officer")
    account = {"name": "A", "email": "a@b.c", "role": "officer"}
    for role in ("practitioner", "officer", "researcher", "safeguarding"):
        person = staff(role)
        assert person.get("/manage/staff").status_code == 403, role
        for path in ("", f"/{other.staff_id}/link", f"/{other.staff_id}/close", f"/{other.staff_id}/reopen"):
            assert person.post(f"/manage/staff{path}", account).status_code == 403, (role, path)
    assert other.get("/design").status_code == 200


def test_a_new_account_gets_a_link_that_is_shown_once_and_leads_to_a_password(deployment: Any, staff: Any):
    administrator = staff("administrator")
    answer = administrator.post(
        "/manage/staff", {"name": " Sam  Lee ", "email": "Sam@Example.org", "role": "researcher"}
    )
    link = re.search(r'value="http://testserver(/staff/link/[^"]+)"', answer.text)
    assert link
    phone = Phone(deployment.app)
    assert "New password" in phone.get(link.group(1)).text
    assert link.group(1) not in administrator.get("/manage/staff").text
    assert {"staff.added", "staff.link_made"} <= set(kinds(deployment))
    assert "Sam" not in trail(deployment)


FAULTY_ACCOUNTS: tuple[dict[str, str], ...] = (
    {},
    {"name": "", "email": "a@b.cd", "role": "officer"},
    {"name": "A", "email": "nothing", "role": "officer"},
    {"name": "A", "email": "a@b.cd", "role": "king"},
    {"name": "A" * 101, "email": "a@b.cd", "role": "officer"},
    {"name": "A", "email": "TWICE@example.org", "role": "officer"},
)


def test_a_faulty_account_is_not_made_and_what_was_typed_stays(deployment: Any, staff: Any):
    administrator = staff("administrator")
    with deployment.main.writing() as session:
        service.add_staff(
            session, name="T", email="twice@example.org", role="officer", by=audit.COMMAND_LINE, now=deployment.clock()
        )
        before = len(service.accounts(session))
    for fields in FAULTY_ACCOUNTS:
        answer = administrator.post("/manage/staff", fields)
        assert answer.status_code == 422, fields
        assert html.escape(fields.get("email", "")) in answer.text
    with deployment.main.reading() as session:
        assert len(service.accounts(session)) == before


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(deployment: Any, staff: Any):
    administrator, officer = staff("administrator"), staff("officer")
    administrator.post(f"/manage/staff/{officer.staff_id}/link")
    administrator.post(f"/manage/staff/{officer.staff_id}/close")
    assert officer.get("/design").status_code == 401
    with deployment.main.reading() as session:
        assert not session.execute(select(SignInLink)).first()
        assert not session.execute(select(StaffSession).where(col(StaffSession.staff_id) == officer.staff_id)).first()
    assert administrator.post(f"/manage/staff/{officer.staff_id}/link").status_code == 409
    assert administrator.post(f"/manage/staff/{officer.staff_id}/close").status_code == 409
    assert "Open again" in administrator.get("/manage/staff").text
    assert administrator.post(f"/manage/staff/{officer.staff_id}/reopen").status_code == 200
    assert kinds(deployment)[-2:] == ["staff.closed", "staff.reopened"]


def test_nobody_closes_their_own_account(staff: Any):
    administrator = staff("administrator")
    assert administrator.post(f"/manage/staff/{administrator.staff_id}/close").status_code == 409
    assert administrator.get("/manage/staff").status_code == 200


def test_an_unknown_account_is_told_not_a_fault(staff: Any):
    administrator = staff("administrator")
    for step in ("link", "close", "reopen"):
        assert administrator.post(f"/manage/staff/nobody/{step}").status_code == 422
        assert administrator.post(f"/manage/staff/00000000-0000-0000-0000-000000000000/{step}").status_code == 409


# -- ways into a wave

SINGLE = {"kind": "single", "count": "3", "expires_on": "2026-12-01"}


def test_only_an_officer_makes_invitations(staff: Any, a_wave: Any):
    path = f"/manage/waves/{a_wave().id}/invitations"
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        person = staff(role)
        assert person.get(path).status_code == 403, role
        assert person.post(path, SINGLE).status_code == 403, role


def test_an_invitation_opens_the_survey_by_link_and_by_code(deployment: Any, staff: Any, phone: Any, a_wave: Any):
    page = staff("officer").post(f"/manage/waves/{a_wave().id}/invitations", SINGLE | {"kind": "open"}).text
    link = re.search(r'href="http://testserver(/s/[^"]+)"', page)
    code = re.search(r">([0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3})<", page)
    assert link
    assert code
    assert phone().get(link.group(1)).status_code == 200
    assert phone().post("/", {"code": code.group(1).lower()}).status_code == 200
    assert page.count("data:image/svg+xml") == 1


def test_only_hashes_of_invitations_are_kept_and_no_page_shows_them_again(deployment: Any, staff: Any, a_wave: Any):
    officer, wave = staff("officer"), a_wave()
    path = f"/manage/waves/{wave.id}/invitations"
    page = officer.post(path, SINGLE).text
    tokens = set(re.findall(r'href="http://testserver/s/([^"]+)"', page))
    assert len(tokens) == 3
    with deployment.main.reading() as session:
        kept = str(session.execute(select(sa_table(Invitation))).all())
    assert not any(token in kept or token in trail(deployment) or token in officer.get(path).text for token in tokens)
    assert kinds(deployment)[-1] == "invitation.made"


FAULTY_WISHES = (
    {"kind": "other"}, {"count": "0"}, {"count": "201"}, {"count": "٣"}, {"count": "-1"}, {"count": "9" * 5000},
    {"expires_on": "2026-11-21"}, {"expires_on": "2026-12-19"}, {"expires_on": "soon"}, {"expires_on": "\x00"},
)  # fmt: skip


def test_a_faulty_wish_makes_no_invitation(deployment: Any, staff: Any, a_wave: Any):
    wave, officer = a_wave(), staff("officer")
    for changes in FAULTY_WISHES:
        answer = officer.post(f"/manage/waves/{wave.id}/invitations", SINGLE | changes)
        assert answer.status_code == 422, changes
    with deployment.main.reading() as session:
        assert service.invitations_made(session, wave.id) == {False: 1}


def test_a_closed_or_ended_or_unknown_wave_takes_no_invitations(staff: Any, a_wave: Any):
    officer = staff("officer")
    closed = a_wave(state="closed")
    assert officer.post(f"/manage/waves/{closed.id}/invitations", SINGLE).status_code == 409
    assert "takes no answers" in officer.get(f"/manage/waves/{closed.id}/invitations").text
    assert officer.get("/manage/waves/nothing/invitations").status_code == 404


def test_200_single_codes_are_all_different(deployment: Any, a_wave: Any):
    wave = a_wave()
    with deployment.main.writing() as session:
        made = service.make_invitations(
            session, deployment.joined.keyring, wave.id, count=200, single_use=True, expires_on=date(2026, 12, 1),
            created_by=audit.COMMAND_LINE, now=deployment.clock(),
        )  # fmt: skip
    assert len({way.token for way in made}) == len({way.code for way in made}) == 200


# -- cases

CASE = {"reference": "ML 4471", "names": "Tova Quill\r\n\r\n  Quilly \nTova Quill"}


def test_only_who_works_with_cases_links_them(staff: Any):
    for role in ("officer", "researcher", "safeguarding"):
        assert staff(role).get("/manage/cases").status_code == 403, role
        assert staff(role).post("/manage/cases", CASE).status_code == 403, role


def test_a_case_is_known_by_its_pseudonym_and_nothing_else(deployment: Any, staff: Any):
    practitioner = staff("practitioner")
    page = practitioner.post("/manage/cases", CASE).text
    with deployment.main.reading() as session:
        pseudonym = session.execute(select(col(CaseAssignment.pseudonym))).scalar_one()
    assert service.shown_pseudonym(pseudonym) in page
    assert pseudonym not in page
    assert "4471" not in page
    assert "Quill" not in page
    assert "4471" not in trail(deployment)
    assert pseudonym not in trail(deployment)
    assert deployment.vault.resolve(pseudonym) == "ML4471"
    assert deployment.vault.known_names(pseudonym) == ("Tova Quill", "Quilly")


def test_the_same_case_typed_again_is_the_same_case(deployment: Any, staff: Any):
    practitioner, colleague = staff("practitioner"), staff("practitioner")
    for person in (practitioner, practitioner, colleague):
        assert person.post("/manage/cases", CASE | {"reference": " ml4471 "}).status_code == 200
    with deployment.main.reading() as session:
        assigned = session.execute(select(col(CaseAssignment.staff_id), col(CaseAssignment.pseudonym))).all()
    assert len(assigned) == 2
    assert len({row.pseudonym for row in assigned}) == 1
    assert kinds(deployment).count("case.linked") == 2


FAULTY_CASES = (
    {"reference": ""}, {"reference": "tbc"}, {"reference": "9" * 61}, {"names": " \n "},
    {"names": "\n".join(f"name {number}" for number in range(41))}, {"names": "b" * 101},
)  # fmt: skip


def test_a_faulty_case_is_not_linked_and_what_was_typed_stays(deployment: Any, staff: Any):
    practitioner = staff("practitioner")
    for changes in FAULTY_CASES:
        answer = practitioner.post("/manage/cases", CASE | changes)
        assert answer.status_code == 422, changes
        assert (CASE | changes)["names"].split("\n")[0].strip() in answer.text
    assert deployment.vault.known_names(None) == ()


def test_a_practitioner_sees_and_removes_only_their_own_cases(deployment: Any, staff: Any):
    practitioner, colleague = staff("practitioner"), staff("practitioner")
    practitioner.post("/manage/cases", CASE)
    with deployment.main.reading() as session:
        assignment = session.execute(select(col(CaseAssignment.id))).scalar_one()
    assert "No cases yet" in colleague.get("/manage/cases").text
    assert colleague.post(f"/manage/cases/{assignment}/remove").status_code == 409
    assert practitioner.post(f"/manage/cases/{assignment}/remove").status_code == 200
    assert kinds(deployment)[-1] == "case.unlinked"


def test_an_administrator_says_whose_case_it_is(deployment: Any, staff: Any):
    administrator, practitioner, officer = staff("administrator"), staff("practitioner"), staff("officer")
    assert administrator.post("/manage/cases", CASE).status_code == 422
    assert administrator.post("/manage/cases", CASE | {"practitioner": officer.staff_id}).status_code == 422
    assert administrator.post("/manage/cases", CASE | {"practitioner": practitioner.staff_id}).status_code == 200
    assert "No cases yet" not in practitioner.get("/manage/cases").text
