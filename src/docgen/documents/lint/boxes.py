"""Signature boxes: one for each signer, one for the closing seal, each found by its caption."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docgen.agreements.base import CADRE_CLOTURE as CLOSING
from docgen.documents.lint.marks import Mark
from docgen.documents.lint.package import fault
from docgen.documents.lint.reading import Part
from docgen.documents.lint.rules import Flaw

BOX = "signataires[].cadre"
_BY_HAND = re.compile(r"Cadre de signature n°\s*(\d+)")


def check_boxes(body: Part, printed: Sequence[tuple[str, Mark]], *, known: bool) -> Iterator[Flaw]:
    """The boxes of the body; `known`: its marks were read against a kind."""
    yield from _closing(body)
    loops = [mark for path, mark in printed if path == BOX]
    by_hand = [
        (int(found.group(1)), paragraph)
        for paragraph in body.paragraphs
        for found in _BY_HAND.finditer(paragraph.text)
    ]
    for mark in loops[1:]:
        yield mark.flaw("cadre-signataires", "les cadres sont écrits deux fois")
    numbers = sorted(number for number, _ in by_hand)
    if by_hand and (loops or numbers != list(range(1, len(numbers) + 1))):
        yield by_hand[0][1].flaw(
            "cadre-signataires",
            "",
            "les cadres écrits à la main sont en double ou sautent un numéro",
            "préférez {{ signataire.cadre }} dans une boucle sur signataires",
        )
    if known and not loops and not by_hand:
        yield fault(
            "cadre-signataires",
            "aucun cadre de signature",
            "écrivez {{ signataire.cadre }} dans une boucle sur signataires",
            body.title,
        )


def _closing(body: Part) -> Iterator[Flaw]:
    found = []
    near = None
    for paragraph in body.paragraphs:
        words = " ".join(paragraph.text.split())
        found += [paragraph] * words.count(CLOSING)
        if CLOSING.replace("’", "'").lower() in words.replace("’", "'").lower():
            near = near or paragraph
    if len(found) > 1:
        yield found[1].flaw("cadre-cloture", "", "ce cadre est écrit deux fois")
    if not found:
        if near is not None:
            yield near.flaw(
                "cadre-cloture", "", "la légende diffère", f"écrivez «\u00a0{CLOSING}\u00a0»"
            )
        else:
            yield fault(
                "cadre-cloture",
                "le cadre du cachet de clôture manque",
                f"ajoutez-le, avec la légende «\u00a0{CLOSING}\u00a0»",
                body.title,
            )
