"""What is asked of Yousign: who signs which PDF, where on it, at which level, until when.

An order checks itself before anything leaves: what the API would refuse is told in French, with the
place of what must be mended, and no half-made request is left behind.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from docgen.errors import Broken, Finding, InvalidData


class Level(StrEnum):
    """Signature levels of eIDAS, in the API's words."""

    SIMPLE = "electronic_signature"
    ADVANCED = "advanced_electronic_signature"
    QUALIFIED = "qualified_electronic_signature"


# Guide « Authentication mode »: an advanced signature takes a code by SMS and nothing else; for a
# qualified one identity and face are checked instead, and the mode is left out.
AUTHENTICATION: Mapping[Level, str | None] = MappingProxyType(
    {Level.SIMPLE: "otp_email", Level.ADVANCED: "otp_sms", Level.QUALIFIED: None}
)
# Guide « Document », upload rules.
LARGEST_PDF = 50 * 1024 * 1024
LONGEST_NAME = 128
LONGEST_EMAIL = 100

# The description's HumanName: Latin letters without ð and þ, digits, ` ' ( ) - and the space.
_HUMAN_NAME = re.compile(r"(?!\s)[0-9A-Za-zÀ-ÏÑ-ÖØ-Ýß-ïñ-öø-ýÿĀ-ſȘșȚț`'() -]{1,255}(?<!\s)")
_EXTERNAL_ID = re.compile(r"[\w\-@.%+]{1,255}", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}")
# The same sign in another dress: an apostrophe or a hyphen of French typography.
_PLAIN_SIGNS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True)
class Spot:
    """Where a signature shows, in Yousign's way: page from 1, whole points from the top left."""

    page: int
    x: int
    y: int
    width: int
    height: int


def spot_of(page: int, box: tuple[float, float, float, float], page_height: float) -> Spot:
    """The spot of a PDF box: page from 0; left, bottom, right, top in points from the bottom left.

    Guide « Field creation with API endpoints »: an A4 page has 596 by 842 units, which are points.
    Raises Broken when the box is one that Yousign can't sign in (85 by 37 points at least).
    """
    left, bottom, right, top = box
    place = Spot(
        page + 1, round(left), round(page_height - top), round(right - left), round(top - bottom)
    )
    inside = 0 <= place.x <= 32767 and 0 <= place.y <= 32767
    if not (inside and 85 <= place.width <= 2000 and 37 <= place.height <= 1000):
        raise Broken(
            f"Le cadre de signature de la page {place.page} ne convient pas à Yousign "
            f"({place.width} × {place.height} points)."
        )
    return place


@dataclass(frozen=True)
class Invitee:
    """Someone who must sign; `phone` is in E.164 (+33612345678)."""

    first_name: str
    last_name: str
    email: str
    phone: str | None
    spot: Spot

    def sent_first_name(self) -> str:
        """The first name with the API's plain apostrophes and hyphens."""
        return _plain(self.first_name)

    def sent_last_name(self) -> str:
        """The last name, likewise."""
        return _plain(self.last_name)


@dataclass(frozen=True)
class Order:
    """A PDF and all who must sign it, in order; `external_id` is our agreement's id.

    `expires_on` is the last day to sign, a date of Paris; `file_name` and `name` are what signers
    read. One level for all; `in_turn`: they sign one after the other.
    """

    external_id: str
    name: str
    file_name: str
    pdf: bytes = field(repr=False)
    level: Level
    expires_on: dt.date
    invitees: tuple[Invitee, ...] = field(repr=False)
    in_turn: bool = False

    @property
    def ordered(self) -> bool:
        """Whether signers come one after the other: the qualified level demands it (its guide)."""
        return self.in_turn or self.level is Level.QUALIFIED

    def check(self) -> None:
        """Raise InvalidData with everything that the API would refuse."""
        findings = list(self._findings())
        if findings:
            raise InvalidData(findings, self.name)

    def _findings(self) -> Iterator[Finding]:
        if not _EXTERNAL_ID.fullmatch(self.external_id):
            yield _finding("external_id", "n’est pas un identifiant que Yousign admet.")
        if not 0 < len(self.name) <= LONGEST_NAME:
            yield _finding("titre", f"{LONGEST_NAME} caractères au plus, pour Yousign.")
        if len(self.pdf) > LARGEST_PDF:
            yield _finding("document", "dépasse les 50 Mo que Yousign admet.")
        if not self.invitees:
            yield _finding("signataires", "personne n’a à signer.")
        for rank, invitee in enumerate(self.invitees, 1):
            yield from self._person(f"signataires.{rank}", invitee)

    def _person(self, path: str, invitee: Invitee) -> Iterator[Finding]:
        for name, text in (("prenom", invitee.first_name), ("nom", invitee.last_name)):
            if not _HUMAN_NAME.fullmatch(_plain(text)):
                # Changing somebody's name by ourselves is no way out.
                yield _finding(
                    f"{path}.{name}",
                    "contient un signe que Yousign n’admet pas dans un nom (lettres latines, "
                    "espace, apostrophe et trait d’union seulement).",
                )
        if not 0 < len(invitee.email) <= LONGEST_EMAIL:
            message = f"1 à {LONGEST_EMAIL} caractères : Yousign écrit au signataire."
            yield _finding(f"{path}.courriel", message)
        if invitee.phone is not None and not _E164.fullmatch(invitee.phone):
            yield _finding(f"{path}.telephone", "n’est pas un numéro international.")
        if AUTHENTICATION[self.level] == "otp_sms" and invitee.phone is None:
            yield _finding(
                f"{path}.telephone",
                "manque : une signature avancée demande un code par SMS.",
            )


def _finding(field_path: str, message: str) -> Finding:
    return Finding("yousign", "error", field_path, message)


def _plain(name: str) -> str:
    return name.translate(_PLAIN_SIGNS).strip()
