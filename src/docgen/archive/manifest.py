"""The manifest of a dossier: what it is made of, in bytes that never depend on who writes them.

It is kept for years beside the objects, so it names nobody: identifiers, roles, hashes and times.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from docgen.archive.store import Stored, key_sha256, sha256_of
from docgen.errors import Broken
from docgen.journal import canonical, instant

SCHEMA = "docgen.dossier/1"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+/@-]{0,99}", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9 ._+:()/-]{0,100}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Signature:
    """One signature of the signed document: whose (a role), where, when, at what level."""

    role: str
    field: str
    at: datetime
    level: str


@dataclass(frozen=True, kw_only=True)
class Description:
    """All a manifest says apart from its objects.

    `start` and `end` are the first and last day of the agreement. `created_at` must be an instant
    on record, the same at each attempt: it is part of the bytes, and its year of the keys.
    `libreoffice` is the version that made the document, `fonts_sha256` one hash for all its fonts.
    A dossier whose files are renewed has the next `seq`, and the SHA-256 of the manifest before.
    """

    dossier_id: str
    kind: str
    reference: str
    template_name: str
    template_sha256: str
    start: date
    end: date
    signatures: tuple[Signature, ...]
    journal_head: str
    journal_length: int
    created_at: datetime
    app_version: str
    libreoffice: str = ""
    fonts_sha256: str = ""
    seq: int = 1
    prev_manifest_sha256: str = ""

    def __post_init__(self) -> None:
        slugs = (self.dossier_id, self.kind, *(signature.role for signature in self.signatures))
        words = [self.reference, self.template_name, self.app_version]
        words += [word for s in self.signatures for word in (s.field, s.level)]
        sound = (
            all(map(_SLUG.fullmatch, slugs))
            and all(map(_WORDS.fullmatch, words))
            and bool(self.libreoffice) == bool(self.fonts_sha256)
            and _VERSION.fullmatch(self.libreoffice)
            and (not self.fonts_sha256 or _DIGEST.fullmatch(self.fonts_sha256))
            and _DIGEST.fullmatch(self.template_sha256)
            and _DIGEST.fullmatch(self.journal_head)
            and self.start <= self.end
            and self.journal_length > 0
            and 1 <= self.seq <= 9999
            and bool(self.prev_manifest_sha256) == (self.seq > 1)
            and _DIGEST.fullmatch(self.prev_manifest_sha256 or "0" * 64)
        )
        if not sound:
            raise Broken(f"La description du dossier {self.dossier_id!r} n’est pas admise.")

    @property
    def folder(self) -> str:
        """Where the dossier's keys begin: `a/v1/2026/<dossier>`."""
        return f"a/v1/{self.created_at.astimezone(UTC):%Y}/{self.dossier_id}"

    def object_key(self, role: str, sha256: str, extension: str) -> str:
        return f"{self.folder}/o/{role}.{sha256}.{extension}"

    @property
    def manifest_prefix(self) -> str:
        """Where a manifest of this number would be, whatever its bytes."""
        return f"{self.folder}/m/{self.seq:04d}."

    def facts(self) -> dict[str, Any]:
        """The description as plain data."""
        made_with = {"libreoffice": self.libreoffice, "fonts_sha256": self.fonts_sha256}
        before = {"prev_manifest_sha256": self.prev_manifest_sha256}
        return {
            **({"made_with": made_with} if self.libreoffice else {}),
            **(before if self.seq > 1 else {}),
            "schema": SCHEMA,
            "dossier_id": self.dossier_id,
            "seq": self.seq,
            "kind": self.kind,
            "reference": self.reference,
            "template": {"name": self.template_name, "sha256": self.template_sha256},
            "period": {"start": self.start.isoformat(), "end": self.end.isoformat()},
            "signatures": [
                {"role": s.role, "field": s.field, "time": instant(s.at), "level": s.level}
                for s in self.signatures
            ],
            "journal": {"head": self.journal_head, "length": self.journal_length},
            "created": {"at": instant(self.created_at), "app_version": self.app_version},
        }


@dataclass(frozen=True)
class Entry:
    """One object of the dossier, as the store holds it."""

    role: str
    media_type: str
    stored: Stored

    @property
    def extension(self) -> str:
        return self.stored.key.rpartition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Manifest(Description):
    """A description and the objects it commits."""

    objects: tuple[Entry, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        roles = [entry.role for entry in self.objects]
        if not roles or len(set(roles)) != len(roles):
            raise Broken(f"Le dossier {self.dossier_id} est vide, ou un rôle y paraît deux fois.")
        for entry in self.objects:
            stored = entry.stored
            key = self.object_key(entry.role, stored.sha256, entry.extension)
            sound = _SLUG.fullmatch(entry.role) and _WORDS.fullmatch(entry.media_type)
            if not sound or stored.key != key or key_sha256(key) != stored.sha256:
                raise Broken(f"Le manifeste range « {entry.role} » sous une clé inattendue.")

    def to_bytes(self) -> bytes:
        """Canonical JSON: equal manifests have equal bytes."""
        objects = [
            {
                "role": entry.role,
                "key": entry.stored.key,
                "version_id": entry.stored.version_id,
                "size": entry.stored.size,
                "sha256": entry.stored.sha256,
                "media_type": entry.media_type,
            }
            for entry in self.objects
        ]
        return canonical({**self.facts(), "objects": objects})

    @property
    def key(self) -> str:
        return f"{self.manifest_prefix}{sha256_of(self.to_bytes())}.json"


def parse_manifest(content: bytes) -> Manifest:
    """The manifest written in `content`. Raises Broken unless it is exactly one of ours."""
    try:
        manifest = _manifest(json.loads(content))
        faithful = manifest.to_bytes() == content
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Broken("Le manifeste n’a pas la forme attendue.") from error
    if not faithful:
        raise Broken("Le manifeste n’est pas écrit comme docgen l’écrit : il a été modifié.")
    return manifest


def _manifest(data: dict[str, Any]) -> Manifest:
    made_with = data.get("made_with", {"libreoffice": "", "fonts_sha256": ""})
    return Manifest(
        dossier_id=data["dossier_id"],
        seq=data["seq"],
        kind=data["kind"],
        reference=data["reference"],
        template_name=data["template"]["name"],
        template_sha256=data["template"]["sha256"],
        start=date.fromisoformat(data["period"]["start"]),
        end=date.fromisoformat(data["period"]["end"]),
        signatures=tuple(
            Signature(s["role"], s["field"], datetime.fromisoformat(s["time"]), s["level"])
            for s in data["signatures"]
        ),
        journal_head=data["journal"]["head"],
        journal_length=data["journal"]["length"],
        created_at=datetime.fromisoformat(data["created"]["at"]),
        app_version=data["created"]["app_version"],
        libreoffice=made_with["libreoffice"],
        fonts_sha256=made_with["fonts_sha256"],
        prev_manifest_sha256=data.get("prev_manifest_sha256", ""),
        objects=tuple(
            Entry(
                entry["role"],
                entry["media_type"],
                Stored(entry["key"], entry["version_id"], entry["size"], entry["sha256"]),
            )
            for entry in data["objects"]
        ),
    )
