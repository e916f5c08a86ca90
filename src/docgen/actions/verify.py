"""Check documents, dossiers and agreements: bytes, journal, signatures, timestamps, level.

A PDF alone is judged by what it holds: a signature field left empty means an earlier revision. When
this installation knows the file, its journal's hash settles what PAdES can't see (bytes flipped in
the padding of a signature, a whole revision cut off).
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from docgen import journal
from docgen.actions import records_say, verify_dossier
from docgen.actions.confined import examined
from docgen.actions.examination import Facts, printable
from docgen.actions.export import export
from docgen.actions.ports import Ports
from docgen.actions.verdict import SCAN, Kind, Standing, Verdict, level_of, seal_only, told
from docgen.actions.verify_bag import check_bag, dossier_in
from docgen.archive.check import MANIFEST_NAME, SUMS_NAME, check_files
from docgen.archive.intake import (
    BAG_MARK,
    Taken,
    entries,
    is_zip,
    read_bag,
    read_file,
    read_folder,
    read_zip,
)
from docgen.errors import Broken, DocgenError, NotFound, Refused
from docgen.journal import EventType
from docgen.records import queries
from docgen.signing.roots import roots_of

__all__ = ["Verdict", "Verifier", "export", "verifier", "verify"]

_MARKS = (BAG_MARK, MANIFEST_NAME, SUMS_NAME)
Examiner = Callable[[bytes, Sequence[str] | None], Facts]


def verify(ports: Ports, path: str, now: datetime) -> Verdict:
    """Check a PDF, a dossier or a bag (folder or zip), or an agreement by its number.

    Raises NotFound when there is nothing of that name, Refused when there is nothing to check yet.
    """
    return next(verifier(ports, now).each([path]))


def verifier(ports: Ports, now: datetime) -> Verifier:
    """The checks of this installation; each PDF is read in a confined process."""
    roots = roots_of(ports.sealer)
    return Verifier(ports, lambda pdf, expected: examined(pdf, expected, roots, now))


@dataclass(frozen=True)
class Verifier:
    """`examine` gives the facts of a PDF, told which fields must be signed when that is known."""

    ports: Ports
    examine: Examiner

    def each(self, paths: Sequence[str]) -> Iterator[Verdict]:
        """The verdict of each document; a folder of several gives one for each, then its own.

        A single path that can't be checked raises (NotFound, Refused, Unavailable); among several,
        it is a verdict with that problem.
        """
        for path in paths:
            try:
                yield from self._at(path)
            except DocgenError as error:
                if len(paths) == 1 and not isinstance(error, Broken):
                    raise
                yield _said(path, "pdf", "", None, "unknown", (), (error.explain(),))

    def _at(self, path: str) -> Iterator[Verdict]:
        place = Path(path)
        mode = _mode(place)
        if stat.S_ISDIR(mode):
            if _mode(place / BAG_MARK):
                yield self.bag(path, read_bag(place))
            elif any(_mode(place / name) for name in (MANIFEST_NAME, SUMS_NAME)):
                yield self.dossier(path, read_folder(place))
            else:
                yield from self._several(place)
        elif mode:
            yield self.content(path, read_file(place))
        else:
            yield self.kept(path)

    def _several(self, folder: Path) -> Iterator[Verdict]:
        left, problems, count = [], [], 0
        for path in entries(folder):
            if path.is_symlink():
                problems.append(f"« {path.name} » est un lien : il n’est pas suivi.")
                continue
            holds = path.is_dir() and any(_mode(path / name) for name in _MARKS)
            if not holds and path.suffix.lower() not in {".pdf", ".zip"}:
                left.append(path.name)
                continue
            count += 1
            try:
                yield from self._at(str(path))
            except DocgenError as error:
                yield _said(str(path), "pdf", "", None, "unknown", (), (error.explain(),))
        if not count:
            problems.append("Ce dossier ne contient ni dossier exporté, ni zip, ni PDF.")
        checked = [f"{count} document{'s' if count > 1 else ''} dans ce dossier."]
        if left:
            more = " …" if len(left) > 10 else ""
            checked.append(f"Laissés de côté : {', '.join(left[:10])}{more}")
        yield _said(str(folder), "folder", "", None, "unknown", checked, problems)

    def content(self, path: str, content: bytes) -> Verdict:
        """The verdict on the bytes of a PDF, or of a zipped dossier or bag."""
        if not is_zip(content):
            return self.pdf(path, content)
        try:
            taken = read_zip(content)
            return (self.bag if BAG_MARK in taken.files else self.dossier)(path, taken)
        except Broken as error:
            return _said(path, "dossier", "", None, "unknown", (), (error.explain(),))

    def pdf(self, path: str, pdf: bytes) -> Verdict:
        """Judge a PDF by what it holds, then by what this installation recorded of it."""
        digest = hashlib.sha256(pdf).hexdigest()
        known = records_say.recorded(self.ports, digest)
        facts = self.examine(pdf, known.expected if known else None)
        checked = [f"Empreinte SHA-256 : {digest}"]
        problems: list[str] = []
        standing: Standing = "unknown"
        if known:
            standing = known.standing
            stands, faults = records_say.told_of(known)
            checked += stands
            problems += faults
        else:
            other = self._another(facts)
            if other:
                standing = "altered"
                problems.append(other)
            else:
                checked.append(
                    "Cette installation ne connaît pas ce document : jugé sur ce qu’il contient "
                    "seulement."
                )
        if facts.journal:
            problems += _not_evidence(facts)
            checked.append("Journal joint : chaîne contrôlée.")
        reference = known.reference if known else facts.reference
        return _said(
            path,
            "pdf",
            reference,
            facts,
            standing,
            (*checked, *told(facts)),
            (*problems, *facts.problems),
        )

    def _another(self, facts: Facts) -> str:
        """What to say of unknown bytes that carry a number of ours; empty when they carry none."""
        row = records_say.named(self.ports, facts.reference)
        if row is not None:
            return (
                f"Ce fichier porte le numéro {row.reference} mais n’est aucune des versions "
                "enregistrées : il a été modifié ou refait."
            )
        owner = verify_dossier.agreement_in(facts.journal)
        if owner:
            with self.ports.database.read() as session:
                try:
                    row = queries.agreement(session, owner)
                except NotFound:
                    return ""
            return f"Ce dossier de preuve n’est pas celui qui a été gardé pour {row.reference}."
        return ""

    def dossier(self, path: str, taken: Taken) -> Verdict:
        """An exported dossier: sums, manifest, journal, both PDFs, and how they agree."""
        problems = [*taken.problems, *check_files(taken.files)]
        found = verify_dossier.in_files(taken.files)
        if isinstance(found, str):
            problems = list(dict.fromkeys((*problems, found)))
            return _said(path, "dossier", "", None, "unknown", (), problems)
        return self._dossier(path, found, problems)

    def bag(self, path: str, taken: Taken) -> Verdict:
        """A bag: its form, its signature, its place in the log, then the dossier that it holds."""
        stands, problems = check_bag(taken.files, roots_of(self.ports.sealer))
        problems = [*taken.problems, *problems]
        found = verify_dossier.in_files(dossier_in(taken.files))
        if isinstance(found, str):
            return _said(path, "bag", "", None, "unknown", (), [*problems, found])
        return self._dossier(path, found, problems, "bag", stands)

    def _dossier(
        self,
        path: str,
        found: verify_dossier.Dossier,
        problems: list[str],
        kind: Kind = "dossier",
        stands: Sequence[str] = (),
    ) -> Verdict:
        facts, checked, faults = verify_dossier.compare(found, self.examine)
        checked = [*stands, *checked]
        problems += faults
        standing: Standing = "unknown"
        reference = found.manifest.reference
        known = records_say.recorded(self.ports, facts.sha256) if facts else None
        if known:
            standing = known.standing
            known_as, more = records_say.told_of(known)
            checked += known_as
            problems += more
        elif facts and records_say.named(self.ports, reference):
            standing = "altered"
            problems.append(
                f"Cette installation a gardé un autre document sous le numéro {reference}."
            )
        return _said(path, kind, reference, facts, standing, checked, problems)

    def kept(self, reference: str) -> Verdict:
        """An agreement of this installation: the archived dossier, or the document so far."""
        with self.ports.database.read() as session:
            row = queries.agreement_by_reference(session, reference)
            records_say.still_there(row)
            events = queries.events(session, row.id)
            if row.manifest_key is None and row.current_sha256 is None:
                raise Refused(f"{reference} ({row.state.label}) n’a pas ici de document signé.")
            standing = None
            if row.manifest_key is None and row.current_sha256 is not None:
                standing = queries.content(session, row.current_sha256)
        chain = journal.verify(journal.export(row.id, events))
        if standing is not None:
            verdict = self.pdf(reference, standing)
            if verdict.facts and not verdict.facts.report.signatures:
                checked = (*verdict.checked, "Personne n’a encore signé.")
                verdict = replace(verdict, checked=checked)
            return replace(verdict, problems=tuple(dict.fromkeys((*chain, *verdict.problems))))
        # The last one: each renewal of the timestamps archives the dossier anew.
        archived = next((e for e in reversed(events) if e.type is EventType.ARCHIVED), None)
        sealed = str(archived.data["manifest_sha256"]) if archived else ""
        found, problems = verify_dossier.in_archive(
            self.ports.archive, row.manifest_key or "", sealed
        )
        if found is None:
            problems = [*chain, *problems]
            return _said(reference, "dossier", reference, None, "unknown", (), problems)
        here = journal.export(row.id, events[: found.manifest.journal_length])
        if found.files.get("journal", here) != here:
            problems.append(
                "Le journal archivé n’est pas le début du journal de cette installation."
            )
        return self._dossier(reference, found, [*chain, *problems])


def _not_evidence(facts: Facts) -> list[str]:
    if seal_only(facts):
        return []
    return ["Ce PDF porte un journal comme un dossier de preuve, mais pas son seul cachet."]


def _said(
    path: str,
    kind: Kind,
    reference: str,
    facts: Facts | None,
    standing: Standing,
    checked: Sequence[str],
    problems: Sequence[str],
) -> Verdict:
    """The verdict, without a repeated sentence, fit for any screen."""
    faults = printable(tuple(dict.fromkeys(problems)))
    level = level_of(facts, faults) if facts else ""
    if standing == "scan":
        level = SCAN
    return Verdict(
        printable(path), kind, printable(reference), facts, standing, level,
        printable(tuple(checked)), faults,
    )  # fmt: skip


def _mode(path: Path) -> int:
    """What is there, links followed as the person who wrote the path wants; 0 for nothing."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0
