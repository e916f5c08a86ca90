"""The log grows with the archive, its heads are signed once and sent away, and rewriting shows."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.logged import proof_for
from docgen.actions.ports import Ports
from docgen.actions.publish_head import ARCHIVE
from docgen.actions.recover_log import recover_log
from docgen.actions.tree_head import HEADS, LINES, tree_head
from docgen.actions.verify_log import verify_log
from docgen.archive.folder import FolderArchive
from docgen.archive.log_place import read_log
from docgen.cli.played_signer import mails
from docgen.errors import Broken, Refused, Unavailable
from docgen.journal import EventType
from docgen.journal.checking import check_inclusion
from docgen.journal.log import LineType, parse_head
from docgen.records import queries, tables
from docgen.records.database import open_database
from docgen.settings import Settings
from docgen.signing.authority import new_seal
from docgen.signing.keys import load_or_create
from docgen.signing.roots import roots_of
from docgen.signing.seal import Sealer
from docgen.signing.seal_key import FileKey
from tests.kept import archived
from tests.postgres import Server
from tests.samples import NOW

LATER = NOW + timedelta(days=1)
pytestmark = pytest.mark.slow


def rows(ports: Ports) -> list[tables.TreeHead]:
    with ports.database.read() as session:
        return list(queries.tree_heads(session))


def test_a_day_of_archiving_is_one_head_that_everything_is_under(ports: Ports) -> None:
    references = [archived(ports, number, NOW) for number in range(1, 6)]
    done = tree_head(ports, LATER)
    # Five dossiers were logged as they were archived; the end of each journal is pinned here.
    assert (done.counts[LINES], done.counts[HEADS], done.failures) == (5, 1, [])
    (head,) = rows(ports)
    assert head.size == 10
    for reference in references:
        with ports.database.read() as session:
            proof = proof_for(session, reference)
        assert proof.inclusion.line.type is LineType.INGEST
        assert check_inclusion(proof.inclusion, parse_head(proof.head.content)) == ()
    verdict = verify_log(ports, [head.content])
    assert (verdict.problems, verdict.lines, verdict.heads, verdict.unpublished) == ((), 10, 1, 0)
    assert verdict.signed_at == LATER.replace(microsecond=0)


def test_nothing_new_signs_nothing_and_something_new_continues(ports: Ports) -> None:
    archived(ports, 1, NOW)
    tree_head(ports, LATER)
    assert tree_head(ports, LATER + timedelta(days=1)).counts == {}
    archived(ports, 2, LATER)
    tree_head(ports, LATER + timedelta(days=2))
    first, second = (parse_head(row.content) for row in rows(ports))
    assert (first.size, second.size) == (2, 4)
    assert second.consistency
    assert verify_log(ports).problems == ()


def test_the_proof_of_a_dossier_never_changes(ports: Ports) -> None:
    reference = archived(ports, 1, NOW)
    tree_head(ports, LATER)
    with ports.database.read() as session:
        before = proof_for(session, reference).inclusion.to_bytes()
    archived(ports, 2, LATER)
    tree_head(ports, LATER + timedelta(days=1))
    with ports.database.read() as session:
        assert proof_for(session, reference).inclusion.to_bytes() == before


def test_20_a_new_key_signs_on_and_what_the_old_one_signed_still_holds(
    ports: Ports, tmp_path: Path, tally: Callable[..., None]
) -> None:
    """The key changes between two heads, in the middle of what will be one segment."""
    reference = archived(ports, 1, NOW)
    tree_head(ports, LATER)
    archived(ports, 2, LATER)
    keys = ports.sealer.keys
    new = FileKey(new_seal(keys.authority, ports.organisation, LATER))
    after = dataclasses.replace(ports, sealer=Sealer(dataclasses.replace(keys, seal=new)))
    archived(after, 3, LATER)
    tree_head(after, LATER + timedelta(days=1))
    used = {parse_head(row.content).key for row in rows(after)}
    assert len(used) == 2
    assert verify_log(after).problems == ()
    assert verify_log(ports).problems == ()
    with ports.database.read() as session:
        proof = proof_for(session, reference)
    assert check_inclusion(proof.inclusion, parse_head(proof.head.content)) == ()
    # Another authority's key, however good, is nobody's.
    other = Sealer(load_or_create(tmp_path / "autres", b"x", "Une autre", NOW))
    forged = dataclasses.replace(ports, sealer=other)
    archived(forged, 4, LATER)
    tree_head(forged, LATER + timedelta(days=2))
    assert verify_log(ports).problems != ()
    tally(injected=2, detected=2)


def test_there_is_no_proof_before_a_head_nor_for_what_is_not_archived(ports: Ports) -> None:
    reference = archived(ports, 1, NOW)
    with ports.database.read() as session, pytest.raises(Refused, match="tête d’arbre"):
        proof_for(session, reference)


def test_openssl_alone_accepts_a_head(ports: Ports, tmp_path: Path) -> None:
    archived(ports, 1, NOW)
    tree_head(ports, LATER)
    (kept,) = read_log(ports.archive).heads
    public = [ports.archive.get(key) for key in ports.archive.list("p/keys/")]
    (tmp_path / "log.pem").write_bytes(public[0])
    (tmp_path / "sth.json").write_bytes(kept.content)
    (tmp_path / "sth.sig").write_bytes(kept.signature)
    (tmp_path / "sth.tsr").write_bytes(kept.token)
    (tmp_path / "chain.pem").write_text(kept.chain)
    for command in (
        "openssl dgst -sha256 -verify log.pem -signature sth.sig sth.json",
        "openssl ts -verify -data sth.json -in sth.tsr -CAfile chain.pem",
    ):
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done
    (tmp_path / "sth.json").write_bytes(kept.content + b" ")
    for command in (
        "openssl dgst -sha256 -verify log.pem -signature sth.sig sth.json",
        "openssl ts -verify -data sth.json -in sth.tsr -CAfile chain.pem",
    ):
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode != 0


def test_heads_go_to_the_archive_the_second_copy_and_the_witnesses(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    second = FolderArchive(tmp_path / "copie")
    second.check()
    watched = dataclasses.replace(ports, second=second, witnesses=("tresorier@example.org",))
    archived(watched, 1, NOW)
    done = tree_head(watched, LATER)
    assert done.failures == []
    assert read_log(second) == read_log(ports.archive)
    (mail,) = mails(settings.home / "mail")
    assert mail.to == "tresorier@example.org"
    assert "2\u00a0lignes" in mail.subject
    assert mail.text.startswith("Bonjour,")
    assert "Diallo" not in mail.text
    assert tree_head(watched, LATER + timedelta(days=1)).counts == {}
    assert len(mails(settings.home / "mail")) == 1


def test_a_place_that_does_not_answer_waits_and_the_others_do_not(
    ports: Ports, settings: Settings
) -> None:
    def refuses(*_: object) -> None:
        raise Unavailable("Le serveur de courriel ne répond pas.")

    watched = dataclasses.replace(ports, witnesses=("tresorier@example.org",), post=refuses)
    archived(watched, 1, NOW)
    done = tree_head(watched, LATER)
    assert [(what, where) for what, where, _ in done.failures] == [
        ("tête à 2 lignes", "courriel à t…r@example.org")
    ]
    assert len(read_log(ports.archive).heads) == 1
    again = tree_head(dataclasses.replace(watched, post=ports.post), LATER)
    assert (again.failures, len(mails(settings.home / "mail"))) == ([], 1)


def test_what_was_archived_before_there_was_a_log_is_logged_by_the_next_pass(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("docgen.actions.conclude.log_archived", lambda *_: None)
        reference = archived(ports, 1, NOW)
    assert tree_head(ports, LATER).counts[LINES] == 2
    with ports.database.read() as session:
        assert proof_for(session, reference).inclusion.line.type is LineType.INGEST


def test_a_rewritten_line_is_found_and_nothing_more_is_signed(ports: Ports) -> None:
    archived(ports, 1, NOW)
    tree_head(ports, LATER)
    archived(ports, 2, LATER)
    _rewrite(ports, "UPDATE log_lines SET leaf = replace(leaf, 'a', 'b') WHERE n = 0")
    done = tree_head(ports, LATER + timedelta(days=1))
    assert HEADS not in done.counts
    assert any("réécrit" in sentence for _, _, sentence in done.failures)
    assert any("modifiée" in one for one in verify_log(ports).problems)


def test_a_journal_cut_or_rewritten_after_it_was_pinned_is_found(ports: Ports) -> None:
    archived(ports, 1, NOW)
    tree_head(ports, LATER)
    _rewrite(ports, f"DELETE FROM events WHERE type = '{EventType.ARCHIVED}'")
    assert any("réécrit ou coupé" in one for one in verify_log(ports).problems)


def _rewrite(ports: Ports, statement: str) -> None:
    """What somebody with the keys of the database does."""
    from sqlalchemy import text

    with ports.database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
            for (name,) in names.all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
        connection.commit()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = DEFAULT"))


def test_the_database_itself_refuses_to_change_the_log(ports: Ports) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    archived(ports, 1, NOW)
    tree_head(ports, LATER)
    refused = 0
    for statement in (
        "UPDATE log_lines SET content = ''",
        "DELETE FROM log_lines",
        "DELETE FROM log_nodes",
        "UPDATE tree_heads SET authority = 'x'",
        "DELETE FROM tree_heads",
    ):
        with ports.database.engine.connect() as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
            refused += 1
    assert refused == 5


def test_an_old_backup_put_back_signs_nothing_until_the_log_is_recovered(
    ports: Ports, new_copy: Ports
) -> None:
    """`new_copy` is the same installation on a database that knows nothing."""
    archived(ports, 1, NOW)
    tree_head(ports, LATER)
    with new_copy.database.write() as session:
        queries.log(session, LineType.FIXITY, LATER, "schedule")
    done = tree_head(new_copy, LATER)
    assert any("journal recover" in sentence for _, _, sentence in done.failures)
    with pytest.raises(Broken, match="Deux histoires"):
        recover_log(new_copy.database, ports.archive, roots_of(ports.sealer), LATER)


def test_a_database_that_is_behind_takes_the_log_back_from_the_archive(
    ports: Ports, new_copy: Ports
) -> None:
    archived(ports, 1, NOW)
    tree_head(ports, LATER)
    roots = roots_of(ports.sealer)
    assert recover_log(new_copy.database, ports.archive, roots, LATER) == 2
    assert recover_log(new_copy.database, ports.archive, roots, LATER) == 0
    with ports.database.read() as one, new_copy.database.read() as other:
        assert queries.log_lines(one, 0, 9) == queries.log_lines(other, 0, 9)
        assert queries.log_root(one, 2) == queries.log_root(other, 2)
        places = [(p.place, p.done_at) for p in queries.publications(other)]
    assert places == [(ARCHIVE, LATER)]


@pytest.fixture
def new_copy(ports: Ports, tmp_path: Path, migrated_sqlite: Path) -> Ports:
    path = tmp_path / "autre.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    return dataclasses.replace(ports, database=open_database(f"sqlite:///{path}"))


@pytest.mark.parametrize(
    "step",
    ["log.pin", "log.sign", "log.signed", "log.publish.archive", "log.segment.put",
     "log.head.sig.put", "log.head.json.put", "log.publish.mail"],
)  # fmt: skip
def test_01_stopped_at_any_step_a_head_is_signed_once_and_goes_everywhere(
    ports: Ports, settings: Settings, tally: Callable[..., None], step: str
) -> None:
    archived(ports, 1, NOW)
    met = []

    def stop(name: str) -> None:
        met.append(name)
        if name == step:
            raise KeyboardInterrupt

    watched = dataclasses.replace(ports, witnesses=("tresorier@example.org",))
    with pytest.raises(KeyboardInterrupt):
        tree_head(dataclasses.replace(watched, pause=stop), LATER)
    assert met[-1] == step
    assert tree_head(watched, LATER).failures == []
    assert [head.size for head in rows(ports)] == [2]
    assert verify_log(ports).problems == ()
    assert len(mails(settings.home / "mail")) == 1
    tally(injected=1, detected=1)


def test_02_lines_added_at_once_never_fork_the_log(
    ports: Ports, postgresql: Server, tally: Callable[..., None]
) -> None:
    """Eight writers at once; the fixture makes it so on both databases."""
    del postgresql
    from concurrent.futures import ThreadPoolExecutor

    def add(number: int) -> None:
        with ports.database.write() as session:
            queries.log(session, LineType.FIXITY, NOW, "schedule", facts={"pass": number})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(64)))
    with ports.database.read() as session:
        lines = queries.log_lines(session, 0, 100)
    assert [line.n for line in lines] == list(range(64))
    tree_head(ports, LATER)
    assert verify_log(ports).problems == ()
    tally(injected=64, detected=len(lines))
