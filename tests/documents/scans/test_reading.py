"""Whatever is given as a scan: read when it is one, refused in a sentence when it is not."""

from __future__ import annotations

import hashlib
import io
import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from docgen.confinement import Limits
from docgen.documents.scans.binding import bound
from docgen.documents.scans.codes import Corner, parse, short
from docgen.documents.scans.collating import Collated, collate, empty_boxes
from docgen.documents.scans.confined import read_confined
from docgen.documents.scans.printed import Layout, code_of, corners_of, layout_of, to_print
from docgen.documents.scans.reading import read
from docgen.documents.scans.symbols import seen, squares
from docgen.errors import Refused
from tests.photographs import (
    CLEAN,
    DARK,
    LOST,
    POOR,
    USUAL,
    Shot,
    jpeg,
    pages_of,
    photograph,
    scanned,
    signed,
)

pytestmark = pytest.mark.slow

REFERENCE = "PMSMP-2026-0001"


def made(pages: int = 2) -> bytes:
    """A PDF whose second page has a signature field."""
    with pikepdf.new() as pdf:
        for number in range(pages):
            page = pdf.add_blank_page(page_size=(595.3, 841.9))
            grey = " ".join(f"90 {700 - 14 * line} 380 6 re f" for line in range(20 + number))
            page.obj.Contents = pdf.make_stream(grey.encode())
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T="Signature_1",
                Rect=[300, 200, 500, 260],
                P=pdf.pages[-1].obj,
            )
        )
        pdf.pages[-1].obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


FROZEN = made()
LAYOUT: Layout = layout_of(FROZEN)
PAGES = pages_of(to_print(FROZEN, REFERENCE))
SHOTS = [photograph(page, USUAL, n) for n, page in enumerate(PAGES)]


def collated(*files: bytes) -> Collated:
    pile = read([(f"f{n}", content) for n, content in enumerate(files, 1)], LAYOUT)
    return collate(pile, REFERENCE, short(hashlib.sha256(FROZEN).hexdigest()), 2)


def said(*files: bytes) -> str:
    return " ".join(f"{place} {sentence}" for place, sentence in collated(*files).problems)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("shot", [CLEAN, USUAL, POOR, DARK])
def test_a_page_is_read_and_laid_flat_however_it_was_taken(shot: Shot, turn: int) -> None:
    content = photograph(PAGES[1], replace(shot, turn=turn), turn)
    found = collated(content, SHOTS[0])
    assert found.problems == ()
    assert [sheet.code.page for sheet in found.sheets] == [1, 2]
    # Upright, and as large as the paper: each code is found again where it was printed.
    sheet = found.sheets[1]
    picture = Image.open(io.BytesIO(sheet.jpeg))
    again = {parse(one.text): one for one in seen(picture)}
    assert again
    for said_again, one in again.items():
        assert said_again is not None
        side = len(squares(one.text))
        scale = picture.width / sheet.size[0]
        around = (sheet.size[0] - LAYOUT.sizes[1][0]) / 2
        for printed, (x, y) in zip(
            corners_of(said_again[1], side, LAYOUT.sizes[1]), one.corners, strict=True
        ):
            # Two millimetres.
            assert math.dist(printed, (x / scale - around, y / scale - around)) < 5.7


def test_a_pdf_of_the_scanner_in_any_order_comes_back_in_order() -> None:
    found = collated(scanned([PAGES[1], PAGES[0]]))
    assert ([sheet.code.page for sheet in found.sheets], found.notes) == ([1, 2], ())
    scan = bound(found.sheets, FROZEN, REFERENCE)
    assert scan == bound(found.sheets, FROZEN, REFERENCE)
    assert [page.width > 0 for page in pages_of(scan)] == [True, True]


def test_both_pages_in_one_photograph_are_two_sheets() -> None:
    spread = Image.new("RGB", (PAGES[0].width * 2, PAGES[0].height), "white")
    spread.paste(PAGES[1], (0, 0))
    spread.paste(PAGES[0], (PAGES[0].width, 0))
    assert [sheet.code.page for sheet in collated(jpeg(spread)).sheets] == [1, 2]


def test_one_corner_under_a_thumb_leaves_the_other() -> None:
    page = PAGES[0].copy()
    page.paste((90, 60, 50), (0, page.height - 200, 200, page.height))
    found = collated(jpeg(page), SHOTS[1])
    assert found.problems == ()
    assert found.sheets[0].codes == 1
    # How it lies is known less well: more of the picture is kept around.
    assert found.sheets[0].size[0] > 595.3


def test_ink_in_a_signature_box_is_seen_and_its_absence_too() -> None:
    page = signed(PAGES[1], LAYOUT.boxes[0])
    for shot in (CLEAN, USUAL, POOR):
        by_hand = collated(photograph(page, shot), SHOTS[0])
        assert empty_boxes(by_hand.sheets, ["Signature_1"]) == ()
        empty = collated(photograph(PAGES[1], shot), SHOTS[0])
        assert empty_boxes(empty.sheets, ["Signature_1"]) == ("Signature_1",)


