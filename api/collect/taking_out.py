"""What somebody sent, as it is listed on their page and as they can take it with them: a file to read, and JSON."""

from __future__ import annotations

import base64
import json
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from api import asking
from api.collect import helping
from api.collect.service import Sent
from api.collect.visit import Visitor
from api.replies import PARTS, Reply
from api.vault import Vault
from survey_engine import journey
from survey_engine.definition import FILE, UNASKED, words

FORMAT, VERSION = "earshot-my-answers", 1
"""The name and the number of the JSON's shape; docs/my-answers.md describes it."""


def listed(visit: Visitor, vault: Vault, sent: Sent) -> list[dict[str, Any]]:
    """Question by question as ``components/answers.html`` shows it; ``file`` is the kind of a picture or recording."""
    survey = sent.published.survey
    now = journey.situation(survey, sent.answers, today=visit.parts.today)
    shown = []
    for question in survey.possible:
        if question.name not in sent.answers or question.kind in UNASKED:
            continue
        line = visit.listed(survey, sent.answers, now, question, sent.language, None)
        kind = vault.files.media_type(sent.response_id, question.name) if question.kind in FILE else None
        if kind:
            line["file"] = {"is_picture": kind.startswith("image/"), "url": f"/mine/file/{question.name}"}
        shown.append(line)
    if sent.helped is not None:
        shown.insert(0, helping.listed(visit, sent.helped, sent.language, None))
    return shown


def page(visit: Visitor, vault: Vault, sent: Sent, reply: Reply) -> str:
    """A page that stands alone: its style, pictures and recordings are in it, and it asks no address for anything."""
    answers = listed(visit, vault, sent)
    for line in answers:
        if "file" in line:
            line["file"]["url"] = _inside(vault, sent, line["question"].name)
    parts = visit.parts
    style = files("api.collect").joinpath("my_answers.css").read_text(encoding="utf-8")
    return parts.pages.render(
        "collect/my_answers_file.html", language=sent.language, page=parts.pages.page(language=sent.language),
        answers=answers, title=sent.published.survey.title, day=asking.day_in_words(sent.day, sent.language),
        reply=reply, style=Markup("<style>{}</style>").format(Markup(style)),  # noqa: S704  # ours, from the package
    )  # fmt: skip


def document(visit: Visitor, vault: Vault, sent: Sent, reply: Reply) -> str:
    """The same as JSON: names and values as the survey defines them, and the words a reader sees."""
    survey, language = sent.published.survey, sent.language

    def said(text: dict[str, str]) -> str:
        return words(text, language, language.partition("-")[0])[0]

    def answer(line: dict[str, Any]) -> dict[str, Any]:
        question, given = line["question"], sent.answers.get(line["question"].name)
        # Who helped is no question of the survey, and stands with the answers all the same.
        value = given.value if given is not None else sent.helped and sent.helped.by.value
        kept = {
            "question": question.name, "asked": said(question.label), "kind": question.kind.value,
            "state": line["state"], "value": value, "in_words": line["lines"],
        }  # fmt: skip
        if "file" in line:
            file = vault.files.sent(sent.response_id, question.name)
            assert file is not None, "what is listed with a file has one"
            kept |= {"value": None, "media_type": file.media_type, "base64": base64.b64encode(file.data).decode()}
        return kept

    written = {part: said(dict(reply.parts.get(part, {}))) for part in PARTS}
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "survey": {"name": survey.name, "version": sent.published.version, "title": said(survey.title)},
            "language": language,
            "sent_on": sent.day.isoformat(),
            "answers": [answer(line) for line in listed(visit, vault, sent)],
            "reply": {**written, "published_on": reply.published_on.isoformat()} if reply.published_on else None,
        },
        ensure_ascii=False,
        indent=2,
    )


def _inside(vault: Vault, sent: Sent, name: str) -> str:
    file = vault.files.sent(sent.response_id, name)
    assert file is not None, "what is listed with a file has one"
    return f"data:{file.media_type};base64,{base64.b64encode(file.data).decode()}"
