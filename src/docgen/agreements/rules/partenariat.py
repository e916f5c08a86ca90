"""Rules of the partnership convention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from docgen.agreements.partenariat import Partenariat
from docgen.agreements.rules import Breach, Rule
from docgen.agreements.rules.dates import last_day_of_period, notice_deadline
from docgen.agreements.rules.every_kind import (
    ALWAYS,
    END_AFTER_START,
    different_bodies,
    distinct_signers_rule,
)


def _notice_fits_the_period(convention: Partenariat) -> Iterator[Breach]:
    """A notice longer than the first period could never be given in time."""
    notice = convention.preavis
    last = notice_deadline(convention.fin, notice.valeur, notice.unite)
    if convention.debut <= convention.fin and last < convention.debut:
        yield Breach(
            "preavis.valeur",
            "le préavis est plus long que la convention : il faudrait le donner le "
            f"{last:%d/%m/%Y}, avant le premier jour ({convention.debut:%d/%m/%Y}).",
        )


def _five_years_with_renewals(convention: Partenariat) -> Iterator[Breach]:
    renewal = convention.reconduction
    end = convention.fin
    if renewal:
        after = convention.fin + dt.timedelta(days=1)
        end = last_day_of_period(after, renewal.periode_mois * renewal.maximum)
    limit = last_day_of_period(convention.debut, 60)
    if end > limit:
        yield Breach(
            "reconduction.maximum" if renewal else "fin",
            f"la convention peut courir jusqu’au {end:%d/%m/%Y}, soit plus de cinq ans ; "
            "les engagements perpétuels sont interdits.",
            None if renewal else limit.isoformat(),
        )


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
    ),
    Rule(
        "C2",
        "Cinq ans, reconductions comprises",
        "C. civ. 1210, seuil de prudence",
        "warning",
        ALWAYS,
        ("debut", "fin", "reconduction"),
        _five_years_with_renewals,
    ),
    distinct_signers_rule("C3", "preuve de l’acte", ("entreprise", "organisation")),
    different_bodies("C4", "organisation", "entreprise"),
)
