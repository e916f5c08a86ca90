"""Find what should have happened, and do it: the one road on which nothing stays behind.

Drafts without a PDF, what goes to or comes from a provider, seals that waited, completions nobody
claimed, signed agreements not archived, mails not sent. One agreement that fails keeps its reason
and does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from docgen.actions.accounts.mail import deliver_to_accounts
from docgen.actions.audit.indexing import index_some
from docgen.actions.batches.working import batches_left, work
from docgen.actions.conclude import conclude
from docgen.actions.custody.copying import COPIED, copy_some
from docgen.actions.digest import deliver_digests
from docgen.actions.issue import freeze
from docgen.actions.ports import Ports
from docgen.actions.post import deliver
from docgen.actions.provider_follow import withdraw
from docgen.actions.provider_notice import look_at_notices, notified
from docgen.actions.provider_start import due_for_provider, hand_over
from docgen.actions.provider_stop import stop
from docgen.actions.reconduction import due_notes, note_renewals
from docgen.actions.seal import seal_pending
from docgen.actions.sign import complete
from docgen.errors import DocgenError, Unavailable
from docgen.lifecycle import Status
from docgen.records import queries


@dataclass
class Swept:
    """What one sweep did: counts by step, and each failure as (reference, step, sentence).

    `put_off`: mails that failed before and wait for the hour of their next try; `notices`: what the
    person in charge should know of the keys.
    """

    counts: dict[str, int] = field(default_factory=dict)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    busy: bool = False
    put_off: int = 0
    notices: list[str] = field(default_factory=list)

    def count(self, step: str, number: int = 1) -> None:
        self.counts[step] = self.counts.get(step, 0) + number

    def post(self, ports: Ports, now: datetime) -> None:
        """Send the mails that are due, and keep what became of them."""
        for delivered in (deliver(ports, now), deliver_to_accounts(ports, now)):
            if delivered.sent:
                self.count("courriels", delivered.sent)
            self.failures += [(one, "courriels", said) for one, said in delivered.failures]
        digests = deliver_digests(ports, now)
        if digests.sent:
            self.count("résumés", digests.sent)
        self.failures += [(one, "résumés", sentence) for one, sentence in digests.failures]
        with ports.database.read() as session:
            self.put_off = queries.count_put_off(session, now)
            self.put_off += queries.count_digests_put_off(session, now)


def sweep(ports: Ports, now: datetime) -> Swept:
    """One pass over everything that waits. `busy`: another sweep is at it, nothing was done."""
    done = Swept()
    with ports.database.exclusive("sweep") as mine:
        if not mine:
            done.busy = True
            return done
        read = ports.database.read
        for one in batches_left(ports, now):
            try:
                work(ports, one, lambda: now)
                done.count("lots")
            except DocgenError as error:
                done.failures.append(("lot", "lots", error.explain()))
        with read() as session:
            drafts = queries.ids_in(session, Status.BROUILLON)
        _each(ports, drafts, "figés", lambda one: freeze(ports, one, now), done)
        _with_provider(ports, now, done)
        with read() as session:
            unsealed = queries.ids_to_seal(session)
        _each(ports, unsealed, "scellés", lambda one: seal_pending(ports, one, now), done)
        with read() as session:
            open_ones = queries.ids_in(session, Status.ENVOYE)
        for one in open_ones:
            if complete(ports, one, now):
                done.count("complétés")
        with read() as session:
            signed = queries.ids_in(session, Status.SIGNE)
        _each(ports, signed, "archivés", lambda one: conclude(ports, one, now), done)
        _copy(ports, now, done)
        renewed = due_notes(ports)
        _each(
            ports, renewed, "reconductions notées", lambda one: note_renewals(ports, one, now), done
        )
        done.post(ports, now)
        if indexed := index_some(ports):
            done.count("indexés", indexed)
    return done


def _with_provider(ports: Ports, now: datetime, done: Swept) -> None:
    """Stop what is taken over, hand over what is due, look at notices, withdraw what is over."""
    with ports.database.read() as session:
        taken_over = queries.requests_to_stop(session)
    _each(ports, taken_over, "arrêtés", lambda one: stop(ports, one, now), done)
    handing = due_for_provider(ports)
    _each(ports, handing, "confiés", lambda one: hand_over(ports, one, now), done)
    _each(ports, notified(ports), "avis lus", lambda one: look_at_notices(ports, one, now), done)
    with ports.database.read() as session:
        over = queries.open_provider_requests(session, *(set(Status) - {Status.ENVOYE}))
    _each(ports, over, "retirés", lambda one: withdraw(ports, one, now), done)


def _copy(ports: Ports, now: datetime, done: Swept) -> None:
    """Give the second copy of the archive what it has not."""
    try:
        if copied := copy_some(ports, now):
            done.count(COPIED, copied)
    except Unavailable as error:
        done.failures.append(("seconde copie", "copie de l’archive", error.explain()))


def _each(
    ports: Ports,
    ids: Sequence[str],
    step: str,
    act: Callable[[str], object],
    done: Swept,
) -> None:
    for one in ids:
        try:
            act(one)
        except DocgenError as error:
            with ports.database.write() as session:
                row = queries.locked(session, one)
                row.last_error = error.explain()
                row.attempts += 1
            done.failures.append((row.reference, step, error.explain()))
        else:
            with ports.database.write() as session:
                queries.locked(session, one).last_error = None
            done.count(step)


_STEPS: dict[Status, tuple[str, Callable[[Ports, str, datetime], object]]] = {
    Status.BROUILLON: ("figés", freeze),
    Status.ENVOYE: ("complétés", complete),
    Status.SIGNE: ("archivés", conclude),
}


def sweep_one(ports: Ports, agreement_id: str, now: datetime) -> Swept:
    """The same pass over one agreement alone, at the request of somebody who looks at it."""
    done = Swept()
    with ports.database.exclusive("sweep") as mine:
        if not mine:
            done.busy = True
            return done
        with ports.database.read() as session:
            unsealed = agreement_id in queries.ids_to_seal(session)
        if unsealed:
            _each(ports, [agreement_id], "scellés", lambda one: seal_pending(ports, one, now), done)
        for status, (name, act) in _STEPS.items():
            with ports.database.read() as session:
                state = queries.agreement(session, agreement_id).state
            if state is status and not done.failures:
                _each(ports, [agreement_id], name, _bound(act, ports, now), done)
        delivered = deliver(ports, now, [agreement_id])
        done.failures += [(one, "courriels", said) for one, said in delivered.failures]
    return done


def _bound(
    act: Callable[[Ports, str, datetime], object], ports: Ports, now: datetime
) -> Callable[[str], object]:
    return lambda one: act(ports, one, now)
