"""What stands around a word and says "this names a person" or "this is a word": sets of words, and the weighing of them.

A name that is also a word (Will, Hope, Grace) has no other sign than its surroundings. Each
sign adds or takes away; ``evidence`` is their sum, and from ``ENOUGH`` on the word is a name.
The weights were set by hand on sentences written for the purpose (tests/spec/redaction) and
are the same for all names.
"""

from __future__ import annotations

from nlp.gazetteer import Gazetteer
from nlp.words import Word

ENOUGH = 1.5
# Hidden, too, but a person must look.
DOUBTFUL = 0.5


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _set(
    "mr mrs ms mx dr doctor sir miss mister madam pc dc prof professor rev sister father imam pastor headteacher cllr councillor judge"
)
KIN = _set(
    "auntie aunty aunt uncle nan nana nanny nanna gran granny grandma grandad grandpa granddad cousin cousins brother brothers sister sisters bro sis stepdad "
    "stepmum stepbrother stepsister mum mummy dad daddy mam mom nephew niece twin twins son sons daughter daughters husband wife partner baby grandson granddaughter "
    "stepson stepdaughter mother mums dads girl boy lad sibling siblings half-brother half-sister godmother godfather"
)
ROLES = _set(
    "carer carers worker workers sw teacher teachers tutor mentor friend friends mate mates bestie besties bff bf gf boyfriend girlfriend neighbour advocate keyworker "
    "nurse officer therapist counsellor manager boss staff pa iro ta senco coach psychologist solicitor guardian visitor caretaker driver practitioner child pupil student "
    "key-worker youngster client patient interpreter assistant lady man woman guy enemy bully m8 m8s frend frends freind teenager"
)
_STRONG_BEFORE = _set(
    "told tell tells ask asked asks telling asking called named bless wheres where's who's whos hi hiya hello hey dear cheers with"
)
_BEFORE = _set(
    "saw seen met see miss missed misses when by that if cos because like likes liked love loves loved hate hates hated from for to than except him her them after before so but cuz coz "
    "think wish visit visiting without about while since until let lets make makes made help helped hit hits got hug kicked punched pushed bullied bullies blame blamed trust trusts gave give "
    "know knows knew then thanks thank thankyou phone phoned ring rang text texted fancy fancies remember adore adores sat sit next re not only even though although want wants need needs against "
    "and n contacted supported supports supporting emailed reminded"
)
_AUX = _set("can could does did is was has have should would do were didnt doesnt isnt wasnt hasnt cant couldnt")
_NOT_BEFORE = _set(
    "a an the this that these those some any no every each what which in on at of last next too very so more most your his their its our i we you they he she it ive weve who really just both be am are been being "
    "im i'm lets the's good bad full half all few one two three four five six pure real true much many lots first second early late mid until by next-to"
)
# What people do and things, months and feelings do not.
HUMAN = _set(
    "says said saying tells told asks asked shouts shouted shouting yells yelled screams screamed listens listened explains explained explaned visits visited rings rang calls called "
    "hits hit hurts hurt bullies bullied picks picked teases teased likes liked loves loved hates hated wants wanted lives lived thinks thought knows knew understands understood "
    "shared shares cooks cooked plays played talks talked speaks spoke sits sat stays stayed reported reports attended attends presents presented engaged engages disclosed stated states expressed enjoys enjoyed "
    "prefers preferred feels felt smiled smiles cried cries prays fixed drives drove taught teaches reads promised promises appeared appears wrote writes watches watched kicked kicks punched punches pushed "
    "pushes walked walks ran runs sleeps slept left noticed remembers remembered forgot forgets refused refuses declined arrived arrives ate eats drank drinks snores snored steals stole lied lies laughs laughed swears swore "
    "smells smelt smelled stinks draws bakes baked sings sang dances danced nicked nicks robbed slapped slaps bit bites threatened threatens apologised apologises messaged texts texted phoned emailed "
    "wears wore cuddles cuddled hugs hugged braided translated translates agreed agrees disagreed confirmed denied denies spends spent fights fought argues argued moans moaned complains complained "
    "laughed giggled whispers whispered lent borrowed borrows bought buys pinched grabbed chased chases trusts trusted worries worried misses missed wishes wished hopes hoped requested requests informed identified "
    "described describes advised became begged waited waits turned turns took takes gave gives helped helps lets makes made keeps kept brings brought sends sent shows showed works worked moved died got gets went goes comes came "
    "did does deserves needs needed wont won't doesnt doesn't didnt didn't hasnt hasn't wasnt wasn't isnt isn't cant can't couldnt wouldnt never always rarely often sometimes also just still only really even kindly "
    "dyed passed joined spits spat nags nagged supports supported spoils fosters fostered adopted looks looked sees saw meets met finds found tried tries starts started stopped stops bothers bothered annoys annoyed reckons reckoned uses insists insisted mentions mentioned raised struggles struggled responds responded"
)
_ADVERBS = _set(
    "never always rarely often sometimes also just still only really even kindly usually already now then again nearly once quickly doesnt doesn't didnt didn't wont won't"
)
_IS = _set("is was has will would had does did can could are were and n & who isnt wasnt isn't wasn't hasnt hasn't")
_STATES = _set(
    "kind nice mean late lovely amazing allocated coming leaving moving seen moved taken sad upset happy funny strict rude away off here ill poorly angry crying tearful settled scared safe horrible brilliant helpful "
    "patient friendly fab polite quiet loud bossy naughty annoying weird sick mad lying older younger living asked told said been invited fostered adopted referred placed keen anxious withdrawn aware unhappy "
    "excluded supported visited offered given shouting lost gone back pregnant autistic deaf bullied bullying thirteen twelve eleven ten nine eight seven six five four three two fourteen fifteen sixteen seventeen"
)
_DONE_TO = _set(
    "moved seen asked told placed invited excluded fostered adopted referred allocated said given bullied arrested"
)
_UNITS = _set(
    "weeks week days day months month years hours hour minutes miles pounds quid pence percent times o'clock oclock am pm"
)
# Words that stand for themselves at the start of a sentence, before "is" and "was", too.
MASS = _set(
    "hope summer autumn winter liberty junior may april june august sunday faith peace joy patience harmony happiness wisdom unity charity comfort song sky gift mercy honey sunny storm star river precious praise art saffron rich "
    "said can my mine son nan nana india asia jesus christian paris jordan love music king queen prince princess shade gang job loan miracle treasure blessing chance van wing long bliss karma serenity justice "
    "success favour goodness destiny heaven "
)
# Of those, what may make, keep, help or come without being a person.
_FEELINGS = _set(
    "hope faith peace joy patience harmony happiness wisdom unity charity comfort song mercy praise art love music miracle justice success goodness summer autumn sunday may job honey star"
)
_ANYTHING_DOES = _set(
    "comes came makes made never always gets got went goes helps helped keeps kept gives gave brings brought starts started stopped stops shows showed needs needed takes took turns turned died moved means "
    "hurts lives lies also just still only really even looks found finds smells tastes often sometimes dont"
)
# Little words that are a name only with a capital or a clear sign.
AUXILIARY = _set(
    "will may can said mine my left mark bill drew pat hope rob sue long rich frank art don van tan ran win chase kit mat nat"
)
_TIMES = _set("may june july august april summer autumn winter spring easter")
_NEVER_LOWER = _set(
    "me we he she you his her our their they it us am at on of to is as or if by up mine can said my left so an in no be bo do lo"
)
_MONTHS = _set("april may june july august")
_SUBJECTS = _set("i you he she they we it there u im ur")
_OBJECTS = _set("me us him her them my our his their")
# "x", "xx" and "xxx" are kisses: children end a sentence with them, and a name stands before or after.
LINKS = _set(
    "to from at in on with for when because cos cuz if but so then who about after before again and n or than as too please pls x xx xxx aged is re by the while during until since every today yesterday tomorrow tonight more back"
)


