"""What was done, noted from the office: acts, hires, promises, events; figures and calendars."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from pypdf import PdfReader
from python_calamine import load_workbook

from docgen.access import Role
from docgen.actions.ledger.board import board
from docgen.actions.reporting.period import year_of
from docgen.office_journal import OfficeAct
from docgen.records import queries
from docgen.web.office.guarding import HOME
from tests.web.conftest import words
from tests.web.office.furnished import Furnished
from tests.web.office.test_following import Followed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

COMPANY = "/entreprises/552100554"


@pytest.fixture
def up(worked: Furnished) -> Followed:
    return Followed(worked.up, worked.done, worked.out, worked.declined)


def noted(up: Followed) -> list[str]:
    """The subjects of the last acts of the ledger in the office's journal."""
    acts = {OfficeAct.NOTED, OfficeAct.UNDONE, OfficeAct.PROMISED, OfficeAct.EVENT}
    with up.up.ports.database.read() as session:
        return [one.act.value for one in queries.office_entries(session) if one.act in acts]


def test_an_act_is_noted_in_seconds_shown_and_taken_back(up: Followed) -> None:
    page = f"/accords/{up.done}"
    before = noted(up)
    assert "Rien n’est encore noté" in up.page(page)
    form = {"nature": "appel", "le": "2026-11-02", "note": "Tout  va bien"}
    assert up.post(f"{page}/notes", **form).headers["location"] == f"{HOME}{page}?fait=note"
    said = up.page(page)
    assert "02/11/2026 Appel de suivi Tout va bien" in said
    # The same once more is a double click, unless it is said to be another one.
    twice = up.post(f"{page}/notes", **form)
    assert twice.status_code == 409
    assert 'name="encore"' in twice.text
    assert 'value="Tout  va bien"' in twice.text
    assert up.post(f"{page}/notes", **form, encore="oui").status_code == 303
    assert noted(up) == [*before, "ledger.noted", "ledger.noted"]
    for entry in _entries(up, page):
        back = up.post(f"/notes/{entry}/annulation", retour=up.done)
        assert back.headers["location"] == f"{HOME}{page}?fait=retire"
    assert "Rien n’est encore noté" in up.page(page)
    assert noted(up)[-2:] == ["ledger.undone", "ledger.undone"]


def _entries(up: Followed, page: str) -> list[str]:
    with up.up.browser(Role.OFFICER) as client:
        text = client.get(f"{HOME}{page}").text
    return [part.split("/")[0] for part in text.split("/bureau/notes/")[1:]]


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"nature": "appel", "le": "2030-01-01"}, "note-le", "pas encore venu"),
        ({"nature": "appel", "le": "hier"}, "note-le", "Écrivez une date"),
        ({"nature": "fête", "le": "2026-11-02"}, "note-nature", "inconnu"),
        ({"nature": "mecenat", "le": "2026-11-02"}, "note-quantite", "attend une quantité"),
        (
            {"nature": "mecenat", "le": "2026-11-02", "quantite": "beaucoup"},
            "note-quantite",
            "attend des heures",
        ),
        ({"nature": "appel", "le": "2026-11-02", "note": "é" * 1001}, "note-note", "1000"),
    ],
)
def test_a_wrong_note_is_refused_at_its_field_and_nothing_is_kept(
    up: Followed, form: dict[str, str], field: str, said: str
) -> None:
    before = noted(up)
    answer = up.post(f"{COMPANY}/notes", **form)
    assert answer.status_code == 422
    assert f'id="{field}-faute"' in answer.text
    assert said in words(answer.text)
    assert noted(up) == before


def test_what_was_taken_over_is_noted_on_and_shown_again(up: Followed) -> None:
    page = "/accords/REPRIS-PMSMP-2023-0017"
    answer = up.post(f"{page}/notes", nature="appel", le="2026-11-02")
    assert answer.headers["location"] == f"{HOME}{page}?fait=note"
    (entry,) = _entries(up, page)
    back = up.post(f"/notes/{entry}/annulation", retour="REPRIS-PMSMP-2023-0017")
    assert back.headers["location"] == f"{HOME}{page}?fait=retire"


def test_a_hire_is_noted_on_the_pmsmp_it_follows(up: Followed) -> None:
    page = f"/accords/{up.done}"
    early = up.post(f"{page}/embauche", contrat="cdi", le="2020-01-01")
    assert early.status_code == 422
    assert "précède le premier jour" in early.text
    assert up.post(f"{page}/embauche", contrat="cdi", le="2026-11-09").status_code == 303
    assert "09/11/2026 Embauche, CDI" in up.page(page)
    assert up.post(f"{page}/embauche", contrat="cdi", le="2026-11-09").status_code == 409
    (entry,) = _entries(up, page)
    assert up.post(f"/notes/{entry}/annulation", retour="//ailleurs").headers["location"] == (
        f"{HOME}/tableau"
    )


