"""The mail that calls somebody to the archive: each thing once, sent again until it has left."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from docgen.actions.ports import Ports
from docgen.errors import DocgenError
from docgen.mail.alarm import alarm
from docgen.mail.compose import mask
from docgen.records import queries

NOBODY = "Personne n’est prévenu : réglez DOCGEN_ALARM_TO."


def tell(ports: Ports, run_id: str, now: datetime) -> str:
    """Mail what was not told yet; what came of it, in French, empty when there was nothing."""
    with ports.database.read() as session:
        untold = [(one.copy, one.key, one.kind) for one in queries.findings_untold(session)]
        facts = [
            (one.sentence, one.mended_at is not None) for one in queries.findings_untold(session)
        ]
    if not untold:
        return ""
    if not ports.alarm_to:
        return NOBODY
    ports.pause("custody.alarm")
    # The same identifier for the same news: a second sending is recognised.
    name = sha256(repr(sorted(untold)).encode() + run_id.encode()).hexdigest()[:16]
    try:
        for address in ports.alarm_to:
            letter = alarm(address, ports.organisation, facts)
            ports.post(letter, f"alarme-{name}-{sha256(address.encode()).hexdigest()[:8]}", now)
    except DocgenError as error:
        return f"L’alarme n’est pas partie : {error.explain()}"
    ports.pause("custody.alarmed")
    with ports.database.write() as session:
        for copy, key, kind in untold:
            row = queries.finding(session, copy, key, kind)
            if row is not None:
                row.told_at = now
    return f"Alarme envoyée à {', '.join(map(mask, ports.alarm_to))}."
