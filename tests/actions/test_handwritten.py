"""On paper, from the printer to the archive: real pages, photographed, read, recorded, sealed."""

from __future__ import annotations

import dataclasses
import hashlib
import multiprocessing
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from docgen.actions.handwritten import Attestation, look, pages_to_print, record, withdraw
from docgen.actions.officer import cancel
from docgen.actions.ports import Ports
from docgen.actions.public_check import check_upload
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verdict import SCAN
from docgen.actions.verify import export, verify
from docgen.documents.pages import page_count, page_text
from docgen.documents.scans.printed import Layout, layout_of
from docgen.errors import InvalidData, Refused
from docgen.french import date as in_words
from docgen.french import pluriel
from docgen.journal import EventType
from docgen.lifecycle import WrongStatus
from docgen.records import queries
from docgen.settings import Settings
from docgen.ways import Way
from docgen.wiring import open_ports
from tests.ceremonies import issued, sign, tokens
from tests.databases import on_sqlite
from tests.photographs import POOR, USUAL, pages_of, photograph, scanned, signed
from tests.samples import NOW, PARTENARIAT, PMSMP
from tests.verapdf import validate

pytestmark = pytest.mark.slow

LATER = NOW + timedelta(hours=1)
SEEN = Attestation(date(2026, 11, 2), "Samira Benali", "connu")


@dataclass(frozen=True)
class Printed:
    """An issued agreement, its printed pages, and where to sign them."""

    reference: str
    pages: tuple[Image.Image, ...]
    layout: Layout

    def signed_by(self, *ranks: int) -> list[Image.Image]:
        pages = list(self.pages)
        for rank in ranks:
            box = self.layout.boxes[rank - 1]
            pages[box.page - 1] = signed(pages[box.page - 1], box, rank)
        return pages


def printed(ports: Ports, data: dict[str, object] = PMSMP) -> Printed:
    reference = issued(ports, data, NOW)
    frozen = content_of(ports, reference)
    pdf = pages_to_print(ports, reference)
    return Printed(reference, tuple(pages_of(pdf)), layout_of(frozen))


def content_of(ports: Ports, reference: str, *, current: bool = False) -> bytes:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        digest = row.current_sha256 if current else row.frozen_sha256
        return queries.content(session, digest or "")


def events_of(ports: Ports, reference: str) -> list[EventType]:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        return [event.type for event in queries.events(session, row.id)]


def one_pdf(pages: list[Image.Image]) -> list[tuple[str, bytes]]:
    return [("scan.pdf", scanned(pages))]


@on_sqlite
def test_one_signs_on_paper_and_the_others_by_link_up_to_the_archive(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    paper = printed(ports)
    pages = paper.signed_by(1)
    # Photographed one by one, in no order, each turned its own way.
    shots = [
        (f"photo{n}.jpg", photograph(pages[n], dataclasses.replace(USUAL, turn=90 * n), n))
        for n in (2, 0, 3, 1)
    ]
    looked = look(ports, paper.reference, shots)
    assert (looked.found, looked.missing, looked.problems) == ((1, 2, 3, 4), (), ())
    assert looked.unsigned == (2, 3)

    kept = record(ports, paper.reference, shots, [1], SEEN, LATER)
    assert kept.scan.sha256 == looked.sha256
    # Whose paper it is has no link any more; the others have theirs.
    for to, token in tokens(settings.home / "mail").items():
        if not to.startswith("fatou"):
            sign(ports, settings.home / "mail", to, token, LATER)
    assert sweep(ports, LATER).failures == []

    row = status(ports, paper.reference)[0]
    assert (row.status, row.signed, row.on_paper) == ("archive", 3, 1)
    folder = export(ports, paper.reference, tmp_path)
    scan = folder / f"scan-signe-1.{looked.sha256}.pdf"
    scans = [path for path in folder.iterdir() if path.name.startswith("scan-signe-1")]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in scans] == [looked.sha256]
    assert page_count(scans[0].read_bytes()) == 4, scan

    for what in (paper.reference, str(folder), str(scans[0])):
        assert verify(ports, what, LATER).problems == (), what
    alone = verify(ports, str(scans[0]), LATER)
    assert (alone.standing, alone.level) == ("scan", SCAN)
    dossier = verify(ports, str(folder), LATER)
    assert any(line == f"scan-signe-1 : {pluriel(4, 'page')}. {SCAN}" for line in dossier.checked)
    shown = check_upload(ports, scans[0].read_bytes(), LATER)
    assert shown.lines[0].text == SCAN

    by_role = {path.name.split(".")[0]: path for path in folder.iterdir()}
    signed_pdf, evidence = by_role["convention-signee"], by_role["dossier-de-preuve"]
    assert validate([signed_pdf, evidence], "3b") == []
    assert validate([scans[0]], "2b") == []
    report = subprocess.run(["pdfsig", signed_pdf], capture_output=True, text=True, check=False)
    assert report.stdout.count("Signature is Valid.") == 4
    pdf = evidence.read_bytes()
    text = " ".join("".join(page_text(pdf, n) for n in range(page_count(pdf))).split())
    for said in ("à la main, sur papier", "2 novembre 2026", "Samira Benali", "4 pages"):
        assert said in text
    assert looked.sha256 in text.replace(" ", "")
    with pikepdf.open(signed_pdf) as document:
        seals = [one.V for one in document.Root.AcroForm.Fields if "/V" in one]
        reasons = [str(seal.Reason) for seal in seals if "/Reason" in seal]
    assert [looked.sha256 in reason for reason in reasons] == [True, False, False, False]
    assert reasons[0].startswith(f"Signé à la main sur papier le {in_words(SEEN.written_on)} par")


