"""Signers at the desk, without a browser: the link and the code still come from the mails."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from docgen.actions.desk import SigningDesk
from docgen.actions.issue import issue
from docgen.actions.ports import Ports
from docgen.cli.played_signer import links, newest_code
from tests import samples

VISITOR = ("192.0.2.7", "Navigateur d’essai")


def issued(ports: Ports, data: dict[str, object], now: datetime) -> str:
    """Issue an agreement; its number."""
    reference = issue(ports, samples.agreement(data), now).reference
    assert reference is not None
    return reference


def tokens(folder: Path) -> dict[str, str]:
    """The newest link's token of each recipient."""
    return {to: link.rsplit("/", 1)[1] for to, _, link in links(folder)}


def sit(ports: Ports, token: str, now: datetime) -> str:
    """Open a link; the session's secret."""
    return SigningDesk(ports).enter(token, now, *VISITOR)


def sign(ports: Ports, folder: Path, to: str, token: str, now: datetime) -> None:
    """One signer's whole act, unless it is already done."""
    desk = SigningDesk(ports)
    secret = sit(ports, token, now)
    ceremony = desk.ceremony(secret, now)
    if ceremony.etat == "a_signer":
        desk.send_code(secret, now)
        desk.sign(secret, newest_code(folder, to), ceremony.nom_complet, True, now, *VISITOR)


def sign_all(ports: Ports, folder: Path, now: datetime) -> None:
    """Every invited signer signs."""
    for to, token in tokens(folder).items():
        sign(ports, folder, to, token, now)
