"""docgen template: what an officer types, what is answered, what is left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from docx import Document

from docgen.agreements import KINDS
from tests.cli.conftest import ROOT, Docgen
from tests.documents.lint.drafts import draft

CONVENTIONS = ROOT / "templates" / "conventions"


@pytest.mark.parametrize("slug", KINDS)
def test_the_templates_that_docgen_carries_have_nothing_to_mend(docgen: Docgen, slug: str) -> None:
    answer = docgen("template", "lint", CONVENTIONS / slug, "--json")
    # A field that a document has reasons not to print is told, and no more.
    assert (answer.code, answer.json["errors"]) == (0, 0)
    assert {one["rule"] for one in answer.json["findings"]} <= {"champ-absent"}
    assert answer.json["kind"] == slug


def test_the_evidence_file_s_template_has_no_kind_and_nothing_to_mend_either(
    docgen: Docgen,
) -> None:
    answer = docgen("template", "lint", ROOT / "templates" / "preuve", "--json")
    assert answer.json["kind"] is None
    assert {one["rule"] for one in answer.json["findings"]} == {"type-inconnu"}


@pytest.mark.parametrize("slug", KINDS)
def test_marks_lists_what_a_kind_can_print(docgen: Docgen, slug: str) -> None:
    rows = docgen("template", "marks", slug, "--json").json
    assert list(rows[0]) == ["mark", "sort", "optional", "values"]
    assert {"reference", "titre", "signataires[].nom_complet"} <= {row["mark"] for row in rows}
    assert "signataires[].cadre" in docgen("template", "marks", slug).out
    assert docgen("template", "marks", "bail").code == 3


def test_lint_answers_in_words_and_in_json(docgen: Docgen, tmp_path: Path) -> None:
    path = tmp_path / "essai.docx"
    path.write_bytes(draft("{{ entreprise.raison_social }}"))
    answer = docgen("template", "lint", path, "--kind", "pmsmp")
    assert answer.code == 2
    assert "corps, paragraphe 1" in answer.out
    assert "vouliez-vous écrire `raison_sociale`" in answer.out
    assert "1\u00a0erreur, " in answer.out
    said = docgen("template", "lint", path, "--kind", "pmsmp", "--json")
    assert said.code == 2
    assert list(said.json) == ["file", "kind", "errors", "warnings", "findings"]
    assert said.json["errors"] == 1
    assert said.json["warnings"] == len(said.json["findings"]) - 1
    flaw = next(one for one in said.json["findings"] if one["level"] == "error")
    assert flaw == {
        "rule": "marque-inconnue",
        "level": "error",
        "part": "corps",
        "place": "paragraphe 1",
        "excerpt": "{{ entreprise.raison_social }}",
        "mark": "{{ entreprise.raison_social }}",
        "message": "«\u00a0raison_social\u00a0» est inconnu",
        "suggestion": "vouliez-vous écrire `raison_sociale`\u202f?",
    }


def test_warnings_alone_are_no_failure_and_the_folder_gives_the_kind(
    docgen: Docgen, tmp_path: Path
) -> None:
    folder = tmp_path / "pmsmp"
    folder.mkdir()
    shutil.copy(CONVENTIONS / "pmsmp" / "template.docx", folder)
    assert docgen("template", "lint", folder, "--json").json["kind"] == "pmsmp"
    shutil.copy(folder / "template.docx", tmp_path / "seul.docx")
    answer = docgen("template", "lint", tmp_path / "seul.docx")
    assert (answer.code, "type-inconnu" in answer.out) == (0, True)


def test_what_cannot_be_linted_is_said_by_its_family(docgen: Docgen, tmp_path: Path) -> None:
    assert docgen("template", "lint", tmp_path / "absent.docx").code == 3
    (tmp_path / "vide").mkdir()
    assert docgen("template", "lint", tmp_path / "vide").code == 3
    (tmp_path / "texte.docx").write_bytes(b"du texte")
    assert docgen("template", "lint", tmp_path / "texte.docx").code == 2
    assert docgen("template", "lint", CONVENTIONS / "pmsmp", "--kind", "bail").code == 3


@pytest.mark.slow
def test_from_publishing_to_editing_again(docgen: Docgen, tmp_path: Path) -> None:
    folder = CONVENTIONS / "partenariat"
    first = docgen("template", "publish", folder, "--par", "Samira", "--note", "Première", "--json")
    assert (first.code, list(first.json)) == (
        0,
        ["kind", "version", "sha256", "again", "warnings", "kept_whole", "size_given", "size",
         "office"],
    )  # fmt: skip
    assert "Essai sur full.yaml" in first.err
    assert "déjà publié, version 1" in docgen("template", "publish", folder).out

    edited = tmp_path / "edite.docx"
    assert docgen("template", "export", "partenariat@1", edited).code == 0
    assert docgen("template", "export", "partenariat@1", edited).code == 4
    document = Document(str(edited))
    line = next(one for one in document.paragraphs if "réunissent" in one.text)
    for run in line.runs:
        run.text = run.text.replace("au moins une fois", "au moins deux fois")
    document.save(str(edited))

    told = docgen("template", "diff", "partenariat@1", edited)
    assert told.code == 0
    assert "- Les référents se réunissent au moins une fois par an" in told.out
    assert "+ Les référents se réunissent au moins deux fois par an" in told.out
    said = docgen("template", "diff", "partenariat@1", edited, "--json").json
    assert [list(one) for one in said] == [["part", "place", "change", "before", "after"]]
    assert (said[0]["part"], said[0]["change"]) == ("corps", "modifie")
    assert "Le même texte" in docgen("template", "diff", "partenariat@1", "partenariat@1").out

    second = docgen("template", "publish", edited, "--kind", "partenariat")
    assert "publié, partenariat@2" in second.out
    rows = docgen("template", "list", "--kind", "partenariat", "--json").json
    assert list(rows[0]) == [
        "kind", "version", "current", "sha256", "published_at", "published_by", "note", "warnings",
        "office", "agreements",
    ]  # fmt: skip
    assert [(row["version"], row["current"], row["published_by"]) for row in rows[1:]] == [
        (1, False, "Samira"),
        ("fichier", False, ""),
    ]
    table = docgen("template", "list").out
    assert "partenariat@2" in table
    assert "pmsmp@fichier" in table


@pytest.mark.slow
def test_publishing_refuses_by_the_right_family(docgen: Docgen, tmp_path: Path) -> None:
    path = tmp_path / "essai.docx"
    path.write_bytes(draft("{{ entreprise.raison_social }}", "{{ avantages }}"))
    refused = docgen("template", "publish", path, "--kind", "pmsmp")
    assert refused.code == 2
    assert "vouliez-vous écrire `raison_sociale`" in refused.err
    assert "facultatif-non-garde" in refused.err
    assert docgen("template", "publish", path).code == 2
    assert docgen("template", "diff", "pmsmp@1", path).code == 3
    assert docgen("template", "export", "pmsmp@1", tmp_path / "x.docx").code == 3
    missing = tmp_path / "absent" / "x.docx"
    assert docgen("template", "export", "pmsmp@fichier", missing).code == 6
    rows = docgen("template", "list", "--json").json
    assert {row["version"] for row in rows} == {"fichier"}


def test_a_summary_is_checked_with_its_folder_and_alone(docgen: Docgen, tmp_path: Path) -> None:
    folder = tmp_path / "pmsmp"
    shutil.copytree(CONVENTIONS / "pmsmp", folder)
    (folder / "summary.en.md").write_text("{{ beneficiaire.nmo }}\n", encoding="utf-8")
    said = docgen("template", "lint", folder, "--json")
    assert said.code == 2
    (flaw,) = [one for one in said.json["findings"] if one["rule"] == "marque-inconnue"]
    assert (flaw["part"], flaw["place"]) == ("summary.en.md", "ligne 1")
    alone = docgen("template", "lint", folder / "summary.en.md")
    assert alone.code == 2
    assert "vouliez-vous écrire `nom`" in alone.out
    (folder / "summary.md").unlink()
    (folder / "summary.en.md").unlink()
    without = docgen("template", "lint", folder, "--json")
    assert without.code == 0
    assert "resume-absent" in {one["rule"] for one in without.json["findings"]}
