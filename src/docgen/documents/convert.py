"""Word to PDF/A-3b by a persistent LibreOffice: one process, a deadline, one retry."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from docgen.errors import Broken, Unavailable

SOFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
PYTHON = Path("/usr/bin/python3")
WORKER = Path(__file__).with_name("uno_worker.py")
NO_UNO = 3  # the worker's exit code
INSTALL = "Lancez « make setup », qui installe libreoffice-writer-nogui et python3-uno."

# A first start makes a profile and starts twice: about a second, many more on a busy machine.
START_SECONDS = 60.0
END_SECONDS = 3.0
# LibreOffice grows to its largest document and hardly shrinks.
MOST_MEMORY_KIB = 600 * 1024
MOST_BYTES = 100 * 1024 * 1024
# A Unix socket's path is short (108 bytes), and LibreOffice's pipe lives in the folder.
LONGEST_FOLDER = 60

_BODY = re.compile(r"word/document\d*\.xml")
_UNREADABLE = (EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Converter:
    """A LibreOffice that starts at the first document; threads take turns.

    `deadline` is in seconds for one document; past it LibreOffice is killed and a fresh one tries
    once more. It is also renewed after `recycle_after` documents.
    """

    def __init__(self, deadline: float, recycle_after: int = 1000) -> None:
        self._deadline = deadline
        self._recycle_after = recycle_after
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
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

    def to_pdf(self, docx: bytes) -> bytes:
        """PDF/A-3b of a Word document. Raises Broken (not a Word document) or Unavailable."""
        _check_word(docx)
        with self._lock:
            if self._closed:
                raise Unavailable("Le convertisseur est arrêté.", "Relancez la commande.")
            try:
                return self._attempt(docx)
            except _Lost:
                pass
            try:
                return self._attempt(docx)
            except _Lost as error:
                raise Unavailable(
                    f"LibreOffice n’a pas rendu le PDF, à deux reprises ({error}).",
                    "Vérifiez la place libre et la mémoire, puis relancez.",
                ) from error

    def _attempt(self, docx: bytes) -> bytes:
        try:
            if self._worker is None:
                self._worker = _Worker()
            worker = self._worker
            pdf = worker.convert(docx, self._deadline)
        except BaseException:
            # After an interruption, what comes next on the pipe answers another question.
            self._dismiss()
            raise
        if worker.memory > MOST_MEMORY_KIB or worker.served >= self._recycle_after:
            self._dismiss()
        if pdf is None:
            raise Broken("LibreOffice ne reconnaît pas un document Word dans ce fichier.")
        return pdf

    def _dismiss(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()


class _Lost(Exception):
    """LibreOffice hung, died or failed; a fresh one may do better."""


class _Worker:
    """The program uno_worker.py, in a process group of its own with its LibreOffice."""

    def __init__(self) -> None:
        if not SOFFICE.is_file():
            raise Unavailable(f"LibreOffice est introuvable ({SOFFICE}).", INSTALL)
        if not PYTHON.is_file():
            raise Unavailable(f"Le Python du système est introuvable ({PYTHON}).", INSTALL)
        self.served = 0
        self.memory = 0
        self.office_pid = 0
        self._sockets: list[str] = []
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="docgen-office-", dir=_temporary()))
        except OSError as error:
            raise _no_room(error) from error
        try:
            with (self.folder / "worker.log").open("wb") as log:
                self._process = subprocess.Popen(
                    # -I: nothing of our environment changes what Debian's Python imports.
                    [PYTHON, "-I", WORKER, SOFFICE, self.folder, str(os.getpid())],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                    start_new_session=True,
                )
        except OSError as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise _no_room(error) from error
        try:
            _, content = self._exchange(b"", START_SECONDS)
            number, *self._sockets = content.decode().splitlines()
            self.office_pid = int(number)
        except BaseException:
            self.end()
            raise

    def convert(self, docx: bytes, deadline: float) -> bytes | None:
        """The PDF, or None when `docx` is not a Word document. Raises _Lost or Unavailable."""
        status, content = self._exchange(struct.pack("!I", len(docx)) + docx, deadline)
        self.served += 1
        if status == b"N":
            return None
        if status != b"P":
            raise _Lost(content.decode(errors="replace"))
        if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-64:]:
            raise _Lost("PDF incomplet")
        return content

    def _exchange(self, request: bytes, deadline: float) -> tuple[bytes, bytes]:
        """Send a frame and wait for one; at the deadline the whole group is killed."""
        late, over = threading.Event(), threading.Event()
        timer = threading.Timer(deadline, self._kill, [late, over])
        timer.daemon = True
        timer.start()
        stdin, stdout = self._pipes()
        try:
            stdin.write(request)
            stdin.flush()
            status, self.memory, length = struct.unpack("!cII", _read(stdout, 9))
            return status, _read(stdout, length)
        except (OSError, EOFError) as error:
            over.set()
            raise self._failure(late.is_set(), deadline) from error
        finally:
            over.set()
            timer.cancel()
            timer.join()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def _failure(self, late: bool, deadline: float) -> Exception:
        if late:
            return _Lost(f"pas de réponse en {deadline:g} s")
        try:
            code = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        if code == NO_UNO:
            return Unavailable("Le Python du système ne connaît pas LibreOffice (uno).", INSTALL)
        return _Lost(self._last_words() or f"arrêt, code {code}")

    def _last_words(self) -> str:
        try:
            log = (self.folder / "worker.log").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return log.strip().rpartition("\n")[2][:300]

    def _kill(self, late: threading.Event, over: threading.Event) -> None:
        late.set()
        if self.office_pid:
            # The worker reaps its LibreOffice, then ends: no zombie is left to an absent init.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.office_pid, signal.SIGKILL)
            if over.wait(END_SECONDS):
                return
        self._kill_group()

    def _kill_group(self) -> None:
        # Nobody has waited for the leader yet: its number is still its own.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Ask the worker to end, kill what does not, leave nothing."""
        stdin, stdout = self._pipes()
        with contextlib.suppress(OSError):
            stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self._process.wait()
        stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in self._sockets:
            Path(path).unlink(missing_ok=True)


def _read(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError(length)
    return content


def _temporary() -> str:
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) <= LONGEST_FOLDER else "/tmp"  # noqa: S108


def _no_room(error: OSError) -> Unavailable:
    return Unavailable(
        f"LibreOffice ne peut pas démarrer ({error.strerror}).",
        f"Libérez de la place ou de la mémoire (dossier {_temporary()}).",
    )


def _check_word(docx: bytes) -> None:
    """Refuse at once what is no Word file: LibreOffice takes seconds to say less."""
    if len(docx) > MOST_BYTES:
        raise Broken("Le document Word dépasse 100 Mo.")
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            bodies = [name for name in package.namelist() if _BODY.fullmatch(name)]
            starts = [package.open(name).read(4096) for name in bodies]
    except (zipfile.BadZipFile, zlib.error, *_UNREADABLE) as error:
        raise Broken("Ce fichier n’est pas un document Word (.docx).") from error
    if not any(b"wordprocessingml" in start for start in starts):
        raise Broken("Ce fichier n’est pas un document Word (.docx).")
