"""Which pages of an agreement a pile holds, which are missing, and what does not belong there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docgen.documents.scans.codes import PageCode
from docgen.documents.scans.sheets import Pile, Sheet, Unread
from docgen.french import et

# Under this, in thousandths, a signature box shows nothing: measured in docs/papier.md.
EMPTY_UNDER = 3


@dataclass(frozen=True)
class Collated:
    """The sheets in the order of the pages; `missing` pages, from 1; French sentences.

    With a problem nothing can be kept. A note says what was left aside, or is to be looked at.
    """

    sheets: tuple[Sheet, ...]
    missing: tuple[int, ...]
    problems: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def collate(pile: Pile, reference: str, digest: str, pages: int) -> Collated:
    """Hold a pile against the frozen document: its number, its short hash, how many pages.

    `problems` are (file, sentence).
    """
    problems = [(fault.file, fault.sentence) for fault in pile.faults]
    best: dict[int, Sheet] = {}
    notes = []
    for sheet in pile.sheets:
        wrong = not_ours(sheet.code, reference, digest, pages)
        if wrong:
            problems.append((str(sheet.where), wrong))
            continue
        number = sheet.code.page
        other = best.get(number)
        if other is None:
            best[number] = sheet
            continue
        kept, left = sorted((sheet, other), key=clearness, reverse=True)
        best[number] = kept
        notes.append(
            f"La page {number} est là deux fois : la plus nette est gardée ({kept.where}), "
            f"l’autre laissée ({left.where})."
        )
    missing = tuple(number for number in range(1, pages + 1) if number not in best)
    unread = [one for one in pile.unread if not one.blank]
    if missing:
        problems.append(("", _missing(missing, pages, unread)))
    elif unread:
        notes.append(
            f"Sans code lisible, laissé de côté : {et([str(one.where) for one in unread])}."
        )
    if blanks := sum(one.blank for one in pile.unread):
        notes.append(f"{blanks} page{'s' if blanks > 1 else ''} sans rien, laissée"
                     f"{'s' if blanks > 1 else ''} de côté.")  # fmt: skip
    ordered = tuple(best[number] for number in sorted(best))
    return Collated(ordered, missing, tuple(dict.fromkeys(problems)), tuple(notes))


def empty_boxes(sheets: Iterable[Sheet], fields: Sequence[str]) -> tuple[str, ...]:
    """Those of the fields whose box shows no ink.

    Nothing is said of a page that one code alone lays flat: its boxes may be a little elsewhere.
    """
    ink = {name: dark for sheet in sheets if sheet.codes > 1 for name, dark in sheet.ink.items()}
    return tuple(name for name in fields if ink.get(name, EMPTY_UNDER) < EMPTY_UNDER)


def not_ours(code: PageCode, reference: str, digest: str, pages: int) -> str:
    """Why a page is not one of that document's, in French; empty when it is."""
    if code.reference != reference:
        return (
            f"c’est la page {code.page} de {code.reference}, pas de {reference} : retirez-la "
            "(elle n’est pas gardée)."
        )
    if code.digest != digest or code.pages != pages:
        return (
            f"c’est la page {code.page} d’une autre version de {reference} (empreinte "
            f"{code.digest.lower()}…, au lieu de {digest.lower()}…) : imprimez et faites signer la "
            "version actuelle."
        )
    return ""


def clearness(sheet: Sheet) -> tuple[int, int]:
    """Of two pictures of a page, the one to keep has the greater."""
    return sheet.codes, sheet.sharpness


def _missing(missing: Sequence[int], pages: int, unread: Sequence[Unread]) -> str:
    if len(missing) == pages:
        said = "aucune page de cet accord n’a été trouvée"
    else:
        several = len(missing) > 1
        numbers = et([str(number) for number in missing])
        said = f"il manque {'les pages' if several else 'la page'} {numbers} sur {pages}"
    for words, those in (
        ("trop floue ou trop sombre pour lire son code", [one for one in unread if one.blurred]),
        ("sans code lisible", [one for one in unread if not one.blurred]),
    ):
        if those:
            said += f" ; {words} : {et([str(one.where) for one in those])}"
    return f"{said}. Le code est dans un coin de chaque page : il doit être net et entier."
