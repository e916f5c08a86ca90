"""The certificate of destruction: which dossiers are gone, and on whose word."""

from __future__ import annotations

from docx.document import Document as Sheet

from docgen.agreements.base import CADRE_CLOTURE
from scripts.templates.pieces import Pieces, rows_of
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Certificat de destruction", numbered=False)
    at = Pieces(sheet)
    at.title(
        "Certificat de destruction",
        "Liste {{ reference }}, exécutée {{ emis_le | horodatage }}",
    )
    at.text(
        "**{{ organisation.raison_sociale }}** certifie que les dossiers ci-dessous, dont la durée de conservation "
        "était écoulée, ont été détruits : leurs fichiers dans l’archive et leur contenu dans la base "
        "de données. Le journal de chaque accord est gardé ; il ne nomme personne."
    )
    at.article("Qui l’a décidé")
    at.text(
        "Liste proposée {{ proposee_le | horodatage }}. Empreinte SHA-256 de la liste : "
        "{{ empreinte_liste }}"
    )
    table = at.table(((8.0, "Approuvée par"), (8.0, "Quand")))
    rows_of(table, "accord in accords", ("{{ accord.name }}", "{{ accord.at | horodatage }}"))
    at.gap()
    at.article("Ce qui est détruit")
    with at.when("detruits"):
        table = at.table(
            ((4.4, "Référence"), (5.6, "Document"), (3.6, "Gardé jusqu’au"), (2.4, "Fichiers"))
        )
        rows_of(
            table,
            "dossier in detruits",
            (
                "{{ dossier.reference }}",
                "{{ dossier.type }}",
                "{{ dossier.garde_jusqu_au | date_courte }}",
                "{{ dossier.objets }}",
            ),
        )
        at.gap()
    with at.when("not detruits"):
        at.text("Aucun dossier.")
    with at.when("epargnes"):
        at.article("Ce qui est gardé")
        table = at.table(((4.4, "Référence"), (11.6, "Pourquoi")))
        rows_of(table, "dossier in epargnes", ("{{ dossier.reference }}", "{{ dossier.motif }}"))
        at.gap()
    at.signature(
        ("**{{ organisation.raison_sociale }}**", "Établit et scelle ce certificat"), CADRE_CLOTURE
    )
    return sheet
