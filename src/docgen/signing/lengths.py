"""A fault of asn1crypto mended: it takes some definite lengths for indefinite ones.

Its `dump` looks at the last byte of a header: 0x80 would be an indefinite length (X.690, 8.1.3.6).
That byte is as well the last of the lengths 128, 384, 640 ... For those it writes all that is below
again, at each level and several times over: a seal took 9 to 14 seconds instead of 0.06, with one
set of keys in twenty (asn1crypto 1.5.1, the newest).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asn1crypto import core

_WRITERS = (core.Asn1Value, core.Choice, core.Primitive, core.Sequence, core.SequenceOf)


def mend() -> None:
    """Have asn1crypto write the header of a definite length again, and nothing more."""
    for kind in _WRITERS:
        if not hasattr(kind.dump, "mended"):
            kind.dump = _mended(kind.dump)


def _mended(dump: Callable[..., bytes]) -> Callable[..., bytes]:
    def write(self: Any, force: bool = False) -> bytes:  # noqa: FBT002 # as theirs
        # Only an indefinite length has a trailer, the two null bytes that end it.
        if self._header is not None and self._header[-1:] == b"\x80" and not self._trailer:
            self._header = None
        return dump(self, force)

    write.mended = True  # type: ignore[attr-defined]
    return write
