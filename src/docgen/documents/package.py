"""The zip that a Word file is: checked before it is read, written without a date."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from docx.opc.exceptions import OpcError
from lxml import etree

from docgen.errors import Broken

MOST_PARTS = 2000
MOST_BYTES = 100 * 1024 * 1024
# What zipfile, python-docx and lxml raise on bytes that are no Word document.
UNREADABLE = (
    OpcError,
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    AttributeError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
STORED, DEFLATED = 0, 8
UTF_8_NAME = 0x800
LONG_AGO = 0x21  # 1 January 1980, zip's first day: the same parts give the same bytes
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


@dataclass(frozen=True)
class Member:
    """One part, packed: written as it is as often as it is needed."""

    name: bytes
    crc: int
    size: int
    method: int
    packed: bytes


def deflated(name: str, content: bytes) -> Member:
    """A part, as small as can be."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    return Member(name.encode(), zlib.crc32(content), len(content), DEFLATED, packed)


def stored(name: str, content: bytes) -> Member:
    """A part, as it is: packing costs more than the rest, for a file that is read once."""
    return Member(name.encode(), zlib.crc32(content), len(content), STORED, content)


def written(members: Iterable[Member]) -> bytes:
    """The zip of these parts, in this order (APPNOTE.TXT 4.3)."""
    out: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for one in members:
        sizes = (one.crc, len(one.packed), one.size, len(one.name), 0)
        common = (20, UTF_8_NAME, one.method, 0, LONG_AGO, *sizes)
        out += (_LOCAL.pack(b"PK\3\4", *common), one.name, one.packed)
        directory += (_CENTRAL.pack(b"PK\1\2", 20, *common, 0, 0, 0, 0, place), one.name)
        place += _LOCAL.size + len(one.name) + len(one.packed)
    end = b"".join(directory)
    count = len(directory) // 2
    return b"".join(
        (*out, end, _END.pack(b"PK\5\6", 0, 0, count, count, len(end), place, 0)),
    )


def check_package(template: bytes) -> None:
    """Refuse what is no docx, what unfolds without end, and what fetches from elsewhere."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                raise Broken("Le modèle Word est trop gros une fois déplié (100 Mo au plus).")
            for part in parts:
                if part.filename.endswith(".rels"):
                    _check_links(package.read(part))
    except UNREADABLE as error:
        raise Broken("Le modèle n’est pas un document Word (.docx) lisible.") from error


def _check_links(relations: bytes) -> None:
    for relation in etree.fromstring(relations, xml_parser()):
        kind = (relation.get("Type") or "").rpartition("/")[2]
        if relation.get("TargetMode") == "External" and kind != "hyperlink":
            raise Broken(
                f"Le modèle Word va chercher « {relation.get('Target')} » hors de lui-même : "
                "incorporez cet élément dans le document."
            )


def xml_parser() -> Any:
    """A parser that fetches nothing and unfolds no entity."""
    return etree.XMLParser(resolve_entities=False, no_network=True)


def undated(docx: bytes) -> bytes:
    """The same package without the hour it was written at."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        names = dict.fromkeys(package.namelist())
        return written([stored(name, package.read(name)) for name in names])
