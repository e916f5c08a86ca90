"""Drafts: begun, opened, saved without one person undoing another's work, dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.ports import Ports
from docgen.agreements.form.merging import Change, Conflict, Merged, merge
from docgen.agreements.question import cited
from docgen.errors import NotFound, Refused
from docgen.journal import canonical
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables


class AlreadySent(Refused):
    """The draft has become an agreement, of that number."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"Ce brouillon est déjà envoyé : c’est {reference}.")


@dataclass(frozen=True)
class DraftView:
    """A draft as it stands; `updated_by` is a name, `cites` the number that it hangs on."""

    id: str
    kind: str
    title: str
    label: str
    data: Mapping[str, Any]
    version: int
    updated_at: datetime
    updated_by: str
    group: str | None
    cites: str


@dataclass(frozen=True)
class Saved:
    """What saving did. With conflicts nothing was written, and `version` is the one to answer.

    `theirs`: what others changed meanwhile, now in `data`; `by`, who they are.
    """

    version: int
    data: Mapping[str, Any]
    theirs: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    by: str = ""


def begin(
    ports: Ports,
    data: Mapping[str, Any],
    account: str,
    now: datetime,
    group: str | None = None,
) -> str:
    """A new draft of that data; its id."""
    draft_id = ports.new_id()
    with ports.database.write() as session:
        begin_in(session, draft_id, data, account, now, group)
    return draft_id


def begin_in(
    session: Session,
    draft_id: str,
    data: Mapping[str, Any],
    account: str,
    now: datetime,
    group: str | None = None,
) -> None:
    """The same, in the caller's transaction."""
    kind = agreements.get(str(data["type"])).slug
    text = canonical(dict(data)).decode()
    session.add(
        tables.Draft(
            id=draft_id, kind=kind, label=_label(session, data), data=text, version=1,
            created_at=now, created_by=account, updated_at=now, updated_by=account,
            group_id=group,
        )
    )  # fmt: skip
    session.flush()
    queries.keep_edition(session, _edition(draft_id, 1, text, now, account, ""))
    queries.note(session, OfficeAct.DRAFT_STARTED, now, account, draft_id, {"kind": kind})


def opened(ports: Ports, draft_id: str) -> DraftView:
    """A draft. Raises NotFound, or AlreadySent."""
    with ports.database.read() as session:
        row = queries.draft(session, draft_id)
        _not_sent(session, row)
        return _view(session, row)


def listed(ports: Ports, group: str | None = None) -> list[DraftView]:
    """Every draft not sent yet, the last one worked on first; or those of a group."""
    with ports.database.read() as session:
        return [_view(session, row) for row in queries.drafts(session, group=group)]


def save(
    ports: Ports,
    draft_id: str,
    version: int,
    page: str,
    data: Mapping[str, Any],
    account: str,
    now: datetime,
) -> Saved:
    """Write what an open page says; `version` is the edition it began from.

    What others wrote meanwhile is kept: put together when no field was changed by both, told when
    one was. Raises NotFound, or AlreadySent.
    """
    text = canonical(dict(data)).decode()
    with ports.database.write() as session:
        row = queries.locked_draft(session, draft_id)
        _not_sent(session, row)
        if text == row.data:
            return Saved(row.version, data)
        since = queries.editions_since(session, draft_id, version)
        others = [one for one in since if one.page != page]
        merged = Merged(dict(data), (), ())
        if others:
            before = queries.edition(session, draft_id, version)
            base = json.loads(before.data) if before else {}
            merged = merge(base, json.loads(row.data), data)
        by = ", ".join(
            dict.fromkeys(queries.account(session, one.account_id).name for one in others)
        )
        if merged.conflicts:
            return Saved(row.version, merged.data, merged.theirs, merged.conflicts, by)
        row.data = canonical(merged.data).decode()
        row.label = _label(session, merged.data)
        row.version += 1
        row.updated_at, row.updated_by = now, account
        queries.keep_edition(session, _edition(draft_id, row.version, row.data, now, account, page))
        return Saved(row.version, merged.data, merged.theirs, (), by)


def drop(ports: Ports, draft_id: str, account: str, now: datetime) -> None:
    """Throw a draft away; its line in the journal stays. Raises NotFound, or AlreadySent."""
    with ports.database.write() as session:
        row = queries.locked_draft(session, draft_id)
        _not_sent(session, row)
        queries.forget_editions(session, draft_id)
        session.flush()
        session.delete(row)
        queries.note(session, OfficeAct.DRAFT_DROPPED, now, account, draft_id, {"kind": row.kind})


def _label(session: Session, data: Mapping[str, Any]) -> str:
    """What a person calls a draft, as far as it is written: « Fatou Diallo, Dupont & Fils ».

    What follows an agreement says whose that is: « Fatou Diallo, Dupont & Fils, PMSMP-2026-0001 ».
    """
    person = _mapping(data.get("beneficiaire"))
    name = " ".join(filter(None, (_text(person, "prenom"), _text(person, "nom"))))
    company = _text(_mapping(data.get("entreprise")), "raison_sociale")
    above = cited(data) or ""
    if above and not (name or company):
        name, company = _whose(session, above)
    return ", ".join(filter(None, (name, company, above))) or "sans nom encore"


def _whose(session: Session, reference: str) -> tuple[str, str]:
    """(person, company) of an agreement; empty for a number that is nobody's."""
    try:
        row = queries.agreement_by_reference(session, reference)
    except NotFound:
        return "", ""
    met = session.get(tables.Person, row.person_key) if row.person_key else None
    return f"{met.given_name} {met.family_name}" if met else "", row.company


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value[:200] if isinstance(value, str) else ""


def _edition(
    draft_id: str, version: int, data: str, now: datetime, account: str, page: str
) -> tables.DraftEdition:
    return tables.DraftEdition(
        draft_id=draft_id, version=version, data=data, at=now, account_id=account, page=page[:32]
    )


def _not_sent(session: Session, row: tables.Draft) -> None:
    if row.agreement_id is not None:
        raise AlreadySent(queries.agreement(session, row.agreement_id).reference)


def _view(session: Session, row: tables.Draft) -> DraftView:
    data = json.loads(row.data)
    return DraftView(
        row.id,
        row.kind,
        agreements.get(row.kind).title,
        row.label,
        data,
        row.version,
        row.updated_at,
        queries.account(session, row.updated_by).name,
        row.group_id,
        cited(data) or "",
    )
