"""TrueType fonts in a seal's appearance: only the glyphs it shows, embedded as PDF/A asks.

pyHanko's own embedding needs two more native libraries and writes glyph widths unscaled, which
breaks every font that is not drawn on 1000 units. Here widths are scaled, so any font is right.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

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

FONTS = Path("/usr/share/fonts/truetype/crosextra")
_KEPT = ("cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep")
# Composite glyphs (é = e + ´): flags of the TrueType specification, table glyf.
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80


@dataclass(frozen=True)
class Face:
    """A font file, read: where each character's glyph is, and how wide (in 1/1000 of the size)."""

    name: str
    tables: dict[str, bytes] = field(repr=False)
    glyphs: dict[int, int] = field(repr=False)
    widths: tuple[float, ...] = field(repr=False)
    offsets: tuple[int, ...] = field(repr=False)
    scale: float

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
    except (OSError, struct.error, KeyError, IndexError) as error:
        raise Unavailable(
            f"La police {path} manque ou ne se lit pas.", f"Installez le paquet {package}."
        ) from error


def _read(name: str, data: bytes) -> Face:
    tables = {}
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, start, length = struct.unpack_from(">4sLLL", data, 12 + 16 * number)
        tables[tag.decode("latin-1")] = data[start : start + length]
    scale = 1000 / struct.unpack_from(">H", tables["head"], 18)[0]
    count = struct.unpack_from(">H", tables["maxp"], 4)[0]
    given = struct.unpack_from(">H", tables["hhea"], 34)[0]
    advances = [struct.unpack_from(">H", tables["hmtx"], 4 * n)[0] for n in range(given)]
    advances += advances[-1:] * (count - given)
    if struct.unpack_from(">h", tables["head"], 50)[0]:
        offsets = struct.unpack_from(f">{count + 1}L", tables["loca"])
    else:
        offsets = tuple(2 * n for n in struct.unpack_from(f">{count + 1}H", tables["loca"]))
    widths = tuple(advance * scale for advance in advances)
    return Face(name, tables, _characters(tables["cmap"]), widths, offsets, scale)


def _characters(cmap: bytes) -> dict[int, int]:
    """Character to glyph, from the Windows Unicode subtable (format 4)."""
    start = next(
        offset
        for n in range(struct.unpack_from(">H", cmap, 2)[0])
        for platform, encoding, offset in (struct.unpack_from(">HHL", cmap, 4 + 8 * n),)
        if (platform, encoding) == (3, 1)
    )
    segments = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    ends, firsts, deltas, ranges = (
        struct.unpack_from(f">{segments}H", cmap, start + 14 + shift)
        for shift in (0, 2 * segments + 2, 4 * segments + 2, 6 * segments + 2)
    )
    found: dict[int, int] = {}
    for n in range(segments):
        for code in range(firsts[n], min(ends[n], 0xFFFE) + 1):
            glyph = code
            if ranges[n]:
                place = start + 16 + 6 * segments + 2 * n + ranges[n] + 2 * (code - firsts[n])
                glyph = struct.unpack_from(">H", cmap, place)[0]
            if glyph:
                found[code] = (glyph + deltas[n]) & 0xFFFF
    return {code: glyph for code, glyph in found.items() if glyph}


def embed(writer: BasePdfFileWriter, used: Face, text: Iterable[str]) -> IndirectObject:
    """Add the font to the PDF, cut down to the characters of `text`."""
    shown = {used.glyphs[ord(character)]: character for character in sorted(set("".join(text)))}
    program = _subset(used, set(shown))
    # Same glyphs, same name: a seal made twice is the same bytes.
    digest = hashlib.sha256(program).digest()
    name = "".join(chr(ord("A") + byte % 26) for byte in digest[:6]) + f"+{used.name}"
    file = StreamObject({pdf_name("/Length1"): NumberObject(len(program))}, stream_data=program)
    file.compress()
    head, hhea = used.tables["head"], used.tables["hhea"]
    box = [FloatObject(round(n * used.scale, 1)) for n in struct.unpack_from(">4h", head, 36)]
    ascent, descent = (round(n * used.scale) for n in struct.unpack_from(">2h", hhea, 4))
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


def _subset(used: Face, glyphs: set[int]) -> bytes:
    """The font with the outlines of these glyphs alone; every glyph keeps its number."""
    wanted = {0}
    to_do = set(glyphs)
    while to_do:
        wanted |= to_do
        to_do = {part for glyph in to_do for part in _parts(_outline(used, glyph))} - wanted
    outlines, places = bytearray(), [0]
    for glyph in range(len(used.offsets) - 1):
        if glyph in wanted:
            outline = _outline(used, glyph)
            outlines += outline + bytes(-len(outline) % 4)
        places.append(len(outlines))
    head = bytearray(used.tables["head"])
    struct.pack_into(">L", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    made = {tag: table for tag, table in used.tables.items() if tag in _KEPT} | {
        "glyf": bytes(outlines),
        "head": bytes(head),
        "loca": struct.pack(f">{len(places)}L", *places),
    }
    return _assemble(made)


def _outline(used: Face, glyph: int) -> bytes:
    return used.tables["glyf"][used.offsets[glyph] : used.offsets[glyph + 1]]


def _parts(outline: bytes) -> list[int]:
    """The glyphs that a composite glyph is made of; none for a simple one."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    parts, place, flags = [], 10, _MORE
    while flags & _MORE:
        flags, part = struct.unpack_from(">HH", outline, place)
        parts.append(part)
        place += 8 if flags & _WORDS else 6
        place += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
    return parts


def _assemble(tables: dict[str, bytes]) -> bytes:
    """A font file of these tables."""
    power = len(tables).bit_length() - 1
    header = struct.pack(
        ">LHHHH", 0x00010000, len(tables), 16 << power, power, 16 * (len(tables) - (1 << power))
    )
    place = len(header) + 16 * len(tables)
    records, body = bytearray(), bytearray()
    for tag in sorted(tables):
        padded = tables[tag] + bytes(-len(tables[tag]) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF
        records += struct.pack(
            ">4sLLL", tag.encode("latin-1"), total, place + len(body), len(tables[tag])
        )
        body += padded
    return bytes(header + records + body)


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
