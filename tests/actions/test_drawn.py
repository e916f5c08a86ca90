"""A drawn signature is in the visible seal and in the proof; its points are in no journal."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest

from docgen.actions.desk import SigningDesk
from docgen.actions.evidence_facts import signature_facts
from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.actions.verify import verify
from docgen.cli.played_signer import newest_code
from docgen.errors import InvalidData
from docgen.journal import EventType
from docgen.records import queries
from docgen.settings import Settings
from docgen.signing.drawing import read_drawing
from tests.actions.test_ways import agreement, events
from tests.ceremonies import VISITOR, issued, sign_all, sit, tokens
from tests.databases import on_sqlite
from tests.samples import NOW, PMSMP

LATER = NOW + timedelta(hours=1)
PERSON = "fatou@example.org"
HAND = "100,300 180,80 260,310 330,120 420,280;500,200;560,250 700,90 900,260"

pytestmark = [pytest.mark.slow, on_sqlite]


def test_a_drawing_goes_from_the_page_to_the_seal_and_the_proof(
    ports: Ports, settings: Settings
) -> None:
    reference = issued(ports, PMSMP, NOW)
    post, desk = settings.home / "mail", SigningDesk(ports)
    secret = sit(ports, tokens(post)[PERSON], LATER)
    desk.send_code(secret, LATER)
    name = desk.ceremony(secret, LATER).nom_complet
    code = newest_code(post, PERSON)
    with pytest.raises(InvalidData, match="dessin"):
        desk.sign(secret, code, name, True, LATER, *VISITOR, "fr", "1,1 ET Q")
    assert events(ports, reference, EventType.SIGNED) == []
    # The refusal spent nothing: the same code signs.
    desk.sign(secret, code, name, True, LATER, *VISITOR, "fr", HAND)
    (signed,) = events(ports, reference, EventType.SIGNED)
    digest = str(signed.data["drawing"])
    assert HAND not in str(events(ports, reference, *EventType))
    with ports.database.read() as session:
        assert queries.content(session, digest).decode() == HAND
        row = queries.agreement_by_reference(session, reference)
        pdf = queries.content(session, row.current_sha256 or "")
    signer = next(one for one in row.signers if one.email == PERSON)
    drawing = read_drawing(HAND)
    assert drawing
    look = appearance(pdf, signer.field)
    # A line to each point after a stroke's first, and the dot.
    assert look.count(b" l\n") == sum(max(len(stroke) - 1, 1) for stroke in drawing.strokes)
    assert "Fatou Diallo" in name

    sign_all(ports, post, LATER)
    assert sweep(ports, LATER).failures == []
    assert verify(ports, reference, LATER).sound
    told = signature_facts(
        agreement(ports, reference).signers[signer.rank - 1],
        events(ports, reference, *EventType),
        [],
        "",
    )
    facts = {fact.libelle: fact.valeur for fact in told.faits}
    assert facts["Dessin"] == f"tracé à l’écran, reproduit dans le cachet, empreinte {digest}"


def appearance(pdf: bytes, field: str) -> bytes:
    """What the seal of that field draws, its inner forms with it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (widget,) = [
            one for one in document.Root.AcroForm.Fields if str(one.get("/T", "")) == field
        ]
        form = widget.AP.N
        resources = form.get("/Resources", pikepdf.Dictionary())
        inner = [*resources.get("/XObject", pikepdf.Dictionary()).values()]
        return b"\n".join(one.read_bytes() for one in (form, *inner)) + b"\n"
