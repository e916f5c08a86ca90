"""The pages of the organisation's own people: reminders and calendar, by their secret address."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest

from docgen.errors import Finding, InvalidData
from tests.web.conftest import Running, words
from tests.web.memory_desk import TOKEN

PAGE = f"/rappels/{TOKEN}"


def test_the_page_shows_each_reminder_and_changes_nothing(
    site: Running, browser: httpx.Client
) -> None:
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    said = words(answer.text)
    assert "Préavis à décider : Boulangerie Martin & Fils" in said
    assert "Réglé." in said
    # What is done has no form any more.
    assert answer.text.count("<form") == 1
    assert browser.head(PAGE).status_code == 200
    assert site.desk.acts == []


def test_settling_and_putting_off_come_back_to_the_page(
    site: Running, browser: httpx.Client
) -> None:
    settled = {"numero": "1", "choix": "regler", "motif": "  on   continue "}
    answer = browser.post(PAGE, data=settled)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#rappel-1")
    later = {"numero": "1", "choix": "reporter", "au": "2026-12-01", "motif": "réunion"}
    assert browser.post(PAGE, data=later).status_code == 303
    assert site.desk.acts == [
        ("settle", 1, "on continue"),
        ("put_off", 1, dt.date(2026, 12, 1), "réunion"),
    ]


@pytest.mark.parametrize("day", ["", "demain", "2026-13-01"])
def test_a_day_that_is_none_is_said_beside_its_field(
    site: Running, browser: httpx.Client, day: str
) -> None:
    form = {"numero": "1", "choix": "reporter", "au": day, "motif": "réunion"}
    answer = browser.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "Choisissez le jour où le rappel doit revenir." in words(answer.text)
    assert 'value="réunion"' in answer.text
    assert site.desk.acts == []


def test_what_the_rules_refuse_is_said_in_their_words(site: Running, browser: httpx.Client) -> None:
    message = "un rappel se reporte à partir de demain (25/11/2026)."
    site.desk.trouble["put_off"] = InvalidData([Finding("report", "error", "au", message)])
    form = {"numero": "1", "choix": "reporter", "au": "2026-11-20", "motif": "x"}
    answer = browser.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "Un rappel se reporte à partir de demain (25/11/2026)." in words(answer.text)


def test_another_site_can_settle_nothing(site: Running, browser: httpx.Client) -> None:
    form = {"numero": "1", "choix": "regler", "motif": "x"}
    answer = browser.post(PAGE, data=form, headers={"Origin": "https://ailleurs.example"})
    assert answer.status_code == 403
    assert site.desk.acts == []


@pytest.mark.parametrize(
    "path",
    [
        "/rappels/court",
        "/rappels/" + "x" * 43,
        "/calendrier/" + "x" * 43 + ".ics",
        f"/calendrier/{TOKEN}",
        "/calendrier/..ics",
    ],
)
def test_an_unknown_address_opens_nothing(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_a_calendar_is_served_as_one_and_kept_by_nobody(browser: httpx.Client) -> None:
    answer = browser.get(f"/calendrier/{TOKEN}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith("BEGIN:VCALENDAR")
