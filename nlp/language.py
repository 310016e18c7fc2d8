"""Whether a text is English enough for the rules of names and of screening to mean anything.

Not which language it is: only whether a person must look, because nothing here can read it. Four signs: another
alphabet, small words of other languages that every sentence needs, marks on letters, and, where the word lists are
given, how little of it is English. Names of places and games, and children's spelling, must not raise it.

>>> other_language("mama mnie bije jak jest pijana")
True
>>> other_language("i lik wen we go swiming")
False
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from nlp.text import fold, has_other_script, is_latin
from nlp.words import Word, cut

if TYPE_CHECKING:  # the lists bring spaCy along, which the web process never loads
    from nlp.gazetteer import Gazetteer

_ENGLISH = frozenset(
    """a about after again all also always am an and any anything are around as ask at away back bad be because been before
    being best better big but by call came can cant come could day did didnt do does doesnt doing dont down each eat even
    ever every everyone everything family feel felt few find food football for friend friends from fun game games get gets
    getting give go goes going good got great had happy hard has hate have havent having he help helped helps her here hes
    him his home house how i id if ill im in into is isnt it its just keep kind know last less let life like little live
    lot love lots made make makes me meet meeting might more morning most mum dad much music must my need never new next
    nice nice night no none not nothing now of off ok okay old on once one only or other our out over own people person
    place play playing please really right room sad safe said same saw say says school see seeing she shes should sister
    brother sleep so some someone something sometimes stay still stop stuff take talk talking tell than thank thanks that
    thats the their them then there theres these they theyre thing things think this those time to today told too took
    trust try two under until up us use used very wait want wanted wants was wasnt way we week weekend well went were what
    whats when where which while who why will wish with wont work worker workers worry would year years yes yet you your
    kid means trouble tummy order carer carers teacher social nan dog cat ur u cos coz wen wot wiv lol idk nah yeah yea ye bit be been kids contact""".split()
)
# Small words of other languages spoken in English homes that are no English words, names or usual misspellings.
_OTHER: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "Polish": "nie jest jestem mnie moja moje moj mam mi sie jak tak ale czy bardzo dobrze ze tylko mama tata dom szkola szkole lubie chce boje boli bije bo dla przez kiedy nikt zawsze tutaj moim moją mojej byc ktos cos jego jej ich pijana pijany krzyczy smutno nic wiem lubię chcę tu brzuch",
        "Romanian": "nu este sunt eu mea meu mei imi ma si dar foarte bine acasa scoala mama tata vreau pentru cand nimeni cu la care bate frica mie mi-e sa în din ce fac mereu mult asta doare singur îmi place aici totul dor stiu multumesc",
        "Turkish": "ben bir ve cok çok degil evet hayir annem babam okul okulda evde beni bana seviyorum istiyorum korkuyorum icin ama bu ne var yok gibi her zaman kardesim dovuyor bizi iyi mutlu burada kendi hicbir sey hiçbir şey bilmiyorum istiyor okula anne baba",
        "Somali": "waa waxaan iyo ma anigu aabo hooyo hooyadey aabahay guriga dugsiga ayaa waxa aan ku ka u si badan jeclahay baqayaa garaaco laakiin mar walba ii igu inaan walaalkay",
        "Welsh": "dw i'n dwi rydw mae yn fy ddim eisiau ysgol adref gartref hapus gyda wedi oes nid ond fi ti chi dy nhw hoffi ofn mam dad drwg iawn dda bod ar y yr hoffwn weld gwrando arna fan hyn dim diolch fawr sâl fyw gweld yng nghartref i'w wrth gyfer",
        "Portuguese": "eu nao não minha meu mae mãe pai gosto quero casa escola muito bem porque medo estou tenho voce você mas com uma para ele ela bate sempre quando aqui nada sei ver",
        "Spanish": "yo mi mis me gusta quiero casa escuela muy porque miedo estoy tengo pero con una para mama papa mamá papá el ella siempre cuando nadie pega hermano bien estar aquí aqui nada qué que sé ver",
        "French": "je ne pas mon ma mes suis est et mais avec une pour maman papa ecole école maison tres très peur veux aime frère soeur toujours quand personne il elle me frappe chez moi manque rien dire sais voir veut ici",
        "Italian": "io non mio mia sono e ma con una per mamma papa scuola casa molto paura voglio mi piace fratello sempre quando nessuno lui lei picchia ho sto qui lo so manca vedere",
        "German": "ich nicht mein meine bin ist und aber mit eine für fur mutter vater schule zuhause sehr angst will mag immer wenn niemand er sie schlägt habe mich uns mir geht gut hier weiß möchte sehen",
        "Albanian": "une unë nuk eshte është jam dhe por me nje një per për nena nëna babai shkolla shtepi shtëpi shume shumë frike frikë dua gjithmone kur askush ai ajo rreh mua mungon këtu asgjë",
        "Lithuanian": "as aš ne mano yra esu ir bet su mama tetis mokykla namai labai bijau noriu visada kai niekas jis ji musa muša mane patinka čia gerai nežinau",
        "Hungarian": "en én nem az van vagyok es és de anya apa iskola otthon nagyon felek félek akarok mindig amikor senki o ő megver szeretem engem hogy",
        "Slovak or Czech": "som nie je jsem neni není moja moje mama otec skola škola doma velmi bojim bojím chcem vzdy vždy ked keď nikto bije ma mám rad rád mi tu chci vidět chybí nevím táta máma",
        "Urdu or Punjabi": "mein main nahi nahin hai hain mera meri mere mujhe aur lekin ammi abbu ghar bahut dar lagta karna chahta chahti hamesha koi woh maarta marta maarti acha ko se ki ka ke",
        "Bengali": "ami amar na ache kintu ma baba bari khub bhoy chai kore amake mare keu shob bhalo lage",
        "Swahili": "mimi si yangu wangu na lakini mama baba nyumbani shule sana naogopa nataka kila mtu ananipiga hakuna kwa ya wa ni",
        "Yoruba": "mo mi ko ni ati sugbon mama baba ile iwe pupo fe mi o n gbogbo nigbati lu",
        "Kurdish": "ez min ne e u lê daye dayik bav mal dibistan gelek ditirsim dixwazim her kes jî li me heye nizanim vir baş xwe",
        "Vietnamese": "toi tôi khong không la là cua của me mẹ ba bố nha nhà truong trường rat rất so sợ muon muốn va và nhung nhưng danh đánh",
        "Tagalog": "ako ko ang ng sa hindi ay mga nanay tatay bahay paaralan takot gusto lagi walang siya sinasaktan po",
    }.items()
}  # fmt: skip
_ANY_OTHER = frozenset().union(*_OTHER.values()) - _ENGLISH
_NONE: frozenset[str] = frozenset()
_LANGUAGES_OF = {
    word: frozenset(language for language, small in _OTHER.items() if word in small)
    for word in frozenset().union(*_OTHER.values())
}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# Addresses of pages, user names, postcodes and numbers are words of no language.
_NO_WORD = re.compile(r"[@/\d]|[^\W_]\.[^\W_]")
_TOKEN = re.compile(r"\S+")
_LONGEST = 5_000
_MOST_WORDS = 400


def other_language(text: str, lists: Gazetteer | None = None) -> bool:
    """Whether a text, or a sentence in it, is probably not English; False where there is too little to tell.

    With ``lists`` more is told: the small words alone find three in four short answers, both nine in ten
    (docs/benchmarks.md). Linear in the text.
    """
    if not is_latin(text) or has_other_script(text):
        return True
    bare = _TOKEN.sub(lambda token: " " if _NO_WORD.search(token[0]) else token[0], text[: 10 * _LONGEST])
    pieces = re.split(r"[.!?\n;]+", bare)
    return any(_reads_foreign(piece) for piece in pieces if piece.strip()) or (
        lists is not None and _is_hardly_english(cut(fold(bare).text), lists)
    )


def _reads_foreign(piece: str) -> bool:
    """Whether the small words and marks of a sentence are those of another language."""
    found = _WORD.findall(piece[:_LONGEST])
    # Letters that stand for a thing ("NI number") are words of no language, but for a text in capitals throughout.
    written = [word.lower() for word in found if piece.isupper() or not (word.isupper() and 1 < len(word) < 5)]
    if len(written) < 2:
        return False
    words = [fold(word).text for word in written]
    # Small words of two languages ("ma", "me", "we") count for English unless marks give them away.
    english = sum(
        word.replace("'", "") in _ENGLISH and plain == word for word, plain in zip(written, words, strict=True)
    )
    marked = sum(plain != word for word, plain in zip(written, words, strict=True))
    of_language = Counter(
        language
        for word, plain in zip(written, words, strict=True)
        if plain.replace("'", "") not in _ENGLISH
        for language in _LANGUAGES_OF.get(word, _NONE) | _LANGUAGES_OF.get(plain, _NONE)
    )
    best = max(of_language.values(), default=0)
    if best >= 2 and best > english:
        return True
    return english == 0 and (
        (best >= 1 and len(written) <= 4) or (marked >= 2 and len(written) >= 3) or (marked >= 1 and best >= 1)
    )


def _is_hardly_english(words: list[Word], lists: Gazetteer) -> bool:
    """Whether too little of a text is English.

    Names say nothing. Of the other words half must be English (spelt as children spell), a
    third must be everyday words, and small words of another language may not be a quarter.
    """
    said = [
        word
        for word in words[:_MOST_WORDS]
        if len(word.form) > 1 and word.form.replace("'", "").replace("-", "").isalpha()
    ]
    others = [word.form for word in said if not _is_name(word, lists)]
    small = sum(form in _ANY_OTHER and form not in lists.ordinary for form in others)
    strange = sum(
        not (lists.is_ordinary(form) or form in lists.nobody or lists.is_near_ordinary(form)) for form in others
    )
    everyday = sum(form in lists.ordinary for form in others)
    if 4 * small >= len(others) and small >= 2:
        return True
    if 2 * strange >= len(others) and strange >= 2:
        return True
    if len(others) >= 4 and 3 * everyday < len(others) and (strange or small):
        return True  # English of children and of reports alike has more everyday words
    return bool(small and strange and 2 * (small + strange) >= len(others))


def _is_name(word: Word, lists: Gazetteer) -> bool:
    listed = word.form in lists.first or word.form in lists.last or word.form in lists.places
    return listed and word.form not in lists.ordinary
