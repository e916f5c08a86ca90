"""Convert: PDF/A-3b by a LibreOffice that may hang, die, be missing, and never leaves a trace."""

from __future__ import annotations

import contextlib
import http.server
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from pikepdf import Pdf
from PIL import Image

from docgen.documents import convert
from docgen.documents import office as offices
from docgen.documents.convert import Converter
from docgen.documents.office import Lost, Office
from docgen.documents.pages import page_count, page_text
from docgen.documents.render import render
from docgen.errors import Broken, Unavailable
from tests.documents.words import FILTERS, repacked, word
from tests.verapdf import validate

pytestmark = pytest.mark.slow

NO_PAGE = (
    b"%PDF-1.6\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>"
    b"endobj trailer<</Root 1 0 R>><pdfaid:part>3</pdfaid:part>"
    b"<pdfaid:conformance>B</pdfaid:conformance>%%EOF"
)
PARENT = """
import sys, time
from pathlib import Path
from docgen.documents.convert import Converter
converter = Converter(60)
converter.to_pdf(Path(sys.argv[1]).read_bytes())
worker = converter._office
print(worker._process.pid, worker.pid, worker.folder, *worker.sockets, flush=True)
time.sleep(600)
"""


@pytest.fixture
def converter() -> Iterator[Converter]:
    """A LibreOffice of the test's own, to be hurt."""
    with Converter(deadline=60) as made:
        yield made


def text_of(pdf: bytes) -> str:
    return "\n".join(page_text(pdf, index) for index in range(page_count(pdf)))


def office_of(converter: Converter) -> int:
    assert converter._office is not None
    return converter._office.pid


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(test: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not test():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_word_file_becomes_a_tagged_titled_pdf_a_3b_in_french(
    office: Converter, tmp_path: Path
) -> None:
    def headings(document: Word) -> None:
        document.add_heading("Article 1. Objet", 1)
        document.add_heading("Article 2. Durée", 1)
        next(document.styles.element.iter(qn("w:lang"))).set(qn("w:val"), "fr-FR")

    path = tmp_path / "a.pdf"
    path.write_bytes(office.to_pdf(word("L’été.", title="Convention n° 1", change=headings)))
    assert validate([path]) == []
    with Pdf.open(path) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.docinfo.Title) == "Convention n° 1"
        assert str(document.Root.Lang) == "fr-FR"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Article 1. Objet", "Article 2. Durée"]
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Nguyễn Thị Ánh Tuyết", "Nguyễn Thị Ánh Tuyết"),
        ("Дмитрий Щербаков", "Дмитрий Щербаков"),
        ("דוד", "דוד"),
        ("محمد", "محمد"),
        ("Zoé 😀", "Zoé 😀"),
        ("affectif officiel", "affectif officiel"),
        ("{{ 7*7 }} <b>&amp; {_{", "{{ 7*7 }} <b>&amp; {_{"),
        ("é" * 300, "é" * 300),
    ],
)
def test_names_are_kept_to_the_letter_with_fonts_that_stay_in_the_file(
    office: Converter, tmp_path: Path, text: str, read: str
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(office.to_pdf(render(word("Nom\u00a0: {{ x }}."), {"x": text}, FILTERS)))
    said = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    assert "".join(read.split()) in "".join(said.stdout.split())
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True)
    lines = fonts.stdout.splitlines()[2:]
    assert lines
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)


def test_every_script_stays_pdf_a_3b(office: Converter, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    names = "Щербаков דוד محمد 😀 👩🏽‍🔧 Nguyễn გიორგი"
    path.write_bytes(office.to_pdf(render(word("{{ x }}", title="{{ x }}"), {"x": names}, FILTERS)))
    assert validate([path]) == []


@pytest.mark.parametrize(
    "docx",
    [
        b"",
        b"du texte qui n'est pas un document",
        word("x")[:3000],
        repacked(word("x"), {"word/document.xml": b"du texte"}),
        repacked(word("x"), {"word/document.xml": b"<html/>"}),
    ],
    ids=["empty", "text", "cut", "no xml", "other xml"],
)
def test_what_is_no_word_file_is_refused_and_never_made_into_a_pdf(
    office: Converter, docx: bytes
) -> None:
    with pytest.raises(Broken, match="Word"):
        office.to_pdf(docx)
    assert "Après" in text_of(office.to_pdf(word("Après")))


def test_any_zip_is_not_a_word_file(office: Converter) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("lisez-moi.txt", "bonjour")
    with pytest.raises(Broken, match="Word"):
        office.to_pdf(out.getvalue())


def test_threads_take_turns_and_each_has_its_own_document(office: Converter) -> None:
    made: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=n: made.update({n: office.to_pdf(word(f"Page {n}."))}))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: text_of(pdf).strip() for n, pdf in made.items()} == {
        n: f"Page {n}." for n in range(4)
    }