def test_a_page_twice_keeps_the_better_one_and_says_so() -> None:
    poor = photograph(PAGES[0], replace(USUAL, blur=1.0))
    found = collated(poor, SHOTS[0], SHOTS[1])
    assert found.problems == ()
    assert found.sheets[0].where.file == "f2"
    assert "La page 1 est là deux fois" in found.notes[0]


def test_a_blank_back_is_left_aside() -> None:
    blank = Image.new("RGB", PAGES[0].size, (250, 249, 245))
    found = collated(scanned([PAGES[0], blank, PAGES[1], blank]))
    assert (found.problems, len(found.notes)) == ((), 1)
    assert "2 pages sans rien" in found.notes[0]


def test_nothing_of_the_camera_is_left_in_the_pictures() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Appareil de Fatou"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    content = jpeg(PAGES[0], exif=exif)
    assert b"Appareil de Fatou" in content
    found = collated(content, SHOTS[1])
    scan = bound(found.sheets, FROZEN, REFERENCE)
    assert b"Exif" not in scan
    assert b"Appareil" not in scan


def test_a_page_that_is_missing_is_named_and_a_blurred_one_is_said_to_be() -> None:
    assert "il manque la page 2 sur 2" in said(SHOTS[0])
    assert "trop floue ou trop sombre pour lire son code : « f2 »" in said(
        SHOTS[0], photograph(PAGES[1], LOST)
    )


def test_another_agreement_and_another_version_are_told_apart() -> None:
    other = pages_of(to_print(FROZEN, "CP-2026-0003"))
    assert "c’est la page 1 de CP-2026-0003, pas de PMSMP-2026-0001" in said(
        *SHOTS, photograph(other[0])
    )
    before = made(3)
    earlier = pages_of(to_print(before, REFERENCE))
    assert "d’une autre version de PMSMP-2026-0001" in said(*SHOTS, photograph(earlier[1]))


def _png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that announces so many points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )  # fmt: skip

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _pdf(
    change: Callable[[pikepdf.Pdf], None] = lambda _: None, pages: int = 1, **how: object
) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def _with_javascript(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "le fichier est vide"),
    "text": (b"Bonjour", "ni un PDF, ni une image"),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC"),
    "gif": (b"GIF89a" + b"\0" * 40, "ni un PDF, ni une image"),
    "cut jpeg": (SHOTS[0][:3000], "abîmée ou coupée"),
    "bomb": (_png_of(12_000, 12_000), "cette image annonce 12000 × 12000 points"),
    "larger bomb": (_png_of(30_000, 30_000), "cette image annonce plus de points"),
    "wide bomb": (_png_of(2_000_000, 1), "abîmée ou coupée"),
    "password": (
        _pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
        "protégé par un mot de passe",
    ),
    "javascript": (_pdf(_with_javascript), "JavaScript"),
    "300 pages": (_pdf(pages=300), "300 pages. Plus de 60"),
    "broken pdf": (b"%PDF-1.7\n" + b"\0" * 100, "abîmé"),
    "no page of ours": (_pdf(), "aucune page de cet accord"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_answered_by_a_sentence(name: str) -> None:
    content, sentence = BAD[name]
    assert sentence in said(content)


def test_the_confined_process_gives_what_the_reading_gives() -> None:
    files = [("a.jpg", SHOTS[0]), ("b.txt", b"rien")]
    assert read_confined(files, LAYOUT) == read(files, LAYOUT)


def test_a_reading_that_takes_too_much_is_stopped_and_said() -> None:
    stopped = read_confined([("a.jpg", SHOTS[0])], LAYOUT, Limits(seconds=20, memory=64 * 1024**2))
    assert (stopped.sheets, stopped.faults[0].file) == ((), "a.jpg")
    assert "trop de temps ou de mémoire" in stopped.faults[0].sentence


def test_a_corner_that_is_not_free_is_refused() -> None:
    full = _pdf()
    with pikepdf.open(io.BytesIO(full)) as pdf:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"0 0 2000 2000 re f")
        out = io.BytesIO()
        pdf.save(out)
    with pytest.raises(Refused, match="coin de la page 1"):
        to_print(out.getvalue(), REFERENCE)


def test_codes_read_back_and_a_changed_one_is_not_believed() -> None:
    code = code_of(REFERENCE, FROZEN, 2, 2)
    for corner in Corner:
        assert parse(code.written(corner)) == (code, corner)
    assert parse(code.written(Corner.TOP_RIGHT).replace("2/2", "1/2")) is None
    assert parse("https://example.org") is None
    assert len(code.spoken) == 7
