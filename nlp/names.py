"""Names of people and places in English text: the record's own names, then word lists gated by context.

A name that is also a word (Will, Hope, Grace) counts only with a second sign: a capital where
none is due, a title or kin word before it, or a verb behind it that people do. What is left
over with a capital and stands in no list becomes UNKNOWN_NAME, unsure, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlp.documents import Span
from nlp.gazetteer import Gazetteer, gazetteer
from nlp.text import fold
from nlp.words import Word, cut


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set(
    "mr mrs ms mx dr doctor sir miss mister madam pc dc prof professor rev sister father imam pastor headteacher"
)
_KIN = _set(
    "auntie aunty aunt uncle nan nana nanny nanna gran granny grandma grandad grandpa granddad cousin cousins brother brothers sister sisters bro sis stepdad "
    "stepmum stepbrother stepsister mum mummy dad daddy mam mom nephew niece twin twins son sons daughter daughters husband wife partner baby"
)
_ROLES = _set(
    "carer carers worker workers sw teacher teachers tutor mentor friend friends mate mates bestie besties bff bf gf boyfriend girlfriend neighbour advocate keyworker "
    "nurse officer therapist counsellor manager boss staff pa iro ta senco coach psychologist solicitor guardian visitor caretaker driver practitioner child pupil student"
)
_CALLED = _set("called named name nickname dear hi hello hey hiya thanks thankyou cheers signed")
_WITH = _set(
    "with told tell ask asked saw seen met miss missed when by that if cos because and like love from for to than except him her them after before so but cuz coz think hope wish visit see without about while since until hate"
)
_DOES = _set(
    "said says told tells helps helped came comes shouts shouted shouting lets makes made gave gives took takes asks asked listens listened explained explains visits visited rang rings calls hits hit "
    "hurts bullies bullied picks picked always never doesnt didnt hasnt wont isnt wasnt cant doesn't didn't hasn't won't isn't wasn't can't likes liked loves loved hates hated wants wanted lives lived works worked went goes got "
    "gets thinks thought knows knew understands understood needs needed moved shares shared shows showed cooks cooked plays played talks talked speaks spoke sits sat stays stayed reported "
    "reports attended attends presents presented engaged engages disclosed stated expressed enjoys enjoyed prefers preferred feels felt smiled cried cries prays fixed drives drove taught teaches really "
    "keeps kept reads read brings brought promised promises turned turns appears appeared seemed seems met rarely often also explained wrote writes watches watched knows kicked punched pushed walked walks ran runs sleeps left noticed remembers forgot refused refuses declined arrived ate drank snores steals stole lied lies laughs laughed swears"
)
_IS = _set("is was has will would had does did can could are and n & are who")
_BEFORE_WORD = _set(
    "a an the this that these those some any no every each what which in on at of last next too very so more most i we you they he she it ive weve who to really just both"
)
_PETS = _set(
    "dog dogs puppy pup cat cats kitten hamster rabbit bunny horse pony goldfish fish budgie parrot tortoise snake gerbil lizard rat rats guinea-pig pig chicken hen bird ferret gecko teddy toy doll doggy"
)
# Words that are common as a name but stand for themselves at the start of a sentence, too, before "is" and "was".
_MASS = _set(
    "hope summer autumn may april june august sunday faith peace joy patience harmony happiness wisdom unity charity comfort song sky gift mercy honey sunny storm star river precious praise art saffron rich "
    "said can my mine son nan nana india asia jesus christian paris jordan love music king queen prince princess shade gang job loan miracle treasure blessing chance van wing long"
)
_LETTER_WORDS = _set("a i x o u r n k c y b d w v")  # single letters that are words in a text message
_LETTER_WORDS_UPPER = _set("a i x o u r")
_IN_PLACE = _set(
    "in from to near at around of outside through via live lives lived moved move leaving left visit visiting visited towards between and or stay stayed staying area"
)
_FANS = _set(
    "support supports supporting supported fan fans team watch watched watching beat beats play played vs against follow follows"
)
_CLUBS = _set(
    "united city town rovers athletic wanderers fc afc rfc albion county utd hotspur tigers giants rhinos warriors rangers forest villa wednesday palace"
)
_YOUNG_TEAMS = _set("juniors colts youth under girls boys u7 u8 u9 u10 u11 u12 u13 u14 u15 u16 minis")

_SHORT_FORMS = {
    "alexander": "alex xander lex sandy", "alexandra": "alex lexi sandra", "abigail": "abi abbie gail", "andrew": "andy drew", "anthony": "tony ant", "benjamin": "ben benji benny",
    "bethany": "beth", "catherine": "cath cathy kate katie", "charlotte": "charlie lottie lotte", "charles": "charlie chas chaz", "christopher": "chris kit", "christine": "chris chrissie",
    "daniel": "dan danny", "danielle": "dani danni", "david": "dave davey", "deborah": "deb debbie", "edward": "ed eddie ted teddy ned", "eleanor": "ellie nell", "elizabeth": "liz lizzie beth eliza libby betty",
    "emily": "em emmy", "frederick": "fred freddie", "gabriel": "gabe", "george": "georgie", "harry": "haz hazza", "isabella": "izzy bella isa", "isabelle": "izzy belle", "jacob": "jake", "james": "jim jimmy jamie",
    "jennifer": "jen jenny", "jessica": "jess jessie", "jonathan": "jon jonny", "joseph": "joe joey", "joshua": "josh", "katherine": "kate katie kat kath", "kimberley": "kim", "lewis": "lew", "lillian": "lily lil",
    "margaret": "maggie meg peggy", "matthew": "matt matty", "michael": "mike mikey mick", "mohammed": "mo", "muhammad": "mo", "natalie": "nat", "nathan": "nate nath", "nathaniel": "nate nat", "nicholas": "nick nicky",
    "nicola": "nicky nic", "oliver": "ollie olly", "olivia": "liv livvy", "patricia": "pat trish", "patrick": "paddy pat", "peter": "pete", "philip": "phil", "rebecca": "becca becky bex", "richard": "rich rick dick", "robert": "rob bob robbie bobby",
    "samantha": "sam sammy", "samuel": "sam sammy", "sarah": "sal", "sebastian": "seb", "stephanie": "steph", "stephen": "steve stevie", "steven": "steve stevie", "susan": "sue susie", "theodore": "theo ted", "thomas": "tom tommy",
    "timothy": "tim", "victoria": "vicky tori", "william": "will bill billy liam", "zachary": "zac zach zak", "agnieszka": "aga", "katarzyna": "kasia", "malgorzata": "gosia", "aleksandra": "ola", "jakub": "kuba", "oluwaseun": "seun",
    "temitope": "temi tope", "oluwatobi": "tobi", "abdullah": "abdul", "abdulrahman": "abdul", "fatima": "fati", "khadija": "khadi",
}  # fmt: skip


def find_names(words: list[Word]) -> Iterator[Span]:
    """People and places among the words of an English text."""
    reading = _Reading(words, gazetteer())
    place = 0
    while place < len(words):
        span, used = reading.at(place)
        if span is not None:
            yield span
        place += used


def find_known(words: list[Word], parts: frozenset[str]) -> Iterator[Span]:
    """The record's own names in any case, with possessives, short forms and one slip of the finger.

    ``parts`` come from ``known_parts``. A part that is an everyday word needs a capital where none is due, or a name's surroundings.
    """
    if not parts:
        return
    lists = gazetteer()
    reading = _Reading(words, lists)
    verdicts: dict[str, float] = {}
    for place, word in enumerate(words):
        if not word.alpha:
            continue
        if word.form not in verdicts:
            verdicts[word.form] = _known_confidence(word.form, parts, lists)
        confidence = verdicts[word.form]
        if not confidence:
            continue
        form = word.form if word.form in parts else word.form.removesuffix("s")
        if form not in lists.ordinary or word.signals or reading.has_sign(place):
            yield Span(word.start, word.start + len(form) if confidence >= 0.9 else word.end, "PERSON", confidence)


def known_parts(known_names: Sequence[str]) -> frozenset[str]:
    """Every word of the names, lower case, with hyphened names in parts and short forms."""
    parts: set[str] = set()
    for name in known_names:
        for word in cut(fold(name).text):
            if word.alpha and len(word.form) > 1 and word.form not in _TITLES:
                parts |= {
                    word.form,
                    *word.form.split("-"),
                    word.form.replace("'", ""),
                    *_SHORT_FORMS.get(word.form, "").split(),
                }
    return frozenset(
        part
        for part in parts
        if len(part) > 1
        and part not in {"de", "la", "el", "al", "van", "von", "bin", "ibn", "of", "the", "di", "da", "dos"}
    )


def _known_confidence(form: str, parts: frozenset[str], lists: Gazetteer) -> float:
    if form in parts:
        return 0.99
    if len(form) > 3 and form.endswith("s") and form[:-1] in parts:
        return 0.95
    if len(form) < 5 or lists.is_ordinary(form):
        return 0.0
    return 0.6 if any(len(part) >= 5 and _one_slip(form, part) for part in parts) else 0.0


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter more, less, other, or two exchanged makes ``a`` into ``b``."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    left, right = a[start : len(a) - end], b[start : len(b) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


class _Reading:
    """One text being read for names: the words, and what stands around each."""

    def __init__(self, words: list[Word], lists: Gazetteer) -> None:
        self.words = words
        self.lists = lists

    def at(self, place: int) -> tuple[Span | None, int]:
        """What the word at ``place`` names, and how many words that takes."""
        word = self.words[place]
        if not word.alpha or len(word.form) > 40:
            return None, 1
        before = self._form(place - 1)
        if before in _TITLES and self._after_title(place, before):
            return self._person(place, 0.9)
        if len(word.form) == 1:
            return self._initial(place)
        kind, confidence = self._judge(place)
        if kind == "PERSON":
            return self._person(place, confidence)
        if kind:
            return Span(word.start, self._bare_end(place), kind, confidence), 1
        return None, 1

    # -- one word ------------------------------------------------------------------------------------------------

    def _judge(self, place: int) -> tuple[str, float]:
        word = self.words[place]
        form = self._listed_form(word)
        lists = self.lists
        if self._is_pet(place):
            return "", 0.0
        is_first = self._is_in(form, lists.first)
        if form in lists.places and self._form(place + 1) in {"fan", "fans", "supporter", "supporters"}:
            return "", 0.0
        if is_first and not (form in lists.ordinary or form in lists.nobody):
            if form in lists.places and self._form(place - 1) in _IN_PLACE and self._form(place + 1) not in _DOES:
                return self._place(place, form)
            if word.capital or len(form) > 3 or form in lists.usual_first or self.has_sign(place):
                return "PERSON", 0.95 if word.capital else 0.7
            return "", 0.0
        if (
            word.signals
            and self._form(place - 1) == "and"
            and self._names_someone(place - 2)
            and form not in lists.nobody
            and form not in lists.places
        ):
            return "PERSON", 0.6
        if is_first:
            if self._person_despite_meaning(place, form):
                return "PERSON", 0.75
            if word.signals and form not in lists.nobody and self._form(place - 1) not in _BEFORE_WORD:
                return "PERSON", 0.75
            if form not in lists.places:
                return "", 0.0
        if form in lists.places:
            return self._place(place, form)
        if form in lists.nobody or form + "s" in lists.nobody or form.removesuffix("s") in lists.nobody:
            return "", 0.0
        if (
            self._is_in(form, lists.last)
            and form not in lists.ordinary
            and word.signals
            and not lists.is_ordinary(form)
        ):
            return "PERSON", 0.7
        if lists.is_ordinary(form):
            return "", 0.0
        return self._unknown(place)

    def _unknown(self, place: int) -> tuple[str, float]:
        """A word that stands in no list."""
        word = self.words[place]
        if len(word.form) < 3 or not word.form.replace("-", "").replace("'", "").isalpha():
            return "", 0.0
        before, after = self._form(place - 1), self._form(place + 1)
        if self._is_introduced(place) or before in _KIN or before in _ROLES:
            if word.capital and not word.text.isupper():
                return "PERSON", 0.7
            return ("UNKNOWN_NAME", 0.4) if self._is_introduced(place) and before != "hi" else ("", 0.0)
        if word.text.isupper():
            return "", 0.0  # letters of a body or a thing, more often than a name
        if word.signals:
            return "UNKNOWN_NAME", 0.6 if after in _DOES or before in _WITH else 0.4
        if word.capital and (after in _DOES or after in _IS or after in {"came", "and"}) and word.first:
            return "UNKNOWN_NAME", 0.45
        return "", 0.0

    def _place(self, place: int, form: str) -> tuple[str, float]:
        word, before, after = self.words[place], self._form(place - 1), self._form(place + 1)
        if after in _CLUBS and self._form(place + 2) not in _YOUNG_TEAMS | {"council", "centre", "center", "hall"}:
            return "", 0.0
        if before in _FANS and self._form(place - 2) not in {"in", "at"}:
            return "", 0.0
        if form in self.lists.nobody:
            return "", 0.0
        if self.lists.is_ordinary(form):
            sure = word.signals and before in _IN_PLACE
            return ("LOCATION", 0.7) if sure else ("", 0.0)
        if word.capital:
            return "LOCATION", 0.85
        return ("LOCATION", 0.65) if before in _IN_PLACE or len(form) >= 7 else ("", 0.0)

    def _initial(self, place: int) -> tuple[Span | None, int]:
        """A single capital for a person: "J.", "R.L.", "D and T", "K said"."""
        word = self.words[place]
        if not word.text.isupper() or (word.form in _LETTER_WORDS_UPPER and self._form(place + 1) != "."):
            return None, 1
        end, used = word.end, 1
        while (
            used < 6
            and self._glued(place + used, ".")
            and place + used + 1 < len(self.words)
            and len(self.words[place + used + 1].form) == 1
        ):
            letter = self.words[place + used + 1]
            if letter.gap or not letter.text.isupper():
                break
            end, used = letter.end, used + 2
        if used > 1 or (self._glued(place + 1, ".") and used == 1 and self._form(place + 2) in _DOES | _IS):
            if self._glued(place + used, "."):
                end, used = self.words[place + used].end, used + 1
            return (Span(word.start, end, "PERSON", 0.7), used) if word.capital or used > 1 else (None, 1)
        after, before = self._form(place + 1), self._form(place - 1)
        paired = (after == "and" and self._is_letter(place + 2)) or (before == "and" and self._is_letter(place - 2))
        acts = after in _DOES or (after in {"is", "was", "has", "will"} and word.first)
        if word.capital and (paired or acts or before in _KIN | _ROLES):
            return Span(word.start, end, "PERSON", 0.6), used
        return None, 1

    # -- what stands around ---------------------------------------------------------------------------------------

    def has_sign(self, place: int) -> bool:
        """Whether the surroundings say "a person": a title, kin or role word, an introduction, or something people do."""
        return self._person_despite_meaning(place, self.words[place].form)

    def _person_despite_meaning(self, place: int, form: str) -> bool:
        word, before, after = self.words[place], self._form(place - 1), self._form(place + 1)
        if (
            before
            in {
                "i",
                "we",
                "you",
                "they",
                "he",
                "she",
                "it",
                "who",
                "a",
                "an",
                "the",
                "this",
                "that",
                "every",
                "no",
                "some",
                "any",
                "not",
                "to",
            }
            and not word.capital
        ):
            return before == "that" and after in _DOES
        if before in {"i", "we", "you", "they", "he", "she", "it", "the", "a", "an"}:
            return False
        if self._is_introduced(place) and (
            word.capital or form not in _MASS or self._form(place - 1) in {"called", "named"}
        ):
            return True
        if before in _KIN | _ROLES and (
            word.capital or form not in _set("will can said may rich long hope my mine left mark") or after in _DOES
        ):
            return True
        if word.capital and place + 1 < len(self.words) and self._is_surname(place + 1):
            return True
        if before == "and" and self._names_someone(place - 2) and form not in _set("my can said will may"):
            return True
        if after == "and" and self._form(place + 2) in {"me", "i"} | _KIN and form not in _MASS:
            return True
        if after in _DOES and form not in _set("said can my mine will may happiness") | (
            _MASS
            if after in {"comes", "came", "makes", "made", "never", "always", "gets", "got", "went", "goes", "lies"}
            else frozenset()
        ):
            return word.capital or before in _WITH or word.first
        if after == "will" and form == "will":
            return False
        if not word.first or form in _MASS or self._form(place + 2) in {"when", "what", "how", "where", "why"}:
            return False
        if word.capital:
            return after in {"is", "was", "has", "had", "does", "did", "will", "would"}
        # Without capitals "rose is a flower" and "rose is my sister" begin alike.
        plain = _BEFORE_WORD | {"for", "like", "good", "red", "cold"}
        return after in {"is", "was", "did", "does"} and self._form(place + 2) not in plain

    def _is_surname(self, place: int) -> bool:
        """A capital after a first name that no everyday word explains."""
        word = self.words[place]
        return (
            word.capital
            and word.gap == " "
            and not word.text.isupper()
            and word.form not in self.lists.nobody
            and word.form not in self.lists.places
            and not self.lists.is_ordinary(word.form)
        )

    def _is_introduced(self, place: int) -> bool:
        before, earlier = self._form(place - 1), self._form(place - 2)
        if before in {"called", "named"}:
            return self._form(place + 1) not in {"names", "me"} and not self.words[place - 1].gap.count("\n")
        if before in {"hi", "hello", "hey", "dear", "hiya"} and self.words[place].form not in self.lists.ordinary:
            return True
        if before == "from" and earlier in {"love", "regards", "wishes", "thanks"}:
            return True
        if before in {"is", "was", "s", "'s", "its"} and earlier in {"name", "names"}:
            return True
        return before in {"name", "name's", "names", "nickname"} and earlier in {
            "my",
            "his",
            "her",
            "the",
            "their",
            "real",
            "first",
            "full",
        }

    def _after_title(self, place: int, title: str) -> bool:
        word = self.words[place]
        form = word.form
        if len(form) < 2 and not word.capital:
            return False
        if word.capital and not word.first:
            return True
        if title in {"mr", "mrs", "ms", "mx", "dr"}:
            return form not in self.lists.ordinary or form in self.lists.last
        if title == "miss":
            named = form in self.lists.last and form not in self.lists.ordinary
            return named and self._form(place - 2) not in {
                "i",
                "we",
                "you",
                "they",
                "really",
                "to",
                "dont",
                "do",
                "not",
                "will",
                "ill",
                "would",
                "still",
            }
        return False

    def _is_pet(self, place: int) -> bool:
        """As in "my dog Rex", "a hamster called Nibbles", "Rex is my dog": an animal's name says nothing of a child."""
        near = [self._form(place - step) for step in (1, 2, 3)]
        if near[0] in _PETS or (near[0] in {"called", "named", "is"} and (near[1] in _PETS or near[2] in _PETS)):
            return True
        if near[0] == "is" and near[1] == "name" and (near[2] in _PETS or near[2].removesuffix("s") in _PETS):
            return True
        following = [self._form(place + step) for step in (1, 2, 3)]
        return (following[0] in {"the", "my", "our"} and following[1] in _PETS) or (
            following[0] in {"is", "was"}
            and following[1] in {"my", "our", "a", "the", "his", "her"}
            and following[2] in _PETS
        )

    def _names_someone(self, place: int) -> bool:
        form = self._form(place)
        return form == "me" or (form in self.lists.first and form not in self.lists.ordinary)

    def _is_letter(self, place: int) -> bool:
        return (
            0 <= place < len(self.words)
            and len(self.words[place].text) == 1
            and self.words[place].text.isupper()
            and self.words[place].form not in {"a", "i"}
        )

    # -- how far a name goes --------------------------------------------------------------------------------------

    def _person(self, place: int, confidence: float) -> tuple[Span, int]:
        start, used = self.words[place], 1
        end = self._bare_end(place)
        while used < 4 and self._goes_on(place + used, first_done=used == 1):
            end = self._bare_end(place + used)
            used += 1
            if len(self.words[place + used - 1].form) == 1:
                break
        return Span(start.start, end, "PERSON", confidence), used

    def _goes_on(self, place: int, first_done: bool) -> bool:
        """Whether the word at ``place`` belongs to the name before it: a surname, a second name, an initial."""
        if not 0 < place < len(self.words):
            return False
        word, previous = self.words[place], self.words[place - 1]
        if not word.alpha or word.gap != " " or previous.end + 1 != word.start:
            return False
        form = self._listed_form(word)
        lists = self.lists
        if word.capital:
            if len(form) == 1:
                return form != "i" and word.text.isupper()
            if form in lists.nobody or form in _KIN | _TITLES:
                return False
            if form in lists.last or form in lists.first:
                return not (
                    form in lists.ordinary
                    and form not in lists.last
                    and self._form(place + 1) not in _DOES | _IS | {""}
                )
            return not lists.is_ordinary(form) and not word.text.isupper()
        if len(form) == 1:
            return first_done and form not in _LETTER_WORDS and not previous.capital
        return (
            first_done
            and len(form) > 3
            and form.isalpha()
            and not any(form in names for names in (lists.places, lists.nobody, lists.first))
            and not lists.is_ordinary(form)
        )

    # -- small questions ------------------------------------------------------------------------------------------

    def _form(self, place: int) -> str:
        return self.words[place].form if 0 <= place < len(self.words) else ""

    def _glued(self, place: int, sign: str) -> bool:
        return place < len(self.words) and self.words[place].text == sign and not self.words[place].gap

    def _is_in(self, form: str, names: frozenset[str]) -> bool:
        return (
            form in names
            or form.replace("'", "") in names
            or ("-" in form and all(part in names for part in form.split("-")))
        )

    def _listed_form(self, word: Word) -> str:
        """The form to look up: "jermaines" is Jermaine's, where the apostrophe was left out."""
        form, lists = word.form, self.lists
        if (
            form.endswith("s")
            and len(form) > 4
            and form not in lists.first
            and form not in lists.last
            and form not in lists.ordinary
            and form not in lists.places
        ):
            if form[:-1] in lists.first and form[:-1] not in lists.ordinary:
                return form[:-1]
        return form.replace("'", "") if form.replace("'", "") in lists.last else form

    def _bare_end(self, place: int) -> int:
        word = self.words[place]
        return word.end - 1 if self._listed_form(word) == word.form[:-1] and word.form.endswith("s") else word.end
