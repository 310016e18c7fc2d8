"""How commands read and answer: JSON and JSONL in and out, messages on standard error, refusals with status 1."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

messages = Console(stderr=True, highlight=False, soft_wrap=True)
STANDARD = "-"


def say(sentence: str) -> None:
    """A message for the person at the terminal."""
    messages.print(sentence, markup=False)


def refuse(sentence: str, *, status: int = 1) -> NoReturn:
    """End with a sentence that says what to mend."""
    say(sentence)
    raise typer.Exit(status)


def not_yet(command: str) -> NoReturn:
    """An honest end for a command whose work is still to be built."""
    refuse(f"earshot {command}: not there yet.", status=2)


def read_bytes(path: str) -> bytes:
    """A file's bytes, or standard input for ``-``; a file that cannot be read is refused."""
    try:
        return sys.stdin.buffer.read() if path == STANDARD else Path(path).read_bytes()
    except OSError as fault:
        refuse(f"{path}: {fault.strerror or 'cannot be read'}. Check the name and whether you may read it.")


def read_json(path: str) -> Any:
    """A JSON file."""
    try:
        return json.loads(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        refuse(f"{path}: not UTF-8 at byte {fault.start}. Save it as UTF-8.")
    except json.JSONDecodeError as fault:
        refuse(f"{path}: line {fault.lineno}, column {fault.colno}: not JSON ({fault.msg}).")


def read_jsonl(path: str, *needed: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file; each must have the ``needed`` keys as text."""
    for number, line in enumerate(read_bytes(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError:
            refuse(f"{path}: line {number} is not UTF-8. Save the file as UTF-8.")
        except json.JSONDecodeError as fault:
            refuse(
                f"{path}: line {number}, column {fault.colno}: not JSON ({fault.msg}). One object a line is expected."
            )
        if not isinstance(row, dict) or any(not isinstance(row.get(key), str) for key in needed):
            refuse(f"{path}: line {number} must be an object with {' and '.join(needed)} as text.")
        yield row


@contextmanager
def output(path: str) -> Iterator[Any]:
    """A text stream to write to: a file, replaced only when everything was written, or standard output for ``-``.

    What is no file (a pipe, ``/dev/null``) is written to as it is: replacing it would take it away from everybody.
    """
    if path == STANDARD:
        yield sys.stdout
        sys.stdout.flush()
        return
    target = Path(path)
    if target.exists() and not target.is_file():
        try:
            with target.open("w", encoding="utf-8", newline="") as stream:
                yield stream
        except OSError as fault:
            refuse(f"{path}: {fault.strerror or 'cannot be written'}.")
        return
    partial = target.with_name(target.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        partial.replace(target)
    except OSError as fault:
        refuse(f"{path}: {fault.strerror or 'cannot be written'}.")
    finally:
        partial.unlink(missing_ok=True)


def write_json(value: Any, path: str = STANDARD) -> None:
    """One JSON value."""
    with output(path) as stream:
        json.dump(value, stream, ensure_ascii=False, indent=None if path == STANDARD else 1)
        stream.write("\n")


def write_jsonl(rows: Iterable[Any], path: str) -> None:
    """One JSON object a line."""
    with output(path) as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def progress_bar() -> Progress:
    """A bar on standard error; plain lines where that is no terminal."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=messages,
        disable=not messages.is_terminal,
    )  # fmt: skip
