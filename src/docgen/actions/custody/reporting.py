"""What a round says: for people, for the archive, and as a line of the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from docgen.actions.custody.copies import SAID, copies_of
from docgen.actions.custody.walk import Walk
from docgen.actions.ports import Ports
from docgen.actions.sweep import Swept
from docgen.archive.store import sha256_of
from docgen.errors import DocgenError
from docgen.journal import canonical, instant
from docgen.journal.log import LineType
from docgen.lifecycle import Actor
from docgen.records import queries
from docgen.records.tables import CustodyFinding

SCHEMA = "docgen.custody-report/1"
PLACE = "j/v1/scrub/"


@dataclass(frozen=True)
class Finding:
    """One thing that was wrong; `mended_at` None: it still is."""

    copy: str
    key: str
    kind: str
    sentence: str
    alarming: bool
    found_at: datetime
    mended_at: datetime | None


@dataclass(frozen=True)
class State:
    """A copy: how many objects it must hold, and when the one that waited longest was read."""

    copy: str
    store: str
    objects: int
    oldest_verified: datetime | None


@dataclass(frozen=True)
class Report:
    """A round. `findings`: what was seen during it and what is still open; `whole`: it ended.

    `alarm` says whom the alarm went to, or why it did not leave; empty when there was none.
    """

    id: str
    kind: str
    started_at: datetime
    at: datetime
    whole: bool
    counts: Mapping[str, int]
    copies: tuple[State, ...]
    findings: tuple[Finding, ...]
    alarm: str

    @property
    def open(self) -> tuple[Finding, ...]:
        """What is still wrong, and somebody must see to."""
        return tuple(one for one in self.findings if one.alarming and one.mended_at is None)

    def swept(self) -> Swept:
        """The same, as scheduled runs tell it."""
        done = Swept(counts=dict(self.counts))
        done.failures = [(one.key or SAID[one.copy], one.kind, one.sentence) for one in self.open]
        done.notices = [
            one.sentence for one in self.findings if one.mended_at is not None or not one.alarming
        ]
        done.notices += [self.alarm] if self.alarm else []
        return done

    def to_bytes(self) -> bytes:
        """Canonical JSON, which names nobody."""
        return canonical(
            {
                "schema": SCHEMA,
                "round": self.kind,
                "started": instant(self.started_at),
                "ended": instant(self.at),
                "counts": dict(self.counts),
                "copies": [
                    {
                        "copy": one.copy,
                        "objects": one.objects,
                        "oldest_verified": _said(one.oldest_verified),
                    }
                    for one in self.copies
                ],
                "findings": [
                    {
                        "copy": one.copy,
                        "key": one.key,
                        "kind": one.kind,
                        "found": instant(one.found_at),
                        "mended": _said(one.mended_at),
                    }
                    for one in self.findings
                ],
            }
        )


def report_of(
    session: Session, walk: Walk, kind: str, alarm: str = "", *, whole: bool = True
) -> Report:
    """The report of a round under way."""
    seen = {
        (one.copy, one.key, one.kind): one
        for one in (
            *queries.findings_since(session, walk.started_at),
            *queries.findings_open(session),
        )
    }
    return Report(
        id=walk.run_id,
        kind=kind,
        started_at=walk.started_at,
        at=walk.now,
        whole=whole,
        counts=dict(walk.counts),
        copies=states(session, walk.ports),
        findings=tuple(_finding(one) for _, one in sorted(seen.items())),
        alarm=alarm,
    )


def states(session: Session, ports: Ports) -> tuple[State, ...]:
    """What is recorded of each copy."""
    return tuple(
        State(
            one.name,
            one.store.name,
            queries.count_kept(session, one.name),
            queries.oldest_verified(session, one.name),
        )
        for one in copies_of(ports)
    )


def open_findings(session: Session) -> tuple[Finding, ...]:
    """Everything that is still wrong."""
    return tuple(map(_finding, queries.findings_open(session)))


def keep_report(ports: Ports, report: Report, now: datetime) -> None:
    """Keep a report in the archive, and say in the log that it is there; a copy down is no end."""
    content = report.to_bytes()
    digest = sha256_of(content)
    key = f"{PLACE}{now:%Y-%m-%d}.{digest}.json"
    try:
        ports.archive.read_back(ports.archive.put(key, content, digest))
    except DocgenError:
        key = ""
    facts = {
        "report": key,
        "report_sha256": digest,
        "round": report.kind,
        "counts": json.dumps(dict(report.counts), ensure_ascii=False, sort_keys=True),
        "open": len(report.open),
    }
    with ports.database.write() as session:
        queries.log(session, LineType.FIXITY, now, Actor.SCHEDULE, facts=facts)


def _finding(row: CustodyFinding) -> Finding:
    return Finding(
        row.copy, row.key, row.kind, row.sentence, row.alarming, row.found_at, row.mended_at
    )


def _said(at: datetime | None) -> str:
    return instant(at) if at else ""
