"""Charts in the places that a template keeps for them, each with its own file and its words."""

from __future__ import annotations

import io
import re
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from docgen.documents.charts import HEIGHT, WIDTH, Bars, lying, upright
from docgen.documents.pictures import Picture, placed
from docgen.errors import Broken

TEMPLATE = (Path(__file__).parents[2] / "templates" / "rapport" / "template.docx").read_bytes()
BARS = Bars(
    ["janv.", "Une entreprise au nom vraiment très long"],
    [("2023", [2, Fraction(7, 2)]), ("2022", [0, 1])],
)
NAMES = ("graphique-mois", "graphique-engagements")


@pytest.mark.parametrize("draw", [upright, lying])
def test_bars_have_the_shape_of_their_place_and_the_same_bytes_twice(draw: object) -> None:
    assert callable(draw)
    png = draw(BARS)
    assert draw(BARS) == png
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (WIDTH, HEIGHT)
        assert len(image.getcolors(1 << 20) or ()) > 3


@pytest.mark.parametrize("draw", [upright, lying])
def test_nothing_to_draw_is_no_fault(draw: object) -> None:
    assert callable(draw)
    for bars in (Bars([], []), Bars(["a"], [("x", [0]), ("y", [0])])):
        assert draw(bars).startswith(b"\x89PNG")


def test_each_picture_has_a_file_and_words_of_its_own() -> None:
    pictures = {name: Picture(f"png {name}".encode(), f"Mots de {name} & <b>") for name in NAMES}
    with zipfile.ZipFile(io.BytesIO(placed(TEMPLATE, pictures))) as package:
        body = package.read("word/document.xml").decode()
        relations = package.read("word/_rels/document.xml.rels").decode()
        for name in NAMES:
            place = re.search(
                rf'<wp:docPr[^>]*name="{name}"[^>]*>.*?r:embed="([^"]+)"', body, re.DOTALL
            )
            assert place
            assert f"Mots de {name} &amp; &lt;b&gt;" in place[0]
            target = re.search(rf'<Relationship [^>]*Id="{place[1]}"[^>]*>', relations)
            assert target
            part = re.search(r'Target="([^"]+)"', target[0])
            assert part
            assert package.read(f"word/{part[1]}") == f"png {name}".encode()


def test_a_template_without_the_place_is_told() -> None:
    with pytest.raises(Broken, match="graphique-absent"):
        placed(TEMPLATE, {"graphique-absent": Picture(b"", "")})
