"""Typefaces: the check of a template and the check of a PDF let the same ones through."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.documents import typefaces
from docgen.documents.typefaces import SAME_WIDTHS, Typeface
from docgen.errors import Broken
from tests.documents.words import repacked, word

PAIRS = sorted((name, twin) for group in SAME_WIDTHS for name in group for twin in group - {name})


def asking(name: str) -> bytes:
    """A Word file in that typeface."""
    styles = f'<w:styles xmlns:w="w"><w:rFonts w:ascii="{name}" w:hAnsi="{name}"/></w:styles>'
    return repacked(word("a"), {"word/styles.xml": styles.encode(), "word/theme/theme1.xml": b""})


@pytest.mark.parametrize(("name", "twin"), PAIRS, ids=str)
def test_a_twin_of_the_same_widths_is_as_good(
    name: str, twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"Twin-Regular": Typeface(frozenset({twin}), Path())}
    monkeypatch.setattr(typefaces, "_installed", lambda: held)
    typefaces.check(asking(name), b"/BaseFont /ABCDEF+Twin-Regular ")


def test_another_typeface_is_none() -> None:
    with pytest.raises(Broken, match=r"Marianne.*DejaVuSans"):
        typefaces.check(asking("Marianne"), b"/BaseFont /ABCDEF+DejaVuSans ")
