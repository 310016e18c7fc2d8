"""How ``api/collect/words/en.txt`` was made, once; kept to show where it comes from.

Not run by anything: a list that was given out never changes, because its order is part of
the codes (docs/decisions/0021). It needs two packages that Earshot itself does not:

    pip install jellyfish==1.3.0 wordfreq==3.1.1 xkcdpass==1.30.0
    python -m tests.words_for_receipts > api/collect/words/en.txt

From the EFF's lists (CC BY 3.0, as packaged by xkcdpass): the words most people know first
(wordfreq), each only if it is fit for a child's page, is not a brand, a name or spelled
otherwise in Britain, and neither looks like one that is there already (one slip of a
finger apart), nor sounds like it (the same Metaphone), nor has its stem. A person read
the result.
"""

from __future__ import annotations

import re
from importlib.resources import files

WANTED = 2_700
SHORTEST, LONGEST = 4, 9
STARTS = (  # rude, frightening, about bodies, drink, crime, illness, families that break, beliefs, insults
    "abdom abduct abhor abort abras abus accus addict adult affair afraid agit agon alarm alcohol alien alimon ambush ammo amnes "
    "anem aneur anger angr anguish annoy anorex anti anus anxi appall appeas arm aroga arous arrest arrog arson asham ashes assas "
    "assault attack autis autop backslid backstab bacter badass badland banish barbar barf barmaid barman bast batter battl bazook beat "
    "beer behead betray bibl bigot bitch bitter blame blast bleed blind blister blitz bloat blood blunder bodybu bog bomb bone boob "
    "boob booz bother bovin brawl breast brew bribe bride broke brothel bruis brutal brutish buddh bulg bull bully bum burden burgl burial burn burp bury "
    "butch butt bust cadaver cancer cannab cannib captiv captor carcas careless casino casual catheter cathous celib cemet cesar cesspool "
    "chaos chast chauv cheat chemo chok chub chuck church cigar clot cocain cocky coffin coma combat condom conflict "
    "confron constip consume contamin convict corps corrupt court coward crack crap crash crazy creep crim cripp crisis cross crotch cruel crush cry "
    "cult cupping curs cuss custod danger dark dead dealing deaf death debt deceas deceiv decept deceit decompos defam defeat defi deform degrad deject delinq "
    "delus demon denounc depres depriv deris desert despair desper destroy destruc detain deter detest dev diabe diabol dictator die diaper "
    "dirt disab disast discip disconn diseas disgrac disgrun disgus dislik dismay disobey disorder disown dispar distort distres distrust "
    "ditz divorc dizz dorsal douche doom dork downcast drain dread drool drown drug drunk dumb dump dungeon dwarf dweeb dying dysl dysf egot emaci embez encroach enema enemy "
    "enrag enslav entrap epidem epidur epile erad erect erot escort estran ethni evict evil excret excruc execut exhaust exil exorc explod explos "
    "express extinct extort eyesore fail faint fake fals famin fang fascis fat fear feeb felon feminist femur fester feud fight filth "
    "flabb flaccid flesh flirt flog flunk foe fondl fool foot foul fractur fraud freak fret fright frigid froth fugit funer furious fury gag "
    "gambl gangr gangst gangway gargl gash gay geek gender germ ghast ghost gloom glut gnarl goatskin goof goon gore gossip grave greed grenad "
    "griev grief grim groin grop grouch grudg grues grunt guilt gun gutless guts gyno hack hag hang harass hard harm harsh hatch hate hatr haunt "
    "hazard headach headless heartl hell helpless hemorr heroin hick hijack hitler hobo holocaust homeles homici homo hooker horn horr hostag hostil hump hunger hungr hunt "
    "hurt husband hyper hyster idiot idiocy ignor ill imbecil immatur immod immor impal impeach imped implode impot imprison impur incest indec inept infect infer infid "
    "infest inflam inject injur insan insec insult intim intox invad irate irrit islam isolat jail jap jerk jew jihad judg junk juror jury juven kebab kick kidnap kill kinky "
    "kiss kleen knee knicker knife knives lament lapdog lash latex laxat lazi lazy leach leech leper lesb lesion lethal lewd liar libel liquor lisp "
    "loath lone loser loss lost lousy lower lunat lust mafia maim malic malign mamm manic manhunt manure marij marit marx massac masoch massag "
    "maul meek menac mental merciless midget militan misbe misc misd miser misf misg mish misj misl misp missil mist mistr misu moan mob mock molar molest mongrel "
    "monog monst moody mooch moron mortal morbid morgue mortif mortu mosque mourn mucus mug murder murk muslim mute mutil mutin nag naked napalm narco narcot nasty naughty "
    "nausea nazi needy negat neglect negli negro nerd nerv neuro nicot nightm nipple noose nude nudi numb nun obes obit obituar "
    "obscen obsess odor offen omin oppos oppress opium orgas orgy orphan outcast outlaw outrag ovar overdo overweig pagan pain panic pant panty paraly parasit paran pariah "
    "parole pathet paw peasant pecker pedo peeping pelvi penal penis perish peril perjur perv pest petit petty phantom phob phony pill pimp pirat piss pistol pitiful plagu pluck pois poke poking "
    "police poop poor porn possess pott poverty powerles preach predat pregn prejud prey prick priest prison privat prob prob prophet prost prostit protest provok prozac prud psych pub "
    "pube puk pumm punish punk puppet purge pus queer quit rabi rabid rac radical rage raid rampag rancid ransack ransom rape rash raunch ravag reburial rectal rectum redneck reek refus "
    "regret reject relaps remors renunc repress reproduc repuls resent restrain retali retard revenge revolt revolv ridicul rifle riot ripp ritalin rob rot rubb rude ruin ruthless sabot "
    "sad sarcas satan savag scab scald scalp scam scandal scar schizo scold scorn scrap scream scrog scrot scrub scum seduc segreg seizure self semen senil sever sewag sex shabb shack shaft "
    "shame shank shit shock shoot shot shove showgirl shred shrap shriek shroud shudder siege sin sinist skank skel skimp skin skull slap slash slaught slave slay sleaz slic slim slit slob slum slurp slut smack smash smell "
    "smirk smoke smoking smother smug smut snatch sneer snitch snob snoop snort snot sober sodom sold spank spasm spat spear spew spider spit spite spook squash squeal stab stag stain stalk stamp starv steal "
    "step steril stick stiff stifl stigm sting stink stole stomp stoned stool strand strang strap stray stress stricken strip struck stubborn stuff stump stun stup suck sucker suffer suffo suic sulk "
    "superst suppress surg surrender suspic swear sweat swindl swing swip sword swore symptom tactil talib tamp tattle taunt teas tear temper tempt tens terrif terror testic therap thief thiev thigh thirst thong "
    "threat throb throttl thug tighten tit tobacco toilet tomb tongue tormen tortur toss tox trag traitor tramp trap trash traum trauma treach treason trembl trespass trick trouble trump tummy tumor turmoil twerp "
    "ugly ulcer umpire unab undead undress undwear unsafe unw uproar uprising upset urin urolog uterus vacuum vagin vagran vain vampir vandal vanquish vap vasel vengef vendet venom verm vertig viagra vibrat vice vicious victim "
    "villain violat violen viper viral virgin virus vixen volcan vomit voodoo vulgar vulv wacky wail war weak weap weep weird wench whack whim whin whip whisk whisper whore widow wild wife wimp wine witch withdraw "
    "wither woman womanl womb woo worm worr worse worst wound wreck wrong yank yell zit zombie mannish masses bowel colon intestin rectum sedat unlov unwound grime slime pusher neuter gestate gestat cervi fetus fetal embry prenat natal placent pucker "
    "molest swinger skinhead twat turd junkie dope coke crabb dildo dwindl fiend frail goth grump hag heck nihil oaf ogre outbreak outburst pandem pathogen plunder scoundr scrimm slander sleuth smear snarl squal tease tyran undone unhapp wast tantrum affluen"
).split()  # fmt: skip
WHOLE = (  # brands, names, politics, belief, what is spelled otherwise in Britain, what young people here do not say
    "aluminum amen android apache aztec bible bigfoot bonehead brussels capitol catsup celtic cesarean cheddar chevron christ christmas congress democrat dropbox ebay eskimo facebook "
    "federal feminine french frisbee geiger gigabyte goliath grandkid herald hertz iphone ipad itunes jalapeno java jersey jesus jimmy john katrina lego lord messiah mongol mormon myspace nintendo oxford petri playboy pope "
    "prophet republic roman russian sabbath senator siberian smith stalin superman tabasco tarzan thermos timothy trinidad twitter velcro vietnam walmart xbox yahoo yiddish youtube zeppelin islamic pacific atlantic "
    "siamese anyplace armoire armor armored barbell behavior bobsled broiler busboy busload caboose caliber candor catalog center clamor color coziness cozy curb defense demeanor diaper dialog dollhouse donut eggplant enamor endeavor esquire fall fastball faucet favor "
    "favorite fervor fiber flashlight flavor flavored freeway gasoline glamor glamour gray harbor honor humor jewelry labor laboring license liter luster meter mold molt moldy molder mustache neighbor odor offense outhouse pajama pajamas parka parlor plow pretense program "
    "railroad rancor realize recognize rigor rumor saloon sanitizer savior savor sawmill sidewalk skeptic smolder somber specter splendor sulfide sulfur theater tire tricolor trousers tumor valor vapor vigor vapor whiskey yogurt utilize utilizer analyze distill enroll enrolled fulfill "
    "instill jewelry traveler pendant penpal barf boxcar carport dime nickel quarters thanksgiving hazing babbling bachelor bosom bra brassiere gumball gyrate loaf manlike manmade moisten ogle oink opossum panda pageant pimple sauna scorpion serpent shepherd slug smite snake "
    "stinger thorn vein vulture widget yikes zoning monoxide morphine cyanide arsenic ether gangster mutant mutation swat swan swamp swarm wasp hornet lice maggot flea roach mildew plaque tarnish tartar cavity dental dentist dentures denture hospital clinic nurse doctor patient ambulance medic pills syringe vaccine "
    "immigrant migrant refugee asylum border custody placement foster adopt adopted nanny sibling daughter son sister brother father mother mommy daddy mama grandma grandpa grandson parent parents family married bride groom wedding divorce cousin aunt uncle niece nephew "
    "dating darling lover loving lovely romance romantic honeymoon intimate bedroom bathroom nudge nuzzle "
    "oops yeah okay goop herself himself myself thyself whoever whom wham dweller cupping prankish jinx unsold gyrating untie getup tipoff recant ashy stir moist shorts "
    "alumni anthrax nuclear bullion poncho porcelain imp impish devilish angelic satin hula geisha kimono bikini thesis doubting ebony ivory negro gypsy savage tribal tribe "
    "chemist oxidant ashen glandular saliva phlegm clavicle tibia sternum pelvis pancreas aorta retina liver kidney lung spleen urchin vagabond ferret gerbil cockpit cockatoo peacock poppycock woodcock "
    "abandon abandoned abyss abnormal afflicted afterlife aggressor asbestos atrocious atrophy avalanche bastion blasphemy bohemian brunette burnt caucasian cataract chaps chest collapse collision congested cringe crumpled depraved destitute "
    "desolate detonate disbelief disloyal droppings ducking dragging endanger enticing estrogen eulogy evict fanatic fanatics fidelity flammable fraternal frostbite gauntlet geriatric glaucoma handgun hemlock henchman hung huff hypocrite hypocrisy cynicism imminent impaired imposter "
    "jealous kamikaze leukemia licking limping luscious lubricant lure lagging manhood masculine mashed mummy moonshine nemesis nefarious obnoxious onslaught paparazzi pediatric perm pneumonia pungent purgatory rascal rants recluse repugnant resurrect reps rehab renegade rupture sacrifice sanitary "
    "scapegoat scavenger skirmish stonewall suave sultry suspect suspense suspend syringes thrash thumping tripping tribunal triage vertebrae vigilante wrath whoops abreast virtue ambulance chastise emergency espionage esophagus marvelous sizable pregame superbowl groundhog mayflower superhero hers exes dibs drilling "
    "cadillac chihuahua capricorn cosmetics culpable culprit diagnosis dingy dreary droopy eject evasive eerie feverish frostbite frown gullible gunfire inferior impending jitters lagoon legged maternity matrimony paternal pastor pimples premium prone pulmonary septic septum shrunk shivering sighing smelting spoiled spouse stalemate "
    "startling staring strained struggle swagger tattered timid trance traverse travesty umbilical vascular ventricle viscous vowed wanted wetland worship undergo apnea anaerobic aesthetic pessimism posture prognosis profane ibuprofen peroxide lipstick alibi agnostic deodorant deacon diaphragm disengage espresso martini margarita lager rum bartender barista "
    "catwalk clergyman chaplain cathedral absinthe hunchback lethargy saggy phoney whooping ravishing grunge jittery conjoined jezebel jaundice mumps carnage tarantula stooge stoning girdle headstone lurk lurch persecute depravity embolism blighted lethargic jugular liqueur darwinism buffoon dupe sagging squander scythe spoils reclusive spousal tucking whoop wanting straddle flavoring implosion monastery sacrament sanctity reverend parish synagogue sermon divinity theology apostle exalted missionary rebel regime reprimand radiation postwar ceasefire colossal colon slingshot handshake armory arsenal ammunition siege squad fleet "
).split()  # fmt: skip
ENDINGS = (
    r"(ing|ed|er|est|ly|s|es|y|ness|able|ible|ful|less|ish|tion|ion|or|ment|ity|ist|ism|al|ic|ous|ate|ance|ence|"
    r"ant|ent|age|en|e|ier|iest|ied|ies|ily|iness|like)$"
)


