"""Several processes on one listening socket: one starts, then the others, and each that dies anew.

Python runs one thread at a time, and a seal is computing: ten signers in one process wait for each
other (docs/performance.md). The processes share nothing but the socket, the database and the files.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from docgen.cli.answers import EXIT_CODES, told
from docgen.errors import Broken

# Connections that wait to be taken; the kernel refuses those beyond.
BACKLOG = 128
# Seconds before a process that died is started again.
REST = 1.0

_PR_SET_PDEATHSIG = 1

# A site's whole life, given what to call once it is ready to serve.
Life = Callable[[Callable[[], None]], None]


class Fair(uvicorn.Server):
    """A server that takes one connection at a time, so that the others get theirs."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # asyncio takes as many connections at a time as `backlog`, which is 1 for that reason when
        # there are several processes; how many may wait in the kernel is put back here.
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)


def run_in(count: int, life: Callable[[int], Life]) -> int:
    """Run `life(rank)` in `count` processes until told to stop; the exit code.

    The first is ready before the others start: it makes keys and tables. What stops it before that
    stops everything, with its code.
    """
    family = _Family(life)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, family.stop)
    if code := family.first():
        return code
    for rank in range(1, count):
        family.start(rank)
    family.watch()
    return 0


class _Family:
    def __init__(self, life: Callable[[int], Life]) -> None:
        self.life = life
        self.ranks: dict[int, int] = {}
        self.stopping = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        for process in self.ranks:
            os.kill(process, signal.SIGTERM)

    def start(self, rank: int, ready: Callable[[], None] = lambda: None) -> int:
        """Its process id. The process itself lives, says what stopped it, and ends here."""
        process = os.fork()
        if process:
            self.ranks[process] = rank
            return process
        code = EXIT_CODES[Broken]
        try:
            self.ranks.clear()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            # Told to stop when its parent dies, however that dies (man 2 prctl).
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            self.life(rank)(ready)
            code = 0
        except Exception as error:  # noqa: BLE001 - nothing of its parent's may run in it
            code = told(error)
        except KeyboardInterrupt:
            code = 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def first(self) -> int:
        """Start the first process; 0 once it is ready, else its exit code."""
        reading, writing = os.pipe()

        def ready() -> None:
            os.write(writing, b".")

        process = self.start(0, ready)
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            if pipe.read(1):
                return 0
        _, status = os.waitpid(process, 0)
        del self.ranks[process]
        return os.waitstatus_to_exitcode(status) or 1

    def watch(self) -> None:
        """Until every process has ended after a stop; one that ends before is started again."""
        while self.ranks:
            try:
                process, _ = os.wait()
            except ChildProcessError:
                return
            rank = self.ranks.pop(process)
            if not self.stopping:
                time.sleep(REST)
            if not self.stopping:
                self.start(rank)
