"""What a row says by itself and beside the others: contradictions, each with its cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from docgen.actions.takeover.sheets import Row
from docgen.agreements.rules.dates import age_on, last_day_of_period
from docgen.errors import Finding

# A PMSMP and its renewal on one row, at the very most.
MOST_DAYS = 62
LEAST_AGE, MOST_AGE = 14, 100
_ROME = re.compile(r"[A-N]\d{4}")


def judge_rows(rows: Sequence[Row], today: dt.date) -> Iterator[Finding]:
    """Everything that is wrong, or to be looked at, with rows whose cells are right."""
    first_seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row.sheet, identity(row))
        if key in first_seen:
            other = first_seen[key]
            message = f"le numéro « {row.get('numero')} » est déjà en {other.place('numero')}."
            yield row.finding("numero", message)
        first_seen.setdefault(key, row)
        yield from _days(row, today)
        yield from _stay(row, today) if row.sheet == "PMSMP" else _partnership(row)
    yield from _twins(rows)


def identity(row: Row) -> str:
    """The number of origin as it tells rows apart: case and spaces apart."""
    return " ".join(str(row.get("numero")).casefold().split())


def _days(row: Row, today: dt.date) -> Iterator[Finding]:
    first, last = row.get("debut"), row.get("fin")
    if last < first:
        message = f"le dernier jour précède le premier ({first:%d/%m/%Y})."
        yield row.finding("fin", message, first.isoformat())
    if first > today:
        message = "ce n’est pas encore du passé : l’émettre avec docgen issue."
        yield row.finding("debut", message, today.isoformat())


def _stay(row: Row, today: dt.date) -> Iterator[Finding]:
    first, last = row.get("debut"), row.get("fin")
    days = (last - first).days + 1
    limit = last_day_of_period(first, 1)
    if days > MOST_DAYS:
        message = f"{days} jours : une PMSMP dure un mois au plus. Une ligne par convention."
        yield row.finding("fin", message, limit.isoformat())
    elif last > limit:
        message = f"plus d’un mois (au plus tard le {limit:%d/%m/%Y}, D5135-3) : repris tel quel."
        yield row.finding("fin", message, limit.isoformat(), "warning", "P1")
    age = age_on(row.get("date_naissance"), first)
    if not LEAST_AGE <= age <= MOST_AGE:
        message = f"la personne aurait {age} ans au premier jour : corriger cette date."
        yield row.finding("date_naissance", message)
    rome = row.get("code_rome")
    if rome is not None and not _ROME.fullmatch(rome):
        yield row.finding("code_rome", "attend une lettre de A à N et quatre chiffres.", "G1603")
    yield from _result(row, today)


def _result(row: Row, today: dt.date) -> Iterator[Finding]:
    outcome, done, planned = (
        row.get("deroulement"),
        row.get("heures_realisees"),
        row.get("heures_prevues"),
    )
    for key in ("heures_realisees", "suite", "contrat", "embauche_le"):
        if row.get(key) is not None and outcome is None:
            message = "sans bilan, cette case n’a pas de sens : remplir « Bilan », ou l’effacer."
            yield row.finding(key, message, "complet")
            return
    if outcome is None:
        return
    if row.get("fin") > today:
        yield row.finding("deroulement", "pas de bilan avant le dernier jour.")
    if outcome == "absence" and done:
        yield row.finding("heures_realisees", "aucune heure après une absence.", 0)
    if outcome != "absence" and done is None and planned is None:
        message = "dire les heures réalisées, ou au moins les heures prévues."
        yield row.finding("heures_realisees", message)
    if done is not None and planned is not None and done > planned:
        message = "plus d’heures réalisées que prévues."
        yield row.finding("heures_realisees", message, f"{planned // 60}")
    yield from _job(row)


def _job(row: Row) -> Iterator[Finding]:
    start, contract, follow = row.get("embauche_le"), row.get("contrat"), row.get("suite")
    if start is not None and start < row.get("debut"):
        first = row.get("debut")
        message = f"l’embauche précède le premier jour de la PMSMP ({first:%d/%m/%Y})."
        yield row.finding("embauche_le", message, first.isoformat())
    if contract is not None and follow != "embauche":
        yield row.finding("suite", "un contrat va avec la suite « embauche ».", "embauche")
    if follow == "embauche" and contract is None:
        yield row.finding("contrat", "dire le contrat de l’embauche.", "CDI")
    if start is not None and contract is None and follow != "embauche":
        yield row.finding("contrat", "dire le contrat, et la suite « embauche ».", "CDI")


def _partnership(row: Row) -> Iterator[Finding]:
    if row.get("recrutements") is not None and row.get("volume") is None:
        yield row.finding("volume", "les recrutements vont avec un volume annuel de PMSMP.")
    if row.get("periode") is not None and row.get("preavis") is None:
        yield row.finding("preavis", "une tacite reconduction a un préavis.", 3)
    if row.get("maximum") is not None and row.get("periode") is None:
        yield row.finding("periode", "dire la durée d’une reconduction, en mois.", 12)
    if row.get("preavis") is not None and row.get("preavis_unite") is None:
        yield row.finding("preavis_unite", "dire l’unité du préavis.", "mois")
    for key, most in (("mois_bilan", 12), ("periode", 36), ("maximum", 10), ("preavis", 366)):
        if row.get(key) is not None and row.get(key) > most:
            yield row.finding(key, f"au plus {most}.", most)
    ended = row.get("terminee_le")
    if ended is not None and ended < row.get("debut"):
        first = row.get("debut")
        message = f"terminée avant son premier jour ({first:%d/%m/%Y})."
        yield row.finding("terminee_le", message, first.isoformat())


def _twins(rows: Sequence[Row]) -> Iterator[Finding]:
    """The same person at the same place from the same day: surely one PMSMP twice."""
    seen: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if row.sheet != "PMSMP":
            continue
        what = (
            str(row.get("nom")).casefold(),
            str(row.get("prenom")).casefold(),
            *(row.get(key) for key in ("date_naissance", "siret", "debut")),
        )
        if what in seen:
            place = seen[what].place("debut")
            message = f"même personne, même entreprise, même premier jour qu’en {place}."
            yield row.finding("debut", message)
        seen.setdefault(what, row)
