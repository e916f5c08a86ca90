"""Finding: words without accents, filters, scope; what the journal says of a search, and not."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module

import pytest

from docgen.actions.accounts.present import OURS, Sight
from docgen.actions.audit.accesses import accesses
from docgen.actions.audit.finding import find, seen
from docgen.actions.audit.indexing import index_some, reindex
from docgen.actions.ports import Ports
from docgen.errors import NotFound
from docgen.lifecycle import Status
from docgen.records import queries, tables
from docgen.records.queries.search import Scope, Wanted
from tests.samples import NOW

LUTECE, DUPONT = "35600000000048", "73282932000074"
PEOPLE = (("Diallo", "Fatou"), ("Œuvré", "Hélène"), ("N’Guyễn", "Jean-Noël"))


def row(number: int, **changes: object) -> tables.Agreement:
    """The agreements of a year: a month each, two companies, three people."""
    month = number % 12 + 1
    family, given = PEOPLE[number % 3]
    facts: dict[str, object] = {
        "id": f"{number:032x}",
        "reference": f"PMSMP-2026-{number:04d}",
        "kind": "pmsmp" if number % 4 else "partenariat",
        "status": Status.ARCHIVE if number % 5 else Status.ENVOYE,
        "request_key": f"{number:064x}",
        "data": json.dumps({"beneficiaire": {"nom": family, "prenom": given}}),
        "company": "Boulangeries Lutèce" if number % 2 else "L’Étal d’Écouflant",
        "company_siret": LUTECE if number % 2 else DUPONT,
        "first_day": dt.date(2026, month, 1),
        "last_day": dt.date(2026, month, 28),
        "created_at": NOW,
        "expires_at": NOW,
    }
    return tables.Agreement(**(facts | changes))


@pytest.fixture
def found(ports: Ports) -> Ports:
    with ports.database.write() as session:
        rows = [row(number) for number in range(1, 25)]
        session.add_all(rows)
        session.flush()
        for one in rows:
            queries.index(session, one)
        session.add(tables.Fund(code="FSE-IDF", label="FSE", retention_class="FSE-2021-2027"))
        session.flush()
        session.add_all(
            tables.AgreementFund(fund="FSE-IDF", agreement_id=f"{number:032x}")
            for number in (3, 5, 8)
        )
    return ports


def numbers(ports: Ports, wanted: Wanted | None = None, scope: Scope | None = None) -> list[int]:
    """The numbers of what is found, in order of number."""
    sight = Sight("m", "contrôle de la DRIEETS", scope or Scope())
    answer = find(ports, sight, None, wanted or Wanted(), NOW)
    return sorted(int(one.reference[-4:]) for one in answer.rows)


def where(condition: object) -> list[int]:
    assert callable(condition)
    return [number for number in range(1, 25) if condition(row(number))]


CASES: list[tuple[dict[str, object], object]] = [
    ({}, lambda _: True),
    ({"words": "lutece"}, lambda r: "Lutèce" in r.company),
    ({"words": "LUTÈ boulang"}, lambda r: "Lutèce" in r.company),
    ({"words": "etal ecou"}, lambda r: "Étal" in r.company),
    ({"words": "oeuvre"}, lambda r: "vré" in json.loads(r.data)["beneficiaire"]["nom"]),
    ({"words": "nguyen"}, lambda _: False),
    ({"words": "n guyen noel"}, lambda r: "Noël" in json.loads(r.data)["beneficiaire"]["prenom"]),
    ({"words": "PMSMP-2026-0007"}, lambda r: r.reference == "PMSMP-2026-0007"),
    ({"words": "pmsmp20260007"}, lambda r: r.reference == "PMSMP-2026-0007"),
    ({"words": "356000"}, lambda r: r.company_siret == LUTECE),
    ({"words": "diallo lutece"}, lambda r: r.company_siret == LUTECE and "Diallo" in r.data),
    ({"words": "absent"}, lambda _: False),
    ({"company": "diallo"}, lambda _: False),
    ({"person": "diallo"}, lambda r: "Diallo" in r.data),
    ({"siret": LUTECE}, lambda r: r.company_siret == LUTECE),
    ({"siret": DUPONT[:9]}, lambda r: r.company_siret == DUPONT),
    ({"kind": "partenariat"}, lambda r: r.kind == "partenariat"),
    ({"statuses": (Status.ENVOYE,)}, lambda r: r.status == Status.ENVOYE),
    ({"first_day": dt.date(2026, 6, 15)}, lambda r: r.last_day >= dt.date(2026, 6, 15)),
    ({"last_day": dt.date(2026, 6, 15)}, lambda r: r.first_day <= dt.date(2026, 6, 15)),
    (
        {"first_day": dt.date(2026, 3, 28), "last_day": dt.date(2026, 4, 1)},
        lambda r: r.first_day.month in {3, 4},
    ),
    ({"fund": "FSE-IDF"}, lambda r: int(r.reference[-4:]) in {3, 5, 8}),
    ({"words": "% _ ' \" \\ --"}, lambda _: True),
]


@pytest.mark.parametrize("few", [4000, -1])
def test_what_is_found_is_what_a_plain_reading_finds(
    found: Ports, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With -1, as where every word is common: none is rare enough to lead.
    monkeypatch.setattr(import_module("docgen.records.queries.search"), "FEW", few)
    for wanted, condition in CASES:
        assert numbers(found, Wanted(**wanted)) == where(condition), wanted  # type: ignore[arg-type]


SCOPES: list[tuple[Scope, object]] = [
    (Scope(first_day=dt.date(2026, 6, 15)), lambda r: r.last_day >= dt.date(2026, 6, 15)),
    (Scope(last_day=dt.date(2026, 2, 1)), lambda r: r.first_day <= dt.date(2026, 2, 1)),
    (Scope(fund="FSE-IDF"), lambda r: int(r.reference[-4:]) in {3, 5, 8}),
    (Scope(company=DUPONT), lambda r: r.company_siret == DUPONT),
    (Scope(company=LUTECE[:9]), lambda r: r.company_siret == LUTECE),
    (Scope(fund="AUTRE"), lambda _: False),
    (
        Scope(dt.date(2026, 3, 1), dt.date(2026, 6, 30), "FSE-IDF", LUTECE),
        lambda r: int(r.reference[-4:]) in {3, 5},
    ),
]


def test_nothing_leaves_its_scope_by_any_road(found: Ports) -> None:
    for scope, condition in SCOPES:
        inside = where(condition)
        assert numbers(found, scope=scope) == inside
        wider = Wanted(words="2026", first_day=dt.date(2000, 1, 1))
        assert numbers(found, wider, scope) == inside
        sight = Sight("m", "contrôle", scope)
        for number in range(1, 25):
            reference = f"PMSMP-2026-{number:04d}"
            if number in inside:
                assert seen(found, sight, reference).reference == reference
            else:
                with pytest.raises(NotFound):
                    seen(found, sight, reference)


def test_pages_follow_each_other_without_gap_or_repeat(found: Ports) -> None:
    shown: list[str] = []
    after = None
    for _ in range(10):
        answer = find(found, OURS, None, Wanted(words="2026"), NOW, after, most=5)
        shown += [one.reference for one in answer.rows]
        after = answer.after
        if after is None:
            break
    assert len(shown) == len(set(shown)) == 24
    days = [row(int(one[-4:])).first_day for one in shown]
    assert days == sorted(days, reverse=True)


def test_a_status_is_found_as_it_is_now(found: Ports) -> None:
    with found.database.write() as session:
        queries.agreement(session, f"{5:032x}").status = Status.SIGNE
    assert numbers(found, Wanted(statuses=(Status.SIGNE,))) == [5]


def test_a_search_is_told_without_its_words(found: Ports) -> None:
    sight = Sight("mission-7", "contrôle FSE 2026", Scope(fund="FSE-IDF"))
    wanted = Wanted(words="diallo", person="Fatou", kind="pmsmp", first_day=dt.date(2026, 1, 1))
    find(found, sight, "compte", wanted, NOW)
    told = accesses(found)[0]
    assert (told.mission, told.motive, told.what) == (
        "mission-7",
        "contrôle FSE 2026",
        "recherche",
    )
    assert told.details == {
        "criteria": {
            "words": True, "person": True, "kind": "pmsmp", "first_day": "2026-01-01",
        },
        "found": 1,
    }  # fmt: skip
    assert "diallo" not in str(told).casefold()
    assert "fatou" not in str(told).casefold()


def test_what_was_registered_before_is_made_findable(ports: Ports) -> None:
    with ports.database.write() as session:
        session.add_all([row(1), row(2), row(3, status=Status.DETRUIT)])
    assert numbers(ports) == []
    assert reindex(ports) == 2
    assert numbers(ports) == [1, 2]
    assert index_some(ports) == 0
    with ports.database.write() as session:
        queries.agreement(session, f"{1:032x}").company = "Autre nom"
    assert reindex(ports, everything=True) == 2
    assert numbers(ports, Wanted(words="autre nom")) == [1]
    assert numbers(ports, Wanted(words="lutece")) == []