def test_the_end_of_the_thread_that_started_it_does_not_end_libreoffice(
    converter: Converter,
) -> None:
    thread = threading.Thread(target=converter.to_pdf, args=[word("a")])
    thread.start()
    thread.join()
    first = office_of(converter)
    # Longer than the worker's own look at its parent.
    time.sleep(1)
    converter.to_pdf(word("b"))
    assert office_of(converter) == first


def test_a_killed_libreoffice_is_replaced_even_in_the_middle_of_a_document(
    converter: Converter,
) -> None:
    converter.to_pdf(word("a"))
    first = office_of(converter)
    # Stopped, it can't be done before it is killed.
    os.kill(first, signal.SIGSTOP)
    made: list[bytes] = []
    thread = threading.Thread(target=lambda: made.append(converter.to_pdf(word("Reprise."))))
    thread.start()
    time.sleep(0.3)
    os.kill(first, signal.SIGKILL)
    thread.join()
    assert text_of(made[0]).strip() == "Reprise."
    assert office_of(converter) != first
    assert gone(first)


def test_a_killed_worker_is_replaced_with_its_libreoffice(converter: Converter) -> None:
    converter.to_pdf(word("a"))
    worker, first = converter._office, office_of(converter)
    assert worker is not None
    os.kill(worker._process.pid, signal.SIGKILL)
    assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."
    eventually(lambda: gone(first))
    assert not worker.folder.exists()


def test_a_hung_libreoffice_is_killed_at_the_deadline_and_the_document_made_by_another() -> None:
    with Converter(deadline=5) as converter:
        converter.to_pdf(word("a"))
        first = office_of(converter)
        os.kill(first, signal.SIGSTOP)
        assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."
        assert office_of(converter) != first
        assert gone(first)


def test_a_hung_worker_is_killed_too() -> None:
    with Converter(deadline=5) as converter:
        converter.to_pdf(word("a"))
        worker, first = converter._office, office_of(converter)
        assert worker is not None
        os.kill(worker._process.pid, signal.SIGSTOP)
        assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."
        eventually(lambda: gone(first))
        assert not worker.folder.exists()
        assert not any(path.exists() for path in worker.sockets)


def test_the_sockets_of_a_libreoffice_are_known_before_it_makes_them(converter: Converter) -> None:
    converter.to_pdf(word("a"))
    worker = converter._office
    assert worker is not None
    held = {
        str(link.readlink()).removeprefix("socket:[").removesuffix("]")
        for link in Path(f"/proc/{worker.pid}/fd").iterdir()
        if link.is_symlink()
    }
    lines = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()]
    made = {Path(line[7]) for line in lines if len(line) == 8 and line[6] in held}
    assert len(made) == 2
    assert made <= set(worker.sockets)


def test_one_killed_while_it_starts_leaves_nothing() -> None:
    lost: list[str] = []

    def start() -> None:
        try:
            Office().end()
        except Lost as error:
            lost.append(str(error))

    before = set(psutil.Process().children(recursive=True))
    thread = threading.Thread(target=start)
    thread.start()
    sockets: list[Path] = []
    while thread.is_alive() and not lost:
        for process in set(psutil.Process().children(recursive=True)) - before:
            with contextlib.suppress(psutil.Error):
                if process.name() == "soffice.bin":
                    sockets = offices.sockets_of(Path(process.cwd()))
                    if any(path.exists() for path in sockets):
                        process.kill()
    thread.join()
    assert lost
    assert sockets
    assert not any(path.exists() for path in sockets)


def test_a_start_that_fails_costs_the_document_no_attempt(
    monkeypatch: pytest.MonkeyPatch, converter: Converter, tmp_path: Path
) -> None:
    # The second start of all fails; LibreOffice is killed once as well.
    script = tmp_path / "soffice.bin"
    script.write_text(
        f"#!/bin/sh\necho >> {tmp_path}/starts\n[ $(wc -l < {tmp_path}/starts) = 2 ] && exit 1\n"
        f'exec {offices.SOFFICE} "$@"\n'
    )
    script.chmod(0o755)
    converter.to_pdf(word("a"))
    mould = offices._mould()
    monkeypatch.setattr(offices, "_mould", lambda: mould)
    monkeypatch.setattr(offices, "SOFFICE", script)
    (tmp_path / "starts").write_text("\n")
    os.kill(office_of(converter), signal.SIGKILL)
    assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."
    assert (tmp_path / "starts").read_text() == "\n" * 3


