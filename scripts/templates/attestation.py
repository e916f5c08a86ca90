"""The attestation of a PMSMP: one page, of presence or of hosting."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import Pieces, address, reach
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Attestation", numbered=False)
    at = Pieces(sheet)
    at.title("{{ titre }}", "n° {{ reference }}, établie le {{ emis_le | date }}")
    at.gap(6)
    at.text(
        "{{ organisation.representant.nom_complet }}, {{ organisation.representant.fonction }}, "
        "atteste au nom {{ organisation.raison_sociale | de }}"
        "{% if organisation.forme_juridique %}, "
        "{{ organisation.forme_juridique }}{% endif %}, SIRET {{ organisation.siret | siret }}, "
        + address("organisation.adresse")
        + "{% if organisation.telephone %}, {{ organisation.telephone | telephone }}{% endif %}, que :"
    )
    with at.when('nature == "presence"'):
        at.text(
            "**{{ beneficiaire.nom_complet }}** (date de naissance : "
            "{{ beneficiaire.date_naissance | date }}) a fait une période de mise en situation en "
            "milieu professionnel dans l’entreprise **{{ entreprise.raison_sociale }}**, "
            "**{{ debut | periode(fin) }}**, avec **{{ minutes_realisees | duree }}** de présence."
        )
    with at.when('nature == "accueil"'):
        at.text(
            "l’entreprise **{{ entreprise.raison_sociale }}** a accueilli "
            "**{{ beneficiaire.nom_complet }}** (date de naissance : "
            "{{ beneficiaire.date_naissance | date }}) en période de mise en situation en milieu "
            "professionnel, **{{ debut | periode(fin) }}**, pendant "
            "**{{ minutes_realisees | duree }}** de présence."
        )
    at.gap(6)
    at.facts(
        [
            ("Métier", "{{ metier.appellation }}{% if metier.code_rome %} (ROME "
             "{{ metier.code_rome }}){% endif %}"),
            (
                "Entreprise d’accueil",
                "{{ entreprise.raison_sociale }}, SIRET {{ entreprise.siret | siret }}, "
                + address("entreprise.adresse"),
            ),
            ("Lieu de présence", address("lieu")),
            ("Tuteur", "{{ tuteur.nom_complet }}, {{ tuteur.fonction }}"),
            ("Premier jour de présence", "{{ debut | jour_date }}"),
            ("Dernier jour de présence", "{{ fin | jour_date }}"),
            ("Heures de présence", "{{ minutes_realisees | duree }}, comptées par le bilan"),
            (
                "Convention",
                "n° {{ pmsmp.reference }}, {{ pmsmp.debut | periode(pmsmp.fin) }}",
            ),
            ("Bilan signé", "n° {{ convention.reference }}"),
            (
                "Renseignements",
                "{{ referent.nom_complet }}, {{ referent.fonction }} ; " + reach("referent"),
            ),
        ]
    )  # fmt: skip
    with at.when('nature == "presence"'):
        at.text(
            "Cette attestation est remise à la personne. Elle peut la montrer à un employeur, à France "
            "Travail ou à un organisme de formation."
        )
    with at.when('nature == "accueil"'):
        at.text(
            "Cette attestation est remise à l’entreprise. Elle peut la joindre à un dossier de "
            "partenaire et, si cet accueil y compte, à sa déclaration d’obligation d’emploi (Code du "
            "travail, article L. 5212-7)."
        )
    at.text(
        "La période de mise en situation en milieu professionnel est régie par le Code du travail, "
        "articles L. 5135-1 à L. 5135-8. Cette attestation ne contient aucune autre donnée sur la "
        "personne.",
        "Note",
    )
    at.heading("Signature")
    at.signatures(alone=True)
    return sheet
