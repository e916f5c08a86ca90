"""The copies of the archive, each with the one it is mended from, and what is found wrong there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from docgen.actions.ports import Ports
from docgen.archive.dossier import Deposited
from docgen.archive.store import Archive, Stored
from docgen.archive.twofold import TwofoldArchive
from docgen.records import queries, tables
from docgen.records.custody import FIRST, SECOND

SAID = {FIRST: "première copie", SECOND: "seconde copie"}


class Kind(StrEnum):
    """What may be wrong with an object, or with a copy as a whole."""

    MISSING = "manquant"
    ALTERED = "altere"
    HIDDEN = "marque-de-suppression"
    OVERWRITTEN = "version-etrangere"
    UNLOCKED = "verrou"
    ORPHAN = "orphelin"
    FOREIGN = "etranger"
    SETTINGS = "reglages"
    SILENT = "injoignable"
    LATE = "en-retard"
    LOG = "journal"
    DRILL = "exercice"


@dataclass(frozen=True)
class Copy:
    """One copy: its name in the records, its store, and the other one, None when it is alone."""

    name: str
    store: Archive
    other: Archive | None

    def found(
        self, key: str, kind: Kind, sentence: str, *, alarming: bool = True, mended: bool = False
    ) -> Found:
        return Found(self.name, key, kind, f"{SAID[self.name]} : {sentence}", alarming, mended)


@dataclass(frozen=True)
class Found:
    """Something wrong; `key` is empty for a whole copy; `mended`: it was put right at once."""

    copy: str
    key: str
    kind: str
    sentence: str
    alarming: bool = True
    mended: bool = False


def copies_of(ports: Ports) -> tuple[Copy, ...]:
    """The first copy, and the second where there is one."""
    first = ports.archive.first if isinstance(ports.archive, TwofoldArchive) else ports.archive
    if ports.second is None:
        return (Copy(FIRST, first, None),)
    return Copy(FIRST, first, ports.second), Copy(SECOND, ports.second, first)


def take_into_custody(
    session: Session, deposited: Deposited, now: datetime, agreement_id: str
) -> None:
    """Record a dossier that was just put and read back, in the transaction that says `archivé`."""
    record(session, FIRST, (*deposited.objects, deposited.manifest), now, agreement_id)


def record(
    session: Session,
    copy: str,
    objects: Iterable[Stored],
    now: datetime,
    agreement_id: str | None = None,
) -> None:
    """Record objects that a copy was just seen to hold; again, nothing."""
    places = [queries.Place(one.key, one.version_id, one.size, one.sha256) for one in objects]
    queries.record_kept(session, copy, places, now, agreement_id)


def note(session: Session, found: Iterable[Found], now: datetime) -> None:
    """Write down what was found."""
    for one in found:
        queries.note_finding(
            session,
            tables.CustodyFinding(
                copy=one.copy,
                key=one.key[:512],
                kind=one.kind,
                alarming=one.alarming,
                sentence=one.sentence,
                found_at=now,
                seen_at=now,
                mended_at=now if one.mended else None,
            ),
        )


def stored_of(row: tables.KeptObject) -> Stored:
    """The object as its store knows it."""
    return Stored(row.key, row.version_id, row.size, row.sha256)
