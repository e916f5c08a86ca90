"""Facts as the records have them: amendments, notices, whose they are, who may see what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from docgen.actions.reporting.gather import Whose
from docgen.actions.reporting.period import Asked, figures_of, window_of, year_of
from docgen.errors import InvalidData
from docgen.indicators import Scope
from docgen.records.database import Database, open_database
from tests.actions.ledger.conftest import CONVENTION
from tests.recorded import bilan_of, record, stay
from tests.samples import NOW, changed

ON = dt.date(2028, 3, 1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


def values(database: Database, *names: str, year: int = 2027, **whose: Any) -> list[object]:
    asked = Asked(Scope(year_of(year), ON), Whose(**whose))
    known = {one.id: one.value for one in figures_of(database, asked) if not one.group}
    return [known[name] for name in names]


def amendment(data: dict[str, Any], reference: str, **after: Any) -> dict[str, Any]:
    changes = [{"champ": key, "avant": data[key], "apres": value} for key, value in after.items()]
    return {
        "type": "avenant",
        "debut": data["debut"],
        "fin": data["fin"],
        "entreprise": data["entreprise"],
        "convention": {"reference": reference, "debut": data["debut"], "fin": data["fin"]},
        "modifications": changes,
    }


def test_only_what_is_signed_and_not_cancelled_counts(database: Database) -> None:
    with database.write() as session:
        for number, status in enumerate(
            ("brouillon", "envoye", "signe", "archive", "refuse", "expire", "annule", "repris")
        ):
            first = f"2027-0{number + 1}-04"
            record(session, stay(first, first), f"PMSMP-2027-{number:04d}", status=status)
    assert values(database, "pmsmp_commencees") == [3]


def test_a_bilan_counts_once_it_is_signed_and_not_cancelled(database: Database) -> None:
    data = stay("2027-03-01", "2027-03-12")
    with database.write() as session:
        for number, status in enumerate(("envoye", "annule", "archive")):
            reference = f"PMSMP-2027-{number:04d}"
            record(session, data, reference)
            record(
                session,
                bilan_of(data, reference, minutes_absence=60),
                f"{reference}-B1",
                status=status,
                parent=reference,
            )
    assert values(database, "pmsmp_realisees", "minutes_realisees") == [1, 3120 - 60]


def test_an_amendment_moves_a_pmsmp_into_the_year_it_says(database: Database) -> None:
    data = stay("2026-12-28", "2026-12-31")
    with database.write() as session:
        record(session, data, "PMSMP-2026-0001")
        moved = amendment(data, "PMSMP-2026-0001", debut="2027-01-04", fin="2027-01-08")
        record(session, moved, "PMSMP-2026-0001-A1", parent="PMSMP-2026-0001")
    assert values(database, "pmsmp_commencees") == [1]
    assert values(database, "pmsmp_commencees", year=2026) == [0]


def test_an_amendment_prolongs_a_convention_and_a_notice_ends_it(database: Database) -> None:
    plain = changed(CONVENTION, debut="2026-01-01", fin="2026-12-31", reconduction=None)
    with database.write() as session:
        record(session, plain, "CP-2026-0001")
        longer = amendment(plain, "CP-2026-0001", fin="2027-12-31")
        record(session, longer, "CP-2026-0001-A1", parent="CP-2026-0001")
        record(session, CONVENTION, "CP-2026-0002")
        notice = {
            **amendment(CONVENTION, "CP-2026-0002"),
            "type": "denonciation",
            "fin": "2027-06-30",
        }
        record(session, notice, "CP-2026-0002-D1", parent="CP-2026-0002")
    assert values(database, "conventions_actives") == [1]
    assert values(database, "conventions_actives", year=2026) == [2]


def test_a_renewal_counts_apart_and_lengthens_the_pmsmp_it_renews(database: Database) -> None:
    first = stay("2027-12-06", "2027-12-31")
    again = {
        **stay("2028-01-03", "2028-01-12"),
        "type": "renouvellement",
        "renouvellement": {"reference": "PMSMP-2027-0001", "debut_initial": "2027-12-06",
                           "fin_initiale": "2027-12-31", "motif": "Objectif non atteint"},
    }  # fmt: skip
    with database.write() as session:
        record(session, first, "PMSMP-2027-0001")
        record(session, again, "PMSMP-2027-0001-R1", parent="PMSMP-2027-0001")
    names = (
        "pmsmp_commencees",
        "renouvellements",
        "jours_moyenne",
        "jours_moyenne_renouvellements",
    )
    assert values(database, *names) == [1, 0, 26, 36]
    assert values(database, *names, year=2028) == [0, 1, None, None]


def test_figures_of_a_company_or_an_adviser_are_theirs_alone(database: Database) -> None:
    with database.write() as session:
        record(session, stay("2027-03-01", "2027-03-12"), "PMSMP-2027-0001")
        other = stay("2027-03-01", "2027-03-12", "Awa", entreprise__siret="55210055400013",
                     referent__courriel="autre@fournil.example.org")  # fmt: skip
        record(session, other, "PMSMP-2027-0002")
    assert values(database, "pmsmp_commencees") == [2]
    assert values(database, "pmsmp_commencees", siren="552100554") == [1]
    assert values(database, "pmsmp_commencees", referent="SAMIRA@fournil.example.org") == [1]
    assert values(database, "pmsmp_commencees", referent="personne@example.org") == [0]


def test_signatures_are_timed_from_the_sending_to_the_last_one(database: Database) -> None:
    with database.write() as session:
        record(
            session,
            stay("2027-03-01", "2027-03-12"),
            "PMSMP-2027-0001",
            sent=NOW,
            signed=NOW + dt.timedelta(days=9),
        )
    assert values(database, "delai_signature", "signees_avant_debut") == [9, 100]


def test_figures_are_the_same_whether_extracts_were_kept_or_not(database: Database) -> None:
    data = stay("2027-03-01", "2027-03-12")
    with database.write() as session:
        record(session, data, "PMSMP-2027-0001", extracted=False)
        record(
            session,
            bilan_of(data, "PMSMP-2027-0001"),
            "PMSMP-2027-0001-B1",
            parent="PMSMP-2027-0001",
            extracted=False,
        )
        record(session, CONVENTION, "CP-2026-0001", extracted=False)
    asked = Asked(Scope(year_of(2027), ON))
    first = figures_of(database, asked)
    assert figures_of(database, asked) == first
    known = {one.id: one.value for one in first if not one.group}
    assert (known["pmsmp_realisees"], known["pmsmp_promises"]) == (1, 6)


def test_small_counts_are_hidden_outside(database: Database) -> None:
    with database.write() as session:
        record(session, stay("2027-03-01", "2027-03-12"), "PMSMP-2027-0001")
    found = figures_of(database, Asked(Scope(year_of(2027), ON), outside=True))
    assert next(one for one in found if one.id == "pmsmp_commencees").shown == "< 5"


@pytest.mark.parametrize(
    ("first", "last"),
    [(dt.date(2027, 1, 2), dt.date(2027, 1, 1)), (dt.date(2020, 1, 1), dt.date(2025, 1, 1))],
)
def test_a_period_has_an_order_and_a_length(first: dt.date, last: dt.date) -> None:
    with pytest.raises(InvalidData):
        window_of(first, last)


def test_a_mistyped_year_is_told() -> None:
    with pytest.raises(InvalidData):
        year_of(20270)
