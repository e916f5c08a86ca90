"""From the files of a scan to upright sheets. Run on bytes that may be hostile (`confined`)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace

from PIL import Image, ImageFilter, UnidentifiedImageError

from docgen.documents.marks import marks_of
from docgen.documents.pages import page_pictures
from docgen.documents.scans.printed import Layout
from docgen.documents.scans.sheets import Fault, Pile, Sheet, Unread, Where
from docgen.documents.scans.straightening import laid, straightened
from docgen.documents.scans.symbols import seen
from docgen.errors import DocgenError

MOST_SCANNED = 60
MOST_FILES = 60
# A telephone's largest mode; a JPEG of that size is decoded smaller.
MOST_PIXELS = 120_000_000
_ENOUGH_PIXELS = 16_000_000
DPI = 200
# Measured on the photographs of tests/photographs.py: docs/papier.md.
_BLURRED_UNDER = 10
_BLANK_UNDER = 2
_HEIC = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}


def read(files: Sequence[tuple[str, bytes]], layout: Layout) -> Pile:
    """The sheets of (name, bytes) files: PDF, JPEG or PNG. Raises nothing of what they hold."""
    pile = Pile()
    taken = 0
    for name, content in files:
        try:
            for where, picture in _pictures(name, content, MOST_SCANNED - taken):
                taken += 1
                sheets = list(_sheets(where, picture, layout))
                unread = () if sheets else (_unread(where, picture),)
                pile = replace(pile, sheets=(*pile.sheets, *sheets), unread=(*pile.unread, *unread))
        except _NotTaken as error:
            pile = replace(pile, faults=(*pile.faults, Fault(name, str(error))))
    return pile


class _NotTaken(Exception):
    """Why a file is not taken."""


def _pictures(name: str, content: bytes, room: int) -> Iterator[tuple[Where, Image.Image]]:
    if not content:
        raise _NotTaken("le fichier est vide.")
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise _NotTaken(
            "c’est une photo HEIC (iPhone), que docgen ne lit pas. Envoyez-la en JPEG : Réglages, "
            "Appareil photo, Formats, « Le plus compatible », puis reprenez-la."
        )
    if b"%PDF-" in content[:1024]:
        yield from _pages(name, content, room)
        return
    if room < 1:
        raise _NotTaken(_TOO_MANY)
    yield Where(name, 1, 1), _photograph(content)


_TOO_MANY = f"plus de {MOST_SCANNED} pages en tout : n’envoyez que celles de cet accord."


def _pages(name: str, content: bytes, room: int) -> Iterator[tuple[Where, Image.Image]]:
    marks = marks_of(content)
    if marks.encrypted:
        raise _NotTaken(
            "ce PDF est protégé par un mot de passe. Numérisez de nouveau, sans protection."
        )
    if not marks.readable or not marks.pages:
        raise _NotTaken("ce PDF est abîmé ou n’a pas de page. Numérisez de nouveau.")
    if marks.programs:
        raise _NotTaken(
            f"ce PDF contient {' et '.join(marks.programs)}, ce qu’aucun numériseur ne fait : il "
            "n’est pas ouvert. Numérisez le papier, ou photographiez-le."
        )
    if marks.pages > room:
        raise _NotTaken(f"{marks.pages} pages. {_TOO_MANY[0].upper()}{_TOO_MANY[1:]}")
    try:
        for number, picture in enumerate(page_pictures(content, DPI), 1):
            yield Where(name, number, marks.pages), picture
    except DocgenError as error:
        raise _NotTaken("ce PDF est abîmé : une page ne se lit pas.") from error


def _photograph(content: bytes) -> Image.Image:
    """The picture in RGB, no larger than is useful, without anything that was said beside it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
            picture: Image.Image = opened
            pixels = picture.width * picture.height
            if pixels > MOST_PIXELS:
                raise _NotTaken(
                    f"cette image annonce {picture.width} × {picture.height} points, plus qu’une "
                    "page n’en demande. Reprenez-la à la taille ordinaire."
                )
            while pixels > _ENOUGH_PIXELS and opened.format in {"JPEG", "MPO"}:
                before = opened.size
                opened.draft("RGB", (before[0] // 2, before[1] // 2))
                if picture.size == before:
                    break
                pixels = picture.width * picture.height
            picture.load()
    except UnidentifiedImageError as error:
        raise _NotTaken("ce n’est ni un PDF, ni une image JPEG ou PNG.") from error
    except Image.DecompressionBombError as error:
        raise _NotTaken("cette image annonce plus de points qu’une page n’en demande.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        # Pillow says a damaged PNG by SyntaxError.
        raise _NotTaken("cette image est abîmée ou coupée. Envoyez-la de nouveau.") from error
    if pixels > _ENOUGH_PIXELS:
        picture = picture.reduce(2)
    return _on_white(picture)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: the upper eight.
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


def _sheets(where: Where, picture: Image.Image, layout: Layout) -> Iterator[Sheet]:
    """The pages of paper in one picture: one as a rule, two when a photograph holds both."""
    for one in laid(seen(picture), layout.sizes):
        page = straightened(picture, one, layout.boxes)
        yield Sheet(
            where,
            one.code,
            one.codes,
            _detail(page.picture),
            page.ink,
            page.size,
            page.picture.width,
            page.picture.height,
            page.jpeg(),
        )


def _unread(where: Where, picture: Image.Image) -> Unread:
    small = picture.convert("L").resize((300, 400), Image.Resampling.BOX).crop((15, 20, 285, 380))
    edges = small.filter(ImageFilter.FIND_EDGES).crop((1, 1, 269, 359))
    blank = sum(edges.histogram()[40:]) < _BLANK_UNDER
    return Unread(where, blank, not blank and _detail(picture) < _BLURRED_UNDER)


def _detail(picture: Image.Image) -> int:
    """How sharp the sharpest lines are, of 127: what the strongest 4 of 1000 points reach.

    At 150 dpi, a little smoothed, so that the noise of a sensor is not taken for detail.
    """
    longest = max(picture.size)
    size = (picture.width * 1754 // longest or 1, picture.height * 1754 // longest or 1)
    grey = picture.convert("L").resize(size).filter(ImageFilter.GaussianBlur(1.2))
    lines = grey.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), 1, 128))
    counts = lines.histogram()
    left = sum(counts) * 4 // 1000
    for strength in range(127, 0, -1):
        left -= counts[128 + strength] + counts[128 - strength]
        if left < 0:
            return strength
    return 0
