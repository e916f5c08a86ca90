"""What the organisation alone is told, of an agreement that moves: the officer reads it."""

from __future__ import annotations

from docgen.mail.compose import Message, message


def delegated(
    *,
    to: str,
    organisation: str,
    reference: str,
    titre: str,
    de: str,
    a: str,
    qualite: str,
    rang: int,
) -> Message:
    """A signer handed over to somebody else, from the pages: the organisation is told."""
    return message(
        "delegation",
        to,
        f"Signature confiée à une autre personne : {titre} ({reference})",
        organisation=organisation,
        reference=reference,
        titre=titre,
        de=de,
        a=a,
        qualite=qualite,
        rang=rang,
    )


def deposited(*, to: str, organisation: str, reference: str, titre: str) -> Message:
    """Every page signed by hand is there: the organisation has it to record."""
    return message(
        "pages_recues",
        to,
        f"Pages signées reçues : {titre} ({reference})",
        organisation=organisation,
        reference=reference,
        titre=titre,
    )
