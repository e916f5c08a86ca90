"""The databases that tests are given: separate, migrated, and never left running."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from tests.postgres import Server

HOLDER = """
import sys, time
from tests.postgres import running_server
with running_server() as server:
    print(server.port, flush=True)
    time.sleep(600)
"""


def _tables(url: str) -> set[str]:
    engine = sa.create_engine(url)
    try:
        return set(sa.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_a_database_is_handed_over_migrated(database_url: str) -> None:
    assert "alembic_version" in _tables(database_url)


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    assert _tables(empty_database_url) == set()


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_no_other_sees(empty_database_url: str, turn: int) -> None:
    engine = sa.create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE only_mine (turn integer)"))
        connection.execute(sa.text("INSERT INTO only_mine VALUES (:turn)"), {"turn": turn})
        assert connection.scalar(sa.text("SELECT count(*) FROM only_mine")) == 1
    engine.dispose()


def test_a_wrong_password_is_refused(postgresql: Server) -> None:
    engine = sa.create_engine(Server(postgresql.port, "faux").url("postgres"))
    with pytest.raises(sa.exc.OperationalError, match="password authentication failed"):
        engine.connect()
    engine.dispose()


@pytest.mark.slow
def test_the_server_dies_with_the_process_that_started_it() -> None:
    root = Path(__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, cwd=root, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip().isdigit()
        servers = psutil.Process(holder.pid).children()
        assert [server.name() for server in servers] == ["postgres"]
        folder = Path(servers[0].cmdline()[2]).parent
        holder.kill()
    _, alive = psutil.wait_procs(servers, timeout=30)
    assert alive == []
    # The killed process could not remove its folder.
    _remove(folder)


def _remove(folder: Path) -> None:
    assert folder.name.startswith("docgen-postgres-")
    for _ in range(50):
        try:
            shutil.rmtree(folder)
        except OSError:  # a last file written while the server stops
            time.sleep(0.1)
        else:
            return
    shutil.rmtree(folder)
