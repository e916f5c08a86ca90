"""The document that is measured: a four-page convention, with a logo, two loops and a table."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from docgen import agreements
from docgen.agreements.reading import Source
from docgen.documents.slim import slim

FOLDER = Path(__file__).parents[1] / "templates" / "conventions" / "partenariat"
ON = date(2026, 11, 24)
# The shipped full example has three pages; these make a fourth.
COMMITMENTS = [
    f"Recevoir {number} personnes par an pour découvrir les métiers du fournil, avec un tuteur "
    "désigné, un poste préparé et un entretien d'accueil dont le compte rendu est remis."
    for number in range(2, 12)
]


@cache
def template() -> bytes:
    """The Word file as it is shipped: what peers are given."""
    return (FOLDER / "template.docx").read_bytes()


@cache
def published() -> bytes:
    """The same, as `docgen template publish` leaves it."""
    return slim(template())


@cache
def _data() -> dict[str, Any]:
    data = yaml.safe_load((FOLDER / "full.yaml").read_text(encoding="utf-8"))
    data["engagements_entreprise"]["autres"] = COMMITMENTS
    data["engagements_organisation"]["autres"] = COMMITMENTS[:4]
    data = {key: str(value) if isinstance(value, date) else value for key, value in data.items()}
    assert isinstance(data, dict)
    return data


def marks(number: int) -> Mapping[str, object]:
    """What the template is filled with, another company each time."""
    data = copy.deepcopy(_data())
    data["entreprise"]["raison_sociale"] = f"Boulangeries Lutèce n° {number}"
    agreement = agreements.check(Source(data), ON).agreement
    assert agreement is not None
    return {**agreement.marques(), **agreement.communes(f"CP-2026-{number:04d}", ON)}
