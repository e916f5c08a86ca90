"""Rules on the agreement that another one amends or ends: known, of the right kind, signed."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.agreements.base import Agreement
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context, Parent

_STANDING = {
    "brouillon": "n’est pas encore envoyée",
    "envoye": "n’est pas encore signée par tous",
    "refuse": "a été refusée",
    "expire": "n’a pas été signée à temps",
    "annule": "est annulée",
}


def cited_rule(rule_id: str, kinds: tuple[str, ...], named: str) -> Rule:
    """The rule that the cited agreement is known here, is one of `kinds`, signed, not denounced.

    `named` says in French what may be cited. Nothing is said when nothing was looked up.
    """

    def check(agreement: Agreement, context: Context) -> Iterator[Breach]:
        parent = context.parent
        if parent is not None:
            yield from _standing(parent, kinds, named)
        elif context.known and (link := getattr(agreement, "convention", None)):
            yield Breach(
                "convention",
                f"{link.reference} est introuvable ici, et l’acte prend son numéro sous celui de "
                "la convention qu’il cite : corriger ce numéro.",
            )

    return Rule(
        rule_id,
        "La convention citée est connue, signée et en vigueur",
        "inférence",
        "error",
        ALWAYS,
        (),
        check,
        "inference",
        "Numéro inconnu, convention non signée, annulée ou dénoncée : refusé.",
    )


def _standing(parent: Parent, kinds: tuple[str, ...], named: str) -> Iterator[Breach]:
    if parent.kind not in kinds:
        yield Breach("convention", f"{parent.reference} n’est pas {named}.")
    elif not parent.signed:
        yield Breach(
            "convention",
            f"{parent.reference} {_STANDING.get(parent.position, 'n’est pas signée')}.",
        )
    elif parent.denounced is not None:
        yield Breach(
            "convention",
            f"{parent.reference} est dénoncée et prend fin le {parent.denounced:%d/%m/%Y}.",
        )
