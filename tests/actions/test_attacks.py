"""The attacks that somebody may try on a signed PDF, made for real on a really sealed one.

Each is judged twice: by the installation that sealed it, whose journal knows the file's hash, and
by one that admits the same authority and has no record of it.
"""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from docgen.archive.intake import Taken
from docgen.signing.keys import load_or_create
from docgen.signing.loop import in_own_loop
from tests.sealed import LATER, Sealed

pytestmark = pytest.mark.slow

CHANGED = "le contenu a été modifié après coup"
FORBIDDEN = "le document a reçu ensuite un changement interdit"


def _flipped(pdf: bytes, place: int, bit: int = 1) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ bit]) + pdf[place + 1 :]


def _page_dictionary(sealed: Sealed) -> bytes:
    """The page's size, one digit: the page is cut where the eye stops."""
    found = re.search(rb"/MediaBox\s*\[\s*0 0 (\d)", sealed.closed)
    assert found
    return _flipped(sealed.closed, found.start(1))


def _content_stream(sealed: Sealed) -> bytes:
    """A byte in the middle of a page's drawing."""
    with pikepdf.open(io.BytesIO(sealed.states[0])) as pdf:
        raw = pdf.pages[0].Contents.read_raw_bytes()
    place = sealed.closed.index(raw)
    return _flipped(sealed.closed, place + len(raw) // 2)


def _contents(pdf: bytes, number: int = 0) -> tuple[int, int]:
    """Where the hexadecimal digits of a signature stand."""
    return list(re.finditer(rb"/Contents\s*<([0-9a-fA-F]{2000,})>", pdf))[number].span(1)


def _inside_the_cms(sealed: Sealed) -> bytes:
    start, _ = _contents(sealed.closed)
    digit = b"0" if sealed.closed[start + 9 : start + 10] != b"0" else b"f"
    return sealed.closed[: start + 9] + digit + sealed.closed[start + 10 :]


def _padding(sealed: Sealed) -> bytes:
    """A nibble in the zeros after the CMS, which no signature covers."""
    _, end = _contents(sealed.closed)
    assert sealed.closed[end - 40 : end] == b"0" * 40
    return sealed.closed[: end - 20] + b"a" + sealed.closed[end - 19 :]


def _after_the_end(sealed: Sealed) -> bytes:
    return sealed.closed + b"\n% octets ajoutes\n"


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _first_page(writer: IncrementalPdfFileWriter) -> DictionaryObject:
    page = writer.root["/Pages"]["/Kids"][0]
    assert isinstance(page, DictionaryObject)
    return page


def _overlay(sealed: Sealed) -> bytes:
    """Other words written over the first page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        drawn = StreamObject(stream_data=b"BT /F1 20 Tf 72 400 Td (300 heures) Tj ET")
        page[pdf_name("/Contents")] = ArrayObject(
            [page.raw_get("/Contents"), writer.add_object(drawn)]
        )
        writer.update_container(page)

    return _updated(sealed.closed, change)


def _free_text(sealed: Sealed) -> bytes:
    """A note drawn on the page by any PDF reader."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _first_page(writer)
        note = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/FreeText"),
                NameObject("/Rect"): ArrayObject([FloatObject(n) for n in (72, 400, 300, 430)]),
                NameObject("/Contents"): pdf_string("Montant : 1 EUR"),
                NameObject("/DA"): pdf_string("/Helv 12 Tf 0 g"),
            }
        )
        held = page.get("/Annots", ArrayObject())
        page[pdf_name("/Annots")] = ArrayObject([*held, writer.add_object(note)])
        writer.update_container(page)

    return _updated(sealed.closed, change)


def _shadow(sealed: Sealed) -> bytes:
    """A page hidden in the file before the first seal, shown in place of the other afterwards."""
    shadowed = _with_a_hidden_page(sealed.states[0])
    sealer = sealed.ports.sealer
    signed = sealer.seal(shadowed, "Signature_1_beneficiaire", ("Signé",), "Essai", LATER).pdf
    assert sealer.verify(signed, ["Signature_1_beneficiaire"], LATER).problems == ()

    def show(writer: IncrementalPdfFileWriter) -> None:
        kids = writer.root["/Pages"]["/Kids"]
        kids[0] = writer.root["/Pages"].raw_get("/Ombre")
        writer.update_container(kids)

    return _updated(signed, show)


