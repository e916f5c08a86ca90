"""The yearly report and the company's sheet as people hold them: pages, words, pictures, PDF/A."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path

import pytest

from docgen.actions.ledger.board import board
from docgen.actions.ports import Ports
from docgen.actions.reporting.company_sheet import company_sheet_pdf
from docgen.actions.reporting.period import Asked, year_of
from docgen.actions.reporting.report import DATA, report_pdf
from docgen.actions.takeover.importing import take_over
from docgen.documents.finish import attachments
from docgen.documents.pages import page_count, page_text
from docgen.indicators import DEFINITIONS, Scope
from tests.verapdf import validate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
NOW = dt.datetime(2024, 1, 15, 9, 0, tzinfo=dt.UTC)
ON = NOW.date()
EXAMPLE = Path(__file__).parents[3] / "examples" / "reprise-exemple.xlsx"


@pytest.fixture
def known(ports: Ports) -> Ports:
    numbers = itertools.count(1)
    take_over(ports.database, EXAMPLE.read_bytes(), NOW, lambda: f"{next(numbers):032x}")
    return ports


def words(pdf: bytes) -> str:
    pages = (page_text(pdf, number) for number in range(page_count(pdf)))
    return " ".join(" ".join(pages).replace("\u00a0", " ").replace("\u202f", " ").split())


def test_the_report_holds_every_figure_its_definition_and_its_data(
    known: Ports, tmp_path: Path
) -> None:
    pdf = report_pdf(known, Asked(Scope(year_of(2023), ON)), "Le Fournil Solidaire", NOW)
    said = words(pdf)
    assert "PMSMP commencées (1) 19 9" in said
    assert "Conventions de partenariat en vigueur" in said
    for one in ("pmsmp_commencees", "vers_emploi", "promesse_par_entreprise", "taux_bilan"):
        assert " ".join(DEFINITIONS[one].text.split()) in said
    data = json.loads(attachments(pdf)[DATA])
    assert {row["id"] for row in data} == set(DEFINITIONS)
    path = tmp_path / "rapport.pdf"
    path.write_bytes(pdf)
    assert validate([path], "3b") == []
    assert validate([path], "ua1") == []


def test_a_report_for_outside_hides_few_people_everywhere(known: Ports) -> None:
    asked = Asked(Scope(year_of(2022), ON), outside=True)
    pdf = report_pdf(known, asked, "Le Fournil Solidaire", NOW)
    assert "moins de cinq personnes" in words(pdf)
    data = json.loads(attachments(pdf)[DATA])
    small = [
        row
        for row in data
        if DEFINITIONS[row["id"]].of_people and row["value"] is not None and 0 < row["value"] < 5
    ]
    assert small == []


def test_a_year_of_which_nothing_is_known_still_has_its_report(ports: Ports) -> None:
    pdf = report_pdf(ports, Asked(Scope(year_of(2019), ON)), "Le Fournil Solidaire", NOW)
    assert "PMSMP commencées (1) 0 0" in words(pdf)


def test_the_company_sheet_is_one_page(known: Ports, tmp_path: Path) -> None:
    seen = board(known.database, "356000000", year_of(2023), ON)
    pdf = company_sheet_pdf(known, seen, "Le Fournil Solidaire", NOW)
    assert page_count(pdf) == 1
    said = words(pdf)
    assert "PMSMP accueillies 2 4 tenu" in said
    assert "reprise du passé" in said
    path = tmp_path / "fiche.pdf"
    path.write_bytes(pdf)
    assert validate([path], "3b") == []
    assert validate([path], "ua1") == []
