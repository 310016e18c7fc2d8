"""The command line as outside programs use it: shapes, exit statuses, sentences; JSON on standard output only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NOT_YET = [
    "org add", "keys rotate", "backup x",
    "restore x", "purge --dry-run",
]  # fmt: skip


def earshot(folder: Path, *arguments: str, given: str | bytes = "", **environment: str) -> Any:
    data = given if isinstance(given, bytes) else given.encode()
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments], input=data, capture_output=True, cwd=folder, timeout=120,
        env={k: v for k, v in os.environ.items() if not k.startswith("EARSHOT_")}
        | {"EARSHOT_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        | environment,
    )  # fmt: skip


def test_commands_still_to_come_say_so(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom api.cli import app\n"
        "for line in sys.stdin.read().splitlines():\n"
        "    try:\n        app(line.split(), standalone_mode=True)\n"
        "    except SystemExit as end:\n        print(end.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="\n".join(NOT_YET), capture_output=True, text=True, timeout=120,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.stdout.split() == ["2"] * len(NOT_YET)
    assert done.stderr.count("not there yet") == len(NOT_YET)
    assert "Traceback" not in done.stderr


def test_a_survey_is_read_and_a_broken_one_refused_with_its_place(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text('"survey",,,\n,"type","name","label"\n,"text","mood","How are you?"\n', encoding="utf-8")
    done = earshot(tmp_path, "survey", "import", str(good))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["survey"]["items"][0]["name"] == "mood"
    assert result["problems"] == []
    bad = tmp_path / "bad.csv"
    bad.write_text('"survey",,,\n,"type","name","label"\n,"selfie","mood","How are you?"\n', encoding="utf-8")
    done = earshot(tmp_path, "survey", "import", str(bad))
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"][0]["row"] == 3
    assert b"row 3" in done.stderr
    png = tmp_path / "picture.xlsx"
    png.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    done = earshot(tmp_path, "survey", "import", str(png))
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


WORDS = """
survey: my-week
title: My week
audience: young_person
questions:
- {name: age, type: whole number, label: How old are you?, rule: . < 26}
- {name: job, type: text, label: What is your name?, show if: age > 15, required: yes}
"""


def test_a_survey_is_walked_checked_and_written_for_other_programs(tmp_path: Path) -> None:
    (tmp_path / "week.yaml").write_text(WORDS, encoding="utf-8")
    assert earshot(tmp_path, "survey", "import", "week.yaml", "-o", "week.json").returncode == 0
    steps = json.dumps([["/data/age", "17"], ["/data/nowhere", "x"]])
    walked = earshot(tmp_path, "survey", "walk", "week.json", "--steps", "-", given=steps)
    assert walked.returncode == 0, walked.stderr
    result = json.loads(walked.stdout)
    assert result["initial"]["/data/job"]["relevant"] is False
    assert result["after"]["/data/job"] == {
        "relevant": True, "required": True, "readonly": False, "value": "", "options": None, "violation": "required",
    }  # fmt: skip
    assert result["refused"] == ["/data/nowhere"]
    checked = json.loads(earshot(tmp_path, "survey", "check", "week.json").stdout)
    assert ("error", "asks_name", "job") in {(one["level"], one["code"], one["item"]) for one in checked}
    for form, file in (("xlsform", "week.xlsx"), ("surveyjs", "week-js.json"), ("yaml", "again.yaml")):
        written = earshot(tmp_path, "survey", "export", "week.json", "--format", form, "-o", file)
        assert written.returncode == 0, written.stderr
        back = earshot(tmp_path, "survey", "import", file)
        assert json.loads(back.stdout)["survey"]["items"][0]["name"] == "age"


@pytest.mark.parametrize("given", ["[1]", '{"a": 1}', "nonsense", '[["/data/age"]]'])
def test_steps_and_definitions_that_are_none_are_refused_in_a_sentence(tmp_path: Path, given: str) -> None:
    (tmp_path / "week.yaml").write_text(WORDS, encoding="utf-8")
    earshot(tmp_path, "survey", "import", "week.yaml", "-o", "week.json")
    (tmp_path / "given.json").write_text(given, encoding="utf-8")
    for arguments in (("walk", "week.json", "--steps", "given.json"), ("check", "given.json")):
        done = earshot(tmp_path, "survey", *arguments)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
        assert b"given.json" in done.stderr


def test_texts_are_redacted_and_screened_line_by_line(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"text": "ring me on 07700 900123", "id": 1},
        {"text": "Ottilie is kind", "known_names": ["Ottilie Grimshaw"]},
    ]
    given = "\n".join(json.dumps(line) for line in lines)
    done = earshot(tmp_path, "text", "redact", "-", given=given)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert "07700" not in first["redacted"]
    assert first["id"] == 1
    start, end, kind, confidence = first["spans"][0]
    assert (lines[0]["text"][start:end], kind) == ("07700 900123", "PHONE")
    assert 0 <= confidence <= 1
    assert "Ottilie" not in second["redacted"]
    done = earshot(tmp_path, "text", "screen", "-", given=given)
    assert [set(json.loads(line)) >= {"tier", "reasons"} for line in done.stdout.splitlines()] == [True, True]


@pytest.mark.parametrize(
    ("given", "told"),
    [(b"not json", b"line 1"), (b'{"id": 1}', b"text"), (b'{"text": "a"}\n\xff\xfe', b"line 2"), (b"[1]", b"line 1")],
)
def test_a_file_that_is_no_jsonl_is_refused_with_its_line(tmp_path: Path, given: bytes, told: bytes) -> None:
    done = earshot(tmp_path, "text", "redact", "-", given=given)
    assert done.returncode == 1
    assert told in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_table_is_made_publishable(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "home,answer,n\nfoster,yes,40\nfoster,no,3\nresidential,yes,22\nresidential,no,31\n", encoding="utf-8"
    )
    done = earshot(tmp_path, "table", "protect", "in.csv", "--count", "n", "--by", "home,answer")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["audit"]["recoverable"] == 0
    assert '"count": 3,' not in done.stdout.decode()
    done = earshot(tmp_path, "table", "protect", "in.csv", "--count", "missing", "--by", "home")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"no column 'missing'" in done.stderr
    one = earshot(tmp_path, "table", "protect", "in.csv", "--count", "n", "--by", "home", "--by", "answer")
    assert json.loads(one.stdout) == result
    (tmp_path / "wrong.json").write_text("[1]")
    done = earshot(
        tmp_path, "table", "protect", "in.csv", "--count", "n", "--by", "home,answer", "--released", "wrong.json"
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)


def test_measures_are_recognised_by_content(tmp_path: Path) -> None:
    from api.demo.measures import measure_files

    names = []
    for name, data in measure_files().items():
        (tmp_path / f"x_{name}").write_bytes(data)
        names.append(f"x_{name}")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    done = earshot(tmp_path, "metrics", "import", *names, "picture.csv")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert len(result["recognised"]) == len(names)
    assert [problem["file"] for problem in result["problems"] if problem["file"] == "picture.csv"]
    tables = [name for name in names if "ssda903" in name]
    done = earshot(tmp_path, "metrics", "compute", *tables, "--as-of", "2026-03-31")
    assert done.returncode == 0, done.stderr
    computed = {row["indicator"]: row for row in json.loads(done.stdout)}
    assert len(computed) > 5
    assert all({"numerator", "denominator", "value", "unit", "period"} <= set(row) for row in computed.values())


def test_themes_are_fitted_to_a_file(tmp_path: Path) -> None:
    from api.demo.county import county

    texts = [
        {"id": f"{number}-{reply.question}", "text": reply.values[0], "group": str(number)}
        for number, respondent in enumerate(county().respondents[:150])
        for reply in respondent.answers
        if reply.values and " " in reply.values[0]
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(text) for text in texts), encoding="utf-8")
    done = earshot(tmp_path, "themes", "fit", "in.jsonl", "-o", "run.json")
    if done.returncode == 1 and b"earshot model build" in done.stderr:
        assert earshot(tmp_path, "model", "build").returncode == 0
        done = earshot(tmp_path, "themes", "fit", "in.jsonl", "-o", "run.json")
    assert done.returncode == 0, done.stderr
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert {row["id"] for row in run["assignments"]} == {text["id"] for text in texts}
    assert all({"name", "wall_s", "cpu_s", "peak_mb"} <= set(stage) for stage in run["stages"])
    assert sum(topic["size"] for topic in run["topics"]) == sum(row["topic"] is not None for row in run["assignments"])

    frame = {"id": "f", "codes": [{"id": "school", "definition": "School and teachers."}, {"id": "home", "definition": "The house."}]}  # fmt: skip
    (tmp_path / "frame.json").write_text(json.dumps(frame), encoding="utf-8")
    done = earshot(tmp_path, "themes", "fit", "in.jsonl", "--frame", "frame.json", "-o", "framed.json")
    assert done.returncode == 0, done.stderr
    framed = json.loads((tmp_path / "framed.json").read_text(encoding="utf-8"))
    assert {"school", "home"} <= {topic["code"] for topic in framed["topics"]}
    done = earshot(tmp_path, "themes", "assign", "run.json", "in.jsonl", "-o", "placed.jsonl")
    assert done.returncode == 0, done.stderr
    placed = [json.loads(line) for line in (tmp_path / "placed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["id"] for row in placed} == {text["id"] for text in texts}
    assert earshot(tmp_path, "themes", "join", "run.json", "--themes", "3", "-o", "few.json").returncode == 0
    few = json.loads((tmp_path / "few.json").read_text(encoding="utf-8"))
    assert len(few["topics"]) == 3
    assert earshot(tmp_path, "themes", "assign", "few.json", "in.jsonl", "-o", "again.jsonl").returncode == 0
    shared = earshot(tmp_path, "themes", "share", "run.json", "--area", "North", "-o", "north.json")
    assert shared.returncode == 0, shared.stderr
    assert not [text["id"] for text in texts if text["id"] in (tmp_path / "north.json").read_text(encoding="utf-8")]
    pooled = earshot(tmp_path, "themes", "pool", "north.json", "framed.json", "-o", "pooled.json")
    assert pooled.returncode == 0, pooled.stderr
    assert json.loads((tmp_path / "pooled.json").read_text(encoding="utf-8"))["areas"] == ["North", "framed"]
    (tmp_path / "frame.json").write_text("{}", encoding="utf-8")
    for asked in (
        ("fit", "in.jsonl", "--frame", "frame.json"), ("assign", "in.jsonl", "in.jsonl"), ("join", "in.jsonl", "--themes", "2"),
        ("share", "in.jsonl"), ("pool", "north.json"), ("pool", "north.json", "north.json"), ("pool", "north.json", "frame.json"),
    ):  # fmt: skip
        done = earshot(tmp_path, "themes", *asked)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
    done = earshot(tmp_path, "themes", "fit", "in.jsonl", "--model", "nowhere")
    assert done.returncode == 1
    assert b"EARSHOT_EMBEDDING_MODEL" in done.stderr


def test_what_is_no_file_is_written_to_and_left_in_its_place(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "in.jsonl").write_text('{"text": "my dog is ace"}', encoding="utf-8")
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        done = earshot(tmp_path, "text", "redact", "in.jsonl", "-o", "pipe")
        said = reader.communicate(timeout=60)[0]
    assert done.returncode == 0, done.stderr
    assert json.loads(said)["redacted"] == "my dog is ace"
    assert pipe.is_fifo()
    refused = earshot(tmp_path, "text", "redact", "in.jsonl", "-o", str(tmp_path))
    assert (refused.returncode, b"directory" in refused.stderr) == (1, True)


def test_a_frame_is_applied_to_a_file_and_bad_input_refused(tmp_path: Path) -> None:
    frame = {"id": "f", "codes": [{"id": "pets", "definition": "Animals at home", "examples": ["my dog is ace"]},
                                  {"id": "bus", "definition": "Buses and getting about", "examples": ["the bus is late"]}]}  # fmt: skip
    (tmp_path / "frame.json").write_text(json.dumps(frame), encoding="utf-8")
    texts = [{"text": "my dog is ace", "question": "q"}, {"text": " \U0001f642 "}]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(text) for text in texts), encoding="utf-8")
    labelled = [{"text": "my dog had puppies", "codes": ["pets"]}, {"text": "dunno", "codes": []}]
    (tmp_path / "known.jsonl").write_text("\n".join(json.dumps(row) for row in labelled), encoding="utf-8")
    arguments = ["themes", "code", "in.jsonl", "--frame", "frame.json"]
    done = earshot(tmp_path, *arguments, "--learn", "known.jsonl", "--check", "known.jsonl", "--ask", "1")
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["codes"][0][0] == "pets"
    assert (second["codes"], second["sentiment"]) == ([], "neutral")
    assert first["ask"] == 1
    assert b"learnt from" in done.stderr
    (tmp_path / "known.jsonl").write_text('{"text": "x", "codes": ["tram"]}', encoding="utf-8")
    refused = earshot(tmp_path, *arguments, "--learn", "known.jsonl")
    assert (refused.returncode, b"tram" in refused.stderr) == (1, True)
    (tmp_path / "known.jsonl").write_text('{"text": "x"}', encoding="utf-8")
    assert b'needs "codes"' in earshot(tmp_path, *arguments, "--learn", "known.jsonl").stderr
    (tmp_path / "frame.json").write_text('{"id": "f", "codes": []}', encoding="utf-8")
    refused = earshot(tmp_path, *arguments)
    assert (refused.returncode, b"at least one code" in refused.stderr) == (1, True)


def test_the_service_refuses_to_start_without_its_databases_or_with_a_weak_key(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = earshot(tmp_path, "serve")
    assert done.returncode == 1
    assert b"earshot migrate" in done.stderr
    done = earshot(tmp_path, "serve", EARSHOT_ENVIRONMENT="production", EARSHOT_ROOT_KEY="changeme")
    assert done.returncode == 1
    assert b"EARSHOT_ROOT_KEY" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_a_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    for command in (
        ["user", "add", "ada@example.org", "--role", "officer"], ["export", "small", "-o", "x.zip"], ["audit", "verify"],
    ):  # fmt: skip
        done = earshot(tmp_path, *command)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
        assert b"ada@example.org" not in done.stderr
        assert not (tmp_path / "data" / "main.db").exists()
    done = earshot(tmp_path, "migrate", EARSHOT_DATABASE_URL="nonsense")
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)


def test_a_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    import socket

    assert earshot(tmp_path, "migrate").returncode == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = earshot(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert b"is in use" in done.stderr


def test_an_account_is_made_and_the_trail_is_whole(tmp_path: Path) -> None:
    assert earshot(tmp_path, "migrate").returncode == 0
    done = earshot(tmp_path, "user", "add", "ada@example.org", "--role", "officer", "--name", "Ada Officer")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().startswith("http://127.0.0.1:8000/staff/link/")
    again = earshot(tmp_path, "user", "add", "ada@example.org", "--role", "officer")
    assert again.returncode == 1
    assert earshot(tmp_path, "audit", "verify").returncode == 0
    nothing = earshot(tmp_path, "export", "small", "-o", "out.zip")
    assert nothing.returncode == 1
    assert b"released" in nothing.stderr
