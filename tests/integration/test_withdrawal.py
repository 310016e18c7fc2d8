"""Withdrawal reaches what was made of the words: a theme's name must not outlive the people who carried it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

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
