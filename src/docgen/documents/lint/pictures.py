"""Pictures: said in words for those who do not see them, and no larger than printed."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image, UnidentifiedImageError

from docgen.documents.lint.package import Package, relations
from docgen.documents.lint.reading import Paragraph, Part
from docgen.documents.lint.rules import Flaw

MOST_DPI = 600  # twice what a good printer shows
MOST_BYTES = 1024 * 1024
EMU_PER_INCH = 914_400
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_VML = "{urn:schemas-microsoft-com:vml}"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"


def check_pictures(package: Package, parts: Sequence[Part]) -> Iterator[Flaw]:
    """Every picture of every part."""
    for part in parts:
        targets = {one.id: one.target for one in relations(package.parts, part.name)}
        for paragraph in part.paragraphs:
            for drawing in paragraph.element.iter(f"{_DRAWING}inline", f"{_DRAWING}anchor"):
                if next(drawing.iterancestors(paragraph.element.tag)) is paragraph.element:
                    yield from _drawing(package, paragraph, drawing, targets)
            for shape in paragraph.element.iter(f"{_VML}imagedata"):
                if not (shape.getparent().get("alt") or "").strip() and _is_shown(shape):
                    yield paragraph.flaw("image-sans-texte", "", "une image sans texte")


def _is_shown(shape: Any) -> bool:
    """Tell whether it is not the copy that Word keeps for older programs."""
    return not any(str(one.tag).endswith("}Fallback") for one in shape.iterancestors())


def _drawing(
    package: Package, paragraph: Paragraph, drawing: Any, targets: dict[str, str]
) -> Iterator[Flaw]:
    blip = next(drawing.iter(f"{_A}blip"), None)
    about = drawing.find(f"{_DRAWING}docPr")
    if blip is None or about is None:
        return  # a text box or a shape
    name = about.get("name") or "image"
    decorative = any(one.get("val") in {"1", "true"} for one in about.iter(_DECORATIVE))
    if not decorative and not (about.get("descr") or about.get("title") or "").strip():
        yield paragraph.flaw(
            "image-sans-texte",
            "",
            f"«\u00a0{name}\u00a0» n’a pas de texte de remplacement",
            "dites ce qu’elle montre, par exemple «\u00a0Logo de l’association\u00a0»",
        )
    data = package.parts.get(targets.get(blip.get(f"{_R}embed") or "", ""))
    if data is None:
        return
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 2**20:.1f}".replace(".", ",")
        yield paragraph.flaw(
            "image-trop-grande", "", f"«\u00a0{name}\u00a0» pèse {size} Mo", "1 Mo au plus"
        )
    extent = drawing.find(f"{_DRAWING}extent")
    width = int(extent.get("cx") or 0) / EMU_PER_INCH if extent is not None else 0
    dpi = _pixels(data) / width if width else 0
    if dpi > MOST_DPI:
        yield paragraph.flaw(
            "image-trop-grande",
            "",
            f"«\u00a0{name}\u00a0» a {dpi:.0f} points par pouce une fois imprimée",
            "300 suffisent",
        )


def _pixels(data: bytes) -> int:
    """Its width in pixels; 0 for drawings that have none (EMF, SVG)."""
    with warnings.catch_warnings():
        # Only the header is read: a huge picture is told, not unfolded.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data)) as picture:
                return picture.width
        except Image.DecompressionBombError:
            return 2**31
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
            return 0
