"""A council's own lists: which official files are known, what is refused, and what they add to redaction. All rows are invented."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from nlp.gazetteer import gazetteer, official
from nlp.redact import redact

FIRST = "41\tZanthia\n9\tBromwyn\n7\tAmelia\n2\tRaremost\n"
LAST = "name,count\nQuistlethwaite,12\nSmith,90\n"
PLACES = (
    "name,type,country\nClay Bottom,Village,England\nUpper Nibley,Hamlet,England\nNot A Place,Telephone Box,England\n"
)
SCHOOLS = "URN,EstablishmentName,Town\n1,The Sunbeam Centre,Ottery\n2,Tall Oaks,Ottery\n"


@pytest.mark.parametrize(
    ("text", "kind", "entry"),
    [
        (FIRST, "first", "Zanthia"),
        (LAST, "last", "Quistlethwaite"),
        (PLACES, "places", "Clay Bottom"),
        ("\ufeff" + SCHOOLS, "schools", "Tall Oaks"),
        ("school-eng\tname\tschool-type\n1\tTall Oaks\tOther\n", "schools", "Tall Oaks"),
        ("local-authority-eng\tname\tofficial-name\nXXX\tOtterside\tOtterside Council\n", "places", "Otterside"),
        ("Country,Gender,Romanized Name\nPL,F,Zanthia\n", "first", "Zanthia"),
        ("Country,Rank,Romanized Name\nPL,1,Quistlethwaite\n", "last", "Quistlethwaite"),
        (",".join(["x", "y", "Clay Bottom", "", "", "", "populatedPlace", "Village", *[""] * 26]) + "\n", "places", "Clay Bottom"),
    ],
)  # fmt: skip
def test_official_lists_are_known_by_their_columns(text, kind, entry):
    found = official.read(text, gazetteer())
    assert found.kind == kind
    assert entry in found.entries


def test_rare_names_and_what_is_no_place_stay_out():
    assert "Raremost" not in official.read(FIRST, gazetteer()).entries
    assert "Not A Place" not in official.read(PLACES, gazetteer()).entries


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a,b,c\n1,2,3\n", "name,type\nx,\n", "EstablishmentName\n", "just a sentence", "1\t2\n3\t4\n"]
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(official.NotAList, match=r"\w+ .*\."):
        official.read(text, gazetteer())


def test_a_councils_lists_are_used_by_the_command(tmp_path):
    for name, text in (("first.tsv", FIRST), ("last.csv", LAST), ("places.csv", PLACES), ("schools.csv", SCHOOLS)):
        (tmp_path / name).write_text(text, "utf-8")
    runner = CliRunner()
    built = tmp_path / "ours.json"
    done = runner.invoke(app, ["text", "gazetteer", "build", str(tmp_path), "-o", str(built)])
    assert done.exit_code == 0, done.output
    rows = tmp_path / "in.jsonl"
    rows.write_text(json.dumps({"text": "she moved to Clay Bottom and goes to tall oaks with Bromwyn"}), "utf-8")
    done = runner.invoke(app, ["text", "redact", str(rows), "-o", "-", "--gazetteer", str(built)])
    assert done.exit_code == 0, done.output
    redacted = json.loads(done.stdout)["redacted"]
    assert "Clay Bottom" not in redacted
    assert "Bromwyn" not in redacted


def test_a_phrase_of_everyday_words_counts_with_capitals_only():
    lists = official.with_more(gazetteer(), official.build([official.Found("places", ("The Green Way",))], []))
    assert redact("we walked the green way home", lists=lists).spans == ()
    assert redact("we live by The Green Way now", lists=lists).text != "we live by The Green Way now"


def test_a_list_that_is_none_is_refused_by_the_command(tmp_path):
    file = tmp_path / "notes.csv"
    file.write_text("a,b,c\n1,2,3\n", "utf-8")
    runner = CliRunner()
    done = runner.invoke(app, ["text", "gazetteer", "build", str(file), "-o", str(tmp_path / "out.json")])
    assert done.exit_code == 1
    assert "none of the known lists" in done.stderr
    rows = tmp_path / "in.jsonl"
    rows.write_text('{"text": "hi"}', "utf-8")
    done = runner.invoke(app, ["text", "redact", str(rows), "--gazetteer", str(file)])
    assert done.exit_code == 1
    assert "not a gazetteer" in done.stderr
