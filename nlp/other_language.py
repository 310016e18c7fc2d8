"""Whether a text in Latin letters is English enough to be read by English rules: by the small words every sentence needs.

A guess for one purpose: what is not English must be read by a person soon, so a doubt
counts as "not English" only where hardly an English word is there. Names of places and
games, and children's spelling, must not raise it.

>>> other_language("mama mnie bije jak jest pijana")
True
>>> other_language("i lik wen we go swiming")
False
"""

from __future__ import annotations

import re

from nlp.text import fold

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
        "Polish": "nie jest jestem mnie moja moje moj mam mi sie jak tak ale czy bardzo dobrze ze tylko mama tata dom szkola szkole lubie chce boje boli bije bo dla przez kiedy nikt zawsze tutaj moim moją mojej byc ktos cos jego jej ich pijana pijany krzyczy smutno",
        "Romanian": "nu este sunt eu mea meu mei imi ma si dar foarte bine acasa scoala mama tata vreau pentru cand nimeni cu la care bate frica mie mi-e sa în din ce fac mereu mult asta doare singur",
        "Turkish": "ben bir ve cok çok degil evet hayir annem babam okul okulda evde beni bana seviyorum istiyorum korkuyorum icin ama bu ne var yok gibi her zaman kardesim dovuyor bizi iyi mutlu",
        "Somali": "waa waxaan iyo ma anigu aabo hooyo hooyadey aabahay guriga dugsiga ayaa waxa aan ku ka u si badan jeclahay baqayaa garaaco laakiin mar walba ii igu inaan walaalkay",
        "Welsh": "dw i'n dwi rydw mae yn fy ddim eisiau ysgol adref gartref hapus gyda wedi oes nid ond fi ti chi dy nhw hoffi ofn mam dad drwg iawn dda bod ar y yr",
        "Portuguese": "eu nao não minha meu mae mãe pai gosto quero casa escola muito bem porque medo estou tenho voce você mas com uma para ele ela bate sempre quando",
        "Spanish": "yo mi mis me gusta quiero casa escuela muy porque miedo estoy tengo pero con una para mama papa mamá papá el ella siempre cuando nadie pega hermano bien",
        "French": "je ne pas mon ma mes suis est et mais avec une pour maman papa ecole école maison tres très peur veux aime frère soeur toujours quand personne il elle me frappe chez moi",
        "Italian": "io non mio mia sono e ma con una per mamma papa scuola casa molto paura voglio mi piace fratello sempre quando nessuno lui lei picchia ho",
        "German": "ich nicht mein meine bin ist und aber mit eine für fur mutter vater schule zuhause sehr angst will mag immer wenn niemand er sie schlägt habe mich",
        "Albanian": "une unë nuk eshte është jam dhe por me nje një per për nena nëna babai shkolla shtepi shtëpi shume shumë frike frikë dua gjithmone kur askush ai ajo rreh mua",
        "Lithuanian": "as aš ne mano yra esu ir bet su mama tetis mokykla namai labai bijau noriu visada kai niekas jis ji musa muša mane patinka",
        "Hungarian": "en én nem az van vagyok es és de anya apa iskola otthon nagyon felek félek akarok mindig amikor senki o ő megver szeretem engem hogy",
        "Slovak or Czech": "som nie je jsem neni není moja moje mama otec skola škola doma velmi bojim bojím chcem vzdy vždy ked keď nikto bije ma mám rad rád",
        "Urdu or Punjabi": "mein main nahi nahin hai hain mera meri mere mujhe aur lekin ammi abbu ghar bahut dar lagta karna chahta chahti hamesha koi woh maarta marta maarti acha ko se ki ka ke",
        "Bengali": "ami amar na ache kintu ma baba bari khub bhoy chai kore amake mare keu shob bhalo lage",
        "Swahili": "mimi si yangu wangu na lakini mama baba nyumbani shule sana naogopa nataka kila mtu ananipiga hakuna kwa ya wa ni",
        "Yoruba": "mo mi ko ni ati sugbon mama baba ile iwe pupo fe mi o n gbogbo nigbati lu",
        "Kurdish": "ez min ne e u lê daye dayik bav mal dibistan gelek ditirsim dixwazim her kes jî li me heye",
        "Vietnamese": "toi tôi khong không la là cua của me mẹ ba bố nha nhà truong trường rat rất so sợ muon muốn va và nhung nhưng danh đánh",
        "Tagalog": "ako ko ang ng sa hindi ay mga nanay tatay bahay paaralan takot gusto lagi walang siya sinasaktan po",
    }.items()
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ADDRESS = re.compile(r"[@/]|[^\W_]\.[^\W_]")
_TOKEN = re.compile(r"\S+")
_LONGEST = 5_000


def other_language(text: str) -> bool:
    """Whether a text is probably not English; False for one of fewer than two words. Linear in the text.

    Each line and sentence is looked at by itself, so that one sentence in another language
    among English ones is not overlooked.
    """
    pieces = re.split(r"[.!?\n;]+", _without_addresses(text[: 10 * _LONGEST]))
    return any(_piece(piece) for piece in pieces if piece.strip())


def _without_addresses(text: str) -> str:
    return _TOKEN.sub(lambda token: " " if _ADDRESS.search(token[0]) else token[0], text)


def _piece(piece: str) -> bool:
    written = [word.lower() for word in _WORD.findall(piece[:_LONGEST])]
    if len(written) < 2:
        return False
    words = [fold(word).text for word in written]
    # Small words of two languages ("ma", "me", "we") count for English unless marks give them away.
    english = sum(
        word.replace("'", "") in _ENGLISH and plain == word for word, plain in zip(written, words, strict=True)
    )
    marked = sum(plain != word for word, plain in zip(written, words, strict=True))
    best = max(
        sum(
            (word in small or plain in small) and plain.replace("'", "") not in _ENGLISH
            for word, plain in zip(written, words, strict=True)
        )
        for small in _OTHER.values()
    )
    if best >= 2 and best > english:
        return True
    return english == 0 and (
        (best >= 1 and len(written) <= 4) or (marked >= 2 and len(written) >= 3) or (marked >= 1 and best >= 1)
    )
