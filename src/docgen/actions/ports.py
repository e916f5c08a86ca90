"""What the actions work with, chosen once in `wiring`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from docgen.actions.around import Law
from docgen.agreements.rules.context import Reading
from docgen.archive.store import Archive
from docgen.directory import Lookup, no_directory
from docgen.mail.compose import Message
from docgen.mail.texts import Text
from docgen.openid import Client
from docgen.records.database import Database
from docgen.signing.providers.yousign import Account
from docgen.signing.seal import Sealer


@dataclass(frozen=True)
class Terms:
    """Durations the organisation may choose.

    `degraded_after`: how long a seal waits for a timestamp before it is made without; None, for
    ever. `renew_before`: how long before the end of its certificate a timestamp is covered anew.
    """

    time_to_sign: timedelta = timedelta(days=30)
    reminder_days: tuple[int, ...] = (3, 7, 14)
    degraded_after: timedelta | None = None
    renew_before: timedelta = timedelta(days=365)
    hire_months: int = 6


@dataclass(frozen=True)
class Ports:
    """The collaborators of every action.

    `to_pdf` turns a docx into PDF/A-3b, `workers` of them at once; `post` sends a mail or an SMS
    under an identifier that makes a second sending recognisable; `pepper` keys the codes' HMAC and
    is never in the database; `random_bytes` gives ids and secrets; `law` is how the rules are
    applied here; `second` is the second copy of the archive (in `archive` too, which reads from it
    at need), None without one; `witnesses` are the addresses that each tree head is mailed to,
    `alarm_to` those mailed when the archive needs somebody; `organisation` signs those mails;
    `identity` is the identity provider that people may enter through, None without one;
    `provider` is where advanced and qualified signatures are asked for, None without one;
    `directory` says what the public register knows of a SIRET; `pause` is called with the name of
    each step that is about to begin, so that tests can stop the process there.
    """

    database: Database
    archive: Archive
    sealer: Sealer
    to_pdf: Callable[[bytes], bytes]
    post: Callable[[Message | Text, str, datetime], None]
    templates: Path
    site_url: str
    pepper: bytes
    random_bytes: Callable[[int], bytes]
    terms: Terms
    law: Law = field(default_factory=lambda: Law(Reading()))
    workers: int = 1
    second: Archive | None = None
    witnesses: tuple[str, ...] = ()
    alarm_to: tuple[str, ...] = ()
    organisation: str = "docgen"
    provider: Account | None = None
    identity: Client | None = None
    directory: Lookup = no_directory
    pause: Callable[[str], None] = lambda _step: None

    def new_id(self) -> str:
        """A random identifier, 32 hexadecimal digits."""
        return self.random_bytes(16).hex()
