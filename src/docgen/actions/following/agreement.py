"""An agreement's page: where it stands, who signs, what happened, what may come next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from docgen import agreements
from docgen.actions import law
from docgen.actions.around import SIGNED, amended_data
from docgen.actions.ledger.about import about
from docgen.actions.ledger.entries import Entry, entries_about
from docgen.actions.ports import Ports
from docgen.actions.proof_words import EVENTS
from docgen.actions.record_signature import is_turn_of
from docgen.actions.signers import PERSONS
from docgen.agreements.pmsmp import PMSMP_KINDS
from docgen.agreements.rules.possible import Possible
from docgen.errors import InvalidData, NotFound
from docgen.french import PARIS
from docgen.journal import Event
from docgen.lifecycle import Actor, Status
from docgen.records import queries, tables
from docgen.ways import Way

_ACTORS = {Actor.OFFICER: "l’organisation", Actor.SIGNER: "le signataire", Actor.SCHEDULE: ""}


@dataclass(frozen=True)
class SignerView:
    """Someone who signs. `state` is a word, `since` its instant; `open` while they have to act."""

    rank: int
    name: str
    capacity: str
    principal: str
    way: Way
    email: str
    phone: str
    state: str
    tone: str
    since: datetime | None
    opened_at: datetime | None
    reason: str
    open: bool
    turn: bool
    delegable: bool


@dataclass(frozen=True)
class Moment:
    """A line of the history: what, by whom in plain words."""

    at: datetime
    what: str
    who: str


@dataclass(frozen=True)
class Related:
    """Another agreement, above or below this one."""

    reference: str
    title: str
    status: Status
    first: date
    last: date


@dataclass(frozen=True)
class AgreementView:
    """Everything the page says; `next` are (kind, title) of what may be prepared after it."""

    reference: str
    kind: str
    title: str
    status: Status
    company: str
    siren: str
    person: str
    person_key: str
    first: date
    last: date
    expires_at: datetime
    reason: str
    problems: tuple[str, ...]
    signers: tuple[SignerView, ...]
    history: tuple[Moment, ...]
    parent: Related | None
    children: tuple[Related, ...]
    next: tuple[tuple[str, str], ...]
    bilan: str
    possible: Possible | None
    possible_from: date | None
    data: Mapping[str, Any]
    received: int
    frozen: bool
    evidence: bool
    cancellable: bool
    copiable: bool
    # What was done around it; None where nothing is noted on an agreement of that kind or status.
    noted: tuple[Entry, ...] | None

    @property
    def is_stay(self) -> bool:
        return self.kind in PMSMP_KINDS

    @property
    def signed(self) -> int:
        return sum(one.state == "a signé" for one in self.signers)


def view(ports: Ports, reference: str, now: datetime) -> AgreementView:
    """The agreement of that number. Raises NotFound."""
    today = now.astimezone(PARIS).date()
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        children = queries.children_of(session, [row.id])
        events = queries.events(session, row.id)
        unsent = queries.waiting_messages(session, row.id)
        parent = queries.agreement(session, row.parent_id) if row.parent_id else None
        person = _person(session, row)
        received = len(queries.deposited_sheets(session, row.id))
        noted = _noted(session, reference)
    data = {} if row.state is Status.DETRUIT else amended_data(row, children)
    kind = agreements.get(row.kind)
    possible_, start = _possible(ports, row, data, today)
    return AgreementView(
        reference=row.reference,
        kind=row.kind,
        title=kind.title,
        status=row.state,
        company=row.company,
        siren=(row.company_siret or "")[:9],
        person=person,
        person_key=row.person_key or "",
        first=row.first_day,
        last=row.last_day,
        expires_at=row.expires_at,
        reason=row.reason or "",
        problems=_problems(row, unsent),
        signers=tuple(_signer(row, one) for one in row.signers),
        history=tuple(_moment(one, row) for one in events),
        parent=_related(parent) if parent else None,
        children=tuple(_related(one) for one in children),
        next=_next(row, children, data),
        bilan=_bilan(row, children, today),
        possible=possible_,
        possible_from=start,
        data=data,
        received=received,
        frozen=row.current_sha256 is not None,
        evidence=row.evidence_sha256 is not None,
        cancellable=row.state in {Status.BROUILLON, Status.ENVOYE}
        or (row.state is Status.ARCHIVE and kind.revocable),
        copiable=bool(data) and (kind.complete is None or row.kind == "renouvellement"),
        noted=noted,
    )


def _noted(session: Session, reference: str) -> tuple[Entry, ...] | None:
    try:
        return tuple(entries_about(session, about(session, reference)))
    except InvalidData:
        return None


def document(ports: Ports, reference: str, *, evidence: bool = False) -> bytes:
    """The PDF as it stands now, or the evidence file. Raises NotFound."""
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
        digest = row.evidence_sha256 if evidence else row.current_sha256
        if digest is None:
            raise NotFound("Le document de", reference)
        return queries.content(session, digest)


def _person(session: Session, row: tables.Agreement) -> str:
    met = session.get(tables.Person, row.person_key) if row.person_key else None
    return f"{met.given_name} {met.family_name}" if met else ""


def _problems(row: tables.Agreement, unsent: Sequence[tables.Message]) -> tuple[str, ...]:
    if row.state.over:
        return ()
    told = [row.last_error, *(one.last_error for one in unsent)]
    return tuple(dict.fromkeys(filter(None, told)))


def _signer(row: tables.Agreement, one: tables.Signer) -> SignerView:
    turn = is_turn_of(row, one)
    still = one.signed_at is None and row.state is Status.ENVOYE
    state, tone, since = _state(row, one, turn)
    return SignerView(
        one.rank, one.name, one.capacity, one.principal or "", one.route, one.email,
        one.phone or "", state, tone, since, one.opened_at, one.decline_reason or "",
        still, turn and still, still and _delegable(one),
    )  # fmt: skip


def _delegable(one: tables.Signer) -> bool:
    return one.role not in PERSONS and one.route is not Way.PRESTATAIRE


def _state(
    row: tables.Agreement, one: tables.Signer, turn: bool
) -> tuple[str, str, datetime | None]:
    if one.signed_at is not None:
        return "a signé", "fait", one.signed_at
    if one.declined_at is not None:
        return "a refusé", "non", one.declined_at
    if row.state is not Status.ENVOYE:
        return "n’a pas signé", "", None
    if not turn:
        return "attend son tour", "", None
    if not one.route.by_link:
        return f"à faire signer {one.route.label}", "attente", row.created_at
    if one.opened_at is not None:
        return "a ouvert le document", "attente", one.opened_at
    if one.invited_at is not None:
        return "n’a pas encore ouvert", "attente", one.invited_at
    return "invitation en partance", "attente", row.created_at


def _moment(event: Event, row: tables.Agreement) -> Moment:
    names = {one.id: one.name for one in row.signers}
    who = names.get(str(event.data.get("signer", "")), "")
    return Moment(event.at, EVENTS[event.type], who or _ACTORS.get(Actor(event.actor), ""))


def _related(row: tables.Agreement) -> Related:
    title = agreements.get(row.kind).title
    return Related(row.reference, title, row.state, row.first_day, row.last_day)


def _next(
    row: tables.Agreement, children: Sequence[tables.Agreement], data: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """What may be prepared after it; the rules of each then have their word."""
    if row.state not in SIGNED:
        return ()
    if row.kind == "partenariat":
        # One that renews itself needs no longer end: only notice stops it.
        longer = () if data.get("reconduction") else (("avenant", "Prolonger par un avenant"),)
        anew = ("convention", "Conclure une nouvelle convention")
        ended = any(one.kind == "denonciation" for one in children)
        notice = () if ended else (("denonciation", "Donner le préavis, ou résilier"),)
        return (*longer, anew, *notice)
    once = {one.kind for one in children} & {"bilan", "renouvellement", "denonciation"}
    return tuple(
        (kind.slug, f"Préparer : {kind.title}")
        for kind in agreements.KINDS.values()
        if kind.complete is not None
        and row.kind in kind.parents
        and kind.slug not in once
        # A change is written in the form of its agreement, which this page does not offer yet.
        and not kind.amends
    )


def _bilan(row: tables.Agreement, children: Sequence[tables.Agreement], today: date) -> str:
    if row.kind not in PMSMP_KINDS or row.state not in SIGNED:
        return ""
    done = next((one for one in children if one.kind == "bilan"), None)
    if done is not None:
        return f"{done.reference}, {done.state.label}"
    if today < row.last_day:
        return f"à faire après le {row.last_day:%d/%m/%Y}"
    return f"à faire depuis le {row.last_day:%d/%m/%Y}"


def _possible(
    ports: Ports, row: tables.Agreement, data: Mapping[str, Any], today: date
) -> tuple[Possible | None, date | None]:
    """Until when a new PMSMP of the same person at the same place could last, from now or after."""
    if row.kind not in PMSMP_KINDS or row.state.over or not row.person_key or not data:
        return None, None
    first = max(today, row.last_day + timedelta(days=1))
    person = law.Candidate(row.person_key, "", None)
    found = law.still_possible(
        ports.database, person, row.company_siret or "", first, today, ports.law
    )
    return found, first
