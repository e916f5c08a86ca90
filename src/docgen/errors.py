"""Every way docgen says no, in five families.

    DocgenError
    ├ InvalidData    the sender can mend it         exit 2   HTTP 422   never retried
    ├ NotFound       no such thing                  exit 3   HTTP 404   never retried
    ├ Refused        a rule says no                 exit 4   HTTP 409   never retried
    ├ Broken         our fault                      exit 5   HTTP 500   never retried
    └ Unavailable    the world did not answer       exit 6   HTTP 503   the only one retried

An error carries its facts as attributes and explains itself in one French sentence. Exit codes and
HTTP statuses are given at the doors (`cli`, `web`), never here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One thing a rule has to say of some data.

    `field` is a dotted path (`beneficiaire.nom`), empty for the whole file; `line` its line in the
    file, counted from 1, when it is known; `allowed` a value that would pass, or None.
    """

    rule: str
    level: Level
    field: str
    message: str
    source: str = ""
    allowed: str | int | None = None
    line: int | None = None

    def sentence(self) -> str:
        """The finding for a person, on one line."""
        place = self.field or "fichier"
        if self.line:
            place += f" (ligne {self.line})"
        allowed = f" Valeur admise : {self.allowed}." if self.allowed is not None else ""
        source = f" [{self.rule}, {self.source}]" if self.source else f" [{self.rule}]"
        return f"{place} : {self.message}{allowed}{source}"


class DocgenError(Exception):
    """Root of the tree; never raised itself."""

    @property
    def family(self) -> str:
        """The name of its family, whatever its own class."""
        return next(one.__name__ for one in type(self).__mro__ if DocgenError in one.__bases__)

    def explain(self) -> str:
        """One French sentence for a person."""
        return str(self)


class InvalidData(DocgenError):
    """The data can't be taken; `findings` says where, why, and what would be."""

    def __init__(self, findings: Sequence[Finding], name: str = "") -> None:
        self.findings = tuple(findings)
        self.name = name
        super().__init__(self.explain())

    def explain(self) -> str:
        head = f"{self.name} : " if self.name else ""
        return head + " ; ".join(finding.sentence() for finding in self.findings)


class NotFound(DocgenError):
    """There is no such thing; `what` is its kind in French, with its article."""

    def __init__(self, what: str, name: str) -> None:
        self.what = what
        self.name = name
        super().__init__(self.explain())

    def explain(self) -> str:
        return f"{self.what} « {self.name} » est introuvable."


class Refused(DocgenError):
    """A rule says no to a well-formed request: wrong status, dead link, spent code."""


class Broken(DocgenError):
    """Our fault, or bytes that are not what they should be."""


class Unavailable(DocgenError):
    """Something outside did not answer; `remedy` says how to mend it."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(self.explain())

    def explain(self) -> str:
        return f"{self.what} {self.remedy}".strip()
