"""Rules that hold for every agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from docgen.agreements.base import Agreement, Signataire
from docgen.agreements.rules import ALWAYS, Breach, Mark, Rule
from docgen.agreements.rules.context import Context
from docgen.agreements.signing import mobile
from docgen.ways import Way


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
        capacity = until.get(signer.courriel or "")
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
        if signer.courriel is None:
            continue
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


def _reachable(agreement: Agreement, _context: Context) -> Iterator[Breach]:
    phones: dict[str, Signataire] = {}
    for signer in agreement.signataires():
        way = agreement.moyen(signer)
        if way is Way.COURRIEL and signer.courriel is None:
            yield Breach(
                f"signatures.moyens.{signer.role}",
                f"{signer.nom_complet} n’a pas de courriel : en écrire un, ou choisir sms, "
                "sur_place ou papier.",
            )
        elif way is Way.SMS and not mobile(signer.telephone):
            yield Breach(
                f"signatures.moyens.{signer.role}",
                f"{signer.nom_complet} n’a pas de téléphone mobile (06, 07 ou +…) : en écrire un, "
                "ou choisir courriel, sur_place ou papier.",
            )
        elif way is Way.SMS:
            other = phones.setdefault(signer.telephone or "", signer)
            if other is not signer:
                yield Breach(
                    f"signatures.moyens.{signer.role}",
                    f"{signer.nom_complet} et {other.nom_complet} ont le même téléphone : un seul "
                    "des deux peut signer par SMS.",
                )


def reachable_rule(needs: tuple[str, ...]) -> Rule:
    """The rule that each signer can be reached in their way, over the fields that hold them."""
    return Rule(
        "D5",
        "Chaque signataire est joignable par son moyen de signer",
        "preuve de l’acte",
        "error",
        ALWAYS,
        needs,
        _reachable,
        "inference",
        "SMS pour qui n’a qu’un téléphone fixe : refusé ; sans courriel, sur place : admis.",
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
