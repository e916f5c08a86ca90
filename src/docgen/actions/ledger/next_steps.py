"""What comes next with a company: days to decide, bilans due, what was promised and is not done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.actions.ledger.entries import Entry
from docgen.agreements.partenariat import Partenariat
from docgen.agreements.periods import current_period
from docgen.agreements.rules.windows import Stretch
from docgen.french import nombre
from docgen.indicators import Stay
from docgen.ledger import Line

SOON = dt.timedelta(days=180)


@dataclass(frozen=True)
class NextStep:
    """Something to do; `by` None when no day bounds it."""

    by: dt.date | None
    what: str


@dataclass(frozen=True)
class Running:
    """A convention as next steps need it; `review`: the month of its yearly review, if it says."""

    reference: str
    words: Partenariat
    denounced: dt.date | None
    review: int | None


def next_steps(
    conventions: Sequence[Running],
    lines: Sequence[Line],
    stays: Sequence[Stay],
    noted: Sequence[Entry],
    window: Stretch,
    on: dt.date,
) -> list[NextStep]:
    """In order of their day, those without one last."""
    found = [
        *_of_conventions(conventions, noted, on),
        *_of_stays(stays, on),
        *_of_promises(lines, window, on),
    ]
    return sorted(found, key=lambda one: (one.by or dt.date.max, one.what))


def _of_conventions(
    conventions: Sequence[Running], noted: Sequence[Entry], on: dt.date
) -> Iterator[NextStep]:
    for one in conventions:
        reference = one.reference
        period = current_period(one.words, on, one.denounced)
        if not period.runs_on(on) or period.first > on:
            continue
        if period.notice is not None and on <= period.notice <= on + SOON:
            what = f"Décider de la suite de {reference} : dernier jour pour donner préavis."
            yield NextStep(period.notice, what)
        elif period.notice is None and period.last is not None and period.last <= on + SOON:
            what = f"Préparer la suite de {reference}, qui prend fin ce jour-là."
            yield NextStep(period.last, what)
        if one.review is not None:
            review = _review(one.review, on)
            done = any(entry.kind == "revue" and entry.day >= review - SOON for entry in noted)
            if review <= on + SOON and not done:
                what = f"Tenir le bilan annuel de {reference} (mois prévu par la convention)."
                yield NextStep(review, what)


def _review(month: int, on: dt.date) -> dt.date:
    """The last day of the next month of review, that of today if it is this one."""
    year = on.year + (month < on.month)
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _of_stays(stays: Sequence[Stay], on: dt.date) -> Iterator[NextStep]:
    for stay in stays:
        if stay.outcome is not None:
            continue
        if stay.last < on:
            yield NextStep(stay.last, f"Faire signer le bilan de {stay.reference}.")
        elif stay.first <= on <= stay.last:
            yield NextStep(stay.last, f"{stay.reference} est en cours : préparer son bilan.")
        elif stay.first > on:
            yield NextStep(stay.first, f"{stay.reference} commence.")


def _of_promises(lines: Sequence[Line], window: Stretch, on: dt.date) -> Iterator[NextStep]:
    if not window.first <= on <= window.last:
        return
    for line in lines:
        gap = line.gap
        # A yearly review has its own month, said above.
        if gap is None or gap >= 0 or line.sort.unit != "nombre" or line.sort.slug == "revue":
            continue
        whose = "de l’entreprise" if line.sort.side == "entreprise" else "de l’organisation"
        what = f"{line.sort.title} : il en manque {nombre(-gap, 1)} aux engagements {whose}."
        yield NextStep(window.last, what)