@on_sqlite
def test_a_poor_photograph_of_every_page_is_read(ports: Ports) -> None:
    paper = printed(ports, PARTENARIAT)
    shots = [(f"{n}.jpg", photograph(page, POOR, n)) for n, page in enumerate(paper.pages)]
    looked = look(ports, paper.reference, shots)
    assert (looked.problems, looked.missing) == ((), ())


@on_sqlite
def test_what_is_printed_is_pdfa_and_the_frozen_bytes_stay(ports: Ports, tmp_path: Path) -> None:
    reference = issued(ports, PMSMP, NOW)
    before = content_of(ports, reference)
    path = tmp_path / "a-imprimer.pdf"
    path.write_bytes(pages_to_print(ports, reference))
    assert validate([path], "2b") == []
    assert path.read_bytes() == pages_to_print(ports, reference)
    assert content_of(ports, reference) == before


@on_sqlite
def test_a_scan_without_a_page_is_refused_and_leaves_nothing(ports: Ports) -> None:
    paper = printed(ports)
    before = events_of(ports, paper.reference)
    without_the_second = [paper.pages[n] for n in (0, 2, 3)]
    with pytest.raises(InvalidData, match="il manque la page 2 sur 4"):
        record(ports, paper.reference, one_pdf(without_the_second), [1], SEEN, LATER)
    assert events_of(ports, paper.reference) == before


@on_sqlite
def test_a_scan_of_another_agreement_is_named_and_refused(ports: Ports) -> None:
    mine, other = printed(ports), printed(ports, PARTENARIAT)
    mixed = look(ports, mine.reference, one_pdf([*mine.pages, other.pages[0]]))
    said = [problem.message for problem in mixed.problems]
    assert len(said) == 1
    assert f"c’est la page 1 de {other.reference}, pas de {mine.reference}" in said[0]
    wholly = look(ports, mine.reference, one_pdf(list(other.pages)))
    assert "aucune page de cet accord" in wholly.problems[-1].message


@on_sqlite
def test_an_empty_box_is_refused_unless_somebody_saw_the_signature(ports: Ports) -> None:
    paper = printed(ports)
    files = one_pdf(paper.signed_by(1))
    with pytest.raises(Refused, match="cadre de signature n° 2 paraît vide"):
        record(ports, paper.reference, files, [1, 2], SEEN, LATER)
    seen = dataclasses.replace(SEEN, boxes_seen=True)
    assert record(ports, paper.reference, files, [1, 2], seen, LATER).ranks == (1, 2)


@on_sqlite
@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 3)])
def test_the_date_written_is_between_issue_and_today(ports: Ports, day: date) -> None:
    paper = printed(ports)
    with pytest.raises(InvalidData, match="la date écrite à la main"):
        record(
            ports, paper.reference, one_pdf(paper.signed_by(1)), [1],
            dataclasses.replace(SEEN, written_on=day), LATER,
        )  # fmt: skip