def evidence(
    words: list[Word], place: int, form: str, lists: Gazetteer, is_surname: bool, names_someone: bool
) -> float:
    """How much speaks for the word at ``place`` being a person's name; a name from ``ENOUGH`` on.

    ``form`` is the word as listed; ``is_surname``: the word behind looks like a surname;
    ``names_someone``: the word beside its "and" is a name for certain.
    """
    word = words[place]
    if form in _MONTHS and (_form(words, place - 1)[:1].isdigit() or _form(words, place + 1)[:1].isdigit()):
        return -3.0
    total = _prior(word, form, lists)
    if word.signals:
        total += 3.0
    elif word.capital:
        total += 0.5
    total += _left(words, place, form, names_someone)
    return total + _right(words, place, form, lists, is_surname, names_someone)


def _prior(word: Word, form: str, lists: Gazetteer) -> float:
    if form in _NEVER_LOWER and not word.signals:
        return -6.0
    if form in KIN and not word.signals:
        return -3.5
    if form in lists.nobody and form not in _MONTHS:
        return -2.5
    if form in MASS:
        return -1.5
    return -1.0 if form in lists.english else 0.0


def _left(words: list[Word], place: int, form: str, names_someone: bool) -> float:
    word, before, earlier, after = (
        words[place],
        _form(words, place - 1),
        _form(words, place - 2),
        _form(words, place + 1),
    )
    if word.first or not before:
        return 0.5
    if is_introduced(words, place):
        return 3.0
    if form in _TIMES and before in {
        "since",
        "until",
        "till",
        "before",
        "after",
        "by",
        "during",
        "last",
        "this",
        "every",
    }:
        return 0.5 if word.signals and _form(words, place + 1) in HUMAN else -2.0
    if before == "miss" and earlier in _MISSERS:
        return 1.5
    if before in TITLES or before in KIN or before in ROLES:
        verb = _right_verb(words, place)
        doubtful = form in AUXILIARY and not word.capital and verb not in HUMAN
        said = form in {"said", "mine", "left"}
        return -1.5 if doubtful and (said or verb not in {"is", "was"}) else 2.0
    if before == "you" and earlier in {"thank", "bless", "love", "miss"}:
        return 2.5
    if before == "to" and earlier in {"thanks", "thank"}:
        return 2.5
    if before == "back" and earlier in {"bring", "want", "get"}:
        return 1.5
    if before == "is" and any(_form(words, place - step) == "who" for step in (3, 4, 5)):
        return 2.5  # "the only one who listens is …"
    if before == "," and is_post(earlier) and after in {",", "(", "-"}:
        return 3.0  # "my social worker, Heaven, …"
    if before in {"was", "is", "its", "it's"} and after == "who":
        return 3.0
    if before in {"is", "its", "s"} and (earlier in KIN or earlier in ROLES or earlier in {"name", "names"}):
        return 2.5
    if before == "me" and earlier in {"its", "it's"}:
        return 2.0
    if before in {"im", "i'm"}:
        return 1.5 if form not in MASS and form not in _MOODS else -3.0
    if before in {"and", "n", "&"}:
        # "they helped me and will come": a verb may follow me, too
        of_mine = earlier == "me" or (earlier in KIN and _form(words, place - 3) in {"my", "our", "his", "her"})
        if of_mine and form not in AUXILIARY:
            return 2.5
        return 1.5 if names_someone else 0.0
    if before == "is" and earlier == "where":
        return 2.5
    if before in _STRONG_BEFORE:
        return 2.5
    if before == "her" and not word.signals and not after.isalpha():
        return -2.0  # "with her teddy"
    if before in {"my", "our"}:
        # "our jack": of the family; "our hope", "my will"
        return 0.5 if before == "our" and form not in MASS and form not in AUXILIARY else -1.5
    if before in _NOT_BEFORE:
        return -3.0
    if before in _AUX:
        going = after in _STATES or (len(after) > 5 and after.endswith("ing"))
        asks = words[place - 1].first and going  # "is Drew coming?"
        return 4.0 if after in _BARE or asks else 0.0
    if before in _BEFORE:
        return 1.5
    return -0.5 if before.isalpha() else 0.5


