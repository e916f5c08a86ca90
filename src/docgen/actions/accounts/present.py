"""Who is inside: the account behind a browser's cookie, and what it may do now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from docgen.access import Act, Role, require
from docgen.actions.ports import Ports
from docgen.errors import NotFound, Refused
from docgen.french import PARIS
from docgen.records import queries, tables
from docgen.records.queries.search import Scope

IDLE = timedelta(hours=2)
LIFE = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)

# What is still to do before the office opens: give a code, set the second factor up, nothing.
Step = Literal["", "code", "enrol"]


@dataclass(frozen=True)
class Sight:
    """What somebody may see, why, and until when: a mission, as the pages and the journal say it.

    `number` is empty for the staff, who see everything for their work.
    """

    number: str
    motive: str
    scope: Scope
    until: datetime | None = None


OURS = Sight("", "Consultation par l’organisation", Scope())


@dataclass(frozen=True)
class Present:
    """An account inside. `step` says what is missing before the office opens.

    `sight` is None for an auditor without a mission in force, or who has several to choose from.
    """

    account: str
    name: str
    email: str
    role: Role
    session: str
    step: Step
    sight: Sight | None

    def require(self, act: Act) -> None:
        """Raise NotYours, or Refused while the second factor is missing."""
        if self.step:
            raise Refused("Donnez d’abord le code de votre second facteur.")
        require(self.role, act)

    def seeing(self) -> Sight:
        """What may be seen. Raises Refused without a mission in force."""
        if self.sight is None:
            raise Refused("Aucune mission en cours n’est choisie : rien ne peut être consulté.")
        return self.sight


def secret_hash(secret: str) -> str:
    """What the database keeps of a cookie or of a mailed link."""
    return hashlib.sha256(f"docgen:office:{secret}".encode()).hexdigest()


def present(ports: Ports, secret: str, now: datetime) -> Present:
    """Who brings that cookie. Raises NotFound when the visit is over."""
    with ports.database.read() as session:
        found = _open(session, secret, now)
        account = queries.account(session, found.account_id)
        sight = _sight(session, account, found, now)
    if now - found.seen_at > _SEEN_EVERY:
        with ports.database.write() as session:
            again = queries.office_session(session, found.secret_hash)
            if again is not None and again.ended_at is None:
                again.seen_at = now
    return Present(
        account.id,
        account.name,
        account.email,
        account.as_role,
        found.id,
        _step(account, found),
        sight,
    )


def _open(session: Session, secret: str, now: datetime) -> tables.OfficeSession:
    found = queries.office_session(session, secret_hash(secret))
    over = (
        found is None
        or found.ended_at is not None
        or found.expires_at <= now
        or found.seen_at + IDLE <= now
    )
    if found is None or over:
        raise NotFound("La visite du bureau", "en cours")
    if queries.account(session, found.account_id).disabled_at is not None:
        raise NotFound("La visite du bureau", "en cours")
    return found


def _step(account: tables.Account, found: tables.OfficeSession) -> Step:
    if account.as_role.needs_second_factor and account.totp_since is None:
        return "enrol"
    return "" if found.complete_at is not None else "code"


def _sight(
    session: Session, account: tables.Account, found: tables.OfficeSession, now: datetime
) -> Sight | None:
    if not account.as_role.needs_mission:
        return OURS
    open_ones = queries.missions_in_force(session, account.id, now.astimezone(PARIS).date())
    if len(open_ones) > 1:
        open_ones = [one for one in open_ones if one.id == found.mission_id]
    return sight_of(open_ones[0]) if open_ones else None


def sight_of(mission: tables.Mission) -> Sight:
    """What a mission opens."""
    scope = Scope(mission.first_day, mission.last_day, mission.fund, mission.company_siret)
    until = datetime(mission.until.year, mission.until.month, mission.until.day, tzinfo=PARIS)
    return Sight(mission.id, mission.motive, scope, until)


def choose_mission(ports: Ports, who: Present, mission_id: str, now: datetime) -> None:
    """Work under that mission from now on. Raises NotFound unless it is theirs and in force."""
    today = now.astimezone(PARIS).date()
    with ports.database.write() as session:
        mine = queries.missions_in_force(session, who.account, today)
        if mission_id not in {one.id for one in mine}:
            raise NotFound("La mission", mission_id)
        found = session.get(tables.OfficeSession, who.session)
        assert found is not None
        found.mission_id = mission_id
