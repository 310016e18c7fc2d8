"""A council's code frame is read, or everything wrong with it is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from nlp.frames import Frame, FrameProblem, read_frame

CODE = {"id": "bus", "name_young_person": "Buses", "definition": "Getting about.", "examples": "the bus never comes"}


def frame(**changes: Any) -> dict[str, Any]:
    return {"id": "travel", "version": 2, "codes": [CODE], **changes}


def read(tree: Any) -> Frame | tuple[FrameProblem, ...]:
    return read_frame(json.dumps(tree).encode())


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
def test_a_frame_is_read_from_json_and_yaml_alike(write: Any) -> None:
    found = read_frame(write(frame(families=[{"id": "way", "codes": ["bus"]}], colour="green")).encode())
    assert isinstance(found, Frame)
    assert (found.version, found.by_id["bus"].name) == ("2", "Buses")
    assert found.by_id["bus"].examples == ("the bus never comes",)


@pytest.mark.parametrize(
    ("tree", "where", "says"),
    [
        (frame(codes=[]), "", "at least one code"),
        (frame(codes=[CODE, CODE]), "", "called “bus”"),
        (frame(codes=[{"id": "x"}]), "codes[1]", "definition or examples"),
        (frame(codes=[{**CODE, "id": "a b"}]), "codes[1].id", "letters, digits"),
        (frame(codes=[{**CODE, "definition": ["x"]}]), "codes[1].definition", "must be text"),
        (frame(codes="bus"), "codes", "must be a list"),
        (frame(families=[{"id": "way", "codes": ["tram"]}]), "", "“tram”"),
        ({"codes": [CODE]}, "id", "missing"),
        ([], "", "group of fields"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tree: Any, where: str, says: str) -> None:
    problems = read(tree)
    assert isinstance(problems, tuple)
    assert [problem.where for problem in problems] == [where]
    assert says in problems[0].message


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"{", b"a: &x [1]\nb: *x", b"[" * 5000, b" " * 3_000_000, b"\x00", b"codes: !!python/none x"],
)
def test_nonsense_is_one_sentence(data: bytes) -> None:
    problems = read_frame(data)
    assert isinstance(problems, tuple)
    assert all(problem.message.endswith(".") or "?" in problem.message for problem in problems)
