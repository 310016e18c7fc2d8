"""What redaction finds and what it leaves, by layer: on answers of our own, on drawn names, on the developers' set.

``tests/spec/redaction/answers.txt`` holds marked answers in two halves: rules may be made from the first, the second is
only measured. ``frames.txt`` are sentences filled with names from official lists (absent from the project), so that it is
seen what happens to names nobody thought of. A span counts as found when each letter of it is hidden; a mask is false when
it hides no letter of any marked span.
"""

from __future__ import annotations

import csv
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from unittest.mock import patch

from nlp import redact as redaction
from nlp.gazetteer import Gazetteer, gazetteer
from nlp.redact import redact
from tests.benchmarks import identifiers
from tests.conftest import SHARED_DATA

SPEC = Path(__file__).resolve().parents[1] / "spec" / "redaction"
KINDS = {
    "P": "PERSON", "L": "LOCATION", "A": "ADDRESS", "Z": "POSTCODE", "S": "SCHOOL", "O": "ORG_LOCAL", "T": "PHONE", "E": "EMAIL",
    "U": "URL_PROFILE", "H": "USERNAME", "D": "DATE_OF_BIRTH", "N": "NHS_NUMBER", "I": "UPN", "C": "CASE_REF",
}  # fmt: skip
SHAPES = frozenset(KINDS.values()) - {"PERSON", "LOCATION", "ADDRESS", "SCHOOL", "ORG_LOCAL"}
_MARK = re.compile(r"<([A-Z]) ([^<>]+)>")
# Countries whose names are common in English schools, in the lists by country.
_COUNTRIES = (
    "PL RO IN PK BD NG GH SO TR CN HK PT IT IE GB LT LV UA AL BG HU SK CZ SY IQ IR AF ET ER SD LK NP JM PH VN".split()
)


@dataclass(frozen=True, slots=True)
class Marked:
    """One answer and what must be hidden in it: (start, end, type), code points."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    section: str = ""
    known: tuple[str, ...] = ()

    @property
    def lower(self) -> Marked:
        """The same, all lower case (only where that keeps the places)."""
        low = self.text.lower()
        return replace(self, text=low) if len(low) == len(self.text) else self


@dataclass(slots=True)
class Score:
    """What came of reading some answers."""

    wanted: int = 0
    found: int = 0
    masks: int = 0
    right: int = 0
    clean: int = 0
    disturbed: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def row(self) -> str:
        """Recall, precision, share of answers with nothing to hide in which something was hidden."""
        return " | ".join(
            f"{part / whole:.3f}" if whole else "–"
            for part, whole in (
                (self.found, self.wanted), (self.right, self.masks), (self.disturbed, self.clean)
            )
        )  # fmt: skip


def marked(line: str, section: str = "") -> Marked:
    """A line with marks as text and spans; "[Ann Lee; Bo] …" gives the names its record knows."""
    known: tuple[str, ...] = ()
    if line.startswith("["):
        names, _, line = line[1:].partition("] ")
        known = tuple(names.split("; "))
    text, spans, end = "", [], 0
    for mark in _MARK.finditer(line):
        text += line[end : mark.start()]
        spans.append((len(text), len(text) + len(mark.group(2)), KINDS[mark.group(1)]))
        text += mark.group(2)
        end = mark.end()
    return Marked(text + line[end:], tuple(spans), section, known)


def answers(half: int | None = None, file: str = "answers.txt") -> list[Marked]:
    """Our own marked answers; ``half`` 0: rules may be made from them, 1: they are measured only."""
    found, section = [], ""
    for number, line in enumerate((SPEC / file).read_text("utf-8").splitlines()):
        if line.startswith("=="):
            section = line[3:]
        elif line and not line.startswith("#") and half in (None, number % 2):
            found.append(marked(line, section))
    return found


def dev_set(half: int | None = None) -> list[Marked]:
    """The developers' set, where it is there."""
    file = SHARED_DATA / "deid" / "dev.jsonl"
    if not file.is_file():
        return []
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [
        Marked(row["text"], tuple((start, end, kind) for start, end, kind in row["spans"]))
        for number, row in enumerate(rows)
        if half in (None, number % 2)
    ]


