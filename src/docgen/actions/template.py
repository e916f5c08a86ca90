"""Which Word template makes an agreement: the latest published version, else the folder's file."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docgen import agreements
from docgen.actions.ports import Ports
from docgen.errors import NotFound
from docgen.records import queries

FROM_FOLDER = "fichier"
_VERSION = re.compile(rf"([a-z_]+)@(\d+|{FROM_FOLDER})")


@dataclass(frozen=True)
class Template:
    """A template's bytes, and its version; `number` is None for the folder's file."""

    kind: str
    number: int | None
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """« pmsmp@3 », or the kind alone."""
        return self.kind if self.number is None else f"{self.kind}@{self.number}"


@dataclass(frozen=True)
class Listed:
    """A version in the list of a person; `version` is a number, or « fichier »."""

    kind: str
    version: int | str
    current: bool
    sha256: str
    published_at: datetime | None
    published_by: str
    note: str
    warnings: list[str]
    office: str
    agreements: int


def template_of(templates: Path, slug: str) -> bytes:
    """The Word file of a kind in the templates folder. Raises NotFound."""
    path = templates / slug / "template.docx"
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound("Le modèle Word", str(path)) from error


def current(ports: Ports, slug: str) -> Template:
    """What an agreement issued now is made from. Raises NotFound or Broken (altered database)."""
    with ports.database.read() as session:
        if row := queries.latest_template(session, slug):
            return Template(slug, row.number, queries.content(session, row.sha256))
    return Template(slug, None, template_of(ports.templates, slug))


def published(ports: Ports, version: str) -> Template:
    """The version that « pmsmp@3 » names; « pmsmp@fichier » is the folder's. Raises NotFound."""
    named = _VERSION.fullmatch(version)
    if named is None:
        raise NotFound("La version de modèle", version)
    kind = agreements.get(named.group(1)).slug
    if named.group(2) == FROM_FOLDER:
        return Template(kind, None, template_of(ports.templates, kind))
    number = int(named.group(2))
    with ports.database.read() as session:
        row = queries.template_version(session, kind, number)
        return Template(kind, number, queries.content(session, row.sha256))


def is_version(name: str) -> bool:
    """Tell « pmsmp@3 » from the name of a file."""
    return _VERSION.fullmatch(name) is not None


def versions(ports: Ports, slug: str | None = None) -> list[Listed]:
    """Every version, by kind, the latest first; then the folder's file, in use when it is alone."""
    listed: list[Listed] = []
    with ports.database.read() as session:
        uses = queries.template_uses(session)
        for kind in [agreements.get(slug).slug] if slug else agreements.KINDS:
            rows = queries.template_versions(session, kind)
            listed += [
                Listed(
                    kind=kind,
                    version=row.number,
                    current=row is rows[0],
                    sha256=row.sha256,
                    published_at=row.published_at,
                    published_by=row.published_by,
                    note=row.note,
                    warnings=json.loads(row.warnings),
                    office=row.office,
                    agreements=uses.get((kind, row.number), 0),
                )
                for row in rows
            ]
            file = Template(kind, None, template_of(ports.templates, kind))
            listed.append(
                Listed(
                    kind=kind,
                    version=FROM_FOLDER,
                    current=not rows,
                    sha256=file.sha256,
                    published_at=None,
                    published_by="",
                    note="",
                    warnings=[],
                    office="",
                    agreements=uses.get((kind, None), 0),
                )
            )
    return listed
