"""Rules on the agreement that another one closes, amends or ends: known, of its kind, signed."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.agreements.base import Agreement
from docgen.agreements.rules import ALWAYS, Breach, Check, Rule
from docgen.agreements.rules.context import Context

_STANDING = {
    "brouillon": "n’est pas encore envoyée",
    "envoye": "n’est pas encore signée par tous",
    "refuse": "a été refusée",
    "expire": "a expiré sans être signée",
    "annule": "est annulée",
}


def cites(context: Context, kinds: tuple[str, ...], unknown: str, other: str) -> Iterator[Breach]:
    """A breach unless the agreement cited is known here, one of `kinds`, and signed by all.

    `unknown` and `other` say it of a number met nowhere, and of another kind. Nothing is said when
    nothing was looked up.
    """
    parent = context.parent
    if parent is None:
        if context.known:
            yield Breach("convention", unknown)
    elif parent.kind not in kinds:
        yield Breach("convention", f"{parent.reference} {other}")
    elif not parent.signed:
        state = _STANDING.get(parent.position, "n’est pas signée")
        yield Breach("convention", f"{parent.reference} {state}.")


def cited_and_signed(kinds: tuple[str, ...], named: str, example: str) -> Check:
    """The check of what may close only such an agreement; `named` and `example` say which."""
    unknown = (
        f"{named} n’est pas dans le registre de cette installation : donner le numéro de celle qui "
        f"y a été signée, par exemple {example}."
    )

    def check(_agreement: Agreement, context: Context) -> Iterator[Breach]:
        yield from cites(context, kinds, unknown, f"n’est pas du bon type : attend {named}.")

    return check


def cited_rule(rule_id: str, kinds: tuple[str, ...], named: str) -> Rule:
    """The rule that the cited agreement is known here, is one of `kinds`, signed, not denounced.

    `named` says in French what may be cited.
    """

    def check(agreement: Agreement, context: Context) -> Iterator[Breach]:
        link = getattr(agreement, "convention", None)
        if link is None and context.parent is None:
            return  # not even a number: the model says so
        number = link.reference if link else ""
        unknown = (
            f"{number} est introuvable ici, et l’acte prend son numéro sous celui de la convention "
            "qu’il cite : corriger ce numéro."
        )
        found = list(cites(context, kinds, unknown, f"n’est pas {named}."))
        yield from found
        parent = context.parent
        if parent is not None and parent.denounced is not None and not found:
            yield Breach(
                "convention",
                f"{parent.reference} est dénoncée et prend fin le {parent.denounced:%d/%m/%Y}.",
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
