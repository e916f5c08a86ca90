"""The note to the file of a tacit renewal: which period began, and why."""

from __future__ import annotations

from docx.document import Document as Sheet

from docgen.agreements.base import CADRE_CLOTURE
from scripts.templates.pieces import Pieces, body, reach
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Note de reconduction tacite", numbered=False)
    at = Pieces(sheet)
    at.title(
        "Note de reconduction tacite",
        "{{ titre }} n° {{ reference }}, établie {{ emis_le | horodatage }}",
    )
    at.text(
        "La convention de partenariat **n° {{ reference }}** lie "
        "{{ organisation.raison_sociale }} et {{ entreprise.raison_sociale }} depuis le "
        "{{ debut | date }}. Aucune des deux parties ne s’étant opposée à sa reconduction dans le "
        "délai convenu, elle est **reconduite tacitement à compter du "
        "{{ periode.first | date }}**."
    )
    at.article("Les parties")
    at.text(f"{body('organisation')}.")
    at.text(f"{body('entreprise')}.")
    at.article("La période qui commence")
    at.facts(
        [
            ("Période échue", "{{ avant.first | periode(avant.last) }}"),
            (
                "Préavis",
                '{% if preavis.unite == "mois" %}{{ preavis.valeur | mois }}{% else %}'
                '{{ preavis.valeur | pluriel("jour") }}{% endif %} ; il pouvait être donné jusqu’au '
                "{{ avant.notice | date }}",
            ),
            (
                "Période nouvelle",
                "{% if periode.last %}{{ periode.first | periode(periode.last) }}{% else %}à compter "
                "du {{ periode.first | date }}, sans terme{% endif %}",
            ),
            (
                "Rang",
                "reconduction n° {{ periode.rank }}{% if maximum %}, sur {{ maximum }} au plus"
                "{% endif %}",
            ),
        ]
    )
    with at.when("suivante"):
        at.text(
            "Pour s’opposer à la reconduction suivante, chaque partie peut donner son préavis "
            "jusqu’au **{{ periode.notice | date }}**."
        )
    with at.when("not suivante and periode.last"):
        at.text(
            "Rien ne reconduit la convention après cette période : elle prendra fin le "
            "**{{ periode.last | date }}**."
        )
    with at.when("not periode.last"):
        at.text(
            "Reconduite sans durée de période, la convention n’a plus de terme (Code civil, articles "
            "1214 et 1215) ; chaque partie peut la résilier avec le préavis convenu."
        )
    at.text(
        "Les autres clauses restent celles de la convention et de ses avenants signés. Cette note "
        "constate la reconduction et ne la crée pas ; elle n’appelle aucune signature des parties."
        "{% if avis_entreprise %} Elle est adressée à l’entreprise, comme la convention le prévoit."
        "{% endif %}"
    )
    at.article("Les référents")
    at.facts(
        [
            (label, f"{{{{ {path}.nom_complet }}}}, {{{{ {path}.fonction }}}} ; {reach(path)}")
            for label, path in (
                ("Pour l’organisation", "referents.organisation"),
                ("Pour l’entreprise", "referents.entreprise"),
            )
        ]
    )
    at.gap()
    at.signature(
        ("**{{ organisation.raison_sociale }}**", "Établit et scelle cette note"), CADRE_CLOTURE
    )
    return sheet
