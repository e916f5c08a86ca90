"""The user guide names only what the product shows, and its pictures are those that are taken."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from docgen.cli.commands import COMMANDS
from scripts.pictures import IMAGES, MOST_BYTES, OTHERS, SHOTS
from tests.cli.conftest import ROOT

GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def _plain(text: str) -> str:
    """Words as they are compared: no tag, no template mark, any space as one."""
    bare = re.sub(r"<[^>]+>|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
    return " ".join(unescape(bare).split())


@cache
def _shown() -> str:
    """Every word that the product may show: its pages, and the sentences of its code."""
    source = ROOT / "src" / "docgen"
    files = [*sorted(source.rglob("*.html")), *sorted(source.rglob("*.js"))]
    pages = [path.read_text(encoding="utf-8") for path in files]
    said = [_plain(page) for page in pages]
    # What a template writes by an expression: a catalogue's phrase, a choice between two words.
    said += [_plain(words) for page in pages for words in re.findall(r'"([^"<>{}]+)"', page)]
    code = [path.read_text(encoding="utf-8") for path in sorted(source.rglob("*.py"))]
    return "\n".join([*said, *(" ".join(text.split()) for text in code)])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_words_of_the_screen_that_a_page_names_are_on_a_screen(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = [_plain(one) for one in re.findall(r"\*\*(.+?)\*\*", text, flags=re.DOTALL)]
    assert named or page.stem == "README"
    assert [one for one in named if one not in _shown() and one != "en gras"] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=str)
def test_every_link_and_picture_of_a_page_leads_somewhere(page: Path) -> None:
    targets = [one for one in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in one]
    assert [one for one in targets if not (page.parent / one).exists()] == []


def test_every_page_is_in_the_contents() -> None:
    contents = set(LINK.findall((GUIDE / "README.md").read_text(encoding="utf-8")))
    assert {path.name for path in PAGES} - {"README.md"} <= contents


def test_the_pictures_are_those_that_are_taken_each_shown_and_light() -> None:
    files = {path.stem: path for path in IMAGES.iterdir()}
    assert set(files) == {*SHOTS, *OTHERS}
    texts = [path.read_text(encoding="utf-8") for path in (*PAGES, ROOT / "README.md")]
    for name, path in files.items():
        assert any(f"images/{name}.webp)" in text for text in texts), name
        assert path.stat().st_size <= MOST_BYTES, name
        with Image.open(path) as picture:
            assert picture.format == "WEBP"


def test_the_commands_it_names_exist() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for command in re.findall(r"(?:^|`)docgen ([a-z-]+)", text, flags=re.MULTILINE):
            assert command in COMMANDS, (page.name, command)
