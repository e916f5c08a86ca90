"""What an agreement's data says that figures are counted from, read once and kept.

The data of an agreement never changes once it is issued, so an extract is never stale; what signed
amendments change is read from the amended data. Data taken over from the past says less.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docgen.agreements.partenariat import Preavis, Reconduction
from docgen.agreements.periods import Terms
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.agreements.rules.partenariat import last_possible_day
from docgen.agreements.timetable import Horaires


@dataclass(frozen=True)
class StayExtract:
    """Of a PMSMP: what for, in which trade and sector, who follows it, how long it was to be."""

    objet: str
    rome: str
    trade: str
    sector: str
    referent: str
    referent_name: str
    planned: int | None
    renews: bool


@dataclass(frozen=True)
class BilanExtract:
    """Of a bilan: how far it went, minutes done, what follows, and the contract announced."""

    outcome: str
    done: int
    follow: str
    contract: str | None
    contract_from: dt.date | None


@dataclass(frozen=True)
class PartnershipExtract:
    """Of a partnership: who follows it, its PMSMP a year, and what its periods follow from.

    `possible_end`: the last day it can have, every renewal counted; None when nothing bounds them.
    """

    referent: str
    referent_name: str
    possible_end: dt.date | None
    volume: int | None
    basis: str
    renews: bool
    renewal_months: int | None
    renewal_most: int | None
    notice: int
    notice_unit: str


def terms_of(extract: Any, first: dt.date, last: dt.date) -> Terms:
    """What a partnership’s periods follow from; of its extract, or of the row that keeps it."""
    renewal = _renewal(extract.renewal_months, extract.renewal_most) if extract.renews else None
    return Terms(first, last, renewal, _notice(extract.notice, extract.notice_unit))


@lru_cache(maxsize=256)
def _renewal(months: int | None, most: int | None) -> Reconduction:
    return Reconduction.model_construct(periode_mois=months, maximum=most)


@lru_cache(maxsize=256)
def _notice(value: int, unit: str) -> Preavis:
    return Preavis.model_construct(valeur=value, unite="jours" if unit == "jours" else "mois")


Extract = StayExtract | BilanExtract | PartnershipExtract


def extract_of(kind: str, data: Mapping[str, Any]) -> Extract | None:
    """What to keep of an agreement of that kind; None for those that figures do not read."""
    if kind in PMSMP_KINDS:
        return stay_extract(data)
    if kind == "bilan":
        return bilan_extract(data)
    return partnership_extract(data) if kind == "partenariat" else None


def stay_extract(data: Mapping[str, Any]) -> StayExtract:
    """The extract of a PMSMP's or a renewal's data, amended or taken over."""
    trade = data.get("metier") or {}
    email, name = _person(data.get("referent"))
    return StayExtract(
        objet=data["objet"],
        rome=trade.get("code_rome") or "",
        trade=trade.get("appellation") or "",
        sector=data["entreprise"].get("activite_principale") or "",
        referent=email,
        referent_name=name,
        planned=_planned(data),
        renews=data.get("renouvellement") is not None,
    )


def _planned(data: Mapping[str, Any]) -> int | None:
    if "horaires" not in data:
        minutes: int | None = data.get("minutes_prevues")
        return minutes
    timetable = Horaires.model_validate(data["horaires"])
    first, last = dt.date.fromisoformat(data["debut"]), dt.date.fromisoformat(data["fin"])
    return sum(day.minutes for day in timetable.days(first, last))


def bilan_extract(data: Mapping[str, Any]) -> BilanExtract:
    """The extract of a bilan's data, or of what a PMSMP taken over says of its own."""
    contract = data["suite"].get("contrat") or {}
    start = contract.get("debut")
    return BilanExtract(
        outcome=data["deroulement"],
        done=_done(data),
        follow=data["suite"]["nature"],
        contract=contract.get("nature"),
        contract_from=dt.date.fromisoformat(start) if start else None,
    )


def _done(data: Mapping[str, Any]) -> int:
    """As `Bilan.minutes_realisees`, without a model to read; told as such when taken over."""
    if "horaires" not in data:
        return int(data.get("minutes_realisees") or 0)
    if data["deroulement"] == "absence":
        return 0
    until = {**data, "fin": data.get("dernier_jour") or data["fin"]}
    return max((_planned(until) or 0) - (data.get("minutes_absence") or 0), 0)


def partnership_extract(data: Mapping[str, Any]) -> PartnershipExtract:
    """The extract of a partnership's data, amended or taken over."""
    email, name = _person((data.get("referents") or {}).get("organisation"))
    promised = (data.get("engagements_entreprise") or {}).get("pmsmp") or {}
    renewal, notice = data.get("reconduction"), data.get("preavis") or {}
    terms = renewal or {}
    extract = PartnershipExtract(
        referent=email,
        referent_name=name,
        possible_end=None,
        volume=promised.get("volume_annuel"),
        basis=promised.get("base") or "annee_civile",
        renews=renewal is not None,
        renewal_months=terms.get("periode_mois"),
        renewal_most=terms.get("maximum"),
        notice=notice.get("valeur") or 1,
        notice_unit=notice.get("unite") or "mois",
    )
    first, last = dt.date.fromisoformat(data["debut"]), dt.date.fromisoformat(data["fin"])
    end = last_possible_day(terms_of(extract, first, last))
    return dataclasses.replace(extract, possible_end=end)


def _person(data: Mapping[str, Any] | None) -> tuple[str, str]:
    """Someone's e-mail in small letters, and their name."""
    if not data:
        return "", ""
    name = " ".join(filter(None, (data.get("prenom"), data.get("nom"))))
    return (data.get("courriel") or "").lower(), name
