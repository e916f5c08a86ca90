"""Back the database up, and put a backup back: never over a live database without a word for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docgen import journal
from docgen.errors import Refused
from docgen.records import queries
from docgen.records.backup import Backup, back_up, check_backup, restore
from docgen.records.database import Database
from docgen.records.migrating import migrate

__all__ = ["Restored", "back_up", "put_back"]


@dataclass(frozen=True)
class Restored:
    """What was put back, the backup made before of what was there (None: nothing was), and what
    the journals say, in French.
    """

    backup: Backup
    before: Backup | None
    problems: tuple[str, ...]


def put_back(
    database: Database, path: Path, folder: Path, now: datetime, *, replace: bool
) -> Restored:
    """Restore a backup, bring it to this version's schema, check every journal.

    A database with agreements is replaced only when `replace` says so, after a backup of it into
    `folder`. Raises NotFound, Broken, Refused or Unavailable.
    """
    check_backup(path)
    with database.read() as session:
        held = queries.agreements_count(session)
    if held and not replace:
        raise Refused(
            f"Cette base contient {held} accord(s) : pour les remplacer par la sauvegarde, arrêtez "
            "docgen et ajoutez --ecraser. Une sauvegarde de ce qui est là sera faite avant."
        )
    before = back_up(database, folder, now) if held else None
    made = restore(database, path)
    # The URL as it is: printed, SQLAlchemy hides its password.
    migrate(database.engine.url.render_as_string(hide_password=False))
    return Restored(made, before, tuple(_problems(database)))


def _problems(database: Database) -> list[str]:
    found = []
    with database.read() as session:
        for row in queries.agreements(session):
            events = queries.events(session, row.id)
            found += [
                f"{row.reference} : {one}" for one in journal.verify(journal.export(row.id, events))
            ]
    return found
