"""A company at a glance: promised, done, people, next steps."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from docgen.actions.ledger.board import Board, board
from docgen.actions.ledger.events import Planned, add_event
from docgen.actions.ledger.log import Noted, log
from docgen.actions.ledger.promising import promise
from docgen.actions.reporting.company_sheet import ligne, sheet_marks
from docgen.actions.reporting.period import year_of
from docgen.errors import NotFound
from docgen.records.database import Database
from tests.actions.ledger.conftest import CONVENTION
from tests.recorded import SIREN, record, stay

ON = dt.date(2027, 6, 15)
NOW = dt.datetime(2027, 6, 15, 9, tzinfo=dt.UTC)
YEAR = year_of(2027)


def lines(seen: Board) -> dict[str, tuple[object, int]]:
    return {one.sort.slug: (one.promised, one.done) for one in seen.lines}


def test_everything_done_counts_against_what_was_promised(company: Database) -> None:
    for number, (about, said) in enumerate(
        [
            ("PMSMP-2027-0001", Noted("visite", dt.date(2027, 1, 5))),
            ("PMSMP-2027-0001", Noted("visite", dt.date(2027, 1, 12))),
            ("PMSMP-2027-0001", Noted("embauche", dt.date(2027, 3, 1), contract="cdi")),
            (SIREN, Noted("mecenat", dt.date(2027, 2, 1), quantity=210)),
            (SIREN, Noted("achat", dt.date(2027, 2, 1), quantity=120_000)),
            ("CP-2026-0001", Noted("profil", dt.date(2027, 2, 1), quantity=4)),
            ("CP-2026-0001", Noted("revue", dt.date(2027, 2, 1))),
            # Last year's does not count in this one.
            (SIREN, Noted("mecenat", dt.date(2026, 12, 31), quantity=60)),
        ]
    ):
        log(company, about, said, f"{number:02x}" * 16, NOW)
    promise(company, "CP-2026-0001", "mecenat", 2100, "annee_civile", "article 7", "f" * 32, NOW)
    add_event(company, Planned("atelier", dt.date(2027, 4, 1), {SIREN: "Dupont"}, 9), "e" * 32, NOW)
    assert lines(board(company, "CP-2026-0001", YEAR, ON)) == {
        "pmsmp": (Fraction(6 * 334, 365), 1),
        "recrutement": (None, 1),
        "atelier": (None, 1),
        "mecenat": (Fraction(2100 * 334, 365), 210),
        "achat": (None, 120_000),
        "profil": (None, 4),
        "visite": (2, 1),
        "revue": (Fraction(334, 365), 1),
    }


def test_next_steps_are_those_of_the_day(company: Database) -> None:
    seen = board(company, SIREN, YEAR, ON)
    said = {one.what: one.by for one in seen.next_steps}
    assert said["Faire signer le bilan de PMSMP-2027-0002."] == dt.date(2027, 3, 12)
    notice = "Décider de la suite de CP-2026-0001 : dernier jour pour donner préavis."
    assert said[notice] == dt.date(2027, 8, 30)
    assert any(what.startswith("PMSMP accueillies : il en manque 4,5") for what in said)
    days = [one.by for one in seen.next_steps if one.by]
    assert days == sorted(days)


def test_people_are_those_of_the_convention(company: Database) -> None:
    seen = board(company, SIREN, YEAR, ON)
    assert [(one.side, one.name) for one in seen.people] == [
        ("entreprise", "Luc Petit"),
        ("entreprise", "Jean Dupont"),
        ("organisation", "Samira Benali"),
    ]


def test_what_is_not_signed_or_is_another_company_s_is_not_there(company: Database) -> None:
    with company.write() as session:
        record(session, stay("2027-05-03", "2027-05-07"), "PMSMP-2027-0003", status="envoye")
        record(session, stay("2027-05-03", "2027-05-07"), "PMSMP-2027-0004", status="annule")
        other = stay("2027-05-03", "2027-05-07", entreprise__siret="55210055400013")
        record(session, other, "PMSMP-2027-0005")
    seen = board(company, SIREN, YEAR, ON)
    assert [one.reference for one in seen.stays] == ["PMSMP-2027-0001", "PMSMP-2027-0002"]
    with pytest.raises(NotFound):
        board(company, "999999999", YEAR, ON)


def test_an_extract_that_nobody_kept_is_read_and_kept(company: Database) -> None:
    with company.write() as session:
        record(session, stay("2027-05-03", "2027-05-07"), "PMSMP-2027-0003", extracted=False)
        record(session, CONVENTION, "CP-2026-0002", extracted=False)
    first = board(company, SIREN, YEAR, ON)
    assert board(company, SIREN, YEAR, ON) == first
    assert len(first.stays) == 3


def test_the_sheet_says_it_in_words(company: Database) -> None:
    seen = board(company, SIREN, YEAR, ON)
    marks = sheet_marks(seen, "Le Fournil Solidaire", NOW)
    assert "2\u00a0PMSMP (1 jusqu’au bout, 1 sans bilan signé à ce jour)" in str(marks["pmsmp"])
    told = {one.libelle: one for one in map(ligne, seen.lines)}
    assert told["PMSMP accueillies"].ecart == "manque 4,5"
    assert told["Profils proposés"].promis == "sans nombre"
