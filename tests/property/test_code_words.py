"""The short lists that codes are said with: what a list must keep, and that every code leads back and no other word does.

A new language needs its ``frontend/locales/<code>/code_words.txt`` and its line in ``GIVEN_OUT``;
``SOUNDS_LIKE`` says which letters a child may hear as one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import catalogues
from api.collect import receipts, words
from api.collect.words import folded, listed, meant, one_slip, own_languages, places

LANGUAGES = own_languages()
ENGLISH = listed("en")
CODES = len(ENGLISH) ** receipts.WORDS
SAYABLE = receipts.OWN_LISTED**receipts.OWN_WORDS

GIVEN_OUT = {
    "ar": "18ef05a4694f1e01e6c054cb3530735399496884b35153ebace3f769ab24fc1b",
    "cy": "cc6facb24396da7660012c7345f429c9924c13d1517a88ea69bcb2ecb5db6c7a",
    "pl": "3f8fdfbf497bbd1322560fb18e4e9df869bd11b070b58c5c906b7190b4e3acd7",
    "so": "8b7b030a2c0dbb0cf55c576f4edff7b17eee77a2e218b0b4d75c910cc9239e3e",
    "uk": "beea83e445aa32cd4ba52b1d234bb52b6b053ee9de16f572d4cf91abcc1678f7",
    "ur": "54d38554869f8a4772ad98067311a3fad5ff250c8029cd5d3d1ee217ddd2de3e",
}
"""The first word ever shown at each place, which is the last of its line. It stays for ever: put a better one before it."""
LATER: dict[str, dict[str, int]] = {}
"""Every word that was put before another since, with its place. These stay for ever, too."""

SOUNDS_LIKE = {
    "ar": ("ص>س ث>س ط>ت ذ>ز ض>د ظ>ز ح>ه ع>ا ق>ک غ>خ"),
    "cy": ("dd>th ff>f ph>f ll>l rh>r u>i y>i k>c"),
    "pl": ("rz>z sz>s cz>c ch>h dz>z ó>u w>f"),
    "so": ("kh>h dh>d x>h q>g k>g c>"),
    "uk": ("і>и е>и є>и щ>ш ь>"),
    "ur": ("ص>س ث>س ط>ت ذ>ز ض>ز ظ>ز ح>ه ع>ا ق>ک ٹ>ت ڈ>د ڑ>ر"),
}
"""Letters and pairs of them that a speaker may write for one another; a doubled letter sounds as one in all of them."""

UNFIT = {
    "ar": "أسد سكر بيضة خيارة تبولة نفق حزام ريح نعل مصاصة كلب حمار خنزير قنبلة سكين ندى",
    "cy": "gwialen cleddyf corrach moronen mochyn buwch cyllell marw gwn llo tafod tost",
    "pl": "krowa świnia małpa osioł baran koza pedał trawa tęcza figa młotek nóż broń pistolet wódka ptak gumka",
    "so": "dameer eey doofaar cunto diin qori mindi dayac xaar dagaal feedh",
    "uk": "корова свиня осел баран козел мавпа вафля редиска ізюм гвинт трава мак ніж танк ракета перець",
    "ur": "کتا گدھا الو بندر سور قاعدہ شیر جوتا ڈنڈا چھری بم بلبل گردن کدو شراب",
}
"""Everyday words that also insult, frighten or mean something else; most were thought of for a list and left out."""


def sound(word: str, language: str) -> str:
    word = unicodedata.normalize("NFC", word.lower())
    for pair in SOUNDS_LIKE.get(language, "").split():
        written, _, heard = pair.partition(">")
        word = (word if written == "ó" else folded(word)).replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", folded(word))


def said(number: int, language: str) -> str:
    """The code of this number in the language's own words."""
    return receipts.shown(code(number), language, listed(language)).words


