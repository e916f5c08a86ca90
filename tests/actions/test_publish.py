"""Publish: numbered for good, tried on the examples, and nothing issued is ever touched."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import docx
import pytest
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.shared import Pt
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from docgen.actions.issue import issue
from docgen.actions.paper import load
from docgen.actions.ports import Ports
from docgen.actions.publish import publish
from docgen.actions.register import register
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.template import current, published, versions
from docgen.documents.finish import attachments
from docgen.documents.pages import page_count, page_text
from docgen.documents.slim import slim
from docgen.errors import InvalidData, NotFound, Refused
from docgen.journal import EventType
from docgen.records import queries, tables
from docgen.settings import Settings
from tests import samples
from tests.ceremonies import sign_all
from tests.samples import NOW, PARTENARIAT, PMSMP

pytestmark = pytest.mark.slow

SLUG = "partenariat"


def template(change: str = "", *, before: str = "Préambule") -> bytes:
    """The convention's template, with one more sentence before a heading."""
    path = Path(__file__).parents[2] / "templates" / "conventions" / SLUG / "template.docx"
    document = docx.Document(str(path))
    if change:
        at = next(one for one in document.paragraphs if one.text == before)
        at.insert_paragraph_before(change)
    return saved(document)


def saved(document: Word) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(ports: Ports, reference: str) -> str:
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        pdf = queries.content(session, row.frozen_sha256 or "")
    return " ".join(" ".join(page_text(pdf, n) for n in range(page_count(pdf))).split())


def row_of(ports: Ports, reference: str) -> tables.Agreement:
    with ports.database.read() as session:
        return queries.agreement_by_reference(session, reference)


def test_a_template_is_numbered_slimmed_and_used_from_then_on(ports: Ports) -> None:
    steps: list[str] = []
    assert current(ports, SLUG).name == "partenariat"
    first = publish(ports, SLUG, template("Une première."), NOW, "Samira", told=steps.append)
    assert (first.version, first.again, first.kept_whole, first.warnings) == (1, False, "", ())
    assert first.size < first.size_given
    assert first.office[0].isdigit()
    assert steps == [
        "Contrôle du modèle",
        "Allègement",
        "Essai sur full.yaml",
        "Essai sur minimal.yaml",
        "Enregistrement",
    ]
    second = publish(ports, SLUG, template("Une seconde."), NOW, "Samira", note="Seconde")
    assert second.version == 2
    assert current(ports, SLUG).name == "partenariat@2"
    assert published(ports, "partenariat@1").content == slim(template("Une première."))
    assert [(one.version, one.current, one.note) for one in versions(ports, SLUG)] == [
        (2, True, "Seconde"),
        (1, False, ""),
        ("fichier", False, ""),
    ]
    reference = issue(ports, samples.agreement(PARTENARIAT), NOW).reference or ""
    row = row_of(ports, reference)
    assert (row.template_version, row.template_sha256) == (2, second.sha256)
    assert "Une seconde." in text_of(ports, reference)
    with ports.database.read() as session:
        frozen = [e for e in queries.events(session, row.id) if e.type is EventType.FROZEN]
    assert frozen[0].data["template_version"] == 2
    assert [one.agreements for one in versions(ports, SLUG)] == [1, 0, 0]


def test_without_any_version_the_folder_s_file_is_used_and_said_so(ports: Ports) -> None:
    reference = issue(ports, samples.agreement(PMSMP), NOW).reference or ""
    row = row_of(ports, reference)
    assert row.template_version is None
    assert row.template_sha256 == current(ports, "pmsmp").sha256
    with ports.database.read() as session:
        frozen = [e for e in queries.events(session, row.id) if e.type is EventType.FROZEN]
    assert frozen[0].data["template_version"] == "fichier"


def test_publishing_touches_nothing_that_was_issued(ports: Ports, settings: Settings) -> None:
    """The row, its bytes and its journal are the same, and it is signed and archived as issued."""
    publish(ports, SLUG, template("Une première."), NOW, "Samira")
    reference = issue(ports, samples.agreement(PARTENARIAT), NOW).reference or ""

    def kept() -> tuple[object, ...]:
        with ports.database.read() as session:
            row = queries.agreement_by_reference(session, reference)
            columns = {
                key.name: getattr(row, key.name) for key in tables.Agreement.__table__.columns
            }
            signers = [(s.id, s.field, s.invited_at) for s in row.signers]
            revisions = [(r.number, r.sha256) for r in queries.revisions(session, row.id)]
            return columns, signers, revisions, queries.events(session, row.id), queries.content(
                session, row.current_sha256 or ""
            )  # fmt: skip

    before = kept()
    publish(ports, SLUG, template("Une seconde."), NOW, "Samira")
    assert kept() == before
    sign_all(ports, settings.home / "mail", NOW)
    sweep(ports, NOW)
    row = row_of(ports, reference)
    assert (row.status, row.template_version) == ("archive", 1)
    with ports.database.read() as session:
        signed = queries.content(session, row.current_sha256 or "")
    assert "donnees.json" in attachments(signed)
    assert "Une première." in text_of(ports, reference)
    assert b"partenariat@1" in ports.archive.get(row.manifest_key or "")


def test_a_draft_that_was_not_frozen_yet_takes_the_version_of_its_day(ports: Ports) -> None:
    agreement_id, _, _ = register(ports, samples.agreement(PARTENARIAT), NOW)
    publish(ports, SLUG, template("Une première."), NOW, "Samira")
    sweep(ports, NOW)
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
    assert (row.template_version, load(row).partenaire()) == (1, "Dupont & Fils <Traiteur>")


