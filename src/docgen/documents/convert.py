"""Word to PDF/A-3b by a persistent LibreOffice: a deadline, one retry, a check, and renewal."""

from __future__ import annotations

import contextlib
import io
import re
import threading
import zipfile
import zlib
from types import TracebackType
from typing import Self

from docgen.documents import typefaces
from docgen.documents.office import Late, Lost, Office
from docgen.documents.pages import page_count
from docgen.errors import Broken, Unavailable

# LibreOffice grows to its largest document and hardly shrinks.
MOST_MEMORY_KIB = 400 * 1024
RECYCLE_AFTER = 2000
MOST_BYTES = 100 * 1024 * 1024
# A page of A4 has some 3000 letters in at least that much XML, so this counts too many pages
# rather than too few. Measured: 8 ms a page on a quiet core.
XML_BYTES_A_PAGE = 4096
SECONDS_A_PAGE = 0.1
PDF_A_3 = (b"<pdfaid:part>3</pdfaid:part>", b"<pdfaid:conformance>B</pdfaid:conformance>")

_BODY = re.compile(r"word/document\d*\.xml")
_UNREADABLE = (EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Converter:
    """A LibreOffice that starts at the first document; threads take turns.

    A document has `deadline` seconds and a tenth for each page it may have; past it LibreOffice is
    killed and a fresh one tries once more. After `recycle_after` documents, or beyond 400 MB, the
    next one starts beside it and takes its place when it is ready: no document waits for it.
    """

    def __init__(self, deadline: float, recycle_after: int = RECYCLE_AFTER) -> None:
        self._deadline = deadline
        self._recycle_after = recycle_after
        self._lock = threading.Lock()
        self._office: Office | None = None
        self._spare: _Spare | None = None
        self._leaving: list[threading.Thread] = []
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill LibreOffice and remove its profile; nothing is converted afterwards."""
        with self._lock:
            self._closed = True
            self._dismiss()
            if self._spare is not None:
                self._spare.end()
            for thread in self._leaving:
                thread.join()

    def warm(self) -> None:
        """Start LibreOffice before a document needs it. Raises Unavailable."""
        with self._lock:
            if not self._closed and self._office is None:
                self._office = self._started()

    def to_pdf(self, docx: bytes) -> bytes:
        """PDF/A-3b of a Word document.

        Raises Broken (not a Word document, a typeface that was replaced) or Unavailable.
        """
        pages = _check_word(docx)
        deadline = self._deadline + SECONDS_A_PAGE * pages
        with self._lock:
            if self._closed:
                raise Unavailable("Le convertisseur est arrêté.", "Relancez la commande.")
            try:
                pdf = self._attempt(docx, deadline)
            except Lost:
                pdf = self._last_attempt(docx, deadline)
        _check_pdf(pdf)
        typefaces.check(docx, pdf)
        return pdf

    def _last_attempt(self, docx: bytes, deadline: float) -> bytes:
        try:
            return self._attempt(docx, deadline)
        except Lost as error:
            raise Unavailable(
                f"LibreOffice n’a pas rendu le PDF, à deux reprises ({error}).",
                "Vérifiez la place libre et la mémoire, puis relancez.",
            ) from error

    def _attempt(self, docx: bytes, deadline: float) -> bytes:
        try:
            if self._office is None:
                self._office = self._started()
            office = self._office
            pdf = office.convert(docx, deadline)
        except BaseException:
            # After an interruption, what comes next on the pipe answers another question.
            self._dismiss()
            raise
        self._renew(office)
        if pdf is None:
            raise Broken("LibreOffice ne reconnaît pas un document Word dans ce fichier.")
        return pdf

    def _started(self) -> Office:
        """The spare when there is one, even if it is still starting."""
        spare, self._spare = self._spare, None
        if office := spare and spare.taken():
            return office
        try:
            return Office()
        except Late:
            raise
        except Lost:
            # It died before it had seen the document, whose own two attempts this must not cost.
            return Office()

    def _renew(self, office: Office) -> None:
        """Start the next one when this one has served long enough, then let it take over."""
        if office.memory <= MOST_MEMORY_KIB and office.served < self._recycle_after:
            return
        if self._spare is None:
            self._spare = _Spare()
        elif self._spare.ready():
            self._office = self._started()
            leaving = threading.Thread(target=office.end, daemon=True)
            leaving.start()
            self._leaving = [*(t for t in self._leaving if t.is_alive()), leaving]

    def _dismiss(self) -> None:
        office, self._office = self._office, None
        if office is not None:
            office.end()


class _Spare:
    """A LibreOffice that starts in a thread of its own."""

    def __init__(self) -> None:
        self._office: Office | None = None
        self._thread = threading.Thread(target=self._start, daemon=True)
        self._thread.start()

    def _start(self) -> None:
        # When it does not start, the one at work goes on, and its next document tries another.
        with contextlib.suppress(Lost, Unavailable):
            self._office = Office()

    def ready(self) -> bool:
        return not self._thread.is_alive()

    def taken(self) -> Office | None:
        """The LibreOffice, once it has started; None when it did not."""
        self._thread.join()
        return self._office

    def end(self) -> None:
        if (office := self.taken()) is not None:
            office.end()


def _check_word(docx: bytes) -> int:
    """How many pages it may have. Refuses at once what is no Word file: LibreOffice takes seconds.

    Raises Broken.
    """
    if len(docx) > MOST_BYTES:
        raise Broken("Le document Word dépasse 100 Mo.")
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise Broken("Le document Word dépasse 100 Mo une fois déplié.")
            bodies = [part for part in parts if _BODY.fullmatch(part.filename)]
            starts = [package.open(part).read(4096) for part in bodies]
    except (zipfile.BadZipFile, zlib.error, *_UNREADABLE) as error:
        raise Broken("Ce fichier n’est pas un document Word (.docx).") from error
    if not any(b"wordprocessingml" in start for start in starts):
        raise Broken("Ce fichier n’est pas un document Word (.docx).")
    return sum(part.file_size for part in bodies) // XML_BYTES_A_PAGE


def _check_pdf(pdf: bytes) -> None:
    """What LibreOffice was asked for is what it gave."""
    if not all(mark in pdf for mark in PDF_A_3):
        raise Broken("LibreOffice a rendu un PDF qui ne se dit pas PDF/A-3b.")
    if page_count(pdf) == 0:
        raise Broken("LibreOffice a rendu un PDF sans page.")
