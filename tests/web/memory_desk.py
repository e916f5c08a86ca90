"""A desk that keeps everything in memory: it lets the tests put the pages in every state.

The real desk (database, PDF, mail) signs on the same pages in the tests of the whole thread.
"""

# ruff: noqa: ARG002 -- the arguments are those of the real desk

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from PIL import Image, ImageDraw

from docgen.actions import public_check
from docgen.actions.ceremony import (
    CONSENT,
    CONSENT_VERSION,
    Ceremony,
    Invitation,
    OtherSigner,
    consent_for,
)
from docgen.actions.delegation import Delegate
from docgen.actions.deposit import Answer, Deposited, Files
from docgen.actions.digest_words import Line as DigestLine
from docgen.actions.enter import HandedOver, OnPhone
from docgen.actions.public_check import PublicVerdict
from docgen.actions.reminder_page import OpenLine, ReminderPage
from docgen.documents.scans.symbols import squares
from docgen.errors import Finding, InvalidData, NotFound
from docgen.ways import Way

NOW = datetime(2026, 11, 24, 13, 32, tzinfo=UTC)
TOKEN = "jeton-du-lien-0123456789-0123456789-0123456"
CODE = "123456"
NAME = "Awa N’Diaye-Diallo"
PDF = b"%PDF-1.7\nUn document."
TEXT = "Article 1\nLe bénéficiaire découvre le métier de boulanger, <b>du 1er au 12 mars</b>."

# As it is frozen: what comes from the data has its Markdown signs under a backslash.
SUMMARY = """## C’est quoi\u202f?

Ce document est un accord pour une **période en entreprise**.
Le métier est : boulanger \\<b\\>.

## Où et quand\u202f?

- Le premier jour est le **lundi 1er mars 2027**.
- Le dernier jour est le **vendredi 12 mars 2027**.

## Vous êtes libre

Signer est gratuit. Vous avez le droit de refuser.
"""
SUMMARY_EN = """## What is it?

This document is an agreement for a **stay in a company**.

## Where and when?

- The first day is **Monday 1 March 2027**.
- The last day is **Friday 12 March 2027**.

## You are free

Signing costs nothing. You have the right to refuse.
"""

TO_SIGN = Ceremony(
    reference="PMSMP-2026-0001",
    titre="Période de mise en situation en milieu professionnel",
    organisation="Association Le Fournil Solidaire",
    nom_complet=NAME,
    qualite="bénéficiaire",
    partenaire="Boulangerie Martin & Fils",
    debut=date(2027, 3, 1),
    fin=date(2027, 3, 12),
    pages=2,
    sha256="c0ffee" * 10,
    resume={"fr": SUMMARY, "en": SUMMARY_EN},
    consentement=CONSENT,
    version_consentement=CONSENT_VERSION,
    etat="a_signer",
    motif_clos="",
    signe_le=None,
    scelle=False,
    code_demande=True,
    code_par_sms=False,
    adresse_masquee="a•••@exemple.fr",
    copie_a="a•••@exemple.fr",
    sur_place=False,
    non_confiable="",
    code_envoye_le=None,
    code_expire_le=None,
    autres=(
        OtherSigner(
            "Jean Martin", "représentant de l’entreprise", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        ),
        OtherSigner("Sophie Bernard", "conseillère référente", None),
    ),
    contact_nom="Sophie Bernard",
    contact_courriel="sophie.bernard@fournil.exemple.fr",
    contact_telephone="0123456789",
    expire_le=datetime(2026, 12, 24, 13, 32, tzinfo=UTC),
)


