"""Several LibreOffice side by side, one document each: as many as the machine has cores."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import Self

from docgen.documents.convert import RECYCLE_AFTER, Converter
from docgen.errors import Unavailable


class Pool:
    """Converters that threads share; each starts when all the others are at work.

    `workers` is their number, 0 for one a core. The one used last serves first: the others stay
    unborn, or asleep, as long as one is enough.
    """

    def __init__(
        self, deadline: float, workers: int = 0, recycle_after: int = RECYCLE_AFTER
    ) -> None:
        self.size = workers or cores()
        self._all = [Converter(deadline, recycle_after) for _ in range(self.size)]
        self._idle = list(self._all)
        self._change = threading.Condition()
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
        """End every LibreOffice; documents in hand are finished first."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for converter in self._all:
            converter.close()

    def warm(self) -> None:
        """Start one LibreOffice before a document needs it. Raises Unavailable."""
        self._idle[-1].warm()

    def to_pdf(self, docx: bytes) -> bytes:
        """PDF/A-3b of a Word document; raises as Converter.to_pdf does."""
        with self._change:
            while not (self._idle or self._closed):
                self._change.wait()
            if self._closed:
                raise Unavailable("Le convertisseur est arrêté.", "Relancez la commande.")
            converter = self._idle.pop()
        try:
            return converter.to_pdf(docx)
        finally:
            with self._change:
                self._idle.append(converter)
                self._change.notify()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))
