"""A dossier as somebody hands it over: a file, a folder or a zip, read within limits.

Nothing is written, no link is followed, nothing that is not a plain file is opened: a folder may
hold a pipe that never ends, a zip may claim to unfold into gigabytes.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from docgen.errors import Broken, NotFound, Unavailable

MOST_BYTES = 50 * 1024 * 1024
MOST_FILES = 60
MOST_ENTRIES = 2000
# What desktops leave in folders and zips.
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
_CLEAR = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What a bag has and a dossier has not: files in folders, named with these letters alone.
BAG_MARK = "bagit.txt"
_IN_BAG = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*/){0,2}[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


@dataclass(frozen=True)
class Taken:
    """The plain files by their names, and what could not be taken, in French."""

    files: dict[str, bytes]
    problems: tuple[str, ...] = ()


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a plain file. Raises NotFound, Broken (not plain, too large) or Unavailable."""
    try:
        # Without waiting: opening a pipe that nobody writes to would last for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Broken(f"« {path.name} » n’est pas un fichier ordinaire.")
            content = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound("Le fichier", path.name) from error
    except IsADirectoryError as error:
        raise Broken(f"« {path.name} » est un dossier, et non un fichier.") from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"« {path.name} » ne peut pas être lu ({error}).") from error
    if len(content) > most:
        raise Broken(f"« {path.name} » dépasse {most // 1024**2} Mo : il n’est pas contrôlé.")
    return content


def entries(folder: Path) -> Iterator[Path]:
    """What a folder holds, in order of name, without litter. Raises Broken (too much)."""
    try:
        with os.scandir(folder) as found:
            names = []
            for entry in found:
                names.append(entry.name)
                if len(names) > MOST_ENTRIES:
                    raise Broken(f"« {folder.name} » contient plus de {MOST_ENTRIES} fichiers.")
    except OSError as error:
        raise Unavailable(f"« {folder.name} » ne peut pas être lu ({error.strerror}).") from error
    for name in sorted(names):
        if name not in _LITTER:
            yield folder / name


def read_folder(folder: Path) -> Taken:
    """The files of a dossier's folder; links and folders inside it are problems.

    Raises Broken (too many files) or Unavailable.
    """
    files: dict[str, bytes] = {}
    problems: list[str] = []
    for path in entries(folder):
        if path.is_symlink():
            problems.append(f"{path.name} : c’est un lien vers un autre fichier ; il n’est pas lu.")
            continue
        _room(files, folder.name)
        try:
            files[path.name] = read_file(path)
        except (Broken, NotFound) as error:
            problems.append(f"{path.name} : {error.explain()}")
    return Taken(files, tuple(problems))


def read_bag(folder: Path) -> Taken:
    """The files of a bag's folder by their names in it (`data/journal.json`).

    Links, strange names and folders within folders are problems. Raises Broken (too many files) or
    Unavailable.
    """
    files: dict[str, bytes] = {}
    problems: list[str] = []
    waiting = [folder]
    while waiting:
        for path in entries(waiting.pop()):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                problems.append(f"{name} : c’est un lien vers un autre fichier ; il n’est pas lu.")
            elif path.is_dir() and name.count("/") < 2 and path.name != "__pycache__":
                waiting.append(path)
            elif path.name != "__pycache__":
                _room(files, folder.name)
                if _IN_BAG.fullmatch(name) is None:
                    problems.append(f"« {name[:80]} » : ce nom n’est pas celui d’une enveloppe.")
                    continue
                try:
                    files[name] = read_file(path)
                except (Broken, NotFound) as error:
                    problems.append(f"{name} : {error.explain()}")
    return Taken(files, tuple(problems))


def is_zip(content: bytes) -> bool:
    """True for bytes that begin as a zip does."""
    return content[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def read_zip(content: bytes, most: int = MOST_BYTES) -> Taken:
    """The files of a zipped dossier or bag, at its root or in its one folder; `most` bytes in all.

    Raises Broken: no zip, a password, too many files, more than `most` once unfolded.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _unfold(archive, most)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        OverflowError,
    ) as error:
        raise Broken("Ce fichier zip est abîmé, coupé, ou fait d’une façon inconnue.") from error


def _unfold(archive: zipfile.ZipFile, most: int) -> Taken:
    listed = [one for one in archive.infolist() if not one.is_dir() and not _litter(one.filename)]
    if any(one.flag_bits & 1 for one in listed):
        raise Broken("Ce fichier zip est protégé par un mot de passe.")
    if len(listed) > MOST_FILES:
        raise Broken(f"Ce fichier zip contient plus de {MOST_FILES} fichiers.")
    tops = {PurePosixPath(one.filename).parts[:1] for one in listed if "/" in one.filename}
    nested = len(tops) == 1 and all("/" in one.filename for one in listed)
    names = [one.filename.split("/", 1)[1] if nested else one.filename for one in listed]
    in_folders = BAG_MARK in names
    files: dict[str, bytes] = {}
    problems: list[str] = []
    room = most
    for one, name in zip(listed, names, strict=True):
        if in_folders and _IN_BAG.fullmatch(name) is None:
            problems.append(f"« {name[:80]} » : ce nom n’est pas celui d’une enveloppe.")
        elif ("/" in name and not in_folders) or "\\" in name or name in {"", "..", "."}:
            problems.append(f"« {name[:80]} » : dans un sous-dossier du zip ; il n’est pas lu.")
        elif stat.S_ISLNK(one.external_attr >> 16):
            problems.append(f"{name} : c’est un lien vers un autre fichier ; il n’est pas lu.")
        elif name in files:
            problems.append(f"{name} : ce nom paraît deux fois dans le zip.")
        elif one.compress_type not in _CLEAR:
            problems.append(f"{name} : comprimé d’une façon que docgen ne lit pas.")
        else:
            with archive.open(one) as file:
                files[name] = file.read(room + 1)
            room -= len(files[name])
            if room < 0:
                raise Broken(f"Déplié, ce fichier zip dépasse {most // 1024**2} Mo.")
    return Taken(files, tuple(problems))


def _litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in _LITTER


def _room(files: dict[str, bytes], name: str) -> None:
    if len(files) >= MOST_FILES:
        raise Broken(
            f"« {name} » contient plus de {MOST_FILES} fichiers : ce n’est pas un dossier."
        )
    if sum(map(len, files.values())) > 2 * MOST_BYTES:
        raise Broken(f"« {name} » dépasse {2 * MOST_BYTES // 1024**2} Mo.")
