"""Jinja2 pages: autoescaped, and strict about what they are not given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from docgen.french import telephone
from docgen.web.words import encore, heure, jour

HERE = Path(__file__).parent
STYLE = HERE / "static" / "docgen.css"
ICON = HERE / "static" / "favicon.svg"


@dataclass(frozen=True)
class Pages:
    """The templates, compiled once."""

    environment: Environment

    def answer(self, template: str, facts: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """The page made of `facts`."""
        return HTMLResponse(self.environment.get_template(template).render(facts), status)


def open_pages() -> Pages:
    """The templates of this folder."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"jour": jour, "heure": heure, "tel": _tel, "telephone": telephone}
    environment.globals |= {
        "encore": encore,
        # In the address, so that a browser may keep the file and never show an old one.
        "style": hashlib.sha256(STYLE.read_bytes()).hexdigest()[:12],
    }
    return Pages(environment)


def _tel(number: str) -> str:
    """A telephone number as a `tel:` link takes it."""
    return "".join(c for c in number if c.isdigit() or c == "+")
