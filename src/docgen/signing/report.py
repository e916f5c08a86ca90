"""What the check of a signed PDF found: plain values, fit to pass between processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TimestampSource = Literal["internal", "outside", ""]
Coverage = Literal["file", "revision", "less"]
Indication = Literal["PASSED", "INDETERMINATE", "FAILED"]


@dataclass(frozen=True)
class Ades:
    """The engine's bottom line (cryptography and trust), then the standard's indication.

    The two may differ: `bottom_line` true and "INDETERMINATE" is a signature that holds today and
    can't be proved to have held in the past (`subindication` NO_POE). `procedure`: "time" for a
    document still open (clause 5.5), "lta" for a closed one (clause 5.6).
    """

    procedure: Literal["time", "lta"]
    bottom_line: bool
    indication: Indication
    subindication: str


@dataclass(frozen=True)
class SignatureCheck:
    """One signature found; `signed_at` is the instant of its timestamp, None without a valid one.

    `level` is "B-B", "B-T" or "B-LTA"; `sealed_by` and `timestamped_by` name the certificates.
    `coverage`: the "file" to its last byte, its own "revision", or "less". `timestamp_source`: our
    own authority ("internal"), one "outside", "" without a valid timestamp.
    """

    field: str
    level: str
    signed_at: datetime | None
    reason: str
    sealed_by: str
    timestamped_by: str
    timestamp_source: TimestampSource = ""
    coverage: Coverage = "less"
    intact: bool = False
    trusted: bool = False
    ades: Ades | None = None


@dataclass(frozen=True)
class ArchiveTimestamp:
    """A document timestamp: what keeps a closed document checkable once certificates expire."""

    field: str
    at: datetime | None
    authority: str
    source: TimestampSource
    coverage: Coverage
    intact: bool
    trusted: bool


@dataclass(frozen=True)
class Report:
    """Every problem found, in French; the signatures in the order they were made.

    `closed_at` is the instant of the last document timestamp, None when the document is not closed;
    `empty` names the signature fields left empty; `covers_file`: the newest signature or timestamp
    reaches the last byte. `reserves` is what is weaker than it should be, and says so itself;
    `time_until` the end of the last timestamp's certificate, before which another one must cover
    the file.
    """

    problems: tuple[str, ...]
    signatures: tuple[SignatureCheck, ...]
    closed_at: datetime | None = None
    timestamps: tuple[ArchiveTimestamp, ...] = ()
    empty: tuple[str, ...] = ()
    covers_file: bool = False
    unreadable: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()
    time_until: datetime | None = None
