"""What has to be looked up before an agreement can be judged: read from its data, right or wrong.

Data with faults is judged too, so everything here is tolerant: what is not there is not asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docgen.agreements.identity import person_key


@dataclass(frozen=True)
class Question:
    """The keys of the facts around an agreement; None or empty for what the data does not say."""

    kind: str
    person: str | None
    company: str | None
    organisation: str | None
    cited: str | None
    years: tuple[int, ...]
    postal_code: str | None


def question(data: Mapping[str, Any]) -> Question:
    """What to look up for an agreement of that data."""
    return Question(
        kind=_text(data, "type") or "",
        person=_person(data),
        company=_digits(_text(data, "entreprise", "siret")),
        organisation=_digits(_text(data, "organisation", "siret")),
        cited=cited(data),
        years=tuple(_years(data)),
        postal_code=_text(data, "lieu", "code_postal"),
    )


def cited(data: Mapping[str, Any]) -> str | None:
    """The number of the agreement that this one renews, amends, closes or ends."""
    convention = data.get("convention")
    if isinstance(convention, str):
        return convention.strip() or None
    return _text(data, "convention", "reference") or _text(data, "renouvellement", "reference")


def _get(data: Any, *path: str) -> Any:
    for key in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(key)
    return data


def _text(data: Any, *path: str) -> str | None:
    value = _get(data, *path)
    return value.strip() or None if isinstance(value, str) else None


def _digits(text: str | None) -> str | None:
    digits = "".join(c for c in text or "" if c.isascii() and c.isdigit())
    return digits if len(digits) == 14 else None


def _person(data: Mapping[str, Any]) -> str | None:
    family, given = _text(data, "beneficiaire", "nom"), _text(data, "beneficiaire", "prenom")
    try:
        day = dt.date.fromisoformat(_text(data, "beneficiaire", "date_naissance") or "")
    except ValueError:
        return None
    if family is None or given is None:
        return None
    return person_key(family, given, day.isoformat())


def _years(data: Mapping[str, Any]) -> list[int]:
    years = set()
    for key in ("debut", "fin"):
        text = _text(data, key)
        try:
            years.add(dt.date.fromisoformat(text or "").year)
        except ValueError:
            continue
    # A span of centuries is a mistake, said elsewhere: nothing is looked up for it.
    return list(range(min(years), max(years) + 1)) if years and max(years) - min(years) < 10 else []
