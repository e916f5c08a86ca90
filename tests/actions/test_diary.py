"""A person's calendar, read back by another library: days, hours when clocks change, secrets."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from docgen.actions.diary import calendar, feed, feeds, open_feed, revoke_feeds
from docgen.actions.ports import Ports
from docgen.calendars import Entry, calendar_of
from docgen.errors import NotFound
from tests.rows import keep, row_of
from tests.samples import PARTENARIAT, PMSMP, REFERENT, changed

NOW = dt.datetime(2027, 3, 1, 5, 0, tzinfo=dt.UTC)
PARIS = ZoneInfo("Europe/Paris")
D = dt.date
OFFICER = "samira@fournil.example.org"
OTHER = {**REFERENT, "nom": "Ferreira", "courriel": "paulo@fournil.example.org"}
# The clocks change on Sunday 28 March 2027: one stay on each side.
BEFORE = changed(PMSMP, debut="2027-03-22", fin="2027-03-26")
AFTER = changed(PMSMP, debut="2027-03-30", fin="2027-04-02", referent=OTHER)


def read(content: bytes) -> dict[str, Event]:
    """The events by their name for good, as the other library understands them."""
    (found,) = IcsCalendarStream.from_ics(content.decode()).calendars
    return {str(event.uid).removesuffix("@docgen"): event for event in found.events}


@pytest.fixture
def kept(ports: Ports) -> Ports:
    keep(
        ports.database,
        row_of(PARTENARIAT, "CP-2026-0001"),
        row_of(BEFORE, "PMSMP-2027-0001"),
        row_of(AFTER, "PMSMP-2027-0002"),
    )
    return ports


def test_deadlines_reviews_and_stays_are_days(kept: Ports) -> None:
    found = read(calendar(kept, NOW))
    days = {
        uid: (event.dtstart, event.dtend)
        for uid, event in found.items()
        if not isinstance(event.dtstart, dt.datetime)
    }
    assert days == {
        "CP-2026-0001-preavis-2027-08-30": (D(2027, 8, 30), D(2027, 8, 31)),
        "CP-2026-0001-decision-2027-08-25": (D(2027, 8, 25), D(2027, 8, 26)),
        "CP-2026-0001-fin-2027-11-30": (D(2027, 11, 30), D(2027, 12, 1)),
        "CP-2026-0001-bilan-annuel-2027-11-05": (D(2027, 11, 5), D(2027, 11, 6)),
        "PMSMP-2027-0001-pmsmp": (D(2027, 3, 22), D(2027, 3, 27)),
        "PMSMP-2027-0001-bilan": (D(2027, 3, 26), D(2027, 3, 27)),
        "PMSMP-2027-0002-pmsmp": (D(2027, 3, 30), D(2027, 4, 3)),
        "PMSMP-2027-0002-bilan": (D(2027, 4, 2), D(2027, 4, 3)),
    }


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(kept: Ports) -> None:
    found = read(calendar(kept, NOW))
    utc = {}
    for uid in ("PMSMP-2027-0001-accueil", "PMSMP-2027-0002-accueil"):
        start = found[uid].dtstart
        assert isinstance(start, dt.datetime)
        assert start.astimezone(PARIS).time() == dt.time(9)
        utc[uid] = start.astimezone(dt.UTC).time()
    assert list(utc.values()) == [dt.time(8), dt.time(7)]


def test_the_zone_is_written_out_for_diaries_that_know_none(kept: Ports) -> None:
    text = calendar(kept, NOW).decode()
    assert "BEGIN:VTIMEZONE" in text
    assert "TZID:Europe/Paris" in text
    assert "DTSTART;TZID=Europe/Paris:20270330T090000" in text
    # Lines end as the standard says, and none is longer than 75 bytes.
    lines = calendar(kept, NOW).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line for line in lines)


def test_an_autumn_night_has_two_half_past_two() -> None:
    first = dt.datetime(2027, 10, 31, 2, 30, tzinfo=PARIS)
    second = first.replace(fold=1)
    found = read(
        calendar_of("nuit", [Entry("nuit", "Nuit", first, second + dt.timedelta(hours=1))], NOW)
    )
    start = found["nuit"].dtstart
    assert isinstance(start, dt.datetime)
    assert start.astimezone(dt.UTC) == dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)


def test_each_person_has_their_own_and_what_others_bring(kept: Ports) -> None:
    event = Entry(
        "evenement-1",
        "Visite ; cuisine, « four »",
        dt.datetime(2027, 3, 29, 14, 0, tzinfo=PARIS),
        dt.datetime(2027, 3, 29, 16, 0, tzinfo=PARIS),
        "Deux lignes\nde texte",
    )
    mine = read(calendar(kept, NOW, "paulo@fournil.example.org", [event]))
    assert set(mine) == {
        "PMSMP-2027-0002-pmsmp",
        "PMSMP-2027-0002-accueil",
        "PMSMP-2027-0002-bilan",
        "evenement-1",
    }
    assert mine["evenement-1"].summary == "Visite ; cuisine, « four »"
    assert mine["evenement-1"].description == "Deux lignes\nde texte"


def test_names_stay_short(kept: Ports) -> None:
    text = calendar(kept, NOW).decode()
    assert "Fatou D." in text
    assert "Diallo" not in text


def test_the_same_day_gives_the_same_bytes(kept: Ports) -> None:
    assert calendar(kept, NOW) == calendar(kept, NOW)


def test_an_address_is_secret_shown_once_and_can_be_closed(kept: Ports) -> None:
    url = open_feed(kept, f" {OFFICER.upper()} ", NOW)
    token = url.rpartition("/")[2].removesuffix(".ics")
    assert url == f"{kept.site_url}/calendrier/{token}.ics"
    assert "PMSMP-2027-0001-pmsmp" in read(feed(kept, token, NOW))
    assert "PMSMP-2027-0002-pmsmp" not in read(feed(kept, token, NOW))
    assert [(row.person, row.revoked_at) for row in feeds(kept)] == [(OFFICER, None)]
    assert token not in repr(feeds(kept))
    assert revoke_feeds(kept, OFFICER, NOW) == 1
    for act in (
        lambda: feed(kept, token, NOW),
        lambda: feed(kept, "x" * 43, NOW),
        lambda: revoke_feeds(kept, OFFICER, NOW),
        lambda: open_feed(kept, "samria@fournil.example.org", NOW),
    ):
        with pytest.raises(NotFound):
            act()
