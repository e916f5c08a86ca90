"""Conventions of the tests, written in a line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docgen.agreements.partenariat import Partenariat
from docgen.deadlines import Life
from tests.samples import PARTENARIAT, REMOVE, changed

D = dt.date.fromisoformat


def convention(
    debut: str,
    fin: str,
    preavis: tuple[int, str] = (3, "mois"),
    reconduction: tuple[int | None, int | None] | None = (12, 2),
    forme: str = "lettre_recommandee",
    **others: Any,
) -> Partenariat:
    """A convention of those dates; `reconduction`: months of a period, most renewals."""
    renewal: Any = REMOVE
    if reconduction is not None:
        renewal = {"periode_mois": reconduction[0], "maximum": reconduction[1]}
    return Partenariat.model_validate(
        changed(
            PARTENARIAT,
            debut=debut,
            fin=fin,
            preavis={"valeur": preavis[0], "unite": preavis[1], "forme": forme},
            reconduction=renewal,
            **others,
        )
    )


def life(agreement: Partenariat, **facts: str | None) -> Life:
    """What was signed about it; days are ISO texts."""
    return Life(agreement, **{name: D(day) for name, day in facts.items() if day})
