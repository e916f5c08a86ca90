"""A round over the archive: what is not recorded, not copied, not there, not whole, not locked.

    hourly    take into custody, copy, compare each copy with what it must hold
    daily     and look at every lock, read a share again, sign the tree head
    monthly   and do the restore drill

Every step is committed as it goes; a process killed anywhere is taken up by the next round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from docgen.actions.custody.adopting import adopt
from docgen.actions.custody.alarm import tell
from docgen.actions.custody.copies import Copy, Found, Kind, copies_of, note
from docgen.actions.custody.copying import COPIED, copying
from docgen.actions.custody.fixity import CYCLE, read_again
from docgen.actions.custody.locks import look_at_locks
from docgen.actions.custody.reconcile import reconcile
from docgen.actions.custody.reporting import Report, keep_report, report_of
from docgen.actions.custody.walk import Progress, Walk, start
from docgen.actions.drill import drill
from docgen.actions.ports import Ports
from docgen.actions.tree_head import tree_head
from docgen.errors import Broken, Unavailable
from docgen.records import queries
from docgen.records.custody import FIRST, SECOND

# An unfinished round older than that is left: the next one begins afresh.
_TAKEN_UP = timedelta(days=2)
_COPIED_WITHIN = timedelta(days=1)
_READ_WITHIN = CYCLE + timedelta(days=5)
_EVERYTHING = 10**9


class Round(StrEnum):
    """How far a round goes."""

    HOURLY = "horaire"
    DAILY = "quotidienne"
    MONTHLY = "mensuelle"


@dataclass(frozen=True)
class _Step:
    """One step: its name in the records, and what it does."""

    name: str
    act: Callable[[Walk], None]


def custody(
    ports: Ports,
    kind: Round,
    now: datetime,
    told: Progress = lambda _step, _done, _total: None,
    *,
    everything: bool = False,
) -> Report | None:
    """One round, and the alarm when something needs somebody; None: another one is at it.

    `everything`: every object is read again, whatever its turn. A copy that does not answer is a
    finding, and its steps wait for the next round. Raises Broken for a fault of ours.
    """
    with ports.database.exclusive("custody") as mine:
        if not mine:
            return None
        walk = start(ports, kind, now - _TAKEN_UP, now, told)
        silent: set[str] = set()
        steps = _steps(ports, kind, everything=everything)
        names = [f"{step.name} {copy}".strip() for copy, step in steps]
        begin = names.index(walk.step) if walk.step in names else 0
        for copy, step in steps[begin:]:
            if copy in silent:
                continue
            try:
                step.act(walk)
            except Unavailable as error:
                silent.add(copy or FIRST)
                _note(walk, copy or FIRST, error)
        _late(walk)
        with ports.database.write() as session:
            for name in {one.name for one in copies_of(ports)} - silent:
                queries.settle_findings(session, name, [Kind.SILENT], walk.started_at, walk.now)
        return _end(walk, kind, whole=not silent)


def _steps(ports: Ports, kind: Round, *, everything: bool) -> list[tuple[str, _Step]]:
    """(the copy it needs, the step), in order."""
    copies = copies_of(ports)

    def on(copy: Copy, name: str, act: Callable[[Walk, Copy], None]) -> tuple[str, _Step]:
        return copy.name, _Step(name, partial(_with, act, copy))

    steps = [on(copies[0], "inscrire", adopt)]
    if len(copies) > 1:
        steps.append((SECOND, _Step("copier", _copy)))
    steps += [on(copy, "rapprocher", reconcile) for copy in copies]
    if kind is not Round.HOURLY:
        read = partial(read_again, everything=everything)
        steps += [on(copy, "verrous", look_at_locks) for copy in copies]
        steps += [on(copy, "relire", read) for copy in copies]
        steps.append(("", _Step("tête", _head)))
    if kind is Round.MONTHLY:
        steps.append(("", _Step("exercice", _drill)))
    return steps


def _with(act: Callable[[Walk, Copy], None], copy: Copy, walk: Walk) -> None:
    act(walk, copy)


def _copy(walk: Walk) -> None:
    with walk.ports.database.read() as session:
        total = queries.count_to_copy(session, walk.now)
    walk.begin(f"copier {SECOND}", total)
    for number in copying(walk.ports, walk.now, _EVERYTHING):
        walk.count(COPIED, number)
        with walk.ports.database.write() as session:
            walk.advance(session, number)


def _head(walk: Walk) -> None:
    walk.begin("tête", 1)
    done = tree_head(walk.ports, walk.now)
    for what, number in done.counts.items():
        walk.count(what, number)
    found = [
        Found(FIRST, f"{place}, {step}", Kind.LOG, sentence)
        for place, step, sentence in done.failures
    ]
    _settle(walk, Kind.LOG, found)


def _drill(walk: Walk) -> None:
    walk.begin("exercice", 1)
    try:
        done = drill(walk.ports, walk.now)
    except Broken as error:
        said = [error.explain()]
    else:
        walk.count("dossiers refaits par l’exercice", done.dossiers)
        walk.count("dossiers vérifiés hors ligne", len(done.verified))
        said = [*done.differences, *done.problems]
    found = [
        Found(FIRST, f"exercice {number}", Kind.DRILL, one) for number, one in enumerate(said, 1)
    ]
    _settle(walk, Kind.DRILL, found)


def _settle(walk: Walk, kind: Kind, found: list[Found]) -> None:
    """What was found now is what there is of that kind."""
    with walk.ports.database.write() as session:
        walk.advance(session, 1, found=found)
        queries.settle_findings(session, FIRST, [kind], walk.now, walk.now)


def _late(walk: Walk) -> None:
    """Copies that are behind: not copied within a day, not read again within thirty-five."""
    found = []
    with walk.ports.database.write() as session:
        for copy in copies_of(walk.ports):
            oldest = queries.oldest_verified(session, copy.name)
            if oldest is not None and oldest < walk.now - _READ_WITHIN:
                days = (walk.now - oldest).days
                sentence = f"un objet n’a pas été relu depuis {days} jours."
                found.append(copy.found("relecture", Kind.LATE, sentence))
            elif copy.name == SECOND and (
                waiting := queries.count_to_copy(session, walk.now - _COPIED_WITHIN)
            ):
                sentence = f"{waiting} objet(s) n’y sont pas depuis plus d’un jour."
                found.append(copy.found("copie", Kind.LATE, sentence))
        note(session, found, walk.now)
        for copy in copies_of(walk.ports):
            queries.settle_findings(session, copy.name, [Kind.LATE], walk.now, walk.now)


def _note(walk: Walk, name: str, error: Unavailable) -> None:
    """A copy that does not answer, or answers that it won't."""
    copy = next(one for one in copies_of(walk.ports) if one.name == name)
    with walk.ports.database.write() as session:
        note(session, [copy.found("", Kind.SILENT, error.explain())], walk.now)


def _end(walk: Walk, kind: Round, *, whole: bool) -> Report:
    """Close the round, keep its report if it went to its end, and tell who must know."""
    ports = walk.ports
    ports.pause("custody.report")
    if whole and kind is not Round.HOURLY:
        with ports.database.read() as session:
            report = report_of(session, walk, kind)
        keep_report(ports, report, walk.now)
    with ports.database.write() as session:
        walk.save(session, ended_at=walk.now)
    told = tell(ports, walk.run_id, walk.now)
    with ports.database.read() as session:
        return report_of(session, walk, kind, told, whole=whole)
