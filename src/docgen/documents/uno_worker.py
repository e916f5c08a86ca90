"""The program that owns one LibreOffice; run by the Python that can import `uno`, never imported.

    python3 uno_worker.py SOFFICE_BIN FOLDER PARENT_PID

It speaks over stdin and stdout, big-endian. Request: length (u32), docx. Answer: status (one
byte), resident memory of LibreOffice in KiB (u32), length (u32), bytes. Statuses: R ready (bytes
are LibreOffice's process number), P the PDF, N not a Word document, F the export or the disk
failed (bytes say why). When LibreOffice dies the program ends: its parent sees the end of file.
Standard library only: it may run under another Python than docgen's.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import subprocess
import sys
import time

NEW_PROFILE = 81  # soffice.bin has made its profile and asks to be started again
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
    ("PDFUACompliance", True),
    ("UseTaggedPDF", True),
    ("ExportBookmarks", True),
    ("ExportFormFields", False),  # the only fields are the signatures', added later
    ("ExportNotes", False),
    ("UseLosslessCompression", True),  # and three times faster than JPEG at every page
    ("ReduceImageResolution", False),
)


def die_with_parent() -> None:
    """Be killed as soon as the thread that started this process ends (man 2 prctl)."""
    PRCTL(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(binary: str, folder: str) -> subprocess.Popen[bytes]:
    """Start LibreOffice, listening on a pipe, in its own profile under `folder`."""
    write_settings(folder)
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "SAL_USE_VCLPLUGIN": "svp",
        "OSL_SOCKET_PATH": folder,
        "LD_PRELOAD": next((path for path in JEMALLOC if os.path.exists(path)), ""),
    }
    return subprocess.Popen(
        [
            binary,
            "-env:UserInstallation=file://" + folder + "/profile",
            "--headless",
            "--invisible",
            "--nodefault",
            "--nologo",
            "--nofirststartwizard",
            "--norestore",
            "--accept=pipe,name=docgen;urp;StarOffice.ComponentContext",
        ],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )


def write_settings(folder: str) -> None:
    """Put our settings into a new profile."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in SETTINGS
    )
    os.makedirs(folder + "/profile/user", exist_ok=True)
    with open(folder + "/profile/user/registrymodifications.xcu", "w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
            'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' + items + "</oor:items>"
        )


def connect(binary, folder):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Give the LibreOffice process and its desktop; its parent holds the deadline."""
    import uno  # type: ignore[import-not-found] # noqa: PLC0415 # known to Debian's Python only

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    address = "uno:pipe,name=docgen;urp;StarOffice.ComponentContext"
    office = start(binary, folder)
    starts = 1
    while True:
        try:
            context = resolver.resolve(address)
            break
        except Exception as error:  # noqa: BLE001 # not listening yet, or never will
            code = office.poll()
            if code == NEW_PROFILE and starts < 3:
                office = start(binary, folder)
                starts += 1
            elif code is not None:
                raise SystemExit(f"soffice.bin ended with code {code}") from error
            time.sleep(0.02)
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )
    return office, desktop


def convert(desktop, source, target):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Load `source` as a Word document and export it to `target`; False when it is not one."""
    import uno  # noqa: PLC0415
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found] # noqa: PLC0415

    def values(pairs):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        return tuple(PropertyValue(name, 0, value, 0) for name, value in pairs)

    document = desktop.loadComponentFromURL(
        "file://" + source,
        "_blank",
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
            "file://" + target,
            values((("FilterName", "writer_pdf_Export"), ("FilterData", filter_data))),
        )
    finally:
        document.close(False)
    return True


def answer(status: bytes, office: subprocess.Popen[bytes], content: bytes) -> None:
    """Send one frame to the parent."""
    memory = 0
    with open(f"/proc/{office.pid}/status", encoding="ascii") as lines:
        for line in lines:
            if line.startswith("VmRSS:"):
                memory = int(line.split()[1])
    sys.stdout.buffer.write(struct.pack("!cII", status, memory, len(content)) + content)
    sys.stdout.buffer.flush()


def serve(binary: str, folder: str) -> None:
    """Answer requests until the parent closes its end."""
    os.environ["OSL_SOCKET_PATH"] = folder
    office, desktop = connect(binary, folder)
    answer(b"R", office, str(office.pid).encode())
    source, target = folder + "/document.docx", folder + "/document.pdf"
    while len(head := sys.stdin.buffer.read(4)) == 4:
        docx = sys.stdin.buffer.read(struct.unpack("!I", head)[0])
        try:
            with open(source, "wb") as file:
                file.write(docx)
            if convert(desktop, source, target):
                with open(target, "rb") as file:
                    status, content = b"P", file.read()
            else:
                status, content = b"N", b""
        except Exception as error:  # noqa: BLE001 # uno raises classes of its own
            if lost(office):
                raise SystemExit("soffice.bin died during a conversion") from error
            status, content = b"F", f"{type(error).__name__}: {error}".encode()[:500]
        for path in (source, target):
            if os.path.exists(path):
                os.remove(path)
        answer(status, office, content)


def lost(office: subprocess.Popen[bytes]) -> bool:
    """Tell whether LibreOffice is gone, giving a dying process the time to be so."""
    try:
        office.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


if __name__ == "__main__":
    die_with_parent()
    if os.getppid() != int(sys.argv[3]):
        raise SystemExit("the parent is already gone")
    serve(sys.argv[1], sys.argv[2])
