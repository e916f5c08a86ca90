"""The notes of tacit renewals that a journal holds."""

from __future__ import annotations

from collections.abc import Sequence

from docgen.errors import NotFound
from docgen.journal import Event, EventType


def note_in(events: Sequence[Event], first: str) -> tuple[int, str]:
    """(rank, SHA-256) of the note of the period that begins on that ISO day. Raises NotFound."""
    for event in events:
        if event.type is EventType.RECONDUCTED and event.data["first"] == first:
            return int(event.data["rank"]), str(event.data["sha256"])
    raise NotFound("La note de reconduction du", first)
