"""Publish a Word template: checked, slimmed, tried on its examples, then numbered for good.

Agreements already issued are never touched: they cite the version they were made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from docgen import agreements
from docgen.actions import summary
from docgen.actions.paper import boxes_of, word
from docgen.actions.ports import Ports
from docgen.actions.template import current
from docgen.agreements.base import Agreement
from docgen.documents.compare import seen_difference
from docgen.documents.lint import check
from docgen.documents.making import libreoffice_version
from docgen.documents.pages import locate
from docgen.documents.slim import slim
from docgen.errors import Broken, Finding, InvalidData, NotFound, Refused
from docgen.french import FILTERS, PARIS
from docgen.journal import canonical
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

EXAMPLES = ("full.yaml", "minimal.yaml")


@dataclass(frozen=True)
class Published:
    """What became of a template. `again`: these bytes are the version in use already.

    `kept_whole` says which page slimming would have changed, so that it was left out; sizes are in
    bytes.
    """

    kind: str
    version: int
    sha256: str
    again: bool
    warnings: tuple[str, ...]
    kept_whole: str
    size_given: int
    size: int
    office: str


def publish(
    ports: Ports,
    slug: str,
    content: bytes,
    now: datetime,
    by: str,
    *,
    note: str = "",
    examples: Path | None = None,
    told: Callable[[str], None] = lambda _step: None,
    replaces: str = "",
    account: str | None = None,
) -> Published:
    """Make `content` the next version of a kind's template; `told` hears each step begin.

    `examples` is the folder of full.yaml and minimal.yaml, that of the kind by default.
    `replaces`: the version that must still be in use (« pmsmp@3 »), when the changes from it were
    looked at; `account`: who publishes in the office, None at the command line. Raises InvalidData
    (every error of the check, or an example that can't be printed), NotFound (kind, examples) or
    Refused (somebody publishes this kind at the same moment, or did meanwhile).
    """
    kind = agreements.get(slug)
    with ports.database.exclusive(f"publier-{slug}") as mine:
        if not mine:
            raise Refused(f"Une autre publication du modèle {slug} est en cours.")
        if replaces and (in_use := current(ports, slug).name) != replaces:
            raise Refused(
                f"Le modèle qui sert est maintenant {in_use}, et les changements montrés partaient "
                f"de {replaces}. Essayez de nouveau ce fichier."
            )
        told("Contrôle du modèle")
        flaws = check(content, kind.model, FILTERS) + summary.flaws(ports.templates / slug, kind)
        if errors := [flaw.finding() for flaw in flaws if flaw.level == "error"]:
            raise InvalidData(errors, f"modèle {slug}")
        told("Allègement")
        light = slim(content)
        if known := _in_use(ports, slug, content, light):
            return known
        kept_whole = _try(ports, content, light, examples_of(ports, slug, examples, now), now, told)
        told("Enregistrement")
        chosen = content if kept_whole else light
        warnings = tuple(flaw.sentence() for flaw in flaws)
        row = _recorded(ports, slug, content, chosen, now, by, note, warnings, account)
        return _answer(row, len(content), len(chosen), kept_whole)


def _in_use(ports: Ports, slug: str, content: bytes, light: bytes) -> Published | None:
    """The latest version, when these bytes made it; an older one may be published anew."""
    digests = {_sha256(content), _sha256(light)}
    with ports.database.read() as session:
        row = queries.latest_template(session, slug)
        if row is None or not digests & {row.sha256, row.source_sha256}:
            return None
        size = len(queries.content(session, row.sha256))
    return _answer(row, len(content), size, "", again=True)


def _answer(
    row: tables.TemplateVersion, given: int, size: int, kept_whole: str, *, again: bool = False
) -> Published:
    return Published(
        kind=row.kind,
        version=row.number,
        sha256=row.sha256,
        again=again,
        warnings=tuple(json.loads(row.warnings)),
        kept_whole=kept_whole,
        size_given=given,
        size=size,
        office=row.office,
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def examples_of(
    ports: Ports, slug: str, folder: Path | None, now: datetime
) -> Mapping[str, Agreement]:
    """The agreements that the template is tried on. Raises NotFound or InvalidData."""
    places = [place for place in (folder, ports.templates / slug) if place]
    found: dict[str, Agreement] = {}
    for name in EXAMPLES:
        path = next((place / name for place in places if (place / name).is_file()), None)
        if path is None:
            raise NotFound("L’exemple", str(ports.templates / slug / name))
        found[name] = agreements.parse(path.read_bytes(), now.astimezone(PARIS).date(), str(path))
    return found


def _try(
    ports: Ports,
    content: bytes,
    light: bytes,
    examples: Mapping[str, Agreement],
    now: datetime,
    told: Callable[[str], None],
) -> str:
    """Print each example from both files; where they differ, empty when they do not."""
    on = now.astimezone(PARIS).date()
    for name, agreement in examples.items():
        told(f"Essai sur {name}")
        summary.summaries(ports.templates, agreement, "ESSAI-0000-0000", on)
        before = printed(ports, content, agreement, name, on)
        after = printed(ports, light, agreement, name, on)
        if difference := seen_difference(before, after):
            return f"{difference} ({name})"
    return ""


def printed(ports: Ports, content: bytes, agreement: Agreement, name: str, on: date) -> bytes:
    """The PDF of an example, each signature box found in it."""
    try:
        pdf = ports.to_pdf(word(agreement, content, "ESSAI-0000-0000", on))
        locate(pdf, list(boxes_of(agreement)))
    except Broken as error:
        # Here the template is what was given: its author can mend it.
        raise InvalidData([Finding("essai", "error", "", error.explain())], name) from error
    return pdf


def _recorded(
    ports: Ports,
    slug: str,
    content: bytes,
    chosen: bytes,
    now: datetime,
    by: str,
    note: str,
    warnings: Sequence[str],
    account: str | None,
) -> tables.TemplateVersion:
    office = libreoffice_version()
    with ports.database.write() as session:
        latest = queries.latest_template(session, slug)
        row = tables.TemplateVersion(
            kind=slug,
            number=latest.number + 1 if latest else 1,
            sha256=queries.keep(session, chosen, now),
            source_sha256=_sha256(content),
            published_at=now,
            published_by=by,
            note=note,
            warnings=canonical(list(warnings)).decode(),
            office=office,
        )
        session.add(row)
        facts = {"number": row.number, "sha256": row.sha256}
        queries.note(session, OfficeAct.PUBLISHED, now, account, slug, facts)
    return row
