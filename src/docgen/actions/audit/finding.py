"""Search within a scope; each search is an access event, whose words are not written down."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from docgen import agreements
from docgen.actions.accounts.present import Sight
from docgen.actions.ports import Ports
from docgen.errors import NotFound
from docgen.lifecycle import Status
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables
from docgen.records.queries.search import Wanted

PAGE = 50
# Words that may name somebody: the journal says that they were used, never which.
_PERSONAL = {"words", "person", "company"}


@dataclass(frozen=True)
class FoundRow:
    """One agreement found; the flat shape of `docgen audit search --json`."""

    reference: str
    kind: str
    title: str
    status: str
    company: str
    company_siret: str | None
    start: date
    end: date


@dataclass(frozen=True)
class Found:
    """A page of answers; `after` goes on to the next, None at the end."""

    rows: list[FoundRow]
    after: tuple[date, str] | None


def find(
    ports: Ports,
    sight: Sight,
    account: str | None,
    wanted: Wanted,
    now: datetime,
    after: tuple[date, str] | None = None,
    most: int = PAGE,
) -> Found:
    """What the sight holds of what is wanted, and the event that says so."""
    with ports.database.read() as session:
        entries = queries.search(session, wanted, sight.scope, after, most + 1)
    shown = entries[:most]
    told = {
        "mission": sight.number,
        "motive": sight.motive,
        "found": len(shown),
        "criteria": _criteria(wanted),
    }
    with ports.database.write() as session:
        queries.note(session, OfficeAct.SEARCHED, now, account, "", told)
    last = shown[-1] if len(entries) > most else None
    return Found(
        [row_of(entry) for entry in shown], (last.first_day, last.agreement_id) if last else None
    )


def row_of(entry: tables.SearchEntry) -> FoundRow:
    """An entry of the index as lists show it."""
    return FoundRow(
        entry.reference,
        entry.kind,
        agreements.get(entry.kind).title,
        entry.status,
        entry.company,
        entry.company_siret,
        entry.first_day,
        entry.last_day,
    )


def _criteria(wanted: Wanted) -> dict[str, object]:
    """What was asked, without the words that may be a person's name."""
    told: dict[str, object] = {}
    for name, value in asdict(wanted).items():
        if not value:
            continue
        if name in _PERSONAL:
            told[name] = True
        elif isinstance(value, date):
            told[name] = value.isoformat()
        else:
            told[name] = list(value) if isinstance(value, tuple) else value
    return told


def seen(ports: Ports, sight: Sight, reference: str) -> tables.Agreement:
    """The agreement of that number, in sight. Out of sight and absent read the same: NotFound."""
    with ports.database.read() as session:
        entry = queries.seen_in(session, sight.scope, reference)
        if entry is None or entry.status == Status.DETRUIT:
            raise NotFound("Le dossier", reference)
        return queries.agreement(session, entry.agreement_id)


def note_access(
    ports: Ports,
    sight: Sight,
    account: str | None,
    act: OfficeAct,
    reference: str,
    now: datetime,
    **more: object,
) -> None:
    """Write down that a dossier was looked at or taken, for what mission and why."""
    told = {"mission": sight.number, "motive": sight.motive, **more}
    with ports.database.write() as session:
        queries.note(session, act, now, account, reference, told)
