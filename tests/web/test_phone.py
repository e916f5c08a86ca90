"""From the organisation's screen to the signer's telephone: a code, and one screen that can act."""

from __future__ import annotations

import io

import httpx
import zxingcpp
from PIL import Image, ImageDraw

from docgen.documents.scans.symbols import squares
from docgen.web.phone import drawn
from tests.web.conftest import Running, words
from tests.web.memory_desk import ON_SITE, TOKEN


def test_the_screen_shows_the_code_and_does_nothing_more(
    site: Running, browser: httpx.Client
) -> None:
    site.desk.state = ON_SITE
    jeton = site.enter(browser)
    assert "/signature/telephone" in browser.get("/signature").text
    asked = browser.get("/signature/telephone")
    assert "Cet écran va montrer un code carré" in words(asked.text)
    # Looking moves nothing.
    assert len(site.desk.acts) == 1
    moved = browser.post("/signature/telephone", data={"jeton": jeton})
    assert (moved.status_code, moved.headers["location"]) == (303, "/signature/telephone")
    page = browser.get("/signature/telephone")
    assert page.status_code == 200
    assert '<img src="/signature/telephone.svg"' in page.text
    # No secret in the page: the picture is made from the cookie.
    assert TOKEN not in page.text
    for path in ("/signature", "/signature/refuser", "/signature/document", "/signature/confier"):
        refused = browser.get(path)
        assert refused.status_code == 410
        assert "La suite est sur votre téléphone" in words(refused.text)
        assert 'href="/signature/telephone"' in refused.text
    # A second click, the browser's back button: the code is still there, nothing moves twice.
    again = browser.post("/signature/telephone", data={"jeton": jeton})
    assert again.status_code == 303
    assert [act[0] for act in site.desk.acts] == ["enter", "move_to_phone"]


def test_the_picture_is_a_file_of_ours_that_a_telephone_reads(
    site: Running, browser: httpx.Client
) -> None:
    site.desk.state = ON_SITE
    site.enter(browser)
    answer = browser.get("/signature/telephone.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.text == drawn(squares(f"https://exemple.fr/s/{TOKEN}"))
    found = zxingcpp.read_barcodes(_painted(answer.text))
    assert [one.text for one in found] == [f"https://exemple.fr/s/{TOKEN}"]


def test_who_signs_by_their_own_link_is_not_offered_a_code(
    site: Running, browser: httpx.Client
) -> None:
    site.enter(browser)
    assert "/signature/telephone" not in browser.get("/signature").text
    page = browser.get("/signature/telephone")
    assert (page.status_code, page.headers["location"]) == (303, "/signature")


def test_only_a_form_of_the_visit_moves_it(site: Running, browser: httpx.Client) -> None:
    site.desk.state = ON_SITE
    site.enter(browser)
    assert browser.post("/signature/telephone", data={"jeton": "0" * 64}).status_code == 403
    with site.browser() as stranger:
        assert stranger.get("/signature/telephone.svg").status_code == 404
        assert stranger.get("/signature/telephone").status_code == 404
    assert len(site.desk.acts) == 1


def _painted(svg: str) -> Image.Image:
    """The squares of the SVG's path, as any browser paints them."""
    import re

    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    picture = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(picture)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg):
        draw.point((int(x), int(y)), 0)
    kept = io.BytesIO()
    picture.resize((side * 8, side * 8), Image.Resampling.NEAREST).save(kept, "PNG")
    return Image.open(kept)
