"""The office's journal under the archive's log: rewritten, it is seen; lost, it comes back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from docgen import office_journal
from docgen.actions.audit.anchoring import anchor
from docgen.actions.ports import Ports
from docgen.actions.rebuild import rebuild
from docgen.actions.tree_head import tree_head
from docgen.actions.verify_log import verify_log
from docgen.office_journal import Entry, OfficeAct
from docgen.records import queries
from docgen.records.database import open_database
from docgen.records.migrating import migrate
from docgen.signing.roots import roots_of
from tests.databases import on_sqlite
from tests.kept import archived
from tests.samples import NOW

LATER = NOW + timedelta(days=1)


def looked(ports: Ports, *numbers: int) -> None:
    with ports.database.write() as session:
        for number in numbers:
            facts = {"motive": f"contrôle {number}", "mission": "m"}
            queries.note(
                session, OfficeAct.VIEWED, NOW, "a" * 32, f"PMSMP-2026-{number:04d}", facts
            )


def journal_of(ports: Ports) -> tuple[Entry, ...]:
    with ports.database.read() as session:
        return queries.office_entries(session)


@on_sqlite
def test_15_a_rewritten_or_cut_office_journal_is_seen(
    ports: Ports, tally: Callable[..., None]
) -> None:
    looked(ports, 1, 2, 3)
    assert tree_head(ports, LATER).failures == []
    assert not anchor(ports, LATER)
    assert verify_log(ports).problems == ()
    # Whoever holds the database takes the triggers away, and makes the chain again.
    with ports.database.write() as session:
        for verb in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER office_events_no_{verb}"))
        kept = queries.office_entries(session)
        session.execute(text("DELETE FROM office_events"))
        session.execute(text("UPDATE office_head SET seq = 0, hash = ''"))
    looked(ports, 1, 3, 4)
    assert office_journal.faults(journal_of(ports)) == ()
    (problem,) = verify_log(ports).problems
    assert "journal du bureau" in problem
    assert "ligne 3" in problem
    with ports.database.write() as session:
        session.execute(text("DELETE FROM office_events"))
        queries.office_again(session, kept)
    assert verify_log(ports).problems == ()
    tally(injected=1, detected=1)


@on_sqlite
def test_16_a_lost_office_journal_comes_back_with_the_index(
    ports: Ports, tmp_path: Path, tally: Callable[..., None]
) -> None:
    archived(ports, 1, NOW)
    looked(ports, 1)
    tree_head(ports, LATER)
    looked(ports, 2, 3)
    tree_head(ports, LATER + timedelta(days=1))
    url = f"sqlite:///{tmp_path / 'refait.sqlite3'}"
    migrate(url)
    made = open_database(url)
    done = rebuild(made, ports.archive, roots_of(ports.sealer), LATER)
    assert done.problems == ()
    again = dataclasses.replace(ports, database=made)
    assert journal_of(again) == journal_of(ports)
    assert verify_log(again).problems == ()
    looked(again, 4)
    assert office_journal.faults(journal_of(again)) == ()
    made.close()
    tally(injected=3, detected=3)


def test_lines_are_read_as_they_were_written_and_nothing_else_is() -> None:
    first = office_journal.follow((0, ""), OfficeAct.VIEWED, NOW, None, "X", {"motive": "é"})
    second = office_journal.follow((1, first.hash), OfficeAct.SENT, NOW, "b", "", {"whole": True})
    content = office_journal.to_lines([first, second])
    assert office_journal.from_lines(content) == (first, second)
    for wrong in (b"{}\n", content[:-1], content.replace(b'"X"', b'"X" '), b"[1]\n", b"\xff\n"):
        with pytest.raises(ValueError, match=r"journal|docgen|codec|line"):
            office_journal.from_lines(wrong)
