"""Withdrawal reaches what was made of the words: a theme's name must not outlive the people who carried it."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from api import intake
from api.models import Answer, Theme, ThemeAssignment, ThemeRun
from api.models.columns import new_id
from tests.people import respond


def test_a_word_that_too_few_people_still_use_leaves_the_themes_name(deployment: Any, phone: Any, a_wave: Any) -> None:
    wave = a_wave()
    codes = [respond(phone(), wave, say=f"my hamster and the garden, number {number}") for number in range(5)]
    codes += [respond(phone(), wave, say=f"only the garden, number {number}") for number in range(3)]
    run_id, theme_id = new_id(), new_id()
    with deployment.main.writing() as session:
        ids = session.execute(select(col(Answer.id)).where(col(Answer.question) == "say")).scalars().all()
        session.execute(
            insert(ThemeRun).values(
                id=run_id, wave_id=wave.id, state="done", requested_at=deployment.clock(), documents=8, people=8,
                config={}, versions={}, stages=[], message="",
            )
        )  # fmt: skip
        session.execute(
            insert(Theme).values(
                id=theme_id, run_id=run_id, number=0, label="Garden, hamster", suggested_label="Garden, hamster",
                keywords=["garden", "hamster"], state="suggested",
            )
        )  # fmt: skip
        for rank, answer_id in enumerate(ids):
            session.execute(
                insert(ThemeAssignment).values(
                    run_id=run_id, answer_id=answer_id, theme_id=theme_id, confidence=1.0, rank=rank
                )
            )
    deployment.work()
    with deployment.main.writing() as session:  # whatever the redaction made of them, these texts count as safe here
        session.execute(
            update(Answer)
            .where(col(Answer.question) == "say", col(Answer.redaction) == "needs_reading")
            .values(redaction="done")
        )
    back = phone()
    back.get("/receipt")
    back.post("/receipt", {"words": codes[0]})
    back.get("/mine/delete")
    back.post("/mine/delete")
    with deployment.main.reading() as session:
        theme = session.execute(select(col(Theme.label), col(Theme.suggested_label), col(Theme.keywords))).one()
    assert tuple(theme) == ("Garden", "Garden", ["garden"])


def test_words_are_looked_for_whole_and_every_text_once() -> None:
    said = [
        ("a", "p1", "The BUS-stop"),
        ("a", "p2", "busy buses"),
        ("b", "p3", "the children's bus"),
        ("b", "p4", "children s"),
    ]
    found = intake._users({"bus", "children's", "café"}, said)
    assert found == {"bus": {("a", "p1"), ("b", "p3")}, "children's": {("b", "p3")}, "café": set()}


def test_a_withdrawal_from_ten_thousand_answers_takes_no_time_worth_mentioning() -> None:
    words = {f"word{number}" for number in range(1000)}
    said = [("a", str(number), f"i said word{number % 1000} and word{number % 77} again") for number in range(10_000)]
    started = time.process_time()
    assert len(intake._users(words, said)["word5"]) > 100
    assert time.process_time() - started < 2
