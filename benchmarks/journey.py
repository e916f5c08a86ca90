"""One agreement's journey, stage by stage: what each costs once LibreOffice is warm."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clock import Cost, measured, table
from docgen.actions.desk import SigningDesk
from docgen.actions.issue import issue
from docgen.actions.sweep import sweep
from docgen.agreements.base import Agreement
from docgen.cli.played_signer import links, newest_code
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests import samples

COUNT = 10
VISITOR = ("192.0.2.1", "benchmark")


def run() -> None:
    """Measure and print."""
    rows: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(_env_file=None, home=Path(scratch) / "var")
        folder = settings.home / "mail"
        with open_ports(settings) as ports:
            issue(ports, agreement(0), datetime.now(UTC))
            with measured() as rows["issue (Word, PDF/A, mails)"]:
                for number in range(1, COUNT + 1):
                    issue(ports, agreement(number), datetime.now(UTC))
            desk = SigningDesk(ports)
            with measured() as rows["sign (2 signers: code, act, seal B-T)"]:
                for to, _, link in links(folder):
                    now = datetime.now(UTC)
                    secret = desk.enter(link.rpartition("/")[2], now, *VISITOR)
                    desk.send_code(secret, now)
                    name = desk.ceremony(secret, now).nom_complet
                    desk.sign(secret, newest_code(folder, to), name, True, now, *VISITOR)
            with measured() as rows["conclude (B-LTA, evidence, archive)"]:
                sweep(ports, datetime.now(UTC))
    # The warm-up agreement was signed and concluded with the others.
    done = {name: COUNT if name.startswith("issue") else COUNT + 1 for name in rows}
    table(
        [(name, Cost(cost.wall / done[name], cost.cpu / done[name])) for name, cost in rows.items()]
    )


def agreement(number: int) -> Agreement:
    """A convention whose company and signers are its own."""
    data = json.loads(json.dumps(samples.PARTENARIAT))
    data["entreprise"]["raison_sociale"] = f"Entreprise {number}"
    # One address per agreement: an address is sent three codes in a quarter of an hour.
    data["entreprise"]["representant"]["courriel"] = f"gerant{number}@example.org"
    data["organisation"]["representant"]["courriel"] = f"direction{number}@example.org"
    return samples.agreement(data)
