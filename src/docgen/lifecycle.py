"""The statuses of an agreement, as one table of (step, status) cells.

"Partly signed" is a count of signatures and not a status; what depends on the date (in force, to
renew, ended) is derived when read (`deadlines`), so a missed run cannot make it wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from docgen.errors import Refused


class Status(StrEnum):
    """Where an agreement stands.

    REPRIS: concluded before docgen and taken over since. It counts as concluded in figures and in
    the law's sums; docgen saw nobody sign it, and never says that it did.
    """

    BROUILLON = "brouillon"
    ENVOYE = "envoye"
    SIGNE = "signe"
    ARCHIVE = "archive"
    REFUSE = "refuse"
    EXPIRE = "expire"
    ANNULE = "annule"
    DETRUIT = "detruit"
    REPRIS = "repris"

    @property
    def label(self) -> str:
        """The status as people read it."""
        return _LABELS[self]

    @property
    def over(self) -> bool:
        """True when it binds nobody: not signed in the end, cancelled, or destroyed in its time."""
        return self in {Status.REFUSE, Status.EXPIRE, Status.ANNULE, Status.DETRUIT}


_LABELS = {
    Status.BROUILLON: "brouillon",
    Status.ENVOYE: "envoyé",
    Status.SIGNE: "signé",
    Status.ARCHIVE: "archivé",
    Status.REFUSE: "refusé",
    Status.EXPIRE: "expiré",
    Status.ANNULE: "annulé",
    Status.DETRUIT: "détruit",
    Status.REPRIS: "repris",
}


class Step(StrEnum):
    """What can be done to an agreement."""

    SEND = "envoyer"
    SIGN = "signer"
    COMPLETE = "compléter"
    ARCHIVE = "archiver"
    DECLINE = "refuser"
    EXPIRE = "faire expirer"
    CANCEL = "annuler"
    DESTROY = "détruire"


class Actor(StrEnum):
    """Who takes a step."""

    OFFICER = "officer"
    SIGNER = "signer"
    SCHEDULE = "schedule"


TABLE: Mapping[tuple[Step, Status], Status] = MappingProxyType(
    {
        (Step.SEND, Status.BROUILLON): Status.ENVOYE,
        (Step.SIGN, Status.ENVOYE): Status.ENVOYE,
        (Step.COMPLETE, Status.ENVOYE): Status.SIGNE,
        (Step.ARCHIVE, Status.SIGNE): Status.ARCHIVE,
        (Step.DECLINE, Status.ENVOYE): Status.REFUSE,
        (Step.EXPIRE, Status.BROUILLON): Status.EXPIRE,
        (Step.EXPIRE, Status.ENVOYE): Status.EXPIRE,
        (Step.CANCEL, Status.BROUILLON): Status.ANNULE,
        (Step.CANCEL, Status.ENVOYE): Status.ANNULE,
        # Signed and not carried out: only the kinds that may be (agreements.Kind.revocable).
        (Step.CANCEL, Status.ARCHIVE): Status.ANNULE,
        # Its time to be kept is over: the content goes, the journal stays.
        **{
            (Step.DESTROY, status): Status.DETRUIT
            for status in (
                Status.BROUILLON,
                Status.ARCHIVE,
                Status.REFUSE,
                Status.EXPIRE,
                Status.ANNULE,
                Status.REPRIS,
            )
        },
        # Taken over by mistake, or to be taken over again.
        (Step.CANCEL, Status.REPRIS): Status.ANNULE,
    }
)

WHO: Mapping[Step, frozenset[Actor]] = MappingProxyType(
    {
        Step.SEND: frozenset({Actor.OFFICER, Actor.SCHEDULE}),
        Step.SIGN: frozenset({Actor.SIGNER}),
        Step.COMPLETE: frozenset({Actor.SIGNER, Actor.SCHEDULE}),
        Step.ARCHIVE: frozenset({Actor.SCHEDULE}),
        Step.DECLINE: frozenset({Actor.SIGNER}),
        Step.EXPIRE: frozenset({Actor.SCHEDULE}),
        Step.CANCEL: frozenset({Actor.OFFICER}),
        Step.DESTROY: frozenset({Actor.OFFICER}),
    }
)


class WrongStatus(Refused):
    """The step does not exist from that status."""

    def __init__(self, step: Step, status: Status) -> None:
        self.step = step
        self.status = status
        it = "l’" if step.value.startswith(("a", "e")) else "le "
        super().__init__(f"Cet accord est {status.label} : on ne peut pas {it}{step.value}.")


class WrongActor(Refused):
    """The step is not for that actor to take."""

    def __init__(self, step: Step, actor: Actor) -> None:
        self.step = step
        self.actor = actor
        super().__init__(f"Vous ne pouvez pas {step.value} cet accord.")


def after(step: Step, status: Status, actor: Actor) -> Status:
    """The status that `step`, taken by `actor`, leads to. Raises WrongActor or WrongStatus."""
    if actor not in WHO[step]:
        raise WrongActor(step, actor)
    try:
        return TABLE[step, status]
    except KeyError:
        raise WrongStatus(step, status) from None
