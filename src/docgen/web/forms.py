"""What people type, made clean, and what is wrong with it, said near the field."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from docgen.errors import InvalidData

# The finding's field, and the identifier of the field on the page.
_ANCHORS = {
    "consentement": "consentement",
    "code": "code",
    "nom": "nom_saisi",
    "dessin": "dessin",
    "qualite": "qualite",
    "courriel": "courriel",
    "motif": "motif",
}


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the page's element it is about, and a sentence."""

    anchor: str
    message: str

    @property
    def typed(self) -> bool:
        """True when a field holds it; False when a step of the page does."""
        return self.anchor in {*_ANCHORS.values(), "fichier", "fichiers"}


def faults_of(error: InvalidData) -> tuple[Fault, ...]:
    """The faults of a form, in the order of its fields on the page."""
    order = list(_ANCHORS)
    findings = sorted(
        error.findings, key=lambda f: order.index(f.field) if f.field in order else len(order)
    )
    return tuple(
        Fault(_ANCHORS.get(finding.field, "contenu"), _sentence(finding.message))
        for finding in findings
    )


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]


def one_line(text: str) -> str:
    """A name as typed, on one line, without characters nobody can see or a database refuses."""
    return " ".join(_visible(text).split())


def paragraph(text: str) -> str:
    """A text as typed, its lines kept."""
    return _visible(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _visible(text: str) -> str:
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
