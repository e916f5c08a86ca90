"""Reproduce: the frozen PDF made again, to the byte, or what has changed since."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from docgen.actions import reproduce as action
from docgen.actions.issue import issue
from docgen.actions.ports import Ports
from docgen.actions.reproduce import reproduce
from docgen.actions.sweep import sweep
from docgen.archive.dossier import fetch
from docgen.documents.making import made_with
from docgen.errors import NotFound, Refused, Unavailable
from docgen.records import queries, tables
from docgen.settings import Settings
from tests import samples
from tests.ceremonies import sign_all
from tests.databases import on_sqlite
from tests.documents.words import repacked
from tests.samples import NOW, PARTENARIAT, PMSMP

pytestmark = [pytest.mark.slow, on_sqlite]


def issued(ports: Ports) -> str:
    return issue(ports, samples.agreement(PMSMP), NOW).reference or ""


def test_it_is_identical_even_when_the_template_file_has_changed(
    ports: Ports, tmp_path: Path
) -> None:
    reference = issued(ports)
    (tmp_path / "empty").mkdir()
    remade = reproduce(dataclasses.replace(ports, templates=tmp_path / "empty"), reference)
    assert remade.identical
    assert remade.frozen_sha256 == remade.remade_sha256
    assert (remade.difference, remade.changes) == ("", ())


def test_another_font_or_libreoffice_is_named_with_the_page_that_changes(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = issued(ports)
    monkeypatch.setattr(
        action, "made_with", lambda pdf: {**made_with(pdf), "libreoffice": "7.5.0.1"}
    )
    # What another release might do: write one word otherwise.
    body = "word/document.xml"

    def otherwise(docx: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            xml = package.read(body).replace(b"Commis de cuisine", b"Commis de salle")
        return ports.to_pdf(repacked(docx, {body: xml}))

    remade = reproduce(dataclasses.replace(ports, to_pdf=otherwise), reference)
    assert [(one.what, one.now) for one in remade.changes] == [("libreoffice", "7.5.0.1")]
    assert not remade.identical
    assert remade.frozen_sha256 != remade.remade_sha256
    assert re.fullmatch(r"le texte de la page \d", remade.difference)


def test_what_was_never_frozen_or_never_was_is_refused(ports: Ports) -> None:
    def away(_docx: bytes) -> bytes:
        raise Unavailable("LibreOffice ne répond pas.")

    with pytest.raises(Unavailable):
        issue(dataclasses.replace(ports, to_pdf=away), samples.agreement(PMSMP), NOW)
    with pytest.raises(Refused, match="figé"):
        reproduce(ports, "PMSMP-2026-0001")
    with pytest.raises(NotFound):
        reproduce(ports, "PMSMP-2026-0099")


def test_a_template_that_was_not_kept_is_told(ports: Ports) -> None:
    reference = issued(ports)
    with ports.database.write() as session:
        row = queries.agreement_by_reference(session, reference)
        session.delete(session.get(tables.Blob, row.template_sha256))
    with pytest.raises(NotFound, match="modèle Word"):
        reproduce(ports, reference)


def test_an_archived_agreement_is_reproduced_and_its_manifest_says_with_what(
    ports: Ports, settings: Settings
) -> None:
    reference = issue(ports, samples.agreement(PARTENARIAT), NOW).reference or ""
    sign_all(ports, settings.home / "mail", NOW + timedelta(hours=1))
    sweep(ports, NOW + timedelta(hours=2))
    with ports.database.read() as session:
        key = queries.agreement_by_reference(session, reference).manifest_key
    dossier = fetch(ports.archive, key or "")
    assert dossier.libreoffice.startswith("7.")
    assert len(dossier.fonts_sha256) == 64
    assert reproduce(ports, reference).identical
