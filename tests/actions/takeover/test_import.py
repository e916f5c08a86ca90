"""The past taken over: whole or not at all, once, and never more than what it says."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import zipfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import func, select, text

from docgen.actions.around import Law
from docgen.actions.law import check, find_person, still_possible
from docgen.actions.reporting.period import Asked, figures_of, year_of
from docgen.actions.takeover.columns import PARTNERSHIPS, STAYS
from docgen.actions.takeover.importing import Takeover, take_over
from docgen.actions.takeover.model import model_file
from docgen.actions.takeover.scans import Papers, attach, scans
from docgen.agreements.reading import read
from docgen.agreements.rules.context import Reading
from docgen.errors import InvalidData, NotFound, Refused
from docgen.indicators import Scope
from docgen.lifecycle import Status
from docgen.records import queries, tables
from docgen.records.database import Database, open_database
from tests.samples import BILAN, PMSMP, as_bytes, changed

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
EXAMPLE = Path(__file__).parents[3] / "examples" / "reprise-exemple.xlsx"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
STAY: dict[str, Any] = {
    "numero": "2023-01",
    "entreprise": "Dupont & Fils",
    "siret": "35600000000048",
    "nom": "Diallo",
    "prenom": "Fatou",
    "date_naissance": dt.date(1990, 5, 17),
    "debut": dt.date(2023, 3, 6),
    "fin": dt.date(2023, 3, 17),
    "objet": "confirmer",
    "heures_prevues": 70,
}
PARTNERSHIP: dict[str, Any] = {
    "numero": "C1",
    "entreprise": "Dupont & Fils",
    "siret": "35600000000048",
    "debut": dt.date(2023, 9, 1),
    "fin": dt.date(2024, 8, 31),
    "volume": 6,
    "base": "année civile",
    "periode": 12,
    "maximum": 3,
    "preavis": 3,
    "preavis_unite": "mois",
}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


def row(columns: Any, given: dict[str, Any], **more: Any) -> list[Any]:
    values = {**given, **more}
    assert values.keys() <= {one.key for one in columns}
    return [values.get(one.key) for one in columns]


def stay(**more: Any) -> list[Any]:
    return row(STAYS, STAY, **more)


def partnership(**more: Any) -> list[Any]:
    return row(PARTNERSHIPS, PARTNERSHIP, **more)


def book(*stays: list[Any], conventions: tuple[list[Any], ...] = ()) -> bytes:
    return model_file(NOW, {"PMSMP": stays, "Conventions": conventions})


def ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):032x}"


def taken(database: Database, content: bytes, **more: Any) -> Takeover:
    start = 0
    with database.read() as session:
        start = session.scalar(select(func.count()).select_from(tables.Event)) or 0
    numbers = itertools.count(1000 * (start + 1))
    return take_over(database, content, NOW, lambda: f"{next(numbers):032x}", "passe.xlsx", **more)


def refused(database: Database, content: bytes, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidData) as caught:
        taken(database, content, **more)
    assert rows(database) == []
    return [(one.field, one.message) for one in caught.value.findings]


def rows(database: Database) -> list[tables.Agreement]:
    with database.read() as session:
        return list(session.scalars(select(tables.Agreement).order_by(tables.Agreement.reference)))


def values(database: Database, year: int, *names: str) -> list[object]:
    scope = Scope(year_of(year), NOW.date())
    known = {one.id: one.value for one in figures_of(database, Asked(scope)) if not one.group}
    return [known[name] for name in names]


def test_the_example_gives_the_figures_of_the_interview(database: Database) -> None:
    done = taken(database, EXAMPLE.read_bytes())
    assert (done.added, len(done.taken)) == (30, 30)
    assert values(database, 2022, "pmsmp_commencees", "conventions_actives") == [9, 0]
    assert values(database, 2023, "pmsmp_commencees", "conventions_actives") == [19, 2]
    assert {row.status for row in rows(database)} == {"repris"}


def test_the_example_file_is_what_its_script_writes() -> None:
    from scripts.takeover_example import content

    assert EXAMPLE.read_bytes() == content()


def test_the_same_file_twice_adds_nothing(database: Database) -> None:
    content = EXAMPLE.read_bytes()
    taken(database, content)
    before = [(one.reference, one.data) for one in rows(database)]
    again = taken(database, content)
    assert (again.added, len(again.taken)) == (0, 30)
    assert [(one.reference, one.data) for one in rows(database)] == before


def test_a_dry_run_says_the_same_and_keeps_nothing(database: Database) -> None:
    done = taken(database, EXAMPLE.read_bytes(), dry_run=True)
    assert done.added == 30
    assert rows(database) == []


def test_progress_is_told_row_by_row(database: Database) -> None:
    told: list[tuple[int, int]] = []
    taken(
        database,
        book(stay(), stay(numero="2023-02", debut=dt.date(2023, 6, 5), fin=dt.date(2023, 6, 9))),
        told=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]


def test_what_is_taken_over_says_where_it_comes_from_and_claims_no_signature(
    database: Database,
) -> None:
    taken(database, book(stay()))
    (found,) = rows(database)
    assert found.reference == "REPRIS-PMSMP-2023-0001"
    assert found.state is Status.REPRIS
    assert (found.frozen_sha256, found.evidence_sha256, found.archived_at) == (None, None, None)
    with database.read() as session:
        (event,) = queries.events(session, found.id)
        assert queries.agreement(session, found.id).signers == []
    assert event.type == "agreement.taken_over"
    assert event.data["sheet"] == "PMSMP"
    assert "Diallo" not in json.dumps(dict(event.data))


def test_what_is_taken_over_counts_in_the_legal_sums(database: Database) -> None:
    past = stay(debut=dt.date(2026, 7, 1), fin=dt.date(2026, 7, 31), numero="2026-01")
    second = stay(debut=dt.date(2026, 9, 1), fin=dt.date(2026, 9, 29), numero="2026-02",
                  objet="découvrir")  # fmt: skip
    taken(database, book(past, second))
    law = Law(Reading())
    new = changed(PMSMP, debut="2027-01-11", fin="2027-01-22")
    checked, _ = check(database, read(as_bytes(new)), dt.date(2026, 11, 24), law)
    broken = {one.rule for one in checked.findings if one.level == "error"}
    assert {"P3", "P4"} <= broken
    person = find_person(database, "Fatou Diallo", None)
    answer = still_possible(
        database, person, "35600000000048", dt.date(2027, 1, 11), NOW.date(), law
    )
    assert answer is not None


RENEWAL = {
    **PMSMP,
    "type": "renouvellement",
    "debut": "2026-12-01",
    "fin": "2026-12-11",
    "renouvellement": {
        "reference": "REPRIS-PMSMP-2026-0001",
        "motif": "Objectif non atteint",
        "debut_initial": "2026-10-05",
        "fin_initiale": "2026-10-16",
    },
}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (RENEWAL, set()),
        ({**BILAN, "convention": "REPRIS-PMSMP-2026-0001"}, {"D6"}),
        ({"type": "avenant", "convention": "REPRIS-CP-2026-0001", "debut": "2026-12-01"}, {"D6"}),
        ({"type": "denonciation", "convention": "REPRIS-CP-2026-0001"}, {"D6"}),
    ],
)
def test_only_a_renewal_hangs_on_what_was_taken_over(
    database: Database, data: dict[str, Any], said: set[str]
) -> None:
    past = stay(debut=dt.date(2026, 10, 5), fin=dt.date(2026, 10, 16))
    convention = partnership(debut=dt.date(2026, 1, 1), fin=dt.date(2026, 12, 31))
    taken(database, book(past, conventions=(convention,)))
    law = Law(Reading())
    checked, _ = check(database, read(as_bytes(data)), dt.date(2026, 11, 24), law)
    assert {one.rule for one in checked.findings if one.level == "error"} == said


def test_a_renewal_names_its_parent_in_any_order_and_counts_apart(database: Database) -> None:
    renewal = stay(numero="2023-01 bis", debut=dt.date(2023, 3, 20), fin=dt.date(2023, 3, 31),
                   renouvelle="2023-01")  # fmt: skip
    taken(database, book(renewal, stay()))
    assert [one.reference for one in rows(database)] == [
        "REPRIS-PMSMP-2023-0001",
        "REPRIS-PMSMP-2023-0001-R1",
    ]
    assert values(database, 2023, "pmsmp_commencees", "renouvellements") == [1, 1]
    assert taken(database, book(renewal, stay())).added == 0


def test_bilans_and_hires_of_the_past_count(database: Database) -> None:
    taken(
        database,
        book(
            stay(deroulement="complet", heures_realisees="63,5", suite="embauche", contrat="CDI",
                 embauche_le=dt.date(2023, 4, 3), chez_l_hote="oui"),
            stay(numero="2023-02", nom="Petrov", deroulement="absence"),
            stay(numero="2023-03", nom="Sow", deroulement="partiel", suite="autre PMSMP",
                 heures_realisees=12),
        ),
    )  # fmt: skip
    told = values(
        database,
        2023,
        "pmsmp_realisees",
        "minutes_realisees",
        "vers_emploi",
        "vers_emploi_meme_hote",
    )
    assert told == [2, 63 * 60 + 30 + 720, 1, 1]


def test_conventions_of_the_past_run_and_promise(database: Database) -> None:
    ended = partnership(numero="C2", siret="55210055400013", entreprise="Lutèce",
                        terminee_le=dt.date(2024, 2, 29))  # fmt: skip
    taken(database, book(conventions=(partnership(), ended)))
    assert values(database, 2023, "conventions_actives") == [2]
    assert values(database, 2024, "conventions_actives", "pmsmp_promises") == [
        1,
        6 + Fraction(360, 366),
    ]
    # Three renewals at most: over since 1 September 2027.
    assert values(database, 2026, "conventions_actives") == [1]


@pytest.mark.parametrize(
    ("changes", "cell", "reason"),
    [
        ({"fin": dt.date(2023, 3, 5)}, "PMSMP!I2", "précède le premier"),
        ({"fin": dt.date(2023, 6, 30)}, "PMSMP!I2", "un mois au plus"),
        (
            {"debut": dt.date(2027, 1, 4), "fin": dt.date(2027, 1, 8)},
            "PMSMP!H2",
            "pas encore du passé",
        ),
        ({"siret": "35600000000049"}, "PMSMP!C2", "clé de contrôle"),
        ({"siret": "3560"}, "PMSMP!C2", "14 chiffres"),
        ({"nom": None}, "PMSMP!E2", "obligatoire"),
        ({"objet": "recherche"}, "PMSMP!J2", "découvrir, confirmer, recruter"),
        ({"debut": "6 mars 2023"}, "PMSMP!H2", "texte, pas une date"),
        ({"debut": "31/02/2023"}, "PMSMP!H2", "n’existe pas"),
        ({"date_naissance": dt.date(2019, 5, 17)}, "PMSMP!G2", "3 ans"),
        ({"heures_prevues": "beaucoup"}, "PMSMP!O2", "n’est pas un nombre"),
        ({"code_rome": "cuisine"}, "PMSMP!M2", "quatre chiffres"),
        ({"referent": "samira"}, "PMSMP!N2", "courriel"),
        ({"heures_realisees": 60}, "PMSMP!R2", "sans bilan"),
        ({"suite": "embauche"}, "PMSMP!S2", "sans bilan"),
        ({"deroulement": "complet", "heures_realisees": 71}, "PMSMP!R2", "plus d’heures"),
        ({"deroulement": "absence", "heures_realisees": 7}, "PMSMP!R2", "absence"),
        ({"deroulement": "complet", "suite": "embauche"}, "PMSMP!T2", "contrat"),
        ({"deroulement": "complet", "contrat": "CDI"}, "PMSMP!S2", "embauche"),
        (
            {"deroulement": "complet", "suite": "embauche", "contrat": "CDI",
             "embauche_le": dt.date(2023, 3, 1)},
            "PMSMP!U2",
            "précède le premier jour",
        ),
        ({"renouvelle": "2022-99"}, "PMSMP!P2", "aucune PMSMP"),
        ({"scan": "../secret.pdf"}, "PMSMP!W2", "sans dossier"),
        ({"scan": "absent.pdf"}, "PMSMP!W2", "--scans"),
    ],
)  # fmt: skip
def test_each_wrong_cell_is_named_with_its_reason_and_nothing_is_kept(
    database: Database, changes: dict[str, Any], cell: str, reason: str
) -> None:
    good = stay(numero="2023-77", nom="Sow")
    found = refused(database, book(stay(**changes), good))
    assert any(place == cell and reason in said for place, said in found), found


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"preavis": None}, "Conventions!L2"),
        ({"preavis_unite": None}, "Conventions!M2"),
        ({"periode": None}, "Conventions!J2"),
        ({"volume": None, "recrutements": 2}, "Conventions!G2"),
        ({"mois_bilan": 13}, "Conventions!N2"),
        ({"terminee_le": dt.date(2022, 1, 1)}, "Conventions!P2"),
    ],
)
def test_a_convention_that_contradicts_itself_is_refused(
    database: Database, changes: dict[str, Any], cell: str
) -> None:
    found = refused(database, book(conventions=(partnership(**changes),)))
    assert cell in {place for place, _ in found}


def test_every_fault_is_said_at_once(database: Database) -> None:
    found = refused(
        database, book(stay(nom=None, objet="?"), stay(), stay(), stay(numero="x", siret="1"))
    )
    assert {place for place, _ in found} >= {"PMSMP!E2", "PMSMP!J2", "PMSMP!A4", "PMSMP!C5"}


def test_dates_as_text_are_read_and_said(database: Database) -> None:
    done = taken(database, book(stay(debut="06/03/2023", fin="2023-03-17")))
    assert rows(database)[0].first_day == dt.date(2023, 3, 6)
    assert [one.field for one in done.notices] == ["PMSMP!H2", "PMSMP!I2"]


def test_the_same_number_with_other_words_is_refused_until_it_is_cancelled(
    database: Database,
) -> None:
    taken(database, book(stay()))
    with pytest.raises(InvalidData, match="REPRIS-PMSMP-2023-0001") as caught:
        taken(database, book(stay(fin=dt.date(2023, 3, 16)), stay(numero="2023-02", nom="Sow")))
    assert caught.value.findings[0].field == "PMSMP!A2"
    assert len(rows(database)) == 1


def sheet_of(fill: Callable[[Any], None], name: str = "PMSMP") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet(name)
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        for number, asked in enumerate(STAYS):
            sheet.write_string(0, number, asked.title)
            value = STAY.get(asked.key)
            if isinstance(value, dt.date):
                sheet.write_datetime(1, number, dt.datetime.combine(value, dt.time()), day)
            elif value is not None:
                sheet.write(1, number, value)
        fill(sheet)
    return out.getvalue()


def test_merged_cells_and_formulas_are_refused_by_their_address(database: Database) -> None:
    def fill(sheet: Any) -> None:
        sheet.merge_range("E5:F5", "Diallo Fatou")
        sheet.write_formula("O2", "=35*2", None, 70)

    found = dict(refused(database, sheet_of(fill)))
    assert "fusionnées" in found["PMSMP!E5:F5"]
    assert "formule" in found["PMSMP!O2"]


def test_a_wrong_sheet_or_column_is_told_with_the_right_name(database: Database) -> None:
    (place, said), *_ = refused(database, sheet_of(lambda _: None, "Feuil1"))
    assert "Feuil1" in said
    assert "« PMSMP »" in said

    def fill(sheet: Any) -> None:
        sheet.write_string(0, 8, "Dernier jours")

    found = dict(refused(database, sheet_of(fill)))
    assert "« Dernier jour »" in found["PMSMP!I1"]
    assert place == ""


def test_fifty_thousand_rows_are_refused_with_what_is_allowed(database: Database) -> None:
    def fill(sheet: Any) -> None:
        sheet.write_string(50_000, 0, "x")

    ((_, said),) = refused(database, sheet_of(fill))
    assert "« PMSMP » va au-delà de 20000 lignes" in said


def test_a_bomb_an_old_format_and_an_empty_file_are_refused(database: Database) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * (160 * 1024 * 1024))
    for content, reason in (
        (bomb.getvalue(), "150 Mo"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "pas un classeur .xlsx"),
        (b"", "pas un classeur .xlsx"),
        (book(), "aucune ligne"),
    ):
        ((_, said),) = refused(database, content)
        assert reason in said


def test_scans_are_kept_as_what_they_are(database: Database) -> None:
    papers = Papers({"a.pdf": lambda: PDF})
    done = taken(database, book(stay(scan="a.pdf")), papers=papers)
    assert done.scans == 1
    assert taken(database, book(stay(scan="a.pdf")), papers=papers).scans == 0
    assert scans(database, "REPRIS-PMSMP-2023-0001") == [PDF]
    with database.read() as session:
        found = queries.events(session, rows(database)[0].id)
        names = session.execute(text("SELECT count(*) FROM blobs")).scalar()
    assert [one.type for one in found] == ["agreement.taken_over", "document.scan_received"]
    assert "n’a vu personne" in found[1].data["what"]
    assert names == 1


def test_a_scan_that_is_no_pdf_or_not_for_what_is_taken_over_is_refused(
    database: Database,
) -> None:
    taken(database, book(stay()))
    with pytest.raises(InvalidData, match="PDF lisible"):
        attach(database, "REPRIS-PMSMP-2023-0001", b"not a pdf", NOW)
    with pytest.raises(NotFound):
        attach(database, "PMSMP-2026-0001", PDF, NOW)
    assert attach(database, "REPRIS-PMSMP-2023-0001", PDF, NOW) is True
    assert attach(database, "REPRIS-PMSMP-2023-0001", PDF, NOW) is False
    with database.write() as session:
        session.get_one(tables.Agreement, rows(database)[0].id).status = "annule"
    with pytest.raises(Refused, match="annulé"):
        attach(database, "REPRIS-PMSMP-2023-0001", PDF, NOW)
