"""The site's one entrance: `create_app`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from docgen.actions.ports import Ports
from docgen.checkup import Check
from docgen.web import checking, handing, notices, paper, phone, rappels, refusals, visit
from docgen.web.door import Door
from docgen.web.gate import Gate
from docgen.web.intake import MOST_BYTES, OFFICE_PATHS, PAPER_BYTES, PAPER_PATH, PATH, Turnstile
from docgen.web.office.app import create_office, refusal
from docgen.web.office.guarding import HOME
from docgen.web.pages import open_pages
from docgen.web.shield import NO_LINKS, Intake, Shield
from docgen.web.site import networks, site_of

Refuse = Callable[[Scope, int, str], Response]


def create_app(
    desk: Gate,
    site_url: str,
    trusted_proxies: Sequence[str],
    now: Callable[[], datetime],
    processes: int = 1,
    office: Ports | None = None,
    checkup: Callable[[], Sequence[Check]] = list,
) -> FastAPI:
    """The signing site at `site_url`, over `desk`. Raises InvalidData for settings it can't take.

    `trusted_proxies`: addresses or networks whose X-Forwarded-For is believed; start uvicorn with
    `proxy_headers=False`, or it believes 127.0.0.1 before us. `now`: aware UTC instants.
    `processes` share the machine: files that each takes and examines at once are a part of them.
    `office`: what the office at /bureau works with; None for the signing pages alone. `checkup`
    tries each part of the installation, for the office's page of health.
    """
    proxies = networks(tuple(trusted_proxies))
    turnstile = Turnstile(now).shared(processes)
    # A page at a time, from a meeting room: more sendings than files to check.
    paper_turnstile = Turnstile(now, per_address=60).shared(processes)
    door = Door(desk, site_of(site_url), proxies, now, open_pages(), turnstile, paper_turnstile)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.door = door
    app.include_router(visit.router)
    app.include_router(handing.router)
    app.include_router(phone.router)
    app.include_router(paper.router)
    app.include_router(checking.router)
    app.include_router(notices.router)
    app.include_router(rappels.router)
    refusals.teach(app)
    intakes = {
        PATH: Intake(door.turnstile, proxies, MOST_BYTES),
        PAPER_PATH: Intake(paper_turnstile, proxies, PAPER_BYTES),
    }
    # From inside the office: people of ours, who may try a workbook many times.
    office_turnstile = Turnstile(now, per_address=120).shared(processes)
    intakes |= {path: Intake(office_turnstile, proxies, MOST_BYTES) for path in OFFICE_PATHS}
    refuse: Refuse = partial(refusals.page_of_status, door)
    if office is not None:
        refuse = _with_office(app, create_office(office, door.site, proxies, now, checkup), refuse)
    app.add_middleware(
        Shield,
        site=door.site,
        refuse=refuse,
        intakes=intakes,
    )
    logging.getLogger("uvicorn.access").addFilter(NO_LINKS)
    return app


def _with_office(app: FastAPI, office: FastAPI, refuse: Refuse) -> Refuse:
    """Open the office under its own address; what the shield refuses there is said its own way."""

    def to_office() -> Response:
        return RedirectResponse(f"{HOME}/", 303)

    def refused(scope: Scope, status: int, path: str) -> Response:
        if path.startswith(f"{HOME}/"):
            return refusal(office.state.office, status)
        return refuse(scope, status, path)

    for path in ("/", HOME):
        app.add_api_route(path, to_office, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount(HOME, office)
    return refused
