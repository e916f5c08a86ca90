"""Ten years, day by day, on two hundred conventions: every reminder once, no deadline missed.

The product runs on its own records; beside it, a slow reference walks the calendar a day at a time,
with none of the product's arithmetic. Runs are missed, signatures come late, notices are given and
ends are moved, all drawn from one seed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.announce import announce, heed_the_clock
from docgen.actions.digest import assemble, deliver_digests
from docgen.actions.ports import Ports
from docgen.actions.sweep import Swept
from docgen.actions.watching import life_of, watched
from docgen.deadlines import standing
from docgen.mail.compose import Message
from docgen.records import tables
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests.rows import avenant, denonciation, keep, row_of
from tests.samples import NOW, PARTENARIAT, REFERENT, REMOVE, changed

FIRST, YEARS, CONVENTIONS = dt.date(2027, 1, 1), 10, 200
DAY = dt.timedelta(days=1)
PEOPLE = [f"personne{number}@fournil.example.org" for number in range(8)]


# The reference: dates by walking, a day at a time.


def same_number(day: dt.date, months: int) -> dt.date:
    """The same day number that many months later (or earlier), the month's last day if none."""
    year, month = day.year, day.month
    step = 1 if months > 0 else -1
    for _ in range(abs(months)):
        month += step
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    found = dt.date(year, month, 1)
    while found.day < day.day and (found + DAY).month == month:
        found += DAY
    return found


def eve_of_same_number(day: dt.date, months: int) -> dt.date:
    """The last of those months counted from `day`, the month's last day if there is no number."""
    found = same_number(day, months)
    return found if found.day != day.day else found - DAY


@dataclass
class Story:
    """One convention and all that happens to it: when each thing becomes known, and what it is."""

    reference: str
    data: dict[str, Any]
    signed: dt.date
    moved: tuple[dt.date, dt.date] | None = None  # (signed on, new last day)
    denounced: tuple[dt.date, dt.date] | None = None  # (received on, last day it leaves)
    row: tables.Agreement | None = None
    # (kind, due, last day of use) of each reminder, and the day it is said.
    seen: dict[tuple[str, dt.date, dt.date], dt.date] = field(default_factory=dict)
    walked: dict[tuple[bool, ...], set[tuple[str, dt.date, dt.date]]] = field(default_factory=dict)

    @property
    def first(self) -> dt.date:
        return dt.date.fromisoformat(self.data["debut"])

    def last(self, on: dt.date) -> dt.date:
        if self.moved and self.moved[0] <= on:
            return self.moved[1]
        return dt.date.fromisoformat(self.data["fin"])

    def renewal(self, on: dt.date) -> tuple[int, int] | None:
        clause = self.data.get("reconduction")
        if clause is None or (self.moved and self.moved[0] <= on):
            return None
        return clause["periode_mois"], clause["maximum"]

    def notice(self, end: dt.date) -> dt.date:
        value, unit = self.data["preavis"]["valeur"], self.data["preavis"]["unite"]
        if unit == "mois":
            return same_number(end, -value)
        for _ in range(value):
            end -= DAY
        return end

    def periods(self, on: dt.date) -> Iterator[tuple[dt.date, dt.date, dt.date | None]]:
        """(first, last, notice) of each period, as known on that day."""
        first, last, renewal = self.first, self.last(on), self.renewal(on)
        ends = self.denounced[1] if self.denounced and self.denounced[0] <= on else None
        after = last + DAY
        for rank in range(100):
            if ends is not None and last >= ends:
                yield first, min(last, ends), None
                return
            if renewal is None or rank == renewal[1]:
                yield first, last, None
                return
            yield first, last, self.notice(last)
            first, last = last + DAY, eve_of_same_number(after, renewal[0] * (rank + 1))

    def dues(self, on: dt.date) -> set[tuple[str, dt.date, dt.date]]:
        """(kind, due, last day of use) of every reminder, as known on that day.

        Walked again only once more is known.
        """
        known = tuple(pair is not None and pair[0] <= on for pair in (self.moved, self.denounced))
        if known not in self.walked:
            self.walked[known] = self._walk(on)
        return self.walked[known]

    def _walk(self, on: dt.date) -> set[tuple[str, dt.date, dt.date]]:
        found = set()
        for first, last, notice in self.periods(on):
            del first
            target, days, kind = (
                (notice, (90, 60, 30, 7), "preavis") if notice else (last, (30,), "fin")
            )
            for before in days:
                found.add((kind, target - before * DAY, target))
            told = "reconduction" if notice else "expiration"
            found.add((told, last + DAY, last + 61 * DAY))
        return {one for one in found if one[1] >= self.first}

    def state(self, on: dt.date) -> str:
        """Where it stands, by looking through every period."""
        if on < self.first:
            return "a_venir"
        for rank, (first, last, notice) in enumerate(self.periods(on)):
            if not first <= on <= last:
                continue
            if self.denounced and self.denounced[0] <= on:
                return "denonce"
            if notice and on <= notice and (notice - on).days <= 90:
                return "preavis_ouvert"
            if not notice and (last - on).days <= 30:
                return "a_renouveler"
            if rank:
                return "reconduit"
            signed_end = dt.date.fromisoformat(self.data["fin"])
            return "prolonge" if self.moved and on > signed_end else "en_cours"
        return "termine"


