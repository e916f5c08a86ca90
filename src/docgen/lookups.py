"""What a door that only looks needs: the records, the law, the directory of companies.

Apart from `wiring`, and light: nothing here loads what makes, signs or archives documents, so that
`docgen check` answers at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.around import Law
from docgen.agreements.rules.context import Reading
from docgen.errors import Unavailable
from docgen.records.database import Database, open_database
from docgen.records.migrating import migrate
from docgen.settings import Settings

if TYPE_CHECKING:
    from docgen.directory import Lookup


def law_of(settings: Settings) -> Law:
    """How the rules are applied here, and where they ask after an establishment."""
    reading = Reading(
        days=settings.law_days,
        host=settings.law_host,
        same_day_number=settings.law_same_day_number,
        late_signature=settings.law_late_signature,
        notice_on_working_day=settings.law_notice_on_working_day,
    )
    if not settings.directory_url:
        return Law(reading)
    from docgen.directory import standing  # as in open_directory

    return Law(reading, partial(standing, open_directory(settings)))


@contextmanager
def open_records(settings: Settings) -> Iterator[Database | None]:
    """The database alone, brought to this version; None where nothing was ever recorded.

    For doors that only look: nothing is created.
    """
    if not settings.database_url and not settings.sqlite_file.is_file():
        yield None
        return
    with open_records_for_writing(settings) as database:
        yield database


@contextmanager
def open_records_for_writing(settings: Settings) -> Iterator[Database]:
    """The database alone, made if need be and brought to this version."""
    migrate(settings.url)
    database = open_database(settings.url)
    try:
        yield database
    finally:
        database.close()


def make_home(home: Path) -> None:
    """Create the folder of the state, for this user alone."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".ecriture"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Unavailable(
            f"On ne peut pas écrire dans le dossier {home} ({error.strerror}).",
            "Libérer de la place, corriger les droits, ou régler DOCGEN_HOME.",
        ) from error


def open_directory(settings: Settings) -> Lookup:
    """Who answers for a SIRET: the public register, or nobody when the settings want none."""
    # Here, since httpx takes a tenth of a second to load.
    from docgen.directory import Directory, Kept, Pace, no_directory

    if not settings.directory_url:
        return no_directory
    return Directory(
        url=settings.directory_url,
        timeout=settings.directory_timeout,
        kept=Kept(settings.home / "annuaire", settings.directory_url),
        pace=Pace(time.monotonic, time.sleep),
        now=partial(datetime.now, UTC),
    ).lookup
