"""Code frames and codes over HTTP: what is brought is checked, what the computer says stays apart from what people decide."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from sqlmodel import col

from api.models import AuditEvent, CodeFrame
from api.models.columns import new_id

FRAME = {
    "id": "garden",
    "version": "2026",
    "families": [{"id": "things", "name_young_person": "Things to play on", "codes": ["swings"]}],
    "codes": [
        {
            "id": "swings", "family": "things", "name_young_person": "Swings", "definition": "Swings and slides",
            "include": ["waiting for a turn"], "exclude": ["ball games"],
            "examples": ["the swings are broken", "more slides please"],
        },
        {"id": "bins", "definition": "Bins and litter", "examples": ["bins are overflowing", "litter on the grass"]},
    ],
}  # fmt: skip


def upload(officer: Any, content: bytes | str | dict[str, Any]) -> Any:
    """Bring a file on the page of frames."""
    officer.get("/review/frames")
    data = json.dumps(content) if isinstance(content, dict) else content
    return officer.post("/review/frames/upload", files={"file": ("frame.json", data)})


def kinds(deployment: Any) -> list[str]:
    with deployment.main.reading() as session:
        return list(session.execute(select(col(AuditEvent.kind)).order_by(col(AuditEvent.sequence))).scalars())


def count(deployment: Any, table: Any) -> int:
    with deployment.main.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


# -- frames


def test_only_officers_come_to_the_frames(phone: Any, staff: Any) -> None:
    one = f"/review/frames/{new_id()}"
    pages, posts = ("/review/frames", one, f"{one}/file"), ("/review/frames/upload", f"{one}/use")
    stranger = phone()
    assert {stranger.get(path).status_code for path in pages} == {401}
    assert {stranger.post(path).status_code for path in posts} == {401}
    for role in ("practitioner", "researcher", "safeguarding", "administrator"):
        person = staff(role)
        assert {person.get(path).status_code for path in pages} == {403}, role
        assert {person.post(path).status_code for path in posts} == {403}, role
    officer = staff("officer")
    assert [officer.get(path).status_code for path in pages] == [200, 404, 404]
    assert "No code frame yet" in officer.get("/review/frames").text
    assert {officer.post(path, csrf=None).status_code for path in posts} == {403}


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_frame_is_kept_shown_and_given_back_as_it_came(deployment: Any, staff: Any, write: Any) -> None:
    officer = staff("officer")
    assert upload(officer, write(FRAME)).status_code == 200
    page = officer.page
    for words in ("garden", "Things to play on", "Swings and slides", "waiting for a turn", "ball games", "In use"):
        assert words in page
    file = officer.get(re.search(r'href="(/review/frames/[^"]+/file)"', page).group(1))  # type: ignore[union-attr]
    assert "attachment" in file.headers["content-disposition"]
    given = file.json()
    assert [code["examples"] for code in given["codes"]] == [code["examples"] for code in FRAME["codes"]]  # type: ignore[index]
    deployment.clock.forward(minutes=1)
    upload(officer, file.content)  # what was given back is what is there: no new version
    assert count(deployment, CodeFrame) == 1
    assert kinds(deployment) == ["frame.added"]


def test_a_new_upload_is_a_new_version_and_an_older_one_can_be_used_again(deployment: Any, staff: Any) -> None:
    officer = staff("officer")
    first = upload(officer, FRAME).url.path
    deployment.clock.forward(minutes=1)
    second = upload(officer, FRAME | {"note": "changed"}).url.path
    assert "version 2" in officer.get("/review/frames").text
    in_use = r'href="(/review/frames/[^"]+)">(?:(?!</li>).)*?In use<'
    assert re.findall(in_use, officer.page, re.DOTALL)[0] == second
    deployment.clock.forward(minutes=1)
    officer.get(first)
    officer.post(f"{first}/use")
    officer.get("/review/frames")
    assert re.findall(in_use, officer.page, re.DOTALL)[0] == first
    assert kinds(deployment) == ["frame.added", "frame.added", "frame.used"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "group of fields"),
        (b"\xff\xfe", "UTF-8"),
        (b"{", "neither JSON nor YAML"),
        (b"a: &x [1]\nb: *x", "aliases"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (b'{"id": "a", "codes": [{"id": "b"}]}', "codes[1]"),
        (b'{"id": "a", "codes": [{"definition": "no id"}]}', "codes[1].id"),
        (b'{"id": "", "codes": [{"id": "b", "definition": "c"}]}', "1 to 80 letters"),
        (b'{"id": "a", "codes": [{"id": "b", "definition": "\\u0000"}]}', "NUL"),
        (b'{"id": "a", "codes": [{"id": "b", "definition": "\\ud800"}]}', "codes"),
        (b'{"id": "<script>", "codes": [{"id": "<b>", "definition": "c"}]}', "letters, digits"),
    ],
)
def test_what_must_be_mended_is_told_with_its_place_and_nothing_is_kept(
    deployment: Any, staff: Any, content: bytes, told: str
) -> None:
    officer = staff("officer")
    assert upload(officer, content).status_code == 422
    assert told in officer.page
    assert "Nothing was kept" in officer.page
    assert (count(deployment, CodeFrame), kinds(deployment)) == (0, [])


def test_no_file_is_told_and_hostile_names_are_shown_as_text(staff: Any) -> None:
    officer = staff("officer")
    officer.get("/review/frames")
    assert officer.post("/review/frames/upload", files={"other": ("x", b"")}).status_code == 422
    assert "Choose one file" in officer.page
    hostile = {"id": "<script>alert(1)</script>", "codes": [{"id": "b", "definition": "<img src=x onerror=y>"}]}
    assert upload(officer, hostile).status_code == 200
    assert "<script>alert" not in officer.page
    assert "<img src=x" not in officer.page
