"""What was before a person's eyes when they signed on our pages: screen, language, plain summary;
and what their hand drew there.

Written in the journal with the act, and told by the proofs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from docgen.actions import summary
from docgen.journal import Event, EventType
from docgen.records import queries, tables
from docgen.signing.drawing import Drawing, read_drawing
from docgen.ways import Way

_LANGUAGES = {"fr": "en français", "en": "en anglais"}
_SCREENS = {
    "organisation": "celui où l’organisation a ouvert le document",
    "telephone": "un téléphone, par un code QR que montrait l’écran de l’organisation",
}


def shown_to(signer: tables.Signer, events: Sequence[Event], language: str) -> dict[str, Any]:
    """For the journal. The summary is that of the page's language, else the French one."""
    facts: dict[str, Any] = {"language": language}
    held = summary.digests(events, signer.role)
    if own := next((one for one in (language, "fr") if one in held), ""):
        facts["summary"] = {
            "language": own,
            "sha256": held[own],
            **summary.version_of(events, own),
        }
    if signer.route is Way.SUR_PLACE:
        facts["screen"] = "telephone" if _moved(signer, events) else "organisation"
    return facts


def drawn(session: Session, signed: Event) -> Drawing | None:
    """What the person drew with their act, kept apart from the journal, which has its hash."""
    digest = signed.data.get("drawing")
    return read_drawing(queries.content(session, str(digest)).decode()) if digest else None


def _moved(signer: tables.Signer, events: Sequence[Event]) -> bool:
    """Whether the visit that was last opened on site went on to a telephone."""
    changes = {EventType.READDRESSED, EventType.MOVED}
    own = [e.type for e in events if e.type in changes and e.data.get("signer") == signer.id]
    return own[-1:] == [EventType.MOVED]


def shown_words(signed: Event) -> list[tuple[str, str | None]]:
    """For the proofs; nothing of an act that says nothing of it (older ones, other ways)."""
    data = signed.data
    told: list[tuple[str, str | None]] = []
    if screen := data.get("screen"):
        told.append(("Écran", _SCREENS[screen]))
    if language := data.get("language"):
        told.append(("Page lue", _LANGUAGES[language]))
    if text := data.get("summary"):
        made = ""
        if "template" in text:
            made = f", tiré de {text['template']}, empreinte {text['template_sha256']}"
        told.append(
            (
                "Résumé montré",
                f"{_LANGUAGES[text['language']]}, empreinte {text['sha256']}{made}",
            )
        )
    if digest := data.get("drawing"):
        told.append(("Dessin", f"tracé à l’écran, reproduit dans le cachet, empreinte {digest}"))
    return told
