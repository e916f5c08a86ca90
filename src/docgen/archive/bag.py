"""A dossier to take away: a BagIt 1.0 bag (RFC 8493) that standard tools check without docgen.

Payload in `data/`, proofs in `proof/`, one folder, one zip. Equal dossiers make equal bytes: order,
dates and rights are fixed, nothing is compressed. The signature of the tag manifest covers every
byte through the two manifests; itself, it is listed nowhere.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as packaged

from docgen.archive.check import check_dossier, file_name
from docgen.archive.dossier import Dossier
from docgen.archive.log_place import KeptHead
from docgen.archive.manifest import Manifest, parse_manifest
from docgen.errors import Broken, NotFound
from docgen.french import horodatage
from docgen.journal.log import Inclusion, parse_head

BAGIT = "bagit.txt"
TAGS = "tagmanifest-sha256.txt"
SIGNATURE = "proof/bag.sig"
MANIFEST = "proof/manifest.json"
HEAD = "proof/sth.json"
HEAD_SIGNATURE = "proof/sth.sig"
HEAD_TOKEN = "proof/sth.tsr"  # noqa: S105 - a timestamp
INCLUSION = "proof/inclusion.json"
CHAIN = "proof/tsa-chain.pem"
LOG_CERTIFICATE = "proof/keys/log.cert.pem"
BAG_CERTIFICATE = "proof/keys/bag.cert.pem"
LOG_KEY = "proof/keys/log.pem"
BAG_KEY = "proof/keys/bag.pem"
PAYLOAD = "data/"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_UNLISTED = frozenset({TAGS, SIGNATURE})
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Keys:
    """Two certificates and their public keys, in PEM: who signed the head, who signs the bag."""

    log: tuple[str, str]
    bag: tuple[str, str]


@dataclass(frozen=True)
class Bag:
    """The files of a bag by their names in it, and the manifest of what it holds."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """The bag's folder: the number of the agreement."""
        return self.manifest.reference

    def to_zip(self) -> bytes:
        """The whole bag as a zip, always the same bytes."""
        outlet = io.BytesIO()
        with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as made:
            for name, content in self.files.items():
                made.writestr(plain_entry(f"{self.name}/{name}"), content)
        return outlet.getvalue()


def plain_entry(name: str) -> zipfile.ZipInfo:
    """An entry of a zip whose bytes depend on nothing but its name and its content."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry


def bag_of(
    manifest: Manifest,
    dossier: Dossier,
    head: KeptHead,
    inclusion: Inclusion,
    keys: Keys,
    organisation: str,
    sign: Callable[[bytes], bytes],
) -> Bag:
    """The bag of a dossier; `sign` gives the seal's signature (ECDSA P-256, DER) of the bytes."""
    entries = zip(manifest.objects, dossier.items, strict=True)
    payload = {f"{PAYLOAD}{file_name(entry)}": item.content for entry, item in entries}
    tags = {
        BAGIT: _DECLARATION,
        "bag-info.txt": _info(manifest, payload, organisation),
        "VERIFIER.txt": _guide(manifest, head, inclusion, organisation),
        "verify.py": _verifier(),
        "manifest-sha256.txt": sums(payload, "sha256"),
        "manifest-sha512.txt": sums(payload, "sha512"),
        MANIFEST: manifest.to_bytes(),
        HEAD: head.content,
        HEAD_SIGNATURE: head.signature,
        HEAD_TOKEN: head.token,
        INCLUSION: inclusion.to_bytes(),
        CHAIN: head.chain.encode(),
        LOG_CERTIFICATE: keys.log[0].encode(),
        LOG_KEY: keys.log[1].encode(),
        BAG_CERTIFICATE: keys.bag[0].encode(),
        BAG_KEY: keys.bag[1].encode(),
    }
    listed = sums(tags, "sha256")
    return Bag(
        manifest,
        {**tags, TAGS: listed, SIGNATURE: sign(listed), **payload},
    )


def sums(files: Mapping[str, bytes], algorithm: str) -> bytes:
    """A manifest as `sha256sum -c` and BagIt both read it: digest, two spaces, name, in order."""
    return "".join(
        f"{hashlib.new(algorithm, files[name]).hexdigest()}  {name}\n" for name in sorted(files)
    ).encode()


def check_form(files: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong with the form of a bag: declaration, manifests, to the byte and both ways."""
    if files.get(BAGIT) != _DECLARATION:
        yield f"{BAGIT} : ce n’est pas une enveloppe BagIt 1.0."
    payload = {name: one for name, one in files.items() if name.startswith(PAYLOAD)}
    tags = {n: one for n, one in files.items() if n not in payload and n not in _UNLISTED}
    for name, algorithm, listed in (
        ("manifest-sha256.txt", "sha256", payload),
        ("manifest-sha512.txt", "sha512", payload),
        (TAGS, "sha256", tags),
    ):
        if name not in files:
            yield f"{name} : le fichier manque."
        elif files[name] != sums(listed, algorithm):
            yield from _named(name, files[name], listed, algorithm)


def check_objects(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What is wrong with the dossier of a bag: every object its manifest names, and no other."""
    try:
        manifest = parse_manifest(files[MANIFEST])
    except Broken as error:
        return (error.explain(),)
    names = {entry.stored.key: f"{PAYLOAD}{file_name(entry)}" for entry in manifest.objects}

    def read(key: str) -> bytes:
        if names[key] not in files:
            raise NotFound("Le fichier", names[key])
        return files[names[key]]

    strangers = [n for n in files if n.startswith(PAYLOAD) and n not in names.values()]
    return (
        *(f"{name} : le manifeste ne nomme pas ce fichier." for name in strangers),
        *check_dossier(read, files[MANIFEST]),
    )


def _named(name: str, raw: bytes, files: Mapping[str, bytes], algorithm: str) -> Iterator[str]:
    announced: dict[str, str] = {}
    for line in raw.decode(errors="replace").splitlines():
        digest, _, one = line.partition("  ")
        announced[one] = digest
    for one in sorted(announced.keys() | files.keys()):
        if one not in files:
            yield f"{one} : le fichier manque, alors que {name} l’annonce."
        elif one not in announced:
            yield f"{one} : ce fichier n’est pas annoncé par {name}."
        elif announced[one] != hashlib.new(algorithm, files[one]).hexdigest():
            yield f"{one} : le contenu n’est pas celui qu’annonce {name}."
    yield f"{name} n’est pas la liste exacte des fichiers."


def _info(manifest: Manifest, payload: Mapping[str, bytes], organisation: str) -> bytes:
    size = sum(map(len, payload.values()))
    facts: Iterable[tuple[str, str]] = (
        ("Source-Organization", organisation),
        ("External-Identifier", manifest.reference),
        ("Internal-Sender-Identifier", manifest.dossier_id),
        ("Bagging-Date", f"{manifest.created_at:%Y-%m-%d}"),
        ("Payload-Oxum", f"{size}.{len(payload)}"),
        ("Bag-Size", f"{max(size // 1000, 1)} kB"),
    )
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in facts).encode()


def _guide(manifest: Manifest, head: KeptHead, inclusion: Inclusion, organisation: str) -> bytes:
    text = (packaged("docgen.archive") / "takeaway" / "VERIFIER.txt").read_text("utf-8")
    return text.format(
        reference=manifest.reference,
        organisation=organisation,
        signatures=len(manifest.signatures),
        index=inclusion.line.n,
        size=inclusion.size,
        at=horodatage(parse_head(head.content).at),
    ).encode()


@cache
def _verifier() -> bytes:
    return (packaged("docgen.archive") / "takeaway" / "verify.py").read_bytes()
