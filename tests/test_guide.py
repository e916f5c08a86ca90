"""The guide of templates' authors says what the code does."""

from __future__ import annotations

import re

import pytest

from docgen.agreements import KINDS
from docgen.documents.lint import RULES
from docgen.documents.lint.catalogue import catalogue
from docgen.documents.lint.shapes import Shape, marks_of_kind
from docgen.french import FILTERS
from scripts.guide import GUIDE, written
from tests.cli.conftest import ROOT

TEXT = GUIDE.read_text(encoding="utf-8")


def test_the_generated_tables_are_those_of_the_code() -> None:
    assert written(TEXT) == TEXT, "lancez : python -m scripts.guide"


def test_every_rule_and_every_filter_is_in_the_guide_and_no_other() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", TEXT, flags=re.MULTILINE)
    named = [row for row in rows if "{" not in row]
    assert sorted(named) == sorted([*RULES, *FILTERS])


def test_every_rule_is_tried_by_a_test() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "tests" / "documents" / "lint").glob("test_*.py"))
    )
    assert [rule for rule in RULES if f'"{rule}"' not in tests] == []


@pytest.mark.parametrize("slug", KINDS)
def test_the_catalogue_opens_every_group_of_a_kind(slug: str) -> None:
    model = KINDS[slug].model
    entries = {entry.mark: entry for entry in catalogue(model)}
    for name, shape in marks_of_kind(model).items():
        assert any(mark == name or mark.startswith(f"{name}.") for mark in entries), name
        assert isinstance(shape, Shape)
    # Nothing that a person may print escapes the check, but for what an avenant changes, which may
    # be of any shape.
    open_ = {mark for mark, entry in entries.items() if entry.sort in {"groupe", "inconnu"}}
    assert {mark.rpartition(".")[2] for mark in open_} <= {"avant", "apres"}
    assert not open_ or slug == "avenant"
    assert entries["signataires[].cadre"].sort == "texte"
    assert entries["debut"].optional is False
