"""A font cut down, held against fontTools' reading of the whole one."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from docgen.signing.font import FONTS, face
from docgen.signing.glyphs import read_outlines, without_instructions

TEXT = "Signé par Éloïse Ñandù-Łukasz le 12/11/2026 à 10:00, ½ Œuvre"


def drawn(font: TTFont, number: int) -> Any:
    """What a glyph draws: its parts and their places, or its points; None for nothing."""
    glyph = font["glyf"][font.getGlyphName(number)]
    if glyph.isComposite():
        return [
            (font.getGlyphID(part.glyphName), part.x, part.y, getattr(part, "transform", None))
            for part in glyph.components
        ]
    if not glyph.numberOfContours:
        return None
    return list(glyph.coordinates), list(glyph.flags), list(glyph.endPtsOfContours)


@pytest.mark.parametrize("name", ["Caladea-Regular", "Caladea-Bold", "Carlito-Regular"])
def test_a_cut_font_draws_its_glyphs_as_the_whole_one_and_nothing_else(name: str) -> None:
    whole, used = TTFont(FONTS / f"{name}.ttf"), face(name)
    wanted = {used.glyphs[ord(character)] for character in TEXT}
    program = used.outlines.cut(wanted)
    cut = TTFont(io.BytesIO(program), checkChecksums=2)
    assert sorted(cut.reader.keys()) == ["glyf", "head", "hhea", "hmtx", "loca", "maxp"]
    parts: set[int] = set()
    waiting = list(wanted)
    while waiting:  # a part may have parts
        glyph = whole["glyf"][whole.getGlyphName(waiting.pop())]
        more = {whole.getGlyphID(part) for part in glyph.getComponentNames(whole["glyf"])}
        waiting += more - parts
        parts |= more
    # An accented letter is made of two others: without one, this would prove less.
    assert parts
    seen = 0
    for number in range(len(cut.getGlyphOrder())):
        metrics = cut["hmtx"][cut.getGlyphName(number)]
        if number in wanted | parts | {0}:
            assert drawn(cut, number) == drawn(whole, number)
            assert metrics == whole["hmtx"][whole.getGlyphName(number)]
            seen += drawn(cut, number) is not None
        else:
            assert drawn(cut, number) is None
            assert metrics == (0, 0)
    assert seen > 30
    for number in wanted:
        glyph = cut["glyf"][cut.getGlyphName(number)]
        assert not hasattr(glyph, "program") or not glyph.program.getBytecode()


def test_nothing_shown_is_still_a_font() -> None:
    cut = TTFont(io.BytesIO(face("Caladea-Regular").outlines.cut(())), checkChecksums=2)
    assert len(cut.getGlyphOrder()) == 1


def test_a_composite_loses_its_hinting_and_nothing_else() -> None:
    # Two parts: by words with a scale, then by bytes, then three bytes of instructions.
    box = struct.pack(">hhhhh", -1, 0, 0, 9, 9)
    parts = struct.pack(">HHhhh", 0x1 | 0x8 | 0x20 | 0x100, 5, 1, 2, 0x4000)
    last = struct.pack(">HHbb", 0x100, 6, 3, 4)
    plain = without_instructions(box + parts + last + struct.pack(">H3s", 3, b"abc"))
    assert plain == box + struct.pack(">HHhhh", 0x29, 5, 1, 2, 0x4000) + struct.pack(
        ">HHbb", 0, 6, 3, 4
    )


def test_a_file_that_is_cut_short_is_told_as_such() -> None:
    program = (FONTS / "Caladea-Regular.ttf").read_bytes()
    for size in (0, 11, 40):
        with pytest.raises((KeyError, struct.error)):
            read_outlines(program[:size])
