"""The avenant: what it amends, before and after, what does not change, signatures."""

from __future__ import annotations

from docx.document import Document as Sheet

from scripts.templates.pieces import HOW_SIGNED, WIDTH, Pieces, body, call, reach, rows_of
from scripts.templates.sheet import new_sheet


def build() -> Sheet:
    """The sheet, ready to save."""
    sheet = new_sheet("Avenant")
    at = Pieces(sheet)
    at.title("{{ titre }}", "n° {{ reference }}, émis le {{ emis_le | date }}")
    _parties(at)
    _object(at)
    _changes(at)
    _remainder(at)
    _signatures(at)
    return sheet


def _parties(at: Pieces) -> None:
    at.heading("Entre")
    for path, name in (("organisation", "l’organisation"), ("entreprise", "l’entreprise")):
        at.text(f"{body(path)}{call(path)}, ci-après « {name} » ;")
    with at.when("beneficiaire"):
        at.text(
            "**{{ beneficiaire.nom_complet }}**, date de naissance : "
            "{{ beneficiaire.date_naissance | date }}, bénéficiaire de la période ;"
        )
    at.text("et, pour chacun, les personnes qui signent ci-dessous.")


def _object(at: Pieces) -> None:
    at.article("Objet et date d’effet")
    at.text(
        "Le présent avenant modifie {{ nom_convention }} **n° {{ convention.reference }}**, "
        "{{ convention.debut | periode(convention.fin) }}, ci-après « la convention ». Il prend "
        "effet le **{{ debut | date }}**."
    )
    at.text("Motif : {{ motif }}")


def _changes(at: Pieces) -> None:
    at.article("Modifications")
    at.text(
        "À compter de cette date, la convention se lit comme suit :"
    ).paragraph_format.keep_with_next = True
    table = at.table(((4.2, "Ce qui change"), (5.9, "Avant"), (WIDTH - 10.1, "Après")))
    rows_of(
        table,
        "changement in changements",
        (
            "**{{ changement.intitule }}**",
            "{{ changement.avant | en_clair(changement.libelle) }}",
            "{{ changement.apres | en_clair(changement.libelle) }}",
        ),
    )
    at.gap()


def _remainder(at: Pieces) -> None:
    at.article("Ce qui ne change pas")
    at.text(
        "Toutes les autres stipulations de la convention restent en vigueur. L’avenant en fait "
        "partie et se lit avec elle ; en cas de contradiction, il l’emporte. L’objet de la "
        "convention, ses parties et la personne concernée ne changent pas."
    )
    at.text(
        "Renseignements auprès de {{ referent.nom_complet }}, {{ referent.fonction }} : "
        + reach("referent")
        + "."
    )
    at.text(
        "L’avenant" + HOW_SIGNED + " Chaque partie en reçoit un exemplaire signé."
    ).paragraph_format.keep_with_next = True


def _signatures(at: Pieces) -> None:
    at.heading("Signatures")
    at.signatures()
