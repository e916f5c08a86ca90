"""Jinja2 pages: autoescaped, strict about what they are not given, in each of our languages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from docgen.french import telephone
from docgen.web.catalogue import Catalogue, Said, open_catalogue
from docgen.web.language import ASKED, FRENCH, LANGUAGES, Language
from docgen.web.plain import html_of
from docgen.web.words import WORDS

HERE = Path(__file__).parent
STYLE = HERE / "static" / "docgen.css"
ICON = HERE / "static" / "favicon.svg"
DRAWING = HERE / "static" / "dessin.js"


@dataclass(frozen=True)
class Pages:
    """The templates of each language, compiled once."""

    environments: Mapping[Language, Environment]

    def answer(
        self, language: Language, template: str, facts: Mapping[str, object], status: int = 200
    ) -> HTMLResponse:
        """The page made of `facts`, in that language."""
        page = self.environments[language].get_template(template).render(facts)
        return HTMLResponse(page, status, {"content-language": language})


def open_pages() -> Pages:
    """The templates of this folder."""
    return Pages({language: _environment(open_catalogue(language)) for language in LANGUAGES})


def _environment(catalogue: Catalogue) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    # Not the new style, whose `_()` would take a sentence with data in it for markup.
    environment.install_gettext_translations(catalogue.words, newstyle=False)  # type: ignore[attr-defined] # the extension's
    environment.policies["ext.i18n.trimmed"] = True
    words = WORDS[catalogue.language]
    environment.filters |= {
        "jour": words.jour,
        "heure": words.heure,
        "tel": _tel,
        "telephone": telephone,
        "markdown": html_of,
        "said": lambda sentence: _spoken(catalogue.said(sentence), catalogue.language),
    }
    environment.globals |= {
        "encore": words.encore,
        "language": catalogue.language,
        "languages": LANGUAGES,
        "asked": ASKED,
        # On an element whose words are those of the document, whatever the page's language.
        "fr": Markup("") if catalogue.language == FRENCH else Markup(' lang="fr"'),
        # In the address, so that a browser may keep the file and never show an old one.
        "style": _mark(STYLE),
        "script": _mark(DRAWING),
    }
    return environment


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _spoken(said: Said, language: Language) -> Markup | str:
    """The sentence; marked with its language where that is not the page's."""
    if said.lang == language:
        return said.text
    return Markup('<span lang="{}">{}</span>').format(said.lang, said.text)


def _tel(number: str) -> str:
    """A telephone number as a `tel:` link takes it."""
    return "".join(c for c in number if c.isdigit() or c == "+")
