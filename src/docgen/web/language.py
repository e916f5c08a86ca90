"""Which language a page is read in: what its reader chose, else what their browser prefers.

The choice is an address (`?langue=en`) and a cookie that holds two letters: nobody's identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast
from urllib.parse import parse_qs

from starlette.requests import cookie_parser

Language = Literal["fr", "en"]
LANGUAGES: Mapping[Language, str] = {"fr": "Français", "en": "English"}
FRENCH: Language = "fr"
ASKED = "langue"


def known(text: str) -> Language | None:
    """The language of that code, or None when the pages do not have it."""
    return cast("Language", text) if text in LANGUAGES else None


def chosen(query: str) -> Language | None:
    """The language that the reader asks for in the address."""
    return known(next(iter(parse_qs(query).get(ASKED, ())), ""))


def language_of(query: str, cookie: str, accepted: str, cookie_name: str) -> Language:
    """The page's language, from the raw query and the headers Cookie and Accept-Language."""
    return chosen(query) or _remembered(cookie, cookie_name) or preferred(accepted)


def _remembered(cookie: str, name: str) -> Language | None:
    return known(cookie_parser(cookie).get(name, ""))


def preferred(accepted: str) -> Language:
    """The first of our languages that a browser wants, French when it wants none of them.

    « fr-CA;q=0.8, en » prefers English (RFC 9110, 12.5.4).
    """
    wanted: list[tuple[float, Language]] = []
    for choice in accepted.split(","):
        tag, _, weight = choice.partition(";")
        language = known(tag.strip().lower().partition("-")[0])
        if language and (quality := _quality(weight)) > 0:
            wanted.append((quality, language))
    # `max` keeps the first of equals.
    return max(wanted, key=lambda one: one[0], default=(0.0, FRENCH))[1]


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
