"""A dossier in the archive: its objects first, each read back, then the manifest that commits them.

A process killed before the manifest leaves objects that no manifest names, and the next attempt
finds them there. Killed after, the next attempt finds the manifest and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from docgen.archive.manifest import Description, Entry, Manifest, Signature, parse_manifest
from docgen.archive.store import Archive, Piece, Stored, sha256_of
from docgen.errors import Broken
from docgen.journal import to_milliseconds

__all__ = ["Deposited", "Dossier", "Item", "Signature", "deposit", "fetch"]


@dataclass(frozen=True)
class Item:
    """One file to keep: `role` is its place in the dossier (`evidence`), `ext` has no dot."""

    role: str
    ext: str
    media_type: str
    content: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        return sha256_of(self.content)


@dataclass(frozen=True, kw_only=True)
class Dossier(Description):
    """Everything to keep of one agreement."""

    items: tuple[Item, ...]

    def manifest(self, stored: tuple[Stored, ...]) -> Manifest:
        """The manifest, once each item has its place."""
        entries = zip(self.items, stored, strict=True)
        return Manifest(
            **_description(self),
            objects=tuple(Entry(item.role, item.media_type, place) for item, place in entries),
        )

    def key(self, item: Item) -> str:
        return self.object_key(item.role, item.sha256, item.ext)


@dataclass(frozen=True)
class Deposited:
    """Where the dossier now is: the manifest, and the objects it names, in the dossier's order."""

    manifest_key: str
    manifest_sha256: str
    manifest: Stored
    objects: tuple[Stored, ...]


def deposit(
    archive: Archive, dossier: Dossier, pause: Callable[[str], None] = lambda _: None
) -> Deposited:
    """Keep a dossier, once however often it is asked.

    `pause` is called with the name of each step about to begin: `archive.put.<role>`,
    `archive.read_back.<role>`, `archive.manifest.put`, `archive.manifest.read_back`.
    Raises Unavailable (ask again) or Broken (another dossier holds this number, altered bytes).
    """
    # Before any write: two items of one role, or a key out of shape, must leave nothing behind.
    dossier.manifest(tuple(_expected(dossier)))
    there = list(archive.list(f"{dossier.folder}/"))
    committed = _committed(archive, dossier, there)
    if committed is not None:
        return committed
    stored = _put(archive, dossier, there, pause)
    for item, place in zip(dossier.items, stored, strict=True):
        pause(f"archive.read_back.{item.role}")
        archive.read_back(place)
    manifest = dossier.manifest(tuple(stored))
    content = manifest.to_bytes()
    pause("archive.manifest.put")
    (kept,) = archive.put_new(manifest.key, [Piece(manifest.key, content, sha256_of(content))])
    pause("archive.manifest.read_back")
    archive.read_back(kept)
    return Deposited(kept.key, kept.sha256, kept, tuple(stored))


def fetch(archive: Archive, manifest_key: str) -> Dossier:
    """The dossier a manifest commits, every byte verified. Raises NotFound or Broken."""
    return fetch_with_manifest(archive, manifest_key)[1]


def fetch_with_manifest(archive: Archive, manifest_key: str) -> tuple[Manifest, Dossier]:
    """The same, with the manifest itself, whose objects are in the order of the items."""
    manifest = read_manifest(archive, manifest_key)
    return manifest, _fetch(archive, manifest)


def read_manifest(archive: Archive, manifest_key: str) -> Manifest:
    """The manifest under its key, which must be the place where that very manifest belongs."""
    manifest = parse_manifest(archive.get(manifest_key))
    if manifest.key != manifest_key:
        raise Broken(f"Le manifeste rangé sous « {manifest_key} » est celui d’un autre dossier.")
    return manifest


def _fetch(archive: Archive, manifest: Manifest) -> Dossier:
    items = []
    for entry in manifest.objects:
        content = archive.get(entry.stored)
        if len(content) != entry.stored.size:
            raise Broken(f"« {entry.stored.key} » n’a pas la taille que dit le manifeste.")
        items.append(Item(entry.role, entry.extension, entry.media_type, content))
    return Dossier(**_description(manifest), items=tuple(items))


def _put(
    archive: Archive, dossier: Dossier, there: Collection[str], pause: Callable[[str], None]
) -> list[Stored]:
    """Every item in its place; those that an earlier attempt put are looked at, not put again."""
    stored: dict[str, Stored] = {}

    def missing() -> Iterator[Piece]:
        for item in dossier.items:
            key = dossier.key(item)
            pause(f"archive.put.{item.role}")
            if key in there:
                stored[key] = archive.put(key, item.content, item.sha256)
            else:
                yield Piece(key, item.content, item.sha256)

    stored |= {one.key: one for one in archive.put_new(f"{dossier.folder}/o/", missing())}
    return [stored[dossier.key(item)] for item in dossier.items]


def _committed(archive: Archive, dossier: Dossier, there: Iterable[str]) -> Deposited | None:
    """What an earlier attempt committed under this number.

    It may have been made by another version of docgen; anything else that differs is a fault.
    """
    for key in filter(lambda one: one.startswith(dossier.manifest_prefix), there):
        manifest = read_manifest(archive, key)
        same = replace(
            _to_milliseconds(dossier),
            created_at=manifest.created_at,
            app_version=manifest.app_version,
        )
        if _fetch(archive, manifest) != same:
            raise Broken(
                f"L’archive contient déjà un autre dossier {dossier.reference} sous le numéro "
                f"{dossier.seq} : « {key} »."
            )
        content = manifest.to_bytes()
        kept = archive.put(key, content, sha256_of(content))
        archive.read_back(kept)
        return Deposited(key, kept.sha256, kept, tuple(e.stored for e in manifest.objects))
    return None


def _to_milliseconds(dossier: Dossier) -> Dossier:
    signatures = tuple(replace(s, at=to_milliseconds(s.at)) for s in dossier.signatures)
    return replace(dossier, signatures=signatures)


def _expected(dossier: Dossier) -> list[Stored]:
    return [Stored(dossier.key(i), None, len(i.content), i.sha256) for i in dossier.items]


def _description(source: Description) -> dict[str, Any]:
    return {each.name: getattr(source, each.name) for each in fields(Description)}
