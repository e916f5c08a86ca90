"""Rules of the PMSMP (Code du travail, D5135-1 to D5135-8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import Breach, Rule
from docgen.agreements.rules.dates import age_on, last_day_of_period
from docgen.agreements.rules.every_kind import (
    ALWAYS,
    END_AFTER_START,
    different_bodies,
    distinct_signers_rule,
)

MAJORITY = 18
MINIMUM_AGE = 16
_DECREE_2023 = dt.date(2024, 1, 1)


def _one_month_at_most(pmsmp: Pmsmp) -> Iterator[Breach]:
    last = last_day_of_period(pmsmp.debut, 1)
    if pmsmp.fin > last:
        yield Breach(
            "fin",
            "une PMSMP dure au plus un mois de date à date : commencée le "
            f"{pmsmp.debut:%d/%m/%Y}, elle finit au plus tard le {last:%d/%m/%Y}.",
            last.isoformat(),
        )


def _some_presence(pmsmp: Pmsmp) -> Iterator[Breach]:
    if pmsmp.fin >= pmsmp.debut and not pmsmp.presence_days():
        yield Breach(
            "horaires.semaine",
            "aucune heure de présence entre le premier et le dernier jour.",
        )
    for date in pmsmp.horaires.exceptions:
        if not pmsmp.debut <= date <= pmsmp.fin:
            yield Breach(
                f"horaires.exceptions.{date.isoformat()}",
                "cette date est hors de la période.",
                min(max(date, pmsmp.debut), pmsmp.fin).isoformat(),
            )


def _legal_representative_of_a_minor(pmsmp: Pmsmp) -> Iterator[Breach]:
    birth = pmsmp.beneficiaire.date_naissance
    age = age_on(birth, pmsmp.debut)
    if birth >= pmsmp.debut or age > 120:
        yield Breach("beneficiaire.date_naissance", "cette date de naissance est impossible.")
    elif age < MINIMUM_AGE:
        # Born on 29 February: the sixteenth birthday is a leap day only every other time.
        month, day = (3, 1) if (birth.month, birth.day) == (2, 29) else (birth.month, birth.day)
        earliest = dt.date(birth.year + MINIMUM_AGE, month, day)
        yield Breach(
            "debut",
            f"le bénéficiaire a {age} ans au premier jour ; il en faut au moins {MINIMUM_AGE}.",
            earliest.isoformat(),
        )
    elif age < MAJORITY and pmsmp.beneficiaire.representant_legal is None:
        yield Breach(
            "beneficiaire.representant_legal",
            f"le bénéficiaire a {age} ans au premier jour : son représentant légal doit signer.",
        )


def _tutor_is_someone_else(pmsmp: Pmsmp) -> Iterator[Breach]:
    tutor = pmsmp.tuteur.courriel
    legal = pmsmp.beneficiaire.representant_legal
    if tutor and tutor in {pmsmp.beneficiaire.courriel, legal.courriel if legal else None}:
        yield Breach(
            "tuteur.courriel",
            "le tuteur a le courriel du bénéficiaire ou de son représentant légal.",
        )


RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    Rule(
        "P1",
        "Un mois de date à date",
        "D5135-3 al. 1",
        "error",
        ALWAYS,
        ("debut", "fin"),
        _one_month_at_most,
    ),
    Rule(
        "P8",
        "Des heures de présence",
        "D5135-2 5° et 6°",
        "error",
        _DECREE_2023,
        ("debut", "fin", "horaires"),
        _some_presence,
    ),
    Rule(
        "P10",
        "Mineurs",
        "règle d’Immersion Facilitée",
        "error",
        ALWAYS,
        ("debut", "beneficiaire"),
        _legal_representative_of_a_minor,
    ),
    distinct_signers_rule(
        "P17",
        "règle d’Immersion Facilitée",
        (
            "beneficiaire",
            "entreprise",
            "organisation",
            "employeur",
            "prescripteur",
            "structure_accompagnement",
        ),
    ),
    Rule(
        "P17",
        "Le tuteur n’est pas le bénéficiaire",
        "règle d’Immersion Facilitée",
        "error",
        ALWAYS,
        ("tuteur", "beneficiaire"),
        _tutor_is_someone_else,
    ),
    different_bodies("P18", "organisation", "entreprise"),
)
