"""The command line in this process, as a shell would call it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from docgen.cli import main
from tests.samples import as_bytes

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Docgen = Callable[..., Answer]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state's folder of this test's commands."""
    monkeypatch.setenv("DOCGEN_HOME", str(tmp_path / "var"))
    # No .env of a developer is read from here.
    monkeypatch.chdir(tmp_path)
    return tmp_path / "var"


@pytest.fixture
def docgen(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Docgen:
    """Run a command."""
    del home

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["docgen", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[str, dict[str, Any]], Path]:
    """Write an agreement's data to a file."""

    def write(name: str, data: dict[str, Any]) -> Path:
        path = tmp_path / name
        path.write_bytes(as_bytes(data))
        return path

    return write
