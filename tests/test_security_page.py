"""docs/security.md: every rule has its tests, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.actions.test_attacks import ATTACKS, NUMBERED

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# The areas of the security study, in its order; and what issue 5 lists as bad input and faults.
AREAS = (
    "Lien personnel", "Code", "Visite", "Formulaires", "Cadres et contenu", "Droits", "Étapes",
    "Document montré", "Fichiers reçus", "Modèles Word", "LibreOffice", "Appels au dehors",
    "Fournisseur d’identité", "Avis du prestataire", "Clés", "Adresse du visiteur", "Traces",
    "Données personnelles",
)  # fmt: skip
FAULTS = 10


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its two first lines."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_test_that_the_page_names_exists() -> None:
    named = NAMED.findall(PAGE)
    assert len(named) > 60
    known: dict[str, set[str]] = {}
    for path, _ in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        known[path] = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
    assert [f"{path}::{name}" for path, name in named if name not in known[path]] == []


def test_every_area_and_every_fault_has_its_row_and_each_row_its_tests() -> None:
    areas, faults = rows("Les règles"), rows("Mauvaises saisies et pannes")
    assert tuple(area for area, _, _ in areas) == AREAS
    assert len(faults) == FAULTS
    for *_, tests in (*areas, *faults):
        assert NAMED.search(tests), tests
        # Nothing but tests in the last cell: a name in another shape would not be checked.
        assert NAMED.sub("", tests).strip(" ·") == "", tests


def test_the_thirteen_attacks_are_numbered_as_their_tests_are() -> None:
    told = [number for number, _ in rows("Les treize attaques d’un PDF signé")]
    assert told == [f"{number:02}" for number in range(1, 14)]
    assert len(ATTACKS) == len(told)
    assert [name[len("attack ") :][:2] for name in NUMBERED] == told
