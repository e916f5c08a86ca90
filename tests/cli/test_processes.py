"""`docgen serve` in two processes: one site, whatever becomes of one of them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from docgen.cli.running import at_its_own_port, listen
from docgen.settings import Settings
from docgen.web.intake import Turnstile
from tests.samples import NOW

pytestmark = pytest.mark.slow


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """(the process, the site's address)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            *(Path(sys.executable).with_name("docgen"), "serve"),
            *("--port", str(port), "--processes", "2"),
        ],
        env={**os.environ, "DOCGEN_HOME": str(home), "DOCGEN_SITE_URL": url, **settings},
        cwd=home.parent,
        stderr=subprocess.PIPE,
    )
    try:
        yield process, url
    finally:
        process.kill()
        process.wait(10)
        assert process.stderr
        process.stderr.close()


def test_links_name_the_port_listened_on_unless_the_site_s_address_was_chosen() -> None:
    assert at_its_own_port(Settings(_env_file=None), 8001).site_url == "http://127.0.0.1:8001"
    chosen = Settings(_env_file=None, site_url="https://signer.example.org")
    assert at_its_own_port(chosen, 8001).site_url == "https://signer.example.org"


def test_a_small_answer_does_not_wait_for_an_acknowledgement() -> None:
    async def nodelay() -> bool:
        ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def met(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own = writer.get_extra_info("socket")
            ready.set_result(bool(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            writer.close()

        listener = listen("127.0.0.1", 0)
        async with await asyncio.start_server(met, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            found = await ready
            writer.close()
            return found

    assert asyncio.run(nodelay())


def children(process: subprocess.Popen[bytes]) -> set[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return {int(one) for one in listed.split()}


def until(found: object, within: float = 30) -> None:
    """Wait for a call to be true."""
    assert callable(found)
    end = time.monotonic() + within
    while not found():
        assert time.monotonic() < end, "too long"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/sante").is_success
    except httpx.HTTPError:
        return False


def gone(number: int) -> bool:
    return not Path(f"/proc/{number}").exists()


def test_one_that_dies_is_replaced_and_all_stop_together(tmp_path: Path) -> None:
    with serving(tmp_path / "var") as (process, url):
        until(lambda: answers(url) and len(children(process)) == 2)
        first, second = sorted(children(process))
        os.kill(first, signal.SIGKILL)
        # The other goes on meanwhile.
        assert answers(url)
        until(lambda: len(children(process) - {first}) == 2)
        before = children(process)
        assert second in before
        assert answers(url)
        process.terminate()
        assert process.wait(20) == 0
        assert all(gone(one) for one in before)
        assert process.stderr
        told = process.stderr.read().decode()
        # Said once, not by each.
        assert told.count("Pages de signature") == 1
        assert told.count("Les clés de scellement viennent") == 1


def test_a_parent_that_is_killed_leaves_nobody(tmp_path: Path) -> None:
    with serving(tmp_path / "var") as (process, url):
        until(lambda: answers(url) and len(children(process)) == 2)
        left = children(process)
        process.kill()
        process.wait(10)
        until(lambda: all(gone(one) or _is_dead(one) for one in left))
        assert not answers(url)


def _is_dead(number: int) -> bool:
    """Ended, and nobody asked how yet."""
    try:
        return ") Z " in Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return True


def test_what_stops_the_first_stops_the_start_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "var" / "keys").mkdir(parents=True)
    (tmp_path / "var" / "docgen.sqlite3").write_bytes(b"no database at all" * 500)
    with serving(tmp_path / "var") as (process, _):
        assert process.wait(30) == 5
        assert process.stderr
        assert "abîmée" in process.stderr.read().decode()


def test_processes_share_what_may_come_at_once() -> None:
    alone = Turnstile(lambda: NOW)
    each = alone.shared(2)
    assert (each.arriving, each.examining, each.per_address) == (2, 1, alone.per_address)
    assert (alone.shared(9).arriving, alone.shared(9).examining) == (1, 1)
    assert each.admit("192.0.2.1") == 0
    # Nothing counted in one is counted in another.
    assert each._seen
    assert not alone._seen