def stories(chance: random.Random) -> list[Story]:
    """Two hundred conventions, one company each, over the ten years."""
    return [_story(chance, number) for number in range(CONVENTIONS)]


def _story(chance: random.Random, number: int) -> Story:
    first = FIRST + chance.randrange(0, 7 * 365) * DAY
    # Month ends and 29 February, more than their share.
    if chance.random() < 0.3:
        first = chance.choice(
            [dt.date(2027, 1, 31), dt.date(2027, 3, 1), dt.date(2028, 2, 29), dt.date(2030, 8, 31)]
        )
    last = eve_of_same_number(first, chance.choice([6, 12, 12, 12, 18, 24]))
    renewed = chance.random() < 0.7
    promise = {"pmsmp": {"volume_annuel": 1, "base": "annee_contrat"}}
    data = changed(
        PARTENARIAT,
        debut=first.isoformat(),
        fin=last.isoformat(),
        engagements_entreprise=promise,
        referents__organisation={**REFERENT, "courriel": chance.choice(PEOPLE)},
        entreprise__siret=_siret(number),
        preavis=chance.choice(
            [
                {"valeur": 3, "unite": "mois"},
                {"valeur": 1, "unite": "mois"},
                {"valeur": 2, "unite": "mois"},
                {"valeur": 45, "unite": "jours"},
            ]
        ),
        reconduction={
            # One month is shorter than some of the notices.
            "periode_mois": chance.choice([1, 3, 6, 12, 12, 12]),
            "maximum": chance.choice([1, 2, 3, 5]),
        }
        if renewed
        else REMOVE,
    )
    signed = first + chance.choice([-30, -10, -1, 0, 5, 20, 45]) * DAY
    story = Story(f"CP-2027-{number:04d}", data, max(signed, FIRST))
    fate = chance.random()
    if fate < 0.2:
        known = max(last - chance.choice([200, 60, 20, 1]) * DAY, story.signed + DAY)
        if known <= last:
            story.moved = (known, last + chance.choice([30, 184, 365]) * DAY)
    elif fate < 0.5 and renewed:
        story.denounced = _notice(chance, story)
    return story


def _notice(chance: random.Random, story: Story) -> tuple[dt.date, dt.date] | None:
    """A notice around a deadline: in time, on the very day, the day after, weeks late."""
    all_periods = list(story.periods(dt.date.max))
    first, last, limit = chance.choice(all_periods[:-1])
    assert limit is not None
    given = limit + chance.choice([-50, -8, -1, 0, 1, 2, 20]) * DAY
    if not max(story.signed + DAY, story.first, first) <= given <= last:
        return None
    for _, end, by in all_periods:
        if end >= given and (by is None or given <= by):
            return given, end
    return None


def _siret(number: int) -> str:
    """A company of its own: fourteen digits with their key."""
    for tail in range(10):
        siren = f"{10000000 + number}{tail}"
        if _luhn(siren):
            for last in range(10):
                if _luhn(f"{siren}0001{last}"):
                    return f"{siren}0001{last}"
    raise AssertionError


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + (n % 2)) for n, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def running_days(chance: random.Random) -> list[dt.date]:
    """The days on which the flow ran: two in five missed, and now and then three weeks."""
    days, day = [], FIRST
    end = dt.date(FIRST.year + YEARS, 1, 1)
    while day < end:
        if chance.random() < 0.004:
            day += 21 * DAY
        elif chance.random() > 2 / 5:
            days.append(day)
        day += DAY
    return days


