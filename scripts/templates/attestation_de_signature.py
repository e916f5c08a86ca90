"""The attestation of one signer: their own act, nothing of the others."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import Pieces, rows_of
from scripts.templates.preuve import act, certificates, checks, levels
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Attestation de signature", numbered=False)
    at = Pieces(sheet)
    at.title(
        "Attestation de signature",
        "{{ titre }} n° {{ reference }}, établie {{ emis_le | horodatage }}",
    )
    at.text(
        "**{{ organisation.raison_sociale }}** atteste que **{{ signature.nom_complet }}**, "
        "{{ signature.qualite }}, a signé {{ signature.maniere }}."
    )
    at.facts(
        [
            (
                "Document",
                '{{ document.nom }}, {{ document.pages | pluriel("page") }}, {{ document.octets }} octets',
            ),
            ("Empreinte SHA-256", "{{ document.sha256 }}"),
            (
                "Signataires",
                "{{ nombre_signataires }} en tout ; cette attestation ne parle que de vous",
            ),
        ]
    )
    at.article("Votre signature")
    act(at)
    levels(at)
    at.article("Ce qui vous concerne dans le journal")
    table = at.table(((1.4, "N°"), (4.6, "Quand"), (10.0, "Quoi")))
    rows_of(
        table,
        "moment in chronologie",
        ("{{ moment.numero }}", "{{ moment.quand | horodatage_court }}", "{{ moment.evenement }}"),
    )
    at.gap()
    at.text(
        "Le journal entier compte {{ journal.nombre }} événements, chacun lié au précédent par son "
        "empreinte ; l’organisation le garde dans le dossier de preuve. Empreinte du dernier : "
        "{{ journal.tete }}"
    )
    certificates(at)
    checks(at, "Établit et scelle cette attestation")
    return sheet
