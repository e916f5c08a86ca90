"""What is said of a signature that a provider recorded: its words for the level, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from docgen.french import horodatage
from docgen.journal import Event, EventType
from docgen.signing.providers.yousign import NAME, Level

CONSENT = f"Accord donné chez {NAME}, sous les mots que ce prestataire montre au signataire."
CONSENT_VERSION = "yousign-v3"
LEVELS: Mapping[Level, str] = MappingProxyType(
    {
        Level.SIMPLE: "signature électronique simple",
        Level.ADVANCED: "signature électronique avancée",
        Level.QUALIFIED: "signature électronique qualifiée",
    }
)


def facts_of(
    signer_id: str, signed: Event, events: Sequence[Event]
) -> Sequence[tuple[str, str | None]]:
    """The lines of the evidence about this act; none when no provider had a part in it."""
    data = signed.data
    if "provider" not in data:
        return ()
    returned = next((event for event in events if event.type is EventType.RETURNED), None)
    trial = " (bac à sable : essai sans valeur)" if data["sandbox"] else ""
    lines = [
        ("Prestataire", f"{data['provider']}, demande {data['request']}{trial}"),
        ("Niveau que le prestataire déclare", LEVELS[Level(data["level"])]),
        ("Signé chez lui, selon lui", horodatage(datetime.fromisoformat(data["said_at"]))),
    ]
    if returned is not None:
        proof = returned.data["proofs"].get(signer_id)
        lines += [
            ("Document signé chez lui", f"empreinte {returned.data['sha256']}"),
            ("Sa piste d’audit", f"empreinte {proof}" if proof else "il n’en tient pas"),
        ]
    return lines
