"""A company's sheet as a one-page PDF/A, to take to the annual review."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from docgen.actions.ledger.board import Board, ConventionRow
from docgen.actions.ports import Ports
from docgen.actions.template import template_of
from docgen.documents.finish import finish
from docgen.documents.render import render
from docgen.french import FILTERS, PARIS, date, date_courte, duree, euros, nombre, periode, pluriel
from docgen.ledger import Line

TEMPLATE = "fiche-entreprise"
# What one page holds.
MOST_ENTRIES, MOST_STEPS, MOST_PEOPLE, MOST_CONVENTIONS = 8, 7, 5, 3
_FORMS = {"complet": "jusqu’au bout", "partiel": "en partie", "absence": "sans venue"}


@dataclass(frozen=True)
class Ligne:
    """A commitment: promised, done, what is missing."""

    libelle: str
    promis: str
    fait: str
    ecart: str


@dataclass(frozen=True)
class Fait:
    """Something that happened, on a day."""

    quand: str
    quoi: str


def company_sheet_pdf(ports: Ports, board: Board, organisation: str, now: dt.datetime) -> bytes:
    """The sheet. Raises Broken or Unavailable."""
    marks = sheet_marks(board, organisation, now)
    pdf = ports.to_pdf(render(template_of(ports.templates.parent, TEMPLATE), marks, FILTERS))
    return finish(pdf, now)


def sheet_marks(board: Board, organisation: str, now: dt.datetime) -> dict[str, object]:
    """What the template prints."""
    window = board.window
    ours = [one for one in board.lines if one.sort.side == "organisation"]
    theirs = [one for one in board.lines if one.sort.side == "entreprise"]
    return {
        "titre": "Fiche entreprise",
        "reference": board.siren,
        "organisation": {"raison_sociale": organisation},
        "entreprise": board.company,
        "siren": board.siren,
        "periode": periode(window.first, window.last),
        "etabli_le": date(now.astimezone(PARIS).date()),
        "conventions": [_convention(one) for one in board.conventions[-MOST_CONVENTIONS:]],
        "leurs_engagements": [ligne(one) for one in theirs],
        "nos_engagements": [ligne(one) for one in ours],
        "pmsmp": _stays(board),
        "faits": _facts(board),
        "personnes": [
            {
                "nom": one.name or one.email,
                "role": ", ".join(filter(None, (one.function, f"pour l’{one.side}"))),
                "joindre": ", ".join(filter(None, (one.email if one.name else "", one.phone))),
            }
            for one in board.people[:MOST_PEOPLE]
        ],
        "suites": [
            Fait(date_courte(one.by) if one.by else "", one.what)
            for one in board.next_steps[:MOST_STEPS]
        ],
    }


def ligne(line: Line) -> Ligne:
    """A commitment in words: counts, hours or euros."""
    if line.promised is None:
        return Ligne(line.sort.title, "sans nombre", _amount(line, line.done), "—")
    gap = line.gap
    assert gap is not None
    missing = "tenu" if gap >= 0 else f"manque {_amount(line, -gap)}"
    return Ligne(line.sort.title, _amount(line, line.promised), _amount(line, line.done), missing)


def _amount(line: Line, exact: Fraction | int) -> str:
    match line.sort.unit:
        case "minutes":
            return duree(round(exact))
        case "centimes":
            return euros(round(exact))
        case _:
            return nombre(exact, 1)


def _convention(one: ConventionRow) -> str:
    until = f"jusqu’au {date(one.last)}" if one.last else "sans terme"
    state = "en vigueur" if one.in_force else "hors période"
    if one.denounced:
        state = f"dénoncée, prend fin le {date(one.denounced)}"
    taken = ", reprise du passé" if one.taken_over else ""
    notice = f" ; préavis au plus tard le {date(one.notice)}" if one.notice and one.in_force else ""
    return f"{one.reference}{taken} : depuis le {date(one.first)}, {until} ({state}){notice}"


def _stays(board: Board) -> str:
    """« 6 PMSMP : 4 faites jusqu’au bout, 1 en partie, 1 sans bilan ; 5 personnes »."""
    begun = [one for one in board.stays if one.renews is None]
    if not begun:
        return "Aucune PMSMP sur la période."
    counts = Counter(one.outcome for one in begun)
    parts = [f"{counts[key]} {words}" for key, words in _FORMS.items() if counts[key]]
    if counts[None]:
        parts.append(f"{counts[None]} sans bilan signé à ce jour")
    people = len({one.person for one in begun})
    renewals = sum(one.renews is not None for one in board.stays)
    more = f" ; {pluriel(renewals, 'renouvellement')}" if renewals else ""
    return f"{len(begun)}\u00a0PMSMP ({', '.join(parts)}) ; {pluriel(people, 'personne')}{more}."


def _facts(board: Board) -> list[Fait]:
    """The latest acts and events, the last first."""
    found: list[tuple[dt.date, str]] = [
        (
            one.day,
            one.title
            + (f" ({one.shown})" if one.shown else "")
            + (f", {one.about}" if one.about else ""),
        )
        for one in board.entries
    ]
    found += [
        (one.day, f"{one.title} : {pluriel(one.participants, 'participant')}")
        for one in board.events
    ]
    latest: Sequence[tuple[dt.date, str]] = sorted(found, reverse=True)[:MOST_ENTRIES]
    return [Fait(date_courte(day), what) for day, what in latest]
