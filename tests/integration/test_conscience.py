"""What must hold for everything there is: no door without a guard, no form without its token, agreement in one place."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import insert, select
from sqlmodel import SQLModel

from api import agreements, main, wiring
from api.models import AgreementEvent, Response
from api.models.columns import new_id, sa_table
from api.vault.tables import vault_registry
from survey_engine import consent
from survey_engine.consent import Decision, Purpose
from tests.people import Phone

ANYONE = {
    "/", "/s/{token}", "/agree", "/declined", "/q/{name}", "/sw.js", "/offline/answers", "/offline/pages", "/upload/{name}", "/check",
    "/send", "/done", "/receipt", "/mine",
    "/mine/delete", "/mine/file/{name}", "/mine/my-answers.html", "/mine/my-answers.json", "/later", "/later/delete", "/back",
    "/receipt/here", "/changed/{wave_id}", "/deleted", "/leave", "/finished", "/contact", "/contact/sent", "/who",
    "/media/{sha256}", "/advise", "/advise/{token}",
    "/advise/end", "/advise/q/{item}", "/advise/q/{item}/take-back/{remark_id}", "/start-again", "/with", "/helping",
    "/kiosk", "/kiosk/open/{token}", "/kiosk/close", "/staff/sign-in", "/staff/link/{token}",
    "/settings", "/brand/{name}", "/permission", "/permission/said", "/permission/who-may", "/permission/questions",
    "/permission/own",
}  # fmt: skip
"""Open to anyone on purpose; every other address needs somebody who is signed in."""


def _routes() -> list[APIRoute]:
    return [route for router in main.ROUTERS for route in _of(router)]


def _of(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):  # a router joined to another
            yield from _of(inner)


def _asked(dependant: Dependant) -> set[Any]:
    found = {dependant.call}
    for inner in dependant.dependencies:
        found |= _asked(inner)
    return found


def test_every_address_is_known_to_be_open_or_has_a_guard() -> None:
    routes = _routes()
    assert len(routes) > 60, "this test has to see the routes it speaks of"
    unguarded = {route.path for route in routes if wiring.signed_in not in _asked(route.dependant)}
    assert unguarded == ANYONE


def test_every_form_of_staff_carries_the_sessions_token() -> None:
    posting = [route for route in _routes() if "POST" in (route.methods or ()) and route.path not in ANYONE]
    assert len(posting) > 25
    for route in posting:
        assert {wiring.staff_form, wiring.staff_upload} & _asked(route.dependant), route.path


def _filled(path: str) -> str:
    import re

    return re.sub(r"\{[^}]*\}", "11111111-1111-4111-8111-111111111111", path)


def test_nobody_who_is_not_signed_in_gets_anything_from_any_staff_address(deployment: Any) -> None:
    visitor = Phone(deployment.app)
    for route in _routes():
        if route.path in ANYONE:
            continue
        for method in (route.methods or set()) & {"GET", "POST"}:
            answer = visitor.client.request(method, _filled(route.path), follow_redirects=False)
            assert answer.status_code == 401, (method, route.path)


@pytest.mark.parametrize("role", ["practitioner", "officer", "researcher", "safeguarding", "administrator"])
def test_no_staff_address_faults_for_any_role_whatever_it_is_asked_for(staff: Any, role: str) -> None:
    person = staff(role)
    for route in _routes():
        if route.path in ANYONE | {"/staff/sign-out"}:
            continue
        for method in (route.methods or set()) & {"GET", "POST"}:
            data = {"csrf": person.csrf} if method == "POST" else None
            answer = person.client.request(method, _filled(route.path), data=data, follow_redirects=False)
            assert answer.status_code < 500, (role, method, route.path)


def test_the_json_side_is_documented_and_asks_for_no_script_from_elsewhere(deployment: Any) -> None:
    schema = Phone(deployment.app).client.get("/api/openapi.json").json()
    assert {"/api/v1/waves", "/api/v1/waves/{wave_id}/themes", "/api/v1/measures"} <= set(schema["paths"])
    assert all(path.startswith("/api/") for path in schema["paths"])
    for path in schema["paths"].values():
        for operation in path.values():
            assert operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert Phone(deployment.app).client.get("/docs").status_code == 404


def test_a_refusal_on_the_json_side_is_json(deployment: Any) -> None:
    answer = Phone(deployment.app).client.get("/api/v1/waves")
    assert answer.status_code == 401
    assert answer.json()["code"] == "sign_in_required"


# -- agreement: the rule and the query are the same rule


def test_the_query_for_agreement_says_what_the_rule_says(deployment: Any, a_wave: Any) -> None:
    chance, wave = random.Random(7), a_wave()
    histories: dict[str, list[consent.AgreementEvent]] = {}
    with deployment.main.writing() as session:
        for _ in range(120):
            response_id = new_id()
            session.execute(
                insert(Response).values(
                    id=response_id,
                    wave_id=wave.id,
                    kind="survey",
                    state="submitted",
                    language="en",
                    day=date(2026, 5, 1),
                )
            )
            events = [
                consent.AgreementEvent(
                    purpose, chance.choice(list(Decision)), date(2026, 5, 1), "1", "h", sequence=sequence
                )
                for purpose in Purpose
                for sequence in range(1, chance.randint(0, 3) + 1)
            ]
            chance.shuffle(events)
            histories[response_id] = events
            for event in events:
                session.execute(
                    insert(AgreementEvent).values(
                        id=new_id(),
                        response_id=response_id,
                        purpose=event.purpose,
                        decision=event.decision,
                        sequence=event.sequence,
                        day=event.day,
                        notice_version="1",
                        notice_hash="h",
                        language="en",
                        told_by="self",
                    )
                )
    asked = {
        (): "analyse", (Purpose.QUOTES,): "quote", (Purpose.RESEARCH,): "share_for_research",
        (Purpose.CONTACT_AGAIN,): "contact",
    }  # fmt: skip
    with deployment.main.reading() as session:
        for purposes, permission in asked.items():
            found = set(session.execute(agreements.usable(wave.id, *purposes)).scalars())
            expected = {
                response_id
                for response_id, events in histories.items()
                if getattr(consent.permitted(events), permission)
            }
            assert found == expected, permission
            assert 0 < len(found) < len(histories)
        for response_id, events in histories.items():
            assert agreements.permitted(session, response_id) == consent.permitted(events)


# -- tables


def test_no_table_of_the_main_database_has_room_for_a_name_an_address_or_a_moment_of_answering() -> None:
    about_respondents = (
        "responses", "answers", "agreement_events", "answer_vectors", "invitations", "invitation_pairs", "permission_events",
    )  # fmt: skip
    for name in about_respondents:
        columns = SQLModel.metadata.tables[name].columns
        assert not [c.name for c in columns if str(c.type).upper().startswith(("DATETIME", "TIMESTAMP"))], name
        assert not {"name", "ip", "address", "user_agent", "email", "phone"} & {c.name for c in columns}, name


def test_the_two_databases_share_no_table() -> None:
    assert not set(SQLModel.metadata.tables) & set(vault_registry.metadata.tables)


def test_rows_about_respondents_are_kept_in_no_order_of_arrival(deployment: Any, a_wave: Any, phone: Any) -> None:
    from tests.people import respond

    wave = a_wave()
    for number in range(12):
        respond(phone(), wave, say=f"text {number}")
    with deployment.main.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            ids = [row[0] for row in session.execute(select(sa_table(Response).c.id))]
            assert ids == sorted(ids)
        states = session.execute(select(sa_table(Response).c.invitation_id, sa_table(Response).c.draft_token_hash))
        assert set(states) == {(None, None)}
