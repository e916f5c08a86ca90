"""The parts of a dossier, and whether they agree with each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docgen.actions.examination import Facts
from docgen.actions.on_paper import ROLE as SCAN_ROLE
from docgen.actions.paper import CLOSING_FIELD
from docgen.actions.signer_attestation import ROLE as ATTESTATION_ROLE
from docgen.actions.verdict import SCAN, told
from docgen.archive.check import MANIFEST_NAME, check_dossier, file_name
from docgen.archive.manifest import Manifest, parse_manifest
from docgen.archive.store import Archive
from docgen.errors import Broken, NotFound
from docgen.french import pluriel

_EVIDENCE = "Dossier de preuve : "


@dataclass(frozen=True)
class Dossier:
    """A manifest, and the bytes found for its roles."""

    manifest: Manifest
    files: dict[str, bytes]


def in_files(files: Mapping[str, bytes]) -> Dossier | str:
    """The dossier of these plain files; a sentence when its manifest can't be read."""
    if MANIFEST_NAME not in files:
        return f"Ce n’est pas un dossier exporté : {MANIFEST_NAME} manque."
    try:
        manifest = parse_manifest(files[MANIFEST_NAME])
    except Broken as error:
        return error.explain()
    there = {
        entry.role: files[file_name(entry)]
        for entry in manifest.objects
        if file_name(entry) in files
    }
    return Dossier(manifest, there)


def in_archive(
    archive: Archive, key: str, manifest_sha256: str
) -> tuple[Dossier | None, list[str]]:
    """The dossier that the store holds, and what is wrong with it, hash by hash."""
    try:
        raw = archive.get(key)
        manifest = parse_manifest(raw)
    except (NotFound, Broken) as error:
        return None, [error.explain()]
    held: dict[str, bytes] = {}

    def read(key: str) -> bytes:
        # Once from the store: what is checked is what is then examined.
        held[key] = archive.get(key)
        return held[key]

    problems = list(check_dossier(read, raw))
    if hashlib.sha256(raw).hexdigest() != manifest_sha256:
        problems.append("Le manifeste archivé n’est pas celui que le journal a enregistré.")
    # What could not be read is already named by check_dossier.
    there = {e.role: held[e.stored.key] for e in manifest.objects if e.stored.key in held}
    return Dossier(manifest, there), problems


def compare(
    dossier: Dossier, examine: Callable[[bytes, Sequence[str] | None], Facts]
) -> tuple[Facts | None, list[str], list[str]]:
    """(facts of the signed PDF, what holds, what does not) of a dossier's PDFs and journal."""
    manifest = dossier.manifest
    checked = [f"{len(dossier.files)} fichiers : empreintes et tailles, journal."]
    problems: list[str] = []
    facts = None
    signed = dossier.files.get("convention-signee")
    if signed is not None:
        facts = examine(signed, [one.field for one in manifest.signatures])
        problems += facts.problems
        checked += told(facts)
        if facts.marks.readable and facts.reference != manifest.reference:
            problems.append("Le PDF signé ne porte pas le numéro que dit le manifeste.")
    evidence = dossier.files.get("dossier-de-preuve")
    if evidence is not None:
        proof = examine(evidence, [CLOSING_FIELD])
        faults = [f"{_EVIDENCE}{problem}" for problem in proof.problems]
        faults += _compare_journals(proof.journal, dossier.files.get("journal"))
        problems += faults
        if not faults:
            checked.append(f"{_EVIDENCE}cachet et horodatage valables.")
    for role, content in dossier.files.items():
        if role.startswith(SCAN_ROLE):
            scan = examine(content, ())
            problems += [f"{role} : {problem}" for problem in scan.problems]
            if not scan.problems:
                pages = pluriel(scan.marks.pages, "page", "pages")
                checked.append(f"{role} : {pages}. {SCAN}")
        if role.startswith(ATTESTATION_ROLE):
            attested = examine(content, [CLOSING_FIELD])
            problems += [f"{role} : {problem}" for problem in attested.problems]
            if not attested.problems:
                checked.append(f"{role} : cachet et horodatage valables.")
    return facts, checked, problems


def agreement_in(exported: str) -> str:
    """The identifier of the agreement that an exported journal is about; empty when it has none."""
    found = _parsed(exported)
    return str(found.get("agreement", ""))


def _compare_journals(held: str, kept: bytes | None) -> list[str]:
    """The journal attached to the evidence must be the beginning of the archived one."""
    if kept is None:
        return []
    whole = _parsed(kept).get("events")
    begun = _parsed(held).get("events")
    if not isinstance(whole, list) or not isinstance(begun, list):
        return [f"{_EVIDENCE}le journal joint manque ou ne se lit pas."]
    if not begun or whole[: len(begun)] != begun:
        return [f"{_EVIDENCE}le journal joint n’est pas le début du journal archivé."]
    return []


def _parsed(exported: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(exported or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
