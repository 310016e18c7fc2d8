"""Strings with the shape of an identifier, and strings that only look like one: made by a seed, written apart from the table."""

from __future__ import annotations

import random
from collections.abc import Callable

from nlp.recognisers import is_nhs_number, is_upn
from nlp.redact import redact

EACH = 60
_AROUND = ("{} is it", "ring {} please", "its {}", "send to {} thanks", "{}", "write {} down.", "({})", "we have {}, ok", "{}!", "mine: {}")  # fmt: skip
_HANDLES = ("@kez_09", "@moonrabbit", "@liv.x", "@t.k.2011", "@its_me_zed", "snap: frogboy77", "my insta is lola.x9", "roblox name xX_zap_Xx", "discord zed#1234", "tiktok is mr.waffle3", "psn: Night_Owl")  # fmt: skip
_ADDRESSES = ("https://www.instagram.com/kez09", "instagram.com/kez.09", "www.tiktok.com/@zed", "http://youtu.be/aB3dE", "facebook.com/jo.hill.5", "https://www.roblox.com/users/123/profile", "snapchat.com/add/zed", "m.facebook.com/profile.php?id=100", "https://example.org/~kez", "linktr.ee/zed")  # fmt: skip
LOOK_ALIKES = """
i scored 1234567 points|order 4471-2209-88|the answer is 3.14159265|isbn 9780747532699|it cost £1,299.99|from 2019 to 2024|the score was 112-98|bus 0845 to town|page 101|room B12|1000000 subscribers|KS3 and Y10|M62 and A64
in 1066|24/7 care|10/10 service|2023-24 annual review|ref the match 4-4-2|i have 20000 robux|12345|1,2,3,4,5,6,7,8|level 9999999|at 09:30 and 14:45|12.30pm to 1.15pm|32 gb ram 16gb|mp3 320kbps|GTX 1080|iphone 13 pro 128gb
size 8 shoes|4x4 and 3D|year 2 class 2B|W1 form|S20 accommodation|S47 enquiry|CE 0-19|PS5 FIFA 23|vitamin B12|H2O|A4 paper|T20 cricket|U2 song|R2D2|3 x 100m|100,000 people|0.5 mg|0 out of 10|00:00|000|99999999999|1111 1111
123 123 123 123|5000000000|room 101 floor 2|E10 petrol|N95 mask|B&Q|E45 cream|L plates|SW facing|M and S|NE England|LS area|twitter is bad|my account is locked|my user is nice|instagram and snap|follow me around
add me to the list|message me please|handle with care|profile picture|discord is fun|at home dot dot dot|meet at gmail office|look at sky com|lol @ him|@ school|@5pm|email me please|the site bbc.co.uk|google.com|and/or|he/she
w/e 12/05|n/a|24/25|10-12 weeks|aged 12-14|5-a-side|50/50|4th of July party|3rd March visit|met on 12/05/2024|review 01.09.25|since 2021|in May 2023|90 mins|45p|£3.50|7 days|id like 20 of them|file it|case closed
case 3 of 10|person 1 said|client was late|number one|phone 1|call 2 people|text 20 words|ring road|mobile home|number 12|no. 5|ref 7|qwerty|abc123|hunter2|COVID-19|Model T-1000|Section 17|Regulation 44|Form 12A|chapter 10
F12 key|HG8245|SKU 889-221|v2.0.1|10.0.0.1|2^10|1e6|0x1F|#1 fan|#blessed|5*|:-) 8-)|<3 <3|100%|1st 2nd 3rd|13+ 18+|18-25|£100,000|$5|€20|20 quid|6ft 2|5'4|70kg|98.6|37.5c|-5 degrees|80 mph|10k run|26.2 miles|1.5l|2 litres
500ml|3/4|1/2|0.25|double 00|007 james bond|911 porsche|747 plane|3210 nokia|1990s|90s kids|80 year old|14 yr old|11+ exam|7up|6x7=42|9 to 5|AB12 form|KN95|BG grade|case no 12|ref 999|room S1 2|class 10B2|group E1 3
"""


def _digits(chance: random.Random, number: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(number))


