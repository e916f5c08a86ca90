"""What changed in a template's words, and where."""

from __future__ import annotations

import pytest
from docx.document import Document as Word
from hypothesis import given
from hypothesis import strategies as st

from docgen.documents.changes import Change, changes, marked
from docgen.errors import Broken
from tests.documents.lint.drafts import cells
from tests.documents.words import word


def test_the_same_words_make_no_change() -> None:
    assert changes(word("a", "b"), word("a", "b")) == ()
    # Empty paragraphs are no words.
    assert changes(word("a", "b"), word("a", "", "b")) == ()


def test_a_paragraph_that_is_modified_added_or_taken_away_is_told_with_its_place() -> None:
    old = word("Le préavis est de trois mois.", "Ceci disparaît tout à fait.", "Fin")
    new = word("Début nouveau", "Le préavis est de deux mois.", "Fin")
    assert changes(old, new) == (
        Change("corps", "paragraphe 1", "ajoute", "", "Début nouveau"),
        Change(
            "corps",
            "paragraphe 2",
            "modifie",
            "Le préavis est de trois mois.",
            "Le préavis est de deux mois.",
        ),
        Change("corps", "paragraphe 2", "retire", "Ceci disparaît tout à fait.", ""),
    )


def test_cells_and_headers_are_named() -> None:
    def header(text: str) -> bytes:
        def change(document: Word) -> None:
            cells(("Nom", text))(document)
            document.sections[0].header.paragraphs[0].text = f"En-tête de {text}"

        return word(change=change)

    found = changes(header("{{ nom }} et {{ ville }}"), header("{{ nom }} à {{ ville }}"))
    assert [(one.part, one.place, one.change) for one in found] == [
        ("corps", "tableau 1, ligne 1, cellule 2", "modifie"),
        ("en-tête 1", "paragraphe 1", "modifie"),
    ]


def test_the_words_that_changed_are_marked_and_a_mark_is_one_word() -> None:
    before, after = marked("le {{ debut | date }} à midi", "le {{ fin | date }} à midi")
    assert before == [("le ", False), ("{{ debut | date }}", True), (" à midi", False)]
    assert after == [("le ", False), ("{{ fin | date }}", True), (" à midi", False)]


SENTENCES = st.lists(st.sampled_from(["un deux trois", "un deux quatre", "cinq", "{{ six }}"]))


@pytest.mark.slow
@given(SENTENCES, SENTENCES)
def test_the_changes_lead_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    found = changes(word(*old), word(*new))
    before, after = list(old), list(new)
    for change in found:
        if change.change != "ajoute":
            before.remove(change.before)
        if change.change != "retire":
            after.remove(change.after)
    # What did not change is the same, in the same order.
    assert before == after or sorted(before) == sorted(after)


def test_what_is_no_word_document_is_refused() -> None:
    with pytest.raises(Broken, match="Word"):
        changes(word("a"), b"du texte")
