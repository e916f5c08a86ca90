"""Companies, people and advisers by name; the twelve months to come."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.access import Role
from docgen.actions.following.horizon import horizon
from docgen.actions.following.lists import PAGE, adviser_key, companies
from docgen.actions.ports import Ports
from docgen.records import queries, tables
from docgen.web.office.guarding import HOME
from tests.web.office.furnished import Furnished
from tests.web.office.test_following import Followed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def up(worked: Furnished) -> Followed:
    return Followed(worked.up, worked.done, worked.out, worked.declined)


def test_companies_and_people_are_listed_by_name_and_found_without_accents(up: Followed) -> None:
    said = up.page("/entreprises", Role.READER)
    names = [
        name for name in ("Boulangeries Lutèce", "Brasserie du Canal", "Traiteur") if name in said
    ]
    assert (
        names
        == sorted(names, key=said.index)
        == ["Boulangeries Lutèce", "Brasserie du Canal", "Traiteur"]
    )
    assert "Boulangeries Lutèce & Fils 552 100 554 10 30/11/2026" in said
    assert "Boulangeries Lutèce" in up.page("/entreprises?q=lutece")
    assert "Aucun nom ne contient « absente »" in up.page("/entreprises?q=absente")
    assert "Fatou Diallo" in up.page("/personnes?q=DIALLO")
    # What is no mark of a page begins at the beginning.
    assert "Brasserie du Canal" in up.page("/entreprises?suite=%2500%C3%A9")


def test_an_adviser_has_a_page_whose_address_names_nobody(up: Followed) -> None:
    assert "Samira Benali samira.benali@fournil.example.org" in up.page("/referents")
    page = f"/referents/{adviser_key('samira.benali@fournil.example.org')}"
    assert up.done in up.page(page)
    assert "benali" not in page
    with up.up.browser(Role.OFFICER) as client:
        assert client.get(f"{HOME}/referents/{'0' * 16}").status_code == 404


def test_the_twelve_months_to_come_are_drawn_told_and_listed(
    up: Followed, worked: Furnished
) -> None:
    found = horizon(up.up.ports, dt.date(2026, 11, 9))
    coming = {(one.day.isoformat(), one.sort, one.reference) for one in found.rows}
    assert ("2027-07-31", "preavis", worked.partnership) in coming
    assert ("2027-10-31", "convention", worked.partnership) in coming
    assert sum(map(sum, found.counts.values())) == len(found.rows)
    said = up.page("/echeances")
    assert "préavis à donner : 1" in said
    only = up.page("/echeances?mois=2027-07&sorte=preavis")
    assert "En juillet 2027 1" in only
    assert worked.partnership in only
    assert "Rien n’arrive à son terme ce mois-là" in up.page(
        "/echeances?mois=2027-02&sorte=preavis"
    )
    assert up.page("/echeances?mois=x&sorte=y") == said


def test_a_list_goes_on_from_page_to_page_and_misses_nobody(ports: Ports) -> None:
    with ports.database.write() as session:
        for number in range(2 * PAGE + 3):
            # The same name at three places: the number tells them apart.
            queries.know_company(session, f"{number:09d}", f"Établissement {number // 3}")
        queries.know_company(session, "000000000", "Zinguerie d’Été")
    met: list[str] = []
    after = ("", "")
    while True:
        page = companies(ports, "", after)
        met += [one.key for one in page.rows]
        if page.after is None:
            break
        after = page.after
    with ports.database.read() as session:
        assert sorted(met) == sorted(row.siren for row in session.query(tables.Company))
    assert (len(met), page.total, met[-1]) == (2 * PAGE + 3, 2 * PAGE + 3, "000000000")
    assert [one.name for one in companies(ports, "ete zing").rows] == ["Zinguerie d’Été"]
