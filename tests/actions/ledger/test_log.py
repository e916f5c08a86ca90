"""Noted in one line, once, with a reason for each refusal; undone without being lost."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select

from docgen.actions.ledger.entries import entries, undo
from docgen.actions.ledger.log import Noted, log
from docgen.actions.ledger.promising import promise
from docgen.errors import InvalidData, NotFound, Refused
from docgen.records import tables
from docgen.records.database import Database
from tests.recorded import SIREN, SIRET

NOW = dt.datetime(2027, 6, 15, 9, tzinfo=dt.UTC)
VISIT = Noted("visite", dt.date(2027, 1, 12))
HIRE = Noted("embauche", dt.date(2027, 3, 1), contract="cdi")


def note(database: Database, about: str, said: Noted, number: int = 1) -> str:
    return log(database, about, said, f"{number:032x}"[::-1], NOW).id


def test_a_visit_is_told_from_the_one_that_prepares_and_both_are_listed(company: Database) -> None:
    note(company, "PMSMP-2027-0001", VISIT, 1)
    note(company, "PMSMP-2027-0001", dataclasses.replace(VISIT, day=dt.date(2027, 1, 5)), 2)
    note(company, "PMSMP-2027-0001", Noted("mediation", dt.date(2027, 1, 20), note="Horaires"), 3)
    told = [(one.title, one.day.day, one.note) for one in entries(company, "PMSMP-2027-0001")]
    assert told == [
        ("Visite avant le début", 5, ""),
        ("Visite", 12, ""),
        ("Médiation", 20, "Horaires"),
    ]
    assert {one.about for one in entries(company, SIREN)} == {"PMSMP-2027-0001"}


@pytest.mark.parametrize("about", [SIREN, SIRET, "356 000 000", "CP-2026-0001"])
def test_a_company_is_found_by_its_siren_its_siret_or_its_convention(
    company: Database, about: str
) -> None:
    note(company, about, Noted("profil", dt.date(2027, 2, 1), quantity=3))
    (entry,) = entries(company, SIREN)
    assert (entry.quantity, entry.shown, entry.company) == (3, "3", "Dupont & Fils <Traiteur>")


def test_the_same_the_same_day_is_refused_unless_it_is_another(company: Database) -> None:
    first = note(company, "PMSMP-2027-0001", VISIT)
    with pytest.raises(Refused, match=first):
        note(company, "PMSMP-2027-0001", VISIT, 2)
    note(company, "PMSMP-2027-0001", dataclasses.replace(VISIT, again=True), 2)
    assert len(entries(company, "PMSMP-2027-0001")) == 2


def test_what_is_undone_counts_no_more_and_stays_on_record(company: Database) -> None:
    first = note(company, "PMSMP-2027-0001", VISIT)
    assert undo(company, first, NOW) == "Visite du 12/01/2027"
    assert entries(company, "PMSMP-2027-0001") == []
    with pytest.raises(Refused, match="déjà"):
        undo(company, first, NOW)
    with pytest.raises(NotFound):
        undo(company, "ffffffff", NOW)
    with company.read() as session:
        assert session.scalar(select(func.count()).select_from(tables.LoggedAct)) == 1
    note(company, "PMSMP-2027-0001", VISIT, 2)


def test_a_hire_belongs_to_a_pmsmp_and_is_noted_once(company: Database) -> None:
    note(company, "PMSMP-2027-0001", HIRE)
    with pytest.raises(Refused, match="01/03/2027"):
        note(company, "PMSMP-2027-0001", HIRE, 2)
    elsewhere = dataclasses.replace(HIRE, day=dt.date(2027, 4, 1), employer="552100554")
    note(company, "PMSMP-2027-0001", elsewhere, 3)
    assert [one.company for one in entries(company, "PMSMP-2027-0001")] == [
        "Dupont & Fils <Traiteur>",
        "",
    ]
    assert len(entries(company, SIREN)) == 1


@pytest.mark.parametrize(
    ("about", "said", "place", "allowed"),
    [
        (
            "PMSMP-2027-0001",
            dataclasses.replace(HIRE, day=dt.date(2027, 1, 10)),
            "le",
            "2027-01-11",
        ),
        ("PMSMP-2027-0001", dataclasses.replace(HIRE, day=dt.date(2029, 1, 10)), "le", None),
        ("PMSMP-2027-0001", dataclasses.replace(HIRE, contract="stage"), "contrat", None),
        ("PMSMP-2027-0001", dataclasses.replace(HIRE, employer="55"), "employeur", None),
        ("CP-2026-0001", HIRE, "numero", None),
        (SIREN, HIRE, "numero", None),
        (SIREN, VISIT, "numero", None),
        (
            "PMSMP-2027-0001",
            dataclasses.replace(VISIT, day=dt.date(2027, 1, 30)),
            "le",
            "2027-01-29",
        ),
        ("PMSMP-2027-0001", Noted("appel", dt.date(2027, 6, 16)), "le", "2027-06-15"),
        ("PMSMP-2027-0001", Noted("gateau", dt.date(2027, 1, 30)), "nature", None),
        (SIREN, Noted("mecenat", dt.date(2027, 1, 30)), "quantite", None),
        (SIREN, Noted("profil", dt.date(2027, 1, 30), quantity=0), "quantite", 1),
        (SIREN, Noted("appel", dt.date(2027, 1, 30), note="x" * 1001), "note", 1000),
        ("PMSMP-2027-0001-B1", VISIT, "numero", "PMSMP-2027-0001"),
    ],
)
def test_what_can_not_be_noted_is_told_with_its_place_and_what_can(
    company: Database, about: str, said: Noted, place: str, allowed: object
) -> None:
    with pytest.raises(InvalidData) as caught:
        note(company, about, said)
    (finding,) = caught.value.findings
    assert (finding.field, finding.allowed) == (place, allowed)


@pytest.mark.parametrize("about", ["PMSMP-2020-0001", "123456789", "rien"])
def test_nothing_is_noted_about_what_is_unknown(company: Database, about: str) -> None:
    with pytest.raises(NotFound):
        note(company, about, VISIT)


def test_nothing_is_noted_on_what_is_cancelled(company: Database) -> None:
    with company.write() as session:
        row = session.scalars(
            select(tables.Agreement).where(tables.Agreement.reference == "PMSMP-2027-0002")
        ).one()
        row.status = "annule"
    with pytest.raises(InvalidData, match="annulé"):
        note(company, "PMSMP-2027-0002", VISIT)


def test_a_promise_is_added_once_and_only_to_a_convention(company: Database) -> None:
    def add(reference: str = "CP-2026-0001", sort: str = "mecenat", quantity: int = 2100,
            basis: str = "duree", source: str = "article 7") -> str:  # fmt: skip
        new = f"{quantity:032x}"
        return promise(company, reference, sort, quantity, basis, source, new, NOW).id

    assert add() == add()
    for wrong in (
        {"sort": "pmsmp"},
        {"sort": "gateaux"},
        {"quantity": 0},
        {"basis": "siecle"},
        {"source": " "},
        {"reference": "PMSMP-2027-0001"},
    ):
        with pytest.raises(InvalidData):
            add(**wrong)
