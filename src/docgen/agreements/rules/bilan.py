"""Rules of the bilan: it closes one signed PMSMP, once, with what was really done.

« IF » below is Immersion Facilitée, the State's own service, whose code was read: what it asks of a
bilan is practice, not law. Hours stand in `presence`, what comes next in `outcome`.
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.agreements.bilan import Bilan
from docgen.agreements.identity import person_key
from docgen.agreements.parties import Adresse
from docgen.agreements.parts import Part
from docgen.agreements.pmsmp import PMSMP_KINDS, Metier
from docgen.agreements.rules import ALWAYS, Breach, Rule, presence
from docgen.agreements.rules.cited import cited_and_signed
from docgen.agreements.rules.context import Context, Parent
from docgen.agreements.rules.cumulation import same_words
from docgen.agreements.rules.every_kind import (
    END_AFTER_START,
    distinct_signers_rule,
    reachable_rule,
)
from docgen.agreements.rules.outcome import HIRING, RENEWAL_TO_COME
from docgen.agreements.timetable import Horaires

_SIGNERS = ("tuteur", "beneficiaire", "referent", "entreprise", "organisation", "deroulement")
_IF = "règle d’Immersion Facilitée"
# What is filled when the person came, and left empty when nobody did.
_WHEN_PRESENT = ("objectifs", "avis_tuteur", "avis_beneficiaire", "projet")
_NEVER_WHEN_ABSENT = ("objectifs", "competences", "avis_tuteur", "conseils", "avis_beneficiaire")


def pmsmp_of(context: Context) -> Parent | None:
    """The PMSMP that a bilan cites, where it is one."""
    parent = context.parent
    return parent if parent is not None and parent.kind in PMSMP_KINDS else None


def _only_one(_bilan: Bilan, context: Context) -> Iterator[Breach]:
    parent = pmsmp_of(context)
    if parent is None:
        return
    for reference in parent.children.get("bilan", ()):
        yield Breach(
            "convention",
            f"{parent.reference} a déjà un bilan, {reference} ; l’annuler d’abord pour le refaire.",
        )


def _dates_of_the_pmsmp(bilan: Bilan, _context: Context) -> Iterator[Breach]:
    cited = bilan.convention
    for field, day in (("debut", cited.debut), ("fin", cited.fin)):
        if getattr(bilan, field) != day:
            yield Breach(
                field,
                f"un bilan porte les dates de sa PMSMP : {cited.reference} va du "
                f"{cited.debut:%d/%m/%Y} au {cited.fin:%d/%m/%Y}. Une présence plus courte se dit "
                "par « dernier_jour ».",
                day.isoformat(),
            )


def _facts_of_the_pmsmp(bilan: Bilan, context: Context) -> Iterator[Breach]:
    """Hours are computed from the timetable: another one would be hours entered by hand."""
    parent = pmsmp_of(context)
    if parent is None:
        return
    said, person = parent.data, bilan.beneficiaire
    signed = said["beneficiaire"]
    key = person_key(signed["nom"], signed["prenom"], signed["date_naissance"])
    if person_key(person.nom, person.prenom, person.date_naissance.isoformat()) != key:
        yield Breach(
            "beneficiaire",
            f"{parent.reference} est la PMSMP de {signed['prenom']} {signed['nom']}.",
        )
    for body in ("entreprise", "organisation"):
        if getattr(bilan, body).siret != said[body]["siret"]:
            yield Breach(
                f"{body}.siret",
                f"{parent.reference} est signée avec {said[body]['raison_sociale']} "
                f"({said[body]['siret']}).",
                said[body]["siret"],
            )
    if bilan.objet != said["objet"]:
        yield Breach("objet", f"l’objet de {parent.reference} est autre.", said["objet"])
    groups: dict[str, type[Part]] = {"metier": Metier, "lieu": Adresse, "horaires": Horaires}
    for field, model in groups.items():
        if getattr(bilan, field) != model.model_validate(said[field]):
            yield Breach(
                field,
                f"diffère de {parent.reference} : le laisser vide, il en est repris. Un changement "
                "se fait par avenant.",
            )


def _every_objective(bilan: Bilan, context: Context) -> Iterator[Breach]:
    parent = pmsmp_of(context)
    if parent is None or bilan.deroulement == "absence":
        return
    wanted, given = parent.data["objectifs"], [one.texte for one in bilan.objectifs]
    for text in wanted:
        if (times := sum(same_words([text], [one]) for one in given)) != 1:
            yield Breach(
                "objectifs",
                f"un objectif de {parent.reference} "
                + ("n’est pas évalué" if times == 0 else f"est évalué {times} fois")
                + f" : « {text} ».",
            )
    for rank, text in enumerate(given):
        if not any(same_words([text], [one]) for one in wanted):
            yield Breach(
                f"objectifs.{rank}.texte",
                f"cet objectif n’est pas de {parent.reference}, qui a : {' ; '.join(wanted)}",
            )


def _disagreement_is_explained(bilan: Bilan, _context: Context) -> Iterator[Breach]:
    opinion = bilan.avis_beneficiaire
    if opinion is not None and not opinion.accord and opinion.commentaire is None:
        yield Breach(
            "avis_beneficiaire.commentaire",
            "la personne n’est pas d’accord : écrire ce qu’elle en dit, avec ses mots.",
        )


def _filled_as_it_went(bilan: Bilan, _context: Context) -> Iterator[Breach]:
    if bilan.deroulement == "absence":
        for field in _NEVER_WHEN_ABSENT:
            if getattr(bilan, field):
                yield Breach(field, "la personne n’est pas venue : rien à remplir ici.")
        return
    for field in _WHEN_PRESENT:
        if not getattr(bilan, field):
            yield Breach(field, "manque ; ne reste vide que si la personne n’est pas venue.")


_COPIED = ("beneficiaire", "entreprise", "organisation", "objet", "metier", "lieu", "horaires")

RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    Rule(
        "B1",
        "Le bilan d’une PMSMP signée",
        "choix de docgen",
        "error",
        ALWAYS,
        (),
        cited_and_signed(PMSMP_KINDS, "une convention de PMSMP", "PMSMP-2026-0001"),
        "inference",
        "La convention attend encore une signature, ou a été annulée : pas de bilan.",
    ),
    Rule(
        "B2",
        "Un seul bilan par PMSMP",
        _IF,
        "error",
        ALWAYS,
        (),
        _only_one,
        "confirmed",
        "Un deuxième bilan tant que le premier vit : refusé ; après son annulation : admis.",
    ),
    Rule(
        "B3",
        "Les dates de la PMSMP",
        "choix de docgen",
        "error",
        ALWAYS,
        ("debut", "fin", "convention"),
        _dates_of_the_pmsmp,
        "inference",
        "Finir le bilan trois jours plus tôt que la convention : refusé, écrire « dernier_jour ».",
    ),
    Rule(
        "B3",
        "La personne, l’entreprise et les horaires de la PMSMP",
        "choix de docgen",
        "error",
        ALWAYS,
        _COPIED,
        _facts_of_the_pmsmp,
        "inference",
        "D’autres horaires que ceux de la convention : refusé, les heures en sont calculées.",
    ),
    *presence.RULES,
    Rule(
        "B6",
        "Chaque objectif de la convention est évalué",
        "D5135-2 5° (la convention dit comment ses objectifs seront évalués)",
        "error",
        ALWAYS,
        ("objectifs", "deroulement"),
        _every_objective,
        "inference",
        "Trois objectifs convenus, deux évalués : refusé.",
    ),
    Rule(
        "B7",
        "Un désaccord s’explique",
        _IF,
        "error",
        ALWAYS,
        ("avis_beneficiaire",),
        _disagreement_is_explained,
        "confirmed",
        "La personne n’est pas d’accord, sans commentaire : refusé.",
    ),
    Rule(
        "B8",
        "Rempli si la personne est venue, vide sinon",
        _IF,
        "error",
        ALWAYS,
        ("deroulement", "competences", "conseils", *_WHEN_PRESENT),
        _filled_as_it_went,
        "confirmed",
        "Absence, et un avis du tuteur : refusé. Présence sans avis de la personne : refusé.",
    ),
    distinct_signers_rule(
        "B9",
        "preuve de l’acte",
        "inference",
        _SIGNERS,
    ),
    reachable_rule(_SIGNERS),
    HIRING,
    RENEWAL_TO_COME,
)
