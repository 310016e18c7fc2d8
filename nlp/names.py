"""Names of people and places in English text: word lists, gated by what stands around each word (``cues``).

A name that is also a word (Will, Hope, Grace) counts only with other signs. What is in no list and
is no English word either becomes UNKNOWN_NAME, capital or not, surer or less sure by its surroundings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp import cues
from nlp.cues import DOUBTFUL, ENOUGH, HUMAN, KIN, ROLES, TITLES
from nlp.documents import Span
from nlp.gazetteer import Gazetteer
from nlp.initials import LETTER_WORDS, find_initial, is_of_surname, is_strange_pair
from nlp.landmarks import NAMESAKES
from nlp.words import Word


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_IS = _set("is was has will would had does did can could are and n & who")
_PETS = _set(
    "dog dogs puppy pup cat cats kitten hamster rabbit bunny horse pony goldfish fish budgie parrot tortoise snake gerbil lizard rat rats guinea-pig pig chicken hen bird ferret gecko teddy toy doll doggy "
    "dogs cats doggo pupper staffy labrador spaniel mouse chinchilla pet pets bear"
)
_SAID_OF_A_NAME = _set(
    "spelt wrong right long short funny private secret hard easy different nice important boring silly rude common polish welsh irish english double-barrelled changed"
)
_IN_PLACE = _set(
    "in from to near at around of outside through via live lives lived moved move leaving left visit visiting visited towards between and or stay stayed staying area for miss love hate like into back"
)
_AFTER_A_NAME = _set(
    "social early family school team care children health youth support foster primary high academy is was and has will says said the i my we he she they it if but so when because thank thanks please can could would also they're next on at in to from for with"
)
_PLACE_WORDS = _set(
    "heath forest cross park green hill common end bridge hay ford wood moor bay beach island top side valley grove lane estate vale cliff sands"
)
# How English places end; a word of no list behind "in" or "from" that ends so is one, though it is made of two everyday words.
_ENDINGS_OF_PLACES = tuple(
    "ham ton ford ley field worth by thorpe bury wick stead hurst combe mouth bridge well dale wood shaw don den borough brook church port pool "
    "heath minster stow cote caster chester grave hill hills gate haven cliffe cliff bourne burn stone leigh hampton holme ness wich moor mere side "
    "end green cross royd hall house lake land marsh".split()
)
_LAND = _set(
    "heath hill common moor spinney copse wood woods marsh bank cross moss wharf quay fields gate bridge end bottom dale vale nook fold brow cliff bay sands mount green"
)
_NO_LAND = _set("the a my our this that big steep stone rock")
_DIRECTIONS = _set(
    "market chipping long kings bishops abbots north south east west upper lower old new great little greater central higher nether saint st"
)
_LIVES = _set("live lives lived living move moved moves moving born placed stay staying stayed based grew")
_FANS = _set(
    "support supports supporting supported fan fans team watch watched watching beat beats play played vs against follow follows"
)
_CLUBS = _set(
    "united city town rovers athletic wanderers fc afc rfc albion county utd hotspur tigers giants rhinos warriors rangers forest villa wednesday palace"
)
_MATCH = _set("fan fans supporter supporters won lost beat scored drew match game shirt kit tickets ticket top season")
_YOUNG_TEAMS = _set("juniors colts youth under girls boys u7 u8 u9 u10 u11 u12 u13 u14 u15 u16 minis")


_BEHIND_A_SURNAME = _set("is was has re for , . ; ) ( who from said says at on and to did") | {""}
_NO_HOMES = _set(
    "care year years reception court school secondary primary foster high early residential independent supported semi january february march april may june july august september october november december mum mum's dad nan hospital"
)
_SUPPORTERS = _set("fan fans supporter supporters shirt kit")
# Little words before a surname: "Mr Ó Murchú", "Mrs de Souza".
_BEFORE_A_SURNAME = _set("o mac mc ni de da van von der el al le la di st ap ab")
_ENOUGH_FOR_SHORT = 1.0  # a listed first name of two or three letters that is no English word
_VOWEL = re.compile("[aeiouy]")
_ENGLISH_ENDINGS = tuple(
    "tion sion ence ance ment ness ity ism ist able ible ology ing edly fully ously ally ise ised ized less ship wards cies ives ative".split()
)


def find_names(words: list[Word], lists: Gazetteer) -> Iterator[Span]:
    """People and places among the words of an English text."""
    reading = Reading(words, lists)
    place = 0
    while place < len(words):
        span, used = reading.at(place)
        if span is not None:
            yield span
        place += used


class Reading:
    """One text being read for names: the words, and what stands around each."""

    def __init__(self, words: list[Word], lists: Gazetteer, known: frozenset[str] = frozenset()) -> None:
        self.words = words
        self.lists = lists
        self.known = known

    def at(self, place: int) -> tuple[Span | None, int]:
        """What the word at ``place`` names, and how many words that takes."""
        word = self.words[place]
        if not word.alpha or len(word.form) > 40:
            return None, 1
        before = self._form(place - 1) or ""
        if before == "." and self._form(place - 2) in {"mr", "mrs", "ms", "dr", "prof"}:
            before = self._form(place - 2)
        if before in TITLES and self._after_title(place, before):
            return self._person(place, 0.9)
        if before in TITLES and word.form in _BEFORE_A_SURNAME and self._is_name_behind_particle(place):
            return Span(word.start, self._bare_end(place + 1), "PERSON", 0.9), 2
        if len(word.form) == 1:
            return find_initial(self.words, place, self.lists)
        kind, confidence = self._judge(place)
        if kind == "UNKNOWN_NAME" and (self._form(place - 1) in _DIRECTIONS or self._form(place + 1) in _PLACE_WORDS):
            return self._wider(place, confidence)
        if kind in {"PERSON", "UNKNOWN_NAME"}:
            return self._person(place, confidence, kind)
        if kind == "LOCATION":
            return self._wider(place, confidence)
        return self._home_of(place)

    # -- one word ------------------------------------------------------------------------------------------------

    def _judge(self, place: int) -> tuple[str, float]:
        word = self.words[place]
        form = self._listed_form(word)
        lists = self.lists
        if self._is_pet(place):
            return "", 0.0
        is_first = self._is_in(form, lists.first)
        if self._form(place - 1) == "@" and not word.gap:
            return "", 0.0
        if form in lists.places and self._is_about_football(place):
            return "", 0.0
        if self._form(place - 1) in {"a", "massive", "big", "huge"} and self._form(place + 1) in _SUPPORTERS:
            return "", 0.0  # "a chelsea fan"
        if is_first and not (form in lists.ordinary or form in lists.english or form in lists.nobody):
            if form in lists.places and self._form(place - 1) in _IN_PLACE and self._form(place + 1) not in HUMAN:
                return self._place(place, form)
            if (
                word.capital
                or len(form) > 3
                or form in lists.usual_first
                or self._is_beside_somebody(place)
                or self.has_sign(place, enough=_ENOUGH_FOR_SHORT)
            ):
                return "PERSON", 0.95 if word.capital else 0.7
            return "", 0.0
        if self._is_owner(place):
            return "PERSON", 0.6
        if is_first:
            evidence = self._evidence(place, form)
            if evidence >= DOUBTFUL:
                return "PERSON", 0.75 if evidence >= ENOUGH else 0.4
            if form not in lists.places:
                return "", 0.0
        if form in lists.places:
            return self._place(place, form)
        if self._is_named_by_post(place) or self._is_counted_with_somebody(place):
            return "PERSON", 0.5
        if form in lists.nobody or form + "s" in lists.nobody or form.removesuffix("s") in lists.nobody:
            return "", 0.0
        if self._is_in(form, lists.last) and form not in lists.ordinary and not lists.is_ordinary(form):
            if word.capital or self.has_sign(place):
                return "PERSON", 0.7 if word.signals or self.has_sign(place) else 0.5
        if lists.is_ordinary(form):
            return self._only_a_sign(place)
        return self._unknown(place)

    def _is_owner(self, place: int) -> bool:
        """As in "jacks dog": a first name, its apostrophe left out, that makes a word together with its s."""
        word = self.words[place]
        bare = word.form.removesuffix("s")
        if word.possessive or bare == word.form or len(bare) < 3 or not self._is_in(bare, self.lists.first):
            return False
        return bare not in self.lists.nobody and bare not in cues.MASS and self.owns(place)

    def _is_named_by_post(self, place: int) -> bool:
        """A word of no list that must be somebody: "the social worker, Heaven, was", "Ariel's father"."""
        word = self.words[place]
        if not word.capital or word.text.isupper() or len(word.form) < 3:
            return False
        between = self._form(place - 1) == "," and self._form(place + 1) in {",", "("}
        if between and word.signals and cues.is_post(self._form(place - 2)):
            return not word.form.endswith("ly") and word.form not in {"however", "though", "therefore", "unfortunately"}
        return word.possessive and self._form(place + 1) in KIN | {"father", "parents", "carers", "bedroom"}

    def _is_counted_with_somebody(self, place: int) -> bool:
        """A word of any list, or none, that is kin together with a name: "Toby and Pip are my step brothers"."""
        word = self.words[place]
        if (
            len(word.form) < 3
            or word.form in KIN
            or word.form in ROLES
            or self._form(place - 1) not in {"and", "n", "&"}
        ):
            return False
        if not self._names_someone(place - 2) or self._form(place - 2) in {"me", "i"}:
            return False
        if self._form(place + 1) not in {"are", "were", "r"} or self._form(place + 2) not in {
            "my",
            "our",
            "his",
            "her",
        }:
            return False
        return any(cues.is_post(self._form(place + step)) for step in (3, 4, 5))

    def _is_name_behind_particle(self, place: int) -> bool:
        """Whether the little word at ``place`` stands before a surname."""
        if place + 1 >= len(self.words):
            return False
        surname = self.words[place + 1]
        return (
            surname.alpha and surname.gap == " " and len(surname.form) > 2 and surname.form not in self.lists.ordinary
        )

    def _only_a_sign(self, place: int) -> tuple[str, float]:
        """An everyday word with a capital beside a name or presented as one: "Zofia and Blue came"."""
        word = self.words[place]
        beside = self._form(place - 1) == "and" and self._names_someone(place - 2)
        if word.signals and beside and not word.text.isupper() and self._form(place + 1) not in {"'s"}:
            return "PERSON", 0.6
        if word.signals and len(word.form) > 2 and not word.text.isupper() and cues.is_introduced(self.words, place):
            return "PERSON", 0.45  # "they call me Lolly"
        if self._form(place - 1) == "is" and self._form(place - 2) in {"name", "nickname"}:
            owned = self._form(place - 3) in {"my", "his", "her", "real", "full"}
            ends = not self._form(place + 1).isalpha() or self._form(place + 1) in {"and", "but", "because", "cos"}
            if owned and ends and len(word.form) > 2 and word.form not in _SAID_OF_A_NAME:
                return "PERSON", 0.45  # "my nickname is beans"
        return "", 0.0

    def _unknown(self, place: int) -> tuple[str, float]:
        """A word that stands in no list and is no English word."""
        word, lists = self.words[place], self.lists
        if is_strange_pair(self.words, place, lists):
            return "UNKNOWN_NAME", 0.3
        if len(word.form) < 3 or not word.form.replace("-", "").replace("'", "").isalpha():
            return "", 0.0
        if all(lists.is_ordinary(part) or part in lists.nobody for part in word.form.split("-")):
            return "", 0.0
        if not _VOWEL.search(word.form) or (len(word.form) > 7 and word.form.endswith(_ENGLISH_ENDINGS)):
            return "", 0.0  # "hmm", "emdr"; a rare word made as English makes words
        slip = lists.is_near_ordinary(word.form)
        signs = cues.could_be_name(self.words, place, lists, self._is_beside_somebody(place))
        likeness = lists.looks_like_a_name(word.form)
        before = self._form(place - 1)
        if before in {"in", "at", "near", "from", "to"}:
            # A place, perhaps; where somebody lives, though it looks like a slip of the finger.
            lives = before in {"in", "near"} and self._form(place - 2) in _LIVES
            signs = max(signs, 3.0 if lives else 1.5)
            if word.form.endswith(_ENDINGS_OF_PLACES) and word.form not in lists.ordinary:
                return "LOCATION", 0.6 if word.signals else 0.45  # "brownhills", of two everyday words
        if word.text.isupper() and (len(word.text) < 5 or word.signals):
            return "", 0.0  # letters of a body or a thing, more often than a name
        if word.signals:
            if slip and signs < 1.5:
                return "UNKNOWN_NAME", 0.4
            return "UNKNOWN_NAME", 0.6 if signs >= 1.5 else 0.45
        if word.capital and word.first:
            if slip and signs + 2 * min(likeness, 1.0) < 0.5:
                return "", 0.0
            return "UNKNOWN_NAME", 0.6 if signs >= 2.0 else 0.4
        if slip and (likeness < 0.1 or signs + 2 * min(likeness, 1.0) < 2.0) and signs < 3.0:
            return "", 0.0  # an everyday word, misspelt
        if likeness < -0.9 and signs < 1.0:
            return "", 0.0  # letters of no name
        return "UNKNOWN_NAME", 0.5 if signs >= 1.5 else 0.3

    def _place(self, place: int, form: str) -> tuple[str, float]:
        word, before, after = self.words[place], self._form(place - 1), self._form(place + 1)
        if after in _CLUBS and self._form(place + 2) not in _DIRECTIONS | _YOUNG_TEAMS | {
            "council",
            "centre",
            "center",
            "hall",
        }:
            return "", 0.0
        if before in _FANS and self._form(place - 2) not in {"in", "at"}:
            return "", 0.0
        if form in self.lists.nobody:
            return "", 0.0
        if form in self.lists.ordinary or form in self.lists.english:
            lives = before in {"in", "to", "from", "near", "at"} and (
                any(self._form(place - step) in _LIVES for step in (2, 3))
                # "from wigan to bolton and then to bury"
                or any(self._is_plain_place(place - step) for step in range(2, 6))
            )
            sure = word.signals and before in _IN_PLACE
            return ("LOCATION", 0.7 if sure else 0.5) if sure or lives else ("", 0.0)
        if word.capital:
            return "LOCATION", 0.85
        return ("LOCATION", 0.65) if before in _IN_PLACE or len(form) >= 6 else ("LOCATION", 0.45)

    def _is_plain_place(self, place: int) -> bool:
        form = self._form(place)
        return form in self.lists.places and not self.lists.is_ordinary(form) and form not in self.lists.first

    def _wider(self, place: int, confidence: float) -> tuple[Span, int]:
        """A place with what belongs to its name: "South …", "… Heath"."""
        start, end, used = self.words[place].start, self._bare_end(place), 1
        if (
            self._form(place - 1) in _DIRECTIONS
            and self.words[place].gap == " "
            and self._form(place - 2) not in {"a", "the", "my", "our"}
        ):
            start = self.words[place - 1].start
        if self._form(place + 1) in {"st", "saint"} and self._form(place + 2) not in {"", "."}:
            saint = self.words[place + 2]  # "Lytham St Anne's"
            return Span(start, saint.end + 2 * saint.possessive, "LOCATION", confidence), 3
        while used < 4 and self._form(place + used) in _PLACE_WORDS | (_DIRECTIONS if used > 1 else frozenset()):
            if self.words[place + used].gap != " ":
                break
            end, used = self.words[place + used].end, used + 1
        return Span(start, end, "LOCATION", confidence), used

    def _home_of(self, place: int) -> tuple[Span | None, int]:
        """Capitals where people live that are everyday words: "lives in Clay Cross", "moved to Lake"."""
        word = self.words[place]
        leads = self._form(place - 1) in {"in", "to", "from", "near"}
        if (leads or self._form(place - 1) == "at") and self._is_two_word_place(place):
            return Span(word.start, self.words[place + 1].end, "LOCATION", 0.5 if word.signals else 0.4), 2
        if not (word.signals and leads) or word.text.isupper() or len(word.form) < 3:
            return None, 1
        if (
            word.form in self.lists.nobody
            or word.form in _NO_HOMES
            or (self._form(place - 1) == "to" and self._form(place - 2) not in _LIVES | {"here", "back", "travel"})
        ):
            return None, 1
        if not any(self._form(place - step) in _LIVES | {"travel", "placement", "move"} for step in (2, 3, 4)):
            return None, 1
        used = 2 if self._capital(place + 1) and self.words[place + 1].gap == " " else 1
        return Span(word.start, self.words[place + used - 1].end, "LOCATION", 0.45), used

    def _is_two_word_place(self, place: int) -> bool:
        """As in "Round Spinney", "thistle hill": a word and what land is called."""
        word, after = self.words[place], self._form(place + 1)
        if after not in _LAND or self.words[place + 1].gap != " " or word.form in _DIRECTIONS | _NO_LAND:
            return False
        if word.signals and self._capital(place + 1):
            return True
        return word.form in NAMESAKES and not word.capital

    def _is_about_football(self, place: int) -> bool:
        return self._form(place + 1) in _MATCH

    # -- what stands around ---------------------------------------------------------------------------------------

    def has_sign(self, place: int, enough: float = ENOUGH) -> bool:
        """Whether the surroundings say "a person": a title, kin or role word, an introduction, or something people do."""
        return self._evidence(place, self.words[place].form) >= enough

    def owns(self, place: int) -> bool:
        """Whether the next word is something people have: "wills room", "hopes mum", but not "dad marks books"."""
        before = self._form(place - 1)
        acts = before in KIN | ROLES or before in {"i", "he", "she", "it", "they", "we", "to", "who"}
        return not acts and cues.is_owned(self._form(place + 1))

    def _is_beside_somebody(self, place: int) -> bool:
        joins = {"and", "n", "&"}
        if self._begins_a_pair(place if self._form(place + 1) in joins else place - 2):
            return True
        if self._form(place - 1) in joins and cues.are_people(self.words, place, self.lists):
            return True
        return (self._form(place - 1) in joins and self._names_someone(place - 2)) or (
            self._form(place + 1) in joins and self._names_someone(place + 2)
        )

    def _begins_a_pair(self, place: int) -> bool:
        """As in "kitty and dex never …", "lake and ocean live …": two listed names that do what people do, though both are words."""
        if place < 0 or place + 3 >= len(self.words) or not self.words[place].first:
            return False
        pair = {self._form(place), self._form(place + 2)}
        does = self._form(place + 3) in HUMAN or self._form(place + 3) in cues.DONE_BY_SEVERAL
        return self._form(place + 1) in {"and", "n", "&"} and does and pair <= self.lists.first and not pair & cues.MASS

    def _evidence(self, place: int, form: str) -> float:
        beside = self._is_beside_somebody(place)
        return cues.evidence(self.words, place, form, self.lists, self._is_surname(place + 1), beside)

    def _is_surname(self, place: int) -> bool:
        """A word after a first name that no everyday word explains."""
        if place >= len(self.words):
            return False
        word, lists = self.words[place], self.lists
        if word.gap != " " or not word.alpha or len(word.form) < 2:
            return False
        if word.form in lists.nobody or word.form in lists.places or lists.is_ordinary(word.form):
            return False
        if word.capital:
            return not word.text.isupper()
        return word.form in lists.last or not (len(word.form) < 4 or lists.is_near_ordinary(word.form))

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
        """Whether a word beside "and" is a name; one that is also a word counts where it is seldom one."""
        if not 0 <= place < len(self.words):
            return False
        form, lists = self.words[place].form, self.lists
        if form in {"me", "i"} or form in self.known:
            return True
        if form in lists.first:
            # "my mates fin and mo": behind several people even a name that is a word is one
            among = self._form(place - 1).endswith("s") and cues.is_post(self._form(place - 1))
            return among or (form not in lists.english and form not in cues.MASS)
        stranger = (
            len(form) > 2
            and form.isalpha()
            and bool(_VOWEL.search(form))
            and form not in lists.nobody
            and form not in lists.places
        )
        return stranger and not lists.is_ordinary(form) and not lists.is_near_ordinary(form)

    # -- how far a name goes --------------------------------------------------------------------------------------

    def _person(self, place: int, confidence: float, kind: str = "PERSON") -> tuple[Span, int]:
        start, used = self.words[place], 1
        end = self._bare_end(place)
        while used < 4 and self._goes_on(place + used, first_done=used == 1):
            end = self._bare_end(place + used)
            used += 1
            if len(self.words[place + used - 1].form) == 1:
                # "Ana M. Novak": behind an initial and its point the surname follows
                if (
                    self._glued(place + used, ".")
                    and self._capital(place + used + 1)
                    and self.words[place + used + 1].gap == " "
                ):
                    surname = self.words[place + used + 1]
                    if surname.form not in self.lists.english and len(surname.form) > 1:
                        end, used = self._bare_end(place + used + 1), used + 2
                break
        return Span(start.start, end, kind, confidence), used

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
            if form in lists.nobody or form in KIN | TITLES:
                return False
            if form in lists.last or form in lists.first:
                return not (
                    form in lists.ordinary
                    and form not in lists.last
                    and self._form(place + 1) not in HUMAN | _IS | {""}
                )
            if word.text.isupper():
                return False
            # "Laana Story came": of two capitals the second goes with the first, unless it is a post or a body
            return not lists.is_ordinary(form) or (
                first_done
                and previous.capital
                and form not in _AFTER_A_NAME
                and form not in ROLES
                and not self._capital(place + 1)
            )
        if len(form) == 1:
            if form in LETTER_WORDS:
                return first_done and is_of_surname(self.words, place, lists)
            return first_done and not previous.capital
        return (
            first_done
            and len(form) > 3
            and form.isalpha()
            and not any(form in names for names in (lists.places, lists.nobody, lists.first))
            and not lists.is_ordinary(form)
            and (previous.form in lists.first or not lists.is_near_ordinary(form) or lists.looks_like_a_name(form) > 0)
        ) or (
            first_done
            and form in lists.last
            and form not in HUMAN | _IS | cues.AUXILIARY
            and (
                (form not in lists.ordinary and form not in lists.english)
                or (
                    previous.form in lists.first
                    and not previous.possessive
                    and self._form(place + 1) in _BEHIND_A_SURNAME | HUMAN | cues.DONE_BY_SEVERAL
                )
            )
        )

    def _capital(self, place: int) -> bool:
        return 0 <= place < len(self.words) and self.words[place].capital

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
            and form not in lists.nobody
        ):
            if form[:-1] in lists.first and form[:-1] not in lists.ordinary and form not in lists.english:
                return form[:-1]
        return form.replace("'", "") if form.replace("'", "") in lists.last else form

    def _bare_end(self, place: int) -> int:
        """Where a name ends: of "jermaines house" before the s; of "iness is late", which is in no list either, behind it."""
        word = self.words[place]
        if self._is_owner(place):
            return word.end - 1
        if not (word.form.endswith("s") and self._listed_form(word) == word.form[:-1]):
            return word.end
        after = self._form(place + 1)
        owns = after.isalpha() and after not in HUMAN | _IS | cues.LINKS and self.lists.is_ordinary(after)
        return word.end - 1 if owns else word.end
