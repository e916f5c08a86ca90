"""The yearly report as a PDF/A: figures beside those of the year before, charts, definitions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from docgen.actions.ports import Ports
from docgen.actions.reporting.flat import flat
from docgen.actions.reporting.period import Asked, figures_of
from docgen.actions.reporting.pictures import report_pictures
from docgen.actions.template import template_of
from docgen.documents.finish import File, finish
from docgen.documents.pictures import placed
from docgen.documents.render import render
from docgen.french import FILTERS, PARIS, date, nombre, periode
from docgen.indicators import DEFINITIONS, Figure

TEMPLATE = "rapport"
DATA = "indicateurs.json"
# The first table of the report, in its order.
KEY = (
    "pmsmp_commencees",
    "renouvellements",
    "pmsmp_realisees",
    "minutes_realisees",
    "minutes_sans_bilan",
    "personnes",
    "entreprises",
    "etablissements",
    "pmsmp_par_entreprise",
    "jours_moyenne",
    "jours_mediane",
    "jours_moyenne_renouvellements",
    "jours_mediane_renouvellements",
)
JOBS = ("vers_emploi", "vers_emploi_meme_hote", "taux_vers_emploi")
PARTNERS = ("conventions_actives", "pmsmp_promises", "entreprises_sans_pmsmp", "a_renouveler")
QUALITY = ("taux_bilan", "delai_signature", "signees_avant_debut")
OTHERS = (
    "evenements",
    "evenements_participants",
    "evenements_pmsmp",
    "evenements_embauches",
    "mecenat_minutes",
    "recus",
    "mecenat_centimes",
)
BREAKDOWNS = ("par_objet", "par_metier", "par_secteur", "par_hote")
# What the rows of each breakdown are.
COLUMNS = {
    "par_objet": "Objet",
    "par_metier": "Métier",
    "par_secteur": "Secteur",
    "par_hote": "Entreprise",
    "par_contrat": "Contrat",
}
MOST_ROWS = 12
MOST_COMPANIES = 60


@dataclass(frozen=True)
class Ligne:
    """A row of a table of figures: its footnote's number, its words, now and before."""

    note: int
    libelle: str
    valeur: str
    avant: str


@dataclass(frozen=True)
class Repartition:
    """A breakdown: its footnote, its title, its rows, and how many more there are."""

    note: int
    titre: str
    colonne: str
    lignes: tuple[tuple[str, str], ...]
    reste: str


@dataclass(frozen=True)
class Engagement:
    """A company's line: promised, done, gap, rate."""

    nom: str
    promis: str
    realise: str
    ecart: str
    taux: str


@dataclass(frozen=True)
class Note:
    """A definition, as it is printed."""

    numero: int
    libelle: str
    texte: str


def report_pdf(ports: Ports, asked: Asked, organisation: str, now: dt.datetime) -> bytes:
    """The report. Raises Broken or Unavailable; the same facts give the same words."""
    now_figures = figures_of(ports.database, asked)
    before = figures_of(ports.database, asked.before())
    marks = report_marks(now_figures, before, asked, organisation, now)
    pictures = report_pictures(now_figures, before, asked)
    docx = render(template_of(ports.templates.parent, TEMPLATE), marks, FILTERS)
    pdf = ports.to_pdf(placed(docx, pictures))
    rows = [
        {**one.__dict__, "first": str(one.first), "last": str(one.last)}
        for one in flat(now_figures, asked)
    ]
    data = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    return finish(pdf, now, [File(DATA, data, "Indicateurs de ce rapport, avec leurs définitions")])


def report_marks(
    figures: Sequence[Figure],
    before: Sequence[Figure],
    asked: Asked,
    organisation: str,
    now: dt.datetime,
) -> dict[str, object]:
    """What the report says, for its template and for the office's page: tables with footnotes."""
    alone = {one.id: one for one in figures if not one.group}
    earlier = {one.id: one for one in before if not one.group}
    notes = _Notes()

    def table(ids: Sequence[str]) -> list[Ligne]:
        return [
            Ligne(
                notes.of(one),
                DEFINITIONS[one].label,
                alone[one].shown,
                earlier[one].shown if one in earlier else "—",
            )
            for one in ids
            if one in alone
        ]

    window = asked.scope.window
    # In the order of the pages, which is that of the notes.
    key = table(KEY)
    month_note = notes.of("par_mois")
    breakdowns = [one for name in BREAKDOWNS if (one := _breakdown(name, figures, notes)).lignes]
    jobs = table(JOBS)
    contracts = _breakdown("par_contrat", figures, notes)
    partners = table(PARTNERS)
    companies = _companies(figures)
    commitments_note = notes.of("promesse_par_entreprise") if companies else 0
    year = asked.year
    name = str(year) if year else periode(window.first, window.last)
    return {
        "titre": f"Rapport annuel {year}" if year else "Rapport d’activité",
        "reference": name,
        "organisation": {"raison_sociale": organisation},
        "periode": periode(window.first, window.last),
        "arrete_le": date(asked.scope.at),
        "etabli_le": date(now.astimezone(PARIS).date()),
        "colonne": name,
        "colonne_avant": str(year - 1) if year else "période précédente",
        "perimetre": _whose(asked),
        "masque": asked.outside,
        "chiffres": key,
        "emploi": jobs,
        "contrats": contracts,
        "partenaires": partners,
        "engagements": companies[:MOST_COMPANIES],
        "engagements_reste": max(len(companies) - MOST_COMPANIES, 0),
        "note_engagements": commitments_note,
        "repartitions": breakdowns,
        "note_mois": month_note,
        "qualite": table(QUALITY),
        "autres": table(OTHERS),
        "notes": notes.listed(),
    }


class _Notes:
    """Footnotes in the order in which the report meets them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, definition: str) -> int:
        return self._numbers.setdefault(definition, len(self._numbers) + 1)

    def listed(self) -> list[Note]:
        return [
            Note(number, DEFINITIONS[one].label, DEFINITIONS[one].text)
            for one, number in self._numbers.items()
        ]


def _breakdown(definition: str, figures: Sequence[Figure], notes: _Notes) -> Repartition:
    rows = [(one.name, one.shown) for one in figures if one.id == definition and one.group]
    more = len(rows) - MOST_ROWS
    return Repartition(
        notes.of(definition) if rows else 0,
        DEFINITIONS[definition].label,
        COLUMNS[definition],
        tuple(rows[:MOST_ROWS]),
        f"et {more} autres" if more > 1 else "et une autre" if more == 1 else "",
    )


def _companies(figures: Sequence[Figure]) -> list[Engagement]:
    rows: dict[str, list[str]] = {}
    for one in figures:
        if one.id == "promesse_par_entreprise":
            siren, what = one.group.split(":")
            shown = one.shown
            if what == "taux" and one.value is not None:
                shown = f"{nombre(one.value, 0)}\u00a0%"
            rows.setdefault(siren, [one.name]).append(shown)
    return [Engagement(*row) for row in rows.values()]


def _whose(asked: Asked) -> str:
    if asked.whose.siren:
        return f"Entreprise de SIREN {asked.whose.siren} seulement."
    if asked.whose.referent:
        return f"Accords suivis par {asked.whose.referent} seulement."
    return ""
