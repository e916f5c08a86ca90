"""The rules that conftest.py lays on every test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ONE_SKIPPED = """
import pytest

def test_that_passes():
    assert True

@pytest.mark.skip(reason="no printer here")
def test_that_is_skipped():
    assert False
"""


def _run(folder: Path, *options: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_one_skipped.py").write_text(ONE_SKIPPED)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", os.devnull),
            *("--rootdir", str(folder), "-p", "no:cacheprovider", *options, str(folder)),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "CI": ci},
    )


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_a_skip_fails_the_continuous_integration_and_is_named(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    result = _run(tmp_path, *options, ci="true")
    assert result.returncode == 1
    assert "test_that_is_skipped: Skipped: no printer here" in result.stdout


@pytest.mark.slow
def test_a_skip_fails_where_none_is_allowed(tmp_path: Path) -> None:
    assert _run(tmp_path, "--no-skips", ci="").returncode == 1


@pytest.mark.slow
def test_a_skip_is_let_through_elsewhere(tmp_path: Path) -> None:
    result = _run(tmp_path, ci="")
    assert result.returncode == 0
    assert "1 passed, 1 skipped" in result.stdout


def test_no_test_reaches_beyond_this_machine() -> None:
    # 192.0.2.0/24 is reserved for documentation: nobody answers there.
    with pytest.raises(OSError, match="tests stay on this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_program_of_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_no_setting_of_the_developer_reaches_a_test() -> None:
    assert [name for name in os.environ if name.startswith(("DOCGEN_", "AWS_ACCESS"))] == []
