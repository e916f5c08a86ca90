"""Attachments: the data travels in the PDF, which stays PDF/A-3b; a hostile PDF is bounded."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import AttachedFileSpec, Dictionary, Name, Pdf, StreamDecodeLevel

from docgen.documents.convert import Converter
from docgen.documents.finish import attach, attachments
from docgen.errors import Broken
from tests.documents.words import word
from tests.verapdf import validate

DATA = json.dumps({"beneficiaire": {"nom": "محمد 😀"}}, ensure_ascii=False).encode()


def blank() -> Pdf:
    document = Pdf.new()
    document.add_blank_page(page_size=(200, 200))
    return document


def saved(document: Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, compress_streams=False, stream_decode_level=StreamDecodeLevel.none)
    return out.getvalue()


@pytest.mark.slow
def test_the_attached_data_is_associated_and_the_file_stays_pdf_a_3b(
    office: Converter, tmp_path: Path
) -> None:
    path = tmp_path / "convention.pdf"
    path.write_bytes(attach(office.to_pdf(word("Été.")), "donnees.json", DATA, "Données de l’été"))
    assert validate([path]) == []
    with Pdf.open(path) as document:
        spec = document.Root.AF[0]
        assert spec.AFRelationship == Name.Data
        assert (str(spec.UF), str(spec.Desc)) == ("donnees.json", "Données de l’été")
        assert spec.EF.F.Subtype == Name("/application/json")
        assert str(spec.EF.F.Params.ModDate) == str(document.docinfo.CreationDate)
    subprocess.run(["pdfdetach", "-saveall", path], cwd=tmp_path, check=True)
    assert (tmp_path / "donnees.json").read_bytes() == DATA
    shutil.rmtree(tmp_path)


def test_what_is_attached_is_read_back_and_the_same_call_gives_the_same_bytes() -> None:
    pdf = saved(blank())
    once = attach(pdf, "donnees.json", DATA, "Données")
    assert attach(pdf, "donnees.json", DATA, "Données") == once
    assert attachments(pdf) == {}
    assert attachments(attach(once, "journal.json", b"{}", "Journal")) == {
        "donnees.json": DATA,
        "journal.json": b"{}",
    }


def test_a_name_is_attached_once() -> None:
    once = attach(saved(blank()), "donnees.json", DATA, "Données")
    with pytest.raises(Broken, match=r"donnees\.json"):
        attach(once, "donnees.json", b"{}", "Autres")


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"du texte", b"\0" * 5000])
def test_what_is_no_pdf_is_told(pdf: bytes) -> None:
    with pytest.raises(Broken, match="PDF"):
        attachments(pdf)
    with pytest.raises(Broken, match="PDF"):
        attach(pdf, "a.json", b"", "")


def test_an_attachment_that_unfolds_without_end_is_refused() -> None:
    document = blank()
    document.attachments["bombe"] = AttachedFileSpec(document, b"")
    stream = document.attachments["bombe"].get_file().obj
    stream.write(zlib.compress(b"\0" * 200 * 1024 * 1024, 9), filter=Name.FlateDecode)
    pdf = saved(document)
    assert len(pdf) < 1_000_000
    with pytest.raises(Broken, match="20 Mo"):
        attachments(pdf)


def test_an_attachment_without_content_or_wrapped_strangely_is_told() -> None:
    document = blank()
    document.attachments["a"] = AttachedFileSpec(document, b"abc")
    document.attachments["a"].get_file().obj.write(b"616263>", filter=Name.ASCIIHexDecode)
    with pytest.raises(Broken, match="emballée"):
        attachments(saved(document))
    document.attachments["a"].obj.EF = Dictionary()
    with pytest.raises(Broken):
        attachments(saved(document))


def test_too_many_attachments_are_refused() -> None:
    document = blank()
    for number in range(51):
        document.attachments[f"{number}"] = AttachedFileSpec(document, b"")
    with pytest.raises(Broken, match="50"):
        attachments(saved(document))


def test_a_protected_pdf_is_told() -> None:
    out = io.BytesIO()
    blank().save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Broken):
        attachments(out.getvalue())
