"""The commands on a home of their own: what they print, leave and exit with."""

from __future__ import annotations

import shutil
import socket
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from docgen.cli import deadlines, following
from docgen.deadlines import State
from docgen.settings import read_settings
from docgen.wiring import open_ports
from tests.ceremonies import sign_all
from tests.cli.conftest import Docgen
from tests.samples import PARTENARIAT, PMSMP, changed

pytestmark = pytest.mark.slow

FileOf = Callable[[str, dict[str, Any]], Path]


def everyone_signs(home: Path) -> None:
    with open_ports(read_settings()) as ports:
        sign_all(ports, home / "mail", datetime.now(UTC))


def test_from_two_files_to_an_export_and_what_each_command_answers(
    docgen: Docgen, file_of: FileOf, home: Path, tmp_path: Path
) -> None:
    good, bad = (
        file_of("bonne.json", PARTENARIAT),
        file_of("fausse.json", changed(PMSMP, debut="x")),
    )
    issued = docgen("issue", good, bad, tmp_path / "absent.json", "--json")
    assert issued.code == 3
    assert [one["reference"] for one in issued.json] == [None, "CP-2026-0001", None]
    assert issued.json[1]["status"] == "envoye"
    assert "debut" in issued.json[2]["error"]

    again = docgen("issue", good)
    assert again.code == 0
    assert "CP-2026-0001 (déjà émis, rien de changé)" in again.out
    assert "0 émis, 1 déjà émis, 0 en échec" in again.out
    assert "directement, sans Prefect" in again.out

    row = docgen("status", "--json").json[0]
    assert list(row) == [
        "reference",
        "kind",
        "status",
        "company",
        "start",
        "end",
        "signed",
        "signers",
        "on_paper",
        "waiting_for",
        "expires_on",
        "problem",
        "cites",
        "derogations",
        "noted",
    ]
    assert (row["signed"], row["signers"], row["problem"]) == (0, 2, "")
    assert "Dupont" in docgen("status").out
    assert docgen("status", "CP-2026-0009").code == 3
    assert docgen("export", "CP-2026-0001").code == 4

    everyone_signs(home)
    swept = docgen("sweep", "--json").json
    assert swept["counts"]["archivés"] == 1
    assert "Rien n’attendait" in docgen("sweep").out

    due = docgen("deadlines", "--on", "2027-08-01", "--within", "30", "--json").json
    assert list(due[0]) == [
        "reference",
        "kind",
        "company",
        "start",
        "end",
        "state",
        "period",
        "notice_deadline",
        "next_reminder",
        "days_to_notice",
        "days_to_end",
        "decision",
        "reminder",
        "overlaps",
    ]
    assert (due[0]["notice_deadline"], due[0]["end"]) == ("2027-08-30", "2027-11-30")
    assert docgen("deadlines", "--on", "2027-01-15", "--within", "30", "--json").json == []
    assert docgen("deadlines", "--on", "demain").code == 2

    assert docgen("export", "CP-2026-0001", "--vers", tmp_path).code == 0
    folder = tmp_path / "CP-2026-0001"
    assert docgen("verify", folder).code == 0
    assert docgen("verify", "CP-2026-0001").code == 0
    signed = folder / "convention-signee.pdf"
    answer = docgen("verify", signed, "--json")
    assert (answer.code, answer.json["problems"]) == (0, [])
    content = bytearray(signed.read_bytes())
    content[2000] ^= 0xFF
    signed.chmod(0o600)
    signed.write_bytes(content)
    damaged = docgen("verify", folder)
    assert damaged.code == 5
    assert "convention-signee.pdf" in damaged.out
    assert docgen("verify", tmp_path / "nulle-part.pdf").code == 3
    assert docgen("export", "CP-2026-0001", "--vers", tmp_path).code == 4


def test_reminding_and_cancelling(docgen: Docgen, file_of: FileOf) -> None:
    assert docgen("issue", file_of("stage.json", PMSMP)).code == 0
    assert "3 relance" in docgen("remind", "PMSMP-2026-0001").out
    assert docgen("remind", "PMSMP-2026-0001").code == 4
    for reason in ("", "  ", "x" * 2001):
        assert docgen("cancel", "PMSMP-2026-0001", "--motif", reason).code == 2
    assert docgen("cancel", "PMSMP-2026-0001", "--motif", "Reporté.").code == 0
    assert docgen("status", "--json").json[0]["status"] == "annule"
    assert docgen("remind", "PMSMP-2026-0001").code == 4


