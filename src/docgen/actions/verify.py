"""Check a document, a dossier or an agreement: bytes, journal, signatures, timestamps, level.

A PDF alone is judged by what it holds: a signature field left empty means an earlier revision. When
this installation knows the agreement, its recorded hash settles what PAdES can't see (bytes flipped
in the padding of a signature, a whole revision cut off).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from docgen import journal
from docgen.actions.evidence import JOURNAL_NAME
from docgen.actions.paper import CLOSING_FIELD, DATA_NAME
from docgen.actions.ports import Ports
from docgen.actions.renew_timestamps import document_hashes
from docgen.actions.seal import sealed_fields
from docgen.actions.signer_attestation import ROLE as ATTESTATION_ROLE
from docgen.archive.check import MANIFEST_NAME, check_dossier, check_folder, exported
from docgen.archive.check import export as export_objects
from docgen.archive.manifest import Manifest, parse_manifest
from docgen.documents.finish import attachments
from docgen.errors import Broken, DocgenError, NotFound, Refused, Unavailable
from docgen.journal import EventType
from docgen.records import queries, tables
from docgen.signing.verify import Report


@dataclass(frozen=True)
class Verdict:
    """What was checked, in French, and every problem found."""

    path: str
    reference: str
    signatures: Report | None
    checked: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.problems


def verify(ports: Ports, path: str, now: datetime) -> Verdict:
    """Check a PDF file, an exported dossier's folder, or an agreement by its number.

    Raises NotFound when there is nothing of that name.
    """
    place = Path(path)
    if place.is_dir():
        return _verify_folder(ports, place, now)
    if place.is_file():
        return _verify_pdf(ports, path, _content(place), now)
    return _verify_kept(ports, path, now)


def export(ports: Ports, reference: str, to: Path) -> Path:
    """Take an archived dossier out as plain files, in a new folder of `to`.

    Raises NotFound, Refused (not archived yet, folder there already), Broken or Unavailable.
    """
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    if row.manifest_key is None:
        raise Refused(
            f"{reference} n’est pas encore archivé (statut : {row.state.label}) : rien à sortir."
        )
    folder = to / reference
    export_objects(ports.archive, row.manifest_key, folder)
    return folder


# --- one PDF


def _verify_pdf(ports: Ports, path: str, pdf: bytes, now: datetime) -> Verdict:
    """Judge a PDF by what it holds, then by what this installation recorded of it."""
    held = _attachments(pdf)
    digest = hashlib.sha256(pdf).hexdigest()
    checked: list[str] = []
    problems: list[str] = []
    expected = None
    reference = _reference_in(held)
    if JOURNAL_NAME in held:
        expected = [CLOSING_FIELD]
        problems += journal.verify(held[JOURNAL_NAME])
        checked.append("Journal joint : chaîne contrôlée.")
    row = _known(ports, reference)
    if row is not None and JOURNAL_NAME not in held:
        stands, faults = _against_record(ports, row, digest)
        checked += stands
        problems += faults
        if digest in document_hashes(ports, row):
            with ports.database.read() as session:
                expected = sealed_fields(queries.events(session, row.id))
    elif JOURNAL_NAME not in held:
        checked.append(
            "Cette installation ne connaît pas ce document : jugé sur ce qu’il contient seulement."
        )
    report = ports.sealer.verify(pdf, expected, now)
    return Verdict(
        path,
        reference,
        report,
        (f"Empreinte SHA-256 : {digest}", *checked, *_told(report)),
        (*problems, *report.problems),
    )


def _against_record(
    ports: Ports, row: tables.Agreement, digest: str
) -> tuple[list[str], list[str]]:
    """What the recorded hashes say of a PDF that carries this agreement's number."""
    if digest in document_hashes(ports, row):
        return [f"Identique au document gardé pour {row.reference}."], []
    with ports.database.read() as session:
        revisions = queries.revisions(session, row.id)
    for revision in revisions:
        if revision.sha256 == digest:
            return [], [
                (
                    f"C’est une version antérieure de {row.reference} (révision {revision.number} "
                    f"sur {revisions[-1].number}) : des signatures y manquent."
                )
            ]
    return [], [
        (
            f"Ce fichier porte le numéro {row.reference} mais n’est aucune des versions "
            "enregistrées : il a été modifié ou refait."
        )
    ]


def _told(report: Report) -> tuple[str, ...]:
    count = len(report.signatures)
    if report.problems or not count:
        return ()
    return (
        (
            f"{count} signature{'s' if count > 1 else ''} : contenu intact, fichier couvert en "
            "entier, horodatages valables."
        ),
    )


# --- a dossier


def _verify_folder(ports: Ports, folder: Path, now: datetime) -> Verdict:
    """An exported dossier: sums, manifest, journal, both PDFs, and how they agree."""
    problems = list(check_folder(folder))
    try:
        raw = _content(folder / MANIFEST_NAME)
        manifest = parse_manifest(raw)
    except DocgenError as error:
        return Verdict(str(folder), "", None, (), (*problems, error.explain()))
    found = _Dossier(manifest, {})
    read = exported(folder, raw)
    for entry in manifest.objects:
        try:
            found.files[entry.role] = read(entry.stored.key)
        except DocgenError:
            continue  # already named by check_folder
    return _verify_dossier(ports, str(folder), found, problems, now)


