"""Missions: what an auditor may see, why, and until when; `by` is None at the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from docgen.access import Role
from docgen.actions.accounts.entry import clean_email
from docgen.actions.ports import Ports
from docgen.errors import Finding, InvalidData, NotFound, Refused
from docgen.french import PARIS
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables
from docgen.records.queries.search import Scope


@dataclass(frozen=True)
class MissionRow:
    """One mission; the flat shape of `docgen audit missions --json`."""

    id: str
    auditor: str
    name: str
    motive: str
    first_day: date | None
    last_day: date | None
    fund: str | None
    company: str | None
    until: date
    in_force: bool


def missions(ports: Ports, today: date, account: str | None = None) -> list[MissionRow]:
    """Missions, the latest first; of one account when its id is given."""
    with ports.database.read() as session:
        return [
            MissionRow(
                one.id,
                queries.account(session, one.account_id).email,
                queries.account(session, one.account_id).name,
                one.motive,
                one.first_day,
                one.last_day,
                one.fund,
                one.company_siret,
                one.until,
                one.ended_at is None and one.until >= today,
            )
            for one in queries.missions(session, account)
        ]


def open_mission(
    ports: Ports,
    email: str,
    motive: str,
    scope: Scope,
    until: date,
    now: datetime,
    by: str | None,
) -> str:
    """Open a mission for an auditor; its id. Raises InvalidData or NotFound."""
    motive = " ".join(motive.split())
    company = "".join((scope.company or "").split()) or None
    findings = [
        Finding("mission", "error", field, message)
        for wrong, field, message in (
            (
                not 8 <= len(motive) <= 300,
                "motif",
                "dites pourquoi : référence et objet du contrôle, en 8 à 300 caractères.",
            ),
            (
                until < now.astimezone(PARIS).date(),
                "jusqu_au",
                "la fin de la mission est déjà passée.",
            ),
            (
                bool(scope.first_day and scope.last_day and scope.first_day > scope.last_day),
                "au",
                "la période finit avant de commencer.",
            ),
            (
                bool(company and not (company.isdigit() and len(company) in {9, 14})),
                "entreprise",
                "écrivez un SIREN (9 chiffres) ou un SIRET (14 chiffres).",
            ),
        )
        if wrong
    ]
    if findings:
        raise InvalidData(findings)
    with ports.database.write() as session:
        account = queries.account_by_email(session, clean_email(email))
        if account is None or account.as_role is not Role.AUDITOR:
            raise NotFound("L’auditeur", email)
        if scope.fund is not None:
            queries.fund(session, scope.fund)
        mission = tables.Mission(
            id=ports.new_id(),
            account_id=account.id,
            motive=motive,
            first_day=scope.first_day,
            last_day=scope.last_day,
            fund=scope.fund,
            company_siret=company,
            until=until,
            created_at=now,
            created_by=by or "",
        )
        session.add(mission)
        queries.note(
            session,
            OfficeAct.MISSION_OPENED,
            now,
            by,
            account.id,
            {"mission": mission.id, "motive": motive, "until": until.isoformat()},
        )
        return mission.id


def end_mission(ports: Ports, mission_id: str, now: datetime, by: str | None) -> None:
    """End a mission now: the next page the auditor asks for is refused. Raises NotFound."""
    with ports.database.write() as session:
        mission = queries.mission(session, mission_id)
        if mission.ended_at is not None:
            raise Refused("Cette mission est déjà close.")
        mission.ended_at = now
        queries.note(
            session, OfficeAct.MISSION_ENDED, now, by, mission.account_id, {"mission": mission_id}
        )
