"""Public holidays of a place in France (L3133-1, L3134-13, L3422-2); the home of `holidays`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache

from holidays import country_holidays

# Départements whose calendar is not the common one: Alsace and Moselle, overseas.
_REGIONS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "976": "976",
    "975": "PM",
    "987": "PF",
    "988": "NC",
    "986": "WF",
    "97133": "BL",
    "97150": "MF",
}


def region(postal_code: str | None) -> str | None:
    """The calendar of a postal code: None for the common one."""
    code = postal_code or ""
    return _REGIONS.get(code) or _REGIONS.get(code[:3]) or _REGIONS.get(code[:2])


def public_holidays(years: Iterable[int], postal_code: str | None = None) -> Mapping[dt.date, str]:
    """The public holidays of those years at that place, named in French; empty for no year."""
    found: dict[dt.date, str] = {}
    for year in years:
        found |= _of_year(year, region(postal_code))
    return found


@lru_cache(maxsize=64)
def _of_year(year: int, subdivision: str | None) -> dict[dt.date, str]:
    return dict(country_holidays("FR", subdiv=subdivision, years=year, language="fr"))