def code(number: int) -> str:
    where = (number // len(ENGLISH) ** 2, number // len(ENGLISH) % len(ENGLISH), number % len(ENGLISH))
    return " ".join(ENGLISH[place] for place in where)


NUMBERS = st.integers(0, CODES - 1)
SPOKEN = st.sampled_from(LANGUAGES)


# -- what a list must keep


def test_four_short_words_say_every_code_and_hardly_more() -> None:
    assert 1 <= SAYABLE / CODES < 1.01


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_long_enough_of_short_plain_words(language: str) -> None:
    assert len(listed(language)) == len(set(listed(language))) == receipts.OWN_LISTED
    for word in listed(language):
        assert unicodedata.is_normalized("NFC", word)
        assert word.isalpha(), word
        assert word == word.lower(), word
        assert 3 <= len(word) <= words.LONGEST, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_was_given_out_stays_at_its_place(language: str) -> None:
    lines = catalogues.code_words(language)
    first = "\n".join(line[-1] for line in lines)
    assert hashlib.sha256(first.encode()).hexdigest() == GIVEN_OUT[language]
    later = {word: place for place, line in enumerate(lines) for word in line[:-1]}
    assert later == LATER.get(language, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_are_a_slip_apart_sound_alike_or_share_a_beginning(language: str) -> None:
    known = places(language)
    assert len(known) == sum(len(line) for line in catalogues.code_words(language)), "two words fold to one"
    letters = "".join(sorted(set("".join(known))))
    for word in known:
        assert not known.keys() & one_slip(word, letters), word
    heard: dict[str, str] = {}
    for word in listed(language):
        assert heard.setdefault(sound(word, language), word) == word
    for one, other in combinations(map(folded, listed(language)), 2):
        short, long = sorted((one, other), key=len)
        assert not (len(short) >= 4 and long.startswith(short)), (short, long)
        assert not (len(short) >= 5 and long.startswith(short[:5])), (short, long)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_slip_is_forgiven_and_none_means_another_word(language: str) -> None:
    known = places(language)
    letters = "".join(sorted(set("".join(known))))
    unclear = slips = 0
    for word in list(known)[::7]:
        for slipped in one_slip(word, letters):
            found = meant(slipped, language)
            assert found in (known[word], None), (word, slipped)
            slips += 1
            unclear += found is None
    assert unclear / slips < 0.06


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_insults_frightens_or_means_something_else_is_listed(language: str) -> None:
    assert not {folded(word) for word in UNFIT[language].split()} & places(language).keys()


def test_no_two_languages_share_a_word() -> None:
    for one, other in combinations(LANGUAGES, 2):
        assert not places(one).keys() & places(other).keys(), (one, other)


# -- every code leads back


@given(NUMBERS, SPOKEN, st.sampled_from([" ", ", ", "\n", "  /  ", "-", "،", "’ "]))
def test_every_code_in_every_language_leads_back_to_itself(number: int, language: str, between: str) -> None:
    shown = receipts.shown(code(number), language, listed(language))
    assert (shown.language, shown.figures, len(shown.words.split())) == (language, "", receipts.OWN_WORDS)
    assert receipts.typed(shown.words.replace(" ", between)) == (code(number),)


WRITTEN_OTHERWISE = {
    "ا": "اأإآٱ", "أ": "أا", "إ": "إا", "آ": "آا", "ة": "ةهۃ", "ه": "هة", "ہ": "ہهھ", "ھ": "ھهہ", "ى": "ىيی", "ي": "يىی",
    "ی": "یيى", "ك": "كک", "ک": "کك", "ں": "ںن", "ؤ": "ؤو", "ئ": "ئي", "ł": "łl", "ґ": "ґг",
}  # fmt: skip


@st.composite
def sloppily(draw: st.DrawFn, number: int, language: str) -> str:
    """A code as hurried people write it: capitals, marks left out or added, another keyboard's letters, unseen signs."""
    written = []
    for sign in said(number, language):
        plain = "".join(part for part in unicodedata.normalize("NFD", sign) if not unicodedata.combining(part))
        written.append(draw(st.sampled_from(sorted({sign, sign.upper(), plain, *WRITTEN_OTHERWISE.get(sign, "")}))))
        if sign.isalpha():
            marks = "\u064e\u0651\u0640\u200e\u200f\u200d" if "\u0600" < sign < "\u0700" else "\u200b\u00ad\u2066"
            written.append(draw(st.sampled_from(["", "", *marks])))
    return "".join(written)


@given(st.data(), NUMBERS, SPOKEN)
def test_a_code_written_sloppily_leads_back_to_itself(data: st.DataObject, number: int, language: str) -> None:
    assert receipts.typed(data.draw(sloppily(number, language))) == (code(number),)


@given(st.data(), NUMBERS, SPOKEN)
def test_one_slip_in_each_word_leads_to_the_code_or_nowhere(data: st.DataObject, number: int, language: str) -> None:
    slipped = [data.draw(st.sampled_from(sorted(one_slip(folded(word))))) for word in said(number, language).split()]
    assert receipts.typed(" ".join(slipped)) in ((code(number),), ())


# -- and nothing else does


@given(st.integers(CODES, SAYABLE - 1), SPOKEN)
def test_four_words_beyond_the_last_code_are_none(number: int, language: str) -> None:
    where = [number // receipts.OWN_LISTED**power % receipts.OWN_LISTED for power in (3, 2, 1, 0)]
    assert receipts.typed(" ".join(listed(language)[place] for place in where)) == ()


@given(NUMBERS, NUMBERS, st.permutations(LANGUAGES), st.integers(1, 3))
def test_words_of_two_languages_are_no_code(one: int, other: int, languages: list[str], how_many: int) -> None:
    mixed = said(one, languages[0]).split()[:how_many] + said(other, languages[1]).split()[how_many:]
    found = receipts.typed(" ".join(mixed))
    by_a_slip = any(all(meant(folded(word), language) is not None for word in mixed) for language in LANGUAGES)
    assert found == () or by_a_slip


@given(NUMBERS, SPOKEN, st.integers(1, 3))
def test_fewer_words_do_not_lead_there(number: int, language: str, how_many: int) -> None:
    assert code(number) not in receipts.typed(" ".join(said(number, language).split()[:how_many]))


@given(st.lists(st.sampled_from([word for language in LANGUAGES for word in listed(language)]), min_size=4, max_size=4))
def test_a_try_stands_for_one_code_of_today_at_most(typed: list[str]) -> None:
    assert len(receipts.typed(" ".join(typed))) <= 1


# -- a better word at the same place


@pytest.fixture
def improved(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The Polish list with another word at its first place; the code it opens is that of the number 0."""
    lines = list(catalogues.code_words("pl"))
    before, lines[0] = lines[0][-1], ("hipopotam", *lines[0])
    monkeypatch.setattr(catalogues, "code_words", lambda language: tuple(lines) if language == "pl" else ())
    for kept in (listed, places):
        kept.cache_clear()
    yield before, "hipopotam"
    monkeypatch.undo()
    for kept in (listed, places):
        kept.cache_clear()


def test_a_word_that_was_replaced_goes_on_opening_what_it_opened(improved: tuple[str, str]) -> None:
    before, now = improved
    assert said(0, "pl") == " ".join([now] * 4)
    assert receipts.typed(" ".join([before, now, before, now])) == (code(0),)
