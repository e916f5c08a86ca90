"""A Word template tried beside the one in use: what is wrong and on which page, what changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from docgen import agreements
from docgen.actions.paper import word
from docgen.actions.ports import Ports
from docgen.actions.publish import examples_of, printed, publish
from docgen.actions.template import FROM_FOLDER, published
from docgen.agreements.identity import plain
from docgen.documents.changes import changes
from docgen.documents.lint import Flaw, check
from docgen.documents.pages import page_count, page_texts
from docgen.errors import DocgenError, NotFound
from docgen.french import FILTERS, PARIS
from docgen.records import queries

EXAMPLE = "full.yaml"
NUMBER = "ESSAI-0000-0000"
# What tells a paragraph from the others in the words of a page.
LEAST, MOST = 5, 60
STEPS = 4
_NOT_OPENED = frozenset(
    {
        *("fichier-illisible", "fichier-autre-format", "fichier-chiffre", "fichier-trop-gros"),
        *("xml-illisible", "macros", "objet-incorpore", "contenu-importe", "lien-externe"),
    }
)


def try_template(
    ports: Ports, batch_id: str, content: bytes, now: datetime, told: Callable[[int, int], None]
) -> dict[str, Any]:
    """The report of a trial; its pages are kept beside it. `told` hears (steps done, all)."""
    with ports.database.read() as session:
        row = queries.template_trial(session, batch_id)
        slug, base = row.kind, row.base
    kind = agreements.get(slug)
    told(0, STEPS)
    flaws = check(content, kind.model, FILTERS)
    told(1, STEPS)
    # As it is, marks and all: each flaw is then seen where it stands. What can't be drawn is told.
    drawn = _drawn(lambda: ports.to_pdf(content)) if _may_be_drawn(flaws) else None
    errors = [one for one in flaws if one.level == "error"]
    before = after = None
    differences: list[dict[str, Any]] = []
    told(2, STEPS)
    if not errors:
        on = now.astimezone(PARIS).date()
        example = examples_of(ports, slug, None, now)[EXAMPLE]
        after = printed(ports, content, example, EXAMPLE, on)
        told(3, STEPS)
        # « pmsmp » alone is the file of the folder, before anything was published.
        in_use = published(ports, base if "@" in base else f"{base}@{FROM_FOLDER}").content
        before = _drawn(lambda: ports.to_pdf(word(example, in_use, NUMBER, on)))
        differences = [asdict(one) for one in changes(in_use, content)]
    told(4, STEPS)
    with ports.database.write() as session:
        kept = queries.template_trial(session, batch_id)
        kept.drawn, kept.before, kept.after = drawn, before, after
    return {
        "faults": [["", one.sentence(), ""] for one in errors],
        "more": 0,
        "flaws": _placed(flaws, drawn),
        "changes": differences,
        "pages": {
            "dessin": page_count(drawn) if drawn else 0,
            "avant": page_count(before) if before else 0,
            "apres": page_count(after) if after else 0,
        },
        "base": base,
    }


def publish_tried(
    ports: Ports, batch_id: str, content: bytes, account: str, now: datetime
) -> dict[str, Any]:
    """Publish what was tried, unless the version in use changed meanwhile (Refused)."""
    with ports.database.read() as session:
        row = queries.template_trial(session, batch_id)
        slug, base, note = row.kind, row.base, row.note
        by = queries.account(session, account).name
    done = publish(ports, slug, content, now, by, note=note, replaces=base, account=account)
    return {
        "version": f"{slug}@{done.version}",
        "again": done.again,
        "warnings": list(done.warnings),
        "kept_whole": done.kept_whole,
    }


def page_of(ports: Ports, batch_id: str, which: str) -> bytes:
    """The PDF of a trial: `dessin`, `avant` or `apres`. Raises NotFound."""
    with ports.database.read() as session:
        row = queries.template_trial(session, batch_id)
        pdf = {"dessin": row.drawn, "avant": row.before, "apres": row.after}.get(which)
    if pdf is None:
        raise NotFound("La page", "demandée")
    return pdf


def _may_be_drawn(flaws: Sequence[Flaw]) -> bool:
    """False for what is no Word document, or holds what must not be opened here."""
    return not any(one.rule in _NOT_OPENED for one in flaws)


def _drawn(make: Callable[[], bytes]) -> bytes | None:
    try:
        return make()
    except DocgenError:
        return None


def _placed(flaws: Sequence[Flaw], drawn: bytes | None) -> list[dict[str, Any]]:
    """Each flaw with the page (from 1) that shows its first words; 0 where none does."""
    pages = [plain(text) for text in page_texts(drawn)] if drawn else []
    return [{**asdict(one), "page": _page(one, pages)} for one in flaws]


def _page(one: Flaw, pages: Sequence[str]) -> int:
    words = plain(one.excerpt)[:MOST].rstrip()
    if len(words) < LEAST:
        return 0
    return next((number for number, text in enumerate(pages, 1) if words in text), 0)
