"""Schools, children's homes, clubs, addresses, estates: phrases that end in a word for what they are.

"Oak Tree Primary School", "willowmere house", "12 nettle row": the last word (the head) says what
is named, the words before it say which. From each head the text is read to the left, as far as a
name can go; then it is asked whether that is a name ("Oak Tree") or not ("a new").
"""

from __future__ import annotations

from collections.abc import Iterator

from nlp.documents import Span
from nlp.gazetteer import Gazetteer
from nlp.words import Word


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _ends(words: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(end.split("_")) for end in words.split())


# Never part of a name, whatever their capital.
_FUNCTION = _set(
    "a an the this that these those my your his her our their its me you him them us i we they he she it some any no every each all both another other "
    "in on at to for from with by about after before during around near off out up down into over than as so or but if when while because cos "
    "is are was were be been am do does did has have had can could will would should might must not dont never always also just only really very too who which what where how "
    "go goes going went come comes came get gets getting got like likes love loves hate hates want wants leave leaves leaving left start starts started finish finished miss missed skip attend attends "
    "attending attended join joined joining need needs call called named think said say tell told help helps hear see saw make makes made let lets moved visit visited visiting seen attendance "
    "year years day days week weeks yes hi mum dad nan he's she's it's i'm year yr placement placed case re via both"
)
# Part of a name with a capital inside a sentence only: "New Mills School", but "a new school".
_GENERIC = _set(
    "new old big small little nice good bad best better worse same different special secondary primary high junior infant infants main local nearest whole next last first "
    "boarding private normal mainstream specialist alternative sixth summer sunday saturday friday after-school home online lunch night youth kids childrens children's children early "
    "pre medical food sports football dance drama music art care foster social support family community health leisure shopping town city village half full part back more most less free time "
    "council housing church quiet country one two three four play dead cul-de-sac wrong right long side front top bottom real estate park water travel middle language swimming driving riding law film stage "
    "forest breakfast homework holiday different mums dads nans friends cousins sisters brothers pretty keep mosque arabic islamic college uni friday virtual independent escorted contact life massive huge posh rough "
    "rubbish naughty proper strict muslim catholic private public state comprehensive single-sex mixed upper lower boxing gym scout respite residential temporary emergency secure day busy street caravan council's "
    "cheap expensive safe lovely amazing horrible bullying other-side people teachers teacher science maths english history geography cold warm empty white green red blue yellow police bus train tree haunted "
    "mates friends friend's neighbours auntie aunties uncles grandmas grandads gran's carers carer's boys girls gaming cooking art chess homework drop-in play"
)
_JOINS = _set("of and & the for")
_SCHOOL_KINDS = _set(
    "first primary high junior juniors infant infants infants' grammar secondary nursery community church ce c.e cofe rc catholic special free prep preparatory sixth form boys girls academy primaries voluntary aided muslim islamic "
    "mixed studio technical comprehensive upper middle lower village c e controlled english england area park"
)
_SCHOOL_HEADS = _set(
    "school academy college nursery pru preschool pre-school primary infants juniors high grammar schools infant junior"
)
_LOOSE_SCHOOL_HEADS = _set("primary infants juniors high grammar nursery infant junior pru")
_AFTER_SCHOOL = _set(
    "school college nursery academy primary infant infants junior girls boys sixth form community centre"
)
_ORG_HEADS = _ends(
    "children_home childrens_home children's_home care_home residential_home residential_unit residential_school family_hub family_centre children_centre childrens_centre children's_centre "
    "youth_club youth_hub youth_centre youth_project community_centre community_hub contact_centre sports_club football_club boxing_club rugby_club cricket_club swimming_club athletics_club gymnastics_club judo_club karate_club "
    "boxing_gym dance_school dance_academy theatre_school scout_group scouts brownies guides cubs beavers cadets respite_centre respite hostel refuge medical_centre surgery health_centre hospital hospice unit hub "
    "project rufc jfc junior_fc youth_fc colts church_hall village_hall community_hall church mosque gurdwara temple synagogue childcare playgroup day_nursery leisure_centre community_farm supported_lodgings "
    "stables riding_school riding_centre riding_stables equestrian_centre abc gymnastics swimming_baths martial_arts arts_centre lodgings women's_refuge family_support_centre nature_reserve "
    "pupil_referral_unit support_centre education_centre care_centre drop-in early_years_centre learning_centre resource_centre medical_practice"
)
_HONOURED = _set("bishop king queen abbot saint prince princess lady lord archbishop")
_BEFORE_A_NAMESAKE = _HONOURED | {"sir", "dame", "st"}
_SHARED_HOUSES = _set("hostel house lodge lodgings refuge hotel")
# What homes, nurseries and schools are named after: trees, flowers, birds, stones, saints' days, a view.
_BEHIND_A_PLACE = _set("green park village town city lane hill wood cross road water church street")
# Playful names of nurseries: "little acorns", "first steps".
_FOR_LITTLE_ONES = _set("nursery preschool pre-school playgroup childcare day children's childrens")
_PLAYFUL = _set("little first busy happy tiny bright early rainbow sunny smart jolly wee teddy cheeky")
NAMESAKES = _set(
    "oak ash elm beech birch willow rowan maple holly hazel cedar pine larch poplar lime sycamore hawthorn juniper laurel yew aspen alder chestnut cherry apple orchard acorn acorns willows oaks pines elms limes laurels "
    "cedars firs beeches hollies ivy heather bluebell daisy primrose rose lavender lilac poppy lily jasmine fern bramble bracken clover violet foxglove snowdrop sunflower buttercup honeysuckle thistle marigold iris "
    "robin swallow skylark lark kingfisher nightingale swan heron kestrel falcon eagle owl wren dove badger fox otter stag deer hare bee bees butterfly butterflies ladybird hedgehog phoenix "
    "moor spring well brook river mill bridge meadow meadows hill hilltop valley woodland woodlands forest field fields garden vale heath stone rock cliff harbour lighthouse beacon anchor haven sunrise rainbow star stars "
    "horizon bridges steps stepping crown abbey priory manor church castle tower towers victoria albert windsor jubilee pear plum fig walnut sapling saplings roots branches poplars sandy silver"
)
_HOUSES = _set("house lodge cottage grange manor hall farm villa barn larches")
_LOCAL_HEADS = _ends(
    "estate park rec common woods moor caravan_site travellers_site site recreation_ground precinct shopping_centre skate_park skatepark reservoir canal"
)
_STREETS = _set(
    "street st road rd avenue ave lane ln close drive crescent cres way court grove gardens place terrace walk square mews rise hill row view park green croft fold parade mount garth gate vale bank end yard wharf quay "
    "house heights buildings passage hollow meadow meadows path brow"
)
_PLAIN_STREETS = _set("street road avenue lane crescent grove terrace close mews gardens drive")
_CAPITAL_STREETS = _set(
    "street st road rd avenue ave lane close drive crescent court grove gardens terrace walk square mews rise way row place croft fold"
)
_DOORS = _set("flat room apartment apt unit")
_TEAMS = _set(
    "fc afc rfc jfc united rovers town rangers athletic city wanderers juniors colts tigers lions eagles panthers warriors"
)
_SCHOOL_LEADS = _set(
    "to at called from leave leaves left leaving attends attend attending attended join joined joining in near like likes love hate hates miss the is was"
)
_HOME_LEADS = _set("at to from in near leave left leaving called love like miss hate enter entered")
_PLURAL_HOMES = _set(
    "willows oaks elms limes laurels cedars firs beeches hollies poplars larches acorns beeches maples rowans birches chestnuts sycamores"
)
_STREET_LEADS = _set("on in at down off near live to of onto along from")
_EVERY_HEAD = _SCHOOL_HEADS | _HOUSES | _STREETS | {head[0] for head in _ORG_HEADS | _LOCAL_HEADS}
_WRONG_HOUSES = _set(
    "full open whole big council hall's white tree opera public safe half light play dolls doll's wendy haunted"
)