@cache
def _lists() -> dict[str, tuple[list[str], list[float]]]:
    folder = SHARED_DATA / "deid"
    if not folder.is_dir():
        return {}

    def counted(name: str) -> tuple[list[str], list[float]]:
        rows = [line.split("\t") for line in (folder / name).read_text("utf-8").splitlines()]
        return [row[1] for row in rows], [float(row[0]) ** 0.5 for row in rows]

    def by_country(name: str) -> list[str]:
        with (folder / name).open(encoding="utf-8-sig") as stream:
            names = [row["Romanized Name"] for row in csv.DictReader(stream) if row["Country"] in _COUNTRIES]
        return sorted(
            {one for one in names if one and one.isascii() and one.replace("-", "").isalpha() and len(one) > 2}
        )

    with (folder / "os_places.csv").open(encoding="utf-8") as stream:
        towns = [(row["name"], 30.0 if row["type"] in ("City", "Town") else 1.0) for row in csv.DictReader(stream)
                 if row["country"] == "England" and row["type"] in ("City", "Town", "Suburban Area", "Village")]  # fmt: skip
    with (folder / "gias_sample_schools.tsv").open(encoding="utf-8") as stream:
        schools = [row["name"].removeprefix("The ") for row in csv.DictReader(stream, delimiter="\t")]
    world = {key: by_country(f"common-{key}-by-country.csv") for key in ("forenames", "surnames")}
    return {
        "first": counted("ons_first_names_counts.tsv"),
        "last": counted("surname_counts_min3.tsv"),
        "world first": (world["forenames"], [1.0] * len(world["forenames"])),
        "world last": (world["surnames"], [1.0] * len(world["surnames"])),
        "town": ([name for name, _ in towns], [weight for _, weight in towns]),
        "school": (schools, [1.0] * len(schools)),
    }


def drawn(seed: int = 1, each: int = 12) -> list[Marked]:
    """The frames filled with names from official lists, every second one with a name heard elsewhere in the world."""
    lists = _lists()
    if not lists:
        return []
    chance = random.Random(seed)
    kinds = {"first": "P", "last": "P", "town": "L", "school": "S"}
    frames = [line for line in (SPEC / "frames.txt").read_text("utf-8").splitlines() if not line.startswith("#")]

    def fill(match: re.Match[str]) -> str:
        slot = match.group(1)
        source = f"world {slot}" if slot in ("first", "last") and chance.random() < 0.5 else slot
        names, weights = lists[source]
        return f"<{kinds[slot]} {chance.choices(names, weights)[0]}>"

    lines = [re.sub(r"\{(\w+)\}", fill, frame) for frame in frames for _ in range(each)]
    # "<P Ann> <P Lee>" is one name.
    return [marked(re.sub(r"<P ([^<>]+)> <P ([^<>]+)>", r"<P \1 \2>", line)) for line in lines]


def known_names(rows: Sequence[Marked], share: float = 0.7, seed: int = 3) -> list[list[str]]:
    """For each answer the names its record would know: ``share`` of the people marked in it."""
    chance = random.Random(seed)
    return [
        [row.text[start:end] for start, end, kind in row.spans if kind == "PERSON" and chance.random() < share]
        for row in rows
    ]


def score(rows: Sequence[Marked], known: Sequence[Sequence[str]] | None = None) -> Score:
    """Redact each answer and count."""
    total = Score()
    for number, row in enumerate(rows):
        spans = redact(row.text, known[number] if known else ()).spans
        hidden = {place for span in spans for place in range(span.start, span.end)}
        must = {place for start, end, _ in row.spans for place in range(start, end)}
        for start, end, kind in row.spans:
            whole = all(place in hidden for place in range(start, end) if row.text[place].isalnum())
            total.wanted += 1
            total.found += whole
            if not whole:
                total.missed.append(f"{kind} {row.text[start:end]!r} in {row.text!r}")
        for span in spans:
            right = bool(must.intersection(range(span.start, span.end)))
            total.masks += 1
            total.right += right
            if not right:
                total.wrong.append(f"{span.type} {span.confidence} {row.text[span.start : span.end]!r} in {row.text!r}")
        if not row.spans:
            total.clean += 1
            total.disturbed += bool(spans)
    return total


@contextmanager
def _without(*layers: str) -> Iterator[None]:
    empty: dict[str, Callable[..., object]] = {
        "find_names": lambda *_a, **_k: iter(()),
        "find_known": lambda *_a, **_k: iter(()),
        "find_landmarks": lambda *_a, **_k: ([], []),
        "recognise": lambda *_a, **_k: iter(()),
    }
    with ExitStack() as stack:
        for layer in layers:
            stack.enter_context(patch.object(redaction, layer, empty[layer]))
        yield


def speed(rows: Sequence[Marked], known: Sequence[str], seconds: float = 2.0, lists: Gazetteer | None = None) -> float:
    """Answers per processor second, everything on."""
    redact("Warm up, please.", lists=lists)
    done, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for row in rows:
            redact(row.text, known, lists=lists)
        done += len(rows)
    return done / (time.process_time() - start)


