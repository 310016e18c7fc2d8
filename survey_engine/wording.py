"""How a text reads: its reading age, its sentences, and the known ways in which a question goes wrong.

English only, and rules rather than a model: each remark names the words it is about and the
rule's source, so that a designer can disagree. A remark is a hint to look again, never a
verdict. What *asks for somebody's identity* is in ``identifying``, words of the trade are in
``plain_words``; which remark matters for whom, and on which kind of question, is ``checking``'s.

>>> [remark.code for remark in remarks("Don't you think the food is good and healthy?")]
['leading', 'double_barrelled']
>>> [remark.code for remark in remarks("How was your week?")]
[]
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

FEWEST_WORDS = 20
"""A reading age is not worked out for fewer words: the formula swings wildly on a short label."""
SPREAD = 14.0
"""How far the age of n words may be off, times √n. Measured on runs of sentences from our own surveys against the whole
survey: nine in ten were within 3.2 years at 20 words, 2.4 at 30, 2.0 at 40 (and up to 4.1 at 6)."""

Code = Literal["leading", "double_barrelled", "double_negative", "negative", "absolute", "long_recall"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One way in which a question may go wrong; ``said`` are the words it is about."""

    code: Code
    said: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How hard a text is to read.

    ``longest`` is the most words of any sentence and ``longest_sentence`` its first words;
    ``hard_words`` are those of three syllables or more that are not everyday words, each
    once. ``running_words`` and ``running_sentences`` count sentences of more than four words,
    where there are any: a list of short options would hide a long question.
    """

    words: int
    syllables: int
    running_words: int
    running_sentences: int
    longest: int
    longest_sentence: str
    hard_words: tuple[str, ...]

    @property
    def age(self) -> float | None:
        """The reading age in years; None where there are too few words to tell.

        Flesch–Kincaid's school grade (Kincaid and others 1975: 0.39 × words a sentence +
        11.8 × syllables a word − 15.59) plus five, since grade one is age six.
        """
        if self.words < FEWEST_WORDS:
            return None
        return 5 + 0.39 * self.running_words / self.running_sentences + 11.8 * self.syllables / self.words - 15.59

    def is_older_than(self, age: int) -> bool:
        """Whether the text reads older than ``age`` by more than so few words may be off; False where nobody can tell."""
        own = self.age
        return own is not None and own - SPREAD / self.words**0.5 > age


# --- words, sentences, syllables -----------------------------------------------------------

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=\S)|\s*\n+\s*(?:[-*•]\s+)?|\s+[-–—]\s+(?=[A-Z])")
_NOT_AN_END = re.compile(r"\b(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|vs)\.", re.IGNORECASE)
_PIPE = re.compile(r"\$\{[^}]*\}")
_MARK = frozenset("*_`#>[")
_MARKS = re.compile(r"[*_`#>]+|\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)")


def plain(text: str) -> str:
    """A text as it is heard: an answer put in (``${name}``) as "it", no marks of markdown, straight apostrophes."""
    if "${" in text:
        text = _PIPE.sub("it", text)
    if not _MARK.isdisjoint(text):
        text = _MARKS.sub(lambda mark: mark[1] or " ", text)
    return text.replace("’", "'")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text; a line of its own (a heading, an item of a list) is one.

    >>> sentences("How are you? Tell us e.g. about school.")
    ('How are you?', 'Tell us e.g. about school.')
    """
    kept = _NOT_AN_END.sub(lambda short: short[0].replace(".", "\0"), text)
    return tuple(part.replace("\0", ".").strip() for part in _END.split(kept) if part and _WORD.search(part))


def words_in(text: str) -> list[str]:
    """The words of a text; a hyphenated one counts once, as it is read."""
    return _WORD.findall(text)


_SMALL_WORDS = frozenset(
    "a an the and or of to in on at is are was do does did you your i my we it that this for with what how who which "
    "when where why have has had can be not no if about from they as there would".split()
)


def may_be_english(text: str) -> bool:
    """Whether a text can be English: of thirty words or more, one in ten is a small English one (in English, four are).

    >>> may_be_english("Short"), may_be_english("Nama lokasi pengungsian apabila tersebut " * 10)
    (True, False)
    """
    every = [word.lower() for word in words_in(text[:5_000])]
    return len(every) < 30 or sum(word in _SMALL_WORDS for word in every) * 10 >= len(every)


