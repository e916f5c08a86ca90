"""« Vérifier un document » for anybody: what a file is worth, in plain words, telling nothing else.

A stranger may send a forged file that carries the number of a real agreement, a name, a signer. So
the records are asked one thing only, whether these very bytes were kept here: who holds them
already knows what they say. The number written in the file is never looked up, and no word of the
file is repeated on the page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from docgen.actions import verify_dossier
from docgen.actions.confined import examined
from docgen.actions.examination import Facts
from docgen.actions.ports import Ports
from docgen.actions.records_say import Recorded, recorded
from docgen.actions.verdict import SCAN, SEAL_ONLY, seal_only
from docgen.actions.verify_bag import check_bag, dossier_in
from docgen.archive.check import check_files
from docgen.archive.intake import BAG_MARK, Taken, is_zip, read_zip
from docgen.confinement import Limits
from docgen.errors import Broken
from docgen.french import horodatage
from docgen.signing.report import Report, SignatureCheck
from docgen.signing.roots import Roots, roots_of

_UNFOLDED = 40 * 1024 * 1024
_LIMITS = Limits(seconds=20, processor=8, memory=768 * 1024 * 1024)

# The document is whole and known; something is wrong with it; nothing can be said of it.
State = Literal["intact", "suspect", "inconnu"]
Holds = Literal["oui", "non", "info"]

_LEVEL = (
    "Signature électronique simple, avec une preuve renforcée, sauf là où un cadre dit que la "
    "personne a signé à la main ou chez un prestataire. Le cachet posé sur le document est "
    "celui de l’organisation : ce n’est ni une signature avancée, ni une signature qualifiée."
)
_NO_LEVEL = "Nous ne pouvons pas dire ce que valent les signatures de ce fichier."


@dataclass(frozen=True)
class Line:
    """One check: whether it holds, and what it means."""

    holds: Holds
    text: str


@dataclass(frozen=True)
class PublicVerdict:
    """What the page says. `empreinte` is the SHA-256 of the file that was sent."""

    state: State
    titre: str
    lines: tuple[Line, ...]
    niveau: str
    empreinte: str


def check_upload(ports: Ports, content: bytes, now: datetime) -> PublicVerdict:
    """Judge a PDF or a zipped dossier that anybody sent. Raises Unavailable only (records)."""
    digest = hashlib.sha256(content).hexdigest()
    roots = roots_of(ports.sealer)

    def examine(pdf: bytes, expected: Sequence[str] | None) -> Facts:
        return examined(pdf, expected, roots, now, _LIMITS)

    if is_zip(content):
        return _dossier(ports, content, digest, roots, examine)
    known = recorded(ports, digest)
    facts = examine(content, known.expected if known else None)
    return _judged(facts, known, digest, ())


def _dossier(
    ports: Ports,
    content: bytes,
    digest: str,
    roots: Roots,
    examine: Callable[[bytes, Sequence[str] | None], Facts],
) -> PublicVerdict:
    """A zip: the same lines for its signed PDF, and one for the files around it."""
    try:
        taken = read_zip(content, _UNFOLDED)
    except Broken:
        taken = Taken({})
    in_bag = BAG_MARK in taken.files
    files = dossier_in(taken.files) if in_bag else taken.files
    found = verify_dossier.in_files(files)
    if isinstance(found, str) or "convention-signee" not in found.files:
        line = Line("non", "Ce fichier zip n’est pas un dossier exporté, ou il est abîmé.")
        return PublicVerdict("inconnu", _UNREAD, (line,), _NO_LEVEL, digest)
    facts, _, faults = verify_dossier.compare(found, examine)
    assert facts is not None
    around = list(taken.problems)
    around += check_bag(taken.files, roots)[1] if in_bag else check_files(files)
    around += [fault for fault in faults if fault not in facts.problems]
    line = (
        Line("non", "Un fichier du dossier a été changé, ajouté ou enlevé.")
        if around
        else Line("oui", "Tous les fichiers du dossier sont là et n’ont pas changé.")
    )
    return _judged(facts, recorded(ports, facts.sha256), digest, (line,))


_UNREAD = "Nous n’avons pas pu lire ce fichier"


def _judged(
    facts: Facts, known: Recorded | None, digest: str, around: tuple[Line, ...]
) -> PublicVerdict:
    if not facts.marks.readable or facts.marks.encrypted:
        why = (
            "Le fichier est protégé par un mot de passe."
            if facts.marks.encrypted
            else "Ce n’est pas un PDF, ou il est abîmé, ou il est trop long à lire."
        )
        return PublicVerdict("inconnu", _UNREAD, (Line("non", why), *around), _NO_LEVEL, digest)
    ours = [one for one in facts.report.signatures if one.trusted]
    if not ours and known is None and not facts.report.unreadable:
        lines = (
            Line("non", "Ce fichier ne porte pas de cachet que nous reconnaissons."),
            _record(known),
            *around,
        )
        title = "Ce document ne porte pas notre cachet"
        return PublicVerdict("inconnu", title, lines, _NO_LEVEL, digest)
    if known is not None and known.standing == "scan":
        lines = (Line("info", SCAN), _record(known))
        sound = not known.problems and not facts.problems
        title = (
            "C’est la numérisation d’un papier signé" if sound else "Ne vous fiez pas à ce document"
        )
        return PublicVerdict("intact" if sound else "suspect", title, lines, _NO_LEVEL, digest)
    lines = (*_signatures(facts, ours), _record(known), *around)
    if facts.problems or any(line.holds == "non" for line in lines):
        title = "Ne vous fiez pas à ce document"
        if known is not None and known.standing == "earlier" and not around:
            title = "Ce n’est pas la dernière version de ce document"
        lines = lines if any(line.holds == "non" for line in lines) else (*lines, _OTHER)
        return PublicVerdict("suspect", title, lines, _NO_LEVEL, digest)
    level = SEAL_ONLY if seal_only(facts) else _LEVEL if ours else _NO_LEVEL
    if known is None:
        title = "Ce document porte notre cachet, mais nous ne l’avons pas gardé"
        return PublicVerdict("inconnu", title, lines, level, digest)
    return PublicVerdict("intact", "Ce document est intact", lines, level, digest)


_OTHER = Line("non", "Une autre vérification a échoué : demandez le document à l’organisation.")


def _signatures(facts: Facts, ours: Sequence[SignatureCheck]) -> list[Line]:
    report = facts.report
    found = report.signatures
    if not found and not report.unreadable:
        return [Line("info", "Personne n’a encore signé ce document.")]
    # One signature broken beyond reading is one whose content was changed.
    broken = bool(report.unreadable) or not all(one.intact for one in found)
    foreign = len(found) - len(ours)
    lines = [
        Line("non", "Le document, ou une signature, a été changé après coup.")
        if broken
        else Line("oui", "Rien n’a été changé dans ce qui est signé."),
        Line("oui", "Rien n’a été ajouté après la dernière signature.")
        if report.covers_file
        else Line("non", "Quelque chose a été ajouté, ou enlevé, à la fin du fichier."),
        Line("non", "Un cachet vient de quelqu’un que nous ne connaissons pas.")
        if foreign
        else Line("oui", _count(len(found))),
    ]
    if facts.marks.programs:
        lines.append(Line("non", "Le fichier contient un programme : il peut changer d’aspect."))
    if report.empty:
        many = len(report.empty) > 1
        count = f"{len(report.empty)} emplacements" if many else "1 emplacement"
        lines.append(Line("info", f"{count} de signature {'sont vides' if many else 'est vide'}."))
    lines.append(_dates(report, ours))
    if facts.marks.pdfa:
        lines.append(Line("info", "Le fichier se dit fait pour être gardé longtemps (PDF/A)."))
    return lines


def _count(signatures: int) -> str:
    if signatures == 1:
        return "Il porte une signature, scellée par notre cachet."
    return f"Il porte {signatures} signatures, scellées par notre cachet."


def _dates(report: Report, ours: Sequence[SignatureCheck]) -> Line:
    dates = [one.signed_at for one in ours if one.signed_at is not None]
    if len(dates) < len(ours) and report.reserves and report.closed_at:
        return Line(
            "info",
            "Une signature a été scellée sans horodatage, aucune autorité ne répondant ; un "
            f"horodatage prouve qu’elle existait à la date {_of(report.closed_at)}.",
        )
    if not dates or len(dates) < len(ours):
        return Line("non", "La date d’une signature n’est pas sûre.")
    here = all(one.timestamp_source == "internal" for one in ours)
    who = (
        "l’heure vient de notre propre horloge"
        if here
        else "l’heure vient d’une autorité d’horodatage extérieure"
    )
    return Line("oui", f"La dernière signature date {_of(max(dates))} ; {who}.")


def _of(at: datetime) -> str:
    """« du 2 novembre 2026 à 11 h »."""
    return "du" + horodatage(at).removeprefix("le")


def _record(known: Recorded | None) -> Line:
    if known is None:
        return Line(
            "info",
            "Nous n’avons pas gardé ce fichier exact : nous le jugeons seulement sur son contenu.",
        )
    if known.problems:
        return Line("non", "Nos registres ne concordent pas sur ce fichier : appelez-nous.")
    if known.standing == "earlier":
        return Line("non", "Une version plus récente existe : demandez-la à l’organisation.")
    return Line("oui", "C’est exactement le fichier que nous avons gardé.")
