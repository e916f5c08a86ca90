"""What each mail says, as text and as HTML, from the same facts (`letters/*.txt`, `*.html`)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from docgen.errors import Finding, InvalidData
from docgen.french import de, horodatage, telephone


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Message:
    """A mail ready to leave."""

    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Contact:
    """Whom the reader may write to or call."""

    nom: str
    courriel: str
    telephone: str | None


def mask(address: str) -> str:
    """An address that its owner recognises and nobody else learns: « m…t@example.org ».

    Of a telephone number, « +33 … 78 ».
    """
    name, _, domain = address.rpartition("@")
    if not name:
        digits = address.startswith("+") and len(address) > 8
        return f"{address[:3]} … {address[-2:]}" if digits else "…"
    ends = name[0] + "…" + name[-1] if len(name) > 2 else name[0] + "…"
    return f"{ends}@{domain}"


def code(
    *, to: str, nom: str, organisation: str, reference: str, code: str, minutes: int
) -> Message:
    """The one-time code. The subject does not hold it: locked phones show subjects."""
    return message(
        "code",
        to,
        f"Votre code pour signer {reference}",
        nom=nom,
        organisation=organisation,
        reference=reference,
        code=f"{code[:3]} {code[3:]}",
        minutes=minutes,
    )


def invitation(
    *,
    to: str,
    nom: str,
    organisation: str,
    reference: str,
    titre: str,
    lien: str,
    expire_le: datetime,
    contact: Contact,
) -> Message:
    """The first call to sign."""
    return message(
        "invitation",
        to,
        f"À signer : {titre} ({reference})",
        nom=nom,
        organisation=organisation,
        reference=reference,
        titre=titre,
        lien=lien,
        # « le 6 avril… » becomes « jusqu’au 6 avril… ».
        jusque="a" + horodatage(expire_le).replace("le ", "u ", 1),
        contact=contact,
        rappel=False,
    )


def reminder(
    *,
    to: str,
    nom: str,
    organisation: str,
    reference: str,
    titre: str,
    lien: str,
    expire_le: datetime,
    contact: Contact,
) -> Message:
    """The same call again, with a new link."""
    return message(
        "invitation",
        to,
        f"Rappel, à signer : {titre} ({reference})",
        nom=nom,
        organisation=organisation,
        reference=reference,
        titre=titre,
        lien=lien,
        # « le 6 avril… » becomes « jusqu’au 6 avril… ».
        jusque="a" + horodatage(expire_le).replace("le ", "u ", 1),
        contact=contact,
        rappel=True,
    )


def copy(
    *,
    to: str,
    nom: str,
    organisation: str,
    reference: str,
    titre: str,
    pdf: bytes,
    nom_fichier: str,
    attestation: tuple[str, bytes] | None = None,
    niveau: str = "",
    contact: Contact,
) -> Message:
    """Each party's copy of the signed PDF; with a signer's own attestation (file name, PDF).

    `niveau`: what their signature is worth, in a few words.
    """
    files = [(nom_fichier, pdf), *([attestation] if attestation else [])]
    return message(
        "copie",
        to,
        f"Votre copie signée : {titre} ({reference})",
        tuple(Attachment(name, "application/pdf", content) for name, content in files),
        nom=nom,
        organisation=organisation,
        reference=reference,
        titre=titre,
        contact=contact,
        avec_attestation=attestation is not None,
        niveau=niveau,
    )


def declined(
    *,
    to: str,
    organisation: str,
    reference: str,
    titre: str,
    par: str,
    motif: str | None,
    lien: str = "",
) -> Message:
    """Somebody refused to sign; the reason and the agreement's page are for the organisation."""
    return message(
        "refus",
        to,
        f"Refus de signer : {titre} ({reference})",
        organisation=organisation,
        reference=reference,
        titre=titre,
        par=par,
        motif=motif,
        lien=lien,
    )


def expired(*, to: str, organisation: str, reference: str, titre: str, contact: Contact) -> Message:
    """The time to sign is over."""
    return message(
        "expiration",
        to,
        f"Délai passé : {titre} ({reference})",
        organisation=organisation,
        reference=reference,
        titre=titre,
        contact=contact,
    )


def cancelled(
    *,
    to: str,
    organisation: str,
    reference: str,
    titre: str,
    motif: str | None,
    contact: Contact,
) -> Message:
    """The organisation cancelled the agreement."""
    return message(
        "annulation",
        to,
        f"Annulé : {titre} ({reference})",
        organisation=organisation,
        reference=reference,
        titre=titre,
        motif=motif,
        contact=contact,
    )


@cache
def _letters(kind: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("docgen.mail", "letters"),
        autoescape=kind == "html",  # noqa: S701 (a plain text has nothing to escape)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"telephone": telephone, "de": de}
    return environment


def message(
    letter: str, to: str, subject: str, attachments: tuple[Attachment, ...] = (), **facts: object
) -> Message:
    """The letter of that name, made of `facts`. Raises InvalidData: a header of several lines."""
    for line in (to, subject):
        if any(unicodedata.category(character) == "Cc" for character in line):
            finding = Finding("courriel", "error", "", "un en-tête tient sur une seule ligne.")
            raise InvalidData([finding])
    return Message(
        to,
        subject,
        _letters("txt").get_template(f"{letter}.txt").render(facts),
        _letters("html").get_template(f"{letter}.html").render(facts),
        attachments,
    )
