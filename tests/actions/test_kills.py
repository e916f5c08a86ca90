"""The process is killed (SIGKILL) at every named step in turn, and started again on what remains.

A first run without a kill says which steps there are, so a step added later is walked without a
change to this file.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from docgen.actions.issue import issue
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.tree_head import tree_head
from docgen.actions.verify import verify
from docgen.actions.verify_log import verify_log
from docgen.journal import EventType
from docgen.journal.log import LineType
from docgen.records import queries
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests import samples
from tests.ceremonies import sign_all
from tests.samples import NOW, PARTENARIAT

pytestmark = pytest.mark.slow

# Names that must be among the steps: without them the walk would prove less than it says.
EXPECTED = {
    "issue.register",
    "issue.render",
    "issue.freeze",
    "mail.invitation",
    "mail.invitation.sent",
    "sign.committed",
    "sign.complete",
    "sign.seal",
    "sign.sealed",
    "conclude.close",
    "conclude.closed",
    "conclude.evidence",
    "conclude.evidence_made",
    "conclude.archive",
    "archive.put.convention-signee",
    "archive.put.dossier-de-preuve",
    "archive.put.journal",
    "archive.put.donnees",
    "archive.read_back.convention-signee",
    "archive.manifest.put",
    "archive.manifest.read_back",
    "conclude.archived",
    "mail.copy",
    "mail.copy.sent",
    "log.pin",
    "log.sign",
    "log.signed",
    "log.publish.archive",
    "log.segment.put",
    "log.head.sig.put",
    "log.head.json.put",
}


def whole_thread(ports: Ports, folder: Path, now: datetime) -> None:
    """Everything, from the file to the archive; what is done already is not done again."""
    issue(ports, samples.agreement(PARTENARIAT), now)
    sweep(ports, now)
    sign_all(ports, folder, now)
    sweep(ports, now)
    tree_head(ports, now)


def steps_of(settings: Settings) -> list[str]:
    """The steps of a run that nothing stops, in order, each named once."""
    seen: list[str] = []
    with open_ports(settings, NOW) as ports:
        watched = dataclasses.replace(ports, pause=seen.append)
        whole_thread(watched, settings.home / "mail", NOW)
    return list(dict.fromkeys(seen))


def killed_at(step: str, settings: Settings, now: datetime) -> int:
    """The exit code of a child that does everything: -SIGKILL when it died at `step`."""
    chosen = settings.model_copy(update={"failpoint": step})
    child = multiprocessing.get_context("fork").Process(target=_life, args=(chosen, now))
    child.start()
    child.join(120)
    assert child.exitcode is not None
    return child.exitcode


def _life(settings: Settings, now: datetime) -> None:
    with open_ports(settings, NOW) as ports:
        whole_thread(ports, settings.home / "mail", now)


@pytest.fixture
def second_database(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> Callable[[], str]:
    """Makes one more empty database of the same kind; its URL."""

    def make() -> str:
        if settings.url.startswith("sqlite"):
            return f"sqlite:///{tmp_path / 'second.sqlite3'}"
        return str(request.getfixturevalue("new_postgresql")("template1"))

    return make


def test_killed_at_every_step_in_turn_there_is_one_archived_dossier(
    settings: Settings, second_database: Callable[[], str], tmp_path: Path
) -> None:
    calm = settings.model_copy(
        update={"home": tmp_path / "calm", "database_url": second_database()}
    )
    steps = steps_of(calm)
    assert set(steps) >= EXPECTED
    for number, step in enumerate(steps):
        # Twenty minutes later each time: a signer is sent three codes in fifteen minutes.
        now = NOW + timedelta(minutes=20 * number)
        assert killed_at(step, settings, now) == -signal.SIGKILL, step
    end = NOW + timedelta(minutes=20 * len(steps))
    assert killed_at("", settings, end) == 0
    with open_ports(settings, NOW) as ports:
        rows = status(ports)
        assert [(row.status, row.problem) for row in rows] == [("archive", "")]
        verdict = verify(ports, rows[0].reference, end)
        assert verdict.problems == ()
        with ports.database.read() as session:
            row = queries.agreements(session)[0]
            types = [event.type for event in queries.events(session, row.id)]
        for once in (
            EventType.REGISTERED,
            EventType.FROZEN,
            EventType.COMPLETED,
            EventType.CLOSED,
            EventType.EVIDENCE,
            EventType.ARCHIVED,
        ):
            assert types.count(once) == 1, once
        assert [types.count(EventType.SIGNED), types.count(EventType.SEALED)] == [2, 2]
        # Document, evidence, journal, data and manifest; an attestation and two summaries for each
        # of the two signers: one dossier, whatever was cut.
        assert len(list(ports.archive.list("a/"))) == 5 + 2 * 3
        assert verify_log(ports).problems == ()
        with ports.database.read() as session:
            lines = queries.log_lines(session, 0, queries.log_size(session))
        assert [line.type for line in lines].count(LineType.INGEST) == 1