def fit(word: str) -> bool:
    """Whether a word may stand on a child's page, as far as lists can tell."""
    return (
        SHORTEST <= len(word) <= LONGEST
        and word.isascii()
        and word.isalpha()
        and word not in WHOLE
        and not word.startswith(tuple(STARTS))
        and not re.search(r"^un|like$|ess$|less$|ize[drs]?$|izing$|yz(e|ing)$|naked|kill|dead|sex|slime|abus", word)
    )


def stem(word: str) -> str:
    """What is left of a word without its endings and common beginnings: words of one stem are confused."""
    word = re.sub(r"^(re|de|dis|non|mis|over|out|up|pre|sub)(?=\w{4})", "", word)
    for _ in range(2):
        shorter = re.sub(ENDINGS, "", word)
        word = shorter if len(shorter) >= 4 else word
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


def main() -> None:
    """Print the list, in the order of the alphabet."""
    import jellyfish  # type: ignore[import-not-found]
    import wordfreq  # type: ignore[import-not-found]

    from api.collect.words import one_slip

    found: set[str] = set()
    for name in ("eff-long", "eff-short", "eff-special"):
        found |= set(files("xkcdpass").joinpath("static", name).read_text(encoding="utf-8").split())
    kept: dict[str, None] = {}
    taken: set[str] = set()
    for word in sorted(filter(fit, found), key=lambda word: (-wordfreq.zipf_frequency(word, "en"), word)):
        keys = {f"sound {jellyfish.metaphone(word)}", f"stem {stem(word)}"}
        if len(kept) == WANTED or keys & taken or any(other in kept for other in one_slip(word)):
            continue
        kept[word] = None
        taken |= keys
    print(*sorted(kept), sep="\n")


if __name__ == "__main__":
    main()