_VOWELS = re.compile(r"[aeiouy]+")
_SPLIT = re.compile(
    r"(?<![tcsg])ia(?!ge|n\b)|[tc]iat|io(?!n|us)|iu|eo(?!n\b|us)|[aeiou]ing\b|uou|[^gq]ua[lt]|idea|\breact|creat(?!u)|"
    r"theat|reali|[aeou]y[aeiou]|[^aeiou]ying\b|oe[mt]|[^gq]uel|iet|[^gqb]ui[dn](?!e)"
)
_SILENT = re.compile(
    r"[^aeiouylr]e\b|[^aeiou][aeiouy]+[lr]e\b|[^aeioudt]ed\b|[^aeiouscxzgh]es\b|[aeiou](?:ve|th)es\b|"
    r"[^aeiouy]e(?:ly|ful|fully|less|ment|ments|ness|where|thing|body|one|times|how|work|ty)\b"
)
_SYLLABLES = {
    "people": 2, "area": 3, "areas": 3, "idea": 3, "ideas": 3, "being": 2, "quiet": 2, "science": 2, "different": 2,
    "every": 2, "everyone": 3, "everybody": 4, "everything": 3, "everywhere": 3, "several": 2, "favourite": 2,
    "interest": 2, "interesting": 3, "interested": 3, "business": 2, "evening": 2, "real": 1, "really": 2,
    "create": 2, "created": 3, "diary": 3, "trial": 2, "lives": 1, "sometimes": 2, "someone": 2, "something": 2,
    "somebody": 3, "somewhere": 2, "anyone": 3, "anything": 3, "anybody": 4, "comfortable": 3, "vegetables": 3,
    "family": 3, "families": 3, "hours": 1, "hour": 1, "our": 1, "flower": 2, "poem": 2, "ready": 2, "already": 3,
    "breakfast": 2, "create's": 2, "don't": 1, "doesn't": 2, "didn't": 2, "isn't": 2, "wasn't": 2, "aren't": 1,
    "couldn't": 2, "wouldn't": 2, "shouldn't": 2, "haven't": 2, "hasn't": 2, "they're": 1, "we're": 1, "you're": 1,
    "i'm": 1, "it's": 1, "that's": 1, "what's": 1, "who's": 1, "where's": 1, "i've": 1, "you've": 1, "we've": 1,
    "i'd": 1, "you'd": 1, "we'd": 1, "you'll": 1, "we'll": 1, "i'll": 1, "they'll": 1, "can't": 1, "won't": 1,
    "the": 1, "me": 1, "be": 1, "he": 1, "she": 1, "we": 1, "maybe": 2, "cafe": 2, "recipe": 3, "says": 1, "goes": 1,
    "does": 1, "shoes": 1, "yes": 1, "eyes": 1, "clothes": 1, "used": 1, "scared": 1, "cared": 1, "carer": 2,
    "carers": 2, "shared": 1, "hundred": 2, "worried": 2, "hurried": 2, "married": 2, "tried": 1, "cried": 1,
    "friend": 1, "friends": 1, "adviser": 3, "social": 2, "special": 2, "question": 2, "questions": 2, "experience": 4,
    "experiences": 5, "placement": 2, "placements": 2, "management": 3, "statement": 2, "wednesday": 2,
    "society": 4, "variety": 4, "anxiety": 4, "museum": 3, "violence": 3, "violent": 3, "giant": 2,
    "client": 2, "clients": 2, "lion": 2, "riot": 2, "period": 3, "serious": 3, "previous": 3, "various": 3,
    "obvious": 3, "naked": 2, "wicked": 2, "hatred": 2, "sacred": 2, "dial": 2, "scientist": 3, "rhythm": 2, "curious": 3, "anxious": 2, "religious": 3, "delicious": 3, "precious": 2, "conscious": 2,
}  # fmt: skip
"""Words the rule below gets wrong and that surveys use."""


