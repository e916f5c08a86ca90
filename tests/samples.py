"""Small valid agreements as plain data, and a way to change one field of them."""

from __future__ import annotations

import copy
import datetime as dt
import json
from enum import Enum
from typing import Any

from docgen.agreements import Checked, check, parse
from docgen.agreements.base import Agreement
from docgen.agreements.reading import Source

TODAY = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)

ORGANISATION = {
    "raison_sociale": "Le Fournil Solidaire",
    "siret": "73282932000074",
    "adresse": {"voie": "12 rue des Essais", "code_postal": "75013", "ville": "Paris"},
    "representant": {
        "nom": "Moreau",
        "prenom": "Claire",
        "fonction": "directrice",
        "courriel": "direction@fournil.example.org",
    },
}
COMPANY = {
    "raison_sociale": "Dupont & Fils <Traiteur>",
    "siret": "35600000000048",
    "adresse": {"voie": "3 place du Marché", "code_postal": "75011", "ville": "Paris"},
    "activite_principale": "Restauration",
    "assurance": {"assureur": "Assurances du Marché", "police": "RC-2026-4417"},
    "representant": {
        "nom": "Dupont",
        "prenom": "Jean",
        "fonction": "gérant",
        "courriel": "gerant@dupont.example.org",
    },
}
REFERENT = {
    "nom": "Benali",
    "prenom": "Samira",
    "fonction": "conseillère en insertion professionnelle",
    "courriel": "samira@fournil.example.org",
    "telephone": "01 23 45 67 89",
}
PMSMP: dict[str, Any] = {
    "type": "pmsmp",
    "debut": "2027-01-11",
    "fin": "2027-01-29",
    "organisation": ORGANISATION,
    "referent": REFERENT,
    "beneficiaire": {
        "nom": "Diallo",
        "prenom": "Fatou",
        "date_naissance": "1990-05-17",
        "courriel": "fatou@example.org",
        "contrat": {
            "nature": "CDDI",
            "debut": "2026-09-01",
            "fin": "2027-08-31",
            "heures_hebdomadaires": 26,
        },
    },
    "entreprise": COMPANY,
    "tuteur": {"nom": "Petit", "prenom": "Luc", "fonction": "chef de cuisine"},
    "objet": "confirmer",
    "metier": {"appellation": "Commis de cuisine"},
    "objectifs": ["Tenir un poste en cuisine"],
    "modalites_evaluation": "Entretien avec le tuteur",
    "taches": ["Éplucher, tailler, dresser"],
    "lieu": {"voie": "3 place du Marché", "code_postal": "75011", "ville": "Paris"},
    "horaires": {
        "semaine": {
            day: ["09:00-12:30", "13:30-16:30"] for day in ("lundi", "mardi", "jeudi", "vendredi")
        }
    },
}
PARTENARIAT: dict[str, Any] = {
    "type": "partenariat",
    "debut": "2026-12-01",
    "fin": "2027-11-30",
    "organisation": ORGANISATION,
    "entreprise": COMPANY,
    "referents": {
        "organisation": REFERENT,
        "entreprise": {
            "nom": "Petit",
            "prenom": "Luc",
            "fonction": "chef de cuisine",
            "courriel": "luc@dupont.example.org",
        },
    },
    "engagements_entreprise": {"pmsmp": {"volume_annuel": 6, "base": "annee_civile"}},
    "reconduction": {"periode_mois": 12, "maximum": 2},
    "preavis": {"valeur": 3, "unite": "mois"},
}
# What an officer writes: the rest comes from the agreement that is cited.
BILAN: dict[str, Any] = {
    "type": "bilan",
    "convention": "PMSMP-2026-0001",
    "tuteur": {"courriel": "luc@dupont.example.org"},
    "deroulement": "complet",
    "objectifs": [{"resultat": "partiel"}],
    "avis_tuteur": "Vif et soigneux.",
    "avis_beneficiaire": {"accord": True},
    "projet": {"position": "confirme"},
    "suite": {"nature": "aucune"},
}
ABSENCE: dict[str, Any] = {
    "type": "bilan",
    "convention": "PMSMP-2026-0001",
    "tuteur": {"courriel": "luc@dupont.example.org"},
    "deroulement": "absence",
    "suite": {"nature": "aucune"},
}
ATTESTATION: dict[str, Any] = {
    "type": "attestation",
    "convention": "PMSMP-2026-0001-B1",
    "nature": "presence",
}


class Change(Enum):
    """What `changed` does to a field, other than set it."""

    REMOVE = "remove"


REMOVE = Change.REMOVE


def changed(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy of `data` with fields set (`beneficiaire__nom="x"`) or taken away (REMOVE)."""
    result = copy.deepcopy(data)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = result
        for parent in parents:
            place = place[parent]
        if value is REMOVE:
            del place[last]
        else:
            place[last] = value
    return result


def checked(data: dict[str, Any], on: dt.date = TODAY) -> Checked:
    return check(Source(data), on)


def agreement(data: dict[str, Any]) -> Agreement:
    return parse(as_bytes(data), TODAY)


def as_bytes(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()