def test_a_mail_server_that_refuses_is_said_by_the_commands_that_write(
    docgen: Docgen, file_of: FileOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert docgen("issue", file_of("stage.json", PMSMP)).code == 0
    monkeypatch.setenv("DOCGEN_MAIL", "smtp")
    monkeypatch.setenv("DOCGEN_SMTP_PORT", "9")
    reminded = docgen("remind", "PMSMP-2026-0001")
    assert reminded.code == 0
    assert "courriels en attente" in reminded.out
    swept = docgen("sweep")
    assert swept.code == 0
    assert "3 courriels en attente d’un nouvel essai" in swept.out


def test_render_shows_the_pdf_and_records_nothing(
    docgen: Docgen, file_of: FileOf, tmp_path: Path
) -> None:
    assert docgen("render", file_of("stage.json", PMSMP), "--vers", tmp_path / "vu").code == 0
    assert (tmp_path / "vu" / "stage.pdf").read_bytes().startswith(b"%PDF-")
    assert docgen("status", "--json").json == []


def test_render_makes_what_it_can_of_several_files(
    docgen: Docgen, file_of: FileOf, tmp_path: Path
) -> None:
    good = [file_of("a.json", PMSMP), file_of("c.json", PARTENARIAT)]
    bad = file_of("b.json", changed(PMSMP, objet="visiter"))
    answer = docgen("render", good[0], bad, good[1], "--vers", tmp_path / "vu")
    assert answer.code == 2
    assert sorted(path.name for path in (tmp_path / "vu").iterdir()) == ["a.pdf", "c.pdf"]
    assert "b.json" in answer.out


def test_reproduce_says_identical_and_what_it_does_not_know(
    docgen: Docgen, file_of: FileOf
) -> None:
    assert docgen("issue", file_of("stage.json", PMSMP)).code == 0
    answer = docgen("reproduce", "PMSMP-2026-0001", "--json")
    assert answer.code == 0
    assert answer.json["identical"] is True
    assert answer.json["frozen_sha256"] == answer.json["remade_sha256"]
    assert docgen("reproduce", "PMSMP-2026-0099").code == 3


def test_doctor_tries_the_whole_chain(docgen: Docgen) -> None:
    answer = docgen("doctor")
    assert answer.code == 0
    for word in (
        "État",
        "Clés",
        "Archive",
        "Chaîne complète",
        "horodatage est interne",
        "verrous : aucun",
    ):
        assert word in answer.out


def test_the_first_start_says_where_it_put_the_keys_and_keeps_the_state_private(
    docgen: Docgen, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # As after a demonstration, which makes its own folder under this one.
    home.mkdir(mode=0o755)
    assert docgen("status").code == 0
    assert str(home / "keys") in caplog.text
    assert [path.name for path in home.iterdir() if path.stat().st_mode & 0o077] == []
    caplog.clear()
    assert docgen("status").code == 0
    assert caplog.text == ""


def test_a_database_that_is_none_and_a_fault_of_ours_exit_with_5(
    docgen: Docgen, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert docgen("status").code == 0
    (home / "docgen.sqlite3").write_bytes(b"ceci n'est pas une base " * 100)
    damaged = docgen("status")
    assert damaged.code == 5
    assert "abîmée" in damaged.err
    assert "Traceback" not in damaged.err

    def fails(*_: object) -> None:
        raise KeyError("imprévu")

    monkeypatch.setattr(following, "open_ports", fails)
    unforeseen = docgen("status")
    assert unforeseen.code == 5
    assert "Anomalie imprévue" in unforeseen.err


def test_a_taken_port_is_said_with_its_remedy(docgen: Docgen) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = docgen("serve", "--port", taken.getsockname()[1])
    assert answer.code == 6
    assert "--port" in answer.err


def test_a_wrong_passphrase_stops_the_start(
    docgen: Docgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCGEN_PASSPHRASE", "la bonne")
    assert docgen("status").code == 0
    monkeypatch.setenv("DOCGEN_PASSPHRASE", "la mauvaise")
    answer = docgen("status")
    assert answer.code in {4, 6}
    assert "DOCGEN_PASSPHRASE" in answer.err
    assert "mauvaise" not in answer.err


def test_a_database_that_does_not_answer_stops_the_start_with_a_remedy_and_no_secret(
    docgen: Docgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCGEN_DATABASE_URL", "postgresql+psycopg://x:secret@127.0.0.1:9/x")
    answer = docgen("status")
    assert answer.code == 6
    assert "base" in answer.err
    assert "secret" not in answer.err
    assert "Traceback" not in answer.err


def test_an_archive_that_does_not_answer_is_told_and_stops_nothing(
    docgen: Docgen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in {
        "DOCGEN_ARCHIVE": "s3",
        "DOCGEN_S3_BUCKET": "b",
        "DOCGEN_S3_ENDPOINT": "http://127.0.0.1:9",
        "DOCGEN_S3_ACCESS_KEY": "cle",
        "DOCGEN_S3_SECRET_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    assert docgen("status").code == 0
    (told,) = [one for one in caplog.messages if "S3" in one]
    assert "ne répond pas" in told
    assert "secret" not in told


def test_contradictory_settings_are_all_said_at_once(
    docgen: Docgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCGEN_ARCHIVE", "s3")
    monkeypatch.setenv("DOCGEN_SITE_URL", "example.org")
    answer = docgen("status")
    assert answer.code == 2
    for name in ("DOCGEN_S3_BUCKET", "DOCGEN_S3_ENDPOINT", "DOCGEN_SITE_URL"):
        assert name in answer.err


def test_a_home_that_cannot_be_written_is_said(
    docgen: Docgen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    monkeypatch.setenv("DOCGEN_HOME", str(tmp_path / "fichier" / "var"))
    answer = docgen("status")
    assert answer.code == 6
    assert "DOCGEN_HOME" in answer.err


def test_libreoffice_missing_leaves_a_draft_that_the_next_sweep_takes_up(
    docgen: Docgen, file_of: FileOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from docgen.documents import office

    with monkeypatch.context() as patch:
        patch.setattr(office, "SOFFICE", tmp_path / "absent" / "soffice.bin")
        answer = docgen("issue", file_of("stage.json", PMSMP))
    assert answer.code == 6
    assert "LibreOffice" in answer.out
    assert docgen("status", "--json").json[0]["status"] == "brouillon"
    assert docgen("sweep").code == 0
    assert docgen("status", "--json").json[0]["status"] == "envoye"


def test_names_with_brackets_are_printed_as_they_are(
    docgen: Docgen, file_of: FileOf, tmp_path: Path
) -> None:
    path = file_of("stage[red]x[-].json", changed(PMSMP, entreprise__raison_sociale="A [bold] B"))
    assert "stage[red]x[-].json" in docgen("issue", path).out
    assert "A [bold] B" in docgen("status").out
    shutil.rmtree(tmp_path / "var")


def test_every_state_of_a_convention_has_its_word() -> None:
    assert set(deadlines._STATES) == set(typing.get_args(State))
