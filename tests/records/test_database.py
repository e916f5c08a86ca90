"""Transactions, migrations and locks, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import pytest
from alembic import command
from sqlalchemy import inspect, text, update
from sqlalchemy.exc import DBAPIError

from docgen.agreements.identity import person_key
from docgen.errors import Broken, Unavailable
from docgen.journal import EventType
from docgen.records import queries, tables
from docgen.records.database import Database, open_database
from docgen.records.migrating import configuration, migrate
from tests.samples import NOW


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


def add_agreement(database: Database, number: int = 1) -> str:
    row = tables.Agreement(
        id=f"{number:032x}",
        reference=f"CP-2026-{number:04d}",
        kind="partenariat",
        status="brouillon",
        request_key=f"{number:064x}",
        data="{}",
        company="Dupont",
        first_day=dt.date(2026, 12, 1),
        last_day=dt.date(2027, 11, 30),
        created_at=NOW,
        expires_at=NOW,
    )
    with database.write() as session:
        session.add(row)
    return row.id


def _migrate_together(url: str, start: Barrier) -> None:
    start.wait(60)
    migrate(url)


@pytest.mark.slow
def test_processes_that_start_together_on_an_empty_database_all_find_it_made(
    empty_database_url: str,
) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(4)
    processes = [
        spawn.Process(target=_migrate_together, args=(empty_database_url, start)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(90)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]


def test_migrating_an_empty_database_gives_the_tables_and_twice_changes_nothing(
    empty_database_url: str,
) -> None:
    migrate(empty_database_url)
    migrate(empty_database_url)
    database = open_database(empty_database_url)
    try:
        assert set(tables.Base.metadata.tables) < set(inspect(database.engine).get_table_names())
        command.check(configuration(database.engine))
    finally:
        database.close()


def test_agreements_of_the_first_schema_are_found_by_person_place_and_parent(
    empty_database_url: str,
) -> None:
    database = open_database(empty_database_url)
    try:
        command.upgrade(configuration(database.engine), "0001")
        person = {"nom": "DUPRÉ", "prenom": "Zoé", "date_naissance": "1990-05-17"}
        data = {"beneficiaire": person, "entreprise": {"siret": "73282932000074"}}
        renewal = {**data, "renouvellement": {"reference": "PMSMP-2026-0001"}}
        insert = text(
            "INSERT INTO agreements (id, reference, kind, status, request_key, data, company,"
            " first_day, last_day, created_at, expires_at, attempts) VALUES (:id, :reference,"
            " 'pmsmp', 'archive', :id, :data, 'Dupont', '2026-01-05', '2026-01-09',"
            " '2026-01-01 00:00:00', '2026-02-01 00:00:00', 0)"
        )
        with database.engine.begin() as connection:
            for number, content in enumerate((data, renewal), 1):
                given = {"reference": f"PMSMP-2026-000{number}", "data": json.dumps(content)}
                connection.execute(insert, {"id": f"{number}", **given})
        migrate(empty_database_url)
        key = person_key("dupre", "ZOE", "1990-05-17")
        with database.read() as session:
            found = queries.pmsmp_of(session, key)
            assert [(one.id, one.company_siret, one.parent_id) for one in found] == [
                ("1", "73282932000074", None),
                ("2", "73282932000074", "1"),
            ]
            assert [one.key for one in queries.people_named(session, "zoe dupré")] == [key]
    finally:
        database.close()


def test_files_of_the_third_schema_are_found_by_their_hash(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    try:
        command.upgrade(configuration(database.engine), "0003")
        with database.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO agreements (id, reference, kind, status, request_key, data,"
                    " company, first_day, last_day, created_at, expires_at, attempts,"
                    " evidence_sha256) VALUES ('1', 'CP-2026-0001', 'partenariat', 'archive', '1',"
                    " '{}', 'Dupont', '2026-01-05', '2026-01-09', '2026-01-01 00:00:00',"
                    " '2026-02-01 00:00:00', 0, 'preuve')"
                )
            )
            for digest in ("fige", "preuve", "modele"):
                connection.execute(
                    text(
                        "INSERT INTO blobs (sha256, content, created_at)"
                        " VALUES (:digest, :content, '2026-01-01 00:00:00')"
                    ),
                    {"digest": digest, "content": b"%PDF"},
                )
            connection.execute(
                text(
                    "INSERT INTO revisions (agreement_id, number, sha256, created_at)"
                    " VALUES ('1', 0, 'fige', '2026-01-01 00:00:00')"
                )
            )
        migrate(empty_database_url)
        with database.read() as session:
            found = {one: queries.holder_of(session, one) for one in ("fige", "preuve", "modele")}
        told = {digest: row and row.reference for digest, row in found.items()}
        assert told == {"fige": "CP-2026-0001", "preuve": "CP-2026-0001", "modele": None}
    finally:
        database.close()


def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            queries.keep(session, b"abc", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM blobs")) == 0


def test_numbers_have_no_gap_when_a_transaction_fails(database: Database) -> None:
    with database.write() as session:
        assert queries.next_number(session, "CP", 2026) == 1

    def fail() -> None:
        with database.write() as session:
            assert queries.next_number(session, "CP", 2026) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.write() as session:
        assert queries.next_number(session, "CP", 2026) == 2
        assert queries.next_number(session, "CP", 2027) == 1
        assert queries.next_number(session, "PMSMP", 2026) == 1


def test_sixteen_threads_take_sixteen_numbers(database: Database) -> None:
    taken: list[int] = []

    def take() -> None:
        with database.write() as session:
            taken.append(queries.next_number(session, "CP", 2026))

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 17))


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_the_journal(
    database: Database, statement: str
) -> None:
    agreement_id = add_agreement(database)
    with database.write() as session:
        queries.append(session, agreement_id, EventType.REGISTERED, NOW, "officer")
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text(statement))
    with database.read() as session:
        assert len(queries.events(session, agreement_id)) == 1


def test_events_written_by_many_threads_make_one_chain(database: Database) -> None:
    agreement_id = add_agreement(database)

    def append() -> None:
        for _ in range(5):
            with database.write() as session:
                queries.locked(session, agreement_id)
                queries.append(session, agreement_id, EventType.REMINDED, NOW, "schedule", {"n": 1})

    threads = [threading.Thread(target=append) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        events = queries.events(session, agreement_id)
    assert [event.seq for event in events] == list(range(1, 31))
    assert all(b.previous == a.hash for a, b in pairwise(events))


def test_changed_bytes_are_never_given_back(database: Database) -> None:
    with database.write() as session:
        digest = queries.keep(session, b"abc", NOW)
        assert queries.keep(session, b"abc", NOW) == digest
    with database.write() as session:
        session.execute(update(tables.Blob).values(content=b"abd"))
    with pytest.raises(Broken), database.read() as session:
        queries.content(session, digest)


def test_the_same_request_cannot_live_twice(database: Database) -> None:
    add_agreement(database, 1)
    with pytest.raises(DBAPIError), database.write() as session:
        session.add(
            tables.Agreement(
                id="f" * 32,
                reference="CP-2026-0099",
                kind="partenariat",
                status="envoye",
                request_key=f"{1:064x}",
                data="{}",
                company="x",
                first_day=NOW.date(),
                last_day=NOW.date(),
                created_at=NOW,
                expires_at=NOW,
            )
        )


def _hold(url: str, pipe: Connection) -> None:
    with open_database(url).exclusive("sweep") as mine:
        pipe.send(mine)
        signal.pause()


@pytest.mark.slow
def test_a_lock_excludes_other_processes_and_dies_with_its_holder(database_url: str) -> None:
    database = open_database(database_url)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_hold, args=(database_url, theirs))
    process.start()
    assert ours.recv() is True
    with database.exclusive("sweep") as mine:
        assert mine is False
    with database.exclusive("mail") as other:
        assert other is True
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()
    ours.close()
    theirs.close()
    for _ in range(100):
        with database.exclusive("sweep") as mine:
            if mine:
                break
        threading.Event().wait(0.05)
    assert mine is True
    database.close()


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="base de données"):
        open_database("postgresql+psycopg://nobody:x@127.0.0.1:9/none")
    with pytest.raises(Unavailable, match="base de données"):
        open_database("sqlite:////nowhere/at/all.sqlite3")
