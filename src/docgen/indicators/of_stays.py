"""The definitions of what is counted from PMSMP: volumes, breakdowns, lengths, jobs."""

from __future__ import annotations

from docgen.indicators.definition import SIGNED, Definition

STAYS: tuple[Definition, ...] = (
    Definition(
        "pmsmp_commencees",
        "PMSMP commencées",
        "nombre",
        f"Conventions de PMSMP {SIGNED}, dont le premier jour est dans la période. Les "
        "renouvellements sont comptés à part.",
        of_people=True,
    ),
    Definition(
        "renouvellements",
        "Renouvellements",
        "nombre",
        f"Renouvellements de PMSMP {SIGNED}, dont le premier jour est dans la période.",
        of_people=True,
    ),
    Definition(
        "pmsmp_realisees",
        "PMSMP réalisées",
        "nombre",
        f"Conventions de PMSMP {SIGNED}, dont le dernier jour est dans la période et dont "
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
        "PMSMP commencées dans la période divisées par le nombre de SIREN qui les accueillent.",
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
        "PMSMP suivies d’un emploi, selon le contrat noté, ou celui du bilan quand aucun ne l’est.",
        of_people=True,
    ),
)
