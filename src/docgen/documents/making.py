"""What a PDF was made with: whoever has the same may make the same bytes again."""

from __future__ import annotations

import hashlib
import re
import subprocess
from functools import lru_cache

from docgen import __version__
from docgen.documents import office
from docgen.documents.typefaces import fingerprints
from docgen.errors import Unavailable

SECONDS = 30


def made_with(pdf: bytes) -> dict[str, str]:
    """docgen, LibreOffice, and one line a font (the SHA-256 of its file), all plain text."""
    fonts = {f"police {name}": digest for name, digest in fingerprints(pdf).items()}
    return {"docgen": __version__, "libreoffice": libreoffice_version(), **fonts}


def fonts_sha256(made: dict[str, str]) -> str:
    """One hash for all the fonts of `made_with`."""
    lines = [f"{name} {digest}\n" for name, digest in sorted(made.items()) if " " in name]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@lru_cache(maxsize=1)
def libreoffice_version() -> str:
    """As « 7.4.7.2 40(Build:2) ». Raises Unavailable."""
    try:
        said = subprocess.run(
            [office.SOFFICE, "--version"],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"},
            capture_output=True,
            text=True,
            check=True,
            timeout=SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable("LibreOffice ne dit pas sa version.", office.INSTALL) from error
    return re.sub(r"^LibreOffice\s+|\s+$", "", said)
