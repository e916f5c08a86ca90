"""When the next request may leave: the API's published limit, and the clock requests live by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

# « Au maximum 7 requêtes par seconde par adresse IP » (the API's OpenAPI description).
PER_SECOND = 7


@dataclass(frozen=True)
class Pace:
    """Lets requests of this process through one by one, never more than `PER_SECOND`.

    `monotonic` gives seconds from any origin and never goes back; `sleep` waits that many.
    """

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    _turn: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)
    _left: list[float] = field(default_factory=list, init=False, repr=False, compare=False)

    def wait(self) -> None:
        """Return when a request may leave."""
        with self._turn:
            if self._left and (early := self._left[-1] + 1 / PER_SECOND - self.monotonic()) > 0:
                self.sleep(early)
            self._left[:] = [self.monotonic()]
