"""Fonts that this machine would replace, and languages that are not French.

A missing font is silent: LibreOffice takes another one, wider, and four pages become five.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docgen.documents.fontconfig import family_for
from docgen.documents.lint.package import Package, W, fault
from docgen.documents.lint.reading import Paragraph, Part
from docgen.documents.lint.rules import Flaw
from docgen.documents.typefaces import BULLETS, SAME_WIDTHS

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_KINDS = ("ascii", "hAnsi")


@dataclass
class Looks:
    """What the styles, the theme and the defaults give to a run."""

    styles: Mapping[str, Any]
    defaults: Any
    theme: Mapping[str, str]
    embedded: frozenset[str]
    default_style: str

    def chain(self, style: str | None) -> Iterator[Any]:
        """A style and those it is based on."""
        seen: set[str] = set()
        while style and style in self.styles and style not in seen:
            seen.add(style)
            yield self.styles[style]
            base = self.styles[style].find(f"{W}basedOn")
            style = base.get(f"{W}val") if base is not None else None

    def properties(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """Everything that speaks of a run's looks, the strongest first."""
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
            yield from self._of_style(own.find(f"{W}rStyle"))
        about = paragraph.find(f"{W}pPr")
        named = about.find(f"{W}pStyle") if about is not None else None
        if named is not None:
            yield from self._of_style(named)
        else:
            yield from self.inside(self.default_style)
        table = next(paragraph.iterancestors(f"{W}tbl"), None)
        if table is not None:
            yield from self._of_style(table.find(f"{W}tblPr/{W}tblStyle"))
        if self.defaults is not None:
            yield self.defaults

    def _of_style(self, named: Any) -> Iterator[Any]:
        if named is not None:
            yield from self.inside(named.get(f"{W}val"))

    def inside(self, style: str | None) -> Iterator[Any]:
        """What a style says of runs, then what those it is based on say."""
        for one in self.chain(style):
            properties = one.find(f"{W}rPr")
            if properties is not None:
                yield properties


def looks_of(package: Package) -> Looks:
    """The looks that the document's styles give."""
    styles: dict[str, Any] = {}
    defaults, default_style = None, ""
    for name in package.related(package.main, "styles"):
        root = package.xml(name)
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        for style in root.iter(f"{W}style"):
            styles[style.get(f"{W}styleId")] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true"}:
                default_style = style.get(f"{W}styleId")
    theme: dict[str, str] = {}
    for name in package.related(package.main, "theme"):
        for kind in ("major", "minor"):
            latin = package.xml(name).find(f".//{_A}{kind}Font/{_A}latin")
            if latin is not None:
                theme[kind] = latin.get("typeface") or ""
    embedded = frozenset(
        (font.get(f"{W}name") or "").lower()
        for name in package.related(package.main, "fontTable")
        for font in package.xml(name).iter(f"{W}font")
        if font.find(f"{W}embedRegular") is not None
    )
    return Looks(styles, defaults, theme, embedded, default_style)


def _fonts_of(looks: Looks, run: Any, paragraph: Any) -> set[str]:
    found: set[str] = set()
    for kind in _KINDS:
        for properties in looks.properties(run, paragraph):
            fonts = properties.find(f"{W}rFonts")
            if fonts is None:
                continue
            theme = fonts.get(f"{W}{kind}Theme")
            name = looks.theme.get(theme[:5]) if theme else fonts.get(f"{W}{kind}")
            if name:
                found.add(name)
                break
    return found


def _runs(paragraph: Paragraph) -> list[Any]:
    """The runs of a paragraph that show something."""
    runs = dict.fromkeys(
        letters.element.getparent() for letters in paragraph.letters if letters.text.strip()
    )
    return list(runs)


def check_fonts(looks: Looks, parts: Sequence[Part]) -> Iterator[Flaw]:
    """Each font that would be replaced by one of other widths, where it is first met."""
    told: set[str] = set()
    for part in parts:
        for paragraph in part.paragraphs:
            for run in _runs(paragraph):
                for font in sorted(_fonts_of(looks, run, paragraph.element)):
                    if font.lower() in told | BULLETS | looks.embedded:
                        continue
                    told.add(font.lower())
                    instead = _replaced_by(font)
                    if instead:
                        yield paragraph.flaw(
                            "police-absente",
                            "",
                            f"la police «\u00a0{font}\u00a0» manque et serait remplacée par "
                            f"«\u00a0{instead}\u00a0»",
                            "choisissez une autre police, ou faites-la installer",
                        )


@lru_cache(maxsize=256)
def _replaced_by(font: str) -> str:
    """The font of other widths that would stand in for `font`; empty when pages keep their shape.

    Raises Unavailable when fontconfig can't be asked.
    """
    answer = family_for(font)
    families = {name.strip().lower() for name in answer.split(",")}
    wanted = font.lower()
    if wanted in families or any(wanted in same and families & same for same in SAME_WIDTHS):
        return ""
    return answer.split(",")[0]


def check_language(looks: Looks, parts: Sequence[Part]) -> Iterator[Flaw]:
    """The document's language, and the first passage in each other one."""
    spoken = _language([*looks.inside(looks.default_style), looks.defaults])
    if not spoken:
        yield fault("langue-absente", "aucune langue n’est déclarée")
    elif not spoken.lower().startswith("fr"):
        yield fault("langue-absente", f"la langue déclarée est «\u00a0{spoken}\u00a0»")
    told = {spoken.lower()}
    for part in parts:
        for paragraph in part.paragraphs:
            for run in _runs(paragraph):
                language = _language(list(looks.properties(run, paragraph.element))).lower()
                if language and language not in told and not language.startswith("fr"):
                    told.add(language)
                    yield paragraph.flaw(
                        "langue-autre", "", f"le passage est marqué «\u00a0{language}\u00a0»"
                    )


def _language(properties: Sequence[Any]) -> str:
    for one in properties:
        language = one.find(f"{W}lang") if one is not None else None
        if language is not None and language.get(f"{W}val"):
            return str(language.get(f"{W}val"))
    return ""
