"""The evidence file: who agreed to what, when, how, and how to check it."""

from __future__ import annotations

from docx.document import Document as Sheet

from docgen.agreements.base import CADRE_CLOTURE
from scripts.templates.pieces import Pieces, line, rows_of
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
                "Modèle Word",
                "{{ document.modele }}, empreinte {{ document.modele_sha256 }}",
            ),
            (
                "Parties",
                "{% for partie in parties %}{{ partie }}{% if not loop.last %} ; {% endif %}{% endfor %}",
            ),
        ]
    )
    levels(at)
    at.heading("Versions du document")
    table = at.table(((1.0, "N°"), (4.6, "Ce qu’elle ajoute"), (3.9, "Quand"), (6.5, "Empreinte")))
    rows_of(
        table,
        "revision in revisions",
        (
            "{{ revision.numero }}",
            "{{ revision.quoi }}",
            "{{ revision.quand | horodatage_court }}",
            "{{ revision.sha256 }} ({{ revision.octets }} octets)",
        ),
    )
    at.gap()
    at.article("Qui a signé, et comment")
    with at.each("signature in signatures"):
        at.heading("{{ signature.rang }}. {{ signature.nom_complet }}, {{ signature.qualite }}")
        act(at)
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
    certificates(at)
    checks(at, "Établit et scelle ce dossier de preuve")
    return sheet


def levels(at: Pieces) -> None:
    """What the signature is worth: level, identity, time."""
    with at.each("phrase in niveaux"):
        at.text("**Niveau de signature.** {{ phrase }}")
    with at.each("phrase in identites"):
        at.text("**Identité.** {{ phrase }}")
    with at.each("phrase in temps"):
        at.text("**Heure.** {{ phrase }}")


def act(at: Pieces) -> None:
    """The facts of one signature: as many lines as its way to sign has."""
    table = at.table(((4.6, ""), (11.4, "")), head=False)
    line(table, ("**Moyen**", "{{ signature.moyen }}"))
    rows_of(table, "fait in signature.faits", ("**{{ fait.libelle }}**", "{{ fait.valeur }}"))
    at.gap()


def certificates(at: Pieces) -> None:
    """What the signatures rest on: timestamps, then certificates."""
    at.article("Horodatages et certificats")
    table = at.table(
        ((4.2, "Cachet"), (2.4, "Heure du jeton"), (4.4, "Numéro"), (5.0, "Politique"))
    )
    rows_of(
        table,
        "jeton in horodatages",
        (
            "{{ jeton.champ }}",
            "{{ jeton.quand | horodatage_court }}",
            "{{ jeton.numero }}",
            '{{ "interne" if jeton.interne else "extérieur" }}, {{ jeton.politique }}',
        ),
    )
    at.gap()
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


def checks(at: Pieces, what: str) -> None:
    """How to check it, then the organisation's box; `what` the organisation does there."""
    at.article("Comment vérifier")
    with at.each("phrase in verification"):
        at.text("{{ phrase }}", "List Bullet")
    at.gap()
    at.signature(("**{{ organisation.raison_sociale }}**", what), CADRE_CLOTURE)
