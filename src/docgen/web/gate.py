"""What the pages ask of the actions behind them (`docgen.actions.desk.SigningDesk`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from docgen.actions.ceremony import Ceremony, Invitation
from docgen.actions.delegation import Delegate
from docgen.actions.deposit import Answer, Deposited, Files
from docgen.actions.public_check import PublicVerdict
from docgen.actions.reminder_page import ReminderPage


class Gate(Protocol):
    """A signer's acts. Each raises the families of `docgen.errors`."""

    def invitation(self, token: str, now: datetime) -> Invitation:
        """What a link is for; opens nothing."""

    def enter(self, token: str, now: datetime, ip: str, agent: str) -> str:
        """Open a session; its secret."""

    def ceremony(self, session: str, now: datetime) -> Ceremony:
        """What the signing page says."""

    def page_image(self, session: str, page: int, now: datetime) -> bytes:
        """A page as a PNG, counted from 1."""

    def page_texts(self, session: str, now: datetime) -> list[str]:
        """The words of the document, page by page."""

    def document(self, session: str, now: datetime) -> tuple[str, bytes]:
        """(file name, PDF)."""

    def send_code(self, session: str, now: datetime) -> None:
        """Mail a six-digit code."""

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
        """Sign, on a page of that language; InvalidData names a field (`actions.sign`)."""

    def decline(self, session: str, motif: str, now: datetime, ip: str, agent: str) -> None:
        """Refuse to sign; InvalidData names `motif`."""

    def look_at_delegate(self, session: str, to: Delegate, now: datetime) -> Delegate:
        """Who would sign instead; InvalidData names `nom`, `qualite` or `courriel`."""

    def delegate(self, session: str, to: Delegate, now: datetime) -> None:
        """Have somebody else of the party sign; the visit ends."""

    def move_to_phone(self, session: str, now: datetime) -> None:
        """End this visit, which goes on at the address of `phone_code`."""

    def phone_code(self, session: str) -> list[list[bool]]:
        """A QR code, row by row, True for dark."""

    def deposited(self, token: str, now: datetime) -> Deposited:
        """What is there of the pages signed by hand, and what is missing."""

    def put_pages(self, token: str, files: Files, now: datetime) -> tuple[Answer, ...]:
        """Read and keep pages; an answer for each."""

    def printable(self, token: str, now: datetime) -> tuple[str, bytes]:
        """(file name, PDF) to print and sign."""

    def check_document(self, content: bytes, now: datetime) -> PublicVerdict:
        """What a file sent by anybody is worth; nothing of it is kept."""

    def take_notice(self, body: bytes, signature: str, now: datetime) -> str | None:
        """Keep a provider's notice; the agreement to look at, if any. Refused when forged."""

    def nudge_for_notice(self, agreement_id: str) -> None:
        """Have the agreement looked at soon; the sweep does it anyway."""

    def reminders(self, token: str, now: datetime) -> ReminderPage:
        """The reminders of a digest."""

    def put_off_reminder(
        self, token: str, number: int, until: date, why: str, now: datetime
    ) -> None:
        """Say a reminder again on that day; InvalidData names what is wrong."""

    def settle_reminder(self, token: str, number: int, why: str, now: datetime) -> None:
        """Never say a reminder again."""

    def calendar(self, token: str, now: datetime) -> bytes:
        """The calendar at a secret address."""

    def ready(self) -> None:
        """Raises Unavailable when the pages could not serve a signer."""
