"""A dossier outside docgen: taken out as plain files, checked as bytes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docgen import journal
from docgen.archive.dossier import fetch, read_manifest
from docgen.archive.manifest import Entry, Manifest, parse_manifest
from docgen.archive.store import Archive, sha256_of
from docgen.errors import Broken, NotFound, Refused, Unavailable

MANIFEST_NAME = "manifeste.json"
SUMS_NAME = "SHA256SUMS"
_READ_ME_NAME = "LISEZMOI.txt"


def check_dossier(read: Callable[[str], bytes], manifest: bytes) -> tuple[str, ...]:
    """What is wrong with a dossier, in French; empty when every byte is the one committed.

    `read` gives the bytes under an object's key, and raises NotFound or Broken. The journal must
    hold as a chain and end where the manifest says.
    """
    try:
        known = parse_manifest(manifest)
    except Broken as error:
        return (error.explain(),)
    return tuple(problem for entry in known.objects for problem in _check(read, known, entry))


def check_files(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What is wrong with an exported dossier: its sums, its manifest, its objects, its journal.

    `files` are its plain files by name. One more or one less than the sums announce is a problem.
    """
    if MANIFEST_NAME not in files or SUMS_NAME not in files:
        missing = [name for name in (MANIFEST_NAME, SUMS_NAME) if name not in files]
        return tuple(f"{name} : le fichier manque." for name in missing)
    problems = tuple(_check_sums(files))
    try:
        manifest = parse_manifest(files[MANIFEST_NAME])
    except Broken as error:
        return (*problems, error.explain())
    names = {entry.stored.key: file_name(entry) for entry in manifest.objects}

    def read(key: str) -> bytes:
        if names[key] not in files:
            raise NotFound("Le fichier", names[key])
        return files[names[key]]

    return tuple(dict.fromkeys((*problems, *check_dossier(read, files[MANIFEST_NAME]))))


def file_name(entry: Entry) -> str:
    """The plain name of an object outside the archive (`dossier-de-preuve.pdf`)."""
    return f"{entry.role}.{entry.extension}"


def export(archive: Archive, manifest_key: str, folder: Path) -> tuple[str, ...]:
    """Write a dossier as plain files into `folder`, whole or not at all; returns their names.

    `sha256sum -c SHA256SUMS` accepts them. Raises NotFound, Broken, Unavailable, and Refused when
    `folder` is there with something in it.
    """
    dossier = fetch(archive, manifest_key)
    manifest = read_manifest(archive, manifest_key)
    entries = zip(manifest.objects, dossier.items, strict=True)
    files = {file_name(entry): item.content for entry, item in entries}
    files[MANIFEST_NAME] = manifest.to_bytes()
    files[_READ_ME_NAME] = _read_me(manifest).encode()
    files[SUMS_NAME] = _sums(files)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"« {folder} » existe déjà et n’est pas un dossier vide.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".docgen-") as unfinished:
            whole = Path(unfinished) / "dossier"
            whole.mkdir()
            for name, content in files.items():
                (whole / name).write_bytes(content)
            whole.replace(folder)
    except OSError as error:
        raise Unavailable(
            f"Le dossier n’a pas pu être écrit dans {folder} ({error.strerror}).",
            "Vérifiez la place et les droits.",
        ) from error
    return tuple(files)


def _check(read: Callable[[str], bytes], manifest: Manifest, entry: Entry) -> Iterator[str]:
    name = file_name(entry)
    try:
        content = read(entry.stored.key)
    except NotFound:
        yield f"{name} : le fichier manque."
        return
    except Broken as error:
        yield f"{name} : {error.explain()}"
        return
    if len(content) != entry.stored.size:
        yield f"{name} : {len(content)} octets, au lieu de {entry.stored.size}."
    if sha256_of(content) != entry.stored.sha256:
        yield f"{name} : le contenu a été modifié (son empreinte n’est pas celle du manifeste)."
    elif entry.role == "journal":
        yield from _check_journal(manifest, content)


def _check_journal(manifest: Manifest, content: bytes) -> Iterator[str]:
    problems = journal.verify(content)
    yield from problems
    if not problems:
        events = json.loads(content)["events"]
        if (len(events), events[-1]["hash"]) != (manifest.journal_length, manifest.journal_head):
            yield "Le journal ne s’arrête pas où le manifeste le dit : il a été remplacé."


def _sums(files: Mapping[str, bytes]) -> bytes:
    named = sorted((name, content) for name, content in files.items() if name != SUMS_NAME)
    return "".join(f"{sha256_of(content)}  {name}\n" for name, content in named).encode(
        errors="surrogateescape"
    )


def _check_sums(files: Mapping[str, bytes]) -> Iterator[str]:
    """Compare SHA256SUMS with the files, both ways, to the byte."""
    raw = files[SUMS_NAME]
    if raw == _sums(files):
        return
    announced: dict[str, str] = {}
    for line in raw.decode(errors="replace").split("\n")[:-1]:
        digest, _, name = line.partition("  ")
        announced[name] = digest
        if name and name not in files:
            yield f"{name} : le fichier manque, alors que {SUMS_NAME} l’annonce."
        elif sha256_of(files.get(name, b"")) != digest:
            yield f"{name} : le contenu n’est pas celui qu’annonce {SUMS_NAME}."
    for name in files:
        if name not in announced and name != SUMS_NAME:
            yield f"{name} : ce fichier n’est pas annoncé par {SUMS_NAME}."
    yield f"{SUMS_NAME} n’est pas la liste exacte des fichiers du dossier."


def _read_me(manifest: Manifest) -> str:
    pdfs = [file_name(entry) for entry in manifest.objects if entry.extension == "pdf"]
    listed = "\n".join(f"    pdfsig {name}" for name in pdfs)
    return f"""\
Dossier {manifest.reference}, sorti de l’archive.

Ce dossier se vérifie sans docgen, avec des outils libres :

1. Les fichiers sont-ils intacts ?
    sha256sum -c {SUMS_NAME}
   Chaque ligne doit finir par « OK » (ou « Réussi »).

2. Les signatures sont-elles valables ?
{listed}
   L’accord porte {len(manifest.signatures)} signatures, dont la dernière est le cachet de clôture
   de l’organisation ; pdfsig doit dire de chacune « Signature is Valid ». Il nomme ensuite
   l’horodatage d’archive (Horodatage_cloture) sans savoir le contrôler.
   « Certificate issuer is unknown » signifie que l’autorité de l’organisation
   n’est pas installée sur votre ordinateur, non que la signature est fausse.

3. Le journal a-t-il toutes ses lignes ?
   {MANIFEST_NAME} donne leur nombre ({manifest.journal_length}) et l’empreinte de la dernière.
"""
