"""What a bag proves besides the dossier it holds: who gave it, and its place in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from docgen.archive import bag
from docgen.archive.check import MANIFEST_NAME
from docgen.archive.manifest import parse_manifest
from docgen.errors import Broken
from docgen.french import horodatage
from docgen.journal.checking import check_inclusion
from docgen.journal.log import parse_head, parse_inclusion
from docgen.signing.roots import Roots
from docgen.signing.statement import (
    Statement,
    certificate_in,
    check_statement,
    is_issued_by,
    is_signed,
    public_key,
)

_NEEDED = (
    bag.TAGS, bag.SIGNATURE, bag.MANIFEST, bag.HEAD, bag.HEAD_SIGNATURE, bag.HEAD_TOKEN,
    bag.INCLUSION, bag.CHAIN, bag.LOG_CERTIFICATE, bag.BAG_CERTIFICATE, bag.LOG_KEY, bag.BAG_KEY,
)  # fmt: skip


def dossier_in(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The dossier of a bag, under the names of an exported one."""
    found = {
        name.removeprefix(bag.PAYLOAD): content
        for name, content in files.items()
        if name.startswith(bag.PAYLOAD)
    }
    return found | ({MANIFEST_NAME: files[bag.MANIFEST]} if bag.MANIFEST in files else {})


def check_bag(files: Mapping[str, bytes], roots: Roots) -> tuple[list[str], list[str]]:
    """(what holds, what does not) of a bag's form, objects, signature and proofs, in French."""
    problems = list(bag.check_form(files))
    missing = [name for name in _NEEDED if name not in files]
    if missing:
        return [], [*problems, *(f"{name} : le fichier manque." for name in missing)]
    problems += bag.check_objects(files)
    problems += _given(files, roots)
    logged, faults = _logged(files, roots)
    problems += faults
    if problems:
        return [], problems
    return ["Enveloppe BagIt : empreintes, signature de l’organisation.", logged], []


def _given(files: Mapping[str, bytes], roots: Roots) -> list[str]:
    """Whether the organisation signed the list of this bag's files."""
    try:
        text = files[bag.BAG_CERTIFICATE].decode()
        certificate, public = certificate_in(text), public_key(text).encode()
    except ValueError:
        return [f"{bag.BAG_CERTIFICATE} : ce n’est pas un certificat."]
    problems = []
    if public != files[bag.BAG_KEY]:
        problems.append(f"{bag.BAG_KEY} : ce n’est pas la clé de {bag.BAG_CERTIFICATE}.")
    if not is_signed(files[bag.TAGS], files[bag.SIGNATURE], certificate):
        problems.append(f"{bag.SIGNATURE} : ce n’est pas la signature de {bag.TAGS}.")
    if not is_issued_by(certificate, roots):
        problems.append("Cette enveloppe est signée sous une autorité que cette installation "
                        "n’admet pas.")  # fmt: skip
    return problems


def _logged(files: Mapping[str, bytes], roots: Roots) -> tuple[str, list[str]]:
    """Where the dossier is in the log, and what is wrong with the proofs of it."""
    try:
        head = parse_head(files[bag.HEAD])
        proof = parse_inclusion(files[bag.INCLUSION])
        manifest = parse_manifest(files[bag.MANIFEST])
    except ValueError:
        return "", ["Les preuves de cette enveloppe n’ont pas la forme attendue."]
    except Broken as error:
        return "", [error.explain()]
    problems = list(check_inclusion(proof, head))
    digest = hashlib.sha256(files[bag.MANIFEST]).hexdigest()
    facts = proof.line.facts
    if (proof.line.dossier, facts.get("manifest_sha256")) != (manifest.dossier_id, digest):
        problems.append("La ligne du journal d’archive n’est pas celle de ce dossier.")
    statement = Statement(
        files[bag.HEAD],
        files[bag.HEAD_SIGNATURE],
        files[bag.HEAD_TOKEN],
        files[bag.LOG_CERTIFICATE].decode(errors="replace"),
        files[bag.CHAIN].decode(errors="replace"),
        "",
    )
    stated = check_statement(statement, roots, head.key)
    problems += [f"Tête d’arbre : {one}" for one in stated.problems]
    try:
        public = public_key(statement.certificate).encode()
    except ValueError:
        public = b""
    if public != files[bag.LOG_KEY]:
        problems.append(f"{bag.LOG_KEY} : ce n’est pas la clé de {bag.LOG_CERTIFICATE}.")
    when = f", signé et horodaté {horodatage(stated.at)}" if stated.at else ""
    return f"Au journal d’archive : ligne {proof.line.n} sur {head.size}{when}.", problems
