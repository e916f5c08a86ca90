"""A process of its own for bytes that may be hostile: bounded memory and time, no secret in reach.

`answer_of` keeps, for each module that reads such bytes, one process that has imported it and does
nothing but fork: importing the parsers costs a second, a fork three milliseconds. Each task is done
by a child of that process, which bounds itself, calls `main` of the module, and ends. It has no
key, no settings, no environment, and may write nothing but its answer; nothing of one task is left
for the next.
"""

from __future__ import annotations

import atexit
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from threading import Lock
from typing import BinaryIO, NoReturn

MEGABYTE = 1024 * 1024
START_SECONDS = 60
_DONE = b"done"


@dataclass(frozen=True)
class Limits:
    """What one task may cost: seconds of clock and of processor, bytes of memory and of answer."""

    seconds: int = 30
    processor: int = 15
    memory: int = 1024 * MEGABYTE
    answer: int = 32 * MEGABYTE


def answer_of(module: str, task: bytes, limits: Limits) -> bytes | None:
    """What `main` of that module, called with `task` on its standard input, writes on its output.

    None when the child died or took too long.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(task)
        given.seek(0)
        if not _done(module, given, answer, limits):
            return None
        answer.seek(0)
        return answer.read(limits.answer + 1)


def _done(module: str, given: BinaryIO, answer: BinaryIO, limits: Limits) -> bool:
    """Have the task done; whether its child came to its end."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            order = json.dumps(asdict(limits)).encode()
            files = [given.fileno(), answer.fileno(), theirs.fileno()]
            _kept(module).send(order, files)
        # The child says its number, then that it is done; its death closes the line.
        ours.settimeout(START_SECONDS)
        child = b""
        try:
            child = ours.recv(32)
            ours.settimeout(limits.seconds or 0.001)
            return bool(child) and ours.recv(32) == _DONE
        except TimeoutError:
            if child:
                os.kill(int(child), signal.SIGKILL)
            return False


class _Kept:
    """The process that forks the children of one module: started at the first task, again if it
    died, gone with this one.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def send(self, order: bytes, files: list[int]) -> None:
        with self._lock:
            if self._line is not None:
                try:
                    socket.send_fds(self._line, [order], files)
                except ConnectionError:
                    self.stop()
                else:
                    return
            socket.send_fds(self._start(), [order], files)

    def _start(self) -> socket.socket:
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [
                    # -B: it writes its answer alone; a cached module cut short would be read later.
                    *(sys.executable, "-I", "-B", "-m", "docgen.confinement"),
                    *(self._module, str(theirs.fileno())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                cwd="/",
                pass_fds=[theirs.fileno()],
            )
        self._line = line
        return line

    def stop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


_lock = Lock()
_all: dict[str, _Kept] = {}


def _kept(module: str) -> _Kept:
    with _lock:
        return _all.setdefault(module, _Kept(module))


@atexit.register
def _stop() -> None:
    for one in _all.values():
        one.stop()


def _serve(module: str, line: socket.socket) -> None:
    """Fork a child for each order until the line closes."""
    main = import_module(module).main
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        order, files, _, _ = socket.recv_fds(line, 4096, 3)
        if not order:
            return
        if os.fork() == 0:
            line.close()
            _child(main, Limits(**json.loads(order)), *files)
        for file in files:
            os.close(file)


def _child(
    main: Callable[[], None], limits: Limits, given: int, answer: int, done: int
) -> NoReturn:
    status = 1
    try:
        with socket.socket(fileno=done) as says:
            says.send(str(os.getpid()).encode())
            os.dup2(given, 0)
            os.dup2(answer, 1)
            os.closerange(3, done)
            os.closerange(done + 1, 1024)
            _confine(limits)
            main()
            sys.stdout.flush()
            says.send(_DONE)
        status = 0
    finally:
        os._exit(status)


def _confine(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, limits.answer),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    # Signers come first.
    os.nice(5)


if __name__ == "__main__":
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
