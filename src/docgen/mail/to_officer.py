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
    lien: str,
) -> Message:
    """A signer handed over to somebody else, from the pages; `lien` is the agreement's page."""
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
        lien=lien,
    )


def deposited(*, to: str, organisation: str, reference: str, titre: str, lien: str) -> Message:
    """Every page signed by hand is there, to be recorded on the agreement's page (`lien`)."""
    return message(
        "pages_recues",
        to,
        f"Pages signées reçues : {titre} ({reference})",
        organisation=organisation,
        reference=reference,
        titre=titre,
        lien=lien,
    )