def table() -> str:
    """The measurement as tables of Markdown."""
    sets = {
        "own answers, half that may be read": answers(0),
        "own answers, half only measured": answers(1),
        "second set, half that may be read": [row for row in answers(0, "second.txt") if not row.known],
        "second set, half only measured": [row for row in answers(1, "second.txt") if not row.known],
        "third set": answers(file="third.txt"),
        "fourth set, all may be read": answers(file="fourth.txt"),
        "fifth set, all may be read": answers(file="fifth.txt"),
        "sixth set, only measured": answers(file="sixth.txt"),
        "seventh set, no capitals, all may be read": answers(file="seventh.txt"),
        "eighth set, no capitals, only measured": answers(file="eighth.txt"),
        "drawn names (official lists)": drawn(),
        "developers' set": dev_set(),
    }
    lines = ["| set | answers | spans | recall | precision | false-mask |", "|---|---|---|---|---|---|"]
    for name, rows in sets.items():
        if not rows:
            lines.append(f"| {name} | skipped: no shared data at EARSHOT_SHARED_DATA | | | | |")
            continue
        for label, chosen, known in (
            (name, rows, None),
            (f"{name}, lower-cased", [row.lower for row in rows], None),
            (f"{name}, 70 % of names known", rows, known_names(rows)),
        ):
            counted = score(chosen, known)
            lines.append(f"| {label} | {len(chosen)} | {counted.wanted} | {counted.row} |")
    lines += ["", "By layer, on the half only measured and on drawn names:", "",
              "| layers | recall | precision | false-mask | drawn: recall |", "|---|---|---|---|---|"]  # fmt: skip
    held, names = answers(1), drawn(each=4)
    for label, off in (
        ("shapes only", ("find_names", "find_known", "find_landmarks")),
        ("and landmarks", ("find_names", "find_known")),
        ("and names in context", ("find_known",)),
    ):
        with _without(*off):
            there = score(names) if names else Score()
            lines.append(f"| {label} | {score(held).row} | {there.row.split(' | ')[0]} |")
    knows = score(held, known_names(held))
    lines.append(f"| and 70 % of names known | {knows.row} | {score(names, known_names(names)).row.split(' | ')[0]} |")
    words = [row for row in answers() if row.section == "names that are words"]
    shapes = [row for row in answers() if row.section == "shapes"]
    lines += ["", "| what | answers | recall | precision | false-mask |", "|---|---|---|---|---|"]
    lines.append(f"| names that are words, all | {len(words)} | {score(words).row} |")
    for half, name in enumerate(("that may be read", "only measured")):
        recorded = [row for row in answers(half, "second.txt") if row.known]
        counted = score(recorded, [row.known for row in recorded])
        lines.append(f"| names a record knows, as children write them, half {name} | {len(recorded)} | {counted.row} |")
    lines.append(f"| shapes, all | {len(shapes)} | {score(shapes).row} |")
    lines += ["", "Shapes, made by a seed (tests/benchmarks/identifiers.py):", "", "| what | strings | found |", "|---|---|---|",
              *identifiers.rows()]  # fmt: skip
    everything = [row for rows in sets.values() for row in rows]
    six_names = [
        "Bartholomew Quillfeather",
        "Amina Warsame",
        "Grace Thornley",
        "Jakub Nowak",
        "Siobhan O'Rourke",
        "Tyrese King",
    ]
    lines += [
        "",
        f"{speed(everything, six_names):,.0f} answers per processor second with six known names and every layer on.",
    ]
    lines.append(
        f"{speed(everything, six_names, lists=_of_a_council()):,.0f} with a council's lists of 50,000 phrases."
    )
    return "\n".join(lines)


def _of_a_council(number: int = 50_000) -> Gazetteer:
    """Our lists with many made-up schools and places of several words, a third of which begin alike."""
    lists, chance = gazetteer(), random.Random(4)
    first, last, places = sorted(lists.first), sorted(lists.last), sorted(lists.places)
    ends = (
        ("primary", "school"),
        ("high", "school"),
        ("academy",),
        ("park", "school"),
        ("junior", "school"),
        ("green",),
    )
    phrases = [
        (
            ("st", chance.choice(first) + "'s")
            if chance.random() < 0.33
            else (chance.choice(places), chance.choice(last))
        )
        + chance.choice(ends)
        for _ in range(number)
    ]
    schools = frozenset(phrase for phrase in phrases if phrase[-1] != "green")
    return replace(lists, schools=schools, place_phrases=lists.place_phrases | (frozenset(phrases) - schools))


def failures(which: str = "read") -> None:
    """Print what was missed and falsely hidden, but for the half that is only measured."""
    rows = {"read": answers(0), "second": answers(0, "second.txt"), "dev": dev_set(0), "drawn": drawn(seed=9, each=4)}[
        which
    ]
    for name, chosen, known in (
        ("plain", rows, None), ("lower", [row.lower for row in rows], None), ("known", rows, known_names(rows))
    ):  # fmt: skip
        counted = score(chosen, known)
        print(f"== {which} {name}: {counted.row}")
        print(*("  missed " + one for one in counted.missed), *("  wrong " + one for one in counted.wrong), sep="\n")


if __name__ == "__main__":
    import sys

    failures(*sys.argv[1:]) if len(sys.argv) > 1 else print(table())