def test_what_a_company_gives_counts_against_what_it_promised(
    up: Followed, worked: Furnished
) -> None:
    promise = {
        "numero": worked.partnership, "nature": "mecenat", "quantite": "14h30",
        "base": "annee_civile", "source": "article 2", "siren": "552100554",
    }  # fmt: skip
    assert up.post("/engagements", **promise | {"source": " "}).status_code == 422
    assert up.post("/engagements", **promise).status_code == 303
    given = {"nature": "mecenat", "le": "2026-11-02", "quantite": "3 h 30"}
    assert up.post(f"{COMPANY}/notes", **given).status_code == 303
    said = up.page(COMPANY)
    assert "Mécénat de compétences" in said
    assert "3 h 30" in said
    seen = board(up.up.ports.database, "552100554", year_of(2026), date(2026, 11, 9))
    line = next(one for one in seen.lines if one.sort.slug == "mecenat")
    assert line.done == 210
    assert up.page(f"{COMPANY}?annee=2025").count("3 h 30") == 0
    with up.up.browser(Role.READER) as client:
        sheet = client.get(f"{HOME}{COMPANY}/fiche.pdf?annee=2026")
        assert 'name="nature"' not in client.get(f"{HOME}{COMPANY}").text
    assert len(PdfReader(io.BytesIO(sheet.content)).pages) == 1


def test_an_event_is_noted_completed_and_withdrawn(up: Followed) -> None:
    event = {
        "nature": "job_dating", "le": "2026-10-15", "participants": "12",
        "entreprises": "552100554\n123456789 = Menuiserie du Canal",
    }  # fmt: skip
    unknown = up.post("/evenements", **event | {"entreprises": "Personne ne connaît"})
    assert unknown.status_code == 422
    assert "n’est pas connue ici" in words(unknown.text)
    assert "Personne ne connaît</textarea>" in unknown.text
    assert up.post("/evenements", **event | {"participants": "beaucoup"}).status_code == 422
    assert up.post("/evenements", **event).headers["location"].endswith("annee=2026&fait=note")
    assert up.post("/evenements", **event).status_code == 409
    said = up.page("/evenements")
    assert "Menuiserie du Canal" in said
    reference = next(word for word in said.split() if word.startswith("EV-2026-"))
    more = up.post(f"/evenements/{reference}/suites", pmsmp="13", embauches="1")
    assert more.status_code == 422
    assert up.post(f"/evenements/{reference}/suites", pmsmp="3", embauches="1").status_code == 303
    (entry,) = _entries(up, "/evenements")
    assert up.post(f"/notes/{entry}/annulation", retour="evenements").status_code == 303
    assert "Aucun événement noté en 2026" in up.page("/evenements")


def test_the_figures_of_the_interview_stand_on_the_page_in_the_workbook_and_the_report(
    up: Followed,
) -> None:
    for year, begun in (("2022", "9"), ("2023", "19")):
        said = up.page(f"/chiffres?annee={year}", Role.READER)
        assert f"PMSMP commencées 1 {begun} " in said
        assert "Conventions de PMSMP" in said
    with up.up.browser(Role.READER) as client:
        masked = words(client.get(f"{HOME}/chiffres?annee=2022&externe=oui").text)
        book = client.get(f"{HOME}/chiffres.xlsx?annee=2023").content
        report = client.get(f"{HOME}/rapport.pdf?annee=2023").content
        wrong = client.get(f"{HOME}/chiffres?annee=douze")
    assert "« < 5 »" in masked
    rows = load_workbook(io.BytesIO(book)).get_sheet_by_name("Chiffres").to_python()
    assert ["PMSMP commencées", 19.0] in [row[:2] for row in rows]
    assert "Rapport annuel 2023" in PdfReader(io.BytesIO(report)).pages[0].extract_text()
    assert wrong.status_code == 422
    assert 'id="annee-faute"' in wrong.text


def test_a_reminder_put_off_leaves_its_line_in_the_journal(up: Followed) -> None:
    with up.up.browser(Role.OFFICER) as client:
        page = client.get(f"{HOME}/tableau?pile=echeances").text
    names = ("sujet", "sorte", "jour")
    found = {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in names}
    answer = up.post("/rappels", **found, motif="Rappelé par téléphone", choix="reporter")
    assert answer.status_code == 303
    with up.up.ports.database.read() as session:
        last = queries.office_entries(session)[-1]
    assert (last.act, last.subject, last.account) == (
        OfficeAct.SNOOZED, found["sujet"], up.up.accounts[Role.OFFICER],
    )  # fmt: skip


def test_a_calendar_s_address_is_shown_once_and_closed(up: Followed) -> None:
    opened = up.post("/compte/agenda")
    assert opened.status_code in {200, 409}
    if opened.status_code == 409:
        assert "parmi les référents" in words(opened.text)
    with up.up.browser(Role.READER) as client:
        whole = client.get(f"{HOME}/agenda.ics")
    assert whole.headers["content-type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in whole.content
