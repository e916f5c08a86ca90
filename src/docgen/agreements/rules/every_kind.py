"""Rules that hold for every agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.rules import ALWAYS, Breach, Mark, Rule
from docgen.agreements.rules.context import Context


def _ends_after_it_starts(agreement: Agreement, _context: Context) -> Iterator[Breach]:
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
    "inference",
    "Du 12 au 11 janvier : refusé ; une période d’un seul jour est admise.",
)


def _may_still_sign(agreement: Agreement, context: Context) -> Iterator[Breach]:
    """A delegation must cover the day of signing, which is never before the day of issue."""
    until = {capacity.email: capacity for capacity in context.capacities}
    for signer in agreement.signataires():
        capacity = until.get(signer.courriel)
        if capacity and capacity.last and capacity.last < context.issued_on:
            yield Breach(
                signer.path,
                f"la délégation de {signer.nom_complet} ({capacity.reference}) a pris fin le "
                f"{capacity.last:%d/%m/%Y} ; la renouveler, ou faire signer quelqu’un d’autre.",
            )


def capacity_rule(needs: tuple[str, ...]) -> Rule:
    """The rule that delegations still run, over the fields that hold the signers."""
    return Rule(
        "D2",
        "Pouvoir de signer en cours",
        "C. civ. 1153 et suivants (représentation)",
        "error",
        ALWAYS,
        needs,
        _may_still_sign,
        "inference",
        "Délégation finie la veille de l’émission : refusé ; le jour même : admis.",
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


def distinct_signers_rule(rule_id: str, source: str, mark: Mark, needs: tuple[str, ...]) -> Rule:
    """The rule that signers are distinct, over the fields that hold them."""
    return Rule(
        rule_id,
        "Un courriel par signataire",
        source,
        "error",
        ALWAYS,
        needs,
        lambda agreement, _context: distinct_emails(agreement.signataires()),
        mark,
        "Deux signataires à la même adresse : refusé.",
    )


def different_bodies(id_: str, left: str, right: str) -> Rule:
    """The rule that two bodies are not one and the same company (same SIREN)."""

    def check(agreement: Agreement, _context: Context) -> Iterator[Breach]:
        ours, theirs = getattr(agreement, left), getattr(agreement, right)
        if ours.siret[:9] == theirs.siret[:9]:
            yield Breach(
                f"{right}.siret",
                f"l’entreprise et l’organisation ont le même SIREN ({theirs.siret[:9]}).",
            )

    base = Rule(
        "",
        "Deux parties distinctes",
        "inférence",
        "error",
        ALWAYS,
        (left, right),
        check,
        "inference",
        "L’organisation signerait avec elle-même : refusé.",
    )
    return replace(base, id=id_)