_MOODS = _set(
    "frank rich happy merry curt royal sunny honest bright dusty sandy rusty misty stormy jolly daft ace will may can said art mark drew iron ill fine"
)
_BARE = _set(
    "leave stop say hit lie cry shout quit forget like love hate want need think feel be come go stay play have help visit ring call see take do get know move live sleep talk pick "
)


# What several people do; behind "me and …" or two names it says that the second is one.
DONE_BY_SEVERAL = _set(
    "live share fight argue both get go have were always never keep play do make love like hate want went came come stay"
)


def _right(words: list[Word], place: int, form: str, lists: Gazetteer, is_surname: bool, names_someone: bool) -> float:
    word, after = words[place], _form(words, place + 1)
    gained = 1.0 if word.possessive else 0.0
    if word.possessive and is_owned(after):
        gained += 1.5
    if is_surname:
        return gained + 2.5
    if not after or not after[:1].isalnum():
        return gained + 0.5
    if after in {"my", "our", "his", "her", "their", "the"} and any(
        is_post(_form(words, place + step)) for step in (2, 3)
    ):
        return gained + 3.0  # "Iris my key worker"
    if after in {"and", "n", "&"}:
        if are_people(words, place + 2, lists):
            return gained + 3.0
        beyond = _form(words, place + 2)
        if beyond in {"me", "i"} or beyond in KIN:
            return gained + 2.5
        return gained + (1.5 if names_someone else 0.0)
    if after in _SUBJECTS and form in _MODALS and not word.signals:
        return gained - 3.0  # "if I ask, will it be used"
    if after in _SUBJECTS:
        return gained - (2.0 if _form(words, place - 1) in _SUBJECTS | {""} or word.first else 0.0)
    if after in {"came", "comes", "went", "goes", "rang", "travelled"} and _form(words, place + 2) == "to":
        if _form(words, place + 3) in {"see", "visit", "get", "pick", "talk", "help", "court", "meet", "watch"}:
            return gained + 3.0  # hope may come, but not to see somebody
    if after == "who":
        return gained + 2.0
    if (
        after in {"has", "had"}
        and _form(words, place + 2) == "been"
        and _form(words, place + 3) in {"to", "off", "round"}
    ):
        return gained + 2.5  # "Dele has been to boxing"
    if after == "to" and form in MASS and not word.signals and _form(words, place + 2) in _OBJECTS:
        return gained - 2.0  # "precious to me"
    if after in {"is", "was"} and "name" in (_form(words, place + 3), _form(words, place + 4)):
        if _form(words, place + 2) in _OWNERS:
            return gained + 4.0  # "Princess is her real name"
    if (
        after in {"has", "had", "nicked", "took", "broke"}
        and _form(words, place + 2) in _OWNERS
        and form not in _FEELINGS
    ):
        return gained + 2.5  # "Jet has my charger"
    if after in {"has", "had"} and _form(words, place + 2) in {"a", "an", "two", "got", "loads"} and form not in MASS:
        return gained + 2.0  # "Dex has a temper"
    if after == "from" and _is_where_people_are_from(words, place + 2):
        return gained + 3.0  # "Blessing from church", "Storm from my class"
    if after in {"gets", "got", "looks", "looked", "turned", "turns"}:
        if _form(words, place + 2) in _STATES and (form not in _FEELINGS or _form(words, place + 2) not in _PASSING):
            return gained + 3.0  # "Joy gets angry", "Hope turned five"
    verb = _right_verb(words, place)
    feeling = form in _FEELINGS
    if verb in HUMAN and not (feeling and verb in _ANYTHING_DOES):
        return gained + 2.5
    if after in DONE_BY_SEVERAL and _form(words, place - 1) in {"and", "n"}:
        if names_someone or _form(words, place - 2) == "me":
            return gained + 0.5
    if verb in _IS:
        return gained + 0.5 + _state(words, place + 1, form)
    if verb.endswith("ed") and lists.is_ordinary(verb):
        person = _form(words, place + 2) in _OBJECTS
        return gained + (2.0 if person else 1.0)
    if after == "of" or after in {"a", "the", "this", "my", "your", "up", "full"}:
        return gained - 2.0
    if after in LINKS:
        return gained + 0.3
    return gained + (0.0 if word.possessive else -1.0)


