"""A YAML file as a tree with lines, and the values that may stand in it: each one, or a sentence about it.

Nothing here knows what a survey is. Every value is taken as it is written (``yes`` is the
word yes, not a truth value); anchors, aliases and tags are refused before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

import yaml

from survey_engine.expression_parser import parse
from survey_engine.expressions import Expression, ExpressionError
from survey_engine.words import Text

MAX_BYTES = 1_000_000
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class AuthoringProblem:
    """What an author must mend; ``line`` counts from 1, None where the whole file is meant."""

    line: int | None
    message: str


_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Knows no types: every scalar is text. The C one is twenty times faster, where there is one."""

_Result = TypeVar("_Result")
_NUMBER = re.compile(r"-?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})")


def compose(data: bytes) -> yaml.Node | AuthoringProblem:
    """The tree of a file, or why it has none."""
    if len(data) > MAX_BYTES:
        return AuthoringProblem(None, "The file is larger than 1 MB. A survey is much shorter: is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return AuthoringProblem(None, "The file is not text in UTF-8. Save it as UTF-8 and try again.")
    try:
        if problem := _refused(text):
            return problem
        root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return AuthoringProblem(
            line, f"This is not YAML: {error.problem or error.context}. Check the spaces and marks."
        )
    except yaml.YAMLError:
        return AuthoringProblem(None, "The file holds characters that YAML does not allow. Remove them.")
    return root or AuthoringProblem(None, "The file is empty.")


def _refused(text: str) -> AuthoringProblem | None:
    """YAML that could be small and grow large, or deep: refused before any of it is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if getattr(event, "anchor", None) is not None:
            return AuthoringProblem(line, "Anchors (&) and aliases (*) are not used here.")
        if getattr(event, "tag", None) not in (None, "!"):
            return AuthoringProblem(line, "Tags (!) are not used here.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            return AuthoringProblem(line, "This is nested too deep.")
    return None


class NodeReader:
    """Takes values from nodes and gathers every problem on the way; what has a problem reads as None."""

    def __init__(self) -> None:
        self.problems: list[AuthoringProblem] = []
        self._default = "en"
        self._languages: tuple[str, ...] = ("en",)

    def result(self, value: _Result | None) -> _Result | tuple[AuthoringProblem, ...]:
        """The value where there is no problem, else all problems in the order of lines."""
        if self.problems or value is None:
            return tuple(sorted(self.problems, key=lambda problem: problem.line or 0))
        return value

    def problem(self, node: yaml.Node, message: str) -> None:
        """Note what is wrong at a node."""
        self.problems.append(AuthoringProblem(node.start_mark.line + 1, message))

    def read_languages(self, node: yaml.Node | None) -> None:
        """Take the languages all texts after this may be in; the first is that of a plain text."""
        listed = [entry.value for entry in self.entries(node) if isinstance(entry, yaml.ScalarNode)]
        if listed:
            self._languages, self._default = tuple(dict.fromkeys(listed)), listed[0]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the file."""
        return self._languages

    # --- several things

    def mapping(self, node: yaml.Node, known: Sequence[str], needed: Sequence[str] = ()) -> dict[str, yaml.Node]:
        """The nodes under known keys."""
        if not isinstance(node, yaml.MappingNode):
            wanted = ", ".join(f"“{key}:”" for key in needed or known)
            self.problem(node, f"Something with {wanted} is expected here.")
            return {}
        given: dict[str, yaml.Node] = {}
        for key, value in self.pairs(node):
            name = key.value
            if name not in known:
                near = get_close_matches(name, known, n=1)
                self.problem(key, f"There is no “{name[:40]}” here." + (f" Did you mean “{near[0]}”?" if near else ""))
            elif name in given:
                self.problem(key, f"“{name}” is written twice. Keep one.")
            else:
                given[name] = value
        written = [key.value for key, _ in node.value if key.value]
        for name in needed:
            if name not in given and not get_close_matches(name, [key for key in written if key not in known], n=1):
                self.problem(node, f"“{name}:” is missing.")
        return given

    def pairs(self, node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """Each key that is plain text, with what stands under it."""
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key, value
            else:
                self.problem(key, "A key is a plain word.")

    def entries(self, node: yaml.Node | None) -> list[yaml.Node]:
        """The nodes of a list; none where there is no node."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.problem(node, "A list is expected here: each entry on its own line after a dash.")
            return []
        return list(node.value)

    # --- one thing

    def word(self, node: yaml.Node, key: str) -> str | None:
        """A text in one line, without outer spaces."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.problem(node, f"“{key}:” needs some words after it.")
            return None
        return str(node.value).strip()

    def exact(self, node: yaml.Node, key: str) -> str | None:
        """A text just as it is; an empty one only where it is written out in quotes."""
        if isinstance(node, yaml.ScalarNode) and node.style in ("'", '"'):
            return str(node.value)
        return None if self.word(node, key) is None else str(node.value)

    def text(self, node: yaml.Node) -> Text:
        """Words, in the first language or in several."""
        if isinstance(node, yaml.ScalarNode):
            if not node.value.strip():
                self.problem(node, "Some words are expected here. If there is nothing to say, leave the key out.")
            return {self._default: node.value}
        said: Text = {}
        for language, words in self.mapping(node, self._languages).items():
            if not isinstance(words, yaml.ScalarNode) or not words.value.strip():
                self.problem(words, f"The words in “{language}” are missing. If there are none yet, leave it out.")
            else:
                said[language] = words.value
        return said

    def one_of(self, node: yaml.Node, key: str, known: Mapping[str, _Result]) -> _Result | None:
        """One of a few words, which may also be written with a curly apostrophe or spaces."""
        word = self.word(node, key)
        if word is None:
            return None
        for said in (word, word.replace("’", "'"), word.replace(" ", "_")):
            if said in known:
                return known[said]
        near = get_close_matches(word, known, n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        self.problem(node, f"“{key}: {word[:40]}” is not known. It can be: {', '.join(known)}.{hint}")
        return None

    def truth(self, node: yaml.Node, key: str) -> bool | None:
        """Yes or no."""
        return self.one_of(node, key, {"yes": True, "no": False, "true": True, "false": False})

    def number(self, node: yaml.Node, key: str, *, whole: bool) -> float | None:
        """A number with a point or, where it must be ``whole``, without."""
        word = self.word(node, key)
        if word is None:
            return None
        if whole and not re.fullmatch(r"-?[0-9]{1,15}", word):
            self.problem(node, f"“{key}:” needs a whole number after it.")
            return None
        if not _NUMBER.fullmatch(word):
            self.problem(node, f"“{key}:” needs a number after it, such as 3 or 0.5.")
            return None
        return int(word) if whole else float(word)

    def condition(self, node: yaml.Node, key: str) -> Expression | None:
        """A condition or calculation in its readable form."""
        word = self.word(node, key)
        if word is None:
            return None
        try:
            return parse(word)
        except ExpressionError as error:
            self.problem(node, f"“{key}:” at character {error.position + 1}: {error.message}")
            return None
