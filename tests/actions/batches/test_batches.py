"""Many agreements sent, workbooks read: done once, whatever stops on the way."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.accounts.present import Present
from docgen.actions.batches import drafting, keeping, working
from docgen.actions.drafts import keeping as drafts
from docgen.actions.drafts import sending
from docgen.actions.ports import Ports
from docgen.actions.sweep import sweep
from docgen.actions.takeover.model import book_of, model_file
from docgen.errors import InvalidData, NotFound, Refused, Unavailable
from docgen.lifecycle import Status
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables
from tests.actions.drafts.test_drafts import somebody
from tests.ceremonies import issued
from tests.samples import NOW, PMSMP

pytestmark = pytest.mark.slow

PAST = Path(__file__).parents[3] / "examples" / "reprise-exemple.xlsx"


class Killed(BaseException):
    """As SIGKILL would: nothing after it is done."""


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    return lambda: moment


def whole(name: str, first: str = "2027-01-11") -> dict[str, Any]:
    data = copy.deepcopy(PMSMP)
    data["beneficiaire"] |= {"nom": name, "courriel": f"{name.lower()}@example.org"}
    return {**data, "debut": first}


def begun(ports: Ports, who: Present, *datas: dict[str, Any]) -> list[str]:
    return [drafts.begin(ports, one, who.account, NOW) for one in datas]


def references(ports: Ports) -> list[str]:
    with ports.database.read() as session:
        rows = session.query(tables.Agreement.reference).order_by(tables.Agreement.reference)
        return [one for (one,) in rows]


def test_each_leaves_once_and_what_can_t_says_why_and_is_tried_again(ports: Ports) -> None:
    who = somebody(ports)
    good, bad, gone = begun(ports, who, whole("Diallo"), {"type": "pmsmp"}, whole("Nguyen"))
    sending.send(ports, gone, who.account, NOW)
    with pytest.raises(drafts.AlreadySent):
        keeping.ask_to_send(ports, [good, gone], who.account, NOW)
    batch = keeping.ask_to_send(ports, [good, bad, good], who.account, NOW)
    # The same draft does not leave with two batches.
    with pytest.raises(InvalidData, match="déjà avec un autre lot"):
        keeping.ask_to_send(ports, [good], who.account, NOW)
    assert working.work(ports, batch, at())
    view = keeping.opened(ports, batch)
    assert [one.state for one in view.items] == ["fait", "echec"]
    assert (view.state, view.done, view.total) == ("fini", 2, 2)
    assert "autres points à voir" in view.items[1].reason
    assert len(references(ports)) == 2
    # Mended, then tried again: the first does not leave twice.
    drafts.save(ports, bad, 1, "p", whole("Lopez", "2027-01-12"), who.account, NOW)
    keeping.retry(ports, batch, who.account, NOW)
    assert working.work(ports, batch, at())
    assert [one.state for one in keeping.opened(ports, batch).items] == ["fait", "fait"]
    assert len(references(ports)) == 3
    with pytest.raises(Refused, match="Rien n’a échoué"):
        keeping.retry(ports, batch, who.account, NOW)
    assert not working.work(ports, batch, at())
    with ports.database.read() as session:
        acts = [one.act for one in queries.office_entries(session)]
    assert acts.count(OfficeAct.BATCH) == 2
    assert acts.count(OfficeAct.ISSUED) == 3


@pytest.mark.parametrize("step", ["lot.envoi", "lot.note"])
def test_killed_it_is_taken_up_by_the_sweep_and_nobody_is_sent_twice(
    ports: Ports, step: str
) -> None:
    who = somebody(ports)
    ids = begun(ports, who, *(whole(name) for name in ("Un", "Deux", "Trois")))
    batch = keeping.ask_to_send(ports, ids, who.account, NOW)
    met: list[str] = []

    def stop(name: str) -> None:
        met.append(name)
        if met.count(step) == 2 and name == step:
            raise Killed

    with pytest.raises(Killed):
        working.work(dataclasses.replace(ports, pause=stop), batch, at())
    assert keeping.opened(ports, batch).running
    # While the dead worker may still be alive, nobody else begins.
    assert not working.work(ports, batch, at(NOW + timedelta(minutes=1)))
    later = NOW + timedelta(minutes=5)
    assert sweep(ports, later).counts["lots"] == 1
    view = keeping.opened(ports, batch)
    assert [one.state for one in view.items] == ["fait"] * 3
    assert len(references(ports)) == 3


def test_what_has_not_left_yet_can_be_stopped(ports: Ports) -> None:
    who = somebody(ports)
    ids = begun(ports, who, *(whole(name) for name in ("Un", "Deux", "Trois")))
    batch = keeping.ask_to_send(ports, ids, who.account, NOW)

    def stop(name: str) -> None:
        if name == "lot.note":
            keeping.stop(ports, batch, who.account, NOW)

    working.work(dataclasses.replace(ports, pause=stop), batch, at())
    view = keeping.opened(ports, batch)
    assert (view.state, view.count("retire")) == ("arrete", 2)
    assert len(references(ports)) == 1
    assert len(drafts.listed(ports)) == 2


def test_a_cause_outside_is_told_and_stops_nobody_else(ports: Ports) -> None:
    who = somebody(ports)
    ids = begun(ports, who, whole("Un"), whole("Deux"))
    batch = keeping.ask_to_send(ports, ids, who.account, NOW)
    tries: list[bytes] = []

    def sometimes(docx: bytes) -> bytes:
        tries.append(docx)
        if len(tries) == 1:
            raise Unavailable("LibreOffice ne répond pas.")
        return ports.to_pdf(docx)

    working.work(dataclasses.replace(ports, to_pdf=sometimes), batch, at())
    view = keeping.opened(ports, batch)
    # Registered and numbered: the PDF waits for the next sweep, visible on the board.
    assert sweep(ports, NOW + timedelta(minutes=5)).failures == []
    with ports.database.read() as session:
        states = {row.state for row in session.query(tables.Agreement)}
    assert states == {Status.ENVOYE}
    assert view.count("fait") + view.count("echec") == 2


def test_the_past_is_tried_then_kept_once(ports: Ports) -> None:
    who = somebody(ports)
    content = PAST.read_bytes()
    batch = keeping.ask_to_read(ports, "reprise", "reprise.xlsx", content, who.account, NOW)
    with pytest.raises(Refused):
        keeping.say_yes(ports, batch, who.account, NOW)
    working.work(ports, batch, at())
    view = keeping.opened(ports, batch)
    assert (view.state, view.report["added"], view.done) == ("essaye", 30, 30)
    assert references(ports) == []
    keeping.say_yes(ports, batch, who.account, NOW)
    working.work(ports, batch, at())
    view = keeping.opened(ports, batch)
    assert (view.state, view.report["added"]) == ("fini", 30)
    assert len(references(ports)) == 30
    with ports.database.read() as session:
        assert queries.batch(session, batch).content is None
    again = keeping.ask_to_read(ports, "reprise", "reprise.xlsx", content, who.account, NOW)
    working.work(ports, again, at())
    report = keeping.opened(ports, again).report
    assert (report["added"], report["known"]) == (0, 30)


def test_a_workbook_that_nobody_said_yes_to_is_let_go(ports: Ports) -> None:
    who = somebody(ports)
    batch = keeping.ask_to_read(ports, "reprise", "r.xlsx", PAST.read_bytes(), who.account, NOW)
    working.work(ports, batch, at())
    assert working.batches_left(ports, NOW + timedelta(days=8)) == []
    view = keeping.opened(ports, batch)
    assert view.state == "arrete"
    with ports.database.read() as session:
        assert queries.batch(session, batch).content is None
    working.batches_left(ports, NOW + timedelta(days=200))
    with pytest.raises(NotFound):
        keeping.opened(ports, batch)


def rows_of(*rows: tuple[Any, ...]) -> bytes:
    return book_of("Brouillons", ("x",), drafting.SHEETS, NOW, {"Brouillons": rows})


BORN, FIRST, LAST = date(1990, 5, 17), date(2027, 3, 1), date(2027, 3, 12)


def test_each_row_is_a_draft_like_the_agreement_it_names_and_made_once(ports: Ports) -> None:
    who = somebody(ports)
    reference = issued(ports, PMSMP, NOW)
    like = (
        ("Nguyen", "Léa", BORN, "lea@example.org", None, FIRST, LAST, reference),
        ("Lopez", "Ana", BORN, None, "06 12 34 56 78", FIRST, LAST, reference),
    )
    batch = keeping.ask_to_read(ports, "brouillons", "b.xlsx", rows_of(*like), who.account, NOW)
    working.work(ports, batch, at())
    assert keeping.opened(ports, batch).report["added"] == 2
    assert drafts.listed(ports) == []
    keeping.say_yes(ports, batch, who.account, NOW)
    working.work(ports, batch, at())
    group = keeping.opened(ports, batch).report["group"]
    made = {one.data["beneficiaire"]["nom"]: one.data for one in drafts.listed(ports, group)}
    assert made.keys() == {"Nguyen", "Lopez"}
    assert made["Nguyen"]["entreprise"] == json.loads(json.dumps(PMSMP["entreprise"], default=str))
    assert (made["Lopez"]["debut"], made["Lopez"]["fin"]) == ("2027-03-01", "2027-03-12")
    assert "renouvellement" not in made["Lopez"]
    # The same rows again, in another workbook: nothing is made twice.
    more = (*like, ("Roy", "Jo", BORN, None, None, FIRST, LAST, reference))
    batch = keeping.ask_to_read(ports, "brouillons", "c.xlsx", rows_of(*more), who.account, NOW)
    working.work(ports, batch, at())
    report = keeping.opened(ports, batch).report
    assert (report["added"], report["known"]) == (1, 2)


@pytest.mark.parametrize(
    ("row", "place", "said"),
    [
        (("N", "L", BORN, None, None, LAST, FIRST, "PMSMP-2026-0001"), "Brouillons!G2", "précède"),
        (("N", "L", BORN, None, None, FIRST, LAST, "PMSMP-2026-9999"), "Brouillons!H2", "introuv"),
        (("N", "L", BORN, "adresse", None, FIRST, LAST, "PMSMP-2026-0001"), "Brouillons!D2", ""),
        (("N", None, BORN, None, None, FIRST, LAST, "PMSMP-2026-0001"), "Brouillons!B2", "obliga"),
        (("N", "L", "hier", None, None, FIRST, LAST, "PMSMP-2026-0001"), "Brouillons!C2", "date"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_with_its_cell_and_nothing_is_made(
    ports: Ports, row: tuple[Any, ...], place: str, said: str
) -> None:
    who = somebody(ports)
    issued(ports, PMSMP, NOW)
    batch = keeping.ask_to_read(ports, "brouillons", "b.xlsx", rows_of(row), who.account, NOW)
    working.work(ports, batch, at())
    view = keeping.opened(ports, batch)
    assert view.state == "refuse"
    ((where, reason, _),) = view.report["faults"]
    assert where == place
    assert said in reason
    assert drafts.listed(ports) == []
    with pytest.raises(Refused):
        keeping.say_yes(ports, batch, who.account, NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK\x03\x04 pas un classeur", ""), (b"", ""), (model_file(NOW), "attend")],
)
def test_what_is_no_workbook_of_drafts_is_refused(ports: Ports, content: bytes, said: str) -> None:
    who = somebody(ports)
    batch = keeping.ask_to_read(ports, "brouillons", "b.xlsx", content, who.account, NOW)
    working.work(ports, batch, at())
    view = keeping.opened(ports, batch)
    assert view.state == "refuse"
    assert said in view.report["faults"][0][1]


def test_a_fault_of_ours_ends_a_file_and_leaves_the_sweep_its_work(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> dict[str, Any]:
        raise ZeroDivisionError

    monkeypatch.setattr(working, "_DOERS", {"reprise": broken})
    who = somebody(ports)
    batch = keeping.ask_to_read(ports, "reprise", "r.xlsx", PAST.read_bytes(), who.account, NOW)
    reference = issued(ports, PMSMP, NOW)
    done = sweep(ports, NOW)
    assert done.counts["lots"] == 1
    assert reference in references(ports)
    view = keeping.opened(ports, batch)
    assert (view.state, view.report["faults"][0][1]) == ("refuse", working.OUR_FAULT)
    assert working.batches_left(ports, NOW + timedelta(days=1)) == []
