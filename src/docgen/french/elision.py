"""« l’ », « d’ », « qu’ »: what a word's first sound does to the word before it.

Decided by spelling: an h is mute unless it is listed, a y elides before a consonant. What spelling
can't tell is told by the caller: the gender (« m » or « f »). A name keeps its own article: « de Le
Fournil » rather than « du Fournil », which would change what is registered.
"""

from __future__ import annotations

import re
import unicodedata

from docgen.french.gender import Gender, by_gender

# Most words in ha- are aspirate, most others in h- are mute (Dictionnaire de l’Académie, 9e éd.).
# All are compared without accents.
_MUTE_HA = re.compile(
    "ha(?:bil|bit|drien|giog|leine|lluc|lter|mec|nnibal|rmo|rpagon)",
)
_ASPIRATE = re.compile(
    "he(?:aume|in|ndaye|nin|nnir|raut|riss|rni|ron|ros|rse|tr[ea]|urt)"
    "|hi(?:bou|c|deu|erarch|lton|p-hop|ss|t)"
    "|ho(?:bby|che|ckey|ld|llande?|llywood|mard|nda|ng|nn|nt|quet|rde|rs|t-|tline|tt|u)"
    "|hu(?:blot|che|ee|guenot|it(?!r)|lott|n|ppe|rl|ron|ssard|tt)"
)
# Vowels that do not elide: numbers and words felt to begin with a consonant.
_APART = re.compile(r"onz|oui(?!e)|ouat|uhlan|ulul|yaourt")
# y before a vowel is a consonant (« le yaourt »), but for these.
_Y_VOWEL = re.compile(r"y[^aeiouy]|yeus|yeux|yonne|yerres|yevre|y$")


def elides(word: str) -> bool:
    """Whether « de » before this word becomes « d’ »."""
    bare = _folded(word)
    first = bare[:1]
    if first == "y":
        return bool(_Y_VOWEL.match(bare))
    if first == "h":
        return _is_mute(bare)
    return bool(first) and first in "aeiou" and not _APART.match(bare)


def _is_mute(bare: str) -> bool:
    if bare.startswith("ha"):
        return bool(_MUTE_HA.match(bare))
    # h before a consonant is an acronym, read letter by letter: « le HLM ».
    return bool(re.match("h[eiouy]", bare)) and not _ASPIRATE.match(bare)


def _folded(word: str) -> str:
    """`word` from its first letter on, lower-case and without accents or ligatures."""
    plain = word.lower().replace("œ", "oe").replace("æ", "ae")
    letters = unicodedata.normalize("NFD", plain).lstrip("«“\"'( \u00a0\u202f")
    return "".join(c for c in letters if not unicodedata.combining(c))


def de(name: str) -> str:
    """« de Paris », « d’Orléans », « d’Yvetot », « de Hautbois »."""
    return f"d’{name}" if elides(name) else f"de {name}"


def que(name: str) -> str:
    """« que Paris », « qu’Orléans »."""
    return f"qu’{name}" if elides(name) else f"que {name}"


def le(noun: str, genre: Gender = "m") -> str:
    """« l’association », « le chantier », « la structure »."""
    if elides(noun):
        return f"l’{noun}"
    return f"{by_gender(genre, 'le', 'la')} {noun}"


def du(noun: str, genre: Gender = "m") -> str:
    """« de l’association », « du chantier », « de la structure »."""
    if elides(noun):
        return f"de l’{noun}"
    return f"{by_gender(genre, 'du', 'de la')} {noun}"


def au(noun: str, genre: Gender = "m") -> str:
    """« à l’association », « au chantier », « à la structure »."""
    if elides(noun):
        return f"à l’{noun}"
    return f"{by_gender(genre, 'au', 'à la')} {noun}"
