"""From LibreOffice's PDF to the one that is frozen: dated, accessible, with its data and fields.

To be called before the first signature: it writes the file anew.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf

from docgen.documents.accessible import make_accessible, tag_field
from docgen.errors import Broken

MIME = "application/json"
# What travels in a document, and in its evidence file.
DATA_NAME = "donnees.json"
JOURNAL_NAME = "journal.json"
# ISO 32000-1, tables 165 and 219.
PRINT, LOCKED = 1 << 2, 1 << 7
SIGNATURES_EXIST = 1
_XMP_DATE = re.compile(rb"(<xmp:(?:Create|Modify|Metadata)Date>)[^<]*")
_PROFILE_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
MOST_FILES = 50
MOST_BYTES = 20 * 1024 * 1024
# What pikepdf raises on bytes that are no PDF, or whose insides are not what they claim.
UNREADABLE = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    pikepdf.DataDecodingError,
    zlib.error,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class File:
    """A JSON file that travels in the PDF."""

    name: str
    content: bytes
    description: str


@dataclass(frozen=True)
class Field:
    """An empty signature field: its name, page from 0, box in points (left, bottom, right, top)."""

    name: str
    page: int
    box: tuple[float, float, float, float]
    tooltip: str


def finish(
    pdf: bytes, made_at: datetime, files: Sequence[File] = (), fields: Sequence[Field] = ()
) -> bytes:
    """Revision 0 of a document: dated, accessible, its files associated, its fields made.

    The same arguments give the same bytes. PDF/A-3b stays PDF/A-3b. Raises Broken (not a PDF).
    """
    with _opened(pdf) as document:
        _date(document, made_at)
        make_accessible(document)
        for file in files:
            _attach(document, file, made_at)
        for field in fields:
            _add(document, field)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _date(document: Pdf, made_at: datetime) -> None:
    """Put our instant where LibreOffice wrote its own, and nothing that another run would change.

    That is all that differs between two conversions of the same Word file: the date in Info and in
    XMP, that of the colour profile, and two hashes over them (measured on LibreOffice 7.4).
    """
    at = made_at.astimezone(UTC)
    document.docinfo[Name.CreationDate] = _pdf_date(at)
    if Name.ModDate in document.docinfo:
        document.docinfo[Name.ModDate] = _pdf_date(at)
    if (metadata := document.Root.get(Name.Metadata)) is not None:
        packet = metadata.read_bytes()
        metadata.write(_XMP_DATE.sub(rb"\g<1>" + f"{at:%Y-%m-%dT%H:%M:%SZ}".encode(), packet))
    for intent in document.Root.get(Name.OutputIntents, Array()):
        profile = intent.DestOutputProfile
        content = profile.read_bytes()
        # ICC.1:2022, 7.2: the date is bytes 24 to 35 of the header, the checksum 84 to 99.
        profile.write(content[:24] + _PROFILE_DATE + content[36:84] + bytes(16) + content[100:])
    for hashed in ("/ID", "/DocChecksum"):
        if hashed in document.trailer:
            del document.trailer[hashed]


def _pdf_date(at: datetime) -> str:
    return f"D:{at:%Y%m%d%H%M%S}Z"


def _attach(document: Pdf, file: File, made_at: datetime) -> None:
    if file.name in document.attachments:
        raise Broken(f"Le PDF contient déjà une pièce jointe « {file.name} ».")
    # ISO 19005-3, 6.8 asks for a date.
    written = _pdf_date(made_at.astimezone(UTC))
    document.attachments[file.name] = AttachedFileSpec(
        document,
        file.content,
        filename=file.name,
        description=file.description,
        mime_type=MIME,
        relationship=Name.Data,
        creation_date=written,
        mod_date=written,
    )
    associated = document.Root.get(Name.AF, Array())
    associated.append(document.attachments[file.name].obj)
    document.Root.AF = associated


def _add(document: Pdf, field: Field) -> None:
    """An empty field that locks itself once signed: nobody may fill it or change what it shows."""
    page = document.pages[field.page].obj
    width, height = field.box[2] - field.box[0], field.box[3] - field.box[1]
    # Nothing to see, but PDF/A-3 (6.3.3) wants an appearance of every annotation.
    appearance = document.make_stream(
        b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, width, height], Resources={}
    )
    widget = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=field.name,
            TU=field.tooltip,
            F=PRINT | LOCKED,
            Rect=Array([round(side, 3) for side in field.box]),
            P=page,
            AP=Dictionary(N=appearance),
            Lock=Dictionary(Type=Name.SigFieldLock, Action=Name.Include, Fields=[field.name]),
        )
    )
    page[Name.Annots] = Array([*page.get(Name.Annots, Array()), widget])
    form = document.Root.get(Name.AcroForm)
    if form is None:
        form = document.make_indirect(Dictionary(Fields=Array(), SigFlags=SIGNATURES_EXIST))
        document.Root.AcroForm = form
    form.Fields.append(widget)
    tag_field(document, page, widget)


def attachments(pdf: bytes) -> dict[str, bytes]:
    """Every file inside `pdf` by its name. Raises Broken: not a PDF, or more than is reasonable."""
    with _opened(pdf) as document:
        if len(document.attachments) > MOST_FILES:
            raise Broken(f"Ce PDF contient plus de {MOST_FILES} pièces jointes.")
        held: dict[str, bytes] = {}
        for name, spec in document.attachments.items():
            room = MOST_BYTES - sum(map(len, held.values()))
            held[name] = unpacked(spec.get_file().obj, room)
        return held


def unpacked(stream: pikepdf.Object, room: int) -> bytes:
    """A stream's bytes: a few may claim to unfold into gigabytes. Raises Broken beyond `room`."""
    filters = stream.get(Name.Filter)
    if isinstance(filters, Array) and len(filters) == 1:
        filters = filters[0]
    raw = stream.read_raw_bytes()
    if filters == Name.FlateDecode and Name.DecodeParms not in stream:
        unpack = zlib.decompressobj()
        raw = unpack.decompress(raw, room + 1)
    elif filters is not None:
        raise Broken("Une pièce jointe du PDF est emballée d’une façon que docgen ne lit pas.")
    if len(raw) > room:
        raise Broken("Les pièces jointes du PDF dépassent 20 Mo.")
    return raw


@contextmanager
def _opened(pdf: bytes) -> Iterator[Pdf]:
    try:
        with Pdf.open(io.BytesIO(pdf)) as document:
            yield document
    except UNREADABLE as error:
        raise Broken("Ce fichier n’est pas un PDF lisible.") from error
