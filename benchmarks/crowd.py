"""Ten signers at once on the real site: from the click to the sealed copy in their hands.

`docgen serve` runs as a process of its own, on SQLite and, when DOCGEN_BENCH_DATABASE_URL names an
empty one, on PostgreSQL. Every signer has read and holds a code before the clock starts; the click
is the form's POST, the copy is the PDF that the thanks page gives, checked to hold the new seal.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import psutil

from benchmarks.peers import free_port
from docgen.actions.issue import issue
from docgen.agreements.base import Agreement
from docgen.cli.played_signer import links, newest_code
from docgen.settings import Settings
from docgen.wiring import open_ports
from tests import samples

SIGNERS = 10
ROUNDS = 5
TARGET_MS = 400
_JETON = re.compile(r'name="jeton" value="([^"]+)"')
_NAME = re.compile(r'id="nom-attendu"[^>]*>([^<]+)<')
_SEAL = b"/ETSI.CAdES.detached"


@dataclass
class Ready:
    """A signer who has only to click."""

    browser: httpx.Client
    origin: str
    form: dict[str, str]


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
    postgresql = os.environ.get("DOCGEN_BENCH_DATABASE_URL", "")
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
                issue(ports, _agreement(number), datetime.now(UTC))
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
        process = psutil.Popen(command, env=environment, stdout=said, stderr=said)
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
    """Do all that comes before the click."""
    origin = link.partition("/s/")[0]
    browser = httpx.Client(headers={"Origin": origin}, follow_redirects=True, timeout=60)
    browser.get(link).raise_for_status()
    page = browser.post(link).raise_for_status().text
    name = unescape(_found(_NAME, page)).strip()
    jeton = _found(_JETON, page)
    page = browser.post(f"{origin}/signature/code", data={"jeton": jeton}).raise_for_status().text
    form = {
        "jeton": _found(_JETON, page),
        "code": newest_code(folder, to),
        "nom_saisi": name,
        "consentement": "oui",
    }
    return Ready(browser, origin, form)


def _together(batch: list[Ready]) -> list[float]:
    start = threading.Barrier(len(batch))

    def one(ready: Ready) -> float:
        start.wait()
        return _click(ready)

    with ThreadPoolExecutor(len(batch)) as threads:
        return list(threads.map(one, batch))


def _click(ready: Ready) -> float:
    """Sign and fetch the copy; milliseconds."""
    begun = time.perf_counter()
    ready.browser.post(f"{ready.origin}/signature/signer", data=ready.form).raise_for_status()
    copy = ready.browser.get(f"{ready.origin}/signature/document").raise_for_status().content
    spent = (time.perf_counter() - begun) * 1000
    assert _SEAL in copy, "the copy is not sealed"
    ready.browser.close()
    return spent


def _found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    assert match, "the page has another form"
    return match[1]


def _agreement(number: int) -> Agreement:
    data = json.loads(json.dumps(samples.PARTENARIAT))
    data["entreprise"]["raison_sociale"] = f"Entreprise {number}"
    data["entreprise"]["representant"]["courriel"] = f"gerant{number}@example.org"
    data["organisation"]["representant"]["courriel"] = f"direction{number}@example.org"
    return samples.agreement(data)
