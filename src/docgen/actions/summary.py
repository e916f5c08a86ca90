"""The plain summary above the pages: filled when the document is frozen, and frozen with it.

Each reader has a text of their own, by role and by language. Their bytes are kept, and the event
« document figé » holds their SHA-256: what a signer was shown can be found and never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy.orm import Session

from docgen import agreements, english, french
from docgen.agreements.base import Agreement
from docgen.agreements.kind import Kind
from docgen.documents.lint import Flaw, check_summary
from docgen.documents.lint.rules import flaw
from docgen.documents.summary import Filters, fill
from docgen.errors import Broken
from docgen.journal import Event, EventType
from docgen.records import queries

# File in the folder of the kind, by language; French is the one that every kind has.
FILES: Mapping[str, str] = MappingProxyType({"fr": "summary.md", "en": "summary.en.md"})
FILTERS: Mapping[str, Filters] = MappingProxyType({"fr": french.FILTERS, "en": english.FILTERS})

# Role, then language.
ByReader = Mapping[str, Mapping[str, str]]


def sources(folder: Path) -> dict[str, bytes]:
    """The summaries that a kind's folder has, by language."""
    paths = {language: folder / name for language, name in FILES.items()}
    return {language: path.read_bytes() for language, path in paths.items() if path.is_file()}


def flaws(folder: Path, kind: Kind) -> tuple[Flaw, ...]:
    """Every flaw of a kind's summaries; that there is none in French is one."""
    given = sources(folder)
    absent = () if "fr" in given else (flaw("resume-absent", FILES["fr"], "il n’y en a pas"),)
    return sum(
        (flaws_of(content, FILES[language], kind) for language, content in given.items()), absent
    )


def flaws_of(content: bytes, name: str, kind: Kind | None) -> tuple[Flaw, ...]:
    """Every flaw of one summary; its language is that of its name."""
    language = "en" if name.endswith(FILES["en"].removeprefix("summary")) else "fr"
    return check_summary(content, name, kind.model if kind else None, FILTERS[language])


def summaries(templates: Path, agreement: Agreement, reference: str, on: date) -> ByReader:
    """What each signer reads, as Markdown. Raises Broken, with the line of the summary."""
    given = sources(templates / agreements.kind_of(agreement).slug)
    marks = {**agreement.marques(), **agreement.communes(reference, on)}
    return {
        signer.role: {
            language: fill(
                _decoded(content, FILES[language]),
                {**marks, "role": signer.role},
                FILTERS[language],
                FILES[language],
            )
            for language, content in given.items()
        }
        for signer in agreement.signataires()
        if given
    }


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Broken(f"{name} : ce n’est pas un texte en UTF-8.") from error


def keep(session: Session, texts: ByReader, now: datetime, agreement_id: str) -> ByReader:
    """Keep each text; their SHA-256, as the journal holds them."""
    return {
        role: {
            language: queries.keep(session, text.encode(), now, agreement_id)
            for language, text in of_role.items()
        }
        for role, of_role in texts.items()
    }


def digests(events: Sequence[Event], role: str) -> Mapping[str, str]:
    """The SHA-256 of what that role was shown, by language; empty before summaries were kept."""
    frozen = next((one for one in events if one.type is EventType.FROZEN), None)
    of_role: Mapping[str, str] = frozen.data.get("summaries", {}).get(role, {}) if frozen else {}
    return of_role


def version_of(events: Sequence[Event], language: str) -> Mapping[str, str]:
    """Which `summary.md` was filled: its own SHA-256, and the version of the template it goes with.

    Empty before versions were kept.
    """
    frozen = next((one for one in events if one.type is EventType.FROZEN), None)
    held: Mapping[str, str] = frozen.data.get("summary_templates", {}) if frozen else {}
    if frozen is None or language not in held:
        return {}
    return {
        "template": f"{FILES[language]}@{frozen.data['template_version']}",
        "template_sha256": held[language],
    }


def source_digests(templates: Path, slug: str) -> Mapping[str, str]:
    """The SHA-256 of a kind's summaries as its author wrote them, by language."""
    given = sources(templates / slug)
    return {one: hashlib.sha256(content).hexdigest() for one, content in given.items()}


def shown(session: Session, events: Sequence[Event], role: str) -> Mapping[str, str]:
    """What that role is shown, by language. Raises Broken when a text was altered."""
    return {
        language: queries.content(session, digest).decode()
        for language, digest in digests(events, role).items()
    }
