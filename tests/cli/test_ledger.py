"""The commands of the ledger, the figures and the takeover, as a shell would call them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from docgen.actions.takeover.model import model_file
from docgen.spreadsheets import read_book
from tests.actions.takeover.test_import import PDF, partnership, stay
from tests.cli.conftest import ROOT, Docgen

EXAMPLE = ROOT / "examples" / "reprise-exemple.xlsx"
AT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def test_the_model_is_written_and_read_back_empty(docgen: Docgen, tmp_path: Path) -> None:
    model = tmp_path / "reprise.xlsx"
    assert docgen("import", "model", "--out", model).code == 0
    assert list(read_book(model.read_bytes()).sheets) == ["Lisez-moi", "Conventions", "PMSMP"]
    refused = docgen("import", model)
    assert refused.code == 2
    assert "aucune ligne" in refused.err
    assert docgen("import", "model").code == 2
    assert docgen("import", tmp_path / "absent.xlsx").code == 3


def test_the_example_import_gives_the_interview_s_figures(docgen: Docgen) -> None:
    dry = docgen("import", EXAMPLE, "--dry-run", "--json").json
    assert (dry["added"], dry["dry_run"]) == (30, True)
    assert docgen("status", "--json").json == []
    assert docgen("import", EXAMPLE, "--json").json["added"] == 30
    again = docgen("import", EXAMPLE, "--json").json
    assert (again["added"], again["known"]) == (0, 30)
    for year, stays, conventions in ((2022, 9, 0), (2023, 19, 2)):
        rows = docgen("indicators", "--annee", year, "--json").json
        told = {row["id"]: row["value"] for row in rows if not row["group"]}
        assert (told["pmsmp_commencees"], told["conventions_actives"]) == (stays, conventions)
    assert {row["status"] for row in docgen("status", "--json").json} == {"repris"}


def test_a_wrong_file_leaves_nothing_and_names_the_cell(docgen: Docgen, tmp_path: Path) -> None:
    wrong = tmp_path / "faux.xlsx"
    wrong.write_bytes(model_file(AT, {"PMSMP": [stay(), stay(numero="2", siret="1")]}))
    answer = docgen("import", wrong)
    assert answer.code == 2
    assert "PMSMP!C3" in answer.err
    assert docgen("status", "--json").json == []


def test_scans_come_with_the_file_or_alone(docgen: Docgen, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(PDF)
    file = tmp_path / "passe.xlsx"
    file.write_bytes(model_file(AT, {"PMSMP": [stay(scan="a.pdf")]}))
    assert docgen("import", file, "--scans", folder, "--json").json["scans"] == 1
    alone = docgen("import", folder / "a.pdf", "--a", "REPRIS-PMSMP-2023-0001")
    assert "y était déjà" in alone.out


def test_an_act_is_noted_listed_shown_and_undone(docgen: Docgen, tmp_path: Path) -> None:
    file = tmp_path / "passe.xlsx"
    rows = {"PMSMP": [stay()], "Conventions": [partnership()]}
    file.write_bytes(model_file(AT, rows))
    assert docgen("import", file).code == 0
    reference = "REPRIS-PMSMP-2023-0001"
    noted = docgen("log", reference, "visite", "--le", "2023-03-02", "--json").json
    assert noted[0]["title"] == "Visite avant le début"
    assert docgen("log", reference, "visite", "--le", "2023-03-02").code == 4
    assert docgen("log", reference, "visite", "--le", "2023-13-02").code == 2
    assert docgen("log", "PMSMP-1999-0001", "visite").code == 3
    assert docgen("log", "356000000", "mecenat", "--heures", "3h30", "--le", "2023-10-02").code == 0
    assert docgen("log", "356000000", "achat", "--euros", "12,345").code == 2
    both = docgen("log", "356000000", "--json").json
    assert [(one["kind"], one["quantity"]) for one in both] == [("visite", 1), ("mecenat", 210)]
    assert "Visite avant le début le 02/03/2023" in docgen("status", reference).out
    assert docgen("log", reference, "--annuler", noted[0]["id"]).code == 0
    assert docgen("log", reference, "--json").json == []


def test_promised_and_done_for_a_company(docgen: Docgen, tmp_path: Path) -> None:
    file = tmp_path / "passe.xlsx"
    file.write_bytes(
        model_file(AT, {"PMSMP": [stay(deroulement="complet")], "Conventions": [partnership()]})
    )
    docgen("import", file)
    convention = "REPRIS-CP-2023-0001"
    added = docgen("promise", convention, "mecenat", "35", "--base", "duree", "--source", "art. 7",
                   "--json")  # fmt: skip
    assert added.json["quantity"] == 2100
    seen = docgen("ledger", "356000000", "--annee", 2023, "--json").json
    told = {line["sort"]: (line["promised"], line["done"]) for line in seen["lines"]}
    assert told["pmsmp"] == (2.01, 1)
    assert told["mecenat"][1] == 0
    assert "PMSMP accueillies" in docgen("ledger", convention, "--annee", 2023).out


def test_events_are_noted_completed_listed_and_cancelled(docgen: Docgen) -> None:
    add = ("event", "add", "job_dating", "--le", "2023-11-14", "--entreprise", "356000000=Dupont")
    added = docgen(*add, "--participants", 15, "--json")
    assert added.json[0]["reference"] == "EV-2023-0001"
    assert docgen(*add, "--participants", 15).code == 4
    assert docgen(*add).code == 2
    done = docgen("event", "result", "EV-2023-0001", "--pmsmp", 6, "--json").json
    assert done[0]["stays"] == 6
    assert len(docgen("event", "list", "--annee", 2023, "--json").json) == 1
    assert docgen("event", "cancel", "EV-2023-0001").code == 0
    assert docgen("event", "list", "--annee", 2023, "--json").json == []


@pytest.mark.slow
def test_what_was_taken_over_wrongly_is_cancelled_then_taken_over_again(
    docgen: Docgen, tmp_path: Path
) -> None:
    file = tmp_path / "passe.xlsx"
    file.write_bytes(model_file(AT, {"PMSMP": [stay()], "Conventions": [partnership()]}))
    docgen("import", file)
    file.write_bytes(model_file(AT, {"PMSMP": [stay(fin=dt.date(2023, 3, 16))]}))
    refused = docgen("import", file)
    assert refused.code == 2
    assert "docgen cancel REPRIS-PMSMP-2023-0001" in refused.err
    assert docgen("cancel", "REPRIS-PMSMP-2023-0001", "--motif", "Mauvaise date").code == 0
    assert docgen("import", file, "--json").json["rows"][0]["reference"] == "REPRIS-PMSMP-2023-0002"
    rows = {
        row["reference"]: row for row in docgen("deadlines", "--on", "2024-05-01", "--json").json
    }
    assert rows["REPRIS-CP-2023-0001"]["notice_deadline"] == "2024-05-31"
    checked = docgen("verify", "REPRIS-PMSMP-2023-0002")
    assert checked.code == 4
    assert "repris" in checked.err


def test_figures_leave_as_a_workbook_and_hide_few_people_outside(
    docgen: Docgen, tmp_path: Path
) -> None:
    docgen("import", EXAMPLE)
    target = tmp_path / "chiffres.xlsx"
    assert docgen("indicators", "--annee", 2023, "--xlsx", target).code == 0
    book = read_book(target.read_bytes())
    assert list(book.sheets) == ["Chiffres", "Répartitions", "Entreprises", "Définitions"]
    assert book.sheets["Chiffres"][1][:2] == ["PMSMP commencées", 19.0]
    rows = docgen("indicators", "--annee", 2023, "--externe", "--json").json
    small = [row for row in rows if row["masked"]]
    assert small
    assert all(row["value"] is None and row["shown"] == "< 5" for row in small)
    assert docgen("indicators", "--annee", 2023, "--du", "2023-01-01").code == 2
    assert docgen("indicators", "--entreprise", "12").code == 2
    assert (
        "Conventions de PMSMP signées" in docgen("indicators", "--annee", 2023, "--definitions").out
    )
