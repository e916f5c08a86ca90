"""The figures of a year or a period: on a page, as a workbook, as the yearly report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response

from docgen.access import Act
from docgen.actions.reporting.flat import workbook
from docgen.actions.reporting.period import Asked, figures_of, whose_of, window_of, year_of
from docgen.actions.reporting.pictures import months_drawn, promises_drawn
from docgen.actions.reporting.report import report_marks, report_pdf
from docgen.errors import Finding, InvalidData
from docgen.french import PARIS
from docgen.indicators import Scope
from docgen.web.office.files import XLSX, attached, pdf
from docgen.web.office.following.pictures import lying, standing
from docgen.web.office.forms import Fault, a_day, faults_of
from docgen.web.office.guarding import Inside, to_do

router = APIRouter()
Reader = Annotated[Inside, Depends(to_do(Act.FIGURES))]


@dataclass(frozen=True)
class Typed:
    """What the address asks for, as it was typed: a year, or two days; whose; for outside."""

    annee: str = ""
    du: str = ""
    au: str = ""
    entreprise: str = ""
    referent: str = ""
    externe: str = ""

    @property
    def address(self) -> str:
        return urlencode({name: value for name, value in self.__dict__.items() if value})


Criteria = Annotated[Typed, Depends()]


@router.api_route("/chiffres", methods=["GET", "HEAD"])
def show(me: Reader, typed: Criteria) -> Response:
    """The figures beside those of the time before, with their definitions."""
    faults: tuple[Fault, ...] = ()
    try:
        asked = _asked(me, typed)
    except InvalidData as error:
        faults = faults_of(error)
        asked = _asked(me, Typed())
    now = figures_of(me.ports.database, asked)
    before = figures_of(me.ports.database, asked.before())
    promised = promises_drawn(now)
    months = months_drawn(now, before, asked)
    facts = {
        "rapport": report_marks(now, before, asked, str(me.door.organisation), me.now),
        "mois": months,
        "dessin_mois": standing(replace(months.bars, labels=_initials(months.bars.labels))),
        "promesses": promised,
        "dessin_promesses": lying(promised.bars) if promised else None,
        "saisi": typed,
        "annee": asked.year or "",
        "faults": faults,
    }
    return me.answer("chiffres.html", facts, 422 if faults else 200)


@router.get("/chiffres.xlsx")
def sheets(me: Reader, typed: Criteria) -> Response:
    """The same as a workbook."""
    asked = _asked(me, typed)
    content = workbook(figures_of(me.ports.database, asked), asked, me.now)
    return attached(content, f"indicateurs-{_name(asked)}.xlsx", XLSX)


@router.get("/rapport.pdf")
def report(me: Reader, typed: Criteria) -> Response:
    """The yearly report, to print and to hand over."""
    asked = _asked(me, typed)
    content = report_pdf(me.ports, asked, str(me.door.organisation), me.now)
    return pdf(content, f"rapport-{_name(asked)}")


def _initials(labels: Sequence[str]) -> list[str]:
    """« J », « F », … « D »: what twelve columns have room for; the table names the months."""
    return [label[0].upper() if len(labels) <= 12 else label for label in labels]


def _name(asked: Asked) -> str:
    window = asked.scope.window
    return str(asked.year or f"{window.first:%Y%m%d}-{window.last:%Y%m%d}")


def _asked(me: Inside, typed: Typed) -> Asked:
    """Raises InvalidData, at the field."""
    today = me.now.astimezone(PARIS).date()
    if typed.du or typed.au:
        first = a_day(typed.du, "du") if typed.du else date(today.year, 1, 1)
        window = window_of(first, a_day(typed.au, "au") if typed.au else today)
    else:
        year = typed.annee or str(today.year)
        if not (year.isdecimal() and len(year) == 4):
            message = "écrivez une année, par exemple 2027."
            raise InvalidData([Finding("formulaire", "error", "annee", message)])
        window = year_of(int(year))
    whose = whose_of(typed.entreprise, typed.referent[:200])
    scope = Scope(window, today, me.ports.terms.hire_months)
    return Asked(scope, whose, typed.externe == "oui")
