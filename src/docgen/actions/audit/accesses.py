"""What the organisation reads of who looked at what, when, and for which mission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docgen import office_journal
from docgen.actions.ports import Ports
from docgen.office_journal import OfficeAct
from docgen.records import queries

ACCESSES = tuple(act for act in OfficeAct if act.is_access)
WORDS = {
    OfficeAct.SEARCHED: "recherche",
    OfficeAct.VIEWED: "consultation",
    OfficeAct.PAGE_SEEN: "page lue",
    OfficeAct.VERIFIED: "contrôle des signatures",
    OfficeAct.DOWNLOADED: "téléchargement",
    OfficeAct.SENT: "envoi d’une sélection",
}


@dataclass(frozen=True)
class Access:
    """One access; the shape of `docgen audit accesses --json`. `line` is its journal line."""

    line: int
    at: datetime
    who: str
    act: str
    what: str
    reference: str
    motive: str
    mission: str
    details: dict[str, Any]


def accesses(
    ports: Ports,
    *,
    reference: str | None = None,
    account: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    most: int = 200,
) -> list[Access]:
    """The latest accesses first."""
    with ports.database.read() as session:
        entries = queries.office_entries(
            session,
            acts=ACCESSES,
            subject=reference,
            account_id=account,
            since=since,
            before=before,
            most=most,
        )
        names = {one.id: one.email for one in queries.accounts(session)}
    return [
        Access(
            entry.seq,
            entry.at,
            names.get(entry.account, "compte inconnu") if entry.account else "ligne de commande",
            entry.act.value,
            WORDS[entry.act],
            entry.subject,
            str(entry.data.get("motive", "")),
            str(entry.data.get("mission", "")),
            {k: v for k, v in entry.data.items() if k not in {"motive", "mission"}},
        )
        for entry in reversed(entries)
    ]


def journal_faults(ports: Ports) -> tuple[str, ...]:
    """What is wrong with the office's journal, read whole; empty when its chain holds."""
    with ports.database.read() as session:
        return office_journal.faults(queries.office_entries(session))
