"""Numbers in figures and in letters, amounts of money, ordinals.

Letters follow the traditional spelling: hyphens below one hundred only, « et » before un and onze,
an s to « vingt » and « cent » that nothing follows (quatre-vingts, quatre-vingt-un; deux cents,
deux cent un; but deux cents millions, a million being a noun).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from docgen.french.gender import Gender, by_gender
from docgen.french.punctuation import NBSP, NNBSP

# « quatre millions d’euros »: these are nouns, and a noun comes after « de ».
_NOUNS = ("million", "millions", "milliard", "milliards", "billion", "billions")
# Past this, nobody reads letters; num2words would go on.
_BEYOND = 10**15


def nombre(value: int | Decimal | Fraction, decimales: int = 2) -> str:
    """« 1 234 », « 12,5 »: rounded half up to at most `decimales` places, without useless zeros.

    A float is refused (TypeError): 2.675 is not what it says.
    """
    exact = _exact(value)
    units = int(abs(exact) * 10**decimales + Fraction(1, 2))
    whole, rest = divmod(units, 10**decimales)
    part = f"{rest:0{decimales}d}".rstrip("0")
    sign = "−" if exact < 0 and units else ""
    return f"{sign}{_grouped(whole)}" + (f",{part}" if part else "")


def pour_cent(value: int | Decimal | Fraction, decimales: int = 1) -> str:
    """« 25 % », « 12,5 % », from the number of hundredths."""
    return f"{nombre(value, decimales)}{NBSP}%"


def euros(cents: int) -> str:
    """« 1 234,50 € », from whole cents."""
    _whole(cents)
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{_grouped(whole)},{rest:02d}{NBSP}€"


def euros_en_lettres(cents: int) -> str:
    """« mille deux cent trente-quatre euros et cinquante centimes », « un million d’euros ».

    Raises ValueError below nought: no agreement says « minus » in letters.
    """
    _whole(cents)
    if cents < 0:
        raise ValueError("an amount below nought")
    whole, rest = divmod(cents, 100)
    words = en_lettres(whole)
    link = " d’" if words.endswith(_NOUNS) else " "
    parts = [f"{words}{link}{'euros' if whole > 1 else 'euro'}"] if whole or not rest else []
    if rest:
        parts.append(f"{en_lettres(rest)} {'centimes' if rest > 1 else 'centime'}")
    return " et ".join(parts)


def en_lettres(value: int, genre: Gender = "m") -> str:
    """« trente et un » jours, « trente et une » visites.

    Raises ValueError outside 0 to 999 999 999 999 999.
    """
    # A tenth of a second and thirty languages: only those who write letters wait for them.
    from num2words import num2words  # noqa: PLC0415

    _whole(value)
    if not 0 <= value < _BEYOND:
        raise ValueError("a number that is not written in letters")
    words = str(num2words(value, lang="fr"))
    return by_gender(genre, words, f"{words}e" if words.endswith("un") else words)


def ordinal(value: int, genre: Gender = "m") -> str:
    """« 1er », « 1re », « 2e ». Raises ValueError below one."""
    _rank(value)
    return by_gender(genre, "1er", "1re") if value == 1 else f"{value}e"


def ordinal_en_lettres(value: int, genre: Gender = "m") -> str:
    """« premier », « première », « deuxième », « quatre-vingtième ». ValueError below one."""
    _rank(value)
    if value == 1:
        return by_gender(genre, "premier", "première")
    words = en_lettres(value)
    if words in {"un million", "un milliard", "un billion"}:
        words = words.removeprefix("un ")
    # num2words says « quatre-vingtsième » and « deux centsième ».
    if words.endswith(("vingts", "cents", *_NOUNS)):
        words = words.removesuffix("s")
    for ending, stem in (("cinq", "cinqu"), ("neuf", "neuv")):
        if words.endswith(ending):
            words = words.removesuffix(ending) + stem
    return words.removesuffix("e") + "ième"


def _grouped(whole: int) -> str:
    """Figures by three from the right, from 1 000 on."""
    return f"{whole:,}".replace(",", NNBSP)


def _exact(value: int | Decimal | Fraction) -> Fraction:
    if isinstance(value, (bool, float)):
        raise TypeError(f"{value!r} is no exact number")
    return Fraction(value)


def _whole(value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")


def _rank(value: int) -> None:
    _whole(value)
    if value < 1:
        raise ValueError("a rank below one")
