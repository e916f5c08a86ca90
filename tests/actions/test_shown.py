"""The language of the page and the version of the plain summary, recorded with the act and told."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions.desk import SigningDesk
from docgen.actions.evidence_facts import signature_facts
from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.cli.played_signer import newest_code
from docgen.journal import Event, EventType
from docgen.settings import Settings
from tests.actions.test_ways import agreement, events
from tests.ceremonies import VISITOR, issued, sign_all, sit, tokens
from tests.databases import on_sqlite
from tests.samples import NOW, PMSMP

LATER = NOW + timedelta(hours=1)
PERSON = "fatou@example.org"


def signed_in(ports: Ports, settings: Settings, language: str) -> tuple[str, Event]:
    """(reference, the line of the journal) of a person who signed on a page of that language."""
    reference = issued(ports, PMSMP, NOW)
    post, desk = settings.home / "mail", SigningDesk(ports)
    secret = sit(ports, tokens(post)[PERSON], LATER)
    desk.send_code(secret, LATER)
    name = desk.ceremony(secret, LATER).nom_complet
    desk.sign(secret, newest_code(post, PERSON), name, True, LATER, *VISITOR, language)
    (signed,) = events(ports, reference, EventType.SIGNED)
    return reference, signed


@pytest.mark.slow
@on_sqlite
@pytest.mark.parametrize(("language", "words"), [("fr", "en français"), ("en", "en anglais")])
def test_the_act_says_the_page_s_language_and_which_summary_was_on_it(
    ports: Ports, settings: Settings, language: str, words: str
) -> None:
    reference, signed = signed_in(ports, settings, language)
    (frozen,) = events(ports, reference, EventType.FROZEN)
    source = ports.templates / "pmsmp" / {"fr": "summary.md", "en": "summary.en.md"}[language]
    written = hashlib.sha256(source.read_bytes()).hexdigest()
    assert frozen.data["summary_templates"][language] == written
    assert signed.data["language"] == language
    assert signed.data["summary"] == {
        "language": language,
        "sha256": frozen.data["summaries"]["beneficiaire"][language],
        "template": f"{source.name}@{frozen.data['template_version']}",
        "template_sha256": written,
    }
    sign_all(ports, settings.home / "mail", LATER)
    assert sweep(ports, LATER).failures == []
    row = agreement(ports, reference)
    told = signature_facts(row.signers[0], events(ports, reference, *EventType), [], "")
    facts = {fact.libelle: fact.valeur for fact in told.faits}
    assert facts["Page lue"] == words
    assert facts["Résumé montré"] == (
        f"{words}, empreinte {signed.data['summary']['sha256']}, tiré de "
        f"{signed.data['summary']['template']}, empreinte {written}"
    )


@on_sqlite
def test_a_summary_in_french_alone_is_told_as_such_to_who_read_english(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(ports.templates, tmp_path / "conventions")
    (tmp_path / "conventions" / "pmsmp" / "summary.en.md").unlink()
    own = dataclasses.replace(ports, templates=tmp_path / "conventions")
    _, signed = signed_in(own, settings, "en")
    assert (signed.data["language"], signed.data["summary"]["language"]) == ("en", "fr")


@on_sqlite
def test_without_any_summary_nothing_is_said_of_one(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(ports.templates, tmp_path / "conventions")
    for path in (tmp_path / "conventions" / "pmsmp").glob("summary*.md"):
        path.unlink()
    own = dataclasses.replace(ports, templates=tmp_path / "conventions")
    _, signed = signed_in(own, settings, "fr")
    assert "summary" not in signed.data