def _phone(chance: random.Random) -> str:
    n = chance.choice(("07700900", "02079460", "01614960", "01632960", "01134960", f"07{_digits(chance, 6)}"))
    n += _digits(chance, 11 - len(n))
    return chance.choice((
        n, f"{n[:5]} {n[5:]}", f"{n[:5]}-{n[5:8]}-{n[8:]}", f"{n[:4]}.{n[4:7]}.{n[7:]}", f"+44 {n[1:]}", f"+44 (0){n[1:5]} {n[5:]}",
        f"0044{n[1:]}", f"({n[:5]}) {n[5:]}", f"{n[:3]} {n[3:5]} {n[5:7]} {n[7:9]} {n[9:]}",
    ))  # fmt: skip


def _postcode(chance: random.Random) -> str:
    outward = chance.choice("LS BD M B E NE HX WF CF S L N".split()) + chance.choice(("1", "2", "9", "14"))
    whole = (
        f"{outward} {_digits(chance, 1)}{chance.choice('ABDEFGHJLNPQRSTUWXYZ')}{chance.choice('ABDEFGHJLNPQRSTUWXYZ')}"
    )
    return chance.choice((whole, whole.lower(), whole.replace(" ", ""), whole.lower().replace(" ", "")))


def _email(chance: random.Random) -> str:
    user = chance.choice(("sam", "jo.hill", "k_a-t", "x99", "mum.of.3", "zara+home"))
    host = chance.choice(("example.com", "mail.example.org", "school.sch.uk", "gmail.com", "nhs.net"))
    return chance.choice((
        f"{user}@{host}", f"{user}@{host}".upper(), f"{user} at gmail dot com", f"{user}(at)outlook.com", f"{user} @ {host}",
        f"{user} [at] hotmail dot co dot uk", f"{user}@{host.replace('.', ' dot ')}",
    ))  # fmt: skip


def _nhs(chance: random.Random) -> str:
    while not is_nhs_number(n := _digits(chance, 10)):
        pass
    return chance.choice((n, f"{n[:3]} {n[3:6]} {n[6:]}", f"{n[:3]}-{n[3:6]}-{n[6:]}"))


def _upn(chance: random.Random) -> str:
    while not is_upn(n := chance.choice("ABCDEFGHJKLMNPQRTUVWXYZ") + _digits(chance, 12)):
        pass
    return chance.choice((n, n.lower()))


def _insurance(chance: random.Random) -> str:
    n = chance.choice(("AB", "CE", "JG", "PW", "SR", "YZ")) + _digits(chance, 6) + chance.choice("ABCD")
    return chance.choice((n, n.lower(), f"{n[:2]} {n[2:4]} {n[4:6]} {n[6:8]} {n[8]}", f"{n[:2]} {n[2:8]} {n[8]}"))


def rows(seed: int = 4) -> list[str]:
    """Rows of a Markdown table: what, how many, found; and the look-alikes with false alarms."""
    chance = random.Random(seed)
    kinds: dict[str, Callable[[random.Random], str]] = {
        "telephone": _phone, "postcode": _postcode, "e-mail": _email, "NHS number": _nhs, "UPN": _upn, "NI number": _insurance,
        "user name": lambda c: c.choice(_HANDLES), "profile address": lambda c: c.choice(_ADDRESSES),
    }  # fmt: skip
    lines, all_found = [], 0
    for name, make in kinds.items():
        found = sum(_is_hidden(chance, make(chance)) for _ in range(EACH))
        all_found += found
        lines.append(f"| {name} | {EACH} | {found} |")
    lines.append(f"| all | {EACH * len(kinds)} | {all_found} ({all_found / EACH / len(kinds):.3f}) |")
    alike = [text for line in LOOK_ALIKES.split("\n") for text in line.split("|") if text]
    false = sum(bool(redact(text).spans) for text in alike)
    return [*lines, f"| look-alikes | {len(alike)} | {false} falsely ({false / len(alike):.3f}) |"]


def _is_hidden(chance: random.Random, written: str) -> bool:
    text = chance.choice(_AROUND).format(written)
    # of "my insta is …" only what follows must go
    core = (
        written.rpartition(" ")[2]
        if written.partition(" ")[0] in {"snap:", "my", "roblox", "discord", "tiktok", "psn:"}
        else written
    )
    start = text.index(core)
    hidden = {place for span in redact(text).spans for place in range(span.start, span.end)}
    return all(place in hidden for place in range(start, start + len(core)) if text[place].isalnum())