@on_sqlite
def test_the_same_scan_twice_changes_nothing_and_another_is_refused(ports: Ports) -> None:
    paper = printed(ports)
    files = one_pdf(paper.signed_by(1))
    assert not record(ports, paper.reference, files, [1], SEEN, LATER).again
    before = events_of(ports, paper.reference)
    assert record(ports, paper.reference, files, [1], SEEN, LATER).again
    with pytest.raises(Refused, match="a déjà signé"):
        record(ports, paper.reference, one_pdf(paper.signed_by(1, 2)), [1, 2], SEEN, LATER)
    assert events_of(ports, paper.reference) == before


def test_two_officers_at_once_record_it_once(ports: Ports) -> None:
    paper = printed(ports)
    files = one_pdf(paper.signed_by(1))
    start, outcomes = threading.Barrier(2), []

    def meet(step: str) -> None:
        if step == "paper.read":
            start.wait(60)

    def bring() -> None:
        met = dataclasses.replace(ports, pause=meet)
        outcomes.append(record(met, paper.reference, files, [1], SEEN, LATER).again)

    officers = [threading.Thread(target=bring) for _ in range(2)]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join(120)
    assert sorted(outcomes) == [False, True]
    assert events_of(ports, paper.reference).count(EventType.SIGNED) == 1


def test_a_paper_signature_is_withdrawn_until_it_is_sealed(ports: Ports) -> None:
    paper = printed(ports)
    files = one_pdf(paper.signed_by(1))

    class Stopped(Exception):
        pass

    def stop(step: str) -> None:
        if step == "paper.committed":
            raise Stopped

    with pytest.raises(Stopped):
        record(dataclasses.replace(ports, pause=stop), paper.reference, files, [1], SEEN, LATER)
    withdraw(ports, paper.reference, 1, "Mauvaise case cochée", LATER)
    assert status(ports, paper.reference)[0].signed == 0
    assert EventType.SEALED not in events_of(ports, paper.reference)
    types = events_of(ports, paper.reference)
    assert types.index(EventType.SIGNED) < types.index(EventType.WITHDRAWN)

    record(ports, paper.reference, files, [1], SEEN, LATER)
    with pytest.raises(Refused, match=r"déjà scellée.*docgen cancel"):
        withdraw(ports, paper.reference, 1, "Trop tard", LATER)


@on_sqlite
def test_what_is_over_is_neither_printed_nor_signed(ports: Ports) -> None:
    paper = printed(ports)
    cancel(ports, paper.reference, "Erreur", LATER)
    with pytest.raises(WrongStatus):
        pages_to_print(ports, paper.reference)
    with pytest.raises(WrongStatus):
        record(ports, paper.reference, one_pdf(paper.signed_by(1)), [1], SEEN, LATER)


@on_sqlite
def test_killed_at_each_step_all_sign_on_paper_and_one_dossier_is_archived(
    settings: Settings, tmp_path: Path
) -> None:
    with open_ports(settings, NOW) as ports:
        paper = printed(ports, PARTENARIAT)
    files = one_pdf(paper.signed_by(1, 2))

    def life(chosen: Settings) -> None:
        with open_ports(chosen, NOW) as ports:
            if status(ports, paper.reference)[0].signed < 2:
                record(ports, paper.reference, files, [1, 2], SEEN, LATER)
            sweep(ports, LATER)

    for step in (
        "paper.read",
        "paper.committed",
        "sign.seal",
        "sign.sealed",
        "archive.put.scan-signe-1",
        "archive.read_back.scan-signe-1",
        "conclude.archived",
    ):
        stopped = settings.model_copy(update={"failpoint": step})
        assert killed(life, stopped) == -signal.SIGKILL, step
    assert killed(life, settings) == 0
    with open_ports(settings, NOW) as ports:
        assert [(one.status, one.on_paper) for one in status(ports)] == [("archive", 2)]
        assert verify(ports, paper.reference, LATER).problems == ()
        types = events_of(ports, paper.reference)
        with ports.database.read() as session:
            row = queries.agreement_by_reference(session, paper.reference)
        assert {signer.route for signer in row.signers} == {Way.PAPIER}
    once_and_twice = (EventType.SCANNED, EventType.SIGNED, EventType.SEALED)
    assert [types.count(one) for one in once_and_twice] == [1, 2, 2]


def killed(life: Callable[[Settings], None], settings: Settings) -> int:
    child = multiprocessing.get_context("fork").Process(target=life, args=(settings,))
    child.start()
    child.join(180)
    assert child.exitcode is not None
    return child.exitcode
