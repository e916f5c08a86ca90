"""The verdict on a document: what was checked, what does not hold, and its plain shape for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from docgen.actions.examination import Facts
from docgen.actions.paper import CLOSING_FIELD
from docgen.signing.report import Report

SCHEMA = "docgen.verify/1"
# What this installation's records say of the very bytes: the document as it stands, an earlier
# state of it, its evidence file, one signer's attestation, the scan of what was signed on paper,
# another file under a number it knows, or nothing.
Standing = Literal["current", "earlier", "evidence", "attestation", "scan", "altered", "unknown"]
Kind = Literal["pdf", "dossier", "bag", "folder"]

SIMPLE = (
    "Signature électronique simple (règlement eIDAS), à preuve renforcée : le cachet est celui de "
    "l’organisation, posé sur l’accord du signataire ; ce n’est ni une signature avancée ni une "
    "signature qualifiée. Un cadre qui dit « à la main » ou « chez un prestataire » vaut ce qu’il "
    "dit."
)
SEAL_ONLY = (
    "Cachet de l’organisation seul : il atteste ce qu’elle dit dans ce document, il n’est la "
    "signature de personne."
)
UNSIGNED = "Aucune signature électronique."
SCAN = (
    "Numérisation d’un papier signé à la main : une image, et non une signature électronique. "
    "L’original est le papier, que l’organisation garde."
)
FOREIGN = (
    "Niveau inconnu : signé sous une autorité que cette installation n’admet pas, et dont elle ne "
    "peut rien attester."
)
NOT_ESTABLISHED = "Niveau non établi : ce document n’est pas intact, ou pas complet."


@dataclass(frozen=True)
class Verdict:
    """What was checked, in French, and every problem found.

    `facts` are those of the signed PDF, None when there is none to read; `standing` is what the
    records say of it; `level` says what its signatures are worth, in one sentence.
    """

    path: str
    kind: Kind
    reference: str
    facts: Facts | None
    standing: Standing
    level: str
    checked: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.problems

    @property
    def signatures(self) -> Report | None:
        return self.facts.report if self.facts else None


def level_of(facts: Facts, problems: Sequence[str]) -> str:
    """What the signatures are worth, said honestly; `problems` are those of the whole verdict."""
    found = facts.report.signatures
    if not found:
        return NOT_ESTABLISHED if facts.report.unreadable or not facts.marks.readable else UNSIGNED
    if not any(one.trusted for one in found):
        return FOREIGN
    if problems:
        return NOT_ESTABLISHED
    if seal_only(facts):
        return SEAL_ONLY
    return f"{SIMPLE} Format : PAdES {found[-1].level}."


def seal_only(facts: Facts) -> bool:
    """Whether the organisation alone sealed it: an evidence file, a signer's attestation."""
    return [one.field for one in facts.report.signatures] == [CLOSING_FIELD]


def told(facts: Facts) -> tuple[str, ...]:
    """What holds in a PDF whose signatures have no problem."""
    report = facts.report
    count = len(report.signatures)
    if facts.problems or not count:
        return ()
    sources = {one.timestamp_source for one in report.signatures} - {""}
    here = "internes" if sources == {"internal"} else "d’une autorité extérieure"
    if len(sources) > 1:
        here = "internes et d’une autorité extérieure"
    passed = all(one.ades and one.ades.indication == "PASSED" for one in report.signatures)
    ades = "PASSED" if passed else "INDETERMINATE (voir chaque signature)"
    head = f"{count} signature{'s' if count > 1 else ''}"
    lines = [
        (
            f"{head} : contenu intact, fichier couvert en entier, horodatages {here} valables, "
            f"AdES {ades}."
        )
    ]
    if facts.marks.pdfa:
        lines.append(f"Se déclare PDF/A-{facts.marks.pdfa.lower()} (marque lue, non éprouvée ici).")
    return tuple(lines)


def plain(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The answer of `docgen verify --json` (docs/verification.md): keys are never taken away.

    Instants are ISO 8601 in UTC, hashes hexadecimal SHA-256, sizes bytes.
    """
    several = len(verdicts) > 1
    return {
        "schema": SCHEMA,
        "sound": all(verdict.sound for verdict in verdicts),
        "problems": [
            f"{verdict.path} : {problem}" if several else problem
            for verdict in verdicts
            for problem in verdict.problems
        ],
        "documents": [_plain(verdict) for verdict in verdicts],
    }


def _plain(verdict: Verdict) -> dict[str, Any]:
    facts, report = verdict.facts, verdict.signatures
    return {
        "path": verdict.path,
        "kind": verdict.kind,
        "sound": verdict.sound,
        "reference": verdict.reference,
        "standing": verdict.standing,
        "level": verdict.level,
        "sha256": facts.sha256 if facts else None,
        "size": facts.size if facts else None,
        "pages": facts.marks.pages if facts else None,
        "pdfa": facts.marks.pdfa if facts else None,
        "covers_file": report.covers_file if report else None,
        "signatures": [_instants(asdict(one)) for one in report.signatures] if report else [],
        "timestamps": [_instants(asdict(one)) for one in report.timestamps] if report else [],
        "empty_fields": list(report.empty) if report else [],
        "checked": list(verdict.checked),
        "reserves": list(report.reserves) if report else [],
        "problems": list(verdict.problems),
    }


def _instants(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in one.items()
    }
