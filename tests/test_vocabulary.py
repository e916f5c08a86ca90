"""The people docgen writes about are « en transition »; « en insertion » names a trade alone.

Held for everything that reaches a person: Word templates, mails, pages, messages, examples.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# « conseillère en insertion professionnelle » is a post, named so by collective agreements.
_OF_A_PERSON = re.compile(
    r"(?<!conseiller )(?<!conseillère )(?<!conseillers )(?<!conseillères )\ben insertion\b",
    re.IGNORECASE,
)
_TEXTS = (".html", ".js", ".json", ".py", ".txt", ".yaml", ".yml")
SHIPPED = sorted(
    path
    for folder in ("src", "flows", "templates", "examples", "scripts/templates")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {*_TEXTS, ".docx"}
)


def words_of(path: Path) -> str:
    """Everything a file says, on one line; of a Word file all its parts, runs joined."""
    if path.suffix != ".docx":
        return _on_one_line(path.read_text(encoding="utf-8"))
    with zipfile.ZipFile(path) as word:
        parts = [word.read(name).decode() for name in word.namelist() if name.endswith(".xml")]
    paragraphs = (re.sub(r"</w:p>|<w:(?:br|tab)\b[^>]*>", " ", part) for part in parts)
    return _on_one_line(" ".join(re.sub(r"<[^>]+>", "", part) for part in paragraphs))


def _on_one_line(text: str) -> str:
    # Also across a Python string that goes on in the next line.
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r'"\s*\n\s*f?"', "", text))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nobody_is_called_by_the_programme_they_are_in(path: Path) -> None:
    text = words_of(path)
    found = [text[max(0, at.start() - 40) : at.end() + 20] for at in _OF_A_PERSON.finditer(text)]
    assert found == []


def test_every_kind_of_text_is_read() -> None:
    assert {".docx", ".html", ".txt", ".yaml", ".py"} <= {path.suffix for path in SHIPPED}
    templates = [path for path in SHIPPED if path.suffix == ".docx"]
    assert any("en transition" in words_of(path) for path in templates)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("un salarié en insertion", True),
        ("les personnes En\u00a0Insertion", True),
        ('"un salarié en "\n    "insertion"', True),
        ("parcours en insertion.", True),
        ("conseillère en insertion professionnelle", False),
        ("un salarié en transition", False),
        ("l’insertion professionnelle", False),
    ],
)
def test_what_is_a_fault_and_what_is_a_trade(text: str, fault: bool) -> None:
    assert bool(_OF_A_PERSON.search(_on_one_line(text))) is fault
