"""An agreement's rows from its archived dossier: manifest, journal, data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from docgen import agreements
from docgen.agreements.question import question
from docgen.agreements.signing import international, mobile
from docgen.archive.manifest import Manifest
from docgen.errors import Broken
from docgen.journal import Event, EventType
from docgen.lifecycle import Status
from docgen.records import tables


def events_of(lines: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
    """The events that an exported journal holds, already checked."""
    for line in lines:
        yield Event(
            seq=line["seq"],
            type=EventType(line["type"]),
            at=datetime.fromisoformat(line["at"]),
            actor=line["actor"],
            data=line["data"],
            previous=line["previous"],
            hash=line["hash"],
        )


def agreement_again(
    manifest: Manifest, events: Sequence[Event], data: bytes, manifest_key: str
) -> tables.Agreement:
    """The agreement and its signers. Raises Broken when journal, data and manifest disagree."""
    first = {event.type: event for event in reversed(events)}
    try:
        given = json.loads(data)
        model = agreements.get(manifest.kind).model.model_validate(given)
        registered, closed = first[EventType.REGISTERED], first[EventType.CLOSED]
        asked = question(given)
        version = manifest.template_name.partition("@")[2]
        row = tables.Agreement(
            id=manifest.dossier_id,
            reference=manifest.reference,
            kind=manifest.kind,
            status=Status.ARCHIVE,
            request_key=str(registered.data["data_sha256"]),
            data=data.decode(),
            company=model.partenaire(),
            person_key=asked.person,
            company_siret=asked.company,
            first_day=manifest.start,
            last_day=manifest.end,
            created_at=registered.at,
            # It is signed: the day by which it had to be no longer matters.
            expires_at=registered.at + timedelta(days=1),
            template_sha256=manifest.template_sha256,
            template_version=int(version) if version else None,
            frozen_sha256=str(first[EventType.FROZEN].data["sha256"]),
            current_sha256=str(closed.data["sha256"]),
            evidence_sha256=str(first[EventType.EVIDENCE].data["sha256"]),
            closed_at=closed.at,
            manifest_key=manifest_key,
            archived_at=first[EventType.ARCHIVED].at if EventType.ARCHIVED in first else None,
            attempts=0,
        )
        row.signers = list(_signers(model, registered, events))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Broken("Son journal et ses données ne suffisent pas à refaire sa ligne.") from error
    if row.reference != registered.data["reference"]:
        raise Broken("Son journal est celui d’un autre accord.")
    return row


def person_in(data: str) -> tuple[str, str, str, date] | None:
    """(key, family name, given name, birth) of the person that an agreement is about."""
    given = json.loads(data)
    key = question(given).person
    if key is None:
        return None
    person = given["beneficiaire"]
    return key, person["nom"], person["prenom"], date.fromisoformat(person["date_naissance"])


def _signers(model: Any, registered: Event, events: Sequence[Event]) -> Iterator[tables.Signer]:
    """Who signed: identifiers and acts by the journal, names and addresses by the data.

    Who signed by delegation is named in the evidence file alone.
    """
    acts = {(e.type, e.data["signer"]): e for e in events if "signer" in e.data}
    told = {signer.rang: signer for signer in model.signataires()}
    for rank, known in enumerate(registered.data["signers"], 1):
        one = told[rank]
        signed = acts.get((EventType.SIGNED, known["id"]))
        sealed = acts.get((EventType.SEALED, known["id"]))
        yield tables.Signer(
            id=known["id"],
            rank=rank,
            role=known["role"],
            name=one.nom_complet,
            capacity=one.qualite,
            email=one.courriel or "",
            phone=international(one.telephone) if mobile(one.telephone) else None,
            way=str(signed.data["way"]) if signed else known["way"],
            turn=known["turn"],
            field=known["field"],
            signed_at=signed.at if signed else None,
            consent_version=str(signed.data["consent_version"]) if signed else None,
            sealed_at=sealed.at if sealed else None,
        )
