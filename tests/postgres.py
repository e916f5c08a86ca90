"""A PostgreSQL server of the tests' own: Debian's programs, a temporary folder, a loopback port.

The server dies with the process that started it, `kill -9` included, so none is ever left behind.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

# Nothing here outlives the tests: what protects data from a power cut only costs time.
FAST = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
}
START_SECONDS = 60
ATTEMPTS = 5


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it as its superuser."""

    port: int
    password: str

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one database."""
        return f"postgresql+psycopg://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template1") -> None:
        """Make a database, a copy of `template`, which nobody may be connected to."""
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )

    def drop(self, database: str) -> None:
        """Remove a database, cutting off whoever still uses it."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection for the tests' own needs; every statement commits."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=self.password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _run(self, statement: sql.Composed) -> None:
        with self.connect() as connection:
            connection.execute(statement)


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server of one's own and stop it at the end."""
    # Not pytest's tmp_path: only its owner may enter that, and PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="docgen-postgres-"))
    try:
        password = secrets.token_urlsafe(16)
        _initialise(folder, password)
        process, server = _start(folder, password)
        try:
            yield server
        finally:
            # SIGQUIT stops at once, without the checkpoint that nobody will read.
            process.send_signal(3)
            process.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(folder)


def _initialise(folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password, encoding="ascii")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        shutil.chown(secret, "postgres", "postgres")
    subprocess.run(
        [
            *_as_postgres(),
            _program("initdb"),
            *("--pgdata", folder / "data"),
            *("--username", "postgres", "--pwfile", secret, "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        timeout=START_SECONDS,
    )


def _start(folder: Path, password: str) -> tuple[subprocess.Popen[bytes], Server]:
    """Start on a free port; another program may take it in between, hence the attempts."""
    log = folder / "log"
    for _ in range(ATTEMPTS):
        server = Server(_free_port(), password)
        settings = {**FAST, "listen_addresses": "127.0.0.1", "port": str(server.port)}
        options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        with log.open("ab") as output:
            process = subprocess.Popen(
                # QUIT when this process dies, however it dies.
                [
                    *_as_postgres("--pdeathsig", "QUIT"),
                    _program("postgres"),
                    *("-D", str(folder / "data")),
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
            )
        if _answers(process, server):
            return process, server
        process.kill()
        process.wait()
    message = f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}"
    raise RuntimeError(message)


def _answers(process: subprocess.Popen[bytes], server: Server) -> bool:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _as_postgres(*options: str) -> list[str]:
    """The command before the command: PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        options += ("--reuid", "postgres", "--regid", "postgres", "--init-groups")
    return ["setpriv", *options, "--"] if options else []


def _program(name: str) -> str:
    """The newest PostgreSQL that Debian installed; its programs are not on the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: int(path.parent.parent.name),
    )
    if not found:
        message = "PostgreSQL is not installed: scripts/install-system.sh --test"
        raise RuntimeError(message)
    return str(found[-1])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
