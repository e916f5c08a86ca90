"""`docgen check`: says everything that is wrong, creates nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Docgen
from tests.samples import PMSMP, changed

FileOf = Callable[[str, dict[str, Any]], Path]


def test_a_right_file_is_said_to_be_right(docgen: Docgen, file_of: FileOf, home: Path) -> None:
    path = file_of("stage.json", PMSMP)
    answer = docgen("check", path, "--json")
    assert answer.code == 0
    assert answer.json == {"kind": "pmsmp", "valid": True, "findings": []}
    assert "prêt à émettre" in docgen("check", path).out
    assert not home.exists()


def test_a_wrong_file_is_told_with_field_rule_source_and_what_would_pass(
    docgen: Docgen, file_of: FileOf
) -> None:
    path = file_of("stage.json", changed(PMSMP, fin="2027-03-29"))
    answer = docgen("check", path, "--json")
    assert answer.code == 2
    assert (answer.json["kind"], answer.json["valid"]) == ("pmsmp", False)
    finding = next(one for one in answer.json["findings"] if one["field"] == "fin")
    assert set(finding) == {"rule", "level", "field", "message", "source", "allowed"}
    assert (finding["rule"], finding["level"], finding["allowed"]) == ("P1", "error", "2027-02-10")
    assert "D5135" in finding["source"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "vide"),
        (b"type: pmsmp\n  debut: [", "ligne"),
        (b"a: &a [1]\nb: *a\n", "ancres"),
        (b"- 1\n- 2\n", ""),
        (b"type: devis\n", "pmsmp"),
        (b"debut: 2027-01-01\n", "type"),
        (b"\xff\xfe\x00", ""),
        (b"type: pmsmp\x00\n", ""),
        (b"{" * 100_000, ""),
        (b"x" * 10_000_000, "1000 ko au plus"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    docgen: Docgen, tmp_path: Path, content: bytes, word: str
) -> None:
    path = tmp_path / "entree.yaml"
    path.write_bytes(content)
    answer = docgen("check", path)
    assert answer.code == 2
    assert word in answer.out
    assert "Traceback" not in answer.out + answer.err
    assert len(answer.out) < 3000


def test_a_file_that_is_not_there_and_a_folder(docgen: Docgen, tmp_path: Path) -> None:
    missing = docgen("check", tmp_path / "absent.yaml")
    assert missing.code == 3
    assert "absent.yaml" in missing.err
    folder = docgen("check", tmp_path)
    assert folder.code == 2
    assert "dossier" in folder.out + folder.err
