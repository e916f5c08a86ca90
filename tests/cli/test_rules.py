"""possible, check --explain, register, registry at the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Docgen

File = Callable[[str, dict[str, Any]], Path]
ASK = ("possible", "--beneficiaire", "Fatou Diallo", "--siret", "356 000 000 00048", "--debut")
PERSON = {
    "type": "beneficiaire",
    "nom": "Diallo",
    "prenom": "Fatou",
    "date_naissance": "1990-05-17",
    "contrat": {
        "nature": "CDDI",
        "debut": "2026-01-01",
        "fin": "2026-06-30",
        "heures_hebdomadaires": 26,
    },
}


def test_what_is_possible_in_json_for_someone_met_nowhere(docgen: Docgen, home: Path) -> None:
    said = docgen(*ASK, "2026-03-02", "--json")
    assert said.code == 0
    assert said.json["known"] is False
    assert (said.json["latest_end"], said.json["binding"]) == ("2026-04-01", "P1")
    assert set(said.json["limits"][0]) == {
        "rule",
        "source",
        "latest_end",
        "used",
        "left",
        "unit",
        "message",
        "next_start",
    }
    assert not home.exists(), "a question leaves nothing behind"


def test_a_registered_contract_binds_and_nothing_possible_exits_4(
    docgen: Docgen, file_of: File
) -> None:
    assert docgen("register", file_of("fatou.json", PERSON)).code == 0
    listed = docgen("registry", "--json").json
    assert [(one["type"], one["label"], one["edition"]) for one in listed] == [
        ("beneficiaire", "Fatou Diallo", 1)
    ]
    said = docgen(*ASK, "2026-06-20", "--json").json
    assert (said["known"], said["latest_end"], said["binding"]) == (True, "2026-06-30", "P6")
    late = docgen(*ASK, "2026-07-01")
    assert late.code == 4
    assert "P6" in late.out


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        ((*ASK, "2026-13-01"), 2, "AAAA-MM-JJ"),
        (("possible", "--beneficiaire", "x", "--siret", "1", "--debut", "2026-01-01"), 2, "SIRET"),
        (("check", "--explain", "Z9"), 3, "Z9"),
        (("registry", "--type", "x"), 3, "fiche"),
    ],
)
def test_a_wrong_question_is_answered_with_its_reason(
    docgen: Docgen, arguments: tuple[str, ...], code: int, word: str
) -> None:
    said = docgen(*arguments)
    assert said.code == code
    assert word in said.out + said.err


def test_a_rule_explains_itself(docgen: Docgen) -> None:
    said = docgen("check", "--explain", "p4")
    assert "D5135-3 al. 3" in said.out
    assert "31 jours" in said.out
    told = docgen("check", "--explain", "P5", "--json").json[0]
    assert (told["mark"], told["overridable"]) == ("secondary", True)


def test_a_bad_sheet_exits_2_and_the_good_one_beside_it_is_kept(
    docgen: Docgen, file_of: File
) -> None:
    bad = file_of("bad.json", {**PERSON, "nom": None})
    said = docgen("register", bad, file_of("good.json", PERSON), "--json")
    assert said.code == 2
    assert [one["error"] is None for one in said.json] == [False, True]
    assert len(docgen("registry", "--json").json) == 1
