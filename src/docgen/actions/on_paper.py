"""What the journal says of the signatures given on paper: the date written, the scan, who attests.

Read by the seal, the evidence, the dossier and the checks; `handwritten` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from docgen.errors import Broken
from docgen.journal import Event, EventType

ROLE = "scan-signe"


@dataclass(frozen=True)
class OnPaper:
    """One signature given by hand: `written_on` is the date beside it; its scan by its SHA-256."""

    written_on: date
    scan_sha256: str
    pages: int


def on_paper(signed: Event) -> OnPaper | None:
    """The paper behind a signature; None for those given otherwise."""
    if "scan_sha256" not in signed.data:
        return None
    return OnPaper(
        date.fromisoformat(signed.data["written_on"]),
        signed.data["scan_sha256"],
        signed.data["scan_pages"],
    )


def signed_event(events: Sequence[Event], signer_id: str) -> Event:
    """The signature of a signer that stands: one withdrawn is a line of the past. Raises Broken."""
    found = _standing(events).get(signer_id)
    if found is None:
        raise Broken("Une signature enregistrée manque au journal.")
    return found


def scans_in(events: Sequence[Event]) -> tuple[str, ...]:
    """The SHA-256 of each scan that a standing signature rests on, in the order of the journal."""
    papers = (on_paper(event) for event in _standing(events).values())
    return tuple(dict.fromkeys(paper.scan_sha256 for paper in papers if paper))


def _standing(events: Sequence[Event]) -> dict[str, Event]:
    standing: dict[str, Event] = {}
    for event in events:
        if event.type is EventType.SIGNED:
            standing[event.data["signer"]] = event
        elif event.type is EventType.WITHDRAWN:
            standing.pop(event.data["signer"], None)
    return standing