@lru_cache(maxsize=8_192)
def syllables(word: str) -> int:
    """How many syllables an English word has, by its groups of vowels; at least one.

    textstat 0.7.3 counts by where a word may be *hyphenated* and so finds one syllable in
    "about", "again" and "idea", and does not start without an old setuptools; of 214 words of
    surveys this rule, mended on them, counts 3 wrongly, hyphenation 40.

    >>> [syllables(word) for word in ("home", "about", "people", "accommodation", "listened", "2")]
    [1, 2, 2, 5, 2, 1]
    """
    word = word.lower().replace("’", "'")
    if word in _SYLLABLES:
        return _SYLLABLES[word]
    if "-" in word:
        return sum(syllables(part) for part in word.split("-") if part)
    if word.endswith("'s"):
        return syllables(word[:-2]) + (word[-3:-2] in ("s", "x", "z"))
    if word.isdigit():
        return len(word)
    found = len(_VOWELS.findall(word)) + len(_SPLIT.findall(word)) - len(_SILENT.findall(word))
    if word.endswith(("le", "les", "led", "re")) and re.search(r"[^aeiouylr](?:le[sd]?|re)$", word):
        found += word.endswith(("les", "led"))  # ta-bles, set-tled: the e is dropped, the l is heard
    if word.endswith(("sm", "sms")):
        found += 1
    return max(1, found)


EVERYDAY = frozenset(
    """
    activities activity actually adventure afternoon afterwards ambulance animal animals another answering anybody
    anyone anything apartment area areas banana bicycle birthday birthdays brilliant calendar carefully chocolate
    cinema computer computers december deciding decided different difficult dinosaur easier easily easiest eleven
    elephant energy enormous enjoying evening evenings everybody everyone everything everywhere exactly example
    excited exciting family families favourite february finally finishing football general grandparent grandparents
    grandmother grandfather happening happier happiest happily holiday holidays hospital however idea ideas imagine
    important instead interest interested interesting internet january july kangaroo library listening magazine medicine
    memories memory message messages moment musical national november october opening operation opposite orange
    ordinary outside parent parents policeman police possible potato probably properly question questions quietly
    radio really recorder remember remembered remembering saturday september seventeen seventy several sometimes
    somebody suddenly surprising teenager teenagers telephone television terrible together tomorrow understand
    understanding understood unhappy united vegetables visiting visitor visitors wonderful yesterday
    decision decisions everyday computer feelings somewhere usually beautiful belongings bullying comfortable
    conversation dangerous definitely dictionary disappointed disagree emergency encourage especially exercise
    explaining explanation favourite forever frightening hungry ignoring invited lonely lovely missing moving
    neighbour neighbours nobody personal personally picture pictures private privately remind safety secondary
    serious seriously similar suggestion suggestions support supporting technology uncomfortable upsetting video
    videos weekend weekends whatever whenever wherever whoever worrying adult adults advice apologise apologised
    available business celebrate certainly community completely confident continue council countries country
    deliver direction director disability education electric environment equipment evidence experience explain
    government historical however hurtful identity immediately information instructions invitation language
    languages necessary negative positive opinion opinions original particular passenger performance photograph
    popular practical president quality reasonable regular religion religious satisfied scientist secretary
    separate separately situation society solution successful telephone temperature tradition university valuable
    adopted adoption advocate advocates carer carers disabled foster fostering anyway anywhere already
    following including included includes provided provide provides examples currently service services tablet difference differences differently overall nursery relative relatives
    """.split()
)
"""Words of three syllables and more that a nine-year-old knows by ear (our own list), so that only others are named."""


@lru_cache(maxsize=4_096)
def _is_hard(word: str) -> bool:
    low = word.lower().replace("’", "'").removesuffix("'s")
    if "-" in low or low.isdigit() or low in EVERYDAY:
        return False
    if not low.isascii() or (word[:1].isupper() and word[1:].islower() and low not in EVERYDAY and len(low) < 6):
        return False
    return syllables(low) >= 3


@lru_cache(maxsize=4_096)
def read(text: str) -> Reading:
    """How a text reads: a page's label, hint and options, each on a line of its own."""
    parts = sentences(plain(text))
    counted = [words_in(part) for part in parts]
    every = [word for part in counted for word in part]
    lengths = [len(part) for part in counted]
    running = [length for length in lengths if length > 4] or lengths
    longest = max(lengths, default=0)
    return Reading(
        words=len(every),
        syllables=sum(map(syllables, every)),
        running_words=sum(running),
        running_sentences=len(running),
        longest=longest,
        longest_sentence=" ".join(parts[lengths.index(longest)].split()[:6]) if parts else "",
        hard_words=tuple(dict.fromkeys(word.lower() for word in every if len(word) > 5 and _is_hard(word))),
    )


