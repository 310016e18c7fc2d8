"""Letters that stand for people: "J.", "R.L.", "D and T", "j was seen", "p. nkemelu"; one letter is also a word in a text message.

Whole names are in ``names``, which asks here where it meets a single letter.
"""

from __future__ import annotations

from nlp.cues import HUMAN, KIN, ROLES
from nlp.documents import Span
from nlp.gazetteer import Gazetteer
from nlp.words import Word


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ACTS = HUMAN | _set("is was has will would had does did can could are were and n & who")
LETTER_WORDS = _set("a i x o u r n k c y b d w v")  # single letters that are words in a text message
_LETTER_WORDS_UPPER = _set("a i x o u r")
_LETTERS_FOR_THINGS = _set("ae ab bb rr rb qa pp dt ms hm bq mm oa ps bc sm pe xy ia cd so gp df bs")
_LETTERED = _set(
    "block blocks class classes group groups set sets wing wings team teams vitamin vitamins plan hepatitis row rows unit units"
)
_LEADS_TO_AN_INITIAL = _set("with by for from and than told saw about miss")
_OF_NO_PERSON = _set(
    "eg ie am pm ps uk us nb pe it tv cv dj dt pc id la ny sw pa yp ok mp dr fc bf gf hw ur im iv id ppl km kg hq hr gp er ee cp re"
)
_NO_INITIAL = _set("i u x n r o")


def find_initial(words: list[Word], place: int, lists: Gazetteer) -> tuple[Span | None, int]:
    """A single capital for a person: "J.", "R.L.", "D and T", "K said"."""
    word = words[place]
    if word.text.islower() and _is_in_a_pair(words, place):
        return Span(word.start, word.end, "PERSON", 0.4), 1
    if word.text.islower() and _glued(words, place + 1, "."):
        return _small(words, place, lists)
    if word.text.islower() and word.first and word.form not in _LETTER_WORDS_UPPER | _NO_INITIAL:
        if _form(words, place + 1) in {"was", "is", "has"} and _form(words, place + 2) not in {"for", "a", "the", ""}:
            return Span(word.start, word.end, "PERSON", 0.4), 1  # "j was seen alone"
    if not word.text.isupper() or (word.form in _LETTER_WORDS_UPPER and _form(words, place + 1) != "."):
        return None, 1
    end, used = word.end, 1
    while (
        used < 6
        and _glued(words, place + used, ".")
        and place + used + 1 < len(words)
        and len(words[place + used + 1].form) == 1
    ):
        letter = words[place + used + 1]
        if letter.gap or not letter.text.isupper():
            break
        end, used = letter.end, used + 2
    if used > 1 or (_glued(words, place + 1, ".") and used == 1 and _form(words, place + 2) in _ACTS):
        if _glued(words, place + used, "."):
            end, used = words[place + used].end, used + 1
        return (Span(word.start, end, "PERSON", 0.7), used) if word.capital or used > 1 else (None, 1)
    if (
        _glued(words, place + 1, ".")
        and place + 2 < len(words)
        and words[place + 2].capital
        and words[place + 2].gap == " "
    ):
        surname = words[place + 2]
        if len(surname.form) > 2 and (surname.form in lists.last or not lists.is_ordinary(surname.form)):
            return Span(word.start, surname.end, "PERSON", 0.7), 3
    after, before = _form(words, place + 1), _form(words, place - 1)
    paired = (after == "and" and _is_letter(words, place + 2)) or (before == "and" and _is_letter(words, place - 2))
    acts = after in HUMAN or (after in {"is", "was", "has", "will"} and word.first)
    led = before in _LEADS_TO_AN_INITIAL and (place + 1 == len(words) or _form(words, place + 1) in {".", ",", "?"})
    if word.capital and (paired or acts or led or before in KIN | ROLES):
        return Span(word.start, end, "PERSON", 0.6), used
    return None, 1


def _small(words: list[Word], place: int, lists: Gazetteer) -> tuple[Span | None, int]:
    """The same without capitals, where the point says it: "p.t. was seen", "t. said", "p. nkemelu"."""
    word, letters, used = words[place], words[place].form, 2
    while place + used + 1 < len(words) and _glued(words, place + used + 1, "."):
        letter = words[place + used]
        if letter.gap or len(letter.form) != 1 or not letter.alpha:
            break
        letters, used = letters + letter.form, used + 2
    end, after = words[place + used - 1].end, _form(words, place + used)
    if _form(words, place - 1) in _LETTERED or letters in _OF_NO_PERSON:
        return None, used
    if 1 < len(letters) < 4:
        return Span(word.start, end, "PERSON", 0.4), used
    if len(letters) == 1 and word.first and after in HUMAN | {"is", "was", "has"}:
        return Span(word.start, end, "PERSON", 0.4), used
    surname = words[place + used] if place + used < len(words) else None
    if len(letters) == 1 and surname is not None and surname.gap == " " and len(after) > 2 and surname.alpha:
        if after in lists.last or not (lists.is_ordinary(after) or lists.is_near_ordinary(after)):
            if not lists.is_ordinary(after) and after not in lists.nobody:
                return Span(word.start, surname.end, "PERSON", 0.5), used + 1
    return None, 1


def is_of_surname(words: list[Word], place: int, lists: Gazetteer) -> bool:
    """As in "ayesha a was seen", "mikey b hit me": a single letter behind a name that is no other word."""
    before, after = words[place - 1].form, _form(words, place + 1)
    if before not in lists.first or lists.is_ordinary(before) or words[place].form in _NO_INITIAL:
        return False
    if words[place].form == "a":
        return after in {"was", "is", "has"}
    return after in HUMAN | {"was", "is", "has", "and"}


def _is_in_a_pair(words: list[Word], place: int) -> bool:
    """As in "b and z from upstairs": two letters in place of names, unless the two together are a thing."""
    for first, second in ((place, place + 2), (place - 2, place)):
        if first < 0 or second >= len(words) or _form(words, first + 1) not in {"and", "n", "&"}:
            continue
        if {_form(words, first - 1), _form(words, second + 1)} & _LETTERED:
            continue
        letters = [words[first].text, words[second].text]
        if all(len(letter) == 1 and letter.isalpha() for letter in letters):
            return "".join(letters) not in _LETTERS_FOR_THINGS and not {"i", "x", "u"} & set(letters)
    return False


def _is_letter(words: list[Word], place: int) -> bool:
    return (
        0 <= place < len(words)
        and len(words[place].text) == 1
        and words[place].text.isupper()
        and words[place].form not in {"a", "i"}
    )


def is_strange_pair(words: list[Word], place: int, lists: Gazetteer) -> bool:
    """Whether two small letters at the start of a sentence stand for somebody: "tj was moved"."""
    word, after = words[place], _form(words, place + 1)
    if len(word.form) != 2 or not word.first or word.capital or not word.form.isalpha():
        return False
    return not lists.is_ordinary(word.form) and word.form not in _OF_NO_PERSON and after in HUMAN | {"was", "is", "has"}


def _glued(words: list[Word], place: int, sign: str) -> bool:
    return place < len(words) and words[place].text == sign and not words[place].gap


def _form(words: list[Word], place: int) -> str:
    return words[place].form if 0 <= place < len(words) else ""