TO_SEND = Deposited(
    reference=TO_SIGN.reference,
    titre=TO_SIGN.titre,
    organisation=TO_SIGN.organisation,
    nom_complet=NAME,
    pages=4,
    found=(),
    missing=(1, 2, 3, 4),
    vides=(),
    contact_nom=TO_SIGN.contact_nom,
    contact_courriel=TO_SIGN.contact_courriel,
    contact_telephone=TO_SIGN.contact_telephone,
    expire_le=TO_SIGN.expire_le,
)
SENT = replace(TO_SEND, found=(1, 2, 3, 4), missing=(), vides=(2, 3))
ANSWERS = (
    Answer("« IMG_2041.jpg »", "oui", "Page 1 reçue."),
    Answer(
        "« IMG_2042.jpg »",
        "non",
        "Trop floue ou trop sombre pour lire son code. Reprenez la photo, de plus près.",
    ),
    Answer(
        "« scan.pdf », page 2",
        "non",
        "C’est la page 2 de PMSMP-2026-0009, pas de PMSMP-2026-0001 : retirez-la (elle n’est pas "
        "gardée).",
    ),
    Answer("« scan.pdf », page 3", "info", "Page sans rien, laissée de côté."),
)

SUSPECT = PublicVerdict(
    "suspect",
    "Ne vous fiez pas à ce document",
    (
        public_check.Line("non", "Le document, ou une signature, a été changé après coup."),
        public_check.Line("oui", "Rien n’a été ajouté après la dernière signature."),
        public_check.Line("info", "Nous n’avons pas gardé ce fichier exact."),
    ),
    "Nous ne pouvons pas dire ce que valent les signatures de ce fichier.",
    "c0ffee" * 10 + "c0ff",
)


INTACT = PublicVerdict(
    "intact",
    "Ce document est intact",
    (
        public_check.Line("oui", "Rien n’a été changé dans ce qui est signé."),
        public_check.Line("oui", "Rien n’a été ajouté après la dernière signature."),
        public_check.Line("oui", "Il porte 4 signatures, scellées par notre cachet."),
        public_check.Line(
            "oui",
            "La dernière signature date du 2 novembre 2026 à 11 h (heure de Paris) ; l’heure vient "
            "de notre propre horloge.",
        ),
        public_check.Line("info", "Le fichier se dit fait pour être gardé longtemps (PDF/A)."),
        public_check.Line("oui", "C’est exactement le fichier que nous avons gardé."),
    ),
    "Signature électronique simple, avec une preuve renforcée.",
    "c0ffee" * 10 + "c0ff",
)
UNKNOWN = PublicVerdict(
    "inconnu",
    "Ce document ne porte pas notre cachet",
    (public_check.Line("non", "Ce fichier ne porte pas de cachet que nous reconnaissons."),),
    "Nous ne pouvons pas dire ce que valent les signatures de ce fichier.",
    "c0ffee" * 10 + "c0ff",
)


REMINDERS = ReminderPage(
    date(2026, 11, 24),
    date(2026, 11, 24),
    (
        OpenLine(
            1,
            DigestLine(
                "CP-2026-0001",
                "preavis",
                date(2027, 1, 31),
                date(2027, 1, 31),
                "Boulangerie Martin & Fils",
                "Préavis à décider",
                "Dernier jour pour donner le préavis : dimanche 31 janvier 2027 (dans 68 jours).",
                "décider avec l’entreprise ; pour arrêter, préparer la dénonciation.",
            ),
            "",
            False,
        ),
        OpenLine(
            2,
            DigestLine(
                "PMSMP-2026-0004",
                "bilan",
                date(2026, 11, 20),
                date(2027, 2, 18),
                "Fatou D. chez Boulangerie Martin & Fils",
                "Bilan de PMSMP",
                "Dernier jour : vendredi 20 novembre 2026 (il y a 4 jours).",
                "faire le bilan avec le tuteur et la personne.",
            ),
            "Réglé",
            False,
        ),
    ),
)


