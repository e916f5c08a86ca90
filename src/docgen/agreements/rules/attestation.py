"""Rules of the attestation: from a signed bilan, word for word, once for each nature."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.agreements.attestation import Attestation, said_by
from docgen.agreements.bilan import Bilan
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.cited import cited_and_signed
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.every_kind import END_AFTER_START, capacity_rule, reachable_rule

_SAID = (
    "debut",
    "fin",
    "pmsmp",
    "entreprise",
    "beneficiaire",
    "tuteur",
    "metier",
    "lieu",
    "minutes_realisees",
)


def _bilan_of(context: Context) -> Bilan | None:
    parent = context.parent
    if parent is None or parent.kind != "bilan":
        return None
    return Bilan.model_validate(parent.data)


def _someone_came(attestation: Attestation, _context: Context) -> Iterator[Breach]:
    if attestation.minutes_realisees == 0:
        yield Breach(
            "minutes_realisees",
            "le bilan ne dit aucune heure de présence : il n’y a rien à attester.",
        )


def _only_what_the_bilan_says(attestation: Attestation, context: Context) -> Iterator[Breach]:
    bilan = _bilan_of(context)
    if bilan is None:
        return
    stated = attestation.model_dump(mode="json", include=set(_SAID))
    for field, value in said_by(bilan).items():
        if stated[field] != value:
            plain = value if isinstance(value, (str, int)) else None
            yield Breach(
                field,
                "le bilan dit autre chose : ne pas remplir ce champ, il en est repris.",
                plain,
            )
    ours = bilan.organisation
    if attestation.organisation.siret != ours.siret:
        yield Breach("organisation.siret", f"le bilan est de {ours.raison_sociale}.", ours.siret)


def _once_for_each_nature(attestation: Attestation, context: Context) -> Iterator[Breach]:
    parent = context.parent
    if parent is None:
        return
    for reference in parent.children.get("attestation", ()):
        if parent.said[reference]["nature"] == attestation.nature:
            yield Breach(
                "nature",
                f"{parent.reference} a déjà une attestation de cette nature : {reference}.",
            )


RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    Rule(
        "T1",
        "D’après un bilan signé",
        "choix de docgen",
        "error",
        ALWAYS,
        (),
        cited_and_signed(("bilan",), "un bilan", "PMSMP-2026-0001-B1"),
        "inference",
        "Attester sans bilan, ou d’un bilan que le tuteur n’a pas encore signé : refusé.",
    ),
    Rule(
        "T2",
        "Jamais d’une absence",
        "choix de docgen",
        "error",
        ALWAYS,
        ("minutes_realisees",),
        _someone_came,
        "inference",
        "Le bilan dit une absence : pas d’attestation.",
    ),
    Rule(
        "T3",
        "Rien d’autre que ce que dit le bilan",
        "choix de docgen",
        "error",
        ALWAYS,
        (*_SAID, "organisation"),
        _only_what_the_bilan_says,
        "inference",
        "Écrire 91 h quand le bilan en a compté 87 h 30 : refusé.",
    ),
    Rule(
        "T4",
        "Une attestation de chaque nature par bilan",
        "choix de docgen",
        "warning",
        ALWAYS,
        ("nature",),
        _once_for_each_nature,
        "inference",
        "Une deuxième attestation d’accueil : avertissement.",
    ),
    capacity_rule(("organisation",)),
    reachable_rule(("organisation",)),
)
