"""The evidence file: who agreed to what, when, how, and how to check it."""

from __future__ import annotations

from docx.document import Document as Sheet

from docgen.agreements.base import CADRE_CLOTURE
from scripts.templates.pieces import Pieces, rows_of
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Dossier de preuve", numbered=False)
    at = Pieces(sheet)
    at.title(
        "Dossier de preuve", "{{ titre }} n° {{ reference }}, établi {{ emis_le | horodatage }}"
    )
    at.article("Ce qui a été signé")
    at.facts(
        [
            (
                "Document",
                '{{ document.nom }}, {{ document.pages | pluriel("page") }}, {{ document.octets }} octets',
            ),
            ("Empreinte SHA-256", "{{ document.sha256 }}"),
            (
                "Parties",
                "{% for partie in parties %}{{ partie }}{% if not loop.last %} ; {% endif %}{% endfor %}",
            ),
        ]
    )
    at.text("**Niveau de signature.** {{ niveau }}")
    at.article("Qui a signé, et comment")
    with at.each("signature in signatures"):
        at.heading("{{ signature.rang }}. {{ signature.nom_complet }}, {{ signature.qualite }}")
        at.facts(
            [
                (
                    "Code envoyé",
                    "{{ signature.code_envoye_le | horodatage }}, par {{ signature.canal }} à {{ signature.courriel_masque }}",
                ),
                ("Code vérifié", "{{ signature.code_verifie_le | horodatage }}"),
                ("Accord donné", "{{ signature.consenti_le | horodatage }}"),
                (
                    "Texte de l’accord",
                    "« {{ signature.consentement }} » (version {{ signature.version_consentement }})",
                ),
                ("Nom écrit", "{{ signature.nom_saisi }}"),
                ("Adresse réseau", "{{ signature.adresse_ip }}"),
                ("Navigateur", "{{ signature.navigateur }}"),
                (
                    "Scellé",
                    "{{ signature.scelle_le | horodatage }} ; horodatage : {{ signature.horodatage }}",
                ),
                ("Empreinte du PDF scellé", "{{ signature.revision_sha256 }}"),
            ]
        )
    at.article("Ce qui s’est passé")
    table = at.table(((1.0, "N°"), (3.9, "Quand"), (5.1, "Quoi"), (6.0, "Détail")))
    rows_of(
        table,
        "moment in chronologie",
        (
            "{{ moment.numero }}",
            "{{ moment.quand | horodatage_court }}",
            "{{ moment.evenement }}",
            "{{ moment.detail }}",
        ),
    )
    at.gap()
    at.text(
        "Le journal complet est joint à ce fichier (journal.json) : {{ journal.nombre }} événements, "
        "chacun lié au précédent par son empreinte. Empreinte du dernier : {{ journal.tete }}"
    )
    at.article("Certificats")
    table = at.table(
        ((2.6, "Usage"), (5.4, "Sujet"), (2.6, "Validité"), (5.4, "Empreinte SHA-256"))
    )
    rows_of(
        table,
        "certificat in certificats",
        (
            "{{ certificat.usage }}",
            "{{ certificat.sujet }} (émis par {{ certificat.emetteur }}, n° {{ certificat.numero }})",
            "du {{ certificat.valable_du | date_courte }} au {{ certificat.valable_au | date_courte }}",
            "{{ certificat.empreinte }}",
        ),
    )
    at.gap()
    at.article("Comment vérifier")
    with at.each("phrase in verification"):
        at.text("{{ phrase }}", "List Bullet")
    at.gap()
    at.signature(
        ("**{{ organisation.raison_sociale }}**", "Établit et scelle ce dossier de preuve"),
        CADRE_CLOTURE,
    )
    return sheet