def test_what_a_docgen_killed_with_its_workers_left_is_swept() -> None:
    dead = subprocess.Popen(["/bin/true"])
    dead.wait()
    root = Path(offices._temporary())
    names = {f"{offices.PREFIX}{dead.pid}-old": True, f"{offices.PREFIX}{dead.pid}-new": False}
    names[f"{offices.PREFIX}{os.getpid()}-mine"] = True
    try:
        for name, old in names.items():
            (root / name / "profile").mkdir(parents=True)
            if old:
                os.utime(root / name, (0, 0))
        offices._sweep()
        assert [(root / name).exists() for name in names] == [False, True, True]
    finally:
        for name in names:
            shutil.rmtree(root / name, ignore_errors=True)


def test_two_converters_do_not_answer_for_each_other(
    office: Converter, converter: Converter
) -> None:
    office.to_pdf(word("a"))
    converter.to_pdf(word("b"))
    assert office_of(converter) != office_of(office)
    os.kill(office_of(office), signal.SIGSTOP)
    try:
        assert text_of(converter.to_pdf(word("À moi."))).strip() == "À moi."
    finally:
        os.kill(office_of(office), signal.SIGCONT)


def test_a_second_failure_is_said_and_the_next_document_starts_afresh() -> None:
    with Converter(deadline=0.001) as converter:
        with pytest.raises(Unavailable, match=r"à deux reprises \(pas de réponse en 0\.001 s\)"):
            converter.to_pdf(word("a"))
        assert converter._office is None
        converter._deadline = 60
        assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."


def test_libreoffice_is_renewed_after_some_documents_and_none_waits() -> None:
    with Converter(deadline=60, recycle_after=2) as converter:
        converter.to_pdf(word("a"))
        first = office_of(converter)
        converter.to_pdf(word("b"))
        # The next one starts beside it, and takes over once it is ready.
        while office_of(converter) == first:
            assert converter._spare is not None
            assert text_of(converter.to_pdf(word("Suite."))).strip() == "Suite."
        assert converter._spare is None
        assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."
        eventually(lambda: gone(first))


def test_one_that_has_grown_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    with Converter(deadline=60) as converter:
        converter.to_pdf(word("a"))
        first = office_of(converter)
        monkeypatch.setattr(convert, "MOST_MEMORY_KIB", 1)
        while office_of(converter) == first:
            converter.to_pdf(word("b"))
        eventually(lambda: gone(first))


def test_a_spare_that_does_not_start_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Converter(deadline=60, recycle_after=1) as converter:
        with monkeypatch.context() as patch:
            converter.warm()
            patch.setattr(offices, "SOFFICE", tmp_path / "soffice.bin")
            converter.to_pdf(word("a"))
            assert converter._spare is not None
            assert converter._spare.taken() is None
        assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."


def test_a_dead_one_leaves_its_place_to_the_spare_that_is_starting() -> None:
    with Converter(deadline=60, recycle_after=1) as converter:
        converter.to_pdf(word("a"))
        first = office_of(converter)
        os.kill(first, signal.SIGKILL)
        assert text_of(converter.to_pdf(word("Reprise."))).strip() == "Reprise."
        assert gone(first)


def test_the_deadline_grows_with_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    kept = Office.convert

    def noted(office: Office, docx: bytes, deadline: float) -> bytes | None:
        asked.append(deadline)
        return kept(office, docx, deadline)

    monkeypatch.setattr(Office, "convert", noted)
    with Converter(deadline=60) as converter:
        converter.to_pdf(word("a"))
        converter.to_pdf(word(*["Un paragraphe assez long pour compter. " * 20] * 500))
    assert asked[0] == pytest.approx(60, abs=1)
    assert 65 < asked[1] < 90


def test_a_typeface_that_was_replaced_is_named_with_what_replaced_it(office: Converter) -> None:
    def marianne(document: Word) -> None:
        document.styles["Normal"].font.name = "Marianne"

    with pytest.raises(Broken, match=r"Marianne.*DejaVuSans"):
        office.to_pdf(word("Été", change=marianne))


@pytest.mark.parametrize("family", ["Arial", "Times New Roman", "Cambria", "Courier New"])
def test_a_typeface_with_a_twin_is_as_good(office: Converter, family: str) -> None:
    def change(document: Word) -> None:
        document.styles["Normal"].font.name = family

    assert office.to_pdf(word("Été", change=change))


def test_a_typeface_that_is_named_and_not_used_is_no_fault(office: Converter) -> None:
    def change(document: Word) -> None:
        document.styles.add_style("Inutile", WD_STYLE_TYPE.PARAGRAPH).font.name = "Marianne"

    assert office.to_pdf(word("Été", change=change))


