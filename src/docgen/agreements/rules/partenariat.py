"""Rules of the partnership convention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import Terms
from docgen.agreements.prorata import prorata
from docgen.agreements.rules import ALWAYS, Breach, Rule
from docgen.agreements.rules.context import Context
from docgen.agreements.rules.dates import last_day_of_period, notice_deadline
from docgen.agreements.rules.every_kind import (
    END_AFTER_START,
    capacity_rule,
    different_bodies,
    distinct_signers_rule,
    reachable_rule,
)


def last_possible_day(convention: Partenariat | Terms) -> dt.date | None:
    """Its last day if it is renewed as often as it can be; None when nothing bounds that."""
    renewal = convention.reconduction
    if renewal is None:
        return convention.fin
    if renewal.periode_mois is None or renewal.maximum is None:
        return None
    after = convention.fin + dt.timedelta(days=1)
    return last_day_of_period(after, renewal.periode_mois * renewal.maximum)


def _notice_fits_the_period(convention: Partenariat, _context: Context) -> Iterator[Breach]:
    """A notice longer than a period can't be given while that period runs."""
    notice, renewal = convention.preavis, convention.reconduction
    if convention.debut > convention.fin:
        return
    last = notice_deadline(convention.fin, notice.valeur, notice.unite)
    if last < convention.debut:
        yield Breach(
            "preavis.valeur",
            "le préavis est plus long que la convention : il faudrait le donner le "
            f"{last:%d/%m/%Y}, avant le premier jour ({convention.debut:%d/%m/%Y}).",
            _longest_notice(convention, convention.debut, convention.fin),
        )
        return
    if renewal is None or renewal.periode_mois is None:
        return
    first = convention.fin + dt.timedelta(days=1)
    end = last_day_of_period(first, renewal.periode_mois)
    last = notice_deadline(end, notice.valeur, notice.unite)
    if last < first:
        yield Breach(
            "preavis.valeur",
            f"le préavis est plus long qu’une période de reconduction ({renewal.periode_mois} "
            f"mois) : pour arrêter à la fin de la première, le {end:%d/%m/%Y}, il faudrait le "
            f"donner dès le {last:%d/%m/%Y}.",
            _longest_notice(convention, first, end),
            "warning",
        )


def _longest_notice(convention: Partenariat, first: dt.date, last: dt.date) -> int | None:
    """The longest notice, in the convention's unit, that can be given within those days."""
    unit = convention.preavis.unite
    fitting = (
        value
        for value in range(convention.preavis.valeur - 1, 0, -1)
        if notice_deadline(last, value, unit) >= first
    )
    return next(fitting, None)


def _five_years_with_renewals(convention: Partenariat, _context: Context) -> Iterator[Breach]:
    end = last_possible_day(convention)
    limit = last_day_of_period(convention.debut, 60)
    if end is not None and end > limit:
        renewed = convention.reconduction is not None
        yield Breach(
            "reconduction.maximum" if renewed else "fin",
            f"la convention peut courir jusqu’au {end:%d/%m/%Y}, soit plus de cinq ans ; "
            "les engagements perpétuels sont interdits.",
            None if renewed else limit.isoformat(),
        )


def _bounded_renewal(convention: Partenariat, _context: Context) -> Iterator[Breach]:
    renewal = convention.reconduction
    if renewal is None:
        return
    if renewal.periode_mois is None:
        yield Breach(
            "reconduction.periode_mois",
            "sans durée de période, la convention reconduite devient à durée indéterminée : chacun "
            "pourrait y mettre fin à tout moment, avec le préavis.",
            12,
        )
    if renewal.maximum is None:
        yield Breach(
            "reconduction.maximum",
            "sans nombre maximal de reconductions, la convention n’a pas de terme connu.",
            2,
        )


def _one_convention_at_a_time(convention: Partenariat, context: Context) -> Iterator[Breach]:
    end = last_possible_day(convention)
    for other in context.conventions:
        starts_after = end is not None and other.first > end
        ended_before = other.last is not None and other.last < convention.debut
        if not starts_after and not ended_before:
            until = f"au {other.last:%d/%m/%Y}" if other.last else "sans terme connu"
            yield Breach(
                "debut",
                f"une convention lie déjà cette entreprise : {other.reference}, du "
                f"{other.first:%d/%m/%Y} {until}, reconductions comprises. La modifier par un "
                "avenant, ou y mettre fin.",
                (other.last + dt.timedelta(days=1)).isoformat() if other.last else None,
            )


def _part_of_a_civil_year(convention: Partenariat, _context: Context) -> Iterator[Breach]:
    """A promise by civil year, for a convention that does not begin on 1 January."""
    promised = convention.engagements_entreprise.pmsmp
    begins = (convention.debut.month, convention.debut.day)
    if promised.base != "annee_civile" or begins == (1, 1) or convention.fin < convention.debut:
        return
    end = min(convention.fin, dt.date(convention.debut.year, 12, 31))
    share = prorata(promised.volume_annuel, promised.base, convention.debut, convention.debut, end)
    said = f"{float(share):.1f}".replace(".", ",")
    yield Breach(
        "engagements_entreprise.pmsmp",
        f"{promised.volume_annuel} PMSMP par année civile font {said} du "
        f"{convention.debut:%d/%m/%Y} au {end:%d/%m/%Y}, au prorata des jours.",
    )


_PARTIES = ("entreprise", "organisation")

RULES: tuple[Rule, ...] = (
    END_AFTER_START,
    Rule(
        "C1",
        "Le préavis tient dans la période",
        "inférence",
        "error",
        ALWAYS,
        ("debut", "fin", "preavis"),
        _notice_fits_the_period,
        "inference",
        "Convention d’un an, préavis de treize mois : refusé ; reconduite par périodes de deux "
        "mois, préavis de trois mois : avertissement.",
    ),
    Rule(
        "C2",
        "Cinq ans, reconductions comprises",
        "C. civ. 1210 (le seuil de cinq ans est un choix de prudence)",
        "warning",
        ALWAYS,
        ("debut", "fin", "reconduction"),
        _five_years_with_renewals,
        "inference",
        "Un an, reconduit six fois : avertissement.",
    ),
    distinct_signers_rule("C3", "preuve de l’acte", "inference", _PARTIES),
    different_bodies("C4", "organisation", "entreprise"),
    Rule(
        "C5",
        "Reconduction tacite par périodes, dans une limite",
        "C. civ. 1214 et 1215",
        "warning",
        ALWAYS,
        ("reconduction",),
        _bounded_renewal,
        "confirmed",
        "« Reconduction tacite » sans période : la convention devient à durée indéterminée, "
        "avertissement.",
    ),
    Rule(
        "C6",
        "Une convention à la fois avec une entreprise",
        "inférence",
        "warning",
        ALWAYS,
        ("debut", "fin", "reconduction", "entreprise"),
        _one_convention_at_a_time,
        "inference",
        "Une convention de 2026 reconduite jusqu’en 2028, une autre de 2027 : avertissement.",
    ),
    Rule(
        "C7",
        "Première année civile incomplète",
        "choix de docgen : prorata des jours",
        "info",
        ALWAYS,
        ("debut", "fin", "engagements_entreprise"),
        _part_of_a_civil_year,
        "inference",
        "Six PMSMP par année civile, du 1er décembre au 31 décembre : 0,5.",
    ),
    capacity_rule(_PARTIES),
    reachable_rule(_PARTIES),
)