def _verify_kept(ports: Ports, reference: str, now: datetime) -> Verdict:
    """An agreement of this installation: the archived dossier, or the document as it stands."""
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        events = queries.events(session, row.id)
        if row.manifest_key is None and row.current_sha256 is None:
            raise Refused(f"{reference} n’a pas encore de document.")
        standing = None
        if row.manifest_key is None and row.current_sha256 is not None:
            standing = queries.content(session, row.current_sha256)
    chain = journal.verify(journal.export(row.id, events))
    if standing is not None:
        verdict = _verify_pdf(ports, reference, standing, now)
        if not sealed_fields(events):
            verdict = replace(verdict, checked=(*verdict.checked, "Personne n’a encore signé."))
        return replace(verdict, problems=(*chain, *verdict.problems))
    problems = list(chain)
    try:
        raw = ports.archive.get(row.manifest_key or "")
        manifest = parse_manifest(raw)
    except (NotFound, Broken) as error:
        return Verdict(reference, reference, None, (), (*problems, error.explain()))
    archived = next((e for e in reversed(events) if e.type is EventType.ARCHIVED), None)
    if archived is None or archived.data["manifest_sha256"] != hashlib.sha256(raw).hexdigest():
        problems.append("Le manifeste archivé n’est pas celui que le journal a enregistré.")
    problems += check_dossier(ports.archive.get, raw)
    found = _Dossier(manifest, {})
    for entry in manifest.objects:
        try:
            found.files[entry.role] = ports.archive.get(entry.stored)
        except (NotFound, Broken):
            continue  # already named by check_dossier
    kept = found.files.get("journal")
    here = journal.export(row.id, events[: manifest.journal_length])
    if kept is not None and kept != here:
        problems.append("Le journal archivé n’est pas le début du journal de cette installation.")
    return _verify_dossier(ports, reference, found, problems, now)


@dataclass(frozen=True)
class _Dossier:
    """A manifest, and the bytes found for its roles."""

    manifest: Manifest
    files: dict[str, bytes]


def _verify_dossier(
    ports: Ports, path: str, dossier: _Dossier, problems: list[str], now: datetime
) -> Verdict:
    manifest = dossier.manifest
    checked = [f"{len(dossier.files)} fichiers : empreintes et tailles, journal."]
    report = None
    signed = dossier.files.get("convention-signee")
    if signed is not None:
        report = ports.sealer.verify(signed, [s.field for s in manifest.signatures], now)
        problems += report.problems
        checked += _told(report)
        if _reference_in(_attachments(signed)) != manifest.reference:
            problems.append("Le PDF signé ne porte pas le numéro que dit le manifeste.")
        row = _known(ports, manifest.reference)
        if row is not None and hashlib.sha256(signed).hexdigest() not in document_hashes(
            ports, row
        ):
            problems.append(
                f"Cette installation a gardé un autre document sous le numéro {manifest.reference}."
            )
    evidence = dossier.files.get("dossier-de-preuve")
    if evidence is not None:
        proof = ports.sealer.verify(evidence, [CLOSING_FIELD], now)
        problems += (f"Dossier de preuve : {problem}" for problem in proof.problems)
        problems += _compare_journals(_attachments(evidence), dossier.files.get("journal"))
        if not proof.problems:
            checked.append("Dossier de preuve : cachet et horodatage valables.")
    for role, pdf in dossier.files.items():
        if role.startswith(ATTESTATION_ROLE):
            own = ports.sealer.verify(pdf, [CLOSING_FIELD], now)
            problems += (f"{role} : {problem}" for problem in own.problems)
    return Verdict(path, manifest.reference, report, tuple(checked), tuple(problems))


def _compare_journals(held: dict[str, bytes], kept: bytes | None) -> list[str]:
    """The journal attached to the evidence must be the beginning of the archived one."""
    if kept is None:
        return []
    try:
        whole = json.loads(kept)["events"]
        begun = json.loads(held.get(JOURNAL_NAME, b"{}"))["events"]
    except (ValueError, KeyError, TypeError):
        return ["Dossier de preuve : le journal joint manque ou ne se lit pas."]
    if not begun or whole[: len(begun)] != begun:
        return ["Dossier de preuve : le journal joint n’est pas le début du journal archivé."]
    return []


# --- reading


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("Le fichier", str(path)) from error
    except OSError as error:
        raise Unavailable(f"« {path} » ne peut pas être lu ({error.strerror}).") from error


def _attachments(pdf: bytes) -> dict[str, bytes]:
    try:
        return dict(attachments(pdf))
    except DocgenError:
        return {}


def _reference_in(held: Mapping[str, bytes]) -> str:
    """The number that the attached data says; empty when there is none."""
    try:
        data = json.loads(held.get(DATA_NAME, b"{}"))
        return str(data.get("reference", "")) if isinstance(data, dict) else ""
    except (ValueError, RecursionError):
        return ""


def _known(ports: Ports, reference: str) -> tables.Agreement | None:
    if not reference:
        return None
    with ports.database.read() as session:
        return next(iter(queries.agreements(session, reference=reference)), None)
