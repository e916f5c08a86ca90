"""What a store really does, tried on it: servers that speak S3 differ more than they say.

The answer is kept in the archive itself, without its date: the same server gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256

from docgen.errors import Broken
from docgen.journal import canonical

SCHEMA = "docgen.archive-capabilities/1"
PLACE = "p/capacites"


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """One answer for each thing that docgen asks of a store.

    `lock_modes` are those that the server keeps (GOVERNANCE, COMPLIANCE); `locks_hold`: a locked
    version was neither destroyed nor its lock shortened; `bypass`: docgen's own key can lift a
    GOVERNANCE lock. `once`: `If-None-Match: *` refuses a second writer on this very bucket. `md5`:
    a body that is not its Content-MD5 is refused; `sha256`: the same of its checksum, which
    `sha256_told` says is kept and told. `shielded`: a policy of the bucket denies destruction.
    """

    versions: bool = False
    object_lock: bool = False
    lock_modes: tuple[str, ...] = ()
    locks_hold: bool = False
    bypass: bool = False
    legal_hold: bool = False
    once: bool = False
    md5: bool = False
    sha256: bool = False
    sha256_told: bool = False
    shielded: bool = False

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical({"schema": SCHEMA, **asdict(self), "lock_modes": list(self.lock_modes)})

    @property
    def key(self) -> str:
        """Where the answer is kept, by its own hash."""
        return f"{PLACE}.{sha256(self.to_bytes()).hexdigest()}.json"

    def sentences(self) -> tuple[str, ...]:
        """What a person should know of it."""
        modes = " et ".join(self.lock_modes) or "aucun"
        return (
            f"versions gardées : {_yes(self.versions)}",
            f"verrous : {modes}{'' if not self.lock_modes else self._how_locks_hold()}",
            f"gel juridique : {_yes(self.legal_hold)}",
            f"écriture unique (If-None-Match) : {_yes(self.once)}",
            f"envoi abîmé refusé : MD5 {_yes(self.md5)}, SHA-256 {_yes(self.sha256)}",
            f"destruction interdite par le compartiment : {_yes(self.shielded)}",
        )

    def _how_locks_hold(self) -> str:
        if not self.locks_hold:
            return " (mais ils ne tiennent pas)"
        return " (la clé de docgen peut lever GOVERNANCE)" if self.bypass else ""


def parse_capabilities(content: bytes) -> Capabilities:
    """The answer written in `content`. Raises Broken unless it is one of ours."""
    try:
        data = json.loads(content)
        known = {one.name: data[one.name] for one in fields(Capabilities)}
        made = Capabilities(**{**known, "lock_modes": tuple(known["lock_modes"])})
        faithful = made.to_bytes() == content
    except (ValueError, KeyError, TypeError) as error:
        raise Broken("Les capacités gardées dans l’archive n’ont pas la forme attendue.") from error
    if not faithful:
        raise Broken("Les capacités gardées dans l’archive ne sont pas écrites par cette version.")
    return made


def _yes(value: bool) -> str:
    return "oui" if value else "non"
