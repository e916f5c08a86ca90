"""One agreement really issued, signed, sealed and archived, for the tests that only look at it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from docgen.actions.examination import Facts, examine
from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.actions.verify import Verifier, export
from docgen.documents.convert import Converter
from docgen.records import queries
from docgen.records.database import open_database
from docgen.records.migrating import migrate
from docgen.settings import Settings
from docgen.signing.roots import roots_of
from docgen.wiring import open_ports
from tests.ceremonies import issued, sign_all
from tests.samples import NOW, PMSMP

LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Sealed:
    """`states`: the document frozen, after each seal, then closed; `files`: the dossier's own.

    `stranger` is an installation that admits the same authority and keeps no record of it.
    """

    ports: Ports
    stranger: Ports
    reference: str
    states: tuple[bytes, ...]
    folder: Path

    @property
    def closed(self) -> bytes:
        return self.states[-1]

    @property
    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}

    def verifier(self, ports: Ports | None = None) -> Verifier:
        """The checks, read in this process: the confined one is tried in its own tests.

        It examines the same bytes once.
        """
        roots = roots_of(self.ports.sealer)

        @lru_cache(maxsize=16)
        def once(pdf: bytes, expected: tuple[str, ...] | None) -> Facts:
            return examine(pdf, expected, roots, LATER)

        def read(pdf: bytes, expected: Sequence[str] | None) -> Facts:
            return once(pdf, None if expected is None else tuple(expected))

        return Verifier(ports or self.ports, read)


@contextmanager
def sealed_agreement(folder: Path, office: Converter) -> Iterator[Sealed]:
    """Issue a PMSMP, have it signed by all three, archive it, export it."""
    settings = Settings(_env_file=None, home=folder / "var", organisation="Le Fournil Solidaire")
    with open_ports(settings, NOW) as opened:
        ports = dataclasses.replace(opened, to_pdf=office.to_pdf)
        reference = issued(ports, PMSMP, NOW)
        sign_all(ports, settings.home / "mail", LATER)
        assert sweep(ports, LATER).failures == []
        with ports.database.read() as session:
            row = queries.agreement_by_reference(session, reference)
            states = tuple(
                queries.content(session, one.sha256) for one in queries.revisions(session, row.id)
            )
        empty = f"sqlite:///{folder / 'vide.sqlite3'}"
        migrate(empty)
        database = open_database(empty)
        try:
            stranger = dataclasses.replace(ports, database=database)
            exported = export(ports, reference, folder)
            yield Sealed(ports, stranger, reference, states, exported)
        finally:
            database.close()
