"""Hours as people type them: « 9-12 13h30-17 » for a day, « 1 234,50 » for an amount."""

from __future__ import annotations

import re

from docgen.agreements.timetable import read_span, span_of

_SPAN = re.compile(
    r"(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?\s*(?:[-–—à]|jusqu)\s*(\d{1,2})\s*(?:[h:]\s*(\d{2})?)?"
)
_BETWEEN = re.compile(r"[\s,;/+]*(?:et|puis)?[\s,;/+]*")
_AMOUNT = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?")


def spans_of(text: str) -> list[str]:
    """The spans of a day, each « 09:00–12:30 »; what can't be read stays as it was typed."""
    found, place = [], 0
    for match in _SPAN.finditer(text):
        if not _BETWEEN.fullmatch(text[place : match.start()]):
            return [text.strip()]
        h1, m1, h2, m2 = match.groups()
        written = f"{int(h1):02d}:{m1 or '00'}-{int(h2):02d}:{m2 or '00'}"
        try:
            found.append(read_span(written))
        except ValueError:
            found.append(written)
        place = match.end()
    if not _BETWEEN.fullmatch(text[place:]) or (text.strip() and not found):
        return [text.strip()]
    return found


def minutes_of(spans: list[str]) -> int | None:
    """Minutes of a day's spans; None when one of them is not right."""
    try:
        return sum(span.end - span.start for span in (span_of(read_span(one)) for one in spans))
    except ValueError:
        return None


def cents_of(text: str) -> int | None:
    """Whole cents of an amount in euros; None when it is no amount."""
    match = _AMOUNT.fullmatch(re.sub(r"[\s€]", "", text))
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def euros_of(cents: int) -> str:
    """An amount as it is typed again: « 1234,50 »."""
    return f"{cents // 100},{cents % 100:02d}" if cents % 100 else str(cents // 100)
