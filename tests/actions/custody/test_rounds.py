"""Rounds over an archive in two folders: what is wrong is found, mended, told once, and logged."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from docgen.actions.custody.copies import Kind
from docgen.actions.custody.copying import copy_some
from docgen.actions.custody.reporting import Report
from docgen.actions.custody.rounds import Round, custody
from docgen.actions.ports import Ports
from docgen.actions.verify_log import verify_log
from docgen.archive.folder import FolderArchive
from docgen.archive.twofold import TwofoldArchive
from docgen.cli.played_signer import mails
from docgen.journal import EventType
from docgen.journal.log import LineType
from docgen.records import queries
from docgen.records.custody import FIRST, SECOND
from docgen.settings import Settings
from tests.databases import on_sqlite
from tests.kept import archived
from tests.samples import NOW

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
Tally = Callable[..., None]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "premiere", tmp_path / "seconde"


@pytest.fixture
def twofold(ports: Ports, folders: tuple[Path, Path]) -> Ports:
    """The collaborators with an archive in two folders, and somebody to be told."""
    first, second = (FolderArchive(one) for one in folders)
    first.check()
    second.check()
    return dataclasses.replace(
        ports, archive=TwofoldArchive(first, second), second=second, alarm_to=("garde@example.org",)
    )


def went(ports: Ports, kind: Round, now: datetime, *, everything: bool = False) -> Report:
    report = custody(ports, kind, now, everything=everything)
    assert report is not None
    assert report.whole
    return report


def of_dossiers(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "a").rglob("*") if path.is_file())


def damage(path: Path) -> None:
    """Flip one bit, below docgen."""
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def kinds(report: Report) -> list[tuple[str, str, bool]]:
    return [(one.copy, one.kind, one.mended_at is not None) for one in report.findings]


def test_a_quiet_day_copies_reads_signs_and_finds_nothing(
    twofold: Ports, folders: tuple[Path, Path]
) -> None:
    for number in range(1, 4):
        archived(twofold, number, NOW)
    report = went(twofold, Round.DAILY, NOW + DAY, everything=True)
    objects = len(of_dossiers(folders[0]))
    assert objects >= 12
    assert report.findings == ()
    assert report.alarm == ""
    assert report.counts["objets copiés"] == objects
    # The second copy was read back as it was made.
    assert report.counts["objets relus"] == objects
    assert [path.read_bytes() for path in of_dossiers(folders[0])] == [
        path.read_bytes() for path in of_dossiers(folders[1])
    ]
    with twofold.database.read() as session:
        assert queries.count_kept(session, FIRST) == queries.count_kept(session, SECOND) == objects
        assert queries.oldest_verified(session, FIRST) == NOW + DAY
        lines = queries.log_lines(session, 0, 99)
    # What the round says is in the archive, and a line of the log has its hash.
    (said,) = [line for line in lines if line.type is LineType.FIXITY]
    assert json.loads(twofold.archive.get(said.facts["report"]))["findings"] == []
    again = went(twofold, Round.DAILY, NOW + 2 * DAY)
    assert again.findings == ()
    assert verify_log(twofold).problems == ()


@on_sqlite
def test_13_a_bit_flipped_below_is_found_mended_and_logged(
    twofold: Ports, folders: tuple[Path, Path], settings: Settings, tally: Tally
) -> None:
    reference = archived(twofold, 1, NOW)
    copy_some(twofold, NOW)
    for folder in folders:
        damage(of_dossiers(folder)[2 if folder is folders[0] else 0])
    good = {path.name: path for path in of_dossiers(folders[0])[:1]}
    report = went(twofold, Round.DAILY, NOW + DAY, everything=True)
    assert sorted(kinds(report)) == [(FIRST, Kind.ALTERED, True), (SECOND, Kind.ALTERED, True)]
    assert report.open == ()
    assert good
    for path in (*of_dossiers(folders[0]), *of_dossiers(folders[1])):
        key = next(str(path.relative_to(one)) for one in folders if path.is_relative_to(one))
        FolderArchive(path.parents[len(Path(key).parts) - 1]).get(key)
    with twofold.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        types = [event.type for event in queries.events(session, row.id)]
        repairs = [
            line for line in queries.log_lines(session, 0, 99) if line.type is LineType.REPAIR
        ]
    assert types.count(EventType.REPAIRED) == 2
    assert {line.facts["copy"] for line in repairs} == {FIRST, SECOND}
    assert verify_log(twofold).problems == ()
    (mail,) = mails(settings.home / "mail")
    assert "remis en état" in str(mail.subject)
    # Told once: the next round has no news.
    assert went(twofold, Round.HOURLY, NOW + 2 * DAY).alarm == ""
    assert len(mails(settings.home / "mail")) == 1
    tally(injected=2, detected=len(repairs))


@on_sqlite
def test_14_an_object_gone_from_a_copy_is_put_back_within_the_hour(
    twofold: Ports, folders: tuple[Path, Path], tally: Tally
) -> None:
    archived(twofold, 1, NOW)
    copy_some(twofold, NOW)
    gone = [of_dossiers(folders[0])[1], of_dossiers(folders[1])[3]]
    kept = [path.read_bytes() for path in gone]
    for path in gone:
        path.unlink()
    report = went(twofold, Round.HOURLY, NOW + timedelta(hours=1))
    assert sorted(kinds(report)) == [(FIRST, Kind.MISSING, True), (SECOND, Kind.MISSING, True)]
    assert [path.read_bytes() for path in gone] == kept
    tally(injected=len(gone), detected=len(report.findings))


@on_sqlite
def test_what_no_copy_has_stays_an_alarm_until_it_comes_back(
    twofold: Ports, folders: tuple[Path, Path], settings: Settings
) -> None:
    archived(twofold, 1, NOW)
    copy_some(twofold, NOW)
    one, other = (of_dossiers(folder)[0] for folder in folders)
    content = one.read_bytes()
    damage(one)
    other.unlink()
    for hours in (1, 2):
        report = went(twofold, Round.DAILY, NOW + timedelta(hours=hours), everything=True)
        assert {(found.copy, found.kind) for found in report.open} == {
            (FIRST, Kind.ALTERED), (SECOND, Kind.MISSING),
        }  # fmt: skip
        assert all("Aucune copie saine" in found.sentence for found in report.open)
    (mail,) = mails(settings.home / "mail")
    assert "2\N{NO-BREAK SPACE}points à traiter" in str(mail.subject)
    os.remove(one)  # noqa: PTH107 - it is read-only, and so is what replaces it
    one.write_bytes(content)
    healed = went(twofold, Round.DAILY, NOW + timedelta(hours=3), everything=True)
    assert healed.open == ()
    assert other.read_bytes() == content


@on_sqlite
def test_what_nobody_archived_is_told_and_left_where_it_is(
    twofold: Ports, folders: tuple[Path, Path]
) -> None:
    archived(twofold, 1, NOW)
    junk = folders[0] / "a" / "malware.exe"
    junk.write_bytes(b"MZ")
    orphan = twofold.archive.put(
        "a/v1/2026/d0/o/piece.ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.pdf",
        b"abc",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    )
    long_ago = (NOW - DAY).timestamp()
    for path in (junk, folders[0] / orphan.key):
        os.utime(path, (long_ago, long_ago))
    report = went(twofold, Round.HOURLY, NOW + timedelta(hours=1))
    assert sorted(kinds(report)) == [(FIRST, Kind.FOREIGN, False), (FIRST, Kind.ORPHAN, False)]
    assert [one.kind for one in report.open] == [Kind.FOREIGN]
    junk.unlink()
    assert went(twofold, Round.HOURLY, NOW + timedelta(hours=2)).open == ()


@on_sqlite
def test_every_object_is_read_again_within_thirty_days(ports: Ports) -> None:
    for number in range(1, 9):
        archived(ports, number, NOW)
    read = []
    for days in range(1, 31):
        report = went(ports, Round.DAILY, NOW + days * DAY)
        read.append(report.counts.get("objets relus", 0))
    with ports.database.read() as session:
        oldest = queries.oldest_verified(session, FIRST)
        total = queries.count_kept(session, FIRST)
    assert oldest is not None
    assert oldest > NOW + DAY / 2
    # A share each day, not everything at the end.
    assert max(read) < total / 4


@on_sqlite
def test_a_round_that_was_late_says_so(ports: Ports) -> None:
    archived(ports, 1, NOW)
    assert went(ports, Round.HOURLY, NOW + 34 * DAY).open == ()
    report = went(ports, Round.HOURLY, NOW + 41 * DAY + DAY / 2)
    assert [(one.kind, "41 jours" in one.sentence) for one in report.open] == [(Kind.LATE, True)]
    assert "DOCGEN_ALARM_TO" in report.alarm
    assert went(ports, Round.DAILY, NOW + 42 * DAY, everything=True).open == ()


@on_sqlite
def test_a_copy_that_is_not_mounted_is_one_alarm_and_nothing_is_called_missing(
    twofold: Ports, folders: tuple[Path, Path]
) -> None:
    archived(twofold, 1, NOW)
    went(twofold, Round.HOURLY, NOW + timedelta(hours=1))
    folders[1].rename(folders[1].with_name("ailleurs"))
    report = custody(twofold, Round.HOURLY, NOW + timedelta(hours=2))
    assert report is not None
    assert not report.whole
    assert kinds(report) == [(SECOND, Kind.SILENT, False)]
    folders[1].with_name("ailleurs").rename(folders[1])
    assert went(twofold, Round.HOURLY, NOW + timedelta(hours=3)).open == ()


@on_sqlite
def test_what_was_archived_before_there_was_a_custody_is_taken_into_it(ports: Ports) -> None:
    from sqlalchemy import delete

    from docgen.records import tables

    archived(ports, 1, NOW)
    with ports.database.read() as session:
        before = queries.count_kept(session, FIRST)
    with ports.database.write() as session:
        session.execute(delete(tables.KeptObject))
    report = went(ports, Round.HOURLY, NOW + timedelta(hours=1))
    assert report.findings == ()
    assert report.counts["dossiers inscrits"] == 1
    with ports.database.read() as session:
        assert queries.count_kept(session, FIRST) == before > 4


@on_sqlite
@pytest.mark.parametrize(
    "step",
    ["custody.copy", "custody.copied", "custody.listed", "custody.restore", "custody.restored",
     "custody.read", "custody.report", "custody.alarm", "custody.alarmed", "log.sign"],
)  # fmt: skip
def test_01_stopped_at_any_step_the_next_round_takes_it_up(
    twofold: Ports, folders: tuple[Path, Path], tally: Tally, step: str
) -> None:
    archived(twofold, 1, NOW)
    copy_some(twofold, NOW)
    archived(twofold, 2, NOW)
    gone = of_dossiers(folders[1])[0]
    content = gone.read_bytes()
    gone.unlink()
    met = []

    def stop(name: str) -> None:
        met.append(name)
        if name == step:
            raise KeyboardInterrupt

    stopped = dataclasses.replace(twofold, pause=stop)
    with pytest.raises(KeyboardInterrupt):
        custody(stopped, Round.DAILY, NOW + DAY, everything=True)
    assert met[-1] == step
    report = went(twofold, Round.DAILY, NOW + DAY + timedelta(hours=1), everything=True)
    assert report.open == ()
    assert gone.read_bytes() == content
    assert len(of_dossiers(folders[0])) == len(of_dossiers(folders[1]))
    with twofold.database.read() as session:
        assert queries.count_to_copy(session, NOW + DAY) == 0
        runs = queries.custody_runs(session, 9)
    assert all(run.ended_at for run in runs)
    # What stops after the end is told by the next round, which is another one.
    assert len(runs) == (2 if step.startswith("custody.alarm") else 1)
    assert verify_log(twofold).problems == ()
    tally(injected=1, detected=1)


@on_sqlite
def test_progress_is_told_step_by_step_and_kept(twofold: Ports) -> None:
    archived(twofold, 1, NOW)
    went(twofold, Round.HOURLY, NOW + timedelta(hours=1))
    told: list[tuple[str, int, int]] = []
    custody(
        twofold,
        Round.MONTHLY,
        NOW + DAY,
        lambda step, done, total: told.append((step, done, total)),
    )
    steps = list(dict.fromkeys(step for step, _, _ in told))
    assert steps == [
        "inscrire premiere", "copier seconde", "rapprocher premiere", "rapprocher seconde",
        "relire premiere", "relire seconde", "tête", "exercice",
    ]  # fmt: skip
    for step in steps[2:]:
        assert [(done, total) for one, done, total in told if one == step][-1][0] > 0, step


@on_sqlite
def test_17_the_first_copy_lost_everything_is_read_from_the_second(
    twofold: Ports, folders: tuple[Path, Path], tally: Tally
) -> None:
    reference = archived(twofold, 1, NOW)
    went(twofold, Round.DAILY, NOW + DAY, everything=True)
    folders[0].rename(folders[0].with_name("perdue"))
    with twofold.database.read() as session:
        key = queries.agreement_by_reference(session, reference).manifest_key or ""
    assert twofold.archive.get(key)
    # The runbook: an empty folder in its place, and a round fills it again.
    FolderArchive(folders[0]).check()
    report = went(twofold, Round.HOURLY, NOW + 2 * DAY)
    assert report.open == ()
    assert {one.kind for one in report.findings} == {Kind.MISSING}
    back, there = (of_dossiers(folder) for folder in folders)
    assert len(back) == len(there) > 4
    whole = [one.read_bytes() == other.read_bytes() for one, other in zip(back, there, strict=True)]
    tally(injected=len(there), detected=sum(whole))
