"""What an avenant may do to its agreement: stay lawful, keep what it is, in time.

The rules of the amended agreement itself speak through `judge`, which is given: rules know no kind
but their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from docgen.agreements.amending import as_amended, value_at
from docgen.agreements.avenant import AMENDABLE, Avenant, agreement_of, last_day
from docgen.agreements.base import Agreement
from docgen.agreements.fields import Place
from docgen.agreements.periods import current_period
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context, Parent
from docgen.errors import Finding

# What a kind's model and rules say of data, with the facts around it.
Judge = Callable[[str, Mapping[str, Any], Context], Sequence[Finding]]

# Fields that make an agreement what it is, and what a person calls them.
KEPT = (
    ("type", "le type de la convention"),
    ("objet", "l’objet"),
    ("renouvellement", "le lien avec la convention renouvelée"),
    ("beneficiaire.nom", "l’identité du bénéficiaire"),
    ("beneficiaire.prenom", "l’identité du bénéficiaire"),
    ("beneficiaire.date_naissance", "l’identité du bénéficiaire"),
    ("entreprise.siret", "l’entreprise"),
    ("organisation.siret", "l’organisation"),
    ("employeur.siret", "l’employeur, qui est partie"),
    ("prescripteur.siret", "le prescripteur, qui est partie"),
    ("structure_accompagnement.siret", "la structure d’accompagnement, qui est partie"),
)


def before(parent: Parent) -> Agreement:
    """The agreement as it stands."""
    return AMENDABLE[parent.kind].model.model_validate(parent.data)


def after(avenant: Avenant, parent: Parent) -> Agreement | None:
    """The agreement as it would stand; None when its model refuses it."""
    try:
        return AMENDABLE[parent.kind].model.model_validate(_data_after(avenant, parent))
    except ValidationError:
        return None


def amendable(parent: Parent | None) -> Parent | None:
    """The parent, when it is of a kind that an avenant may change."""
    return parent if parent is not None and parent.kind in AMENDABLE else None


def _data_after(avenant: Avenant, parent: Parent) -> dict[str, Any]:
    changes = [{"champ": one.champ, "apres": one.apres} for one in avenant.modifications]
    return as_amended(parent.data, {"modifications": changes})


def _keeps_what_it_is(avenant: Avenant, context: Context) -> Iterator[Breach]:
    parent = amendable(context.parent)
    if parent is None:
        return
    stands, told = after(avenant, parent), _data_after(avenant, parent)
    told = stands.model_dump(mode="json") if stands else told
    said: set[tuple[int, str]] = set()
    for path, name in KEPT:
        for index, change in enumerate(avenant.modifications):
            if not related(path, change.champ) or (index, name) in said:
                continue
            if value_at(told, path) != value_at(parent.data, path):
                said.add((index, name))
                yield Breach(
                    f"modifications.{index}.champ",
                    f"un avenant ne change pas {name} : faire une nouvelle convention.",
                )
    for index, change in enumerate(avenant.modifications):
        for name, what in _NO_PART.items():
            if related(name, change.champ):
                yield Breach(
                    f"modifications.{index}.champ",
                    f"{what} ne fait pas partie de la convention : la donner dans le champ "
                    f"« {name} » de l’avenant.",
                )


_NO_PART = {"derogations": "une dérogation", "signatures": "la façon de signer"}


def _stays_lawful(judge: Judge) -> Callable[[Avenant, Context], Iterator[Breach]]:
    def check(avenant: Avenant, context: Context) -> Iterator[Breach]:
        parent = amendable(context.parent)
        if parent is None or not _each_value_is_right(avenant):
            return
        reasons = {one["regle"]: one for one in parent.data.get("derogations", ())}
        reasons |= {one.regle: one.model_dump(mode="json") for one in avenant.derogations}
        amended = {**_data_after(avenant, parent), "derogations": list(reasons.values())}
        alone = _without_parent(context)
        already = {_said(one) for one in judge(parent.kind, parent.data, alone)}
        for finding in judge(parent.kind, amended, alone):
            # What was already so when the agreement was signed is not the avenant's doing.
            if finding.field != "derogations" and _said(finding) not in already:
                yield _passed_on(finding, avenant)

    return check


def _each_value_is_right(avenant: Avenant) -> bool:
    places = [(change, avenant.lieu_de(change)) for change in avenant.modifications]
    return all(isinstance(place, Place) and not place.faults(c.apres) for c, place in places)


def _without_parent(context: Context) -> Context:
    """The facts around the amended agreement: the one it cites itself was not looked up."""
    return replace(context, parent=None)


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.field, finding.message


def _passed_on(finding: Finding, avenant: Avenant) -> Breach:
    """A finding on the amended agreement, brought to the change that causes it."""
    champs = [change.champ for change in avenant.modifications]
    kin = [index for index, champ in enumerate(champs) if related(champ, finding.field)]
    first_word = finding.field.partition(".")[0]
    near = [index for index, champ in enumerate(champs) if champ.partition(".")[0] == first_word]
    index = (kin or near or [0])[0]
    exact = champs[index] == finding.field
    return Breach(
        f"modifications.{index}.apres",
        finding.message if exact else f"{finding.field} : {finding.message}",
        finding.allowed if exact else None,
        finding.level,
        finding.rule,
        finding.source,
    )


def related(one: str, other: str) -> bool:
    """True when a path is the other, holds it or stands inside it."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _term_before_it_expires(avenant: Avenant, context: Context) -> Iterator[Breach]:
    parent = amendable(context.parent)
    stands = after(avenant, parent) if parent else None
    if parent is None or stands is None:
        return
    stood = before(parent)
    period = current_period(stood, context.issued_on, parent.denounced)
    if period.runs_on(context.issued_on):
        return
    for index, change in enumerate(avenant.modifications):
        if change.champ.partition(".")[0] in {"fin", "reconduction"}:
            yield Breach(
                f"modifications.{index}.champ",
                f"{parent.reference} a pris fin le {period.last:%d/%m/%Y} : son terme ne se "
                "prolonge qu’avant cette date. Faire une nouvelle convention.",
            )


