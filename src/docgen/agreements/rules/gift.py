"""What a receipt says was given: its lines, its total, and the convention it follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.recu import Recu
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context, Parent

# A company must hold a receipt for what it gives from that day (loi n° 2021-1109, article 19).
RECEIPTS_DUE = dt.date(2022, 1, 1)


def sponsorship(context: Context) -> Parent | None:
    """The convention cited, when it is one of sponsorship."""
    return context.parent if context.parent and context.parent.kind == "mecenat" else None


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}\u00a0€"


def _total_of_the_lines(recu: Recu, _context: Context) -> Iterator[Breach]:
    total, worth = recu.somme_centimes(), recu.valeur_centimes()
    if recu.facture_centimes > worth:
        yield Breach(
            "facture_centimes",
            f"la part facturée dépasse la valeur de ce qui a été donné ({_amount(worth)}).",
            worth,
        )
    elif recu.total_centimes != total:
        yield Breach(
            "total_centimes",
            f"les lignes donnent {_amount(total)}, et le total dit {_amount(recu.total_centimes)}.",
            total or None,
        )


def _entries_of_the_form(recu: Recu, _context: Context) -> Iterator[Breach]:
    for path, body in (("organisation", recu.organisation), ("entreprise", recu.entreprise)):
        if body.forme_juridique is None:
            yield Breach(
                f"{path}.forme_juridique",
                f"la forme juridique de {body.raison_sociale} manque ; le reçu la porte.",
            )
    if not (recu.nature or recu.salaries or recu.versement):
        yield Breach("nature", "le reçu ne décrit aucun don : ni bien, ni service, ni salarié.")


def _as_the_convention_says(recu: Recu, context: Context) -> Iterator[Breach]:
    parent = sponsorship(context)
    if parent is None:
        return
    if parent.data["forme"] == "pret_main_oeuvre" and not recu.salaries:
        yield Breach(
            "salaries",
            f"{parent.reference} prête un salarié : le reçu donne le détail de cette mise à "
            "disposition (nombre, qualification, temps, valeur).",
        )
    billed = parent.data["facturation"]["montant_centimes"] or 0
    if recu.facture_centimes > billed:
        yield Breach(
            "facture_centimes",
            f"{parent.reference} ne prévoit de facturer que {_amount(billed)}.",
            billed,
        )
    elif billed and not recu.facture_centimes:
        yield Breach(
            "facture_centimes",
            f"{parent.reference} prévoit une facturation de {_amount(billed)} : ce qui a été "
            "facturé sur cette période n’est pas un don et se retire du total.",
            None,
            "warning",
        )


def _value_given_by_the_company(recu: Recu, context: Context) -> Iterator[Breach]:
    parent = sponsorship(context)
    if parent is None:
        return
    worth = parent.data.get("valorisation")
    if worth is None and recu.piece_valeur is None:
        yield Breach(
            "piece_valeur",
            f"{parent.reference} ne porte pas de valorisation : nommer l’écrit par lequel "
            "l’entreprise a donné cette valeur, et le garder.",
        )
    if worth is not None and recu.valeur_centimes() > worth["montant_centimes"]:
        yield Breach(
            "total_centimes",
            f"la valeur des lignes dépasse celle que l’entreprise a donnée dans {parent.reference} "
            f"({_amount(worth['montant_centimes'])}).",
        )


_ARTICLE = "CGI, article 238 bis, 5 bis"
_FORM = f"{_ARTICLE} ; mentions du formulaire 2041-MEC-SD (Cerfa 16216)"
_LINES = ("nature", "salaries", "versement", "facture_centimes")

RULES: tuple[Rule, ...] = (
    Rule(
        "F6",
        "Le total est la somme des lignes",
        "bon sens",
        "error",
        ALWAYS,
        (*_LINES, "total_centimes"),
        _total_of_the_lines,
        "inference",
        "Lignes de 1 000 et 500 euros, 200 euros facturés : le total est 1 300 euros.",
    ),
    Rule(
        "F7",
        "Les mentions du formulaire",
        _FORM,
        "error",
        RECEIPTS_DUE,
        ("organisation", "entreprise", *_LINES),
        _entries_of_the_form,
        "confirmed",
        "Forme juridique de l’entreprise absente, ou aucun don décrit : refusé.",
    ),
    Rule(
        "F9",
        "Détail des salariés et part facturée, selon la convention",
        _FORM,
        "error",
        RECEIPTS_DUE,
        _LINES,
        _as_the_convention_says,
        "confirmed",
        "Prêt de main-d’œuvre sans détail de la mise à disposition : refusé.",
    ),
    Rule(
        "F10",
        "Valeur donnée par l’entreprise",
        _ARTICLE,
        "warning",
        ALWAYS,
        (*_LINES, "piece_valeur"),
        _value_given_by_the_company,
        "confirmed",
        "Ni valorisation dans la convention, ni écrit de l’entreprise : avertissement.",
    ),
)
