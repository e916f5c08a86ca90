"""Files inside a PDF: the data an agreement was made of, attached so that it stays PDF/A-3b.

To be called before the first signature: it writes the file anew.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
from pikepdf import Array, AttachedFileSpec, Name, Pdf

from docgen.errors import Broken

MIME = "application/json"
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


def attach(pdf: bytes, name: str, data: bytes, description: str) -> bytes:
    """`pdf` with the JSON `data` as its associated file `name`. Raises Broken (not a PDF)."""
    with _opened(pdf) as document:
        if name in document.attachments:
            raise Broken(f"Le PDF contient déjà une pièce jointe « {name} ».")
        # ISO 19005-3, 6.8 asks for a date; the PDF's own keeps the result a function of its input.
        written = str(document.docinfo.get(Name.CreationDate, ""))
        spec = AttachedFileSpec(
            document,
            data,
            filename=name,
            description=description,
            mime_type=MIME,
            relationship=Name.Data,
            creation_date=written,
            mod_date=written,
        )
        document.attachments[name] = spec
        associated = document.Root.get(Name.AF, Array())
        associated.append(document.attachments[name].obj)
        document.Root.AF = associated
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


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
