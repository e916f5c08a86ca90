"""The plain summary is frozen with the document: what a signer was shown is found, unchanged."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.desk import SigningDesk
from docgen.actions.issue import issue
from docgen.actions.ports import Ports
from docgen.actions.publish import publish
from docgen.actions.status import status
from docgen.actions.template import template_of
from docgen.cli.played_signer import links
from docgen.errors import Broken, InvalidData, NotFound
from docgen.journal import EventType
from docgen.records import queries, tables
from docgen.settings import Settings
from tests import samples
from tests.databases import on_sqlite
from tests.samples import NOW, PMSMP, changed
from tests.sealed import Sealed

pytestmark = pytest.mark.slow


def own_templates(ports: Ports, folder: Path) -> Ports:
    """The same ports over a copy of the templates, which a test may spoil."""
    shutil.copytree(ports.templates, folder / "conventions")
    return dataclasses.replace(ports, templates=folder / "conventions")


def seen_by(ports: Ports, settings: Settings, address: str) -> dict[str, str]:
    """What the signer of that address reads above the pages."""
    desk = SigningDesk(ports)
    token = next(link for to, _, link in links(settings.home / "mail") if to == address)
    session = desk.enter(token.rpartition("/")[2], NOW + timedelta(hours=1), "127.0.0.1", "test")
    return dict(desk.ceremony(session, NOW + timedelta(hours=1)).resume)


@on_sqlite
def test_each_signer_reads_the_text_whose_hash_the_journal_holds(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    own = own_templates(ports, tmp_path)
    reference = issue(own, samples.agreement(PMSMP), NOW).reference or ""
    # The author goes on writing: what was frozen stays.
    (own.templates / "pmsmp" / "summary.md").write_text("## Autre", encoding="utf-8")
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        events = queries.events(session, row.id)
    (held,) = [one.data["summaries"] for one in events if one.type is EventType.FROZEN]
    assert set(held) == {"beneficiaire", "entreprise", "organisation"}
    person = seen_by(own, settings, "fatou@example.org")
    company = seen_by(own, settings, "gerant@dupont.example.org")
    assert "C’est vous." in person["fr"]
    assert "Accueillir la personne" in company["fr"]
    assert "You keep your status." in person["en"]
    for role, texts in (("beneficiaire", person), ("entreprise", company)):
        hashes = {one: hashlib.sha256(text.encode()).hexdigest() for one, text in texts.items()}
        assert hashes == held[role]


def test_the_archive_keeps_what_each_signer_was_shown(sealed: Sealed) -> None:
    with sealed.ports.database.read() as session:
        row = queries.agreement_by_reference(session, sealed.reference)
        events = queries.events(session, row.id)
        ranks = {signer.rank: signer.role for signer in row.signers}
    held = next(one.data["summaries"] for one in events if one.type is EventType.FROZEN)
    files = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in sealed.files.items()
        if name.startswith("resume-")
    }
    assert files == {
        f"resume-{rank}-{language}.md": digest
        for rank, role in ranks.items()
        for language, digest in held[role].items()
    }


@on_sqlite
def test_a_summary_changed_in_the_database_is_not_shown(ports: Ports, settings: Settings) -> None:
    issue(ports, samples.agreement(PMSMP), NOW)
    shown = seen_by(ports, settings, "fatou@example.org")["fr"]
    digest = hashlib.sha256(shown.encode()).hexdigest()
    with ports.database.write() as session:
        blob = session.get(tables.Blob, digest)
        assert blob is not None
        blob.content = b"## Signez"
    with pytest.raises(Broken, match="base alt\u00e9r\u00e9e"):
        seen_by(ports, settings, "fatou@example.org")


@on_sqlite
def test_a_name_of_signs_is_words_in_the_summary(ports: Ports, settings: Settings) -> None:
    data = changed(PMSMP, entreprise__raison_sociale="# **Dupont** [x](y) & Fils")
    issue(ports, samples.agreement(data), NOW)
    shown = seen_by(ports, settings, "fatou@example.org")["fr"]
    assert "\\# \\*\\*Dupont\\*\\* \\[x\\]\\(y\\) \\& Fils" in shown


@on_sqlite
def test_a_summary_that_cannot_be_filled_takes_no_number(ports: Ports, tmp_path: Path) -> None:
    own = own_templates(ports, tmp_path)
    (own.templates / "pmsmp" / "summary.md").write_text("{{ inconnu }}", encoding="utf-8")
    with pytest.raises(Broken, match=r"summary\.md, ligne 1"):
        issue(own, samples.agreement(PMSMP), NOW)
    assert status(own) == []


@on_sqlite
def test_templates_without_summaries_still_make_agreements(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    own = own_templates(ports, tmp_path)
    for path in (own.templates / "pmsmp").glob("summary*.md"):
        path.unlink()
    issue(own, samples.agreement(PMSMP), NOW)
    assert seen_by(own, settings, "fatou@example.org") == {}


@on_sqlite
def test_a_template_is_not_published_beside_a_summary_with_a_fault(
    ports: Ports, tmp_path: Path
) -> None:
    own = own_templates(ports, tmp_path)
    (own.templates / "pmsmp" / "summary.md").write_text("{{ inconnu }}", encoding="utf-8")
    with pytest.raises(InvalidData, match="inconnu"):
        publish(own, "pmsmp", template_of(own.templates, "pmsmp"), NOW, "essai")
    with ports.database.read() as session, pytest.raises(NotFound):
        queries.template_version(session, "pmsmp", 1)
