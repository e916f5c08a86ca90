"""A TrueType font cut down to a few glyphs, each keeping its number, without its hinting.

fontTools does the same, and unpacks and packs the whole font to do it: a third of a seal's time.
Here the bytes of the glyphs that are kept are copied; tests hold the result against fontTools'.
Format: ISO/IEC 14496-22 (OpenType), tables glyf, loca, head, hhea, hmtx, maxp.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# Component flags of a composite glyph (glyf table).
_WORDS, _SCALE, _MORE, _TWO_SCALES, _TWO_BY_TWO, _INSTRUCTIONS = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100
_CHECKSUM_MAGIC = 0xB1B0AFBA
_TABLES = ("head", "hhea", "maxp")


@dataclass(frozen=True)
class Outlines:
    """The glyphs of a font by number: their bytes, advances and bearings (font units)."""

    glyphs: tuple[bytes, ...] = field(repr=False)
    metrics: tuple[tuple[int, int], ...] = field(repr=False)
    tables: Mapping[str, bytes] = field(repr=False)

    def cut(self, wanted: Iterable[int]) -> bytes:
        """The font with these glyphs, those they are made of, and .notdef; nothing else drawn."""
        kept = self._with_components({0, *wanted})
        count = max(kept) + 1
        glyf, offsets = bytearray(), [0]
        for number in range(count):
            if number in kept:
                glyf += without_instructions(self.glyphs[number])
                glyf += bytes(-len(glyf) % 4)
            offsets.append(len(glyf))
        metrics = b"".join(
            struct.pack(">Hh", *(self.metrics[n] if n in kept else (0, 0))) for n in range(count)
        )
        head = bytearray(self.tables["head"])
        head[8:12] = bytes(4)
        head[50:52] = struct.pack(">h", 1)  # offsets on 32 bits
        hhea = self.tables["hhea"][:34] + struct.pack(">H", count)
        maxp = self.tables["maxp"][:4] + struct.pack(">H", count) + self.tables["maxp"][6:]
        return _file(
            {
                "glyf": bytes(glyf),
                "head": bytes(head),
                "hhea": hhea,
                "hmtx": metrics,
                "loca": struct.pack(f">{count + 1}I", *offsets),
                "maxp": maxp,
            }
        )

    def _with_components(self, wanted: set[int]) -> set[int]:
        kept, waiting = set(wanted), list(wanted)
        while waiting:
            made_of = {number for _, number, _ in _components(self.glyphs[waiting.pop()])} - kept
            kept |= made_of
            waiting += made_of
        return kept


def read_outlines(program: bytes) -> Outlines:
    """The glyphs of a TrueType file. Raises KeyError (a table is missing) or struct.error."""
    count = struct.unpack_from(">H", program, 4)[0]
    directory = {}
    for number in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", program, 12 + 16 * number)
        directory[tag.decode("latin-1")] = program[offset : offset + length]
    head, maxp, hhea = directory["head"], directory["maxp"], directory["hhea"]
    glyphs = struct.unpack_from(">H", maxp, 4)[0]
    if struct.unpack_from(">h", head, 50)[0]:
        places = struct.unpack_from(f">{glyphs + 1}I", directory["loca"])
    else:
        places = tuple(2 * at for at in struct.unpack_from(f">{glyphs + 1}H", directory["loca"]))
    glyf = directory["glyf"]
    return Outlines(
        tuple(glyf[places[n] : places[n + 1]] for n in range(glyphs)),
        tuple(_metrics(directory["hmtx"], struct.unpack_from(">H", hhea, 34)[0], glyphs)),
        {name: directory[name] for name in _TABLES},
    )


def _metrics(hmtx: bytes, full: int, glyphs: int) -> Iterator[tuple[int, int]]:
    """(advance, left bearing) of each glyph; the last advance is that of all those after it."""
    advance = 0
    for number in range(full):
        advance, bearing = struct.unpack_from(">Hh", hmtx, 4 * number)
        yield advance, bearing
    for number in range(glyphs - full):
        yield advance, struct.unpack_from(">h", hmtx, 4 * full + 2 * number)[0]


def without_instructions(glyph: bytes) -> bytes:
    """The glyph's bytes without its hinting, which needs tables that are not embedded."""
    if not glyph:
        return glyph
    contours = struct.unpack_from(">h", glyph)[0]
    if contours >= 0:
        place = 10 + 2 * contours
        length = struct.unpack_from(">H", glyph, place)[0]
        return glyph[:place] + bytes(2) + glyph[place + 2 + length :]
    plain, end = bytearray(glyph), 10
    for at, _, end in _components(glyph):  # noqa: B007 - where the last one ends
        flags = struct.unpack_from(">H", plain, at)[0]
        struct.pack_into(">H", plain, at, flags & ~_INSTRUCTIONS)
    return bytes(plain[:end])


def _components(glyph: bytes) -> Iterator[tuple[int, int, int]]:
    """(place, glyph number, place of its end) of each part of a composite glyph."""
    if not glyph or struct.unpack_from(">h", glyph)[0] >= 0:
        return
    at, more = 10, True
    while more:
        flags, number = struct.unpack_from(">HH", glyph, at)
        size = 4 + (4 if flags & _WORDS else 2)
        size += 2 * bool(flags & _SCALE) + 4 * bool(flags & _TWO_SCALES)
        size += 8 * bool(flags & _TWO_BY_TWO)
        yield at, number, at + size
        at, more = at + size, bool(flags & _MORE)


def _file(tables: Mapping[str, bytes]) -> bytes:
    """A TrueType file of these tables, in the order given, with its checksums."""
    log = len(tables).bit_length() - 1
    span = 16 << log
    start = struct.pack(">IHHHH", 0x00010000, len(tables), span, log, 16 * len(tables) - span)
    directory, body, at = b"", b"", 12 + 16 * len(tables)
    places = {}
    for tag, content in tables.items():
        places[tag] = at + len(body)
        directory += struct.pack(
            ">4sIII", tag.encode(), _checksum(content), places[tag], len(content)
        )
        body += content + bytes(-len(content) % 4)
    made = bytearray(start + directory + body)
    struct.pack_into(">I", made, places["head"] + 8, (_CHECKSUM_MAGIC - _checksum(made)) % 2**32)
    return bytes(made)


def _checksum(content: bytes | bytearray) -> int:
    padded = bytes(content) + bytes(-len(content) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) % 2**32
