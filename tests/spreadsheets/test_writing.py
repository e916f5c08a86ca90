"""What is written is what was given: texts stay texts, whatever they begin with."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from docgen.errors import InvalidData
from docgen.spreadsheets import Column, Table, letters, read_book, written

AT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
RISKY = (
    "=1+1",
    "+33123456789",
    "-2",
    "@SUM(A1)",
    "\tx",
    '=HYPERLINK("http://x")',
    "http://example.org",
)


def test_no_text_becomes_a_formula_a_link_or_a_number() -> None:
    content = written([Table("A", (Column("Texte"),), [(one,) for one in RISKY])], "t", AT)
    book = read_book(content)
    assert [row[0] for row in book.sheets["A"][1:]] == [one.strip() for one in RISKY]
    assert book.formulas == {}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
        names = package.namelist()
    assert b"<f>" not in sheet
    assert not any("sheet1.xml.rels" in name for name in names)


def test_values_come_back_as_they_were_and_the_bytes_are_the_same_twice() -> None:
    columns = (Column("Jour", format="date"), Column("Nombre", format="decimal"), Column("Mot"))
    rows = [(dt.date(2023, 3, 6), 12.5, "é&<"), (None, 3, None)]
    tables = [Table("A", columns, rows)]
    content = written(tables, "t", AT)
    assert written(tables, "t", AT) == content
    assert read_book(content).sheets["A"] == [
        ["Jour", "Nombre", "Mot"],
        [dt.date(2023, 3, 6), 12.5, "é&<"],
        [None, 3.0, None],
    ]


@pytest.mark.parametrize(("number", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_named_as_in_a_spreadsheet(number: int, name: str) -> None:
    assert letters(number) == name


def test_too_large_a_file_is_not_even_opened() -> None:
    with pytest.raises(InvalidData, match="20 Mo"):
        read_book(bytes(21 * 1024 * 1024))
