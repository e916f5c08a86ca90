"""The site over a desk in memory, served for real on a loopback port."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from docgen.actions.ports import Ports
from docgen.cli.running import listen
from docgen.web.app import create_app
from tests.web.memory_desk import NOW, TOKEN, MemoryDesk


@dataclass
class Clock:
    """The site's clock, which a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Running:
    """A site that answers at `url`."""

    desk: MemoryDesk
    url: str
    clock: Clock
    app: FastAPI

    def browser(self, **headers: str) -> httpx.Client:
        """A client that behaves as a browser on our own pages; the caller closes it."""
        return httpx.Client(base_url=self.url, headers={"Origin": self.url, **headers}, timeout=20)

    def enter(self, browser: httpx.Client) -> str:
        """Open the link; the `jeton` of the visit's forms."""
        assert browser.post(f"/s/{TOKEN}").status_code == 303
        return jeton_of(browser.get("/signature").text)


def jeton_of(page: str) -> str:
    found = re.search(r'name="jeton" value="([^"]+)"', page)
    assert found, page
    return found[1]


def words(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@contextmanager
def running(
    desk: MemoryDesk,
    *,
    site_url: str = "",
    trusted_proxies: tuple[str, ...] = (),
    access_log: bool = False,
    office: Ports | None = None,
) -> Iterator[Running]:
    """Serve `desk`; at its own loopback address unless `site_url` says otherwise."""
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    clock = Clock()
    app = create_app(
        desk,
        site_url=site_url or url,
        trusted_proxies=trusted_proxies,
        now=clock,
        office=office,
    )
    config = uvicorn.Config(
        app, access_log=access_log, log_config=None, proxy_headers=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Running(desk, url, clock, app)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Running]]:
    """Serve any number of sites until the end of the test."""
    logging.getLogger("uvicorn").setLevel(logging.INFO)
    with ExitStack() as stack:
        yield lambda desk=None, **how: stack.enter_context(running(desk or MemoryDesk(), **how))


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """One server for all the tests that take the site as it comes."""
    with running(MemoryDesk()) as up:
        yield up


@pytest.fixture
def site(server: Running) -> Running:
    """A site at its own address, over a desk of this test's own."""
    fresh = replace(server, desk=MemoryDesk(), clock=Clock())
    # The turnstile stands before the pages and is the server's own: what it counted goes.
    server.app.state.door.turnstile._seen.clear()
    server.app.state.door.paper_turnstile._seen.clear()
    server.app.state.door = replace(server.app.state.door, desk=fresh.desk, now=fresh.clock)
    return fresh


@pytest.fixture
def browser(site: Running) -> Iterator[httpx.Client]:
    with site.browser() as client:
        yield client
