"""The program that owns one LibreOffice; run by the Python that can import `uno`, never imported.

    python3 -I uno_worker.py SOFFICE_BIN FOLDER PARENT_PID MOULD SOCKET...

It speaks over stdin and stdout, big-endian. Request: length (u32), docx. Answer: status (one
byte), resident memory of LibreOffice in KiB (u32), length (u32), bytes. Statuses: R ready (bytes
are LibreOffice's process number), P the PDF, N not a Word document, F LibreOffice or the disk
failed (bytes say why). When LibreOffice dies the program ends, and its parent sees the end of file;
when the parent ends or closes stdin, LibreOffice is killed, FOLDER and each SOCKET removed. MOULD
is a profile to copy, made here when it is not there yet. Exit code 3: `uno` can't be imported.
Standard library only: it may run under another Python than docgen's.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

NO_UNO = 3  # our exit code
NEW_PROFILE = 81  # soffice.bin's: it has made its profile and asks to be started again
MOST_STARTS = 3
PR_SET_PDEATHSIG = 1
PRCTL = ctypes.CDLL(None, use_errno=True).prctl
JEMALLOC = (
    "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2",
    "/usr/lib/aarch64-linux-gnu/libjemalloc.so.2",
    "/usr/lib64/libjemalloc.so.2",
    "/usr/lib/libjemalloc.so.2",
)
# Nothing is fetched (every request goes to a closed local port) and no macro runs.
SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)
EXPORT = (
    ("SelectPdfVersion", 3),  # PDF/A-3b: the data will travel in the file
    ("UseTaggedPDF", True),
    ("ExportBookmarks", True),
    ("DisplayPDFDocumentTitle", True),
    ("ExportFormFields", False),  # the only fields are the signatures', added later
    ("ExportNotes", False),
    ("UseLosslessCompression", True),  # and three times faster than JPEG at every page
    ("ReduceImageResolution", False),
)


OPTIONS = (
    "--headless",
    "--invisible",
    "--nodefault",
    "--nologo",
    "--nofirststartwizard",
    "--norestore",
)


class Office:
    """One LibreOffice in its own profile under `folder`."""

    def __init__(self, binary: str, folder: Path, sockets: list[Path]) -> None:
        self.binary = binary
        self.folder = folder
        self.sockets = sockets
        # LibreOffice makes its pipes in /tmp whatever it is told (OSL_SOCKET_PATH counts only where
        # /tmp can't be written): without a name of its own it would answer another's requests.
        self.pipe = f"pipe,name={folder.name};urp;StarOffice.ComponentContext"
        self.process = self._start()

    def restart(self) -> None:
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return launch(self.binary, self.folder, f"--accept={self.pipe}")

    def lost(self) -> bool:
        """Tell whether LibreOffice is gone, giving a dying process the time to be so."""
        try:
            self.process.wait(0.5)
        except subprocess.TimeoutExpired:
            return False
        return True

    def memory(self) -> int:
        """Resident memory in KiB; 0 when it is gone."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        found = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(found[0].split()[1]) if found else 0

    def end(self) -> None:
        """Kill LibreOffice, remove its folder and its sockets."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in self.sockets:
            path.unlink(missing_ok=True)


def launch(binary: str, folder: Path, option: str) -> subprocess.Popen[bytes]:
    """Start LibreOffice on the profile under `folder`."""
    return subprocess.Popen(
        [binary, f"-env:UserInstallation={(folder / 'profile').as_uri()}", *OPTIONS, option],
        env={
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "TZ": "UTC",
            "SAL_USE_VCLPLUGIN": "svp",
            "OSL_SOCKET_PATH": str(folder),
            "LD_PRELOAD": next((path for path in JEMALLOC if Path(path).exists()), ""),
        },
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,  # noqa: PLW1509 # it takes no lock
    )


def die_with_parent() -> None:
    """Be killed as soon as the thread that started this process ends (man 2 prctl).

    Right for LibreOffice, started by this program's main thread; docgen starts this program from
    any thread of its own, hence `watch`.
    """
    PRCTL(PR_SET_PDEATHSIG, signal.SIGKILL)


def watch(office: Office, parent: int) -> None:
    """End everything when the parent ends or closes its side, even in the middle of a document."""
    poll = select.poll()
    poll.register(sys.stdin.fileno(), 0)  # tells of a closed end only
    # A child forked by the parent may hold the pipe open: its number is looked at too.
    while os.getppid() == parent and not poll.poll(500):
        pass
    office.end()
    os._exit(0)


def make_profile(binary: str, folder: Path, mould: Path) -> None:
    """Put a profile into `folder`: a copy of the mould, which is cast first when there is none."""
    try:
        if not mould.is_dir():
            cast(binary, folder / "cast", mould)
        shutil.copytree(mould, folder / "profile")
    except OSError:
        # No mould can be kept there: LibreOffice makes its profile itself, in a little more time.
        shutil.rmtree(folder / "profile", ignore_errors=True)
        write_settings(folder)


def cast(binary: str, folder: Path, mould: Path) -> None:
    """Let LibreOffice make a profile, and keep it as `mould`. Raises OSError."""
    write_settings(folder)
    starts = 0
    while launch(binary, folder, "--terminate_after_init").wait() == NEW_PROFILE:
        if (starts := starts + 1) == MOST_STARTS:
            raise OSError("LibreOffice makes no profile")
    mould.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = mould.with_name(f"{mould.name}.{os.getpid()}")
    shutil.copytree(folder / "profile", fresh)
    try:
        fresh.rename(mould)  # at once: nobody copies half a mould
    except OSError:
        shutil.rmtree(fresh)
        if not mould.is_dir():
            raise
    finally:
        shutil.rmtree(folder)


def write_settings(folder: Path) -> None:
    """Put our settings into a new profile."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in SETTINGS
    )
    user = folder / "profile" / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' + items + "</oor:items>",
        encoding="utf-8",
    )


