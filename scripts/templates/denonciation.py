"""The notice that ends a partnership convention: the deadline, its effect, one signature."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import Pieces, body, call, reach
from scripts.templates.sheet import new_sheet

_DURATION = (
    '{% if preavis.unite == "mois" %}{{ preavis.valeur | mois }}{% else %}'
    '{{ preavis.valeur | pluriel("jour") }}{% endif %}'
)


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Dénonciation de convention de partenariat")
    at = Pieces(sheet)
    at.title("{{ titre }}", "n° {{ reference }}, émise le {{ emis_le | date }}")
    _who(at)
    _what(at)
    _deadline(at)
    _after(at)
    _signature(at)
    return sheet


def _who(at: Pieces) -> None:
    at.heading("De la part de")
    at.text(f"{body('auteur_partie')}{call('auteur_partie')}.")
    at.heading("À l’attention de")
    mail = ", {{ destinataire.representant.courriel }}"
    at.text(f"{body('destinataire')}{call('destinataire')}{mail}.")


def _what(at: Pieces) -> None:
    at.article("Objet")
    at.text(
        "La convention de partenariat **n° {{ convention.reference }}** lie les deux parties depuis "
        "le {{ convention.debut | date }}. Par le présent acte, "
        "{{ auteur_partie.raison_sociale }} "
        '{% if nature == "non_reconduction" %}s’oppose à sa reconduction tacite'
        "{% else %}la résilie{% endif %}."
    )
    with at.when("motif"):
        at.text("Motif : {{ motif }}")
    at.text(
        "L’acte est remis à l’autre partie par "
        '{% if forme == "lettre_recommandee" %}lettre recommandée avec avis de réception'
        "{% else %}courriel avec accusé de réception{% endif %}, le **{{ debut | date }}**."
    )


def _deadline(at: Pieces) -> None:
    at.article("Préavis et fin de la convention")
    at.text(
        "La convention prévoit un préavis de " + _DURATION + ". "
        "{% if periode.fin %}La période en cours va "
        "{{ periode.debut | periode(periode.fin) }}.{% else %}Reconduite sans durée de période, elle "
        "n’a plus de terme depuis le {{ periode.debut | date }}.{% endif %}"
    )
    with at.when("periode.limite"):
        at.text(
            "Pour s’opposer à la reconduction suivante, le préavis devait être donné au plus tard le "
            "**{{ periode.limite | date }}**. Donné le {{ debut | date }}, il est "
            "{% if dans_le_delai %}dans le délai{% else %}hors délai{% endif %}."
        )
    with at.when('suite == "fin_de_periode"'):
        at.text(
            "La convention prend fin le **{{ fin | date }}**, dernier jour de la période en cours"
            '{% if nature == "non_reconduction" %} ; elle n’est pas reconduite{% endif %}.'
        )
    with at.when('suite == "periode_suivante"'):
        at.text(
            "La convention est donc reconduite une dernière fois ; elle prend fin le "
            "**{{ fin | date }}**, dernier jour de la période suivante."
        )
    with at.when('suite == "apres_preavis"'):
        at.text(
            "La convention prend fin le **{{ fin | date }}**, au bout du préavis de "
            + _DURATION
            + " compté du jour où il est donné."
        )


def _after(at: Pieces) -> None:
    at.article("Jusqu’à cette date")
    at.text(
        "Les engagements des deux parties restent dus jusqu’à ce jour inclus. Les PMSMP commencées "
        "vont à leur terme, chacune selon sa propre convention."
    )
    at.text(
        "Les référents restent joignables pour organiser la suite :"
    ).paragraph_format.keep_with_next = True
    rows: list[tuple[str, str] | tuple[str, str, str]] = []
    for key, label in (
        ("organisation", "Pour l’organisation"),
        ("suppleant_organisation", "Suppléance"),
        ("entreprise", "Pour l’entreprise"),
        ("suppleant_entreprise", "Suppléance"),
    ):
        path = f"referents.{key}"
        value = f"{{{{ {path}.nom_complet }}}}, {{{{ {path}.fonction }}}} ; {reach(path)}"
        rows.append((label, value, path) if key.startswith("suppleant") else (label, value))
    at.facts(rows)
    at.text(
        "L’acte est signé par son seul auteur, par voie électronique ou, sur le document imprimé, à la "
        "main (Code civil, articles 1366 et 1367) : le cadre dit comment. L’organisation y met son "
        "cachet et en garde la preuve ou l’original."
    ).paragraph_format.keep_with_next = True


def _signature(at: Pieces) -> None:
    at.heading("Signature")
    at.signatures(alone=True)
