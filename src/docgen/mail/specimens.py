"""One of each mail and SMS, on invented facts: for whoever wants to read them before they leave.

A letter without its specimen is caught by a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from docgen.journal.log import Head
from docgen.mail import accounts, alarm, compose, follow_up, texts, to_officer, witness
from docgen.mail.compose import Contact, Message
from docgen.mail.texts import Text

_SIGNER = "camille.morel@exemple.fr"
_OFFICER = "accueil@exemple.fr"
_TITLE = "Convention de PMSMP, Camille Morel chez Boulangerie du Canal"
_REFERENCE = "PMSMP-2027-0001"


@dataclass(frozen=True)
class Specimen:
    """A mail or an SMS; `name` is that of its letter, `occasion` says when it leaves."""

    name: str
    occasion: str
    message: Message | Text


@dataclass(frozen=True)
class _Line:
    matter: str
    about: str
    reference: str
    sentence: str
    todo: str


def specimens(organisation: str, site_url: str, now: datetime) -> Iterator[Specimen]:
    """Each of them, as written at `now`; no link of theirs opens anything."""
    contact = Contact("Awa Traoré", _OFFICER, "+33612345678")
    link, end = f"{site_url}/s/exemple", now + timedelta(days=30)
    page = f"{site_url}/bureau/accords/{_REFERENCE}"
    to_signer = {"to": _SIGNER, "organisation": organisation, "reference": _REFERENCE}
    to_office = {**to_signer, "to": _OFFICER}
    asked = {"nom": "Camille Morel", "titre": _TITLE, "lien": link}
    yield Specimen(
        "invitation", "Quand c’est au tour de la personne de signer.",
        compose.invitation(**to_signer, **asked, expire_le=end, contact=contact),
    )  # fmt: skip
    yield Specimen(
        "relance", "Tant qu’elle n’a pas signé, ou quand vous la relancez.",
        compose.reminder(**to_signer, **asked, expire_le=end, contact=contact),
    )  # fmt: skip
    yield Specimen(
        "code", "Quand elle ouvre le document : le code qui la reconnaît.",
        compose.code(**to_signer, nom="Camille Morel", code="482915", minutes=10),
    )  # fmt: skip
    yield Specimen(
        "copie", "Quand tous ont signé, avec le document en pièce jointe.",
        compose.copy(
            to=_SIGNER, organisation=organisation, reference=_REFERENCE, nom="Camille Morel",
            titre=_TITLE, pdf=b"", nom_fichier=f"{_REFERENCE}.pdf", contact=contact,
        ),
    )  # fmt: skip
    yield Specimen(
        "refus", "Quand un signataire refuse ; la raison n’est dite qu’à vous.",
        compose.declined(
            **to_office, titre=_TITLE, par="Camille Morel", motif="Les horaires.", lien=page
        ),
    )  # fmt: skip
    yield Specimen(
        "expiration", "Quand le délai pour signer est passé.",
        compose.expired(**to_signer, titre=_TITLE, contact=contact),
    )  # fmt: skip
    yield Specimen(
        "annulation", "Quand vous annulez.",
        compose.cancelled(**to_signer, titre=_TITLE, motif=None, contact=contact),
    )  # fmt: skip
    yield Specimen(
        "delegation", "Quand un signataire confie sa signature à quelqu’un d’autre.",
        to_officer.delegated(
            **to_office, titre=_TITLE, de="Jean Dupont", a="Zoé Petit", qualite="adjointe",
            lien=page,
        ),
    )  # fmt: skip
    yield Specimen(
        "pages_recues", "Quand les pages signées à la main sont arrivées.",
        to_officer.deposited(**to_office, titre=_TITLE, lien=page),
    )  # fmt: skip
    yield Specimen(
        "reconduction", "Quand une convention est reconduite, avec sa note.",
        follow_up.reconduction(
            **to_signer, nom="Camille Morel", titre="Convention de partenariat",
            depuis="1er septembre 2027", note=("note.pdf", b""), contact=contact,
        ),
    )  # fmt: skip
    yield Specimen("rappels", "Le matin, à qui a des échéances.", _digest(organisation, site_url))
    for kind, occasion in (
        ("invitation", "Quand un administrateur ouvre un compte."),
        ("reset", "Quand quelqu’un a oublié son mot de passe."),
    ):
        letter = accounts.link_letter(
            kind, to=_OFFICER, nom="Awa Traoré", organisation=organisation,
            lien=f"{site_url}/bureau/lien/exemple", role="conseiller", expire_le=end,
        )  # fmt: skip
        yield Specimen(f"compte-{kind}", occasion, letter)
    facts = [("Un objet de la seconde copie est illisible.", True),
             ("La première copie ne répond plus depuis deux jours.", False)]  # fmt: skip
    yield Specimen(
        "alarme", "Quand l’archive demande qu’on s’en occupe.",
        alarm.alarm(_OFFICER, organisation, facts),
    )  # fmt: skip
    head = Head("0" * 64, 1200, "0" * 64, now, "", (), "0" * 64)
    yield Specimen(
        "tete", "Chaque jour, à un témoin de l’extérieur.",
        witness.tree_head(_OFFICER, organisation, (head.to_bytes(), b"", b"")),
    )  # fmt: skip
    yield from _texts(organisation, link)


def _digest(organisation: str, site_url: str) -> Message:
    lines = (
        _Line("Préavis à décider", "Boulangerie du Canal", "PART-2026-0004",
              "La convention se renouvelle seule le 1er décembre 2027.",
              "décider avant le 1er septembre 2027."),
        _Line("Bilan à faire", "Camille Morel", _REFERENCE,
              "Sa PMSMP s’est terminée le 29 janvier 2027.", "remplir le bilan avec l’entreprise."),
    )  # fmt: skip
    return follow_up.digest(
        to=_OFFICER, organisation=organisation, jour="1er février 2027", lignes=lines,
        lien=f"{site_url}/rappels/exemple",
    )  # fmt: skip


def _texts(organisation: str, link: str) -> Iterator[Specimen]:
    to = {"to": "+33612345678", "organisation": organisation, "reference": _REFERENCE}
    yield Specimen("sms-invitation", "À qui signe par SMS.",
                   texts.invitation(**to, lien=link, rappel=False))  # fmt: skip
    yield Specimen("sms-relance", "Tant que cette personne n’a pas signé.",
                   texts.invitation(**to, lien=link, rappel=True))  # fmt: skip
    yield Specimen("sms-code", "Le code qui la reconnaît.",
                   texts.code(**to, code="482915", minutes=10))  # fmt: skip
    yield Specimen("sms-fin", "Quand il n’y a plus rien à signer.",
                   texts.ended(**to, how="annulé", telephone="01 23 45 67 89"))  # fmt: skip