@dataclass
class MemoryDesk:
    """One link, one signer. `trouble` is raised by the act whose name it is given for."""

    state: Ceremony = TO_SIGN
    verdict: PublicVerdict = SUSPECT
    acts: list[tuple[object, ...]] = field(default_factory=list)
    trouble: dict[str, Exception] = field(default_factory=dict)
    sessions: list[str] = field(default_factory=list)
    handed_over: bool = False
    languages: list[str] = field(default_factory=list)
    on_phone: bool = False
    deposit: Deposited = field(default_factory=lambda: TO_SEND)
    answers: tuple[Answer, ...] = ()

    def _may(self, act: str) -> None:
        if act in self.trouble:
            raise self.trouble[act]

    def _known(self, session: str) -> None:
        if self.handed_over:
            raise HandedOver
        if self.on_phone:
            raise OnPhone
        if session not in self.sessions:
            raise NotFound("La visite", "en cours")

    def invitation(self, token: str, now: datetime) -> Invitation:
        self._may("invitation")
        if token != TOKEN:
            raise NotFound("Le lien", "de signature")
        here = self.state
        return Invitation(
            here.reference,
            here.titre,
            here.organisation,
            here.nom_complet,
            here.expire_le,
            here.etat,
            "sms" if here.code_par_sms else "courriel" if here.code_demande else "",
        )

    def enter(self, token: str, now: datetime, ip: str, agent: str) -> str:
        self.invitation(token, now)
        self._may("enter")
        self.sessions.append(f"secret-de-la-visite-numero-{len(self.sessions)}")
        self.acts.append(("enter", ip, agent))
        return self.sessions[-1]

    def ceremony(self, session: str, now: datetime) -> Ceremony:
        self._known(session)
        self._may("ceremony")
        return self.state

    def page_image(self, session: str, page: int, now: datetime) -> bytes:
        self._known(session)
        self._may("image")
        if not 1 <= page <= self.state.pages:
            raise NotFound("La page", str(page))
        picture = Image.new("RGB", (794, 1123), "white")
        drawing = ImageDraw.Draw(picture)
        for line in range(12):
            drawing.rectangle((90, 120 + 60 * line, 700 - 30 * (line % 4), 140 + 60 * line), "#555")
        kept = io.BytesIO()
        picture.save(kept, "PNG")
        return kept.getvalue()

    def page_texts(self, session: str, now: datetime) -> list[str]:
        self._known(session)
        return [TEXT] * self.state.pages

    def document(self, session: str, now: datetime) -> tuple[str, bytes]:
        self._known(session)
        return f"{self.state.reference}-signé.pdf", PDF

    def send_code(self, session: str, now: datetime) -> None:
        self._known(session)
        self._may("send_code")
        self.acts.append(("send_code",))
        self.state = replace(
            self.state, code_envoye_le=now, code_expire_le=now + timedelta(minutes=10)
        )

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
        self._known(session)
        self._may("sign")
        wrong = [
            (
                "code",
                "ce code n’est pas le bon ; il reste 4 essais.",
                self.state.code_demande and code != CODE,
            ),
            ("nom", f"écrivez votre prénom et votre nom : {NAME}.", nom_saisi != NAME),
            ("consentement", "cochez la case pour donner votre accord.", not consent),
        ]
        findings = [Finding(name, "error", name, message) for name, message, bad in wrong if bad]
        if findings:
            raise InvalidData(findings)
        self.acts.append(("sign", nom_saisi, ip, agent))
        self.languages.append(language)
        self.state = replace(self.state, etat="signe", signe_le=now, scelle=True)

    def decline(self, session: str, motif: str, now: datetime, ip: str, agent: str) -> None:
        self._known(session)
        self._may("decline")
        if not motif:
            message = "dites en quelques mots pourquoi vous refusez."
            raise InvalidData([Finding("motif", "error", "motif", message)])
        self.acts.append(("decline", motif))
        self.state = replace(self.state, etat="refuse")

    def look_at_delegate(self, session: str, to: Delegate, now: datetime) -> Delegate:
        self._known(session)
        self._may("delegate")
        missing = [
            Finding("signataire", "error", name, message)
            for name, value, message in (
                ("nom", to.nom_complet, "écrivez le prénom et le nom de la personne."),
                ("qualite", to.qualite, "écrivez sa fonction, et pour qui elle signe."),
                ("courriel", to.courriel, "écrivez le courriel de la personne qui signera."),
            )
            if not value
        ]
        if missing:
            raise InvalidData(missing)
        return to

    def delegate(self, session: str, to: Delegate, now: datetime) -> None:
        self.look_at_delegate(session, to, now)
        self.acts.append(("delegate", to.nom_complet, to.qualite, to.courriel))
        self.handed_over = True

    def move_to_phone(self, session: str, now: datetime) -> None:
        self._known(session)
        self.acts.append(("move_to_phone",))
        self.on_phone = True

    def phone_code(self, session: str) -> list[list[bool]]:
        return squares(f"https://exemple.fr/s/{TOKEN}")

    def deposited(self, token: str, now: datetime) -> Deposited:
        self._may("deposited")
        if token != TOKEN:
            raise NotFound("Le lien", "d’envoi")
        return self.deposit

    def put_pages(self, token: str, files: Files, now: datetime) -> tuple[Answer, ...]:
        self.deposited(token, now)
        self._may("put_pages")
        self.acts.append(("put_pages", tuple((name, len(content)) for name, content in files)))
        return self.answers

    def printable(self, token: str, now: datetime) -> tuple[str, bytes]:
        return f"{self.deposited(token, now).reference}-a-imprimer.pdf", PDF

    def check_document(self, content: bytes, now: datetime) -> PublicVerdict:
        self._may("check_document")
        self.acts.append(("check_document", len(content)))
        return self.verdict

    def take_notice(self, body: bytes, signature: str, now: datetime) -> str | None:
        self._may("take_notice")
        self.acts.append(("take_notice", body, signature))
        return None if body == b"already" else "accord"

    def nudge_for_notice(self, agreement_id: str) -> None:
        self.acts.append(("nudge", agreement_id))

    def reminders(self, token: str, now: datetime) -> ReminderPage:
        self._may("reminders")
        if token != TOKEN:
            raise NotFound("Le lien", "de vos rappels")
        return REMINDERS

    def put_off_reminder(
        self, token: str, number: int, until: date, why: str, now: datetime
    ) -> None:
        self.reminders(token, now)
        self._may("put_off")
        self.acts.append(("put_off", number, until, why))

    def settle_reminder(self, token: str, number: int, why: str, now: datetime) -> None:
        self.reminders(token, now)
        self._may("settle")
        self.acts.append(("settle", number, why))

    def calendar(self, token: str, now: datetime) -> bytes:
        if token != TOKEN:
            raise NotFound("Le calendrier", "à cette adresse")
        return b"BEGIN:VCALENDAR"

    def ready(self) -> None:
        self._may("ready")


IN_PERSON = replace(
    TO_SIGN,
    non_confiable="Vous signez en votre propre nom : personne ne peut signer à votre place.",
)
# Somebody without any address, on the organisation's screen: no code, and the copy is handed over.
ON_SITE = replace(
    TO_SIGN,
    consentement=consent_for(Way.SUR_PLACE)[0],
    version_consentement=consent_for(Way.SUR_PLACE)[1],
    code_demande=False,
    adresse_masquee="",
    copie_a="",
    sur_place=True,
    non_confiable=(
        "Vous signez sur place, devant une personne qui vous connaît : dites-lui qui doit signer."
    ),
)
BY_SMS = replace(
    TO_SIGN,
    consentement=consent_for(Way.SMS)[0],
    version_consentement=consent_for(Way.SMS)[1],
    code_par_sms=True,
    adresse_masquee="+33 … 78",
    copie_a="",
)


def closed(reason: str) -> Ceremony:
    """The ceremony once somebody else ended it."""
    return replace(TO_SIGN, etat="clos", motif_clos=reason)
