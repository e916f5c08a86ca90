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

MECENAT: dict[str, Any] = {
    "type": "mecenat",
    "debut": "2026-11-16",
    "fin": "2027-05-14",
    "organisation": {**ORGANISATION, "forme_juridique": "association loi de 1901"},
    "entreprise": {**COMPANY, "forme_juridique": "SARL"},
    "referent": REFERENT,
    "forme": "pret_main_oeuvre",
    "mission": "Tenir la comptabilité",
    "lieu": {"voie": "12 rue des Essais", "code_postal": "75013", "ville": "Paris"},
    "volume": {"nombre": 2, "unite": "jours", "base": "semaine"},
    "encadrement": {"nom": "Ferreira", "prenom": "Paulo", "fonction": "responsable"},
    "salarie": {"nom": "Lambert", "prenom": "Inès", "qualification": "comptable"},
    "accord_salarie_le": "2026-10-26",
    "avenant_contrat": "avenant du 26 octobre 2026",
    "mode_calcul": "Salaire brut et charges des jours donnés",
    "facturation": {"mode": "gratuit"},
    "valorisation": {"montant_centimes": 400_000, "methode": "Coût de revient"},
}
RECU: dict[str, Any] = {
    "type": "recu",
    "debut": "2026-11-16",
    "fin": "2026-12-31",
    "convention": {"reference": "MEC-2026-0001", "debut": "2026-11-16", "fin": "2027-05-14"},
    "organisation": MECENAT["organisation"],
    "entreprise": MECENAT["entreprise"],
    "referent": REFERENT,
    "objet_social": "Accompagner vers l’emploi",
    "qualite": "Organisme d’intérêt général à caractère social",
    "nature": [],
    "salaries": [
        {
            "personnes": 1,
            "qualification": "comptable",
            "duree": "13 jours",
            "montant_centimes": 130_000,
        }
    ],
    "total_centimes": 130_000,
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
