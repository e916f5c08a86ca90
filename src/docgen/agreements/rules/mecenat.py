"""Rules of the skills sponsorship: what a loan of staff must say, how long, for whom, for how much.

`frozen_by_receipts` is for the amendment: a value that a tax receipt states changes no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from docgen.agreements.mecenat import Mecenat
from docgen.agreements.rules import ALWAYS, Breach, Check, Rule
from docgen.agreements.rules.context import Context, Parent
from docgen.agreements.rules.dates import last_day_of_period
from docgen.agreements.rules.every_kind import (
    END_AFTER_START,
    capacity_rule,
    different_bodies,
    distinct_signers_rule,
    reachable_rule,
)

# Loi n° 2024-344 du 15 avril 2024, in the Journal officiel of the 16th.
LAW_OF_2024 = dt.date(2024, 4, 17)

_OF_A_LOAN = {
    "salarie": "le salarié mis à disposition n’est pas nommé",
    "accord_salarie_le": "le jour où le salarié a donné son accord n’est pas indiqué",
    "avenant_contrat": "la référence de l’avenant au contrat de travail, que le salarié signe, "
    "n’est pas indiquée",
    "mode_calcul": "le mode de calcul des salaires, charges et frais n’est pas indiqué",
}


def _what_a_loan_says(mecenat: Mecenat, _context: Context) -> Iterator[Breach]:
    if mecenat.forme == "pret_main_oeuvre":
        for field, missing in _OF_A_LOAN.items():
            if getattr(mecenat, field) is None:
                yield Breach(field, f"{missing} ; un prêt de main-d’œuvre l’exige.")


def _no_employee_in_a_service(mecenat: Mecenat, _context: Context) -> Iterator[Breach]:
    if mecenat.forme == "prestation":
        for field in _OF_A_LOAN:
            if getattr(mecenat, field) is not None:
                yield Breach(
                    field,
                    "une prestation ne désigne pas de salarié ; retirer ce champ, ou choisir la "
                    "forme pret_main_oeuvre.",
                )


def _agreed_beforehand(mecenat: Mecenat, context: Context) -> Iterator[Breach]:
    agreed = mecenat.accord_salarie_le
    if agreed is None:
        return
    if agreed > mecenat.debut:
        yield Breach(
            "accord_salarie_le",
            f"le salarié donne son accord au plus tard le premier jour "
            f"({mecenat.debut:%d/%m/%Y}) ; celui-ci est du {agreed:%d/%m/%Y}.",
            min(mecenat.debut, context.issued_on).isoformat(),
        )
    elif agreed > context.issued_on:
        yield Breach(
            "accord_salarie_le",
            f"cet accord est daté d’un jour à venir ({agreed:%d/%m/%Y}) : il n’est pas encore "
            "donné.",
            context.issued_on.isoformat(),
        )


def _at_most(years: int) -> Check:
    def check(mecenat: Mecenat, _context: Context) -> Iterator[Breach]:
        last = last_day_of_period(mecenat.debut, years * 12)
        if mecenat.forme == "pret_main_oeuvre" and mecenat.fin > last:
            yield Breach(
                "fin",
                f"un prêt de main-d’œuvre dure au plus {years} ans : commencé le "
                f"{mecenat.debut:%d/%m/%Y}, il finit au plus tard le {last:%d/%m/%Y}.",
                last.isoformat(),
            )

    return check


def _what_is_billed(mecenat: Mecenat, _context: Context) -> Iterator[Breach]:
    billed = mecenat.facturation.montant_centimes
    worth = mecenat.valorisation
    if mecenat.facturation.mode == "gratuit":
        if billed is not None:
            yield Breach(
                "facturation.montant_centimes",
                "un mécénat gratuit ne facture rien ; retirer le montant, ou choisir le mode "
                "partiel.",
            )
    elif not billed:
        yield Breach(
            "facturation.montant_centimes",
            "le montant facturé manque ; s’il est nul, choisir le mode gratuit.",
        )
    elif worth is not None and billed >= worth.montant_centimes:
        yield Breach(
            "facturation.montant_centimes",
            "le montant facturé n’est pas inférieur à la valeur donnée par l’entreprise : il ne "
            "reste pas de don.",
            worth.montant_centimes - 1,
        )


HOW_TO_REGISTER = (
    "l’écrire dans la fiche de l’organisation (eligible_mecenat: true) et l’enregistrer : "
    "docgen register FICHE.yaml"
)


def _eligible(_mecenat: Mecenat, context: Context) -> Iterator[Breach]:
    if context.eligible_for_gifts is False:
        yield Breach(
            "organisation",
            "d’après sa fiche, l’organisation n’est pas éligible au mécénat. Si elle l’est "
            f"(organisme d’intérêt général), {HOW_TO_REGISTER}.",
        )
    elif context.known and context.eligible_for_gifts is None:
        yield Breach(
            "organisation",
            "l’organisation n’a pas de fiche : son éligibilité au mécénat n’est pas connue. Si "
            f"elle est éligible, {HOW_TO_REGISTER}.",
            None,
            "warning",
        )


def _insured(mecenat: Mecenat, _context: Context) -> Iterator[Breach]:
    if mecenat.entreprise.assurance is None:
        yield Breach(
            "entreprise.assurance",
            "l’assurance de l’entreprise n’est pas indiquée ; elle reste responsable de ses "
            "équipes.",
        )


def _signed_beforehand(mecenat: Mecenat, context: Context) -> Iterator[Breach]:
    if mecenat.debut <= context.issued_on:
        tomorrow = context.issued_on + dt.timedelta(days=1)
        yield Breach(
            "debut",
            f"la mission commence le {mecenat.debut:%d/%m/%Y} : la convention serait signée après "
            "coup.",
            tomorrow.isoformat(),
        )


def frozen_by_receipts(fields: Iterable[str], parent: Parent) -> Iterator[Breach]:
    """A breach for each changed field that a receipt of that sponsorship already states.

    `fields`: the dotted paths that an amendment changes, in its order; the breach is at
    `modifications.<n>.champ`. A receipt out for signature counts: it may be signed any minute.
    """
    receipts = parent.children.get("recu", ())
    for rank, field in enumerate(fields):
        if parent.kind == "mecenat" and receipts and field.split(".")[0] == "valorisation":
            yield Breach(
                f"modifications.{rank}.champ",
                f"la valorisation figure au reçu {receipts[0]} : elle ne change plus.",
            )


_PARTIES = ("organisation", "entreprise")
_LOAN = ("forme", *_OF_A_LOAN)
_THREE_YEARS = Rule(
    "M3",
    "Prêt de main-d’œuvre : trois ans au plus",
    "L8241-3 (loi n° 2024-344 du 15 avril 2024)",
    "error",
    LAW_OF_2024,
    ("forme", "debut", "fin"),
    _at_most(3),
    "confirmed",
    "Du 1er décembre 2026 au 30 novembre 2029 : admis ; au 1er décembre : refusé. La veille du "
    "même quantième est une lecture prudente.",
)
_TWO_YEARS = Rule(
    "M3",
    "Prêt de main-d’œuvre : deux ans au plus, avant la loi de 2024",
    "L8241-3, dans sa rédaction antérieure",
    "error",
    ALWAYS,
    ("forme", "debut", "fin"),
    _at_most(2),
    "confirmed",
    "Émise le 16 avril 2024 pour vingt-cinq mois : refusé ; émise le lendemain : admis.",
    until=LAW_OF_2024 - dt.timedelta(days=1),
)

RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    Rule(
        "M1",
        "Prêt de main-d’œuvre : salarié, accord, avenant, mode de calcul",
        "L8241-2",
        "error",
        ALWAYS,
        _LOAN,
        _what_a_loan_says,
        "confirmed",
        "Prêt sans référence de l’avenant au contrat de travail : refusé.",
    ),
    Rule(
        "M2",
        "Accord du salarié avant la mission",
        "L8241-2",
        "error",
        ALWAYS,
        ("debut", "accord_salarie_le"),
        _agreed_beforehand,
        "confirmed",
        "Accord donné le lendemain du premier jour : refusé ; le premier jour : admis.",
    ),
    _THREE_YEARS,
    _TWO_YEARS,
    Rule(
        "M4",
        "Prestation : aucun salarié désigné",
        "inférence (données nécessaires et elles seules)",
        "error",
        ALWAYS,
        _LOAN,
        _no_employee_in_a_service,
        "inference",
        "Prestation où un salarié est nommé : refusé.",
    ),
    Rule(
        "M5",
        "Facturation partielle, inférieure à la valeur donnée",
        "L8241-3 (facturation nulle ou inférieure au coût)",
        "error",
        ALWAYS,
        ("facturation", "valorisation"),
        _what_is_billed,
        "confirmed",
        "Valeur de 4 000 euros, facturation de 4 000 euros : refusé ; de 3 999 : admis.",
    ),
    Rule(
        "M6",
        "Organisation éligible au mécénat",
        "CGI, article 238 bis ; L8241-3",
        "error",
        ALWAYS,
        ("organisation",),
        _eligible,
        "confirmed",
        "Fiche qui dit l’organisation non éligible : refusé ; pas de fiche : avertissement.",
    ),
    Rule(
        "M7",
        "Assurance de l’entreprise",
        "guides du mécénat de compétences",
        "warning",
        ALWAYS,
        ("entreprise",),
        _insured,
        "secondary",
        "Assureur et police absents : avertissement.",
    ),
    Rule(
        "M8",
        "Signée avant le premier jour",
        "inférence",
        "warning",
        ALWAYS,
        ("debut",),
        _signed_beforehand,
        "inference",
        "Émise le jour où la mission commence : avertissement.",
    ),
    distinct_signers_rule("M9", "preuve de l’acte", "inference", _PARTIES),
    different_bodies("M10", "organisation", "entreprise"),
    capacity_rule(_PARTIES),
    reachable_rule(_PARTIES),
)
