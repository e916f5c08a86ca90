"""Rules of the PMSMP (Code du travail, L5135-1 to D5135-8): who and why; the whole list.

Durations stand in `duration` and `cumulation`, hours in `working_time` and `rest`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.parties import Organisme
from docgen.agreements.pmsmp import Pmsmp
from docgen.agreements.rules import ALWAYS, Breach, Rule, cumulation, duration, rest, working_time
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.conventions import TWO_CONVENTIONS
from docgen.agreements.rules.dates import age_on
from docgen.agreements.rules.every_kind import (
    END_AFTER_START,
    capacity_rule,
    different_bodies,
    distinct_signers_rule,
    reachable_rule,
)
from docgen.agreements.rules.renewal import RENEWAL
from docgen.agreements.rules.working_time import MAJORITY

MINIMUM_AGE = 16
_DECREE_2023 = dt.date(2024, 1, 1)


def _object_of_the_state_convention(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    state = context.state
    if state is None:
        return
    if not state.first <= pmsmp.debut <= state.last:
        yield Breach(
            "debut",
            f"la convention de l’organisation avec l’État enregistrée ici ({state.number}) va du "
            f"{state.first:%d/%m/%Y} au {state.last:%d/%m/%Y} : enregistrer la suivante, qui dit "
            "les objets admis.",
            None,
            "warning",
        )
        return
    if pmsmp.objet not in state.objets:
        allowed = sorted(state.objets)
        yield Breach(
            "objet",
            f"la convention de l’organisation avec l’État ({state.number}) n’admet pas cet objet ; "
            f"elle admet : {', '.join(allowed) or 'aucun'}.",
            allowed[0] if allowed else None,
        )
    if state.forecast is not None and context.started_this_year >= state.forecast:
        yield Breach(
            "debut",
            f"{context.started_this_year} PMSMP commencent déjà en {pmsmp.debut.year} ; la "
            f"convention avec l’État ({state.number}) en prévoit {state.forecast}.",
            None,
            "warning",
        )


def _some_presence(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
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


def _employer_is_a_party(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    """The employer signs; an inclusion organisation prescribes for its own employees only."""
    prescribes = pmsmp.prescripteur is None
    if prescribes and context.nature == "ETTI":
        yield Breach(
            "prescripteur",
            "une entreprise de travail temporaire d’insertion ne prescrit pas de PMSMP ; nommer le "
            "prescripteur.",
        )
    if prescribes and pmsmp.employeur is not None and not _same_body(pmsmp):
        yield Breach(
            "prescripteur",
            "la personne a un autre employeur : une structure d’insertion ne prescrit que pour ses "
            "propres salariés ; nommer le prescripteur (France Travail, mission locale, Cap "
            "emploi…).",
        )
    stated = pmsmp.beneficiaire.contrat is not None or context.contract is not None
    if prescribes and pmsmp.employeur is None and not stated:
        yield Breach(
            "beneficiaire.contrat",
            "le contrat de travail n’est pas indiqué : la part du contrat (P5) et ses dates (P6) "
            "ne peuvent pas être contrôlées.",
            None,
            "info",
        )


def _same_body(pmsmp: Pmsmp) -> bool:
    employer: Organisme | None = pmsmp.employeur
    return employer is not None and employer.siret[:9] == pmsmp.organisation.siret[:9]


def _legal_representative_of_a_minor(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
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


def _signed_before_it_starts(pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    if pmsmp.debut <= context.issued_on:
        tomorrow = context.issued_on + dt.timedelta(days=1)
        yield Breach(
            "debut",
            f"la période commence le {pmsmp.debut:%d/%m/%Y} : elle serait signée après coup. "
            "Chacun doit signer avant le premier jour.",
            tomorrow.isoformat(),
            "error" if context.reading.late_signature == "refuse" else None,
        )


def _insured_host(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    if pmsmp.entreprise.assurance is None:
        yield Breach(
            "entreprise.assurance",
            "l’assurance de l’entreprise d’accueil n’est pas indiquée ; la convention l’oblige à "
            "en avoir une.",
        )


def _open_site(_pmsmp: Pmsmp, context: Context) -> Iterator[Breach]:
    if context.site == "closed":
        yield Breach(
            "entreprise.siret",
            "cet établissement est fermé d’après le répertoire public des entreprises.",
        )


def _tutor_is_someone_else(pmsmp: Pmsmp, _context: Context) -> Iterator[Breach]:
    tutor = pmsmp.tuteur.courriel
    legal = pmsmp.beneficiaire.representant_legal
    if tutor and tutor in {pmsmp.beneficiaire.courriel, legal.courriel if legal else None}:
        yield Breach(
            "tuteur.courriel",
            "le tuteur a le courriel du bénéficiaire ou de son représentant légal.",
        )


_IF = "règle d’Immersion Facilitée"
_BODIES = ("organisation", "employeur", "prescripteur", "structure_accompagnement")
_SIGNERS = ("beneficiaire", "entreprise", *_BODIES)

RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    *duration.RULES,
    TWO_CONVENTIONS,
    *cumulation.RULES,
    *working_time.RULES,
    *rest.RULES,
    RENEWAL,
    Rule(
        "P7",
        "Objet admis par la convention avec l’État",
        "L5135-1, D5132-43-1",
        "error",
        ALWAYS,
        ("debut", "objet"),
        _object_of_the_state_convention,
        "confirmed",
        "La convention de l’atelier ne prévoit que « confirmer » : « recruter » est refusé.",
    ),
    Rule(
        "P8",
        "Toutes les mentions obligatoires, dont des heures de présence",
        "D5135-2",
        "error",
        _DECREE_2023,
        ("debut", "fin", "horaires"),
        _some_presence,
        "confirmed",
        "Un champ obligatoire vide, ou aucune heure entre le premier et le dernier jour : refusé.",
    ),
    Rule(
        "P9",
        "L’employeur est partie",
        "D5135-1, L5135-2",
        "error",
        ALWAYS,
        ("beneficiaire", *_BODIES),
        _employer_is_a_party,
        "confirmed",
        "Salariée d’un autre employeur, prescrite par l’atelier : refusé.",
    ),
    Rule(
        "P10",
        "16 ans au moins ; avant 18 ans, le représentant légal signe",
        _IF,
        "error",
        ALWAYS,
        ("debut", "beneficiaire"),
        _legal_representative_of_a_minor,
        "secondary",
        "17 ans au premier jour sans représentant légal : refusé.",
    ),
    Rule(
        "P14",
        "Signée avant le premier jour",
        "inférence",
        "warning",
        ALWAYS,
        ("debut",),
        _signed_before_it_starts,
        "inference",
        "Émise le jour où elle commence : avertissement (ou refus, par réglage).",
    ),
    Rule(
        "P15",
        "Assurance de l’entreprise d’accueil",
        "obligations des parties, Cerfa 13912*05",
        "warning",
        ALWAYS,
        ("entreprise",),
        _insured_host,
        "confirmed",
        "Assureur et police absents : avertissement.",
    ),
    distinct_signers_rule("P17", _IF, "secondary", _SIGNERS),
    Rule(
        "P17",
        "Le tuteur n’est pas le bénéficiaire",
        _IF,
        "error",
        ALWAYS,
        ("tuteur", "beneficiaire"),
        _tutor_is_someone_else,
        "secondary",
        "Le tuteur a le courriel du bénéficiaire : refusé.",
    ),
    different_bodies("P18", "organisation", "entreprise"),
    Rule(
        "D3",
        "Établissement ouvert",
        "répertoire public des entreprises",
        "error",
        ALWAYS,
        ("entreprise",),
        _open_site,
        "inference",
        "SIRET fermé au répertoire : refusé ; répertoire muet : rien n’est empêché.",
    ),
    capacity_rule(_SIGNERS),
    reachable_rule(_SIGNERS),
)
