"""Take archived dossiers out: as plain files, or as bags that standard tools check alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from docgen.actions.logged import Proof, proof_of
from docgen.actions.ports import Ports
from docgen.actions.publish_head import kept_head
from docgen.actions.records_say import still_there
from docgen.actions.tree_head import ensure_head, pin
from docgen.archive.bag import Bag, Keys, bag_of
from docgen.archive.check import export as export_files
from docgen.archive.dossier import fetch_with_manifest
from docgen.errors import NotFound, Refused, Unavailable
from docgen.records import queries, tables
from docgen.signing.statement import organisation_of, pem, public_key


def export(ports: Ports, reference: str, to: Path) -> Path:
    """Take an archived dossier out as plain files, in a new folder of `to`.

    Raises NotFound, Refused (not archived yet, folder there already), Broken or Unavailable.
    """
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    still_there(row)
    if row.manifest_key is None:
        raise Refused(
            f"{reference} n’est pas encore archivé (statut : {row.state.label}) : rien à sortir."
        )
    folder = to / reference
    export_files(ports.archive, row.manifest_key, folder)
    return folder


def bag(ports: Ports, reference: str, now: datetime) -> Bag:
    """The bag of an agreement. Two bags of one dossier are the same bytes.

    A dossier archived since the last tree head has one signed for it. Raises NotFound, Refused (not
    archived yet), Broken or Unavailable.
    """
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    still_there(row)
    if row.manifest_key is None:
        raise Refused(
            f"{reference} n’est pas encore archivé (statut : {row.state.label}) : rien à sortir."
        )
    proof = _proof(ports, row, now)
    manifest, dossier = fetch_with_manifest(ports.archive, row.manifest_key)
    head = kept_head(proof.head)
    keys = ports.sealer.keys
    own = pem(keys.seal.certificate)
    return bag_of(
        manifest,
        dossier,
        head,
        proof.inclusion,
        Keys((head.certificate, public_key(head.certificate)), (own, public_key(own))),
        organisation_of(keys.authority.certificate),
        keys.seal.sign,
    )


def write(pieces: Iterable[bytes], name: str, to: Path) -> Path:
    """Write a file of `to` that is not there yet, whole or not at all.

    Raises Refused or Unavailable, and what `pieces` raises.
    """
    place = to / name
    if place.exists():
        raise Refused(f"« {place} » existe déjà.")
    try:
        to.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=to, prefix=".docgen-") as draft:
            for piece in pieces:
                draft.write(piece)
            draft.flush()
            os.fsync(draft.fileno())
            os.link(draft.name, place)
            place.chmod(0o644)
    except FileExistsError as error:
        raise Refused(f"« {place} » existe déjà.") from error
    except OSError as error:
        raise Unavailable(
            f"{place} n’a pas pu être écrit ({error.strerror}).", "Vérifiez la place et les droits."
        ) from error
    return place


def _proof(ports: Ports, row: tables.Agreement, now: datetime) -> Proof:
    found = _known(ports, row)
    if found is None:
        pin(ports, now)
        ensure_head(ports, now)
        found = _known(ports, row)
    if found is None:
        raise Unavailable(
            f"La tête d’arbre qui doit couvrir {row.reference} est en train d’être signée.",
            "Recommencez dans un instant.",
        )
    return found


def _known(ports: Ports, row: tables.Agreement) -> Proof | None:
    with ports.database.read() as session:
        try:
            return proof_of(session, row.id, (row.manifest_key or "").rsplit(".", 2)[1])
        except NotFound:
            return None
