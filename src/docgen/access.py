"""Who may do what in the office: one table of (role, act) that every route and command asks.

An auditor comes from outside: the second factor is forced, and a mission bounds what they see.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from docgen.errors import Refused


class Role(StrEnum):
    """What an account is for."""

    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    COUNSELLOR = "counsellor"
    READER = "reader"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """The role as people read it."""
        return _LABELS[self]

    @property
    def needs_second_factor(self) -> bool:
        """True when a password alone never opens the office."""
        return self in {Role.ADMINISTRATOR, Role.AUDITOR}

    @property
    def needs_mission(self) -> bool:
        """True when only a mission in force opens dossiers, within its scope."""
        return self is Role.AUDITOR


_LABELS = {
    Role.ADMINISTRATOR: "administrateur",
    Role.OFFICER: "chargé de développement",
    Role.COUNSELLOR: "conseiller",
    Role.READER: "lecteur",
    Role.AUDITOR: "auditeur",
}


class Act(StrEnum):
    """What can be done in the office: subject.act."""

    OWN_ACCOUNT = "account.own"
    BOARD = "office.board"
    FOLLOW = "agreement.follow"
    PREPARE = "agreement.prepare"
    SEND = "agreement.send"
    ACT = "agreement.act"
    CANCEL = "agreement.cancel"
    DOCUMENT = "agreement.document"
    EVIDENCE = "agreement.evidence"
    ACCOUNTS = "account.manage"
    MISSIONS = "mission.manage"
    SEARCH = "dossier.search"
    READ = "dossier.read"
    DOWNLOAD = "dossier.download"
    ACCESSES = "access.read"
    RETENTION = "retention.read"
    HOLD = "retention.hold"
    DISPOSAL = "retention.dispose"
    IMPORT = "past.import"
    TEMPLATES = "template.try"
    PUBLISH = "template.publish"
    FIGURES = "figures.read"
    HEALTH = "office.health"
    MAILS = "office.mails"


_EVERY = frozenset(Role)
_STAFF = _EVERY - {Role.AUDITOR}
_IN_CHARGE = frozenset({Role.ADMINISTRATOR, Role.OFFICER})
_AT_WORK = _IN_CHARGE | {Role.COUNSELLOR}

TABLE: Mapping[Act, frozenset[Role]] = MappingProxyType(
    {
        Act.OWN_ACCOUNT: _EVERY,
        Act.BOARD: _STAFF,
        Act.FOLLOW: _STAFF,
        Act.PREPARE: _AT_WORK,
        Act.SEND: _AT_WORK,
        Act.ACT: _AT_WORK,
        Act.CANCEL: _IN_CHARGE,
        Act.DOCUMENT: _AT_WORK,
        Act.EVIDENCE: _IN_CHARGE,
        Act.ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
        Act.MISSIONS: frozenset({Role.ADMINISTRATOR}),
        Act.SEARCH: _EVERY,
        Act.READ: _EVERY,
        Act.DOWNLOAD: _IN_CHARGE | {Role.AUDITOR},
        Act.ACCESSES: _IN_CHARGE,
        Act.RETENTION: _STAFF,
        Act.HOLD: _IN_CHARGE,
        Act.DISPOSAL: _IN_CHARGE,
        Act.IMPORT: _IN_CHARGE,
        Act.TEMPLATES: _IN_CHARGE,
        Act.PUBLISH: frozenset({Role.ADMINISTRATOR}),
        Act.FIGURES: _STAFF,
        Act.HEALTH: frozenset({Role.ADMINISTRATOR}),
        Act.MAILS: frozenset({Role.ADMINISTRATOR}),
    }
)


class NotYours(Refused):
    """The act is not for that role."""

    def __init__(self, role: Role, act: Act) -> None:
        self.role = role
        self.act = act
        super().__init__(f"Votre rôle ({role.label}) ne permet pas cette action.")


def may(role: Role, act: Act) -> bool:
    """True when the table gives that act to that role."""
    return role in TABLE[act]


def require(role: Role, act: Act) -> None:
    """Raise NotYours unless the table gives that act to that role."""
    if not may(role, act):
        raise NotYours(role, act)
