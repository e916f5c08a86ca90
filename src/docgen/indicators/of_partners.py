"""The definitions of what is counted from conventions, signatures, gifts and events."""

from __future__ import annotations

from docgen.indicators.definition import SIGNED, Definition

PARTNERS: tuple[Definition, ...] = (
    Definition(
        "conventions_actives",
        "Conventions de partenariat en vigueur",
        "nombre",
        f"Conventions de partenariat {SIGNED}, commencées et ni terminées ni dénoncées au "
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
        "Entreprises qui ont promis des PMSMP pour la période et chez qui aucune n’a été réalisée.",
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
        "Somme des participants de ces événements ; une personne venue deux fois compte deux fois.",
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