def together(readings: Iterable[Reading]) -> Reading:
    """How several texts read as one; the longest sentence is not looked for."""
    found = list(readings)
    return Reading(
        words=sum(one.words for one in found),
        syllables=sum(one.syllables for one in found),
        running_words=sum(one.running_words for one in found),
        running_sentences=sum(one.running_sentences for one in found),
        longest=0, longest_sentence="", hard_words=(),
    )  # fmt: skip


# --- how a question goes wrong ---------------------------------------------------------------

_PRAISE = (
    "good|great|helpful|useful|brilliant|amazing|kind|friendly|supportive|wonderful|excellent|fun|lovely|nice|caring|"
    "fantastic|enjoyable|effective|pleased|bad|terrible|awful|unfair|unhelpful|horrible|rude|annoying"
)
_LEADING = re.compile(
    r"(?:^|[,;.?!:-]\s*)(?:(?:so|and|but|surely)\s+)?(?:do|does|is|are|would|should|did|was|were|have|has|can|could|wo|ai)n't"
    r"(?=\s[^.!?]*\?)\s\w+"
    r"|\b(?:isn't|aren't|don't|doesn't|wasn't|weren't|didn't|haven't|hasn't|won't|wouldn't|can't) "
    r"(?:it|they|you|we|he|she|there)\s*\?"
    r"|,\s*(?:right|yes|yeah|correct|ok(?:ay)?)\s*\?"
    r"|\b(?:do|would|did) you (?:also |not )?agree (?:that|with (?:us|everyone|most|other))\b"
    r"|\byou (?:do |would )?agree\b(?=[^?]*\?)(?<!how much do you agree)(?<!how far do you agree)(?<!do you agree)"
    rf"|\bhow (?:very )?(?:{_PRAISE}) (?:was|is|were|are|did|do|does|has|have|you)\b"
    r"|\bhow much (?:do|did|does|have|has|would) (?:you|\w+(?: \w+){0,3}) "
    r"(?:really )?(?:enjoy(?:ed)?|love[d]?|benefit(?:ed)?|improve[d]?|hate[d]?|dislike[d]?|appreciate[d]?)\b"
    r"|\bhow much (?:better|worse|happier|safer|sadder)\b"
    r"|\bhow much (?:has|have|did) [^?]{2,60}? (?:help|helped|improve|improved)\b"
    r"|\bis it true that\b|(?:^|[.?!]\s)given (?:that|how)\b"
    r"|\b(?:obviously|of course|as (?:you|we all) know|surely|needless to say|clearly,|naturally,)"
    r"|\b(?:everyone|everybody|we all|most (?:people|children|young people|parents|of us|families)|other children|experts|"
    r"lots of (?:people|children)|research)\s+(?:\w+\s+)?"
    r"(?:knows?|agrees?|thinks?|says?|likes?|loves?|believes?|finds?|shows?|feels?|hates?|enjoys?)\b(?! you)"
    r"|\bour (?:\w+ )?(?:excellent|great|wonderful|brilliant|amazing|fantastic|hard-working|hardworking|dedicated|"
    r"friendly|caring|much-loved|award-winning|popular|improved)\b"
    r"|\bwhy (?:do|did) you (?:like|love|enjoy|hate|dislike|prefer)\b"
    r"|\bwhy (?:is|are|was|were) (?:\w+ ){1,4}(?:so )?(?:good|great|bad|important|better|worse|best|wrong|unfair)\b"
    r"|\bwhat (?:did|do) you (?:love|enjoy|hate) about\b"
    r"|\bhow (?:important|vital|essential) (?:do you think )?it is to\b"
    r"|\b(?:you must|you should|you have to) (?:admit|agree|say)\b"
    r"|\bdo you think it(?:'s| is| was) (?:wrong|terrible|awful|unfair|right|wonderful|important|great|good|bad) (?:that|to|how)\b"
    r"|\bare you (?:happy|pleased|glad|grateful|proud) that\b",
    re.IGNORECASE,
)
"""Words that push towards one answer. Dillman, Smyth and Christian, *Internet, Phone, Mail, and Mixed-Mode Surveys*
(2014), ch. 4 and 5; for children: de Leeuw (2011), who found them eager to please."""

