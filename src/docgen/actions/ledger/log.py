"""Note what was done, in seconds: a visit, a call, a mediation, a hire, so many hours given.

Each is recorded once, with its day and its source; the same again the same day is refused unless it
is said to be another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from docgen.actions.ledger.about import About, about
from docgen.actions.ledger.entries import SHORT, Entry, entry_of_act, entry_of_hire
from docgen.errors import Finding, InvalidData, Refused
from docgen.french import PARIS
from docgen.indicators.compute import CONTRACTS
from docgen.ledger import ACTS
from docgen.records import queries, tables
from docgen.records.database import Database
from docgen.records.queries import ledger

HIRE = "embauche"
MOST_NOTE = 1000
MOST_QUANTITY = 100_000_000
FURTHEST_HIRE = timedelta(days=366)


@dataclass(frozen=True)
class Noted:
    """What an officer says: `quantity` in the act's unit, None for one; `again`: one more that day.

    `contract` and `employer` (a SIREN, the host's when empty) are for a hire.
    """

    kind: str
    day: date
    quantity: int | None = None
    note: str = ""
    source: str = "docgen log"
    again: bool = False
    contract: str = ""
    employer: str = ""


class NotedAlready(Refused):
    """The same act of the same day is there; another one must be said to be another one."""

    def __init__(self, kind: str, day: date, known_id: str) -> None:
        self.sentence = f"{ACTS[kind].title} du {day:%d/%m/%Y} : déjà noté ({known_id[:SHORT]})."
        super().__init__(f"{self.sentence} Pour en noter un autre du même jour : --encore.")


def log(database: Database, words: str, said: Noted, new_id: str, now: datetime) -> Entry:
    """Record an act or a hire about a number or a SIREN.

    Raises InvalidData (place, reason, what would do), NotFound, or Refused (noted already).
    """
    with database.write() as session:
        return log_in(session, words, said, new_id, now)


def log_in(session: Session, words: str, said: Noted, new_id: str, now: datetime) -> Entry:
    """The same, in the caller's transaction."""
    if said.kind != HIRE and said.kind not in ACTS:
        known = ", ".join((*ACTS, HIRE))
        raise _wrong("nature", f"« {said.kind} » est inconnu ; natures admises : {known}.")
    if len(said.note) > MOST_NOTE:
        raise _wrong("note", f"{MOST_NOTE} caractères au plus.", MOST_NOTE)
    today = now.astimezone(PARIS).date()
    # One at a time: a click twice at once records once.
    queries.hold_register(session)
    whose = about(session, words)
    if said.kind == HIRE:
        hire = _hire(whose, said, today)
        known_hire = ledger.same_hire(session, hire.person_key, hire.start)
        if known_hire is not None:
            raise Refused(
                f"Un contrat de cette personne au {hire.start:%d/%m/%Y} est déjà noté "
                f"({known_hire.id[:SHORT]})."
            )
        if said.employer and said.employer != whose.siren:
            hire.company_siren = said.employer
            hire.company = ledger.name_of_company(session, said.employer) or ""
        hire.id, hire.recorded_at = new_id, now
        session.add(hire)
        return entry_of_hire(hire, whose.agreement)
    act = _act(whose, said, today)
    if not said.again:
        for other in ledger.acts_with(session, whose.siren):
            same = (other.kind, other.day, other.agreement_id)
            if same == (act.kind, act.day, act.agreement_id):
                raise NotedAlready(act.kind, act.day, other.id)
    act.id, act.recorded_at = new_id, now
    session.add(act)
    return entry_of_act(act, whose, whose.agreement)


def _act(whose: About, said: Noted, today: date) -> tables.LoggedAct:
    act = ACTS[said.kind]
    if said.day > today:
        raise _wrong(
            "le",
            f"{said.day:%d/%m/%Y} n’est pas encore venu : un acte se note une fois fait.",
            today.isoformat(),
        )
    stay = whose.agreement if whose.is_stay else None
    if act.about_a_stay and stay is None:
        raise _wrong("numero", f"« {act.slug} » se note sur une PMSMP, comme PMSMP-2026-0001.")
    if stay is not None and said.kind == "visite" and said.day > stay.last_day:
        raise _wrong(
            "le",
            f"une visite se fait avant ou pendant la PMSMP, finie le {stay.last_day:%d/%m/%Y} ; "
            "après, noter un appel.",
            stay.last_day.isoformat(),
        )
    if said.quantity is None and act.unit != "nombre":
        amount = "des heures" if act.unit == "minutes" else "des euros"
        raise _wrong("quantite", f"« {act.slug} » attend une quantité : {amount}.")
    quantity = 1 if said.quantity is None else said.quantity
    if not 1 <= quantity <= MOST_QUANTITY:
        raise _wrong("quantite", "doit être positive.", 1)
    return tables.LoggedAct(
        kind=act.slug,
        day=said.day,
        agreement_id=whose.agreement.id if whose.agreement else None,
        company_siren=whose.siren,
        quantity=quantity,
        note=said.note.strip(),
        source=said.source,
    )


def _hire(whose: About, said: Noted, today: date) -> tables.LoggedHire:
    stay = whose.agreement
    if stay is None or not whose.is_stay or stay.person_key is None:
        raise _wrong("numero", "une embauche se note sur la PMSMP de la personne.")
    if said.contract not in CONTRACTS:
        raise _wrong("contrat", f"contrats admis : {', '.join(CONTRACTS)}.")
    if said.day < stay.first_day:
        raise _wrong(
            "le",
            f"l’embauche ({said.day:%d/%m/%Y}) précède le premier jour de la PMSMP "
            f"({stay.first_day:%d/%m/%Y}), dont elle ne peut pas être la suite.",
            stay.first_day.isoformat(),
        )
    if said.day > today + FURTHEST_HIRE:
        raise _wrong("le", "plus d’un an après aujourd’hui : corriger la date.")
    if said.employer and not (said.employer.isdigit() and len(said.employer) == 9):
        raise _wrong("employeur", "attend un SIREN de neuf chiffres.")
    return tables.LoggedHire(
        person_key=stay.person_key,
        company_siren=whose.siren,
        company=whose.company,
        contract=said.contract,
        start=said.day,
        agreement_id=stay.id,
        source=said.source,
    )


def _wrong(place: str, message: str, allowed: str | int | None = None) -> InvalidData:
    return InvalidData([Finding("registre", "error", place, message, allowed=allowed)])
