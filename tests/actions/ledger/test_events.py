"""Events: who came, which companies, what came of them, counted once."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from docgen.actions.ledger.entries import undo
from docgen.actions.ledger.events import Planned, add_event, complete_event, events
from docgen.actions.ledger.log import Noted, log
from docgen.agreements.identity import person_key
from docgen.errors import InvalidData, NotFound, Refused
from docgen.records.database import Database
from tests.recorded import SIREN

NOW = dt.datetime(2027, 6, 15, 9, tzinfo=dt.UTC)
FATOU = person_key("Diallo", "Fatou", "1990-05-17")
AWA = person_key("Diallo", "Awa", "1990-05-17")
DAY = dt.date(2027, 1, 5)
COUNTED = Planned("job_dating", DAY, {SIREN: "Dupont", "552100554": "Lutèce"}, 15)
YEAR = (dt.date(2027, 1, 1), dt.date(2027, 12, 31))


def test_an_event_of_several_companies_is_found_by_each(company: Database) -> None:
    row = add_event(company, COUNTED, "a" * 32, NOW)
    assert (row.reference, row.companies, row.participants) == (
        "EV-2027-0001",
        "Dupont, Lutèce",
        15,
    )
    for siren, count in ((SIREN, 1), ("552100554", 1), ("111111111", 0), ("", 1)):
        assert len(events(company, *YEAR, siren)) == count


def test_what_came_of_it_follows_the_people_named_at_the_companies_that_were_there(
    company: Database,
) -> None:
    named = dataclasses.replace(COUNTED, participants=None, people=frozenset({FATOU, AWA}))
    row = add_event(company, named, "a" * 32, NOW)
    assert (row.participants, row.named, row.stays, row.hires) == (2, 2, 2, 0)
    hire = Noted("embauche", dt.date(2027, 3, 1), contract="cdi")
    log(company, "PMSMP-2027-0001", hire, "b" * 32, NOW)
    assert events(company, *YEAR)[0].hires == 1
    # Seven months before, or elsewhere: not its fruit.
    early = dataclasses.replace(named, day=dt.date(2026, 6, 1))
    assert add_event(company, early, "c" * 32, NOW).stays == 0
    other = dataclasses.replace(named, companies={"552100554": "Lutèce"})
    assert add_event(company, other, "d" * 32, NOW).stays == 0


def test_what_is_said_later_stands_instead(company: Database) -> None:
    add_event(company, COUNTED, "a" * 32, NOW)
    row = complete_event(company, "EV-2027-0001", 6, None)
    assert (row.stays, row.hires) == (6, 0)
    with pytest.raises(InvalidData):
        complete_event(company, "EV-2027-0001", 16, None)
    with pytest.raises(NotFound):
        complete_event(company, "EV-2027-0002", 1, None)


def test_the_same_event_is_noted_once_until_it_is_undone(company: Database) -> None:
    row = add_event(company, COUNTED, "a" * 32, NOW)
    with pytest.raises(Refused, match=row.reference):
        add_event(company, COUNTED, "b" * 32, NOW)
    undo(company, row.id, NOW)
    assert events(company, *YEAR) == []
    assert add_event(company, COUNTED, "b" * 32, NOW).reference == "EV-2027-0002"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"kind": "banquet"}, "nature"),
        ({"day": dt.date(2027, 6, 16)}, "le"),
        ({"companies": {}}, "entreprise"),
        ({"companies": {"12": "Dupont"}}, "entreprise"),
        ({"companies": {"123456789": ""}}, "entreprise"),
        ({"participants": None}, "participants"),
        ({"participants": 1, "people": frozenset({FATOU, AWA})}, "participants"),
        ({"stays": 16}, "pmsmp"),
        ({"hires": -1}, "embauches"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_what_makes_no_event_is_refused_by_its_place(
    company: Database, changes: dict[str, object], place: str
) -> None:
    said = dataclasses.replace(COUNTED, **changes)  # type: ignore[arg-type]
    with pytest.raises(InvalidData) as caught:
        add_event(company, said, "a" * 32, NOW)
    assert [one.field for one in caught.value.findings] == [place]
    assert events(company, *YEAR) == []
