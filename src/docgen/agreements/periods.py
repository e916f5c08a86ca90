"""The periods an agreement runs for, and the last day to give notice before the end of each.

A partnership convention runs for its first period, then for each tacit renewal up to the maximum,
if it states one; before the end of each period there is a last day to give notice. Renewed without
a period, it has no term any more (C. civ. 1215). A notice given ends it. The other kinds only end.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.agreements.base import Agreement
from docgen.agreements.partenariat import Partenariat, Preavis, Reconduction, VolumePmsmp
from docgen.agreements.rules.dates import last_day_of_period, notice_deadline


@dataclass(frozen=True)
class Period:
    """A stretch of the agreement's life; `rank` 0 is the initial one, then the renewals.

    `last` None: no term, after a tacit renewal without a period. `notice`: the last day to give
    notice, None when nothing renews it or when notice may be given at any time.
    """

    rank: int
    first: dt.date
    last: dt.date | None
    notice: dt.date | None

    def runs_on(self, day: dt.date) -> bool:
        """True up to its last day."""
        return self.last is None or day <= self.last


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a partnership, what its periods and its deadlines follow from: for who reads thousands.

    `mois_bilan`, `pmsmp`: None when unknown, as of a convention taken over.
    """

    debut: dt.date
    fin: dt.date
    reconduction: Reconduction | None
    preavis: Preavis
    mois_bilan: int | None = None
    pmsmp: VolumePmsmp | None = None


def terms(data: Mapping[str, Any]) -> Terms:
    """The terms in the data of a partnership, amended or taken over.

    Raises KeyError, TypeError or ValueError (pydantic's among them) when they can't be read.
    """
    renewal, notice = data.get("reconduction"), data.get("preavis")
    promised = (data.get("engagements_entreprise") or {}).get("pmsmp")
    return Terms(
        dt.date.fromisoformat(data["debut"]),
        dt.date.fromisoformat(data["fin"]),
        Reconduction.model_validate(renewal) if renewal else None,
        # Only what nothing renews may have been taken over without any.
        Preavis.model_validate(notice or {"valeur": 1, "unite": "mois"}),
        data.get("mois_bilan"),
        VolumePmsmp.model_validate(promised) if promised else None,
    )


def periods(agreement: Agreement | Terms, denounced: dt.date | None = None) -> Iterator[Period]:
    """Every period the agreement can have, in order; without end when nothing bounds renewals.

    `denounced`: the last day that a notice given leaves it. Each renewal's end is reckoned from the
    first day of the first renewal, so month ends do not drift (31 January, 28 February, 31 March).
    """
    convention = agreement if isinstance(agreement, (Partenariat, Terms)) else None
    renewal = convention.reconduction if convention else None
    after = agreement.fin + dt.timedelta(days=1)
    first: dt.date = agreement.debut
    last: dt.date | None = agreement.fin
    for rank in itertools.count():
        assert last is not None
        ends = denounced is not None and last >= denounced
        if ends or renewal is None or convention is None or rank == renewal.maximum:
            yield Period(rank, first, min(last, denounced) if denounced else last, None)
            return
        notice = notice_deadline(last, convention.preavis.valeur, convention.preavis.unite)
        yield Period(rank, first, last, notice)
        first = last + dt.timedelta(days=1)
        if renewal.periode_mois is None:
            yield Period(rank + 1, first, denounced, None)
            return
        last = last_day_of_period(after, renewal.periode_mois * (rank + 1))


def current_period(
    agreement: Agreement | Terms, today: dt.date, denounced: dt.date | None = None
) -> Period:
    """The period of `today`: the first before the start, the last one after the end."""
    current = None
    for current in periods(agreement, denounced):
        if current.runs_on(today):
            break
    assert current is not None
    return current
