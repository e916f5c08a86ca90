"""How often somebody may try: per account, per address, and at the whole door.

An attempt is written before the password is looked at, so that a crowd at once gets no more tries
than one by one; the attempts of who succeeds are taken back.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from docgen.actions.ports import Ports
from docgen.errors import Refused
from docgen.office_journal import OfficeAct
from docgen.records import queries, tables

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Gauge:
    """So many attempts in a window, for what `name` and the value identify."""

    name: str
    value: str
    limit: int


class Throttled(Refused):
    """Too many attempts; nothing was looked at."""

    def __init__(self) -> None:
        minutes = int(WINDOW.total_seconds() // 60)
        super().__init__(
            f"Trop d’essais ont eu lieu. Attendez {minutes} minutes, puis recommencez ; "
            "votre mot de passe n’a pas été regardé."
        )


def at_the_door(email: str, address: str) -> tuple[Gauge, ...]:
    """What an attempt to enter counts against."""
    return (
        Gauge("account", email, 10),
        Gauge("address", network_of(address), 40),
        Gauge("door", "", 400),
    )


def at_the_return(address: str) -> tuple[Gauge, ...]:
    """What a return from the identity provider counts against."""
    return (Gauge("address", network_of(address), 40), Gauge("door", "", 400))


def at_the_code(account_id: str, address: str) -> tuple[Gauge, ...]:
    """What a code of the second factor counts against."""
    return (
        Gauge("code", account_id, 6),
        Gauge("address", network_of(address), 40),
        Gauge("door", "", 400),
    )


def at_the_reset(email: str, address: str) -> tuple[Gauge, ...]:
    """What « mot de passe oublié » counts against: mails that a stranger makes leave."""
    return (
        Gauge("reset", email, 3),
        Gauge("reset-address", network_of(address), 20),
        Gauge("reset-door", "", 100),
    )


def attempt(ports: Ports, gauges: tuple[Gauge, ...], now: datetime) -> list[str]:
    """Count one attempt; its marks, to be taken back on success. Raises Throttled."""
    keys = [_key(ports.pepper, gauge) for gauge in gauges]
    with ports.database.write() as session:
        queries.hold_attempts(session)
        queries.forget_attempts_before(session, now - 4 * WINDOW)
        counts = [queries.attempts_since(session, key, now - WINDOW) for key in keys]
        full = any(n >= gauge.limit for n, gauge in zip(counts, gauges, strict=True))
        marks = [tables.EntryAttempt(id=ports.new_id(), key=key, at=now) for key in keys]
        if not full:
            session.add_all(marks)
            for count, gauge in zip(counts, gauges, strict=True):
                if count + 1 == gauge.limit:
                    # Once, when the last try is taken: a flood must not fill the journal.
                    queries.note(session, OfficeAct.THROTTLED, now, None, "", {"gauge": gauge.name})
    if full:
        raise Throttled
    return [mark.id for mark in marks]


def network_of(address: str) -> str:
    """An address without its end: what the journal keeps, and what one visitor holds."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return ""
    length = 24 if number.version == 4 else 56
    return str(ipaddress.ip_network(f"{number}/{length}", strict=False))


def _key(pepper: bytes, gauge: Gauge) -> str:
    text = f"docgen:attempt:{gauge.name}:{gauge.value}"
    return hmac.new(pepper, text.encode(), hashlib.sha256).hexdigest()
