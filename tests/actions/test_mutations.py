"""One byte changed anywhere: each time a verdict, each time a problem, never an exception.

The files are small and really sealed, so that a thousand of each take less than a minute; nothing
is on record, which leaves the verifier only what the files hold. What the records add is tried on
the agreement that `tests/sealed.py` makes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from docgen import journal
from docgen.actions.examination import Facts, examine
from docgen.actions.paper import CLOSING_FIELD
from docgen.actions.ports import Ports
from docgen.actions.records_say import recorded
from docgen.actions.verify import Verifier
from docgen.archive.check import export
from docgen.archive.dossier import Dossier, Item, Signature, deposit
from docgen.archive.folder import FolderArchive
from docgen.archive.intake import Taken
from docgen.documents.finish import Field, File, finish
from docgen.journal import EventType
from docgen.signing.roots import roots_of
from tests.samples import NOW
from tests.sealed import Sealed

pytestmark = pytest.mark.slow

FIELD = "Signature_1_essai"
ID = "essai"
QUICK, FULL = 60, 1000


@dataclass(frozen=True)
class Small:
    """A sealed page and the dossier of it, as its files' bytes."""

    verifier: Verifier
    pdf: bytes
    files: dict[str, bytes]


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """An empty database; one is enough, since nothing is found in it."""
    (tmp_path / "docgen.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path / 'docgen.sqlite3'}"


@pytest.fixture
def small(ports: Ports, tmp_path: Path) -> Small:
    sealer = ports.sealer
    pdf = sealer.seal(_page("donnees.json", b'{"reference":"ESSAI-2026-0001"}', FIELD), FIELD,
                      ("Signé",), "Essai", NOW).pdf  # fmt: skip
    first = journal.follow(ID, None, EventType.REGISTERED, NOW, "officer", {"n": 1})
    exported = journal.export(ID, [first])
    proof = sealer.close(_page("journal.json", exported, CLOSING_FIELD), CLOSING_FIELD,
                         ("Clos",), "Essai", NOW).pdf  # fmt: skip
    archive = FolderArchive(tmp_path / "archive")
    archive.check()
    dossier = Dossier(
        dossier_id=ID,
        kind="essai",
        reference="ESSAI-2026-0001",
        template_name="essai",
        template_sha256="0" * 64,
        start=NOW.date(),
        end=NOW.date(),
        signatures=(Signature("essai", FIELD, NOW, "B-T"),),
        journal_head=first.hash,
        journal_length=1,
        created_at=NOW,
        app_version="0",
        items=(
            Item("convention-signee", "pdf", "application/pdf", pdf),
            Item("dossier-de-preuve", "pdf", "application/pdf", proof),
            Item("journal", "json", "application/json", exported),
            Item("donnees", "json", "application/json", b"{}"),
        ),
    )
    folder = tmp_path / "dossier"
    export(archive, deposit(archive, dossier).manifest_key, folder)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return Small(_verifier(ports), pdf, files)


def _page(name: str, data: bytes, field: str) -> bytes:
    with pikepdf.new() as page:
        page.add_blank_page(page_size=(300, 300))
        page.docinfo["/CreationDate"] = "D:20261102090000Z"
        out = io.BytesIO()
        page.save(out)
    box = Field(field, 0, (20, 20, 220, 78), "Essai")
    return finish(out.getvalue(), NOW, [File(name, data, "Essai")], [box])


def _verifier(ports: Ports) -> Verifier:
    roots = roots_of(ports.sealer)
    known: dict[tuple[bytes, tuple[str, ...] | None], Facts] = {}

    def read(pdf: bytes, expected: Sequence[str] | None) -> Facts:
        key = (pdf, None if expected is None else tuple(expected))
        if key not in known:
            known[key] = examine(pdf, expected, roots, NOW + dt.timedelta(hours=1))
        return known[key]

    return Verifier(ports, read)


def mutations(content: bytes, count: int) -> Iterator[tuple[int, bytes]]:
    """(place, bytes) with one byte changed, spread over the whole file, the same at each run."""
    chance = random.Random(count)
    for number in range(count):
        place = min(len(content) - 1, int((number + chance.random()) * len(content) / count))
        changed = bytearray(content)
        changed[place] ^= chance.randrange(1, 256)
        yield place, bytes(changed)


def _unseen_in_pdf(small: Small, count: int) -> list[int]:
    return [
        place
        for place, pdf in mutations(small.pdf, count)
        if small.verifier.pdf("essai.pdf", pdf).sound
    ]


def _unseen_in_dossier(small: Small, count: int) -> list[tuple[str, int]]:
    assert len(small.files) == 7
    return [
        (name, place)
        for name, content in small.files.items()
        for place, changed in mutations(content, -(-count // len(small.files)))
        if small.verifier.dossier("essai", Taken({**small.files, name: changed})).sound
    ]


def test_the_files_are_sound_before_they_are_changed(small: Small) -> None:
    assert small.verifier.pdf("essai.pdf", small.pdf).problems == ()
    assert small.verifier.dossier("essai", Taken(small.files)).problems == ()


def test_a_byte_changed_in_a_pdf_is_seen(small: Small) -> None:
    assert _unseen_in_pdf(small, QUICK) == []


def test_a_byte_changed_in_a_dossier_is_seen(small: Small) -> None:
    assert _unseen_in_dossier(small, QUICK) == []


def test_a_thousand_bytes_changed_in_a_pdf_are_seen(small: Small) -> None:
    assert _unseen_in_pdf(small, FULL) == []


def test_a_thousand_bytes_changed_in_a_dossier_are_seen(small: Small) -> None:
    assert _unseen_in_dossier(small, FULL) == []


def test_a_file_too_many_or_too_few_in_a_dossier_is_named(small: Small) -> None:
    more = {**small.files, "avenant.pdf": small.pdf}
    verdict = small.verifier.dossier("essai", Taken(more))
    assert any("avenant.pdf" in problem for problem in verdict.problems)
    for name in small.files:
        less = {other: content for other, content in small.files.items() if other != name}
        verdict = small.verifier.dossier("essai", Taken(less))
        assert any(name in problem for problem in verdict.problems), verdict.problems


def test_no_changed_byte_of_the_revocation_list_makes_the_check_fail(small: Small) -> None:
    """Nothing reads it before it is needed, and it is the last stream before the list of lists."""
    proof = small.files["dossier-de-preuve.pdf"]
    start = proof.rindex(b"\nstream\n", 0, proof.index(b"/CRLs")) + len(b"\nstream\n")
    for place, content in mutations(proof[start : start + QUICK], 2 * QUICK):
        verdict = small.verifier.pdf("preuve.pdf", proof[:start] + content + proof[start + QUICK :])
        assert verdict.problems, start + place


def test_no_changed_byte_is_ever_taken_for_the_file_on_record(sealed: Sealed) -> None:
    """The hash in the journal: a thousand changed files, and none is the one that was kept."""
    for place, pdf in mutations(sealed.closed, FULL):
        digest = hashlib.sha256(pdf).hexdigest()
        assert recorded(sealed.ports, digest) is None, place
    for _, pdf in mutations(sealed.closed, 10):
        verdict = sealed.verifier().pdf("convention.pdf", pdf)
        assert verdict.problems
        assert verdict.standing in {"altered", "unknown"}