def _is_where_people_are_from(words: list[Word], place: int) -> bool:
    at = place + (_form(words, place) in {"my", "our", "the", "his", "her", "next", "year"})
    return _form(words, at) in _WHERE_FROM or (_form(words, place) == "year" and _form(words, at).isdigit())


def is_post(form: str) -> bool:
    """Whether a word says what somebody is to a person: kin, a role, of one or of more."""
    return any(one in KIN or one in ROLES or one in _POSTS for one in (form, form.removesuffix("s")))


def is_owned(form: str) -> bool:
    """Whether a word is what a person has: somebody, or something."""
    return form in _OWNED or is_post(form)


def are_people(words: list[Word], other: int, lists: Gazetteer) -> bool:
    """Whether "and" goes on "… Sandy are nice carers", with another listed name."""
    if _form(words, other) not in lists.first or _form(words, other + 1) not in {"are", "were", "r"}:
        return False
    return any(is_post(_form(words, other + step)) for step in (2, 3, 4, 5))


_POSTS = _set("father foster social key family parent godparent solicitors mentor")
_OWNERS = _set("my our his her their your")
_WHERE_FROM = _set(
    "church school college nursery class form tutor work upstairs downstairs door home unit youth club drama football boxing dance scouts cadets gym mosque temple office centre street road estate team "
    "care camhs social early housing respite nights primary secondary"
)
_OWNED = _set(
    "dog dogs cat cats puppy hamster rabbit family garden garage party wedding funeral jumper shoes charger xbox ps5 ipad laptop tablet telly door turn team class lesson job "
    "house room bedroom bed phone bag coat bike car birthday fault idea name attendance behaviour review placement school flat"
)
_MODALS = _set("will may can might")
_MISSERS = _set("i we they really still dont don't will ill i'll also do would do and")
_WHAT_PEOPLE_ARE = _set(
    "pain legend bully liar nightmare snitch grass joker diva idiot star prefect goalkeeper striker vegetarian christian muslim twin handful"
)
_PASSING = _set("lost gone back coming away off here lovely nice moved seen taken")


