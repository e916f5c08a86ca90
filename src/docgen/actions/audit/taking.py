"""Take dossiers away, as bags: what leaves is written down before it does, and when it has left."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from docgen.actions.accounts.present import Sight
from docgen.actions.audit.finding import note_access, seen
from docgen.actions.export import bag
from docgen.actions.ports import Ports
from docgen.actions.selection import select
from docgen.archive.store import key_sha256, sha256_of
from docgen.errors import Finding, InvalidData, Refused
from docgen.office_journal import OfficeAct
from docgen.records import tables

MOST = 50


@dataclass(frozen=True)
class Taken:
    """A zip on its way: its file name, its size in bytes (about, unless `exact`), its pieces."""

    name: str
    size: int
    exact: bool
    pieces: Iterator[bytes] = field(repr=False)


def take(
    ports: Ports, sight: Sight, account: str | None, references: Sequence[str], now: datetime
) -> Taken:
    """One dossier as a bag; several as a zip of bags with their index, made as it leaves.

    Raises NotFound (one is out of sight), Refused (one is not archived, too heavy together),
    InvalidData (none, or more than MOST), Broken or Unavailable; the pieces, the last two.
    """
    wanted = list(dict.fromkeys(references))
    if not 1 <= len(wanted) <= MOST:
        message = f"choisissez de 1 à {MOST} dossiers."
        raise InvalidData([Finding("selection", "error", "dossier", message, allowed=MOST)])
    rows = [seen(ports, sight, reference) for reference in wanted]
    for row in rows:
        if row.manifest_key is None:
            raise Refused(f"{row.reference} n’est pas encore archivé : rien à télécharger.")
    if len(rows) == 1:
        made = bag(ports, rows[0].reference, now)
        content = made.to_zip()
        told: dict[str, object] = {"together": 1, "sha256": sha256_of(content)}
        _leaves(ports, sight, account, rows, now, told)
        return Taken(f"{made.name}.zip", len(content), exact=True, pieces=iter([content]))
    chosen = select(ports, wanted, now)
    number = ports.new_id()
    _leaves(ports, sight, account, rows, now, {"together": len(rows), "selection": number})
    pieces = _counted(ports, sight, account, number, now, chosen.stream())
    return Taken(f"dossiers-{now:%Y%m%d-%H%M%S}.zip", chosen.size, exact=False, pieces=pieces)


def _leaves(
    ports: Ports,
    sight: Sight,
    account: str | None,
    rows: Sequence[tables.Agreement],
    now: datetime,
    told: dict[str, object],
) -> None:
    """Write down, in each dossier, that it is leaving: what stops on the way has left in part."""
    for row in rows:
        facts = {**told, "manifest_sha256": key_sha256(row.manifest_key or "")}
        note_access(ports, sight, account, OfficeAct.DOWNLOADED, row.reference, now, **facts)


def _counted(
    ports: Ports,
    sight: Sight,
    account: str | None,
    number: str,
    now: datetime,
    pieces: Iterator[bytes],
) -> Iterator[bytes]:
    """The same pieces; then, the hash of what left, and whether it left whole."""
    digest, size, whole = hashlib.sha256(), 0, False
    try:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            yield piece
        whole = True
    finally:
        facts = {"selection": number, "sha256": digest.hexdigest(), "bytes": size, "whole": whole}
        note_access(ports, sight, account, OfficeAct.SENT, "", now, **facts)
