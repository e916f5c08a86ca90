"""Opening the database: SQLite (WAL) or PostgreSQL by URL, transactions, locks."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO, cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from docgen.errors import Broken, Unavailable


@dataclass(frozen=True)
class Database:
    """An engine and its two kinds of sessions."""

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing it holds is written."""
        with self._guard(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction. SQLite takes its write lock at once, so no upgrade can fail later."""
        with (
            self._guard(),
            self._turn_to_write(),
            self.engine.connect().execution_options(immediate=True) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            with session.begin():
                yield session
            connection.commit()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """SQLite's writers, one after the other, each woken as soon as the one before is done.

        SQLite itself has them sleep and look again, up to a tenth of a second each time; its own
        lock still decides, should somebody else write.
        """
        if self.engine.dialect.name != "sqlite":
            yield
            return
        with _lock_file(f"{self.engine.url.database}.ecriture") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise Unavailable(
                f"La base de données ne répond pas ({_reason(error)}).",
                "Vérifier DOCGEN_DATABASE_URL, le disque et le serveur.",
            ) from error
        except DatabaseError as error:
            # The bare class is SQLite's word for bytes that are no database.
            if type(error) is not DatabaseError:
                raise
            raise Broken(
                f"La base de données est abîmée ou n’en est pas une ({_reason(error)}). "
                "Remettre la dernière sauvegarde."
            ) from error

    @contextmanager
    def exclusive(self, name: str) -> Iterator[bool]:
        """A lock among all processes, dropped when its holder dies; yields False when it is taken.

        An advisory lock on PostgreSQL, `flock` beside the file on SQLite.
        """
        if self.engine.dialect.name == "postgresql":
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            with self._guard(), self.engine.connect() as connection:
                taken = connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": number})
                connection.commit()
                try:
                    yield bool(taken)
                finally:
                    if taken:
                        connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": number})
                        connection.commit()
            return
        with _lock_file(f"{self.engine.url.database}.{name}") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def take_stock(self) -> None:
        """Have SQLite count what its tables hold, half a second for 100,000 agreements.

        Without, it guesses which index to read: a search as one types takes 520 ms instead of 9
        (`python -m benchmarks office`). PostgreSQL counts by itself.
        """
        if self.engine.dialect.name == "sqlite":
            with self.write() as session:
                session.execute(text("ANALYZE"))

    def clock(self) -> datetime | None:
        """The server's own hour; None on SQLite, which has only ours."""
        if self.engine.dialect.name == "sqlite":
            return None
        with self._guard(), self.engine.connect() as connection:
            return cast("datetime", connection.scalar(text("SELECT clock_timestamp()")))

    def close(self) -> None:
        self.engine.dispose()


def _lock_file(path: str) -> TextIO:
    return open(f"{path}.lock", "w", opener=lambda name, flags: os.open(name, flags, 0o600))


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__


def open_database(url: str) -> Database:
    """Connect without touching the schema. Raises Unavailable when nothing answers."""
    if url.startswith("sqlite"):
        # 30 s: a writer waits for the one before it rather than fail.
        # An hour: what was counted (`take_stock`) is read when a connection opens.
        engine = create_engine(
            url, connect_args={"timeout": 30, "check_same_thread": False}, pool_recycle=3600
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_pre_ping=True)
    database = Database(engine)
    with _alone_at_first(engine), database.read() as session:
        session.execute(text("SELECT 1"))
    return database


@contextmanager
def _alone_at_first(engine: Engine) -> Iterator[None]:
    """One process at a time makes the SQLite file, for this account alone, and turns it to WAL.

    SQLite does not wait for its own lock while the journal's mode changes, whatever its timeout.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or path is None:
        yield
        return
    with ExitStack() as held:
        try:
            lock = held.enter_context(_lock_file(f"{path}.ouverture"))
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(FileExistsError):
                # Not opened when it is there: closing it would drop the locks we have on it.
                os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise Unavailable(
                f"La base de données {path} ne peut pas être ouverte ({error.strerror}).",
                "Corriger les droits, libérer de la place, ou régler DOCGEN_HOME.",
            ) from error
        yield


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: BEGIN is ours (see _begin_sqlite).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a committed signature survives a power cut, which NORMAL does not promise in WAL.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
