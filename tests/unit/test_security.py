"""Codes, keys, settings and permissions, without a database."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits.errors import StorageError
from pydantic import ValidationError

from api import logs, permissions, security
from api.collect import receipts
from api.errors import CATALOGUE, Refused
from api.keyring import Keyring
from api.permissions import Action
from api.roles import Role
from api.sentences import SENTENCES
from api.settings import Environment, HelpLine, Settings
from survey_engine.answers import PROBLEM_CODES

FORMER = ("clear varying ethics", "sliver seduce driving")
BODIES = st.text(alphabet=security.CODE_ALPHABET, min_size=8, max_size=8)


@given(BODIES, st.integers(0, 8), st.sampled_from(security.CODE_ALPHABET))
def test_a_single_slip_in_a_code_is_always_noticed(body: str, place: int, letter: str) -> None:
    code = body + security._check_character(body)
    slipped = code[:place] + letter + code[place + 1 :]
    assert (security.typed_code(slipped) is None) == (slipped != code)


@given(BODIES, st.integers(0, 7))
def test_two_swapped_neighbours_in_a_code_are_always_noticed(body: str, place: int) -> None:
    code = body + security._check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (security.typed_code(swapped) is None) == (swapped != code)


@given(st.text(max_size=60))
def test_whatever_is_typed_as_a_code_is_read_or_refused(typed: str) -> None:
    assert security.typed_code(typed) is None or len(typed) >= security.CODE_LENGTH
    assert all(len(code.split()) == 3 for code in receipts.typed(typed))


def test_a_printed_code_can_be_typed_as_it_is_printed() -> None:
    code = security.new_code()
    assert security.typed_code(security.shown_code(code).lower()) == code


def test_the_same_draft_always_gets_the_same_receipt_and_another_one_another() -> None:
    assert receipts.candidates("a" * 43) == receipts.candidates("a" * 43)
    assert receipts.candidates("a" * 43)[0] != receipts.candidates("b" * 43)[0]


def test_codes_given_out_before_todays_list_are_still_worked_out_the_same() -> None:
    # Written down when they were made: a change here would break receipts children hold.
    assert receipts.former("a" * 43)[:2] == FORMER


# -- too many tries


def _attempts(per_minute: int = 1000, storage: str = "memory://") -> security.Attempts:
    return security.Attempts(Keyring(b"k" * 32), per_minute, storage)


def test_slow_guessing_from_one_address_ends_after_sixty_a_day_and_others_go_on() -> None:
    attempts = _attempts()
    for _ in range(security.WRONG_A_DAY):
        assert attempts.refused("code", "192.0.2.1") is None
        attempts.missed("code", "192.0.2.1")
    assert attempts.refused("code", "192.0.2.1") == "too_many_tries_today"
    assert attempts.refused("code", "192.0.2.2") is None
    assert attempts.allowed("sign-in", "192.0.2.1")


def test_many_addresses_together_guess_no_faster_than_the_brake_lets_them() -> None:
    attempts = _attempts()
    for number in range(security.WRONG_AN_HOUR_BY_ALL):
        assert attempts.allowed("receipt", f"198.51.100.{number}")
        attempts.missed("receipt", f"198.51.100.{number}")
    assert attempts.refused("receipt", "203.0.113.9") == "words_are_resting"
    assert attempts.allowed("code", "203.0.113.9"), "answering itself never waits for the brake"


def test_one_household_has_one_address_however_many_it_has() -> None:
    attempts = _attempts(per_minute=2)
    attempts.missed("receipt", "2001:db8:0:1::1")
    attempts.missed("receipt", "2001:db8:0:1:ffff::2")
    assert not attempts.allowed("receipt", "2001:db8:0:1::3")
    assert attempts.allowed("receipt", "2001:db8:0:2::1")


def test_a_storage_that_is_down_neither_locks_out_nor_opens_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> bool:
        raise StorageError(ConnectionError("somewhere"))

    written = io.StringIO()
    logs.configure("error", written)
    attempts = _attempts(per_minute=3)
    monkeypatch.setattr(attempts._limiter, "test", gone)
    monkeypatch.setattr(attempts._limiter, "hit", gone)
    for _ in range(3):
        assert attempts.allowed("receipt", "192.0.2.1")
        attempts.missed("receipt", "192.0.2.1")
    assert not attempts.allowed("receipt", "192.0.2.1")
    assert '"attempts_storage"' in written.getvalue()
    assert "somewhere" not in written.getvalue()


@pytest.mark.parametrize(
    "storage", ["redis://secret@nowhere:1", "async+memory://", "carrier-pigeon://", "memcached://x"]
)
def test_a_storage_that_cannot_be_used_stops_the_start_without_telling_its_password(storage: str) -> None:
    with pytest.raises(ValueError, match="EARSHOT_RATE_LIMIT_STORAGE") as fault:
        _attempts(storage=storage)
    assert "secret" not in str(fault.value)


# -- settings


def _production(**changes: object) -> Settings:
    values: dict[str, object] = {
        "environment": Environment.PRODUCTION,
        "root_key": "q9XvT2mLr8KzB4nWc6JdHs1YpFg3EaUo",
        "base_url": "https://voice.example.org",
        "help_lines": (HelpLine(name="Front door", number="01632 960001"),),
    }
    return Settings(**(values | changes))  # type: ignore[arg-type]  # wrong types are what these tests try


def test_production_starts_with_real_settings() -> None:
    assert _production().key()


@pytest.mark.parametrize(
    "wrong",
    [
        {"root_key": ""},
        {"root_key": "short"},
        {"root_key": "change-me-" * 5},
        {"root_key": "my-secret-placeholder-key-for-the-demo"},
        {"base_url": "http://voice.example.org"},
        {"help_lines": ()},
        {"vault_url": "sqlite:///a.db", "database_url": "sqlite:///a.db"},
    ],
)
def test_production_refuses_placeholders_and_shortcuts(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _production(**wrong)


# -- tables that must be complete


def test_every_role_and_every_action_is_decided_and_nobody_decides_alone() -> None:
    assert set(permissions.ALLOWED) == set(Role)
    granted = frozenset().union(*permissions.ALLOWED.values())
    assert granted == set(Action)
    for role in Role:
        allowed = permissions.ALLOWED[role]
        assert not {Action.REQUEST_RELEASE, Action.DECIDE_RELEASE} <= allowed, role
    with pytest.raises(Refused):
        permissions.check_second_person("same", "same")


def test_only_safeguarding_reads_original_words() -> None:
    assert [role for role in Role if permissions.may(role, Action.READ_QUEUE)] == [Role.SAFEGUARDING]


def test_every_problem_with_an_answer_has_a_sentence() -> None:
    assert set(SENTENCES) - {"required_here"} == set(PROBLEM_CODES)


def test_every_refusal_says_what_to_do_next() -> None:
    for kind in CATALOGUE.values():
        assert kind.sentence.endswith(".")
        assert 400 <= kind.status < 600
        assert bool(kind.next_url) == bool(kind.next_label)
