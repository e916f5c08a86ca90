"""What somebody of the office does to an agreement: the same acts as at the command line.

Each is done, written in the office's journal, and its mails leave at once; those that do not are
tried again by the sweep, and the board says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from docgen.actions import delegation, deposit, handwritten, officer, on_site
from docgen.actions.delegation import Delegate
from docgen.actions.handwritten import Attestation
from docgen.actions.on_site import Check
from docgen.actions.ports import Ports
from docgen.actions.post import deliver
from docgen.actions.readdress import readdress as put_address
from docgen.actions.sweep import Swept, sweep_one
from docgen.office_journal import OfficeAct
from docgen.records import queries
from docgen.ways import Way


def remind(ports: Ports, reference: str, account: str, now: datetime) -> None:
    """A new link to everyone who has not signed. Raises as `officer.remind` does."""
    _done(ports, reference, account, now, OfficeAct.REMINDED, officer.remind)


def cancel(ports: Ports, reference: str, reason: str, account: str, now: datetime) -> None:
    """End the agreement. Raises as `officer.cancel` does."""
    _done(
        ports, reference, account, now, OfficeAct.CANCELLED,
        lambda ports, reference, now: officer.cancel(ports, reference, reason, now),
    )  # fmt: skip


def readdress(
    ports: Ports,
    reference: str,
    rank: int,
    account: str,
    now: datetime,
    *,
    email: str,
    phone: str,
    way: Way | None,
) -> None:
    """Correct an address or change the way; empty changes nothing. Raises as `readdress` does."""
    _done(
        ports, reference, account, now, OfficeAct.READDRESSED,
        lambda ports, reference, now: put_address(
            ports, reference, rank, now, email=email or None, phone=phone or None, way=way
        ),
        rank,
    )  # fmt: skip


def delegate(
    ports: Ports, reference: str, rank: int, to: Delegate, account: str, now: datetime
) -> None:
    """Somebody else of the same party signs. Raises as `delegation.delegate` does."""
    _done(
        ports, reference, account, now, OfficeAct.DELEGATED,
        lambda ports, reference, now: delegation.delegate(ports, reference, rank, to, now),
        rank,
    )  # fmt: skip


def open_on_site(
    ports: Ports,
    reference: str,
    rank: int,
    witness: str,
    check: Check,
    detail: str,
    account: str,
    now: datetime,
) -> str:
    """The address where the person signs here and now. Raises as `on_site.open_on_site` does."""
    link = on_site.open_on_site(ports, reference, rank, witness, check, now, detail)
    _note(ports, OfficeAct.ON_SITE, reference, account, now, rank)
    return link


def open_deposit(ports: Ports, reference: str, account: str, now: datetime) -> str:
    """Where pages signed by hand are sent from a telephone. Raises as `deposit.open_deposit`."""
    link = deposit.open_deposit(ports, reference, now)
    _note(ports, OfficeAct.DEPOSIT, reference, account, now, None)
    return link


def record_paper(
    ports: Ports,
    reference: str,
    ranks: Sequence[int],
    attested: Attestation,
    account: str,
    now: datetime,
) -> None:
    """Record signatures given on the pages received. Raises as `handwritten.record` does."""
    _done(
        ports, reference, account, now, OfficeAct.ON_PAPER,
        lambda ports, reference, now: handwritten.record(
            ports, reference, None, ranks, attested, now
        ),
    )  # fmt: skip


def retry(ports: Ports, reference: str, account: str, now: datetime) -> Swept:
    """Try at once what was put off or failed. Raises NotFound."""
    with ports.database.write() as session:
        row = queries.agreement_by_reference(session, reference)
        queries.try_again_now(session, row.id, now)
        queries.note(session, OfficeAct.RETRIED, now, account, reference)
    return sweep_one(ports, row.id, now)


def _done(
    ports: Ports,
    reference: str,
    account: str,
    now: datetime,
    act: OfficeAct,
    do: Callable[[Ports, str, datetime], object],
    rank: int | None = None,
) -> None:
    do(ports, reference, now)
    _note(ports, act, reference, account, now, rank)
    with ports.database.read() as session:
        row = queries.agreement_by_reference(session, reference)
    deliver(ports, now, [row.id])


def _note(
    ports: Ports, act: OfficeAct, reference: str, account: str, now: datetime, rank: int | None
) -> None:
    facts = {"rank": rank} if rank is not None else {}
    with ports.database.write() as session:
        queries.note(session, act, now, account, reference, facts)
