"""Codes, keys, settings and permissions, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api import permissions, security
from api.collect import receipts
from api.errors import CATALOGUE, Refused
from api.models.staff import Role
from api.permissions import Action
from api.sentences import SENTENCES
from api.settings import Environment, HelpLine, Settings
from survey_engine.answers import PROBLEM_CODES

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
    assert len((receipts.typed(typed) or "one two three").split()) == 3


def test_a_printed_code_can_be_typed_as_it_is_printed() -> None:
    code = security.new_code()
    assert security.typed_code(security.shown_code(code).lower()) == code


def test_the_receipt_words_are_many_short_and_fit_for_a_child() -> None:
    listed = receipts.receipt_words()
    assert len(listed) > 4_000
    assert len(set(listed)) == len(listed)
    assert all(4 <= len(word) <= 7 for word in listed)
    assert not {"thong", "groin", "boozy", "handgun", "hurt", "unloved", "jailer"} & set(listed)


def test_the_same_draft_always_gets_the_same_receipt_and_another_one_another() -> None:
    assert receipts.candidates("a" * 43) == receipts.candidates("a" * 43)
    assert receipts.candidates("a" * 43)[0] != receipts.candidates("b" * 43)[0]


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
