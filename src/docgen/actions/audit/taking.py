"""Take dossiers away as a zip; what left, with its hash, is an access event of each dossier."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from docgen.actions.accounts.present import Sight
from docgen.actions.audit.finding import note_access, seen
from docgen.actions.ports import Ports
from docgen.archive.zipped import write_zip
from docgen.errors import Finding, InvalidData, Refused
from docgen.office_journal import OfficeAct

MOST = 50
_PIECE = 1024 * 1024


def take(
    ports: Ports, sight: Sight, account: str | None, references: Sequence[str], now: datetime
) -> tuple[str, IO[bytes]]:
    """(file name, an open nameless file at its start) of the dossiers; the caller closes it.

    Raises NotFound (one is out of sight), Refused (one is not archived), InvalidData (none, or
    more than MOST).
    """
    wanted = list(dict.fromkeys(references))
    if not 1 <= len(wanted) <= MOST:
        message = f"choisissez de 1 à {MOST} dossiers."
        raise InvalidData([Finding("selection", "error", "dossier", message, allowed=MOST)])
    rows = [seen(ports, sight, reference) for reference in wanted]
    for row in rows:
        if row.manifest_key is None:
            raise Refused(f"{row.reference} n’est pas encore archivé : rien à télécharger.")
    # Closed, and gone, with the answer that sends it.
    out = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        write_zip(ports.archive, [(r.reference, r.manifest_key or "") for r in rows], out)
        digest = _sha256(out)
        for row in rows:
            note_access(
                ports,
                sight,
                account,
                OfficeAct.DOWNLOADED,
                row.reference,
                now,
                sha256=digest,
                together=len(rows),
            )
    except BaseException:
        out.close()
        raise
    name = f"{rows[0].reference}.zip" if len(rows) == 1 else f"selection-{digest[:12]}.zip"
    return name, out


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