_PAIRS = re.compile(
    r"\b(?:(?:your |my |their |the )?(?:mums?|mothers?|mams?|moms?) (?:and|or) (?:your |my |their |the )?(?:dads?|fathers?)"
    r"|(?:dads?|fathers?) and (?:mums?|mothers?)|brothers? (?:and|or) sisters?|sisters? (?:and|or) brothers?"
    r"|famil(?:y|ies) (?:and|or) friends|friends (?:and|or) family|girls (?:and|or) boys|boys (?:and|or) girls"
    r"|children and young people|young people and children|aunts? and uncles?|grandmas? and grandads?|nans? and grandads?"
    r"|parents (?:and|or) carers|carers and parents|mums? and carers?"
    r"|health and social care|wishes and feelings|thoughts and feelings|feelings and thoughts|ups and downs|up and down"
    r"|in and out|on and off|to and fro|back and forth|here and there|now and (?:then|again)|again and again|more and more"
    r"|over and over|bits and pieces|pros and cons|safe and sound|peace and quiet|odds and ends|fish and chips"
    r"|food and drinks?|eat and drink|toys and games|arts? and crafts?|bed and breakfast|black and white|his and hers"
    r"|he and she|him and her|you and (?:your|the|other|us|we|me|i)\b|your \w+ and you\b|and you together|us and you"
    r"|rights and wrongs|trial and error|first and last|one and only|day and night|night and day|morning and night"
    r"|lesbian,? gay[^?]*|trans and|skills and experience|terms and conditions|names? and pronouns|come and|go and|went and|try and|sit down and"
    r"|sat down and|stop and|stopped and|wait and see|and so on|and then\b|can and can(?:not|'t| not)|do and do(?:n't| not)"
    r"|likes and dislikes|good and bad|best and worst|bad and good|right and wrong|yes and no|rules and regulations"
    r"|special educational needs and disabilit(?:y|ies)|ice and|health and safety|question and answer|salt and"
    r"|(?:between|both) [^?,]{1,40} and|and why\b|and how many\b|and if so|and you can\b|and over|and above|and under|and up"
    r"|\d+ and \d+|half and half|twos? and|one and two)\b",
    re.IGNORECASE,
)
"""Pairs that are one thing, and turns of phrase in which "and" joins no second question."""
_SUBORDINATE = re.compile(
    r"^(?:when|if|after|before|since|while|once|whenever|because|although|thinking (?:about|of)|think (?:about|of)|imagine)"
    r"\b[^,?]*,\s*",
    re.IGNORECASE,
)
_BOTH_ASKED = re.compile(r"\band/or\b|(?<!\w)&(?!\w)|\b(?:and|as well as|and also|but also|plus)\b", re.IGNORECASE)
_TWO_QUESTIONS = re.compile(
    r"\?.*\b(?:and|or|also)\b.*\?|\?\s*(?:and|or)?\s*(?:what|how|why|who|where|when|do|does|did|is|are|was|were|can|have)\b[^?]*\?",
    re.IGNORECASE | re.DOTALL,
)
_ASIDE = re.compile(r"\([^()]{0,500}\)")

