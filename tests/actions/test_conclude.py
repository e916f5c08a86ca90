"""From the last signature to one archived dossier, checked by us and by tools we did not write."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.conclude import conclude
from docgen.actions.issue import issue
from docgen.actions.ports import Ports
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verdict import Verdict
from docgen.actions.verify import export, verify
from docgen.archive.folder import FolderArchive
from docgen.archive.store import Stored
from docgen.cli.played_signer import mails
from docgen.errors import NotFound, Refused, Unavailable
from docgen.journal import EventType
from docgen.records import queries
from docgen.settings import Settings
from tests import samples
from tests.ceremonies import issued, sign_all
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT, PMSMP
from tests.sealed import Sealed
from tests.verapdf import validate

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def archived(ports: Ports, settings: Settings) -> str:
    """A PMSMP signed by all and archived; its number."""
    reference = issued(ports, PMSMP, NOW)
    sign_all(ports, settings.home / "mail", LATER)
    assert sweep(ports, LATER).failures == []
    return reference


@on_sqlite
def test_an_archived_agreement_is_sound_and_everyone_has_a_copy(
    ports: Ports, settings: Settings, archived: str
) -> None:
    assert status(ports, archived)[0].status == "archive"
    verdict = verify(ports, archived, LATER)
    assert verdict.problems == ()
    assert verdict.signatures is not None
    assert [seal.field for seal in verdict.signatures.signatures][-1] == "Cachet_cloture"
    assert len(verdict.signatures.signatures) == 4
    with_copy = [m.to for m in mails(settings.home / "mail") if "copie" in m.subject.lower()]
    assert sorted(with_copy) == [
        "direction@fournil.example.org",
        "fatou@example.org",
        "gerant@dupont.example.org",
        "samira@fournil.example.org",
    ]
    again = sweep(ports, LATER)
    assert (again.counts, again.failures) == ({}, [])
    # Concluding twice changes nothing.
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, archived)
        before = queries.events(session, row.id)
    conclude(ports, row.id, LATER + timedelta(hours=1))
    with ports.database.read() as session:
        events = queries.events(session, row.id)
    assert events == before
    assert [event.type for event in events].count(EventType.CLOSED) == 1


def test_tools_we_did_not_write_accept_the_dossier(sealed: Sealed) -> None:
    dossier = sealed.folder
    sums = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=dossier, capture_output=True, check=False
    )
    assert sums.returncode == 0
    for name, count in (("convention-signee.pdf", 4), ("dossier-de-preuve.pdf", 1)):
        told = subprocess.run(
            ["pdfsig", "-nocert", name], cwd=dossier, capture_output=True, text=True, check=False
        ).stdout
        assert told.count("Signature is Valid.") == count
    pdfs = [dossier / "convention-signee.pdf", dossier / "dossier-de-preuve.pdf"]
    assert validate(pdfs, "3b") == []
    assert validate(pdfs, "ua1") == []
    listed = subprocess.run(
        ["pdfdetach", "-list", "convention-signee.pdf"],
        cwd=dossier,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "donnees.json" in listed.stdout


def test_every_name_of_the_data_is_in_the_signed_pdf(sealed: Sealed) -> None:
    text = subprocess.run(
        ["pdftotext", "convention-signee.pdf", "-"],
        cwd=sealed.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    words = " ".join(text.split())
    for name in ("Diallo", "Fatou", "Dupont & Fils <Traiteur>", "Luc", "Petit", "Moreau"):
        assert name in words


def test_each_damage_to_a_dossier_is_named(sealed: Sealed, tmp_path: Path) -> None:
    verifier = sealed.verifier()

    def judged(folder: Path) -> Verdict:
        (verdict,) = verifier.each([str(folder)])
        return verdict

    assert verify(sealed.ports, str(sealed.folder), LATER).sound
    for name, expected in (
        ("convention-signee.pdf", "convention-signee.pdf"),
        ("dossier-de-preuve.pdf", "dossier-de-preuve.pdf"),
        ("journal.json", "journal.json"),
        ("donnees.json", "donnees.json"),
        ("manifeste.json", "manifeste"),
        ("SHA256SUMS", "SHA256SUMS"),
    ):
        damaged = tmp_path / f"damaged-{name}"
        shutil.copytree(sealed.folder, damaged)
        content = bytearray((damaged / name).read_bytes())
        content[len(content) // 2] ^= 1
        (damaged / name).write_bytes(content)
        verdict = judged(damaged)
        assert not verdict.sound
        assert expected in " ".join(verdict.problems)
        (damaged / name).unlink()
        assert not judged(damaged).sound


def test_a_signed_pdf_alone_is_judged_by_what_it_holds_and_by_our_record(
    sealed: Sealed, tmp_path: Path
) -> None:
    ports = sealed.ports
    signed = sealed.folder / "convention-signee.pdf"
    assert verify(ports, str(signed), LATER).sound
    assert verify(ports, str(sealed.folder / "dossier-de-preuve.pdf"), LATER).sound
    earlier = tmp_path / "anterieur.pdf"
    earlier.write_bytes(sealed.states[1])
    verdict = verify(ports, str(earlier), LATER)
    assert any("version antérieure" in problem for problem in verdict.problems)
    touched = tmp_path / "touche.pdf"
    touched.write_bytes(signed.read_bytes() + b"\n%")
    assert not verify(ports, str(touched), LATER).sound
    nothing = tmp_path / "rien.pdf"
    nothing.write_bytes(b"%PDF-1.7\n")
    assert not verify(ports, str(nothing), LATER).sound
    with pytest.raises(NotFound):
        verify(ports, "CP-2026-9999", LATER)


def test_the_journal_holds_every_file_hash_and_its_end_is_pinned(sealed: Sealed) -> None:
    dossier = sealed.folder
    events = json.loads((dossier / "journal.json").read_bytes())["events"]
    manifest = json.loads((dossier / "manifeste.json").read_bytes())
    assert manifest["journal"]["head"] == events[-1]["hash"]
    revisions = [hashlib.sha256(state).hexdigest() for state in sealed.states]
    hashed = [e["data"]["sha256"] for e in events if "sha256" in e["data"]]
    assert hashed[: len(revisions)] == revisions
    # Neither a name nor an address: the journal is kept for years beside the manifest.
    text = (dossier / "journal.json").read_text()
    assert "Diallo" not in text
    assert "fatou@example.org" not in text


def test_an_archive_that_refuses_leaves_it_signed_visible_and_taken_up(
    ports: Ports, settings: Settings
) -> None:
    class Full(FolderArchive):
        def put(self, key: str, content: bytes, sha256: str) -> Stored:  # noqa: ARG002
            raise Unavailable("Le disque de l’archive est plein.", "Libérer de la place.")

    reference = issued(ports, PARTENARIAT, NOW)
    sign_all(ports, settings.home / "mail", LATER)
    cut = dataclasses.replace(ports, archive=Full(settings.home / "archive"))
    done = sweep(cut, LATER)
    assert [one[0] for one in done.failures] == [reference]
    row = status(ports, reference)[0]
    assert (row.status, row.problem) == (
        "signe",
        "Le disque de l’archive est plein. Libérer de la place.",
    )
    with pytest.raises(Refused, match="pas encore archivé"):
        export(ports, reference, settings.home)
    assert sweep(ports, LATER).failures == []
    row = status(ports, reference)[0]
    assert (row.status, row.problem) == ("archive", "")


@on_sqlite
def test_mail_that_cannot_leave_waits_and_is_shown(ports: Ports, settings: Settings) -> None:
    def refuses(*_: object) -> None:
        raise Unavailable("Le serveur de courriel ne répond pas.", "Vérifier DOCGEN_SMTP_HOST.")

    cut = dataclasses.replace(ports, post=refuses)
    outcome = issue(cut, samples.agreement(PARTENARIAT), NOW)
    reference = outcome.reference
    assert outcome.unsent.startswith("2 courriel(s) en attente")
    assert "courriel ne répond pas" in status(ports, reference)[0].problem
    assert not (settings.home / "mail").exists() or not mails(settings.home / "mail")
    # The two mails have one reason: said once, by the sweep that tried and by the status.
    assert status(ports, reference)[0].problem.count("courriel ne répond pas") == 1
    waits = sweep(cut, NOW + timedelta(seconds=10))
    assert (waits.failures, waits.put_off) == ([], 2)
    tried = sweep(cut, NOW + timedelta(minutes=1))
    assert [(one, step) for one, step, _ in tried.failures] == [(reference, "courriels")]
    sweep(ports, NOW + timedelta(minutes=20))
    assert len(mails(settings.home / "mail")) == 2
    assert status(ports, reference)[0].problem == ""
