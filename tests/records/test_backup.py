"""Backup and restore on both databases: whole, verified, never over a live base without a word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.backing_up import put_back
from docgen.actions.ports import Ports
from docgen.actions.rebuild import differences
from docgen.actions.tree_head import tree_head
from docgen.errors import Broken, NotFound, Refused, Unavailable
from docgen.records import queries
from docgen.records.backup import Backup, back_up, check_backup
from docgen.records.database import Database, open_database
from docgen.records.migrating import migrate
from tests.kept import archived
from tests.samples import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture
def kept(ports: Ports) -> Ports:
    for number in (1, 2):
        archived(ports, number, NOW)
    tree_head(ports, LATER)
    return ports


@pytest.fixture
def made(kept: Ports, tmp_path: Path) -> Backup:
    return back_up(kept.database, tmp_path / "sauvegardes", LATER)


@pytest.fixture
def empty(request: pytest.FixtureRequest, kept: Ports, tmp_path: Path) -> Iterator[Database]:
    """An empty database of the other's kind."""
    if kept.database.engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'vide.sqlite3'}"
    else:
        url = request.getfixturevalue("new_postgresql")("template1")
    migrate(url)
    opened = open_database(url)
    yield opened
    opened.close()


def test_a_backup_says_what_it_holds_and_is_its_owners_alone(made: Backup) -> None:
    assert made.rows["agreements"] == 2
    assert made.rows["log_lines"] == 4
    assert made.rows["events"] > 20
    assert made.path.stat().st_mode & 0o077 == 0
    assert made.label.stat().st_mode & 0o077 == 0
    assert json.loads(made.label.read_bytes())["sha256"] == made.sha256
    assert check_backup(made.path) == made


def test_every_damage_to_a_backup_is_seen(made: Backup, kept: Ports, tmp_path: Path) -> None:
    content = made.path.read_bytes()
    for damaged in (content[:-1], content + b"x", content[:100] + b"x" + content[101:], b""):
        made.path.write_bytes(damaged)
        with pytest.raises(Broken):
            put_back(kept.database, made.path, tmp_path, LATER, replace=True)
    made.path.write_bytes(content)
    label = made.label.read_bytes()
    for damaged in (b"", b"{}", label.replace(b'"agreements": 2', b'"agreements": 3')):
        made.label.write_bytes(damaged)
        with pytest.raises(Broken):
            check_backup(made.path)
    made.label.unlink()
    with pytest.raises(Broken, match="menée à son terme"):
        check_backup(made.path)
    with pytest.raises(NotFound):
        check_backup(tmp_path / "absente.dump")


def test_a_live_database_is_never_replaced_without_a_word(
    made: Backup, kept: Ports, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="--ecraser"):
        put_back(kept.database, made.path, tmp_path, LATER, replace=False)


def test_with_the_word_everything_since_is_in_a_backup_of_its_own(
    made: Backup, kept: Ports, tmp_path: Path
) -> None:
    archived(kept, 3, LATER)
    done = put_back(kept.database, made.path, tmp_path / "avant", LATER, replace=True)
    assert done.problems == ()
    assert done.before is not None
    assert (done.before.rows["agreements"], done.backup.rows["agreements"]) == (3, 2)
    with kept.database.read() as session:
        assert queries.agreements_count(session) == 2
    put_back(kept.database, done.before.path, tmp_path / "apres", LATER, replace=True)
    with kept.database.read() as session:
        assert queries.agreements_count(session) == 3


def test_an_empty_database_becomes_the_one_that_was_saved(
    made: Backup, kept: Ports, empty: Database, tmp_path: Path
) -> None:
    done = put_back(empty, made.path, tmp_path, LATER, replace=False)
    assert (done.before, done.problems) == (None, ())
    assert list(differences(kept.database, empty)) == []
    with empty.read() as session:
        assert queries.log_size(session) == 4


def test_a_backup_that_cannot_be_written_leaves_nothing(kept: Ports, tmp_path: Path) -> None:
    (tmp_path / "plein").write_text("")
    with pytest.raises(Unavailable):
        back_up(kept.database, tmp_path / "plein", LATER)
    folder = tmp_path / "sauvegardes"
    back_up(kept.database, folder, LATER)
    with pytest.raises(Refused, match="existe déjà"):
        back_up(kept.database, folder, LATER)
    assert len(list(folder.iterdir())) == 2
