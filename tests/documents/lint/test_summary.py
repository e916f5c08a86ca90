"""The check of a plain summary: marks, blocks, what must be there, Markdown, long sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.summary import flaws as flaws_of_folder
from docgen.agreements import KINDS
from docgen.agreements.pmsmp import Pmsmp
from docgen.documents.lint import Flaw, check_summary
from docgen.french import FILTERS

WHOLE = (
    "## Quoi\n\n{{ reference }}, {{ debut | date }}, {{ fin | date }}.\n"
    "- {{ organisation.raison_sociale }}, {{ entreprise.raison_sociale }}\n"
    "- {{ referent.nom_complet }}\n"
)


def flaws(text: str) -> tuple[Flaw, ...]:
    return check_summary(f"{WHOLE}{text}".encode(), "summary.md", Pmsmp, FILTERS)


def only(text: str) -> Flaw:
    (found,) = flaws(text)
    return found


def test_a_whole_summary_has_nothing_to_mend() -> None:
    told = '{% if role == "beneficiaire" %}\nVous.\n{% else %}\n**Eux**.\n{% endif %}\n'
    assert flaws(told) == ()


def test_an_unknown_mark_is_told_with_its_line_and_the_word_that_was_meant() -> None:
    found = only("\n{{ entreprise.raison_social }}\n")
    assert (found.rule, found.part, found.place) == ("marque-inconnue", "summary.md", "ligne 7")
    assert "`raison_sociale`" in found.suggestion


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{{ referent.telephone }}", "facultatif-non-garde"),
        ("{% if avantages %}x", "bloc-desequilibre"),
        ("x{% endif %}", "bloc-desequilibre"),
        ("{{ reference", "marque-non-fermee"),
        ("{{ organisation }}", "marque-sans-texte"),
        ('{% if role == "roi" %}x{% endif %}', "valeur-inconnue"),
        ("{{ lieu.ville | majuscules }}", "filtre-inconnu"),
        ("{{ debut }}", "date-brute"),
        ("{%p if avantages %}x{% endif %}", "instruction-interdite"),
        ("{% macro m() %}x{% endmacro %}", "instruction-interdite"),
        ("{% set x %}x{% endset %}", "instruction-interdite"),
        ("# Titre", "resume-markdown"),
        ("### Titre", "resume-markdown"),
        ("1. un", "resume-markdown"),
        ("voir [ici](https://exemple.fr)", "resume-markdown"),
        ("<b>gras</b>", "resume-markdown"),
        ("mot " * 21 + ".", "phrase-longue"),
    ],
)
def test_each_fault_is_told_by_its_rule(text: str, rule: str) -> None:
    assert {found.rule for found in flaws(text)} >= {rule}


def test_twenty_words_are_a_sentence_and_a_mark_counts_for_one() -> None:
    assert flaws("mot " * 19 + "{{ lieu.ville }}.\n") == ()
    assert (
        flaws("mot " * 12 + "! " + "mot " * 12 + "? " + "{% if avantages %}oui{% endif %}\n") == ()
    )


def test_what_every_reader_must_find_is_asked_for_by_the_fields_of_the_kind() -> None:
    found = check_summary(b"## Rien\n", "summary.md", Pmsmp, FILTERS)
    assert {one.rule for one in found} == {"resume-incomplet"}
    said = " ".join(one.sentence() for one in found)
    for field in ("reference", "debut", "fin", "organisation", "entreprise", "referent"):
        assert f"`{field}`" in said


def test_without_a_kind_the_marks_are_read_and_compared_to_nothing() -> None:
    assert check_summary(b"{{ nimporte.quoi }}", "summary.md", None, FILTERS) == ()
    (found,) = check_summary(b"{% for x in y %}", "summary.md", None, FILTERS)
    assert found.rule == "bloc-desequilibre"


def test_a_kind_without_a_summary_in_french_is_told_and_no_more(tmp_path: Path) -> None:
    (found,) = flaws_of_folder(tmp_path, KINDS["pmsmp"])
    assert (found.rule, found.level, found.part) == ("resume-absent", "warning", "summary.md")


def test_a_file_that_is_no_text_is_told() -> None:
    (found,) = check_summary(b"\xff\xfe", "summary.md", Pmsmp, FILTERS)
    assert (found.rule, found.level) == ("resume-illisible", "error")