def _takes_effect_while_it_runs(avenant: Avenant, context: Context) -> Iterator[Breach]:
    if avenant.debut < context.issued_on:
        yield Breach(
            "debut",
            f"l’avenant prendrait effet le {avenant.debut:%d/%m/%Y}, avant d’être signé : effet "
            "rétroactif.",
            context.issued_on.isoformat(),
            "warning",
        )
    parent = amendable(context.parent)
    if parent is None:
        return
    stood = before(parent)
    stands = after(avenant, parent) or stood
    first = min(stood.debut, stands.debut)
    if avenant.debut < first:
        yield Breach(
            "debut",
            f"la convention commence le {first:%d/%m/%Y} : un avenant ne prend pas effet plus tôt.",
            first.isoformat(),
        )
    period = current_period(stands, avenant.debut, parent.denounced)
    if not period.runs_on(avenant.debut):
        assert period.last is not None
        yield Breach(
            "debut",
            f"la convention prend fin le {period.last:%d/%m/%Y} : un avenant ne prend pas effet "
            "plus tard.",
            period.last.isoformat(),
        )


def _states_its_last_day(avenant: Avenant, context: Context) -> Iterator[Breach]:
    parent = amendable(context.parent)
    if parent is None:
        return
    stands = agreement_of(AMENDABLE[parent.kind].model, _data_after(avenant, parent), parent.data)
    last: dt.date = last_day(stands, avenant.debut)
    if avenant.fin != last:
        yield Breach(
            "fin",
            f"la convention ainsi modifiée prend fin le {last:%d/%m/%Y} ; ce champ peut être omis.",
            last.isoformat(),
        )


def rules(judge: Judge) -> tuple[Rule, ...]:
    """The rules on the agreement as amended; `judge` says what its own rules think of it."""
    return (
        Rule(
            "A5",
            "L’avenant garde l’objet, la personne et les parties",
            "L5135-1, L5135-4 ; au-delà, choix de docgen",
            "error",
            ALWAYS,
            ("modifications",),
            _keeps_what_it_is,
            "inference",
            "Remplacer « confirmer » par « recruter », ou changer d’entreprise d’accueil : refusé.",
        ),
        Rule(
            "A6",
            "La convention ainsi modifiée respecte ses propres règles",
            "règles de la convention modifiée",
            "error",
            ALWAYS,
            ("type_convention", "modifications", "derogations"),
            _stays_lawful(judge),
            "inference",
            "Prolonger une PMSMP au-delà d’un mois : refusé par P1, au champ « apres ».",
        ),
        Rule(
            "A7",
            "Le terme se prolonge avant d’être échu",
            "C. civ. 1213",
            "error",
            ALWAYS,
            ("modifications",),
            _term_before_it_expires,
            "confirmed",
            "Convention finie le 30 novembre, avenant émis le 1er décembre : refusé.",
        ),
        Rule(
            "A8",
            "La date d’effet tombe pendant la convention",
            "inférence",
            "error",
            ALWAYS,
            ("debut", "modifications"),
            _takes_effect_while_it_runs,
            "inference",
            "Effet au lendemain du dernier jour : refusé ; effet avant l’émission : avertissement.",
        ),
        Rule(
            "A8",
            "Le dernier jour est celui de la convention modifiée",
            "inférence",
            "error",
            ALWAYS,
            ("debut", "fin", "modifications"),
            _states_its_last_day,
            "inference",
            "Champ « fin » qui dit autre chose que la convention modifiée : refusé.",
        ),
    )
