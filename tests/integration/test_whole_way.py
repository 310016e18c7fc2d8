"""The whole way once, on both databases: 300 people answer over HTTP, themes beside measures, an export, a withdrawal."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from survey_engine.definition import Choice, Kind, Question
from tests.people import small_survey

LOOKED_AFTER = "admin/dfe_csc_outcomes/la_cla_placement_stability.csv"
RETURN = "admin/ssda903_sample"


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The real sentence model, built from the packaged weights."""
    from nlp import minilm_graph
    from nlp.embed import MiniLM

    folder = tmp_path_factory.mktemp("model")
    minilm_graph.build(folder)
    return MiniLM(folder)


def _voices(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "voices" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines][:300]


def _survey(voices: list[dict[str, Any]]) -> Any:
    asked = sorted({voice["question"] for voice in voices})
    return small_survey(
        name="voices",
        items=(
            Question(
                name="about", kind=Kind.SINGLE_CHOICE, label={"en": "What is it about?"},
                choices=tuple(Choice(name=name, label={"en": name}) for name in asked),
            ),
            Question(name="words", kind=Kind.LONG_TEXT, label={"en": "In your own words"}),
        ),
    )  # fmt: skip


def test_three_hundred_people_are_heard_from_phone_to_export(
    deployment: Any, phone: Any, staff: Any, a_wave: Any, embedder: Any, shared_data: Path
) -> None:
    voices = _voices(shared_data)
    wave = a_wave(survey=_survey(voices))
    sharing, receipts = 0, []
    for number, voice in enumerate(voices):
        child = phone()
        agrees = {"research": "no" if number % 10 >= 7 else "yes", "quotes": "no" if number % 10 >= 8 else "yes"}
        sharing += agrees["research"] == "yes"
        child.agree(wave.token, **agrees)
        child.answer("about", voice["question"])
        child.answer("words", voice["text"])
        child.send()
        receipts.append(child.receipt())
    assert len(set(receipts)) == len(voices) == 300
    deployment.work(embedder)

    officer = staff("officer")
    officer.post(f"/review/waves/{wave.id}/themes")
    deployment.work(embedder)
    files = [
        ("files", (path.name, path.read_bytes(), "text/csv"))
        for path in (shared_data / LOOKED_AFTER, *sorted((shared_data / RETURN).glob("*.csv")))
    ]
    report = officer.client.post("/metrics/import", data={"csrf": officer.csrf, "as_of": "2018-03-31"}, files=files)
    assert report.status_code == 200
    assert "la_cla_placement_stability.csv" in report.text
    page = officer.get(f"/review/waves/{wave.id}").text
    assert "300" in page
    assert page.count("Suggested by computer") >= 3
    measures = officer.get("/metrics").text
    assert "stability" in measures.lower()

    researcher, second = staff("researcher"), staff("administrator")
    asked = researcher.post("/export/request", {"wave": wave.id, "purpose": "What do children say about home?"})
    release = asked.url.path
    assert researcher.get(f"{release}/file").status_code == 409
    second.post(f"{release}/decide", {"decision": "release", "note": "looked at the small groups"})
    with zipfile.ZipFile(io.BytesIO(researcher.client.get(f"{release}/file").content)) as package:
        rows = list(csv.DictReader(io.StringIO(package.read("data.csv").decode("utf-8-sig"))))
        manifest = json.loads(package.read("manifest.json"))
    assert len(rows) == sharing == 210
    assert manifest

    # the first of them changes their mind
    back = phone()
    back.get("/receipt")
    back.post("/receipt", {"words": receipts[0]})
    back.get("/mine/delete")
    back.post("/mine/delete")
    deployment.work(embedder)
    with zipfile.ZipFile(io.BytesIO(researcher.client.get(f"{release}/file").content)) as package:
        assert package.read("data.csv").decode("utf-8-sig").count("\n") == sharing
    assert "299" in officer.get(f"/review/waves/{wave.id}").text
