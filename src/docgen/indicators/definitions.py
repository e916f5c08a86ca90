"""Each figure's name, unit and definition: the text that every report prints as its footnote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Unit = Literal["nombre", "jours", "minutes", "centimes", "pour cent"]


@dataclass(frozen=True)
class Definition:
    """What a figure counts, in one or two sentences; `of_people`: small ones are masked outside."""

    id: str
    label: str
    unit: Unit
    text: str
    of_people: bool = False


_SIGNED = "signées par toutes les parties et non annulées, ou reprises du passé"

DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {
        one.id: one
        for one in (
            Definition(
                "pmsmp_commencees",
                "PMSMP commencées",
                "nombre",
                f"Conventions de PMSMP {_SIGNED}, dont le premier jour est dans la période. Les "
                "renouvellements sont comptés à part.",
                of_people=True,
            ),
            Definition(
                "renouvellements",
                "Renouvellements",
                "nombre",
                f"Renouvellements de PMSMP {_SIGNED}, dont le premier jour est dans la période.",
                of_people=True,
            ),
            Definition(
                "pmsmp_realisees",
                "PMSMP réalisées",
                "nombre",
                f"Conventions de PMSMP {_SIGNED}, dont le dernier jour est dans la période et dont "
                "le bilan signé dit qu’elles ont été faites jusqu’au bout ou en partie. Une absence "
                "n’est pas une PMSMP réalisée.",
                of_people=True,
            ),
            Definition(
                "minutes_realisees",
                "Heures réalisées",
                "minutes",
                "Heures de présence d’après les bilans signés, renouvellements compris, des PMSMP "
                "dont le dernier jour est dans la période.",
            ),
            Definition(
                "minutes_sans_bilan",
                "Heures prévues, sans bilan",
                "minutes",
                "Heures de présence prévues par les PMSMP terminées dans la période dont le bilan "
                "n’est pas encore signé. Elles ne sont pas dans les heures réalisées.",
            ),
            Definition(
                "personnes",
                "Personnes",
                "nombre",
                "Bénéficiaires distincts (nom, prénom, date de naissance) des PMSMP et des "
                "renouvellements commencés dans la période.",
                of_people=True,
            ),
            Definition(
                "entreprises",
                "Entreprises d’accueil",
                "nombre",
                "SIREN distincts des entreprises d’accueil des PMSMP et des renouvellements "
                "commencés dans la période.",
            ),
            Definition(
                "etablissements",
                "Établissements d’accueil",
                "nombre",
                "SIRET distincts des entreprises d’accueil des PMSMP et des renouvellements "
                "commencés dans la période.",
            ),
            Definition(
                "pmsmp_par_entreprise",
                "PMSMP par entreprise d’accueil",
                "nombre",
                "PMSMP commencées dans la période divisées par le nombre de SIREN qui les "
                "accueillent.",
            ),
            Definition(
                "par_mois",
                "PMSMP commencées, par mois",
                "nombre",
                "PMSMP commencées, selon le mois de leur premier jour.",
                of_people=True,
            ),
            Definition(
                "par_objet",
                "PMSMP commencées, par objet",
                "nombre",
                "PMSMP commencées, selon l’objet unique de leur convention (Code du travail, "
                "article L. 5135-1).",
                of_people=True,
            ),
            Definition(
                "par_metier",
                "PMSMP commencées, par métier",
                "nombre",
                "PMSMP commencées, selon le code ROME de leur convention, ou son métier quand il "
                "n’y a pas de code.",
                of_people=True,
            ),
            Definition(
                "par_secteur",
                "PMSMP commencées, par secteur",
                "nombre",
                "PMSMP commencées, selon l’activité principale que leur convention donne à "
                "l’entreprise d’accueil.",
                of_people=True,
            ),
            Definition(
                "par_hote",
                "PMSMP commencées, par entreprise",
                "nombre",
                "PMSMP commencées, selon l’entreprise d’accueil (SIREN).",
                of_people=True,
            ),
            Definition(
                "jours_moyenne",
                "Durée moyenne",
                "jours",
                "Moyenne des jours de calendrier, premier et dernier compris, des PMSMP commencées, "
                "sans leurs renouvellements.",
            ),
            Definition(
                "jours_mediane",
                "Durée médiane",
                "jours",
                "Médiane des jours de calendrier des PMSMP commencées, sans leurs renouvellements.",
            ),
            Definition(
                "jours_moyenne_renouvellements",
                "Durée moyenne, renouvellements compris",
                "jours",
                "Moyenne des jours de calendrier des PMSMP commencées, chacune avec ses "
                "renouvellements, même commencés plus tard.",
            ),
            Definition(
                "jours_mediane_renouvellements",
                "Durée médiane, renouvellements compris",
                "jours",
                "Médiane des mêmes durées.",
            ),
            Definition(
                "vers_emploi",
                "PMSMP suivies d’un emploi",
                "nombre",
                "PMSMP réalisées dont le bilan (ou celui d’un renouvellement) annonce une embauche, "
                "ou dont la personne a un contrat noté, chez quelque employeur que ce soit, "
                "commencé entre leur premier jour et le délai choisi après leur dernier jour (six "
                "mois, sauf réglage). Dénominateur des taux : les PMSMP réalisées.",
                of_people=True,
            ),
            Definition(
                "vers_emploi_meme_hote",
                "dont chez l’entreprise d’accueil",
                "nombre",
                "Parmi elles, celles dont le contrat noté, dans le même délai, est avec "
                "l’entreprise d’accueil (même SIREN). Un bilan ne nomme pas l’employeur : sans "
                "contrat noté, il n’est pas compté ici.",
                of_people=True,
            ),
            Definition(
                "taux_vers_emploi",
                "Part des PMSMP réalisées suivies d’un emploi",
                "pour cent",
                "PMSMP suivies d’un emploi divisées par les PMSMP réalisées.",
            ),
            Definition(
                "par_contrat",
                "Emplois trouvés, par contrat",
                "nombre",
                "PMSMP suivies d’un emploi, selon le contrat noté, ou celui du bilan quand aucun ne "
                "l’est.",
                of_people=True,
            ),
            Definition(
                "conventions_actives",
                "Conventions de partenariat en vigueur",
                "nombre",
                f"Conventions de partenariat {_SIGNED}, commencées et ni terminées ni dénoncées au "
                "dernier jour de la période (ou aujourd’hui si elle n’est pas finie), "
                "reconductions tacites comprises.",
            ),
            Definition(
                "pmsmp_promises",
                "PMSMP promises",
                "nombre",
                "Volumes annuels des conventions, au prorata exact des jours de la période où elles "
                "sont en vigueur (année civile ou année de contrat, selon la convention).",
            ),
            Definition(
                "promesse_par_entreprise",
                "Promis et réalisé, par entreprise",
                "nombre",
                "Pour chaque entreprise (SIREN) en convention pendant la période : PMSMP promises au "
                "prorata, PMSMP réalisées chez elle, écart et taux.",
            ),
            Definition(
                "entreprises_sans_pmsmp",
                "Entreprises en convention sans PMSMP",
                "nombre",
                "Entreprises qui ont promis des PMSMP pour la période et chez qui aucune n’a été "
                "réalisée.",
            ),
            Definition(
                "a_renouveler",
                "Conventions à décider sous 90 jours",
                "nombre",
                "Conventions en vigueur dont le dernier jour pour donner préavis tombe dans les 90 "
                "jours suivant le dernier jour de la période (ou aujourd’hui).",
            ),
            Definition(
                "taux_bilan",
                "PMSMP terminées avec bilan",
                "pour cent",
                "PMSMP et renouvellements terminés dans la période dont le bilan est signé, absences "
                "comprises, divisés par tous ceux terminés dans la période.",
            ),
            Definition(
                "delai_signature",
                "Délai médian de signature",
                "jours",
                "Médiane, en jours, entre la mise à la signature et la dernière signature des PMSMP "
                "et renouvellements commencés dans la période et signés avec docgen.",
            ),
            Definition(
                "signees_avant_debut",
                "Signées par tous avant le premier jour",
                "pour cent",
                "PMSMP et renouvellements commencés dans la période, signés avec docgen, dont la "
                "dernière signature est d’un jour antérieur au premier jour.",
            ),
            Definition(
                "mecenat_minutes",
                "Heures de mécénat de compétences",
                "minutes",
                "Temps de mécénat noté pour des jours de la période.",
            ),
            Definition(
                "mecenat_centimes",
                "Valeur des reçus de mécénat",
                "centimes",
                "Total des reçus fiscaux établis dans la période, d’après la valeur donnée par les "
                "entreprises.",
            ),
            Definition(
                "recus",
                "Reçus fiscaux établis",
                "nombre",
                "Reçus fiscaux signés, établis dans la période et non annulés.",
            ),
            Definition(
                "evenements",
                "Événements avec des entreprises",
                "nombre",
                "Événements notés pour un jour de la période.",
            ),
            Definition(
                "evenements_participants",
                "Participations aux événements",
                "nombre",
                "Somme des participants de ces événements ; une personne venue deux fois compte "
                "deux fois.",
                of_people=True,
            ),
            Definition(
                "evenements_pmsmp",
                "Entrées en PMSMP après un événement",
                "nombre",
                "Nombre noté avec chaque événement ; sinon, participants nommés qui ont commencé, "
                "dans les six mois, une PMSMP chez une entreprise présente.",
                of_people=True,
            ),
            Definition(
                "evenements_embauches",
                "Embauches après un événement",
                "nombre",
                "Nombre noté avec chaque événement ; sinon, participants nommés dont un contrat noté "
                "a commencé, dans les six mois, chez une entreprise présente.",
                of_people=True,
            ),
        )
    }
)
