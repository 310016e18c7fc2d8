"""Two validators of HTML and CSS, asked about files: html-validate (Node) and the Nu checker of the W3C's validator (Java)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.web import node

MOST_SHOWN = 40
RULES = {
    "extends": ["html-validate:recommended"],
    "rules": {
        # How the source is laid out is nobody's business but ours: nothing of it reaches a reader.
        "no-trailing-whitespace": "off",
        "doctype-style": "off",
        # A button of a form sends it unless it says otherwise; saying it again costs bytes on each page.
        "no-implicit-button-type": "off",
        # Several answers to one question are several fields of one name.
        "form-dup-name": "off",
        # The style sheet keeps a number to ring on one line.
        "tel-non-breaking": "off",
        "no-inline-style": "error",
        "long-title": ["error", {"maxlength": 70}],
    },
}


def _installed() -> None:
    try:
        node.install()
    except node.NotInstalled as fault:
        pytest.skip(str(fault))


def html_validate(files: Sequence[Path]) -> list[str]:
    """What html-validate finds, each a line with the file's name."""
    _installed()
    folder = files[0].parent
    (folder / ".htmlvalidate.json").write_text(json.dumps({"root": True, **RULES}))
    done = subprocess.run(
        [node.program("node"), str(node.HERE / "node_modules/html-validate/bin/html-validate.mjs"), "--formatter=json=told.json", "."],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    try:
        told = json.loads((folder / "told.json").read_text())  # a pipe may be closed before all of it came
    except (OSError, json.JSONDecodeError):
        raise RuntimeError(f"html-validate failed: {done.stderr[-2000:] or done.stdout[-2000:]}") from None
    return [
        f"{Path(file['filePath']).name}:{fault['line']}: {fault['ruleId']}: {fault['message']}"
        for file in told
        for fault in file["messages"]
    ][:MOST_SHOWN]


def nu(pages: Sequence[Path], style_sheets: Sequence[Path]) -> list[str]:
    """What the Nu checker finds in pages and style sheets. Skips the test, saying so, where there is no Java."""
    java = shutil.which("java")
    if java is None:
        pytest.skip(
            "there is no Java on this machine, which the Nu checker needs (apt-get install default-jre-headless)"
        )
    _installed()
    jar = node.HERE / "node_modules/vnu-jar/build/dist/vnu.jar"
    faults: list[str] = []
    for kind, files in (("", pages), ("--css", style_sheets)):
        done = subprocess.run(
            [java, "-Xss4m", "-jar", str(jar), *([kind] if kind else []), "--stdout", "--format", "json", "--exit-zero-always",
             *map(str, files)],
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        if not done.stdout:
            raise RuntimeError(f"the Nu checker failed: {done.stderr[-2000:]}")
        faults += [
            f"{Path(fault['url']).name}:{fault.get('lastLine')}: {fault['message']} {fault.get('extract', '')!r}"
            for fault in json.loads(done.stdout)["messages"]
        ]
    return faults[:MOST_SHOWN]
