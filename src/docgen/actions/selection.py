"""Many dossiers in one download: a bag for each, an index of all, the tree head; as it is made.

One bag at a time is in memory. Everything that can refuse does before the first byte leaves.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, cast

from docgen.actions.export import bag
from docgen.actions.ports import Ports
from docgen.actions.records_say import still_there
from docgen.actions.tree_head import ensure_head, pin
from docgen.archive.bag import INCLUSION, Bag, plain_entry
from docgen.archive.dossier import read_manifest
from docgen.errors import Finding, InvalidData, Refused
from docgen.french import PARIS, pluriel
from docgen.journal.log import parse_inclusion
from docgen.records import queries, tables
from docgen.spreadsheets import Cell, to_csv, to_json, to_xlsx

MOST_BYTES = 2_000_000_000
# (key of the JSON, heading of the sheet), in order.
COLUMNS = (
    ("reference", "Référence"),
    ("kind", "Type"),
    ("company", "Entreprise"),
    ("company_siret", "SIRET"),
    ("start", "Du"),
    ("end", "Au"),
    ("archived_on", "Archivé le"),
    ("signatures", "Signatures"),
    ("level", "Niveau du dernier cachet"),
    ("manifest_sha256", "Empreinte du manifeste"),
    ("log_line", "Ligne du journal"),
    ("log_size", "Lignes du journal signé"),
    ("file", "Fichier"),
    ("file_sha256", "Empreinte du fichier"),
)


@dataclass(frozen=True)
class Selection:
    """Dossiers that may leave together; `size` is about what they weigh, in bytes."""

    ports: Ports
    rows: tuple[tables.Agreement, ...] = field(repr=False)
    size: int
    now: datetime

    def stream(self) -> Iterator[bytes]:
        """The zip, piece by piece. Raises Broken or Unavailable on the way: what came is unusable
        then, since a zip is read from its end.
        """
        outlet = _Outlet()
        sums: list[str] = []
        lines: list[Sequence[Cell]] = []
        with zipfile.ZipFile(cast("IO[bytes]", outlet), "w", zipfile.ZIP_STORED) as made:
            for row in self.rows:
                taken = bag(self.ports, row.reference, self.now)
                name, content = f"dossiers/{taken.name}.zip", taken.to_zip()
                lines.append(_line(row, taken, name, content))
                _add(made, name, content, sums)
                yield from outlet.taken()
            for name, content in self._around(lines).items():
                _add(made, name, content, sums)
            made.writestr(plain_entry("SHA256SUMS"), "".join(sums))
        yield from outlet.taken()

    def _around(self, lines: Sequence[Sequence[Cell]]) -> dict[str, bytes]:
        keys, headings = zip(*COLUMNS, strict=True)
        with self.ports.database.read() as session:
            head = queries.last_head(session)
        assert head is not None  # every bag has one
        return {
            "index.csv": to_csv(headings, lines),
            "index.xlsx": to_xlsx("Dossiers", headings, lines),
            "index.json": to_json(keys, lines),
            "journal/sth.json": head.content,
            "journal/sth.sig": head.signature,
            "journal/sth.tsr": head.token,
            "LISEZMOI.txt": _read_me(len(lines)).encode(),
        }


def select(
    ports: Ports, references: Sequence[str], now: datetime, most: int = MOST_BYTES
) -> Selection:
    """The dossiers of those agreements, each once, in the order given.

    Raises InvalidData (none), NotFound, Refused (not archived, more than `most` bytes together),
    Broken or Unavailable.
    """
    wanted = list(dict.fromkeys(references))
    if not wanted:
        raise InvalidData([Finding("selection", "error", "", "aucun accord n’est choisi.")])
    with ports.database.read() as session:
        rows = tuple(queries.agreement_by_reference(session, one) for one in wanted)
    for row in rows:
        still_there(row)
    missing = [row.reference for row in rows if row.manifest_key is None]
    if missing:
        raise Refused(f"Pas encore archivé : {', '.join(missing[:10])}. Rien n’est sorti.")
    size = sum(
        entry.stored.size
        for row in rows
        for entry in read_manifest(ports.archive, row.manifest_key or "").objects
    )
    if size > most:
        raise Refused(
            f"Ces dossiers pèsent {size // 10**6} Mo ensemble, et un envoi {most // 10**6} Mo au "
            "plus : faites-en plusieurs."
        )
    pin(ports, now)
    ensure_head(ports, now)
    return Selection(ports, rows, size, now)


class _Outlet:
    """What zipfile writes into: nothing can be sought in it, and pieces leave as they come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces


def _add(made: zipfile.ZipFile, name: str, content: bytes, sums: list[str]) -> None:
    made.writestr(plain_entry(name), content)
    sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")


def _line(row: tables.Agreement, taken: Bag, name: str, content: bytes) -> Sequence[Cell]:
    proof = parse_inclusion(taken.files[INCLUSION])
    archived: date | None = row.archived_at.astimezone(PARIS).date() if row.archived_at else None
    signatures = taken.manifest.signatures
    return (
        row.reference,
        row.kind,
        row.company,
        row.company_siret,
        row.first_day,
        row.last_day,
        archived,
        len(signatures),
        signatures[-1].level,
        (row.manifest_key or "").rsplit(".", 2)[1],
        proof.line.n,
        proof.size,
        name,
        hashlib.sha256(content).hexdigest(),
    )


def _read_me(count: int) -> str:
    return f"""\
{pluriel(count, "dossier", "dossiers")}, un fichier zip chacun dans dossiers/.

1. Les fichiers sont-ils ceux qui ont été remis ?
    sha256sum --strict -c SHA256SUMS
   Chaque ligne doit finir par « OK » (ou « Réussi »).

2. index.csv, index.xlsx et index.json donnent la même liste, pour un tableur ou un programme.

3. Chaque dossier se vérifie seul, sans nous : dépliez son zip et suivez son VERIFIER.txt.

4. journal/sth.json est la tête du journal d’archive au moment de l’envoi, avec sa signature (.sig)
   et son horodatage (.tsr). Gardez-la : elle permettra de contrôler que le journal n’a pas été
   réécrit depuis.
"""
