"""The office's pages: Jinja2, autoescaped, strict, in French. Home of their style sheet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from starlette.responses import HTMLResponse

from docgen.access import Role
from docgen.lifecycle import Status
from docgen.web.office.words import FORMS
from docgen.web.words import heure, jour

HERE = Path(__file__).parent
STYLE = HERE / "static" / "bureau.css"
# htmx, as its authors publish it, and a few lines of ours; every page works without either.
SCRIPTS = {name: HERE / "static" / name for name in ("htmx.min.js", "bureau.js")}
_CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class FrenchSpaces(Extension):
    """Keeps each « ; : ? ! » of a template on the line of the word before it."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                said = re.sub(r" ([;:?!»])", "\u00a0\\1", token.value).replace("« ", "«\u00a0")
                yield Token(token.lineno, "data", said)
            else:
                yield token


@dataclass(frozen=True)
class OfficePages:
    """The templates, compiled once; `organisation` stands at the top of each."""

    environment: Environment

    def answer(self, template: str, facts: Mapping[str, object], status: int = 200) -> HTMLResponse:
        """The page made of `facts`."""
        page = self.environment.get_template(template).render(facts)
        headers = {"content-language": "fr", "content-security-policy": _CSP}
        return HTMLResponse(page, status, headers)


def open_pages(organisation: object) -> OfficePages:
    """The templates of this folder."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[FrenchSpaces],
    )
    filters: dict[str, Callable[..., str]] = {
        "jour": jour,
        "moment": moment,
        "court": court,
        "role": lambda name: Role(name).label,
        "statut": lambda name: Status(name).label,
        "octets": octets,
        "siret": siret,
        **FORMS,
    }
    environment.filters |= filters
    environment.globals |= {
        "organisation": organisation,
        "moi": None,
        "peut": {},
        "ici": "",
        # In the address, so that a browser may keep the file and never show an old one.
        "style": _mark(STYLE),
        "scripts": {name: _mark(path) for name, path in SCRIPTS.items()},
        "roles": [(role.value, role.label) for role in Role],
    }
    return OfficePages(environment)


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def moment(at: datetime) -> str:
    """« 3 mars 2027 à 15 h 46 », in Paris."""
    return f"{jour(at)} à {heure(at)}"


def court(day: date) -> str:
    """« 03/03/2027 », for lists where days are compared."""
    return f"{day:%d/%m/%Y}"


def octets(size: int) -> str:
    """« 184 ko »; a thousand bytes in a ko."""
    if size < 1000:
        return f"{size} octets"
    if size < 1_000_000:
        return f"{size / 1000:.0f} ko"
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",")


def siret(digits: str | None) -> str:
    """« 356 000 000 00048 », as companies write it."""
    text = digits or ""
    if len(text) != 14:
        return text
    return "\u00a0".join((text[:3], text[3:6], text[6:9], text[9:]))
