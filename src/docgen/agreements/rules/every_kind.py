"""Rules that hold for every agreement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.rules import Breach, Rule

ALWAYS = dt.date(2000, 1, 1)


def _ends_after_it_starts(agreement: Agreement) -> Iterator[Breach]:
    if agreement.fin < agreement.debut:
        yield Breach(
            "fin",
            f"le dernier jour ({agreement.fin:%d/%m/%Y}) précède le premier "
            f"({agreement.debut:%d/%m/%Y}).",
            agreement.debut.isoformat(),
        )


END_AFTER_START = Rule(
    "D1",
    "La fin suit le début",
    "bon sens",
    "error",
    ALWAYS,
    ("debut", "fin"),
    _ends_after_it_starts,
)


def distinct_emails(signers: tuple[Signataire, ...]) -> Iterator[Breach]:
    """A breach for each signer whose e-mail another signer already has.

    The signing link is what ties an act to a person: one mailbox must not sign for two.
    """
    first: dict[str, Signataire] = {}
    for signer in signers:
        other = first.setdefault(signer.courriel, signer)
        if other is not signer:
            yield Breach(
                f"{signer.path}.courriel",
                f"{signer.nom_complet} et {other.nom_complet} ont le même courriel "
                f"({signer.courriel}) ; chaque signataire doit avoir le sien.",
            )


def distinct_signers_rule(rule_id: str, source: str, needs: tuple[str, ...]) -> Rule:
    """The rule that signers are distinct, over the fields that hold them."""
    return Rule(
        rule_id,
        "Un courriel par signataire",
        source,
        "error",
        ALWAYS,
        needs,
        lambda agreement: distinct_emails(agreement.signataires()),
    )


def different_bodies(id_: str, left: str, right: str) -> Rule:
    """The rule that two bodies are not one and the same company (same SIREN)."""

    def check(agreement: Agreement) -> Iterator[Breach]:
        ours, theirs = getattr(agreement, left), getattr(agreement, right)
        if ours.siret[:9] == theirs.siret[:9]:
            yield Breach(
                f"{right}.siret",
                f"l’entreprise et l’organisation ont le même SIREN ({theirs.siret[:9]}).",
            )

    base = Rule("", "Deux parties distinctes", "inférence", "error", ALWAYS, (left, right), check)
    return replace(base, id=id_)
