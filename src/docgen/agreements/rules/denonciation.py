"""Rules of the notice that ends a partnership convention: when, how, and to what effect."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.agreements.denonciation import Denonciation, period_data
from docgen.agreements.notice import Notice, notice
from docgen.agreements.partenariat import Partenariat, Preavis
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.cited import cited_rule
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.every_kind import END_AFTER_START, capacity_rule, reachable_rule

_FORMS = {
    "lettre_recommandee": "lettre recommandée avec avis de réception",
    "courriel_avec_accuse": "courriel avec accusé de réception",
}


def _convention(context: Context) -> Partenariat | None:
    parent = context.parent
    if parent is None or parent.kind != "partenariat":
        return None
    return Partenariat.model_validate(parent.data)


def _effect(denonciation: Denonciation, context: Context) -> Notice | None:
    convention = _convention(context)
    if convention is None:
        return None
    return notice(convention, denonciation.debut, denonciation.nature)


def _once(_denonciation: Denonciation, context: Context) -> Iterator[Breach]:
    parent = context.parent
    for reference in parent.children.get("denonciation", ()) if parent else ():
        assert parent is not None
        if reference in parent.pending:
            yield Breach(
                "convention",
                f"{parent.reference} est déjà dénoncée par {reference}, qui attend une signature.",
            )


def _while_it_runs(denonciation: Denonciation, context: Context) -> Iterator[Breach]:
    effect = _effect(denonciation, context)
    if effect is not None and not effect.period.runs_on(denonciation.debut):
        assert effect.period.last is not None
        yield Breach(
            "debut",
            f"la convention a pris fin le {effect.period.last:%d/%m/%Y} : il n’y a plus rien à "
            "dénoncer.",
        )
    if denonciation.debut < context.issued_on:
        yield Breach(
            "debut",
            f"le préavis aurait été reçu le {denonciation.debut:%d/%m/%Y}, avant que cet acte soit "
            "établi : garder la preuve de ce jour (avis ou accusé de réception).",
            context.issued_on.isoformat(),
            "warning",
        )


def _something_to_renew(denonciation: Denonciation, context: Context) -> Iterator[Breach]:
    effect = _effect(denonciation, context)
    if effect is None or denonciation.nature != "non_reconduction" or effect.period.notice:
        return
    last = effect.period.last
    yield Breach(
        "nature",
        f"rien ne reconduit la convention après cette période : elle prend fin d’elle-même le "
        f"{last:%d/%m/%Y}."
        if last
        else "la convention n’a plus de terme : elle se résilie, avec le préavis.",
        None if last else "resiliation",
    )


def _computed_end(denonciation: Denonciation, context: Context) -> Iterator[Breach]:
    effect = _effect(denonciation, context)
    if effect is not None and denonciation.fin != effect.end:
        yield Breach(
            "fin",
            f"ce préavis met fin à la convention le {effect.end:%d/%m/%Y} ; ce champ peut être "
            "omis.",
            effect.end.isoformat(),
        )


def _states_the_convention(denonciation: Denonciation, context: Context) -> Iterator[Breach]:
    convention, effect = _convention(context), _effect(denonciation, context)
    if convention is None or effect is None:
        return
    stated = denonciation.periode.model_dump(mode="json")
    for name, value in period_data(effect.period).items():
        if stated[name] != value:
            yield Breach(
                f"periode.{name}",
                "ce n’est pas la période de la convention où tombe ce jour ; ce champ peut être "
                "omis.",
                value,
            )
    if _length(denonciation.preavis) != _length(convention.preavis):
        unit = convention.preavis.unite
        yield Breach(
            "preavis.valeur",
            f"le préavis de la convention est de {convention.preavis.valeur} {unit} ; ce champ "
            "peut être omis.",
            convention.preavis.valeur,
        )
    for body in ("organisation", "entreprise"):
        expected = getattr(convention, body).siret
        if getattr(denonciation, body).siret != expected:
            yield Breach(f"{body}.siret", "ce n’est pas celle de la convention.", expected)


def _length(preavis: Preavis) -> tuple[int, str]:
    return preavis.valeur, preavis.unite


def _agreed_form(denonciation: Denonciation, _context: Context) -> Iterator[Breach]:
    agreed = denonciation.preavis.forme
    if denonciation.forme != agreed:
        yield Breach(
            "forme",
            f"la convention prévoit une {_FORMS[agreed]}."
            if agreed == "lettre_recommandee"
            else f"la convention prévoit un {_FORMS[agreed]}.",
            agreed,
        )


def _in_time(denonciation: Denonciation, _context: Context) -> Iterator[Breach]:
    limit = denonciation.periode.limite
    if limit is not None and denonciation.debut > limit:
        yield Breach(
            "debut",
            f"le dernier jour pour s’opposer à la reconduction était le {limit:%d/%m/%Y} : la "
            "convention est reconduite avant de prendre fin.",
        )


_BODIES = ("organisation", "entreprise")

RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    cited_rule("N1", ("partenariat",), "une convention de partenariat"),
    Rule(
        "N2",
        "Une seule dénonciation",
        "inférence",
        "error",
        ALWAYS,
        (),
        _once,
        "inference",
        "Une dénonciation attend une signature, une autre est émise : refusé.",
    ),
    Rule(
        "N3",
        "Le préavis est donné pendant la convention",
        "C. civ. 1212",
        "error",
        ALWAYS,
        ("debut", "nature"),
        _while_it_runs,
        "inference",
        "Préavis reçu le lendemain du dernier jour : refusé ; avant l’émission : avertissement.",
    ),
    Rule(
        "N4",
        "La non-reconduction suppose une reconduction",
        "C. civ. 1212, 1215",
        "error",
        ALWAYS,
        ("debut", "nature"),
        _something_to_renew,
        "inference",
        "Convention sans tacite reconduction, ou à sa dernière période : refusé.",
    ),
    Rule(
        "N5",
        "La fin est celle que donne le préavis",
        "C. civ. 1211 et 1212 ; clause de durée de la convention",
        "error",
        ALWAYS,
        ("debut", "fin", "nature"),
        _computed_end,
        "inference",
        "Préavis à temps : fin de la période ; en retard : fin de la suivante ; résiliation : au "
        "bout du préavis.",
    ),
    Rule(
        "N6",
        "Le préavis dans son délai",
        "clause de durée de la convention",
        "warning",
        ALWAYS,
        ("debut", "periode"),
        _in_time,
        "inference",
        "Préavis reçu le lendemain du dernier jour pour le donner : avertissement.",
    ),
    Rule(
        "N7",
        "La forme convenue",
        "clause de durée de la convention",
        "warning",
        ALWAYS,
        ("forme", "preavis"),
        _agreed_form,
        "inference",
        "Courriel quand la convention demande une lettre recommandée : avertissement.",
    ),
    Rule(
        "N8",
        "L’acte redit la convention sans la changer",
        "inférence",
        "error",
        ALWAYS,
        ("debut", "nature", "preavis", "periode", *_BODIES),
        _states_the_convention,
        "inference",
        "Préavis de deux mois quand la convention en prévoit trois : refusé.",
    ),
    capacity_rule(("auteur", *_BODIES)),
    reachable_rule(("auteur", *_BODIES)),
)
