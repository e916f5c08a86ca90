"""What somebody might do to a signed PDF: every change is named, none makes the check fall over."""

from __future__ import annotations

import datetime as dt
import io
import re
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NumberObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from docgen.signing.keys import load_or_create
from docgen.signing.seal import Sealer
from tests.signing.conftest import CLOSING, FIELDS, LINES, NOW, Signed

pytestmark = pytest.mark.slow

LATER = NOW + dt.timedelta(days=1)
EVERY = [*FIELDS, CLOSING]


def problems(signed: Signed, pdf: bytes, expected: list[str] | None = EVERY) -> str:
    return " ".join(signed.sealer.verify(pdf, expected, LATER).problems)


@settings(max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_flipped_anywhere_is_seen(signed: Signed, place: float, bit: int) -> None:
    pdf = bytearray(signed.closed)
    pdf[int(place * len(pdf))] ^= 1 << bit
    assert problems(signed, bytes(pdf))


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_revision_cut_off_is_seen_by_who_knows_how_many_there_are(
    signed: Signed, cut: int
) -> None:
    pdf = signed.states[-1 - cut]
    assert "attendue, mais son champ est vide" in problems(signed, pdf)
    # Alone, the file shows its empty fields.
    assert "vide" in problems(signed, pdf, None)


def test_the_end_cut_off_or_something_added_is_seen(signed: Signed) -> None:
    pdf = signed.closed
    for changed in (
        pdf[:-1],
        pdf[:-2000],
        pdf[: len(pdf) // 2],
        pdf + b"\n% ajout",
        b"",
        b"%PDF-1.7",
    ):
        assert problems(signed, changed)
    ends = [match.end() for match in re.finditer(rb"%%EOF\s?", pdf)]
    for end in ends[:-1]:
        assert problems(signed, pdf[:end])


def edited(pdf: bytes, change: str) -> bytes:
    """An incremental update, as a forger's editor would write it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    if change == "title":
        writer.root[pdf_name("/Lang")] = pdf_string("en")
        writer.update_root()
    elif change == "page":
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Rotate")] = NumberObject(90)
        writer.update_container(page)
    elif change == "field":
        field = writer.root["/AcroForm"]["/Fields"][0].get_object()
        field[pdf_name("/TU")] = pdf_string("Autre personne")
        writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", ["title", "page", "field"])
@pytest.mark.parametrize("state", [1, 3, 4])
def test_an_update_after_a_seal_is_seen(signed: Signed, change: str, state: int) -> None:
    expected = EVERY[:state]
    pdf = signed.states[state]
    assert problems(signed, pdf, expected) == ""
    assert problems(signed, edited(pdf, change), expected)


def test_a_rewritten_file_is_seen(signed: Signed) -> None:
    with pikepdf.open(io.BytesIO(signed.closed)) as pdf:
        out = io.BytesIO()
        pdf.save(out)
    assert problems(signed, out.getvalue())


@pytest.mark.filterwarnings("ignore:This document has:pikepdf.PageCopyWarning")
def test_a_signature_taken_out_of_the_form_is_missed(signed: Signed) -> None:
    for dropped in range(4):
        with pikepdf.open(io.BytesIO(signed.closed)) as pdf:
            del pdf.Root.AcroForm.Fields[dropped]
            out = io.BytesIO()
            pdf.save(out)
        assert EVERY[dropped] in problems(signed, out.getvalue())


def test_a_garbage_signature_is_named_and_does_not_crash(signed: Signed) -> None:
    pdf = signed.closed
    for match in re.finditer(rb"/Contents\s*<([0-9a-fA-F]+)>", pdf):
        for garbage in (b"00", b"ff", b"30"):
            start, end = match.span(1)
            changed = pdf[:start] + garbage * ((end - start) // 2) + pdf[end:]
            assert problems(signed, changed)


def test_somebody_elses_keys_are_not_ours(signed: Signed, tmp_path: Path) -> None:
    others = Sealer(load_or_create(tmp_path, b"autre", "Le Fournil", NOW), ())
    pdf = others.seal(signed.states[0], FIELDS[0], LINES, "Essai", NOW).pdf
    assert others.verify(pdf, [FIELDS[0]], LATER).problems == ()
    assert problems(signed, pdf, [FIELDS[0]])
    pdf = others.seal(signed.states[1], FIELDS[1], LINES, "Essai", NOW).pdf
    assert FIELDS[1] in problems(signed, pdf, list(FIELDS[:2]))


def test_the_order_and_the_number_of_the_signatures_are_held(signed: Signed) -> None:
    assert "ordre" in problems(signed, signed.closed, [FIELDS[1], FIELDS[0], FIELDS[2], CLOSING])
    assert "en trop" in problems(signed, signed.closed, [*FIELDS[:2], CLOSING])
    assert "attendue" in problems(signed, signed.closed, [*EVERY, "Signature_4"])
    for before, after in pairwise(signed.states):
        assert problems(signed, before) != problems(signed, after)


@settings(max_examples=40)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_check_fall_over(signed: Signed, noise: bytes) -> None:
    for pdf in (noise, b"%PDF-1.7\n" + noise, signed.closed[:3000] + noise):
        assert problems(signed, pdf)
