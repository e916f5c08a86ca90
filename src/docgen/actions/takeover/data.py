"""A row of a takeover as the data of an agreement: the same keys, fewer of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docgen.actions.takeover.sheets import Row

_LIST = re.compile(r"[\n;]+")


def stay_data(row: Row, renewed: Mapping[str, Any] | None) -> dict[str, Any]:
    """Of a PMSMP; `renewed`: the link to the one it renews, if it renews one."""
    said: dict[str, Any] = {
        "type": "renouvellement" if renewed else "pmsmp",
        "repris": {"numero": row.get("numero")},
        "debut": row.get("debut").isoformat(),
        "fin": row.get("fin").isoformat(),
        "entreprise": _company(row),
        "beneficiaire": {
            "nom": row.get("nom"),
            "prenom": row.get("prenom"),
            "date_naissance": row.get("date_naissance").isoformat(),
        },
        "objet": row.get("objet"),
        "objectifs": [
            one.strip() for one in _LIST.split(row.get("objectifs") or "") if one.strip()
        ],
        "metier": _some(appellation=row.get("metier"), code_rome=row.get("code_rome")) or None,
        "referent": _some(courriel=row.get("referent")) or None,
        "minutes_prevues": row.get("heures_prevues"),
        "renouvellement": dict(renewed) if renewed else None,
        "bilan": _bilan(row),
    }
    return {key: value for key, value in said.items() if value is not None}


def _bilan(row: Row) -> dict[str, Any] | None:
    outcome = row.get("deroulement")
    if outcome is None:
        return None
    done = row.get("heures_realisees")
    if done is None:
        done = 0 if outcome == "absence" else row.get("heures_prevues")
    start = row.get("embauche_le")
    contract = _some(nature=row.get("contrat"), debut=start.isoformat() if start else None)
    return {
        "deroulement": outcome,
        "minutes_realisees": done,
        "suite": _some(nature=row.get("suite") or "aucune", contrat=contract or None),
    }


def partnership_data(row: Row) -> dict[str, Any]:
    """Of a partnership convention; ended by a notice, it runs to the day it ended."""
    ended = row.get("terminee_le")
    promised = None
    if row.get("volume") is not None:
        wanted = row.get("recrutements")
        promised = _some(
            pmsmp={
                "volume_annuel": row.get("volume"),
                "base": row.get("base") or "annee_civile",
            },
            recrutement={"intention": "objectif_chiffre", "nombre_annuel": wanted}
            if wanted is not None
            else None,
        )
    renewed = ended is None and row.get("periode") is not None
    said = {
        "type": "partenariat",
        "repris": _some(numero=row.get("numero"), terminee_le=ended.isoformat() if ended else None),
        "debut": row.get("debut").isoformat(),
        "fin": (ended or row.get("fin")).isoformat(),
        "entreprise": _company(row),
        "engagements_entreprise": promised,
        "reconduction": _some(periode_mois=row.get("periode"), maximum=row.get("maximum"))
        if renewed
        else None,
        "preavis": {"valeur": row.get("preavis"), "unite": row.get("preavis_unite")}
        if row.get("preavis") is not None
        else None,
        "mois_bilan": row.get("mois_bilan"),
        "referents": {"organisation": {"courriel": row.get("referent")}}
        if row.get("referent")
        else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _company(row: Row) -> dict[str, Any]:
    return _some(
        raison_sociale=row.get("entreprise"),
        siret=row.get("siret"),
        activite_principale=row.get("activite"),
    )


def _some(**values: Any) -> dict[str, Any]:
    """Those that are given."""
    return {key: value for key, value in values.items() if value is not None}
