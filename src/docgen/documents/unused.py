"""The styles and lists that nothing on the pages of a Word file leads to.

Lists count as well: each level of each list is a style's worth of properties to LibreOffice, and a
list may be all that still names a style (python-docx's template holds nine such lists).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from docgen.documents.lint.package import Package, W

_USES = ("pStyle", "rStyle", "tblStyle", "styleLink", "numStyleLink", "clickAndTypeStyle",
         "defaultTableStyle")  # fmt: skip
_LEADS_TO = ("basedOn", "link", "next", "numStyleLink", "styleLink")
# Where styles and lists are told, not used.
_TOLD = ("styles", "numbering")


def prune(package: Package) -> None:
    """Take out of the package's trees the styles and lists without use.

    Kept: the default styles, what the pages use, and all that these lead to, through styles and
    lists alike.
    """
    styles = {
        one.get(f"{W}styleId"): one
        for part in package.related(package.main, "styles")
        for one in package.xml(part).iter(f"{W}style")
    }
    roots = [package.xml(part) for part in package.related(package.main, "numbering")]
    lists = {one.get(f"{W}numId"): one for root in roots for one in root.iter(f"{W}num")}
    shapes = {
        one.get(f"{W}abstractNumId"): one for root in roots for one in root.iter(f"{W}abstractNum")
    }
    waiting = [one for one in styles.values() if one.get(f"{W}default") in {"1", "true"}]
    waiting += [styles[name] for name in _styles_on_pages(package, styles) if name in styles]
    for root in _pages(package):
        waiting += _found(lists, root, "numId")
    kept: set[Any] = set()
    while waiting:
        one = waiting.pop()
        if one in kept:
            continue
        kept.add(one)
        for name in (*_LEADS_TO, "pStyle", "rStyle"):
            waiting += _found(styles, one, name)
        waiting += _found(lists, one, "numId")
        waiting += _found(shapes, one, "abstractNumId")
    for one in (*styles.values(), *lists.values(), *shapes.values()):
        if one not in kept:
            one.getparent().remove(one)


def _found(known: Mapping[str, Any], root: Any, name: str) -> list[Any]:
    """What the elements of that name under `root` lead to."""
    wanted = (one.get(f"{W}val") for one in root.iter(W + name))
    return [known[key] for key in wanted if key in known]


def _pages(package: Package) -> Iterator[Any]:
    """The trees of what is written on pages, and of what says how to write there."""
    for name, root in package.roots.items():
        if name.startswith("word/") and not name.rpartition("/")[2].startswith(_TOLD):
            yield root


def _styles_on_pages(package: Package, styles: Mapping[str, Any]) -> Iterator[str]:
    codes = ""
    for root in _pages(package):
        for one in root.iter(*(W + use for use in _USES)):
            yield one.get(f"{W}val") or ""
        codes += " ".join(one.text or "" for one in root.iter(f"{W}instrText"))
        codes += " ".join(one.get(f"{W}instr") or "" for one in root.iter(f"{W}fldSimple"))
    if re.search(r"\b(TOC|STYLEREF|INDEX|TABLE OF)\b", codes):
        # A table of contents names its styles only when it is made anew.
        for style_id, style in styles.items():
            name = style.find(f"{W}name")
            words = (name.get(f"{W}val") or "").lower() if name is not None else ""
            if words.startswith(("toc", "heading", "index")) or words in codes.lower():
                yield style_id