def _with_a_hidden_page(pdf: bytes) -> bytes:
    def hide(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        page = DictionaryObject(dict(_first_page(writer)))
        page[pdf_name("/Contents")] = writer.add_object(
            StreamObject(stream_data=b"BT /F1 20 Tf 72 400 Td (Autre convention) Tj ET")
        )
        pages[pdf_name("/Ombre")] = writer.add_object(page)
        writer.update_container(pages)

    return _updated(pdf, hide)


def _page_removed(sealed: Sealed) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        pages[pdf_name("/Kids")] = ArrayObject(list(pages["/Kids"])[:-1])
        pages[pdf_name("/Count")] = NumberObject(len(pages["/Kids"]))
        writer.update_container(pages)

    return _updated(sealed.closed, change)


def _appearance(sealed: Sealed) -> bytes:
    """The drawing of a seal replaced: another name under « Signé électroniquement par »."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0].get_object()
        drawn = StreamObject(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): ArrayObject([FloatObject(n) for n in (0, 0, 200, 50)]),
            },
            stream_data=b"BT /F1 10 Tf 5 20 Td (Signe par un autre) Tj ET",
        )
        field[pdf_name("/AP")] = DictionaryObject({NameObject("/N"): writer.add_object(drawn)})
        writer.update_container(field)

    return _updated(sealed.closed, change)


def _rewritten(sealed: Sealed) -> bytes:
    with pikepdf.open(io.BytesIO(sealed.closed)) as pdf:
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _rolled_back(sealed: Sealed) -> bytes:
    """The file cut back to what the first signer sealed: every byte of it is genuine."""
    cut = sealed.closed[: len(sealed.states[1])]
    assert cut == sealed.states[1]
    return cut


def _signed_again(sealed: Sealed) -> bytes:
    """A signature of somebody else added after the closing seal, which allows no more changes."""
    with tempfile.TemporaryDirectory() as folder:
        keys = load_or_create(Path(folder), b"autre", "Le Fournil Solidaire", LATER)
    signer = keys.seal.signer([keys.authority.asn1_certificate])
    field = SigFieldSpec("Signature_4", on_page=0, box=(72, 72, 200, 120))
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed.closed))
    act = PdfCMSEmbedder(field).write_cms("Signature_4", writer)
    next(act)
    hole = PdfSignedData(pdf_name("/Sig"), SigSeedSubFilter.PADES, bytes_reserved=16384)
    act.send(SigObjSetup(hole))
    digest, out = act.send(SigIOSetup("sha256"))
    act.send(in_own_loop(signer.async_sign(digest.document_digest, "sha256", use_pades=True)))
    return bytes(out.getvalue())


@dataclass(frozen=True)
class Attack:
    """How the file is made, and what gives it away without a record of it."""

    make: Callable[[Sealed], bytes]
    gives_away: str


# In the order of the table of the study that measured them.
ATTACKS = {
    "byte flipped in a page dictionary": Attack(_page_dictionary, CHANGED),
    "byte flipped in a content stream": Attack(_content_stream, CHANGED),
    "nibble flipped inside the CMS": Attack(_inside_the_cms, "ses octets"),
    "nibble flipped in the padding of /Contents": Attack(_padding, "à côté d’elle"),
    "bytes appended after %%EOF": Attack(_after_the_end, "ne couvre pas le fichier entier"),
    "text overlaid on page 1": Attack(_overlay, FORBIDDEN),
    "FreeText annotation": Attack(_free_text, FORBIDDEN),
    "shadow: hidden before, shown after": Attack(_shadow, FORBIDDEN),
    "page removed": Attack(_page_removed, FORBIDDEN),
    "appearance of a seal swapped": Attack(_appearance, FORBIDDEN),
    "rewritten by another program": Attack(_rewritten, CHANGED),
    "truncated to the first signer's revision": Attack(_rolled_back, "est vide"),
    "second signature after a seal that allows no changes": Attack(_signed_again, "Signature_4"),
}
# « attack 05, bytes appended after %%EOF »: docs/security.md names them by these numbers.
NUMBERED = [f"attack {number:02}, {name}" for number, name in enumerate(ATTACKS, 1)]
every_attack = pytest.mark.parametrize("attack", ATTACKS.values(), ids=NUMBERED)


def test_the_file_attacked_is_sound_and_there_are_thirteen_attacks(sealed: Sealed) -> None:
    assert len(ATTACKS) == 13
    for ports in (sealed.ports, sealed.stranger):
        assert sealed.verifier(ports).pdf("convention.pdf", sealed.closed).problems == ()


@every_attack
def test_an_attack_is_seen_by_who_has_the_records(sealed: Sealed, attack: Attack) -> None:
    forged = attack.make(sealed)
    assert forged != sealed.closed
    verdict = sealed.verifier().pdf("convention.pdf", forged)
    # What the journal's hash says does not rest on anything the file holds.
    if attack.make is _rolled_back:
        assert verdict.standing == "earlier"
        assert "version antérieure" in " ".join(verdict.problems)
    else:
        assert verdict.standing in {"altered", "unknown"}
    assert verdict.level.startswith(("Niveau non établi", "Niveau inconnu"))


@every_attack
def test_an_attack_is_seen_without_any_record(sealed: Sealed, attack: Attack) -> None:
    verdict = sealed.verifier(sealed.stranger).pdf("convention.pdf", attack.make(sealed))
    assert verdict.standing == "unknown"
    assert any(attack.gives_away in problem for problem in verdict.problems), verdict.problems


def test_only_the_records_see_a_rollback_with_its_empty_fields_taken_for_granted(
    sealed: Sealed,
) -> None:
    """A frozen document with the one field that was signed: nothing inside says that more came."""
    sealer = sealed.ports.sealer
    first = sealer.verify(sealed.states[1], None, LATER).signatures[0].field
    assert sealer.verify(sealed.states[1], [first], LATER).problems == ()
    verdict = sealed.verifier().pdf("convention.pdf", sealed.states[1])
    assert "révision 1 sur 4" in " ".join(verdict.problems)


def test_a_dossier_with_an_attacked_pdf_is_refused_even_with_new_sums(sealed: Sealed) -> None:
    files = sealed.files
    for make in (_padding, _rolled_back, _after_the_end):
        changed = {**files, "convention-signee.pdf": make(sealed)}
        del changed["SHA256SUMS"]
        sums = "".join(
            f"{hashlib.sha256(content).hexdigest()}  {name}\n"
            for name, content in sorted(changed.items())
        )
        changed["SHA256SUMS"] = sums.encode()
        for ports in (sealed.ports, sealed.stranger):
            verdict = sealed.verifier(ports).dossier("dossier", Taken(changed))
            assert any("convention-signee.pdf" in one for one in verdict.problems)
