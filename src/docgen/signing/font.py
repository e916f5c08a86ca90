"""TrueType fonts in a seal's appearance: only the glyphs it shows, embedded as PDF/A asks.

pyHanko's own embedding writes glyph widths unscaled, which breaks every font that is not drawn on
1000 units. Here they are scaled, so any font is right. fontTools reads the font, glyphs.py cuts it.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from docgen.errors import Unavailable
from docgen.signing.glyphs import Outlines, read_outlines

FONTS = Path("/usr/share/fonts/truetype/crosextra")


@dataclass(frozen=True)
class Face:
    """A font file, read: where each character's glyph is, and how wide (in 1/1000 of the size)."""

    name: str
    outlines: Outlines = field(repr=False)
    glyphs: dict[int, int] = field(repr=False)
    widths: tuple[float, ...] = field(repr=False)
    box: tuple[float, float, float, float]
    ascent: float
    descent: float

    def covers(self, text: str) -> bool:
        """Whether every character has a glyph."""
        return all(ord(character) in self.glyphs for character in text)

    def width(self, text: str, size: float) -> float:
        """Points that the text takes at that size."""
        return sum(self.widths[self.glyphs[ord(character)]] for character in text) * size / 1000

    def encode(self, text: str) -> str:
        """The text as a PDF string of glyph numbers."""
        return "<" + "".join(f"{self.glyphs[ord(character)]:04x}" for character in text) + ">"


@lru_cache(maxsize=8)
def face(name: str) -> Face:
    """A font of Debian's crosextra packages, by its file name. Raises Unavailable."""
    path = FONTS / f"{name}.ttf"
    package = f"fonts-crosextra-{name.partition('-')[0].lower()}"
    try:
        return _read(name, path.read_bytes())
    except (OSError, TTLibError, KeyError, struct.error) as error:
        raise Unavailable(
            f"La police {path} manque ou ne se lit pas.", f"Installez le paquet {package}."
        ) from error


def _read(name: str, program: bytes) -> Face:
    font = TTFont(io.BytesIO(program), recalcTimestamp=False)
    scale = 1000 / font["head"].unitsPerEm
    head, hhea, advances = font["head"], font["hhea"], font["hmtx"].metrics
    return Face(
        name,
        read_outlines(program),
        {code: font.getGlyphID(glyph) for code, glyph in font.getBestCmap().items()},
        tuple(advances[glyph][0] * scale for glyph in font.getGlyphOrder()),
        (head.xMin * scale, head.yMin * scale, head.xMax * scale, head.yMax * scale),
        hhea.ascent * scale,
        hhea.descent * scale,
    )


def embed(writer: BasePdfFileWriter, used: Face, text: Iterable[str]) -> IndirectObject:
    """Add the font to the PDF, cut down to the characters of `text`."""
    shown = {used.glyphs[ord(character)]: character for character in sorted(set("".join(text)))}
    program = used.outlines.cut(shown)
    # Same glyphs, same name: a seal made twice is the same bytes.
    digest = hashlib.sha256(program).digest()
    name = "".join(chr(ord("A") + byte % 26) for byte in digest[:6]) + f"+{used.name}"
    file = StreamObject({pdf_name("/Length1"): NumberObject(len(program))}, stream_data=program)
    file.compress()
    box = [FloatObject(round(side, 1)) for side in used.box]
    ascent, descent = round(used.ascent), round(used.descent)
    descriptor = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): pdf_name(f"/{name}"),
            pdf_name("/Flags"): NumberObject(4),
            pdf_name("/FontBBox"): ArrayObject(box),
            pdf_name("/ItalicAngle"): NumberObject(0),
            pdf_name("/Ascent"): NumberObject(ascent),
            pdf_name("/Descent"): NumberObject(descent),
            pdf_name("/CapHeight"): NumberObject(ascent),
            pdf_name("/StemV"): NumberObject(80),
            pdf_name("/FontFile2"): writer.add_object(file),
        }
    )
    widths = ArrayObject()
    for glyph in sorted(shown):
        widths += [
            NumberObject(glyph),
            ArrayObject([FloatObject(round(used.widths[glyph], 3))]),
        ]
    descendant = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): pdf_name(f"/{name}"),
            pdf_name("/CIDSystemInfo"): _system_info(),
            pdf_name("/FontDescriptor"): writer.add_object(descriptor),
            pdf_name("/DW"): NumberObject(1000),
            pdf_name("/W"): widths,
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
        }
    )
    unicode_map = StreamObject(stream_data=_to_unicode(shown))
    unicode_map.compress()
    font = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type0"),
            pdf_name("/BaseFont"): pdf_name(f"/{name}"),
            pdf_name("/Encoding"): NameObject("/Identity-H"),
            pdf_name("/DescendantFonts"): ArrayObject([writer.add_object(descendant)]),
            pdf_name("/ToUnicode"): writer.add_object(unicode_map),
        }
    )
    reference: IndirectObject = writer.add_object(font)
    return reference


def _system_info() -> DictionaryObject:
    return DictionaryObject(
        {
            pdf_name("/Registry"): pdf_string("Adobe"),
            pdf_name("/Ordering"): pdf_string("Identity"),
            pdf_name("/Supplement"): NumberObject(0),
        }
    )


def _to_unicode(shown: dict[int, str]) -> bytes:
    """The map that lets a reader search and copy the text. Blocks hold 100 entries at most."""
    entries = [
        f"<{glyph:04x}> <{character.encode('utf-16-be').hex()}>"
        for glyph, character in sorted(shown.items())
    ]
    blocks = [entries[n : n + 100] for n in range(0, len(entries), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
