"""No timestamp to be had: the act is kept, the seal waits in sight, and is made when it can be."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docgen.actions.ports import Ports
from docgen.actions.public_check import check_upload
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verdict import plain
from docgen.actions.verify import export, verify
from docgen.journal import Event, EventType
from docgen.records import queries
from docgen.settings import Settings
from docgen.signing.seal import Sealer
from tests.ceremonies import issued, sign_all
from tests.databases import on_sqlite
from tests.outside_tsa import OutsideAuthority
from tests.samples import PARTENARIAT
from tests.verapdf import validate

pytestmark = [pytest.mark.slow, on_sqlite]

AWAY = "http://127.0.0.1:9/tsa"
SIGNED_AT = datetime.now(UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[OutsideAuthority]:
    folder = tmp_path / "tsa"
    folder.mkdir()
    made = OutsideAuthority(folder, SIGNED_AT)
    yield made
    made.stop()


@pytest.fixture
def outside(ports: Ports, authority: OutsideAuthority) -> Ports:
    keys = dataclasses.replace(ports.sealer.keys, tsa_roots=(authority.root.certificate,))
    authority.mode = "error"
    return dataclasses.replace(ports, sealer=Sealer(keys, (AWAY, authority.url)))


def events(ports: Ports, reference: str, kind: EventType) -> list[Event]:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        return [event for event in queries.events(session, row.id) if event.type is kind]


@pytest.fixture
def waiting(outside: Ports, settings: Settings) -> str:
    """Signed by all while no authority answers."""
    reference = issued(outside, PARTENARIAT, SIGNED_AT)
    sign_all(outside, settings.home / "mail", SIGNED_AT)
    return reference


def test_the_act_is_kept_the_seal_waits_in_sight_and_the_sweep_makes_it(
    outside: Ports, authority: OutsideAuthority, waiting: str
) -> None:
    row = status(outside, waiting)[0]
    assert (row.status, row.signed) == ("signe", 2)
    assert "Aucune autorité d’horodatage n’a répondu" in row.problem
    for minute in (2, 4):
        assert sweep(outside, SIGNED_AT + timedelta(minutes=minute)).failures
    # Said once for the seal that waits, with each authority and its reason; not at each try.
    told = events(outside, waiting, EventType.SEAL_WAITING)
    assert len({event.data["field"] for event in told}) == len(told)
    assert all(len(event.data["failed"]) == 2 for event in told)
    assert not events(outside, waiting, EventType.SEALED)
    # However long: without leave, never without a timestamp.
    assert sweep(outside, SIGNED_AT + timedelta(days=30)).failures
    assert not events(outside, waiting, EventType.SEALED)
    authority.mode = ""
    now = datetime.now(UTC)
    assert sweep(outside, now).failures == []
    assert (status(outside, waiting)[0].status, status(outside, waiting)[0].problem) == (
        "archive",
        "",
    )
    sealed = events(outside, waiting, EventType.SEALED)
    assert [event.data["level"] for event in sealed] == ["B-T", "B-T"]
    # Which one answered, and which failed.
    assert all(event.data["timestamp"] == "127.0.0.1" for event in sealed)
    assert all(len(event.data["failed"]) == 1 for event in sealed)
    assert verify(outside, waiting, now).problems == ()


def test_with_leave_a_seal_that_waited_long_is_made_without_and_that_is_said_everywhere(
    outside: Ports, waiting: str, tmp_path: Path
) -> None:
    terms = dataclasses.replace(outside.terms, degraded_after=timedelta(hours=24))
    allowed = dataclasses.replace(outside, terms=terms)
    assert sweep(allowed, SIGNED_AT + timedelta(hours=23)).failures
    assert not events(allowed, waiting, EventType.SEALED)
    # Each seal of the agreement waits in its turn: two acts, the closing, the proofs.
    for days in (2, 4, 6, 8):
        sweep(allowed, SIGNED_AT + timedelta(days=days))
    now = SIGNED_AT + timedelta(days=10)
    assert sweep(allowed, now).failures == []
    levels = [event.data["level"] for event in events(allowed, waiting, EventType.SEALED)]
    assert levels == ["B-B", "B-B"]
    verdict = verify(allowed, waiting, now)
    assert verdict.problems == ()
    assert verdict.signatures is not None
    assert len(verdict.signatures.reserves) == 3
    assert len(plain([verdict])["documents"][0]["reserves"]) == 3
    folder = export(allowed, waiting, tmp_path)
    manifest = json.loads((folder / "manifeste.json").read_bytes())
    assert {one["level"] for one in manifest["signatures"]} == {"PAdES B-B"}
    assert validate(sorted(folder.glob("*.pdf"))) == []
    # Without any timestamp the date is not sure, and the page for everybody says so.
    signed = (folder / "convention-signee.pdf").read_bytes()
    told = check_upload(allowed, signed, now)
    assert "La date d’une signature n’est pas sûre." in [line.text for line in told.lines]
