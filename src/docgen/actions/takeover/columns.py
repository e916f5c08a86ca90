"""The two sheets of a takeover and their columns: the model file and its reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Sort = Literal["texte", "date", "nombre", "heures", "choix", "siret", "courriel", "fichier"]


@dataclass(frozen=True)
class Asked:
    """One column: its key in our data, its title in the sheet, what its cells may hold.

    `choices`: the word of the sheet, and what it means in our data.
    """

    key: str
    title: str
    sort: Sort = "texte"
    required: bool = False
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    width: int = 16


OBJETS = MappingProxyType(
    {"découvrir": "decouvrir", "confirmer": "confirmer", "recruter": "recruter"}
)
OUTCOMES = MappingProxyType({"complet": "complet", "partiel": "partiel", "absence": "absence"})
FOLLOWS = MappingProxyType(
    {
        "embauche": "embauche",
        "renouvellement": "renouvellement",
        "formation": "formation",
        "autre PMSMP": "autre_pmsmp",
        "aucune": "aucune",
    }
)
CONTRACTS = MappingProxyType(
    {
        "CDI": "cdi",
        "CDD 6 mois ou plus": "cdd_6_mois_ou_plus",
        "CDD moins de 6 mois": "cdd_moins_de_6_mois",
        "alternance": "alternance",
        "contrat aidé": "contrat_aide",
        "CDDI": "contrat_d_insertion",
        "autre": "autre",
    }
)
YES_NO = MappingProxyType({"oui": "oui", "non": "non"})
BASES = MappingProxyType({"année civile": "annee_civile", "année de contrat": "annee_contrat"})
UNITS = MappingProxyType({"mois": "mois", "jours": "jours"})

_NUMBER = Asked(
    "numero",
    "Numéro d’origine",
    required=True,
    hint="Le vôtre, unique dans la feuille : 2023-07. Reprendre deux fois le même n’ajoute rien.",
)
_SCAN = Asked(
    "scan",
    "Fichier numérisé",
    "fichier",
    hint="Nom du PDF dans le dossier donné par --scans. Gardé tel quel, sans rien dire des "
    "signatures.",
    width=24,
)

STAYS = (
    _NUMBER,
    Asked("entreprise", "Entreprise", required=True, width=28),
    Asked("siret", "SIRET", "siret", required=True, hint="14 chiffres.", width=18),
    Asked("activite", "Activité principale", width=24),
    Asked("nom", "Nom", required=True),
    Asked("prenom", "Prénom", required=True),
    Asked("date_naissance", "Date de naissance", "date", required=True),
    Asked("debut", "Premier jour", "date", required=True),
    Asked("fin", "Dernier jour", "date", required=True),
    Asked("objet", "Objet", "choix", required=True, choices=OBJETS),
    Asked(
        "objectifs", "Objectifs", hint="Un par ligne, ou séparés par des points-virgules.", width=36
    ),
    Asked("metier", "Métier", width=22),
    Asked("code_rome", "Code ROME", hint="Une lettre et quatre chiffres : G1603.", width=11),
    Asked("referent", "Courriel du référent", "courriel", width=28),
    Asked("heures_prevues", "Heures prévues", "heures", hint="70, ou 70,5."),
    Asked(
        "renouvelle",
        "Renouvelle le n°",
        hint="Numéro d’origine de la PMSMP renouvelée, dans cette feuille ou déjà reprise.",
    ),
    Asked("deroulement", "Bilan", "choix", choices=OUTCOMES, hint="Vide sans bilan."),
    Asked("heures_realisees", "Heures réalisées", "heures"),
    Asked("suite", "Suite", "choix", choices=FOLLOWS),
    Asked("contrat", "Contrat", "choix", choices=CONTRACTS, hint="Pour une embauche.", width=20),
    Asked("embauche_le", "Embauche le", "date"),
    Asked("chez_l_hote", "Chez l’entreprise d’accueil", "choix", choices=YES_NO),
    _SCAN,
)

PARTNERSHIPS = (
    _NUMBER,
    Asked("entreprise", "Entreprise", required=True, width=28),
    Asked("siret", "SIRET", "siret", required=True, hint="14 chiffres.", width=18),
    Asked("activite", "Activité principale", width=24),
    Asked("debut", "Premier jour", "date", required=True),
    Asked("fin", "Dernier jour", "date", required=True, hint="De la première période."),
    Asked("volume", "PMSMP par an", "nombre"),
    Asked("base", "Année de compte", "choix", choices=BASES, width=18),
    Asked("recrutements", "Recrutements par an", "nombre"),
    Asked("periode", "Reconduction (mois)", "nombre", hint="Vide sans tacite reconduction."),
    Asked("maximum", "Reconductions au plus", "nombre"),
    Asked("preavis", "Préavis", "nombre"),
    Asked("preavis_unite", "Unité du préavis", "choix", choices=UNITS),
    Asked("mois_bilan", "Mois du bilan annuel", "nombre", hint="De 1 à 12."),
    Asked("referent", "Courriel du référent", "courriel", width=28),
    Asked("terminee_le", "Terminée le", "date", hint="Si elle a été dénoncée ou résiliée."),
    _SCAN,
)

# In the order in which they are taken over.
SHEETS: Mapping[str, tuple[Asked, ...]] = MappingProxyType(
    {"Conventions": PARTNERSHIPS, "PMSMP": STAYS}
)
