"""Mails of the follow-up: the day's reminders of one person, a convention that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from docgen.mail.compose import Attachment, Contact, Message, message


def reconduction(
    *,
    to: str,
    nom: str,
    organisation: str,
    reference: str,
    titre: str,
    depuis: str,
    note: tuple[str, bytes],
    contact: Contact,
) -> Message:
    """To the company: its convention goes on; `note` is the note of it (file name, PDF)."""
    name, pdf = note
    return message(
        "reconduction",
        to,
        f"Convention reconduite ({reference})",
        (Attachment(name, "application/pdf", pdf),),
        nom=nom,
        organisation=organisation,
        reference=reference,
        titre=titre,
        depuis=depuis,
        contact=contact,
    )


class DigestLine(Protocol):
    """A reminder as the digest prints it (`docgen.actions.digest_words.Line`)."""

    @property
    def matter(self) -> str:
        """What it is about: « Préavis à décider »."""

    @property
    def about(self) -> str:
        """The company or the person."""

    @property
    def reference(self) -> str:
        """The agreement's number, empty when it is about something else."""

    @property
    def sentence(self) -> str:
        """What happens when."""

    @property
    def todo(self) -> str:
        """What to do."""


def digest(
    *, to: str, organisation: str, jour: str, lignes: Sequence[DigestLine], lien: str
) -> Message:
    """The day's reminders of one person; `lien` is the page where they are put off or settled."""
    first, others = lignes[0], len(lignes) - 1
    subject = f"{first.matter}\u00a0: {first.about}"
    if others:
        subject += (
            f", et {others} autre{'s' if others > 1 else ''} rappel{'s' if others > 1 else ''}"
        )
    number = "un rappel" if not others else f"{len(lignes)} rappels"
    return message(
        "rappels",
        to,
        subject,
        organisation=organisation,
        reference=f"rappels du {jour}",
        annonce=f"Vous avez {number} aujourd’hui, {jour}",
        lignes=tuple(lignes),
        lien=lien,
    )
