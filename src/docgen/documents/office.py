"""One LibreOffice and the program that owns it, seen from docgen: start, convert, end."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from docgen.errors import Unavailable

SOFFICE = Path("/usr/lib/libreoffice/program/soffice.bin")
PYTHON = Path("/usr/bin/python3")
WORKER = Path(__file__).with_name("uno_worker.py")
NO_UNO = 3  # the worker's exit code
INSTALL = "Lancez « make setup », qui installe libreoffice-writer-nogui et python3-uno."

# A first start makes a profile and starts twice: about a second, many more on a busy machine.
START_SECONDS = 60.0
END_SECONDS = 3.0
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 # LibreOffice syncs three files a document
ROOM = 256 * 1024 * 1024
# A Unix socket's path is short (108 bytes), and LibreOffice's pipe lives in the folder.
LONGEST_FOLDER = 60
PREFIX = "docgen-office-"
# Old enough to be nobody's: another container may show us its folders, but not its processes.
ABANDONED_SECONDS = 24 * 3600


class Lost(Exception):
    """LibreOffice hung, died or failed; a fresh one may do better."""


class Late(Lost):
    """It did not answer in time."""


class Office:
    """The program uno_worker.py, in a process group of its own with its LibreOffice.

    Raises Unavailable when it can't start, Lost when it does not.
    """

    def __init__(self) -> None:
        if not SOFFICE.is_file():
            raise Unavailable(f"LibreOffice est introuvable ({SOFFICE}).", INSTALL)
        if not PYTHON.is_file():
            raise Unavailable(f"Le Python du système est introuvable ({PYTHON}).", INSTALL)
        self.served = 0
        self.memory = 0
        self.pid = 0
        _sweep()
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_temporary()))
        except OSError as error:
            raise _no_room(error) from error
        self.sockets = sockets_of(self.folder)
        try:
            with (self.folder / "worker.log").open("wb") as log:
                self._process = subprocess.Popen(
                    # -I: nothing of our environment changes what Debian's Python imports.
                    [
                        *(PYTHON, "-I", WORKER, SOFFICE, self.folder, str(os.getpid()), _mould()),
                        *self.sockets,
                    ],
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
            self.pid = int(content)
        except BaseException:
            self.end()
            raise

    def convert(self, docx: bytes, deadline: float) -> bytes | None:
        """The PDF, or None when `docx` is not a Word document. Raises Lost or Unavailable."""
        status, content = self._exchange(struct.pack("!I", len(docx)) + docx, deadline)
        self.served += 1
        if status == b"N":
            return None
        if status != b"P":
            raise Lost(content.decode(errors="replace"))
        if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-64:]:
            raise Lost("PDF incomplet")
        return content

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
        for path in self.sockets:
            path.unlink(missing_ok=True)

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
            return Late(f"pas de réponse en {deadline:g} s")
        try:
            code = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        if code == NO_UNO:
            return Unavailable("Le Python du système ne connaît pas LibreOffice (uno).", INSTALL)
        return Lost(self._last_words() or f"arrêt, code {code}")

    def _last_words(self) -> str:
        try:
            log = (self.folder / "worker.log").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return log.strip().rpartition("\n")[2][:300]

    def _kill(self, late: threading.Event, over: threading.Event) -> None:
        late.set()
        if self.pid:
            # The worker reaps its LibreOffice, then ends: no zombie is left to an absent init.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            if over.wait(END_SECONDS):
                return
        self._kill_group()

    def _kill_group(self) -> None:
        # Nobody has waited for the leader yet: its number is still its own.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _read(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError(length)
    return content


def _temporary() -> str:
    """Memory when there is room, else the temporary folder, if a socket's path can hold it."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(MEMORY_FOLDER).free > ROOM and os.access(MEMORY_FOLDER, os.W_OK):
            return str(MEMORY_FOLDER)
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) <= LONGEST_FOLDER else "/tmp"  # noqa: S108


def _sweep() -> None:
    """Remove what a docgen killed together with its workers could not: memory, held for ever."""
    for folder in Path(_temporary()).glob(f"{PREFIX}[0-9]*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            old = time.time() - folder.stat().st_mtime > ABANDONED_SECONDS
            if old and folder.stat().st_uid == os.getuid() and not Path(f"/proc/{owner}").exists():
                shutil.rmtree(folder, ignore_errors=True)
                for path in sockets_of(folder):
                    path.unlink(missing_ok=True)


def sockets_of(folder: Path) -> list[Path]:
    """The sockets that the LibreOffice of that folder makes, and leaves when it is killed.

    Whatever TMPDIR says they are in /tmp: the one it is asked for, and the one by which a second
    start on the same profile would find the first (desktop/source/app/officeipcthread.cxx: the MD5
    of the profile's address, each byte in as few digits as it takes). Known before the start, they
    go even when it dies too early to be asked.
    """
    names = [folder.name]
    for profile in (folder / "profile", folder / "cast" / "profile"):
        digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
        names.append("SingleOfficeIPC_" + "".join(f"{byte:x}" for byte in digest))
    return [Path(f"/tmp/OSL_PIPE_{os.getuid()}_{name}") for name in names]  # noqa: S108


def _mould() -> Path:
    """Where the profile that others are copied from is kept, for this LibreOffice and worker."""
    version = SOFFICE.stat()
    key = f"{SOFFICE} {version.st_size} {version.st_mtime_ns}".encode() + WORKER.read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "docgen" / f"office-{hashlib.sha256(key).hexdigest()[:16]}"


def _no_room(error: OSError) -> Unavailable:
    return Unavailable(
        f"LibreOffice ne peut pas démarrer ({error.strerror}).",
        f"Libérez de la place ou de la mémoire (dossier {_temporary()}).",
    )
