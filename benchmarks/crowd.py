"""Ten signers at once on the real site: from the click to the sealed copy in their hands.

`docgen serve` runs as a process of its own, on SQLite and, when BENCH_DATABASE_URL names an
empty one, on PostgreSQL. Every signer has read and holds a code before the clock starts; the click
is the form's POST on a new connection, the copy is the PDF that the thanks page gives, checked to
hold the new seal.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx

from benchmarks.journey import agreement
from benchmarks.peers import free_port
from docgen.actions.issue import issue
from docgen.cli.played_signer import browser_at, filled_form, links
from docgen.settings import Settings
from docgen.wiring import open_ports

SIGNERS = 10
ROUNDS = 5
TARGET_MS = 400
SEAL = b"/ETSI.CAdES.detached"


# A signer who has only to click: their browser's connection, its headers, the filled form.
Ready = tuple[HTTPConnection, dict[str, str], str]


def run() -> None:
    """Measure and print; the last line is one JSON object."""
    found: dict[str, float] = {}
    print(f"{'':14}{'p50':>8}{'p95':>8}{'most':>8}   ms, of {SIGNERS * ROUNDS} clicks")
    for name, address in _databases().items():
        spent = _spent(address)
        spent.sort()
        p95 = spent[int(len(spent) * 0.95)]
        print(f"{name:14}{statistics.median(spent):8.0f}{p95:8.0f}{spent[-1]:8.0f}")
        found[f"click_to_copy_p95_ms_{name.lower()}"] = round(p95)
    print(f"(target {TARGET_MS} ms; load of the machine {os.getloadavg()[0]:.1f})")
    print(json.dumps(found))


def _databases() -> dict[str, str]:
    postgresql = os.environ.get("BENCH_DATABASE_URL", "")
    return {"SQLite": ""} | ({"PostgreSQL": postgresql} if postgresql else {})


def _spent(database_url: str) -> list[float]:
    """Milliseconds of each click."""
    with tempfile.TemporaryDirectory() as scratch:
        home, port = Path(scratch) / "var", free_port()
        environment = {
            **os.environ,
            "DOCGEN_HOME": str(home),
            "DOCGEN_SITE_URL": f"http://127.0.0.1:{port}",
            "DOCGEN_DATABASE_URL": database_url,
            "DOCGEN_MAIL": "folder",
        }
        settings = Settings(
            _env_file=None,
            home=home,
            site_url=environment["DOCGEN_SITE_URL"],
            database_url=database_url,
        )
        with open_ports(settings) as ports:
            for number in range(SIGNERS * ROUNDS + 1):
                issue(ports, agreement(number), datetime.now(UTC))
        with _site(environment, port):
            # Two links each: the company's come first, in the order of the agreements.
            waiting = [
                (to, link) for to, _, link in links(home / "mail") if to.startswith("gerant")
            ]
            _click(_ready(home / "mail", *waiting.pop()))  # fonts and keys are read once
            spent: list[float] = []
            while waiting:
                batch = [_ready(home / "mail", *waiting.pop()) for _ in range(SIGNERS)]
                spent += _together(batch)
    return spent


@contextmanager
def _site(environment: dict[str, str], port: int) -> Iterator[None]:
    command = [str(Path(sys.executable).with_name("docgen")), "serve", "--port", str(port)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        try:
            for _ in range(600):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/sante").raise_for_status()
                    break
                except httpx.HTTPError:
                    if process.poll() is not None:
                        said.seek(0)
                        raise SystemExit(said.read().decode()) from None
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _ready(folder: Path, to: str, link: str) -> Ready:
    """Signers' browsers are not on the server's processors: what clicks here does no more than send
    and read (httpx costs as much as a tenth of the seal).
    """
    with browser_at(link) as browser:
        form = filled_form(browser, folder, to, link)
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        origin = browser.headers["origin"]
    headers = {
        "Origin": origin,
        "Cookie": cookies,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    host = urlsplit(link)
    return HTTPConnection(host.hostname or "", host.port, timeout=60), headers, urlencode(form)


def _together(batch: list[Ready]) -> list[float]:
    start = threading.Barrier(len(batch))

    def one(ready: Ready) -> float:
        start.wait()
        return _click(ready)

    with ThreadPoolExecutor(len(batch)) as threads:
        return list(threads.map(one, batch))


def _click(ready: Ready) -> float:
    """Sign, read the thanks, fetch the copy, on one connection; milliseconds."""
    browser, headers, form = ready
    begun = time.perf_counter()
    copy = b""
    for method, path, body, status in (
        ("POST", "/signature/signer", form, 303),
        ("GET", "/signature", None, 200),
        ("GET", "/signature/document", None, 200),
    ):
        browser.request(method, path, body, headers)
        answer = browser.getresponse()
        copy = answer.read()
        assert answer.status == status, (path, answer.status)
    spent = (time.perf_counter() - begun) * 1000
    browser.close()
    assert SEAL in copy, "the copy is not sealed"
    return spent
