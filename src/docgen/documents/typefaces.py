"""The typefaces a document asks for, those this machine has, and those a PDF was made with.

For a typeface it has not, LibreOffice takes another without a word: four pages become five. Only a
few have a twin of the same widths, which changes nothing of the layout.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pikepdf

from docgen.documents.fontconfig import every_font
from docgen.documents.glyphs import uncommon
from docgen.errors import Broken, Unavailable

# Fonts of the same widths: one for another, pages do not change.
SAME_WIDTHS = (
    frozenset({"calibri", "carlito"}),
    frozenset({"cambria", "caladea"}),
    frozenset({"georgia", "gelasio"}),
    frozenset({"arial", "helvetica", "liberation sans", "arimo", "nimbus sans"}),
    frozenset({"arial narrow", "liberation sans narrow", "nimbus sans narrow"}),
    frozenset({"times new roman", "times", "liberation serif", "tinos", "nimbus roman"}),
    frozenset({"courier new", "courier", "liberation mono", "cousine", "nimbus mono ps"}),
)
# LibreOffice draws these bullets itself, with OpenSymbol.
BULLETS = frozenset({"symbol", "wingdings", "wingdings 2", "wingdings 3", "webdings"})
OWN = "opensymbol"  # LibreOffice brings it, and draws bullets with it
# What may stand for a typeface without moving a line.
TWINS: Mapping[str, frozenset[str]] = {
    **{name: group - {name} for group in SAME_WIDTHS for name in group},
    **dict.fromkeys(BULLETS, frozenset({OWN})),
}
OWN_FONTS = Path("/usr/lib/libreoffice/share/fonts/truetype")
MOST_MET = 256
_WORD = re.compile(r"word/(document|styles|numbering|header\d*|footer\d*|footnotes)\.xml")
_THEME = re.compile(r"word/theme/theme\d*\.xml")
_ASKED = re.compile(rb'w:(?:ascii|hAnsi)="([^"]+)"')
_ASKED_OF_THEME = re.compile(rb'<a:latin typeface="([^"]+)"')
_USED = re.compile(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([^\s/<>\[\]()]+)")


@dataclass(frozen=True)
class Typeface:
    """One font file and the families it belongs to, in small letters."""

    families: frozenset[str]
    file: Path


def check(docx: bytes, pdf: bytes) -> None:
    """Refuse a PDF where a typeface was replaced by one of other widths. Raises Broken."""
    missing = [name for name in asked(docx) if not _available(name)]
    if not missing:
        return  # what else is in the PDF shows letters that the typefaces asked for do not have
    known = {OWN, *(name.lower() for name in asked(docx))}
    known |= {twin for name in known for twin in TWINS.get(name, ())}
    strangers = sorted(name for name in used(pdf) if not _families(name) & known)
    if strangers and not uncommon(_text(docx)):
        raise Broken(
            f"Le document demande la police {_listed(missing)}, que cette machine n’a pas : "
            f"LibreOffice l’a remplacée par {_listed(strangers)}, et la mise en page change. "
            "Installez-la, ou choisissez Carlito ou Caladea dans le modèle."
        )


def asked(docx: bytes) -> frozenset[str]:
    """The Latin typefaces that a Word file names, used or not."""
    found: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        for part in package.infolist():
            theme = _THEME.fullmatch(part.filename)
            if theme or _WORD.fullmatch(part.filename):
                # Nearly all parts are those of the template, met before.
                key = (part.filename, part.CRC, part.file_size)
                if key not in _met:
                    names = (_ASKED_OF_THEME if theme else _ASKED).findall(package.read(part))
                    if len(_met) >= MOST_MET:
                        _met.clear()
                    _met[key] = frozenset(name.decode() for name in names)
                found |= _met[key]
    return frozenset(found)


_met: dict[tuple[str, int, int], frozenset[str]] = {}


def used(pdf: bytes) -> frozenset[str]:
    """The PostScript names of the fonts in a PDF. Raises Broken when it is not one."""
    if b"/ObjStm" not in pdf:
        return frozenset(_plain(name) for name in _USED.findall(pdf))
    # Packed dictionaries, as newer releases of LibreOffice may write them.
    try:
        with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
            return frozenset(
                re.sub(r"^/(?:[A-Z]{6}\+)?", "", str(one.BaseFont))
                for one in document.objects
                if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
            )
    except pikepdf.PdfError as error:
        raise Broken("Ce fichier n’est pas un PDF lisible.") from error


def fingerprints(pdf: bytes) -> dict[str, str]:
    """The SHA-256 of the file of each font in a PDF, by PostScript name; "" when unknown."""
    held = _installed()
    return {name: _hash_of(held[name].file) if name in held else "" for name in sorted(used(pdf))}


def font_file(name: str) -> Path:
    """The file of a font by its PostScript name. Raises Unavailable when it is not installed."""
    held = _installed().get(name)
    if held is None:
        raise Unavailable(
            f"La police {name} n’est pas installée.", "Lancez « make setup », qui l’installe."
        )
    return held.file


@lru_cache(maxsize=256)
def _hash_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _installed() -> Mapping[str, Typeface]:
    """Every font that LibreOffice sees, by PostScript name."""
    found: dict[str, Typeface] = {}
    for line in sorted(every_font("%{postscriptname}\t%{family}\t%{file}\n").splitlines()):
        name, families, file = line.split("\t")
        found[name] = Typeface(frozenset(families.lower().split(",")), Path(file))
    own = {path.stem: path for path in OWN_FONTS.glob("*.ttf")}
    return {
        **{name: Typeface(frozenset({name.partition("-")[0].lower()}), own[name]) for name in own},
        **found,
    }


def _available(name: str) -> bool:
    families = {family for face in _installed().values() for family in face.families}
    return not families.isdisjoint({name.lower(), *TWINS.get(name.lower(), ())})


def _families(name: str) -> frozenset[str]:
    face = _installed().get(name)
    return face.families if face else frozenset({name.partition("-")[0].lower()})


def _text(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        parts = [package.read(name) for name in package.namelist() if _WORD.fullmatch(name)]
    return html.unescape(re.sub(r"<[^>]*>", "", b"".join(parts).decode(errors="replace")))


def _plain(name: bytes) -> str:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), name).decode(
        errors="replace"
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
