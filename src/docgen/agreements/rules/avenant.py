"""Rules of the avenant: what it names, what it says stood before, who signs it."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.agreements.amending import amended, value_at
from docgen.agreements.avenant import AMENDABLE, Avenant
from docgen.agreements.fields import Astray, Place
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.amended import Judge, after, amendable, before, related
from docgen.agreements.rules.amended import rules as amended_rules
from docgen.agreements.rules.cited import cited_rule
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.every_kind import capacity_rule, distinct_signers_rule, reachable_rule
from docgen.agreements.rules.mecenat import frozen_by_receipts

_CONTACTS = {"courriel", "telephone"}
_CONTACT_PERSONS = {"tuteur", "referent", "referents"}


def _names_a_field(avenant: Avenant, context: Context) -> Iterator[Breach]:
    parent = amendable(context.parent)
    for index, change in enumerate(avenant.modifications):
        place = avenant.lieu_de(change)
        if isinstance(place, Astray):
            hint = f" ; vouliez-vous écrire « {place.near} » ?" if place.near else "."
            yield Breach(
                f"modifications.{index}.champ",
                f"« {change.champ} » n’est pas un champ de la convention modifiée{hint}",
                place.near,
            )
            continue
        for fault in place.faults(change.apres):
            inside = f".{fault.field}" if fault.field else ""
            yield Breach(f"modifications.{index}.apres{inside}", fault.message, fault.allowed)
        try:
            amended(parent.data if parent else {}, [(change.champ, change.apres)])
        except KeyError:
            if parent:
                yield Breach(
                    f"modifications.{index}.champ",
                    f"{parent.reference} n’a pas d’élément « {change.champ} » ; pour en ajouter "
                    "un, donner la liste entière.",
                )


def _changes_something_once(avenant: Avenant, _context: Context) -> Iterator[Breach]:
    champs = [change.champ for change in avenant.modifications]
    for index, change in enumerate(avenant.modifications):
        place = avenant.lieu_de(change)
        if isinstance(place, Place) and place.written(change.avant) == place.written(change.apres):
            yield Breach(
                f"modifications.{index}.apres",
                "c’est déjà ce que dit la convention : rien ne change.",
            )
        for other in champs[:index]:
            if related(change.champ, other):
                yield Breach(
                    f"modifications.{index}.champ",
                    f"« {other} » est déjà modifié plus haut : dire chaque changement une fois.",
                )


def _says_what_stood_before(avenant: Avenant, context: Context) -> Iterator[Breach]:
    parent = amendable(context.parent)
    for index, change in enumerate(avenant.modifications if parent else ()):
        assert parent is not None
        place, current = avenant.lieu_de(change), value_at(parent.data, change.champ)
        if isinstance(place, Place) and place.written(change.avant) != place.written(current):
            yield Breach(
                f"modifications.{index}.avant",
                f"ce n’est pas ce que dit {parent.reference} aujourd’hui ; ce champ peut être "
                "omis.",
                current if isinstance(current, (str, int)) else None,
            )


def _same_parties(avenant: Avenant, context: Context) -> Iterator[Breach]:
    parent = amendable(context.parent)
    if parent is None:
        return
    stood = before(parent)
    stands = after(avenant, parent) or stood
    expected = {signer.role: signer for signer in stands.signataires()}
    given = {party.role for party in avenant.parties}
    for role, signer in expected.items():
        if role not in given:
            yield Breach(
                "parties",
                f"{signer.nom_complet} ({signer.qualite}) doit signer : mêmes parties que "
                f"{parent.reference}.",
            )
    names = {one.role: {one.nom_complet} for one in stood.signataires()}
    for index, party in enumerate(avenant.parties):
        if party.role not in expected:
            yield Breach(
                f"parties.{index}.role",
                f"{parent.reference} n’a pas cette partie ; y sont : {', '.join(expected)}.",
            )
        elif party.nom_complet not in {expected[party.role].nom_complet} | names.get(
            party.role, set()
        ):
            known = expected[party.role].nom_complet
            yield Breach(
                f"parties.{index}.nom",
                f"{party.nom_complet} n’est pas le signataire de {parent.reference} ({known}).",
                None,
                None if party.role == "beneficiaire" else "warning",
            )
    for path in ("organisation.siret", "entreprise.siret"):
        body, _, _ = path.partition(".")
        if getattr(avenant, body).siret != value_at(parent.data, path):
            yield Breach(
                path, f"ce n’est pas celle de {parent.reference}.", value_at(parent.data, path)
            )


def _contacts_need_none(avenant: Avenant, _context: Context) -> Iterator[Breach]:
    for index, change in enumerate(avenant.modifications):
        first, _, last = change.champ.partition(".")
        if first in _CONTACT_PERSONS and last.rpartition(".")[2] in _CONTACTS:
            yield Breach(
                f"modifications.{index}.champ",
                "changer le courriel ou le téléphone d’un tuteur ou d’un référent ne demande pas "
                "d’avenant : prévenir les parties suffit.",
            )


def _in_its_turn(_avenant: Avenant, context: Context) -> Iterator[Breach]:
    parent = context.parent
    if parent is None:
        return
    for reference in parent.children.get("avenant", ()):
        if reference in parent.pending:
            yield Breach(
                "convention",
                f"{reference} attend encore des signatures : ce qu’il change n’est pas sûr. "
                "Attendre qu’il soit signé, ou l’annuler.",
            )
    for reference in parent.children.get("bilan", ()):
        yield Breach(
            "convention",
            f"{parent.reference} a un bilan ({reference}) : elle ne se modifie plus.",
        )


def _what_a_receipt_states(avenant: Avenant, context: Context) -> Iterator[Breach]:
    if context.parent is not None:
        fields = [change.champ for change in avenant.modifications]
        yield from frozen_by_receipts(fields, context.parent)


def rules(judge: Judge) -> tuple[Rule, ...]:
    """The rules of the avenant; `judge` says what a kind's own rules think of data."""
    return (
        cited_rule("A1", tuple(AMENDABLE), "une convention que l’on modifie par avenant"),
        Rule(
            "A2",
            "Chaque changement nomme un champ et lui donne une valeur admise",
            "inférence",
            "error",
            ALWAYS,
            ("type_convention", "modifications"),
            _names_a_field,
            "inference",
            "« volume_annuel » : le champ est « engagements_entreprise.pmsmp.volume_annuel ».",
        ),
        Rule(
            "A3",
            "Chaque champ modifié l’est une fois, et change",
            "inférence",
            "error",
            ALWAYS,
            ("type_convention", "modifications"),
            _changes_something_once,
            "inference",
            "La même valeur avant et après : refusé.",
        ),
        Rule(
            "A4",
            "La valeur d’avant est celle de la convention aujourd’hui",
            "preuve de l’acte",
            "error",
            ALWAYS,
            ("type_convention", "modifications"),
            _says_what_stood_before,
            "inference",
            "« avant : 6 » quand un avenant signé a déjà porté le volume à 8 : refusé.",
        ),
        *amended_rules(judge),
        Rule(
            "A9",
            "Signé par les mêmes parties",
            "C. civ. 1193",
            "error",
            ALWAYS,
            ("modifications", "parties", "organisation", "entreprise"),
            _same_parties,
            "confirmed",
            "L’entreprise manque parmi les parties : refusé ; un nouveau gérant : avertissement.",
        ),
        Rule(
            "A10",
            "Un simple contact se corrige sans avenant",
            "choix de docgen",
            "warning",
            ALWAYS,
            ("modifications",),
            _contacts_need_none,
            "inference",
            "Nouveau téléphone du tuteur : avertissement.",
        ),
        Rule(
            "A11",
            "Un avenant après l’autre, et avant le bilan",
            "choix de docgen",
            "error",
            ALWAYS,
            (),
            _in_its_turn,
            "inference",
            "Un avenant attend des signatures, un autre est émis : refusé.",
        ),
        Rule(
            "A13",
            "La valeur d’un reçu ne change plus",
            "CGI, article 238 bis ; choix de docgen",
            "error",
            ALWAYS,
            ("modifications",),
            _what_a_receipt_states,
            "inference",
            "Valorisation modifiée après le reçu fiscal qui la dit : refusé.",
        ),
        distinct_signers_rule("A12", "preuve de l’acte", "inference", ("parties",)),
        capacity_rule(("parties",)),
        reachable_rule(("parties",)),
    )
