"""A person's calendar: deadlines, PMSMP and reviews, from what is signed; others' entries joined.

Names stay short (first name and a letter): a calendar is copied to telephones and to servers of
others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions.announce import clause_of
from docgen.actions.ports import Ports
from docgen.actions.watching import Watched, in_post, staff, watched
from docgen.agreements.timetable import Horaires
from docgen.calendars import Entry, calendar_of
from docgen.deadlines import Clause, review_reminders, standing
from docgen.deadlines.due import working_day
from docgen.errors import DocgenError, NotFound
from docgen.french import PARIS
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables
from docgen.signing.links import new_token, token_hash

BEHIND, AHEAD = timedelta(days=92), timedelta(days=400)


def calendar(
    ports: Ports, now: datetime, person: str | None = None, others: Sequence[Entry] = ()
) -> bytes:
    """The calendar of one person, or of the whole organisation; `others` are added as they are."""
    today = now.astimezone(PARIS).date()
    kinds = [kind.slug for kind in agreements.KINDS.values() if kind.followed]
    entries = list(others)
    with ports.database.read() as session:
        people = staff(session)
        rows = queries.followed(session, kinds)
        children = defaultdict(list)
        for child in queries.children_of(session, [row.id for row in rows]):
            children[child.parent_id].append(child)
    for row in rows:
        try:
            one = watched(row, children[row.id])
            if person in {None, in_post(one.recipient, people, today)}:
                entries += _entries(one, today, clause_of(ports))
        except DocgenError:
            continue  # the daily pass says it; a calendar has no place for a fault
    name = "Échéances" if person is None else f"Échéances de {_name(people, person)}"
    return calendar_of(name, entries, now)


def _name(people: dict[str, dict[str, object]], person: str) -> str:
    sheet = people.get(person)
    return f"{sheet['prenom']} {sheet['nom']}" if sheet else person


def _entries(one: Watched, today: date, clause: Clause) -> list[Entry]:
    found = _of_stay(one) if one.stay else _of_convention(one, today, clause)
    first, last = today - BEHIND, today + AHEAD
    return [entry for entry in found if _day(entry.last) >= first and _day(entry.first) <= last]


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _of_convention(one: Watched, today: date, clause: Clause) -> Iterator[Entry]:
    life, name = one.life, f"{one.about} ({one.row.reference})"
    assert life is not None
    facts = standing(life, today, clause)

    def entry(kind: str, title: str, day: date, text: str) -> Entry:
        uid = f"{one.row.reference}-{kind}-{day.isoformat()}"
        return Entry(uid, f"{title} : {name}", day, day, text)

    if facts.notice:
        text = "Dernier jour pour donner le préavis. Sans préavis, la convention est reconduite."
        yield entry("preavis", "Préavis", facts.notice, text)
        if facts.decision and facts.decision != facts.notice:
            text = "Dernier jour ouvré pour décider, le temps que la lettre arrive."
            yield entry("decision", "Décider", facts.decision, text)
    if facts.end:
        text = "La période prend fin ; faute de préavis, une autre commence."
        if not facts.notice:
            text = "La convention prend fin. Rien ne la reconduit."
        yield entry("fin", "Fin de période" if facts.notice else "Fin", facts.end, text)
    for due in review_reminders(life, today - BEHIND, today + AHEAD):
        day = working_day(due.due + timedelta(days=6))
        text = "Bilan annuel à tenir ce mois-ci avec l’entreprise."
        yield entry("bilan-annuel", "Bilan annuel", day, text)


def _of_stay(one: Watched) -> Iterator[Entry]:
    stay, data = one.stay, one.data
    assert stay is not None
    reference, place = one.row.reference, data.get("lieu")
    where = f"{place['voie']}, {place['code_postal']} {place['ville']}" if place else ""
    title = f"PMSMP : {one.about}"
    yield Entry(f"{reference}-pmsmp", title, stay.first, stay.last, reference, where)
    # What was taken over tells neither where nor at what hours.
    hours = data.get("horaires")
    days = Horaires.model_validate(hours).days(stay.first, stay.last) if hours else ()
    if days:
        opening, closing = (moment.astimezone(PARIS) for moment in days[0].stretches[0])
        text = "Premier jour : accueil par le tuteur."
        yield Entry(f"{reference}-accueil", f"Accueil, {one.about}", opening, closing, text, where)
    if not stay.bilan:
        text = "Bilan à faire avec le tuteur et la personne."
        yield Entry(f"{reference}-bilan", f"Bilan : {one.about}", stay.last, stay.last, text)


@dataclass(frozen=True)
class FeedRow:
    """A calendar address; the flat shape of `docgen calendar list --json`."""

    person: str
    created_at: datetime
    revoked_at: datetime | None


def open_feed(ports: Ports, person: str, now: datetime, account: str | None = None) -> str:
    """A new secret address of that person's calendar. Raises NotFound for nobody of ours.

    `account`: who asks for it in the office, None at the command line.
    """
    person = person.strip().lower()
    token = new_token(ports.random_bytes(32))
    with ports.database.write() as session:
        if account is not None:
            queries.note(session, OfficeAct.FEED_OPENED, now, account)
        if not _ours(session, person):
            raise NotFound("La personne (référent d’un accord, ou fiche)", person)
        feed = tables.CalendarFeed(token_hash=token_hash(token), person=person, created_at=now)
        queries.add_feed(session, feed)
    return f"{ports.site_url}/calendrier/{token}.ics"


def _ours(session: Session, person: str) -> bool:
    if queries.sheet(session, "referent", person) is not None:
        return True
    # In the data of an agreement, or nowhere: a mistyped address would be an empty calendar.
    return queries.somebody_named(session, person)


def revoke_feeds(ports: Ports, person: str, now: datetime, account: str | None = None) -> int:
    """Close every calendar address of a person. Raises NotFound when none is open.

    `account`: who asks for it in the office, None at the command line.
    """
    person = person.strip().lower()
    with ports.database.write() as session:
        closed = queries.revoke_feeds(session, person, now)
        if not closed:
            raise NotFound("L’adresse de calendrier de", person)
        if account is not None:
            queries.note(session, OfficeAct.FEEDS_CLOSED, now, account)
    return closed


def feeds(ports: Ports, person: str | None = None) -> list[FeedRow]:
    """Every calendar address ever opened, or one person's."""
    with ports.database.read() as session:
        return [
            FeedRow(one.person, one.created_at, one.revoked_at)
            for one in queries.feeds(session)
            if person in {None, one.person}
        ]


def feed(ports: Ports, token: str, now: datetime, others: Sequence[Entry] = ()) -> bytes:
    """The calendar at a secret address. Raises NotFound: unknown, or revoked."""
    with ports.database.read() as session:
        found = queries.feed(session, token_hash(token))
        if found is None:
            raise NotFound("Le calendrier", "à cette adresse")
        person = found.person
    return calendar(ports, now, person, others)
