"""The story of `docgen demo --all-kinds`: one agreement of each kind, in an order one can live.

The files are those of examples/, with days counted from today and the numbers just given: a PMSMP
of the past month, so that its bilan may be made at once, and a sponsorship with days gone by.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from docgen.agreements.reading import read
from docgen.agreements.rules.dates import add_months, last_day_of_period

SHEET = "organisation-exemple.yaml"
# Those of a chapter cite only what earlier chapters made, signed.
CHAPTERS = (
    ("partenariat", "pmsmp", "mecenat"),
    ("avenant", "renouvellement", "bilan", "recu"),
    ("attestation", "denonciation"),
)
Numbers = Mapping[str, str]


def example(folder: Path, kind: str) -> Path:
    """The example of a kind."""
    return folder / f"{kind}-exemple.yaml"


def write(kind: str, examples: Path, to: Path, today: date, numbers: Numbers) -> Path:
    """The officer's file of that kind for this story; `numbers` given so far, by kind."""
    data = dict(read(example(examples, kind).read_bytes()).data)
    told = {**data, **_CHANGES[kind](data, today, numbers)}
    to.mkdir(exist_ok=True)
    path = to / f"{kind}.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def _days(first: date, last: date) -> dict[str, Any]:
    return {"debut": first.isoformat(), "fin": last.isoformat()}


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _partenariat(_data: Any, today: date, _numbers: Numbers) -> dict[str, Any]:
    tomorrow = today + timedelta(days=1)
    return _days(tomorrow, last_day_of_period(tomorrow, 12))


def _pmsmp(data: Any, today: date, _numbers: Numbers) -> dict[str, Any]:
    contract = {
        **data["beneficiaire"]["contrat"],
        "debut": add_months(today, -4).isoformat(),
        "fin": add_months(today, 8).isoformat(),
    }
    return {
        **_days(_ago(today, 24), _ago(today, 4)),
        "beneficiaire": {**data["beneficiaire"], "contrat": contract},
    }


def _mecenat(_data: Any, today: date, _numbers: Numbers) -> dict[str, Any]:
    return {
        **_days(_ago(today, 40), add_months(today, 6)),
        "accord_salarie_le": _ago(today, 50).isoformat(),
    }


def _avenant(_data: Any, today: date, numbers: Numbers) -> dict[str, Any]:
    return {"debut": add_months(today, 2).isoformat(), "convention": numbers["partenariat"]}


def _renouvellement(data: Any, today: date, numbers: Numbers) -> dict[str, Any]:
    first = today + timedelta(days=5)
    renewal = {**data["renouvellement"], "reference": numbers["pmsmp"]}
    return {**_days(first, first + timedelta(days=13)), "renouvellement": renewal}


def _bilan(_data: Any, _today: date, numbers: Numbers) -> dict[str, Any]:
    return {"convention": numbers["pmsmp"]}


def _recu(data: Any, today: date, numbers: Numbers) -> dict[str, Any]:
    # Two days a week for forty days, at the value that the company gives to one day.
    given = {"duree": "11 jours", "montant_centimes": 88_000}
    return {
        **_days(_ago(today, 40), _ago(today, 1)),
        "convention": numbers["mecenat"],
        "salaries": [{**data["salaries"][0], **given}],
        "total_centimes": given["montant_centimes"],
    }


def _attestation(_data: Any, _today: date, numbers: Numbers) -> dict[str, Any]:
    return {"convention": numbers["bilan"]}


def _denonciation(_data: Any, today: date, numbers: Numbers) -> dict[str, Any]:
    received = today + timedelta(days=3)
    return {"debut": received.isoformat(), "convention": numbers["partenariat"]}


_CHANGES: Mapping[str, Callable[[Any, date, Numbers], dict[str, Any]]] = {
    "partenariat": _partenariat,
    "pmsmp": _pmsmp,
    "mecenat": _mecenat,
    "avenant": _avenant,
    "renouvellement": _renouvellement,
    "bilan": _bilan,
    "recu": _recu,
    "attestation": _attestation,
    "denonciation": _denonciation,
}
