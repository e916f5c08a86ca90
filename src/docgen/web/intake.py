"""Who may send a file, how large, how often: decided before a byte of it is read."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

PATH = "/verifier"
MOST_BYTES = 20 * 1024 * 1024
# Pages signed by hand: a dozen photographs of a telephone.
PAPER_PATH = "/papier"
PAPER_BYTES = 48 * 1024 * 1024
# Where people of ours send files.
OFFICE_PATHS = (
    "/bureau/importer/reprise",
    "/bureau/importer/brouillons",
    "/bureau/modeles/essais",
)
# What a form adds around its file.
MARGIN = 64 * 1024
SECONDS_TO_ARRIVE = 90


@dataclass
class Turnstile:
    """Counts per address and in all, in the memory of this one process.

    `per_address` files in `window`; `arriving` at once, since each is held in memory; `examining`
    at once, since each takes a processor. Of several processes (`shared`), each counts what comes
    to it: an address may send `per_address` to each, but no more arrive or are examined in all.
    """

    now: Callable[[], datetime]
    per_address: int = 12
    window: timedelta = timedelta(minutes=10)
    arriving: int = 4
    examining: int = 2
    addresses: int = 10_000
    _seen: dict[str, list[datetime]] = field(default_factory=dict, init=False)
    _arriving: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._desks = threading.BoundedSemaphore(self.examining)

    def shared(self, processes: int) -> Turnstile:
        """One of as many, which together take no more at once than one alone; one each at least."""
        return replace(
            self,
            arriving=max(1, self.arriving // processes),
            examining=max(1, self.examining // processes),
        )

    def admit(self, address: str) -> int:
        """0 to let a file come, in which case `arrived` must follow; else 429 or 503."""
        with self._lock:
            if not self._counted(_network(address)):
                return 429
            if self._arriving >= self.arriving:
                return 503
            self._arriving += 1
        return 0

    def arrived(self) -> None:
        """The file is there, or its sender has gone."""
        with self._lock:
            self._arriving -= 1

    @contextmanager
    def desk(self, patience: float = 20) -> Iterator[bool]:
        """A place to examine a file; False when none was free in `patience` seconds."""
        free = self._desks.acquire(timeout=patience)
        try:
            yield free
        finally:
            if free:
                self._desks.release()

    def _counted(self, who: str) -> bool:
        now = self.now()
        since = now - self.window
        if who not in self._seen and len(self._seen) >= self.addresses:
            self._seen = {one: times for one, times in self._seen.items() if times[-1] > since}
            if len(self._seen) >= self.addresses:
                return False  # so many at once are one crowd, or one attacker
        times = [at for at in self._seen.get(who, ()) if at > since]
        if len(times) >= self.per_address:
            self._seen[who] = times
            return False
        self._seen[who] = [*times, now]
        return True


def _network(address: str) -> str:
    """The address, or the /64 of an IPv6 one: a subscriber has them all."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(number, ipaddress.IPv6Address):
        mapped = number.ipv4_mapped
        return str(mapped or ipaddress.ip_network(f"{number}/64", strict=False))
    return str(number)