def _state(words: list[Word], verb_at: int, form: str) -> float:
    """What "… is my friend", "… was seen", "… is 7" add."""
    following = [_form(words, verb_at + step) for step in (1, 2, 3, 4)]
    if following[0] in {
        "not",
        "so",
        "very",
        "really",
        "always",
        "just",
        "also",
        "well",
        "too",
        "now",
        "being",
        "been",
        "bare",
        "proper",
    }:
        following = [*following[1:], ""]
    if following[0] in {"my", "our", "his", "her", "a", "the", "an"} and any(is_post(one) for one in following[1:]):
        return 2.0
    if following[0].isdigit() and following[1] not in _UNITS and form not in {"may", "june", "april", "august"}:
        return 2.0
    if following[0] in _DONE_TO:
        return 2.0
    if following[0] == "in" and following[1] in {"year", "my", "prison", "hospital", "reception"}:
        return 2.0  # "Chance is in year 9"
    if following[0] in {"a", "such", "the"} and {following[1], following[2]} & _WHAT_PEOPLE_ARE:
        return 2.5  # "Precious is a pain"
    return (
        1.5
        if following[0] in _STATES
        and not (form in _FEELINGS and following[0] in {"lost", "gone", "back", "coming", "over"})
        else 0.0
    )


def _right_verb(words: list[Word], place: int) -> str:
    """The verb behind a word, adverbs skipped."""
    step = 1
    while step < 3 and _form(words, place + step) in _ADVERBS and _form(words, place + step + 1)[:1].isalpha():
        step += 1
    return _form(words, place + step)


def is_introduced(words: list[Word], place: int) -> bool:
    """Whether the words before present a name: "called …", "dear …", "love from …", "my name is …"."""
    before, earlier = _form(words, place - 1), _form(words, place - 2)
    if before in {"called", "named"}:
        return _form(words, place + 1) not in {"names", "me"} and "\n" not in words[place - 1].gap
    if before == "me" and earlier in {"call", "calls", "called", "calling"} and words[place].signals:
        return True
    if before in {"hi", "hello", "hey", "dear", "hiya"}:
        return True
    if before == "from" and earlier in {"love", "regards", "wishes", "thanks"}:
        return True
    if before in {"is", "was", "s", "'s", "its"} and earlier in {"name", "names", "nickname"}:
        return True
    owners = {"my", "his", "her", "the", "their", "real", "first", "full"}
    return before in {"name", "name's", "names", "nickname"} and earlier in owners


def acts(words: list[Word], place: int) -> bool:
    """Whether what follows is something people do."""
    return _right_verb(words, place) in HUMAN


def could_be_name(words: list[Word], place: int, lists: Gazetteer, names_someone: bool) -> float:
    """The same signs for a word no list knows, without any prior."""
    word = words[place]
    left = _left(words, place, word.form, names_someone)
    return left + _right(words, place, word.form, lists, False, names_someone)


def _form(words: list[Word], place: int) -> str:
    return words[place].form if 0 <= place < len(words) else ""
