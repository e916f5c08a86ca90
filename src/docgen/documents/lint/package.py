"""Opening a template that nobody has vouched for: what it is, and what it must not hold."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from docgen.documents.lint.rules import Flaw, flaw
from docgen.documents.package import MOST_BYTES, MOST_PARTS, UNREADABLE, xml_parser

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    "macroEnabled": "un document à macros (.docm)",
    "template.main": "un modèle Word (.dotx)",
    "spreadsheetml": "un classeur Excel",
    "presentationml": "une présentation PowerPoint",
}
# Addresses that a click may open; the others name files of the author's machine.
_WEB = ("http://", "https://", "mailto:", "tel:")


@dataclass(frozen=True)
class Relation:
    """A link from a part; `target` is a part's name, or an address when `external`."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True)
class Package:
    """The parts of a docx by name, and how they hold together."""

    parts: Mapping[str, bytes]
    roots: Mapping[str, Any]
    main: str

    def xml(self, name: str) -> Any:
        """The root element of an XML part."""
        return self.roots[name]

    def related(self, name: str, kind: str) -> list[str]:
        """Names of the parts of that kind (`header`, `styles` …) that a part links to, in order."""
        found = [r.target for r in relations(self.parts, name) if r.kind == kind and not r.external]
        return [target for target in found if target in self.parts]


def is_xml(name: str) -> bool:
    """Tell an XML part by its name."""
    return name.endswith((".xml", ".rels"))


def parse(data: bytes) -> Any:
    """The root of an XML part, fetching and expanding nothing."""
    return etree.fromstring(data, xml_parser())


def links_of(name: str) -> str:
    """The name of the part that holds the links of a part; of the package's when it is empty."""
    folder, _, file = name.rpartition("/")
    return posixpath.join(folder, "_rels", f"{file}.rels")


def owner_of(links: str) -> str:
    """The part whose links such a part holds."""
    return links.replace("_rels/", "", 1).removesuffix(".rels")


def relations(parts: Mapping[str, bytes], name: str) -> list[Relation]:
    """The links of a part; of the package itself when `name` is empty."""
    folder = name.rpartition("/")[0]
    data = parts.get(links_of(name))
    if data is None:
        return []
    found = []
    for one in parse(data).iter(_RELATION):
        external = one.get("TargetMode") == "External"
        target = one.get("Target") or ""
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = (one.get("Type") or "").rpartition("/")[2]
        found.append(Relation(one.get("Id") or "", kind, target, external))
    return found


def fault(rule: str, message: str, suggestion: str = "", part: str = "document") -> Flaw:
    """A flaw of the file, or of a whole part of it."""
    return flaw(rule, part, message, suggestion)


def open_package(docx: bytes) -> Package | Flaw:
    """The package, or why nothing more can be said of it."""
    if not docx.startswith(b"PK"):
        return _not_a_zip(docx)
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            infos = package.infolist()
            size = sum(info.file_size for info in infos)
            if len(infos) > MOST_PARTS or size > MOST_BYTES:
                return fault(
                    "fichier-trop-gros",
                    f"{len(infos)} parties, {size // 2**20} Mo une fois déplié",
                    f"{MOST_PARTS} parties et {MOST_BYTES // 2**20} Mo au plus",
                )
            if any(info.flag_bits & 1 for info in infos):
                return fault("fichier-chiffre", "archive protégée par un mot de passe")
            parts = {info.filename: package.read(info) for info in infos}
    except UNREADABLE:
        return fault("fichier-illisible", "le fichier est tronqué ou n’est pas un document Word")
    if parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument"):
        return fault("fichier-autre-format", "un document LibreOffice (.odt) renommé en .docx")
    return _opened(parts)


def _roots(parts: Mapping[str, bytes]) -> dict[str, Any] | Flaw:
    roots: dict[str, Any] = {}
    for name, data in parts.items():
        if is_xml(name):
            try:
                roots[name] = root = parse(data)
            except etree.XMLSyntaxError as error:
                return fault("xml-illisible", f"{name} ({error.msg})")
            if root.getroottree().docinfo.doctype:
                # Word writes none; entities are how a small file unfolds into a large one.
                return fault("xml-illisible", f"{name} déclare un DOCTYPE")
    return roots


def _opened(parts: dict[str, bytes]) -> Package | Flaw:
    roots = _roots(parts)
    if isinstance(roots, Flaw):
        return roots
    if "[Content_Types].xml" not in parts:
        return fault("fichier-illisible", "ce n’est pas un document Word")
    types = roots["[Content_Types].xml"]
    overrides = {
        str(one.get("PartName")).lstrip("/"): str(one.get("ContentType"))
        for one in types.iter(f"{_TYPE}Override")
    }
    mains = [r.target for r in relations(parts, "") if r.kind == "officeDocument"]
    if not mains or mains[0] not in parts:
        return fault("fichier-illisible", "ce n’est pas un document Word")
    kind = overrides.get(mains[0], "")
    for sign, words in _OTHERS.items():
        if sign in kind and kind != WORD:
            return fault("fichier-autre-format", f"{words} renommé en .docx")
    if b"http://purl.oclc.org/ooxml/" in parts[mains[0]]:
        return fault("fichier-autre-format", "un document «\u00a0Strict Open XML\u00a0»")
    if kind != WORD or roots[mains[0]].find(f"{W}body") is None:
        return fault("fichier-illisible", "ce n’est pas un document Word")
    return Package(parts, roots, mains[0])


def _not_a_zip(data: bytes) -> Flaw:
    if data.startswith(_OLE):
        # Names of the streams of an OLE file are UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            return fault("fichier-chiffre", "document Word chiffré par un mot de passe")
        return fault("fichier-autre-format", "un ancien document Word (.doc)")
    for start, words in ((b"{\\rtf", "un document RTF"), (b"%PDF", "un PDF")):
        if data.startswith(start):
            return fault("fichier-autre-format", words)
    return fault("fichier-illisible", "ce n’est pas un document Word")


def check_package(package: Package) -> Iterator[Flaw]:
    """Macros, embedded and imported things, links outward."""
    for name in package.parts:
        folder, _, file = name.rpartition("/")
        if file == "vbaProject.bin" or "activeX" in folder:
            yield fault("macros", name)
        elif folder.endswith("embeddings"):
            yield fault("objet-incorpore", name)
    for name in sorted(part for part in package.parts if part.endswith(".rels")):
        for relation in relations(package.parts, owner_of(name)):
            yield from _outward(relation)
    body = package.xml(package.main)
    if not any(name.rpartition("/")[0].endswith("embeddings") for name in package.parts):
        yield from (fault("objet-incorpore", "objet") for _ in body.iter(f"{W}object"))


def _outward(relation: Relation) -> Iterator[Flaw]:
    if relation.kind == "aFChunk":
        yield fault("contenu-importe", relation.target)
    elif relation.external and relation.kind == "hyperlink":
        if not relation.target.lower().startswith(_WEB) and not relation.target.startswith("#"):
            yield fault("lien-externe", f"lien vers «\u00a0{relation.target}\u00a0»")
    elif relation.external:
        remedy = (
            "Développeur, Modèle de document : choisir Normal"
            if relation.kind == "attachedTemplate"
            else "incorporez cet élément dans le document"
        )
        yield fault("lien-externe", f"{relation.kind} : «\u00a0{relation.target}\u00a0»", remedy)
