"""What the pages under ``docs/`` say about settings, errors, events, tables and commands is what the code does."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import SQLModel
from typer.main import get_command

import api.models
from api import audit, errors, settings
from api.cli import app
from api.vault.tables import vault_registry

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables by the `name` in their first cell."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and (name := re.fullmatch(r"`([^`]+)`", cells[0])):
            assert name[1] not in found, f"{name[1]} is described twice"
            found[name[1]] = cells[1:]
    return found


def said_of_settings() -> dict[str, str]:
    """What ``api/settings.py`` itself says of each setting: the text that follows its field."""
    body = next(node for node in ast.parse(inspect.getsource(settings.Settings)).body if isinstance(node, ast.ClassDef))
    said, field = {}, ""
    for node in body.body:
        if field and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said[field] = " ".join(str(node.value.value).split()).replace("``", "`")
        field = node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else ""
    return said


def shown_default(name: str) -> str:
    value = settings.Settings.model_fields[name].default
    if isinstance(value, Path):
        return f"`{value.relative_to(settings.PROJECT_DIR)}` in this folder"
    value = value.get_secret_value() if isinstance(value, SecretStr) else value
    return f"`{getattr(value, 'value', value)}`" if value not in ("", ()) else "(empty)"


def test_every_setting_is_described_with_its_meaning_and_default():
    described = {name: cells for name, cells in rows(text_of("settings.md")).items() if name.startswith("EARSHOT_")}
    said = said_of_settings()
    assert set(described) == {f"EARSHOT_{name.upper()}" for name in settings.Settings.model_fields}
    for name in settings.Settings.model_fields:
        meaning, default = described[f"EARSHOT_{name.upper()}"]
        assert meaning, name
        assert meaning.startswith(said.get(name, "")), f"EARSHOT_{name.upper()}: {said[name]}"
        assert default == shown_default(name), name


def test_every_error_is_described_as_its_reader_sees_it():
    expected = {kind.code: [str(kind.status), kind.title, kind.sentence] for kind in errors.CATALOGUE.values()}
    assert rows(text_of("errors.md")) == expected


def test_every_audit_event_is_described():
    assert rows(text_of("audit-events.md")) == {kind: [meaning] for kind, meaning in audit.KINDS.items()}


@pytest.mark.parametrize(
    ("heading", "metadata"),
    [("## The main database", SQLModel.metadata), ("## The vault", vault_registry.metadata)],
)
def test_every_table_says_what_it_holds_for_how_long_and_what_deletes_it(heading, metadata):
    assert api.models.__all__
    part = text_of("data-dictionary.md").partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    described = rows(part)
    assert set(described) == set(metadata.tables)
    assert all(len(cells) == 4 and all(cells) for cells in described.values())


def test_every_command_is_described_and_those_to_come_say_so():
    there, _, to_come = text_of("command-line.md").partition("\n## Not there yet\n")
    ready: set[str] = set()
    missing: set[str] = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # a group, typed as a command
        inside = getattr(command, "commands", None)
        for path, one in {f"{name} {sub}": one for sub, one in inside.items()}.items() if inside else [(name, command)]:
            (missing if one.help == "Not there yet." else ready).add(path)
    assert {path for path in ready if f"`earshot {path}" not in there} == set()
    assert set(re.findall(r"`earshot ([a-z ]+)`", to_come)) == missing


def test_every_role_and_action_of_the_privacy_page_is_what_the_code_allows():
    from api.permissions import ALLOWED, Action
    from api.roles import Role

    table = text_of("privacy.md").partition("\n## Who may do what\n")[2]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("|")]
    roles = [Role(name) for name in lines[0][1:]]
    said = {
        cells[0]: {role for role, cell in zip(roles, cells[1:], strict=True) if cell == "yes"} for cells in lines[2:]
    }
    meant = {
        "log observations about own cases": [Action.LOG_OBSERVATION],
        "link a case to its pseudonym": [Action.LINK_CASE],
        "surveys, waves, invitations": [Action.DESIGN_SURVEY, Action.PUBLISH_SURVEY, Action.MAKE_INVITATION],
        "themes, codes, quotes they may see": [Action.REVIEW_THEMES, Action.REVIEW_CODES],
        "import measures": [Action.IMPORT_MEASURES],
        "see measures": [Action.SEE_MEASURES],
        "ask for a release, download it": [Action.REQUEST_RELEASE],
        "decide on a release": [Action.DECIDE_RELEASE],
        "reading queue, original words, redactions": [Action.READ_QUEUE, Action.CHECK_REDACTION],
        "accounts": [Action.MANAGE_STAFF],
    }
    assert {action for actions in meant.values() for action in actions} == set(Action)
    for words, actions in meant.items():
        for action in actions:
            assert said[words] == {role for role, allowed in ALLOWED.items() if action in allowed}, action


def test_every_test_that_keeps_a_promise_is_there():
    named = set(re.findall(r"`(test_\w+)`", text_of("privacy.md")))
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(named) > 20
    assert named - there == set()


def test_decisions_are_numbered_without_gaps_and_say_why():
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    listed = text_of("decisions/README.md")
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert headings == ["Context", "Decision", "Consequences"], path.name
        assert re.search(r"^Status: ", text, re.MULTILINE), path.name
        assert f"]({path.name})" in listed, path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_picture_leads_somewhere_and_every_picture_is_told_in_words(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'src="([^"]+)"', text)]:
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target} is not there"
        if anchor:
            assert anchor in anchors(file), f"{page.name}: {target} names no heading"
    for picture in re.findall(r"<img[^>]*>", text):
        assert re.search(r'alt="[^"]{20,}"', picture), f"{page.name}: {picture} has no words"


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_model_card_says_what_the_benchmarks_say():
    from tests import model_card

    assert model_card.stale() == []
