"""The signing pages' side of the actions: what `web` asks for, bound to one set of ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from docgen.actions import (
    delegation,
    deposit,
    diary,
    enter,
    on_site,
    provider_notice,
    reminder_page,
    sign,
)
from docgen.actions.ceremony import Ceremony, Invitation
from docgen.actions.delegation import Delegate
from docgen.actions.deposit import Answer, Deposited, Files
from docgen.actions.ports import Ports
from docgen.actions.public_check import PublicVerdict, check_upload
from docgen.actions.reminder_page import ReminderPage
from docgen.records import queries


@dataclass(frozen=True)
class SigningDesk:
    """Every act of a signer. `nudge` is told (agreement id, signatures) after each."""

    ports: Ports
    nudge: Callable[[str, int], None] | None = None

    def invitation(self, token: str, now: datetime) -> Invitation:
        return enter.invitation(self.ports, token, now)

    def enter(self, token: str, now: datetime, ip: str, agent: str) -> str:
        return enter.enter(self.ports, token, now, ip, agent)

    def ceremony(self, session: str, now: datetime) -> Ceremony:
        return enter.ceremony(self.ports, session, now)

    def page_image(self, session: str, page: int, now: datetime) -> bytes:
        return enter.shown_page(self.ports, session, page, now)

    def page_texts(self, session: str, now: datetime) -> list[str]:
        return enter.spoken_pages(self.ports, session, now)

    def document(self, session: str, now: datetime) -> tuple[str, bytes]:
        return enter.download(self.ports, session, now)

    def send_code(self, session: str, now: datetime) -> None:
        sign.send_code(self.ports, session, now)

    def sign(
        self,
        session: str,
        code: str,
        nom_saisi: str,
        consent: bool,
        now: datetime,
        ip: str,
        agent: str,
        language: str = "fr",
        drawing: str = "",
    ) -> None:
        agreement_id = sign.sign(
            self.ports, session, code, nom_saisi, consent, now, ip, agent, language, drawing
        )
        if self.nudge is None:
            return
        with self.ports.database.read() as records:
            row = queries.agreement(records, agreement_id)
        self.nudge(agreement_id, sum(signer.signed_at is not None for signer in row.signers))

    def decline(self, session: str, motif: str, now: datetime, ip: str, agent: str) -> None:
        sign.decline(self.ports, session, motif, now, ip, agent)

    def look_at_delegate(self, session: str, to: Delegate, now: datetime) -> Delegate:
        return delegation.look_at_delegate(self.ports, session, to, now)

    def delegate(self, session: str, to: Delegate, now: datetime) -> None:
        delegation.delegate_from_page(self.ports, session, to, now)

    def move_to_phone(self, session: str, now: datetime) -> None:
        on_site.move_to_phone(self.ports, session, now)

    def phone_code(self, session: str) -> list[list[bool]]:
        return on_site.phone_code(self.ports, session)

    def deposited(self, token: str, now: datetime) -> Deposited:
        return deposit.deposited(self.ports, token, now)

    def put_pages(self, token: str, files: Files, now: datetime) -> tuple[Answer, ...]:
        return deposit.put(self.ports, token, files, now)

    def printable(self, token: str, now: datetime) -> tuple[str, bytes]:
        return deposit.printable(self.ports, token, now)

    def check_document(self, content: bytes, now: datetime) -> PublicVerdict:
        return check_upload(self.ports, content, now)

    def take_notice(self, body: bytes, signature: str, now: datetime) -> str | None:
        return provider_notice.take_notice(self.ports, body, signature, now)

    def nudge_for_notice(self, agreement_id: str) -> None:
        if self.nudge is None:
            return
        with self.ports.database.read() as records:
            received = queries.count_notices(records, agreement_id)
        # Counted apart from the signatures: Prefect takes each (agreement, count) once.
        self.nudge(f"{agreement_id}-avis", received)

    def reminders(self, token: str, now: datetime) -> ReminderPage:
        return reminder_page.page(self.ports, token, now)

    def put_off_reminder(
        self, token: str, number: int, until: date, why: str, now: datetime
    ) -> None:
        reminder_page.put_off(self.ports, token, number, until, why, now)

    def settle_reminder(self, token: str, number: int, why: str, now: datetime) -> None:
        reminder_page.settle_line(self.ports, token, number, why, now)

    def calendar(self, token: str, now: datetime) -> bytes:
        return diary.feed(self.ports, token, now)

    def ready(self) -> None:
        """Raises Unavailable when the pages could not serve a signer."""
        with self.ports.database.read() as session:
            queries.ids_to_seal(session)
