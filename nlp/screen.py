"""Does a person need to read this soon? Rules in context and a trained reader over the raw text; they order and decide nothing.

Everything is read by a person in the end. A rule is a row of ``_RULES``: what it means, how
soon, and the shape of a sentence, not a list of words: "he hits me" is one, "he hits a ball"
is not. Children understate and misspell, so the text is first brought to plain spelling.
A negation lowers the tier by one, a past that is over to the lowest; neither ever drops the reason.
The trained reader (``nlp.screening_reader``) finds what no rule foresaw; it can raise a tier and never lowers one.

>>> screen("my uncle hits me when mum is out").tier
'red'
>>> screen("this homework is killing me lol").tier
'none'
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from nlp.documents import Screening
from nlp.language import other_language
from nlp.text import fold, has_content

if TYPE_CHECKING:  # the lists bring spaCy along, which the web process never loads
    from nlp.gazetteer import Gazetteer

RULES_VERSION = "rules 4"

TIERS = ("none", "green", "amber", "red")

REASONS: dict[str, str] = {
    "hurt_now": "Says that someone hurts or hits them, or another child.",
    "suicide": "Speaks of dying, or of not wanting to live.",
    "self_harm": "Speaks of hurting themselves.",
    "sexual_harm": "Speaks of being touched, watched or asked for something sexual.",
    "weapon_or_threat": "Speaks of a weapon, or of being threatened.",
    "home_violence": "Speaks of violence between adults at home.",
    "exploitation": "May be being used by others: carrying, money, gifts, debts.",
    "online_harm": "Someone online asks for pictures, meetings or secrets, or threatens.",
    "running_away": "Has run away, or is planning to.",
    "hunger_or_neglect": "Does not get enough food, warmth, sleep or care.",
    "alone": "Is left alone, or in charge of others, too young or at night.",
    "fear": "Is afraid of someone, or of a place.",
    "secret": "Was told to keep something secret, or is afraid to tell.",
    "emotional_harm": "Is humiliated, threatened or shut out by those who care for them.",
    "forced_or_honour": "Fears being married, sent abroad or cut against their will.",
    "extremism": "May be being drawn into hatred or violence for a cause.",
    "drink_or_drugs": "Speaks of drink or drugs: their own, or of those who care for them.",
    "mental_distress": "Sounds hopeless, or says they cannot go on or are not all right.",
    "carer_worried": "A parent or carer fears for a child's safety, or cannot cope.",
    "disclosure": "A worker writes down something a child has told or shown.",
    "wants_contact": "Asks for someone to come, to call or to help.",
    "unhappy": "Is unhappy, lonely or bullied.",
    "other_language": "Is not in English, and could not be screened.",
    "reader_missing": "Only rules have looked at it: the trained reader was not there, so it waits with those to read soon.",
}
_ABOUT = {
    "hurt_now": "being hurt", "suicide": "not wanting to live", "self_harm": "hurting oneself", "sexual_harm": "sexual harm",
    "weapon_or_threat": "weapons or threats", "home_violence": "violence at home", "exploitation": "being used by others",
    "online_harm": "harm online", "running_away": "running away", "hunger_or_neglect": "hunger or not being cared for",
    "alone": "being left alone", "fear": "being afraid of somebody", "secret": "something that must not be told",
    "emotional_harm": "being humiliated or shut out", "forced_or_honour": "being forced, sent away or married",
    "extremism": "being drawn into violence for a cause", "drink_or_drugs": "drink or drugs",
    "mental_distress": "hopelessness", "carer_worried": "a carer's fear for a child", "disclosure": "what a child has told",
    "wants_contact": "asking for help",
}  # fmt: skip
REASONS |= {
    f"like_{kind}": f"Reads like answers that people had to look at; no rule says why. Those spoke of {about}: a guess."
    for kind, about in _ABOUT.items()
}
_AT_ONCE = frozenset(
    {"hurt_now", "suicide", "self_harm", "sexual_harm", "weapon_or_threat", "home_violence", "exploitation"}
)
"""Kinds of which the reader may say "red" by itself, where it is surer than for the rest."""

_SPELLINGS = {
    "hert": "hurt", "hurtz": "hurts", "hirt": "hurt", "hirts": "hurts", "herts": "hurts", "hurtin": "hurting", "punchd": "punched", "slaped": "slapped", "slaps": "slaps", "kiked": "kicked", "hertz": "hurts", "hurst": "hurts", "hits": "hits", "hitz": "hits", "hiting": "hitting", "hitin": "hitting", "beets": "beats", "sucide": "suicide", "suicde": "suicide", "suiside": "suicide", "suicidle": "suicidal",
    "sucidal": "suicidal", "kil": "kill", "kll": "kill", "unalive": "kill", "kms": "kill myself", "kys": "kill yourself", "mysel": "myself", "meself": "myself", "mi": "my", "miself": "myself", "ded": "dead", "dye": "die", "dieing": "dying", "scard": "scared", "scaird": "scared", "skared": "scared", "scarred": "scared",
    "afraid": "afraid", "afrade": "afraid", "frightend": "frightened", "fritened": "frightened", "hungrey": "hungry", "hungy": "hungry", "starvin": "starving", "punchs": "punches", "puncht": "punched", "kiks": "kicks", "kikd": "kicked", "tuch": "touch", "tuches": "touches", "tuched": "touched", "toched": "touched", "touchs": "touches",
    "wana": "want to", "wanna": "want to", "wanner": "want to", "gonna": "going to", "gunna": "going to", "gona": "going to", "dnt": "dont", "dont": "dont", "don": "dont", "doesnt": "doesnt", "dosnt": "doesnt", "dosent": "doesnt", "nd": "and", "n": "and", "u": "you", "ur": "your", "r": "are", "cos": "because", "cuz": "because", "coz": "because", "bc": "because", "becuse": "because",
    "sum": "some", "sumone": "someone", "some1": "someone", "no1": "no one", "noone": "no one", "every1": "everyone", "evry": "every", "nite": "night", "nites": "nights", "nihgt": "night", "skool": "school", "shoutin": "shouting", "screem": "scream", "mam": "mum", "mom": "mum", "mummy": "mum", "mums": "mums", "daddy": "dad", "step": "step", "hav": "have", "ov": "of", "av": "have", "iv": "ive", "wen": "when", "wont": "wont", "cant": "cant", "carnt": "cant",
    "self": "self", "selfharm": "self harm", "cutt": "cut", "cuting": "cutting", "cuttin": "cutting", "leve": "leave", "alon": "alone", "allone": "alone", "bein": "being", "gettin": "getting", "takin": "taking", "makin": "making", "givin": "giving", "hittin": "hitting", "beatin": "beating", "livin": "living", "wiv": "with", "thier": "their", "secrit": "secret", "secrect": "secret", "pitcures": "pictures", "pics": "pictures", "pic": "picture", "nudez": "nudes", "foto": "photo",
    "drunck": "drunk", "druggs": "drugs", "weeed": "weed", "bruse": "bruise", "bruses": "bruises", "brooses": "bruises", "threatning": "threatening", "thretend": "threatened", "allways": "always", "anymore": "any more",
}  # fmt: skip

# Building blocks. Apostrophes are gone and everything is lower case when these are matched.
_ADULT = r"(?:dad|mum|step ?dad|step ?mum|step ?father|step ?mother|father|mother|uncle|aunt(?:ie|y)?|grand(?:ad|dad|ma|pa|father|mother)|nan|carer|foster (?:carer|mum|dad|parent)s?|staff|worker|boyfriend|bf|girlfriend|gf|partner|ex|parents?|teacher|coach|neighbour|brother|sister|cousin|family friend|lodger|man|men|woman|lads?|boys?|guy|girls?|bloke|people|friend|mate|he|she|they|someone|somebody|who|it was)"
_WHO = rf"(?:(?:my|her|his|the|a|an|our|their|this|that|older|big|little|some|mums?|dads?|foster|new|other)\s+){{0,3}}{_ADULT}s?"
_ME = r"(?:me|us|my (?:\w+ )?(?:brother|sister|mum|mam|bro|sis|siblings?|face|head|arms?|legs?|back|neck|hair|face)|him|her|them|the (?:baby|kids|children|little ones?)|(?:mums?|dads?|his|her) (?:face|head|arm|neck|hair))"
_OFTEN = r"(?:(?:always|sometimes|often|still|also|then|just|even|really|keeps?(?: on)?|kept|once|has|have|had|will|would|does|did|used to|is|was|been|gets?|got|going to|said (?:he|she|they)(?:ll| will| would)|threaten(?:s|ed)? to|tr(?:y|ies|ied) to|starts?|started|like to|likes to)\s+){0,3}"
_STRIKE = r"(?:hits?|hitting|punch(?:es|ed|ing)?|kicks?|kicked|kicking|slap(?:s|ped|ping)?|smack(?:s|ed|ing)?|beats?|beaten|beating|batter(?:s|ed|ing)?|bash(?:es|ed)?|thump(?:s|ed)?|chok(?:es?|ed|ing)|strangl(?:es?|ed|ing)|burn(?:s|t|ed)?|whip(?:s|ped)?|belt(?:s|ed)|hurt(?:s|ing)?|drag(?:s|ged)|shov(?:es?|ed)|push(?:es|ed) |grabs?|grabbed|pinn?(?:s|ed)?|bit(?:es)?|scald(?:s|ed)|headbutt(?:s|ed)?|spat|spits?|pull(?:s|ed)|twist(?:s|ed)|squeez(?:es|ed)|attack(?:s|ed)?|jump(?:s|ed)|whacks?|whacked|clobber(?:s|ed)|abus(?:es|ed|ing)|tortur(?:es|ed)|rap(?:es|ed))"
_SELF = r"(?:my ?self|myself|me)"
_WANT = r"(?:wants?|wish(?:es)?|wanted|hope|id (?:rather|prefer)|would rather|rather|think(?:s|ing)? (?:about|of)|thought (?:about|of)|going to|feel(?:s|ing)? like|plan(?:s|ned|ning)? to|try|tried|trying|keep|ready|ready to|want to)"
_CHILD = r"(?:my (?:son|daughter|child|boy|girl|lad|grandson|granddaughter|foster (?:son|daughter|child)|kids?|children)|he|she|they|child|the child|young person|yp|pupil|client)"


@dataclass(frozen=True, slots=True)
class _Rule:
    reason: str
    tier: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


def _rule(reason: str, tier: str, pattern: str, unless: str = "") -> _Rule:
    return _Rule(reason, tier, re.compile(rf"\b(?:{pattern})"), re.compile(unless) if unless else None)


_PLAY = r"\b(?:game|games|match|fifa|fortnite|minecraft|roblox|football|rugby|boxing|karate|judo|wrestl\w+|film|movie|book|story|xbox|ps[45]|mario|chess|uno|monopoly|cards|tennis|ping pong|pillow|snowballs?|water (?:fight|balloon)|races?|joke|jokes|laugh\w*|tickl\w+|nil|spelling|test|quiz|homework|maths|pe|exam|exams|villain|character|zombies?|level|boss)\b"

_RULES: tuple[_Rule, ...] = (
    # -- wanting to die, hurting oneself
    _rule("suicide", "red", rf"(?:kill|killing|hang|hanging|drown|shoot|top|off) {_SELF}(?!\s+(?:laughing|with laugh|at ))", r"kill(?:ing)? (?:me|myself) (?:laughing|with)|(?:leg|legs|feet|back|shoes|homework|game|joke|stairs|heat|pe|this|it|maths|that|wait) \w* ?(?:is |are |was )?kill(?:s|ing|ed)? me|kill(?:s|ed)? me (?:with|when|off|every time)|(?:would|will|gonna|going to|gona) kill me|hang me|off me|top me|shoot me"),
    _rule("suicide", "red", r"suicid\w*|over ?dos(?:e|ed|ing)|od(?:ed|d)? on\b|end(?:ing)? (?:it all|my life|my own life|his life|her life|their life|things for good)|end(?:ing)? it(?! (?:by|with|in))|take (?:my|his|her|their) (?:own )?life|jump(?:ing)? (?:off (?:a|the) (?:bridge|roof|car park)|in front of|out (?:of )?(?:the|a|my) window)"),
    _rule("suicide", "red", rf"{_WANT}(?: \w+){{0,3}} (?:(?:be|was|were|been) (?:dead|gone forever|never born)|to die|dying|not (?:be|being) here|not wake up|disappear(?: for(?: good| ever)|forever)|never wake up|kill (?:him|her|them)self)", _PLAY),
    _rule("suicide", "red", r"(?:want to|wish i could|wish i would|rather|should|might as well|deserve to|ready to|going to) (?:just )?die\b(?! (?:of|my|hard))|wish i (?:was|were|had) (?:dead|never (?:been )?born|not (?:been )?born)|better off (?:dead|without me|if i)|(?:dont|do not|didnt|not) (?:really |even )?(?:want|wanna|wish)(?:ing|ed)? (?:to )?(?:live|be alive|be here|exist|wake up|carry on|go on|be on this earth)(?! (?:with|here|there|in|at|near|together|on my|alone|by|so|for|when))\b", r"be here (?:on|at|for|in|because its boring)"),
    _rule("suicide", "red", r"(?:no ?one|nobody|everyone|they|mum|dad|people) (?:would|will|wouldnt|d|ll)?\s*(?:not |even |ever )*(?:notice|care|miss me|be happier|be better|be glad)(?: \w+){0,3} if i (?:was|were|am|got|had|died|disappeared|wasnt|werent)(?: \w+){0,2}(?: gone| dead| here| around| disappeared| died)?|(?:no|any|not much|whats the) (?:point|reason)(?: \w+){0,2} (?:living|being alive|to live|in life|of living|going on|carrying on|me being here)|(?:cant|dont) (?:see|have|imagine) (?:a |any |my )?(?:future|reason to live)|said goodbye to everyone|goodbye (?:everyone|letter|note)|(?:saving|saved|hiding|hid|stash\w*|collect\w*) (?:up )?(?:my |the |some )?(?:tablets|pills|paracetamol|meds)|(?:took|taken|swallowed|take) (?:a lot of|too many|loads of|all (?:my|the)|lots of|a load of) (?:\w+ )?(?:tablets|pills|paracetamol|meds)"),
    _rule("self_harm", "red", r"(?:cut|cuts|cutting|hurt|hurts|hurting|harm|harms|harming|burn|burns|burnt|burning|scratch|scratches|scratching|bite|biting|punish|punishing|starve|starving|punch|punching|hit|hitting|stab|stabbing|strangle|choke|choking|bang(?:ing)? my head|pull(?:ing)? my hair) (?:on |of )?(?:my ?self|themsel\w+|herself|himself)", r"\b(?:accident\w*|on (?:the|a|my) (?:bike|oven|iron|cooker|paper|knife|glass|toaster|skateboard|trampoline|stove|hob)|cooking|playing|at football|falling|when i fell|fell|tripped|shaving)\b"),
    _rule("self_harm", "red", r"self ?-?harm\w*|(?:cut|cuts|cutting|slit|slice|slash|scars?|marks|scratch\w*|razor|blades?) (?:\w+ )?(?:on |to |up )?(?:my|her|his) (?:own )?(?:arms?|wrists?|legs?|thighs?|skin|stomach)|make(?:s|ing)? (?:my ?self|herself|himself) (?:be )?(?:sick|throw up|puke|bleed|vomit)|(?:dont|stopped|not|havent) (?:eat|eating|eaten)(?: \w+){0,4} (?:so i|to (?:lose|get thin|be thin|disappear)|because im fat)|(?:bang(?:s|ing)?|hit(?:s|ting)?|smash(?:es|ing)?) (?:my|his|her) (?:own )?head (?:on|against|off|into|in)|(?:makes?|helps?) (?:it|the pain|me feel)(?: \w+){0,3} (?:when i|if i) (?:cut|bleed|burn)|(?:hide|hiding|cover\w*|wear) (?:\w+ ){0,3}(?:my |the )?(?:cuts|scars)", r"\b(?:hair ?cut|cut my (?:hair|nails|finger|knee)|paper|lesson|assembly|talk about|leaflet|course|training)\b"),
    # -- being touched, watched, asked
    _rule("sexual_harm", "red", rf"{_WHO} {_OFTEN}(?:touch(?:es|ed|ing)?|feels?|felt|rubs?|rubbed|strok(?:es|ed)|grop(?:es?|ed|ing)|kiss(?:es|ed|ing)?|grabs?|grabbed|licks?|fingered) (?:me|my|us|her|him)\b(?! (?:on the (?:cheek|head|shoulder|arm|back)|good ?night|better|goodbye|well|when i (?:fall|get hurt)|for a|is|was))(?:(?! (?:shoulder|hair|heart|stuff|things|toys|bag|phone|food|homework|ipad|xbox|lego|pens?|hand)\b)|.{0,40}(?:dont like|uncomfortable|wrong|private|night|bed))", r"\b(?:feels? (?:me|us) (?:safe|happy)|touch(?:es|ed) my (?:heart|stuff|things|phone|bag|food|toys|pens?|hair)|grabs? my (?:bag|phone|hand)|kiss(?:es|ed)? me (?:goodnight|good night|on the|bye|goodbye|better)|mum kiss|nan kiss)\b"),
    _rule("sexual_harm", "red", r"(?:touch(?:es|ed|ing)?|looks? at|see|shows?|showed|showing|wants?|asked|makes?|made|forc(?:es|ed)) (?:\w+ ){0,4}(?:private(?: parts?|s)?|down there|(?:my|his|her|their) (?:willy|bits|bum|boobs|breasts?|penis|vagina|fanny|dick|thing|pants|knickers|underwear|bra)\b)|rap(?:e|ed|ing|ist)\b(?! (?:seed|music))|molest\w*|sexual\w* (?:abus|assault|harass|touch)\w*|(?:have|having|had|do|want(?:s|ed)?) sex with (?:me|him|her|them|his|older)|(?:makes?|made|making|asked|asks|forc(?:es|ed)) (?:me|us|her|him) (?:to )?(?:do (?:sexual|dirty|rude|bad|sex|weird) (?:things|stuff)|touch (?:him|her|it|his|them)|have sex|take (?:off )?(?:my|her|his) (?:clothes|top|trousers|pants)|get (?:undressed|naked)|kiss (?:him|her|them)|sleep in (?:his|her) bed|watch (?:porn|dirty|sex|rude))"),
    _rule("sexual_harm", "red", rf"{_WHO} {_OFTEN}(?:watch(?:es|ed|ing)?|look(?:s|ed|ing)?|stares?|films?|filmed|spies|spied|peeks?|walks? in|walked in|comes? in|came in|films?)(?: (?:at|on|in on))? (?:me |us |her )?(?:when (?:im |i am |i )?|while (?:im |i am |i )?|through \w+ \w+ when )?(?:\w+ )?(?:get(?:ting)? (?:changed|dressed|undressed)|get changed|(?:in|having|have|taking|take) (?:the |a )?(?:shower|bath)|showering|undress\w*|sleep(?:ing)?)|(?:comes?|came|gets?|got|sneaks?|climbs?|lies?|lays?|slept) (?:in(?:to)?|on) (?:my|her|his) (?:bed|room)(?: \w+){{0,2}} (?:at night|in the night|with me|when (?:im|i am|everyone|mum|dad|its dark|no ?one|shes|hes))", r"\b(?:cat|dog|puppy|kitten|to check|to say good ?night|to read|tucks?)\b"),
    _rule("sexual_harm", "red", rf"{_WHO} {_OFTEN}(?:does|do|did|doing|says?|said) (?:\w+ )?(?:things?|stuff|it) (?:to (?:me|us|her|him|my)|(?:that )?i (?:dont|do not|didnt) (?:like|want))|(?:things?|stuff) (?:i|she|he) (?:dont|didnt|doesnt) (?:like|want)(?: \w+){{0,5}} (?:not to tell|secret|dont tell)|(?:special|our|secret|little) (?:secret )?(?:game|games|secret|cuddles?|hugs?)(?: \w+){{0,4}} (?:with (?:him|my|uncle|dad)|dont tell|not (?:to )?tell|between us)|(?:hurts?|sore|bleeding) down (?:there|below)|pregnant (?:and|but) (?:\w+ ){{0,4}}(?:scared|tell|dad|old)", r"\b(?:nice|good|kind|fun|silly|funny|lovely) (?:things?|stuff)\b"),
    _rule("sexual_harm", "amber", r"(?:older|grown|adult|\d{2}(?: year old)?) (?:man|boyfriend|bf|guy|bloke|girlfriend|men)\b(?: \w+){0,4}|(?:my|her) (?:boyfriend|bf) is (?:2\d|3\d|[4-9]\d|nineteen|twenty|thirty|older|alot older|a lot older|way older)|(?:dont|doesnt|didnt) (?:like|feel (?:ok|right|safe) with) (?:how|the way|when) (?:he|she|they|my \w+) (?:touch|look|hug|kiss|cuddle|talk|sit|hold|tickle)\w*|(?:makes?|made) me (?:feel )?uncomfortable|(?:creep|creepy|perv|pervert|pedo|paedo|nonce)\w*", r"\b(?:film|game|movie|story|house|spider|crawl|halloween|sofa|chair|shoes|bed is|beds? (?:are|make)|clown|music)\b|old man (?:next door|down|who) (?:is|gives|lets|helps|waves|says hi)"),
    # -- being hurt
    _rule("hurt_now", "red", rf"(?:{_WHO}|i get|i got|we get|i am|im|i was|im being|hes|shes|theyre|being|getting|been) {_OFTEN}{_STRIKE}(?: up)?(?: on)? {_ME}(?! (?:at (?:fifa|football|chess|mario|uno|pool|tennis|fortnite)|in (?:a|the) (?:race|game)|to (?:it|the)|feelings|up (?:from|at)|off (?:at|to)|with (?:laughter|jokes|a pillow)))", _PLAY + r"|\b(?:get|gets|got) hurt my\b|ball|hurts? my (?:head|ears?|eyes|back|legs?|knee|feelings|brain)|i (?:hurt|burnt?|bit|hit|twisted|pulled|banged) my (?!self)|pull(?:s|ed) (?:me|us|him|her) (?:aside|out of (?:class|school|lessons?)|up|over|through|together)|push(?:es|ed)? +me (?:to (?:try|do|go|be|work)|on the swings?|hard to|in the right)|grabs? me (?:a|some)|jump(?:s|ed) on me"),
    _rule("hurt_now", "red", r"(?:i )?(?:get|gets|got|getting|keep getting|am|im|was|being|been) (?:\w+ )?(?:beaten|battered|hit|hurt|smacked|slapped|punched|kicked|whipped|belted|strangled|attacked|abused|the belt|the stick|a beating|a slap|a smack|beat up|beaten up)(?: (?:up|by|with|at home|when|if|for|every|all|a lot|on|because|sometimes)\b)", _PLAY + r"|\b\d+ ?nil|(?:goals?|ball|hit by a (?:ball|cricket))"),
    _rule("hurt_now", "red", rf"(?:threw|throws?|throwing|chuck(?:s|ed)?|lob(?:s|bed)?) (?:a |an |the |his |her |my )?(?:\w+ )?\w+ (?:at|on) (?:me|us|my (?:mum|brother|sister|head|face)|her|him|mum)\b|{_STRIKE} {_ME} (?:with|round|across|over) (?:a|an|the|his|her|my) \w+|(?:with|using) (?:a|his|the|her) (?:belt|stick|slipper|shoe|spoon|cane|bat|cable|wire|lighter|cigarette|iron|hairbrush|coat hanger)", _PLAY + r"|\b(?:ball|snow|water|party|surprise|confetti|paper plane|frisbee|helps?|cook\w*|walk\w*|draw\w*|fetch)\b"),
    _rule("hurt_now", "amber", r"(?:bruis(?:e|es|ed|ing)|black eye|marks?|broken (?:arm|rib|nose)|burn marks?|cigarette burns?|hand ?prints?|bite marks?|swollen (?:lip|face)|fat lip|split lip)(?: \w+){0,6} (?:(?:cant|wont|dont|not|isnt|doesnt|didnt|wouldnt) (?:\w+ ){0,3}(?:say|tell|explain|know|match|want|look|talk)|from (?:him|her|dad|mum|them|where (?:he|she|they)|when (?:he|she|they)|being)|on (?:my|her|his|their) (?:neck|face|back|arms?|legs?|body|thighs?)|unexplained|every (?:time|week)|because (?:he|she|they|of))|(?:unexplained|new|more|finger ?tip) (?:bruis\w+|marks?|injur\w+)|locked? (?:me|us|him|her|them) (?:in|out|up)\b(?! the game)|lock(?:s|ed) (?:me|us|him|her) (?:in|out)|(?:to be|being|is|was|get|got|gets|been) locked (?:in|out|up)|(?:tied|tie|ties) (?:me|us|him|her) (?:up|to)|(?:restrain\w*|held|hold|pinned|pin) (?:me|him|her) (?:down|against|too hard)|hurts? (?:people|me|us|everyone|my (?:mum|brother|sister))\b", _PLAY + r"|\b(?:rugby|football|skateboard\w*|bike|fell|trampoline|feelings|bath ?room|by accident|accident\w*|ear|hurts? me to)\b"),
    _rule("weapon_or_threat", "red", r"(?:knife|knives|gun|machete|hammer|acid|blade|shank|zombie knife|weapon|baseball bat)(?: \w+){0,5} (?:at|to|on|against|in (?:his|her|my|the) (?:bag|room|pocket|coat|car|drawer)|under (?:his|her|my)|me|mum|us|for protection|to school)|(?:threaten\w*|has|had|got|carr\w+|pulled|with|holding|held|brought|showed|shows|keeps?) (?:\w+ ){0,4}(?:a |his |the )(?:knife|gun|machete|hammer|blade|shank|weapon)\b|(?:going to|gonna|will|wants? to|tr(?:y|ied) to|said (?:he|she|they)(?:d|ll|s| will| would)?|threaten\w* to|says? (?:he|she|they)(?:d|ll| will| would)) (?:\w+ )?(?:kill|stab|shoot|burn|murder|smash|get|batter|hurt) (?:me|us|mum|my (?:mum|dad|sister|brother|family)|her|him|you)\b", _PLAY + r"|\b(?:butter|cook\w*|chop\w*|kitchen|bread|cut (?:the|my) (?:food|veg)|toy|nerf|water gun|and fork|get (?:me|us|him|her|you) (?:a|some|to|back|there|up|ready|help|out|home|in|into|my|new|dressed)|kill me (?:if|when|for)|would kill me)\b"),
    _rule("weapon_or_threat", "amber", r"threat(?:en\w*|s)(?: to)? (?:me|us|my|her|him|mum|the|with|by|from)|(?:keeps?|kept|been|being|is|was|are|gets?|got) threaten\w*|(?:or else|youll regret it|watch (?:my|your) back|know where (?:i|we) live|snitch\w*(?: \w+){0,3} (?:get|stabbed|hurt|stitches))|(?:afraid|scared|worried) (?:for my|of being) (?:life|stabbed|attacked|jumped|killed)|(?:waiting|waits?|come|comes|coming|after) (?:for )?me (?:outside|after school)|(?:gang|gangs)\b(?: \w+){0,4} (?:after|want|make|me|us|my)", _PLAY),
    # -- violence between adults
    _rule("home_violence", "red", rf"(?:dad|he|step ?dad|boyfriend|partner|ex|husband|mums? \w+|uncle|brother|she|mum|wife) {_OFTEN}(?:{_STRIKE}|shouts? at and hits?|threw \w+ \w+ at|smash(?:es|ed)|throws? (?:things|stuff|plates)) (?:at |up )?(?:my |our )?(?:mums?|dad|nan|her (?!own)|him (?!self)|each other|the (?:wall|door|house|room|place|tv|windows?|furniture))\b", _PLAY + r"|\b(?:hurt her (?:knee|back|leg|foot|arm|hand|ankle)|pulled? (?:her|him) (?:aside|out|up))\b"),
    _rule("home_violence", "amber", r"(?:mum|mam|mother|she|nan|my sister)(?: \w+){0,4} (?:has|had|with|got|hides?|covers?) (?:\w+ )?(?:marks?|bruis\w+|black eyes?)|(?:mum|dad|they|parents?)(?: and (?:mum|dad|him|her|\w+))?(?: \w+)? (?:fight|fights|fighting|fought|scream(?:s|ing)?|argu(?:e|es|ing) (?:all|every|so|really|and)|hurt(?:ing)? each other)(?: \w+){0,4}(?: (?:and|all|every|so|at night|each other|police|hide|scared|upstairs|physical\w*|again))|(?:police|ambulance)(?: \w+){0,2} (?:came|come|called|turn|at|keep)(?: \w+){0,3} (?:house|home|again|to (?:mine|ours|us)|because|dad|mum|night)|(?:hear|heard|listen to|watch|saw|seen|see) (?:\w+ ){0,3}(?:scream\w*|hitting|banging|smash\w*|fight\w*|hurt(?:ing)? (?:my )?(?:mum|her|dad))|domestic (?:violence|abuse|incident)|(?:wont|doesnt|not) let (?:my )?(?:mum|her|me|us) (?:go out|leave|see|have (?:a phone|money|friends|any)|talk)|(?:checks?|takes?|smash\w*|controls?) (?:mums?|her|my) (?:phone|money|bank)|(?:i|we) (?:hide|hid|go) (?:\w+ )?(?:under|behind|in|to|upstairs|away)(?: \w+){0,4} when (?:they|he|she|dad|mum|it|the)", _PLAY + r"|\b(?:hide and seek|play|thunder|hoover|dentist|dog barks|takes? (?:my|her) phone (?:at (?:night|bed)|off me (?:at|when)))\b"),
    # -- being used
    _rule("exploitation", "red", r"(?:drop(?:s|ping)?|dropp(?:ed)|carry|carrying|deliver\w*|hold|holding|hide|hiding|move|moving|sell|selling|shift\w*|run|running|take|taking|took) (?:off )?(?:\w+ )?(?:packages?|parcels?|drugs?|weed|food for|gear|coke|wraps?|stuff for (?:them|him|people|the|some)|things? for (?:them|him|the older|some)|bags? for (?:them|him|the|some)|money for (?:them|him|the|some)|cash for (?:them|him|some))|county lines?|trap(?:ping|house| house| phone)|going country|cuckoo\w*|(?:plug|bando)\b|run(?:ning|s)? (?:errands|food|lines?) for|(?:in|got|im|have|has|owe|owes|owed|work\w* off|paying off|pay) (?:a |my |the |his |her |them |him )?(?:drug )?debt|owe(?:s|d)? (?:them|him|some|the older|these|people|a lot)", _PLAY + r"|\b(?:pizza|amazon|postman|food bank|student|credit card|rent|council tax|british gas|owe (?:them|him|her) (?:a lot|so much|everything|my)|lesson|talk|assembly)\b"),
    _rule("exploitation", "amber", r"(?:give|gives|gave|giving|buy|buys|bought|got|gets|get) (?:me|us|her|him) (?:\w+ ){0,5}(?:vapes?|weed|drink|alcohol|vodka|cigarettes|fags|drugs|money|cash|phone|trainers|presents|gifts|lifts?)(?: \w+){0,6} (?:if i|if she|if he|and (?:now|says?|said|then)|but (?:now|i|says?)|for (?:doing|being|it|nothing|favours)|want\w* (?:something|it|me)|dont tell|not to tell|secret|from|older|in return|back)|(?:older|random|some|grown) (?:lads|boys|men|man|people|guys?|girls|mates|friends)(?: \w+){0,8} (?:money|lift|lifts|car|drink|drugs|weed|vapes?|hotel|party|parties|flat|phone|pick\w* (?:me|her|him|us) up|want|nudes|jobs?)|pay (?:him|them|it|her) back(?: \w+){0,3} (?:by|or|before)|(?:want|wants|wanted|owe|expects?) (?:something|favours?|it|payment) (?:back|in return)|(?:came|comes|coming|come|turn\w*|has|have|got|with|found|appear\w*) (?:\w+ ){0,3}(?:with |in )?(?:new |expensive |lots of |loads of |unexplained |more |wads? of )+(?:\w+ )?(?:trainers|clothes|phone|phones|cash|money|things|items|jewellery|coat|jacket)(?: \w+){0,6} (?:wont|doesnt|cant|not|nobody|no ?one|refus\w+|dont know|unexplained|where)|with cash(?: \w+){0,4} (?:wont|doesnt|not|where)|(?:picked|picks|collect\w*) (?:me |her |him )?up (?:\w+ ){0,4}(?:by|in) (?:\w+ ){0,3}(?:car|cars|men|man|older|strangers?|taxi by)|(?:two|second|burner|several|multiple|different) (?:phones?|sims?)|(?:make|makes|made|making|force\w*|told|tells?|get|gets) (?:me|us|her|him|them) (?:to )?(?:steal|nick|shoplift|rob|beg|sell|fight|work|do (?:jobs|stuff|things|it) for)", _PLAY + r"|\b(?:christmas|birthday|xmas|work (?:hard|experience|together|harder)|sell me|make me (?:work hard|fight for)|for (?:sweets|school|lunch|dinner|the bus)|pocket money)\b"),
    # -- online
    _rule("online_harm", "red", r"(?:nudes?|naked|topless)\b|(?:rude|sexy|dirty|private|explicit|sexual|indecent) (?:pictures?|photos?|videos?|images?|selfies?|messages?|texts?|stuff|things)\b|(?:blackmail\w*|sextort\w*|groom(?:ed|ing))\b|(?:post|share|send|leak|show|put|spread) (?:it|them|the (?:pictures?|photos?|videos?)|my (?:pictures?|photos?|videos?|nudes?))(?: \w+){0,5} (?:if|unless|to (?:everyone|my|school|all)|everywhere|online)|(?:if|unless) i (?:dont|block|tell|stop|send|do)(?: \w+){0,6} (?:post|share|send|leak|show|put|kill|hurt) (?:it|them|my|the|me|us|pictures?)", r"\b(?:pokemon|lesson|assembly|talk|course|training|dog groom\w*|hair|groom\w* (?:my|the|our) (?:dog|horse|pony|cat)|private (?:messages?|stuff|things)? (?:diary|room|talk|space|time)|dirty (?:stuff|things|dishes|clothes)|rude (?:stuff|things|messages?)? to (?:staff|teachers?|me)|rude things? (?:about|to)|if i dont (?:do|eat|finish|tidy) (?:my|homework))\b|\b(?:are|is|was|were|being|so|very|really|staff|teacher|people|bit|a) rude\b"),
    _rule("online_harm", "amber", r"(?:someone|man|person|stranger|people|guy|boy|girl|friend|lad|he|she|they)(?: \w+){0,8} (?:ask(?:s|ed|ing)?|want(?:s|ed)?|tell(?:s)?|told|message\w*|keeps? (?:asking|messaging)|beg\w*) (?:me|her|him|us)? ?(?:for |to )?(?:\w+ ){0,3}(?:pictures?|photos?|selfies?|videos?|camera|webcam|cam|where (?:i|she|he) lives?|my address|my (?:phone )?number|meet|secret|whats ?app|snap)|(?:met|meet|meeting|met up|talk\w*|chat\w*|messag\w*|speaking) (?:\w+ ){0,3}(?:someone|a (?:man|guy|boy|girl|person|lad)|people|him|her|them|strangers?|men) (?:\w+ ){0,3}(?:online|on (?:snap\w*|insta\w*|discord|roblox|tiktok|fortnite|xbox|the internet|an app|a game|kik|omegle))|(?:online|internet) (?:friend|boyfriend|girlfriend|bf|gf)(?: \w+){0,8} (?:meet|older|secret|send|pictures?|gifts?|money|ask)|send(?:s|ing)? (?:her|him|me|them) (?:\w+ )?(?:messages?|texts?|pictures?|money|gifts?|robux|v ?bucks)(?: \w+){0,5} (?:late|night|secret|delete|inappropriate|weird|dont tell|older|adult|if)|(?:delete|deletes|deleted) (?:the |our |my |all )?(?:messages|chats?|texts)|(?:someone|stranger|man)(?: \w+){0,2} (?:i|she|he) (?:dont|doesnt|didnt) know (?:\w+ ){0,4}(?:ask\w*|messag\w*|add\w*|send\w*|sent|wants?|call\w*|follow\w*)", _PLAY.replace("roblox|", "").replace("fortnite|", "").replace("minecraft|", "") + r"|\b(?:lesson|talked about|school (?:photos?|pictures?)|social worker (?:asked|messages|texts)|worker)\b"),
    # -- going missing
    _rule("running_away", "amber", r"(?:ran|run|running|runs|runned) (?:away|off)(?! (?:with the|from the (?:dog|bee|wasp|spider|goose|cow)|my (?:mouth|legs)))|(?:bag|bags|rucksack|stuff|case) (?:\w+ )?(?:packed|ready)(?: \w+){0,3} (?:so|to (?:go|leave|run)|in case|under|for when)|(?:packed|packing) (?:a|my) (?:bag|bags|stuff|things)(?: \w+){0,4} (?:run|go|leave|leaving|tonight|escape|away)|(?<!stuff )(?<!thing )(?<!things )(?:going|gone|went|goes|go|reported) (?:missing|awol)|(?:didnt|dont|did not|not|never|wont|havent|refus\w+ to) (?:go|come|been|gone|coming|going|went) (?:back |home |there )+(?:to (?:the |my )?(?:home|placement|carers?|house|unit)|for \d|for (?:two|three|four|five|a few|several|a) (?:nights?|days?|weeks?)|at night|all night|last night|tonight)|(?:slept|sleeping|sleep|stay\w*|spent the night) (?:\w+ ){0,2}(?:outside|rough|(?:on|in) (?:the |a )?(?:street|park|bus|bench|stairwell|car park|shed|car|woods|tent|friends? (?:sofa|floor)s?|random)\b)|sofa ?surf\w*|sneak(?:s|ed|ing)? out (?:at night|to (?:meet|see)|every)|(?:escape|get out of here|get away from (?:here|him|her|them|home))(?: tonight| soon| one day|$)|out all night|(?:nowhere|no ?where) (?:to (?:go|live|sleep|stay)|safe)|(?:kicked|chucked|thrown|threw|kick|chuck) (?:me |us |him |her )?out(?: \w+){0,3} (?:home|house|mum|dad|street|night|sleep|of (?:home|the house)|and|again)", _PLAY + r"|\b(?:dog|cat|hamster|rabbit|camping|guides|scouts|sleepover|tent in the garden|ran away (?:from|with) (?:a|the) (?:bee|spider|wasp|goose)|nose|holiday|residential|school trip)\b|kicked out of (?:class|school|the (?:team|group|band|club))"),
    # -- going without
    _rule("hunger_or_neglect", "amber", r"(?:no|any|enough|much|nothing) (?:food|dinner|tea|breakfast|lunch|to eat|heating|hot water|electric\w*|gas|clean clothes|bed|beds|nappies|money for (?:food|electric|gas|heating))(?: \w+){0,3} (?:at (?:home|mums?|dads?|night)|in (?:the )?(?:house|fridge|cupboards?|home)|left|most|some|when|until|till|so|all|again|because|for)|(?:dont|doesnt|do not|didnt|never|not|havent|hasnt|wont|cant) (?:always |really |even |often |usually )?(?:have|get|got|had|eat|ate|give|given|gives|feed|feeds|fed|make|makes|made|cook|cooks|afford|let) (?:us |me |him |her |them )?(?:have |any |enough |much |a |our |my |to |proper )*(?:dinner|tea|breakfast|food|eat|lunch|meals?|drink|fed|anything|clean clothes|a bed|bath|shower|wash)(?: (?:most|some|every|all|at home|at mums?|at dads?|when|until|till|because|if|for (?:days|\w+ days)|on (?:weekends|the weekend)|any more|much)\b|$)|(?:always|so|really|still|go(?:es|ing)? to (?:bed|school|sleep)|went to bed|too|be|im|we are|were|get|gets|being|am) (?:hungry|starving|freezing|cold)(?: \w+){0,3} (?:at (?:home|night|mums?|dads?)|when (?:mum|dad|shes|hes|i wake|im at)|every|all (?:the time|day|weekend|night)|because (?:theres|there|mum|dad|we|they|no)|in bed|until|till|most|and (?:no|theres|mum|nobody|there is))|(?:go(?:es|ing)?|went) to (?:bed|school|sleep) (?:hungry|without|with no|cold|dirty)|only (?:get|gets|feed|feeds|give|gives|eat|eats|fed|let) (?:me|us|him|her|them|to eat|food|once|at school|one|eat|school)(?: \w+){0,4} (?:after|once|left ?overs|scraps|when|at school|a day|else|if|bread|crisps|toast)|(?:steal|stole|stealing|nick|take|taking|beg) (?:\w+ )?food|only (?:eat|meal|food|thing i eat)(?: \w+){0,3} (?:school|is)|food ?bank(?: \w+){0,3} (?:again|every|ran|empty|wont)|(?:skip|skips|skipping|skipped|miss|missing|go without|goes without|going without) (?:meals?|food|eating|dinner|tea)|(?:mould|damp|rats?|mice|cockroach\w*|bed ?bugs|sewage|fleas)(?: \w+){0,6} (?:bed|bedroom|asthma|chest|walls?|breath\w*|everywhere|baby|kitchen|ill|sick|landlord)|(?:smell|smells|stink|stinks|dirty)(?: \w+){0,4} (?:because|clothes|laugh|no ?one|cant wash|mum doesnt)|(?:sleep|sleeps|sleeping|share|sharing) (?:\w+ ){0,2}(?:on the (?:floor|sofa)|in the (?:bath|car|kitchen|living room)|one bed|a mattress)", r"\b(?:sleepover|camp\w*|swimming|football|pe|after training|after school|before (?:tea|lunch)|school dinners?|at school (?:is|are)|hate|dont like (?:the )?(?:food|dinners?)|broccoli|vegetables|veg|diet|fussy|vegetarian|halal|cat|dog|hamster|fish|exam|fine|nice (?:hot|warm)|no concerns|nans? floor for fun|cinema)\b"),
    _rule("hunger_or_neglect", "amber", r"(?:look|looks|looking|care|cares|caring|cook|cooking) (?:after|for) (?:my )?(?:mum|dad|nan|brothers?|sisters?|siblings|the (?:baby|little ones|kids|babies|twins)|everyone|them all)(?: \w+){0,10} (?:miss|late|tired|cant|no ?one|nobody|every (?:day|night)|all (?:the time|day|night)|by myself|on my own|alone|instead|drunk|when (?:she|he|mum|dad) (?:is|isnt|cant|wont|goes|drinks|doesnt)|school)|(?:miss|missed|missing|late for|cant go to|off) school (?:because|to|when|so)(?: \w+){0,5} (?:mum|dad|look after|care for|ill|clean|cook|baby|brother|sister|work)|(?:mum|dad|she|he|they|carer) (?:doesnt|dont|wont|never|didnt|cant) (?:\w+ )?(?:get up|wake up|get out of bed|take (?:me|us|him|her) to (?:school|the doctor|doctors|a&e|hospital)|wash|feed|clean|come home|care (?:about|if)|look after)|(?:no ?one|nobody) (?:looks? after|cares? (?:for|about|if)|feeds?|wash(?:es)?|picks? (?:me|us) up|comes? home|is (?:ever )?(?:home|in)|wakes)\b"),
    _rule("alone", "amber", r"(?:left|leave|leaves|leaving|stay|stays|staying|home|were|was|am|im|are|be|being|sleep|stuck) (?:me |us |him |her |the (?:kids|baby|children|little ones) |them |my (?:brother|sister|brothers|sisters|siblings) )?(?:\w+ )?(?:home )?(?:alone|on (?:my|our|his|her|their) own|by (?:myself|ourselves|himself|herself|themselves)|with (?:no ?one|nobody|no adult))(?: \w+){0,5} (?:night|nights|overnight|all (?:day|night|weekend)|weekends?|hours|days|dark|till|until|late|with (?:my|the|him|her) (?:step ?dad|uncle|brother|cousin|boyfriend|baby|little|sister|him|mums)|when (?:mum|dad|they|shes|hes|she|he) (?:goes|go|is|are|works?|went|out|drinks?|at)|scared|and (?:im|i was|i am) (?:scared|only|hungry|\d))|(?:mum|dad|they|she|he|carers?|no ?one|nobody)(?: \w+){0,3} (?:goes|go|went|stays|is|are|was|were|comes|come|came|stayed) (?:out|away|home|back|in)(?: \w+){0,3} (?:all night|at night|overnight|until morning|for (?:days|the weekend|\w+ days)|and leaves?|and (?:we|i) (?:are|am|have)|till (?:late|morning))|(?:alone|on my own|by myself) (?:at|all|every|in the) (?:night|nights|weekend|dark)|(?:dont|doesnt|didnt|do not|hate|scared|not|afraid|never) (?:like |want |feel safe |to be |being |of |getting )*(?:left )?(?:on my own|alone|by myself|left) with (?:my |him|her|the |mums|them|\w+ ?dad|\w+)", r"(?<!dont )(?<!not )(?<!never )\b(?:like|love) being|\b(?:free time|want to be left|leave me|sleepover|finally|nice|peace|game|revision|happy|can play|happily)\b"),
    # -- fear, secrets, humiliation
    _rule("fear", "amber", rf"(?:scared|afraid|terrified|frightened|petrified|fear|nervous|dread|scares?|frightens?|feel sick|shak(?:e|ing)|panic)(?: \w+){{0,4}} (?:of|when|around|with|by|to go|about|that|he|she|they|if|for|in case|because|at|going|being|hearing)(?: (?:to|go|going|being|my|the|mums?|her|his|a|that|i|hear|comes?|new|step|back|home|he|she|dads?))* (?:{_ADULT}|home|house|go home|him|her|them|his|here|placement|contact|there|night time|bed ?time|dark\w* when|footsteps|key|door|stairs|car|room|comes? (?:home|in|back|up)|shout(?:s|ing)?|drink(?:s|ing)?|angry|mad|gets? (?:angry|mad|drunk))\b", _PLAY + r"|\b(?:rollercoaster|roller coaster|spiders?|dogs?|thunder|halloween|ghost\w*|clowns?|heights|dentist|doctors?|injections?|exams?|tests?|swimming|moving up|new school|high school|first day|big school|at first|the dark|speaking|meetings?|bees|wasps|needles|fireworks|not scared|letting (?:her|him|them|people) down|getting it wrong|what people)\b"),
    _rule("fear", "amber", r"(?:dont|doesnt|do not|never|not|didnt|wont|cant|isnt|wasnt|arent|havent) (?:really |ever |always |even )?(?:feel |feeling |be |felt |been )?safe(?! (?:enough to|to say) )|unsafe|(?:please )?(?:dont|do not) (?:send|make|let|take|put|move) (?:me|us|him|her|them) (?:\w+ ){0,2}(?:back|go (?:back|home|there)|see (?:him|her|them|my)|home|near|with (?:him|her|them))|(?:dont|do not|never|cant|wont) (?:ever )?(?:want to|wanna|like|go) (?:to )?(?:go|going|be|see|live|stay|being|seeing|back)(?: back)? (?:home|there|to (?:mums?|dads?|his|her|their|that)|with (?:him|her|them|my|mum|dad)|him|her|dad|mum)(?: \w+){0,5} (?:because|he|she|they|hurt|hits?|shouts?|drunk|scared|angry|any more|ever|again)|(?:walk|walking|tiptoe\w*) (?:on|around on|around) (?:egg ?shells|tip ?toes?)|(?:flinch\w*|cower\w*)|(?:sleep|sleeps|slept) (?:\w+ ){0,3}(?:chair|drawers|something|clothes on|shoes on|knife|door (?:blocked|locked|shut so)|under (?:my|the) bed)(?: \w+){0,4}|(?:put|push|drag) (?:a |my )?(?:chair|drawers|bed|desk) (?:\w+ )?(?:against|behind|in front of) (?:the|my) door|i (?:hide|hid) (?:under|in|behind|from|when|upstairs|my (?:phone|food|face))", _PLAY + r"|\b(?:hide and seek|wifi|internet safety|roads?|crossing|bike|stairs are|trampoline|parking|not unsafe|presents?|easter eggs?|best)\b"),
    _rule("secret", "amber", r"(?:not|never|dont|cant|wont|mustnt|shouldnt|isnt|not allowed|wouldnt|scared|afraid) (?:to |supposed to |allowed to |meant to |ever |really |be allowed to )*(?:tell|say|speak|talk)(?:ing)? (?:any ?one|any ?body|no ?one|nobody|mum|dad|you|the (?:social worker|sw|police|teacher)|my (?:social worker|sw|mum|dad|teacher|worker|carer)|how|what (?:happens|happened|he|she|they|goes on)|about (?:it|what|home|him|her|them|stuff))|(?:says?|said|told|tells?|made me promise|makes? me) (?:\w+ )?(?:not to|to not|dont|i cant|never to|i mustnt|ill get in trouble if i) (?:tell|say|talk)|(?:keep|keeping|kept|its|our|have|has|a|big|got) (?:it |this |a |our |big )*secrets?(?: \w+){0,4} (?:from|between|with (?:him|her|my|an? (?:adult|man))|cant|scared|tell|about (?:him|what|home)|bad|he|that (?:makes|hurts|i cant))|(?:no ?one|nobody|they) (?:will|would|wont|wouldnt|ever|ll|d|doesnt|didnt) ?(?:ever )?believe (?:me|us|her|him|you)|(?:get|be|in) (?:in )?(?:big |so much |more )?trouble (?:if|for) (?:i |telling |she )(?:tell|told|say|says|tells)?\b|(?:happen|happens|going on|happening) (?:at (?:home|mums?|dads?|night|the house)|that i cant|but i cant|and i cant)|cant (?:say|tell you) (?:how|why|what|who|here|it)", _PLAY + r"|\b(?:surprise|birthday|party|present|santa|secret (?:santa|den|garden|base|place|recipe|diary|handshake|agent|club)|price|what (?:i|we) (?:did|made|got) (?:at|in) (?:school|class)|crush)\b"),
    _rule("emotional_harm", "amber", rf"{_WHO} {_OFTEN}(?:calls?|called|says?|said|tells?|told) (?:me|us|her|him|that)? ?(?:that )?(?:i am |im |i |she is |he is )?(?:a |an |so |such a )?(?:\w+ )?(?:worthless|useless|stupid|ugly|fat|a mistake|mistake|pathetic|disgusting|thick|retard\w*|spastic|nothing|slag|slut|bitch|whore|freak|evil|bad names|horrible names|nasty names|unwanted|burden|waste|never (?:wanted|loved|be anything)|should never have been born|wish(?:es)? i (?:was|were|had) (?:never|not|dead))|(?:wish(?:es)?|wished) (?:i|she|he) (?:was|were|had)(?: never| not|nt)? (?:been )?born|(?:dont|doesnt|never|didnt|not|no longer) (?:want|wanted|love|loves|loved|care (?:about|for)) (?:me|us)(?: (?:any ?more|either|there|here|at all|around)|$)|(?:only|always|just) (?:\w+ )?(?:feed|shout|scream|swear|blame|ignore|pick|punish)(?:s|ed|ing)? (?:at |on )?(?:me|us)\b(?! for (?:being late|not doing))|(?:swear|swears|swore|scream|screams|screamed|spit|spits|laugh|laughs) (?:at|in|on) (?:me|us|my face)|(?:send|sends|sent|put|get rid of|give) (?:me|us) (?:away|back (?:in(?:to)? care|to care)|up)(?: \w+){{0,2}} (?:if|unless|because|for)|(?:i have to|makes? me|made me|make me) (?:eat (?:on|in|alone|off|by)|sleep (?:on|in)|sit (?:alone|outside|in the dark)|stand (?:in|for|outside)|stay in my room (?:all|for)|beg|wear (?:dirty|nappies))|(?:treat|treats|treated) (?:me|us|her|him|them) (?:like (?:a |an )?(?:dog|slave|animal|rubbish|dirt|shit|crap|nothing|servant|prisoner)|differently from|worse than)|(?:everyone else|the other(?:s| kids| children)|their own (?:kids|children))(?: \w+){{0,4}} (?:but (?:not )?(?:me|i|us)|except me|gets? .{{0,20}} (?:i dont|not me))", _PLAY + r"|\b(?:no ?one is mean|told me i was (?:good|clever|brave)|never said)\b"),
    _rule("forced_or_honour", "red", r"(?:marry|married|marriage|wedding|engaged|husband|wife|fianc\w*)(?: \w+){0,8} (?:dont want|do not want|didnt want|not ready|against my will|force\w*|make me|made me|making me|no choice|abroad|cousin|cant say no|never met|passport|scared|pakistan|somalia|back home)|(?:force\w*|make|making|made|want(?:s|ing|ed)?|going to|found|finding|find|arrang\w*) (?:me|us|her|my sister) (?:to )?(?:\w+ ){0,3}(?:marry|get married|married|a husband|husband|engaged|wed|wear|have (?:fgm|the cut))|forced marriage|fgm|female genital|circumcis\w*|(?:cut|cutting) (?:me|my sister|girls|her|us) (?:down there|abroad|back home|in the holidays|when we go)|honou?r (?:of the |based )?(?:family|violence|killing|abuse|crime)|(?:bring|brought|bringing|brings) shame|(?:send|sending|taking|take|sent) (?:me|us|her) (?:back home|abroad|to (?:pakistan|somalia|sudan|bangladesh|india|nigeria|gambia|egypt|iraq|kurdistan|another country|his country|their country|her village|live with))(?: \w+){0,6} (?:marr\w*|husband|scared|dont want|wont|not (?:come|coming|be)|never|ceremony|party for|passport)", r"\b(?:my (?:mum|dad|auntie|uncle|brother|cousin|teacher|worker) (?:is|are|was|got|gets|getting) (?:getting )?married|mums? wedding|holiday|bridesmaid)\b"),
    _rule("drink_or_drugs", "amber", r"(?:mum|dad|mam|step ?dad|step ?mum|carer|uncle|nan|parents?|boyfriend|they|he|she|my brother|my sister|partner|her ex)(?: \w+){0,6} (?:(?:is|are|gets?|got|being|was|were|always|been|comes? (?:home|in|back)) (?:\w+ )?(?:drunk|high|stoned|wasted|off (?:his|her|their) (?:face|head)|out of it|on drugs|passed out|on something)|(?:drinks?|drinking|drank|takes?|taking|took|smok(?:es|ing)|us(?:es|ing)|sniff\w*|inject\w*|does|deals?|dealing|sells?|addicted to|hooked on|relaps\w*)(?: (?:too much|a lot|loads|vodka|beer|wine|cans|weed|drugs|crack|heroin|coke|cocaine|spice|ket|pills|needles|every (?:day|night)|all (?:day|the time)|again|in front|at night|and (?:then|shouts?|falls?|gets?|hits?))))|(?:needles?|drugs|weed|crack|heroin|cocaine|spice|ket|ketamine|xanax|pills|vodka)(?: \w+){0,4} (?:in (?:the|my|our|his|her) (?:house|home|kitchen|room|drawer|bag|bathroom|flat)|around the|at home|at mums?|at dads?|in front of|lying|everywhere|all over)|i (?:\w+ ){0,2}(?:take|took|taking|smoke|smoking|do|did|use|using|sniff\w*|drink|drinking|drank|vape|get|got|am|been|need|tried) (?:\w+ ){0,3}(?:weed|drugs|coke|cocaine|ket|ketamine|xanax|spice|pills|vodka|alcohol|balloons|nos|drunk|high|stoned|mdma|mandy|crack|gas)(?! (?:station|bill|cooker))\b|(?:driv\w+|drove)(?: \w+){0,5} (?:drunk|drinking|high|pub)", _PLAY + r"|\b(?:lesson|learn\w*|talk(?:ed|s)? about|assembly|hot chocolate|medicine|medication|asthma|inhaler|painkillers|antidepressants|drinks? (?:tea|coffee|coke|water)|birthday balloons)\b"),
    _rule("mental_distress", "amber", r"(?:cant|cannot|can not|dont know how to|dont think i can|dont know if i can|unable to|couldnt) (?:\w+ )?(?:cope|carry on|go on|keep going|take (?:it|this|much|any)(?: any more| more)?|do (?:this|it) any ?more|keep (?:pretending|smiling|acting|hiding)|live like this|breathe|stop crying|get out of bed|stand it|handle (?:it|this)|face|see a way)|(?:im|i am|i feel|feel|feeling|not|i dont feel|am|im really|isnt|she isnt|he isnt) (?:\w+ )?(?:not ok(?:ay)?|not alright|hopeless|worthless|numb|empty inside|empty|trapped|like a burden|a burden|desperate|at breaking point|broken|dead inside|suffocated|like giving up|invisible|like (?:nothing|no ?one|a ghost))\b|(?:give|giving|given|gave) up on (?:life|everything|myself|me|living|it all)|(?:want|wanted|going) to (?:give up(?: on (?:life|everything))?|disappear|vanish)\b(?! (?:french|maths|football|school|smoking|homework))|hate (?:my ?self|my life|being (?:me|alive)|myself)|(?:hear|hearing|hears) (?:voices|things that)|voices (?:in my head|telling|tell)|(?:cry|cries|crying|cried) (?:\w+ )?(?:myself to sleep|every (?:night|day)|all (?:the time|night|day)|in (?:secret|the toilets?))|panic attacks? (?:every|all)|(?:whats|no|see no|what is|dont see (?:the|a)|isnt any) (?:the )?(?:point|hope)(?: in (?:anything|life|trying|me)| of (?:anything|me|it all|life)| any ?more|$)|(?:havent|not|cant|dont) (?:eaten|slept|eat|sleep|sleeping)(?: \w+){0,3} (?:for (?:days|weeks|\w+ days|\w+ nights)|at all|any ?more|properly (?:since|for)|because)|nightmares(?: \w+){0,3} (?:about (?:him|what|her|home|dad|mum|it)|every)|(?:flashbacks?|no ?one (?:would|will) (?:care|notice|miss))", _PLAY.replace("|homework", "") + r"|\b(?:french|cope with (?:maths|the heat)|cant breathe (?:laughing|from laughing)|so funny|laughing|smoking|invisible ink)\b"),
    _rule("carer_worried", "amber", rf"(?:afraid|scared|frightened|terrified|worried|fear|concerned|dont feel (?:safe|able)|not safe|unsafe|cannot|cant|refuse) (?:\w+ ){{0,4}}(?:leave (?:him|her|them|my)|leav\w+ (?:him|her|them|my)|(?:he|she|they)(?:ll| will| might| may| could| is going to| has been| is being| are being|s being)? (?:\w+ )?(?:hurt|kill|harm|touch\w*|attack|be hurt|groomed|exploited|used|run|do something|hurting|harmed|abused)|(?:of|for) (?:him|my (?:son|daughter|child|kids|children|ex|partner|husband)|(?:my|his|her|their|the kids|the childrens|our) (?:life|safety|lives))|keep (?:him|her|them) safe|what (?:he|she) (?:might|will|could) do|going to (?:hurt|lose|snap|kill)|around (?:him|her|them|the (?:baby|kids|children)))|{_CHILD} (?:\w+ ){{0,3}}(?:told me|says?|said|told us|wrote|keeps? saying|asked|texted)(?: \w+){{0,6}} (?:die|kill\w*|suicid\w*|end (?:his|her|their|it)|hurt\w*|touch\w*|hit\w*|scared|not (?:safe|want to live|be here)|secret|self|dead|harm\w*|locked?|hates? (?:him|her)self)|(?:might|going to|gonna|will|could|about to|close to|nearly|almost|think i|worried i|scared i) (?:\w+ ){{0,2}}(?:hurt|hit|smack|shake|snap at|lose it|lose control|shook|harm|smother|hit out at) (?:him|her|them|my|the (?:baby|kids|children))|i (?:hit|smacked|slapped|shook|pushed|hurt|locked|grabbed) (?:him|her|them|(?:my |the )(?:baby|kids?|children|child|son|daughter|boy|girl))\b|(?:attacks?|hits?|punch(?:es|ed)?|kicks?|threatens?|threatened|attacked) (?:me|his|her|us|the (?:baby|younger|little)|my (?:other|younger|partner))(?: \w+){{0,5}}|(?:cant|cannot|not) cope (?:any ?more|with (?:him|her|them|the (?:kids|baby))|much longer|on my own)|(?:my|his|her|the) (?:ex|partner|husband|boyfriend|father|dad)(?: \w+){{0,6}} (?:breach\w*|threaten\w*|stalk\w*|follow\w*|turns? up|released|violent|controlling|hurt|hits?|drunk|strangl\w*|outside (?:the|my|our))", _PLAY + r"|\b(?:hit (?:the|a|it|his targets?)|him (?:falling|to school)|football|about (?:exams?|transition|school)|of dogs|not worried|no longer|so please|(?:my|the) (?:dad|ex) (?:turns? up|hits) (?:on time|for))\b"),
    _rule("disclosure", "amber", r"(?:disclos(?:ed|es|ing|ure)|alleg(?:ed|es|ation)|reported (?:that|feeling|being|seeing|his|her|a|to me|by)|made (?:a|an) (?:disclosure|allegation)|confided|revealed|indicated|described|shared|stated|told (?:me|us|worker|staff|the (?:worker|nurse|teacher))|mentioned|hinted|drew|asked (?:me )?(?:whether|if)|said)(?: \w+){0,12} (?:hit\w*|hurt\w*|touch\w*|hungry|no food|scared|afraid|fear\w*|frighten\w*|lock\w*|alone|left|bruis\w*|mark|marks|secret|secrets|message\w*|picture\w*|nude\w*|money|drugs|drunk|drink\w*|shout\w*|fight\w*|violen\w*|abus\w*|assault\w*|harm\w*|suicid\w*|kill\w*|die|dying|knife|weapon|threat\w*|sleep\w* (?:in|with)|bed|naked|undress\w*|sex\w*|older (?:man|men|boy|boys|males?)|men|normal|unsafe|not safe|missing|run\w*|marri\w*|belt|slap\w*|punch\w*|kick\w*|smack\w*|chok\w*|strangl\w*|burn\w*)|(?:flinch\w*|cower\w*|froze\b|dissociat\w*|appeared (?:fearful|frightened|malnourished|unkempt|underweight|withdrawn|scared)|very withdrawn|sexuali[sz]ed behaviou?r|unexplained (?:injur\w*|bruis\w*|absence\w*|money|gifts?)|lost (?:a lot of )?weight|no (?:food|bedding|heating) (?:in|at|seen)|home conditions|strong smell of|smelt of (?:cannabis|alcohol)|injur(?:y|ies) (?:not|inconsistent|unexplained)|explanation (?:did not|didnt|does not|inconsistent|changed))", _PLAY + r"|\bthey (?:\w+ )?said id\b|\b(?:a|the) lock\b|\b(?:no (?:risks?|concerns?|disclosures?|safeguarding|injuries)|nothing (?:of concern|to report)|denied|did not disclose|wants? (?:a |more )?(?:money|bed ?room)|pocket money|said (?:the )?(?:food|bed) (?:was|is) (?:nice|good|comfy)|sibling contact|feels? safe|bed ?time)\b"),
    _rule("wants_contact", "amber", r"(?:please|pls|plz|can (?:someone|somebody|you|u|any ?one)|need (?:someone|somebody|you|help)|i need|want (?:someone|somebody|you) to|wish (?:someone|somebody)|somebody|someone) (?:\w+ ){0,3}(?:help me|help us|save (?:me|us)|get me out|take me (?:away|out of|from)|come and get|call (?:me|us) (?:urgent\w*|asap|now)|make (?:it|him|her|them) stop|protect|rescue|stop (?:him|her|them|it)|listen before|do something before)|^help(?: me| us)?$|(?:need|want) help (?:now|urgently|asap|tonight|today|before)|call the police|im in danger|in danger|emergency", _PLAY + r"|\b(?:with (?:my )?(?:maths|homework|reading|forms?|spelling|english|science|bus|shopping|cv|money|budget\w*|cooking)|in an emergency|emergency (?:contact|number|services|foster|placement|bag|fund|accommodation|grant))\b"),
    _rule("extremism", "amber", r"(?:race war|jihad|martyr\w*|beheading\w*|(?:make|making|made|build) (?:a |me a )?(?:bombs?|explosives?)|shoot up (?:the|my|a) school|(?:want|ready|going|asked|told me) to (?:join|fight for) (?:them|isis|the (?:cause|brothers|group))|hurt (?:immigrants|muslims|jews|gays|foreigners))", _PLAY + r"|\b(?:lesson|history|project|assembly|learnt?|learned)\b"),
    _rule("unhappy", "green", r"(?:i am|im|i feel|feel|feeling|always|so|really|very|makes? me|made me|get) (?:\w+ )?(?:sad|lonely|upset|depressed|unhappy|miserable|left out|anxious|worried|stressed|low|down|angry all)\b(?! (?:to leave|when my team))|(?:bull(?:y|ied|ies|ying)|pick(?:s|ed|ing)? on (?:me|us|him|her)|mean to me|(?:no|any) friends|calls? me (?:names|bad)|hate(?:s)? (?:it here|this place|living here|my placement|school|contact)|(?:no ?one|nobody|they (?:dont|never|wont)) (?:listens?|listen to|cares?|likes? me|believes?|asks?))", r"\b(?:not sad|no ?one is mean|stopped|sad (?:film|song|story|ending))\b"),
)  # fmt: skip

_NOT_BEFORE = re.compile(
    r"\b(?:not|never|no|nobody|no one|none|without|dont|doesnt|didnt|isnt|wasnt|arent|werent|hasnt|havent|wont|wouldnt|nothing|stopped|denie[sd]|used to|if (?:anyone|someone)|in case)(?: \w+){0,3} ?$"
)
_OVER = re.compile(
    r"\b(?:used to|in the past|years ago|a long time ago|when i was (?:little|young|younger|a baby|[3-9])|before i (?:came|moved|lived)|not any more|but (?:not|im not|i dont|he doesnt|she doesnt|they dont|its stopped|it stopped) (?:\w+ )?(?:any more|now)|no longer|has stopped|have stopped|\w+s stopped\b|stopped (?:now|doing)|better now|safe now|im ok now|im fine now|ages ago|last time was|long gone|in prison now|feels? safe now|we are (?:all )?safe|hasnt (?:done it )?since|past self|historic\w*|(?:\w+ )?years sober|abstinent|denied any|no thoughts now)\b"
)
_TAUGHT = re.compile(
    r"\b(?:lessons?|assembly|pshe|in school about|at school about|thing in school|workshop|training|course|a play about|a poster|a talk on|a talk about|leaflet|awareness (?:day|week)|mental health week)\b"
)
_TAUGHT_ABOUT = frozenset(
    {"self_harm", "exploitation", "forced_or_honour", "online_harm", "weapon_or_threat", "suicide"}
)
_OWN = re.compile(
    r"\b(?:happen(?:s|ed|ing)? to me|like me|same as me|me too|someone does|he does|they do (?:it|that) to|that is me|thats me|made me think)\b"
)
_STILL = re.compile(r"\b(?:still|again|sometimes|every|always|tonight|keeps?)\b")
_SIGNS = {
    "weapon_or_threat": "🔪🗡🔫💣🪓",
    "self_harm": "🩸🪒",
    "suicide": "⚰🪦",
    "drink_or_drugs": "💊💉",
    "wants_contact": "🆘",
    "unhappy": "💔😭😢😞😔😰😨😱",
}
"""Pictures that may say something by themselves. A skull means laughing and is not among them."""
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_SENTENCES = re.compile(r"[.!?\n;]+")
_MARKS = re.compile(r"[^a-z0-9&\s.!?\n;]+")
# A sentence longer than this is read in pieces that overlap: patterns look a few words far, and time stays linear.
_PIECE, _OVERLAP = 600, 150


class _Reading(Protocol):
    @property
    def score(self) -> float: ...
    @property
    def kind(self) -> str: ...


class TrainedReader(Protocol):
    """What ``nlp.screening_reader.Reader`` is to this module: scores, and from which of them on a tier is given."""

    version: str
    amber: float
    red: float

    def read(self, texts: Sequence[str]) -> Sequence[_Reading]:
        """How much each text reads like one to look at soon, and the nearest reason."""
        ...


def screened_by(reader: TrainedReader | None) -> str:
    """What looks at the texts, with versions: stored with each result."""
    return RULES_VERSION if reader is None else f"{RULES_VERSION}, {reader.version}"


def screen(
    text: str,
    language: str = "en",
    reader: TrainedReader | None = None,
    *,
    reader_missing: bool = False,
    lists: Gazetteer | None = None,
) -> Screening:
    """How soon a person should read a raw text, with the ids of ``REASONS``, worst first.

    A text in another language is at least amber, because nothing here can read it. So is one
    that a trained reader should have looked at and could not (``reader_missing``). Without
    ``reader`` the rules stand alone; with ``lists`` another language is told more surely.
    """
    return screen_many([text], [language], reader, reader_missing=reader_missing, lists=lists)[0]


def screen_many(
    texts: Sequence[str],
    languages: Sequence[str],
    reader: TrainedReader | None = None,
    *,
    reader_missing: bool = False,
    lists: Gazetteer | None = None,
) -> list[Screening]:
    """``screen`` for several texts, each with its language; the reader looks at all of them together."""
    readings: Sequence[_Reading | None] = [None] * len(texts) if reader is None else reader.read(texts)
    found = []
    for text, language, reading in zip(texts, languages, readings, strict=True):
        reasons = _by_rules(text, language, lists)
        if reader_missing and has_content(text):
            reasons["reader_missing"] = TIERS.index("amber")
        if reader is not None and reading is not None and reading.score >= reader.amber:
            tier = "red" if reading.score >= reader.red and reading.kind in _AT_ONCE else "amber"
            if TIERS.index(tier) > max(reasons.values(), default=0):
                # A rule's sentence says more than a guess, so the guess stands only where it raises the tier.
                reasons[f"like_{reading.kind}"] = TIERS.index(tier)
        ordered = sorted(reasons, key=lambda reason: (-reasons[reason], list(REASONS).index(reason)))
        found.append(Screening(TIERS[reasons[ordered[0]]], tuple(ordered)) if reasons else Screening("none", ()))
    return found


def _by_rules(text: str, language: str, lists: Gazetteer | None) -> dict[str, int]:
    """The reasons that the rules see, each with its place in ``TIERS``."""
    found: dict[str, int] = {}
    text = _TAGS.sub(" ", text)
    foreign = language.lower().split("-")[0] != "en" or other_language(text, lists)
    if foreign and has_content(text):
        found["other_language"] = TIERS.index("amber")
    # A picture of a knife between words may be about cooking; alone it is all that was said.
    sign_tier = TIERS.index("green" if has_content(text) else "amber")
    for reason, signs in _SIGNS.items():
        if any(sign in text for sign in signs):
            found[reason] = TIERS.index("green") if reason == "unhappy" else sign_tier
    for sentence in _pieces(text):
        for rule in _RULES:
            tier = _tier(rule, sentence)
            if tier:
                found[rule.reason] = max(tier, found.get(rule.reason, 0))
    return found


def _tier(rule: _Rule, sentence: str) -> int:
    """The place in ``TIERS`` this rule gives the sentence; 0 where it does not apply."""
    match = rule.pattern.search(sentence)
    if match is None or (rule.unless is not None and rule.unless.search(sentence)):
        return 0
    tier = TIERS.index(rule.tier)
    denied = _NOT_BEFORE.search(sentence[: match.start()][-60:]) is not None
    over = _OVER.search(sentence) is not None and _STILL.search(sentence) is None
    taught = _TAUGHT.search(sentence) is not None
    if over or (taught and rule.reason in _TAUGHT_ABOUT and not _OWN.search(sentence)):
        return TIERS.index("green")
    return max(1, tier - 1) if denied else tier


def _pieces(text: str) -> list[str]:
    """The sentences in plain spelling; a long one in overlapping pieces."""
    plain = fold(text).text.lower().replace("'", "")
    found: list[str] = []
    for sentence in _SENTENCES.split(_MARKS.sub(" ", plain)):
        words = " ".join(_SPELLINGS.get(word, word) for word in sentence.split())
        if len(words) <= _PIECE:
            found.append(words)
            continue
        found += [words[start : start + _PIECE] for start in range(0, len(words), _PIECE - _OVERLAP)]
    return list(dict.fromkeys(piece for piece in found if piece))
