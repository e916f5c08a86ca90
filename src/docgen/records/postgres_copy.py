"""PostgreSQL by its own programs: pg_dump, pg_restore, psql. Passwords go by the environment."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text

from docgen.errors import Broken, Unavailable

_COPY = re.compile(rb'COPY public\."?([a-z_]+)"? \(.*\) FROM stdin;\n')
_EMPTIED = b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
_TOOLS = "Vérifiez que les programmes de PostgreSQL sont là, et d’une version au moins égale."


def dump(engine: Engine, path: Path) -> dict[str, int]:
    """Write a dump of one instant; the rows of each table, read back from the dump.

    Raises Broken when the two differ, Unavailable when pg_dump fails.
    """
    with engine.connect() as connection:
        # The dump and the counts see the same instant.
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        _run(engine, ["pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}"])
        found = count(path)
        there = _rows(found, connection)
        connection.rollback()
    if found != there:
        raise Broken("La sauvegarde ne contient pas toutes les lignes de la base.")
    return found


def count(path: Path) -> dict[str, int]:
    """The rows of each table in a dump, every block of it read and unfolded. Raises Broken."""
    with subprocess.Popen(
        ["pg_restore", "--data-only", "--file=-", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        rows = _counted(program.stdout)
        fault = program.stderr.read().decode(errors="replace").strip()
    if program.returncode:
        raise Broken(f"« {path.name} » n’est pas une sauvegarde lisible ({_last(fault)}).")
    return rows


def restore(engine: Engine, path: Path) -> dict[str, int]:
    """Empty the database and fill it from a dump, in one transaction; the rows it then holds."""
    engine.dispose()
    psql = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    with (
        subprocess.Popen(
            ["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(path)],
            stdout=subprocess.PIPE,
        ) as source,
        subprocess.Popen(
            psql,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environment(engine),
        ) as target,
    ):
        assert source.stdout is not None
        assert target.stdin is not None
        assert target.stderr is not None
        whole = _poured(source.stdout, target.stdin)
        if source.wait() != 0:
            # psql commits what it was given when its input ends: end it before.
            target.kill()
            whole = False
        else:
            target.stdin.close()
        fault = target.stderr.read().decode(errors="replace").strip()
    if not whole or target.returncode:
        raise Unavailable(f"La base n’a pas pu être remise ({_last(fault)}).", _TOOLS)
    with engine.connect() as connection:
        return _rows(count(path), connection)


def _poured(source: IO[bytes], target: IO[bytes]) -> bool:
    try:
        target.write(_EMPTIED)
        while piece := source.read(1 << 16):
            target.write(piece)
        target.flush()
    except BrokenPipeError:
        return False
    return True


def _counted(lines: Iterable[bytes]) -> dict[str, int]:
    rows: dict[str, int] = {}
    table = ""
    for line in lines:
        if table and line == b"\\.\n":
            table = ""
        elif table:
            rows[table] += 1
        elif found := _COPY.fullmatch(line):
            table = found[1].decode()
            rows[table] = 0
    return dict(sorted(rows.items()))


def _rows(tables: Iterable[str], connection: Connection) -> dict[str, int]:
    return {
        name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0  # noqa: S608 - a table's own name
        for name in tables
    }


def _run(engine: Engine, command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False, env=_environment(engine))
    except FileNotFoundError as error:
        raise Unavailable(f"Le programme {command[0]} est introuvable.", _TOOLS) from error
    if done.returncode:
        fault = done.stderr.decode(errors="replace").strip()
        raise Unavailable(f"{command[0]} a échoué ({_last(fault)}).", _TOOLS)


def _environment(engine: Engine) -> dict[str, str]:
    url = engine.url
    known = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": str(url.query["sslmode"]) if "sslmode" in url.query else None,
    }
    return os.environ | {name: value for name, value in known.items() if value}


def _last(fault: str) -> str:
    return fault.splitlines()[-1] if fault else "sans explication"
