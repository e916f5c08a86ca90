"""The restore drill: make the index again from the archive and the public keys, and compare.

Nothing of the live database is used for it but the comparison at the end; some dossiers, drawn at
random, are then taken out through that new index and checked as a stranger would.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docgen.actions.export import bag
from docgen.actions.ports import Ports
from docgen.actions.rebuild import differences, rebuild
from docgen.actions.tree_head import tree_head
from docgen.actions.verify import Verifier, verifier
from docgen.errors import DocgenError
from docgen.journal.log import LineType
from docgen.lifecycle import Actor
from docgen.records import queries
from docgen.records.database import Database, open_database
from docgen.records.migrating import migrate
from docgen.signing.roots import roots_of

SAMPLE = 20


@dataclass(frozen=True)
class Drilled:
    """Dossiers that came back, what differed, references checked offline, and what was wrong."""

    dossiers: int
    differences: tuple[str, ...]
    verified: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.differences and not self.problems


def drill(ports: Ports, now: datetime, sample: int = SAMPLE) -> Drilled:
    """Do the drill, and log what came of it. Raises Broken (the log) or Unavailable."""
    pending = tree_head(ports, now)
    problems = [sentence for _, _, sentence in pending.failures]
    roots = roots_of(ports.sealer)
    with tempfile.TemporaryDirectory(prefix="docgen-exercice-") as scratch:
        made, stranger = (_empty(Path(scratch) / name) for name in ("index", "inconnu"))
        try:
            done = rebuild(made, ports.archive, roots, now, files=False)
            problems += done.problems
            differing = tuple(differences(ports.database, made))
            alone = dataclasses.replace(ports, database=made, second=None, witnesses=())
            chosen = _drawn(alone, sample)
            checks = verifier(dataclasses.replace(alone, database=stranger), now)
            problems += _checked(alone, checks, chosen, now)
        finally:
            made.close()
            stranger.close()
    drilled = Drilled(done.dossiers, differing, tuple(chosen), tuple(problems))
    with ports.database.write() as session:
        facts = {
            "dossiers": drilled.dossiers,
            "differences": len(drilled.differences),
            "verified": len(drilled.verified),
            "problems": len(drilled.problems),
        }
        queries.log(session, LineType.DRILL, now, Actor.SCHEDULE, facts=facts)
    return drilled


def _drawn(ports: Ports, sample: int) -> list[str]:
    """That many references at random, all when there are fewer."""
    with ports.database.read() as session:
        known = sorted(queries.index_of(session))
    ranked = sorted(known, key=lambda _: ports.random_bytes(8))
    return sorted(ranked[:sample])


def _empty(path: Path) -> Database:
    url = f"sqlite:///{path}.sqlite3"
    migrate(url)
    return open_database(url)


def _checked(ports: Ports, checks: Verifier, references: Sequence[str], now: datetime) -> list[str]:
    """What is wrong with the bags of those dossiers, for who has no record of them."""
    problems = []
    for reference in references:
        try:
            verdict = checks.content(reference, bag(ports, reference, now).to_zip())
        except DocgenError as error:
            problems.append(f"{reference} : {error.explain()}")
        else:
            problems += [f"{reference} : {one}" for one in verdict.problems]
    return problems
