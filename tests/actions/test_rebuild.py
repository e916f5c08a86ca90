"""The whole database lost: the index comes back from the archive and certificates, the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.drill import drill
from docgen.actions.ports import Ports
from docgen.actions.rebuild import differences, rebuild
from docgen.actions.tree_head import tree_head
from docgen.actions.verify_log import verify_log
from docgen.documents.convert import Converter
from docgen.errors import Broken, Refused
from docgen.journal.log import LineType
from docgen.records import queries
from docgen.records.database import Database, open_database
from docgen.records.migrating import migrate
from docgen.settings import Settings
from docgen.signing.keys import load_or_create
from docgen.signing.roots import roots_of
from docgen.signing.seal import Sealer
from tests.kept import archived
from tests.samples import NOW
from tests.sealed import LATER as SEALED_AT
from tests.sealed import sealed_agreement

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(days=1)
COUNT = 5


@pytest.fixture
def kept(ports: Ports) -> Ports:
    """Five archived agreements under a signed head."""
    for number in range(1, COUNT + 1):
        archived(ports, number, NOW)
    assert tree_head(ports, LATER).failures == []
    return ports


@pytest.fixture
def empty(empty_database_url: str) -> Database:
    """Another database of the same kind, with its tables."""
    migrate(empty_database_url)
    return open_database(empty_database_url)


def test_16_the_index_comes_back_with_no_difference(
    kept: Ports, tmp_path: Path, tally: Callable[..., None]
) -> None:
    url = f"sqlite:///{tmp_path / 'refait.sqlite3'}"
    migrate(url)
    made = open_database(url)
    done = rebuild(made, kept.archive, roots_of(kept.sealer), LATER)
    assert (done.dossiers, done.lines, done.uncovered, done.problems) == (COUNT, 2 * COUNT, 0, ())
    assert list(differences(kept.database, made)) == []
    again = dataclasses.replace(kept, database=made)
    assert verify_log(again).problems == ()
    with made.read() as session:
        assert queries.next_number(session, "PMSMP", 2026) == COUNT + 1
        assert len(queries.people_named(session, "diallo")) == 1
    made.close()
    tally(injected=COUNT, detected=done.dossiers)


def test_16_the_comparison_sees_what_differs(
    kept: Ports, tmp_path: Path, tally: Callable[..., None]
) -> None:
    url = f"sqlite:///{tmp_path / 'refait.sqlite3'}"
    migrate(url)
    made = open_database(url)
    rebuild(made, kept.archive, roots_of(kept.sealer), LATER)
    with kept.database.write() as session:
        row = queries.agreement_by_reference(session, "PMSMP-2026-0002")
        row.company = "Une autre"
    archived(kept, COUNT + 1, LATER)
    found = list(differences(kept.database, made))
    assert found == [
        "PMSMP-2026-0006 : n’est que dans la base.",
        "PMSMP-2026-0002 : « company » n’est pas le même.",
    ]
    made.close()
    tally(injected=2, detected=len(found))


def test_a_database_that_holds_agreements_is_never_filled(kept: Ports) -> None:
    with pytest.raises(Refused, match="base vide"):
        rebuild(kept.database, kept.archive, roots_of(kept.sealer), LATER)


def test_under_another_authority_nothing_comes_back(
    kept: Ports, empty: Database, tmp_path: Path
) -> None:
    keys = load_or_create(tmp_path / "others", b"x", "Une autre", NOW)
    with pytest.raises(Broken, match="autorité admise"):
        rebuild(empty, kept.archive, roots_of(Sealer(keys)), LATER)
    empty.close()


def test_a_dossier_that_does_not_hold_is_named_and_the_others_come_back(
    kept: Ports, empty: Database, settings: Settings
) -> None:
    victim = next((settings.home / "archive").rglob("journal.*.json"))
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[:-1] + b" ")
    gone = sorted((settings.home / "archive" / "a").rglob("m/*.json"))
    other = next(one for one in gone if one.parent.parent != victim.parent.parent)
    other.unlink()
    done = rebuild(empty, kept.archive, roots_of(kept.sealer), LATER)
    assert done.dossiers == COUNT - 2
    assert len(done.problems) == 2
    empty.close()


def test_what_no_head_covers_yet_comes_back_and_is_counted(kept: Ports, empty: Database) -> None:
    archived(kept, COUNT + 1, LATER)
    done = rebuild(empty, kept.archive, roots_of(kept.sealer), LATER)
    assert (done.dossiers, done.uncovered, done.problems) == (COUNT + 1, 1, ())
    empty.close()


def test_an_installation_that_lost_its_database_knows_its_own_documents_again(
    tmp_path: Path, office: Converter
) -> None:
    with sealed_agreement(tmp_path, office) as sealed:
        tree_head(sealed.ports, SEALED_AT)
        url = f"sqlite:///{tmp_path / 'refait.sqlite3'}"
        migrate(url)
        made = open_database(url)
        rebuild(made, sealed.ports.archive, roots_of(sealed.ports.sealer), SEALED_AT)
        again = sealed.verifier(dataclasses.replace(sealed.ports, database=made))
        for name, standing in (
            ("convention-signee.pdf", "current"),
            ("dossier-de-preuve.pdf", "evidence"),
            ("attestation-de-signature-1.pdf", "attestation"),
        ):
            verdict = again.pdf(name, sealed.files[name])
            assert (verdict.problems, verdict.standing) == ((), standing)
        (whole,) = again.each([sealed.reference])
        assert whole.problems == ()
        made.close()


def test_a_drill_finds_no_difference_and_checks_dossiers_as_a_stranger(
    tmp_path: Path, office: Converter
) -> None:
    with sealed_agreement(tmp_path, office) as sealed:
        done = drill(sealed.ports, SEALED_AT)
        assert (done.dossiers, done.differences, done.problems) == (1, (), ())
        assert done.verified == (sealed.reference,)
        assert done.sound
        with sealed.ports.database.read() as session:
            lines = queries.log_lines(session, 0, queries.log_size(session))
        assert lines[-1].type is LineType.DRILL
        assert dict(lines[-1].facts) == {
            "dossiers": 1, "differences": 0, "verified": 1, "problems": 0,
        }  # fmt: skip
