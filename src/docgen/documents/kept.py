"""Bytes made at a cost, kept in memory for as long as there is room for them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Kept:
    """What was made last, at most `room` bytes of it; safe among threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._held: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes of that key, made if they are not there."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        # Not under the lock: what is made twice at once is the same.
        made = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = made
                self._size += len(made)
            while self._size > self._room:
                _, oldest = self._held.popitem(last=False)
                self._size -= len(oldest)
        return made