_NEGATIVE = re.compile(
    r"\b(?:not|never|no one|nobody|none|nothing|nowhere|without|neither|cannot|unless|except)\b|n't\b"
    r"|\bno (?!\d|longer)(?=\w)",
    re.IGNORECASE,
)
_HARMLESS_NOT = re.compile(
    r"\bor not\b|\bwhy not\b|\bif not\b|\bnot (?:sure|at all|so|very|yet|just|only)\b|\bcan(?:not|'t) (?:remember|wait)\b"
    r"|\bno matter\b|\byes or no\b|\bno one else\b|\bor no\b|\bdo(?:n't| not) (?:know|mind|worry|have to|need to)\b"
    r"|\bno right or wrong\b|\bno wrong\b|\b(?:and|or|can and) (?:cannot|can't|can not)\b|\bnot only\b|\bno-one else\b"
    r"|\bwhat (?:is|was|has been|went|goes|isn't|wasn't) not? ?(?:working|going) well\b"
    r"|\bnot (?:gone|go|going|working|worked|been going) (?:so )?well\b",
    re.IGNORECASE,
)
_DENYING = re.compile(
    r"\b(?:un(?:happy|safe|fair|kind|able|likely|willing|helpful|important|necessary|comfortable|pleasant|satisfied|clear)|"
    r"impossible|dis(?:like|agree|satisfied|approve|honest)\w*|refus\w+|fail\w*|lack\w*|prevent\w*|forbid\w*|ban(?:ned)?|"
    r"against|hardly|barely|rarely|seldom|deny|denied|avoid\w*|stop(?:ped|s)? (?:you|them|him|her|us|from)|"
    r"incorrect|irresponsible|inappropriate|insufficient|inadequate|abolish\w*|oppose\w*)\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:always|never|everybody|everyone|nobody|completely|totally|entirely|absolutely|100%|all (?:of )?the time|"
    r"every single|everything|in every way|at all times|constantly|without exception)(?![\w-])(?! (?:else|who|in|at|about|of|you|ok|okay|all right|fine)\b)",
    re.IGNORECASE,
)
_AGE_OF_MEMORY = re.compile(
    r"\b(?:in|over|during|within|for) the (?:last|past|previous)(?: (?:few|couple of|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|\d+))?(?: (?P<month>months?|terms?)| (?P<year>school years?|years?))\b"
    r"|\b(?P<last>last (?:year|summer|winter|spring|autumn|term|month|christmas))\b(?! group)"
    r"|\b(?P<this>this (?:school )?year|this term)\b"
    r"|\b(?P<since>since (?:last|christmas|easter|january|september|the (?:summer|winter|spring|autumn)|you (?:were|started|moved|came|first|left|turned|went))\b)"
    r"|\b(?P<little>when you were (?:little|younger|small|a baby|\d+|one|two|three|four|five|six|seven|eight))\b"
    r"|\b(?:\d+|two|three|four|five|six|twelve|a few|some|many) (?:(?P<months_ago>months) ago|(?P<years_ago>years) ago)\b"
    r"|\b(?:a|one) (?:(?P<month_ago>month)|(?P<year_ago>year)) ago\b",
    re.IGNORECASE,
)
_LONG_FOR_ANYONE = re.compile(
    r"\b(?:last|past|previous) (?:few|couple of|two|three|four|five|six|ten|[2-9]|\d\d) years\b"
    r"|\b(?:1[3-9]|[2-9]\d|eighteen|twenty-four) months\b",
    re.IGNORECASE,
)

_CONTRACTION = re.compile(
    r"\b(?:\w+n't|(?:i|you|we|they|who|that|there|it|he|she|what|where|how|when|let)'(?:m|re|ve|ll|d|s))\b",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|eg|ie|approx|inc|info|asap|incl)\b\.?|\b[A-Z]{2,6}s?\b")
ABBREVIATIONS_KNOWN = frozenset(
    {"TV", "UK", "OK", "DVD", "PE", "NHS", "ID", "PIN", "QR", "CD", "UN", "USA", "I", "IT", "A"}
)
"""Read as words by nearly everybody; in Easy Read even these are spelt out where they can be."""
_SHOUTED = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,})+\b")
_LOUD = frozenset(
    "NOT DO ALL AND OR YES NO YOUR YOU NOW ONE ONLY MUST NEVER ANY NEW STOP THIS THAT IS ARE CAN IF BE TO IN ON AT MY ME WE "
    "US THE FOR OF WITH MORE VERY BEST MOST OWN PLEASE THANK HELLO WHO WHAT HOW WHY WHEN WHERE ALWAYS".split()
)
"""Words somebody stresses by capitals; what stands in capitals beside one of them is stressed, too."""
_JOINED = re.compile(
    r",? \b(?:and|but|because|which|although|so that|or|unless|while|whereas|however)\b|;|:(?=\s)|\(", re.IGNORECASE
)
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)\b", re.IGNORECASE
)


