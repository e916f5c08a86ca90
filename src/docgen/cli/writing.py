"""Files that commands write for people: whole, or not at all."""

from __future__ import annotations

import secrets
from pathlib import Path

from docgen.errors import Unavailable


def write_file(path: Path, content: bytes) -> None:
    """Write beside, then put in place: whoever reads `path` finds the old file or the new one.

    Raises Unavailable.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Unavailable(
            f"On ne peut pas écrire {path} ({error.strerror}).",
            "Choisir un autre dossier, ou libérer de la place.",
        ) from error
