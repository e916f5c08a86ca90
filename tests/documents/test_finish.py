"""Attachments: the data travels in the PDF, which stays PDF/A-3b; a hostile PDF is bounded."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from docx.document import Document as Word
from docx.oxml.ns import qn
from pikepdf import AttachedFileSpec, Dictionary, Name, Pdf, StreamDecodeLevel
from PIL import Image

from docgen.documents.accessible import make_accessible
from docgen.documents.convert import Converter
from docgen.documents.finish import Field, File, attachments, finish
from docgen.errors import Broken
from tests.documents.words import word
from tests.verapdf import validate

DATA = json.dumps({"beneficiaire": {"nom": "محمد 😀"}}, ensure_ascii=False).encode()


AT = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)


def attach(pdf: bytes, name: str, data: bytes, description: str) -> bytes:
    return finish(pdf, AT, [File(name, data, description)])


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


def signed_boxes() -> list[Field]:
    return [
        Field("Sig_1", 0, (72, 600, 272, 658), "Signature de Zoé"),
        Field("Sig_2", 0, (72, 500, 272, 558), "Signature de Noé"),
    ]


def titled(document: Word) -> None:
    document.add_heading("Article 1", 1)
    document.add_table(2, 2).style = "Table Grid"
    next(document.styles.element.iter(qn("w:lang"))).set(qn("w:val"), "fr-FR")


@pytest.mark.slow
def test_the_same_word_file_gives_the_same_bytes_from_another_libreoffice_at_another_hour(
    office: Converter, tmp_path: Path
) -> None:
    docx = word("Été.", title="Convention", change=titled)
    with Converter(deadline=60) as other:
        pdfs = [one.to_pdf(docx) for one in (office, other)]
        # LibreOffice writes the second of its work.
        while (late := other.to_pdf(docx))[-200:] == pdfs[1][-200:]:
            pass
        pdfs.append(late)
    assert len(set(pdfs)) == 3
    made = [finish(pdf, AT, [File("a.json", DATA, "Données")], signed_boxes()) for pdf in pdfs]
    assert len(set(made)) == 1
    with Pdf.open(io.BytesIO(made[0])) as document:
        assert str(document.docinfo.CreationDate) == "D:20261124093000Z"
        with document.open_metadata() as metadata:
            assert metadata["xmp:CreateDate"] == "2026-11-24T09:30:00Z"
    other_day = finish(pdfs[0], AT + dt.timedelta(days=1))
    assert other_day != finish(pdfs[0], AT)


@pytest.mark.slow
def test_a_titled_french_document_is_pdf_ua_1_with_its_fields_in_the_reading_order(
    office: Converter, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    pdf = office.to_pdf(word("Été.", title="Convention", change=titled))
    path.write_bytes(finish(pdf, AT, [File("a.json", DATA, "Données")], signed_boxes()))
    assert validate([path], "ua1") == []
    assert validate([path], "3b") == []
    with Pdf.open(path) as document:
        top = document.Root.StructTreeRoot.K[0]
        fields = [one for one in top.K if Name.Form == one.S]
        assert [str(one.K.Obj.TU) for one in fields] == ["Signature de Zoé", "Signature de Noé"]


def picture(document: Word) -> None:
    titled(document)
    image = io.BytesIO()
    Image.new("RGB", (8, 8)).save(image, "PNG")
    document.add_picture(image)


def skipping(document: Word) -> None:
    titled(document)
    document.add_heading("Trop bas", 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "change", "fault"),
    [
        ("", titled, "pas de titre"),
        ("Convention", picture, "texte de remplacement"),
        ("Convention", skipping, "sautent un niveau"),
    ],
)
def test_what_only_the_author_can_mend_is_not_said_to_be_accessible(
    office: Converter, tmp_path: Path, title: str, change: Callable[[Word], None], fault: str
) -> None:
    pdf = office.to_pdf(word("Été.", title=title, change=change))
    with Pdf.open(io.BytesIO(pdf)) as document:
        assert any(fault in said for said in make_accessible(document))
    path = tmp_path / "a.pdf"
    path.write_bytes(finish(pdf, AT))
    assert b"pdfuaid" not in path.read_bytes()
    assert validate([path]) == []
