"""Ask for a timestamp that seals nothing, to know who would answer."""

from __future__ import annotations

import hashlib
from datetime import datetime

from docgen.signing.loop import in_own_loop
from docgen.signing.seal import Sealer


def ask_time(sealer: Sealer, now: datetime) -> tuple[str, tuple[str, ...]]:
    """Whose timestamp a seal made at `now` would have, and those that failed before.

    Raises NoTimestamp when no authority answers.
    """
    stamper = sealer.timestamper(now, sealer.tsa_urls, ())
    in_own_loop(stamper.async_timestamp(hashlib.sha256(b"docgen").digest(), "sha256"))
    return stamper.answered, stamper.failed
