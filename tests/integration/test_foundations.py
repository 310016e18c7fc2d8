"""The floor everything stands on: jobs are not lost, the trail cannot be edited unseen, the vault keeps its door shut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from api import audit, jobs
from api.models import AuditEvent, Job
from api.vault import WrittenWords
from tests.conftest import NOW, Dsns

OFFICER = audit.Actor("11111111-1111-4111-8111-111111111111", "officer")


# -- jobs


def _enqueue(deployment: Any, *kinds: str) -> None:
    with deployment.main.writing() as session:
        for kind in kinds:
            jobs.enqueue(session, kind, {}, now=NOW)


def _claim(deployment: Any, after: timedelta = timedelta()) -> jobs.Claimed | None:
    with deployment.main.writing() as session:
        return jobs.claim(session, now=NOW + after)


def test_a_job_exists_exactly_when_its_transaction_commits(deployment: Any) -> None:
    with pytest.raises(RuntimeError), deployment.main.writing() as session:
        jobs.enqueue(session, "redact", {}, now=NOW)
        raise RuntimeError
    assert _claim(deployment) is None
    _enqueue(deployment, "redact")
    assert _claim(deployment) is not None


def test_a_job_whose_worker_died_is_claimed_again_and_the_dead_one_cannot_finish_it(deployment: Any) -> None:
    _enqueue(deployment, "redact")
    dead = _claim(deployment)
    assert dead is not None
    assert _claim(deployment) is None
    second = _claim(deployment, jobs.LEASE)
    assert second is not None
    assert second.id == dead.id
    with deployment.main.writing() as session:
        assert not jobs.finish(session, dead)
        assert jobs.finish(session, second)
    with deployment.main.reading() as session:
        assert session.execute(select(Job)).first() is None


def test_a_job_that_kills_every_worker_ends_as_failed_and_is_kept(deployment: Any) -> None:
    _enqueue(deployment, "redact")
    for attempt in range(jobs.MAXIMUM_ATTEMPTS):
        assert _claim(deployment, jobs.LEASE * attempt) is not None
    assert _claim(deployment, jobs.LEASE * 10) is None
    with deployment.main.writing() as session:
        (lost,) = jobs.abandon(session, now=NOW + jobs.LEASE * 10)
        assert lost.kind == "redact"
        assert jobs.abandon(session, now=NOW + jobs.LEASE * 10) == ()
    with deployment.main.reading() as session:
        assert session.execute(select(col(Job.state), col(Job.error))).all() == [("failed", "LeaseLost")]


def test_a_failing_job_waits_longer_each_time_and_its_fault_is_kept_by_type_only(deployment: Any) -> None:
    _enqueue(deployment, "redact")
    job = _claim(deployment)
    assert job is not None
    with deployment.main.writing() as session:
        assert not jobs.fail(session, job, "ValueError", now=NOW)
    assert _claim(deployment, timedelta(seconds=1)) is None
    assert _claim(deployment, timedelta(seconds=2)) is not None


# -- audit


def test_the_trail_is_whole_until_somebody_edits_it(deployment: Any, database_kind: str) -> None:
    with deployment.main.writing() as session:
        for number in range(3):
            audit.record(session, OFFICER, "theme.renamed", f"theme {number}", {"n": number}, now=NOW)
    with deployment.main.reading() as session:
        assert audit.verify(session) is None
    for statement in ("UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"):
        with pytest.raises(DBAPIError), deployment.main.writing() as session:
            session.execute(text(statement))
    # somebody who owns the database can switch the triggers off; the chain still tells
    with deployment.main.writing() as session:
        if database_kind == "sqlite":
            session.execute(text("DROP TRIGGER audit_events_keeps_UPDATE"))
        else:
            session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE audit_events SET actor = 'somebody else' WHERE sequence = 2"))
    with deployment.main.reading() as session:
        assert audit.verify(session) == 2


def test_what_respondents_do_is_recorded_by_the_day(deployment: Any) -> None:
    with deployment.main.writing() as session:
        audit.record(session, audit.RESPONDENT, "response.withdrawn", "wave", now=NOW + timedelta(hours=5))
    with deployment.main.reading() as session:
        at = session.execute(select(col(AuditEvent.at))).scalar_one()
    assert (at.hour, at.minute) == (0, 0)


def test_an_unknown_kind_of_event_is_a_bug(deployment: Any) -> None:
    with pytest.raises(KeyError), deployment.main.writing() as session:
        audit.record(session, OFFICER, "something.new", "", now=NOW)


# -- vault


def test_the_same_case_has_the_same_pseudonym_however_it_is_typed_and_placeholders_have_none(deployment: Any) -> None:
    vault = deployment.vault
    first = vault.link("AB 1234", ["Ottilie Grimshaw"])
    assert first == vault.link(" ab1234 ", [])
    assert vault.resolve(first) == "AB1234"
    assert [vault.link(blank, []) for blank in ("", " 0 ", "unknown")] == [None, None, None]


def test_the_vaults_file_holds_no_word_no_name_and_no_reference(deployment: Any, database_kind: str) -> None:
    deployment.vault.link("CASE-77", ["Ottilie Grimshaw"])
    deployment.vault.keep("r1", [WrittenWords("say", "en", "marmalade sandwiches")], unread_in_wave="w", now=NOW)
    with deployment.vault.database.reading() as session:
        for table in ("identities", "originals", "reading_items"):
            for row in session.execute(text(f"SELECT * FROM {table}")).all():
                flat = b" ".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
                assert not any(word in flat for word in (b"Grimshaw", b"CASE-77", b"marmalade"))
    assert deployment.vault.words("r1")[0].text == "marmalade sandwiches"


def test_a_seal_moved_to_another_row_does_not_open(deployment: Any) -> None:
    from api.keyring import Unreadable

    vault = deployment.vault
    for response in ("r1", "r2"):
        vault.keep(response, [WrittenWords("say", "en", f"words of {response}")], unread_in_wave="w", now=NOW)
    with vault.database.writing() as session:
        session.execute(
            text(
                "UPDATE originals SET words = (SELECT o.words FROM originals o WHERE o.response_id = 'r2') "
                "WHERE response_id = 'r1'"
            )
        )
    with pytest.raises(Unreadable):
        vault.words("r1")


def test_words_wait_in_the_reading_queue_from_the_moment_they_are_kept(deployment: Any) -> None:
    vault = deployment.vault
    vault.keep("r1", [WrittenWords("say", "en", "words")], unread_in_wave="w", now=NOW)
    (item,) = vault.waiting()
    assert (item.screened, item.tier, item.state) == (False, "amber", "new")
    vault.screened("r1", "say", "red", ["afraid"])
    vault.screened("r1", "say", "none", [])  # a job that runs twice must not calm anything down
    (item,) = vault.waiting()
    assert (item.screened, item.tier) == (True, "red")


def test_only_one_person_can_take_an_item_and_only_they_decide_it(deployment: Any) -> None:
    vault = deployment.vault
    vault.keep("r1", [WrittenWords("say", "en", "words")], unread_in_wave="w", now=NOW)
    (item,) = vault.waiting()
    assert vault.claim(item.id, "first")
    assert not vault.claim(item.id, "second")
    assert not vault.decide(item.id, "second", "no_concern", "", now=NOW)
    assert vault.decide(item.id, "first", "no_concern", "seen", now=NOW)
    assert vault.waiting() == ()
    assert vault.reopen(item.id)
    assert len(vault.waiting()) == 1


def test_sending_again_does_not_undo_what_a_person_decided(deployment: Any) -> None:
    vault = deployment.vault
    for _ in range(2):
        vault.keep("r1", [WrittenWords("say", "en", "words")], unread_in_wave="w", now=NOW)
        waiting = vault.waiting()
        assert len(waiting) == 1
        if not vault.waiting(decided=True):
            assert vault.claim(waiting[0].id, "first")
            assert vault.decide(waiting[0].id, "first", "passed_to_front_door", "rang", now=NOW)
    (decided,) = vault.waiting(decided=True)
    assert vault.note(decided) == "rang"


def test_names_given_by_two_people_at_once_are_all_known(deployment: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        pseudonyms = set(pool.map(lambda n: deployment.vault.link("CASE-9", [f"Name{n} Grimshaw"]), range(8)))
    (pseudonym,) = pseudonyms
    assert set(deployment.vault.known_names(pseudonym)) == {f"Name{n} Grimshaw" for n in range(8)}


def test_a_nul_in_a_form_is_no_fault(deployment: Any, staff: Any) -> None:
    from tests.people import Phone

    visitor = Phone(deployment.app)
    answer = visitor.post("/staff/sign-in", {"email": "a\x00@example.org", "password": "x\x00y"})
    assert answer.status_code in (401, 422)
    answer = staff("researcher").post("/export/request", {"wave": "x", "purpose": "a\x00" * 30})
    assert answer.status_code < 500


# -- databases


@pytest.mark.parametrize("version", ["0001", "base"])
def test_an_application_refuses_to_start_on_a_database_that_is_behind(
    make_settings: Any, dsns: Dsns, version: str
) -> None:
    from alembic import command

    from api.main import Behind, alembic_config, create_app

    command.downgrade(alembic_config("main", dsns.main), version)
    with pytest.raises(Behind, match="earshot migrate"):
        create_app(make_settings())


def test_migrations_go_up_and_down_and_up_again(dsns: Dsns) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    from api.main import alembic_config, newest_version

    for section, dsn in (("main", dsns.main), ("vault", dsns.vault)):
        config = alembic_config(section, dsn)
        assert ScriptDirectory.from_config(config).get_heads() == [newest_version(section)]
        command.downgrade(config, "base")
        command.upgrade(config, "head")
        command.check(config)