def test_the_same_bytes_are_published_once_and_an_older_version_may_come_back(
    ports: Ports,
) -> None:
    one, two = template("Une première."), template("Une seconde.")
    assert publish(ports, SLUG, one, NOW, "Samira").version == 1
    again = publish(ports, SLUG, one, NOW, "Luc")
    assert (again.version, again.again) == (1, True)
    # Given back by export and published anew: the same.
    assert publish(ports, SLUG, published(ports, "partenariat@1").content, NOW, "Luc").again
    assert publish(ports, SLUG, two, NOW, "Samira").version == 2
    back = publish(ports, SLUG, one, NOW, "Samira")
    assert (back.version, back.again) == (3, False)
    assert published(ports, "partenariat@3").content == published(ports, "partenariat@1").content


def test_errors_stop_it_all_at_once_and_nothing_is_left(ports: Ports) -> None:
    with pytest.raises(InvalidData) as refused:
        publish(ports, SLUG, template("{{ entreprise.nom }} {{ mecenat.domaines | et }}"), NOW, "x")
    assert [finding.rule for finding in refused.value.findings] == [
        "marque-inconnue",
        "facultatif-non-garde",
    ]
    with pytest.raises(InvalidData, match="Word"):
        publish(ports, SLUG, b"du texte", NOW, "x")
    with pytest.raises(NotFound):
        publish(ports, "bail", template(), NOW, "x")
    assert current(ports, SLUG).number is None


def test_what_only_the_examples_show_is_told_as_the_author_s_to_mend(ports: Ports) -> None:
    # Division by a number that is zero in minimal.yaml: no check sees it.
    zero = "{{ 1 / (engagements_entreprise.pmsmp.volume_annuel - 1) }}"
    with pytest.raises(InvalidData) as refused:
        publish(ports, SLUG, template(zero + "{{ 1 / (mois_bilan - 11) }}"), NOW, "x")
    assert [finding.rule for finding in refused.value.findings] == ["essai"]
    assert refused.value.name in {"full.yaml", "minimal.yaml"}
    assert current(ports, SLUG).number is None


def test_a_template_whose_pages_would_move_is_kept_whole_and_it_is_said(ports: Ports) -> None:
    """LibreOffice takes a style by its name where no id answers; slimming drops it."""
    document = docx.Document(io.BytesIO(template("Signé en majuscules.")))
    style = document.styles.add_style("Grand Titre", 1)
    style.font.size = Pt(30)
    style.element.set(qn("w:styleId"), "x1")
    at = next(one for one in document.paragraphs if one.text == "Signé en majuscules.")
    at._p.get_or_add_pPr().get_or_add_pStyle().val = "Grand Titre"
    given = saved(document)
    done = publish(ports, SLUG, given, NOW, "Samira")
    assert done.kept_whole.startswith(("l’image de la page", "le texte de la page"))
    assert published(ports, "partenariat@1").content == given
    assert publish(ports, SLUG, given, NOW, "Samira").again


def test_warnings_are_kept_with_the_version(ports: Ports) -> None:
    done = publish(ports, SLUG, template("Le {{ debut }}."), NOW, "Samira")
    assert len(done.warnings) == 1
    assert "[date-brute]" in done.warnings[0]
    assert versions(ports, SLUG)[0].warnings == list(done.warnings)


def test_two_publications_of_a_kind_do_not_cross(ports: Ports) -> None:
    with ports.database.exclusive(f"publier-{SLUG}"), pytest.raises(Refused, match="en cours"):
        publish(ports, SLUG, template(), NOW, "x")


def test_examples_are_those_of_the_folder_given_first(ports: Ports, tmp_path: Path) -> None:
    (tmp_path / "minimal.yaml").write_text("type: partenariat\n", encoding="utf-8")
    with pytest.raises(InvalidData, match=r"minimal\.yaml"):
        publish(ports, SLUG, template(), NOW, "x", examples=tmp_path)
    elsewhere = dataclasses.replace(ports, templates=tmp_path)
    with pytest.raises(NotFound, match=r"full\.yaml"):
        publish(elsewhere, SLUG, template(), NOW, "x")


@pytest.mark.parametrize(
    "statement", ["UPDATE template_versions SET note = 'x'", "DELETE FROM template_versions"]
)
def test_the_database_itself_refuses_to_change_a_version(ports: Ports, statement: str) -> None:
    with ports.database.write() as session:
        session.add(
            tables.TemplateVersion(
                kind=SLUG,
                number=1,
                sha256=queries.keep(session, b"x", NOW),
                source_sha256="0" * 64,
                published_at=NOW,
                published_by="x",
                note="",
                warnings="[]",
                office="",
            )
        )
    with pytest.raises(DBAPIError, match="never changes"), ports.database.write() as session:
        session.execute(text(statement))
    assert [one.note for one in versions(ports, SLUG)] == ["", ""]


def test_status_is_told_of_no_version_that_does_not_exist(ports: Ports) -> None:
    for name in ("partenariat@1", "pmsmp", "bail@1", "pmsmp@x"):
        with pytest.raises(NotFound):
            published(ports, name)
    assert published(ports, "pmsmp@fichier").number is None
    assert status(ports) == []
