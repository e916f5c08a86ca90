"""French as documents and mails write it. The home of Babel, num2words and phonenumbers.

`FILTERS` is all that a template may call, under the names it calls them by. What a filter can't
write (a negative duration, a plural nobody gave) raises ValueError, so that a template is stopped
before it prints something wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from docgen.french.counts import accord, et, mois, ou, pluriel
from docgen.french.dates import (
    PARIS,
    date,
    date_courte,
    horodatage,
    horodatage_court,
    jour_date,
    periode,
)
from docgen.french.elision import au, de, du, le, que
from docgen.french.hours import duree, heure
from docgen.french.identifiers import siren, siret, telephone
from docgen.french.numbers import (
    en_lettres,
    euros,
    euros_en_lettres,
    nombre,
    ordinal,
    ordinal_en_lettres,
    pour_cent,
)
from docgen.french.people import appel, nom_en_capitales, selon
from docgen.french.punctuation import NBSP, NNBSP, ponctuation
from docgen.french.values import en_clair

__all__ = [
    "FILTERS",
    "NBSP",
    "NNBSP",
    "PARIS",
    "accord",
    "appel",
    "au",
    "date",
    "date_courte",
    "de",
    "du",
    "duree",
    "en_clair",
    "en_lettres",
    "et",
    "euros",
    "euros_en_lettres",
    "heure",
    "horodatage",
    "horodatage_court",
    "jour_date",
    "le",
    "mois",
    "nom_en_capitales",
    "nombre",
    "ordinal",
    "ordinal_en_lettres",
    "ou",
    "periode",
    "pluriel",
    "ponctuation",
    "pour_cent",
    "que",
    "selon",
    "siren",
    "siret",
    "telephone",
]

FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            *(date, jour_date, date_courte, periode, horodatage, horodatage_court, heure, duree),
            *(nombre, pour_cent, euros, euros_en_lettres, en_lettres),
            *(ordinal, ordinal_en_lettres),
            *(siret, siren, telephone),
            *(pluriel, accord, mois, et, ou),
            *(de, que, le, du, au),
            *(nom_en_capitales, selon, appel, ponctuation, en_clair),
        )
    }
)
