"""Avenants: numbered under their agreement, heard by everything that reads it, once signed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from docgen.actions import law
from docgen.actions.agenda import upcoming
from docgen.actions.follow import follow
from docgen.actions.issue import issue, prepare
from docgen.actions.ports import Ports
from docgen.actions.register import register
from docgen.actions.status import status
from docgen.actions.sweep import sweep
from docgen.actions.verify import verify
from docgen.agreements.avenant import Avenant
from docgen.agreements.reading import Source
from docgen.agreements.renouvellement import RenouvellementPmsmp
from docgen.cli.played_signer import mails
from docgen.documents.finish import attachments
from docgen.documents.pages import page_count, page_text
from docgen.errors import InvalidData
from docgen.journal import EventType
from docgen.records import queries
from docgen.settings import Settings
from tests.ceremonies import issued, sign_all
from tests.contexts import D
from tests.databases import on_sqlite
from tests.samples import NOW, PARTENARIAT, PMSMP, TODAY, as_bytes, changed

VOLUME = "engagements_entreprise.pmsmp.volume_annuel"


def avenant(reference: str, *changes: tuple[str, Any], **more: Any) -> dict[str, Any]:
    """An officer's file, as short as it may be."""
    return {
        "type": "avenant",
        "convention": reference,
        "debut": "2027-01-18",
        "modifications": [{"champ": champ, "apres": apres} for champ, apres in changes],
        "motif": "Les parties en sont convenues.",
        **more,
    }


def stands(ports: Ports, reference: str, state: str) -> None:
    with ports.database.write() as session:
        row = queries.agreement_by_reference(session, reference)
        queries.locked(session, row.id).status = state


def archived(ports: Ports, data: dict[str, Any]) -> str:
    """An agreement registered, then held for archived; its number."""
    agreement_id, _, _ = register(ports, prepare(ports, as_bytes(data), NOW), NOW)
    with ports.database.read() as session:
        reference = queries.agreement(session, agreement_id).reference
    stands(ports, reference, "archive")
    return reference


def errors(ports: Ports, data: dict[str, Any]) -> list[tuple[str, str]]:
    checked, _ = law.check(ports.database, Source(data), TODAY, ports.law)
    return [(one.rule, one.field) for one in checked.findings if one.level == "error"]


def before(ports: Ports, data: dict[str, Any]) -> object:
    """What the next avenant finds in place of what it changes first."""
    made = prepare(ports, as_bytes(data), NOW)
    assert isinstance(made, Avenant)
    return made.modifications[0].avant


def test_it_is_numbered_under_its_agreement_and_applies_once_signed(ports: Ports) -> None:
    convention = archived(ports, PARTENARIAT)
    first = prepare(ports, as_bytes(avenant(convention, (VOLUME, 8))), NOW)
    agreement_id, _, _ = register(ports, first, NOW)
    with ports.database.read() as session:
        row = queries.agreement(session, agreement_id)
        assert row.reference == f"{convention}-A1"
        assert queries.events(session, row.id)[0].data["cites"] == convention
    # The same file again is the same avenant, and not one that waits for itself.
    again = prepare(ports, as_bytes(avenant(convention, (VOLUME, 8))), NOW)
    assert register(ports, again, NOW)[:2] == (agreement_id, True)
    assert errors(ports, avenant(convention, (VOLUME, 9))) == [("A11", "convention")]
    stands(ports, f"{convention}-A1", "signe")
    assert before(ports, avenant(convention, (VOLUME, 9))) == 8
    assert errors(ports, avenant(convention, (VOLUME, 8))) == [("A3", "modifications.0.apres")]
    assert archived(ports, avenant(convention, (VOLUME, 9))) == f"{convention}-A2"
    assert before(ports, avenant(convention, (VOLUME, 10))) == 9


def test_a_cancelled_one_changes_nothing(ports: Ports) -> None:
    convention = archived(ports, PARTENARIAT)
    stands(ports, archived(ports, avenant(convention, (VOLUME, 8))), "annule")
    assert before(ports, avenant(convention, (VOLUME, 9))) == 6


def test_an_end_that_moves_takes_the_deadlines_with_it(ports: Ports, settings: Settings) -> None:
    convention = archived(ports, PARTENARIAT)
    asked = avenant(convention, ("fin", "2028-02-29"), ("preavis", {"valeur": 1, "unite": "mois"}))
    (row,) = upcoming(ports, D("2027-02-01"))
    assert (row.end, row.notice_deadline) == (D("2027-11-30"), D("2027-08-30"))
    archived(ports, asked)
    (row,) = upcoming(ports, D("2027-02-01"))
    assert (row.reference, row.end, row.notice_deadline) == (
        convention,
        D("2028-02-29"),
        D("2028-01-29"),
    )
    # Ninety days before the old last day for notice, nothing is said; before the new one, it is.
    told = []
    for day in (dt.date(2027, 6, 1), dt.date(2027, 10, 31)):
        follow(ports, dt.datetime.combine(day, dt.time(5), dt.UTC))
        told.append([mail.text for mail in mails(settings.home / "mail")])
    assert told[0] == []
    assert "29\u00a0janvier 2028 (dans 90\u00a0jours)" in told[1][0]


def test_a_later_convention_hears_the_new_end(ports: Ports) -> None:
    once = changed(PARTENARIAT, reconduction=None)
    convention = archived(ports, once)
    following = changed(once, debut="2028-02-01", fin="2028-11-30")

    def overlap() -> list[str | int | None]:
        checked, _ = law.check(ports.database, Source(following), TODAY, ports.law)
        return [one.allowed for one in checked.findings if one.rule == "C6"]

    assert overlap() == []
    archived(ports, avenant(convention, ("fin", "2028-02-29")))
    assert overlap() == ["2028-03-01"]


