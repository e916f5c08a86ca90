"""The database in a file, and back: SQLite by its own copy, PostgreSQL by pg_dump and pg_restore.

A backup is two files: the copy, and beside it a `.json` written last, with its SHA-256 and the
number of rows of each table as read back from the copy itself. A backup without it does not count.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from docgen.errors import Broken, NotFound, Refused, Unavailable
from docgen.records import postgres_copy
from docgen.records.database import Database

SCHEMA = "docgen.backup/1"
Kind = Literal["sqlite", "postgresql"]
_SUFFIX: Mapping[str, str] = {"sqlite": ".sqlite3", "postgresql": ".dump"}
_PIECE = 1 << 20


@dataclass(frozen=True)
class Backup:
    """A verified backup: its file, what it is of, and the rows it holds by table."""

    path: Path
    kind: Kind
    made_at: str
    size: int
    sha256: str
    rows: Mapping[str, int]

    @property
    def label(self) -> Path:
        """The file that says what the other must be."""
        return self.path.with_name(f"{self.path.name}.json")


def back_up(database: Database, folder: Path, now: datetime) -> Backup:
    """Write a backup into `folder`, read it back, count it. Raises Unavailable or Broken."""
    kind = _kind(database)
    stamp = now.astimezone(UTC)
    path = folder / f"docgen-{stamp:%Y%m%dT%H%M%S%fZ}{_SUFFIX[kind]}"
    draft = path.with_name(f".{path.name}.part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise Refused(f"« {path} » existe déjà.")
        _private(draft)
        if kind == "sqlite":
            rows = _copy_sqlite(Path(database.engine.url.database or ""), draft)
        else:
            rows = postgres_copy.dump(database.engine, draft)
        _sync(draft)
        made = Backup(path, kind, stamp.isoformat(), draft.stat().st_size, _digest(draft), rows)
        draft.replace(path)
        _write(made.label, _said(made))
        _sync(folder)
    except OSError as error:
        raise Unavailable(
            f"La sauvegarde n’a pas pu être écrite dans {folder} ({error.strerror}).",
            "Vérifiez la place et les droits.",
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return check_backup(path)


def check_backup(path: Path) -> Backup:
    """The backup in that file, read again whole. Raises NotFound or Broken."""
    label = path.with_name(f"{path.name}.json")
    if not path.is_file():
        raise NotFound("La sauvegarde", str(path))
    if not label.is_file():
        raise Broken(f"{label.name} manque : cette sauvegarde n’a pas été menée à son terme.")
    try:
        said = json.loads(label.read_bytes())
        made = Backup(
            path, said["kind"], said["made_at"], said["size"], said["sha256"], said["rows"]
        )
        whole = said["schema"] == SCHEMA
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(f"{label.name} n’a pas la forme attendue.") from error
    if not whole or path.stat().st_size != made.size or _digest(path) != made.sha256:
        raise Broken(f"« {path.name} » n’est pas la sauvegarde que {label.name} décrit.")
    rows = _count_sqlite(path) if made.kind == "sqlite" else postgres_copy.count(path)
    if rows != made.rows:
        raise Broken(f"« {path.name} » ne contient pas les lignes que {label.name} annonce.")
    return made


def restore(database: Database, path: Path) -> Backup:
    """Put a backup in the place of everything this database holds.

    Whole or not at all. Raises NotFound, Broken, Refused (of another kind) or Unavailable.
    """
    made = check_backup(path)
    kind = _kind(database)
    if made.kind != kind:
        raise Refused(
            f"Cette sauvegarde est celle d’une base {made.kind} ; la base d’ici est {kind}."
        )
    if kind == "sqlite":
        target = Path(database.engine.url.database or "")
        database.close()
        try:
            with (
                closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
                closing(sqlite3.connect(target, timeout=30)) as live,
            ):
                source.backup(live)
        except sqlite3.Error as error:
            raise Unavailable(
                f"La base {target} n’a pas pu être remplacée ({error}).",
                "Arrêtez ce qui s’en sert, puis recommencez.",
            ) from error
        found = _count_sqlite(target)
    else:
        found = postgres_copy.restore(database.engine, path)
    if found != made.rows:
        raise Broken("La base remise ne contient pas toutes les lignes de la sauvegarde.")
    return made


def _kind(database: Database) -> Kind:
    return "sqlite" if database.engine.dialect.name == "sqlite" else "postgresql"


def _copy_sqlite(source: Path, target: Path) -> dict[str, int]:
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
            # One file, without the side files of WAL: it may be read from anywhere.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise Unavailable(
            f"La base {source} n’a pas pu être copiée ({error}).",
            "Vérifiez la place et les droits.",
        ) from error
    return _count_sqlite(target)


def _count_sqlite(path: Path) -> dict[str, int]:
    """The rows of each table, once SQLite has found the file sound. Raises Broken."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            fault = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if fault != "ok" or copy.execute("PRAGMA foreign_key_check").fetchone():
                raise Broken(f"« {path.name} » est abîmée : {fault}.")
            names = copy.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            return {
                name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - a table's own name
                for (name,) in sorted(names)
            }
    except sqlite3.Error as error:
        raise Broken(f"« {path.name} » n’est pas une base lisible ({error}).") from error


def _said(made: Backup) -> bytes:
    facts = {**asdict(made), "path": made.path.name, "schema": SCHEMA}
    return (json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _private(path: Path) -> None:
    """An empty file that its owner alone reads: it will hold people's data."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _write(path: Path, content: bytes) -> None:
    _private(path)
    path.write_bytes(content)
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
