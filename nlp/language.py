"""Whether a text is English enough for the name rules to mean anything.

Not which language it is: only whether to say "not checked for names". Three signs: another
alphabet, small words of other languages, and words that no English list holds.
"""

from __future__ import annotations

from nlp.gazetteer import Gazetteer
from nlp.text import has_other_script, is_latin
from nlp.words import Word

# Frequent small words of the languages heard most in English homes, without those that are English words, too.
_SMALL_WORDS = frozenset(
    "nie jest sie że ze mnie moja moj moje bardzo jak zeby dla tak ale mam jestem czy tylko chce chcialbym chcialabym lubie mamy mojej moim bylo nic wszystko "
    "nu este sunt mea meu foarte ca cu din pentru imi place vreau dar mie mama-mea copii copilul trebuie acasa fost unde cand "
    "ben bir cok ve bana icin degil benim seni gibi ama yok istiyorum annem babam evde okulda bizim onlar hic "
    "waa waan iyo ku ka uu ay wax aad badan ma-aha hooyo aabo waxaan jecelahay guriga dugsiga anigu "
    "fy yn mae rwy'n dw i'n yr mewn gyda ddim hoffi eisiau yn-dda oedd wedi "
    "eu nao não muito meu minha gosto quero com uma para mas voce "
    "yo mi muy pero quiero gusta con una para porque ella mis los las el casa-mia "
    "je ne pas mon ma mes elle nous avec pour mais tres est suis une les des chez j'aime "
    "io non mio mia sono che molto voglio con gli "
    "as ir yra mano labai kad bet noriu man mums nera "
    "un une jeg ich nicht und ist das mein meine sehr aber mit "
    "mujhe mera meri hai nahi bahut acha hum main mein ke ki ko aur kya ghar "
    "ami amar amake khub bhalo na-ki bari ache "
    "ana fi ila wa mish kteer habibi bhebb 3ayez "
    "une jam dhe nuk eshte shume mua per ne te "
    "toi la khong rat cua va nhung con-toi "
    "ang ng mga ako ko siya hindi po ay sila kasi gusto kami namin natin nila lang naman yung sa nanay tatay niya kong akong ito iyon wala walang may maraming "
    "yangu wangu langu sana kwa kwamba lakini hapa nyumbani shule mama-yangu ninapenda nataka sipendi hii hiyo "
    "saya tidak yang dan di-sini mereka kami rumah sekolah dengan untuk "
    "mwen pa li yo renmen lekol lakay manman ek nie is-nie my-ma wil skool "
    "mo ni ti won awon mi-o dara pupo ile ".split()
) - frozenset(
    "no a as i me so on to man mama son the do is hat war die not an per ham hai ni ti mo mi ma la ne te va un una fi wa ana con para main hum "
    "las los mis ka ku ay may lang ito sa yo li pa ek is-nie mine cat ma ami amar ale aber sind mas und mon mes une les el ir bet kad con amar ka".split()
)


def is_english(text: str, words: list[Word], lists: Gazetteer) -> bool:
    """Whether the text reads as English; True where there is too little to tell.

    Names say nothing. Of the other words half must be English (spelt as children spell), a
    third must be everyday words, and small words of another language may not be a quarter.
    """
    if not is_latin(text) or has_other_script(text):
        return False
    said = [
        word for word in words[:400] if len(word.form) > 1 and word.form.replace("'", "").replace("-", "").isalpha()
    ]
    others = [word.form for word in said if not _is_name(word, lists)]
    small = sum(form in _SMALL_WORDS for form in others)
    strange = sum(
        not (lists.is_ordinary(form) or form in lists.nobody or lists.is_near_ordinary(form)) for form in others
    )
    everyday = sum(form in lists.ordinary for form in others)
    if 4 * small >= len(others) and small >= 2:
        return False
    if 2 * strange >= len(others) and strange >= 2:
        return False
    if len(others) >= 4 and 3 * everyday < len(others):
        return False  # English of children and of reports alike has more everyday words
    return not (small and strange and 2 * (small + strange) >= len(others))


def _is_name(word: Word, lists: Gazetteer) -> bool:
    listed = word.form in lists.first or word.form in lists.last or word.form in lists.places
    return listed and word.form not in lists.ordinary
