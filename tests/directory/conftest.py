"""A register on loopback, and a directory that asks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from docgen.directory import Directory, Kept, Pace
from tests.directory.register import Clock, Register, running_register
from tests.samples import NOW


@dataclass
class Day:
    """The time of day, which a test may move."""

    now: dt.datetime = field(default=NOW)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def register() -> Iterator[Register]:
    with running_register() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def directory(register: Register, clock: Clock, day: Day, tmp_path: Path) -> Directory:
    return Directory(
        url=register.url,
        timeout=5.0,
        kept=Kept(tmp_path / "annuaire", register.url),
        pace=Pace(clock.monotonic, clock.sleep),
        now=day,
    )
