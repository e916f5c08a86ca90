"""From the shell: the log, a bag, a backup, the index made again; and how each says no."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from docgen.cli.played_signer import mails
from docgen.settings import read_settings
from docgen.wiring import open_ports
from tests.cli.conftest import Docgen
from tests.kept import archived
from tests.samples import NOW

pytestmark = pytest.mark.slow


@pytest.fixture
def kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two archived agreements, a witness, and no head yet."""
    monkeypatch.setenv("DOCGEN_WITNESSES", "tresorier@example.org")
    with open_ports(read_settings()) as ports:
        for number in (1, 2):
            archived(ports, number, NOW)
    return home


def test_the_log_from_its_first_line_to_a_witness(
    docgen: Docgen, kept: Path, tmp_path: Path
) -> None:
    assert "Aucune tête" in docgen("journal", "head").out
    assert docgen("journal", "proof", "PMSMP-2026-0001").code == 4
    signed = docgen("journal", "sign", "--json")
    assert (signed.code, signed.json["failures"]) == (0, [])
    (head,) = docgen("journal", "head", "--json").json
    assert (head["size"], head["published"], head["waiting"]) == (
        4, ["archive", "mail:tresorier@example.org"], [],
    )  # fmt: skip
    assert head["root"][:16] in docgen("journal", "head").out
    proof = docgen("journal", "proof", "PMSMP-2026-0001").json
    assert (proof["index"], proof["tree_size"], len(proof["path"])) == (0, 4, 2)

    (mail,) = mails(kept / "mail")
    assert mail.to == "tresorier@example.org"
    witness = tmp_path / "tete.json"
    witness.write_bytes(next((kept / "archive" / "j").rglob("sth/*.json")).read_bytes())
    assert docgen("journal", "verify", "--temoin", witness).code == 0
    verdict = docgen("journal", "verify", "--json").json
    assert (verdict["lines"], verdict["heads"], verdict["sound"]) == (4, 1, True)
    assert docgen("journal", "verify", "--archive", kept / "archive").code == 0
    assert docgen("journal", "verify", "--archive", tmp_path / "rien").code == 3

    other = json.loads(witness.read_bytes())
    other["root"] = "0" * 64
    witness.write_text(json.dumps(other, sort_keys=True, separators=(",", ":")))
    refused = docgen("journal", "verify", "--temoin", witness)
    assert refused.code == 5
    assert "Deux histoires" in refused.out
    assert docgen("journal", "recover", "--json").json == {"lines": 0}


def test_bags_leave_alone_or_together(docgen: Docgen, kept: Path, tmp_path: Path) -> None:
    del kept
    made = docgen("export", "PMSMP-2026-0001", "--bag", "--vers", tmp_path, "--json")
    assert made.code == 0
    path = Path(made.json[0]["path"])
    with zipfile.ZipFile(path) as archive:
        assert "PMSMP-2026-0001/VERIFIER.txt" in archive.namelist()
    assert docgen("export", "PMSMP-2026-0001", "--bag", "--vers", tmp_path).code == 4
    both = docgen(
        "export", "PMSMP-2026-0001", "PMSMP-2026-0002", "--bag", "--vers", tmp_path, "--json"
    )
    assert both.code == 0
    assert len({one["path"] for one in both.json}) == 1
    assert docgen("export", "PMSMP-2026-0009", "--bag", "--vers", tmp_path).code == 3


def test_a_database_is_saved_lost_and_comes_back_both_ways(
    docgen: Docgen, kept: Path, tmp_path: Path
) -> None:
    docgen("journal", "sign")
    made = docgen("backup", "--json")
    assert (made.code, made.json["rows"]["agreements"]) == (0, 2)
    assert docgen("restore", made.json["path"]).code == 4
    compared = docgen("rebuild-index", "--comparer", "--vers", tmp_path / "refait.db", "--json")
    assert (compared.code, compared.json["differences"], compared.json["dossiers"]) == (0, [], 2)
    assert docgen("rebuild-index").code == 4
    assert docgen("rebuild-index", "--vers", tmp_path / "refait.db").code == 2
    assert docgen("rebuild-index", "--autorite", tmp_path / "rien.pem").code == 3

    for lost in kept.glob("docgen.sqlite3*"):
        lost.unlink()
    assert docgen("restore", made.json["path"]).code == 0
    assert docgen("journal", "verify").code == 0
    assert docgen("restore", made.json["path"], "--ecraser", "--json").json["before"]

    for lost in kept.glob("docgen.sqlite3*"):
        lost.unlink()
    again = docgen("rebuild-index")
    assert (again.code, "2 dossiers revenus" in again.out.replace("\u00a0", " ")) == (0, True)
    assert [row["status"] for row in docgen("status", "--json").json] == ["archive", "archive"]
    assert docgen("journal", "verify").code == 0


def test_nothing_to_save_is_said(docgen: Docgen, tmp_path: Path) -> None:
    assert docgen("backup").code == 3
    assert docgen("restore", tmp_path / "rien.sqlite3").code == 3


def test_a_drill_is_told_with_its_sample(docgen: Docgen, kept: Path) -> None:
    """Pages that are no PDF come back all the same, and the sample says what they are."""
    del kept
    done = docgen("drill", "--dossiers", "0", "--json")
    assert (done.code, done.json["dossiers"], done.json["differences"]) == (0, 2, [])
    sampled = docgen("drill", "--dossiers", "1", "--json")
    assert sampled.code == 5
    assert len(sampled.json["verified"]) == 1


def test_a_round_of_custody_says_what_it_did_and_what_is_lost(docgen: Docgen, kept: Path) -> None:
    assert "Aucune ronde" in docgen("custody", "status").out
    first = docgen("custody", "run", "--json")
    assert (first.code, first.json["whole"], first.json["findings"]) == (0, True, [])
    assert first.json["counts"]["objets rapprochés"] > 8
    assert "Rien à signaler" in docgen("custody", "run", "--ronde", "horaire").out
    state = docgen("custody", "status", "--json").json
    assert [one["kind"] for one in state["runs"]] == ["horaire", "quotidienne"]
    next((kept / "archive" / "a").rglob("journal.*")).unlink()
    lost = docgen("custody", "run", "--ronde", "horaire")
    assert lost.code == 5
    assert "Aucune copie saine" in lost.out
    assert "DOCGEN_ALARM_TO" in lost.out
    told = docgen("custody", "status")
    assert (told.code, "n’est plus dans la première copie" in told.out) == (5, True)
