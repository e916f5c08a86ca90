"""How many, and lists in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.french.punctuation import NBSP

_IN_ALS = {"bal", "carnaval", "chacal", "festival", "récital", "régal"}
_IN_AUX = {"bail": "baux", "travail": "travaux", "vitrail": "vitraux", "émail": "émaux"}
_IN_OUX = {"bijou", "caillou", "chou", "genou", "hibou", "joujou", "pou"}
_IN_EUS = {"bleu", "pneu", "landau", "sarrau"}


def pluriel(count: int, singular: str, plural: str = "") -> str:
    """« 1 visite », « 3 visites », « 2 travaux »; below two, French is singular.

    `plural` is needed for more than one word (« jour ouvré »): ValueError without it.
    """
    return f"{count}{NBSP}{accord(count, singular, plural)}"


def accord(count: int, singular: str, plural: str = "") -> str:
    """The word alone, as that many want it: « visite », « visites »."""
    several = plural or _plural(singular)
    return singular if abs(count) < 2 else several


def _plural(word: str) -> str:
    if not word or " " in word or NBSP in word:
        raise ValueError(f"the plural of {word!r} has to be given")
    if word in _IN_AUX:
        return _IN_AUX[word]
    if word[-1] in "sxz":
        return word
    if word.endswith("al") and word not in _IN_ALS:
        return f"{word[:-2]}aux"
    if (word.endswith(("au", "eu")) and word not in _IN_EUS) or word in _IN_OUX:
        return f"{word}x"
    return f"{word}s"


def mois(count: int) -> str:
    """« un an » would hide the law's months: « 12 mois »."""
    return f"{count}{NBSP}mois"


def et(words: Sequence[object]) -> str:
    """« a, b et c »."""
    return _listed(words, "et")


def ou(words: Sequence[object]) -> str:
    """« a, b ou c »."""
    return _listed(words, "ou")


def _listed(words: Sequence[object], link: str) -> str:
    *first, last = [str(word) for word in words] or [""]
    return f"{', '.join(first)} {link} {last}" if first else last