def test_a_longer_pmsmp_counts_its_new_days(ports: Ports) -> None:
    stage = archived(ports, changed(PMSMP, fin="2027-01-22"))
    other = changed(PMSMP, debut="2027-01-25", fin="2027-01-29", objectifs=["Servir en salle"])
    assert errors(ports, other) == []
    archived(ports, avenant(stage, ("fin", "2027-01-29")))
    assert errors(ports, other) == [("P13", "debut")]


def test_an_avenant_that_waits_for_signatures_keeps_its_days_free(ports: Ports) -> None:
    stage = archived(ports, changed(PMSMP, fin="2027-01-22"))
    other = changed(PMSMP, debut="2027-01-25", fin="2027-01-29", objectifs=["Servir en salle"])
    waiting = archived(ports, avenant(stage, ("fin", "2027-01-29")))
    stands(ports, waiting, "envoye")
    # Signed after the other PMSMP, it would make two at once of what was lawful.
    assert errors(ports, other) == [("P13", "debut")]
    stands(ports, waiting, "annule")
    assert errors(ports, other) == []


def test_prolonging_hears_the_other_pmsmp_and_never_itself(ports: Ports) -> None:
    stage = archived(ports, PMSMP)
    assert errors(ports, avenant(stage, ("fin", "2027-02-10"))) == []
    assert errors(ports, avenant(stage, ("fin", "2027-02-11"))) == [("P1", "modifications.0.apres")]
    archived(
        ports,
        changed(PMSMP, debut="2027-02-08", fin="2027-02-12", objectifs=["Servir en salle"]),
    )
    assert errors(ports, avenant(stage, ("fin", "2027-02-05"))) == []
    assert errors(ports, avenant(stage, ("fin", "2027-02-10"))) == [
        ("P13", "modifications.0.apres")
    ]


def test_a_renewal_starts_from_the_agreement_as_amended(ports: Ports) -> None:
    stage = archived(ports, changed(PMSMP, fin="2027-01-22"))
    tutor = {"nom": "Nguyen", "prenom": "Mai", "fonction": "cheffe de cuisine"}
    archived(ports, avenant(stage, ("fin", "2027-01-29"), ("tuteur", tutor)))
    asked = {
        "type": "renouvellement",
        "debut": "2027-02-01",
        "fin": "2027-02-12",
        "renouvellement": {"reference": stage, "motif": "Objectif non atteint."},
    }
    renewal = prepare(ports, as_bytes(asked), NOW)
    assert isinstance(renewal, RenouvellementPmsmp)
    assert renewal.tuteur.nom == "Nguyen"
    assert renewal.renouvellement.fin_initiale == D("2027-01-29")
    # The renewal may be amended too, and keeps what it renews.
    reference = archived(ports, asked)
    longer = avenant(reference, ("fin", "2027-02-19"), debut="2027-02-01")
    assert errors(ports, longer) == []
    moved = avenant(reference, ("renouvellement.motif", "Autre."), debut="2027-02-01")
    assert errors(ports, moved) == [("A5", "modifications.0.champ")]


def test_what_was_refused_is_not_registered_either(ports: Ports) -> None:
    stage = archived(ports, PMSMP)
    made = prepare(ports, as_bytes(avenant(stage, ("fin", "2027-02-05"))), NOW)
    stands(ports, stage, "annule")
    with pytest.raises(InvalidData) as caught:
        register(ports, made, NOW)
    assert {(one.rule, one.field) for one in caught.value.findings} == {("A1", "convention")}


def test_a_number_nobody_knows_is_said_first(ports: Ports) -> None:
    found, _ = law.check(
        ports.database, Source(avenant("PMSMP-2026-0404", ("fin", "2027-02-05"))), TODAY, ports.law
    )
    assert (found.findings[0].rule, found.findings[0].field) == ("D6", "convention")


@on_sqlite
@pytest.mark.slow
def test_the_whole_thread(ports: Ports, settings: Settings) -> None:
    post, later = settings.home / "mail", NOW + dt.timedelta(hours=1)
    stage = issued(ports, PMSMP, NOW)
    sign_all(ports, post, later)
    assert sweep(ports, later).failures == []
    content = as_bytes(
        avenant(stage, ("fin", "2027-02-05"), ("horaires.semaine.lundi", ["08:00-12:00"]))
    )
    outcome = issue(ports, prepare(ports, content, later), later)
    assert outcome.reference == f"{stage}-A1"
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, f"{stage}-A1")
        pdf = queries.content(session, row.frozen_sha256 or "")
    told = " ".join(" ".join(page_text(pdf, n) for n in range(page_count(pdf))).split())
    assert "29 janvier 2027 5 février 2027" in told
    attached = json.loads(attachments(pdf)["donnees.json"])
    assert attached["convention"]["reference"] == stage
    assert attached["modifications"][0] == {
        "champ": "fin",
        "intitule": "Dernier jour",
        "avant": "2027-01-29",
        "apres": "2027-02-05",
    }
    signed_on = later + dt.timedelta(hours=1)
    sign_all(ports, post, signed_on)
    assert sweep(ports, signed_on).failures == []
    (last,) = status(ports, f"{stage}-A1")
    assert (last.status, last.signed) == ("archive", 3)
    assert verify(ports, f"{stage}-A1", signed_on).problems == ()
    rows = {row.reference: row.end for row in upcoming(ports, D("2027-01-15"))}
    assert rows == {stage: D("2027-02-05")}
    with ports.database.read() as session:
        types = [event.type for event in queries.events(session, row.id)]
    assert types.count(EventType.CLOSED) == 1
