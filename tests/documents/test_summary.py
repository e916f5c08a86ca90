"""The plain summary: filled in the sandbox, its data never Markdown, its faults told by line."""

from __future__ import annotations

import pytest

from docgen.documents.summary import fill
from docgen.errors import Broken, InvalidData
from docgen.french import FILTERS

MARKS = {"nom": "Dupont & Fils <Traiteur>", "rien": None, "liste": ["un", "deux"], "oui": True}


def filled(template: str, **marks: object) -> str:
    return fill(template, MARKS | marks, FILTERS, "summary.md")


def test_what_comes_from_the_data_has_its_signs_under_a_backslash() -> None:
    assert filled("- **{{ nom }}**") == "- **Dupont \\& Fils \\<Traiteur\\>**\n"
    assert filled("{{ nom }}", nom="1. [a](b) `c`\n# d\t*e*") == (
        "1\\. \\[a\\]\\(b\\) \\`c\\` \\# d \\*e\\*\n"
    )


def test_a_block_alone_on_its_line_leaves_no_line_and_a_list_stays_one() -> None:
    template = (
        "{% for un in liste %}\n- {{ un }}\n{% endfor %}\n\n{% if oui %}\nOui.\n{% endif %}\n"
    )
    assert filled(template) == "- un\n- deux\n\nOui.\n"


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("{{ nmo }}", "la marque «\u00a0nmo\u00a0» est inconnue"),
        ("{{ rien }}", "une marque est vide"),
        ("{{ liste }}", "un groupe (list)"),
        ("{{ nom", "une marque est mal écrite"),
        ("{{ nom.__class__ }}", "pas le droit"),
        ("{{ nom | inexistant }}", "une marque est mal écrite"),
        ("{{ nom | duree }}", "une marque ne peut pas être remplie"),
        ("{% macro m() %}x{% endmacro %}{{ m() }}", "ni macro"),
        ("{% set x %}{{ nom }}{% endset %}{{ x }}", "ni macro"),
    ],
)
def test_a_mark_that_cannot_be_filled_is_named_by_its_line(mark: str, said: str) -> None:
    with pytest.raises(Broken) as caught:
        filled(f"## Titre\n\n{mark}\n")
    assert caught.value.explain().startswith("summary.md, ligne 3\u00a0: ")
    assert said in caught.value.explain()


def test_text_that_the_document_could_not_print_is_refused_here_as_well() -> None:
    with pytest.raises(InvalidData, match="contrôle"):
        filled("{{ nom }}", nom="a\x07b")
