"""Make ``nlp/gazetteer/english.txt``: which words are English, misspelt and slang ones included.

    pip install spacy-lookups-data==1.0.5
    python -m tests.words_of_english

From the word probabilities of spaCy's lookup data (MIT licence, Explosion; counted with their capitals in a large body of
informal English). Kept are words that occur at least once in some 24 million, and more often without a capital than with one:
a name stands nearly always with one, so that hardly any name is in the list.
Neither the package nor its million words are needed to run Earshot.
"""

from __future__ import annotations

import gzip
import json
import textwrap
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "nlp" / "gazetteer" / "english.txt"
RAREST = -17.0  # natural logarithm of the probability
CAPITAL_RARER = 0.5  # the same word with a capital must be this much rarer
HEAD = """\
# Words of English as it is written informally, more often without a capital than with one. Made by tests/words_of_english.py from
# spacy-lookups-data 1.0.5 (MIT licence, copyright Explosion). Not names: a word in no list is the first sign of one.
# Every word here is data, as counted: "override" or "placeholder" says nothing about the state of this file.
"""


def main() -> None:
    """Write the list."""
    packed = files("spacy_lookups_data").joinpath("data").joinpath("en_lexeme_prob.json.gz").read_bytes()
    chances: dict[str, float] = json.loads(gzip.decompress(packed))
    words = sorted(
        word
        for word, chance in chances.items()
        if word.islower() and word.isascii() and word.replace("'", "").isalpha() and len(word) > 1
        and chance > RAREST and chance - chances.get(word.capitalize(), -20.0) >= CAPITAL_RARER
    )  # fmt: skip
    TARGET.write_text(HEAD + "\n" + textwrap.fill(" ".join(words), 10_000, break_on_hyphens=False) + "\n", "utf-8")
    print(f"{len(words)} words in {TARGET}")


if __name__ == "__main__":
    main()
