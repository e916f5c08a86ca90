"""A person's rights: everything we hold about them, in one file; what nobody needs, forgotten."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from docgen.actions.ports import Ports
from docgen.actions.retention.disposal import BLANK
from docgen.actions.retention.keep import keeping_of, policy_in_force
from docgen.agreements.identity import plain
from docgen.errors import NotFound
from docgen.french import PARIS
from docgen.journal import EventType, instant
from docgen.lifecycle import Actor, Status, Step, after
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables
from docgen.records.queries import ledger
from docgen.retention import Policy, add_months

SCHEMA = "docgen.person/1"
SHEET = "beneficiaire"


@dataclass
class Purged:
    """What a purge did, or would do; `references` are those of the agreements."""

    done: bool
    references: list[str] = field(default_factory=list)
    people: int = 0


def person_export(
    ports: Ports, person: str, now: datetime, by: str | None, born_on: str = ""
) -> dict[str, Any]:
    """All that is held about a person named so, or reached at that address. Raises NotFound.

    A name is taken without accents or capitals; a birth date tells two people of one name apart.
    The caller gives the answer to that person alone, once sure of who asks.
    """
    asked = plain(person)
    email = person.strip().casefold() if "@" in person else ""
    with ports.database.read() as session:
        known = [
            one
            for one in ([] if email else queries.people_named(session, asked))
            if not born_on or one.born_on.isoformat() == born_on
        ]
        about = _agreements(session, asked, email, [one.key for one in known])
        keys = {one.key for one in known}
        # By their address too, whose own stay it is; never the one whom somebody else signs for.
        keys |= {row.person_key for row in about if row.person_key and _is_theirs(row, email)}
        if not about and not known:
            raise NotFound("La personne", person)
        answer = {
            "schema": SCHEMA,
            "made_at": instant(now),
            "asked": person,
            "people": [
                {
                    "nom": one.family_name,
                    "prenom": one.given_name,
                    "date_naissance": one.born_on.isoformat(),
                }
                for one in known
            ],
            "sheets": [
                sheet for key in sorted(keys) if (sheet := queries.sheet(session, SHEET, key))
            ],
            "agreements": [_about(session, row, asked, email, keys) for row in about],
            "hires": [
                {"company": one.company, "contract": one.contract, "from": one.start.isoformat()}
                for one in ledger.hires_of(session, keys)
            ],
            "meetings": [
                {"reference": one.reference, "kind": one.kind, "on": one.day.isoformat()}
                for one in ledger.events_met(session, keys)
            ],
        }
    with ports.database.write() as session:
        # Who is asked about is not written down: how much was given is.
        queries.note(session, OfficeAct.EXPORTED, now, by, "", {"agreements": len(about)})
    return answer


def write_answer(path: Path, answer: dict[str, Any]) -> None:
    """Write the answer to a new file that its owner alone reads. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(answer, file, ensure_ascii=False, indent=2)
        file.write("\n")


def _agreements(
    session: Session, asked: str, email: str, keys: list[str]
) -> list[tables.Agreement]:
    found = {row.id: row for row in queries.agreements_about(session, keys, email)}
    if not email:
        for agreement_id in queries.ids_signed_by(session, asked):
            found.setdefault(agreement_id, queries.agreement(session, agreement_id))
    return sorted(found.values(), key=lambda row: row.reference)


def _is_theirs(row: tables.Agreement, email: str) -> bool:
    """True for the stay of who is reached at that address."""
    person = json.loads(row.data).get("beneficiaire") or {}
    return bool(email) and str(person.get("courriel") or "").strip().casefold() == email


def _about(
    session: Session, row: tables.Agreement, asked: str, email: str, keys: Collection[str]
) -> dict[str, Any]:
    words = set(asked.split())
    mine = [
        one
        for one in row.signers
        if (email and one.email.casefold() == email)
        or (not email and words <= set(plain(one.name).split()))
    ]
    data = json.loads(row.data)
    kept = queries.retention(session, row.id)
    return {
        "reference": row.reference,
        "kind": row.kind,
        "status": row.status,
        "company": row.company,
        "from": row.first_day.isoformat(),
        "to": row.last_day.isoformat(),
        "kept_until": kept.retain_until.isoformat() if kept and kept.retain_until else None,
        # What the document says of the others is theirs: only the person's own part leaves.
        "beneficiaire": data.get("beneficiaire") if row.person_key in keys else None,
        "as_signer": [
            {
                "name": one.name,
                "capacity": one.capacity,
                "email": one.email,
                "phone": one.phone,
                "signed_at": instant(one.signed_at) if one.signed_at else None,
                "ip": one.ip,
                "user_agent": one.user_agent,
                "consent": one.consent,
                "decline_reason": one.decline_reason,
                "codes": [instant(code.sent_at) for code in queries.codes_of(session, one.id)],
            }
            for one in mine
        ],
        "events": [
            {"type": event.type.value, "at": instant(event.at)}
            for event in queries.events(session, row.id)
            if event.data.get("signer") in {one.id for one in mine}
        ],
    }


def _past(session: Session, policy: Policy, today: date) -> list[str]:
    """Ids of what was taken over and need be kept no longer."""
    return [
        row.id
        for row in queries.taken_over(session)
        if (until := keeping_of(session, policy, row).until) is not None and until < today
    ]


def purge(ports: Ports, now: datetime, by: str | None, *, do_it: bool) -> Purged:
    """Forget drafts and unsigned agreements older than the policy says; look only, unless told.

    And what was taken over from before docgen, once its time is over: its signed original is a
    paper elsewhere. Nothing signed here by all is touched: that goes by a disposal list.
    """
    policy = policy_in_force(ports).policy
    rule = policy.purge
    today = now.astimezone(PARIS).date()
    drafts, unsigned = (
        datetime.combine(add_months(today, -months), time.min, PARIS)
        for months in (rule.brouillon_mois, rule.sans_suite_mois)
    )
    with ports.database.read() as session:
        ids = [*queries.ids_to_purge(session, drafts, unsigned), *_past(session, policy, today)]
        found = Purged(do_it, [queries.agreement(session, one).reference for one in ids])
    if not do_it:
        return found
    for agreement_id in ids:
        ports.pause("purge.erase")
        with ports.database.write() as session:
            row = queries.locked(session, agreement_id)
            if row.state is Status.DETRUIT or row.manifest_key is not None:
                continue
            after(Step.DESTROY, row.state, Actor.OFFICER)
            queries.erase(session, row, BLANK, f"{ports.new_id()}{ports.new_id()}")
            queries.append(session, row.id, EventType.ERASED, now, Actor.OFFICER, {"purge": True})
    with ports.database.write() as session:
        found.people = queries.forget_unmet_people(session)
        if ids or found.people:
            facts = {"agreements": len(ids), "people": found.people}
            queries.note(session, OfficeAct.PURGED, now, by, "", facts)
    return found
