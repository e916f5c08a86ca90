"""Issue: a number, a frozen PDF, invitations; nothing half-made when it can't be."""

from __future__ import annotations

import dataclasses
import itertools
import json
import time
from datetime import timedelta

import pytest

from docgen.actions.issue import issue, issue_all
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.cli.played_signer import links
from docgen.documents.finish import attachments
from docgen.documents.pages import page_count, page_text
from docgen.errors import InvalidData, Unavailable
from docgen.journal import EventType
from docgen.lifecycle import Status
from docgen.records import queries
from docgen.settings import Settings
from tests import samples
from tests.samples import NOW, PARTENARIAT, PMSMP, as_bytes, changed

pytestmark = pytest.mark.slow


def frozen(ports: Ports, reference: str) -> bytes:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        return queries.content(session, row.frozen_sha256 or "")


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page_text(pdf, n) for n in range(page_count(pdf))).split())


def test_an_agreement_is_numbered_frozen_and_its_signers_invited(
    ports: Ports, settings: Settings
) -> None:
    outcome = issue(ports, samples.agreement(PMSMP), NOW)
    assert (outcome.reference, outcome.status) == ("PMSMP-2026-0001", Status.ENVOYE)
    pdf = frozen(ports, "PMSMP-2026-0001")
    data = json.loads(attachments(pdf)["donnees.json"])
    assert data["reference"] == "PMSMP-2026-0001"
    assert data["beneficiaire"]["nom"] == "Diallo"
    invited = {to for to, _, _ in links(settings.home / "mail")}
    assert invited == {
        "fatou@example.org",
        "direction@fournil.example.org",
        "gerant@dupont.example.org",
    }
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, "PMSMP-2026-0001")
        types = [event.type for event in queries.events(session, row.id)]
    assert (
        types == [EventType.REGISTERED, EventType.FROZEN, EventType.SENT] + [EventType.INVITED] * 3
    )


def test_the_same_file_twice_is_one_agreement(ports: Ports, settings: Settings) -> None:
    first = issue(ports, samples.agreement(PARTENARIAT), NOW)
    again = issue(ports, samples.agreement(PARTENARIAT), NOW + timedelta(hours=1))
    assert (again.reference, again.again) == (first.reference, True)
    assert len(links(settings.home / "mail")) == 2


def test_one_file_that_fails_does_not_stop_the_others(ports: Ports) -> None:
    files = [
        ("a.json", as_bytes(PMSMP)),
        ("b.json", as_bytes(changed(PMSMP, fin="2027-03-29"))),
        ("c.json", b"type: [\n"),
        ("d.json", as_bytes(PARTENARIAT)),
    ]
    outcomes = issue_all(ports, files, NOW)
    assert [one.reference for one in outcomes] == ["PMSMP-2026-0001", None, None, "CP-2026-0001"]
    assert all(isinstance(one.error, InvalidData) for one in outcomes[1:3])
    assert [row.reference for row in status(ports)] == ["CP-2026-0001", "PMSMP-2026-0001"]


def test_numbers_follow_the_order_of_the_files_whatever_pdf_is_ready_first(ports: Ports) -> None:
    turns = itertools.count()

    def slowest_first(docx: bytes) -> bytes:
        pdf = ports.to_pdf(docx)
        time.sleep(0.5 / (1 + next(turns)))
        return pdf

    files = [
        (f"{n}.json", as_bytes(changed(PMSMP, beneficiaire__prenom=f"Fatou{'u' * n}")))
        for n in range(5)
    ]
    wired = dataclasses.replace(ports, to_pdf=slowest_first, workers=4)
    outcomes = issue_all(wired, files, NOW)
    assert [one.name for one in outcomes] == [name for name, _ in files]
    assert [one.reference for one in outcomes] == [f"PMSMP-2026-000{n}" for n in range(1, 6)]
    assert not any(one.unsent for one in outcomes)
    for n, one in enumerate(outcomes):
        data = json.loads(attachments(frozen(ports, one.reference or ""))["donnees.json"])
        assert data["beneficiaire"]["prenom"] == f"Fatou{'u' * n}"


def test_text_is_kept_to_the_letter_in_the_pdf(ports: Ports) -> None:
    strange = "Œuvre <b>&amp; {{ 7*7 }} {% if x %} «\u00a0Noé\u00a0» & Şükrü Nguyễn"
    data = changed(PMSMP, entreprise__raison_sociale=strange, beneficiaire__nom="د" + "é" * 40)
    reference = issue(ports, samples.agreement(data), NOW).reference or ""
    text = text_of(frozen(ports, reference))
    assert "Œuvre <b>&amp; {{ 7*7 }} {% if x %}" in text
    assert "Şükrü Nguyễn" in text


def test_libreoffice_away_leaves_a_visible_draft_that_the_sweep_takes_up(ports: Ports) -> None:
    def away(_docx: bytes) -> bytes:
        raise Unavailable("LibreOffice ne répond pas.", "Réessayer.")

    with pytest.raises(Unavailable):
        issue(dataclasses.replace(ports, to_pdf=away), samples.agreement(PMSMP), NOW)
    row = status(ports)[0]
    assert (row.status, row.problem) == ("brouillon", "LibreOffice ne répond pas. Réessayer.")
    done = sweep(ports, NOW)
    assert done.failures == []
    row = status(ports)[0]
    assert (row.status, row.problem) == ("envoye", "")


def test_data_that_cannot_become_a_document_leaves_no_draft(ports: Ports) -> None:
    def refuses(_docx: bytes) -> bytes:
        raise InvalidData([])

    with pytest.raises(InvalidData):
        issue(dataclasses.replace(ports, to_pdf=refuses), samples.agreement(PMSMP), NOW)
    assert [row.status for row in status(ports)] == ["annule"]
    assert sweep(ports, NOW).counts == {}


def test_text_that_no_font_can_print_takes_no_number(ports: Ports) -> None:
    # U+10FFFD: a character for private use, which no font of Debian's draws.
    data = changed(PMSMP, beneficiaire__nom="Diallo \U0010fffd")
    with pytest.raises(InvalidData, match="police"):
        issue(ports, samples.agreement(data), NOW)
    assert status(ports) == []
