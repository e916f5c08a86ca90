"""The log of the installation: one line for each act of keeping, in the order they were done.

Every line is a leaf of a Merkle tree (`merkle`), and holds the hash of the line before. A *head*
says how many lines there were and their root; it is signed, timestamped and sent away each day, so
that nobody, not even who holds every key, can rewrite what came before without being seen.

Lines name no one: dossiers by their random identifier, acts by hashes and numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from docgen.journal import canonical, instant, to_milliseconds
from docgen.journal.merkle import leaf_hash

HEAD_SCHEMA = "docgen.tree-head/1"
PROOF_SCHEMA = "docgen.inclusion/1"
SEGMENT_LINES = 1000
NOTHING_BEFORE = "0" * 64
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class LineType(StrEnum):
    """What a line of the log may say."""

    INGEST = "ingest"
    RENEW = "renew-timestamp"
    JOURNAL = "journal"
    EXTEND = "extend"
    HOLD = "hold"
    RELEASE = "release"
    FIXITY = "fixity"
    REPAIR = "fixity-repair"
    EXPORT = "export"
    ACCESS = "access"
    ERASE = "erase"
    KEY = "key-rotate"
    DRILL = "restore-drill"


@dataclass(frozen=True)
class Line:
    """One line; `n` counts from 0, `at` is UTC to the millisecond, `dossier` empty for none.

    `facts` are texts, integers and lists of them. Hashes are hexadecimal SHA-256.
    """

    n: int
    at: datetime
    type: LineType
    dossier: str
    actor: str
    facts: Mapping[str, Any]
    previous: str

    def to_bytes(self) -> bytes:
        """The canonical line, without its end of line: what the leaf hashes."""
        return canonical(
            {
                "n": self.n,
                "t": instant(self.at),
                "type": self.type.value,
                "dossier": self.dossier,
                "actor": self.actor,
                "facts": dict(self.facts),
                "prev": self.previous,
            }
        )

    @property
    def leaf(self) -> bytes:
        return leaf_hash(self.to_bytes())

    @property
    def subject(self) -> str | None:
        return subject_of(self.type, self.facts)


def subject_of(type_: LineType, facts: Mapping[str, Any]) -> str | None:
    """What may be logged once in a dossier: a manifest, the end of a journal; None otherwise."""
    names = {
        LineType.INGEST: "manifest_sha256",
        LineType.RENEW: "manifest_sha256",
        LineType.JOURNAL: "head",
    }
    return str(facts[names[type_]]) if type_ in names else None


def following(
    last: Line | None,
    type_: LineType,
    at: datetime,
    actor: str,
    dossier: str,
    facts: Mapping[str, Any],
) -> Line:
    """The line that comes after `last` (None: the first of the log)."""
    number, previous = (last.n + 1, last.leaf.hex()) if last else (0, NOTHING_BEFORE)
    return Line(number, to_milliseconds(at), type_, dossier, actor, facts, previous)


def destroyed_in(lines: Sequence[Line]) -> frozenset[str]:
    """The dossiers that were destroyed in their time: nothing of them comes back."""
    return frozenset(
        line.dossier
        for line in lines
        if line.type is LineType.ERASE and "manifest_sha256" in line.facts
    )


def parse_line(content: bytes) -> Line:
    """The line written in `content`. Raises ValueError unless it is exactly one of ours."""
    try:
        data = json.loads(content)
        line = Line(
            n=data["n"],
            at=datetime.fromisoformat(data["t"]),
            type=LineType(data["type"]),
            dossier=data["dossier"],
            actor=data["actor"],
            facts=data["facts"],
            previous=data["prev"],
        )
        faithful = type(data["n"]) is int and line.to_bytes() == content
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeError) as error:
        raise ValueError("no line of the log") from error
    if not faithful:
        raise ValueError("not written as docgen writes it")
    return line


def segment(lines: Sequence[Line]) -> bytes:
    """Lines that follow each other, as the archive keeps them: one JSON a line."""
    return b"".join(line.to_bytes() + b"\n" for line in lines)


def parse_segment(content: bytes) -> tuple[Line, ...]:
    """The lines of a segment. Raises ValueError, also when they do not follow each other."""
    if not content.endswith(b"\n"):
        raise ValueError("cut off")
    lines = tuple(parse_line(one) for one in content[:-1].split(b"\n"))
    for before, line in pairwise(lines):
        if line.n != before.n + 1 or line.previous != before.leaf.hex():
            raise ValueError(f"line {line.n} does not follow")
    if lines[0].n == 0 and lines[0].previous != NOTHING_BEFORE:
        raise ValueError("line 0 has something before it")
    return lines


@dataclass(frozen=True)
class Head:
    """How far the log went at an instant, and its root: what is signed and published.

    `log_id` is the hash of the first leaf. `consistency` proves that this tree continues that of
    the head before, whose bytes have the SHA-256 `previous` (empty for the first head). `key` is
    the SHA-256 of the public key that signs (SubjectPublicKeyInfo, DER).
    """

    log_id: str
    size: int
    root: str
    at: datetime
    previous: str
    consistency: tuple[str, ...]
    key: str

    def __post_init__(self) -> None:
        digests = (self.log_id, self.root, self.key, *self.consistency)
        sound = (
            all(map(_DIGEST.fullmatch, digests))
            and (not self.previous or _DIGEST.fullmatch(self.previous))
            and self.size > 0
        )
        if not sound:
            raise ValueError("no tree head")

    def to_bytes(self) -> bytes:
        """Canonical JSON: what is signed and timestamped."""
        return canonical(
            {
                "schema": HEAD_SCHEMA,
                "log_id": self.log_id,
                "tree_size": self.size,
                "root": self.root,
                "t": instant(self.at),
                "prev_sth_sha256": self.previous,
                "consistency": list(self.consistency),
                "key": self.key,
            }
        )


def parse_head(content: bytes) -> Head:
    """The head written in `content`. Raises ValueError unless it is exactly one of ours."""
    try:
        data = json.loads(content)
        head = Head(
            log_id=data["log_id"],
            size=data["tree_size"],
            root=data["root"],
            at=datetime.fromisoformat(data["t"]),
            previous=data["prev_sth_sha256"],
            consistency=tuple(data["consistency"]),
            key=data["key"],
        )
        faithful = type(head.size) is int and head.to_bytes() == content
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeError) as error:
        raise ValueError("no tree head") from error
    if not faithful:
        raise ValueError("not written as docgen writes it")
    return head


@dataclass(frozen=True)
class Inclusion:
    """That a line is in the tree of a head: its exact bytes, and the path to the root."""

    line: Line
    size: int
    path: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """Canonical JSON; `leaf` is the line as a text: any reader hashes the same bytes."""
        return canonical(
            {
                "schema": PROOF_SCHEMA,
                "leaf": self.line.to_bytes().decode(),
                "leaf_hash": self.line.leaf.hex(),
                "index": self.line.n,
                "tree_size": self.size,
                "path": list(self.path),
            }
        )


def parse_inclusion(content: bytes) -> Inclusion:
    """The proof written in `content`. Raises ValueError unless it is exactly one of ours."""
    try:
        data = json.loads(content)
        made = Inclusion(parse_line(data["leaf"].encode()), data["tree_size"], tuple(data["path"]))
        faithful = (
            all(map(_DIGEST.fullmatch, made.path))
            and type(data["tree_size"]) is int
            and made.to_bytes() == content
        )
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeError) as error:
        raise ValueError("no proof of inclusion") from error
    if not faithful:
        raise ValueError("not written as docgen writes it")
    return made
