"""Where the archive keeps the log: segments, heads, public keys. All that a stranger needs.

    j/v1/seg/<first>-<last>.<sha256>.ndjson                lines, 1,000 at most
    j/v1/sth/<size>.<sha256>.{json,sig,tsr,cert.pem,chain.pem}     a head and what checks it
    j/v1/access/<day>.<sha256>.ndjson                      lines of the office's journal
    p/keys/<key id>.<sha256>.pem                           public keys, by the hash of the key

Twelve digits, so that the order of the names is that of the log. The head's own JSON is put last:
a head that a killed process left without it does not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from docgen.archive.store import Archive, sha256_of
from docgen.errors import Broken
from docgen.journal.log import SEGMENT_LINES, Line, segment

SEGMENTS = "j/v1/seg/"
HEADS = "j/v1/sth/"
ACCESSES = "j/v1/access/"
KEYS = "p/keys/"
_HEAD = re.compile(re.escape(HEADS) + r"(?P<size>\d{12})\.[0-9a-f]{64}\.(?P<part>.+)", re.ASCII)
_PARTS = ("sig", "tsr", "cert.pem", "chain.pem", "json")


@dataclass(frozen=True)
class KeptHead:
    """A head as files: its JSON, its signature, its timestamp, and the PEM that check them."""

    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    token: bytes = field(repr=False)
    certificate: str = field(repr=False)
    chain: str = field(repr=False)


@dataclass(frozen=True)
class KeptLog:
    """The whole log as the archive holds it; `problems`, in French, are what could not be read."""

    segments: tuple[bytes, ...]
    heads: tuple[KeptHead, ...]
    problems: tuple[str, ...]


def keep_segments(archive: Archive, lines: Sequence[Line], pause: Callable[[str], None]) -> None:
    """Put those lines in the archive, 1,000 at a time, each segment read back."""
    for start in range(0, len(lines), SEGMENT_LINES):
        some = lines[start : start + SEGMENT_LINES]
        content = segment(some)
        pause("log.segment.put")
        _keep(archive, f"{SEGMENTS}{some[0].n:012d}-{some[-1].n:012d}", content, "ndjson")


def keep_head(
    archive: Archive,
    size: int,
    head: KeptHead,
    key: tuple[str, str],
    pause: Callable[[str], None],
) -> None:
    """Put a head in the archive, read back; `key`: its identifier and its PEM."""
    key_id, public = key
    _keep(archive, f"{KEYS}{key_id}", public.encode(), "pem")
    files = (head.signature, head.token, head.certificate.encode(), head.chain.encode())
    for part, content in zip(_PARTS, (*files, head.content), strict=True):
        pause(f"log.head.{part}.put")
        _keep(archive, f"{HEADS}{size:012d}", content, part)


def read_log(archive: Archive) -> KeptLog:
    """Everything of the log that the archive holds, every byte hashed. Raises Unavailable."""
    problems: list[str] = []
    segments = [
        content
        for key in archive.list(SEGMENTS)
        if (content := _read(archive, key, problems)) is not None
    ]
    heads: dict[str, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
    for key in archive.list(HEADS):
        found = _HEAD.fullmatch(key)
        content = _read(archive, key, problems)
        if found is not None and content is not None:
            heads[found["size"]][found["part"]].append(content)
    read = [
        _head(parts, size, content, problems)
        for size, parts in sorted(heads.items())
        for content in parts["json"]
    ]
    return KeptLog(tuple(segments), tuple(read), tuple(problems))


def last_head_size(archive: Archive) -> int:
    """The size of the largest head that the archive holds; 0 without any."""
    found = map(_HEAD.fullmatch, archive.list(HEADS))
    return max((int(one["size"]) for one in found if one and one["part"] == "json"), default=0)


def keep_accesses(archive: Archive, day: date, content: bytes) -> str:
    """Put lines of the office's journal in the archive, read back; their key."""
    return _keep(archive, f"{ACCESSES}{day.isoformat()}", content, "ndjson")


def _keep(archive: Archive, name: str, content: bytes, extension: str) -> str:
    digest = sha256_of(content)
    stored = archive.put(f"{name}.{digest}.{extension}", content, digest)
    archive.read_back(stored)
    return stored.key


def _read(archive: Archive, key: str, problems: list[str]) -> bytes | None:
    try:
        return archive.get(key)
    except Broken as error:
        problems.append(error.explain())
        return None


def _head(
    parts: dict[str, list[bytes]], size: str, content: bytes, problems: list[str]
) -> KeptHead:
    """The head; two of one size share their other parts, and the checks tell them apart."""
    problems += [
        f"Tête d’arbre à {int(size)} lignes : il lui manque « {part} »."
        for part in _PARTS[:-1]
        if not parts[part]
    ]
    found = [next(iter(parts[part]), b"") for part in _PARTS[:-1]]
    signature, token, certificate, chain = found
    return KeptHead(
        content, signature, token, certificate.decode(errors="replace"),
        chain.decode(errors="replace"),
    )  # fmt: skip
