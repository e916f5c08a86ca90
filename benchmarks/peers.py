"""Other ways from Word to PDF, each behind the same door: a Word file in, a PDF out."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psutil
from unoserver.client import UnoClient

SOFFICE = "/usr/lib/libreoffice/program/soffice.bin"
PYTHON = "/usr/bin/python3"
CLIENTS = Path(__file__).with_name("uno_clients.py")
GOTENBERG_RESTARTS_AFTER = 10
EXPORT = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"3"}}'
OPTIONS = ("--headless", "--invisible", "--nodefault", "--nologo", "--nofirststartwizard")


class Engine(Protocol):
    """One way to make a PDF; `pids` are the processes that stay between two documents."""

    name: str

    def make(self, docx: bytes) -> bytes: ...

    def pids(self) -> list[int]: ...


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Naive:
    """`soffice --convert-to`, a process for each document, on a warm profile."""

    name = "soffice --convert-to, one a document"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, docx: bytes) -> bytes:
        (self.folder / "a.docx").write_bytes(docx)
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={(self.folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                EXPORT,
                "--outdir",
                self.folder,
                self.folder / "a.docx",
            ],
            check=True,
            capture_output=True,
        )
        return (self.folder / "a.pdf").read_bytes()

    def pids(self) -> list[int]:
        return []


class Unoserver:
    """unoserver with its defaults, its client in this process."""

    name = "unoserver, default options"

    def __init__(self, folder: Path) -> None:
        port, office_port = free_port(), free_port()
        found = importlib.util.find_spec("unoserver")
        assert found is not None
        assert found.origin is not None
        self.process = subprocess.Popen(
            [
                PYTHON,
                "-m",
                "unoserver.server",
                "--port",
                str(port),
                "--uno-port",
                str(office_port),
                "--user-installation",
                folder / "profile",
                "--executable",
                "/usr/bin/soffice",
            ],
            env={**os.environ, "PYTHONPATH": str(Path(found.origin).parents[1])},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.client = UnoClient(server="127.0.0.1", port=str(port))
        _wait_for(port)

    def make(self, docx: bytes) -> bytes:
        made = self.client.convert(indata=docx, convert_to="pdf")
        assert isinstance(made, bytes)
        return made

    def pids(self) -> list[int]:
        return _family(self.process.pid)

    def end(self) -> None:
        _kill(self.process.pid)


class Gotenberg:
    """A warm LibreOffice on a socket, a client process a document, a restart every ten."""

    name = "Gotenberg's shape"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.served = 0

    def make(self, docx: bytes) -> bytes:
        if self.served % GOTENBERG_RESTARTS_AFTER == 0:
            self._restart()
        self.served += 1
        source, target = self.folder / "a.docx", self.folder / "a.pdf"
        source.write_bytes(docx)
        subprocess.run([PYTHON, CLIENTS, "once", self.address, source, target], check=True)
        return target.read_bytes()

    def _restart(self) -> None:
        self.end()
        self.address = f"socket,host=127.0.0.1,port={free_port()}"
        shutil.rmtree(self.folder / "profile", ignore_errors=True)
        self.process = _soffice(self.folder, self.address)

    def pids(self) -> list[int]:
        return _family(self.process.pid) if self.process else []

    def end(self) -> None:
        if self.process:
            _kill(self.process.pid)
            self.process.wait()


class Carbone:
    """A warm LibreOffice on a pipe, and a Python that stays beside it."""

    name = "Carbone's shape"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        address = f"pipe,name={folder.name}"
        self.office = _soffice(folder, address)
        self.client = subprocess.Popen(
            [PYTHON, CLIENTS, "serve", address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def make(self, docx: bytes) -> bytes:
        source, target = self.folder / "a.docx", self.folder / "a.pdf"
        source.write_bytes(docx)
        assert self.client.stdin
        assert self.client.stdout
        self.client.stdin.write(f"{source}\t{target}\n")
        self.client.stdin.flush()
        assert self.client.stdout.readline() == "ok\n"
        return target.read_bytes()

    def pids(self) -> list[int]:
        return [self.client.pid, *_family(self.office.pid)]

    def end(self) -> None:
        _kill(self.client.pid)
        _kill(self.office.pid)


@contextmanager
def peers() -> Iterator[list[Engine]]:
    """Every peer, warm; ended afterwards."""
    with contextlib.ExitStack() as stack:
        made: list[Engine] = []
        for kind in (Naive, Unoserver, Gotenberg, Carbone):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            engine = kind(folder)
            if hasattr(engine, "end"):
                stack.callback(engine.end)
            made.append(engine)
        yield made


def _soffice(folder: Path, address: str) -> subprocess.Popen[bytes]:
    command = [
        SOFFICE,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *OPTIONS,
        f"--accept={address};urp;StarOffice.ComponentContext",
    ]
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
    process = subprocess.Popen(command, env={**env, "SAL_USE_VCLPLUGIN": "svp"})
    try:
        # 81: it has made its profile and asks to be started again.
        if process.wait(2) == 81:
            process = subprocess.Popen(command, env={**env, "SAL_USE_VCLPLUGIN": "svp"})
    except subprocess.TimeoutExpired:
        pass
    return process


def _family(pid: int) -> list[int]:
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def _kill(pid: int) -> None:
    for one in _family(pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, 9)


def _wait_for(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("unoserver does not answer")