@pytest.fixture
def quick_ports(
    settings: Settings, migrated_sqlite: Path, tmp_path: Path
) -> Iterator[tuple[Ports, list[Message]]]:
    """The product's ports on SQLite, with what leaves kept in a list."""
    path = tmp_path / "ten-years.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    on_sqlite = settings.model_copy(update={"database_url": f"sqlite:///{path}"})
    left: list[Message] = []
    with open_ports(on_sqlite, NOW) as opened:
        yield dataclasses.replace(opened, post=lambda mail, *_: left.append(mail)), left


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Ten years on one database: what differs between the two is tried elsewhere, day by day."""
    return f"sqlite:///{tmp_path / 'settings.sqlite3'}"


@pytest.mark.slow
def test_ten_years_of_two_hundred_conventions(
    quick_ports: tuple[Ports, list[Message]],
) -> None:
    ports, left = quick_ports
    chance = random.Random(20270101)
    tales = stories(chance)
    days = running_days(chance)
    per_day: Counter[tuple[str, dt.date]] = Counter()
    known: dict[dt.date, list[Story]] = defaultdict(list)
    for tale in tales:
        for day in {tale.signed, *(pair[0] for pair in (tale.moved, tale.denounced) if pair)}:
            known[day].append(tale)
    yesterday = FIRST - DAY
    for day in days:
        for gone in (yesterday + DAY + n * DAY for n in range((day - yesterday).days)):
            for tale in known[gone]:
                _happens(ports, tale, gone)
        yesterday = day
        at = dt.datetime.combine(day, dt.time(5), dt.UTC)
        before = len(left)
        done = Swept()
        heed_the_clock(ports, day)
        announce(ports, at, done, lambda *_: 99)
        assemble(ports, at)
        deliver_digests(ports, at)
        assert done.failures == []
        for mail in left[before:]:
            per_day[mail.to, day] += 1
        _expect(tales, day)
    assert max(per_day.values()) == 1
    _every_reminder_once(ports, tales)
    _no_deadline_unannounced(tales, days)
    _states_are_those_of_the_reference(ports, tales, days)


def _happens(ports: Ports, tale: Story, day: dt.date) -> None:
    at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    if tale.row is None and tale.signed <= day:
        tale.row = row_of(tale.data, tale.reference, at=at)
        keep(ports.database, tale.row)
    assert tale.row is not None
    if tale.moved and tale.moved[0] == day:
        changes: dict[str, Any] = {"fin": tale.moved[1].isoformat()}
        if tale.data.get("reconduction"):
            changes["reconduction"] = None
        data = avenant(tale.row, tale.data, tale.reference, **changes)
        keep(ports.database, row_of(data, f"{tale.reference}-A1", parent=tale.row, at=at))
    if tale.denounced and tale.denounced[0] == day:
        given, ends = (one.isoformat() for one in tale.denounced)
        data = denonciation(tale.row, tale.data, given, ends)
        keep(ports.database, row_of(data, f"{tale.reference}-D1", parent=tale.row, at=at))


def _expect(tales: list[Story], day: dt.date) -> None:
    """What the reference says on that day, once each."""
    for tale in tales:
        if tale.signed > day:
            continue
        for kind, due, until in tale.dues(day):
            if due <= day <= until:
                tale.seen.setdefault((kind, due, until), day)


def _every_reminder_once(ports: Ports, tales: list[Story]) -> None:
    watched_kinds = {"preavis", "fin", "reconduction", "expiration"}
    with ports.database.read() as session:
        rows = session.query(tables.Reminder).all()
    given: dict[str, dict[tuple[str, dt.date, dt.date], dt.date]] = defaultdict(dict)
    for row in rows:
        if row.kind in watched_kinds:
            assert (row.kind, row.due, row.until) not in given[row.subject]
            given[row.subject][row.kind, row.due, row.until] = row.said_on
            assert row.digest_id is not None
    assert sum(map(len, given.values())) > 1500
    for tale in tales:
        assert given[tale.reference] == tale.seen, tale


def _no_deadline_unannounced(tales: list[Story], days: list[dt.date]) -> None:
    """Each notice deadline was announced, if the flow ran at all between the reminder and it."""
    announced = 0
    for tale in tales:
        for _, _, notice in tale.periods(dt.date.max):
            if notice is None or notice > days[-1]:
                continue
            opens = max(notice - 90 * DAY, tale.signed, tale.first)
            ran = [day for day in days if opens <= day <= notice]
            if not ran or (tale.denounced and tale.denounced[0] <= ran[0]):
                continue
            told = [
                said
                for (kind, _, until), said in tale.seen.items()
                if kind == "preavis" and until == notice and said <= notice
            ]
            # A convention first known in its last week has no reminder due in time for it.
            if any(due >= tale.first for due in (notice - n * DAY for n in (90, 60, 30, 7))):
                late = notice - 7 * DAY < opens and not told
                assert told or late or ran[-1] < notice - 7 * DAY, tale
                announced += bool(told)
    assert announced > 200


def _states_are_those_of_the_reference(
    ports: Ports, tales: list[Story], days: list[dt.date]
) -> None:
    from docgen.records import queries

    met: Counter[str] = Counter()
    with ports.database.read() as session:
        for tale in tales:
            assert tale.row is not None
            children = queries.children_of(session, [tale.row.id])
            row = queries.agreement(session, tale.row.id)
            for day in _telling_days(tale, days):
                there = [child for child in children if child.created_at.date() <= day]
                one = watched(row, there)
                state = standing(life_of(row, one.data, there), day).state
                assert state == tale.state(day), (tale, day)
                met[state] += 1
    assert set(met) == {
        "a_venir",
        "en_cours",
        "preavis_ouvert",
        "a_renouveler",
        "reconduit",
        "prolonge",
        "denonce",
        "termine",
    }


def _telling_days(tale: Story, days: list[dt.date]) -> list[dt.date]:
    """The days around which something changes, and some others."""
    edges = {tale.signed, *(pair[0] for pair in (tale.moved, tale.denounced) if pair)}
    for first, last, notice in tale.periods(dt.date.max):
        edges |= {first, last, last - 30 * DAY}
        if notice:
            edges |= {notice, notice - 90 * DAY}
    around = {edge + n * DAY for edge in edges for n in (-1, 0, 1)}
    return sorted(day for day in around | set(days[::97]) if tale.signed <= day <= days[-1])