def empty_frame(context: Any) -> Any:
    """One frame for every document: a new one each, with its docks and toolbars, costs 4 ms."""
    from com.sun.star.awt import Rectangle, WindowDescriptor  # noqa: PLC0415
    from com.sun.star.awt.WindowClass import TOP  # noqa: PLC0415

    def made(service: str) -> Any:
        return context.ServiceManager.createInstanceWithContext(f"com.sun.star.{service}", context)

    window = made("awt.Toolkit").createWindow(
        WindowDescriptor(TOP, "window", None, -1, Rectangle(0, 0, 100, 100), 0)
    )
    frame = made("frame.Frame")
    frame.initialize(window)
    frame.LayoutManager = None
    return frame


def connect(uno: Any, office: Office) -> Any:
    """A frame of a LibreOffice that is starting; docgen holds the deadline."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    starts = 1
    while True:
        try:
            context = resolver.resolve("uno:" + office.pipe)
        except Exception as error:  # not listening yet, or never will
            code = office.process.poll()
            if code == NEW_PROFILE and starts < MOST_STARTS:
                office.restart()
                starts += 1
            elif code is not None:
                raise SystemExit(f"soffice.bin ended with code {code}") from error
            time.sleep(0.02)
        else:
            return empty_frame(context)


def convert(uno: Any, frame: Any, source: Path, target: Path) -> bool:
    """Load `source` as a Word document and export it to `target`; False when it is not one."""
    from com.sun.star.beans import PropertyValue  # noqa: PLC0415

    def values(pairs: tuple[tuple[str, object], ...]) -> tuple[Any, ...]:
        return tuple(PropertyValue(name, 0, value, 0) for name, value in pairs)

    document = frame.loadComponentFromURL(
        source.as_uri(),
        "_self",
        0,
        values(
            (
                # Without it LibreOffice takes any bytes for text and makes a PDF of them.
                ("FilterName", "MS Word 2007 XML"),
                ("Hidden", True),
                ("ReadOnly", True),
                ("MacroExecutionMode", 0),
                ("UpdateDocMode", 0),
            )
        ),
    )
    if document is None:
        return False
    try:
        filter_data = uno.Any("[]com.sun.star.beans.PropertyValue", values(EXPORT))
        document.storeToURL(
            target.as_uri(),
            values((("FilterName", "writer_pdf_Export"), ("FilterData", filter_data))),
        )
    finally:
        frame.setComponent(None, None)  # closed with its frame, a document would take it along
        document.close(False)
    return True


def answer(status: bytes, office: Office, content: bytes) -> None:
    """Send one frame to the parent."""
    sys.stdout.buffer.write(struct.pack("!cII", status, office.memory(), len(content)) + content)
    sys.stdout.buffer.flush()


def serve(binary: str, folder: Path, parent: int, mould: Path, sockets: list[Path]) -> None:
    """Answer requests until the parent closes its end."""
    try:
        import uno  # noqa: PLC0415 # known to Debian's Python
    except ImportError:
        raise SystemExit(NO_UNO) from None
    os.environ["OSL_SOCKET_PATH"] = str(folder)
    make_profile(binary, folder, mould)
    office = Office(binary, folder, sockets)
    threading.Thread(target=watch, args=(office, parent), daemon=True).start()
    frame = connect(uno, office)
    answer(b"R", office, str(office.process.pid).encode())
    source, target = folder / "document.docx", folder / "document.pdf"
    while len(head := sys.stdin.buffer.read(4)) == 4:
        docx = sys.stdin.buffer.read(struct.unpack("!I", head)[0])
        try:
            source.write_bytes(docx)
            if convert(uno, frame, source, target):
                status, content = b"P", target.read_bytes()
            else:
                status, content = b"N", b""
        except Exception as error:  # uno raises classes of its own
            if office.lost():
                raise SystemExit("soffice.bin died during a conversion") from error
            status, content = b"F", f"{type(error).__name__}: {error}".encode()[:500]
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        answer(status, office, content)
    office.end()


if __name__ == "__main__":
    serve(
        sys.argv[1],
        Path(sys.argv[2]),
        int(sys.argv[3]),
        Path(sys.argv[4]),
        [Path(path) for path in sys.argv[5:]],
    )
