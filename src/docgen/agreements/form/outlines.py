"""The sections of each kind's form, and what is asked only in some case.

A field of the model is asked in one section, or named in `taken`: then the agreement that is cited
gives it, or the program does. A test holds every field of every kind to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from docgen.agreements.form.nodes import Only

# What no form asks: the slug, and how to sign, which is decided when the agreement is sent.
EVERYWHERE = ("type", "signatures")


@dataclass(frozen=True)
class Part:
    """A section: its title, the top-level fields it asks in order, a word of help."""

    slug: str
    title: str
    fields: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True)
class Outline:
    """The sections of a kind; `only` holds conditions by path; `begins_from` a parent's kind."""

    parts: tuple[Part, ...]
    only: Mapping[str, Only] = field(default_factory=dict)
    taken: tuple[str, ...] = ()


_SET_ASIDE = Part(
    "derogations",
    "Dérogations",
    ("derogations",),
    "Seulement si une règle qui en admet doit être écartée : la raison est gardée au journal.",
)
_LOAN = Only("forme", ("pret_main_oeuvre",))
_CAME = Only("deroulement", ("complet", "partiel"))
_CUT_SHORT = Only("deroulement", ("partiel",))

OUTLINES: Mapping[str, Outline] = MappingProxyType(
    {
        "partenariat": Outline(
            (
                Part("entreprise", "L’entreprise", ("entreprise",)),
                Part("durée", "Durée et fin", ("debut", "fin", "reconduction", "preavis")),
                Part(
                    "engagements",
                    "Ce que chacun promet",
                    ("engagements_entreprise", "engagements_organisation", "mecenat"),
                ),
                Part("suivi", "Qui suit la convention", ("referents", "mois_bilan")),
                Part("organisation", "Votre organisation", ("organisation",)),
                _SET_ASIDE,
            ),
            {
                "engagements_entreprise.recrutement.nombre_annuel": Only(
                    "engagements_entreprise.recrutement.intention", ("objectif_chiffre",)
                )
            },
        ),
        "pmsmp": Outline(
            (
                Part("personne", "La personne", ("beneficiaire", "referent")),
                Part(
                    "entreprise",
                    "L’entreprise d’accueil",
                    ("entreprise", "tuteur", "lieu", "presence"),
                ),
                Part("dates", "Dates et horaires", ("debut", "fin", "horaires")),
                Part(
                    "projet",
                    "Le projet",
                    ("objet", "metier", "objectifs", "modalites_evaluation", "taches",
                     "competences"),
                ),
                Part(
                    "travail",
                    "Conditions de travail",
                    ("protection", "conditions_travail", "avantages"),
                ),
                Part(
                    "organisation",
                    "Votre organisation",
                    ("organisation", "employeur", "prescripteur", "structure_accompagnement"),
                    "Elle est employeur, prescripteur et structure d’accompagnement, sauf ceux "
                    "que vous nommez à part.",
                ),
                _SET_ASIDE,
            ),
            taken=("renouvellement",),
        ),
        "renouvellement": Outline(
            (
                Part("dates", "Nouvelles dates", ("debut", "fin", "horaires")),
                Part("pourquoi", "Pourquoi renouveler", ("renouvellement.motif",)),
                _SET_ASIDE,
            ),
            taken=(
                "organisation", "employeur", "prescripteur", "structure_accompagnement",
                "referent", "beneficiaire", "entreprise", "tuteur", "objet", "metier",
                "objectifs", "modalites_evaluation", "taches", "competences", "lieu", "presence",
                "protection", "conditions_travail", "avantages",
            ),
        ),
        "bilan": Outline(
            (
                Part("deroulement", "Comment elle s’est passée",
                     ("deroulement", "dernier_jour", "minutes_absence")),
                Part("acquis", "Ce qui est acquis", ("objectifs", "competences")),
                Part("avis", "Les avis",
                     ("avis_tuteur", "conseils", "avis_beneficiaire", "commentaire_referent")),
                Part("suite", "La suite", ("suite", "projet", "prochaine_action")),
                Part("tuteur", "Le tuteur, qui signe", ("tuteur",)),
                _SET_ASIDE,
            ),
            {
                "dernier_jour": _CUT_SHORT,
                "minutes_absence": _CUT_SHORT,
                "objectifs": _CAME,
                "competences": _CAME,
                "avis_beneficiaire": _CAME,
                "suite.contrat": Only("suite.nature", ("embauche",)),
            },
            taken=(
                "debut", "fin", "convention", "organisation", "entreprise", "beneficiaire",
                "referent", "objet", "metier", "lieu", "horaires",
            ),
        ),
        "attestation": Outline(
            (
                Part("nature", "Quelle attestation, pour qui", ("nature", "remise")),
                _SET_ASIDE,
            ),
            taken=(
                "debut", "fin", "convention", "pmsmp", "organisation", "referent", "entreprise",
                "beneficiaire", "tuteur", "metier", "lieu", "minutes_realisees",
            ),
        ),
        "mecenat": Outline(
            (
                Part("entreprise", "L’entreprise mécène", ("entreprise", "partenariat")),
                Part("mission", "La mission",
                     ("forme", "mission", "debut", "fin", "lieu", "volume", "encadrement")),
                Part("pret", "Le prêt de main-d’œuvre",
                     ("salarie", "accord_salarie_le", "avenant_contrat", "mode_calcul"),
                     "Seulement quand l’entreprise met un salarié à disposition."),
                Part("valeur", "Facturation et valeur", ("facturation", "valorisation")),
                Part("organisation", "Votre organisation", ("organisation", "referent")),
                _SET_ASIDE,
            ),
            {
                "salarie": _LOAN,
                "accord_salarie_le": _LOAN,
                "avenant_contrat": _LOAN,
                "mode_calcul": _LOAN,
                "facturation.montant_centimes": Only("facturation.mode", ("partiel",)),
            },
        ),
        "recu": Outline(
            (
                Part("dons", "Les dons",
                     ("debut", "fin", "nature", "salaries", "versement", "facture_centimes",
                      "total_centimes", "piece_valeur")),
                Part("organisme", "L’organisme", ("objet_social", "qualite")),
                _SET_ASIDE,
            ),
            taken=("convention", "organisation", "entreprise", "referent"),
        ),
        "avenant": Outline(
            (
                Part("changements", "Ce qui change", ("debut", "modifications", "motif")),
                _SET_ASIDE,
            ),
            taken=(
                "fin", "convention", "type_convention", "organisation", "entreprise",
                "beneficiaire", "referent", "parties",
            ),
        ),
        "denonciation": Outline(
            (
                Part("preavis", "Le préavis", ("auteur", "nature", "debut", "forme", "motif")),
                _SET_ASIDE,
            ),
            taken=(
                "fin", "convention", "preavis", "periode", "organisation", "entreprise",
                "referents",
            ),
        ),
    }
)  # fmt: skip
