"""What every test stands on: a clean environment, no network, no skip, a database of its own.

- `database_url`: a fresh, migrated database's URL; the test runs on SQLite, then on PostgreSQL.
- `empty_database_url`: the same without any table, for the migrations themselves.
- `ports`: what the actions work with, on that database, in a folder of the test.
- `postgresql`: this worker's server (tests/postgres.py), for what only PostgreSQL does.
- `@pytest.mark.slow`: longer than a second or two; `make check` leaves it, and every test on
  PostgreSQL, to `make test`.
- `@pytest.mark.xdist_group("name")`: these tests share one worker, one after the other, and so a
  module- or session-scoped server.
"""

from __future__ import annotations

import dataclasses
import errno
import ipaddress
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.postgres import Server, running_server

if TYPE_CHECKING:
    from docgen.actions.ports import Ports
    from docgen.documents.convert import Converter
    from docgen.settings import Settings

_numbers = itertools.count(1)

# Before any test module imports Prefect, boto3 or our settings: each reads the environment.
for _name in list(os.environ):
    if _name.startswith(("DOCGEN_", "PREFECT_", "AWS_")):
        del os.environ[_name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "DO_NOT_TRACK": "1",
    "NO_PROXY": "127.0.0.1,localhost",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "no_proxy": "127.0.0.1,localhost",
}

# A slow machine is not a fault, and the same commit must give the same answer twice.
hypothesis.settings.register_profile("docgen", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("docgen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="the numbered tests at full length (minutes each)"
    )
    parser.addoption(
        "--no-skips", action="store_true", help="a skipped test fails the session (so does CI=true)"
    )


def pytest_configure(config: pytest.Config) -> None:
    home = tempfile.mkdtemp(prefix="docgen-prefect-")
    os.environ["PREFECT_HOME"] = home
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    sys.addaudithook(_stay_on_this_machine)


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """Answer as a machine without network would, to whoever calls further than loopback."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = str(address[0])
    try:
        number = ipaddress.ip_address(host)
        local = number.is_loopback or number.is_unspecified
    except ValueError:
        local = host in {"", "localhost"}
    if not local:
        raise OSError(errno.ENETUNREACH, f"tests stay on this machine, and do not call {host}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The inner loop is on SQLite: what runs on PostgreSQL is left to `make test`."""
    for item in items:
        if (
            isinstance(item, pytest.Function)
            and "postgresql" in getattr(getattr(item, "callspec", None), "params", {}).values()
        ):
            item.add_marker(pytest.mark.slow)


def _refuses_skips(config: pytest.Config) -> bool:
    return bool(config.getoption("--no-skips")) or os.environ.get("CI", "") not in {
        "",
        "false",
        "0",
    }


def _skipped(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return []  # an xdist worker: its reports reach the main process, which counts
    reports: list[pytest.TestReport | pytest.CollectReport] = reporter.stats.get("skipped", [])
    return [f"{report.nodeid}: {_reason(report)}" for report in reports]


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else report.longreprtext


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == 0 and _refuses_skips(session.config) and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    skipped = _skipped(config)
    if skipped and _refuses_skips(config):
        terminalreporter.section("skipped tests are failures here", red=True, bold=True)
        for line in skipped:
            terminalreporter.line(line)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the numbered tests run at full length, as for `docs/reliability.md`."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """What a numbered test injected, detected and lost, for the table of `scripts/reliability.py`.

    `detected` counts what was refused, found or survived as it must be.
    """

    def say(*, injected: int, detected: int, lost: int = 0) -> None:
        record_property("injected", injected)
        record_property("detected", detected)
        record_property("lost", lost)
        assert (injected, lost) == (detected, 0)

    return say


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server for this worker, started when a test first asks."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: Server) -> str:
    """The name of a migrated database, never connected to: the mould of the others."""
    from docgen.records.migrating import migrate

    postgresql.create("migrated")
    migrate(postgresql.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, closed: the mould of the others."""
    from docgen.records.migrating import migrate

    path = tmp_path_factory.mktemp("mould") / "migrated.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def new_postgresql(postgresql: Server) -> Iterator[Callable[[str], str]]:
    """Makes a database from a template and gives its URL; dropped after the test."""
    made: list[str] = []

    def make(template: str) -> str:
        name = f"test_{next(_numbers)}"
        postgresql.create(name, template)
        made.append(name)
        return postgresql.url(name)

    yield make
    for name in made:
        postgresql.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "docgen.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    make = request.getfixturevalue("new_postgresql")
    return str(make(request.getfixturevalue("migrated_postgresql")))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return str(request.getfixturevalue("new_postgresql")("template1"))


@pytest.fixture(scope="session")
def office() -> Iterator[Converter]:
    """A LibreOffice for this worker: it starts at the first document and serves every test."""
    from docgen.documents.convert import Converter

    with Converter(deadline=60) as converter:
        yield converter


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Embedded defaults in a folder of the test, on the test's database."""
    from docgen.settings import Settings

    return Settings(
        _env_file=None,
        home=tmp_path / "var",
        database_url=database_url,
        organisation="Le Fournil Solidaire",
    )


@pytest.fixture
def ports(settings: Settings, office: Converter) -> Iterator[Ports]:
    """What the actions work with, as the product wires it, on the worker's LibreOffice."""
    from docgen.wiring import open_ports
    from tests.samples import NOW

    with open_ports(settings, NOW) as opened:
        yield dataclasses.replace(opened, to_pdf=office.to_pdf)
