"""The pages' words in another language: a gettext catalogue, read when the site opens.

French is what the pages are written in; `locale/<language>.po` holds its translations, which
`python -m scripts.catalogue` brings up to date. Sentences that the actions say with a number or a
name in them are recognised by their shape (`phrases.py`).
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from docgen.web.language import FRENCH, Language
from docgen.web.phrases import PHRASES
from docgen.web.words import in_english

LOCALE = Path(__file__).parent / "locale"
_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Said:
    """A sentence of ours in the reader's language, or as it is: `lang` says which."""

    text: str
    lang: Language


@dataclass(frozen=True)
class Catalogue:
    """The words of one language."""

    language: Language
    words: gettext.NullTranslations
    shapes: Mapping[re.Pattern[str], str] = field(default_factory=dict)

    def said(self, sentence: str) -> Said:
        """A French sentence, translated when it is in the catalogue or has a shape of PHRASES."""
        if self.language == FRENCH or not sentence:
            return Said(sentence, FRENCH)
        if (exact := self.words.gettext(sentence)) != sentence:
            return Said(exact, self.language)
        for shape, phrase in self.shapes.items():
            if found := shape.fullmatch(sentence):
                places = {name: in_english(text) for name, text in found.groupdict().items()}
                return Said(self.words.gettext(phrase) % places, self.language)
        return Said(sentence, FRENCH)


def open_catalogue(language: Language) -> Catalogue:
    """The words of a language; French needs no catalogue."""
    if language == FRENCH:
        return Catalogue(language, gettext.NullTranslations())
    with (LOCALE / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Catalogue(
        language,
        gettext.GNUTranslations(compiled),
        {shape_of(phrase): phrase for phrase in PHRASES},
    )


def shape_of(phrase: str) -> re.Pattern[str]:
    """What a phrase looks like once its places are filled."""
    pieces = _PLACE.split(phrase)
    shape = "".join(
        f"(?P<{piece}>.+?)" if odd % 2 else re.escape(piece) for odd, piece in enumerate(pieces)
    )
    return re.compile(shape, re.DOTALL)
