"""A drawn signature is points and nothing else; whatever else comes is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import InvalidData
from docgen.signing.drawing import HEIGHT, MOST_POINTS, MOST_STROKES, WIDTH, Drawing, read_drawing

POINTS = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
STROKES = st.lists(st.lists(POINTS, min_size=1, max_size=20), min_size=1, max_size=MOST_STROKES)


@given(STROKES)
def test_what_was_drawn_is_what_is_read_and_stays_in_its_box(
    strokes: list[list[tuple[int, int]]],
) -> None:
    drawing = Drawing(tuple(tuple(stroke) for stroke in strokes))
    assert read_drawing(drawing.text) == drawing
    left, bottom, width, height = 120.0, 4.0, 70.0, 44.0
    for line in drawing.in_pdf(left, bottom, width, height).splitlines():
        if line.endswith((" m", " l")):
            x, y = (float(number) for number in line.split()[:2])
            assert left - 0.01 <= x <= left + width + 0.01
            assert bottom - 0.01 <= y <= bottom + height + 0.01


@pytest.mark.parametrize("nothing", ["", "  ", "\n"])
def test_nothing_drawn_is_no_drawing(nothing: str) -> None:
    assert read_drawing(nothing) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Tj ET q", "illisible"),
        ("1,2;", "illisible"),
        ("1,2  3,4", "illisible"),
        ("1,-2", "illisible"),
        ("１,２", "illisible"),
        ("1,2\n3,4", "illisible"),
        (f"{WIDTH + 1},0", "sort du cadre"),
        (f"0,{HEIGHT + 1}", "sort du cadre"),
        (";".join(["1,2"] * (MOST_STROKES + 1)), "trop long"),
        (" ".join(["1,2"] * (MOST_POINTS + 1)), "trop long"),
        ("1" * 100_000, "trop long"),
    ],
)
def test_what_is_not_a_drawing_is_refused_by_its_field(text: str, why: str) -> None:
    with pytest.raises(InvalidData) as refused:
        read_drawing(text)
    (finding,) = refused.value.findings
    assert finding.field == "dessin"
    assert why in finding.message
