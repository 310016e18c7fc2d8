"""What each machine part does, can say and cannot: the sentences of the model card, once for the page and for docs/model-card.md.

Figures are not written here: they are taken from the blocks of docs/benchmarks.md by
``tests.checks card --write`` into ``nlp/measured.json``, so that card and benchmark never differ.
A new part is a ``Part`` more; a new benchmark is the name of its block more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED_FILE = Path(__file__).parent / "measured.json"

EVERYWHERE = (
    "Everything here is suggested by computer. A person reads every text, approves every theme and decides everything.",
    "No text is sent anywhere: all of it runs on the council's own server, and nothing is learnt from what children write.",
    "No part scores, ranks or predicts anything about a child, a family or a worker. They put texts in order and side by side.",
    "Examples and measurements are texts written for this project by its makers, who are adults. No child has written or checked "
    "them yet, so real answers will be harder than these figures say.",
)
"""What holds for every part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One machine part, in sentences for staff. ``blocks``: names of measurements in docs/benchmarks.md."""

    key: str
    title: str
    does: str
    made_of: str
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    measured: str
    weaker_for: tuple[str, ...]
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One measured table as text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One block of the benchmarks: version, day and machine, then its tables."""

    stamp: str
    tables: tuple[Table, ...]


PARTS: tuple[Part, ...] = (
    Part(
        "redaction",
        "Taking names out",
        "Masks names, places, schools, addresses, numbers and accounts before a text is used for anything but safeguarding.",
        "Patterns, lists of names and places written for this project, rules about the words around a name, and the names a "
        "case record knows. The same text always gives the same result.",
        (
            "mask what identifies somebody in most texts",
            "say that it is not sure, so that a person looks before anybody else",
        ),
        (
            "promise that nothing identifying is left: a story can identify a child without a single name",
            "read other languages: there only patterns and known names are masked, and a person looks first",
        ),
        "On texts written for the purpose with every identifying word marked; figures follow where they were measured.",
        (
            "children with names that are also words, or that our lists lack: told names from the record help most",
            "children who write everything in small letters",
            "people who write in other languages or mix them",
        ),
        ("redaction", "names"),
    ),
    Part(
        "screening",
        "How soon to read a text",
        "Puts the reading queue in order: within the hour, today, within two working days, within five. It closes nothing and hides "
        "nothing; a text it finds nothing in is still read.",
        "Rules about the shape of a sentence, which give a reason, and a trained reader (all-MiniLM-L6-v2 with small changes "
        "learnt from 8,200 example texts, seed 7) that finds what no rule foresaw and says only that a text reads like others. "
        "What screened a text is kept with it.",
        (
            "bring most texts in which somebody tells of harm to the top",
            "say which rule saw something, or that only the trained reader did",
        ),
        (
            "say that a child is safe: of the texts that matter some stay at the bottom, which is why all are read in time",
            "understand what was meant: jokes, films and games are sometimes called, quiet hints sometimes missed",
            "look at pictures or listen to recordings: those always wait for a person",
        ),
        "Recall: of texts a person must see soon, how many came to the top two tiers. False alarms: of texts that only sound like it, "
        "how many did. Alerts: of ordinary answers, how many did. The held-out texts were written before the reader was "
        "trained and not looked at while it was improved; they were written by the same people, though.",
        (
            "younger children and others with few words, who say a great thing in two ordinary ones",
            "people who write in a second language, in dialect or in slang that our examples lack",
            "disabled children whose words somebody else writes down, and children who use symbols",
            "people who write in another language than English: nothing is screened there, all of it is to be read today",
            "long texts, in which one sentence decides",
        ),
        ("screening",),
    ),
    Part(
        "embeddings",
        "Texts as numbers",
        "Turns a text into 384 numbers so that texts of like meaning lie near each other. Themes and the trained reader of screening build on it.",
        "all-MiniLM-L6-v2 as it was published, quantised, on the processor. The numbers are deleted with the answer.",
        ("find texts that are about similar things, whatever words they use",),
        (
            "tell for from against: “my room is great” and “my room is awful” lie close together",
            "be read back into a text, or say who wrote it",
        ),
        "By what is built on it; speed below.",
        ("anything but English prose: it learnt from English pages of the internet, with the views of their writers",),
        ("language",),
    ),
    Part(
        "themes",
        "Themes",
        "Suggests groups of answers about similar things, with words that set each apart.",
        "The numbers above, grouped; BERTopic finds the words. Configuration, versions and seed are kept with each run.",
        ("show what came up among those who answered, and where to read first",),
        (
            "say what share of children thinks something: those who answered chose to",
            "say what a theme means: keywords are not meaning, and a person names it",
        ),
        "On answers written for this project and on public sets; see the analysis card for what to do with a theme.",
        (
            "what was said once: it matters as much and is a theme of nobody",
            "answers of few words, irony, and long answers about several things",
        ),
        ("themes",),
    ),
    Part(
        "codes",
        "A standing list of codes",
        "Suggests which codes of the council's own list an answer has, so that years and areas can be compared.",
        "Definitions and examples of the list, and what reviewers corrected.",
        ("save reading time by suggesting codes to confirm",),
        ("replace a reader: two people who code apart agree far more often than computer and person",),
        "As precision, recall and agreement for each code, on the council's own corrections.",
        ("codes with few examples, and answers with several",),
        ("codes",),
    ),
)


def measured(file: Path = MEASURED_FILE) -> dict[str, Measured]:
    """The measured blocks by name, as they stood when the card was last made."""
    held: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: Measured(
            block["stamp"],
            tuple(Table(tuple(table["head"]), tuple(tuple(row) for row in table["rows"])) for table in block["tables"]),
        )
        for name, block in held.items()
    }