def find_landmarks(words: list[Word], lists: Gazetteer) -> tuple[list[Span], list[tuple[int, int]]]:
    """Named places and organisations among the words of a text, and stretches that name nobody (clubs, brands, famous people)."""
    reading = _Reading(words, lists)
    spans: list[Span] = []
    nobody: list[tuple[int, int]] = []
    for place, word in enumerate(words):
        if not word.text[:1].isalnum():
            continue
        spans += reading.headed_at(place)
    for kind, start, end in lists.phrases_in([word.form for word in words]):
        stretch = (words[start].start, words[end - 1].end)
        if kind == "NOBODY":
            nobody.append(stretch)
        elif reading.is_meant(start, end) and not (kind == "LOCATION" and reading.is_club(end)):
            spans.append(Span(*stretch, kind, 0.85))
    return spans, nobody


class _Reading:
    def __init__(self, words: list[Word], lists: Gazetteer) -> None:
        self.words = words
        self.lists = lists

    def headed_at(self, place: int) -> Iterator[Span]:
        """What the phrases name that have their head at ``place``."""
        word, form = self.words[place], self._form(place)
        if form in _SCHOOL_HEADS or (form == "form" and self._form(place - 1) == "sixth"):
            yield from self._school(place)
        elif form in {"st", "saint"}:
            yield from self._saint(place)
        elif form == "the":
            yield from self._the(place)
        elif form == "university" and self._form(place + 1) == "of" and self._capital(place + 2):
            yield self._span(place, place + 3, "SCHOOL", 0.85)
        if (
            (form,) in _ORG_HEADS
            or (self._form(place - 1), form) in _ORG_HEADS
            or (self._form(place - 2), self._form(place - 1), form) in _ORG_HEADS
        ):
            length = next(
                n for n in (3, 2, 1) if tuple(self._form(place - step) for step in range(n - 1, -1, -1)) in _ORG_HEADS
            )
            named = list(self._named(place - length + 1, place + 1, "ORG_LOCAL", lone=length == 1))
            yield from named + self._room_in(place, named)
        elif form in _HOUSES:
            named = list(self._house(place))
            yield from named + self._room_in(place, named)
        if (form,) in _LOCAL_HEADS or (self._form(place - 1), form) in _LOCAL_HEADS:
            length = 2 if (self._form(place - 1), form) in _LOCAL_HEADS else 1
            yield from self._named(place - length + 1, place + 1, "LOCATION", lone=form != "estate")
        if form in _STREETS:
            yield from self._street(place)
        if word.text[:1].isdigit() or form[:1] == "u":
            yield from self._team(place)

    # -- one kind each --------------------------------------------------------------------------------------------

    def _school(self, head: int) -> Iterator[Span]:
        if self._form(head + 1) in _SCHOOL_HEADS and self._joined(head + 1):
            return  # the last head speaks
        start = head
        while (
            start > 0
            and self._joined(start)
            and (
                self._form(start - 1) in _SCHOOL_KINDS
                or (self._form(start - 1) == "of" and self._form(start - 2) in {"c", "church"})
                or (self._form(start - 1) in {"and", "&"} and self._form(start - 2) in _SCHOOL_KINDS)
            )
        ):
            start -= 1
        if self._form(start) in {"and", "&", "of"}:
            start += 1
        end = head + 1
        while self._form(end) in {"and", "&", "for"} and self._form(end + 1) in _AFTER_SCHOOL and self._joined(end):
            end += 2
            while self._form(end) in _AFTER_SCHOOL and self._joined(end):
                end += 1
        bare = self._form(head) in _LOOSE_SCHOOL_HEADS and start == head
        if self._form(end) == "," and self._capital(head) and self._capital(end + 1):
            last = end + 2  # the official way: "Brook Wood School, Tring"
            while self._capital(last) and self.words[last].gap == " ":
                last += 1
            if self._form(last) != "," and self._form(end + 1) not in self.lists.first:
                end = last
        yield from self._named(start, end, "SCHOOL", lone=bare, kinds=start < head)

    def _saint(self, place: int) -> Iterator[Span]:
        """As in "St Aidan's", "saint wilfrids": a school in a child's mouth, unless it is a town or a street."""
        name = place + 1
        if self._form(name) == ".":
            name += 1
        word = self.words[name] if name < len(self.words) else None
        if word is None or not word.alpha or len(word.form) < 3 or self._form(place - 1)[:1].isdigit():
            return
        bare = word.form.removesuffix("s")
        named = not self.lists.is_ordinary(word.form) or bare in self.lists.first or word.possessive
        if not named or (self._form(place), word.form) in self.lists.place_phrases or self._form(name + 1) in _STREETS:
            return
        its_s = bare != word.form and word.form not in self.lists.first  # "st cuthberts"
        led = self._form(place - 1) in _SCHOOL_LEADS or self.words[place].first
        if not self.words[place].capital and not led and not its_s:
            return  # "nettle st is loud"
        # the saint's s belongs to the school
        yield Span(self.words[place].start, self._end(name) + 2 * word.possessive, "SCHOOL", 0.7)

    def _house(self, head: int) -> Iterator[Span]:
        before = self.words[head - 1] if head else None
        if before is None or before.possessive or before.form in _WRONG_HOUSES or self.lists.is_someones(before.form):
            return
        capital = self.words[head].capital and before.capital
        opens = before.first and self._form(head + 1) in {"is", "was", "has"}  # "sunflower house is full"
        if not capital and self._form(head) in {"house", "hall", "farm"} and self.lists.is_ordinary(before.form):
            # "at maple house", but "in the tree house"
            if before.form in NAMESAKES and (opens or self._form(head - 2) in _HOME_LEADS):
                yield self._span(head - 1, head + 1, "ORG_LOCAL", 0.5)
            return
        if not capital and before.form in NAMESAKES and (opens or self._form(head - 2) in _HOME_LEADS):
            yield self._span(head - 1, head + 1, "ORG_LOCAL", 0.6)
            return
        yield from self._named(head, head + 1, "ORG_LOCAL", lone=not capital and self.lists.is_ordinary(before.form))

    def _the(self, place: int) -> Iterator[Span]:
        """A home by its capitals alone: "placement at The Willows"; one of trees and birds without them: "at the willows"."""
        name = place + 1
        word = self.words[name] if name < len(self.words) else None
        if word is None or word.gap != " " or word.possessive:
            return
        if word.form in _PLURAL_HOMES and self._form(name + 1) in {"is", "was", "has"} and self.words[place].first:
            yield self._span(name, name + 1, "ORG_LOCAL", 0.4)  # "the larches is my third home"
            return
        if self._form(place - 1) not in {"at", "from", "to", "in", "near", "called", "left", "leave", "like", "love"}:
            return
        if self._form(name + 1) in _EVERY_HEAD or word.form in self.lists.nobody or word.form in _GENERIC:
            return
        if self._capital(place) and word.capital and not word.text.isupper() and self._form(place) == "the":
            yield self._span(name, name + 1, "ORG_LOCAL", 0.45)
        elif word.form in _PLURAL_HOMES and self._form(place - 1) in {"at", "from", "called"}:
            yield self._span(name, name + 1, "ORG_LOCAL", 0.4)

    def _street(self, head: int) -> Iterator[Span]:
        start = head
        while start > 0 and head - start < 3 and self._joined(start) and self._is_name_part(start - 1, "ADDRESS"):
            start -= 1
        if start == head:
            return
        number = start - 1 if self.words[start].gap == " " else -1
        if number >= 0 and self._is_number(number):
            if self._form(start) in {
                "times",
                "minutes",
                "years",
                "days",
                "hours",
                "weeks",
                "people",
                "miles",
                "months",
                "out",
                "boys",
                "girls",
                "kids",
                "sisters",
                "brothers",
                "more",
            }:
                return
            first = number
            while first > 0 and (
                self._form(first - 1) == "," or self._is_number(first - 1) or self._form(first - 1) in _DOORS
            ):
                first -= 1
            while self._form(first) == ",":
                first += 1
            yield self._span(first, head + 1, "ADDRESS", 0.9)
            yield from self._second_street(head + 1)
            return
        opening = self.words[start]
        capitals = self._capitals(start, head)
        if self.words[head].capital and self._form(head) in _CAPITAL_STREETS and capitals is not None:
            if not (
                opening.first
                and head - start == 1
                and self.lists.is_ordinary(opening.form)
                and self._form(head) in {"way", "place", "park", "close", "drive"}
            ):
                yield self._span(capitals, head + 1, "ADDRESS", 0.85)
        elif self._form(head) in _PLAIN_STREETS and capitals is not None and not self.words[capitals].first:
            yield self._span(capitals, head + 1, "ADDRESS", 0.85)
        elif self._form(head) in _PLAIN_STREETS and (
            self._form(start - 1) in _STREET_LEADS or not self._all_ordinary(start, head)
        ):
            if not any(self._form(at) in _GENERIC for at in range(start, head)):
                yield self._span(start, head + 1, "ADDRESS", 0.65)

    def _room_in(self, head: int, named: list[Span]) -> list[Span]:
        """What stands around the name of a house many live in: "Room 12, Albion Hostel, Kirk Street"."""
        if not named or self._form(head) not in _SHARED_HOUSES:
            return []
        found = list(self._second_street(head + 1))
        door = next(at for at in range(head, -1, -1) if self.words[at].start <= named[0].start) - 1
        door -= self._form(door) == ","
        if self._form(door) == "of":
            return found
        if door > 0 and self._is_number(door) and self._form(door - 1) in _DOORS:
            found.append(self._span(door - 1, door + 1, "ADDRESS", 0.8))
        return found

    def _second_street(self, comma: int) -> Iterator[Span]:
        """The rest of "17 Tulip Court, Low Lane"."""
        if self._form(comma) == ",":
            for length in (1, 2):
                head = comma + 1 + length
                if self._form(head) in _STREETS and all(self.words[at].alpha for at in range(comma + 1, head)):
                    yield self._span(comma + 1, head + 1, "ADDRESS", 0.8)

    def _team(self, place: int) -> Iterator[Span]:
        """As in "Elmfield Rovers U12s", "elmfield rangers under 9s": children's teams, unlike the professional ones."""
        form = self._form(place)
        end = place + 1
        if form[:1] == "u" and form[1:].rstrip("s").isdigit() and len(form) <= 4:
            start = place
        elif self._form(place - 1) in {"under", "unders"} and place > 1:
            start = place - 1
        elif form[:1] == "u" and form == "under":
            return
        else:
            return
        while start > 0 and self._form(start - 1) in _TEAMS and self._joined(start):
            start -= 1
        yield from self._named(start, end, "ORG_LOCAL", lone=start == place or start == place - 1)

    # -- which words are the name -----------------------------------------------------------------------------------

    def _named(self, start: int, end: int, kind: str, *, lone: bool, kinds: bool = False) -> Iterator[Span]:
        """The phrase with the words before ``start`` that say which one; nothing where they say none.

        ``lone``: the head alone is a common word, so that words without capitals before it say nothing.
        """
        first = start
        while first > 0 and start - first < 5 and self._joined(first) and self._is_name_part(first - 1, kind):
            first -= 1
        while first < start and self._form(first) in _JOINS:
            first += 1
        if first == start:
            return
        capitals = self._capitals(first, start)
        if capitals is not None:
            opening = self.words[capitals]
            alone = start - capitals == 1
            if not (
                opening.first and alone and self.lists.is_ordinary(opening.form) and not self.words[start].capital
            ) and not (alone and opening.form in _GENERIC):
                yield self._span(capitals, end, kind, 0.85)
            return
        # Without capitals the name is at most three words, and no everyday adjective.
        first = max(first, start - 3)
        while first < start and self._form(first) in _JOINS | _GENERIC:
            first += 1
        own = [self.words[at] for at in range(first, start)]
        # "roundwood park school", "bishop's stortford high school": the strange word says it is a name
        strange = [at for at in range(first, start) if not self.lists.is_ordinary(self._form(at))]
        if not own or any(
            len(word.form) < 2 or (word.form in _GENERIC and not strange and not self._is_of_a_tree(at))
            for at, word in enumerate(own, first)
        ):
            return
        owners = [at for at in range(first, start - 1) if self.words[at].possessive]
        if owners:
            if not strange or strange[-1] <= owners[-1]:
                return
            first = owners[-1] if self._form(owners[-1]) in _HONOURED else owners[-1] + 1
            strange = [first]
        if any(self.lists.is_someones(word.form) for word in own) and kind != "SCHOOL":
            return
        if self._form(first - 1) in _PLAYFUL and kind in {"SCHOOL", "ORG_LOCAL"}:
            if self._form(first - 1) == "little" or (
                own[0].form.endswith("s") and self._form(start) in _FOR_LITTLE_ONES
            ):
                yield self._span(first - 1, end, kind, 0.65)
                return
        if strange:
            # what stands before the strange word is an ordinary part of the sentence, but for "sir", "saint" and a first name
            begins = strange[0]
            while begins > first and (
                self._form(begins - 1) in _BEFORE_A_NAMESAKE
                or (kind == "SCHOOL" and self._form(begins - 2) in _BEFORE_A_NAMESAKE)
            ):
                begins -= 1
            yield self._span(begins, end, kind, 0.7)
        elif (
            lone
            and kind == "SCHOOL"
            and (self._form(first - 1) in _SCHOOL_LEADS or self._is_apposition(first) or self._is_judged(first, end))
        ):
            if len(own) > 1 or own[0].form in NAMESAKES:
                yield self._span(first, end, kind, 0.65)
        elif not lone and (
            self._form(first - 1) in _SCHOOL_LEADS or (self.words[first].first and (kinds or kind != "SCHOOL"))
        ):
            yield self._span(first, end, kind, 0.65)

    def _is_name_part(self, place: int, kind: str) -> bool:
        word = self.words[place]
        if word.text in {"&", "."}:
            return word.text == "&" or self._form(place - 1) in {"st", "saint"}
        if word.form == "all" and self._form(place + 1) in {"saints", "hallows", "souls"}:
            return True
        if not word.alpha or word.form in _FUNCTION:
            return word.form in {"the"} and self._form(place - 1) == "of" and self._capital(place - 2)
        if word.form in {"of", "and"}:
            return kind == "SCHOOL" and self._capital(place + 1) and self._capital(place - 1)
        if kind in {"SCHOOL", "ORG_LOCAL"} and (self._is_playful(place) or self._is_of_a_tree(place)):
            return True
        if word.form in _GENERIC and not word.signals and kind != "ADDRESS":
            # "breachwood green junior school": behind a strange word it is part of the name
            before = self._form(place - 1)
            strange = before.isalpha() and not self.lists.is_ordinary(before) and not self.lists.is_someones(before)
            return kind == "SCHOOL" and self._joined(place) and strange and word.form in _BEHIND_A_PLACE
        return True

    def _capitals(self, first: int, start: int) -> int | None:
        """Where the run of capital words begins that ends before ``start``."""
        at = start
        while at > first and (self.words[at - 1].capital or self._form(at - 1) in _JOINS | {".", "&"}):
            at -= 1
        while at < start and (
            not self.words[at].capital
            or (self.words[at].first and self._form(at) in _GENERIC and not self._is_playful(at))
        ):
            at += 1
        return at if at < start else None

    def _is_playful(self, place: int) -> bool:
        """As "Little" in "Little Oaks Nursery"."""
        return self._form(place) in _PLAYFUL and self._capital(place + 1) and self.words[place + 1].gap == " "

    def _is_of_a_tree(self, place: int) -> bool:
        """As "tree" in "oak tree youth hub"."""
        return self._form(place) == "tree" and self._form(place - 1) in NAMESAKES

    def _is_judged(self, first: int, end: int) -> bool:
        """As in "marsh lane infants was better"."""
        return self.words[first].first and self._form(end) in {"is", "was", "has"}

    def _is_apposition(self, place: int) -> bool:
        """As in "the school, brindle heath primary, …"."""
        return self._form(place - 1) == "," and self._form(place - 2) in _SCHOOL_HEADS

    def _all_ordinary(self, start: int, end: int) -> bool:
        return all(self.lists.is_ordinary(self._form(at)) for at in range(start, end))

    def is_meant(self, start: int, end: int) -> bool:
        """Whether a listed phrase names its place here: one of everyday words alone ("the green") only with capitals."""
        own = [word for word in self.words[start:end] if word.form not in _FUNCTION | _JOINS]
        return not all(self.lists.is_ordinary(word.form) for word in own) or (
            all(word.capital for word in own) and any(not word.first for word in own)
        )

    def is_club(self, place: int) -> bool:
        """Whether the word makes a professional club of the town before it."""
        return self._form(place) in {"united", "city", "rovers", "athletic", "wanderers", "fc", "afc", "albion", "utd"}

    def _is_number(self, place: int) -> bool:
        form = self._form(place)
        return form[:1].isdigit() and form.rstrip("abcdef").isdigit() and len(form) <= 5

    def _joined(self, place: int) -> bool:
        return 0 < place < len(self.words) and (
            self.words[place].gap == " " or self._form(place - 1) == "." or self._form(place) == "."
        )

    def _capital(self, place: int) -> bool:
        return 0 <= place < len(self.words) and self.words[place].capital

    def _form(self, place: int) -> str:
        return self.words[place].form if 0 <= place < len(self.words) else ""

    def _end(self, place: int) -> int:
        return self.words[place].end

    def _span(self, start: int, end: int, kind: str, confidence: float) -> Span:
        return Span(self.words[start].start, self._end(end - 1), kind, confidence)
