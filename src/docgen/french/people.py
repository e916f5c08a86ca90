"""Names and civilities: what a document says of a person, neutrally when it does not know."""

from __future__ import annotations

import re

# Kept small when they were written small: « Anne de LA TOUR », « Jan van der MEER ».
_PARTICLES = frozenset(
    ("d", "da", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "van", "von", "y", "zu")
)


def nom_en_capitales(nom: str) -> str:
    """« DUPRÉ », « LE GOFF », « de LA TOUR », « d’ORMESSON »: capitals keep their accents.

    Only a particle written small is left small: who writes « Du Pont » is given « DU PONT ».
    """
    rest, particles = nom, ""
    while found := re.match(r"(\w+)([’' -])(?=\S)", rest):
        if found[1] not in _PARTICLES or found[2] == "-":
            break
        particles += found[0]
        rest = rest[found.end() :]
    return particles + rest.upper()


def selon(civilite: str | None, masculin: str, feminin: str, neutre: str = "") -> str:
    """The wording that suits « M. », « Mme », or nobody in particular.

    Without `neutre`, an unknown civility gives « né(e) » when the feminine only adds an e, « le
    directeur ou la directrice » otherwise.
    """
    match civilite:
        case "M.":
            return masculin
        case "Mme":
            return feminin
        case _ if neutre:
            return neutre
        case _ if feminin == f"{masculin}e":
            return f"{masculin}(e)"
        case _:
            return f"{masculin} ou {feminin}"


def appel(civilite: str | None) -> str:
    """How a letter begins: « Madame », « Monsieur », « Madame, Monsieur »."""
    return selon(civilite, "Monsieur", "Madame", "Madame, Monsieur")
