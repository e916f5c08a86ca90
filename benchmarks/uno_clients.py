"""What peers run beside a warm LibreOffice; by the system's Python, which knows `uno`.

    python3 uno_clients.py once SOCKET DOCX PDF     Gotenberg's shape: a process for each document
    python3 uno_clients.py serve PIPE               Carbone's shape: a process that stays

Written from what their sources do (Gotenberg: pkg/modules/libreoffice/api, which spawns its
unoconverter; Carbone: lib/converter.js and converter.py), without their HTTP.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue


def values(**pairs: object) -> tuple[Any, ...]:
    """UNO's way to name arguments."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in pairs.items())


def desktop(address: str) -> Any:
    """Wait for LibreOffice and give its desktop."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(1000):
        try:
            context = resolver.resolve(f"uno:{address};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 # not listening yet
            time.sleep(0.02)
        else:
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
    raise SystemExit("LibreOffice does not answer")


def convert(office: Any, source: str, target: str, **options: object) -> None:
    """Load and export, with the options that the peer gives."""
    document = office.loadComponentFromURL(
        Path(source).as_uri(), "_blank", 0, values(Hidden=True, ReadOnly=True, UpdateDocMode=1)
    )
    data = uno.Any("[]com.sun.star.beans.PropertyValue", values(**options))
    document.storeToURL(
        Path(target).as_uri(), values(FilterName="writer_pdf_Export", FilterData=data)
    )
    document.close(True)


if __name__ == "__main__":
    if sys.argv[1] == "once":
        # unoconverter's defaults, and the pdfa form field.
        convert(desktop(sys.argv[2]), *sys.argv[3:], SelectPdfVersion=3, UseTransitionEffects=True)
    else:
        office = desktop(sys.argv[2])
        for line in sys.stdin:
            convert(office, *line.rstrip("\n").split("\t"), SelectPdfVersion=3)
            print("ok", flush=True)
