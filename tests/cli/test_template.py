"""docgen template: what an officer types, what is answered, what is left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docgen.agreements import KINDS
from tests.cli.conftest import ROOT, Docgen
from tests.documents.lint.drafts import draft

CONVENTIONS = ROOT / "templates" / "conventions"


@pytest.mark.parametrize("slug", KINDS)
def test_the_templates_that_docgen_carries_have_nothing_to_mend(docgen: Docgen, slug: str) -> None:
    answer = docgen("template", "lint", CONVENTIONS / slug, "--json")
    assert (answer.code, answer.json["findings"]) == (0, [])
    assert answer.json["kind"] == slug


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
