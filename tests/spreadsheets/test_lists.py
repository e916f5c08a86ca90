"""Lists that an office opens: French CSV, XLSX and JSON, where no cell is ever a formula."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest

from docgen.spreadsheets import to_csv, to_json, to_xlsx

COLUMNS = ("Référence", "Entreprise", "Du", "Nombre")
HOSTILE = ("=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")')
ROWS = [
    ("PMSMP-2026-0001", "Dupont & Fils <Traiteur> ; « fils »", dt.date(2027, 1, 11), 3),
    *(("CP-2026-0001", one, None, 0) for one in HOSTILE),
]


def test_a_french_excel_opens_the_csv_as_it_is() -> None:
    content = to_csv(COLUMNS, ROWS)
    assert content.startswith(b"\xef\xbb\xbfR\xc3\xa9f\xc3\xa9rence;Entreprise;Du;Nombre\r\n")
    assert b'"Dupont & Fils <Traiteur> ; \xc2\xab fils \xc2\xbb";2027-01-11;3\r\n' in content


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_of_the_csv_is_a_formula(hostile: str) -> None:
    line = to_csv(("Entreprise",), [(hostile,)]).decode().split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")


def test_no_cell_of_the_xlsx_is_a_formula_and_a_day_is_a_day() -> None:
    content = to_xlsx("Dossiers", COLUMNS, ROWS)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK" in strings
    assert "Dupont &amp; Fils &lt;Traiteur&gt;" in strings
    assert "<v>46398</v>" in sheet


def test_the_same_list_makes_the_same_bytes() -> None:
    assert to_xlsx("Dossiers", COLUMNS, ROWS) == to_xlsx("Dossiers", COLUMNS, ROWS)
    assert to_xlsx("Dossiers", COLUMNS, [])


def test_json_says_the_same_for_programs() -> None:
    made = json.loads(to_json(("reference", "company", "start", "count"), ROWS))
    assert made[0]["start"] == "2027-01-11"
    assert made[1] == {"reference": "CP-2026-0001", "company": "=1+1", "start": None, "count": 0}
