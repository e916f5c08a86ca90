"""The files that commands are given, and how they are read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from docgen.agreements.reading import MAX_BYTES
from docgen.documents.scans import MOST_BYTES
from docgen.errors import Finding, InvalidData, NotFound

Files = Annotated[list[Path], typer.Argument(help="Fichiers YAML ou JSON (- pour l’entrée).")]
Json = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


def content_of(path: Path) -> bytes:
    """The bytes of a file, never more than one past what a document may have."""
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    return _read(path, MAX_BYTES + 1)


def scan_of(path: Path) -> bytes:
    """The bytes of a scan, never more than one past what a whole scan may have."""
    return _read(path, MOST_BYTES + 1)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError as error:
        raise NotFound("Le fichier", str(path)) from error
    except OSError as error:
        reason = "c’est un dossier" if path.is_dir() else error.strerror
        raise InvalidData(
            [Finding("lecture", "error", "", f"ce fichier ne peut pas être lu ({reason}).")],
            str(path),
        ) from error
