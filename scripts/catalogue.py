"""Brings the catalogues of the pages' words up to date: `python -m scripts.catalogue`.

What is said in French in `web/` is found again (Babel, Jinja2's own extractor); what is new waits
for its translation, what is gone goes.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import docgen.web
from docgen.web.catalogue import LOCALE
from docgen.web.language import FRENCH, LANGUAGES

WEB = Path(docgen.web.__file__).parent
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "trimmed": "true"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "msg": None}


def source() -> Catalog:
    """Every text of the pages, with the file it stands in."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    found = extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS)
    for name, _, message, _, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, None, [(f"web/{name}", None)], context=context)  # type: ignore[list-item] # a file without its line: lines move
    return catalogue


def updated(po: bytes, language: str) -> bytes:
    """A catalogue with every text of today, and none of yesterday."""
    catalogue = read_po(io.BytesIO(po), locale=language)
    catalogue.update(source(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    written = io.BytesIO()
    write_po(written, catalogue, width=100, include_lineno=False)
    return written.getvalue()


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != FRENCH:
            path = LOCALE / f"{language}.po"
            path.write_bytes(updated(path.read_bytes(), language))
            print(f"{path} : à jour.")
