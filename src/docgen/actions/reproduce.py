"""Reproduce: make revision 0 of an agreement again, from what was kept, and compare the bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from docgen.actions.paper import document, load
from docgen.actions.ports import Ports
from docgen.documents.compare import difference
from docgen.documents.making import made_with
from docgen.errors import NotFound, Refused
from docgen.journal import EventType
from docgen.records import queries


@dataclass(frozen=True)
class Change:
    """One thing the document was made with, then and now; empty when it was not there."""

    what: str
    then: str
    now: str


@dataclass(frozen=True)
class Reproduction:
    """What came of it. `difference` says where the two part, `changes` what may explain it."""

    reference: str
    identical: bool
    frozen_sha256: str
    remade_sha256: str
    difference: str
    changes: tuple[Change, ...]


def reproduce(ports: Ports, reference: str) -> Reproduction:
    """Make the frozen PDF again. Raises NotFound, or Refused when it was never frozen."""
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        if row.frozen_sha256 is None or row.template_sha256 is None:
            raise Refused(f"{reference} n’a pas encore de document figé.")
        frozen = queries.content(session, row.frozen_sha256)
        try:
            template = queries.content(session, row.template_sha256)
        except NotFound as error:
            raise NotFound("Le modèle Word gardé à l’émission de", reference) from error
        event = next(one for one in queries.events(session, row.id) if one.type is EventType.FROZEN)
    remade = document(ports, load(row), template, row.reference, row.created_at)
    then, now = event.data.get("made_with", {}), made_with(remade)
    changes = tuple(
        Change(what, then.get(what, ""), now.get(what, ""))
        for what in sorted(then.keys() | now.keys())
        if then.get(what) != now.get(what)
    )
    return Reproduction(
        reference,
        remade == frozen,
        row.frozen_sha256,
        hashlib.sha256(remade).hexdigest(),
        difference(frozen, remade),
        changes,
    )
