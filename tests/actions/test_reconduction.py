"""A tacit renewal written down: one note, sealed, in the dossier, told to the company if agreed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from docgen.actions.follow import follow
from docgen.actions.ports import Ports
from docgen.actions.reconduction import note_renewal
from docgen.actions.sweep import sweep
from docgen.actions.verify import verify
from docgen.archive.dossier import fetch
from docgen.cli.played_signer import mails
from docgen.documents.pages import page_count, page_text
from docgen.errors import Refused
from docgen.journal import EventType
from docgen.records import queries
from docgen.settings import Settings
from tests.ceremonies import issued, sign_all
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT, changed
from tests.verapdf import validate

pytestmark = pytest.mark.slow

# Renewed once, and the company is told.
TOLD = changed(
    PARTENARIAT, reconduction={"periode_mois": 12, "maximum": 2, "avis_entreprise": True}
)


def morning(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T05:00:00+00:00")


def archived(ports: Ports, settings: Settings, data: dict[str, object]) -> str:
    reference = issued(ports, data, NOW)
    sign_all(ports, settings.home / "mail", NOW)
    sweep(ports, NOW)
    return reference


@on_sqlite
def test_a_renewal_is_noted_once_archived_and_told(
    ports: Ports, settings: Settings, tmp_path: Path
) -> None:
    reference = archived(ports, settings, TOLD)
    follow(ports, morning("2027-12-01"))
    for _ in range(2):
        done = sweep(ports, morning("2027-12-01"))
        assert done.failures == []
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        events = queries.events(session, row.id)
        (noted,) = [event for event in events if event.type is EventType.RECONDUCTED]
        note = queries.content(session, noted.data["sha256"])
    assert (noted.data["rank"], noted.data["first"], noted.data["last"]) == (
        1,
        "2027-12-01",
        "2028-11-30",
    )
    words = " ".join(" ".join(page_text(note, n) for n in range(page_count(note))).split())
    for said in (
        "reconduite tacitement à compter du 1er décembre 2027",
        "il pouvait être donné jusqu’au 30 août 2027",
        "du 1er décembre 2027 au 30 novembre 2028",
        "reconduction n° 1, sur 2 au plus",
        "jusqu’au 30 août 2028",
        "Elle est adressée à l’entreprise",
    ):
        assert said in words.replace("\u00a0", " "), words
    path = tmp_path / "note.pdf"
    path.write_bytes(note)
    assert validate([path], "3b") == []
    dossier = fetch(ports.archive, row.manifest_key or "")
    assert dossier.seq == 2
    assert [item.content for item in dossier.items if item.role == "note-de-reconduction-1"] == [
        note
    ]
    assert verify(ports, reference, morning("2027-12-02")).problems == ()
    told = [one for one in mails(settings.home / "mail") if one.to == "luc@dupont.example.org"]
    assert sum("reconduite" in one.subject for one in told) == 1
    # The next year, a second note beside the first.
    follow(ports, morning("2028-12-01"))
    assert sweep(ports, morning("2028-12-01")).counts["reconductions notées"] == 1
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    roles = [item.role for item in fetch(ports.archive, row.manifest_key or "").items]
    assert [role for role in roles if role.startswith("note")] == [
        "note-de-reconduction-1",
        "note-de-reconduction-2",
    ]
    assert verify(ports, reference, morning("2028-12-02")).problems == ()


class Stopped(BaseException):
    """The process dies here."""


@on_sqlite
@pytest.mark.parametrize(
    "step", ["reconduction.made", "archive.manifest.put", "reconduction.archived"]
)
def test_killed_anywhere_it_is_taken_up(ports: Ports, settings: Settings, step: str) -> None:
    reference = archived(ports, settings, PARTENARIAT)
    follow(ports, morning("2027-12-01"))

    def pause(name: str) -> None:
        if name == step:
            raise Stopped

    with pytest.raises(Stopped):
        sweep(dataclasses.replace(ports, pause=pause), morning("2027-12-01"))
    assert sweep(ports, morning("2027-12-01")).failures == []
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        events = queries.events(session, row.id)
    assert sum(event.type is EventType.RECONDUCTED for event in events) == 1
    roles = [item.role for item in fetch(ports.archive, row.manifest_key or "").items]
    assert roles.count("note-de-reconduction-1") == 1
    assert verify(ports, reference, morning("2027-12-02")).problems == ()
    # The convention does not say that the company is told.
    assert not [one for one in mails(settings.home / "mail") if "reconduite (" in one.subject]


@on_sqlite
def test_a_day_on_which_nothing_was_renewed_has_no_note(ports: Ports, settings: Settings) -> None:
    reference = archived(ports, settings, PARTENARIAT)
    assert note_renewal(ports, reference, dt.date(2027, 12, 2), morning("2027-12-02")) is None
    waiting = issued(ports, changed(PARTENARIAT, mois_bilan=3), NOW)
    with pytest.raises(Refused, match="n’est pas archivée"):
        note_renewal(ports, waiting, dt.date(2027, 12, 1), morning("2027-12-01"))