@lru_cache(maxsize=4_096)
def remarks(text: str) -> tuple[Remark, ...]:
    """What may go wrong when a label is asked, each code at most once, whatever the kind of question.

    "Negative" is only for readers under eleven, "absolute" and "double-barrelled" only where
    the answer is one of few: the caller decides.
    """
    heard = " ".join(_ASIDE.sub(" ", plain(text)).split())
    found: list[Remark] = []
    asked = _asked(heard)
    if match := _LEADING.search(heard):
        found.append(Remark("leading", match[0].strip(" ,;:.!?-")))
    if said := _double_barrelled(heard, asked):
        found.append(Remark("double_barrelled", said))
    found += _negatives(asked)
    if (match := _ABSOLUTE.search(asked)) and not re.match(r"how (?:often|much)", asked, re.IGNORECASE):
        found.append(Remark("absolute", match[0]))
    if match := _AGE_OF_MEMORY.search(heard):
        found.append(Remark("long_recall", match[0]))
    return tuple(found)


def too_long_for_anyone(text: str) -> str:
    """A stretch of more than a year that somebody of twelve and over is asked to look back on; "" where there is none."""
    match = _LONG_FOR_ANYONE.search(plain(text))
    return match[0] if match else ""


def _asked(heard: str) -> str:
    """The part of a label that is asked: its questions, or all of it where there is no question mark."""
    asked = [part for part in sentences(heard) if part.endswith("?")]
    return " ".join(asked) if asked else heard


def _double_barrelled(heard: str, asked: str) -> str:
    if match := re.search(r"\b\w+ and/or \w+", heard, re.IGNORECASE):
        return match[0]
    if _TWO_QUESTIONS.search(heard) and not re.search(
        r"\?\s*(?:why|if so|or not|if (?:yes|no|not))\b[^?]*\?$", heard, re.I
    ):
        return asked if len(asked) <= 60 else asked[:60].rsplit(" ", 1)[0] + "…"
    for part in sentences(asked):
        core = _SUBORDINATE.sub("", part)
        core = _PAIRS.sub(lambda pair: re.sub(r"\W+", "_", pair[0]).strip("_") + " ", core)
        if re.search(r"\bthan\b", core, re.IGNORECASE):
            continue
        if match := _BOTH_ASKED.search(core):
            before, after = core[: match.start()].split(), core[match.end() :].split()
            if before and after and "," not in " ".join(after[:4]) and len(before) > 1:
                return " ".join((*before[-2:], match[0], *after[:2])).strip("?.,! ")
    return ""


def _negatives(asked: str) -> list[Remark]:
    for part in sentences(asked):
        core = _HARMLESS_NOT.sub(" ", part)
        plain_no = [match[0] for match in _NEGATIVE.finditer(core)]
        tag = _LEADING.search(part)
        if tag and "n't" in tag[0].lower() and plain_no:
            plain_no = plain_no[1:]  # "Don't you think …" leads; it does not deny
        denying = [match[0] for match in _DENYING.finditer(core)]
        if len(plain_no) >= 2 or (plain_no and denying):
            return [Remark("double_negative", f"{plain_no[0].strip()} … {([*plain_no[1:], *denying])[0].strip()}")]
        if plain_no:
            return [Remark("negative", _whole_word(core, plain_no[0]))]
    return []


def _whole_word(text: str, part: str) -> str:
    match = re.search(rf"[\w]*{re.escape(part)}", text)
    return (match[0] if match else part).strip()


# --- Easy Read -------------------------------------------------------------------------------


@lru_cache(maxsize=2_048)
def contraction(text: str) -> str:
    """The first contraction of a text ("don't", "it's"), or "".

    >>> contraction("Your mum's house is where you don't sleep")
    "don't"
    """
    match = _CONTRACTION.search(plain(text))
    return match[0] if match else ""


@lru_cache(maxsize=2_048)
def abbreviation(text: str) -> str:
    """The first abbreviation of a text that is not among those everybody reads as a word, or "".

    >>> abbreviation("Ask for help, e.g. at school"), abbreviation("Do NOT WORRY about TV")
    ('e.g.', '')
    """
    heard = plain(text)
    if heard.isupper():
        return ""  # all of it is in capitals: they say nothing
    heard = _SHOUTED.sub(lambda run: run[0].lower() if not _LOUD.isdisjoint(run[0].split()) else run[0], heard)
    found = (match[0] for match in _ABBREVIATION.finditer(heard))
    return next((short for short in found if short.rstrip("s") not in ABBREVIATIONS_KNOWN | _LOUD), "")


