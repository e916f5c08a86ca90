"""Spreadsheets, written and read: the home of XlsxWriter and python-calamine.

What is written holds no formula, whatever the texts say; what is read comes from anybody, and is
read in a process of its own (`confined`).
"""

from docgen.spreadsheets.cells import Book, Value, letters
from docgen.spreadsheets.lists import Cell, to_csv, to_json, to_xlsx
from docgen.spreadsheets.reading import read_book
from docgen.spreadsheets.writing import Column, Table, written

__all__ = [
    "Book",
    "Cell",
    "Column",
    "Table",
    "Value",
    "letters",
    "read_book",
    "to_csv",
    "to_json",
    "to_xlsx",
    "written",
]
