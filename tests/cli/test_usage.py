"""What the command line says of itself, and of what is mistyped."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from docgen.cli import loaded
from docgen.cli.commands import COMMANDS
from tests.cli.conftest import Docgen

ROLES = "(possible : administrator, officer, counsellor, reader, auditor)"


def test_the_list_names_every_command_and_loads_none(docgen: Docgen) -> None:
    said = docgen("--help")
    assert said.code == 0
    listed = re.findall(r"^│ ([a-z][a-z-]*) ", said.out, re.MULTILINE)
    assert listed == list(COMMANDS)
    asked = "from docgen.cli import main; main()"
    heavy = (
        "import sys; sys.exit(any(m in sys.modules for m in ('sqlalchemy', 'pyhanko', 'prefect')))"
    )
    alone = subprocess.run(
        [sys.executable, "-c", f"try:\n    {asked}\nexcept SystemExit:\n    {heavy}", "--help"],
        capture_output=True,
        check=False,
    )
    assert alone.returncode == 0, alone.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_of_itself_what_the_list_says(name: str) -> None:
    first, *_ = (loaded(COMMANDS[name]).help or "").split("\n\n")
    assert " ".join(first.split()) == COMMANDS[name].line


@pytest.mark.parametrize(
    ("typed", "said", "help_of"),
    [
        ("statu", "Commande inconnue : « statu » (possible : status).", "docgen"),
        ("event foo", "Commande inconnue : « foo ».", "docgen event"),
        ("status --jours", "Option inconnue : « --jours » (possible : --json).", "docgen status"),
        ("status a b c", "En trop : « b c ».", "docgen status"),
        ("render", "Il manque « files ».", "docgen render"),
        ("event add salon", "Il manque « --le ».", "docgen event add"),
        ("indicators --annee", "Il manque une valeur à « --annee ».", "docgen"),
        ("indicators --annee x", "--annee : un nombre entier est attendu.", "docgen indicators"),
        ("account invite a@b.fr --role roi", f"--role : « roi » n’est pas possible {ROLES}.",
         "docgen account invite"),
    ],
)  # fmt: skip
def test_what_is_mistyped_is_told_in_french_with_what_helps(
    docgen: Docgen, typed: str, said: str, help_of: str
) -> None:
    answer = docgen(*typed.split())
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.replace("\u00a0", " ") == f"✗ {said}\n  Aide : {help_of} --help\n"


def test_nothing_typed_shows_the_help(docgen: Docgen) -> None:
    assert docgen().code == docgen("event").code == 2
    assert "Commande" not in docgen("event").err