@lru_cache(maxsize=2_048)
def several_ideas(text: str) -> str:
    """The first sentence that joins several ideas: two joining words, or one in a sentence of over ten words; or ""."""
    for part in sentences(plain(text)):
        joined = len(_JOINED.findall(_PAIRS.sub("pair", part)))
        if joined >= 2 or (joined and len(words_in(part)) > 10):
            return " ".join(part.split()[:6])
    return ""


@lru_cache(maxsize=2_048)
def number_word(text: str) -> str:
    """The first number written as a word, or ""; "one" is not counted, since it is not always a number."""
    match = _NUMBER_WORD.search(plain(text))
    return match[0] if match else ""


# --- options -----------------------------------------------------------------------------------

_GOOD = re.compile(
    r"\b(?:excellent|outstanding|great|good|well|brilliant|amazing|fantastic|wonderful|super|perfect|happy|happier|love[ds]?|"
    r"like[ds]?|enjoy(?:ed)?|agree|satisfied|pleased|helpful|easy|safe|better|kind|useful|positive|fine|best|fair|clear|"
    r"comfortable|improved|friendly|caring|fun)\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(?:bad|badly|poor|poorly|awful|terrible|horrible|rubbish|unhappy|sad|hate[ds]?|dislike[ds]?|disagree|dissatisfied|"
    r"unsatisfied|unhelpful|hard|difficult|unsafe|worse|worst|unkind|useless|negative|unfair|unclear|uncomfortable|scary|"
    r"angry|upset|boring|unfriendly|inadequate)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:very|really|strongly|extremely|excellent|outstanding|brilliant|amazing|fantastic|love|hate|awful|terrible|horrible|"
    r"perfect|completely|totally|definitely|best|worst|a lot|great|so)\b",
    re.IGNORECASE,
)
_MIDDLE = re.compile(
    r"\b(?:neither|neutral|okay|ok|in the middle|up and down|mixed|average|nor|in between|so-so|all right)\b", re.I
)
_DENIED = re.compile(r"\b(?:not|n't|never|no|isn't|don't|didn't|doesn't|wasn't|hardly)\b|n't\b", re.IGNORECASE)
_DONT_KNOW = re.compile(
    r"\b(?:(?:do not|don't|didn't|dont) (?:really )?know|not (?:really )?sure|unsure|can(?:not|'t) (?:remember|say|decide)|"
    r"no idea|no opinion|not certain|hard to say|prefer not|rather not|not applicable|n/a|doesn't apply|does not apply)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:other|else|another|something different|none of (?:these|them|the above)|it depends)\b", re.IGNORECASE
)
_DEGREE = re.compile(
    r"^(?:yes|no|true|false|maybe|always|never|sometimes|often|rarely|usually|hardly ever|most of the time|a lot|a little|not at all|"
    r"agree|disagree|strongly (?:agree|disagree))\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=8_192)
def leaning(option: str) -> int | None:
    """How good or bad an option is, from 2 (very good) to -2 (very bad); None where it is neither and not between.

    >>> [leaning(option) for option in ("Very good", "OK", "Not so good", "I hate it", "Blue")]
    [2, 0, -1, -2, None]
    """
    heard = plain(option)
    if _DONT_KNOW.search(heard):
        return None
    if _MIDDLE.search(heard):
        return 0
    good, bad = len(_GOOD.findall(heard)), len(_BAD.findall(heard))
    if (not good and not bad) or (good and bad):
        return None
    denied = _DENIED.search(heard) is not None
    strength = 2 if _STRONG.search(heard) and not denied else 1
    if good:
        return -strength if denied else strength
    return 0 if denied else -strength


def says_dont_know(option: str) -> bool:
    """Whether an option is a way to say "I don't know" or "not sure"."""
    return _DONT_KNOW.search(plain(option)) is not None


def says_other(option: str) -> bool:
    """Whether an option takes in everything that is not among the others."""
    return _OTHER.search(plain(option)) is not None


def is_degree(option: str) -> bool:
    """Whether an option is one of yes and no, or a degree of agreeing or of how often."""
    return _DEGREE.match(plain(option).strip()) is not None