@pytest.mark.parametrize(
    ("pdf", "said"),
    [(b"%PDF-1.6\n%%EOF", "ne se dit pas PDF/A-3b"), (NO_PAGE, "pas un PDF lisible")],
)
def test_a_pdf_that_is_not_what_was_asked_is_refused(
    monkeypatch: pytest.MonkeyPatch, office: Converter, pdf: bytes, said: str
) -> None:
    monkeypatch.setattr(Office, "convert", lambda _office, _docx, _deadline: pdf)
    with pytest.raises(Broken, match=said):
        office.to_pdf(word("a"))


def test_closing_leaves_no_process_and_no_folder() -> None:
    with Converter(deadline=60) as converter:
        converter.to_pdf(word("a"))
        worker, pid = converter._office, office_of(converter)
        assert worker is not None
        assert worker.folder.is_dir()
    assert gone(pid)
    assert worker._process.returncode == 0
    assert not worker.folder.exists()
    assert not any(path.exists() for path in worker.sockets)
    with pytest.raises(Unavailable, match="arrêté"):
        converter.to_pdf(word("a"))


@pytest.mark.parametrize("stopped", [False, True], ids=["at work", "hung"])
def test_the_death_of_the_parent_leaves_no_process_and_no_folder(
    tmp_path: Path, stopped: bool
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word("a"))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, path], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        worker, office, *paths = parent.stdout.readline().split()
        if stopped:
            os.kill(int(office), signal.SIGSTOP)
        parent.kill()
    eventually(lambda: gone(int(worker)) and gone(int(office)))
    assert len(paths) == 4
    eventually(lambda: not any(Path(path).exists() for path in paths))


def test_libreoffice_missing_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, converter: Converter, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(offices, "SOFFICE", tmp_path / "soffice.bin")
        with pytest.raises(Unavailable, match="make setup"):
            converter.to_pdf(word("a"))
    with monkeypatch.context() as patch:
        patch.setattr(offices, "PYTHON", tmp_path / "python3")
        with pytest.raises(Unavailable, match="make setup"):
            converter.to_pdf(word("a"))
    with monkeypatch.context() as patch:
        # A Python without Debian's uno.
        patch.setattr(offices, "PYTHON", Path(sys.executable))
        with pytest.raises(Unavailable, match=r"uno.*make setup"):
            converter.to_pdf(word("a"))
    assert converter.to_pdf(word("a"))


def test_a_libreoffice_that_does_not_start_is_told_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, converter: Converter
) -> None:
    monkeypatch.setattr(offices, "SOFFICE", Path("/bin/false"))
    with pytest.raises(Unavailable, match=r"soffice\.bin ended with code 1"):
        converter.to_pdf(word("a"))


def test_no_room_for_the_profile_is_told(
    monkeypatch: pytest.MonkeyPatch, converter: Converter, tmp_path: Path
) -> None:
    monkeypatch.setattr(offices, "MEMORY_FOLDER", tmp_path / "absent")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    monkeypatch.setattr(offices, "LONGEST_FOLDER", 4096)
    with pytest.raises(Unavailable, match="Libérez de la place"):
        converter.to_pdf(word("a"))


def test_a_temporary_folder_with_a_long_or_odd_name_is_no_obstacle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(offices, "ROOM", 1 << 62)
    for name in ("é %20 &", "x" * 100):
        (tmp_path / name).mkdir()
    with tempfile.TemporaryDirectory(prefix="é %20 &") as odd:
        for folder in (odd, str(tmp_path / ("x" * 100))):
            monkeypatch.setattr(tempfile, "tempdir", folder)
            with Converter(deadline=60) as converter:
                assert converter.to_pdf(word("a"))


class _Counter(http.server.BaseHTTPRequestHandler):
    """Counts who calls."""

    calls = 0

    def do_GET(self) -> None:
        type(self).calls += 1
        self.send_error(404)

    do_HEAD = do_PROPFIND = do_OPTIONS = do_GET  # noqa: N815 # named by the library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # as above
        pass


def linked(url: str) -> bytes:
    """A Word file whose picture lies elsewhere."""

    def change(document: Word) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        picture.seek(0)
        document.add_picture(picture)
        blip = next(document.element.iter(qn("a:blip")))
        del blip.attrib[qn("r:embed")]
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        blip.set(qn("r:link"), document.part.relate_to(url, kind, is_external=True))

    return word("Avec une image", change=change)


def test_libreoffice_fetches_nothing(office: Converter) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Counter) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with contextlib.suppress(Broken):
            office.to_pdf(linked(f"http://127.0.0.1:{server.server_port}/a.png"))
        server.shutdown()
        thread.join()
    assert _Counter.calls == 0
