"""The office served for real, over records of its own, with somebody of each role inside."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from docgen import credentials
from docgen.access import Role
from docgen.actions.accounts.present import secret_hash
from docgen.actions.ports import Ports
from docgen.records import tables
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests.cheap_hashes import LIGHT, cheap_hashes
from tests.samples import NOW
from tests.web.conftest import Running, running
from tests.web.memory_desk import MemoryDesk

if TYPE_CHECKING:
    from docgen.documents.convert import Converter
    from tests.web.office.furnished import Furnished

__all__ = ["cheap_hashes"]

PASSWORD = "les pommes du verger"
_HASHED = LIGHT.hash(PASSWORD)
TOTP = credentials.new_second_factor(b"12345678901234567890")
COOKIE = "docgen-bureau"


@dataclass(frozen=True)
class Office:
    """A running office; `secrets` are the cookies of those inside, by role."""

    site: Running
    ports: Ports
    secrets: dict[Role, str]
    accounts: dict[Role, str]

    @property
    def url(self) -> str:
        return self.site.url

    @contextmanager
    def browser(self, role: Role | None = None) -> Iterator[httpx.Client]:
        """A browser on our own pages, of somebody of that role."""
        with self.site.browser() as client:
            if role is not None:
                client.cookies.set(COOKIE, self.secrets[role])
            yield client


def jeton_of(page: str) -> str:
    found = re.search(r'name="jeton" value="([^"]+)"', page)
    assert found, page
    return found[1]


def add_account(ports: Ports, role: Role, name: str = "", full_name: str = "") -> str:
    """An account with a password and, where the table wants it, a second factor; its id."""
    account = ports.new_id()
    needed = role.needs_second_factor
    with ports.database.write() as session:
        session.add(
            tables.Account(
                id=account,
                email=f"{name or role.value}@fournil.example.org",
                name=full_name or name or role.label.capitalize(),
                role=role,
                password=_HASHED,
                totp_secret=(
                    credentials.sealed(ports.pepper, TOTP, b"\0" * 12, account) if needed else None
                ),
                totp_since=NOW if needed else None,
                created_at=NOW,
            )
        )
    return account


def walk_in(ports: Ports, account: str, secret: str, now: datetime = NOW) -> None:
    """A visit of that account, second factor given."""
    with ports.database.write() as session:
        session.add(
            tables.OfficeSession(
                id=ports.new_id(),
                secret_hash=secret_hash(secret),
                account_id=account,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=12),
                complete_at=now,
                address="192.0.2.0/24",
                browser="Navigateur d’essai",
            )
        )


@contextmanager
def office_over(
    ports: Ports,
    now: datetime = NOW,
    desk: MemoryDesk | None = None,
    names: Mapping[Role, str] = MappingProxyType({}),
) -> Iterator[Office]:
    """Serve `ports` at `now`; one account of each role is inside, the auditor under a mission.

    `desk` answers the signing pages; `names` are those of people, by role.
    """
    secrets = {role: f"{role.value:x<40}" for role in Role}
    accounts = {role: add_account(ports, role, full_name=names.get(role, "")) for role in Role}
    for role, account in accounts.items():
        walk_in(ports, account, secrets[role], now)
    with ports.database.write() as session:
        session.add(
            tables.Mission(
                id="m" * 32,
                account_id=accounts[Role.AUDITOR],
                motive="Contrôle DRIEETS 2026-14",
                until=NOW.date() + timedelta(days=3650),
                created_at=NOW,
                created_by="",
            )
        )
    with running(desk or MemoryDesk(), office=ports) as site:
        site.clock.now = now
        yield Office(site, ports, secrets, accounts)


@contextmanager
def _empty_office(folder: Path, mould: Path) -> Iterator[Office]:
    database = folder / "docgen.sqlite3"
    shutil.copyfile(mould, database)
    settings = Settings(
        _env_file=None,
        home=folder / "var",
        database_url=f"sqlite:///{database}",
        organisation="Le Fournil Solidaire",
    )
    with open_ports(settings, NOW) as ports, office_over(ports) as up:
        yield up


@pytest.fixture
def bureau(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Office]:
    """An office over an empty database; its acts are tried on both kinds elsewhere."""
    with _empty_office(tmp_path, migrated_sqlite) as up:
        yield up


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Office]:
    """The same, made once for tests that leave nothing another would stumble upon."""
    with _empty_office(tmp_path_factory.mktemp("bureau"), migrated_sqlite) as up:
        yield up


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory, office: Converter) -> Iterator[Furnished]:
    """An office after some weeks of work, for tests that leave nothing another stumbles upon."""
    # It is furnished with what this module gives.
    from tests.web.office.furnished import opened

    with opened(tmp_path_factory.mktemp("bureau"), office) as one:
        yield one
