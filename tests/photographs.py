"""Synthetic photographs and scans of printed pages: turned, tilted, in perspective, dark, noisy."""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from docgen.documents.scans.geometry import projection
from docgen.documents.scans.printed import Box

INK = (24, 32, 120)
TABLE = (96, 72, 52)


@dataclass(frozen=True)
class Shot:
    """`turn` and `tilt` in degrees; `perspective` and `blur` as parts of the page's width and of a
    point at 150 dpi; `light` multiplies; `shadow` is how much the far side loses.
    """

    turn: int = 0
    tilt: float = 0
    perspective: float = 0
    blur: float = 0
    noise: float = 0
    quality: int = 80
    light: float = 1
    shadow: float = 0


CLEAN = Shot()
USUAL = Shot(tilt=3, perspective=0.03, blur=0.3, noise=8, quality=60, light=0.9, shadow=0.4)
POOR = Shot(tilt=-7, perspective=0.03, noise=12, quality=40, shadow=0.5)
DARK = Shot(tilt=7, perspective=0.04, blur=0.6, noise=12, quality=40, light=0.4, shadow=0.6)
LOST = Shot(blur=6)


def pages_of(pdf: bytes, dpi: int = 150) -> list[Image.Image]:
    """Each page, as a printer would put it on white paper."""
    document = pdfium.PdfDocument(pdf)
    pages = [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    document.close()
    return pages


def signed(page: Image.Image, box: Box, seed: int = 1) -> Image.Image:
    """The page with something like a signature in the box."""
    scale = page.width / 595.3
    left, top, right, bottom = (side * scale for side in box.sides)
    chance = random.Random(seed)
    points = [
        (
            left + (right - left) * (0.15 + 0.7 * step / 40),
            (top + bottom) / 2
            + (bottom - top) * 0.3 * math.sin(step * 0.9) * chance.uniform(0.4, 1),
        )
        for step in range(41)
    ]
    page = page.copy()
    # A ball pen is half a millimetre wide.
    ImageDraw.Draw(page).line(points, fill=INK, width=max(2, round(1.4 * scale)), joint="curve")
    return page


def photograph(page: Image.Image, shot: Shot = USUAL, seed: int = 1) -> bytes:
    """The page on a table, photographed: JPEG bytes."""
    chance = random.Random(seed)
    width, height = page.size
    margin = round(0.08 * width)
    size = (width + 2 * margin, height + 2 * margin)
    turned = math.radians(shot.tilt)
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    seen = []
    for x, y in corners:
        u, v = x - width / 2, y - height / 2
        slip = [chance.uniform(-1, 1) * shot.perspective * width for _ in range(2)]
        seen.append(
            (
                size[0] / 2 + u * math.cos(turned) - v * math.sin(turned) + slip[0],
                size[1] / 2 + u * math.sin(turned) + v * math.cos(turned) + slip[1],
            )
        )
    place = projection(seen, corners)
    numbers = (place.a, place.b, place.c, place.d, place.e, place.f, place.g, place.h)
    way = (Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BILINEAR)
    picture = Image.new("RGB", size, TABLE)
    picture.paste(
        page.convert("RGB").transform(size, *way),
        (0, 0),
        Image.new("L", page.size, 255).transform(size, *way),
    )
    if shot.shadow:
        fall = Image.linear_gradient("L").resize(size).rotate(chance.choice([0, 90, 180, 270]))
        fall = fall.point(lambda value: int(255 - shot.shadow * value))
        picture = ImageChops.multiply(picture, Image.merge("RGB", [fall] * 3))
    if shot.light != 1:
        picture = picture.point(lambda value: int(value * shot.light))
    if shot.blur:
        radius = shot.blur * width / 1240
        picture = picture.filter(ImageFilter.GaussianBlur(radius))
    if shot.noise:
        # By the seed: Pillow's own noise is another at each call, and one page in twenty-five then
        # shows one of its two codes only, and is laid flat to a centimetre.
        even = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
        spread = shot.noise * math.sqrt(3) / 128  # the same standard deviation
        noise = even.point([round(128 + (value - 127.5) * spread) for value in range(256)])
        picture = Image.merge(
            "RGB", [ImageChops.add(band, noise, 1, -128) for band in picture.split()]
        )
    return jpeg(picture.rotate(shot.turn, expand=True), shot.quality)


def jpeg(picture: Image.Image, quality: int = 80, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, **how)
    return out.getvalue()


def scanned(pages: list[Image.Image]) -> bytes:
    """The pages as a scanner makes one PDF of them."""
    # Pillow notes on each picture what it was once saved with, and saves it so again.
    pages = [page.copy() for page in pages]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()
